"""`inroad ask draft`: a message for an ask, out of what the databases know."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.asking import OVERRIDE, SET, one_ask, own_words, pace
from cli.context import Home, pass_home
from cli.draft import SHAPES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matcher.asks.facts import Facts
    from store.asks import Ask

HARMLESS = ("thanks", "thanks_for_no", "give", "update", "agenda")
"""Kinds of messages that ask for nothing: no limit stands before them."""
MESSAGES = ("email", "linkedin_message", "linkedin_note")


@click.command()
@click.argument("number", type=int, metavar="ID")
@click.argument("template", required=False)
@SET
@click.option("--lang", metavar="CODE", help="The language, else [user] language.")
@click.option(
    "--as",
    "shape",
    type=click.Choice([*SHAPES, "brief"]),
    default="text",
    show_default=True,
    help="As for `inroad draft`; brief is the call's one page (markdown).",
)
@click.option("--discreet", is_flag=True, help="No names in the calendar entry.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write it there instead of printing it.",
)
@OVERRIDE
@pass_home
def draft(
    home: Home,
    number: int,
    template: str | None,
    pairs: tuple[str, ...],
    lang: str | None,
    shape: str,
    discreet: bool,
    out: Path | None,
    overrides: tuple[str, ...],
) -> None:
    """Draft the message an ask needs next. It is never sent.

    TEMPLATE is a name of `inroad templates list`; without it, the one its next step suggests.
    What you --set here is used this once; `inroad ask edit ID --set` keeps it. The message to the
    target of an introduction stays locked until the connector has called ahead.
    """
    from cli.draft import deliver, drafted

    ask = one_ask(home, number)
    if shape in ("brief", "html", "markdown"):
        template, shape = template or "call_agenda", shape.replace("brief", "markdown")
    template = template or suggested(home, ask)
    language = str(lang or home.settings.user["language"])
    facts = facts_for(home, ask, pairs)
    hold_draft(home, ask, template, language, facts, overrides)
    made = drafted(home, template, language, facts, f"inroad ask edit {number} --set {{}}=…")
    deliver(home, made, facts, shape, discreet or ask.is_confidential, out)


def facts_for(home: Home, ask: Ask, pairs: Sequence[str] = ()) -> Facts:
    """All facts for an ask, over them those given now."""
    from cli.ask_facts import facts_of_ask
    from cli.draft import with_zone
    from matcher.asks.facts import facts_of

    return with_zone(facts_of(facts_of_ask(home, ask) | own_words(pairs)))


def suggested(home: Home, ask: Ask) -> str:
    """The template of an ask's next step, else of its first message."""
    from cli.ask_facts import Workplaces
    from matcher.asks.steps import first_of, next_step
    from store.network import get_contact

    contact = get_contact(home.network, ask.contact_id)
    job = Workplaces(home).at(contact, ask.employer) if contact else None
    relation = None if job is None else "current" if job.is_current else "former"
    has_email = bool(contact and contact.email)
    step = next_step(ask, home.now.date(), pace(home), relation, has_email)
    if step and step.template:
        return step.template
    return "call_agenda" if ask.introduced_on else first_of(ask, relation, has_email)


def hold_draft(
    home: Home, ask: Ask, template: str, language: str, facts: Facts, overrides: Sequence[str]
) -> None:
    """Refuse a message that asks for something while a limit stands against the ask, and one to a
    target who was not told of the user; each reason sets one of these aside."""
    from cli.ask_moves import hold, unlock
    from cli.drafting import shelf

    found = shelf(home).get(template, language)
    if found.kind in HARMLESS:
        return
    left = hold(home, ask, overrides)
    to = facts.asked if found.to == "asked" else found.to
    if to == "target" and found.channel in MESSAGES and not ask.talked_on:
        unlock(home, ask, left)
