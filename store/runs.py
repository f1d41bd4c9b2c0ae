"""Earlier crawls, added up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from store.database import Database


@dataclass(frozen=True, slots=True)
class Run:
    """One crawl. `outcomes` counts its boards; one without an outcome was "interrupted". A
    `reason` of None is a run that was cut short or still goes on."""

    run: str
    started_at: datetime
    finished_at: datetime | None
    reason: str | None
    outcomes: Mapping[str, int]
    new: int
    changed: int
    closed: int


def last_runs(db: Database, most: int) -> list[Run]:
    """The newest runs, the newest first."""
    with db.read() as connection:
        rows = connection.execute(
            """
            WITH newest AS (
                SELECT * FROM runs ORDER BY started_at DESC, run DESC LIMIT $most
            ), counted AS (
                SELECT run, coalesce(outcome, 'interrupted') AS outcome, count(*) AS boards,
                       sum(new) AS new, sum(changed) AS changed, sum(closed) AS closed
                FROM board_reads SEMI JOIN newest USING (run) GROUP BY ALL
            )
            SELECT n.run, n.started_at, n.finished_at, n.finish_reason, n.expired,
                   c.outcome, c.boards, c.new, c.changed, c.closed
            FROM newest n LEFT JOIN counted c USING (run)
            ORDER BY n.started_at DESC, n.run DESC, c.boards DESC, c.outcome
            """,
            {"most": most},
        ).fetchall()
    found: dict[str, Run] = {}
    outcomes: dict[str, dict[str, int]] = {}
    for run, started, finished, reason, expired, outcome, boards, new, changed, closed in rows:
        counts = outcomes.setdefault(run, {})
        before = found.get(run) or Run(run, started, finished, reason, counts, 0, 0, expired)
        if outcome is not None:
            counts[outcome] = boards
            before = Run(
                run,
                started,
                finished,
                reason,
                counts,
                before.new + new,
                before.changed + changed,
                before.closed + closed,
            )
        found[run] = before
    return list(found.values())
