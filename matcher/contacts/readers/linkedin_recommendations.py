"""LinkedIn's Recommendations_Given.csv and _Received.csv, which only their names tell apart. The
text stays unread; whether the company is that of then or of now, the file does not say."""

from __future__ import annotations

from datetime import date

from matcher.contacts.reading import DateColumn, Reading, TableReader, check_dates
from matcher.contacts.tables import Table
from store.rows import Interaction, Kind

_COLUMNS = {
    "first": ("firstname",),
    "last": ("lastname",),
    "company": ("company",),
    "title": ("jobtitle",),
    "text": ("text",),
    "on": ("creationdate",),
    "status": ("status", ""),
}


def _take(table: Table, reading: Reading, today: date) -> None:
    written_at = DateColumn("date", reading, today)
    name = reading.name.casefold()
    direction = "given" if "given" in name else "received" if "received" in name else None
    for line, cells in table.records():
        who = f"{cells['first']} {cells['last']}".strip()
        if not who:
            reading.skip(line, "without a name")
            continue
        at = written_at.moment(line, cells["on"])
        employer, title = cells["company"] or None, cells["title"] or None
        reading.rows.append(
            Interaction(
                line, direction, who, None, None, None, 1, at, at, employer=employer, title=title
            )
        )
        if direction is None:
            reading.note(line, "given or received: the file's name does not say")
    check_dates([written_at])


READERS = (TableReader(Kind.RECOMMENDATIONS, _COLUMNS, _take),)
