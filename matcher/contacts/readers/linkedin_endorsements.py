"""LinkedIn's Endorsement_Given_Info.csv and _Received_Info.csv: whose skills, by whom, when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from matcher.contacts.identity import profile_url, slug_of
from matcher.contacts.reading import DateColumn, Reading, TableReader, check_dates
from matcher.contacts.tables import Table
from store.rows import Interaction, Kind

_NOT = ("rejected", "declined", "deleted", "hidden", "pending")


def _columns(other: str) -> dict[str, tuple[str, ...]]:
    return {
        "on": ("endorsementdate",),
        "skill": ("skillname",),
        "first": (f"{other}firstname",),
        "last": (f"{other}lastname",),
        "url": (f"{other}publicurl", ""),
        "status": ("endorsementstatus", ""),
    }


def _taking(direction: str) -> Callable[[Table, Reading, date], None]:
    def take(table: Table, reading: Reading, today: date) -> None:
        on = DateColumn("date", reading, today)
        for line, cells in table.records():
            who = f"{cells['first']} {cells['last']}".strip()
            url = profile_url("", slug_of(cells.get("url", "")))
            if not who and not url:
                reading.skip(line, "without a name")
            elif cells.get("status", "").casefold() in _NOT:
                reading.skip(line, "not accepted")
            else:
                at = on.moment(line, cells["on"])
                reading.rows.append(Interaction(line, direction, who, url, None, None, 1, at, at))
        check_dates([on])

    return take


READERS = (
    TableReader(Kind.ENDORSEMENTS, _columns("endorser"), _taking("received")),
    TableReader(Kind.ENDORSEMENTS, _columns("endorsee"), _taking("given")),
)
