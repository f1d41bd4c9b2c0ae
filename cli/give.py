"""`inroad give`: what you gave to those who help, and what they gave besides."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from cli.asking import ON, Names, happened, names
from cli.context import Home, pass_home
from cli.safe import clean
from cli.who import one

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matcher.asks.giving import Balance, Idea

KINDS = ("article", "introduction", "endorsement", "candidate", "feedback", "time", "other")
_SHAPE = click.option(
    "--format",
    "shape",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="How to print it.",
)


@click.group()
def give() -> None:
    """Remember what you gave, and see whose turn it is."""


def _entry(name: str, direction: str, about: str) -> click.Command:
    @click.command(name, help=about)
    @click.argument("who")
    @click.option("--what", type=click.Choice(KINDS), default="other", help="What it was.")
    @click.option("--note", metavar="TEXT", help="In your own words.")
    @ON
    @pass_home
    def command(home: Home, who: str, what: str, note: str | None, on: date | None) -> None:
        from store import people
        from store.people import Gift

        contact = one(home, who)
        gift = Gift(0, contact.contact_id, what, direction, note, happened(home, on))
        number = people.give(home.network, gift)
        balance = _balances(home)[contact.contact_id]
        click.echo(f"Kept [{number}]. {clean(contact.name)}: {balance.words()}")

    made: click.Command = command
    return made


give.add_command(_entry("to", "given", "You gave something to WHO."))
give.add_command(_entry("from", "received", "WHO gave something to you, beside your asks."))


@give.command()
@click.argument("number", type=int, metavar="ID")
@pass_home
def undo(home: Home, number: int) -> None:
    """Take an entry back; ID is the number in `give list`."""
    from store import people

    if not people.take_back(home.network, number):
        raise click.ClickException(f"There is no entry {number}. See: inroad give list")
    click.echo("Taken back.")


@give.command("list")
@click.argument("who", required=False)
@_SHAPE
@pass_home
def list_(home: Home, who: str | None, shape: str) -> None:
    """Show what passed between you and each who helped, in words."""
    only = one(home, who).contact_id if who else None
    found = [b for n, b in _balances(home).items() if only in (None, n)]
    _print(found, names(home), shape, {})


@give.command()
@_SHAPE
@pass_home
def first(home: Home, shape: str) -> None:
    """Show who helped you and was given nothing of late, and what you might give."""
    found = waiting(home)
    _print(found, names(home), shape, gift_ideas(home, found))


def waiting(home: Home) -> list[Balance]:
    """Whose turn it is to be given something, the longest waiting first."""
    from matcher.asks.giving import give_first
    from store import people

    today = home.now.date()
    blocked = {b.contact_id for b in people.blocks(home.network) if _holds(b.until, today)}
    every = int(home.settings.limits["give_every"])
    return [b for b in give_first(_balances(home), today, every) if b.contact_id not in blocked]


def _holds(until: date | None, today: date) -> bool:
    return until is None or until > today


def _balances(home: Home) -> dict[int, Balance]:
    from matcher.asks.giving import balances
    from store import asks, people

    with home.network.read():
        ledger, gifts = asks.list_asks(home.network), people.gifts(home.network)
        referrals = asks.referrals(home.network)
    # Whom a connector introduced is an introduction already, not a name besides.
    through = {(a.ask_id, a.contact_id) for a in ledger if a.kind == "introduction"}
    named = Counter(r.named_by for r in referrals if (r.ask_id, r.named_by) not in through)
    return balances(ledger, named, gifts)


def gift_ideas(home: Home, found: Sequence[Balance]) -> dict[int, list[Idea]]:
    """Contact → what might be of use to them, out of saved and open postings and good contacts."""
    from cli.knowing import functions
    from matcher.asks.giving import ideas
    from store import people
    from store.network import some_contacts, wanted, workplaces
    from store.postings import newest_postings

    if not found:
        return {}
    words = functions(home)
    postings = [(w.title, w.employer) for w in wanted(home.network) if w.title]
    if home.postings.path.exists():
        postings += newest_postings(home.postings, 500, home.now)
    saved = [(t, e, words.work(t).family) for t, e in postings]
    good = {n for n, r in people.ratings(home.network).items() if r.rating >= 2}
    good |= {b.contact_id for b in found}
    others = [
        (w.contact_id, w.name, w.employer, words.work(w.title).family)
        for w in workplaces(home.network)
        if w.relation == "current" and w.contact_id in good
    ]
    result = {}
    for number, contact in some_contacts(home.network, [b.contact_id for b in found]).items():
        now = [e for e in contact.employments if e.is_current]
        family = next((f for e in now if (f := words.work(e.title).family)), None)
        at = [e.employer for e in now]
        people_too = [o[1:] for o in others if o[0] != number]
        result[number] = ideas(family, at, saved, people_too)
    return result


def _print(
    found: Sequence[Balance], people: Names, shape: str, suggested: dict[int, list[Idea]]
) -> None:
    if shape == "json":
        import json

        records = [_record(b, people, suggested) for b in found]
        click.echo(json.dumps(records, ensure_ascii=False, indent=2, default=str))
        return
    for balance in found:
        click.echo(f"{people[balance.contact_id]} [{balance.contact_id}]: {balance.words()}")
        for gift in (*balance.given, *balance.received):
            note = f": {clean(gift.note)}" if gift.note else ""
            click.secho(
                f"   [{gift.gift_id}] {gift.on} {gift.direction} {gift.kind}{note}", dim=True
            )
        for idea in suggested.get(balance.contact_id, ()):
            click.echo(f"   idea: {clean(idea.text)}")
    if not found:
        click.echo("Nobody is waiting for anything.")


def _record(balance: Balance, people: Names, suggested: dict[int, list[Idea]]) -> dict[str, Any]:
    return {
        "contact_id": balance.contact_id,
        "contact": people[balance.contact_id],
        "answered": len(balance.helped),
        "introductions": balance.introduced,
        "named": balance.named,
        "thanked": balance.thanked,
        "unthanked": balance.unthanked,
        "given": [g._asdict() for g in balance.given],
        "received": [g._asdict() for g in balance.received],
        "balance": balance.words(),
        "ideas": [clean(i.text) for i in suggested.get(balance.contact_id, ())],
    }
