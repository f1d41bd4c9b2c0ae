"""Careers sites without a known system: the search for job pages, and its bounds."""

import gzip
import json
import re
import time
import tracemalloc
from datetime import datetime
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import Site, read_board

from crawler.sitemap import read_sitemap
from crawler.sources.base import Board, Malformed
from crawler.sources.jobposting import JobPosting, _stands_in, _turn, site_token
from crawler.structured import things, tree, values_in

SITE = "https://careers.moorcroft.example"
ROBOTS = f"{SITE}/robots.txt"


def job(number: int) -> bytes:
    data = {
        "@type": "JobPosting",
        "title": f"Job {number}",
        "identifier": str(number),
        "datePosted": "2026-09-01",
        "hiringOrganization": {"name": "Moorcroft"},
    }
    return f'<script type="application/ld+json">{json.dumps(data)}</script>'.encode()


def sitemap(*entries: tuple[str, str]) -> bytes:
    urls = "".join(f"<url><loc>{u}</loc><lastmod>{m}</lastmod></url>" for u, m in entries)
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'.encode()


def index(*addresses: str) -> bytes:
    inner = "".join(f"<sitemap><loc>{a}</loc></sitemap>" for a in addresses)
    return f"<sitemapindex>{inner}</sitemapindex>".encode()


def read(answers, first=b"<html></html>", source=None, token=SITE):
    return read_board(source or JobPosting(), Board("jobposting", token), Site(first, answers))


def titles(result):
    return [posting["title"] for posting in result["postings"]]


class Small(JobPosting):
    max_pages = 3


def test_the_newest_pages_of_all_sitemaps_and_a_read_that_says_it_is_not_whole():
    pages = {f"{SITE}/jobs/{n}": job(n) for n in range(1, 7)}
    result = read(
        {
            ROBOTS: f"Sitemap: {SITE}/a.xml\nSitemap: {SITE}/b.xml".encode(),
            f"{SITE}/a.xml": sitemap(
                (f"{SITE}/jobs/1", "2026-01-01"),
                (f"{SITE}/jobs/2", "2026-06-01"),
                (f"{SITE}/jobs/3", "junk"),
            ),
            f"{SITE}/b.xml": sitemap(
                (f"{SITE}/jobs/4", "2026-03-01T00:00:00Z"),
                (f"{SITE}/jobs/5", "2025-01-01"),
                (f"{SITE}/jobs/6", "2026-09-09"),
            ),
            **pages,
        },
        source=Small(),
    )
    assert titles(result) == ["Job 6", "Job 2", "Job 4"]
    assert result["problems"] == [
        f"partial: truncated: {SITE} has 6 job pages or more; 3 were read"
    ]


def test_a_page_in_two_sitemaps_is_one_page():
    entries = sitemap(*((f"{SITE}/jobs/{n}", "2026-01-01") for n in (1, 2, 3)))
    result = read(
        {
            ROBOTS: f"Sitemap: {SITE}/a.xml\nSitemap: {SITE}/b.xml".encode(),
            f"{SITE}/a.xml": entries,
            f"{SITE}/b.xml": entries,
            **{f"{SITE}/jobs/{n}": job(n) for n in (1, 2, 3)},
        },
        source=Small(),
    )
    assert sorted(titles(result)) == ["Job 1", "Job 2", "Job 3"]
    assert result["problems"] == []


def test_an_index_of_itself_ends():
    result = read(
        {
            ROBOTS: f"Sitemap: {SITE}/i.xml".encode(),
            f"{SITE}/i.xml": index(f"{SITE}/i.xml", f"{SITE}/jobs.xml", f"{SITE}/jobs.xml"),
            f"{SITE}/jobs.xml": index(f"{SITE}/i.xml"),
        }
    )
    assert result["asked"] == [SITE, ROBOTS, f"{SITE}/i.xml", f"{SITE}/jobs.xml"]
    assert result["problems"] == []


def test_not_more_than_twenty_sitemaps():
    result = read(
        {
            ROBOTS: "".join(f"Sitemap: {SITE}/{n}.xml\n" for n in range(50)).encode(),
            **{f"{SITE}/{n}.xml": sitemap() for n in range(50)},
        }
    )
    assert len(result["asked"]) == 2 + 20
    assert result["problems"] == [f"partial: truncated: {SITE} has more than 20 sitemaps"]


def test_sitemaps_of_other_hosts_are_left_alone():
    result = read(
        {
            ROBOTS: b"Sitemap: https://elsewhere.example/s.xml\nSitemap: http://[\nSitemap: x\n",
            "https://elsewhere.example/s.xml": sitemap((f"{SITE}/jobs/1", "")),
        }
    )
    assert not any("elsewhere" in url for url in result["asked"])
    assert result["problems"][1:] == []


def test_guesses_that_robots_txt_forbids_are_not_asked():
    result = read({ROBOTS: b"User-agent: *\nDisallow: /sitemap"}, token=f"{SITE}/jobs")
    assert result["asked"] == [f"{SITE}/jobs", ROBOTS, f"{SITE}/jobs/sitemap.xml"]


def test_a_page_that_answers_every_address_is_not_taken_for_a_sitemap():
    soft = b"<!doctype html><html><body>Not here</body></html>"
    result = read({ROBOTS: soft, f"{SITE}/sitemap.xml": soft, f"{SITE}/sitemap_index.xml": soft})
    assert result["problems"] == []
    assert result["postings"] == []


def test_a_listing_without_end_is_left_in_time():
    pages = {
        f"{SITE}/jobs?page={n}": f'<a rel="next" href="/jobs?page={n + 1}">more</a>'.encode()
        for n in range(2, 100)
    }
    result = read(pages, first=b'<a rel="next" href="/jobs?page=2">more</a>')
    assert [url for url in result["asked"] if "page=" in url] == list(pages)[:19]
    assert result["problems"] == [f"partial: truncated: {SITE} lists jobs on more than 20 pages"]


def test_a_job_page_that_is_gone_takes_nothing_from_the_others():
    result = read(
        {
            f"{SITE}/sitemap.xml": sitemap(
                *((f"{SITE}/jobs/{n}", f"2026-01-0{n}") for n in (1, 2, 3, 4))
            ),
            f"{SITE}/jobs/1": job(1),
            f"{SITE}/jobs/2": 410,
            f"{SITE}/jobs/3": 500,
            f"{SITE}/jobs/4": b"<html>No data here</html>",
        }
    )
    assert titles(result) == ["Job 1"]
    assert result["problems"] == [f"partial: {SITE}/jobs/3 answered 500"]


def test_several_postings_without_addresses_are_named_as_unread():
    lines = job(1).decode() + job(2).decode()
    result = read({}, first=lines.encode())
    assert result["postings"] == []
    assert result["unreadable"] == [
        [None, f"{SITE} holds 2 postings without an address of their own"]
    ]


@pytest.mark.parametrize(
    ("written", "token"),
    [
        ("https://Careers.Acme.example/", "https://careers.acme.example"),
        ("http://acme.example:80/Jobs/?utm_campaign=x&lang=de&gh_src=y#a", "https://acme.example/Jobs?lang=de"),
        ("https://acme.example:8443/x", "https://acme.example:8443/x"),
        ("https://acme.example/?q=a%20b&q=c", "https://acme.example?q=a+b&q=c"),
        ("mailto:jobs@acme.example", None),
        ("https:///jobs", None),
        ("", None),
    ],
)  # fmt: skip
def test_tokens(written, token):
    assert site_token(written) == token
    assert token is None or site_token(token) == token


def test_sitemap_forms():
    plain = sitemap((f"{SITE}/jobs/1", "2026-09-01"))
    for body in (
        plain,
        b"\xef\xbb\xbf" + plain,
        gzip.compress(plain),
        plain.decode().encode("utf-16"),
    ):
        found = read_sitemap(body, SITE)
        assert found.whole
        assert found.pages == {f"{SITE}/jobs/1": datetime(2026, 9, 1)}
    found = read_sitemap(index(f"{SITE}/a.xml"), SITE)
    assert (found.pages, found.sitemaps, found.whole) == ({}, [f"{SITE}/a.xml"], True)
    found = read_sitemap(f"{SITE}/jobs/1\r\nnot an address\n".encode(), SITE)
    assert list(found.pages) == [f"{SITE}/jobs/1"]


@pytest.mark.parametrize("body", [b"", b"\x00", b"<html/>", b"{}", b"\x1f\x8b\x00", b"<?xml"])
def test_no_sitemap(body):
    with pytest.raises(Malformed):
        read_sitemap(body, SITE)


def test_a_damaged_sitemap_keeps_what_is_good_and_is_not_whole():
    whole = sitemap(*((f"{SITE}/jobs/{n}", "2026-09-01") for n in range(100)))
    for body in (whole[:3000], gzip.compress(whole)[:-12]):
        found = read_sitemap(body, SITE)
        assert 0 < len(found.pages) <= 100
        assert not found.whole


def test_bombs_stay_small():
    lol = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    entities = (
        f'<!DOCTYPE u [<!ENTITY l0 "lol">{lol}<!ENTITY f SYSTEM "file:///etc/passwd">]>'
        f"<urlset><url><loc>{SITE}/jobs/&l9;&f;</loc></url><url><loc>{SITE}/jobs/1</loc></url></urlset>"
    ).encode()
    big = gzip.compress(b"<urlset>" + b" " * 300_000_000, 1)
    tracemalloc.start()
    began = time.perf_counter()
    assert all(
        "root:" not in url and "lol" not in url for url in read_sitemap(entities, SITE).pages
    )
    assert not read_sitemap(big, SITE).whole
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert time.perf_counter() - began < 30
    assert peak < 150_000_000


@settings(deadline=None)
@given(st.binary(max_size=200) | st.text(alphabet="<urlset>ocimap/&;! ").map(str.encode))
def test_no_sitemap_breaks(body):
    try:
        found = read_sitemap(body, SITE)
    except Malformed:
        return
    assert all(url.startswith("http") for url in [*found.pages, *found.sitemaps])


@pytest.mark.parametrize(
    ("script", "values"),
    [
        ('{"a": 1}', [{"a": 1}]),
        ('{"a": "x\ny\tz"}', [{"a": "x\ny\tz"}]),
        ('<!-- {"a": 1} -->', [{"a": 1}]),
        ('//<![CDATA[\n{"a": 1}\n//]]>', [{"a": 1}]),
        ("{&quot;a&quot;: 1}", [{"a": 1}]),
        ("[{&#34;a&#34;: 1}]", [[{"a": 1}]]),
        ('{"a": 1};', [{"a": 1}]),
        ('{"a": 1}\n{"b": 2},[3]', [{"a": 1}, {"b": 2}, [3]]),
        ('{"a": 1} {"b": ', [{"a": 1}]),
        ("", []),
        ("alert(1)", []),
        ("[" * 100_000, []),
    ],
)
def test_json_as_sites_break_it(script, values):
    assert values_in(script) == values


def test_structured_data_by_type():
    page = tree(
        '<script type="application/ld+json">[{"@type":["Thing","http://schema.org/JobPosting"],"a":1},'
        '{"@graph":[{"@type":"schema:JobPosting","a":2},{"@type":"Person"}]},'
        '{"@type":"WebPage","mainEntity":{"@type":"jobposting","a":3}}]</script>'
        '<script>{"@type":"JobPosting","a":4}</script>'
    )
    assert [thing["a"] for thing in things(page, "JobPosting")] == [1, 2, 3]


def test_nested_structured_data_takes_no_time():
    began = time.perf_counter()
    deep = '{"@graph":[' * 400 + "]}" * 400
    wide = '{"@graph":[' + ",".join(["{}"] * 50_000) + "]}"
    scopes = "<div itemscope itemtype='https://schema.org/JobPosting' itemprop=a>x" * 30_000
    for body in (deep, wide):
        things(tree(f'<script type="application/ld+json">{body}</script>'), "JobPosting")
    things(tree(scopes), "JobPosting")
    assert time.perf_counter() - began < 30


def test_a_dated_page_is_an_entry_that_need_not_be_read_again():
    pages = {f"{SITE}/jobs/{n}": job(n) for n in (1, 2, 3)}
    sites = pages | {
        f"{SITE}/sitemap.xml": sitemap((f"{SITE}/jobs/1", "2026-09-01"), (f"{SITE}/jobs/2", ""))
    }
    first = b'<a href="/jobs/3">Third</a>'
    board = Board("jobposting", SITE)
    known = [f"GET {page}" for page in pages]
    result = read_board(JobPosting(), board, Site(first, sites), known)
    # What has no date may have changed at any time.
    assert titles(result) == ["Job 3", "Job 2"]
    assert result["unchanged"] == [f"GET {SITE}/jobs/1"]


def test_a_dated_page_has_its_turn_once_a_week():
    week = [datetime(2026, 11, day) for day in range(1, 29)]
    for page in range(20):
        turns = [_turn(f"{SITE}/jobs/{page}", day) for day in week]
        assert len(set(turns)) in (4, 5)
        assert max(turns.count(turn) for turn in set(turns)) == 7
    days = {
        day
        for page in range(50)
        for day, (a, b) in enumerate(pairwise([_turn(str(page), d) for d in week[:8]]))
        if a != b
    }
    assert len(days) == 7


@given(
    st.text("a1-", min_size=1, max_size=3), st.lists(st.sampled_from(["a", "1", "-", "/", "a1"]))
)
def test_an_id_stands_in_an_address_where_no_letter_or_digit_touches_it(known, parts):
    address = "".join(parts)
    pattern = rf"(?<![a-z0-9]){re.escape(known)}(?![a-z0-9])"
    assert _stands_in(known, address) == bool(re.search(pattern, address))
