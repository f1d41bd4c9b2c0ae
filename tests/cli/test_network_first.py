"""Crawling where the user knows people: directories, suggestions, trust, probes, order."""

import csv
import io
import json

import duckdb
import pytest

from cli.durations import parse_duration, span
from tests.cli.invented import PEOPLE, directory, greenhouse, know, lever
from tests.conftest import ROOT


def suggested(inroad, *words):
    return json.loads(inroad("boards", "suggest", "--format", "json", *words).out)


def boards(inroad):
    listed = json.loads(inroad("boards", "list", "--format", "json").out)
    return {f"{b['source']}:{b['token']}": b for b in listed}


# Directories


def test_a_directory_is_kept_apart_replaced_listed_and_removed(home, tmp_path):
    ran = directory(home, tmp_path, "Acme,greenhouse,acme", "Bad,,", "Odd,mystery,x", code=3)
    assert "1 boards kept in the directory list" in ran.out and "2 not usable" in ran.out
    assert "line 3" in ran.err and "line 4" in ran.err and "mystery" in ran.err
    assert boards(home) == {}
    ran = directory(home, tmp_path, "Brim,lever,brim", "Cove,ashby,cove", "Brim,lever,brim")
    assert "in place of the earlier one" in ran.out and "1 named twice" in ran.out
    listed = json.loads(home("boards", "directories", "list", "--format", "json").out)
    assert [(d["name"], d["boards"], d["unusable"]) for d in listed] == [("list", 2, 0)]
    assert "list: 2 boards" in home("boards", "directories", "list").out
    assert (
        "There is no directory other"
        in home("boards", "directories", "remove", "other", code=1).err
    )
    home("boards", "directories", "remove", "list")
    assert "No directories yet" in home("boards", "directories", "list").out
    assert "No directories yet" in home("boards", "suggest").out


def test_a_directory_with_nothing_usable_replaces_nothing(home, tmp_path):
    directory(home, tmp_path, "Acme,greenhouse,acme")
    ran = directory(home, tmp_path, "Bad,,", code=1)
    assert "nothing was kept" in ran.err and "line 2" in ran.err
    listed = json.loads(home("boards", "directories", "list", "--format", "json").out)
    assert listed[0]["boards"] == 1


# Suggestions


def test_boards_of_known_employers_are_proposed_the_most_people_first(home, tmp_path):
    directory(
        home,
        tmp_path,
        "Quillmere GmbH,lever,quillmere",
        "Tallgrass Robotics,greenhouse,tallgrass",
        "Nobody Knows,ashby,nobody",
        ",ashby,quillmere",
        "Freelance,ashby,freelance",
    )
    found = suggested(home)
    assert [s["board"] for s in found] == ["greenhouse:tallgrass", "lever:quillmere"]
    first = found[0]
    assert (first["current"], first["former"], first["contacts"]) == (2, 0, None)
    assert first["workplaces"] == ["Tallgrass Robotics", "Tallgrass Robotics Inc."]
    assert (first["tier"], first["confidence"], first["trust"]) == ("same", "sure", "unconfirmed")
    assert first["found_in"] == "list" and first["reason"] and 0 < first["score"] <= 1
    unsure = {s["board"]: s for s in suggested(home, "--unsure")}
    assert unsure["ashby:quillmere"]["evidence"] == "token"
    assert unsure["ashby:quillmere"]["confidence"] == "unsure"
    assert [s["board"] for s in suggested(home, "--limit", "1")] == ["greenhouse:tallgrass"]


def test_people_are_counted_unless_asked_for(home, tmp_path):
    directory(home, tmp_path, "Tallgrass Robotics,greenhouse,tallgrass")
    said = {s: home("boards", "suggest", "--format", s).out for s in ("table", "json", "csv")}
    for text in said.values():
        assert not any(last in text for _, last, _ in PEOPLE)
    assert "2 now, 0 formerly" in said["table"]
    assert "Ilse Vandermolen" in home("boards", "suggest", "--who").out
    assert suggested(home, "--who")[0]["contacts"] == ["Ilse Vandermolen", "Kofi Mensah"]
    rows = list(csv.DictReader(io.StringIO(said["csv"])))
    assert rows[0]["workplaces"] == "Tallgrass Robotics; Tallgrass Robotics Inc."


def test_only_sure_ones_are_added_and_they_are_unconfirmed(home, tmp_path):
    directory(
        home, tmp_path, "Tallgrass Robotics,greenhouse,tallgrass", ",ashby,quillmere", "X,lever,x"
    )
    assert "Watching 1 more boards" in home("boards", "suggest", "--add").out
    watched = boards(home)
    assert set(watched) == {"greenhouse:tallgrass"}
    assert watched["greenhouse:tallgrass"]["trust"] == "unconfirmed"
    assert "1 unconfirmed" in home("boards", "list").out
    assert suggested(home) == [], "what is watched is not proposed again"


def test_without_contacts_it_says_what_to_do(inroad):
    assert "inroad contacts import" in inroad("boards", "suggest", code=1).err


# Trust


def test_a_board_is_confirmed_by_its_own_word(home, web, tmp_path):
    greenhouse(web, "tallgrass", "Tallgrass Robotics Ltd")
    lever(web, "quillmere", "Quillmere")
    directory(
        home, tmp_path, "Tallgrass Robotics,greenhouse,tallgrass", "Quillmere,lever,quillmere"
    )
    home("boards", "suggest", "--add")
    assert "2 boards confirmed by name" in home("crawl").out
    watched = boards(home)
    assert {b["trust"] for b in watched.values()} == {"confirmed"}
    assert watched["greenhouse:tallgrass"]["said"] == "Tallgrass Robotics Ltd"
    openings = json.loads(home("match", "--format", "json").out)
    assert {o["employer"] for o in openings} == {"Tallgrass Robotics Ltd", "Quillmere"}
    assert not any("unconfirmed" in t for o in openings for t in o["targets"])
    assert "confirmed by name" not in home("crawl").out, "nothing changed"


def test_a_board_that_says_another_name_is_reported_and_matched_by_its_own(home, web, tmp_path):
    greenhouse(web, "tallgrass", "Thornquay Fisheries")
    lever(web, "quillmere", "Bramblegate Bank")
    directory(
        home, tmp_path, "Tallgrass Robotics,greenhouse,tallgrass", "Quillmere,lever,quillmere"
    )
    home("boards", "suggest", "--add")
    said = home("crawl").out
    assert 'the board says "Thornquay Fisheries"' in said
    assert 'the directory list said "Tallgrass Robotics"' in said
    assert 'the board says "Bramblegate Bank"' in said
    watched = boards(home)
    assert {b["trust"] for b in watched.values()} == {"contradicted"}
    assert watched["greenhouse:tallgrass"]["employer"] == "Thornquay Fisheries"
    assert watched["lever:quillmere"]["employer"] == "Bramblegate Bank"
    assert 'said "Tallgrass Robotics"' in home("boards", "list").out
    assert json.loads(home("match", "--format", "json").out) == []
    home("boards", "add", "greenhouse:tallgrass", "--employer", "Tallgrass Robotics")
    assert boards(home)["greenhouse:tallgrass"]["trust"] is None, "the user's word settles it"


def test_a_board_that_says_no_name_stays_unconfirmed_everywhere(home, web, tmp_path):
    greenhouse(web, "tallgrass", None)
    directory(home, tmp_path, "Tallgrass Robotics,greenhouse,tallgrass")
    home("boards", "suggest", "--add")
    home("crawl")
    home("crawl")
    assert boards(home)["greenhouse:tallgrass"]["trust"] == "unconfirmed"
    (opening,) = json.loads(home("match", "--format", "json").out)
    assert opening["employer"] == "Tallgrass Robotics"
    assert all(t["unconfirmed"] for t in opening["targets"])
    assert all(p["unconfirmed"] for p in opening["postings"])
    table = home("match").out
    assert "1 open posting (unconfirmed)" in table and "only a directory says" in table
    assert "unconfirmed" in home("match", "--format", "csv").out
    assert "unconfirmed" in home("match", "--format", "markdown").out


def test_a_name_between_two_minds_waits_for_the_user(home, web, tmp_path):
    """Neither confirmed nor contradicted; a verdict of the user's decides from then on."""
    greenhouse(web, "tallgrass", "Tallgrass Robotics Studio of Nordhaven")
    directory(home, tmp_path, "Tallgrass Robotics,greenhouse,tallgrass")
    home("boards", "suggest", "--add")
    home("crawl")
    trust = boards(home)["greenhouse:tallgrass"]["trust"]
    assert trust in ("unconfirmed", "confirmed")
    verdicts = tmp_path / "verdicts.csv"
    verdicts.write_text(
        "employer,workplace,same\nTallgrass Robotics,Tallgrass Robotics Studio of Nordhaven,no\n",
        encoding="utf-8",
    )
    home("review", "--import", verdicts)
    assert "another employer's" in home("crawl").out
    assert boards(home)["greenhouse:tallgrass"]["trust"] == "contradicted"


def test_starter_boards_are_claims_too(inroad):
    inroad("boards", "add", "--starter")
    watched = boards(inroad)
    assert {b["claimed_by"] for b in watched.values()} == {"the starter list"}
    assert {b["trust"] for b in watched.values()} == {"unconfirmed"}
    home = inroad.home / "postings.duckdb"
    inroad("boards", "remove", next(iter(watched)))
    with duckdb.connect(str(home), read_only=True) as db:
        assert db.execute("SELECT count(*) FROM claims").fetchall()[0][0] == len(watched) - 1


# Probes


def test_nothing_is_guessed_unless_asked(home, web):
    suggested(home)
    assert web.hits == []


def test_a_guess_is_confirmed_by_name_and_made_once(home, web, tmp_path):
    greenhouse(web, "tallgrassrobotics", "Tallgrass Robotics")
    greenhouse(web, "quillmere", "Thornquay Fisheries")
    ran = home("boards", "suggest", "--probe", "--format", "json")
    (found,) = json.loads(ran.out)
    assert found["board"] == "greenhouse:tallgrassrobotics"
    assert (found["evidence"], found["trust"], found["confidence"]) == (
        "board",
        "confirmed",
        "sure",
    )
    assert "2 exist" in ran.err
    asked = web.paths()
    assert any(path.endswith("robots.txt") for path in asked)
    assert any("api.ashbyhq.com" in path for path in asked)
    assert not any("myworkday" in path for path in asked), "only where a contract allows it"
    before = len(asked)
    again = home("boards", "suggest", "--probe", "--format", "json")
    assert json.loads(again.out) == [found], "what was found is remembered"
    assert "Probed 0" in again.err and len(web.paths()) == before
    home("boards", "suggest", "--add")
    watched = boards(home)
    assert watched["greenhouse:tallgrassrobotics"]["employer"] == "Tallgrass Robotics"
    assert watched["greenhouse:tallgrassrobotics"]["open_postings"] == 0, "a probe keeps nothing"


def test_guesses_are_made_anew_after_the_horizon(home, web):
    home.environment["INROAD_NOW"] = "2026-11-24T09:00:00"
    home("boards", "suggest", "--probe")
    before = len(web.paths())
    home.environment["INROAD_NOW"] = "2027-02-20T09:00:00"
    home("boards", "suggest", "--probe")
    assert len(web.paths()) == before
    home.environment["INROAD_NOW"] = "2027-02-24T09:00:00"
    home("boards", "suggest", "--probe")
    assert len(web.paths()) > before


def test_guesses_are_bounded_and_never_bear_a_contacts_name(home, web):
    ran = home("boards", "suggest", "--probe", "--probes", "2")
    assert "Probed 2 guessed boards" in ran.err and "more guesses wait" in ran.err
    asked = {path.split("?")[0] for path in web.paths() if "robots" not in path}
    assert len(asked) <= 3 and all("tallgrass" in path for path in asked), "most people first"
    home("boards", "suggest", "--probe", "--probes", "1000")
    everything = " ".join(web.paths()).lower()
    for first, last, _ in PEOPLE:
        assert first.lower() not in everything and last.lower() not in everything
    assert "freelance" not in everything


def test_a_refusal_is_not_remembered_as_an_answer(home, web):
    for host in ("boards-api.greenhouse.io", "api.lever.co", "api.ashbyhq.com"):
        web.answers[f"{host}/robots.txt"] = lambda r: r.say(200, "User-agent: *\nDisallow: /\n")
    home("boards", "suggest", "--probe")
    assert [p for p in web.paths() if "robots" not in p] == [], "robots.txt is obeyed"
    for host in ("boards-api.greenhouse.io", "api.lever.co", "api.ashbyhq.com"):
        del web.answers[f"{host}/robots.txt"]
    home("boards", "suggest", "--probe")
    assert [p for p in web.paths() if "tallgrass" in p]


def test_guesses_lie_with_the_people_and_are_forgotten_with_them(home, web):
    home("boards", "suggest", "--probe")
    assert b"quillmere" not in (home.home / "postings.duckdb").read_bytes()

    def remembered():
        with duckdb.connect(str(home.home / "network.duckdb"), read_only=True) as db:
            return {w for (w,) in db.execute("SELECT DISTINCT workplace FROM probes").fetchall()}

    assert "Quillmere" in remembered()
    home("contacts", "forget", "--yes", "Noor Haddad")
    assert "Quillmere" not in remembered() and remembered()
    assert b"Quillmere" not in (home.home / "network.duckdb").read_bytes()


# Order


def asked_boards(web):
    words = ("robots", "pages")
    return [p.split("/")[-2] for p in web.paths("boards-api") if not any(w in p for w in words)]


def test_a_crawl_begins_where_the_user_knows_people(home, web):
    for token in ("alder", "birch", "quillmere", "tallgrass"):
        greenhouse(web, token, None)
    home("boards", "add", "greenhouse:alder", "greenhouse:birch")
    home("crawl", "greenhouse:birch")
    home("boards", "add", "greenhouse:quillmere", "--employer", "Quillmere")
    home("boards", "add", "greenhouse:tallgrass", "--employer", "Tallgrass Robotics")
    web.hits.clear()
    home("crawl")
    asked = list(dict.fromkeys(t for t in asked_boards(web) if t != "boards"))
    assert asked == ["tallgrass", "quillmere", "alder", "birch"], "people, then staleness"
    web.hits.clear()
    assert "2 read" in home("crawl", "--known-only").out
    assert set(asked_boards(web)) - {"boards"} == {"tallgrass", "quillmere"}


def test_known_only_with_nobody_known_says_so(home, web):
    greenhouse(web, "alder", "Alder")
    home("boards", "add", "greenhouse:alder")
    assert "inroad boards suggest" in home("crawl", "--known-only", code=1).err
    assert web.hits == []


def test_a_budget_that_is_up_is_no_failure_and_the_rest_is_first_next_time(home, web):
    trees = ["alder", "birch", "cedar", "elm", "fir", "gum"]
    greenhouse(web, "tallgrass", "Tallgrass Robotics")
    for token in trees:
        greenhouse(web, token, token)

    def slow(request):
        web.leave.wait(2)  # longer than the budget
        request.say(200, json.dumps({"jobs": []}))

    # Everybody known is at tallgrass; it answers, and then the time runs out at another.
    web.answers["boards-api.greenhouse.io/v1/boards/alder/jobs"] = slow
    home("boards", "add", "greenhouse:tallgrass", *(f"greenhouse:{t}" for t in trees))
    with duckdb.connect(str(home.home / "postings.duckdb")) as db:
        db.execute("UPDATE boards SET employer = 'Tallgrass Robotics' WHERE board = 'tallgrass'")
    ran = home("crawl", "--budget", "1s")
    watched = boards(home)
    unread = {b["token"] for b in watched.values() if not b["last_read"]}
    assert unread and "tallgrass" not in unread
    assert f"The time was up with {len(unread)} boards unread" in ran.out
    assert f"{len(unread)} boards left unread" in home("status").out
    greenhouse(web, "alder", "alder")
    web.hits.clear()
    home("crawl")
    asked = [t for t in asked_boards(web) if t != "boards"]
    assert set(asked[: len(unread)]) == unread and asked[len(unread)] == "tallgrass"


def test_a_budget_that_is_no_time_is_a_usage_error(home):
    assert "--budget" in home("crawl", "--budget", "20", code=2).err


@pytest.mark.parametrize("text", ["20", "soon", "0m", "-1m", "", "m", "1m1x"])
def test_what_is_no_span_of_time(text):
    with pytest.raises(ValueError, match=r"span of time|no time"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("text", "seconds", "shown"),
    [("20m", 1200, "20 min"), ("1h30m", 5400, "1 h 30 min"), ("90s", 90, "1 min 30 s"),
     ("2D", 172_800, "2 d"), ("1 h 5 s", 3605, "1 h")],
)  # fmt: skip
def test_spans_of_time(text, seconds, shown):
    assert parse_duration(text).total_seconds() == seconds
    assert span(parse_duration(text)) == shown


def test_contacts_that_cannot_be_read_do_not_stop_a_crawl(home, web):
    greenhouse(web, "alder", "Alder")
    home("boards", "add", "greenhouse:alder")
    (home.home / "network.duckdb").write_bytes(b"this is no database" * 100)
    ran = home("crawl")
    assert "Not ordered by who you know" in ran.err and "1 ok" in ran.out


@pytest.mark.skipif(
    not (ROOT.parent / "shared/data/boards").is_dir(), reason="no real directories beside us"
)
def test_real_directories_are_searched_in_seconds(home, tmp_path):
    folder = ROOT.parent / "shared/data/boards"
    names = []
    for file in (folder / "ashby.csv", folder / "greenhouse.csv", folder / "lever.csv"):
        with file.open(encoding="utf-8", newline="") as lines:
            names += [row["name"] for row in csv.DictReader(lines)]
        home("boards", "import", "--directory", file, code=None)
    people = [(f"P{n}", f"Q{n}", name.replace(",", " ")) for n, name in enumerate(names[::200])]
    know(home, tmp_path, people, "More.csv")
    found = suggested(home)
    assert len(found) > 20
    assert all(s["workplaces"] and s["reason"] for s in found)
