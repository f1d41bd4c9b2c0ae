"""`inroad review`: decisions listed, exported, imported, undone; and always obeyed."""

import csv
import io
from datetime import date
from importlib import resources

import pytest

from cli.samples.server import SampleServer, sample_boards
from tests.cli.invented import greenhouse

HEADER = ["employer", "workplace", "same", "decided_at"]


@pytest.fixture
def decide(inroad, tmp_path):
    """Import decisions given as CSV lines."""

    def decide(*lines, header="employer,workplace,same,decided_at"):
        file = tmp_path / "verdicts.csv"
        file.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
        return inroad("review", "--import", file)

    return decide


def exported(inroad):
    found = list(csv.reader(io.StringIO(inroad("review", "--export", "-").out)))
    assert found[0] == HEADER
    return found[1:]


def test_decisions_travel_from_one_home_to_another(inroad, decide, tmp_path):
    ran = decide(
        "Brambleworks,Tallgrass,yes,2026-03-01T10:00:00",
        'Loop,"Loopio, Inc.",no,2026-03-02',
        "Quill & Co,クイル,TRUE,2026-03-03T00:00:00+02:00",
    )
    assert "3 decisions read, 3 new or changed, 0 bad rows." in ran.out
    expected = [
        ["Brambleworks", "Tallgrass", "yes", "2026-03-01T10:00:00"],
        ["Loop", "Loopio, Inc.", "no", "2026-03-02T00:00:00"],
        ["Quill & Co", "クイル", "yes", "2026-03-02T22:00:00"],
    ]
    assert exported(inroad) == expected
    file = tmp_path / "out.csv"
    assert "Wrote 3 decisions" in inroad("review", "--export", file).out
    other = type(inroad)(tmp_path / "elsewhere")
    other("review", "--import", file)
    assert exported(other) == expected
    assert "0 new or changed" in other("review", "--import", file).out


def test_decisions_are_listed_the_oldest_first(inroad, decide):
    assert "Nothing decided yet" in inroad("review", "--decided").out
    assert not inroad.home.exists()
    decide("Loop,Loopio,no,2026-03-02", "Bramble,Bramblr,yes,2026-03-01")
    assert inroad("review", "--decided").out.splitlines() == [
        "2026-03-01  Bramble  =  Bramblr",
        "2026-03-02  Loop  ≠  Loopio",
    ]


def test_the_latest_decision_is_undone_first(inroad, decide):
    decide("Loop,Loopio,no,2026-03-02", "Bramble,Bramblr,yes,2026-03-01")
    assert "Undone: 2026-03-02  Loop  ≠  Loopio" in inroad("review", "--undo").out
    assert [row[0] for row in exported(inroad)] == ["Bramble"]
    inroad("review", "--undo")
    assert "Nothing decided yet" in inroad("review", "--undo", code=1).err


def test_a_decision_is_undone_by_any_spelling_of_its_names(inroad, decide):
    decide("Loop,Loopio,no,2026-03-02", "Bramble,Bramblr,yes,2026-03-01")
    out = inroad("review", "--undo", "BRAMBLR", "Bramble, Inc.").out
    assert "Undone: 2026-03-01  Bramble  =  Bramblr" in out
    assert [row[0] for row in exported(inroad)] == ["Loop"]
    assert "--decided" in inroad("review", "--undo", "Bramble", "Bramblr", code=1).err


def test_an_undone_decision_is_as_if_never_made(inroad, decide, tmp_path):
    pairs = tmp_path / "p.csv"
    pairs.write_text("a,b\nBrambleworks,Brambleworks\n", encoding="utf-8")

    def tier():
        return list(csv.reader(io.StringIO(inroad("link", "--pairs", pairs, "--verdicts").out)))[1][
            2
        ]

    assert tier() == "same"
    decide("Brambleworks,Brambleworks,no,")
    assert tier() == "different"
    inroad("review", "--undo")
    assert tier() == "same"


def test_the_later_word_counts_whatever_the_order_of_names_and_rows(inroad, decide):
    decide("Loop,Loopio,no,2026-03-02", "Loopio Ltd,LOOP,yes,2026-03-05")
    assert exported(inroad) == [["Loopio Ltd", "LOOP", "yes", "2026-03-05T00:00:00"]]
    assert "0 new or changed" in decide("Loop,Loopio,no,2026-03-04").out
    assert exported(inroad)[0][2] == "yes"


def test_bad_rows_are_named_and_lose_nobody_else(inroad, decide):
    ran = decide(
        "Loop,,no,",
        "Loop,Loopio,perhaps,",
        "Loop,Loopio,no,yesterday",
        "---,Loopio,no,",
        "Bramble,Bramblr,yes,",
    )
    assert "1 decision read, 1 new or changed, 4 bad rows." in ran.out
    assert "line 2: a name is missing" in ran.err
    assert "line 3: same is 'perhaps'; write yes or no" in ran.err
    assert "line 4: decided_at 'yesterday' is no date" in ran.err
    assert "line 5: a name is missing" in ran.err


def test_a_file_without_the_columns_is_refused(inroad, decide):
    assert "names the columns employer, workplace, same" in _failed(inroad, decide, "a,b,c").err
    assert "1 decision read" in decide("yes,Loop,Loopio", header="same,employer,workplace").out


def _failed(inroad, decide, header):
    with pytest.raises(AssertionError) as failure:
        decide("Loop,Loopio,no", header=header)
    return type("Ran", (), {"err": str(failure.value)})


def test_what_a_spreadsheet_would_run_is_guarded_and_comes_back(inroad, decide):
    decide('"=cmd|x",@Loop,no,2026-03-02')
    (row,) = exported(inroad)
    assert row[:2] == ["'=cmd|x", "'@Loop"]
    inroad("review", "--undo")
    decide(",".join(row))
    assert "=cmd|x  ≠  @Loop" in inroad("review", "--decided").out


def test_terminal_controls_never_reach_the_terminal(inroad, decide):
    decide("Lo\x1b[2Jop,Loopio\u202e,no,2026-03-02")
    out = inroad("review", "--decided").out
    assert "\x1b" not in out and "\u202e" not in out


def test_one_thing_at_a_time(inroad, tmp_path):
    assert "Give one of" in inroad("review", "--list", "--undo", code=2).err
    assert "go with --undo" in inroad("review", "Loop", "Loopio", code=2).err
    assert "go with --undo" in inroad("review", "--undo", "Loop", code=2).err
    assert "no such file" in inroad("review", "--import", tmp_path / "no.csv", code=2).err


def test_a_contacts_address_at_the_employers_site_raises_the_question(inroad, tmp_path):
    samples = resources.files("cli.samples")
    book = tmp_path / "Connections.csv"
    book.write_text(
        "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
        "Ilse,Vandermolen,https://www.linkedin.com/in/ilse-v-example,"
        "ilse@mail.castellane.example,Hosk & Vane,Cook,14 Mar 2019\n"
        "Kofi,Mensah,https://www.linkedin.com/in/kofi-m-example,kofi@gmail.com,"
        "Quillfeather,Clerk,15 Mar 2019\n",
        encoding="utf-8",
    )
    inroad.environment["INROAD_NOW"] = "2026-11-23T09:00:00"
    with SampleServer(samples, date(2026, 11, 23)) as server:
        origins = "".join(f'"{k}" = "{v}"\n' for k, v in server.origins.items())
        inroad.configure(f"[crawl]\ndelay = 0.0\n[crawl.origins]\n{origins}")
        site = next(t for s, t, _ in sample_boards(samples) if s == "jobposting")
        inroad("boards", "add", f"jobposting:{site}")
        inroad("crawl")
    inroad("contacts", "import", "--taken-on", "2026-11-20", book)
    listed = inroad("review", "--list").out
    assert "?=  Hosk & Vane" in listed and "both use castellane.example" in listed
    assert "Quillfeather" not in listed
    inroad("review", stdin="d\n")
    assert "Nothing to decide" in inroad("review", "--list").out
    inroad("review", "--undo")
    assert "?=  Hosk & Vane" in inroad("review", "--list").out


def test_what_several_contacts_do_raises_the_question_of_an_everyday_name(inroad, web, tmp_path):
    trades = ("Software Engineer", "Data Engineer", "Account Executive", "Product Designer")
    titles = [f"{level} {trade}" for level in ("Junior", "Senior", "Lead") for trade in trades]
    greenhouse(web, "mercury", "Mercury", *titles)
    greenhouse(web, "tallgrass", "Tallgrass Robotics", *titles)
    inroad.configure(f'[crawl]\ndelay = 0.0\n[crawl.origins]\n"*" = "{web.url}/{{host}}"\n')
    inroad("boards", "add", "greenhouse:mercury", "greenhouse:tallgrass")
    inroad("crawl")
    book = tmp_path / "Connections.csv"
    rows = (
        f"Ilse,{last},https://www.linkedin.com/in/{last}-{at}-example,,{company},{title},"
        "14 Mar 2019"
        for company, at in (("Mercury", "m"), ("Tallgrass Robotics", "t"))
        for last, title in (("Haddad", "Nurse"), ("Mensah", "Midwife"), ("Vidal", "Nurse"))
    )
    header = "First Name,Last Name,URL,Email Address,Company,Position,Connected On"
    book.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
    inroad("contacts", "import", "--taken-on", "2026-11-20", book)
    found = inroad("match")
    assert "Tallgrass Robotics" in found.out and "Mercury" not in found.out
    listed = inroad("review", "--list").out
    assert "Mercury  ?=  Mercury" in listed
    assert "3 contacts there (healthcare) are those of none of its 12 jobs" in listed
