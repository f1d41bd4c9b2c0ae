"""Boards whose turn did not come: the next run reads them first.

A run notes what it is going to read before it begins, so that it may end in any way.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from store.database import Connection, Database
from store.known import BoardKey

_UNREAD = """
    SELECT t.source, t.board FROM turns t SEMI JOIN boards b USING (source, board)
    WHERE NOT EXISTS (
        SELECT 1 FROM board_reads r WHERE r.source = t.source AND r.board = t.board
        AND r.outcome IS NOT NULL AND r.finished_at >= t.due_since)
"""


def note_turns(db: Database, boards: Iterable[BoardKey], now: datetime) -> None:
    """A run is going to read these; those that wait already have been waiting for longer."""
    keys = list(boards)
    with db.write() as connection:
        waiting = _unread(connection)
        connection.execute(
            "DELETE FROM turns WHERE (source, board) NOT IN "
            "(SELECT (unnest($source::VARCHAR[]), unnest($board::VARCHAR[])))",
            {"source": [s for s, _ in waiting], "board": [b for _, b in waiting]},
        )
        connection.execute(
            "INSERT INTO turns SELECT source, board, $now FROM ("
            "SELECT unnest($source::VARCHAR[]) AS source, unnest($board::VARCHAR[]) AS board) "
            "ANTI JOIN turns USING (source, board)",
            {"source": [s for s, _ in keys], "board": [b for _, b in keys], "now": now},
        )


def left_unread(db: Database) -> frozenset[BoardKey]:
    """The watched boards that a run was going to read, and none has read since."""
    with db.read() as connection:
        return frozenset(_unread(connection))


def _unread(connection: Connection) -> list[BoardKey]:
    return connection.execute(_UNREAD).fetchall()
