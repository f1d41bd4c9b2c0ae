"""Whatever bytes a reader is given: no crash, and rows in are rows kept plus rows named.

The environment's INROAD_FUZZ multiplies the number of examples.
"""

import csv
import io
import json
import os
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matcher.contacts import recognise
from matcher.contacts.dates import moment, partial
from matcher.contacts.decode import clean
from matcher.contacts.deriving import derive
from matcher.contacts.errors import ContactsError
from matcher.contacts.mapping import FIELDS, propose, reader
from store import imports
from store.database import Database
from store.derivation import bring_in
from store.rows import Imported
from tests.matcher.address_books import CASES, TODAY, accounted, input_of

MANY = int(os.environ.get("INROAD_FUZZ", "1"))
GOOD = [case for case in CASES if case.name != "header_only"]
LONE = list('",;\t|\n\r\x1b=+-@:\\ \u202e\u2028\ufeff\x85')
WORDS = [
    *("ex-Oldquay", "Oldquay alumni", "formerly at Oldquay (2016–2020)", "Old work", "Former"),
    *("* Work", "a ::: b", "https://www.linkedin.com/in/ilse-v-example", "linkedin.com/in/%FF"),
    *("ilse@oldquay.example", "@", "2020", "2020-13-45", "99/99/9999", "31 Feb 2020", "=1+1"),
    *("BEGIN:VCARD", "END:VCARD", "=", "=\n", "Jan 0000", "'", '"', '""', "\\", "\\n", "é", "林"),
]
NO_NULL = st.characters(codec="utf-8", exclude_characters="\0")
CELL = st.one_of(
    st.just(""), st.sampled_from(WORDS), st.text(NO_NULL | st.sampled_from(LONE), max_size=16)
)


def each(examples):
    return settings(
        max_examples=examples * MANY,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )


def read(data, mapped=(), name="x"):
    """A reading that accounts for everything, or None after a typed error of one line."""
    try:
        reading = recognise.read(data, name, TODAY, mapped)
    except ContactsError as error:
        assert str(error) and "\n" not in str(error)
        return None
    assert accounted(reading)
    assert all(place > 0 for places in reading.skipped.values() for place in places)
    return reading


def ids(cases):
    return [f"{case.parent.name}-{case.name}" for case in cases]


@pytest.mark.parametrize("case", GOOD, ids=ids(GOOD))
@each(25)
@given(data=st.data())
def test_damage_never_crashes_a_reader_nor_loses_a_row(case, data):
    """Cuts, noise, repeats and strange encodings, several at once."""
    content = input_of(case).read_bytes()
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content)))
        length = data.draw(st.integers(0, 60))
        match data.draw(st.sampled_from(["cut", "noise", "word", "repeat", "drop", "encode"])):
            case "cut":
                content = content[:at]
            case "noise":
                content = content[:at] + data.draw(st.binary(max_size=8)) + content[at:]
            case "word":
                word = data.draw(st.sampled_from([*WORDS, *LONE])).encode("utf-8")
                content = content[:at] + word + content[at:]
            case "repeat":
                content = content[:at] + content[max(0, at - length) :]
            case "drop":
                content = content[:at] + content[at + length :]
            case "encode":
                content = content.decode("utf-8", "replace").encode(
                    data.draw(st.sampled_from(["utf-16", "utf-16-be", "utf-8-sig", "utf-32"]))
                )
    read(content)


WINDOWS = ("french", "spanish", "german_semicolon_cp1252", "semicolon_cp1252")
TABLES = [case for case in GOOD if input_of(case).suffix == ".csv"]


def shape_of(case):
    """A fixture's header and first row, its delimiter, and what may stand in a further row: dates
    where it has dates, as a file without any is refused as a whole; anything anywhere else."""
    content = input_of(case).read_bytes()
    encoding = "utf-16" if content.startswith(b"\xff\xfe") else "utf-8"
    text = content.decode("cp1252" if case.name in WINDOWS else encoding)
    lines = text.removeprefix("\ufeff").splitlines()
    delimiter = max(",;\t", key=text.count)
    widths = [len(next(csv.reader([line], delimiter=delimiter), [])) for line in lines[:5]]
    at = widths.index(max(widths))
    header, first, *_ = csv.reader(lines[at:], delimiter=delimiter)
    is_date = [bool(moment(cell, TODAY) or partial(cell, TODAY)) for cell in first]
    cells = [
        st.sampled_from(["", cell]) if dated else CELL
        for cell, dated in zip(first, is_date, strict=False)
    ]
    whole = st.tuples(*cells, *[CELL] * (len(header) - len(cells))).map(list)
    short = is_date.index(True) if any(is_date) else len(header) + 2
    return header, first, delimiter, whole | st.lists(CELL, max_size=short)


def written(rows, delimiter):
    """A CSV in which a cell may hold any line end, as a spreadsheet program writes it."""
    quoting = (
        csv.QUOTE_ALL if any("\r" in cell for row in rows for cell in row) else csv.QUOTE_MINIMAL
    )
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n", quoting=quoting).writerows(rows)
    return text.getvalue()


@pytest.mark.parametrize("case", TABLES, ids=ids(TABLES))
@each(25)
@given(data=st.data())
def test_every_row_of_a_table_is_counted(case, data):
    """The rows are counted here by themselves, whatever the reader says it has read."""
    header, first, delimiter, row = shape_of(case)
    rows = [first, *data.draw(st.lists(row, max_size=8))]
    text = written([header, *rows], delimiter)
    encoding = data.draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
    reading = read(text.encode(encoding, "replace"), name=input_of(case).name)
    if reading is not None:
        assert reading.read == sum(any(map(clean, cells)) for cells in rows)


ONE_EACH = list({case.parent.name: case for case in TABLES}.values())


@pytest.mark.parametrize("case", ONE_EACH, ids=ids(ONE_EACH))
@each(4)
@given(data=st.data())
def test_what_a_table_says_is_stored_as_it_was_read(tmp_path_factory, case, data):
    header, first, delimiter, row = shape_of(case)
    text = written([header, first, *data.draw(st.lists(row, max_size=8))], delimiter)
    reading = read(text.encode("utf-8", "replace"), name=input_of(case).name)
    if reading is not None:
        assert_stored_as_read(tmp_path_factory, reading)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | CELL
    | st.sampled_from(["\ud800", "a\udfffb", "a\0b"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(CELL, inner, max_size=3),
    max_leaves=6,
)
DOCUMENTS = [case for case in GOOD if input_of(case).suffix == ".json"]


@pytest.mark.parametrize("case", DOCUMENTS, ids=ids(DOCUMENTS))
@each(10)
@given(data=st.data())
def test_every_entry_of_a_document_is_counted(tmp_path_factory, case, data):
    """Any value in place of any other, anywhere in the fixture's first entry."""
    document = json.loads(input_of(case).read_bytes())
    entry = document
    while not (
        isinstance(entry, dict) and {"resourceName", "displayName", "basics"} & entry.keys()
    ):
        entry = next(iter(entry.values() if isinstance(entry, dict) else entry))
        entry = entry if isinstance(entry, dict | list) else document["value"]
    entries = [entry, *data.draw(st.lists(altered(entry) | JSON, max_size=4))]
    if "displayName" in entry:
        wrapped = {"value": entries}
    elif "basics" in entry:
        wrapped = entries
    else:
        wrapped = {"connections": entries}
    reading = read(json.dumps(wrapped).encode())
    assert reading is not None and reading.read == len(entries)
    assert_stored_as_read(tmp_path_factory, reading)


@st.composite
def altered(draw, value):
    """The value with any others in places of it."""
    if draw(st.integers(0, 5)) == 0:
        return draw(JSON)
    if isinstance(value, dict):
        return {key: draw(altered(one)) for key, one in value.items()}
    if isinstance(value, list):
        return [draw(altered(one)) for one in value]
    return value


def assert_stored_as_read(tmp_path_factory, reading):
    """Whatever a reader lets through can be stored, derived from, and is the same afterwards."""
    db = Database(tmp_path_factory.mktemp("home") / "network.duckdb", "network")
    day = datetime(2026, 11, 23)
    file = Imported("h", reading.kind, "x", TODAY, "today", day, 1, 1, reading.rows)
    assert bring_in(db, [file], derive, day) is not None
    with db.read() as duck:
        (loaded,) = imports.load(duck)
    assert loaded == file


PROPERTY = st.builds(
    "{}{}:{}".format,
    st.sampled_from(
        "FN N ORG TITLE ROLE EMAIL URL NOTE CATEGORIES UID REV KIND PHOTO X-ABLabel item1.ORG "
        "item1.X-ABLabel item1.TITLE X-SOCIALPROFILE AGENT".split()
    ),
    st.sampled_from(
        [
            *("", ";TYPE=work", ";CHARSET=UTF-8", ";ENCODING=QUOTED-PRINTABLE", ";PREF=1"),
            *(";CHARSET=nonsense;QUOTED-PRINTABLE", ';X="a:b;c"', ";X=^'", ";"),
        ]
    ),
    CELL.map(lambda text: text.replace("\n", "\n ").replace("\r", "\r ")),
)
ANY_LINE = PROPERTY | st.text(NO_NULL, max_size=20).map(lambda text: " ".join(text.splitlines()))


@each(400)
@given(
    st.lists(st.tuples(st.lists(ANY_LINE, max_size=8), st.booleans()), min_size=1, max_size=6),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["utf-8", "utf-16", "utf-16-be", "utf-16-le"]),
)
def test_every_card_is_counted(cards, end, encoding):
    """Broken ones among whole ones: as many as begin."""

    def is_mark(line):
        bare = line.strip().upper().replace(" ", "")
        return bare in ("BEGIN:VCARD", "END:VCARD")

    lines, begun = [], 0
    for body, has_end in cards:
        lines += ["BEGIN:VCARD", "FN:Somebody", *(one for one in body if not is_mark(one))]
        # Behind these a card within a card is expected.
        if lines[-1].upper().startswith("AGENT"):
            lines.append("X-END:1")
        lines += ["END:VCARD"] * has_end
        begun += 1
    text = end.join(lines) + end
    # Once more, as whatever is in a line may end it.
    marks = [line.strip().upper().replace(" ", "") for line in _split(text)]
    reading = read(text.encode(encoding, "replace"))
    if marks.count("BEGIN:VCARD") == begun and reading is not None:
        assert reading.read == begun


def _split(text):
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


@each(200)
@given(data=st.data())
def test_every_row_of_a_mapped_table_is_counted(data):
    names = st.text(st.characters(codec="utf-8", categories=["L"]), min_size=1, max_size=8)
    header = data.draw(st.lists(names, min_size=2, max_size=6, unique_by=str.casefold))
    fields = dict(
        zip(
            data.draw(st.permutations(list(FIELDS))),
            data.draw(st.permutations(header)),
            strict=False,
        )
    )
    rows = data.draw(st.lists(st.lists(CELL, max_size=len(header)), min_size=1, max_size=6))
    content = written([header, *rows], ",").encode("utf-8", "replace")
    mine = reader(propose(content).headers, fields)
    reading = read(content, [mine])
    if reading is not None and reading.kind == "table of contacts":
        assert reading.read == sum(any(map(clean, cells)) for cells in rows)


@each(400)
@given(st.binary(max_size=300), st.sampled_from([b"", b"PK\x03\x04", b"{", b"[", b"BEGIN:VCARD\n"]))
def test_no_bytes_at_all_crash_the_import(noise, start):
    read(start + noise)
    try:
        propose(start + noise)
    except ContactsError as error:
        assert "\n" not in str(error)
