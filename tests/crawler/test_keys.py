"""Keys reach the source's hosts and nothing else: no log, no spool, no database, no message."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from loopback import Crawl, Request, Server, jobs, text
from plain_source import SOURCES

from crawler.choices import AS_SHIPPED, Choice, State, state_of, why_unread
from crawler.keys import redacted
from crawler.sources.base import Need

KEY, ID = "s3cret-key/+=", "1d-0f-ours"
CHOICES = {"keyed": {"values": {"key": KEY, "id": ID}}}
TOKEN = "https://keyed.example/list"
BOARD = {"source": "keyed", "token": TOKEN}


def everything_kept(home: Path) -> bytes:
    return b"\0".join(p.read_bytes() for p in sorted(home.rglob("*")) if p.is_file())


@pytest.fixture
def keyed(crawl: Crawl) -> Crawl:
    crawl.settings = {"choices": CHOICES}
    return crawl


def hits(server: Server, prefix: str) -> list[Any]:
    return [hit for hit in server.hits if hit.path.startswith(prefix)]


def assert_nothing_shows(crawl: Crawl, report: Any) -> None:
    kept = everything_kept(crawl.home) + json.dumps(report).encode() + crawl.stderr.encode()
    for form in (KEY, ID, "s3cret-key", "s3cret-key%2F%2B%3D"):
        assert form.encode() not in kept, form


def test_keys_are_sent_and_never_kept(keyed: Crawl, server: Server) -> None:
    def answer(request: Request) -> None:
        """Says all it was told, as an error message or a link to the next page would."""
        told = f"{request.headers['X-Key']} {request.path} {KEY} {ID}"
        page = {"id": "1", "title": "Cook", "text": told}
        more = f"https://keyed.example/next?app_id={ID}&page=2"
        body = json.dumps({"jobs": [page], "employer": told, "next": more})
        request.say(200, body, {"ETag": f'"{ID}"'})

    server.answers["keyed.example/list"] = answer
    server.answers["keyed.example/next"] = jobs(2)
    report = keyed(BOARD)
    assert report["reads"][TOKEN]["listed"] == 2
    first, second = hits(server, "keyed.example/list"), hits(server, "keyed.example/next")
    assert first[0].headers["X-Key"] == f"Bearer {KEY}"
    assert first[0].path == f"keyed.example/list?app_id={ID}"
    # The link came blacked out to the source, and left with the key in its place again.
    assert second[0].path == f"keyed.example/next?page=2&app_id={ID}"
    assert second[0].headers["X-Key"] == f"Bearer {KEY}"
    assert_nothing_shows(keyed, report)


@pytest.mark.parametrize(
    "answer",
    [
        text("", 403),
        text(f"your key {KEY} is not valid"),
        text("", 301, Location=f"https://elsewhere.example/?app_id={ID}&key={KEY}"),
        text("", 302, Location=f"https://other.keyed.example/list?app_id={ID}"),
        lambda request: setattr(request, "close_connection", True),
    ],
)
def test_no_failure_tells_a_key(keyed: Crawl, server: Server, answer: Any) -> None:
    server.answers["keyed.example/list"] = answer
    server.answers["other.keyed.example/list"] = text("", 500)
    report = keyed(BOARD)
    assert report["reads"][TOKEN]["outcome"] not in ("ok", "empty")
    assert_nothing_shows(keyed, report)


def test_a_refusal_asks_whether_the_keys_are_right(keyed: Crawl, server: Server) -> None:
    server.answers["keyed.example/list"] = text("", 401)
    refused = keyed(BOARD)["reads"][TOKEN]
    assert refused["outcome"] == "refused"
    assert refused["detail"].endswith(
        "is key in [sources.keyed], id in [sources.keyed] right? From https://plain.example/keys"
    )


def test_keys_go_to_no_other_host(keyed: Crawl, server: Server) -> None:
    server.answers["keyed.example/list"] = jobs(
        1, employer="A", also=["https://other.example/page", "http://keyed.example/plain"]
    )
    server.answers["www.keyed.example/x"] = jobs(1)
    server.answers["other.example/page"] = jobs(2)
    server.answers["keyed.example/plain"] = jobs(3)
    keyed(BOARD)
    for path in ("other.example/page", "keyed.example/plain"):
        (hit,) = hits(server, path)
        assert "X-Key" not in hit.headers and ID not in hit.path
    robots = hits(server, "keyed.example/robots.txt")
    assert robots and all("X-Key" not in hit.headers for hit in robots)


def test_a_source_without_its_keys_is_skipped_and_says_what_is_missing(
    crawl: Crawl, server: Server
) -> None:
    server.hits.clear()
    crawl.settings = {"choices": {"keyed": {"values": {"id": ID}}}}
    report = crawl(BOARD, {"source": "off", "token": "http://off.example/list"})
    assert report["skipped"] == {
        TOKEN: "Plain needs key in [sources.keyed]; from https://plain.example/keys",
        "http://off.example/list": "Off is off: its terms ask not to be read by programs "
        "(to have it read: off = true in [sources])",
    }
    assert server.hits == [] and report["reads"] == {}
    assert report["unread"] == []


def test_a_board_s_own_token_is_sent_for_that_board_only(crawl: Crawl, server: Server) -> None:
    mine, other = "https://mine.example/list", "https://theirs.example/list"
    crawl.settings = {"choices": {"tokened": {"values": {"tokens": {mine: KEY}}}}}
    server.answers["mine.example/list"] = jobs(1, employer="A")
    server.answers["theirs.example/list"] = text("", 401)
    report = crawl({"source": "tokened", "token": mine}, {"source": "tokened", "token": other})
    assert hits(server, "mine.example/list")[0].headers["X-Token"] == KEY
    assert "X-Token" not in hits(server, "theirs.example/list")[0].headers
    refused = report["reads"][other]
    assert refused["outcome"] == "refused"
    assert f"it may want a key: {other} in [sources.tokened.tokens]" in refused["detail"]


def test_a_token_that_each_board_must_have_is_asked_for_board_by_board() -> None:
    class Must(type(SOURCES["tokened"])):  # type: ignore[misc]
        needs = (Need("tokens", "the employer", header="X-Token", per_board=True),)

    source, choice = Must(), Choice(None, {"tokens": {"acme": KEY}})
    assert state_of(source) is State.NEEDS_KEY
    assert state_of(source, choice) is State.ON
    assert why_unread(source, choice, "acme") is None
    assert why_unread(source, choice, "other") == (
        "Plain needs other in [sources.tokened.tokens]; from the employer"
    )


@pytest.mark.parametrize(
    ("name", "choice", "state"),
    [
        ("plain", AS_SHIPPED, State.ON),
        ("plain", Choice(False), State.OFF),
        ("off", AS_SHIPPED, State.OFF),
        ("off", Choice(True), State.ON),
        ("keyed", AS_SHIPPED, State.NEEDS_KEY),
        ("keyed", Choice(True, {"key": KEY}), State.NEEDS_KEY),
        ("keyed", Choice(None, {"key": KEY, "id": ID}), State.ON),
        ("keyed", Choice(False, {"key": KEY, "id": ID}), State.OFF),
        ("tokened", AS_SHIPPED, State.ON),
    ],
)
def test_the_state_of_a_source(name: str, choice: Choice, state: State) -> None:
    source = SOURCES[name]
    assert state_of(source, choice) is state
    assert (why_unread(source, choice) is None) is (state is State.ON)


def test_a_choice_does_not_show_its_keys() -> None:
    assert KEY not in repr(Choice(True, {"key": KEY}))


def test_what_is_blacked_out() -> None:
    assert redacted("a longer-secret and secret", ["secret", "longer-secret"]) == "a *** and ***"
    assert redacted("k=a%2Fb%20c&l=a%2Fb+c", ["a/b c"]) == "k=***&l=***"
    assert redacted("nothing", [""]) == "nothing"
