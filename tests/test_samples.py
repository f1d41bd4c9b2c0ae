"""The sample world of `inroad demo`: it is invented, whole, fresh, and served as the real hosts
would."""

import csv
import json
import re
import socket
import urllib.error
import urllib.request
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from urllib.parse import quote

import pytest

from cli.samples.server import SampleServer, fill, pages, sample_boards
from crawler.posting import Posting
from crawler.sources import SOURCES
from crawler.sources.base import Board, Employer, Fetch, Listed, OnFailure, Reply, Unreadable
from matcher.employers.link import Tier, link
from matcher.employers.load import load_knowledge

ROOT = files("cli.samples")
LINKEDIN = Path(str(ROOT)) / "linkedin"
DIRECTORIES = Path(__file__).resolve().parents[2] / "shared" / "data" / "boards"
TODAY = date(2031, 3, 1)
BOARDS = sample_boards(ROOT)
MOVED = "bramblegatebank"
EMPLOYERS = {
    "Bramblegate Bank",
    "Calvessa Bio",
    "Castellane Freight",
    "Halvarsund Marine",
    "Kestrelline Robotics",
    "Larkmoor Analytics",
    "Marrowfield Health",
    "Quillmere",
    "Sonnwendt Energie",
    "Thornquay Water",
}
NO_EMPLOYER = {"", "Self-employed", "Selbstständig", "Indépendante", "Stealth Startup"}
NO_EMPLOYER |= {"Retired", "Career Break"}


@pytest.fixture(scope="module")
def server():
    with SampleServer(ROOT, TODAY) as running:
        yield running


def get(server, url):
    """GET `url` from the sample server, as `[crawl.origins]` would direct it."""
    host, path = re.fullmatch(r"https://([^/]+)(.*)", url).groups()
    request = server.origins["*"].format(host=host) + path
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            headers = {k.lower(): v for k, v in response.headers.items()}
            return Reply(url, response.status, response.read(), headers)
    except urllib.error.HTTPError as error:
        return Reply(url, error.code, error.read(), {})


def read(server, board):
    """What the board's real source makes of the sample: (postings, employer names, trouble)."""
    source = SOURCES[board.source]
    postings, names, trouble, asked = [], [], [], set()
    waiting = list(source.start(board))
    while waiting:
        fetch = waiting.pop()
        if fetch.url in asked:
            continue
        asked.add(fetch.url)
        reply = get(server, fetch.url)
        if reply.status != 200 and reply.status not in fetch.accept_status:
            if fetch.on_failure is not OnFailure.IGNORE:
                trouble.append((fetch.url, reply.status))
            continue
        reply = Reply(reply.url, reply.status, reply.body, reply.headers, fetch.note)
        for found in source.parse(reply, board):
            match found:
                case Fetch():
                    waiting.append(found)
                case Listed():
                    waiting.append(found.detail)
                case Posting():
                    postings.append(found)
                case Employer():
                    names.append(found.name)
                case Unreadable():
                    trouble.append(found)
    return postings, names, trouble


def connections(name):
    text = (LINKEDIN / name).read_text("utf-8")
    return list(csv.DictReader(text[text.index("First Name") :].splitlines()))


def people_by_profile(name):
    return {row["URL"]: row for row in connections(name) if row["URL"]}


# The real addresses, spelled out, so that a source asking elsewhere is noticed.
ADDRESSES = {
    "greenhouse": "https://boards-api.greenhouse.io/v1/boards/{}/jobs?content=true",
    "lever": "https://api.lever.co/v0/postings/{}?mode=json",
    "lever eu": "https://api.eu.lever.co/v0/postings/{}?mode=json",
    "ashby": "https://api.ashbyhq.com/posting-api/job-board/{}?includeCompensation=true",
    "jobposting": "{}/sitemap.xml",
}


def address(source, token):
    if source == "lever" and token.startswith("eu/"):
        return ADDRESSES["lever eu"].format(token.removeprefix("eu/"))
    return ADDRESSES[source].format(token if source == "jobposting" else quote(token))


@pytest.mark.parametrize(("source", "token", "employer"), BOARDS)
def test_each_board_answers_at_its_real_address(server, source, token, employer):
    reply = get(server, address(source, token))
    if token == MOVED:
        assert reply.status == 404
        return
    assert reply.status == 200
    if source == "jobposting":
        assert reply.headers["content-type"].startswith("application/xml")
    else:
        assert reply.headers["content-type"].startswith("application/json")
        assert reply.json()


@pytest.mark.parametrize(("source", "token", "employer"), BOARDS)
def test_each_board_is_read_whole_by_its_source(server, source, token, employer):
    if token == MOVED:
        postings, _, trouble = read(server, Board(source, token))
        assert postings == []
        assert [status for _, status in trouble] == [404]
        return
    postings, names, trouble = read(server, Board(source, token))
    assert trouble == []
    assert len(postings) >= 4
    assert {p.employer for p in postings} - {None} or names
    now = datetime.combine(TODAY, datetime.min.time())
    for posting in postings:
        assert len(posting.description) > 200
        assert posting.locations
        assert now - timedelta(days=60) < posting.published_at < now
        assert posting.valid_through is None or posting.valid_through > now


def test_the_boards_add_up_to_the_world_the_demo_shows(server):
    read_boards = [read(server, Board(s, t)) for s, t, _ in BOARDS if t != MOVED]
    assert sum(len(postings) for postings, _, _ in read_boards) == 60
    employers = {p.employer or names[0] for postings, names, _ in read_boards for p in postings}
    assert employers | {"Bramblegate Bank"} == EMPLOYERS


def test_every_placeholder_is_filled(server):
    found = pages(ROOT)
    assert len(found) > 20
    for path in found:
        reply = get(server, "https:/" + quote(path))
        assert reply.status == 200, path
        assert "{{" not in reply.text, path
        if reply.headers["content-type"].startswith("application/json"):
            json.loads(reply.text)


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("{{today}}", "2031-03-01"),
        ("{{today-1}}T09:12:00+00:00", "2031-02-28T09:12:00+00:00"),
        ("{{today+31}}", "2031-04-01"),
        (
            "[{{ms:today-1}}]",
            f"[{int(datetime(2031, 2, 28, tzinfo=UTC).timestamp() * 1000)}]",
        ),
        ("{{yesterday}} {today}", "{{yesterday}} {today}"),
    ],
)
def test_placeholders_are_relative_to_today(text, filled):
    assert fill(text, TODAY) == filled


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/boards.toml",
        "/boards",
        "/server.py",
        "/../server.py",
        "/careers.castellane.example/../boards.toml",
        "/careers.castellane.example/%2e%2e/boards.toml",
        "/careers.castellane.example/..%5cboards.toml",
        "/careers.castellane.example//etc/passwd",
        "/careers.castellane.example/jobs",
        "/careers.castellane.example/robots.txt%00",
        "/CON",
    ],
)
def test_nothing_but_the_pages_is_served(server, path):
    port = int(server.origins["*"].split(":")[2].split("/")[0])
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(f"GET {path} HTTP/1.0\r\n\r\n".encode())
        assert b" 404 " in connection.makefile("rb").readline()


def test_the_server_is_gone_after_the_with_block():
    with SampleServer(ROOT, TODAY) as running:
        origin = running.origins["*"].format(host="jobs.lever.co")
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(origin + "/quillmere", timeout=10)
    with pytest.raises(RuntimeError):
        _ = running.origins


def test_the_samples_are_small():
    files_ = [f for f in Path(str(ROOT)).rglob("*") if f.is_file() and f.suffix != ".pyc"]
    assert sum(f.stat().st_size for f in files_) < 300_000


def test_people_and_their_addresses_are_invented():
    for row in connections("Connections.csv") + connections("Connections-older.csv"):
        assert row["URL"] == "" or row["URL"].endswith("-example")
        assert row["Email Address"] == "" or row["Email Address"].endswith(".example")


def test_a_year_between_the_exports_makes_former_workplaces_visible():
    older, newer = people_by_profile("Connections-older.csv"), people_by_profile("Connections.csv")
    assert len(newer) == 60
    moved = [
        url
        for url in older.keys() & newer.keys()
        if newer[url]["Company"]
        and older[url]["Company"].split()[:2] != newer[url]["Company"].split()[:2]
    ]
    assert len(moved) >= 5
    assert newer.keys() - older.keys()
    assert older.keys() - newer.keys()


def test_the_work_history_names_people_who_are_there():
    newer = people_by_profile("Connections.csv").values()
    keys = {"linkedin:" + row["URL"].rpartition("/")[2] for row in newer}
    keys |= {"email:" + row["Email Address"] for row in newer if row["Email Address"]}
    keys |= {f"{row['First Name']} {row['Last Name']}" for row in newer}
    with (LINKEDIN / "workhistory.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) >= 4
    assert {row["contact_key"] for row in rows} <= keys


def test_the_names_show_every_tier_and_join_no_look_alikes():
    workplaces = {row["Company"] for row in connections("Connections.csv")}
    knowledge = load_knowledge(Path(__file__).resolve().parents[1] / "config" / "employers")
    links = link(EMPLOYERS, workplaces, knowledge)
    tiers = {(found.employer, found.workplace): found.tier for found in links}
    accepted = {pair for pair, tier in tiers.items() if tier is not Tier.UNSURE}
    assert ("Larkmoor Analytics", "Larkmoor Dental") not in accepted
    assert ("Quillmere", "Quillmeridge") not in accepted
    assert tiers["Castellane Freight", "Castellane Freight (formerly Rouvier Transports)"] == "same"
    assert tiers["Larkmoor Analytics", "Larkmoor Analytics, Inc."] == "same"
    assert set(tiers.values()) == {Tier.SAME, Tier.LIKELY, Tier.UNSURE}
    assert {employer for employer, _ in accepted} == EMPLOYERS - {"Thornquay Water", "Calvessa Bio"}


@pytest.mark.skipif(not DIRECTORIES.is_dir(), reason="no board directories beside the checkout")
def test_no_sample_employer_is_a_real_one():
    def squash(name):
        return re.sub(r"\W", "", name.split("(")[0].casefold())

    ours = {row["Company"] for row in connections("Connections.csv")}
    ours |= {row["Company"] for row in connections("Connections-older.csv")}
    ours |= {token for source, token, _ in BOARDS if source != "jobposting"}
    ours = {squash(name) for name in (ours | EMPLOYERS) - NO_EMPLOYER}
    real = set()
    for directory in DIRECTORIES.glob("*.csv"):
        with directory.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                real |= {squash(row["name"]), squash(row["slug"])}
    assert ours & real == set()
