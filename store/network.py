"""The user's network as derived from imported files: contacts, employments and what ties them.

Partial dates are strings `YYYY`, `YYYY-MM` or `YYYY-MM-DD`. Times are naive UTC.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, NamedTuple

from store.database import Connection as Duck
from store.database import Database
from store.rows import (
    CARDS,
    CONNECTIONS,
    OWN_EDUCATION,
    OWN_POSITIONS,
    Confidence,
    Kind,
    OwnEducation,
    OwnPosition,
    Table,
    names,
)


class Employment(NamedTuple):
    """A contact's time at one workplace. It ended after `until_after` and by `until_by`."""

    employer: str
    title: str | None
    is_current: bool
    since: str | None
    until: str | None
    until_after: date | None
    until_by: date | None
    first_seen: date | None
    last_seen: date | None
    as_of: date
    confidence: Confidence
    source: str
    note: str | None


class School(NamedTuple):
    """A contact's time at a school."""

    school: str
    since: str | None
    until: str | None


class Evidence(NamedTuple):
    """What passed between the user and one contact, in one way and one direction.

    `kind` is message · invitation · recommendation · endorsement. `direction` is sent · received
    (messages, invitations), given · received (recommendations, endorsements), or None where no
    file says. `with_note` tells of an invitation whether it came with words.
    """

    kind: str
    direction: str | None
    times: int
    first_at: datetime | None
    last_at: datetime | None
    with_note: bool | None


class Wanted(NamedTuple):
    """An employer the user follows, or a posting they saved or applied for."""

    kind: Kind
    employer: str
    title: str | None
    url: str | None
    on: date | None


class Doubt(NamedTuple):
    """Two contacts that may be one person, and why."""

    contact_id: int
    other_id: int
    reason: str


class Entry(NamedTuple):
    """One key of a contact, and the newest file that lists it."""

    key: str
    kind: Kind
    file: str
    taken_on: date
    name: str


@dataclass(frozen=True, slots=True)
class Workplace:
    """One employment of one contact, as the match needs it."""

    contact_id: int
    name: str
    employer: str
    title: str | None
    relation: Literal["current", "former"]
    since: str | None
    until: str | None
    until_after: date | None
    """With `until_by`, the two exports between which the contact left."""
    until_by: date | None
    confidence: str
    as_of: date
    profile_url: str | None
    email: str | None
    connected_on: date | None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact with the whole derived history, newest employment first."""

    contact_id: int
    name: str
    profile_url: str | None
    email: str | None
    connected_on: date | None
    first_seen: date
    last_seen: date
    linked: bool
    employments: tuple[Employment, ...]
    emails: tuple[str, ...] = ()


CONTACT_COLUMNS = (
    "contact_id INTEGER, name VARCHAR, profile_url VARCHAR, email VARCHAR, connected_on DATE, "
    "first_seen DATE, last_seen DATE, linked BOOLEAN, addresses VARCHAR[]"
)
EMPLOYMENT_COLUMNS = (
    "contact_id INTEGER, employer VARCHAR, title VARCHAR, is_current BOOLEAN, since VARCHAR, "
    "until VARCHAR, until_after DATE, until_by DATE, first_seen DATE, last_seen DATE, "
    "as_of DATE, confidence VARCHAR, source VARCHAR, note VARCHAR"
)
EVIDENCE_COLUMNS = (
    "contact_id INTEGER, kind VARCHAR, direction VARCHAR, times INTEGER, first_at TIMESTAMP, "
    "last_at TIMESTAMP, with_note BOOLEAN"
)


def workplaces(db: Database) -> list[Workplace]:
    """Where linked contacts work and worked, without what is only suggested.

    One row per contact and employment: a contact who returned to an employer has two.
    """
    with db.read() as duck:
        rows = duck.execute(
            """
            SELECT c.contact_id, c.name, e.employer, e.title,
                   CASE WHEN e.is_current THEN 'current' ELSE 'former' END,
                   e.since, e.until, e.until_after, e.until_by, e.confidence, e.as_of,
                   c.profile_url, c.email, c.connected_on, e.source
            FROM employments e JOIN contacts c USING (contact_id)
            WHERE c.linked AND e.confidence <> 'suggested'
            ORDER BY c.contact_id, e.is_current DESC, e.until DESC NULLS LAST, e.employer, e.since
            """
        ).fetchall()
    return [Workplace(*row) for row in rows]


def list_contacts(db: Database) -> list[Contact]:
    """Every contact with the full history, by name; the unlinked are among them."""
    with db.read() as duck:
        return contacts(duck)


def count_contacts(db: Database) -> int:
    with db.read() as duck:
        return int(duck.execute("SELECT count(*) FROM contacts").fetchall()[0][0])


def list_names(db: Database) -> list[tuple[int, str]]:
    """The number and name of every contact."""
    with db.read() as duck:
        return duck.execute("SELECT contact_id, name FROM contacts ORDER BY contact_id").fetchall()


def moved(db: Database, since: date) -> list[tuple[int, str, str, date]]:
    """Contacts who were known before they were first seen where they work now, since a day: the
    number, the name, the employer, and the day."""
    with db.read() as duck:
        return duck.execute(
            """
            SELECT contact_id, name, employer, e.first_seen
            FROM employments e JOIN contacts c USING (contact_id)
            WHERE is_current AND linked AND confidence <> 'suggested'
            AND e.first_seen > c.first_seen AND e.first_seen >= ?
            ORDER BY e.first_seen DESC, name, employer
            """,
            [since],
        ).fetchall()


def identity_keys(db: Database) -> dict[int, tuple[list[str], list[str]]]:
    """Contact → what files know them by, and all their e-mail addresses."""
    with db.read() as duck:
        rows = duck.execute(
            "SELECT contact_id, list(key ORDER BY key), any_value(addresses) "
            "FROM contact_keys JOIN contacts USING (contact_id) GROUP BY contact_id"
        ).fetchall()
    return {number: (keys, list(mails or ())) for number, keys, mails in rows}


def first_names(db: Database, numbers: Iterable[int]) -> dict[int, str]:
    """Contact → first name, of those whose LinkedIn export tells it apart."""
    with db.read() as duck:
        rows = duck.execute(
            "SELECT contact_id, arg_max(first_name, taken_on) FROM connections "
            "JOIN contact_keys USING (key) JOIN imports USING (import_id) "
            "WHERE list_contains(?::INTEGER[], contact_id) AND first_name <> '' GROUP BY ALL",
            [list(numbers)],
        ).fetchall()
    return dict(rows)


def employed_at(db: Database) -> dict[int, list[str]]:
    """Contact → the employers they work at now, as far as anything but a hint says so."""
    found: dict[int, list[str]] = {}
    with db.read() as duck:
        for number, employer in duck.execute(
            "SELECT contact_id, employer FROM employments "
            "WHERE is_current AND confidence <> 'suggested' ORDER BY contact_id, employer"
        ).fetchall():
            found.setdefault(number, []).append(employer)
    return found


def get_contact(db: Database, contact_id: int) -> Contact | None:
    with db.read() as duck:
        found = contacts(duck, contact_id)
    return found[0] if found else None


def some_contacts(db: Database, numbers: Iterable[int]) -> dict[int, Contact]:
    """Number → contact, of those numbers somebody has."""
    with db.read() as duck:
        return {n: one for n in sorted(set(numbers)) for one in contacts(duck, n)}


def evidence(db: Database) -> dict[int, list[Evidence]]:
    """Contact → what passed between them and the user; who has nothing is not in it."""
    found: dict[int, list[Evidence]] = {}
    with db.read() as duck:
        for number, *values in duck.execute(
            f"SELECT {names(EVIDENCE_COLUMNS)} FROM evidence ORDER BY contact_id, kind, direction"
        ).fetchall():
            found.setdefault(number, []).append(Evidence(*values))
    return found


def schools(db: Database) -> dict[int, list[School]]:
    """Contact → schools that address books name; who has none is not in it."""
    found: dict[int, list[School]] = {}
    with db.read() as duck:
        for number, *values in duck.execute(
            "SELECT contact_id, school, since, until FROM schools ORDER BY contact_id, since"
        ).fetchall():
            found.setdefault(number, []).append(School(*values))
    return found


def wanted(db: Database) -> list[Wanted]:
    """What the user follows, saved and applied for, the newest first, each once."""
    with db.read() as duck:
        rows = duck.execute(
            "SELECT DISTINCT kind, employer, title, url, wanted_on "
            "FROM wanted JOIN imports USING (import_id) "
            "ORDER BY wanted_on DESC NULLS LAST, kind, employer, title, url"
        ).fetchall()
    return [Wanted(Kind(kind), *row) for kind, *row in rows]


def doubts(db: Database) -> list[Doubt]:
    """Pairs of contacts that may be one person."""
    with db.read() as duck:
        rows = duck.execute(
            "SELECT contact_id, other_id, reason FROM doubts ORDER BY contact_id, other_id"
        ).fetchall()
    return [Doubt(*row) for row in rows]


def entries(db: Database, contact_id: int) -> list[Entry]:
    """The keys of a contact, each with the newest file that lists it."""
    listed = " UNION ALL ".join(
        f"SELECT key, import_id, {name} AS name FROM {table.name}"
        for table, name in (
            (CONNECTIONS, "trim(first_name || ' ' || last_name)"),
            (CARDS, "name"),
        )
    )
    with db.read() as duck:
        rows = duck.execute(
            f"""
            SELECT key, kind, i.name, taken_on, l.name
            FROM ({listed}) AS l JOIN contact_keys USING (key) JOIN imports AS i USING (import_id)
            WHERE contact_id = ?
            QUALIFY row_number() OVER (PARTITION BY key ORDER BY taken_on DESC, hash) = 1
            ORDER BY key
            """,
            [contact_id],
        ).fetchall()
    return [Entry(key, Kind(kind), *rest) for key, kind, *rest in rows]


def keys_of(db: Database, contact_id: int) -> list[str]:
    """What files know a contact by."""
    with db.read() as duck:
        rows = duck.execute(
            "SELECT key FROM contact_keys WHERE contact_id = ? ORDER BY key", [contact_id]
        ).fetchall()
    return [key for (key,) in rows]


def contact_of_key(db: Database, key: str) -> int | None:
    """The number of the contact that files know by a key; None where nobody has it."""
    with db.read() as duck:
        rows = duck.execute("SELECT contact_id FROM contact_keys WHERE key = ?", [key]).fetchall()
    return rows[0][0] if rows else None


def name_of_key(db: Database, key: str) -> str | None:
    """The name of the contact that files know by a key; None where nobody has it any more."""
    with db.read() as duck:
        rows = duck.execute(
            "SELECT name FROM contacts JOIN contact_keys USING (contact_id) WHERE key = ?", [key]
        ).fetchall()
    return rows[0][0] if rows else None


def own_positions(db: Database) -> list[OwnPosition]:
    """The user's own jobs, from the newest file that tells them."""
    return [OwnPosition(*row) for row in _own(db, Kind.POSITIONS, OWN_POSITIONS)]


def own_education(db: Database) -> list[OwnEducation]:
    """The user's own schools, from the newest file that tells them."""
    return [OwnEducation(*row) for row in _own(db, Kind.EDUCATION, OWN_EDUCATION)]


def contacts(duck: Duck, contact_id: int | None = None) -> list[Contact]:
    """As `list_contacts`, or only one, within an open connection."""
    only = "WHERE contact_id = ?" if contact_id is not None else ""
    given = [contact_id] if contact_id is not None else []
    jobs: dict[int, list[Employment]] = {}
    for number, *values in duck.execute(
        f"SELECT {names(EMPLOYMENT_COLUMNS)} FROM employments {only} "
        "ORDER BY is_current DESC, coalesce(until, since) DESC NULLS LAST, employer",
        given,
    ).fetchall():
        values[10] = Confidence(values[10])
        jobs.setdefault(number, []).append(Employment(*values))
    people: list[tuple[Any, ...]] = duck.execute(
        f"SELECT {names(CONTACT_COLUMNS)} FROM contacts {only} ORDER BY lower(name), contact_id",
        given,
    ).fetchall()
    return [
        Contact(*[*row[:8], tuple(jobs.get(row[0], ())), tuple(row[8] or ())]) for row in people
    ]


def _own(db: Database, kind: Kind, table: Table) -> list[tuple[Any, ...]]:
    with db.read() as duck:
        return duck.execute(
            f"SELECT {table.names} FROM {table.name} WHERE import_id = "
            "(SELECT import_id FROM imports WHERE kind = ? "
            "ORDER BY taken_on DESC, modified_at DESC NULLS LAST, hash LIMIT 1) ORDER BY line",
            [kind.value],
        ).fetchall()
