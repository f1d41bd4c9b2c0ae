"""Every source's normal case over HTTP, by the command line, the real spider and the database."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import duckdb
import pytest
from loopback import Request, Server
from reading import CASES, Answer, open_case

from crawler.sources.base import Fetch
from tests.conftest import Inroad

NORMAL = [case for case in CASES if case.name == "normal"]
SAID_ELSEWHERE = {"employer", "description", "published_at", "published_precision"}


def path_of(url: str, keys: str) -> str:
    parts = urlsplit(url)
    query = "&".join(filter(None, (parts.query, keys)))
    return f"{parts.hostname}{parts.path or '/'}" + (f"?{query}" if query else "")


def serve(server: Server, fetch: Fetch, answer: Answer, keys: str) -> None:
    """Answer a fetch, and its keys, as its fixture says; several POSTs may go to one address."""
    path = path_of(fetch.url, keys)
    before = server.answers.get(path)

    def reply(request: Request) -> None:
        if fetch.json is not None and json.loads(request.body or b"null") != fetch.json:
            (before or (lambda r: r.say(404, "nothing here")))(request)
        else:
            request.say(answer.status, answer.body, answer.headers)

    server.answers[path] = reply


@pytest.fixture(scope="module")
def crawled(
    server: Server, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Inroad, Callable[[], str]]:
    inroad = Inroad(tmp_path_factory.mktemp("fixtures") / "home")
    config = f'[crawl]\ndelay = 0.0\n[crawl.origins]\n"*" = "{server.url}/{{host}}"\n'
    for case in NORMAL:
        source, board, site, _ = open_case(case)
        config += f"[sources.{source.name}]\non = true\n"
        needed = [need for need in source.needs if need.required]
        config += "".join(f'{need.name} = "a-key-of-{source.name}"\n' for need in needed)
        keys = "&".join(f"{n.query}=a-key-of-{source.name}" for n in needed if n.query)
        for fetch in source.start(board):
            serve(server, fetch, site.first, keys)
        for name, answer in site.answers.items():
            method, _, rest = name.partition(" ")
            if method == "POST":
                url, _, body = rest.partition(" ")
                serve(server, Fetch(url, json=json.loads(body)), answer, keys)
            else:
                serve(server, Fetch(name), answer, keys)
    inroad.configure(config)
    boards = [open_case(case)[1] for case in NORMAL]
    for employer in {board.employer for board in boards}:
        named = ("--employer", employer) if employer else ()
        tokens = [f"{b.source}:{b.token}" for b in boards if b.employer == employer]
        inroad("boards", "add", *tokens, *named)
    return inroad, lambda: inroad("crawl").out


@pytest.fixture(scope="module")
def first(crawled: tuple[Inroad, Callable[[], str]]) -> tuple[str, list[dict[str, Any]]]:
    inroad, crawl = crawled
    out = crawl()
    with duckdb.connect(str(inroad.home / "postings.duckdb"), read_only=True) as db:
        rows = db.execute(
            "SELECT p.*, t.description FROM postings p JOIN posting_texts t USING (text_hash)"
        )
        names = [column[0] for column in rows.description]
        return out, [dict(zip(names, row, strict=True)) for row in rows.fetchall()]


@pytest.mark.parametrize("case", NORMAL, ids=lambda case: case.parent.name)
def test_what_the_fixture_says_is_in_the_database(
    first: tuple[str, list[dict[str, Any]]], case: Path
) -> None:
    expected = json.loads((case / "output.json").read_text("utf-8"))["postings"]
    stored = {row["external_id"]: row for row in first[1] if row["source"] == case.parent.name}
    assert set(stored) == {posting["external_id"] for posting in expected}
    for posting in expected:
        row = stored[posting["external_id"]]
        for field, value in posting.items():
            if field == "valid_through" and value is not None:
                assert str(row[field]) == value
            elif field not in SAID_ELSEWHERE:
                assert row[field] == value, field
        assert row["description"] == posting["description"]
        assert posting["employer"] is None or row["employer"] == posting["employer"]
        assert row["published_precision"] == posting["published_precision"]
        if posting["published_precision"] != "relative":
            assert str(row["published_at"]) == str(posting["published_at"])


def test_keys_go_out_as_their_sources_say(
    first: tuple[str, list[dict[str, Any]]], server: Server
) -> None:
    for case in NORMAL:
        source, board, _, _ = open_case(case)
        for need in [need for need in source.needs if need.required]:
            host = urlsplit(next(iter(source.start(board))).url).hostname
            sent = [hit for hit in server.paths(f"{host}/") if not hit.endswith("robots.txt")]
            assert sent
            for hit in [hit for hit in server.hits if hit.path in sent]:
                key = f"a-key-of-{source.name}"
                if need.header:
                    assert hit.headers[need.header] == need.prefix + key
                else:
                    assert f"{need.query}={key}" in hit.path


def test_a_second_crawl_asks_for_no_details_and_finds_nothing_new(
    first: tuple[str, list[dict[str, Any]]],
    crawled: tuple[Inroad, Callable[[], str]],
    server: Server,
) -> None:
    listed = [hit.path for hit in server.hits]
    server.hits.clear()
    assert "0 new, 0 changed" in crawled[1]()
    again = [hit.path for hit in server.hits]
    assert set(again) <= set(listed)
    assert not [path for path in again if "/job/Oslo/Treasury-Analyst" in path]
    assert len(again) < len(listed)
