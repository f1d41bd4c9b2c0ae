"""XML and feeds from strangers."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.feeds import read_feed
from crawler.sources.base import Malformed, Reply, SourceError, Truncated
from crawler.xml import children, local_name, record, text_at, texts_at, xml_root

JOBS = (
    '<?xml version="1.0" encoding="UTF-8"?><jobs xmlns:x="urn:x"><!-- one --><job><id>1</id>'
    "<x:name>Bäcker &amp; Co</x:name><text><![CDATA[<p>a</job>b</p>]]></text>"
    "<places><place>Ulm</place><place/><place> Oslo </place></places></job></jobs>"
)


def reply(body: bytes | str, content_type: str = "") -> Reply:
    data = body.encode() if isinstance(body, str) else body
    return Reply("https://a.example/xml", 200, data, {"content-type": content_type})


def test_elements_are_found_by_local_name() -> None:
    root = xml_root(reply(JOBS))
    (job,) = children(root, "job")
    assert local_name(root) == "jobs"
    assert text_at(job, "name") == "Bäcker & Co"
    assert text_at(job, "text") == "<p>a</job>b</p>"
    assert texts_at(job, "places", "place") == ["Ulm", "Oslo"]
    assert text_at(root, "job", "id") == "1"
    assert text_at(job, "nothing", "here") is None
    assert text_at(None, "x") is None and texts_at(None, "x") == []
    assert record(job) == {
        "id": "1", "name": "Bäcker & Co", "text": "<p>a</job>b</p>", "places": "Ulm Oslo"
    }  # fmt: skip
    assert record(root)["job"].startswith("1Bäcker")


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (JOBS.encode("latin-1"), "text/xml; charset=iso-8859-1"),
        (JOBS.replace("UTF-8", "us-ascii").encode(), ""),
        (JOBS.replace("UTF-8", "utf-16").encode(), ""),
        (JOBS.replace("UTF-8", "no-such").encode(), ""),
        (JOBS.replace("UTF-8", "utf-16").encode("utf-16"), ""),
        (b"\xef\xbb\xbf" + JOBS.encode(), ""),
        (b"\n \n" + JOBS.encode(), ""),
        (JOBS.encode().replace(b"<id>", b"<id>\0"), ""),
    ],
)
def test_lies_about_the_encoding_are_survived(body: bytes, content_type: str) -> None:
    assert text_at(xml_root(reply(body, content_type)), "job", "name") == "Bäcker & Co"


def test_broken_bytes_cost_only_themselves() -> None:
    root = xml_root(reply(JOBS.encode().replace(b"Ulm", b"U\xfflm")))
    assert texts_at(root, "job", "places", "place") == ["U\ufffdlm", "Oslo"]


def test_entities_are_neither_expanded_nor_fetched() -> None:
    laughs = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(20))
    bomb = f'<!DOCTYPE jobs [<!ENTITY l0 "ha">{laughs}]><jobs><job>x&l20;y</job></jobs>'
    with pytest.raises(Malformed):
        xml_root(reply(bomb))
    small = '<!DOCTYPE jobs [<!ENTITY l "haha">]><jobs><job>x&l;y</job></jobs>'
    assert "haha" not in (text_at(xml_root(reply(small)), "job") or "")
    thief = (
        '<!DOCTYPE jobs [<!ENTITY e SYSTEM "file:///etc/hostname">'
        '<!ENTITY h SYSTEM "http://127.0.0.1:9/x">]><jobs><job>a&e;&h;b</job></jobs>'
    )
    assert text_at(xml_root(reply(thief)), "job") in ("ab", "a&e;&h;b")


@given(st.integers(1, len(JOBS.encode()) - 1))
def test_a_document_that_ends_early_is_truncated(cut: int) -> None:
    with pytest.raises((Truncated, Malformed) if cut < 40 else Truncated):
        xml_root(reply(JOBS.encode()[:cut].rstrip()))


@pytest.mark.parametrize(
    "body",
    [
        "",
        "  ",
        "{}",
        "hello",
        "<html><body><br></body></html>",
        "<a></b></a>",
        "<a/>more",
        "<a>" * 400 + "</a>" * 400,
        "<a>" + "x" * 11_000_000 + "</a>",
    ],
    ids=range(9),
)
def test_what_is_not_xml_is_malformed(body: str) -> None:
    with pytest.raises(Malformed):
        xml_root(reply(body))


@given(st.binary(max_size=200) | st.text(alphabet="<>/!?[]&;ab \"'=-", max_size=80).map(str.encode))
def test_nothing_breaks_the_readers(body: bytes) -> None:
    for read in (xml_root, read_feed):
        try:
            read(reply(body))
        except SourceError as error:
            assert str(error).startswith("https://a.example/xml")


RSS = """<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"
 xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Acme jobs</title>
 <atom:link rel="next" href="https://a.example/2"/>
 <item><guid>g-1</guid><title>Baker</title><link>https://a.example/1</link>
 <pubDate>Fri, 10 Jul 2026 22:45:30 +0000</pubDate><description>short</description>
 <content:encoded><![CDATA[<p>long</p>]]></content:encoded><expires_at>soon</expires_at></item>
 <item><title>Cook</title><guid>https://a.example/2</guid></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Acme</title><entry><id>urn:1</id>
 <title>Baker</title><link rel="self" href="https://a.example/self"/>
 <link href="https://a.example/1"/><updated>2026-07-10T22:45:30Z</updated>
 <summary>short</summary></entry></feed>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>
 <title>Acme</title></channel><item><title>Baker</title><link>https://a.example/1</link>
 <dc:date>2026-07-10</dc:date></item></rdf:RDF>"""


def test_the_formats_are_read_alike() -> None:
    feed = read_feed(reply(RSS))
    baker, cook = feed.items
    assert (feed.title, feed.next) == ("Acme jobs", "https://a.example/2")
    assert (baker.id, baker.title, baker.url) == ("g-1", "Baker", "https://a.example/1")
    assert (baker.published, baker.content) == ("Fri, 10 Jul 2026 22:45:30 +0000", "<p>long</p>")
    assert text_at(baker.element, "expires_at") == "soon"
    assert (cook.id, cook.url) == ("https://a.example/2", "https://a.example/2")
    (entry,) = read_feed(reply(ATOM)).items
    assert (entry.id, entry.url, entry.content) == ("urn:1", "https://a.example/1", "short")
    assert entry.published == "2026-07-10T22:45:30Z"
    (old,) = read_feed(reply(RDF)).items
    assert (old.title, old.published, old.id) == ("Baker", "2026-07-10", "https://a.example/1")
    entry = {"id": 7, "title": "Baker", "url": "u", "content_html": "<p>", "_jobposting": {"a": 1}}
    document = {"version": "https://jsonfeed.org/version/1.1", "items": [entry, 5], "next_url": "n"}
    feed = read_feed(reply(json.dumps(document)))
    assert (feed.items[0].id, feed.items[0].content, feed.next) == (7, "<p>", "n")
    assert feed.items[0].object == entry and feed.items[1].title is None


@pytest.mark.parametrize(
    "body", ["<html/>", "<rss/>", '{"items": []}', '{"version": "https://jsonfeed.org/version/1"}']
)
def test_what_is_no_feed(body: str) -> None:
    with pytest.raises(Malformed):
        read_feed(reply(body))
