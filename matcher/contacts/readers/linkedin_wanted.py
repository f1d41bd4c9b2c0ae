"""What the user wants: LinkedIn's Company Follows, Saved Jobs and Job Applications. Answers to
employers, letters and telephone numbers in the last one stay unread."""

from __future__ import annotations

from datetime import date

from matcher.contacts.decode import clean
from matcher.contacts.reading import DateColumn, Reading, TableReader, check_dates
from matcher.contacts.tables import Table
from store.rows import Kind, WantedRow

_FOLLOWS = {"employer": ("organization",), "on": ("followedon",)}
_SAVED = {
    "on": ("saveddate",),
    "url": ("joburl",),
    "title": ("jobtitle",),
    "employer": ("companyname",),
}
_APPLIED = {
    "on": ("applicationdate",),
    "employer": ("companyname",),
    "title": ("jobtitle",),
    "url": ("joburl", ""),
}


def _take(table: Table, reading: Reading, today: date) -> None:
    on = DateColumn("date", reading, today)
    for line, cells in table.records():
        if not cells["employer"]:
            reading.skip(line, "without an employer")
            continue
        at = on.moment(line, cells["on"])
        url = clean(cells.get("url", ""))
        reading.rows.append(
            WantedRow(
                line,
                cells["employer"],
                cells.get("title") or None,
                url if url.startswith(("https://", "http://")) else None,
                at.date() if at else None,
            )
        )
    check_dates([on])


READERS = (
    TableReader(Kind.FOLLOWS, _FOLLOWS, _take),
    TableReader(Kind.SAVED_JOBS, _SAVED, _take),
    TableReader(Kind.APPLICATIONS, _APPLIED, _take),
)
