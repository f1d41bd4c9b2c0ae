"""Boards from what people type and from lists of employers."""

import csv
import time
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.boards import BoardError, parse_spec, read_directory, read_starter
from crawler.posting import NameOrigin
from crawler.sources import SOURCES
from crawler.sources.base import Board

ROOT = Path(__file__).resolve().parents[2]
SITE = "https://www.moorcroft.example"
DIRECTORIES = ROOT.parent / "shared" / "data" / "boards"


@pytest.mark.parametrize(
    ("spec", "board"),
    [
        ("greenhouse:acme", "greenhouse:acme"),
        (" Greenhouse:acme ", "greenhouse:acme"),
        ("lever:eu/acme", "lever:eu/acme"),
        ("lever:MissionWired", "lever:MissionWired"),
        ("ashby:Acme%20Fleet", "ashby:Acme Fleet"),
        ("ashby:Acme Fleet", "ashby:Acme Fleet"),
        ("https://jobs.eu.lever.co/acme/1", "lever:eu/acme"),
        ("jobs.lever.co/acme", "lever:acme"),
        ("HTTPS://Jobs.Lever.co/Acme", "lever:Acme"),
        ("greenhouse:https://boards.greenhouse.io/acme", "greenhouse:acme"),
        ("careers.acme.example", "jobposting:https://careers.acme.example"),
        ("https://Acme.example:443/Jobs/?gh_src=1&q=a#x", "jobposting:https://acme.example/Jobs?q=a"),
        ("jobposting:http://acme.example/jobs/", "jobposting:https://acme.example/jobs"),
        ("jobposting:https://acme.teamtailor.com", "jobposting:https://acme.teamtailor.com"),
    ],
)  # fmt: skip
def test_what_people_type(spec, board):
    assert str(parse_spec(spec)) == board
    assert parse_spec(str(parse_spec(spec))) == parse_spec(spec)


@pytest.mark.parametrize(
    ("spec", "why"),
    [
        ("", "neither an address nor source:token"),
        ("acme", "neither an address nor source:token"),
        ("monster:acme", "There is no source 'monster'; there are "),
        ("taleo:acme", "Taleo boards are not read yet"),
        ("https://acme.taleo.net/x", "Taleo boards are not read yet"),
        ("https://www.linkedin.com/company/acme", "never read"),
        ("jobposting:https://www.linkedin.com/x", "never read"),
        ("linkedin.com/company/acme", "never read"),
        ("greenhouse:", "cannot be a board on Greenhouse"),
        ("greenhouse:../acme", "cannot be a board on Greenhouse"),
        ("greenhouse:acme/jobs/1", "Did you mean greenhouse:acme"),
        ("greenhouse:acme?x=1", "cannot be a board on Greenhouse"),
        ("lever:eu/", "cannot be a board on Lever"),
        ("ashby:\x1b[31m", "cannot be a board on Ashby"),
        ("greenhouse:https://jobs.lever.co/acme", "not an address of Greenhouse"),
        ("jobposting:acme", "not a web address"),
        ("ftp://acme.example/jobs", "not a web address"),
        ("https://user:pw@acme.example/jobs", "not a web address"),
        ("https://[::1", "not a web address"),
        (
            "https://x.example/?a=https://jobs.lever.co/a&b=https://jobs.lever.co/b",
            "names several boards",
        ),
    ],
)
def test_what_cannot_be_a_board(spec, why):
    with pytest.raises(BoardError) as caught:
        parse_spec(spec)
    assert why in str(caught.value)
    assert str(caught.value).isprintable()


@given(st.text())
def test_no_spec_breaks(spec):
    try:
        board = parse_spec(spec)
    except BoardError as error:
        assert str(error)
    else:
        assert parse_spec(str(board)) == board


def test_a_directory_of_addresses():
    boards, bad = read_directory(
        "name,slug,url\n"
        "Northwind Labs ,northwind,https://job-boards.greenhouse.io/northwindlabs\n"
        f'"Moorcroft, Inc.",x,{SITE}/jobs\n'
        "Brightloom,brightloom,\n"
        "Workers,workers,https://workers.taleo.net/x\n"
        ",,jobs.lever.co/nameless\n"
        "\n"
        "Linked,l,https://www.linkedin.com/company/l\n"
        "Evil,e,javascript:alert(1)\n"
        "Northwind again,,https://boards.greenhouse.io/northwindlabs\n"
    )
    assert boards == [
        Board("greenhouse", "northwindlabs", "Northwind Labs", NameOrigin.DIRECTORY),
        Board("jobposting", f"{SITE}/jobs", "Moorcroft, Inc.", NameOrigin.DIRECTORY),
        Board("lever", "nameless", None, None),
        Board("greenhouse", "northwindlabs", "Northwind again", NameOrigin.DIRECTORY),
    ]  # fmt: skip
    assert [(row.line, row.reason.split(" (")[0]) for row in bad[:2]] == [
        (4, "the row has no url, and no source with a token"),
        (5, "Taleo boards are not read yet"),
    ]
    assert [row.line for row in bad] == [4, 5, 8, 9]
    assert bad[1].excerpt == "Workers,workers,https://workers.taleo.net/x"


def test_a_directory_of_tokens():
    text = "Source;Token;Employer\nGreenhouse;acme;Acme\nlever;eu/nord;\nmonster;x;X\nashby;;A\n"
    boards, bad = read_directory(text)
    assert list(map(str, boards)) == ["greenhouse:acme", "lever:eu/nord"]
    assert boards[0].employer == "Acme"
    assert [row.line for row in bad] == [4, 5]
    assert "There is no source 'monster'" in bad[0].reason


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_every_way_a_spreadsheet_saves_it(tmp_path, delimiter, newline, encoding):
    file = tmp_path / "list.csv"
    rows = [("Company Name", "Careers URL"), ("Café Zürich", "https://jobs.lever.co/cafe")]
    text = newline.join(delimiter.join(row) for row in rows)
    file.write_bytes(text.encode(encoding))
    assert read_directory(file) == (
        [Board("lever", "cafe", "Café Zürich", NameOrigin.DIRECTORY)],
        [],
    )


def test_a_stray_quote_costs_one_row():
    boards, bad = read_directory(
        'name,url\n"Open,https://jobs.lever.co/a\nB,https://jobs.lever.co/b\nC,jobs.lever.co/c'
    )
    assert [b.token for b in boards] == ["b", "c"]
    assert [row.line for row in bad] == [2]


def test_names_come_out_harmless():
    (board,), _ = read_directory("name,url\n\x1b[31mAcme\u202e,https://jobs.lever.co/acme")
    assert board.employer == "Acme"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b"a,b\n1,2\n", "has no url column"),
        (b"PK\x03\x04\x00\x00", "is not a text file"),
        (b"\xff\xfeabc", "is damaged"),
    ],
)
def test_a_file_that_is_no_directory(tmp_path, content, why):
    file = tmp_path / "list.csv"
    file.write_bytes(content)
    with pytest.raises(BoardError) as caught:
        read_directory(file)
    assert why in str(caught.value)
    assert "list.csv" in str(caught.value)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(BoardError, match="cannot be read"):
        read_directory(tmp_path / "none.csv")


@settings(deadline=None)
@given(st.text(alphabet='a,;\t"\n\r:/.x\x00\x1b') | st.text())
def test_no_directory_breaks(text):
    try:
        boards, bad = read_directory("url,name\n" + text)
    except BoardError:
        return
    assert len(boards) + len(bad) <= 1 + len(text.splitlines())


def test_thousands_of_rows_take_no_time():
    rows = "".join(f"Employer {n},e{n},https://boards.greenhouse.io/e{n}\n" for n in range(6_500))
    began = time.perf_counter()
    boards, bad = read_directory("name,slug,url\n" + rows)
    assert (len(boards), len(bad)) == (6_500, 0)
    assert time.perf_counter() - began < 30


def test_the_starter_list():
    text = """
    [[board]]
    source = "lever"
    token = "acme"
    employer = "Acme"
    [[board]]
    source = "ashby"
    token = "b"
    """
    assert read_starter(text) == [
        Board("lever", "acme", "Acme", NameOrigin.DIRECTORY),
        Board("ashby", "b", None, None),
    ]
    assert read_starter("") == []


def test_the_shipped_starter_list_is_good():
    assert len(read_starter((ROOT / "config" / "boards.toml").read_text("utf-8"))) >= 150


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[[board", "is not TOML"),
        ('[[board]]\nsource="lever"', "number 1 needs a source and a token"),
        ("board = 7", "number 1 needs a source and a token"),
        ('[[board]]\nsource="monster"\ntoken="x"', "number 1: There is no source 'monster'"),
    ],
)
def test_a_starter_list_that_is_wrong(text, why):
    with pytest.raises(BoardError, match=why):
        read_starter(text)


@pytest.mark.skipif(not DIRECTORIES.is_dir(), reason="no board directories beside the checkout")
@pytest.mark.parametrize(
    "source", [file.stem for file in sorted(DIRECTORIES.glob("*.csv")) if file.stem in SOURCES]
)
def test_real_directories_are_read(source):
    file = DIRECTORIES / f"{source}.csv"
    boards, bad = read_directory(file)
    with file.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    hits = sum(board.source == source for board in boards)
    assert hits >= 0.98 * len(rows)
    assert len(boards) + len(bad) == len(rows)
    if source in ("greenhouse", "lever", "ashby"):
        # Their directories' slugs are the tokens.
        slugs = {unquote(row["slug"]).lower() for row in rows}
        assert sum(b.token.lower() in slugs for b in set(boards)) >= 0.99 * len(slugs)


@pytest.mark.skipif(not DIRECTORIES.is_dir(), reason="no board directories beside the checkout")
def test_real_boards_of_other_systems_are_named():
    for file in sorted(DIRECTORIES.glob("*.csv")):
        if file.stem not in SOURCES:
            boards, bad = read_directory(file)
            named = [row for row in bad if "boards are not read yet" in row.reason]
            assert len(named) >= 0.98 * (len(boards) + len(bad)), file.name
