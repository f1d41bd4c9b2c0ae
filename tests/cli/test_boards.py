"""Boards from the command line: addresses, pages, lists, and what is said of bad ones."""

import json
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.conftest import ROOT


def tokens(inroad):
    listed = json.loads(inroad("boards", "list", "--format", "json").out)
    return {f"{b['source']}:{b['token']}": b for b in listed}


def test_addresses_are_recognised_without_fetching(inroad):
    inroad(
        "boards",
        "add",
        "https://boards.greenhouse.io/acme/jobs/123",
        "https://jobs.eu.lever.co/moorcroft",
        "ashby:Tall Grass",
    )
    assert set(tokens(inroad)) == {"greenhouse:acme", "lever:eu/moorcroft", "ashby:Tall Grass"}


def test_a_name_the_user_gives_is_the_users(inroad):
    inroad("boards", "add", "greenhouse:acme", "--employer", "Acme Robotics")
    board = tokens(inroad)["greenhouse:acme"]
    assert (board["employer"], board["employer_origin"]) == ("Acme Robotics", "user")
    assert (
        "exactly one board"
        in inroad("boards", "add", "greenhouse:a", "lever:b", "--employer", "X", code=2).err
    )


def test_what_cannot_be_a_board_is_named_and_the_rest_is_added(inroad):
    ran = inroad("boards", "add", "greenhouse:acme", "nonsense", "mystery:acme", code=3)
    assert "greenhouse:acme" in ran.out
    assert "nonsense" in ran.err and "mystery" in ran.err
    assert inroad("boards", "add", "nonsense", code=1).out == ""


@pytest.mark.parametrize("site", ["linkedin.com/company/x", "indeed.com/x", "glassdoor.com/x"])
def test_sites_we_never_touch_are_refused(inroad, site):
    error = inroad("boards", "add", f"https://www.{site}", code=1).err
    assert "never" in error


def test_adding_twice_keeps_one(inroad):
    inroad("boards", "add", "greenhouse:acme")
    assert "1 already" in inroad("boards", "add", "greenhouse:acme").out
    assert len(tokens(inroad)) == 1


def test_removing(inroad):
    inroad("boards", "add", "greenhouse:acme", "lever:b")
    assert "Removed 1" in inroad("boards", "remove", "greenhouse:acme").out
    assert set(tokens(inroad)) == {"lever:b"}
    assert "not among your boards" in inroad("boards", "remove", "greenhouse:acme", code=1).err


def test_the_starter_list(inroad):
    inroad("boards", "add", "--starter")
    boards = tokens(inroad)
    assert len(boards) >= 140
    assert all(b["employer"] for b in boards.values())


def test_a_directory_is_imported_and_its_bad_rows_are_named(inroad, tmp_path):
    file = tmp_path / "boards.csv"
    file.write_text(
        "name,slug,url\n"
        "Acme,acme,https://boards.greenhouse.io/acme\n"
        "Broken,,\n"
        "Bad,x,https://www.linkedin.com/company/x\n"
        "Moorcroft,moorcroft,https://jobs.lever.co/moorcroft\n",
        encoding="utf-8",
    )
    ran = inroad("boards", "import", file, code=3)
    assert "2 boards added" in ran.out
    assert "line 3" in ran.err and "line 4" in ran.err
    assert tokens(inroad)["lever:moorcroft"]["employer"] == "Moorcroft"
    file.write_text("source,token,employer\nashby,tallgrass,Tallgrass\n", encoding="utf-8")
    assert "1 boards added" in inroad("boards", "import", file).out


def test_a_file_that_is_no_directory_gets_one_line(inroad, tmp_path):
    for content in (b"", b"\x00\x01\x02\xff" * 50, b"colour,shape\nred,round\n"):
        file = tmp_path / "odd.csv"
        file.write_bytes(content)
        error = inroad("boards", "import", file, code=1).err
        assert len(error.strip().splitlines()) == 1 and "odd.csv" in error


@pytest.mark.skipif(
    not (ROOT.parent / "shared/data/boards").is_dir(), reason="no real directories beside us"
)
def test_thousands_of_rows_are_imported_at_once(inroad):
    file = Path(ROOT.parent / "shared/data/boards/greenhouse.csv")
    started = time.monotonic()
    inroad("boards", "import", file, code=None)
    assert len(tokens(inroad)) > 5000
    assert time.monotonic() - started < 60


PAGES = {
    "acme.example": (
        200,
        '<iframe src="https://boards.greenhouse.io/embed/job_board?for=acme"></iframe>',
    ),
    "sisters.example": (
        200,
        '<a href="https://jobs.lever.co/one">One</a> <a href="https://jobs.ashbyhq.com/two">Two</a>',
    ),
    "plain.example": (200, "<h1>We bake bread</h1>"),
    "own.example": (
        200,
        '<script type="application/ld+json">{"@type": "JobPosting", "title": "Baker", '
        '"datePosted": "2026-11-01", "hiringOrganization": {"name": "Own"}}</script>',
    ),
    "moved.example": (302, "https://jobs.eu.lever.co/moved"),
    "gone.example": (404, ""),
    "day.example": (302, "https://day.taleo.net/careersection/2/jobsearch.ftl"),
}


class Sites(BaseHTTPRequestHandler):
    def do_GET(self):
        _, host, *path = self.path.split("/")
        status, body = PAGES.get(host, (404, "")) if path != ["robots.txt"] else (404, "")
        self.send_response(status)
        if status == 302:
            self.send_header("Location", body)
            body = ""
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *words):
        pass


@pytest.fixture
def web(inroad):
    """Careers pages of invented employers, behind the origins setting."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Sites) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        inroad.configure(
            "[crawl]\ndelay = 0.0\n[crawl.origins]\n"
            f'"*" = "http://127.0.0.1:{server.server_address[1]}/{{host}}"\n'
        )
        yield inroad
        server.shutdown()


@pytest.mark.parametrize(
    ("page", "board", "evidence"),
    [
        ("acme.example/careers", "greenhouse:acme", "iframe"),
        ("moved.example/jobs", "lever:eu/moved", "jobs.eu.lever.co/moved"),
        ("own.example/jobs", "jobposting:https://own.example/jobs", "JobPosting"),
    ],
)
def test_a_careers_page_says_which_board_it_uses(web, page, board, evidence):
    out = web("boards", "detect", f"https://{page}").out
    assert board in out and evidence in out
    assert tokens(web) == {}, "detecting adds nothing"
    web("boards", "add", f"https://{page}")
    assert set(tokens(web)) == {board}


def test_a_page_that_names_several_boards_leaves_the_choice_to_the_user(web):
    error = web("boards", "add", "https://sisters.example", code=1).err
    assert "lever:one" in error and "ashby:two" in error
    assert tokens(web) == {}
    web("boards", "add", "--all", "https://sisters.example")
    assert set(tokens(web)) == {"lever:one", "ashby:two"}


def test_pages_that_lead_nowhere_say_so_and_cost_the_others_nothing(web):
    ran = web(
        "boards",
        "add",
        "https://plain.example",
        "https://gone.example",
        "https://day.example",
        "https://acme.example",
        "lever:x",
        code=3,
    )
    assert "plain.example names no board" in ran.err
    assert "gone.example could not be looked at" in ran.err and "404" in ran.err
    assert "Taleo" in ran.err
    assert set(tokens(web)) == {"greenhouse:acme", "lever:x"}
