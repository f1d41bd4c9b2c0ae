"""What the commands about asks share: the ledger, the limits as settings give them, and days."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import click

from cli.context import Home
from cli.safe import clean

if TYPE_CHECKING:
    from matcher.asks.facts import Fact
    from matcher.asks.limits import History, Limits, Stop
    from matcher.asks.steps import Pace
    from store.asks import Ask, Said


class Day(click.ParamType):
    """A date (2026-11-24), "today", "yesterday", or so many days back (3d)."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        text = str(value).strip().lower()
        home = ctx.find_object(Home) if ctx else None
        back = {"today": 0, "yesterday": 1}.get(text)
        if back is None and text[:-1].isdecimal() and text.endswith("d") and len(text) < 6:
            back = int(text[:-1])
        try:
            if back is not None:
                return (home or Home()).now.date() - timedelta(days=back)
            return date.fromisoformat(text)
        except ValueError:
            self.fail(f"{clean(text)!r} is no date such as 2026-11-24, nor 3d.", param, ctx)


ON = click.option(
    "--on", type=Day(), metavar="DATE", help="The day it happened: 2026-11-24, 3d ago; else today."
)
REASON = click.option("--reason", metavar="TEXT", help="Why; it is kept with the ask.")
OVERRIDE = click.option(
    "--override",
    "overrides",
    multiple=True,
    metavar="REASON",
    help="Set the limit aside that stands in the way, for this ask; kept (repeatable).",
)
SET = click.option(
    "--set", "pairs", multiple=True, metavar="NAME=VALUE", help="One fact, such as ask.topic=…"
)


def happened(home: Home, on: date | None) -> date:
    """The day something happened: today where nothing else is said; never one to come."""
    today = home.now.date()
    if on and on > today:
        raise click.UsageError(f"{on} is still to come; --on is the day it happened.")
    return on or today


def one_ask(home: Home, number: int) -> Ask:
    """The ask of that number; else a line saying so."""
    from store.asks import get_ask

    ask = get_ask(home.network, number)
    if ask is None:
        raise click.ClickException(f"There is no ask {number}. Try: inroad ask list")
    return ask


class Names(dict[int, str]):
    """Contact → name; of one who is in no file any more, a note saying so."""

    def __missing__(self, number: int) -> str:
        return f"contact {number} (in no file any more)"


def names(home: Home) -> Names:
    """The names of everybody."""
    from store.network import list_names

    return Names((number, clean(name)) for number, name in list_names(home.network))


def limits(home: Home) -> Limits:
    """[limits], and of [office] what belongs to them."""
    from matcher.asks.limits import Limits

    said = home.settings.limits
    own = {f.name: said[f.name] for f in fields(Limits) if f.name in said}
    return Limits(**own, office_days=int(home.settings.office["days_between"]))


def pace(home: Home) -> Pace:
    """When things are due, from [limits]."""
    from matcher.asks.steps import Pace

    return Pace(**{f.name: home.settings.limits[f.name] for f in fields(Pace)})


def own_employers(home: Home) -> dict[str, str]:
    """The employers that must not learn of the search → where that is said."""
    from store.network import own_positions

    found = {str(name): home.config_file.name for name in home.settings.user["employer"]}
    if home.settings.user["employer_from_positions"]:
        for position in own_positions(home.network):
            if position.end is None:
                found.setdefault(position.employer, "your own positions")
    return found


def history(home: Home, at_work: Mapping[int, Collection[str]] | None = None) -> History:
    """All that the limits look at.

    Args:
        at_work: contact → the employers they work at now, where that is known already.
    """
    from cli.matching import knowledge, verdicts
    from cli.office_home import elsewhere
    from matcher.asks.limits import History
    from matcher.employers.groups import Groups
    from store import asks, people
    from store.network import employed_at

    with home.network.read():  # one open file for the many short looks below
        own, refused = own_employers(home), people.blocks(home.network)
        barred = [*own, *(b.employer for b in refused if b.employer)]
        groups = Groups(knowledge(home), verdicts(home)) if barred else None
        if at_work is None:
            at_work = employed_at(home.network) if barred else {}
        return History(
            home.now.date(),
            limits(home),
            asks.list_asks(home.network),
            refused,
            asks.overrides(home.network),
            own,
            groups.are_one if groups else str.__eq__,
            at_work,
            elsewhere(home),
        )


def refuse(stop: Stop) -> click.ClickException:
    """The refusal of what a limit stands against."""
    return click.ClickException(
        f'Blocked: {clean(stop)}. With a good reason: the same with --override "…".'
    )


def said_facts(said: Iterable[Said]) -> dict[str, Fact[Any]]:
    """The facts kept with an ask, as drafts take them."""
    import json

    from matcher.asks.facts import Fact, Origin

    return {
        one.path: Fact(json.loads(one.value), Origin(one.origin, one.origin_on)) for one in said
    }


def keep(facts: Mapping[str, Fact[Any]]) -> list[Said]:
    """Facts as the ledger keeps them; each is held to its form first."""
    import json

    from matcher.asks.facts import facts_of
    from store.asks import Said

    read = facts_of(facts)
    found = []
    for path in facts:
        fact = read.get(path)
        if fact is None:
            continue
        value = json.dumps(fact.value, ensure_ascii=False, default=lambda v: v.isoformat())
        found.append(Said(path, value, fact.origin.source, fact.origin.on))
    return found


def own_words(pairs: Sequence[str]) -> dict[str, Fact[Any]]:
    """Facts given as NAME=VALUE."""
    from matcher.asks.given import from_pair

    return dict(from_pair(pair) for pair in pairs)
