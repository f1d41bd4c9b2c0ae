"""`inroad today`: one screen for the morning."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from cli.asking import Names, names, pace
from cli.context import Home, pass_home
from cli.safe import clean

if TYPE_CHECKING:
    from matcher.asks.steps import Step
    from store.asks import Ask

SHAPES = ("table", "markdown", "json")


@dataclass(frozen=True)
class Item:
    """One line of a section: what to do, the command that does it, and the same for machines."""

    text: str
    do: str = ""
    record: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Section:
    key: str
    title: str
    nothing: str
    """What is said where there is nothing; never a blank."""
    items: Sequence[Item] = ()


@click.command()
@click.option(
    "--days",
    type=click.IntRange(1),
    default=7,
    show_default=True,
    help="How old a new posting may be.",
)
@click.option(
    "--limit", type=click.IntRange(1), default=8, show_default=True, help="New postings shown."
)
@click.option(
    "--format",
    "shape",
    type=click.Choice(SHAPES),
    default="table",
    show_default=True,
    help="How to print it.",
)
@pass_home
def today(home: Home, days: int, limit: int, shape: str) -> None:
    """Show what is to be done this morning.

    Thank-yous that are due, follow-ups, asks whose posting has closed, whose turn it is to be
    given something, contacts who moved to an employer that is hiring, and new postings with
    somebody to ask. Your [search] filters hold.
    """
    with home.network.read(), home.postings.read():
        sections = list(_sections(home, days, limit))
    if shape == "json":
        record = {
            "date": home.now.date().isoformat(),
            **{s.key: [i.record | {"text": i.text, "do": i.do} for i in s.items] for s in sections},
        }
        click.echo(json.dumps(record, ensure_ascii=False, indent=2, default=str))
    elif shape == "markdown":
        click.echo(_markdown(home, sections), nl=False)
    else:
        _print(sections)


def _sections(home: Home, days: int, limit: int) -> Iterator[Section]:
    from matcher.asks.steps import due
    from store.asks import list_asks

    ledger, people = list_asks(home.network), names(home)
    by_number = {ask.ask_id: ask for ask in ledger}
    steps = due(ledger, home.now.date(), pace(home))
    thanks = [_step(s, by_number[s.ask_id], people) for s in steps if s.kind == "thanks"]
    yield Section("thanks", "Thank-yous", "Everybody is thanked.", thanks)
    rest = [_step(s, by_number[s.ask_id], people) for s in steps if s.kind != "thanks"]
    yield Section("due", "Due", "Nothing is due.", rest)
    yield Section("stale", "Posting closed", "", list(_stale(home, ledger, people)))
    yield Section("gives", "Give", "Nobody is waiting for anything.", list(_gives(home, people)))
    yield Section("moved", "Moved", "", list(_moved(home)))
    yield _new(home, days, limit)


MOVED_WITHIN = timedelta(days=30)


def _moved(home: Home) -> Iterator[Item]:
    """Contacts who are at another employer now than an earlier export showed, and it is hiring."""
    from cli.matching import knowledge, verdicts
    from matcher.employers.link import Tier, link
    from store.network import moved
    from store.postings import PostingFilter, hiring_employers

    found = moved(home.network, home.now.date() - MOVED_WITHIN)
    if not found:
        return
    hiring = hiring_employers(home.postings, PostingFilter(), home.now)
    names = {employer for _, _, employer, _ in found}
    open_at: dict[str, int] = {}
    for one in link(hiring, names, knowledge(home), verdicts(home)):
        if one.tier in (Tier.SAME, Tier.LIKELY):
            open_at[one.workplace] = open_at.get(one.workplace, 0) + hiring[one.employer]
    for contact_id, name, employer, seen in found:
        if count := open_at.get(employer):
            postings = f"{count} open {'posting' if count == 1 else 'postings'}"
            yield Item(
                f"{clean(name)} is at {clean(employer)} now (seen {seen}): {postings}",
                f"inroad contacts show {contact_id}",
                {"contact_id": contact_id, "employer": clean(employer), "postings": count},
            )


def _step(step: Step, ask: Ask, people: Names) -> Item:
    who = people[step.contact_id] if step.contact_id is not None else "the target"
    late = ", overdue" if step.overdue else ""
    draft = f"inroad ask draft {ask.ask_id} {step.template}" if step.template else ""
    due = f"; due {step.due}{late}" if step.due else ""
    text = f"{who}: {step.text} (ask {ask.ask_id}, {clean(ask.employer)}{due})"
    record = {
        "ask": ask.ask_id,
        "contact": who,
        "kind": step.kind,
        "due": step.due,
        "overdue": step.overdue,
        "template": step.template,
    }
    return Item(text, draft or step.do, record)


def _stale(home: Home, ledger: Sequence[Ask], people: Names) -> Iterator[Item]:
    """Open asks whose posting has closed; they speak of the employer in general, or end."""
    from matcher.asks.stages import OPEN, allowed
    from store.postings import closed_postings

    about = [a for a in ledger if a.posting and not a.is_general and a.stage in OPEN]
    if not about or not home.postings.path.exists():
        return
    gone = closed_postings(home.postings, [a.posting for a in about if a.posting], home.now)
    for ask in about:
        if ask.posting in gone:
            general = "general" in allowed(ask)
            verb = "general" if general else "close"
            way = (
                "speak of the employer in general, or take it back" if general else "end it kindly"
            )
            why = "" if general else ' --reason "the posting has closed"'
            yield Item(
                f"{people[ask.contact_id]}: {clean(ask.posting_title)} at {clean(ask.employer)} "
                f"has closed (ask {ask.ask_id}, {ask.stage}): {way}",
                f"inroad ask {verb} {ask.ask_id}{why}",
                {"ask": ask.ask_id, "contact": people[ask.contact_id], "posting": ask.posting},
            )


def _gives(home: Home, people: Names) -> Iterator[Item]:
    from cli.give import gift_ideas, waiting

    found = waiting(home)[:5]
    suggested = gift_ideas(home, found)
    for balance in found:
        ideas = [clean(i.text) for i in suggested.get(balance.contact_id, ())]
        hint = f" Idea: {ideas[0]}." if ideas else ""
        yield Item(
            f"{people[balance.contact_id]}: {balance.words()}{hint}",
            f"inroad give to {balance.contact_id} --what …",
            {"contact_id": balance.contact_id, "balance": balance.words(), "ideas": ideas},
        )


def _new(home: Home, days: int, limit: int) -> Section:
    """New postings with somebody who may be asked, and the best of them."""
    from cli.matching import find

    findings = find(home, {"since": f"{days}d"})
    rows = []
    for opening in findings.openings:
        for posting in opening.postings:
            if picks := opening.portfolio(posting):
                rows.append((picks[0].score, posting, picks))
    rows.sort(key=lambda row: (-row[0], -row[1].since.timestamp(), row[1].id))
    items = [
        Item(
            f"{clean(posting.title)} at {clean(posting.employer)}: "
            + "; ".join(f"{clean(p.target.contact)} ({p.role}, {p.score})" for p in picks),
            f"inroad ask new {picks[0].target.contact_id} --posting {clean(posting.id)}",
            {
                "posting": clean(posting.id),
                "title": clean(posting.title),
                "employer": clean(posting.employer),
                "url": clean(posting.url),
                "targets": [
                    {"as": p.role, "contact": clean(p.target.contact), "score": p.score}
                    for p in picks
                ],
            },
        )
        for _, posting, picks in rows[:limit]
    ]
    more = f" ({len(rows)}; --limit shows more)" if len(rows) > limit else ""
    as_of = findings.contacts_as_of
    nothing = (
        f"No posting of the last {days} days has a path "
        f"({sum(findings.hiring.values())} looked at, contacts as of {as_of or 'never'})."
    )
    return Section("new", f"New, with a path{more}", nothing, items)


def _print(sections: Sequence[Section]) -> None:
    for section in sections:
        if not section.items and not section.nothing:
            continue
        click.secho(section.title, bold=True)
        for item in section.items:
            click.echo(f"  {item.text}")
            if item.do:
                click.secho(f"     {item.do}", dim=True)
        if not section.items:
            click.echo(f"  {section.nothing}")


def _markdown(home: Home, sections: Sequence[Section]) -> str:
    from matcher.markdown import escape

    lines = [f"# {home.now:%Y-%m-%d}", ""]
    for section in sections:
        if not section.items and not section.nothing:
            continue
        lines += [f"## {escape(section.title)}", ""]
        for item in section.items:
            do = f" `{item.do}`" if item.do else ""
            lines.append(f"- [ ] {escape(item.text)}{do}")
        lines += [*([] if section.items else [escape(section.nothing)]), ""]
    return "\n".join(lines)
