"""What became of single postings over time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from store.database import Connection, Database

CHANGES_KEPT = 40
"""Of one posting, the newest; so a field that flips at every read does not fill the disk."""
_NEWEST_TEXT_CHANGES = """
    SELECT before FROM posting_changes WHERE field = 'text'
    QUALIFY row_number() OVER (PARTITION BY source, board, external_id ORDER BY seen_at DESC) = 1
"""


@dataclass(frozen=True, slots=True)
class Change:
    """One field of a posting that came to say something else. `text` stands for the description:
    `before` and `after` are hashes there. `closed_at` without an `after` is a posting that came
    back."""

    seen_at: datetime
    field: str
    before: str | None
    after: str | None


def changes_of(db: Database, source: str, board: str, external_id: str) -> list[Change]:
    """The known changes of a posting, the newest first."""
    with db.read() as connection:
        rows = connection.execute(
            "SELECT seen_at, field, before, after FROM posting_changes "
            "WHERE source = ? AND board = ? AND external_id = ? ORDER BY seen_at DESC, field",
            [source, board, external_id],
        ).fetchall()
    return [Change(*row) for row in rows]


def text_of(db: Database, text_hash: str) -> str | None:
    """A description by its hash; None where it is not kept any more."""
    with db.read() as connection:
        found = connection.execute(
            "SELECT description FROM posting_texts WHERE text_hash = ?", [text_hash]
        ).fetchall()
    return found[0][0] if found else None


def forget_oldest(connection: Connection) -> None:
    """Drop changes beyond CHANGES_KEPT a posting, and texts that no posting has any more; of each
    posting the text before its newest change stays, to show what was changed."""
    connection.execute(
        f"""
        DELETE FROM posting_changes WHERE rowid IN (
            SELECT c.rowid FROM posting_changes c SEMI JOIN (
                SELECT source, board, external_id FROM posting_changes
                GROUP BY ALL HAVING count(*) > {CHANGES_KEPT}
            ) AS many USING (source, board, external_id)
            QUALIFY row_number() OVER (
                PARTITION BY source, board, external_id ORDER BY seen_at DESC) > {CHANGES_KEPT}
        )
        """
    )
    connection.execute(
        f"""
        DELETE FROM posting_texts
        WHERE text_hash NOT IN (SELECT text_hash FROM postings)
          AND text_hash NOT IN ({_NEWEST_TEXT_CHANGES})
        """
    )
