"""From the two databases to openings: what `match`, `review` and `export` have in common."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from cli.filters import posting_filter, posting_options

if TYPE_CHECKING:
    from cli.context import Home
    from matcher.employers.clues import Known
    from matcher.employers.knowledge import Knowledge
    from matcher.employers.link import Link
    from matcher.targets.rank import Opening
    from store.network import Workplace
    from store.postings import Stock
    from store.searching import PostingFilter


@dataclass(frozen=True)
class Findings:
    """What was looked at, and what came of it."""

    openings: list[Opening]
    unsure: list[Link]
    hiring: dict[str, int]
    """Employers with postings that fit the filter -> how many."""
    workplaces: list[Workplace]
    stock: Stock

    @property
    def contacts(self) -> int:
        return len({w.contact_id for w in self.workplaces})

    @property
    def contacts_as_of(self) -> date | None:
        return max((w.as_of for w in self.workplaces), default=None)


def search_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The filters `match` and `export` share; what is not given comes from [search]."""
    options = [
        click.option(
            "--current",
            "relation",
            flag_value="current",
            default=None,
            help="Only people who work there now.",
        ),
        click.option(
            "--former", "relation", flag_value="former", help="Only people who used to work there."
        ),
        click.option("--both", "relation", flag_value="both", help="Both, whatever [search] says."),
        click.option("--limit", type=click.IntRange(0), help="At most this many employers."),
    ]
    for option in reversed(options):
        command = option(command)
    return posting_options(command)


def knowledge(home: Home) -> Knowledge:
    """What is known about employer names: shipped, and the user's own additions."""
    from cli.shipped import config_folder
    from matcher.employers.load import load_knowledge

    return load_knowledge(config_folder() / "employers", home.path / "employers")


def verdicts(home: Home) -> dict[tuple[str, str], bool]:
    """The user's decisions by today's keys of the names they were made on."""
    from matcher.employers.normalise import key
    from store.verdicts import list_verdicts

    if not home.network.path.exists():
        return {}
    return {(key(v.employer), key(v.workplace)): v.same for v in list_verdicts(home.network)}


def find(home: Home, search: dict[str, Any], newest: int | None = None) -> Findings:
    """Match the postings that fit `search` (the options of `search_options`) with the network.

    `newest` is how many postings of an employer are wanted, where not all.
    """
    from matcher.employers.clues import weigh
    from matcher.employers.link import Tier, link
    from matcher.targets.rank import known_employers, rank
    from store import network
    from store.postings import hiring_employers, open_postings, stock

    wanted, relation, limit = _wanted(home, search)
    hiring = hiring_employers(home.postings, wanted, home.now)
    workplaces = network.workplaces(home.network)
    known, said = knowledge(home), verdicts(home)
    links = link(hiring, {w.employer for w in workplaces}, known, said)
    if about := _domains(home, hiring, workplaces):
        links = weigh(links, about, known, said)
    met = known_employers(hiring, links)
    postings = open_postings(home.postings, met, wanted, home.now, newest)
    part_of = home.settings.match["part_of"]
    openings = rank(postings, hiring, workplaces, links, home.now, relation, part_of)
    return Findings(
        openings=openings[:limit] if limit else openings,
        unsure=[x for x in links if x.tier is Tier.UNSURE],
        hiring=hiring,
        workplaces=workplaces,
        stock=stock(home.postings, home.now),
    )


def _domains(home: Home, hiring: Collection[str], workplaces: Sequence[Workplace]) -> Known | None:
    """Where employers' own pages are, and contacts' addresses at their current workplaces; None
    when no contact has one."""
    from matcher.employers.clues import Clues, Known, clues
    from store.postings import employer_hosts

    addresses: dict[str, Clues] = {}
    for w in workplaces:
        if w.email and w.relation == "current" and (about := clues(w.email)):
            addresses[w.employer] = addresses.get(w.employer, Clues()) | about
    if not addresses:
        return None
    hosts = employer_hosts(home.postings).items()
    sites = {name: clues(" ".join(at)) for name, at in hosts if name in hiring}
    return Known(sites, addresses, may_be_old=True)


def _wanted(home: Home, search: dict[str, Any]) -> tuple[PostingFilter, str, int]:
    given = {name: value for name, value in search.items() if value not in (None, ())}
    chosen = home.settings.search | given
    return posting_filter(chosen, home.now), chosen["relation"], chosen["limit"]
