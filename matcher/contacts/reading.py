"""What every reader takes and gives."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from matcher.contacts import dates
from matcher.contacts.decode import Table
from matcher.contacts.errors import DatesUnreadable, RowsMissing
from store.network import Kind, Row

_T = TypeVar("_T")
MOST_UNPARSED = 0.2


@dataclass(slots=True)
class Reading:
    """The rows of one file, and every line that was not kept, by reason.

    `read` is all of them: `len(rows)` plus the lines in `skipped`. Lines in `noted` were kept,
    without the cell the note names.
    """

    kind: Kind
    rows: list[Row] = field(default_factory=list)
    read: int = 0
    skipped: dict[str, list[int]] = field(default_factory=dict)
    noted: dict[str, list[int]] = field(default_factory=dict)

    def skip(self, line: int, reason: str) -> None:
        self.skipped.setdefault(reason, []).append(line)

    def note(self, line: int, what: str) -> None:
        self.noted.setdefault(what, []).append(line)


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file: the columns by which it is recognised, and how its rows are read.

    `columns` gives the squashed header names of each column; a column whose names end in ""
    may be absent.
    """

    kind: Kind
    columns: Mapping[str, tuple[str, ...]]
    take: Callable[[Table, Reading, date], None]

    def read(self, table: Table, today: date) -> Reading:
        """Raises RowsMissing when nothing can be kept, DatesUnreadable when over 20 % of the
        dates cannot be understood."""
        reading = Reading(self.kind)
        self.take(table, reading, today)
        for line in table.damaged:
            reading.skip(line, "quotes that never close")
        for line in table.repaired:
            reading.note(line, "not in the encoding of the rest, read as Windows-1252")
        reading.read = len(reading.rows) + sum(map(len, reading.skipped.values()))
        if not reading.read:
            raise RowsMissing(f"A {self.kind} header, but no rows under it.")
        if not reading.rows:
            reasons = ", ".join(f"{len(n)} {reason}" for reason, n in reading.skipped.items())
            raise RowsMissing(f"No usable row among {reading.read}: {reasons}.")
        return reading


class DateColumn:
    """Reads the cells of one date column and counts those that cannot be understood."""

    def __init__(self, name: str, reading: Reading, today: date) -> None:
        self.name = name
        self.reading = reading
        self.today = today
        self.filled = 0
        self.unparsed: list[int] = []

    def day(self, line: int, cell: str, *, day_first: bool) -> date | None:
        return self._count(line, cell, dates.day(cell, self.today, day_first=day_first))

    def partial(self, line: int, cell: str) -> str | None:
        return self._count(line, cell, dates.partial(cell, self.today))

    def _count(self, line: int, cell: str, value: _T | None) -> _T | None:
        if cell:
            self.filled += 1
            if value is None:
                self.unparsed.append(line)
                self.reading.note(line, f"{self.name} not understood")
        return value


def check_dates(columns: Iterable[DateColumn]) -> None:
    """Raises DatesUnreadable when over a fifth of a file's dates are not understood."""
    columns = list(columns)
    filled = sum(c.filled for c in columns)
    unparsed = [(line, c.name) for c in columns for line in c.unparsed]
    if len(unparsed) > MOST_UNPARSED * filled:
        lines = ", ".join(str(line) for line, _ in sorted(unparsed)[:3])
        raise DatesUnreadable(
            f"{len(unparsed)} of {filled} dates are not understood (for example in line {lines}). "
            "Export the file again without opening it in a spreadsheet."
        )
