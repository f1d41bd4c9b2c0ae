"""How well each board is read: its last outcome, its streak of failures, where it may be now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from store.database import Database

RUNS_TO_BE_GONE = 3
"""Runs in a row in which a board was not found until it counts as gone."""
_GOOD = "outcome IN ('ok', 'empty') AND complete"


@dataclass(frozen=True, slots=True)
class BoardHealth:
    """A followed board. Times are naive UTC."""

    source: str
    board: str
    url: str
    employer: str | None
    outcome: str | None
    """Of the last finished read; None where it was never read."""
    detail: str | None
    read_at: datetime | None
    good_at: datetime | None
    """When it was last read completely."""
    now: int
    """Open postings."""
    before: int | None
    """What the last complete read before the newest read listed."""
    failures: int
    """Reads in a row, the newest included, that were not complete."""
    gone: bool
    """Not found in `RUNS_TO_BE_GONE` runs in a row or more."""
    page: str | None
    """The employer's page to ask where it went, where one is known."""
    moved_to: str | None = None
    """The board (source:token) that the page named when it was looked at."""
    moved_why: str | None = None
    """What the page said, whether it named a board or not."""
    looked_at: datetime | None = None

    @property
    def failing(self) -> bool:
        return self.failures > 0


@dataclass(frozen=True, slots=True)
class Move:
    """What a gone board's page says of where it went."""

    source: str
    board: str
    page: str
    detail: str
    new_source: str | None = None
    new_board: str | None = None


def boards_health(db: Database) -> list[BoardHealth]:
    """All followed boards, the worst first: gone, then the longest streak of failures, then never
    read, then those that lost most."""
    with db.read() as connection:
        rows = connection.execute(
            f"""
            WITH numbered AS (
                SELECT r.*, {_GOOD} AS good,
                       row_number() OVER (PARTITION BY source, board
                                          ORDER BY started_at DESC, run DESC) AS n
                FROM board_reads r SEMI JOIN boards USING (source, board)
                WHERE outcome IS NOT NULL
            ), told AS (
                SELECT source, board,
                       any_value(outcome) FILTER (WHERE n = 1) AS outcome,
                       any_value(detail) FILTER (WHERE n = 1) AS detail,
                       any_value(finished_at) FILTER (WHERE n = 1) AS read_at,
                       max(finished_at) FILTER (WHERE good) AS good_at,
                       arg_min(listed, n) FILTER (WHERE good AND n > 1) AS before,
                       coalesce(min(n) FILTER (WHERE good), count(*) + 1) - 1 AS failures,
                       coalesce(min(n) FILTER (WHERE outcome <> 'not_found'), count(*) + 1) - 1
                           AS lost
                FROM numbered GROUP BY ALL
            ), stored AS (
                SELECT source, board, count(*) FILTER (WHERE closed_at IS NULL) AS open,
                       mode(employer) FILTER (WHERE employer_origin = 'payload') AS employer
                FROM postings SEMI JOIN boards USING (source, board) GROUP BY ALL
            ), site AS (
                -- Where postings are shown on the employer's own pages.
                SELECT p.source, p.board,
                       mode(regexp_extract(p.url, '^https?://[^/?#]+')) AS own
                FROM postings p
                JOIN told USING (source, board)
                JOIN boards b ON b.source = p.source AND b.board = p.board
                WHERE told.lost >= {RUNS_TO_BE_GONE}
                  AND regexp_extract(p.url, '^https?://([^/?#]+)', 1)
                      <> regexp_extract(b.url, '^https?://([^/?#]+)', 1)
                GROUP BY ALL
            )
            SELECT b.source, b.board, b.url, coalesce(b.employer, stored.employer), t.outcome,
                   t.detail, t.read_at, t.good_at, coalesce(stored.open, 0), t.before,
                   coalesce(t.failures, 0), coalesce(t.lost, 0) >= {RUNS_TO_BE_GONE} AS gone,
                   coalesce(b.careers_url, site.own, b.url),
                   m.new_source || ':' || m.new_board, m.detail, m.looked_at
            FROM boards b
            LEFT JOIN told t ON t.source = b.source AND t.board = b.board
            LEFT JOIN stored ON stored.source = b.source AND stored.board = b.board
            LEFT JOIN site ON site.source = b.source AND site.board = b.board
            LEFT JOIN moves m ON m.source = b.source AND m.board = b.board
                AND m.looked_at > coalesce(t.good_at, '-infinity'::TIMESTAMP)
            ORDER BY gone DESC, coalesce(t.failures, 0) DESC, t.read_at IS NOT NULL,
                     coalesce(t.before, 0) - coalesce(stored.open, 0) DESC,
                     lower(coalesce(b.employer, stored.employer, b.board)), b.source, b.board
            """
        ).fetchall()
    return [BoardHealth(*row) for row in rows]


def remember_moves(db: Database, moves: Sequence[Move], now: datetime) -> None:
    """Keep what pages said; it holds until the board is read again."""
    with db.write() as connection:
        for move in moves:
            connection.execute(
                "INSERT OR REPLACE INTO moves (source, board, page, detail, new_source, new_board, "
                "looked_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
                [move.source, move.board, move.page, move.detail, move.new_source,
                 move.new_board, now],
            )  # fmt: skip
