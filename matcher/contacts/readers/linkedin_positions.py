"""LinkedIn's Positions.csv: the user's own jobs. A blank end means until now."""

from __future__ import annotations

from datetime import date

from matcher.contacts.reading import DateColumn, Reading, TableReader, check_dates
from matcher.contacts.tables import Table
from store.rows import Kind, OwnPosition

_COLUMNS = {
    "employer": ("companyname",),
    "title": ("title",),
    "location": ("location", ""),
    "start": ("startedon",),
    "end": ("finishedon",),
}


def _take(table: Table, reading: Reading, today: date) -> None:
    start = DateColumn("start", reading, today)
    end = DateColumn("end", reading, today)
    for line, cells in table.records():
        if not cells["employer"]:
            reading.skip(line, "without an employer")
            continue
        reading.rows.append(
            OwnPosition(
                line,
                cells["employer"],
                cells["title"] or None,
                cells.get("location") or None,
                start.partial(line, cells["start"]),
                end.partial(line, cells["end"]),
            )
        )
    check_dates([start, end])


READERS = (TableReader(Kind.POSITIONS, _COLUMNS, _take),)
