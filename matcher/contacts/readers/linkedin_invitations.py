"""LinkedIn's Invitations.csv: who asked whom to connect, when, and whether with words. It covers
only what is still open."""

from __future__ import annotations

from datetime import date

from matcher.contacts.identity import profile_url, slug_of
from matcher.contacts.reading import DateColumn, Reading, TableReader, check_dates
from matcher.contacts.tables import Table
from store.rows import Interaction, Kind

_COLUMNS = {
    "from": ("from",),
    "to": ("to",),
    "at": ("sentat",),
    "direction": ("direction",),
    "message": ("message", ""),
    "from_url": ("inviterprofileurl", ""),
    "to_url": ("inviteeprofileurl", ""),
}
_DIRECTIONS = {"outgoing": "sent", "incoming": "received"}


def _take(table: Table, reading: Reading, today: date) -> None:
    sent_at = DateColumn("date", reading, today)
    for line, cells in table.records():
        direction = _DIRECTIONS.get(cells["direction"].casefold())
        if direction is None:
            reading.skip(line, "neither incoming nor outgoing")
            continue
        theirs, mine = ("to", "from") if direction == "sent" else ("from", "to")
        url = profile_url("", slug_of(cells.get(f"{theirs}_url", "")))
        if not cells[theirs] and not url:
            reading.skip(line, "without a name")
            continue
        at = sent_at.moment(line, cells["at"])
        own = profile_url("", slug_of(cells.get(f"{mine}_url", "")))
        with_note = bool(cells.get("message")) if "message" in table.columns else None
        reading.rows.append(
            Interaction(
                line, direction, cells[theirs], url, None, own, 1, at, at, with_note=with_note
            )
        )
    check_dates([sent_at])


READERS = (TableReader(Kind.INVITATIONS, _COLUMNS, _take),)
