"""Bytes → text → records → a table whose columns a reader knows."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from io import StringIO

from matcher.contacts.errors import FileBinary, FileEmpty, HeaderMissing

HEADER_WITHIN = 40
"""Records from the top in which a header is looked for: LinkedIn puts a note above it."""
RECORD_LINES = 200
"""A record longer than this is an unbalanced quote that would swallow the rest of the file."""

_SIGNATURES = {
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"\x1f\x8b": "a gzip file",
    b"\xd0\xcf\x11\xe0": "an old Excel or Word file",
    b"SQLite format 3": "a database",
    b"PK\x03\x04": "a zip file",
}
_DELIMITERS = ",;\t|"
_CONTROL = re.compile(
    r"[\s\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]+"
)


@dataclass(slots=True)
class Table:
    """Data records below a recognised header.

    `damaged` are lines whose quoting is broken, and which are therefore not among the rows.
    """

    columns: Mapping[str, int]
    rows: list[tuple[int, list[str]]]
    damaged: list[int] = field(default_factory=list)
    repaired: list[int] = field(default_factory=list)
    """Lines that are not in the encoding of the others."""

    def records(self) -> Iterator[tuple[int, dict[str, str]]]:
        """(line number, column → cleaned cell) of every row that is not blank; a cell that is
        missing is an empty one."""
        for line, cells in self.rows:
            record = {
                name: clean(cells[i]) if i < len(cells) else "" for name, i in self.columns.items()
            }
            if any(record.values()) or any(clean(cell) for cell in cells):
                yield line, record


def clean(cell: str) -> str:
    """One line without control, bidirectional-override and surplus blank characters."""
    return _CONTROL.sub(" ", cell).strip()


def squash(header: str) -> str:
    """A column name as compared: letters and digits only, case ignored."""
    return "".join(c for c in header.casefold() if c.isalnum())


def text_of(data: bytes) -> tuple[str, list[int]]:
    """Decode a text file: UTF-16 or UTF-32 by its mark, UTF-16 without one by its zeros,
    UTF-8, and Windows-1252 for the lines that are not UTF-8.

    Returns the text and the numbers of lines that are not in the encoding of the others.

    Raises:
        FileEmpty: no characters but blanks.
        FileBinary: not text.
    """
    if not data.strip():
        raise FileEmpty("The file is empty. Ask for the export again, or give another file.")
    for signature, what in _SIGNATURES.items():
        if data.startswith(signature):
            raise _binary(what)
    if data.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        text, odd = data.decode("utf-32", "replace"), list[int]()
    elif data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text, odd = data.decode("utf-16", "replace"), []
    elif wide := _zeros(data):
        text, odd = data.decode(wide, "replace"), []
    elif _is_binary(data):
        raise _binary("not text")
    else:
        text, odd = _narrow(data.removeprefix(b"\xef\xbb\xbf"))
    text = text.removeprefix("\ufeff")
    if not text.strip():
        raise FileEmpty("The file is empty. Ask for the export again, or give another file.")
    if sum(c < " " and c not in "\t\n\r\f\v" for c in text[:4096]) > 40:
        raise _binary("not text")
    return text, odd


def table_of(data: bytes, formats: Iterable[Mapping[str, tuple[str, ...]]]) -> tuple[int, Table]:
    """Find the header that fits one of `formats` best, and the records below it.

    Args:
        formats: for each, column → names it goes by (squashed). A column whose names end in
            the empty string is optional; all the others must be there.

    Returns:
        The index of the format and its table.

    Raises:
        FileEmpty, FileBinary: see `text_of`.
        HeaderMissing: no header of any of the formats within the first 40 records.
    """
    text, odd = text_of(data)
    lines = list(StringIO(text, newline=""))
    candidates = list(formats)
    best: tuple[int, int, str, int, dict[str, int]] | None = None
    for delimiter in _DELIMITERS:
        for position, (line, cells) in enumerate(_records(lines[:HEADER_WITHIN], delimiter, [])):
            if position >= HEADER_WITHIN:
                break
            header = [squash(cell) for cell in cells]
            for index, columns in enumerate(candidates):
                found = _match(header, columns)
                if found and (best is None or len(found) > best[0]):
                    best = (len(found), index, delimiter, line, found)
    if best is None:
        raise HeaderMissing(
            f"No line among the first {HEADER_WITHIN} names columns this import knows "
            "(LinkedIn Connections, Positions, Education, or workhistory.csv)."
        )
    _, index, delimiter, header_line, found = best
    damaged: list[int] = []
    below = _records(lines, delimiter, damaged, start=header_line)
    return index, Table(found, list(below), damaged, [n for n in odd if n > header_line])


def _match(header: list[str], columns: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
    found = {}
    for column, names in columns.items():
        at = next((header.index(name) for name in names if name and name in header), None)
        if at is not None:
            found[column] = at
        elif "" not in names:
            return {}
    return found


def _records(
    lines: list[str], delimiter: str, damaged: list[int], start: int = 0
) -> Iterator[tuple[int, list[str]]]:
    """(number of the first line, cells) of each record from line `start` (0-based) on.

    A line that opens a quote nobody closes is put into `damaged` and reading goes on below it.
    """
    while start < len(lines):
        mark = start

        def feed() -> Iterator[str]:
            for at in range(start, len(lines)):  # noqa: B023
                if at - mark >= RECORD_LINES:  # noqa: B023
                    raise _Runaway
                yield lines[at]

        reader = csv.reader(feed(), delimiter=delimiter)
        first = start
        try:
            for cells in reader:
                after = first + reader.line_num
                if after - mark > 1 and after == len(lines) and _open(lines[mark:], delimiter):
                    raise _Runaway
                if cells:
                    yield mark + 1, cells
                mark = after
            return
        except (_Runaway, csv.Error):
            damaged.append(mark + 1)
            start = mark + 1


class _Runaway(Exception):
    pass


def _open(lines: list[str], delimiter: str) -> bool:
    """Whether these lines end inside a quoted cell."""
    try:
        for _ in csv.reader(lines, delimiter=delimiter, strict=True):
            pass
    except csv.Error as error:
        return "unexpected end of data" in str(error)
    return False


def _narrow(data: bytes) -> tuple[str, list[int]]:
    try:
        return data.decode("utf-8"), []
    except UnicodeDecodeError:
        pass
    parts: list[str] = []
    odd: list[int] = []
    beyond_ascii = 0
    for number, line in enumerate(data.splitlines(keepends=True), 1):
        try:
            parts.append(line.decode("utf-8"))
            beyond_ascii += not line.isascii()
        except UnicodeDecodeError:
            parts.append(line.decode("cp1252", "replace"))
            odd.append(number)
    return "".join(parts), odd if beyond_ascii else []


def _zeros(data: bytes) -> str | None:
    sample = data[:2048]
    half = max(len(sample) // 2, 1)
    if sample[1::2].count(0) > 0.4 * half and sample[::2].count(0) < 0.1 * half:
        return "utf-16-le"
    if sample[::2].count(0) > 0.4 * half and sample[1::2].count(0) < 0.1 * half:
        return "utf-16-be"
    return None


def _is_binary(data: bytes) -> bool:
    return b"\0" in data[:65536]


def _binary(what: str) -> FileBinary:
    return FileBinary(f"This is {what}, and not a CSV file or a zip of CSV files.")
