"""`inroad link`: any two lists, or given pairs, as other programs use it."""

import csv
import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cli import lists
from cli.link import _cell

LINKS = ["employer", "workplace", "tier", "score", "reason"]
SCORED = ["a", "b", "tier", "score", "reason"]


def rows(text, header):
    found = list(csv.reader(io.StringIO(text, newline="")))
    assert found[0] == header
    assert all(len(row) == len(header) for row in found)
    return found[1:]


def links(ran):
    return [tuple(row[:3]) for row in rows(ran.out, LINKS)]


@pytest.fixture
def write(tmp_path):
    def write(name, content, encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes(content.encode(encoding) if isinstance(content, str) else content)
        return path

    return write


@pytest.fixture
def workplaces(write):
    return write("workplaces.txt", "Brambleworks\nFacebook\nQuillfeather GmbH\nTallgrass, Inc.\n")


def test_two_lists_of_one_name_a_line(inroad, write, workplaces):
    employers = write("employers.txt", "Brambleworks Ltd\nMeta\n\nTallgrass\nNobody Else\n")
    ran = inroad("link", employers, workplaces)
    assert links(ran) == [
        ("Brambleworks Ltd", "Brambleworks", "same"),
        ("Tallgrass", "Tallgrass, Inc.", "same"),
        ("Meta", "Facebook", "same"),
    ]
    assert "3 links (3 same) between 4 employers and 4 workplaces." in ran.err
    assert not inroad.home.exists(), "linking lists leaves no trace in the data folder"


def test_the_surest_come_first_with_a_score_and_a_reason(inroad, write, workplaces):
    employers = write("e.txt", "Brambleworks Labs\nQuillfeather\n")
    found = rows(inroad("link", employers, workplaces).out, LINKS)
    scores = [float(row[3]) for row in found]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    assert all(row[4] for row in found)
    assert found[0][:2] == ["Quillfeather", "Quillfeather GmbH"]


def test_a_file_is_written_whole_or_not_at_all(inroad, write, workplaces, tmp_path):
    employers, out = write("e.txt", "Brambleworks\n"), tmp_path / "links.csv"
    ran = inroad("link", employers, workplaces, "--out", out)
    assert ran.out == ""
    assert rows(out.read_text(encoding="utf-8"), LINKS)[0][:3] == [
        "Brambleworks",
        "Brambleworks",
        "same",
    ]
    assert out.read_bytes().count(b"\r") == 0
    before = out.read_bytes()
    inroad("link", write("bad.csv", "x,y\n1,2\n"), workplaces, "--out", out, code=1)
    assert out.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir() if p.name.endswith(".part")] == []


def test_the_column_is_found_by_its_usual_name_or_by_the_one_given(inroad, write, workplaces):
    usual = write("a.csv", "id;Employer Name;city\n1;Brambleworks;Oslo\n")
    named = write("b.csv", "id,who\n1,Brambleworks\n")
    assert links(inroad("link", usual, workplaces)) == [("Brambleworks", "Brambleworks", "same")]
    ran = inroad("link", named, workplaces, "--employer-column", "Who")
    assert links(ran) == [("Brambleworks", "Brambleworks", "same")]
    other = inroad("link", workplaces, named, "--workplace-column", "who")
    assert links(other) == [("Brambleworks", "Brambleworks", "same")]


def test_a_table_whose_column_is_not_known_is_not_guessed_at(inroad, write, workplaces):
    table = write("t.csv", "id,who\n1,Brambleworks\n2,Tallgrass\n")
    err = inroad("link", table, workplaces, code=1).err
    assert "Its first line is: id, who" in err and "--employer-column" in err
    err = inroad("link", table, workplaces, "--employer-column", "firm", code=1).err
    assert "has no column firm" in err


def test_a_csv_of_one_column_without_a_header_is_a_list(inroad, write, workplaces):
    table = write("t.csv", '"Tallgrass, Inc."\nBrambleworks\n')
    found = {row[0] for row in links(inroad("link", table, workplaces))}
    assert found == {"Tallgrass, Inc.", "Brambleworks"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_encoding_and_line_end(inroad, write, encoding, end):
    employers = write("e.csv", end.join(["employer,x", "Müllerwerk,1", "Société Brün,2"]), encoding)
    places = write("w.txt", end.join(["Müllerwerk AG", "Société Brün"]), encoding)
    assert links(inroad("link", employers, places)) == [
        ("Müllerwerk", "Müllerwerk AG", "same"),
        ("Société Brün", "Société Brün", "same"),
    ]


def test_rows_that_cannot_be_used_are_named_and_lose_nobody_else(inroad, write, workplaces):
    employers = write("e.csv", 'employer,x\nBrambleworks,1\n,2\n"Open,3\nTallgrass,4\n')
    ran = inroad("link", employers, workplaces)
    assert [row[0] for row in links(ran)] == ["Brambleworks", "Tallgrass"]
    assert "e.csv, line 3: no employer" in ran.err
    assert "e.csv, line 4: a quote that is never closed" in ran.err


def test_a_stray_quote_never_runs_two_rows_together(inroad, write, workplaces):
    employers = write("e.csv", 'employer,x\n"Brambleworks,1\n"Tallgrass, Inc.",2\n"Meta",3\n')
    ran = inroad("link", employers, workplaces)
    assert {row[1] for row in links(ran)} == {"Brambleworks", "Tallgrass, Inc.", "Facebook"}
    assert "line 2: a quote that is never closed" in ran.err


@pytest.mark.parametrize("content", [b"PK\x03\x04rest", b"%PDF-1.7", b"a\0b\0", b"\x1f\x8b\x08"])
def test_what_is_no_text_is_said_to_be_none(inroad, write, workplaces, content):
    ran = inroad("link", write("list.csv", content), workplaces, code=1)
    assert "list.csv is not a" in ran.err and ran.out == ""


def test_standard_input_is_a_list(inroad, workplaces):
    ran = inroad("link", "-", workplaces, stdin="Brambleworks\n")
    assert links(ran) == [("Brambleworks", "Brambleworks", "same")]
    assert "Only one" in inroad("link", "-", "-", code=2).err


def test_min_score_leaves_the_less_sure_out(inroad, write, workplaces):
    employers = write("e.txt", "Brambleworks\nBrambleworks Labs\n")
    everything = rows(inroad("link", employers, workplaces).out, LINKS)
    sure = rows(inroad("link", employers, workplaces, "--min-score", "1").out, LINKS)
    assert sure == [row for row in everything if float(row[3]) >= 1]
    assert 0 < len(sure) < len(everything)
    assert "--min-score" in inroad("link", employers, workplaces, "--min-score", "2", code=2).err


def test_what_goes_with_what_is_a_usage_error(inroad, write, workplaces):
    pairs = write("p.csv", "a,b\nx,y\n")
    for words in ([], [workplaces], [workplaces, workplaces, "--pairs", pairs]):
        assert "Give EMPLOYERS and WORKPLACES, or --pairs" in inroad("link", *words, code=2).err
    assert "no such file" in inroad("link", "nowhere.csv", workplaces, code=2).err
    assert "every row" in inroad("link", "--pairs", pairs, "--min-score", ".5", code=2).err


def test_pairs_are_answered_every_one_in_order(inroad, write):
    pairs = write(
        "p.csv",
        "a,b,label\n"
        "Brambleworks,Brambleworks Ltd,1\n"
        ",Brambleworks,0\n"
        ",,0\n"
        "Brambleworks,Tallgrass,0\n"
        "\n"
        "Freelance,Freelance,0\n"
        "Brambleworks,Brambleworks Ltd,1\n"
        "Facebook\n",
    )
    ran = inroad("link", "--pairs", pairs)
    assert [tuple(row[:3]) for row in rows(ran.out, SCORED)] == [
        ("Brambleworks", "Brambleworks Ltd", "same"),
        ("", "Brambleworks", "different"),
        ("", "", "different"),
        ("Brambleworks", "Tallgrass", "different"),
        ("Freelance", "Freelance", "different"),
        ("Brambleworks", "Brambleworks Ltd", "same"),
        ("Facebook", "", "different"),
    ]
    assert "p.csv, line 9: 1 cells where there should be 3" in ran.err
    assert "7 pairs (2 same, 5 different)." in ran.err


def test_names_come_back_as_they_went_in(inroad, write):
    strange = [
        ("=SUM(A1)", " padded "),
        ('says "hi", twice', "line\nbreak"),
        ("tab\there", "carriage\rreturn"),
        ("\u202eevil\x1b[2J", "’quote’ 株式会社"),
        ("'+1", "@home"),
    ]
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerows([("a", "b"), *strange])
    pairs = write("p.csv", out.getvalue())
    assert [tuple(row[:2]) for row in rows(inroad("link", "--pairs", pairs).out, SCORED)] == strange


def test_pairs_without_a_header_and_with_columns_named(inroad, write):
    bare = write("bare.csv", "Brambleworks,Brambleworks AG\nMeta,Facebook\n")
    assert len(rows(inroad("link", "--pairs", bare).out, SCORED)) == 2
    named = write("n.csv", "id\tleft\tright\n1\tMeta\tFacebook\n")
    words = ["--employer-column", "left", "--workplace-column", "right"]
    found = rows(inroad("link", "--pairs", named, *words).out, SCORED)
    assert [row[:3] for row in found] == [["Meta", "Facebook", "same"]]
    assert "has no column" in inroad("link", "--pairs", named, code=1).err


def test_an_empty_file_of_pairs_has_no_answers(inroad, write):
    for content in ("", "a,b\n"):
        assert rows(inroad("link", "--pairs", write("p.csv", content)).out, SCORED) == []


def test_domains_and_places_decide_when_their_columns_are_named(inroad, write):
    employers = write("e.csv", "employer,site\nGenasys,https://www.genasys.com/jobs\n")
    places = write("w.csv", "workplace,email\nGenapSys,jo@genasys.com\nQuill,x@gmail.com\n")
    assert links(inroad("link", employers, places)) == [("Genasys", "GenapSys", "unsure")]
    words = ["--employer-domain-column", "site", "--workplace-domain-column", "email"]
    ran = inroad("link", employers, places, *words)
    assert links(ran) == [("Genasys", "GenapSys", "likely")]
    assert "both use genasys.com" in ran.out
    pairs = write(
        "p.csv", "a,b,site,mail\nVexley Clinic,Vexley Clinic,a.org,b.org\n,x,a.org,a.org\n"
    )
    words = ["--employer-domain-column", "site", "--workplace-domain-column", "mail"]
    found = rows(inroad("link", "--pairs", pairs, *words).out, SCORED)
    assert [row[2] for row in found] == ["likely", "different"]
    err = inroad("link", employers, places, "--employer-place-column", "town", code=1).err
    assert "has no column 'town'; it has: employer, site" in err


def test_verdicts_count_only_when_asked_for(inroad, write, workplaces):
    decided = write("v.csv", "employer,workplace,same\nBrambleworks,Tallgrass,yes\n")
    inroad("review", "--import", decided)
    employers = write("e.txt", "BRAMBLEWORKS\n")
    pairs = write("p.csv", "a,b\nBrambleworks,Tallgrass\n")
    assert ("BRAMBLEWORKS", "Tallgrass, Inc.", "same") not in links(
        inroad("link", employers, workplaces)
    )
    ran = inroad("link", employers, workplaces, "--verdicts")
    assert ("BRAMBLEWORKS", "Tallgrass, Inc.", "same") in links(ran)
    assert rows(inroad("link", "--pairs", pairs).out, SCORED)[0][2] == "different"
    assert rows(inroad("link", "--pairs", pairs, "--verdicts").out, SCORED)[0][2] == "same"


def test_the_users_own_aliases_count(inroad, write, workplaces):
    own = inroad.home / "employers"
    own.mkdir(parents=True)
    fact = {"employer": "Vexmoor", "name": "Tallgrass", "kind": "rename"}
    entry = ", ".join(f"{name} = {json.dumps(value)}" for name, value in fact.items())
    (own / "aliases.toml").write_text(f"alias = [{{ {entry} }}]\n", encoding="utf-8")
    ran = inroad("link", write("e.txt", "Vexmoor\n"), workplaces)
    assert links(ran) == [("Vexmoor", "Tallgrass, Inc.", "same")]


cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)


@given(st.lists(st.lists(cells, min_size=2, max_size=4), max_size=8), st.sampled_from(",;\t|"))
@settings(max_examples=150, deadline=None)
def test_records_are_what_a_csv_writer_wrote(table, delimiter):
    table = [row for row in table if any(row)]
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows(table)
    bad = lists.Bad("x")
    stream = io.StringIO(out.getvalue(), newline="")
    assert [row for _, row in lists.records(stream, delimiter, bad)] == table
    assert bad.count == 0


@given(st.lists(cells, min_size=2, max_size=4).filter(any))
@settings(max_examples=150, deadline=None)
def test_what_is_written_is_what_is_read_back(row):
    written = ",".join(map(_cell, row)) + "\n"
    assert next(csv.reader(io.StringIO(written, newline=""))) == row


@given(st.binary(max_size=300).filter(lambda b: b"\0" not in b))
@settings(max_examples=150, deadline=None)
def test_no_bytes_make_reading_fail(content):
    source = io.BufferedReader(io.BytesIO(content))
    try:
        stream = lists.lines_of(source, "x")
    except lists.click.ClickException:
        return
    for _, row in lists.records(stream, ",", lists.Bad("x")):
        assert row
