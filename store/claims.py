"""Claims: whose board a directory says a board is, until the board itself has said it.

A name that only a directory gives is *unconfirmed*. It is *confirmed* once the board's own
payload, page or metadata gives a name that is the same employer's, and *contradicted* once it
gives another's; from then on the board's own word is what its postings are matched by.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from store.database import Connection, Database
from store.known import BoardKey

_MOST_NAMES = 20
"""Of one board, those on most postings first; a board with more is nobody's own."""


class Trust(StrEnum):
    UNCONFIRMED = "unconfirmed"
    CONFIRMED = "confirmed"
    CONTRADICTED = "contradicted"


@dataclass(frozen=True, slots=True)
class Claim:
    """What was claimed of a board, and the names it gives itself, the most used first."""

    source: str
    board: str
    employer: str
    claimed_by: str
    trust: Trust
    names: Sequence[str]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What became of a claim: `said` is the board's own name, `reason` why the two are thought
    one employer or not."""

    source: str
    board: str
    trust: Trust
    said: str
    reason: str


def add_claims(connection: Connection, claimed_by: str) -> None:
    """Note the claims of the boards in the temporary table `wanted`, within its transaction. A
    name from the user settles the matter."""
    connection.execute(
        """
        INSERT INTO claims (source, board, employer, claimed_by)
        SELECT w.source, w.board, w.employer, $by FROM wanted w JOIN boards b USING (source, board)
        WHERE w.employer_origin = 'directory' AND w.employer IS NOT NULL
          AND b.employer_origin IS DISTINCT FROM 'user'
        ON CONFLICT DO NOTHING
        """,
        {"by": claimed_by},
    )
    connection.execute(
        """
        DELETE FROM claims WHERE EXISTS (
            SELECT 1 FROM wanted w WHERE w.source = claims.source AND w.board = claims.board
            AND w.employer_origin = 'user')
        """
    )


def claims_met(db: Database, run: str) -> list[Claim]:
    """The claims about boards that a run has read and that name an employer themselves."""
    with db.read() as connection:
        rows = connection.execute(
            """
            WITH named AS (
                SELECT source, board, employer, count(*) AS postings FROM postings
                WHERE employer_origin IN ('payload', 'board', 'page') AND employer IS NOT NULL
                GROUP BY ALL
                UNION ALL
                SELECT source, board, employer, 1 FROM boards
                WHERE employer_origin IN ('board', 'page') AND employer IS NOT NULL
            ), summed AS (
                SELECT source, board, employer, sum(postings) AS postings FROM named GROUP BY ALL
            )
            SELECT c.source, c.board, c.employer, c.claimed_by, c.trust,
                   list(s.employer ORDER BY s.postings DESC, s.employer)[:$most]
            FROM claims c
            JOIN board_reads r ON r.run = $run AND r.source = c.source AND r.board = c.board
            JOIN summed s ON s.source = c.source AND s.board = c.board
            GROUP BY ALL ORDER BY c.source, c.board
            """,
            {"run": run, "most": _MOST_NAMES},
        ).fetchall()
    return [
        Claim(source, board, employer, claimed_by, Trust(trust), names)
        for source, board, employer, claimed_by, trust, names in rows
    ]


def unconfirmed_boards(db: Database) -> frozenset[BoardKey]:
    """The watched boards whose postings go by nothing but a claim."""
    with db.read() as connection:
        rows = connection.execute(
            """
            SELECT source, board FROM claims JOIN boards b USING (source, board)
            WHERE trust = 'unconfirmed' AND b.employer_origin = 'directory'
            AND NOT EXISTS (
                SELECT 1 FROM postings p WHERE p.source = claims.source AND p.board = claims.board
                AND p.employer_origin = 'payload')
            """
        ).fetchall()
    return frozenset(rows)


def judge_claims(db: Database, judged: Iterable[Judgement], now: datetime) -> None:
    """Keep what became of claims. A contradicted name is taken off its board."""
    judged = list(judged)
    if not judged:
        return
    with db.write() as connection:
        for one in judged:
            connection.execute(
                "UPDATE claims SET trust = ?, said = ?, reason = ?, judged_at = ? "
                "WHERE source = ? AND board = ?",
                [str(one.trust), one.said, one.reason, now, one.source, one.board],
            )
        connection.execute(
            """
            UPDATE boards SET employer = NULL, employer_origin = NULL
            WHERE employer_origin = 'directory' AND EXISTS (
                SELECT 1 FROM claims c WHERE c.source = boards.source AND c.board = boards.board
                AND c.trust = 'contradicted')
            """
        )
