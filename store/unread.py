"""Boards whose turn did not come: the next run reads them first."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from store.database import Database
from store.known import BoardKey


def note_unread(
    db: Database, read: Iterable[BoardKey], unread: Iterable[BoardKey], now: datetime
) -> None:
    """Keep which of the boards that a run wanted it has not read."""
    read, unread = list(read), list(unread)
    with db.write() as connection:
        for keys in (read, unread):
            connection.execute(
                """
                DELETE FROM left_unread WHERE (source, board) IN (
                    SELECT (unnest($source::VARCHAR[]), unnest($board::VARCHAR[])))
                """,
                {"source": [s for s, _ in keys], "board": [b for _, b in keys]},
            )
        connection.execute(
            "INSERT INTO left_unread SELECT unnest($source::VARCHAR[]), unnest($board::VARCHAR[]), "
            "$now",
            {"source": [s for s, _ in unread], "board": [b for _, b in unread], "now": now},
        )


def left_unread(db: Database) -> frozenset[BoardKey]:
    """The watched boards that are waiting."""
    with db.read() as connection:
        rows = connection.execute(
            "SELECT source, board FROM left_unread SEMI JOIN boards USING (source, board)"
        ).fetchall()
    return frozenset(rows)
