"""Links and workplaces to targets: whom to ask about which employer, the best first.

Points are additive, 0 to 100: the name match's confidence times
70 x link to the employer + 20 x freshness of the tie + 10 x timing of the newest posting.
The weights are judgement, not estimates.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from matcher.employers.judge import Relation, Tier
from matcher.employers.link import Link
from matcher.employers.normalise import key
from store.network import Workplace
from store.postings import OpenPosting

LINK_POINTS, TIE_POINTS, TIMING_POINTS = 70, 20, 10
CONFIDENCE = {Tier.SAME: 1.0, Tier.LIKELY: 0.85}
PART_OF = {"same": 1.0, "lower": 0.6, "off": 0.0}
"""What a link to a brand, subsidiary or owner counts, by the user's setting."""


@dataclass(frozen=True, slots=True)
class Target:
    """One contact to ask about one employer's postings, and why."""

    contact_id: int
    contact: str
    title: str | None
    workplace: str
    relation: str
    since: str | None
    until: str | None
    match: Tier
    reason: str
    score: int
    profile_url: str | None
    email: str | None


@dataclass(slots=True)
class Opening:
    """An employer that is hiring, its open postings and the people who know it."""

    employer: str
    total: int
    """Its open postings; `postings` may hold only the newest of them."""
    postings: list[OpenPosting] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)


def rank(
    postings: Sequence[OpenPosting],
    totals: Mapping[str, int],
    workplaces: Sequence[Workplace],
    links: Iterable[Link],
    now: datetime,
    relation: str = "both",
    part_of: str = "lower",
) -> list[Opening]:
    """Every employer that both hires and is known to someone, the best target first.

    Spellings of one employer ("Acme", "Acme, Inc.") are one opening, under the spelling most
    postings use; `totals` counts the postings of each spelling. A contact appears once an
    opening, with the employment that counts most. `relation` is "both", "current" or "former",
    `part_of` a key of PART_OF. Who left a subsidiary before it was bought never worked for its
    owner, and is left out.
    """
    by_name: dict[str, list[Workplace]] = defaultdict(list)
    for workplace in workplaces:
        if relation in ("both", workplace.relation):
            by_name[workplace.employer].append(workplace)
    openings = _openings(postings, totals)
    newest = {name: max(p.since for p in o.postings) for name, o in openings.items()}
    best: dict[str, dict[int, Target]] = defaultdict(dict)
    for link in links:
        group = key(link.employer) or link.employer
        if group not in openings or link.tier not in CONFIDENCE:
            continue
        confidence = CONFIDENCE[link.tier]
        if link.relation is Relation.PART_OF:
            confidence *= PART_OF[part_of]
        for workplace in by_name.get(link.workplace, ()):
            if not confidence or _left_before(workplace, link):
                continue
            target = _target(link, workplace, confidence, newest[group], now)
            known = best[group].get(workplace.contact_id)
            if known is None or _order(target) < _order(known):
                best[group][workplace.contact_id] = target
    for group, targets in best.items():
        openings[group].targets = sorted(targets.values(), key=_order)
    found = [o for o in openings.values() if o.targets]
    return sorted(found, key=lambda o: (*_order(o.targets[0])[:1], o.employer.casefold()))


def _openings(postings: Iterable[OpenPosting], totals: Mapping[str, int]) -> dict[str, Opening]:
    group_of: dict[str, str] = {}
    spellings: dict[str, list[str]] = defaultdict(list)
    openings: dict[str, Opening] = {}
    for posting in postings:
        name = posting.employer
        if name not in group_of:
            group_of[name] = key(name) or name
            spellings[group_of[name]].append(name)
        opening = openings.setdefault(group_of[name], Opening(name, 0))
        opening.postings.append(posting)
    for group, names in spellings.items():
        openings[group].employer = min(names, key=lambda name: (-totals[name], name))
        openings[group].total = sum(totals[name] for name in names)
    return openings


def _left_before(workplace: Workplace, link: Link) -> bool:
    """Whether a contact had left before one of two employers became part of the other."""
    if link.relation is not Relation.PART_OF or workplace.relation != "former":
        return False
    until, since = workplace.until or "", link.since
    known = min(len(until), len(since))
    return known >= 4 and until[:known] < since[:known]


def _target(
    link: Link, workplace: Workplace, confidence: float, newest: datetime, now: datetime
) -> Target:
    points = (
        LINK_POINTS * _link_part(workplace, now)
        + TIE_POINTS * _tie_part(workplace.connected_on, now)
        + TIMING_POINTS * _timing_part(newest, now)
    )
    return Target(
        contact_id=workplace.contact_id,
        contact=workplace.name,
        title=workplace.title,
        workplace=workplace.employer,
        relation=workplace.relation,
        since=workplace.since,
        until=workplace.until,
        match=link.tier,
        reason=link.reason,
        score=round(confidence * points),
        profile_url=workplace.profile_url,
        email=workplace.email,
    )


def _link_part(workplace: Workplace, now: datetime) -> float:
    if workplace.relation == "current":
        seen = workplace.as_of
        days = (now.date() - seen).days if seen else 10_000
        return 1.0 if days <= 180 else 0.85 if days <= 548 else 0.65
    left = year_of(workplace.until)
    if left is None:
        return 0.45
    gone = now.year - left
    return 0.7 if gone <= 2 else 0.5 if gone <= 5 else 0.3


def _tie_part(connected_on: date | None, now: datetime) -> float:
    if connected_on is None:
        return 0.5
    years = (now.date() - connected_on).days / 365.25
    return 1.0 if years <= 1 else 0.8 if years <= 3 else 0.6 if years <= 8 else 0.5


def _timing_part(published: datetime, now: datetime) -> float:
    days = (now - published).days
    return 1.0 if days <= 7 else 0.6 if days <= 21 else 0.3


def _order(target: Target) -> tuple[int, bool, str, str]:
    return (-target.score, target.relation != "current", target.contact.casefold(), target.contact)


def year_of(partial: str | None) -> int | None:
    """The year of "2019", "2019-03" or "2019-03-31"."""
    return int(partial[:4]) if partial and partial[:4].isdecimal() else None


def known_employers(postings: Mapping[str, int], links: Iterable[Link]) -> list[str]:
    """The hiring employers someone knows, in the order given."""
    linked = {key(link.employer) for link in links if link.tier in CONFIDENCE}
    return [name for name in postings if key(name) in linked]
