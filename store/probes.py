"""Boards that were asked for by guessing, so that none is guessed twice. They lie in the network
database: each was guessed from a contact's workplace."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from store.database import Database


@dataclass(frozen=True, slots=True)
class Probe:
    """A guessed board and its answer: `said` holds the employer names it gives itself."""

    source: str
    board: str
    workplace: str
    outcome: str
    said: Sequence[str]
    probed_at: datetime


def list_probes(db: Database) -> list[Probe]:
    with db.read() as duck:
        rows = duck.execute(
            "SELECT source, board, workplace, outcome, said, probed_at FROM probes "
            "ORDER BY source, board"
        ).fetchall()
    return [Probe(*row) for row in rows]


def add_probes(db: Database, probes: Sequence[Probe]) -> None:
    """Keep what guessed boards answered, in place of what they answered before."""
    with db.write() as duck:
        for one in probes:
            duck.execute(
                "DELETE FROM probes WHERE source = ? AND board = ?", [one.source, one.board]
            )
            duck.execute(
                "INSERT INTO probes VALUES (?, ?, ?, ?, ?::VARCHAR[], ?)",
                [one.source, one.board, one.workplace, one.outcome, list(one.said), one.probed_at],
            )
