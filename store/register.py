"""An office's register: when somebody was last asked, known by keyed digests only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from store.database import Database


def last_asked(db: Database) -> dict[str, date]:
    """Digest → the last day its owner was asked."""
    with db.read() as duck:
        return dict(
            duck.execute("SELECT identity, max(asked_on) FROM asked GROUP BY identity").fetchall()
        )


def remember(db: Database, identities: Sequence[str], on: date, keep_since: date) -> None:
    """Note that the owner of some digests was asked; days before `keep_since` are dropped."""
    with db.write() as duck:
        duck.execute("DELETE FROM asked WHERE asked_on < ?", [keep_since])
        for identity in identities:
            duck.execute("INSERT INTO asked VALUES (?, ?)", [identity, on])


def forget(db: Database, identities: Sequence[str]) -> None:
    """Drop what is known by some digests, down to the bytes of the file."""
    with db.write() as duck:
        duck.execute(
            "DELETE FROM asked WHERE list_contains(?::VARCHAR[], identity)", [list(identities)]
        )
    db.rewrite()


def days_of(known: Mapping[str, date], identities: Sequence[str]) -> date | None:
    """The last day somebody with any of these digests was asked."""
    return max((known[one] for one in identities if one in known), default=None)
