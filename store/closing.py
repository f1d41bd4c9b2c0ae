"""How board reads ended, and what that closes.

A posting closes when two consecutive complete reads of its board no longer list it, or when its own
valid_through has passed. On a feed that only shows the newest, one that is not shown any more
closes at an age. Nothing else closes anything, and a list from which nearly all is gone at once is
suspicious rather than short, until it has said so often enough.
"""

from __future__ import annotations

from datetime import datetime

from store.database import Connection

MISSING_READS_TO_CLOSE = 2
SUSPICIOUS_DROP = 5
"""Absent postings from which on a sudden empty list is not believed."""
LARGE_DROP = 20
"""Absent postings from which on a list of at most a tenth as many is not believed either."""
READS_TO_BELIEVE = 5
"""How many times in a row such a list has to come before it is."""
REPLY_COLUMNS = {
    "body_hash": "VARCHAR",
    "request_hash": "VARCHAR",
    "etag": "VARCHAR",
    "last_modified": "VARCHAR",
    "body_read_at": "TIMESTAMP",
}


def merge_reads(connection: Connection, run: str) -> None:
    """Merge the lines `read` of the temporary table `line`."""
    _finished(connection, run)
    columns = ", ".join(REPLY_COLUMNS)
    kept = f"started_at, finished_at, outcome, detail, complete, listed, suspicious, {columns}"
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
    _learn_names(connection, run)
    connection.execute("DROP TABLE temp.finished")


def close_expired(connection: Connection, run: str, now: datetime) -> int:
    """Close postings whose own valid_through has passed; returns how many."""
    connection.execute(
        "INSERT INTO unsettled SELECT $run, source, board, external_id FROM postings "
        "WHERE closed_at IS NULL AND valid_through < $now",
        {"run": run, "now": now},
    )
    closed = connection.execute(
        "UPDATE postings SET closed_at = valid_through "
        "WHERE closed_at IS NULL AND valid_through < ? RETURNING external_id",
        [now],
    ).fetchall()
    return len(closed)


def _finished(connection: Connection, run: str) -> None:
    """`finished`: each board's read, and whether it may close anything."""
    columns = ", ".join(REPLY_COLUMNS)
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE finished AS
        WITH believable AS (
            SELECT source, board FROM line
            WHERE kind = 'read' AND outcome IN ('ok', 'empty') AND expires_after IS NULL
        ), open AS (
            SELECT source, board, count(*) AS absent
            FROM postings SEMI JOIN believable USING (source, board)
            WHERE closed_at IS NULL AND last_run <> $run GROUP BY ALL
        ), earlier AS (
            SELECT source, board, count(*) FILTER (WHERE suspicious AND started_at > coalesce(
                otherwise, '-infinity'::TIMESTAMP)) AS times
            FROM (
                SELECT *, max(started_at) FILTER (WHERE suspicious IS DISTINCT FROM true)
                              OVER (PARTITION BY source, board) AS otherwise
                FROM board_reads SEMI JOIN open USING (source, board)
                WHERE outcome IS NOT NULL AND run <> $run
            ) GROUP BY ALL
        )
        SELECT l.source, l.board, l.started_at, l.finished_at, l.employer, l.employer_origin,
               l.listed, o.absent, coalesce(e.times, 0) + 1 AS times,
               coalesce(CASE WHEN l.outcome = 'empty' THEN o.absent >= $drop
                   ELSE o.absent >= $large AND o.absent >= 10 * l.listed END, false) AS suspicious,
               l.outcome, l.detail, l.complete, l.expires_after, {columns}
        FROM line l
        LEFT JOIN open o ON o.source = l.source AND o.board = l.board
        LEFT JOIN earlier e ON e.source = l.source AND e.board = l.board
        WHERE l.kind = 'read'
        QUALIFY row_number() OVER (PARTITION BY l.source, l.board ORDER BY l.n DESC) = 1
        """,
        {"drop": SUSPICIOUS_DROP, "large": LARGE_DROP, "run": run},
    )
    connection.execute(
        """
        UPDATE finished SET outcome = 'truncated', complete = false,
            detail = 'listed ' || (absent + coalesce(listed, 0)) || ' postings before and '
                     || CASE outcome WHEN 'empty' THEN 'none' ELSE listed::VARCHAR END
                     || ' now: not believed yet (' || times || ' of ' || $enough
                     || '), nothing closed'
        WHERE suspicious AND times < $enough
        """,
        {"enough": READS_TO_BELIEVE},
    )
    connection.execute(
        """
        UPDATE finished SET complete = false
        WHERE coalesce(outcome NOT IN ('ok', 'empty'), true)
           OR (SELECT damaged FROM runs WHERE run = $run)
        """,
        {"run": run},
    )


def _close_absent(connection: Connection, run: str) -> None:
    """Close what complete reads did not name any more, and count it."""
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE absent AS
        SELECT p.source, p.board, p.external_id, f.finished_at AS at,
               p.missing_reads + (f.expires_after IS NULL)::INTEGER AS missing,
               CASE WHEN f.expires_after IS NULL THEN p.missing_reads + 1 >= $enough
                    ELSE p.valid_through IS NULL AND f.finished_at
                         > coalesce(p.published_at, p.first_seen) + to_seconds(f.expires_after)
               END AS closes
        FROM postings p JOIN finished f ON p.source = f.source AND p.board = f.board
        WHERE f.complete AND p.closed_at IS NULL AND p.last_run <> $run
        """,
        {"run": run, "enough": MISSING_READS_TO_CLOSE},
    )
    connection.execute(
        """
        UPDATE postings AS p
        SET missing_reads = a.missing, closed_at = CASE WHEN a.closes THEN a.at END
        FROM absent AS a
        WHERE p.source = a.source AND p.board = a.board AND p.external_id = a.external_id
        """
    )
    connection.execute(
        "INSERT INTO unsettled SELECT $run, source, board, external_id FROM absent WHERE closes",
        {"run": run},
    )
    connection.execute(
        """
        UPDATE board_reads AS r SET closed = a.closed
        FROM (SELECT source, board, count(*) AS closed FROM absent WHERE closes GROUP BY ALL) AS a
        WHERE r.run = $run AND r.source = a.source AND r.board = a.board
        """,
        {"run": run},
    )
    connection.execute("DROP TABLE temp.absent")


def _learn_names(connection: Connection, run: str) -> None:
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
    named = connection.execute(
        """
        UPDATE postings AS p SET employer = b.employer, employer_origin = b.employer_origin
        FROM boards AS b, finished AS f
        WHERE p.source = b.source AND p.board = b.board
          AND b.source = f.source AND b.board = f.board
          AND p.employer_origin = 'slug' AND b.employer IS NOT NULL
        RETURNING p.source
        """
    ).fetchall()
    if named:
        connection.execute(
            """
            INSERT INTO unsettled
            SELECT $run, p.source, p.board, p.external_id
            FROM postings p JOIN finished f ON p.source = f.source AND p.board = f.board
            WHERE p.closed_at IS NULL AND p.last_run = $run
            """,
            {"run": run},
        )
