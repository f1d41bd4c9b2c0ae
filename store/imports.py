"""Imported files and their raw rows: added, listed, loaded, taken back."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from store.bulk import insert
from store.database import Connection as Duck
from store.database import Database
from store.rows import (
    CARD_JOBS,
    CARDS,
    TABLE_OF,
    WORK_HISTORY,
    Card,
    Confidence,
    Imported,
    Job,
    Kind,
    Row,
    Table,
)

_TABLES = tuple(dict.fromkeys(TABLE_OF.values()))
_IMPORT = (
    "import_id INTEGER, hash VARCHAR, kind VARCHAR, name VARCHAR, taken_on DATE, "
    "taken_from VARCHAR, modified_at TIMESTAMP, imported_at TIMESTAMP, read INTEGER, kept INTEGER"
)


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


def list_imports(db: Database) -> list[Snapshot]:
    """Every imported file, the oldest content first."""
    with db.read() as duck:
        rows = duck.execute(
            "SELECT import_id, hash, kind, name, taken_on, taken_from, imported_at, read, kept "
            "FROM imports ORDER BY taken_on, import_id"
        ).fetchall()
    return [Snapshot(r[0], r[1], Kind(r[2]), *r[3:]) for r in rows]


def add(duck: Duck, file: Imported, now: datetime) -> None:
    """Add a file and its rows. Of one whose hash is already there only the day is taken over."""
    known = duck.execute("SELECT import_id FROM imports WHERE hash = ?", [file.hash]).fetchall()
    if known:
        duck.execute(
            "UPDATE imports SET taken_on = ?, taken_from = ?, modified_at = ? WHERE hash = ?",
            [file.taken_on, file.taken_from, file.modified_at, file.hash],
        )
        return
    number = duck.execute("SELECT coalesce(max(import_id), 0) + 1 FROM imports").fetchall()[0][0]
    head = (
        *(number, file.hash, file.kind.value, file.name, file.taken_on, file.taken_from),
        *(file.modified_at, now, file.read, file.kept),
    )
    insert(duck, "imports", _IMPORT, [head])
    table = TABLE_OF[file.kind]
    width = len(table.columns.split(", "))
    insert(
        duck,
        table.name,
        f"import_id INTEGER, {table.columns}",
        ((number, *row[:width]) for row in file.rows),
    )
    if table is CARDS:
        insert(
            duck,
            CARD_JOBS.name,
            f"import_id INTEGER, line INTEGER, {CARD_JOBS.columns}",
            (
                (number, card.line, *job)
                for card in file.rows
                if isinstance(card, Card)
                for job in card.jobs
            ),
        )


def remove(duck: Duck, import_ids: Collection[int]) -> None:
    """Delete files and all their rows."""
    for table in ("imports", "row_owners", CARD_JOBS.name, *(t.name for t in _TABLES)):
        duck.execute(
            f"DELETE FROM {table} WHERE list_contains(?::INTEGER[], import_id)", [list(import_ids)]
        )


def load(duck: Duck) -> list[Imported]:
    """Every imported file with its rows."""
    rows: dict[int, list[Row]] = {}
    for table in _TABLES:
        for import_id, row in _rows(duck, table):
            rows.setdefault(import_id, []).append(row)
    return [
        Imported(*[r[1], Kind(r[2]), *r[3:], rows.get(r[0], [])])
        for r in duck.execute(
            "SELECT import_id, hash, kind, name, taken_on, taken_from, modified_at, read, kept "
            "FROM imports ORDER BY import_id"
        ).fetchall()
    ]


def _rows(duck: Duck, table: Table) -> Iterator[tuple[int, Row]]:
    order = "ORDER BY import_id, line"
    cursor = duck.execute(f"SELECT import_id, {table.names} FROM {table.name} {order}")
    found = cursor.fetchall()
    if table is CARDS:
        jobs = _jobs(duck)
        for import_id, line, key, name, url, emails, old, uid, as_of in found:
            mine = jobs.get((import_id, line), ())
            mails = (tuple(emails), tuple(old))
            yield import_id, Card(line, key, name, url, *mails, uid, as_of, tuple(mine))
    elif table is WORK_HISTORY:
        for import_id, *values in found:
            values[8] = Confidence(values[8])
            yield import_id, table.shape._make(values)
    else:
        make = table.shape._make
        for row in found:
            yield row[0], make(row[1:])


def _jobs(duck: Duck) -> dict[tuple[int, int], list[Job]]:
    jobs: dict[tuple[int, int], list[Job]] = {}
    sure = {c.value: c for c in Confidence}
    for import_id, line, *values in duck.execute(
        f"SELECT import_id, line, {CARD_JOBS.names} FROM {CARD_JOBS.name} "
        "ORDER BY import_id, line, rowid"
    ).fetchall():
        values[6] = sure[values[6]]
        jobs.setdefault((import_id, line), []).append(Job._make(values))
    return jobs
