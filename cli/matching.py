"""From the two databases to openings: what `match`, `review` and `export` have in common."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import click

from cli.filters import posting_filter, posting_options

if TYPE_CHECKING:
    from cli.context import Home
    from matcher.asks.limits import History
    from matcher.asks.steps import Pace
    from matcher.contacts.facts import Facts
    from matcher.employers.clues import Known
    from matcher.employers.knowledge import Knowledge
    from matcher.employers.link import Link
    from matcher.targets.rank import Opening
    from store.network import Workplace
    from store.postings import Stock
    from store.searching import PostingFilter
    from store.seen import How, Seen


@dataclass(frozen=True)
class Findings:
    """What was looked at, and what came of it."""

    openings: list[Opening]
    unsure: list[Link]
    hiring: dict[str, int]
    """Employers with postings that fit the filter -> how many."""
    workplaces: list[Workplace]
    stock: Stock
    limits: History
    pace: Pace
    only_new: bool = False
    """Whether openings seen before were left out."""

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


@lru_cache(maxsize=1)
def knowledge(home: Home) -> Knowledge:
    """What is known about employer names: shipped, and the user's own additions."""
    from cli.shipped import config_folder
    from matcher.employers.load import load_knowledge

    return load_knowledge(config_folder() / "employers", home.path / "employers")


def contact_facts(home: Home) -> Facts:
    """What contacts need to know of employers: their names, and the domains of those whose boards
    are watched."""
    from matcher.contacts.facts import facts

    known = knowledge(home)
    if not home.postings.path.exists():
        return facts(known)
    from matcher.contacts.domains import by_domain
    from store.boards import followed_boards
    from store.postings import employer_hosts

    sites: dict[str, list[str]] = dict(employer_hosts(home.postings))
    for board in followed_boards(home.postings):
        if board.employer:
            sites[board.employer] = [*sites.get(board.employer, ()), board.url]
    return facts(known, by_domain(sites), tuple(sites))


def verdicts(home: Home) -> dict[tuple[str, str], bool]:
    """The user's decisions by today's keys of the names they were made on."""
    from matcher.employers.normalise import key
    from store.verdicts import list_verdicts

    if not home.network.path.exists():
        return {}
    return {(key(v.employer), key(v.workplace)): v.same for v in list_verdicts(home.network)}


def find(
    home: Home, search: dict[str, Any], newest: int | None = None, seen: Seen | None = None
) -> Findings:
    """Match the postings that fit `search` (the options of `search_options`) with the network.

    `newest` is how many postings of an employer are wanted, where not all; what is `seen` is left
    out.
    """
    # One open connection makes the many short ones below it cheap.
    with home.network.read(), home.postings.read():
        return _find(home, search, newest, seen)


def _find(home: Home, search: dict[str, Any], newest: int | None, seen: Seen | None) -> Findings:
    from cli.asking import pace
    from cli.knowing import known as known_of
    from matcher.employers.clues import weigh
    from matcher.employers.link import Tier, link
    from matcher.targets.fresh import only_new
    from matcher.targets.rank import known_employers, rank
    from store import network
    from store.claims import unconfirmed_boards
    from store.postings import hiring_employers, open_postings, open_titles, stock

    wanted, relation, limit = _wanted(home, search)
    hiring = hiring_employers(home.postings, wanted, home.now)
    workplaces = network.workplaces(home.network)
    facts, said = knowledge(home), verdicts(home)
    links = link(hiring, {w.employer for w in workplaces}, facts, said)
    if about := _domains(home, hiring, workplaces):
        links = weigh(links, about, facts, said)
    links = _by_fields(home, links, workplaces, said)
    met = known_employers(hiring, links)
    postings = open_postings(home.postings, met, wanted, home.now, newest)
    known, limits = known_of(home, workplaces, open_titles(home.postings, met, wanted, home.now))
    if doubtful := unconfirmed_boards(home.postings):
        postings = [replace(p, unconfirmed=(p.source, p.board) in doubtful) for p in postings]
    part_of = home.settings.match["part_of"]
    openings = rank(postings, hiring, workplaces, links, home.now, relation, part_of, known)
    if seen is not None:
        openings = only_new(openings, seen)
    return Findings(
        openings=openings[:limit] if limit else openings,
        unsure=[x for x in links if x.tier is Tier.UNSURE],
        hiring=hiring,
        workplaces=workplaces,
        stock=stock(home.postings, home.now),
        limits=limits,
        pace=pace(home),
        only_new=seen is not None,
    )


def find_new(home: Home, search: dict[str, Any], how: How) -> Findings:
    """What was not seen yet in this way."""
    from store.seen import seen

    return find(home, search, seen=seen(home.network, how))


def note_new(home: Home, findings: Findings, how: How) -> None:
    """Keep that these findings were seen."""
    from matcher.targets.fresh import keys
    from store.seen import note_seen

    if findings.openings:
        note_seen(home.network, *keys(findings.openings), how, home.now)


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


def _by_fields(
    home: Home,
    links: list[Link],
    workplaces: Sequence[Workplace],
    said: Mapping[tuple[str, str], bool],
) -> list[Link]:
    """The links, given what people do and what employers hire for, where that may decide: several
    contacts with titles at a workplace whose name is an everyday word."""
    from cli.knowing import functions
    from matcher.employers.fields import PEOPLE, in_doubt, weigh_fields
    from store.postings import open_titles
    from store.searching import PostingFilter

    doubtful = {x.workplace for x in links if in_doubt(x)}
    titles: dict[str, dict[int, str]] = {}
    for w in workplaces:
        if w.title and w.employer in doubtful:
            titles.setdefault(w.employer, {})[w.contact_id] = w.title
    titles = {name: of for name, of in titles.items() if len(of) >= PEOPLE}
    if not titles:
        return links
    words = functions(home)

    def fields(found: Iterable[str]) -> list[str]:
        return [family for title in found if (family := words.work(title).family)]

    employers = sorted({x.employer for x in links if x.workplace in titles})
    hiring = open_titles(home.postings, employers, PostingFilter(), home.now)
    jobs = {name: fields(one.title for one in of) for name, of in hiring.items()}
    people = {name: fields(of.values()) for name, of in titles.items()}
    return weigh_fields(links, jobs, people, words.near, said)


def _wanted(home: Home, search: dict[str, Any]) -> tuple[PostingFilter, str, int]:
    given = {name: value for name, value in search.items() if value not in (None, ())}
    chosen = home.settings.search | given
    return posting_filter(chosen, home.now), chosen["relation"], chosen["limit"]
