"""What every reader takes and gives."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from matcher.contacts import dates
from matcher.contacts.decode import Text
from matcher.contacts.errors import DatesUnreadable, RowsMissing
from matcher.contacts.tables import Columns, Table
from store.rows import Kind, Row

_T = TypeVar("_T")
MOST_UNPARSED = 0.2


@dataclass(slots=True)
class Reading:
    """The rows of one file, and every line that was not kept, by reason.

    `read` is all of them: the lines that live on in `rows`, `merged` of them in the row of another
    line, plus those in `skipped`. Lines in `noted` were kept, without the cell the note names.
    `unit` is what is counted: lines, or cards or entries where a file has no lines.
    """

    kind: Kind
    name: str = ""
    """The file's own, which tells a few files apart that are alike inside."""
    unit: str = "line"
    rows: list[Row] = field(default_factory=list)
    merged: int = 0
    skipped: dict[str, list[int]] = field(default_factory=dict)
    noted: dict[str, list[int]] = field(default_factory=dict)

    @property
    def kept(self) -> int:
        return len(self.rows) + self.merged

    @property
    def read(self) -> int:
        return self.kept + sum(map(len, self.skipped.values()))

    def skip(self, line: int, reason: str) -> None:
        self.skipped.setdefault(reason, []).append(line)

    def note(self, line: int, what: str) -> None:
        lines = self.noted.setdefault(what, [])
        if not lines or lines[-1] != line:
            lines.append(line)

    def check(self) -> None:
        """Raises RowsMissing when nothing can be kept."""
        if not self.read:
            raise RowsMissing(f"A file of {self.kind} without any in it.", self.kind)
        if not self.kept:
            reasons = ", ".join(f"{len(n)} {reason}" for reason, n in self.skipped.items())
            raise RowsMissing(f"No usable {self.unit} among {self.read}: {reasons}.", self.kind)


@dataclass(frozen=True, slots=True)
class TableReader:
    """A kind of table, recognised by its columns.

    `headers` is a whole header, in any order, of the one table it fits; empty for any other.
    """

    kind: Kind
    columns: Columns
    take: Callable[[Table, Reading, date], None]
    headers: frozenset[str] = frozenset()

    def read(self, table: Table, reading: Reading, today: date) -> None:
        """Fill `reading`. Raises DatesUnreadable when over 20 % of the dates are not understood."""
        self.take(table, reading, today)
        for line in table.damaged:
            reading.skip(line, "quotes that never close, or a line too long to be one")
        for line in table.repaired:
            reading.note(line, "not in the encoding of the rest, read as Windows-1252")


@dataclass(frozen=True, slots=True)
class JsonReader:
    """A kind of JSON document: `entries` gives the entries of one, None of any other document."""

    kind: Kind
    entries: Callable[[Any], Sequence[Any] | None]
    take: Callable[[Sequence[Any], Reading, date], None]


@dataclass(frozen=True, slots=True)
class TextReader:
    """A kind of text with a grammar of its own, recognised by its first lines."""

    kind: Kind
    fits: Callable[[str], bool]
    take: Callable[[Text, Reading, date], None]


Reader = TableReader | JsonReader | TextReader


class DateColumn:
    """Reads the cells of one date column and counts those that cannot be understood."""

    def __init__(self, name: str, reading: Reading, today: date) -> None:
        self.name = name
        self.reading = reading
        self.today = today
        self.filled = 0
        self.unparsed: list[int] = []
        self._known: dict[str, date | None] = {}

    def day(self, line: int, cell: str, *, day_first: bool) -> date | None:
        if cell not in self._known:
            self._known[cell] = dates.day(cell, self.today, day_first=day_first)
        return self._count(line, cell, self._known[cell])

    def moment(self, line: int, cell: str) -> datetime | None:
        return self._count(line, cell, dates.moment(cell, self.today))

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
        unit = columns[0].reading.unit
        raise DatesUnreadable(
            f"{len(unparsed)} of {filled} dates are not understood (for example in {unit} {lines})."
            " Export the file again without opening it in a spreadsheet."
        )
