"""`inroad contacts review`, `merge` and `split`: who is one person is the user's to say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import click

from cli.context import Home, pass_home
from cli.safe import clean
from cli.who import ask, count, one

if TYPE_CHECKING:
    from store.decisions import Identity
    from store.network import Contact, Doubt


@click.command()
@click.option("--list", "only_list", is_flag=True, help="Print the pairs and decide nothing.")
@click.option("--decided", is_flag=True, help="Print what you have decided, the oldest first.")
@click.option("--undo", is_flag=True, help="Take the latest decision, merge or split back.")
@click.option(
    "--format",
    "shape",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="How --list prints the pairs.",
)
@pass_home
def review(home: Home, only_list: bool, decided: bool, undo: bool, shape: str) -> None:
    """Decide which contacts are one person.

    Shows pairs of contacts that may be one, from different files, with the reason for the doubt.
    Answer s (same), d (different), k (skip) or q (quit). Nobody is lost: --undo takes the latest
    decision back, and so it does the latest merge or split.
    """
    if sum((only_list, decided, undo)) > 1:
        raise click.UsageError("Give one of --list, --decided and --undo.")
    if decided:
        _print_decided(home)
    elif undo:
        _undo(home)
    elif only_list and shape == "json":
        _print_json(home)
    else:
        _decide(home, only_list)


@click.command()
@click.argument("who")
@click.argument("other")
@pass_home
def merge(home: Home, who: str, other: str) -> None:
    """Make one person of two contacts.

    WHO and OTHER as for `show`. Take it back with `inroad contacts review --undo`, or part them
    again with `inroad contacts split`.
    """
    first, second = one(home, who), one(home, other)
    if first.contact_id == second.contact_id:
        raise click.ClickException(f"{clean(first.name)} [{first.contact_id}] is one contact.")
    _keep(home, [(first.contact_id, second.contact_id, True)])
    kept = min(first.contact_id, second.contact_id)
    click.echo(
        f"{clean(first.name)} [{first.contact_id}] and {clean(second.name)} "
        f"[{second.contact_id}] are one person now: [{kept}]."
    )


@click.command()
@click.argument("who")
@click.argument("entries", nargs=-1, type=click.IntRange(1), metavar="[ENTRY]...")
@pass_home
def split(home: Home, who: str, entries: tuple[int, ...]) -> None:
    """Part a contact that is really two people.

    WHO as for `show`. Without ENTRY it lists what the contact is made of; with the numbers of some
    of these, they become a person of their own. Take it back with `inroad contacts review --undo`.
    """
    from store import network
    from store.decisions import Identity

    contact = one(home, who)
    made_of = network.entries(home.network, contact.contact_id)
    if not entries:
        click.echo(f"{clean(contact.name)} [{contact.contact_id}] is made of:")
        for number, entry in enumerate(made_of, 1):
            click.echo(
                f"  {number}  {clean(entry.name)}  {clean(_known_by(entry.key))}  "
                f"({entry.kind} as of {entry.taken_on}: {clean(entry.file)})"
            )
        if len(made_of) > 1:
            click.echo(f"To part them: inroad contacts split {contact.contact_id} NUMBER")
        return
    if max(entries) > len(made_of):
        raise click.UsageError(f"There is no entry {max(entries)}; there are {len(made_of)}.")
    if len(set(entries)) == len(made_of):
        raise click.UsageError("That is all of them: leave one at least.")
    off = [made_of[number - 1].key for number in sorted(set(entries))]
    stay = [entry.key for entry in made_of if entry.key not in off]
    _store(home, [Identity(mine, other, False, home.now) for mine in off for other in stay])
    click.echo(f"{clean(contact.name)} is two people now; see: inroad contacts list")


def _decide(home: Home, only_list: bool) -> None:
    doubts, people = _doubts(home)
    if not doubts:
        click.echo("Nothing to decide.")
        return
    said: list[tuple[int, int, bool]] = []
    try:
        for number, doubt in enumerate(doubts, start=1):
            click.echo(f"\n{number} of {len(doubts)}  {clean(doubt.reason)}")
            for contact_id in (doubt.contact_id, doubt.other_id):
                click.echo(f"   {_line(people[contact_id])}")
            if only_list:
                continue
            answers = ("same", "different", "k", "quit")
            answer = ask("   same, different, skip (k) or quit", answers, "k")
            if answer == "quit":
                break
            if answer != "k":
                said.append((doubt.contact_id, doubt.other_id, answer == "same"))
    finally:
        _keep(home, said)
    if not only_list:
        click.echo(f"\n{len(said)} decided, {len(doubts) - len(said)} left.")


def _doubts(home: Home) -> tuple[list[Doubt], dict[int, Contact]]:
    from store import network

    people = {c.contact_id: c for c in network.list_contacts(home.network)}
    return network.doubts(home.network), people


def _line(contact: Contact) -> str:
    now = next((e for e in contact.employments if e.is_current), None)
    where = f", {clean(now.employer)}" if now else ""
    known = contact.profile_url or (contact.emails[0] if contact.emails else "")
    return f"[{contact.contact_id}] {clean(contact.name)}{where}" + (
        f"  {clean(known)}" if known else ""
    )


def _print_json(home: Home) -> None:
    import json

    doubts, people = _doubts(home)
    records = [
        {
            "id": doubt.contact_id,
            "name": people[doubt.contact_id].name,
            "other_id": doubt.other_id,
            "other_name": people[doubt.other_id].name,
            "reason": doubt.reason,
        }
        for doubt in doubts
    ]
    click.echo(json.dumps(records, ensure_ascii=False, indent=2))


def _keep(home: Home, said: Sequence[tuple[int, int, bool]]) -> None:
    """Store decisions on pairs of contacts, each with a moment of its own, so that --undo takes
    back one."""
    from store.decisions import Identity
    from store.network import keys_of

    decided = []
    for nth, (contact_id, other_id, same) in enumerate(said):
        at = home.now + timedelta(microseconds=nth)
        ones, others = keys_of(home.network, contact_id), keys_of(home.network, other_id)
        decided += [Identity(a, b, same, at) for a in ones for b in others]
    _store(home, decided)


def _store(home: Home, decided: Sequence[Identity]) -> None:
    from cli.matching import contact_facts
    from matcher.contacts.deriving import derive
    from store.derivation import decide

    if decided:
        decide(home.network, decided, partial(derive, facts=contact_facts(home)))


def _print_decided(home: Home) -> None:
    decided = _by_moment(home)
    for at, several in decided.items():
        first = several[0]
        sign = "=" if first.same else "≠"
        more = f"  (and {count(len(several) - 1, 'more pair')})" if len(several) > 1 else ""
        click.echo(
            f"{at:%Y-%m-%d}  {clean(_known_by(first.one_key))}  {sign}  "
            f"{clean(_known_by(first.other_key))}{more}"
        )
    if not decided:
        click.echo("Nothing decided yet.")


def _undo(home: Home) -> None:
    from cli.matching import contact_facts
    from matcher.contacts.deriving import derive
    from store.derivation import undo_decision

    decided = _by_moment(home)
    if not decided:
        raise click.ClickException("Nothing decided yet.")
    at, several = list(decided.items())[-1]
    undo_decision(home.network, at, partial(derive, facts=contact_facts(home)))
    verb = "one person" if several[0].same else "two people"
    click.echo(
        f"Undone: {clean(_known_by(several[0].one_key))} and "
        f"{clean(_known_by(several[0].other_key))} are no longer {verb} by your word."
    )


def _by_moment(home: Home) -> dict[datetime, list[Identity]]:
    from store.decisions import list_identities

    found: dict[datetime, list[Identity]] = {}
    for decision in list_identities(home.network):
        found.setdefault(decision.decided_at, []).append(decision)
    return found


def _known_by(key: str) -> str:
    """A key as a person reads it: the address or name in it."""
    kind, _, rest = key.partition(":")
    known, bar, name = rest.partition("|")
    if kind == "card" and bar:
        return f"{name} <{known.partition(':')[2] or known}>" if known else name
    return known if kind == "name" else rest
