"""Directories: lists of boards that others keep, to find the boards of an employer in.

They are apart from the boards that are watched, and nothing in them is believed before the board
itself has said whose it is (store/claims.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from store.database import Database


@dataclass(frozen=True, slots=True)
class DirectoryBoard:
    """One row of a directory; `employer` is None where the row has no name."""

    directory: str
    source: str
    board: str
    url: str
    employer: str | None


@dataclass(frozen=True, slots=True)
class Directory:
    """An imported directory: how many boards it holds, and how many rows named none."""

    name: str
    file: str
    imported_at: datetime
    boards: int
    unusable: int


def replace_directory(
    db: Database,
    name: str,
    file: str,
    boards: Sequence[DirectoryBoard],
    unusable: int,
    now: datetime,
) -> bool:
    """Keep a directory in place of the one of that name; whether there was one. A board that
    several rows name is kept once, by the first of them."""
    rows = {(b.source, b.board): b for b in reversed(boards)}.values()
    with db.write() as connection:
        known = connection.execute(
            "DELETE FROM directories WHERE directory = ? RETURNING directory", [name]
        ).fetchall()
        connection.execute("DELETE FROM directory_boards WHERE directory = ?", [name])
        connection.execute(
            "INSERT INTO directories VALUES (?, ?, ?, ?)", [name, file, now, unusable]
        )
        if rows:
            connection.execute(
                """
                INSERT INTO directory_boards SELECT $name, * FROM (
                    SELECT unnest($source) AS source, unnest($board) AS board,
                           unnest($url) AS url, unnest($employer::VARCHAR[]) AS employer)
                ORDER BY lower(employer), source, board
                """,
                {
                    "name": name,
                    "source": [b.source for b in rows],
                    "board": [b.board for b in rows],
                    "url": [b.url for b in rows],
                    "employer": [b.employer for b in rows],
                },
            )
    return bool(known)


def list_directories(db: Database) -> list[Directory]:
    with db.read() as connection:
        rows = connection.execute(
            """
            SELECT d.directory, d.file, d.imported_at, count(b.board), d.unusable
            FROM directories d LEFT JOIN directory_boards b USING (directory)
            GROUP BY ALL ORDER BY d.directory
            """
        ).fetchall()
    return [Directory(*row) for row in rows]


def remove_directory(db: Database, name: str) -> bool:
    """Forget a directory; boards that are watched stay. Whether there was one."""
    with db.write() as connection:
        connection.execute("DELETE FROM directory_boards WHERE directory = ?", [name])
        gone = connection.execute(
            "DELETE FROM directories WHERE directory = ? RETURNING directory", [name]
        ).fetchall()
    return bool(gone)


def unwatched_boards(db: Database) -> list[DirectoryBoard]:
    """Every board of every directory that is not watched yet, by board and directory."""
    with db.read() as connection:
        rows = connection.execute(
            """
            SELECT d.directory, d.source, d.board, d.url, d.employer
            FROM directory_boards d ANTI JOIN boards b USING (source, board)
            ORDER BY d.source, d.board, d.directory
            """
        ).fetchall()
    return [DirectoryBoard(*row) for row in rows]
