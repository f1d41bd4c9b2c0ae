"""`inroad asks`: all asks together: chains of referrals, batches for mail programs, the news."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.asking import Names, happened, names
from cli.context import Home, pass_home
from cli.options import format_option
from cli.safe import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matcher.asks.chains import Node
    from matcher.asks.drafts import Draft
    from matcher.asks.facts import Facts
    from store.asks import Ask

_OUT = click.Path(path_type=Path)


@click.group()
def asks() -> None:
    """Look at all your asks together."""


@asks.command()
@format_option("table", "json")
@pass_home
def tree(home: Home, shape: str) -> None:
    """Draw who led to whom: depth, how many each chain led to, and where it ended."""
    from matcher.asks.chains import chains
    from store.asks import list_asks, referrals

    found = chains(list_asks(home.network), referrals(home.network))
    people = names(home)
    if shape == "json":
        records = [_node(one, people) for one in found]
        click.echo(json.dumps(records, ensure_ascii=False, indent=2, default=str))
        return
    for root in found:
        for level, node in root.walk():
            end = "  (dead end)" if node.is_dead_end else ""
            mark = "   " * (level - 1) + "└─ " if level else ""
            named = f", named {node.named_on}" if node.named_on else ""
            click.echo(f"{mark}{people[node.contact_id]}: {node.state}{named}{end}")
        if root.named:
            click.secho(f"   led to {root.led_to}, depth {root.depth}", dim=True)
    nodes = [node for root in found for _, node in root.walk()]
    if not nodes:
        click.echo("No asks yet.")
        return
    ends = sum(n.is_dead_end for n in nodes)
    click.echo(
        f"{len(found)} started with, {sum(r.led_to for r in found)} named, "
        f"{ends} dead {'end' if ends == 1 else 'ends'}."
    )


@asks.command()
@click.option("--news", required=True, metavar="TEXT", help="How it ended, in a sentence or two.")
@click.option("--lang", metavar="CODE", help="The language, else [user] language.")
@click.option(
    "--out",
    type=_OUT,
    metavar="DIR",
    help="Write an .eml draft for each who has an address there; else the texts are printed.",
)
@pass_home
def landed(home: Home, news: str, lang: str | None, out: Path | None) -> None:
    """Tell everybody who helped how it ended: one unsent draft each.

    Who answered an ask of yours, introduced you or named somebody is among them, whatever became
    of it; who is not to be contacted is not.
    """
    from cli.drafting import checked, clean_lines, say_findings
    from matcher.asks.errors import NotAMail
    from matcher.asks.outputs.mail import eml

    language = str(lang or home.settings.user["language"])
    written = 0
    by_hand: list[str] = []
    if out is not None:
        out.mkdir(parents=True, exist_ok=True, mode=0o700)
    for number, made, facts in _updates(home, news, language):
        written += 1
        say_findings(checked(home, made).findings, err=True)
        if out is None:
            click.echo(f"--- to {clean(made.recipient)}\n{clean_lines(made.text)}\n")
            continue
        try:
            content = eml(made, facts.user)
        except NotAMail:
            by_hand.append(clean(made.recipient))
            content = made.text.encode()
        suffix = "txt" if made.recipient and clean(made.recipient) in by_hand else "eml"
        from cli.files import write

        write(out / f"landed-{number}.{suffix}", content)
    where = f" in {out}" if out else ""
    click.echo(f"{written} {'draft' if written == 1 else 'drafts'}{where}; nothing was sent.")
    if by_hand:
        click.echo(f"Without an e-mail address, so a text: {', '.join(by_hand)}.")


@asks.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path, allow_dash=True))
@click.option(
    "--preset",
    type=click.Choice(["generic", "google", "thunderbird"]),
    default="generic",
    show_default=True,
    help="Whose column names.",
)
@click.option("--lang", metavar="CODE", help="The language, else [user] language.")
@click.option("--plain", is_flag=True, help="For machines: no byte-order mark, LF line ends.")
@click.pass_context
@pass_home
def merge(
    home: Home, ctx: click.Context, file: Path, preset: str, lang: str | None, plain: bool
) -> None:
    """Write the drafts of all approved asks as a mail-merge CSV.

    Asks that a limit stands against, that lack a fact or an address are left out, each named with
    the reason; the exit code is 3 then.
    """
    from cli.files import write
    from matcher.asks.outputs.mail_merge import mail_merge

    skipped: list[tuple[str, str]] = []
    drafts = list(_approved(home, str(lang or home.settings.user["language"]), skipped))
    found = mail_merge(drafts, preset, plain=plain)
    skipped += found.skipped
    content = found.text.encode("utf-8" if plain else "utf-8-sig", "replace")
    if write(file, content):
        click.echo(f"Wrote {found.rows} rows to {file}.")
    for number, why in skipped:
        click.echo(f"Left out ask {number}: {clean(why)}", err=True)
    if skipped:
        ctx.exit(3)


def _approved(
    home: Home, language: str, skipped: list[tuple[str, str]]
) -> Iterator[tuple[Facts, Draft]]:
    from cli.ask_draft import MESSAGES, facts_for, suggested
    from cli.asking import history
    from cli.drafting import checked, shelf
    from matcher.asks import drafts
    from matcher.asks.errors import AsksError
    from matcher.asks.stages import HEADS_UP, is_unlocked
    from store.asks import list_asks, overrides

    limits, templates = history(home), shelf(home)
    aside = {o.ask_id for o in overrides(home.network) if o.block == HEADS_UP}
    for ask in list_asks(home.network):
        if ask.stage != "approved":
            continue
        number = str(ask.ask_id)
        if stop := limits.stop(ask.contact_id, ask.employer, ask.posting, ask):
            skipped.append((number, f"blocked: {stop}"))
            continue
        if ask.kind == "second_step" and not (is_unlocked(ask) or ask.ask_id in aside):
            skipped.append((number, "locked until somebody has called ahead"))
            continue
        try:
            template = suggested(home, ask)
            if templates.get(template, language).channel not in MESSAGES:
                template = "info_direct_email"
            facts = facts_for(home, ask)
            made = drafts.draft(templates, template, language, facts)
            wrong = [f.rule.name for f in checked(home, made).findings if f.severity == "error"]
            if wrong:
                skipped.append((number, f"the linter objects: {', '.join(wrong)}"))
                continue
            yield facts, made
        except (AsksError, click.ClickException) as error:
            skipped.append((number, str(error)))


def _updates(home: Home, news: str, language: str) -> Iterator[tuple[int, Draft, Facts]]:
    """A draft for each who helped, out of the facts of the last ask they helped with."""
    from cli.ask_draft import facts_for
    from cli.drafting import shelf
    from matcher.asks import drafts
    from matcher.asks.stages import talked_with
    from store import people
    from store.asks import list_asks

    today = happened(home, None)
    refused = {
        b.contact_id
        for b in people.blocks(home.network)
        if b.contact_id is not None and (b.until is None or b.until > today)
    }
    last: dict[int, Ask] = {}
    for ask in list_asks(home.network):
        if ask.agreed_on or ask.talked_on:
            last[ask.contact_id] = ask
            last[talked_with(ask)] = ask
            if ask.via_id is not None:
                last.setdefault(ask.via_id, ask)
    known = names(home)
    for contact, ask in sorted(last.items()):
        if contact in refused or contact not in known:
            continue
        facts = _addressed_to(facts_for(home, ask, [f"ask.news={news}"]), ask, contact)
        yield contact, drafts.draft(shelf(home), "landed_update", language, facts), facts


def _addressed_to(facts: Facts, ask: Ask, contact: int) -> Facts:
    """The facts of an ask with one of its people as whom the message is to."""
    from dataclasses import replace

    from matcher.asks.facts import Fact

    from_connector = contact == (ask.contact_id if ask.kind == "introduction" else ask.via_id)
    kind = "introduction" if from_connector else "information"
    return replace(facts, ask=replace(facts.ask, kind=Fact(kind)))


def _node(node: Node, people: Names) -> dict[str, Any]:
    return {
        "contact_id": node.contact_id,
        "contact": people[node.contact_id],
        "state": node.state,
        "named_on": node.named_on,
        "dead_end": node.is_dead_end,
        "depth": node.depth,
        "led_to": node.led_to,
        "named": [_node(one, people) for one in node.named],
    }
