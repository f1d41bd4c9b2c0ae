"""Every source, through its one door: replies in, postings out."""

import json
import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import CASES, FIXTURES, Answer, open_case, read_board, read_case

from bench.sources import captures_of, known_addresses, read_captures, rows
from crawler.boards import parse_spec
from crawler.posting import EmploymentType, PayPeriod, Posting, Precision, WorkplaceType
from crawler.sources import SOURCES
from crawler.sources.base import Board, Feed, Fetch, Listed, Reply, SourceError, Unreadable

EXAMPLES = [(s.name, url, token) for s in SOURCES.values() for url, token in s.examples.items()]


def case_name(case: Path) -> str:
    return f"{case.parent.name}/{case.name}"


@pytest.mark.parametrize("case", CASES, ids=case_name)
def test_a_fixture_is_read_as_it_says(case):
    assert read_case(case) == json.loads((case / "output.json").read_text("utf-8"))


@pytest.mark.parametrize("source", SOURCES)
def test_a_source_is_shown_to_read_what_is_good_empty_unknown_wrong_and_mixed(source):
    cases = [
        json.loads((case / "output.json").read_text("utf-8"))
        for case in CASES
        if case.parent.name == source
    ]
    clean = [case for case in cases if not (case["problems"] or case["unreadable"])]
    said = " ".join(problem for case in cases for problem in case["problems"])
    assert any(case["postings"] for case in clean)
    assert any(not case["postings"] for case in clean)
    good = [case for case in cases if case["postings"] or case.get("unchanged")]
    assert any(case["unreadable"] for case in good)
    assert "answered 404" in said or "not_found" in said
    assert "malformed" in said


@pytest.mark.parametrize(("source", "url", "token"), EXAMPLES, ids=[e[1] for e in EXAMPLES])
def test_an_example_is_claimed_by_exactly_one_source(source, url, token):
    claims = {(s.name, found) for s in SOURCES.values() for found in s.find(url)}
    assert claims <= {(source, token)}
    assert parse_spec(url) == Board(source, token)


@pytest.mark.parametrize("source", SOURCES.values(), ids=list(SOURCES))
def test_a_board_address_leads_back_to_its_token(source):
    for token in source.examples.values():
        assert parse_spec(source.board_url(token)) == Board(source.name, token)
        assert parse_spec(f"{source.name}:{token}") == Board(source.name, token)


@pytest.mark.parametrize("source", SOURCES.values(), ids=list(SOURCES))
def test_a_read_begins_with_https(source):
    for token in source.examples.values():
        fetches = list(source.start(Board(source.name, token)))
        assert fetches
        assert all(fetch.url.startswith("https://") for fetch in fetches)


@pytest.mark.parametrize("source", [s for s in SOURCES.values() if isinstance(s, Feed)])
def test_a_link_to_a_feed_makes_no_page_its_board(source):
    for address in source.examples:
        assert list(source.find(address))
        assert list(source.find(f'<a href="{address}">we are there too</a>')) == []


def test_reserved_words_are_no_tokens():
    assert list(SOURCES["greenhouse"].find("https://boards.greenhouse.io/embed/job_board")) == []
    assert list(SOURCES["ashby"].find("https://jobs.ashbyhq.com/meetings/x")) == []
    assert list(SOURCES["lever"].find("https://api.lever.co/v0")) == []


# Whatever a reply holds, a source answers with good postings and unreadable ones, or with a
# SourceError: never with another exception, and never with text that could do harm.

JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(
        [
            "\x1b[31mx",
            "<p>x</p>",
            "&lt;p&gt;",
            "javascript:x",
            "https://[::1",
            "2026-99-99",
            "\ud800",
        ]
    ),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
NORMAL = [case for case in CASES if case.name == "normal"]


def mutated(value, junk, choice: random.Random, odds: float):
    """`value` with some of its parts replaced by junk, lost or doubled."""
    if choice.random() < odds:
        return junk[choice.randrange(len(junk))]
    if isinstance(value, dict):
        return {
            key: mutated(inner, junk, choice, odds)
            for key, inner in value.items()
            if choice.random() > odds / 2
        }
    if isinstance(value, list):
        copies = [1 if choice.random() > odds else choice.randrange(3) for _ in value]
        return [
            mutated(inner, junk, choice, odds)
            for inner, times in zip(value, copies, strict=True)
            for _ in range(times)
        ]
    return value


def check(found) -> None:
    match found:
        case Posting():
            check_posting(found)
        case Listed():
            check(found.detail)
            if found.posting:
                check_posting(found.posting)
        case Unreadable():
            assert found.why
        case Fetch():
            assert found.url.startswith(("http://", "https://"))


def parsed(source, reply, board):
    try:
        for found in source.parse(reply, board):
            check(found)
    except SourceError as error:
        assert str(error)


def check_posting(found: Posting) -> None:
    record = json.loads(json.dumps(found.record(), allow_nan=False))
    for text in [*record["locations"], *(v for v in record.values() if isinstance(v, str))]:
        assert not any(
            (ord(c) < 32 and c != "\n") or 127 <= ord(c) < 160 or 0xD800 <= ord(c) < 0xE000
            for c in text
        )
        assert text == text.strip()
        text.encode()
    assert record["external_id"] and record["title"] and "\n" not in record["title"]
    assert record["url"].startswith(("http://", "https://"))
    assert (record["apply_url"] or "https://").startswith(("http://", "https://"))
    assert isinstance(found.workplace_type, WorkplaceType)
    assert found.employment_type is None or isinstance(found.employment_type, EmploymentType)
    assert isinstance(found.published_precision, Precision)
    assert (found.published_at is None) == (found.published_precision is Precision.UNKNOWN)
    assert found.country is None or (len(found.country) == 2 and found.country.isupper())
    if found.pay:
        assert found.pay.minimum is not None or found.pay.maximum is not None
        assert found.pay.period is None or isinstance(found.pay.period, PayPeriod)
    assert len(found.title) <= 500
    assert len(found.description) <= 100_000


def damaged(body: bytes, junk, choice: random.Random, odds: float) -> bytes:
    """A reply with parts of it replaced: values of JSON, else stretches of the text."""
    try:
        return json.dumps(mutated(json.loads(body), junk, choice, odds)).encode()
    except ValueError:
        pass
    text = body.decode("utf-8", "replace")
    for _ in range(choice.randrange(1, 6)):
        at = choice.randrange(len(text) + 1)
        piece = str(junk[choice.randrange(len(junk))])
        text = text[:at] + piece + text[at + choice.randrange(30) :]
    return text.encode("utf-8", "replace")


@pytest.mark.parametrize("case", NORMAL, ids=case_name)
@settings(max_examples=75, deadline=None)
@given(junk=st.lists(JUNK, min_size=1, max_size=5), seed=st.integers(), odds=st.floats(0.02, 0.5))
def test_no_reply_breaks_a_source(case, junk, seed, odds):
    """Every reply of a good case is damaged in turn: lists, pages of postings, all the way."""
    source, board, site, _ = open_case(case)
    choice = random.Random(seed)

    def answer(fetch: Fetch) -> Answer:
        given = site(fetch)
        return Answer(given.status, damaged(given.body, junk, choice, odds), given.headers)

    read_board(source, board, answer, check=check)


@pytest.mark.parametrize("name", SOURCES)
@settings(max_examples=60, deadline=None)
@given(body=st.binary(max_size=300), listed=st.booleans())
def test_no_bytes_break_a_source(name, body, listed):
    source = SOURCES[name]
    board = Board(name, next(iter(source.examples.values())))
    posting = Posting("1", "As listed", "https://board.example/1") if listed else None
    for fetch in source.start(board):
        parsed(source, Reply(fetch.url, 200, body, {}, fetch.note, posting), board)


@settings(max_examples=150, deadline=None)
@given(junk=st.lists(JUNK, min_size=1, max_size=5), seed=st.integers(), odds=st.floats(0.02, 0.5))
def test_no_structured_data_breaks_the_generic_source(junk, seed, odds):
    posting = {
        "@type": "JobPosting",
        "title": "Fleet Hand",
        "description": "<p>Drive.</p>",
        "identifier": {"@type": "PropertyValue", "value": "12"},
        "datePosted": "2026-09-01",
        "validThrough": "2026-10-01T00:00:00Z",
        "employmentType": ["FULL_TIME", "PART_TIME"],
        "hiringOrganization": {"name": "Moorcroft", "department": {"name": "Depot"}},
        "jobLocation": [{"address": {"addressLocality": "Ulm", "addressCountry": {"name": "DE"}}}],
        "applicantLocationRequirements": {"name": "Germany"},
        "baseSalary": {
            "currency": "EUR",
            "value": {"minValue": 1, "maxValue": "2", "unitText": "HOUR"},
        },
        "url": "/jobs/12",
    }
    value = mutated([posting, {"@graph": [posting]}], junk, random.Random(seed), odds)
    page = f'<script type="application/ld+json">{json.dumps(value)}</script>'
    board = Board("jobposting", "https://careers.moorcroft.example/jobs/12")
    reply = Reply(board.token, 200, page.encode(), {}, "job")
    parsed(SOURCES["jobposting"], reply, board)


@pytest.mark.parametrize("name", ["greenhouse", "lever", "ashby"])
def test_an_employer_known_beforehand_costs_no_extra_request(name):
    source, board, site, _ = open_case(FIXTURES / name / "normal")
    read = read_board(source, replace(board, employer="Known Ltd"), site)
    assert read["postings"]
    assert len(read["asked"]) == 1


# Real replies, where they stand beside the checkout.

CAPTURED = [s for s in SOURCES.values() if captures_of(s)]


@pytest.mark.skipif(not CAPTURED, reason="no captures beside the checkout")
@pytest.mark.parametrize("source", CAPTURED, ids=[s.name for s in CAPTURED])
def test_real_replies_are_read_in_full(source):
    read = read_captures(source)
    assert read.problems == []
    assert len(read.postings) == read.there
    for posting in read.postings:
        check_posting(posting)
    if source.name in ("ashby", "greenhouse", "lever"):
        assert all(int(read.filled(name)) >= 97 for name in ("place", "date", "text"))


BOARDS = {s.name: known_addresses(s) for s in SOURCES.values()}


@pytest.mark.parametrize("name", [name for name, (_, there) in BOARDS.items() if there])
def test_real_boards_are_known_by_their_addresses(name):
    known, there = BOARDS[name]
    assert known >= 0.98 * there


def test_the_table_of_sources_names_each():
    assert [row[0] for row in rows()] == list(SOURCES)
