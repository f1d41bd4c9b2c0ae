"""What systems say in ways of their own: nobody lives here, not so fast, only if you insist."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from loopback import Request, Server, text

from tests.conftest import Inroad

POSITIONS = [
    {"id": f"p{n}", "friendly_id": f"p{n}-cook", "name": "Cook", "company": {"name": "Busy Ltd"},
     "url": f"https://busy.breezy.hr/p/p{n}-cook"}
    for n in range(9)
]  # fmt: skip


def leads_to(address: str):
    def answer(request: Request) -> None:
        request.say(302, "", {"Location": address})

    return answer


@pytest.fixture(scope="module")
def crawled(server: Server, tmp_path_factory: pytest.TempPathFactory) -> tuple[Inroad, str]:
    inroad = Inroad(tmp_path_factory.mktemp("own_ways") / "home")
    inroad.configure(
        f'[crawl]\ndelay = 0.1\n[crawl.origins]\n"*" = "{server.url}/{{host}}"\n'
        "[sources]\nbreezy = true\nbamboohr = true\npinpoint = true\n"
    )
    at = server.answers
    at["nobody.breezy.hr/json"] = leads_to("https://breezy.hr/")
    at["breezy.hr/"] = text("<title>Breezy HR</title>")
    at["nobody.bamboohr.com/careers/list"] = leads_to("https://www.bamboohr.com/")
    at["www.bamboohr.com/"] = text("<title>BambooHR</title>")
    at["fast.breezy.hr/json"] = text("", 403)
    at["busy.breezy.hr/json"] = text(json.dumps(POSITIONS))
    for n, position in enumerate(POSITIONS):
        page = text('<div class="description">Cook.</div>') if n == 0 else text("", 403)
        at[f"busy.breezy.hr/p/{position['friendly_id']}"] = page
    at["careers-guarded.icims.com/jobs/search"] = text("<script>gokuProps = {}</script>", 405)
    at["closed.pinpointhq.com/robots.txt"] = text("User-agent: *\nDisallow: /")
    boards = [f"breezy:{name}" for name in ("nobody", "fast", "busy")]
    boards += ["bamboohr:nobody", "icims:careers-guarded", "pinpoint:closed"]
    inroad("boards", "add", *boards)
    return inroad, inroad("crawl", code=3).out


@pytest.mark.parametrize("board", ["breezy:nobody", "bamboohr:nobody"])
def test_nobody_s_address_leads_to_the_vendor(crawled: tuple[Inroad, str], board: str) -> None:
    assert f"not_found   {board}: " in crawled[1]
    assert "knows no 'nobody': it leads to " in crawled[1]


def test_a_403_may_be_a_request_for_a_pause(crawled: tuple[Inroad, str]) -> None:
    assert "throttled   breezy:fast: fast.breezy.hr answered 403" in crawled[1]


def test_the_details_wait_then_and_the_list_counts(
    crawled: tuple[Inroad, str], server: Server
) -> None:
    assert server.paths("busy.breezy.hr/p/") == [
        "busy.breezy.hr/p/p0-cook",
        "busy.breezy.hr/p/p1-cook",
    ]
    assert "Postings: 9 new" in crawled[1]


def test_a_portal_that_wants_a_browser_is_not_read(crawled: tuple[Inroad, str]) -> None:
    assert "refused     icims:careers-guarded" in crawled[1]
    assert "wants a browser (405)" in crawled[1]


def test_turned_on_a_board_s_robots_txt_decides(
    crawled: tuple[Inroad, str], server: Server
) -> None:
    assert "refused     pinpoint:closed" in crawled[1]
    assert server.paths("closed.pinpointhq.com") == ["closed.pinpointhq.com/robots.txt"]


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("bamboohr", "its terms are said to forbid"),
        ("breezy", "its terms are said to forbid"),
        ("pinpoint", "robots.txt keep programs out"),
    ],
)
def test_what_is_off_is_read_only_when_it_is_turned_on(
    tmp_path: Path, source: str, why: str
) -> None:
    inroad = Inroad(tmp_path / "home")
    added = inroad("boards", "add", f"{source}:acme").out
    assert why in added and "skipped" in added
    ran = inroad("crawl")
    assert f"skipped     {source}:acme" in ran.out
    assert f"{source} = true in [sources]" in ran.out
