"""The user's network: what imported files said, and the contacts and employments derived from it.

Partial dates are strings `YYYY`, `YYYY-MM` or `YYYY-MM-DD`. Times are naive UTC.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from enum import StrEnum
from operator import attrgetter
from typing import Any, Literal

from store.database import Connection as Duck
from store.database import Database


class Kind(StrEnum):
    """What an imported file was recognised as."""

    CONNECTIONS = "connections"
    WORK_HISTORY = "work history"
    POSITIONS = "positions"
    EDUCATION = "education"


class Confidence(StrEnum):
    """How sure an employment is, the surest first."""

    CONFIRMED = "confirmed"
    REPORTED = "reported"
    INFERRED = "inferred"
    SUGGESTED = "suggested"


@dataclass(frozen=True, slots=True)
class ConnectionRow:
    """One person in one Connections.csv. `key` is what the row alone says about who it is."""

    line: int
    key: str
    first_name: str
    last_name: str
    url: str | None
    email: str | None
    company: str | None
    position: str | None
    connected_on: date | None


@dataclass(frozen=True, slots=True)
class WorkHistoryRow:
    """One employment the user wrote down. `contact_key` is `linkedin:slug`, `email:address`
    or `name:…`."""

    line: int
    contact_key: str
    employer: str
    title: str | None
    start: str | None
    end: str | None
    is_current: bool | None
    source: str | None
    confidence: Confidence
    note: str | None


@dataclass(frozen=True, slots=True)
class OwnPosition:
    line: int
    employer: str
    title: str | None
    location: str | None
    start: str | None
    end: str | None


@dataclass(frozen=True, slots=True)
class OwnEducation:
    line: int
    school: str
    degree: str | None
    start: str | None
    end: str | None


Row = ConnectionRow | WorkHistoryRow | OwnPosition | OwnEducation


@dataclass(frozen=True, slots=True)
class Imported:
    """One file, by the hash of its bytes. `taken_on` is the day its content was true."""

    hash: str
    kind: Kind
    name: str
    taken_on: date
    taken_from: str
    modified_at: datetime | None
    read: int
    rows: Sequence[Row] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Person:
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


@dataclass(frozen=True, slots=True)
class Employment:
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


@dataclass(frozen=True, slots=True)
class Derived:
    """Everything that follows from the imported files.

    `employments` has one list a person. `owners` maps (file hash, line) of a work-history row
    to the indexes of the people it may mean: it counts only where that is exactly one.
    `excerpts` are the hashes of exports with too few people to prove anybody's absence.
    """

    people: Sequence[Person]
    employments: Sequence[Sequence[Employment]]
    owners: Mapping[tuple[str, int], tuple[int, ...]]
    excerpts: frozenset[str] = frozenset()


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


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An imported file, without its rows."""

    import_id: int
    hash: str
    kind: Kind
    name: str
    taken_on: date
    taken_from: str
    imported_at: datetime
    read: int
    kept: int


_ROWS: dict[Kind, tuple[str, type[Any], str]] = {
    Kind.CONNECTIONS: (
        "connections",
        ConnectionRow,
        "line INTEGER, key VARCHAR, first_name VARCHAR, last_name VARCHAR, url VARCHAR, "
        "email VARCHAR, company VARCHAR, position VARCHAR, connected_on DATE",
    ),
    Kind.WORK_HISTORY: (
        "work_history",
        WorkHistoryRow,
        "line INTEGER, contact_key VARCHAR, employer VARCHAR, title VARCHAR, start_on VARCHAR, "
        "end_on VARCHAR, is_current BOOLEAN, source VARCHAR, confidence VARCHAR, note VARCHAR",
    ),
    Kind.POSITIONS: (
        "own_positions",
        OwnPosition,
        "line INTEGER, employer VARCHAR, title VARCHAR, location VARCHAR, "
        "start_on VARCHAR, end_on VARCHAR",
    ),
    Kind.EDUCATION: (
        "own_education",
        OwnEducation,
        "line INTEGER, school VARCHAR, degree VARCHAR, start_on VARCHAR, end_on VARCHAR",
    ),
}
_CONTACT = (
    "contact_id INTEGER, name VARCHAR, profile_url VARCHAR, email VARCHAR, connected_on DATE, "
    "first_seen DATE, last_seen DATE, linked BOOLEAN"
)
_EMPLOYMENT = (
    "contact_id INTEGER, employer VARCHAR, title VARCHAR, is_current BOOLEAN, since VARCHAR, "
    "until VARCHAR, until_after DATE, until_by DATE, first_seen DATE, last_seen DATE, "
    "as_of DATE, confidence VARCHAR, source VARCHAR, note VARCHAR"
)


def add_imports(
    db: Database,
    files: Iterable[Imported],
    derive: Callable[[Sequence[Imported]], Derived],
    now: datetime,
) -> Derived:
    """Add the files and derive everything anew, in one transaction.

    A file whose hash is already there is not added again; its day is taken over.

    Args:
        derive: a pure function of all imported files, in no particular order.
        now: stored as the time of the import.
    """
    with db.write() as duck:
        _add(duck, files, now)
        everything = _load(duck)
        derived = derive(everything)
        _replace(duck, derived)
    return derived


def list_imports(db: Database) -> list[Snapshot]:
    """Every imported file, the oldest content first."""
    with db.read() as duck:
        rows = duck.execute(
            "SELECT import_id, hash, kind, name, taken_on, taken_from, imported_at, read, kept "
            "FROM imports ORDER BY taken_on, import_id"
        ).fetchall()
    return [Snapshot(r[0], r[1], Kind(r[2]), *r[3:]) for r in rows]


def load_imports(db: Database) -> list[Imported]:
    """Every imported file with its rows."""
    with db.read() as duck:
        return _load(duck)


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
                   c.profile_url, c.email, c.connected_on
            FROM employments e JOIN contacts c USING (contact_id)
            WHERE c.linked AND e.confidence <> 'suggested'
            ORDER BY c.contact_id, e.is_current DESC, e.until DESC NULLS LAST, e.employer, e.since
            """
        ).fetchall()
    return [Workplace(*row) for row in rows]


def list_contacts(db: Database) -> list[Contact]:
    """Every contact with the full history, by name; the unlinked are among them."""
    with db.read() as duck:
        return _contacts(duck)


def get_contact(db: Database, contact_id: int) -> Contact | None:
    with db.read() as duck:
        found = _contacts(duck, contact_id)
    return found[0] if found else None


def own_positions(db: Database) -> list[OwnPosition]:
    """The user's own jobs, from the newest file that tells them."""
    return [OwnPosition(*row) for row in _own(db, Kind.POSITIONS)]


def own_education(db: Database) -> list[OwnEducation]:
    """The user's own schools, from the newest file that tells them."""
    return [OwnEducation(*row) for row in _own(db, Kind.EDUCATION)]


def forget(db: Database, contact_id: int) -> int:
    """Delete every row of one contact, the imported ones included, and rewrite the file.

    Rows of a work history that may mean this contact or a namesake go too, and, of workplaces
    nobody else has, the verdicts and the boards guessed from them. Returns how many imported rows
    were deleted; 0 for nobody.
    """
    with db.write() as duck:
        found = _contacts(duck, contact_id)
        if not found:
            return 0
        person = found[0]
        duck.execute(
            """
            CREATE TEMP TABLE theirs AS
            SELECT DISTINCT employer AS workplace FROM employments WHERE contact_id = $1
            UNION SELECT company FROM connections
                WHERE key IN (SELECT key FROM contact_keys WHERE contact_id = $1)
            """,
            [contact_id],
        )
        slug = (person.profile_url or "").rstrip("/").rpartition("/")[2]
        names = [n.casefold() for n in (person.name, person.email, slug) if n]
        names += [
            f"{first} {last}".strip().casefold()
            for first, last in duck.execute(
                "SELECT DISTINCT first_name, last_name FROM connections "
                "WHERE key IN (SELECT key FROM contact_keys WHERE contact_id = ?)",
                [contact_id],
            ).fetchall()
        ]
        deleted = _delete(
            duck,
            "connections WHERE key IN (SELECT key FROM contact_keys WHERE contact_id = ?)",
            contact_id,
        )
        deleted += _delete(
            duck,
            "work_history USING history_owners o WHERE o.contact_id = ? "
            "AND o.import_id = work_history.import_id AND o.line = work_history.line",
            contact_id,
        )
        for table in ("history_owners", "employments", "contacts", "contact_keys", "seen_targets"):
            _delete(duck, f"{table} WHERE contact_id = ?", contact_id)
        for table in ("verdicts", "probes"):
            duck.execute(
                f"""
                DELETE FROM {table} WHERE workplace IN (SELECT workplace FROM theirs)
                AND workplace NOT IN (SELECT employer FROM employments)
                """
            )
        duck.execute("DROP TABLE theirs")
        names = [name for name in names if name]
        _scrub_file_names(duck, names)
        for table in ("work_history", "employments"):
            # What the user noted about somebody else may name this person.
            duck.execute(
                f"UPDATE {table} SET note = NULL "
                "WHERE len(list_filter($1, lambda n: contains(lower(note), n))) > 0",
                [names],
            )
    db.rewrite()
    return deleted


def _add(duck: Duck, files: Iterable[Imported], now: datetime) -> None:
    known = {
        hashed: (import_id, taken_on, taken_from)
        for hashed, import_id, taken_on, taken_from in duck.execute(
            "SELECT hash, import_id, taken_on, taken_from FROM imports"
        ).fetchall()
    }
    following = max((import_id for import_id, _, _ in known.values()), default=0) + 1
    for file in files:
        if file.hash in known:
            if known[file.hash][1:] != (file.taken_on, file.taken_from):
                duck.execute(
                    "UPDATE imports SET taken_on = ?, taken_from = ?, modified_at = ? "
                    "WHERE hash = ?",
                    [file.taken_on, file.taken_from, file.modified_at, file.hash],
                )
            continue
        known[file.hash] = (following, file.taken_on, file.taken_from)
        duck.execute(
            "INSERT INTO imports VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                following,
                file.hash,
                file.kind.value,
                file.name,
                file.taken_on,
                file.taken_from,
                file.modified_at,
                now,
                file.read,
                len(file.rows),
            ],
        )
        table, _, columns = _ROWS[file.kind]
        _insert(
            duck,
            table,
            f"import_id INTEGER, {columns}",
            [(following, *values) for values in _values(file.rows)],
        )
        following += 1


def _load(duck: Duck) -> list[Imported]:
    rows: dict[int, list[Row]] = {}
    for table, shape, columns in _ROWS.values():
        for import_id, *values in duck.execute(
            f"SELECT import_id, {', '.join(_names(columns))} FROM {table} ORDER BY import_id, line"
        ).fetchall():
            if shape is WorkHistoryRow:
                values[8] = Confidence(values[8])
            rows.setdefault(import_id, []).append(shape(*values))
    return [
        Imported(hashed, Kind(kind), name, on, origin, modified, read, rows.get(import_id, []))
        for import_id, hashed, kind, name, on, origin, modified, read in duck.execute(
            "SELECT import_id, hash, kind, name, taken_on, taken_from, modified_at, read "
            "FROM imports ORDER BY import_id"
        ).fetchall()
    ]


def _replace(duck: Duck, derived: Derived) -> None:
    ids = _numbers(duck, derived.people)
    jobs = [job for person in derived.employments for job in person]
    workers = [n for n, person in zip(ids, derived.employments, strict=True) for _ in person]
    imports = dict(duck.execute("SELECT hash, import_id FROM imports").fetchall())
    for table in ("contacts", "contact_keys", "employments", "history_owners"):
        duck.execute(f"DELETE FROM {table}")
    _insert(
        duck,
        "contacts",
        _CONTACT,
        [(n, *values[1:]) for n, values in zip(ids, _values(derived.people), strict=True)],
    )
    _insert(
        duck,
        "contact_keys",
        "contact_id INTEGER, key VARCHAR",
        [(n, key) for n, p in zip(ids, derived.people, strict=True) for key in p.keys],
    )
    _insert(
        duck,
        "employments",
        _EMPLOYMENT,
        [(n, *values) for n, values in zip(workers, _values(jobs), strict=True)],
    )
    _insert(
        duck,
        "history_owners",
        "import_id INTEGER, line INTEGER, contact_id INTEGER",
        [
            (imports[hashed], line, ids[index])
            for (hashed, line), owners in sorted(derived.owners.items())
            for index in owners
        ],
    )


def _numbers(duck: Duck, people: Sequence[Person]) -> list[int]:
    """Each person's number: the one their keys had before, or the next free one."""
    known = dict(duck.execute("SELECT key, contact_id FROM contact_keys").fetchall())
    following = max(known.values(), default=0) + 1
    taken: set[int] = set()
    numbers = []
    for person in people:
        before = sorted({known[key] for key in person.keys if key in known} - taken)
        if before:
            number = before[0]
        else:
            number, following = following, following + 1
        taken.add(number)
        numbers.append(number)
    return numbers


def _contacts(duck: Duck, contact_id: int | None = None) -> list[Contact]:
    only = "WHERE contact_id = ?" if contact_id is not None else ""
    given = [contact_id] if contact_id is not None else []
    jobs: dict[int, list[Employment]] = {}
    for number, *values in duck.execute(
        f"SELECT {', '.join(_names(_EMPLOYMENT))} FROM employments {only} "
        "ORDER BY is_current DESC, coalesce(until, since) DESC NULLS LAST, employer",
        given,
    ).fetchall():
        values[10] = Confidence(values[10])
        jobs.setdefault(number, []).append(Employment(*values))
    people: list[tuple[Any, ...]] = duck.execute(
        f"SELECT {', '.join(_names(_CONTACT))} FROM contacts {only} "
        "ORDER BY lower(name), contact_id",
        given,
    ).fetchall()
    return [Contact(*[*row, tuple(jobs.get(row[0], ()))]) for row in people]


def _own(db: Database, kind: Kind) -> list[tuple[Any, ...]]:
    table, _, columns = _ROWS[kind]
    with db.read() as duck:
        return duck.execute(
            f"SELECT {', '.join(_names(columns))} FROM {table} WHERE import_id = "
            "(SELECT import_id FROM imports WHERE kind = ? "
            "ORDER BY taken_on DESC, modified_at DESC NULLS LAST, hash LIMIT 1) ORDER BY line",
            [kind.value],
        ).fetchall()


def _delete(duck: Duck, what: str, contact_id: int) -> int:
    return int(duck.execute(f"DELETE FROM {what}", [contact_id]).fetchall()[0][0])


def _scrub_file_names(duck: Duck, names: Sequence[str]) -> None:
    """A file may be called after a person: then only its kind remains of its name."""
    for import_id, kind, name in duck.execute(
        "SELECT import_id, kind, name FROM imports"
    ).fetchall():
        if any(n in name.casefold() for n in names):
            duck.execute("UPDATE imports SET name = ? WHERE import_id = ?", [kind, import_id])


def _insert(duck: Duck, table: str, columns: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """One statement for all rows: `columns` is `name TYPE, name TYPE, …` in the rows' order."""
    if not rows:
        return
    typed = [column.split() for column in columns.split(", ")]
    names = ", ".join(name for name, _ in typed)
    values = ", ".join(f"unnest(?::{kind}[])" for _, kind in typed)
    lists = [list(column) for column in zip(*rows, strict=True)]
    duck.execute(f"INSERT INTO {table} ({names}) SELECT {values}", lists)


def _values(rows: Sequence[Any]) -> list[tuple[Any, ...]]:
    if not rows:
        return []
    values: attrgetter[tuple[Any, ...]] = attrgetter(*(f.name for f in fields(rows[0])))
    return [values(row) for row in rows]


def _names(columns: str) -> list[str]:
    return [column.split()[0] for column in columns.split(", ")]
