"""Spool segments into postings.duckdb: what waits, in one short transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb

from store.closing import REPLY_COLUMNS, close_expired, merge_reads
from store.database import Connection, Database, transaction
from store.errors import StoreError
from store.history import forget_oldest
from store.incoming import POSTING_COLUMNS, merge_postings

_LINE_COLUMNS = {
    "kind": "VARCHAR",
    "n": "BIGINT",
    "source": "VARCHAR",
    "board": "VARCHAR",
    "external_id": "VARCHAR",
    "seen_at": "TIMESTAMP",
    "employer": "VARCHAR",
    "employer_origin": "VARCHAR",
    "description": "VARCHAR",
    "list_mark": "UBIGINT",  # the details were read, at what the list said then
    "from_list": "BOOLEAN",  # they were not: this is only what the list says
    **POSTING_COLUMNS,
    "started_at": "TIMESTAMP",
    "finished_at": "TIMESTAMP",
    "outcome": "VARCHAR",
    "detail": "VARCHAR",
    "listed": "INTEGER",
    "complete": "BOOLEAN",
    "expires_after": "BIGINT",  # seconds; NULL where absence is evidence
    **REPLY_COLUMNS,
    "as_run": "VARCHAR",
}
_MAX_LINE = 64 * 1024 * 1024


class SegmentDamaged(StoreError):
    """A spool segment is not JSON lines; its run closes nothing from then on."""


@dataclass(frozen=True, slots=True)
class BoardRead:
    """How one board's read ended. `outcome` is None when it was interrupted."""

    source: str
    board: str
    employer: str | None
    outcome: str | None
    detail: str | None
    complete: bool
    listed: int | None
    new: int
    changed: int
    unchanged: int
    closed: int


@dataclass(frozen=True, slots=True)
class RunSummary:
    """One crawl, added up. `closed` counts missing and expired postings alike."""

    run: str
    started_at: datetime
    finished_at: datetime | None
    finish_reason: str | None
    reads: list[BoardRead] = field(default_factory=list)
    expired: int = 0

    @property
    def new(self) -> int:
        return sum(r.new for r in self.reads)

    @property
    def changed(self) -> int:
        return sum(r.changed for r in self.reads)

    @property
    def unchanged(self) -> int:
        return sum(r.unchanged for r in self.reads)

    @property
    def closed(self) -> int:
        return sum(r.closed for r in self.reads) + self.expired


def begin_run(db: Database, run: str, started_at: datetime) -> None:
    """Record that a run has begun; a run already recorded is left as it is."""
    with db.write() as connection:
        connection.execute(
            "INSERT INTO runs (run, started_at) VALUES (?, ?) ON CONFLICT DO NOTHING",
            [run, started_at],
        )


def merge_segment(db: Database, run: str, segment: Path) -> bool:
    """Merge one finished segment; False if an earlier run already had.

    Raises:
        SegmentDamaged: the file is not JSON lines. Nothing of it was merged.
        DatabaseBusy: another process kept the database locked. Nothing was merged.
    """
    return bool(merge_segments(db, run, [segment]))


def merge_segments(db: Database, run: str, segments: Sequence[Path]) -> list[Path]:
    """Merge finished segments of one run in one transaction, and say which were new. A million
    stored postings are looked through once then, and not once for each segment.

    Raises:
        SegmentDamaged: one of them is not JSON lines. Nothing was merged, and where it was the
            only one its run closes nothing from then on.
        DatabaseBusy: another process kept the database locked. Nothing was merged.
    """
    with db.open() as connection:
        done = connection.execute(
            "SELECT segment FROM merged_segments WHERE run = ?", [run]
        ).fetchall()
        new = [one for one in segments if (one.name,) not in done]
        if not new:
            return []
        try:
            _read_lines(connection, new)
        except duckdb.Error as error:
            if len(new) == 1:
                connection.execute("UPDATE runs SET damaged = true WHERE run = ?", [run])
            why = str(error).splitlines()[0][:200]
            raise SegmentDamaged(
                f"{new[0]} could not be read ({why}); its run closes nothing."
            ) from error
        with transaction(connection):
            merge_postings(connection, run)
            merge_reads(connection, run)
            connection.execute(
                "INSERT INTO merged_segments SELECT $run, unnest($names), now()::TIMESTAMP",
                {"run": run, "names": [one.name for one in new]},
            )
    return new


def finish_run(db: Database, run: str, finished_at: datetime, reason: str) -> RunSummary:
    """Close what has expired, forget what is too old, record the end, and add up."""
    with db.write() as connection:
        expired = close_expired(connection, run, finished_at)
        forget_oldest(connection)
        connection.execute(
            "UPDATE runs SET finished_at = ?, finish_reason = ?, expired = ? WHERE run = ?",
            [finished_at, reason, expired, run],
        )
        connection.execute("DELETE FROM merged_segments WHERE run <> ?", [run])
        return _summary(connection, run)


def run_summary(db: Database, run: str) -> RunSummary:
    """What a run did, board by board, in the order of their names.

    Raises:
        StoreError: there is no such run.
    """
    with db.read() as connection:
        return _summary(connection, run)


def _summary(connection: Connection, run: str) -> RunSummary:
    head = connection.execute(
        "SELECT started_at, finished_at, finish_reason, expired FROM runs WHERE run = ?", [run]
    ).fetchall()
    if not head:
        raise StoreError(f"There is no run {run}.")
    rows = connection.execute(
        """
        SELECT r.source, r.board, b.employer, r.outcome, r.detail, coalesce(r.complete, false),
               r.listed, r.new, r.changed, r.unchanged, r.closed
        FROM board_reads r LEFT JOIN boards b ON r.source = b.source AND r.board = b.board
        WHERE r.run = ? ORDER BY r.source, r.board
        """,
        [run],
    ).fetchall()
    started_at, finished_at, reason, expired = head[0]
    return RunSummary(
        run, started_at, finished_at, reason, [BoardRead(*row) for row in rows], expired
    )


def _read_lines(connection: Connection, segments: Sequence[Path]) -> None:
    columns = ", ".join(f"{name}: '{kind}'" for name, kind in _LINE_COLUMNS.items())
    paths = ", ".join("'" + str(one).replace("'", "''") + "'" for one in segments)
    connection.execute(
        f"""
        CREATE TEMP TABLE line AS SELECT * FROM read_json(
            [{paths}], format = 'newline_delimited', columns = {{{columns}}},
            maximum_object_size = {_MAX_LINE})
        """
    )
