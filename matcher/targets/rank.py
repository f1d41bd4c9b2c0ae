"""Links and workplaces to targets: whom to ask about which employer, the best first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from matcher.asks.limits import Stop
from matcher.employers.judge import Relation, Tier
from matcher.employers.link import Link
from matcher.employers.normalise import key
from matcher.targets import points
from matcher.targets.functions import Functions, Work
from matcher.targets.points import Part, Weights
from matcher.targets.portfolio import Pick, pick
from matcher.targets.ties import Exchange, Tie
from store.network import Workplace
from store.postings import OpenPosting, Title

CONFIDENCE = {Tier.SAME: 1.0, Tier.LIKELY: 0.85}
NORMALISED = 0.95
"""For names that are one only once legal forms and the like are left out."""
INFERRED = 0.7
"""For a workplace that only an address tells of."""
PART_OF = {"same": 1.0, "lower": 0.6, "off": 0.0}
"""What a link to a brand, subsidiary or owner counts, by the user's setting."""

Case = tuple[str | None, int | None, float]
"""All that a score depends on of a posting: its family, its level, its timing."""


@dataclass(frozen=True, slots=True)
class Target:
    """One contact to ask about one employer's postings, and why.

    `score` is that for the posting they suit best, whose title is `about`; `parts` add up to it.
    """

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
    confidence: float = 1.0
    parts: tuple[Part, ...] = ()
    about: str = ""
    tie: float = 0.0
    circle: str = ""
    asked_lately: int = 0
    stop: Stop | None = None
    """The limit that stands against asking now."""
    silent_months: int | None = None
    """How long nothing was exchanged, where that is so long that a hello comes first."""
    named_by: str | None = None


def _no_picks(_: OpenPosting) -> tuple[Pick, ...]:
    return ()


@dataclass(slots=True)
class Opening:
    """An employer that is hiring, its open postings and the people who know it."""

    employer: str
    total: int
    """Its open postings; `postings` may hold only the newest of them."""
    postings: list[OpenPosting] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    picker: Callable[[OpenPosting], tuple[Pick, ...]] = _no_picks

    def portfolio(self, posting: OpenPosting) -> tuple[Pick, ...]:
        """The three people to think of for one posting: see `portfolio.pick`."""
        return self.picker(posting)


def _no_tie(_: int) -> Tie:
    return Tie(0.25, "nothing but the link")


def _no_exchange(_: int) -> Exchange:
    return Exchange(None, "")


def _no_stop(_contact: int, _employer: str, _posting: str | None = None) -> Stop | None:
    return None


class Stops(Protocol):
    """What stands against asking a contact about an employer, or about one posting of it."""

    def __call__(
        self, contact_id: int, employer: str, posting: str | None = None, /
    ) -> Stop | None: ...


@dataclass(frozen=True)
class Known:
    """What is known of contacts besides their workplaces, asked for one at a time.

    `titles` are those of all open postings by employer name, where `postings` holds only some.
    """

    weights: Weights = field(default_factory=Weights)
    functions: Functions = field(default_factory=lambda: Functions({}, {}, {}, {}))
    tie: Callable[[int], Tie] = _no_tie
    exchange: Callable[[int], Exchange] = _no_exchange
    stop: Stops = _no_stop
    asked_about: Collection[str] = frozenset()
    """The postings somebody was asked about: for these the limits are asked one by one."""
    named_by: Mapping[int, str] = field(default_factory=dict)
    asked_lately: Callable[[int], int] = lambda contact_id: 0
    titles: Mapping[str, Sequence[Title]] | None = None
    silent_after: int | None = None
    """Days; None where no messages were imported, so that nobody knows who was silent."""


def rank(
    postings: Sequence[OpenPosting],
    totals: Mapping[str, int],
    workplaces: Sequence[Workplace],
    links: Iterable[Link],
    now: datetime,
    relation: str = "both",
    part_of: str = "lower",
    known: Known = Known(),
) -> list[Opening]:
    """Every employer that both hires and is known to someone, the best target first.

    Spellings of one employer ("Acme", "Acme, Inc.") are one opening, under the spelling most
    postings use; `totals` counts the postings of each spelling. A contact appears once an
    opening, with the employment that counts most, and those who may not be asked now come last.
    `relation` is "both", "current" or "former", `part_of` a key of PART_OF. Who left a subsidiary
    before it was bought never worked for its owner, and is left out.
    """
    by_name: dict[str, list[Workplace]] = defaultdict(list)
    for workplace in workplaces:
        if relation in ("both", workplace.relation):
            by_name[workplace.employer].append(workplace)
    openings = _openings(postings, totals)
    titles = _titles(openings, known)
    varying: dict[tuple[Work, Case], float] = {}
    scorers = {
        group: _Scorer(opening, known, now, titles[group], varying)
        for group, opening in openings.items()
    }
    best: dict[str, dict[int, _Candidate]] = defaultdict(dict)
    for link in links:
        group = key(link.employer) or link.employer
        if group not in openings or link.tier not in CONFIDENCE:
            continue
        believed = _confidence(link)
        if link.relation is Relation.PART_OF:
            believed *= PART_OF[part_of]
        for workplace in by_name.get(link.workplace, ()):
            if not believed or _left_before(workplace, link):
                continue
            found = scorers[group].candidate(link, workplace, believed)
            before = best[group].get(workplace.contact_id)
            if before is None or found.order < before.order:
                best[group][workplace.contact_id] = found
    for group, candidates in best.items():
        scorers[group].finish(list(candidates.values()))
    found_openings = [o for o in openings.values() if o.targets]
    return sorted(found_openings, key=lambda o: (*_order(o.targets[0])[:2], o.employer.casefold()))


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A contact with one employment there: all of the score that does not depend on a posting."""

    link: Link
    workplace: Workplace
    confidence: float
    work: Work
    fixed: float
    best: tuple[float, Case]

    @property
    def order(self) -> tuple[float, bool]:
        return (-self.best[0], self.workplace.relation != "current")


class _Scorer:
    """Scores the people of one opening. A posting counts by its case, and postings share cases."""

    def __init__(
        self,
        opening: Opening,
        known: Known,
        now: datetime,
        titles: Sequence[Title],
        varying: dict[tuple[Work, Case], float],
    ) -> None:
        self.opening, self.known, self.now = opening, known, now
        self.cases: dict[Case, Title] = {}
        for title in titles:
            self.cases.setdefault(self.case(title.title, title.since), title)
        self._varying = varying  # shared: the same titles come again at every employer
        self._best: dict[Work, tuple[float, Case]] = {}
        self._pairs: list[tuple[Target, _Candidate]] = []
        self._picks: dict[Case, tuple[Pick, ...]] = {}

    def case(self, title: str, since: datetime) -> Case:
        work = self.known.functions.work(title)
        return work.family, work.level, points.timing_value(since, self.now)

    def candidate(self, link: Link, workplace: Workplace, confidence: float) -> _Candidate:
        known, weights = self.known, self.known.weights
        if workplace.confidence == "inferred":
            confidence *= INFERRED
        contact = workplace.contact_id
        fresh = points.fresh(known.exchange(contact), workplace.connected_on, self.now)
        fixed = (
            weights.link * points.link_value(workplace, self.now)
            + weights.tie * points.tie_value(known.tie(contact))
            + weights.fresh * fresh.value
        )
        work = known.functions.work(workplace.title)
        if work not in self._best:
            self._best[work] = max(
                ((self.varying(work, case), case) for case in self.cases),
                key=lambda one: (one[0], _sortable(one[1])),
            )
        varying, case = self._best[work]
        best = (confidence * (fixed + varying), case)
        return _Candidate(link, workplace, confidence, work, fixed, best)

    def varying(self, work: Work, case: Case) -> float:
        """What function, level and timing bring."""
        if (work, case) not in self._varying:
            functions, weights = self.known.functions, self.known.weights
            self._varying[work, case] = (
                weights.function * functions.fit(work.family, case[0])[0]
                + weights.level * functions.standing(work.level, case[1])[0]
                + weights.timing * case[2]
            )
        return self._varying[work, case]

    def finish(self, candidates: Sequence[_Candidate]) -> None:
        """Make targets of the candidates, in their order."""
        pairs = [(self._target(one), one) for one in candidates]
        pairs.sort(key=lambda pair: _order(pair[0]))
        self.opening.targets = [target for target, _ in pairs]
        self._pairs = [pair for pair in pairs if pair[0].stop is None]
        self.opening.picker = self.picks

    def picks(self, posting: OpenPosting) -> tuple[Pick, ...]:
        case = self.case(posting.title, posting.since)
        if posting.id in self.known.asked_about:
            return pick(self._scored(case, posting.id))
        if case not in self._picks:
            self._picks[case] = pick(self._scored(case))
        return self._picks[case]

    def _scored(self, case: Case, posting: str | None = None) -> Iterator[tuple[int, Target]]:
        for target, one in self._pairs:
            if posting and self.known.stop(target.contact_id, self.opening.employer, posting):
                continue
            yield round(one.confidence * (one.fixed + self.varying(one.work, case))), target

    def _target(self, one: _Candidate) -> Target:
        workplace, known = one.workplace, self.known
        contact = workplace.contact_id
        parts = self._parts(one)
        tie = known.tie(contact)
        return Target(
            contact_id=contact,
            contact=workplace.name,
            title=workplace.title,
            workplace=workplace.employer,
            relation=workplace.relation,
            since=workplace.since,
            until=workplace.until,
            match=one.link.tier,
            reason=one.link.reason,
            score=points.total(parts, one.confidence),
            profile_url=workplace.profile_url,
            email=workplace.email,
            confidence=one.confidence,
            parts=parts,
            about=self.cases[one.best[1]].title,
            tie=tie.strength,
            circle=tie.circle,
            asked_lately=known.asked_lately(contact),
            stop=known.stop(contact, self.opening.employer),
            silent_months=self._silent(workplace),
            named_by=known.named_by.get(contact),
        )

    def _parts(self, one: _Candidate) -> tuple[Part, ...]:
        workplace, known, weights = one.workplace, self.known, self.known.weights
        family, level, timing = one.best[1]
        posting = self.cases[one.best[1]]
        link = points.link_value(workplace, self.now)
        tie = known.tie(workplace.contact_id)
        fit, fit_words = known.functions.fit(one.work.family, family)
        standing, standing_words = known.functions.standing(one.work.level, level)
        exchange = known.exchange(workplace.contact_id)
        fresh = points.fresh(exchange, workplace.connected_on, self.now)
        there = points.link_evidence(workplace, known.named_by.get(workplace.contact_id))
        days = max(0, (self.now - posting.since).days)
        age = f"posting {days} {'day' if days == 1 else 'days'} old"
        tied = points.tie_value(tie)
        return (
            Part("link", link, weights.link * link, there, workplace.as_of),
            Part("tie", tied, weights.tie * tied, tie.evidence, tie.on),
            Part("function", fit, weights.function * fit, fit_words, workplace.as_of),
            Part("level", standing, weights.level * standing, standing_words, workplace.as_of),
            Part("fresh", fresh.value, weights.fresh * fresh.value, fresh.evidence, fresh.on),
            Part("timing", timing, weights.timing * timing, age, posting.since.date()),
        )

    def _silent(self, workplace: Workplace) -> int | None:
        if self.known.silent_after is None or workplace.source == points.NAMED:
            return None
        days = [self.known.exchange(workplace.contact_id).on, workplace.connected_on]
        last = max((day for day in days if day), default=None)
        if last is None or (self.now.date() - last).days <= self.known.silent_after:
            return None
        return round((self.now.date() - last).days / 30.44)


def _sortable(case: Case) -> tuple[str, int, float]:
    return case[0] or "", -1 if case[1] is None else case[1], case[2]


def _titles(openings: Mapping[str, Opening], known: Known) -> dict[str, list[Title]]:
    """The titles of every opening, the newest posting of each first."""
    if known.titles is None:
        return {g: [Title(p.title, p.since) for p in o.postings] for g, o in openings.items()}
    found: dict[str, list[Title]] = {}
    for name, titles in known.titles.items():
        found.setdefault(key(name) or name, []).extend(titles)
    return found


def _confidence(link: Link) -> float:
    """How far the link between two names is believed."""
    if link.tier is Tier.SAME and link.employer.casefold() != link.workplace.casefold():
        if key(link.employer) == key(link.workplace):
            return NORMALISED
    return CONFIDENCE[link.tier]


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


def _order(target: Target) -> tuple[bool, int, bool, int, str, str]:
    return (
        target.stop is not None,
        -target.score,
        target.relation != "current",
        target.asked_lately,
        target.contact.casefold(),
        target.contact,
    )


def known_employers(postings: Mapping[str, int], links: Iterable[Link]) -> list[str]:
    """The hiring employers someone knows, in the order given."""
    linked = {key(link.employer) for link in links if link.tier in CONFIDENCE}
    return [name for name in postings if key(name) in linked]
