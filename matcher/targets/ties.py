"""How well the user knows a contact, and what shows it.

The user's own rating wins. Otherwise the strongest piece of evidence counts, not their sum: ten
endorsements are no friendship. Each carries the day it is of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from matcher.contacts import dates
from store.network import Evidence, School
from store.people import Rating
from store.rows import OwnEducation, OwnPosition

RATINGS = ("hardly", "a little", "as a colleague", "well", "very well")
"""The words for ratings 0 to 4."""
SOLID = 0.7
"""A tie as of a solid colleague; above it nothing is gained."""


@dataclass(frozen=True, slots=True)
class Stint:
    """Somebody's time at a workplace, partial dates or None where nobody knows."""

    employer: str
    since: str | None
    until: str | None
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class Overlap:
    """The time two people were at one employer: `months` at the least, with the years that are
    known."""

    employer: str
    months: int
    since: str
    until: str

    @property
    def years(self) -> str:
        """ "2018–2021", or one year."""
        first, last = self.since[:4], self.until[:4]
        return first if first == last else f"{first}–{last}"


@dataclass(frozen=True, slots=True)
class Tie:
    """How strong a tie is, 0 to 1, the evidence in words, its day, and the circle it is from: the
    place two people know each other from, or ""."""

    strength: float
    evidence: str
    on: date | None = None
    circle: str = ""


@dataclass(frozen=True, slots=True)
class Exchange:
    """When the two were last in touch, both ways, or connected; None where nothing tells."""

    on: date | None
    what: str


def overlap(
    theirs: Iterable[Stint],
    mine: Iterable[OwnPosition],
    same: Callable[[str, str], bool],
    today: date,
) -> Overlap | None:
    """The longest time both were at one employer for certain.

    A year without a month is taken for its end where a time began and for its beginning where it
    ended, so that no overlap is claimed that need not have been.
    """
    found = []
    positions = [p for p in mine if p.start]
    for stint in theirs:
        if stint.since is None or (stint.until is None and not stint.is_current):
            continue
        for own in positions:
            if not same(own.employer, stint.employer):
                continue
            start = max(dates.latest(own.start or ""), dates.latest(stint.since))
            end = min(_end(own.end, today), _end(stint.until, today))
            if end > start:
                months = round((end - start).days / 30.44)
                since = max(own.start or "", stint.since)
                until = min(own.end or today.isoformat(), stint.until or today.isoformat())
                found.append(Overlap(stint.employer, months, since, until))
    return max(found, key=lambda one: (one.months, one.employer), default=None)


def _end(partial: str | None, today: date) -> date:
    return dates.earliest(partial) if partial else today


def schooled(
    theirs: Iterable[School], mine: Iterable[OwnEducation], same: Callable[[str, str], bool]
) -> tuple[str, str] | None:
    """A school both went to at one time, and the years."""
    for school in theirs:
        for own in mine:
            if not (school.since and own.start and same(own.school, school.school)):
                continue
            since = max(school.since[:4], own.start[:4])
            until = min((school.until or school.since)[:4], (own.end or own.start)[:4])
            if since <= until:
                return school.school, since if since == until else f"{since}–{until}"
    return None


def tie(
    rating: Rating | None,
    shared: Overlap | None,
    school: tuple[str, str] | None,
    passed: Sequence[Evidence],
    answered_on: date | None,
    today: date,
) -> Tie:
    """The tie to a contact.

    Args:
        shared: see `overlap`.
        school: see `schooled`.
        passed: what passed between the two.
        answered_on: when they last said yes to an ask.
    """
    circle = shared.employer if shared else school[0] if school else ""
    if rating is not None:
        words = RATINGS[rating.rating]
        return Tie(rating.rating / 4, f"you know them {words} (your rating)", rating.on, circle)
    found = [Tie(0.25, "nothing but the link", None, circle)]
    if shared:
        text = f"both at {shared.employer} {shared.years}, at least {_months(shared.months)}"
        found.append(Tie(0.8 if shared.months >= 12 else 0.6, text, None, circle))
    if school:
        found.append(Tie(0.4, f"both at {school[0]} {school[1]}", None, circle))
    if answered_on:
        found.append(Tie(0.8, "said yes to an ask of yours", answered_on, circle))
    exchange = last_exchange(passed)
    if exchange.on:
        recent = today - exchange.on <= timedelta(days=730)
        text = f"messages both ways, the last on {exchange.on}"
        found.append(Tie(0.7 if recent else 0.55, text, exchange.on, circle))
    for one in passed:
        on = one.last_at.date() if one.last_at else None
        if one.kind == "recommendation":
            found.append(Tie(0.8, f"recommendation {one.direction or ''}".strip(), on, circle))
        elif one.kind == "endorsement":
            found.append(Tie(0.35, f"endorsement {one.direction or ''}".strip(), on, circle))
    return max(found, key=lambda one: one.strength)


def last_exchange(passed: Iterable[Evidence], talks: Iterable[date | None] = ()) -> Exchange:
    """The last message where messages went both ways, or the last talk."""
    last: dict[str | None, date] = {}
    for one in passed:
        if one.kind == "message" and one.last_at:
            day = one.last_at.date()
            last[one.direction] = max(last.get(one.direction, day), day)
    found = [Exchange(day, "talked") for day in talks if day]
    if {"sent", "received"} <= last.keys():
        found.append(Exchange(max(last["sent"], last["received"]), "messages both ways"))
    return max(found, key=lambda one: one.on or date.min, default=Exchange(None, ""))


def _months(count: int) -> str:
    return f"{count} {'month' if count == 1 else 'months'}"
