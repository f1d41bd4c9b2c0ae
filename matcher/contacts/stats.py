"""How much the network knows, how fresh it is, and where another export would help."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from matcher.contacts.facts import Facts
from store.imports import Snapshot
from store.network import Contact, Evidence, Wanted
from store.rows import ADDRESS_BOOKS, Confidence, Kind

STALE_DAYS = 30
"""An export older than this is worth making again."""
TOP = 10


@dataclass(frozen=True, slots=True)
class Book:
    """The newest file of one kind."""

    kind: Kind
    files: int
    taken_on: date
    days_old: int

    @property
    def is_stale(self) -> bool:
        return self.days_old > STALE_DAYS


@dataclass(frozen=True, slots=True)
class Stats:
    """`former` counts former workplaces by where they come from, `confidence` all employments by
    how sure they are, `employers` the contacts of the employers that most work or worked at."""

    people: int
    unlinked: int
    with_workplace: int
    without_workplace: int
    with_former: int
    former: dict[str, int]
    confidence: dict[str, int]
    employers: list[tuple[str, int, int]]
    """Name, contacts there now, contacts formerly there."""
    books: list[Book]
    evidence: dict[str, int]
    """Kind → contacts who have some."""
    wanted: dict[str, int]
    doubts: int
    advice: list[str]
    """What would tell more, the most useful first."""


def stats(
    contacts: Sequence[Contact],
    imports: Sequence[Snapshot],
    evidence: Mapping[int, Sequence[Evidence]],
    wanted: Iterable[Wanted],
    doubts: int,
    today: date,
    facts: Facts,
) -> Stats:
    """Counts over the whole network; what is only suggested counts under `confidence` alone."""
    sure = {
        c.contact_id: [e for e in c.employments if e.confidence is not Confidence.SUGGESTED]
        for c in contacts
    }
    former = Counter(e.source for jobs in sure.values() for e in jobs if not e.is_current)
    books = _books(imports, today)
    placed = sum(map(bool, sure.values()))
    counted = Counter(str(e.confidence) for c in contacts for e in c.employments)
    return Stats(
        people=len(contacts),
        unlinked=sum(not c.linked for c in contacts),
        with_workplace=placed,
        without_workplace=len(contacts) - placed,
        with_former=sum(any(not e.is_current for e in jobs) for jobs in sure.values()),
        former=dict(former.most_common()),
        confidence={str(c): counted[str(c)] for c in Confidence if counted[str(c)]},
        employers=_employers(contacts, facts),
        books=books,
        evidence=dict(Counter(k for found in evidence.values() for k in {e.kind for e in found})),
        wanted=dict(Counter(str(w.kind) for w in wanted)),
        doubts=doubts,
        advice=list(_advice(contacts, imports, books, counted[str(Confidence.SUGGESTED)], doubts)),
    )


def _books(imports: Sequence[Snapshot], today: date) -> list[Book]:
    newest: dict[Kind, Snapshot] = {}
    for one in imports:
        if one.kind not in newest or one.taken_on > newest[one.kind].taken_on:
            newest[one.kind] = one
    files = Counter(one.kind for one in imports)
    return [
        Book(kind, files[kind], one.taken_on, max((today - one.taken_on).days, 0))
        for kind, one in sorted(newest.items(), key=lambda item: list(Kind).index(item[0]))
    ]


def _employers(contacts: Iterable[Contact], facts: Facts) -> list[tuple[str, int, int]]:
    now: dict[str, set[int]] = {}
    once: dict[str, set[int]] = {}
    spellings: dict[str, Counter[str]] = {}
    for contact in contacts:
        for job in contact.employments:
            if job.confidence is Confidence.SUGGESTED or not facts.is_employer(job.employer):
                continue
            key = facts.same(job.employer)
            spellings.setdefault(key, Counter())[job.employer] += 1
            (now if job.is_current else once).setdefault(key, set()).add(contact.contact_id)
    counted = [
        (min(names, key=lambda n: (-names[n], n)), len(now.get(key, ())), len(once.get(key, ())))
        for key, names in spellings.items()
    ]
    return sorted(counted, key=lambda one: (-one[1] - one[2], one[0]))[:TOP]


def _advice(
    contacts: Sequence[Contact],
    imports: Sequence[Snapshot],
    books: Sequence[Book],
    suggested: int,
    doubts: int,
) -> Iterable[str]:
    by_kind = {book.kind: book for book in books}
    connections = by_kind.get(Kind.CONNECTIONS)
    if connections is None:
        yield (
            "No LinkedIn export yet: it tells most workplaces (Settings & Privacy > Data privacy > "
            "Get a copy of your data > Connections)."
        )
    elif connections.is_stale:
        yield (
            f"Your newest LinkedIn export is {connections.days_old} days old: a new one shows who "
            "has moved since."
        )
    if connections and len({i.taken_on for i in imports if i.kind is Kind.CONNECTIONS}) == 1:
        yield (
            "Only one LinkedIn export: an older one, from a backup or a mail, shows where people "
            "used to work."
        )
    for book in books:
        renewable = book.kind in ADDRESS_BOOKS and book.kind not in (Kind.RESUME, Kind.NAMED)
        if renewable and book.is_stale:
            yield f"Your {book.kind} are {book.days_old} days old: export them again."
    if connections and Kind.POSITIONS not in by_kind:
        yield ("Your own Positions.csv is missing: with it Inroad can ask whom you worked with.")
    if connections and Kind.MESSAGES not in by_kind:
        yield (
            "messages.csv of the complete LinkedIn archive is missing: it tells who you write with "
            "(only counts and dates are read)."
        )
    bare = sum(not c.employments for c in contacts)
    if bare and not any(kind in by_kind for kind in ADDRESS_BOOKS):
        yield (
            f"Your phone's or mail program's address book may know where the {bare} without a "
            "workplace work."
        )
    if suggested:
        yield f"Workplaces that are only suggested ({suggested}): inroad contacts confirm"
    if doubts:
        yield f"Pairs of contacts that may be one person ({doubts}): inroad contacts review"
