"""Bytes of a file → rows, skipped lines and notes."""

import os
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.contacts import recognise
from matcher.contacts.errors import (
    ContactsError,
    DatesUnreadable,
    FileBinary,
    FileEmpty,
    HeaderMissing,
    RowsMissing,
)
from matcher.contacts.readers.workhistory import contact_key
from matcher.contacts.tables import RECORD_LINES
from store.rows import Confidence, Kind

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "contacts"
TODAY = date(2026, 11, 23)
HEADER = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"


def read(data):
    data = data.encode() if isinstance(data, str) else data
    return recognise.read(data, "", TODAY)


def fixture(name):
    return read((FIXTURES / name).read_bytes())


@pytest.mark.parametrize(
    "name", ["connections_native.csv", "connections_no_note.csv", "connections_bom_crlf.csv"]
)
def test_the_current_form_with_and_without_note_mark_and_crlf(name):
    reading = fixture(name)
    assert reading.kind is Kind.CONNECTIONS
    assert (reading.read, len(reading.rows)) == (7, 6)
    assert list(reading.skipped) == ["without a name (members who left)"]
    ilse, zoe, tariq, mei, sam, eve = reading.rows
    assert (ilse.first_name, ilse.company, ilse.connected_on) == (
        "Ilse",
        "Halvorsen Tidewater",
        date(2019, 3, 14),
    )
    assert ilse.key == "linkedin:ilse-vandermolen-example"
    assert zoe.key == "linkedin:zoë-brückner-example"
    assert (zoe.last_name, zoe.email) == ("Brückner, PhD, MBA", "zoe@lumenfjord.example")
    assert (tariq.company, tariq.position) == ("Quillback, Inc.", 'Recruiter ("TA")')
    assert (mei.first_name, mei.company) == ("Mei 🚀", "株式会社みなと")
    assert (sam.company, sam.position, sam.email) == (None, None, None)
    assert eve.company.startswith("=HYPERLINK")


@pytest.mark.parametrize(
    ("name", "people"),
    [
        (
            "connections_2018.csv",
            [
                ("email:ilse@oldquay.example", "Oldquay Ltd", date(2019, 3, 14)),
                ("email:zoe@lumenfjord.example", "Lumenfjord", date(2018, 11, 4)),
            ],
        ),
        (
            "connections_utf16_tab.csv",
            [("linkedin:zoe-b-example", "Lumenfjord", date(2021, 9, 2))],
        ),
        (
            "connections_semicolon_cp1252.csv",
            [("name:zoe bruckner|2021-09-02", "Lumenfjord GmbH", date(2021, 9, 2))],
        ),
        (
            "connections_spanish_excel.csv",
            [
                ("name:ilse|2019-03-14", "Halvorsen Tidewater", date(2019, 3, 14)),
                ("name:kofi|2020-04-15", "Bramblewick", date(2020, 4, 15)),
                ("name:ana|2021-01-03", "Bramblewick", date(2021, 1, 3)),
            ],
        ),
        (
            "connections_short_years.csv",
            [
                ("linkedin:ilse-vandermolen-example", "Halvorsen Tidewater", date(2019, 3, 14)),
                ("linkedin:kofi-mensah-example", "Bramblewick", date(2020, 4, 3)),
            ],
        ),
        (
            "connections_german.csv",
            [("linkedin:zoe-b-example", "Lumenfjord GmbH", date(2021, 3, 2))],
        ),
    ],
)
def test_older_resaved_and_localised_forms(name, people):
    reading = fixture(name)
    assert reading.read == len(reading.rows)
    assert [(r.key, r.company, r.connected_on) for r in reading.rows] == people


def test_the_users_own_positions_and_schools():
    positions = fixture("positions.csv")
    assert positions.kind is Kind.POSITIONS
    assert [(p.employer, p.start, p.end) for p in positions.rows] == [
        ("Oldquay Ltd", "2014-06", "2018-03"),
        ("Halvorsen Tidewater", "2018", "2021-12"),
        ("Lumenfjord GmbH", "2022-01", None),
    ]
    schools = fixture("education.csv")
    assert [(s.school, s.degree, s.start, s.end) for s in schools.rows] == [
        ("Fjordside University", "BSc", "2010", "2014")
    ]


def test_a_work_history_with_partial_dates_and_three_ways_to_name_a_person():
    reading = fixture("workhistory.csv")
    assert reading.kind is Kind.WORK_HISTORY
    assert [
        (r.contact_key, r.employer, r.start, r.end, r.is_current, r.confidence)
        for r in reading.rows
    ] == [
        ("linkedin:ilse-vandermolen-example", "Halvorsen Tidewater", "2016", "2026-05", False,
         Confidence.CONFIRMED),
        ("email:zoe@lumenfjord.example", "Oldquay Ltd", "2014", "2018", False,
         Confidence.CONFIRMED),
        ("name:Tariq Oyelaran", "Bramblewick", "2012-03", "2015", None, Confidence.CONFIRMED),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "key"),
    [
        ("https://www.linkedin.com/in/Zo%C3%AB-B/?utm=1", "linkedin:zoë-b"),
        ("www.linkedin.com/in/zoë-b", "linkedin:zoë-b"),
        ("linkedin:Zoë-B", "linkedin:zoë-b"),
        ("Zoe@Lumenfjord.example", "email:zoe@lumenfjord.example"),
        ("email:zoe@lumenfjord.example", "email:zoe@lumenfjord.example"),
        ("Zoë Brückner", "name:Zoë Brückner"),
    ],
)
def test_what_a_person_may_write_to_name_a_contact(cell, key):
    assert contact_key(cell) == key


def test_bad_rows_of_a_work_history_are_named_and_the_good_ones_kept():
    reading = read(
        "contact_key,employer,end,is_current,confidence\n"
        "linkedin:a,Quillback,2015,no,\n"
        ",Quillback,2015,no,\n"
        "linkedin:b,,2015,no,\n"
        "linkedin:c,Quillback,2015,no,certain\n"
        "linkedin:d,Quillback,present,perhaps,suggested\n"
    )
    assert [r.line for r in reading.rows] == [2, 6]
    assert reading.skipped == {
        "without a contact": [3],
        "without an employer": [4],
        "confidence is not confirmed, reported, inferred or suggested": [5],
    }
    assert reading.noted == {"is_current is neither yes nor no": [6]}


def test_a_member_listed_twice_counts_once():
    row = "Ilse,Vandermolen,https://www.linkedin.com/in/ilse,,Oldquay,,14 Mar 2019\n"
    reading = read(HEADER + row + row)
    assert (len(reading.rows), reading.skipped) == (1, {"listed twice": [3]})


def test_two_namesakes_in_a_file_without_addresses_are_both_kept():
    reading = read(
        "First Name;Company;Position;Connected On\n"
        "Ana;Oldquay;Cook;3 Jan 2021\nAna;Quillback;QA;3 Jan 2021\nAna;Oldquay;Cook;3 Jan 2021\n"
    )
    assert [r.company for r in reading.rows] == ["Oldquay", "Quillback"]
    assert len({r.key for r in reading.rows}) == 2
    assert reading.skipped == {"listed twice": [4]}


def test_an_unclosed_quote_costs_its_own_line_only():
    good = "Ann{0},Bell,https://www.linkedin.com/in/ann{0},,Oldquay,Cook,14 Mar 2019\n"
    bad = 'Ben,"Broken,https://www.linkedin.com/in/ben,,Oldquay,Cook,14 Mar 2019\n'
    many = "".join(good.format(n) for n in range(RECORD_LINES * 2))
    assert read(HEADER + many + bad + many.replace("ann", "cy")).skipped == {
        "quotes that never close, or a line too long to be one": [RECORD_LINES * 2 + 2]
    }
    at_the_end = read(HEADER + good.format(1) + bad + good.format(2))
    assert [r.first_name for r in at_the_end.rows] == ["Ann1", "Ann2"]
    assert at_the_end.skipped == {"quotes that never close, or a line too long to be one": [3]}
    assert at_the_end.read == 3


def test_a_line_of_megabytes_costs_itself_only():
    reading = read(
        HEADER
        + "Ann,Bell,https://www.linkedin.com/in/ann,,Oldquay,Cook,14 Mar 2019\n"
        + "Big," + "x" * 3_000_000 + ",https://www.linkedin.com/in/big,,Oldquay,,14 Mar 2019\n"
        + "Cy,Dorn,https://www.linkedin.com/in/cy,,Oldquay,Cook,14 Mar 2019\n"
    )  # fmt: skip
    assert [r.first_name for r in reading.rows] == ["Ann", "Cy"]
    assert sum(map(len, reading.skipped.values())) == 1


def test_one_line_in_another_encoding_does_not_spoil_the_rest():
    good = "Zoë,Brückner,https://www.linkedin.com/in/zoe,,Lumenfjord,,14 Mar 2019\n".encode()
    odd = "José,Nuñez,https://www.linkedin.com/in/jose,,Lumenfjord,,14 Mar 2019\n".encode("cp1252")
    reading = read(HEADER.encode() + good + odd)
    assert [r.last_name for r in reading.rows] == ["Brückner", "Nuñez"]
    assert list(reading.noted.values()) == [[3]]


def test_utf16_without_a_mark():
    text = HEADER + "Zoë,Brückner,https://www.linkedin.com/in/zoe,,Lumenfjord,,14 Mar 2019\n"
    for encoding in ("utf-16-le", "utf-16-be"):
        assert [r.first_name for r in read(text.encode(encoding)).rows] == ["Zoë"]


def test_terminal_escapes_and_direction_marks_are_taken_out():
    reading = read(
        HEADER + "A\x1b[31mnn,Be\u202ell,https://www.linkedin.com/in/ann,,Old\x07quay,,14 Mar 2019"
    )
    assert (reading.rows[0].first_name, reading.rows[0].last_name) == ("A [31mnn", "Be ll")
    assert reading.rows[0].company == "Old quay"


def test_a_profile_address_that_is_none_is_noted_and_not_kept():
    reading = read(HEADER + "Ann,Bell,javascript:alert(1),no-mail,Oldquay,,14 Mar 2019\n")
    assert (reading.rows[0].url, reading.rows[0].email) == (None, None)
    assert set(reading.noted) == {
        "profile address not understood",
        "e-mail address not understood",
    }


def test_few_unreadable_dates_are_noted_and_many_are_an_error():
    rows = [f"Ann,Bell,https://www.linkedin.com/in/a{n},,Oldquay,,14 Mar 2019\n" for n in range(8)]
    bad = "Ann,Bell,https://www.linkedin.com/in/b{0},,Oldquay,,soon\n"
    reading = read(HEADER + "".join(rows) + bad.format(1))
    assert reading.noted == {"connection date not understood": [10]}
    assert len(reading.rows) == 9
    with pytest.raises(DatesUnreadable, match="3 of 11 .* line 10, 11, 12"):
        read(HEADER + "".join(rows) + "".join(bad.format(n) for n in range(3)))


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", FileEmpty),
        (b"\xef\xbb\xbf \r\n\r\n", FileEmpty),
        (b"\xff\xfe", FileEmpty),
        (b"%PDF-1.7 whatever", FileBinary),
        (b"\x89PNG\r\n\x1a\n", FileBinary),
        (b"First Name,Company,Connected On\n\x00\x01\x02\x03", FileBinary),
        (bytes(range(1, 32)) * 100, FileBinary),
        (b"just some text\nand more\n", HeaderMissing),
        (b"Notes:\n\n" * 30 + HEADER.encode(), HeaderMissing),
        (HEADER.encode(), RowsMissing),
        ((FIXTURES / "connections_header_only.csv").read_bytes(), RowsMissing),
        (HEADER.encode() + b",,,,,,05 Feb 2018\n", RowsMissing),
    ],
)
def test_a_file_that_is_none_gets_a_typed_error_of_one_line(data, error):
    with pytest.raises(error) as raised:
        read(data)
    assert "\n" not in str(raised.value)


def test_errors_never_quote_people():
    with pytest.raises(DatesUnreadable) as raised:
        read(HEADER + "Ilse,Vandermolen,https://www.linkedin.com/in/ilse,,Oldquay,,sometime\n")
    assert "Ilse" not in str(raised.value) and "sometime" not in str(raised.value)


cells = st.text(
    st.characters(codec="utf-8") | st.sampled_from(list('",;\t\n\r"\x00\x1b=+-@')), max_size=12
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.lists(cells, max_size=9), max_size=12), st.sampled_from(",;\t"))
def test_rows_in_are_rows_kept_plus_rows_named(rows, delimiter):
    text = HEADER.replace(",", delimiter) + "\n".join(delimiter.join(r) for r in rows)
    try:
        reading = read(text.encode("utf-8"))
    except ContactsError:
        return
    lines = [r.line for r in reading.rows] + [n for x in reading.skipped.values() for n in x]
    assert reading.read == len(lines) == len(set(lines))
    assert all(1 < n <= text.count("\n") + text.count("\r") + 1 for n in lines)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400), st.booleans())
def test_no_bytes_make_a_reader_crash(noise, under_a_header):
    try:
        reading = read(HEADER.encode() + noise if under_a_header else noise)
    except ContactsError as error:
        assert "\n" not in str(error)
    else:
        assert reading.read == len(reading.rows) + sum(map(len, reading.skipped.values()))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_damaged_real_file_never_crashes_and_never_loses_a_row_silently(data):
    whole = (FIXTURES / "connections_native.csv").read_bytes()
    cut = data.draw(st.integers(0, len(whole)))
    noise = data.draw(st.binary(max_size=6))
    at = data.draw(st.integers(0, len(whole)))
    damaged = (whole[:at] + noise + whole[at:])[:cut]
    try:
        reading = read(damaged)
    except ContactsError:
        return
    assert reading.read == len(reading.rows) + sum(map(len, reading.skipped.values()))


SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "reference" / "contacts" / "samples"


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="no samples beside the checkout")
@pytest.mark.parametrize(
    ("name", "read_", "kept"),
    [
        ("Connections_2018_no_url.csv", 2, 2),
        ("Connections_bom_crlf.csv", 8, 7),
        ("Connections_current_preamble.csv", 8, 7),
        ("Connections_excel_es_mixed_dates.csv", 2, 2),
        ("Connections_excel_resaved_dd-Mon-yy.csv", 1, 1),
        ("Connections_excel_semicolon_cp1252.csv", 1, 1),
        ("Connections_no_preamble.csv", 8, 7),
        ("Positions.csv", 3, 3),
        ("Education.csv", 1, 1),
        (f"..{os.sep}..{os.sep}other{os.sep}workhistory.csv", 2, 2),
    ],
)
def test_samples_beside_the_checkout(name, read_, kept):
    reading = read((SAMPLES / "linkedin" / "synthetic" / name).read_bytes())
    assert (reading.read, len(reading.rows), reading.noted) == (read_, kept, {})
