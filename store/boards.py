"""The boards a user follows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from store.database import Database


@dataclass(frozen=True, slots=True)
class FollowedBoard:
    """A board with what the last read of it said. Unnamed by anybody, it goes by the name most
    of its postings give."""

    source: str
    board: str
    url: str
    employer: str | None
    employer_origin: str | None
    outcome: str | None = None
    read_at: datetime | None = None
    open_postings: int = 0


@dataclass(frozen=True, slots=True)
class NewBoard:
    source: str
    board: str
    url: str
    employer: str | None
    employer_origin: str | None
    attribution: str | None = None
    careers_url: str | None = None
    """The page that led to it."""


def add_boards(db: Database, boards: Sequence[NewBoard], now: datetime) -> int:
    """Follow boards; those already followed stay, but take a name they had not. Returns how
    many were new."""
    if not boards:
        return 0
    with db.write() as connection:
        connection.execute(
            """
            CREATE OR REPLACE TEMP TABLE wanted AS
            SELECT * FROM (
                SELECT unnest($source) AS source, unnest($board) AS board, unnest($url) AS url,
                       unnest($employer::VARCHAR[]) AS employer,
                       unnest($origin::VARCHAR[]) AS employer_origin,
                       unnest($attribution::VARCHAR[]) AS attribution,
                       unnest($careers_url::VARCHAR[]) AS careers_url,
                       generate_subscripts($source, 1) AS position
            ) QUALIFY row_number() OVER (PARTITION BY source, board ORDER BY position) = 1
            """,
            {
                "source": [b.source for b in boards],
                "board": [b.board for b in boards],
                "url": [b.url for b in boards],
                "employer": [b.employer for b in boards],
                "origin": [b.employer_origin for b in boards],
                "attribution": [b.attribution for b in boards],
                "careers_url": [b.careers_url for b in boards],
            },
        )
        before = connection.execute("SELECT count(*) FROM boards").fetchall()[0][0]
        # A name the user typed beats one from a list; a list's name beats none.
        connection.execute(
            """
            INSERT INTO boards
                (source, board, url, employer, employer_origin, attribution, careers_url, added_at)
            SELECT source, board, url, employer, employer_origin, attribution, careers_url, $now
            FROM wanted
            ON CONFLICT DO UPDATE SET
                careers_url = coalesce(excluded.careers_url, boards.careers_url),
                attribution = excluded.attribution,
                employer = CASE WHEN boards.employer IS NULL OR excluded.employer_origin = 'user'
                    THEN coalesce(excluded.employer, boards.employer) ELSE boards.employer END,
                employer_origin = CASE
                    WHEN boards.employer IS NULL OR excluded.employer_origin = 'user'
                    THEN coalesce(excluded.employer_origin, boards.employer_origin)
                    ELSE boards.employer_origin END
            """,
            {"now": now},
        )
        after = connection.execute("SELECT count(*) FROM boards").fetchall()[0][0]
        connection.execute("DROP TABLE temp.wanted")
    return int(after - before)


def remove_boards(db: Database, boards: Iterable[tuple[str, str]]) -> int:
    """Stop following boards. Their postings stay stored but are no longer matched."""
    removed = 0
    with db.write() as connection:
        for source, board in boards:
            removed += len(
                connection.execute(
                    "DELETE FROM boards WHERE source = ? AND board = ? RETURNING board",
                    [source, board],
                ).fetchall()
            )
    return removed


def followed_boards(db: Database) -> list[FollowedBoard]:
    """All boards, by name, each with the outcome of its last finished read. One without a name of
    its own goes by the employer that half of its postings name, if one does."""
    with db.read() as connection:
        rows = connection.execute(
            """
            WITH last AS (
                SELECT source, board, max_by(outcome, finished_at) AS outcome,
                       max(finished_at) AS read_at
                FROM board_reads WHERE outcome IS NOT NULL GROUP BY ALL
            ), named AS (
                SELECT source, board, employer_origin, employer, count(*) AS postings,
                       count(*) FILTER (WHERE closed_at IS NULL) AS open_postings
                FROM postings GROUP BY ALL
            ), listed AS (
                SELECT source, board, sum(open_postings)::BIGINT AS open_postings,
                       max(employer) FILTER (WHERE named.employer_origin = 'payload'
                                             AND 2 * postings >= total) AS employer
                FROM (SELECT *, sum(postings) OVER (PARTITION BY source, board) AS total FROM named)
                     AS named
                GROUP BY ALL
            )
            SELECT b.source, b.board, b.url, coalesce(b.employer, listed.employer),
                   CASE WHEN b.employer IS NULL AND listed.employer IS NOT NULL THEN 'payload'
                        ELSE b.employer_origin END,
                   last.outcome, last.read_at, coalesce(listed.open_postings, 0)
            FROM boards b
            LEFT JOIN last ON last.source = b.source AND last.board = b.board
            LEFT JOIN listed ON listed.source = b.source AND listed.board = b.board
            ORDER BY lower(coalesce(b.employer, listed.employer, b.board)), b.source, b.board
            """
        ).fetchall()
    return [FollowedBoard(*row) for row in rows]


def boards_by_source(db: Database) -> dict[str, int]:
    """How many boards of each source are followed."""
    with db.read() as connection:
        rows = connection.execute("SELECT source, count(*) FROM boards GROUP BY source").fetchall()
    return dict(rows)
