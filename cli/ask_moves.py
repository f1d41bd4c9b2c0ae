"""The verbs of `inroad ask`: what happened to an ask, told by the user."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from cli.asking import ON, OVERRIDE, REASON, happened, history, keep, names, one_ask, refuse
from cli.context import Home, pass_home
from cli.safe import clean
from matcher.asks.stages import VERBS

if TYPE_CHECKING:
    from matcher.asks.facts import Fact
    from matcher.contacts.named import Named
    from store.asks import Ask

NUMBER = click.argument("number", type=int, metavar="ID")
_SIMPLE = (
    *("follow-up", "target-ok", "introduced", "no-reply", "pause", "resume"),
    *("withdraw", "close", "reopen", "general"),
)


def _simple(name: str) -> click.Command:
    @click.command(name, help=VERBS[name].about)
    @NUMBER
    @ON
    @REASON
    @pass_home
    def command(home: Home, number: int, on: date | None, reason: str | None) -> None:
        moved(home, one_ask(home, number), name, on, reason)

    made: click.Command = command
    return made


def _gated(name: str) -> click.Command:
    """A verb that the limits stand before."""

    @click.command(name, help=VERBS[name].about)
    @NUMBER
    @ON
    @REASON
    @OVERRIDE
    @pass_home
    def command(
        home: Home, number: int, on: date | None, reason: str | None, overrides: tuple[str, ...]
    ) -> None:
        from matcher.asks.stages import move

        ask = one_ask(home, number)
        move(ask, name, happened(home, on), reason)  # refused before any limit is set aside
        left = hold(home, ask, overrides)
        if name == "sent" and ask.kind == "second_step":
            unlock(home, ask, left)
        moved(home, ask, name, on, reason)
        if name == "sent" and ask.kind != "reconnect":
            from cli.office_home import remember_asked

            remember_asked(home, ask.contact_id, happened(home, on))

    made: click.Command = command
    return made


def moved(
    home: Home,
    ask: Ask,
    name: str,
    on: date | None,
    reason: str | None = None,
    facts: Mapping[str, Fact[Any]] | None = None,
    **changes: Any,
) -> Ask:
    """Move an ask, keep what happened, and say where it stands now."""
    from cli.ask import _say_next
    from matcher.asks.stages import before, move
    from store import asks
    from store.asks import Event

    day = happened(home, on)
    back = before(ask, asks.events(home.network, ask.ask_id))
    after = replace(move(ask, name, day, reason, back), **changes)
    kept = keep(facts or {})
    asks.change(
        home.network, after, Event(ask.ask_id, home.now, day, name, after.stage, reason), kept
    )
    click.echo(f"Ask {ask.ask_id}: {after.stage.replace('_', ' ')}, {day}.")
    _say_next(home, after)
    return after


def hold(home: Home, ask: Ask, overrides: Sequence[str]) -> list[str]:
    """Refuse an ask that a limit stands against; each reason sets one limit aside, for good. The
    reasons that were not needed."""
    from store.asks import Override, add_override

    limits = history(home)
    left = [reason for reason in overrides if reason.strip()]
    while stop := limits.stop(ask.contact_id, ask.employer, ask.posting, ask):
        if not left:
            raise refuse(stop)
        override = Override(ask.ask_id, stop.block, left.pop(0), home.now)
        add_override(home.network, override)
        limits.set_aside(override)
        click.echo(f"Set aside: {clean(stop)}", err=True)
    return left


def unlock(home: Home, ask: Ask, overrides: Sequence[str]) -> None:
    """Refuse a message to a target who has not been told of the user, unless a reason was given
    for it now or before."""
    from matcher.asks.errors import Locked
    from matcher.asks.stages import HEADS_UP, is_unlocked
    from store.asks import Override, add_override
    from store.asks import overrides as kept

    if is_unlocked(ask):
        return
    if any(o.ask_id == ask.ask_id and o.block == HEADS_UP for o in kept(home.network)):
        return
    reasons = [reason for reason in overrides if reason.strip()]
    if not reasons:
        missing = [
            *(["their leave to be named"] if ask.may_use_name != "yes" else []),
            *(["that they called ahead"] if ask.heads_up_on is None else []),
        ]
        raise Locked(
            f"The message to the target of ask {ask.ask_id} is locked: {' and '.join(missing)} "
            f"is missing. Record it: inroad ask heads-up {ask.ask_id} --may-use-name yes. With a "
            'good reason: the same with --override "…".'
        )
    add_override(home.network, Override(ask.ask_id, HEADS_UP, reasons[0], home.now))
    click.echo("Set aside: nobody has called ahead.", err=True)


@click.command(help=VERBS["agreed"].about)
@NUMBER
@click.option("--call-at", metavar="WHEN", help="When you will talk: 2026-12-01T10:00.")
@click.option("--may-use-name", type=click.Choice(["yes", "no"]), help="Whether you may name them.")
@ON
@REASON
@pass_home
def agreed(
    home: Home,
    number: int,
    call_at: str | None,
    may_use_name: str | None,
    on: date | None,
    reason: str | None,
) -> None:
    ask = one_ask(home, number)
    changes = {"may_use_name": may_use_name} if may_use_name else {}
    moved(home, ask, "agreed", on, reason, _fact("ask.call_at", call_at), **changes)


@click.command("heads-up", help=VERBS["heads-up"].about)
@NUMBER
@click.option(
    "--may-use-name",
    type=click.Choice(["yes", "no"]),
    required=True,
    help="Whether you may name who called ahead.",
)
@ON
@REASON
@pass_home
def heads_up(
    home: Home, number: int, may_use_name: str, on: date | None, reason: str | None
) -> None:
    ask = one_ask(home, number)
    day = happened(home, on)
    moved(home, ask, "heads-up", on, reason, heads_up_on=day, may_use_name=may_use_name)


@click.command()
@NUMBER
@click.option("--by", type=click.Choice(["target", "connector"]), help="Who said no.")
@click.option("--never", is_flag=True, help="They do not want to be asked again, ever.")
@ON
@REASON
@pass_home
def decline(
    home: Home, number: int, by: str | None, never: bool, on: date | None, reason: str | None
) -> None:
    """Somebody has said no. Thank them; they are not asked again for half a year."""
    from matcher.asks.stages import thanks_contact
    from store.people import Block, block

    ask = one_ask(home, number)
    asked = "connector" if ask.kind == "introduction" else "target"
    who = thanks_contact(ask, by or asked)
    words = [f"by the {by}" if by else None, "never again" if never else None, reason]
    moved(home, ask, "decline", on, ", ".join(filter(None, words)) or None)
    if never and who is not None:
        why = f"asked not to be asked again (ask {number})"
        block(home.network, Block(who, None, why, None, happened(home, on)))
        click.echo(f"  {names(home)[who]} is not asked again: inroad contacts unblock {who}")


@click.command()
@NUMBER
@click.option("--learned", metavar="TEXT", help="One thing you learned, for the thank-you.")
@click.option(
    "--referral",
    "named",
    multiple=True,
    metavar='"NAME, TITLE, EMPLOYER"',
    help="Somebody they named (repeatable).",
)
@click.option("--none", "nobody", is_flag=True, help="You asked, and they named nobody.")
@click.option("--not-asked", is_flag=True, help="You did not ask.")
@ON
@REASON
@pass_home
def talked(
    home: Home,
    number: int,
    learned: str | None,
    named: tuple[str, ...],
    nobody: bool,
    not_asked: bool,
    on: date | None,
    reason: str | None,
) -> None:
    """You have talked. Who else was named?

    Every talk ends with "Who else would you talk to if you were me?", so this wants an answer:
    --referral for each name, --none or --not-asked; on a terminal it asks. Who is named becomes a
    contact and is matched against postings like any other.
    """
    from matcher.asks.stages import move
    from matcher.contacts.named import parse

    if sum((bool(named), nobody, not_asked)) > 1:
        raise click.UsageError("Give --referral, --none or --not-asked, not several of them.")
    ask = one_ask(home, number)
    day = happened(home, on)
    move(ask, "talked", day)
    if not (named or nobody or not_asked):
        named, nobody, not_asked = _asked_for_names()
    people = [parse(text) for text in named]
    answer = "named" if people else "none" if nobody else "not asked"
    facts = _fact("ask.learned", learned)
    keep(facts)
    met = _met(home, ask, day)
    added = _add(home, ask, people, met, day) if people else []
    target = met if met != ask.contact_id else ask.target_id
    words = ", ".join(filter(None, [answer if not people else f"{len(people)} named", reason]))
    moved(home, ask, "talked", day, words, facts, referral_asked=answer, target_id=target)
    for contact_id in added:
        click.echo(
            f"  {names(home)[contact_id]} [{contact_id}] is a contact now: "
            f"inroad ask new {contact_id}"
        )


def _asked_for_names() -> tuple[tuple[str, ...], bool, bool]:
    """The names, whether there were none, and whether nobody asked: on a terminal."""
    if not sys.stdin.isatty():
        raise click.UsageError(
            'Who else did they name? Give --referral "Name, title, employer" for each, --none, or '
            "--not-asked."
        )
    found: list[str] = []
    click.echo("Who else did they name? One a line, as: Name, title, employer")
    click.echo(
        'An empty line ends it. "none" if they named nobody, "not asked" if you did not ask.'
    )
    while line := click.prompt("", default="", show_default=False, prompt_suffix="> ").strip():
        if line.lower() in ("none", "not asked") and not found:
            return (), line.lower() == "none", line.lower() == "not asked"
        found.append(line)
    if not found:
        raise click.UsageError("Nothing was said of names; the talk is not recorded yet.")
    return tuple(found), False, False


def _met(home: Home, ask: Ask, on: date) -> int:
    """The contact who was talked with. The target of an introduction who was only described until
    now becomes one, named by the connector."""
    from cli.asking import said_facts
    from matcher.asks.stages import talked_with
    from matcher.contacts.named import Named
    from store.asks import said

    if ask.kind == "introduction" and ask.target_id is None:
        facts = said_facts(said(home.network, ask.ask_id))
        if name := facts.get("target.name"):
            role = facts.get("target.role")
            person = Named(name.value, role.value if role else None, ask.employer)
            return _add(home, ask, [person], ask.contact_id, on)[0]
    return talked_with(ask)


def _add(home: Home, ask: Ask, people: Sequence[Named], by: int, on: date) -> list[int]:
    """Make contacts of those who were named, and keep who named them; their numbers."""
    from cli.matching import contact_facts
    from matcher.contacts.deriving import derive
    from matcher.contacts.named import imported
    from store.asks import Referral, add_referrals
    from store.derivation import bring_in
    from store.network import contact_of_key

    file = imported(people, f"named in ask {ask.ask_id}", on)
    bring_in(home.network, [file], partial(derive, facts=contact_facts(home)), home.now)
    found = [contact_of_key(home.network, one.key) for one in people]
    numbers = [number for number in found if number is not None]
    add_referrals(home.network, [Referral(ask.ask_id, n, by, on) for n in numbers if n != by])
    return numbers


@click.command()
@NUMBER
@click.option("--to", "who", type=click.Choice(["target", "connector"]), help="Whom you thanked.")
@ON
@REASON
@pass_home
def thanked(home: Home, number: int, who: str | None, on: date | None, reason: str | None) -> None:
    """You have said thank you."""
    from cli.ask import _say_next
    from matcher.asks import stages
    from store import asks
    from store.asks import Event

    ask = one_ask(home, number)
    day = happened(home, on)
    owed = stages.owed(ask)
    if who is None and len(owed) > 1:
        raise click.UsageError("Two are to be thanked: say --to target or --to connector.")
    who = who or next(iter(owed), "connector" if ask.kind == "introduction" else "target")
    after = stages.thanked(ask, who, day)
    words = ", ".join(filter(None, [f"the {who}", reason]))
    asks.change(home.network, after, Event(number, home.now, day, "thanked", after.stage, words))
    click.echo(f"Ask {number}: thanked the {who}, {day}.")
    _say_next(home, after)


@click.command()
@NUMBER
@OVERRIDE
@pass_home
def override(home: Home, number: int, overrides: tuple[str, ...]) -> None:
    """Set aside the limit that stands against an ask, for a reason that is kept."""
    ask = one_ask(home, number)
    if not any(reason.strip() for reason in overrides):
        raise click.UsageError('Say why: --override "reason".')
    if len(hold(home, ask, overrides)) == len(overrides):
        click.echo("Nothing stands against it.")


@click.command()
@NUMBER
@click.argument("text")
@ON
@pass_home
def note(home: Home, number: int, text: str, on: date | None) -> None:
    """Keep a note with an ask; `inroad ask show` shows it."""
    from store import asks
    from store.asks import Event

    ask = one_ask(home, number)
    day = happened(home, on)
    asks.change(home.network, ask, Event(number, home.now, day, "note", ask.stage, text))
    click.echo(f"Ask {number}: noted.")


def _fact(path: str, value: str | None) -> dict[str, Fact[Any]]:
    from matcher.asks.facts import Fact

    return {path: Fact(value)} if value else {}


MOVES: tuple[click.Command, ...] = (
    _gated("approve"),
    _gated("sent"),
    agreed,
    heads_up,
    talked,
    thanked,
    decline,
    override,
    note,
    *map(_simple, _SIMPLE),
)
