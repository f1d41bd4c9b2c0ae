"""The ledger of asks: what was asked of whom, how far it is, and every change of it.

Days are dates as the user lives them; the moments of events are naive UTC. A contact's number in
what is read is the number they have now, whatever was merged or split since.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any, NamedTuple

from store.database import Connection as Duck
from store.database import Database


@dataclass(frozen=True, slots=True)
class Ask:
    """One request made of one contact.

    `contact_id` is whom it is made of: the connector of an introduction, else the one whose
    minutes are asked for. `target_id` is whom an introduction is to lead to where that is a
    contact; `via_id` is who named the contact of a second step. `posting` is the posting's id.
    """

    ask_id: int
    kind: str
    stage: str
    contact_id: int
    employer: str
    created_on: date
    target_id: int | None = None
    via_id: int | None = None
    posting: str | None = None
    posting_title: str | None = None
    posting_url: str | None = None
    is_general: bool = False
    """Whether it speaks of the employer only: its posting has closed."""
    is_confidential: bool = False
    channel: str | None = None
    may_use_name: str = "unknown"
    heads_up_on: date | None = None
    sent_on: date | None = None
    follow_ups: int = 0
    followed_up_on: date | None = None
    agreed_on: date | None = None
    introduced_on: date | None = None
    talked_on: date | None = None
    due_on: date | None = None
    """The user's own day for the next step, where they set one."""
    outcome: str | None = None
    outcome_on: date | None = None
    referral_asked: str | None = None
    """named · none · not asked, once they talked."""
    thanked_target_on: date | None = None
    thanked_connector_on: date | None = None


class Event(NamedTuple):
    """One change of an ask: `stage` is the one it led to."""

    ask_id: int
    at: datetime
    on: date
    what: str
    stage: str
    reason: str | None = None


class Said(NamedTuple):
    """One fact kept with an ask; `value` is JSON."""

    path: str
    value: str
    origin: str
    origin_on: date | None = None


class Referral(NamedTuple):
    """A contact whom another one named."""

    ask_id: int
    contact_id: int
    named_by: int
    on: date


class Override(NamedTuple):
    """A limit set aside for one ask."""

    ask_id: int
    block: str
    reason: str
    at: datetime


_COLUMNS = tuple(field.name for field in fields(Ask))
_PEOPLE = ("contact_id", "target_id", "via_id")


def list_asks(db: Database) -> list[Ask]:
    """Every ask, the oldest first."""
    with db.read() as duck:
        now = _now(duck)
        rows = duck.execute(f"SELECT {', '.join(_COLUMNS)} FROM asks ORDER BY ask_id").fetchall()
    return [_ask(row, now) for row in rows]


def get_ask(db: Database, ask_id: int) -> Ask | None:
    """One ask; None where there is no such number."""
    return next((ask for ask in list_asks(db) if ask.ask_id == ask_id), None)


def add(db: Database, ask: Ask, said: Iterable[Said], event: Event) -> Ask:
    """Add an ask under the next number, one that no ask ever had."""
    with db.write() as duck:
        number = duck.execute("SELECT ask_id + 1 FROM last_ask").fetchall()[0][0]
        duck.execute("UPDATE last_ask SET ask_id = ?", [number])
        values = asdict(ask) | {"ask_id": number}
        marks = ", ".join("?" * len(_COLUMNS))
        duck.execute(
            f"INSERT INTO asks ({', '.join(_COLUMNS)}) VALUES ({marks})",
            [values[name] for name in _COLUMNS],
        )
        _say(duck, number, said)
        _note(duck, event._replace(ask_id=number))
    return Ask(**values)


def change(db: Database, ask: Ask, event: Event, said: Iterable[Said] = ()) -> None:
    """Store an ask as it is now, with the event that made it so and facts to keep with it."""
    values = asdict(ask)
    names = [name for name in _COLUMNS if name not in ("ask_id", "contact_id")]
    with db.write() as duck:
        duck.execute(
            f"UPDATE asks SET {', '.join(f'{name} = ?' for name in names)} WHERE ask_id = ?",
            [*(values[name] for name in names), ask.ask_id],
        )
        _say(duck, ask.ask_id, said)
        _note(duck, event)


def said(db: Database, ask_id: int) -> list[Said]:
    """The facts kept with an ask."""
    with db.read() as duck:
        rows = duck.execute(
            "SELECT path, value, origin, origin_on FROM ask_facts WHERE ask_id = ? ORDER BY path",
            [ask_id],
        ).fetchall()
    return [Said(*row) for row in rows]


def unsay(db: Database, ask_id: int, paths: Sequence[str]) -> None:
    """Drop facts kept with an ask."""
    with db.write() as duck:
        duck.execute(
            "DELETE FROM ask_facts WHERE ask_id = ? AND list_contains(?::VARCHAR[], path)",
            [ask_id, list(paths)],
        )


def events(db: Database, ask_id: int | None = None) -> list[Event]:
    """What happened to one ask or to all, in order."""
    only = "WHERE ask_id = ?" if ask_id is not None else ""
    with db.read() as duck:
        rows = duck.execute(
            f"SELECT ask_id, noted_at, on_day, what, stage, reason FROM ask_events {only} "
            "ORDER BY noted_at, rowid",
            [ask_id] if ask_id is not None else [],
        ).fetchall()
    return [Event(*row) for row in rows]


def referrals(db: Database) -> list[Referral]:
    """Who was named by whom, the oldest first."""
    with db.read() as duck:
        now = _now(duck)
        rows = duck.execute(
            "SELECT ask_id, contact_id, named_by, named_on FROM referrals ORDER BY named_on, rowid"
        ).fetchall()
    return [Referral(a, now.get(c, c), now.get(by, by), on) for a, c, by, on in rows]


def add_referrals(db: Database, named: Iterable[Referral]) -> None:
    with db.write() as duck:
        for one in named:
            duck.execute("INSERT INTO referrals VALUES (?, ?, ?, ?)", list(one))


def overrides(db: Database) -> list[Override]:
    """Every limit that was set aside, the oldest first."""
    with db.read() as duck:
        rows = duck.execute(
            "SELECT ask_id, block, reason, noted_at FROM overrides ORDER BY noted_at, rowid"
        ).fetchall()
    return [Override(*row) for row in rows]


def add_override(db: Database, override: Override) -> None:
    with db.write() as duck:
        duck.execute("INSERT INTO overrides VALUES (?, ?, ?, ?)", list(override))


def numbers_now(duck: Duck) -> dict[int, int]:
    """Number once given → the number of the same person now, where that is another one."""
    return dict(
        duck.execute(
            "SELECT number, contact_id FROM numbers_now WHERE number <> contact_id"
        ).fetchall()
    )


_now = numbers_now


def _ask(row: Sequence[Any], now: Mapping[int, int]) -> Ask:
    values = dict(zip(_COLUMNS, row, strict=True))
    for name in _PEOPLE:
        values[name] = now.get(values[name], values[name])
    return Ask(**values)


def _say(duck: Duck, ask_id: int, said: Iterable[Said]) -> None:
    for one in said:
        duck.execute("DELETE FROM ask_facts WHERE ask_id = ? AND path = ?", [ask_id, one.path])
        duck.execute("INSERT INTO ask_facts VALUES (?, ?, ?, ?, ?)", [ask_id, *one])


def _note(duck: Duck, event: Event) -> None:
    duck.execute("INSERT INTO ask_events VALUES (?, ?, ?, ?, ?, ?)", list(event))
