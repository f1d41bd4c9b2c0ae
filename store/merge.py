"""Spool segments into postings.duckdb: one segment, one short transaction.

A posting closes when two consecutive complete reads of its board no longer list it, or when
its own valid_through has passed. On a feed that only shows the newest, one that is not shown any
more closes at an age. Nothing else closes anything, and a board that listed many postings and
suddenly lists none is suspicious rather than empty.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb

from store.database import Connection, Database, transaction
from store.errors import StoreError

MISSING_READS_TO_CLOSE = 2
SUSPICIOUS_DROP = 5
"""Open postings from which on a sudden empty list is not believed."""

_POSTING_COLUMNS = {
    "title": "VARCHAR",
    "locations": "VARCHAR[]",
    "country": "VARCHAR",
    "workplace_type": "VARCHAR",
    "employment_type": "VARCHAR",
    "department": "VARCHAR",
    "team": "VARCHAR",
    "text_hash": "VARCHAR",
    "pay_min": "DOUBLE",
    "pay_max": "DOUBLE",
    "pay_currency": "VARCHAR",
    "pay_period": "VARCHAR",
    "url": "VARCHAR",
    "apply_url": "VARCHAR",
    "language": "VARCHAR",
    "published_at": "TIMESTAMP",
    "published_precision": "VARCHAR",
    "valid_through": "TIMESTAMP",
    "content_hash": "VARCHAR",
}
_REPLY_COLUMNS = {
    "body_hash": "VARCHAR",
    "request_hash": "VARCHAR",
    "etag": "VARCHAR",
    "last_modified": "VARCHAR",
    "body_read_at": "TIMESTAMP",
}
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
    **_POSTING_COLUMNS,
    "started_at": "TIMESTAMP",
    "finished_at": "TIMESTAMP",
    "outcome": "VARCHAR",
    "detail": "VARCHAR",
    "listed": "INTEGER",
    "complete": "BOOLEAN",
    "expires_after": "BIGINT",  # seconds; NULL where absence is evidence
    **_REPLY_COLUMNS,
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
    with db.open() as connection:
        done = connection.execute(
            "SELECT 1 FROM merged_segments WHERE run = ? AND segment = ?", [run, segment.name]
        ).fetchall()
        if done:
            return False
        try:
            _read_lines(connection, segment)
        except duckdb.Error as error:
            connection.execute("UPDATE runs SET damaged = true WHERE run = ?", [run])
            why = str(error).splitlines()[0][:200]
            raise SegmentDamaged(
                f"{segment} could not be read ({why}); its run closes nothing."
            ) from error
        with transaction(connection):
            _merge_postings(connection, run)
            _merge_reads(connection, run)
            connection.execute(
                "INSERT INTO merged_segments VALUES (?, ?, now()::TIMESTAMP)", [run, segment.name]
            )
    return True


def finish_run(db: Database, run: str, finished_at: datetime, reason: str) -> RunSummary:
    """Close what has expired, drop texts nobody uses any more, record the end, and add up."""
    with db.write() as connection:
        expired = connection.execute(
            "UPDATE postings SET closed_at = valid_through "
            "WHERE closed_at IS NULL AND valid_through < ? RETURNING external_id",
            [finished_at],
        ).fetchall()
        connection.execute(
            "DELETE FROM posting_texts WHERE text_hash NOT IN (SELECT text_hash FROM postings)"
        )
        connection.execute(
            "UPDATE runs SET finished_at = ?, finish_reason = ?, expired = ? WHERE run = ?",
            [finished_at, reason, len(expired), run],
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


def _read_lines(connection: Connection, segment: Path) -> None:
    columns = ", ".join(f"{name}: '{kind}'" for name, kind in _LINE_COLUMNS.items())
    path = str(segment).replace("'", "''")
    connection.execute(
        f"""
        CREATE TEMP TABLE line AS SELECT * FROM read_json(
            '{path}', format = 'newline_delimited', columns = {{{columns}}},
            maximum_object_size = {_MAX_LINE})
        """
    )


def _merge_postings(connection: Connection, run: str) -> None:
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE incoming AS
        SELECT * EXCLUDE (description) FROM line WHERE kind = 'posting'
        QUALIFY row_number() OVER (
            PARTITION BY source, board, external_id ORDER BY from_list NULLS FIRST, n DESC) = 1
        """
    )
    connection.execute(
        """
        INSERT INTO posting_texts
        SELECT text_hash, any_value(coalesce(description, '')) FROM line
        WHERE kind = 'posting' AND text_hash NOT IN (SELECT text_hash FROM posting_texts)
        GROUP BY text_hash
        """
    )
    # What a list says never takes the place of details that were read.
    detailed = "(i.from_list AND p.list_mark IS NOT NULL)"
    # Nor is it a change when details come in for the first time.
    same = (
        f"(p.content_hash = i.content_hash OR {detailed} "
        "OR (p.list_mark IS NULL AND i.list_mark IS NOT NULL))"
    )
    # A posting met again within one run (two segments, two pages) is counted once.
    connection.execute(
        f"""
        INSERT INTO board_reads (run, source, board, new, changed, unchanged)
        SELECT $run, i.source, i.board,
               count(*) FILTER (WHERE p.external_id IS NULL),
               count(*) FILTER (WHERE NOT coalesce({same}, false) AND p.last_run <> $run),
               count(*) FILTER (WHERE coalesce({same}, false) AND p.last_run <> $run)
        FROM incoming i LEFT JOIN postings p
          ON p.source = i.source AND p.board = i.board AND p.external_id = i.external_id
        GROUP BY ALL
        ON CONFLICT DO UPDATE SET
            new = board_reads.new + excluded.new,
            changed = board_reads.changed + excluded.changed,
            unchanged = board_reads.unchanged + excluded.unchanged
        """,
        {"run": run},
    )
    seen = "last_seen = i.seen_at, last_run = $run, missing_reads = 0"
    touched = (
        f"{seen}, closed_at = CASE WHEN i.valid_through < i.seen_at THEN p.closed_at END, "
        "list_mark = i.list_mark, employer = i.employer, employer_origin = i.employer_origin"
    )
    changed = ", ".join(f"{name} = i.{name}" for name in _POSTING_COLUMNS)
    names = ", ".join(_POSTING_COLUMNS)
    values = ", ".join(f"i.{name}" for name in _POSTING_COLUMNS)
    connection.execute(
        f"""
        MERGE INTO postings AS p USING incoming AS i
        ON p.source = i.source AND p.board = i.board AND p.external_id = i.external_id
        WHEN MATCHED AND {detailed} THEN UPDATE SET
            {seen}, closed_at = CASE WHEN p.valid_through < i.seen_at THEN p.closed_at END
        WHEN MATCHED AND p.content_hash = i.content_hash THEN UPDATE SET {touched}
        WHEN MATCHED THEN UPDATE SET {touched}, {changed}
        WHEN NOT MATCHED THEN INSERT
            (source, board, external_id, employer, employer_origin, first_seen, last_seen,
             last_run, missing_reads, list_mark, {names})
        VALUES
            (i.source, i.board, i.external_id, i.employer, i.employer_origin, i.seen_at, i.seen_at,
             $run, 0, i.list_mark, {values})
        """,
        {"run": run},
    )
    connection.execute(
        """
        UPDATE postings AS p
        SET last_seen = s.seen_at, last_run = $run, missing_reads = 0
        FROM (SELECT source, board, external_id, max(seen_at) AS seen_at
              FROM line WHERE kind = 'seen' GROUP BY ALL) AS s
        WHERE p.source = s.source AND p.board = s.board AND p.external_id = s.external_id
        """,
        {"run": run},
    )
    connection.execute("DROP TABLE temp.incoming")
    _touch_unchanged(connection, run)


def _touch_unchanged(connection: Connection, run: str) -> None:
    """What is as it was, by a reply that repeats an earlier run's or by its entry in a list."""
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE still AS
        SELECT source, board, external_id, max(seen_at) AS seen_at FROM (
            SELECT p.source, p.board, p.external_id, l.seen_at
            FROM postings p JOIN line l ON l.kind = 'same'
              AND p.source = l.source AND p.board = l.board AND p.last_run = l.as_run
            UNION ALL
            SELECT p.source, p.board, p.external_id, l.seen_at
            FROM postings p JOIN line l ON l.kind = 'listed'
              AND p.source = l.source AND p.board = l.board AND p.list_mark = l.list_mark
              AND p.last_run <> $run
        ) GROUP BY ALL
        """,
        {"run": run},
    )
    connection.execute(
        """
        INSERT INTO board_reads (run, source, board, unchanged)
        SELECT $run, source, board, count(*) FROM still GROUP BY ALL
        ON CONFLICT DO UPDATE SET unchanged = board_reads.unchanged + excluded.unchanged
        """,
        {"run": run},
    )
    connection.execute(
        """
        UPDATE postings AS p
        SET last_seen = s.seen_at, last_run = $run, missing_reads = 0,
            closed_at = CASE WHEN p.valid_through < s.seen_at THEN p.closed_at END
        FROM still AS s
        WHERE p.source = s.source AND p.board = s.board AND p.external_id = s.external_id
        """,
        {"run": run},
    )
    connection.execute("DROP TABLE temp.still")


def _merge_reads(connection: Connection, run: str) -> None:
    columns = ", ".join(_REPLY_COLUMNS)
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE finished AS
        SELECT l.source, l.board, l.started_at, l.finished_at, l.employer, l.employer_origin,
               l.listed, o.listed_before,
               l.outcome = 'empty' AND o.listed_before >= $drop AS suspicious,
               l.outcome, l.detail, l.complete, l.expires_after, {columns}
        FROM line l LEFT JOIN (
            SELECT source, board, count(*) AS listed_before FROM postings
            WHERE closed_at IS NULL GROUP BY ALL
        ) AS o ON o.source = l.source AND o.board = l.board
        WHERE l.kind = 'read'
        QUALIFY row_number() OVER (PARTITION BY l.source, l.board ORDER BY l.n DESC) = 1
        """,
        {"drop": SUSPICIOUS_DROP},
    )
    connection.execute(
        """
        UPDATE finished SET outcome = 'truncated', complete = false,
            detail = 'listed ' || listed_before || ' postings before and none now: not believed, '
                     || 'nothing closed'
        WHERE suspicious
        """
    )
    connection.execute(
        """
        UPDATE finished SET complete = false
        WHERE coalesce(outcome NOT IN ('ok', 'empty'), true)
           OR (SELECT damaged FROM runs WHERE run = $run)
        """,
        {"run": run},
    )
    kept = f"started_at, finished_at, outcome, detail, complete, listed, {columns}"
    taken_over = ", ".join(f"{name} = excluded.{name}" for name in kept.split(", "))
    connection.execute(
        f"""
        INSERT INTO board_reads (run, source, board, {kept})
        SELECT $run, source, board, {kept} FROM finished
        ON CONFLICT DO UPDATE SET {taken_over}
        """,
        {"run": run},
    )
    _close_absent(connection, run)
    # What the user said stays; a slug, and what a directory says, give way to the board's word.
    connection.execute(
        """
        UPDATE boards AS b SET employer = f.employer, employer_origin = f.employer_origin
        FROM finished AS f
        WHERE b.source = f.source AND b.board = f.board
          AND f.employer IS NOT NULL
          AND (b.employer IS NULL OR b.employer_origin = 'directory')
        """
    )
    # The name often comes after the postings that were spooled without one.
    connection.execute(
        """
        UPDATE postings AS p SET employer = b.employer, employer_origin = b.employer_origin
        FROM boards AS b, finished AS f
        WHERE p.source = b.source AND p.board = b.board
          AND b.source = f.source AND b.board = f.board
          AND p.employer_origin = 'slug' AND b.employer IS NOT NULL
        """
    )
    connection.execute("DROP TABLE temp.finished")


def _close_absent(connection: Connection, run: str) -> None:
    """Close what complete reads did not name any more, and count it."""
    closed = connection.execute(
        """
        UPDATE postings AS p
        SET missing_reads = p.missing_reads + (f.expires_after IS NULL)::INTEGER,
            closed_at = CASE
                WHEN f.expires_after IS NOT NULL THEN
                    CASE WHEN p.valid_through IS NULL AND f.finished_at
                         > coalesce(p.published_at, p.first_seen) + to_seconds(f.expires_after)
                    THEN f.finished_at END
                WHEN p.missing_reads + 1 >= $enough THEN f.finished_at END
        FROM finished AS f
        WHERE f.complete AND p.source = f.source AND p.board = f.board
          AND p.closed_at IS NULL AND p.last_run <> $run
        RETURNING p.source, p.board, p.closed_at
        """,
        {"run": run, "enough": MISSING_READS_TO_CLOSE},
    ).fetchall()
    counts: dict[tuple[str, str], int] = {}
    for source, board, closed_at in closed:
        if closed_at is not None:
            counts[source, board] = counts.get((source, board), 0) + 1
    for (source, board), count in counts.items():
        connection.execute(
            "UPDATE board_reads SET closed = ? WHERE run = ? AND source = ? AND board = ?",
            [count, run, source, board],
        )
