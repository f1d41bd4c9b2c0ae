"""Lines or sheets → a table whose columns a reader knows."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from operator import itemgetter
from typing import Any, NamedTuple

from matcher.contacts.decode import Line, Text, clean, squash
from matcher.contacts.fields import items, mapping, text

HEADER_WITHIN = 40
"""Records from the top in which a header is looked for: LinkedIn puts a note above it."""
RECORD_LINES = 200
"""A record longer than this is an unbalanced quote that would swallow the rest of the file."""
DELIMITERS = ",;\t|"

Record = tuple[int, list[str]]
"""The number of its first line, and its cells."""
Columns = Mapping[str, tuple[str, ...]]
"""Column → names it goes by (squashed); one whose names end in "" may be absent."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Records from anywhere. `records` gives those below line `start`, and adds to the list the
    lines that it cannot read; `head` gives those near the top."""

    records: Callable[[int, list[int]], Iterator[Record]]
    head: Callable[[], Iterable[Record]]
    repaired: list[int] = field(default_factory=list)
    """Lines that are not in the encoding of the others, once all are read."""


class Header(NamedTuple):
    """Where a header stands, and what it says (squashed)."""

    grid: Grid
    line: int
    names: tuple[str, ...]


@dataclass(slots=True)
class Table:
    """The records below a header.

    `damaged` are lines whose quoting is broken, and which are therefore not among the rows.
    """

    header: Header
    columns: Mapping[str, int]
    damaged: list[int] = field(default_factory=list)

    @property
    def repaired(self) -> list[int]:
        return [line for line in self.header.grid.repaired if line > self.header.line]

    def rows(self) -> Iterator[Record]:
        """Every record, with cells as they are in the file."""
        self.damaged.clear()
        return self.header.grid.records(self.header.line, self.damaged)

    def records(self) -> Iterator[tuple[int, dict[str, str]]]:
        """(line number, column → cleaned cell) of every row that is not blank; a cell that is
        missing is an empty one."""
        names, places = list(self.columns), list(self.columns.values())
        width = max(places, default=-1) + 1
        pick: Callable[[list[str]], Sequence[str]] = (
            itemgetter(*places) if len(places) > 1 else lambda cells: [cells[p] for p in places]
        )
        for line, cells in self.rows():
            if len(cells) < width:
                cells += [""] * (width - len(cells))
            record = dict(zip(names, map(clean, pick(cells)), strict=True))
            if any(record.values()) or any(map(clean, cells)):
                yield line, record

    def raw(self) -> Iterator[tuple[int, list[str], dict[str, str]]]:
        """(line number, cells, column → cell) of every row that is not blank, as in the file."""
        for line, cells in self.rows():
            if any(map(str.strip, cells)):
                width = len(cells)
                places = self.columns.items()
                yield line, cells, {n: cells[at] if at < width else "" for n, at in places}

    def column(self, name: str) -> Iterator[str]:
        """Every cell of one column; none where the table has no such column."""
        place = self.columns.get(name)
        if place is not None:
            for _, cells in self.header.grid.records(self.header.line, []):
                yield clean(cells[place]) if place < len(cells) else ""


def text_grids(text: Text) -> list[Grid]:
    """A text as a table, once for each character that may stand between its cells."""

    def grid(delimiter: str) -> Grid:
        return Grid(
            lambda start, damaged: _records(_below(text, start), delimiter, damaged),
            lambda: _records(islice(text.lines(), HEADER_WITHIN), delimiter, []),
            text.odd,
        )

    return [grid(delimiter) for delimiter in DELIMITERS]


def find_header(
    grids: Iterable[Grid], formats: Sequence[Columns]
) -> tuple[int, Header, dict[str, int]] | None:
    """The header that fits one of `formats` best: the index of the format, the header, and its
    columns. None when no record near the top fits any; of equals the first one counts."""
    best: tuple[int, Header, dict[str, int]] | None = None
    for header in headers(grids):
        for index, columns in enumerate(formats):
            found = match(header.names, columns)
            if found and (best is None or len(found) > len(best[2])):
                best = index, header, found
    return best


def headers(grids: Iterable[Grid]) -> Iterator[Header]:
    """Every record near the top, as the header it may be."""
    for grid in grids:
        for line, cells in grid.head():
            yield Header(grid, line, tuple(map(squash, cells)))


def match(header: Sequence[str], columns: Columns) -> dict[str, int]:
    """Column → place in the header; empty unless all that must be there are."""
    found = {}
    for column, names in columns.items():
        at = next((header.index(name) for name in names if name and name in header), None)
        if at is not None:
            found[column] = at
        elif "" not in names:
            return {}
    return found


def object_grids(document: Any) -> list[Grid]:
    """A JSON list of objects as a table: its keys are the header, on line 0; entry 1 is line 1."""
    found = [document] if isinstance(document, list) else list(mapping(document).values())
    return [_objects(entries) for entries in found if isinstance(entries, list) and any(entries)]


def _objects(entries: list[Any]) -> Grid:
    keys = list(dict.fromkeys(key for entry in items(entries) for key in entry))

    def records(start: int, damaged: list[int]) -> Iterator[Record]:
        if start < 0:
            yield 0, list(keys)
        for number, entry in enumerate(entries, 1):
            if isinstance(entry, dict):
                if number > start:
                    yield number, [_cell(entry.get(key)) for key in keys]
            else:
                damaged.append(number)

    return Grid(records, lambda: [(0, list(keys))] if keys else [])


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(filter(None, map(text, value)))
    return value if isinstance(value, str) else text(value)


def _below(text: Text, start: int) -> Iterator[Line]:
    return (line for line in text.lines() if line[0] > start)


def _records(lines: Iterator[Line], delimiter: str, damaged: list[int]) -> Iterator[Record]:
    """Every record that is not a blank line.

    A line that opens a quote nobody closes is put into `damaged` and reading goes on below it.
    """
    again: deque[Line] = deque()
    while (found := again.popleft() if again else next(lines, None)) is not None:
        number, line = found
        if line is None:
            damaged.append(number)
        elif '"' not in line:
            if cells := line.rstrip("\r\n"):
                yield number, cells.split(delimiter)
        else:
            record = [found]
            try:
                cells_ = next(csv.reader(_fed(record, again, lines), delimiter=delimiter))
            except (_Runaway, csv.Error):
                damaged.append(number)
                again.extendleft(reversed(record[1:]))
            else:
                yield number, cells_


def _fed(record: list[Line], again: deque[Line], lines: Iterator[Line]) -> Iterator[str]:
    """The first line of a record and those behind it, which are added to it."""
    yield record[0][1] or ""
    while (found := again.popleft() if again else next(lines, None)) is not None:
        record.append(found)
        if found[1] is None or len(record) > RECORD_LINES:
            raise _Runaway
        yield found[1]
    raise _Runaway  # The quote is still open where the file ends.


class _Runaway(Exception):
    pass
