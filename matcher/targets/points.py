"""The parts of a target's score: additive, each with its evidence and the day it is of.

points = confidence × (link 30 + tie 30 + function 15 + level 10 + fresh 10 + timing 5)

The weights and values are judgement, not estimates; the weights are settings ([rank]) and nothing
tunes them by itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from matcher.targets.ties import SOLID, Exchange, Tie
from store.network import Workplace
from store.rows import Kind

NAMED = str(Kind.NAMED)
"""The source of a workplace that only a contact's word tells of."""


@dataclass(frozen=True, slots=True)
class Weights:
    """The points each part may bring at the most."""

    link: int = 30
    tie: int = 30
    function: int = 15
    level: int = 10
    fresh: int = 10
    timing: int = 5


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a score: `value` from 0 to 1, the points it brings, what shows it, and the day
    that is of."""

    name: str
    value: float
    points: float
    evidence: str
    on: date | None = None


def link_value(workplace: Workplace, now: datetime) -> float:
    """What being there, or having been there, counts."""
    if workplace.source == NAMED:
        return 0.6
    if workplace.relation == "current":
        days = (now.date() - workplace.as_of).days if workplace.as_of else 10_000
        return 1.0 if days <= 180 else 0.85 if days <= 548 else 0.65
    left = year_of(workplace.until)
    if left is None:
        return 0.45
    gone = now.year - left
    return 0.7 if gone <= 2 else 0.5 if gone <= 5 else 0.3


def link_evidence(workplace: Workplace, named_by: str | None) -> str:
    if workplace.source == NAMED:
        return f"named by {named_by or 'a contact'}"
    if workplace.relation == "current":
        return f"works there now, seen {workplace.as_of}"
    return f"left in {workplace.until}" if workplace.until else "left, nobody knows when"


def tie_value(tie: Tie) -> float:
    """Flat above a solid colleague: who is closer is no better placed to tell of a job."""
    return min(1.0, tie.strength / SOLID)


def fresh(exchange: Exchange, connected_on: date | None, now: datetime) -> Part:
    """When the two were last in touch; the points are still to be weighed."""
    days = {connected_on: "connected", exchange.on: exchange.what}
    last = max((day for day in days if day), default=None)
    if last is None:
        return Part("fresh", 0.5, 0.0, "not known when you were last in touch")
    years = (now.date() - last).days / 365.25
    value = 1.0 if years <= 1 else 0.8 if years <= 3 else 0.6 if years <= 8 else 0.5
    return Part("fresh", value, 0.0, f"{days[last]}, {last}", last)


def timing_value(published: datetime, now: datetime) -> float:
    days = (now - published).days
    return 1.0 if days <= 7 else 0.6 if days <= 21 else 0.3


def total(parts: Iterable[Part], confidence: float) -> int:
    """The score: whole points."""
    return round(confidence * sum(part.points for part in parts))


def year_of(partial: str | None) -> int | None:
    """The year of "2019", "2019-03" or "2019-03-31"."""
    return int(partial[:4]) if partial and partial[:4].isdecimal() else None
