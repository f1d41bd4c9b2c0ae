"""What earlier runs learned, as the next one wants to know it."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from store.database import Connection, Database

_AT_ONCE = 50_000

BoardKey = tuple[str, str]
"""(source, board)."""


@dataclass(frozen=True, slots=True)
class LastReply:
    """What a board answered when it was last read: the same answer again says the same."""

    run: str
    body_hash: str
    listed: int
    request_hash: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    body_read_at: datetime | None = None
    """When the body itself was last seen; a 304 does not show one."""
    missing: bool = False
    """Whether an open posting was not in it."""


class Marks:
    """Fingerprints of list entries whose details are stored. Eight bytes each, so that those
    of a million postings are no matter; that two are equal by chance is not to be expected."""

    def __init__(self, ordered: array[int]) -> None:
        self._ordered = ordered

    def __contains__(self, mark: int) -> bool:
        at = bisect_left(self._ordered, mark)
        return at < len(self._ordered) and self._ordered[at] == mark

    def __len__(self) -> int:
        return len(self._ordered)


@dataclass(frozen=True, slots=True)
class Known:
    replies: Mapping[BoardKey, LastReply] = field(default_factory=dict)
    """Of boards whose newest read was one complete reply."""
    marks: Marks = field(default_factory=lambda: Marks(array("Q")))
    answered: Mapping[BoardKey, datetime] = field(default_factory=dict)
    """When a board last answered anything at all."""


def what_is_known(db: Database) -> Known:
    """All of it, in one short look."""
    with db.read() as connection:
        return Known(_replies(connection), _marks(connection), _answered(connection))


def known_ids(db: Database, source: str, board: str) -> frozenset[str]:
    """The ids of all postings that a board had when it was last read whole. Behind those that a
    read brought which broke off, there may be others that nobody has seen."""
    with db.read() as connection:
        rows = connection.execute(
            """
            SELECT external_id FROM postings
            WHERE source = $source AND board = $board AND first_seen <= (
                SELECT max(finished_at) FROM board_reads
                WHERE source = $source AND board = $board AND complete)
            """,
            {"source": source, "board": board},
        ).fetchall()
    return frozenset(external_id for (external_id,) in rows)


def _replies(connection: Connection) -> dict[BoardKey, LastReply]:
    rows = connection.execute(
        """
        WITH newest AS (
            SELECT r.* FROM board_reads r JOIN runs USING (run)
            QUALIFY row_number() OVER (
                PARTITION BY r.source, r.board ORDER BY runs.started_at DESC, r.run DESC) = 1
            AND r.body_hash IS NOT NULL AND r.complete
        ), missing AS (
            SELECT DISTINCT source, board FROM postings
            WHERE closed_at IS NULL AND missing_reads > 0
        )
        SELECT n.source, n.board, n.run, n.body_hash, n.listed, n.request_hash, n.etag,
               n.last_modified, n.body_read_at, m.board IS NOT NULL
        FROM newest n LEFT JOIN missing m ON m.source = n.source AND m.board = n.board
        """
    ).fetchall()
    return {(source, board): LastReply(*rest) for source, board, *rest in rows}


def _marks(connection: Connection) -> Marks:
    found = array("Q")
    result = connection.execute(
        "SELECT DISTINCT list_mark FROM postings WHERE list_mark IS NOT NULL ORDER BY list_mark"
    )
    while rows := result.fetchmany(_AT_ONCE):
        found.extend(mark for (mark,) in rows)
    return Marks(found)


def _answered(connection: Connection) -> dict[BoardKey, datetime]:
    rows = connection.execute(
        "SELECT source, board, max(started_at) FROM board_reads "
        "WHERE outcome IS NOT NULL AND outcome <> 'failed' GROUP BY ALL"
    ).fetchall()
    return {(source, board): at for source, board, at in rows}
