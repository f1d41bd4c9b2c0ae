"""Lists from anywhere: CSV or one name a line, in whatever encoding, read as they stream by."""

from __future__ import annotations

import codecs
import csv
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from io import TextIOWrapper
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO

import click

from cli.safe import clean

DELIMITERS = ",;\t|"
LOOK_AT = 100
"""Records looked at to tell a table from one name a line."""
QUOTED_LINES = 20
"""A quoted cell over more lines than this is a quote that nobody closed."""
_SIGNATURES = {
    b"PK\x03\x04": "a zip file or a workbook; save its sheet as CSV",
    b"\x1f\x8b": "a gzip file; unpack it",
    b"%PDF": "a PDF",
    b"\xd0\xcf\x11\xe0": "an old Excel or Word file; save it as CSV",
    b"SQLite format 3": "a database",
    b"PAR1": "a Parquet file; save it as CSV",
}
Row = tuple[str, ...]
Watch = Callable[[int], object]


@dataclass(slots=True)
class Bad:
    """Rows that are not what they should be: how many, and the first few, to be named."""

    file: str
    count: int = 0
    named: list[str] = field(default_factory=list)

    def add(self, line: int, what: str) -> None:
        self.count += 1
        if len(self.named) < 20:
            self.named.append(f"{self.file}, line {line}: {what}")

    def show(self) -> None:
        for line in self.named:
            click.echo(clean(line), err=True)
        if more := self.count - len(self.named):
            click.echo(f"{clean(self.file)}: {more:,} more such rows", err=True)


def _from_windows(error: UnicodeError) -> tuple[str, int]:
    """Bytes that are not UTF-8 are read as Windows-1252, the other thing lists are written in."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error("inroad-windows-1252", _from_windows)


def opened(path: Path) -> BinaryIO:
    """The file, or standard input for "-"."""
    return sys.stdin.buffer if str(path) == "-" else path.open("rb")


def lines_of(source: BinaryIO, name: str) -> TextIOWrapper:
    """The lines of a text file with their ends: UTF-16 by its mark, else UTF-8, else Windows-1252
    byte by byte. Raises click.ClickException for what is no text."""
    peek = getattr(source, "peek", None)
    start = peek(8192)[:8192] if peek else b""
    for signature, what in _SIGNATURES.items():
        if start.startswith(signature):
            raise click.ClickException(f"{name} is not a list but {what}.")
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return TextIOWrapper(source, encoding="utf-16", errors="replace", newline="")
    if b"\0" in start:
        raise click.ClickException(f"{name} is not a text file; give a CSV or one name a line.")
    return TextIOWrapper(source, encoding="utf-8-sig", errors="inroad-windows-1252", newline="")


def names(
    path: Path,
    kind: str,
    column: str | None,
    evidence: Sequence[str | None],
    bad: Bad,
    watch: Watch,
) -> Iterator[Row]:
    """(name, evidence…) of every row that holds a name.

    Args:
        kind: "employer" or "workplace", for the usual names of the column and the messages.
        column: its name in the header; None looks for the usual names, and takes a file without
            one for a list of one name a line.
        evidence: names of further columns; "" stands where one is None or the cell is empty.
        bad: rows without a name, or with a quote nobody closed, are added to it.
        watch: called with the number of characters read so far, now and then.
    """
    with opened(path) as source:
        lines = _watched(lines_of(source, bad.file), watch)
        usual = [column] if column else _USUAL[kind]
        head = list(islice(lines, LOOK_AT))
        found = _header(head[0], [usual]) if head else None
        if found is None and (column or any(evidence)):
            wanted = column or f"{kind}s"
            raise click.ClickException(_no_column(bad.file, wanted, head, f"--{kind}-column"))
        everything = chain(head, lines)
        if found is None:
            _refuse_tables(path, head, bad.file, f"--{kind}-column")
            yield from ((name, *("" for _ in evidence)) for name in _one_a_line(everything, bad))
            return
        delimiter, header, (at,) = found
        places = _places(header, evidence, bad.file)
        told = any(place >= 0 for place in places)
        beside = [""] * len(places)
        for line, cells in records(everything, delimiter, bad, skip=1):
            name = cells[at] if at < len(cells) else ""
            if told:
                beside = [cells[p] if 0 <= p < len(cells) else "" for p in places]
            if name and not name.isspace():
                yield (name, *beside)
            else:
                bad.add(line, f"no {kind}")


def pairs(
    path: Path,
    columns: tuple[str | None, str | None],
    evidence: Sequence[str | None],
    bad: Bad,
    watch: Watch,
) -> Iterator[Row]:
    """(a, b, evidence…) of every row but blank lines, cells exactly as they are in the file.

    The header is recognised by `columns`, or a,b or employer,workplace; a file of two columns
    without one is all pairs. A row with too few or too many cells is added to `bad`, and is
    among the pairs all the same.
    """
    with opened(path) as source:
        lines = _watched(lines_of(source, bad.file), watch)
        head = list(islice(lines, LOOK_AT))
        if not head:
            return
        usual = [["a", *_USUAL["employer"]], ["b", *_USUAL["workplace"]]]
        wanted = [[c] if c else u for c, u in zip(columns, usual, strict=True)]
        found = _header(head[0], wanted)
        if found is None and (any(columns) or any(evidence)):
            asked = " and ".join(c for c in columns if c) or "a and b"
            hint = "--employer-column and --workplace-column"
            raise click.ClickException(_no_column(bad.file, asked, head, hint))
        skip = 0
        if found is not None:
            delimiter, header, at = found
            places = [*at, *_places(header, evidence, bad.file)]
            width, skip = len(header), 1
        else:
            delimiter = "\t" if "\t" in head[0] else ","
            width = len(_cells(head[0], delimiter))
            if width != 2:
                hint = "--employer-column and --workplace-column"
                raise click.ClickException(_no_column(bad.file, "a and b", head, hint))
            places = [0, 1, *(-1 for _ in evidence)]
        for line, cells in records(chain(head, lines), delimiter, bad, skip):
            if len(cells) != width:
                bad.add(line, f"{len(cells)} cells where there should be {width}")
            yield tuple(cells[p] if 0 <= p < len(cells) else "" for p in places)


def table(
    path: Path, columns: Sequence[str], optional: Sequence[str], bad: Bad
) -> Iterator[tuple[int, Row]]:
    """(line, cells of `columns` and then of `optional`) of every record of a CSV with a header;
    "" for a cell, or an optional column, that is not there."""
    with opened(path) as source:
        lines = lines_of(source, bad.file)
        head = next(lines, "")
        found = _header(head, [[column] for column in columns])
        if found is None:
            shown = ", ".join(columns)
            raise click.ClickException(f"{bad.file} has no line that names the columns {shown}.")
        delimiter, header, places = found
        places += _places(header, [c if c in header else None for c in optional], bad.file)
        for line, cells in records(chain([head], lines), delimiter, bad, skip=1):
            yield line, tuple(cells[p] if 0 <= p < len(cells) else "" for p in places)


def records(
    lines: Iterable[str], delimiter: str, bad: Bad, skip: int = 0
) -> Iterator[tuple[int, list[str]]]:
    """(number of its first line, cells) of every record that is not a blank line.

    A line that opens a quote nobody closes within 20 lines is read as if quotes were letters, and
    added to `bad`, so that it cannot swallow the rows below it.
    """
    source, again, number = iter(lines), deque[str](), 0
    while (line := again.popleft() if again else next(source, None)) is not None:
        number += 1
        start = number
        if '"' not in line:
            cells = line.rstrip("\r\n").split(delimiter)
        else:
            record = [line]
            try:
                cells = next(
                    csv.reader(_fed(record, again, source), delimiter=delimiter, strict=True)
                )
                number += len(record) - 1
            except csv.Error:
                rest = record[1:]
                if rest or _is_open(line, delimiter):
                    bad.add(number, "a quote that is never closed; read as it stands")
                    cells = line.rstrip("\r\n").split(delimiter)
                else:
                    cells = _cells(line, delimiter)
                again.extendleft(reversed(rest))
        if cells == [""]:
            continue
        if skip:
            skip -= 1
        else:
            yield start, cells


def _fed(record: list[str], again: deque[str], source: Iterator[str]) -> Iterator[str]:
    """The first line of a record and those behind it, which are added to it."""
    yield record[0]
    for line in chain(_taken(again), source):
        record.append(line)
        if len(record) > QUOTED_LINES:
            raise csv.Error
        yield line


def _taken(lines: deque[str]) -> Iterator[str]:
    while lines:
        yield lines.popleft()


def _is_open(line: str, delimiter: str) -> bool:
    """Whether a line ends inside a quoted cell."""
    try:
        next(csv.reader([line], delimiter=delimiter, strict=True), [])
    except csv.Error as error:
        return "unexpected end of data" in str(error)
    return False


def _cells(text: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([text], delimiter=delimiter), [])
    except csv.Error:
        return text.rstrip("\r\n").split(delimiter)


def _one_a_line(lines: Iterable[str], bad: Bad) -> Iterator[str]:
    for number, line in enumerate(lines, start=1):
        name = line.strip()
        if len(name) > 1 and name[0] == name[-1] == '"':
            cells = _cells(name, ",")
            name = cells[0].strip() if len(cells) == 1 else name
        if name:
            yield name
        elif line.strip("\r\n"):
            bad.add(number, "blank")


def _watched(lines: Iterable[str], watch: Watch) -> Iterator[str]:
    read = 0
    for number, line in enumerate(lines, start=1):
        read += len(line)
        if not number % 10_000:
            watch(read)
        yield line
    watch(read)


_ANY = ["name", "company", "company name", "organization", "organisation", "organization name"]
_USUAL = {
    "employer": ["employer", "employers", "employer name", "hiring organization", *_ANY],
    "workplace": ["workplace", "workplaces", "workplace name", *_ANY, "employer"],
}


def _squash(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


def _header(line: str, wanted: Sequence[Sequence[str]]) -> tuple[str, list[str], list[int]] | None:
    """The delimiter, the header's cells, and where each of the wanted columns is; the first of its
    names that is there counts. None unless every one is found, each in a column of its own."""
    for delimiter in DELIMITERS:
        header = _cells(line, delimiter)
        squashed = [_squash(cell) for cell in header]
        found: list[int] = []
        for one in wanted:
            at = next((header.index(n) for n in one if n in header), None)
            if at is None:
                at = next((squashed.index(_squash(n)) for n in one if _squash(n) in squashed), None)
            if at is not None and at not in found:
                found.append(at)
        if len(found) == len(wanted):
            return delimiter, header, found
    return None


def _places(header: Sequence[str], columns: Sequence[str | None], file: str) -> list[int]:
    squashed = [_squash(cell) for cell in header]
    places = []
    for column in columns:
        if column is None:
            places.append(-1)
        elif _squash(column) in squashed:
            places.append(squashed.index(_squash(column)))
        else:
            shown = ", ".join(clean(cell) for cell in header)
            raise click.ClickException(f"{file} has no column {column!r}; it has: {shown}.")
    return places


def _no_column(file: str, wanted: str, head: Sequence[str], option: str) -> str:
    if not head:
        return f"{file} is empty."
    shown = ", ".join(clean(cell) for cell in _cells(head[0], ","))[:200]
    return f"{file} has no column {wanted}. Its first line is: {shown}. Name the column: {option}."


def _refuse_tables(path: Path, head: Sequence[str], file: str, option: str) -> None:
    """A CSV of several columns whose header is not recognised is no list of one name a line."""
    if path.suffix.lower() not in (".csv", ".tsv"):
        return
    unheard = Bad(file)
    for delimiter in DELIMITERS:
        widths = {len(cells) for _, cells in records(head, delimiter, unheard)}
        if len(widths) == 1 and widths != {1}:
            raise click.ClickException(_no_column(file, "of names", head, option))
