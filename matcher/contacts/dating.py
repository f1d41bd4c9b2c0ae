"""The day on which a file's content was true, and what tells it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from matcher.contacts.errors import DateImpossible
from matcher.contacts.finding import Found
from store.rows import Card, ConnectionRow, Row

ORIGINS = (
    "as you said",
    "by its name",
    "by its date in the zip",
    "by its newest connection",
    "by its newest card",
    "by the file's date",
    "today",
)
"""What may tell the day of a file's content, the surest first. Copying changes a file's own date,
while on the day of its newest connection the content was surely true: that comes before it."""


def day_of(
    found: Found, rows: Iterable[Row], today: date, taken_on: date | None
) -> tuple[date, str]:
    """The day a file's content was true, and which of ORIGINS says so.

    Args:
        taken_on: what the user says.

    Raises:
        DateImpossible: the user's word contradicts the content.
    """
    tomorrow = today + timedelta(days=1)
    connected: date | None = None
    changed: date | None = None
    for row in rows:
        if isinstance(row, ConnectionRow):
            if (on := row.connected_on) and on <= tomorrow:
                connected = max(connected or on, on)
        elif isinstance(row, Card) and row.as_of:
            changed = max(changed or row.as_of, row.as_of)
    newest = connected or changed
    if taken_on:
        if newest and taken_on < newest - timedelta(days=1):
            what = "a connection made" if connected else "a card changed"
            raise DateImpossible(f"It holds {what} on {newest}, so it cannot be from {taken_on}.")
        return taken_on, ORIGINS[0]
    candidates = (
        found.named_on,
        found.written_at.date() if found.written_at else None,
        connected,
        None,
        found.modified_at.date() if found.modified_at else None,
    )
    for day, origin in zip(candidates, ORIGINS[1:], strict=False):
        if day and day <= tomorrow and (newest is None or day >= newest - timedelta(days=1)):
            return day, origin
    return (changed, ORIGINS[4]) if changed else (today, ORIGINS[-1])


def is_surer(now: tuple[date, str], before: tuple[date, str]) -> bool:
    """Whether the same bytes are better dated now. Of two equally good days the earlier one
    holds, so that it does not matter which was met first."""
    if now[1] == before[1] == ORIGINS[0]:
        return now[0] != before[0]
    return (ORIGINS.index(now[1]), now[0]) < (ORIGINS.index(before[1]), before[0])
