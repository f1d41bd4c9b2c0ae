"""`inroad ask`: one request made of one contact, from the first draft to the thank-you."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from cli.ask_draft import draft
from cli.ask_moves import MOVES
from cli.asking import (
    ON,
    OVERRIDE,
    SET,
    Day,
    happened,
    history,
    keep,
    names,
    one_ask,
    own_words,
    pace,
    refuse,
)
from cli.context import Home, pass_home
from cli.options import format_option
from cli.safe import clean
from cli.who import one
from matcher.asks.stages import PATHS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cli.asking import Names
    from matcher.asks.limits import Stop
    from matcher.asks.steps import Step
    from store.asks import Ask
    from store.network import Contact
    from store.postings import OpenPosting

CHANNELS = ("email", "linkedin", "phone", "in person")


@click.group()
def ask() -> None:
    """Ask one contact one thing, and keep track of it until the thank-you."""


for _move in (draft, *MOVES):
    ask.add_command(_move)


@ask.command()
@click.argument("who")
@click.option("--posting", metavar="ID|URL", help="The posting it is about, as `match` prints it.")
@click.option("--employer", metavar="NAME", help="The employer, where there is no posting.")
@click.option(
    "--kind",
    type=click.Choice(list(PATHS)),
    help="fifteen minutes with WHO (information), an introduction, a hello, or fifteen minutes "
    "with somebody a contact named. Else it follows from how you know WHO.",
)
@click.option("--to", "target", metavar="WHO", help="Whom an introduction is to lead to.")
@click.option("--channel", type=click.Choice(CHANNELS), help="How you will ask.")
@click.option("--confidential", is_flag=True, help="Keep names out of its calendar entries.")
@SET
@OVERRIDE
@ON
@pass_home
def new(
    home: Home,
    who: str,
    posting: str | None,
    employer: str | None,
    kind: str | None,
    target: str | None,
    channel: str | None,
    confidential: bool,
    pairs: tuple[str, ...],
    overrides: tuple[str, ...],
    on: date | None,
) -> None:
    """Begin an ask of one contact about one posting or employer.

    WHO is the number, name, profile or e-mail address of the contact who is asked. Whom an
    introduction is to lead to may be a contact (--to) or described: --set target.name="Lee Ito"
    --set target.role="Head of Data".
    """
    from store import asks
    from store.asks import Ask, Event

    contact = one(home, who)
    about = _posting(home, posting)
    employer = employer or (about.employer if about else None) or _workplace(contact)
    via = _named_by(home, contact.contact_id)
    kind = kind or ("second_step" if via is not None else "information")
    facts = own_words(pairs)
    meant = one(home, target) if target else None
    if kind == "introduction" and meant is None and not facts.keys() & _TARGET:
        raise click.UsageError(
            "An introduction leads to somebody: give --to WHO, or --set target.name=… or "
            "--set target.role=…"
        )
    draft = Ask(
        ask_id=0,
        kind=kind,
        stage="draft",
        contact_id=contact.contact_id,
        employer=employer,
        created_on=happened(home, on),
        target_id=meant.contact_id if meant else None,
        via_id=via if kind == "second_step" else None,
        posting=about.id if about else None,
        posting_title=about.title if about else None,
        posting_url=about.url if about else None,
        is_confidential=confidential,
        channel=channel,
    )
    kept = keep(facts)
    aside = _set_aside(home, draft, overrides)
    event = Event(0, home.now, draft.created_on, "new", "draft")
    made = asks.add(home.network, draft, kept, event)
    for stop, reason in aside:
        _keep_override(home, made.ask_id, stop.block, reason)
    click.echo(f"Ask {made.ask_id}: {_title(home, made)}")
    for stop, _ in aside:
        click.echo(f"  set aside: {clean(stop)}")
    _say_next(home, made)


_TARGET = {"target.name", "target.role"}


@ask.command("list")
@click.option("--all", "everything", is_flag=True, help="Those that are over as well.")
@click.option("--stage", help="Only those at this stage.")
@format_option("table", "json", "csv")
@pass_home
def list_(home: Home, everything: bool, stage: str | None, shape: str) -> None:
    """List your asks, each with its next step."""
    from store.asks import list_asks

    found = [
        a
        for a in list_asks(home.network)
        if (stage == a.stage if stage else everything or a.stage not in ("closed", "withdrawn"))
    ]
    people = names(home)
    records = [_record(people, a, step) for a, step in _with_steps(home, found)]
    if shape != "table":
        from cli.tables import print_rows

        print_rows(records, shape, _COLUMNS)
        return
    for r in records:
        due = f", due {r['due']}" if r["due"] else ""
        late = " (overdue)" if r["overdue"] else ""
        click.echo(
            f"{r['ask']:>3}  {r['stage']:<10} {r['kind']:<12} {r['contact']}, {r['employer']}"
        )
        if r["next_step"]:
            click.secho(f"     next: {r['next_step']}{due}{late}", dim=True)
    if not records:
        click.echo("No asks. Begin one with: inroad ask new WHO --posting URL")


_COLUMNS = (
    *("ask", "kind", "stage", "contact", "target", "via", "employer", "posting", "created_on"),
    *("sent_on", "talked_on", "outcome", "next_step", "template", "due", "overdue"),
)


@ask.command()
@click.argument("number", type=int, metavar="ID")
@format_option("text", "json")
@pass_home
def show(home: Home, number: int, shape: str) -> None:
    """Show one ask: its facts, its history, what stands in its way and what comes next."""
    from matcher.asks.stages import allowed
    from store import asks

    found = one_ask(home, number)
    said = asks.said(home.network, number)
    happenings = asks.events(home.network, number)
    aside = [o for o in asks.overrides(home.network) if o.ask_id == number]
    stop = history(home).stop(found.contact_id, found.employer, found.posting, found)
    ((_, step),) = _with_steps(home, [found])
    if shape == "json":
        record = _record(names(home), found, step) | {
            "facts": [one._asdict() | {"value": json.loads(one.value)} for one in said],
            "events": [one._asdict() for one in happenings],
            "overrides": [one._asdict() for one in aside],
            "blocked": clean(stop) if stop else None,
            "possible": allowed(found),
        }
        click.echo(json.dumps(record, ensure_ascii=False, indent=2, default=str))
        return
    click.echo(f"Ask {number}: {_title(home, found)}  [{found.stage}]")
    if found.posting_title:
        state = " (closed: it speaks of the employer in general)" if found.is_general else ""
        click.echo(f"  posting: {clean(found.posting_title)}  {clean(found.posting_url)}{state}")
    if found.heads_up_on:
        click.echo(f"  called ahead on {found.heads_up_on}; may name them: {found.may_use_name}")
    for one_said in said:
        origin = f"{one_said.origin}{f', {one_said.origin_on}' if one_said.origin_on else ''}"
        click.echo(f"  {one_said.path}: {clean(json.loads(one_said.value))}  ({clean(origin)})")
    for event in happenings:
        why = f": {clean(event.reason)}" if event.reason else ""
        click.echo(f"  {event.on}  {event.what}{why}")
    for override in aside:
        click.echo(f"  set aside: {override.block}: {clean(override.reason)}")
    if stop:
        click.echo(f"  blocked: {clean(stop)}")
    _say_next(home, found)
    click.echo(f"  possible: {', '.join(allowed(found))}")


@ask.command()
@click.argument("number", type=int, metavar="ID")
@SET
@click.option("--unset", multiple=True, metavar="NAME", help="Drop one fact (repeatable).")
@click.option("--due", type=Day(), metavar="DATE", help="Your own day for the next step.")
@click.option("--channel", type=click.Choice(CHANNELS), help="How you ask.")
@click.option("--confidential/--open", "confidential", default=None, help="Names in calendars.")
@pass_home
def edit(
    home: Home,
    number: int,
    pairs: tuple[str, ...],
    unset: tuple[str, ...],
    due: date | None,
    channel: str | None,
    confidential: bool | None,
) -> None:
    """Change what an ask says. One that was approved is a draft again then."""
    from dataclasses import replace

    from store import asks
    from store.asks import Event

    found = one_ask(home, number)
    facts = own_words(pairs)
    changes: dict[str, Any] = {}
    if due:
        changes["due_on"] = due
    if channel:
        changes["channel"] = channel
    if confidential is not None:
        changes["is_confidential"] = confidential
    if not (facts or unset or changes):
        raise click.UsageError("Say what to change: --set, --unset, --due, --channel, …")
    if (facts or unset) and found.stage == "approved":
        changes["stage"] = "draft"
    edited = replace(found, **changes)
    what = ", ".join([*facts, *(f"without {n}" for n in unset), *changes])
    kept = keep(facts)
    if unset:
        asks.unsay(home.network, number, unset)
    asks.change(
        home.network,
        edited,
        Event(number, home.now, home.now.date(), "edit", edited.stage, what),
        kept,
    )
    click.echo(f"Ask {number}: changed {what}.")
    if edited.stage != found.stage:
        click.echo("  It is a draft again: read it and approve it.")


def _posting(home: Home, named: str | None) -> OpenPosting | None:
    from store.postings import find_posting

    if named is None:
        return None
    found = find_posting(home.postings, named)
    if found is None:
        raise click.ClickException(
            f"No open posting has the id or address {clean(named)!r}. See: inroad match"
        )
    return found


def _workplace(contact: Contact) -> str:
    at = [e.employer for e in contact.employments if e.is_current and e.confidence != "suggested"]
    if len(at) == 1:
        return at[0]
    raise click.UsageError("Say which employer it is about: --posting URL, or --employer NAME.")


def _named_by(home: Home, contact_id: int) -> int | None:
    """Who named a contact last; None where nobody did."""
    from store.asks import referrals

    named = [r.named_by for r in referrals(home.network) if r.contact_id == contact_id]
    return named[-1] if named else None


def _set_aside(home: Home, ask: Ask, reasons: Sequence[str]) -> list[tuple[Stop, str]]:
    """The limits that the given reasons set aside, one each, in the order of the limits; refuses
    while one is left."""
    from dataclasses import replace

    from store.asks import Override

    limits = history(home)
    aside: list[tuple[Stop, str]] = []
    left = [reason.strip() for reason in reasons if reason.strip()]
    limits_for = replace(ask, ask_id=-1)
    while stop := limits.stop(ask.contact_id, ask.employer, ask.posting, limits_for):
        if not left:
            raise refuse(stop)
        aside.append((stop, left.pop(0)))
        limits.set_aside(Override(-1, stop.block, aside[-1][1], home.now))
    return aside


def _keep_override(home: Home, number: int, block: str, reason: str) -> None:
    from store.asks import Override, add_override

    add_override(home.network, Override(number, block, reason, home.now))


def _title(home: Home, ask: Ask) -> str:
    people = names(home)
    text = f"{ask.kind.replace('_', ' ')}, {people[ask.contact_id]}"
    if ask.target_id is not None:
        text += f" to {people[ask.target_id]}"
    if ask.via_id is not None:
        text += f", named by {people[ask.via_id]}"
    return f"{text}, about {clean(ask.employer)}"


def _with_steps(home: Home, asks: Sequence[Ask]) -> list[tuple[Ask, Step | None]]:
    from cli.ask_facts import Workplaces
    from matcher.asks.steps import next_step
    from store.network import some_contacts

    people = some_contacts(home.network, {a.contact_id for a in asks})
    places, today = Workplaces(home), home.now.date()
    found = []
    for one_of in asks:
        contact = people.get(one_of.contact_id)
        job = places.at(contact, one_of.employer) if contact else None
        relation = None if job is None else "current" if job.is_current else "former"
        has_email = bool(contact and contact.email)
        found.append((one_of, next_step(one_of, today, pace(home), relation, has_email)))
    return found


def _say_next(home: Home, ask: Ask) -> None:
    ((_, step),) = _with_steps(home, [ask])
    if step is None:
        return
    click.echo(f"  next: {step.text}{f', due {step.due}' if step.due else ''}")
    if step.template:
        click.echo(f"        inroad ask draft {ask.ask_id} {step.template}")
    click.echo(f"        {step.do}")


def _record(people: Names, ask: Ask, step: Step | None) -> dict[str, Any]:
    return {
        "ask": ask.ask_id,
        "kind": ask.kind,
        "stage": ask.stage,
        "contact": people[ask.contact_id],
        "target": people[ask.target_id] if ask.target_id is not None else None,
        "via": people[ask.via_id] if ask.via_id is not None else None,
        "employer": clean(ask.employer),
        "posting": clean(ask.posting) or None,
        "created_on": ask.created_on.isoformat(),
        "sent_on": ask.sent_on and ask.sent_on.isoformat(),
        "talked_on": ask.talked_on and ask.talked_on.isoformat(),
        "outcome": ask.outcome,
        "next_step": step.text if step else None,
        "template": step.template if step else None,
        "due": step.due.isoformat() if step and step.due else None,
        "overdue": bool(step and step.overdue),
    }
