"""Lists that say little: the rest is fetched once a posting, and never lost."""

from __future__ import annotations

import json
import os
import signal
import threading
from typing import Any

import duckdb
import pytest
from loopback import Crawl, Request, Server, jobs, text, until


class Shop:
    """A two-phase board on a host of its own."""

    def __init__(self, crawl: Crawl, server: Server, host: str) -> None:
        self.crawl, self.server, self.host = crawl, server, host
        self.token = f"http://{host}/list"

    def page(self, job: Any) -> str:
        return f"{self.host}/page/{job}"

    def lists(self, *found: int, **changes: Any) -> None:
        """List jobs; `title_2="x"` and the like say what is different about one."""
        listed = []
        for n in found:
            entry = {"id": str(n), "title": f"Job {n}", "page": f"http://{self.page(n)}"}
            mine = {k.rpartition("_")[0]: v for k, v in changes.items() if k.endswith(f"_{n}")}
            listed.append(entry | mine)
        self.server.answers[f"{self.host}/list"] = text(json.dumps({"jobs": listed}))

    def tells(self, *found: int, **more: Any) -> None:
        for n in found:
            about = {"text": f"All about {n}", **more}
            self.server.answers[self.page(n)] = text(json.dumps(about))

    def reads(self, **job: Any) -> Any:
        report = self.crawl({"source": "detailed", "token": self.token}, **job)
        return report["reads"][self.token]

    def asked(self) -> list[str]:
        """The pages asked for since the last look."""
        hits = self.server.paths(f"{self.host}/page/")
        self.server.hits[:] = [h for h in self.server.hits if h.path not in hits]
        return [path.rpartition("/")[2] for path in hits]

    def stored(self) -> dict[str, tuple[Any, ...]]:
        with duckdb.connect(str(self.crawl.home / "postings.duckdb"), read_only=True) as db:
            rows = db.execute(
                "SELECT external_id, title, description, employer, closed_at IS NULL "
                "FROM postings JOIN posting_texts USING (text_hash) ORDER BY 1"
            ).fetchall()
        return {row[0]: row[1:] for row in rows}


@pytest.fixture
def shop(crawl: Crawl, server: Server, request: pytest.FixtureRequest) -> Shop:
    return Shop(crawl, server, f"{request.node.originalname.replace('_', '-')[:50]}.example")


def test_details_are_fetched_once_and_again_when_the_list_says_something_else(shop: Shop) -> None:
    shop.lists(1, 2)
    shop.tells(1, 2, employer="Shop AG")
    first = shop.reads()
    assert (first["outcome"], first["listed"], first["new"]) == ("ok", 2, 2)
    assert sorted(shop.asked()) == ["1", "2"]
    whole = ("Job 1", "All about 1", "Shop AG", True)
    assert shop.stored()["1"] == whole

    shop.lists(1, 2, 3)
    shop.tells(3)
    second = shop.reads()
    assert shop.asked() == ["3"]
    assert (second["new"], second["changed"], second["unchanged"]) == (1, 0, 2)
    assert shop.stored()["1"] == whole

    shop.lists(1, 2, 3, title_1="Other", version_2="7")
    third = shop.reads()
    assert sorted(shop.asked()) == ["1", "2"]
    assert (third["new"], third["changed"], third["unchanged"]) == (0, 1, 2)
    assert shop.stored()["1"][:2] == ("Other", "All about 1")

    shop.lists(1, 2, 3, title_1="Other", version_2="7", version_3="8")
    shop.tells(3, text="New words")
    fourth = shop.reads()
    assert shop.asked() == ["3"]
    assert (fourth["changed"], fourth["unchanged"]) == (1, 2)
    assert shop.stored()["3"][1] == "New words"


def test_a_relative_date_is_no_change(shop: Shop) -> None:
    shop.lists(1, age_1="Posted 3 Days Ago")
    shop.tells(1)
    shop.reads()
    shop.asked()
    shop.lists(1, age_1="Posted 4 Days Ago")
    again = shop.reads()
    assert shop.asked() == []
    assert (again["changed"], again["unchanged"]) == (0, 1)


def test_what_waits_for_its_details_is_kept_as_the_list_has_it(shop: Shop) -> None:
    """Five postings, three details a run: nothing is missing, nothing closes, no failure."""
    shop.lists(1, 2, 3, 4, 5)
    shop.tells(1, 2, 3, 4, 5)
    first = shop.reads()
    assert (first["outcome"], first["complete"], first["new"]) == ("ok", True, 5)
    assert first["detail"] == "2 postings wait for the next run to read the details"
    assert [shop.stored()[n][1] for n in "34"] == ["All about 3", ""]
    shop.asked()
    second = shop.reads()
    assert sorted(shop.asked()) == ["4", "5"]
    assert (second["detail"], second["new"], second["changed"]) == (None, 0, 0)
    assert [shop.stored()[n][1] for n in "12345"] == [f"All about {n}" for n in "12345"]
    shop.reads()
    assert shop.asked() == []


@pytest.mark.parametrize("status", [404, 500, 200])
def test_a_detail_that_cannot_be_read_costs_only_itself(shop: Shop, status: int) -> None:
    shop.lists(1, 2)
    shop.tells(1)
    shop.server.answers[shop.page(2)] = text("<html>", status)
    first = shop.reads()
    assert (first["outcome"], first["complete"], first["listed"]) == ("ok", True, 2)
    assert "1 posting waits for the next run to read the details" in first["detail"]
    assert shop.stored()["2"] == ("Job 2", "", "http://" + shop.host + "/list", True)
    shop.tells(2)
    shop.asked()
    assert shop.reads()["detail"] is None
    assert shop.asked() == ["2"]
    assert shop.stored()["2"][1] == "All about 2"


def test_a_host_that_asks_for_fewer_requests_is_asked_for_no_more_details(shop: Shop) -> None:
    shop.lists(1, 2, 3)
    shop.tells(2, 3)
    shop.tells(1, slower=True)
    shop.crawl.settings["delay"] = 0.2
    first = shop.reads()
    assert (first["outcome"], first["complete"], first["listed"]) == ("ok", True, 3)
    assert "3 postings wait for the next run" in first["detail"]
    assert "asks for fewer requests" in first["detail"]
    assert shop.asked() == ["1"]
    shop.tells(1)
    assert shop.reads()["detail"] is None
    assert sorted(shop.asked()) == ["1", "2", "3"]


def test_the_list_is_read_to_its_end_before_its_details(shop: Shop) -> None:
    def page(job: int, following: int | None) -> Any:
        listed = [{"id": str(job), "title": "Cook", "page": f"http://{shop.page(job)}"}]
        link = f"http://{shop.host}/list/{following}" if following else None
        return text(json.dumps({"jobs": listed, "next": link}))

    shop.server.answers[f"{shop.host}/list"] = page(1, 2)
    shop.server.answers[f"{shop.host}/list/2"] = page(2, 3)
    shop.server.answers[f"{shop.host}/list/3"] = page(3, None)
    shop.tells(1, 2, 3)
    shop.reads()
    order = [path.removeprefix(f"{shop.host}/") for path in shop.server.paths(f"{shop.host}/")]
    assert order == ["robots.txt", "list", "list/2", "list/3", "page/1", "page/2", "page/3"]


def test_details_that_were_read_outlive_a_failure_to_read_them_again(shop: Shop) -> None:
    shop.lists(1)
    shop.tells(1, employer="Shop AG")
    shop.reads()
    shop.lists(1, title_1="Other")
    shop.server.answers[shop.page(1)] = text("", 500)
    for _ in range(3):
        again = shop.reads()
        assert (again["outcome"], again["changed"], again["closed"]) == ("ok", 0, 0)
    assert shop.stored()["1"] == ("Job 1", "All about 1", "Shop AG", True)


def test_a_posting_that_comes_back_is_open_again_with_its_details(shop: Shop) -> None:
    shop.lists(1, 2)
    shop.tells(1, 2)
    shop.reads()
    shop.lists(2)
    assert [shop.reads()["closed"] for _ in range(2)] == [0, 1]
    assert shop.stored()["1"][3] is False
    shop.asked()
    shop.lists(1, 2)
    assert shop.reads()["unchanged"] == 2
    assert shop.asked() == []
    assert shop.stored()["1"][1:] == ("All about 1", shop.token, True)


def test_a_list_that_breaks_off_still_brings_the_details_of_what_it_named(shop: Shop) -> None:
    shop.lists(1, 2)
    shop.tells(1, 2)
    shop.reads()
    listed = [{"id": "1", "title": "Job 1", "page": f"http://{shop.page(1)}"}]
    more = {"jobs": listed, "next": f"http://{shop.host}/missing"}
    shop.server.answers[f"{shop.host}/list"] = text(json.dumps(more))
    for _ in range(3):
        assert shop.reads()["complete"] is False
    assert shop.stored()["2"][3] is True


@pytest.mark.skipif(os.name != "posix", reason="sends POSIX signals")
def test_a_run_that_is_stopped_keeps_what_was_listed(shop: Shop) -> None:
    opened, reached = threading.Event(), threading.Event()

    def wait(request: Request) -> None:
        reached.set()
        opened.wait(20)
        text('{"text": "All about 1"}')(request)

    shop.lists(1, 2)
    shop.server.answers[shop.page(1)] = wait
    process = shop.crawl.start({"source": "detailed", "token": shop.token})
    assert reached.wait(20)
    process.send_signal(signal.SIGINT)
    until(lambda: "Stopping()" in shop.crawl.told())
    opened.set()
    shop.crawl.end()
    assert [shop.stored()[n][1] for n in "12"] == ["All about 1", ""]
    shop.tells(1, 2)
    shop.asked()
    shop.reads()
    assert shop.asked() == ["2"]


def test_pages_a_list_gives_only_addresses_of(crawl: Crawl, server: Server) -> None:
    host = "http://addresses.example"
    board = {"source": "addresses", "token": f"{host}/list"}

    def lists(**pages: str) -> None:
        answer = {"pages": {f"{host}/{name}": version for name, version in pages.items()}}
        server.answers["addresses.example/list"] = text(json.dumps(answer))

    def reads() -> Any:
        server.hits.clear()
        return crawl(board)["reads"][board["token"]]

    def asked() -> set[str]:
        pages = {path.rpartition("/")[2] for path in server.paths("addresses.example/")}
        return pages - {"list", "robots.txt"}

    lists(a="1", b="1")
    server.answers["addresses.example/a"] = jobs(1, 2)
    server.answers["addresses.example/b"] = jobs(3)
    first = reads()
    assert (first["outcome"], first["new"], asked()) == ("ok", 3, {"a", "b"})
    lists(a="1", b="2")
    second = reads()
    assert (second["unchanged"], second["complete"], asked()) == (3, True, {"b"})
    # A page that cannot be read may hold anything: nothing closes.
    lists(a="1", b="3")
    server.answers["addresses.example/b"] = text("", 500)
    third = reads()
    assert (third["complete"], third["closed"]) == (False, 0)
    lists(a="1")
    assert [reads()["closed"] for _ in range(2)] == [0, 1]
