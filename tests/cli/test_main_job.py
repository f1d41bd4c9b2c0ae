"""The main job from the command line: boards, crawl, contacts, match, review, export."""

import csv
import io
import json
import re
from datetime import date
from importlib import resources

import duckdb
import pytest

from cli.samples.server import SampleServer, sample_boards
from tests.cli.conftest import Here

SAMPLES = resources.files("cli.samples")


@pytest.fixture(scope="module")
def server():
    with SampleServer(SAMPLES, date(2026, 11, 23)) as running:
        yield running


@pytest.fixture(scope="module")
def world(tmp_path_factory, server):
    """A home with the sample network, crawled once. Tests only read it."""
    inroad = Here(tmp_path_factory.mktemp("world") / "home")
    inroad.environment["INROAD_NOW"] = "2026-11-23T09:00:00"
    origins = "".join(f'"{k}" = "{v}"\n' for k, v in server.origins.items())
    inroad.configure(
        f'[crawl]\ndelay = 0.0\ncontact = "me@seeker.example"\n[crawl.origins]\n{origins}'
    )
    with resources.as_file(SAMPLES / "linkedin") as files:
        inroad("contacts", "import", "--taken-on", "2025-11-23", files / "Connections-older.csv")
        inroad("contacts", "import", "--taken-on", "2026-11-23", files)
    inroad("boards", "add", *(f"{s}:{t}" for s, t, _ in sample_boards(SAMPLES)))
    inroad.first_crawl = inroad("crawl", code=3)
    return inroad


def targets(world, *words):
    return {
        opening["employer"]: {t["contact"]: t for t in opening["targets"]}
        for opening in json.loads(world("match", "--format", "json", *words).out)
    }


def test_the_crawl_names_the_board_that_has_moved_and_keeps_the_rest(world):
    out = world.first_crawl.out
    assert "9 ok, 1 not_found" in out
    assert "greenhouse:bramblegatebank" in out
    assert re.search(r"Postings: 60 new, 0 changed, 0 unchanged, 0 closed", out)


def test_every_fact_of_a_posting_reaches_the_database(world):
    with duckdb.connect(str(world.home / "postings.duckdb"), read_only=True) as connection:
        rows = connection.execute("SELECT * FROM postings JOIN posting_texts USING (text_hash)")
        names = [column[0] for column in rows.description]
        postings = [dict(zip(names, row, strict=True)) for row in rows.fetchall()]
    assert len(postings) == 60
    for posting in postings:
        assert posting["title"] and posting["url"].startswith("https://")
        assert posting["employer"] and posting["description"]
        assert posting["published_at"] is not None
        assert "<p>" not in posting["description"]
    origins = {p["source"]: p["employer_origin"] for p in postings}
    assert origins == {
        "greenhouse": "payload",
        "lever": "page",
        "ashby": "page",
        "jobposting": "payload",
    }
    assert any(p["pay_min"] for p in postings)
    assert {"hybrid", "remote"} <= {p["workplace_type"] for p in postings}
    assert any(p["country"] for p in postings)


def test_people_there_now_and_people_who_left(world):
    found = targets(world)
    assert found["Halvarsund Marine"]["Sunniva Haugland"]["relation"] == "current"
    left = found["Larkmoor Analytics"]["Hye-jin Moon"]
    assert (left["relation"], left["since"], left["until"]) == ("former", "2016", "2020")
    assert left["profile_url"].endswith("hyejin-moon-example")


def test_targets_carry_every_promised_field(world):
    openings = json.loads(world("match", "--format", "json").out)
    assert openings
    for opening in openings:
        assert set(opening) == {"employer", "postings", "targets"}
        for posting in opening["postings"]:
            assert set(posting) == {
                *("id", "title", "location", "url", "published", "portfolio"),
            }
        scores = [t["score"] for t in opening["targets"]]
        assert scores == sorted(scores, reverse=True)
        for target in opening["targets"]:
            assert set(target) == {
                "contact_id",
                "contact",
                "title",
                "workplace",
                "relation",
                "since",
                "until",
                "match",
                "reason",
                "score",
                "profile_url",
                "email",
                "about",
                "confidence",
                "parts",
                "blocked",
                "silent_months",
                "named_by",
            }
            assert target["match"] in ("same", "likely")
            assert target["relation"] in ("current", "former")
            assert target["reason"]


def test_people_without_an_employer_are_never_targets(world):
    names = {t["workplace"] for people in targets(world).values() for t in people.values()}
    assert not names & {"Stealth Startup", "Self-employed", "Career Break", "Freelance"}


def test_filters_narrow_the_report(world):
    everything = targets(world)
    assert set(targets(world, "--employer", "halvarsund")) == {"Halvarsund Marine"}
    former = targets(world, "--former")
    assert {t["relation"] for people in former.values() for t in people.values()} == {"former"}
    current = targets(world, "--current")
    assert {t["relation"] for people in current.values() for t in people.values()} == {"current"}
    assert len(targets(world, "--limit", "2")) == 2 < len(everything)
    for words, key in (
        (["--title", "data engineer"], "title"),
        (["--location", "oslo"], "location"),
    ):
        for opening in json.loads(world("match", "--format", "json", *words).out):
            for posting in opening["postings"]:
                for word in words[1].split():
                    assert word in posting[key].lower()
    fresh = json.loads(world("match", "--format", "json", "--since", "7d").out)
    assert fresh
    assert all(p["published"] >= "2026-11-16" for o in fresh for p in o["postings"])


def test_saved_filters_apply_until_the_command_line_says_otherwise(world, tmp_path):
    saved = (world.home / "config.toml").read_text(encoding="utf-8")
    try:
        world.configure(saved + '[search]\nemployer = ["halvarsund"]\nrelation = "former"\n')
        assert set(targets(world)) == {"Halvarsund Marine"}
        assert len(targets(world, "--both")["Halvarsund Marine"]) > len(
            targets(world)["Halvarsund Marine"]
        )
        assert set(targets(world, "--employer", "larkmoor")) == {"Larkmoor Analytics"}
    finally:
        world.configure(saved)


def test_a_span_that_is_none_is_a_usage_error(world):
    assert "neither a span" in world("match", "--since", "soon", code=2).err


def test_the_report_says_what_was_looked_at(world):
    out = world("match").out
    assert "Looked at 60 postings of 9 employers and" in out
    assert "Halvarsund Marine — 7 open postings" in out


def test_it_says_plainly_when_nobody_is_known(world):
    out = world("match", "--employer", "thornquay").out
    assert "Nobody in your files works or worked at" in out
    out = world("match", "--title", "astronaut").out
    assert "No open posting fits" in out


def test_markdown_is_a_document_with_links(world):
    out = world("match", "--format", "markdown").out
    assert out.startswith("## ")
    assert "](https://www.linkedin.com/in/" in out
    assert "| posting | where | age |" in out


def test_the_export_opens_in_spreadsheets(world, tmp_path):
    file = tmp_path / "targets.csv"
    world("export", file)
    raw = file.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert raw.count(b"\r\n") == raw.count(b"\n")
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
    assert list(rows[0]) == (
        "rank,employer,posting_title,posting_location,posting_url,published,contact_name,"
        "contact_title,contact_workplace,relation,since,until,match,reason,score,profile_url,email,"
        "ask_status,blocked,blocked_until,suggested_draft,next_step"
    ).split(",")
    expected = sum(
        len(o["postings"]) * len(o["targets"])
        for o in json.loads(world("match", "--format", "json").out)
    )
    assert len(rows) == expected
    ranks = [int(r["rank"]) for r in rows]
    assert ranks == sorted(ranks) and ranks[0] == 1


def test_the_plain_export_is_for_machines(world, tmp_path):
    file = tmp_path / "targets.csv"
    world("export", "--plain", file)
    raw = file.read_bytes()
    assert raw.startswith(b"rank,") and b"\r" not in raw
    assert world("export", "--plain", "-").out.encode() == raw


def test_a_verdict_wins_from_then_on(world):
    listed = world("review", "--list").out
    assert "?=" in listed, "the sample network has a pair to decide"
    first = re.search(r"1 of \d+  (.+?)  \?=  (.+)", listed)
    employer, workplace = first[1].strip(), first[2].strip()
    before = targets(world).get(employer, {})
    assert workplace not in {t["workplace"] for t in before.values()}
    assert "1 decided" in world("review", stdin="same\nq\n").out
    joined = [t for t in targets(world)[employer].values() if t["workplace"] == workplace]
    assert joined and joined[0]["match"] == "same"
    assert (
        employer not in world("review", "--list").out
        or workplace not in world("review", "--list").out
    )


def test_boards_in_every_shape(world):
    listed = json.loads(world("boards", "list", "--format", "json").out)
    assert len(listed) == 10
    moved = next(b for b in listed if b["token"] == "bramblegatebank")
    assert moved["outcome"] == "not_found"
    rows = list(csv.DictReader(io.StringIO(world("boards", "list", "--format", "csv").out)))
    assert [r["token"] for r in rows] == [b["token"] for b in listed]
    assert "Halvarsund Marine" in world("boards", "list").out


def test_an_unchanged_crawl_changes_nothing(world):
    before = world("match", "--format", "json").out
    again = world("crawl", code=3)
    assert "0 new, 0 changed, 60 unchanged, 0 closed" in again.out
    assert world("match", "--format", "json").out == before


def test_one_board_may_be_crawled_alone(world):
    assert "1 read: 1 ok" in world("crawl", "lever:quillmere").out
    assert "not among your boards" in world("crawl", "lever:nobody", code=2).err


def test_a_fresh_home_says_what_to_do_first(inroad):
    assert "inroad boards add" in inroad("crawl", code=1).err
    out = inroad("match").out
    assert "No boards are watched yet" in out
    assert "No contacts with a workplace yet" in out
    assert json.loads(inroad("match", "--format", "json").out) == []
    assert "Nothing to decide" in inroad("review").out
    assert "No boards yet" in inroad("boards", "list").out


def test_the_demo_is_the_whole_job_offline(inroad, tmp_path):
    into = tmp_path / "demo"
    out = inroad("demo", "--into", into).out
    assert "60 new" in out
    assert "Halvarsund Marine — 7 open postings" in out
    assert (into / "targets.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert "Now with your own" in out
    assert not inroad.home.exists(), "the user's own data folder is not touched"
    assert "60 new" in inroad("demo", "--into", into).out, "a second demo starts afresh"


def test_the_demo_leaves_a_strangers_folder_alone(inroad, tmp_path):
    (tmp_path / "novel.txt").write_text("Call me")
    assert "novel.txt" in inroad("demo", "--into", tmp_path, code=1).err
    assert (tmp_path / "novel.txt").exists()
