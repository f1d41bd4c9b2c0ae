"""Entries for a calendar (RFC 5545): the call, a follow-up, a thank-you.

The call is a moment two people agreed on, so it is written in UTC, which every calendar shows by
the clock of whoever looks. A follow-up and a thank-you belong to a day of the user's own,
wherever that is, so they are dates without a time and float. They leave the day free; the call
does not.

A UID is made of the ask and of what the entry is: importing it again replaces the earlier one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from matcher.asks.drafts import Draft
from matcher.asks.errors import NotInACalendar
from matcher.asks.facts import Facts

DOMAIN = "inroad.invalid"
"""Behind the @ of every UID; a name that can be nobody's (RFC 2606)."""
WHAT = {"agenda": "call", "follow_up": "follow_up", "thanks": "thanks"}
"""Kind of draft → which entry it belongs to."""


def entry(
    draft: Draft, facts: Facts, words: Mapping[str, Any], now: datetime, *, discreet: bool = False
) -> bytes:
    """An .ics file with the one entry a draft belongs to.

    Args:
        words: those of the language, as `Shelf.words` gives them.
        now: when the file is made, UTC, naive or not.
        discreet: a title without names ("Follow-up #12") and no description, for calendars that
            other people or machines see.

    Raises:
        NotInACalendar: such a draft has no entry, or its day or time is not known.
    """
    # Heavy, and only wanted here.
    from icalendar import Calendar, Event

    what = WHAT.get(draft.kind)
    if what is None:
        raise NotInACalendar(
            f"{draft.template} has no place in a calendar. An agenda, a follow-up and thanks have."
        )
    if facts.ask.id is None:
        raise NotInACalendar("A calendar entry needs ask.id, so that it can be replaced later.")
    event = Event()
    entry_of = what if what == "call" else draft.template
    event.add("UID", f"ask-{_token(facts.ask.id.value)}-{_token(entry_of)}@{DOMAIN}")
    event.add("DTSTAMP", _utc(now))
    event.add("CLASS", "PRIVATE")
    event.add("SUMMARY", _title(what, draft, facts, words, discreet))
    if what == "call":
        start = _start(facts)
        event.add("DTSTART", start)
        event.add("DTEND", start + timedelta(minutes=facts.ask.minutes.value))
        event.add("TRANSP", "OPAQUE")
    else:
        on = _day(what, facts)
        event.add("DTSTART", on)
        event.add("DTEND", on + timedelta(days=1))
        event.add("TRANSP", "TRANSPARENT")
    if not discreet:
        event.add("DESCRIPTION", draft.text)
    calendar = Calendar()
    calendar.add("PRODID", "-//Inroad//Inroad//EN")
    calendar.add("VERSION", "2.0")
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _title(what: str, draft: Draft, facts: Facts, words: Mapping[str, Any], discreet: bool) -> str:
    pattern = str(words["calendar"][f"{what}_discreet" if discreet else what])
    number = facts.ask.id.value if facts.ask.id else ""
    filled = pattern.replace("{minutes}", str(facts.ask.minutes.value)).replace("{id}", number)
    return filled if discreet else filled.replace("{name}", draft.recipient or "?")


def _start(facts: Facts) -> datetime:
    if facts.ask.call_at is None:
        raise NotInACalendar("Nobody knows when the call is: ask.call_at is missing.")
    start = facts.ask.call_at.value
    if start.tzinfo is None:
        raise NotInACalendar("ask.call_at needs a time zone, or the other side may be an hour off.")
    return start.astimezone(UTC)


def _day(what: str, facts: Facts) -> date:
    if facts.ask.due_on is not None:
        return facts.ask.due_on.value
    if what == "thanks" and facts.ask.talked_on is not None:
        return facts.ask.talked_on.value
    raise NotInACalendar("Nobody knows when this is due: ask.due_on is missing.")


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _token(number: str) -> str:
    return "".join(c if c.isascii() and c.isalnum() else "-" for c in number)
