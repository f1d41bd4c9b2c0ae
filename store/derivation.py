"""Whatever changes the network: files come and go, the user decides, and all is derived anew.

What is derived replaces what was there, in the transaction of the change. A contact's number
outlives every derivation: it belongs to the keys files know them by.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from store import decisions, imports
from store.bulk import insert
from store.database import Connection as Duck
from store.database import Database
from store.decisions import Answer, Identity
from store.network import (
    CONTACT_COLUMNS,
    EMPLOYMENT_COLUMNS,
    EVIDENCE_COLUMNS,
    Doubt,
    Employment,
    Evidence,
    School,
)
from store.rows import Imported


class Ground(NamedTuple):
    """Everything that people and employments are derived from."""

    files: Sequence[Imported]
    identities: Sequence[Identity] = ()
    answers: Sequence[Answer] = ()


class Person(NamedTuple):
    """A contact as derived. `keys` are those of all the rows that are this person."""

    keys: tuple[str, ...]
    name: str
    profile_url: str | None
    email: str | None
    connected_on: date | None
    first_seen: date
    last_seen: date
    linked: bool
    """False once a newer, complete export no longer lists them."""
    emails: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Derived:
    """Everything that follows from the ground.

    `employments`, `schools` and `evidence` have one list a person. `owners` maps (file hash, line)
    of a row without a key to the indexes of the people it may mean: it counts only where that is
    exactly one. `doubts` are pairs of indexes that may be one person. `excerpts` are the hashes of
    exports with too few people to prove anybody's absence.
    """

    people: Sequence[Person]
    employments: Sequence[Sequence[Employment]]
    owners: Mapping[tuple[str, int], tuple[int, ...]]
    excerpts: frozenset[str] = frozenset()
    schools: Sequence[Sequence[School]] = ()
    evidence: Sequence[Sequence[Evidence]] = ()
    doubts: Sequence[Doubt] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """The network after a derivation, and what is needed of before to tell the difference."""

    derived: Derived
    numbers: Sequence[int]
    """The contacts' numbers, in the order of `derived.people`."""
    linked_before: Mapping[int, bool]
    """Number → linked, of everybody who was there."""
    left_before: Mapping[int, Sequence[str]]
    """Number → the employers they were known to have left."""


Derive = Callable[[Ground], Derived]
"""A pure function of its argument, in which nothing has a particular order."""


def bring_in(
    db: Database,
    files: Iterable[Imported],
    derive: Derive,
    now: datetime,
    instead_of: Collection[str] = (),
) -> Change | None:
    """Add files as they come, and derive anew; None, and nothing done, when none came.

    A file whose hash is already there is not added again; its day is taken over. What was
    read before of files with the hashes `instead_of` makes way for them.
    """
    with db.write() as duck:
        came = False
        for file in files:
            if file.hash in instead_of:
                imports.remove(duck, _numbered(duck, file.hash))
            imports.add(duck, file, now)
            came = True
            del file  # its rows are in the database now, and need not be in memory as well
        return _derive_anew(duck, derive) if came else None


def take_back(db: Database, import_ids: Sequence[int], derive: Derive) -> Change:
    """Delete imported files with all their rows, derive anew, and rewrite the database file."""
    with db.write() as duck:
        imports.remove(duck, import_ids)
        change = _derive_anew(duck, derive)
    db.rewrite()
    return change


def decide(db: Database, decided: Sequence[Identity], derive: Derive) -> Change:
    """Store who is one person and who is not, and derive anew."""
    with db.write() as duck:
        decisions.add_identities(duck, decided)
        return _derive_anew(duck, derive)


def undo_decision(db: Database, decided_at: datetime, derive: Derive) -> Change:
    """Take back what was decided about identities at one moment, and derive anew."""
    with db.write() as duck:
        decisions.drop_identities(duck, decided_at)
        return _derive_anew(duck, derive)


def answer(db: Database, given: Sequence[Answer], derive: Derive) -> Change:
    """Store answers about workplaces, and derive anew."""
    with db.write() as duck:
        decisions.add_answers(duck, given)
        return _derive_anew(duck, derive)


def undo_answer(db: Database, given: Answer, derive: Derive) -> Change:
    """Take one answer back, and derive anew."""
    with db.write() as duck:
        decisions.drop_answer(duck, given)
        return _derive_anew(duck, derive)


def digest(key: str) -> str:
    """A key as `contact_numbers` keeps it."""
    return hashlib.md5(key.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()


def _derive_anew(duck: Duck, derive: Derive) -> Change:
    linked = dict(duck.execute("SELECT contact_id, linked FROM contacts").fetchall())
    left: dict[int, list[str]] = {}
    for number, employer in duck.execute(
        "SELECT contact_id, employer FROM employments "
        "WHERE NOT is_current AND confidence <> 'suggested'"
    ).fetchall():
        left.setdefault(number, []).append(employer)
    ground = Ground(imports.load(duck), decisions.identities(duck), decisions.answers(duck))
    derived = derive(ground)
    del ground
    return Change(derived, _replace(duck, derived), linked, left)


def _replace(duck: Duck, derived: Derived) -> list[int]:
    ids = _numbers(duck, derived.people)
    files = dict(duck.execute("SELECT hash, import_id FROM imports").fetchall())
    for table in (
        *("contacts", "contact_keys", "employments", "row_owners"),
        *("schools", "evidence", "doubts"),
    ):
        duck.execute(f"DELETE FROM {table}")
    insert(
        duck,
        "contacts",
        CONTACT_COLUMNS,
        ((n, *person[1:]) for n, person in zip(ids, derived.people, strict=True)),
    )
    keys = ((n, key) for n, p in zip(ids, derived.people, strict=True) for key in p.keys)
    insert(duck, "contact_keys", "contact_id INTEGER, key VARCHAR", keys)
    columns = "contact_id INTEGER, school VARCHAR, since VARCHAR, until VARCHAR"
    for table, typed, lists in (
        ("employments", EMPLOYMENT_COLUMNS, derived.employments),
        ("schools", columns, derived.schools),
        ("evidence", EVIDENCE_COLUMNS, derived.evidence),
    ):
        insert(
            duck,
            table,
            typed,
            ((n, *one) for n, several in zip(ids, lists, strict=False) for one in several),
        )
    insert(
        duck,
        "row_owners",
        "import_id INTEGER, line INTEGER, contact_id INTEGER",
        (
            (files[hashed], line, ids[index])
            for (hashed, line), owners in sorted(derived.owners.items())
            for index in owners
        ),
    )
    insert(
        duck,
        "doubts",
        "contact_id INTEGER, other_id INTEGER, reason VARCHAR",
        ((ids[d.contact_id], ids[d.other_id], d.reason) for d in derived.doubts),
    )
    return ids


def _numbers(duck: Duck, people: Sequence[Person]) -> list[int]:
    """Each person's number: the lowest their keys ever had, or the next that nobody ever had.

    Keys keep their own number while they are merged with others, so that a split gives it back.
    """
    known = dict(duck.execute("SELECT digest, contact_id FROM contact_numbers").fetchall())
    last = duck.execute("SELECT contact_id FROM last_contact").fetchall()[0][0]
    taken: set[int] = set()
    numbers: list[int] = []
    new: list[tuple[str, int]] = []
    outdated: list[str] = []
    for person in people:
        digests = [digest(key) for key in person.keys]
        before = {known[d] for d in digests if d in known} - taken
        if before:
            number = min(before)
            new += [(d, number) for d in digests if d not in known]
        else:
            last += 1
            number = last
            outdated += [d for d in digests if d in known]
            new += [(d, number) for d in digests]
        taken.add(number)
        numbers.append(number)
    if outdated:
        duck.execute(
            "DELETE FROM contact_numbers WHERE list_contains(?::VARCHAR[], digest)", [outdated]
        )
    insert(duck, "contact_numbers", "digest VARCHAR, contact_id INTEGER", new)
    duck.execute("UPDATE last_contact SET contact_id = ?", [last])
    return numbers


def _numbered(duck: Duck, hashed: str) -> list[int]:
    rows = duck.execute("SELECT import_id FROM imports WHERE hash = ?", [hashed]).fetchall()
    return [number for (number,) in rows]
