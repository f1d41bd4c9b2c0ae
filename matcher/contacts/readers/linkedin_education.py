"""LinkedIn's Education.csv: the user's own schools."""

from __future__ import annotations

from datetime import date

from matcher.contacts.reading import DateColumn, Reading, TableReader, check_dates
from matcher.contacts.tables import Table
from store.rows import Kind, OwnEducation

_COLUMNS = {
    "school": ("schoolname",),
    "start": ("startdate",),
    "end": ("enddate",),
    "degree": ("degreename", ""),
}


def _take(table: Table, reading: Reading, today: date) -> None:
    start = DateColumn("start", reading, today)
    end = DateColumn("end", reading, today)
    for line, cells in table.records():
        if not cells["school"]:
            reading.skip(line, "without a school")
            continue
        reading.rows.append(
            OwnEducation(
                line,
                cells["school"],
                cells.get("degree") or None,
                start.partial(line, cells["start"]),
                end.partial(line, cells["end"]),
            )
        )
    check_dates([start, end])


READERS = (TableReader(Kind.EDUCATION, _COLUMNS, _take),)
