"""What the user has seen of targets and postings. In the network database: targets are people."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from store.database import Database

TargetKey = tuple[str, int]
"""(key of the employer's name, contact_id)."""
PostingKey = tuple[str, str, str]
"""(source, board, external_id)."""
How = Literal["shown", "told"]
"""Shown on the screen, or counted in a notification only."""


@dataclass(frozen=True, slots=True)
class Seen:
    targets: Collection[TargetKey] = frozenset()
    postings: Collection[PostingKey] = frozenset()


def seen(db: Database, how: How) -> Seen:
    """What was shown; for "told" what was told of without having been shown, too."""
    where = "shown_at IS NOT NULL" if how == "shown" else "true"
    with db.read() as duck:
        targets = duck.execute(
            f"SELECT employer_key, contact_id FROM seen_targets WHERE {where}"
        ).fetchall()
        postings = duck.execute(
            f"SELECT source, board, external_id FROM seen_postings WHERE {where}"
        ).fetchall()
    return Seen(frozenset(targets), frozenset(postings))


def note_seen(
    db: Database,
    targets: Collection[TargetKey],
    postings: Collection[PostingKey],
    how: How,
    now: datetime,
) -> None:
    """Keep that these were seen. What is kept of people who are no contacts any more goes."""
    at = f"{how}_at"
    with db.write() as duck:
        duck.execute(
            "DELETE FROM seen_targets WHERE contact_id NOT IN (SELECT contact_id FROM contacts)"
        )
        duck.execute(
            f"""
            MERGE INTO seen_targets AS s USING (
                SELECT unnest($keys::VARCHAR[]) AS employer_key,
                       unnest($ids::INTEGER[]) AS contact_id) AS n
            ON s.employer_key = n.employer_key AND s.contact_id = n.contact_id
            WHEN MATCHED THEN UPDATE SET {at} = coalesce(s.{at}, $now)
            WHEN NOT MATCHED THEN INSERT (employer_key, contact_id, {at})
                VALUES (n.employer_key, n.contact_id, $now)
            """,
            {"keys": [k for k, _ in targets], "ids": [i for _, i in targets], "now": now},
        )
        duck.execute(
            f"""
            MERGE INTO seen_postings AS s USING (
                SELECT unnest($source::VARCHAR[]) AS source, unnest($board::VARCHAR[]) AS board,
                       unnest($id::VARCHAR[]) AS external_id) AS n
            ON s.source = n.source AND s.board = n.board AND s.external_id = n.external_id
            WHEN MATCHED THEN UPDATE SET {at} = coalesce(s.{at}, $now)
            WHEN NOT MATCHED THEN INSERT (source, board, external_id, {at})
                VALUES (n.source, n.board, n.external_id, $now)
            """,
            {
                "source": [s for s, _, _ in postings],
                "board": [b for _, b, _ in postings],
                "id": [i for _, _, i in postings],
                "now": now,
            },
        )
