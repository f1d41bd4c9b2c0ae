"""Thunderbird's CSV, with a column without a name at its end."""

from __future__ import annotations

from datetime import date

from matcher.contacts.cards import Cards, profile_addresses
from matcher.contacts.decode import clean
from matcher.contacts.identity import full_name
from matcher.contacts.reading import Reading, TableReader
from matcher.contacts.tables import Table
from store.rows import Job, Kind

_COLUMNS = {
    "first": ("firstname",),
    "last": ("lastname",),
    "shown": ("displayname",),
    "email": ("primaryemail",),
    "second": ("secondaryemail", ""),
    "title": ("jobtitle", ""),
    "organization": ("organization",),
    "notes": ("notes", ""),
    "nickname": ("nickname", ""),
}


def _take(table: Table, reading: Reading, today: date) -> None:
    cards = Cards(reading, today)
    for line, cells, record in table.raw():
        shown = record["shown"] or record.get("nickname", "")
        employer, title = clean(record["organization"]), clean(record.get("title", ""))
        cards.add(
            line,
            full_name(clean(record["first"]), clean(record["last"]), clean(shown)),
            urls=profile_addresses(cells),
            emails=[record["email"], record.get("second", "")],
            jobs=[Job(employer, title or None)],
            notes=record.get("notes", ""),
        )


READERS = (TableReader(Kind.THUNDERBIRD, _COLUMNS, _take),)
