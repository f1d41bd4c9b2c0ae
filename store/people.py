"""The user's own word about people besides where they work: ratings, blocks, what was given."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from store.asks import numbers_now
from store.database import Database


class Rating(NamedTuple):
    """How well the user knows a contact: 0 (hardly) to 4 (very well)."""

    contact_id: int
    rating: int
    on: date


class Block(NamedTuple):
    """A contact, or an employer with its group, that is not to be asked; for ever where `until` is
    None."""

    contact_id: int | None
    employer: str | None
    reason: str
    until: date | None
    on: date


class Gift(NamedTuple):
    """Something given to a contact (`direction` "given") or by them ("received")."""

    gift_id: int
    contact_id: int
    kind: str
    direction: str
    note: str | None
    on: date


def ratings(db: Database) -> dict[int, Rating]:
    """Contact → the user's rating."""
    with db.read() as duck:
        now = numbers_now(duck)
        rows = duck.execute(
            "SELECT contact_id, rating, rated_on FROM ratings ORDER BY rated_on, rowid"
        ).fetchall()
    return {now.get(n, n): Rating(now.get(n, n), rating, on) for n, rating, on in rows}


def rate(db: Database, rating: Rating) -> None:
    """Keep a rating; the one before makes way."""
    with db.write() as duck:
        duck.execute("DELETE FROM ratings WHERE contact_id = ?", [rating.contact_id])
        duck.execute("INSERT INTO ratings VALUES (?, ?, ?)", list(rating))


def unrate(db: Database, contact_id: int) -> None:
    """Take a rating back."""
    with db.write() as duck:
        duck.execute("DELETE FROM ratings WHERE contact_id = ?", [contact_id])


def blocks(db: Database) -> list[Block]:
    """Everybody and every employer not to be asked, the oldest first."""
    with db.read() as duck:
        now = numbers_now(duck)
        rows = duck.execute(
            "SELECT contact_id, employer, reason, until_on, added_on FROM blocks "
            "ORDER BY added_on, rowid"
        ).fetchall()
    return [Block(now.get(n, n) if n is not None else None, *rest) for n, *rest in rows]


def block(db: Database, one: Block) -> None:
    """Keep a block; an earlier one on the same contact or employer makes way."""
    with db.write() as duck:
        duck.execute(
            "DELETE FROM blocks WHERE contact_id = $1 OR employer = $2",
            [one.contact_id, one.employer],
        )
        duck.execute("INSERT INTO blocks VALUES (?, ?, ?, ?, ?)", list(one))


def unblock(db: Database, contact_id: int | None, employer: str | None) -> int:
    """Take blocks on a contact or an employer back; how many there were."""
    with db.write() as duck:
        rows = duck.execute(
            "DELETE FROM blocks WHERE contact_id = $1 OR employer = $2", [contact_id, employer]
        ).fetchall()
    return int(rows[0][0])


def gifts(db: Database) -> list[Gift]:
    """Everything given and received, the oldest first."""
    with db.read() as duck:
        now = numbers_now(duck)
        rows = duck.execute(
            "SELECT gift_id, contact_id, kind, direction, note, given_on FROM gifts "
            "ORDER BY given_on, gift_id"
        ).fetchall()
    return [Gift(number, now.get(n, n), *rest) for number, n, *rest in rows]


def give(db: Database, gift: Gift) -> int:
    """Keep a gift under the next number, which is returned; its own is ignored."""
    with db.write() as duck:
        last = duck.execute("SELECT coalesce(max(gift_id), 0) + 1 FROM gifts").fetchall()[0][0]
        duck.execute("INSERT INTO gifts VALUES (?, ?, ?, ?, ?, ?)", [last, *gift[1:]])
    return int(last)


def take_back(db: Database, gift_id: int) -> int:
    """Delete a gift from the ledger; how many there were."""
    with db.write() as duck:
        rows = duck.execute("DELETE FROM gifts WHERE gift_id = ?", [gift_id]).fetchall()
    return int(rows[0][0])
