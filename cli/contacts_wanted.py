"""`inroad contacts wanted`: what the user follows, saved and applied for, and who is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.context import Home, pass_home
from cli.options import format_option
from cli.safe import clean
from cli.who import some

if TYPE_CHECKING:
    from store.network import Wanted, Workplace


@click.command()
@format_option("table", "json")
@pass_home
def wanted(home: Home, shape: str) -> None:
    """Show the employers you follow and the postings you saved, and who you know there.

    They come from Company Follows, Saved Jobs and Job Applications in a LinkedIn archive. An
    employer whose board is not watched is pointed out: add it with `inroad boards add`.
    """
    from store import network

    found = network.wanted(home.network)
    known = _known(home, {w.employer for w in found}) if found else {}
    watched = _watched(home, {w.employer for w in found}) if found else set()
    if shape == "json":
        import json

        records = [_record(w, known.get(w.employer, []), w.employer in watched) for w in found]
        click.echo(json.dumps(records, ensure_ascii=False, indent=2))
        return
    for one in found:
        title = f"{clean(one.title)}, " if one.title else ""
        day = f"{one.on}  " if one.on else ""
        click.echo(f"{day}{one.kind}: {title}{clean(one.employer)}")
        people = known.get(one.employer, [])
        if people:
            click.echo(f"            {some([f'{w.name} ({w.relation})' for w in people])}")
        if one.employer not in watched:
            click.echo("            no board of theirs is watched: inroad boards add URL")
    if not found:
        click.echo("Nothing yet: import the complete archive LinkedIn sends.")


def _known(home: Home, employers: set[str]) -> dict[str, list[Workplace]]:
    """Employer → the contacts who work or worked there, those of now first."""
    from cli.matching import knowledge, verdicts
    from matcher.employers.link import Tier, link
    from store import network

    by_name: dict[str, list[Workplace]] = {}
    for workplace in network.workplaces(home.network):
        by_name.setdefault(workplace.employer, []).append(workplace)
    found: dict[str, dict[int, Workplace]] = {}
    for one in link(employers, by_name, knowledge(home), verdicts(home)):
        if one.tier in (Tier.SAME, Tier.LIKELY):
            for workplace in by_name[one.workplace]:
                people = found.setdefault(one.employer, {})
                before = people.get(workplace.contact_id)
                if before is None or before.relation == "former":
                    people[workplace.contact_id] = workplace
    return {
        employer: sorted(people.values(), key=lambda w: (w.relation != "current", w.name))
        for employer, people in found.items()
    }


def _watched(home: Home, employers: set[str]) -> set[str]:
    """Those of the employers of whom some board is followed."""
    from cli.matching import knowledge, verdicts
    from matcher.employers.link import Tier, link
    from store.boards import followed_boards

    if not home.postings.path.exists():
        return set()
    boards = {b.employer for b in followed_boards(home.postings) if b.employer}
    links = link(employers, boards, knowledge(home), verdicts(home))
    return {one.employer for one in links if one.tier in (Tier.SAME, Tier.LIKELY)}


def _record(one: Wanted, people: list[Workplace], is_watched: bool) -> dict[str, object]:
    return {
        "kind": str(one.kind),
        "employer": clean(one.employer),
        "title": clean(one.title) or None,
        "url": clean(one.url) or None,
        "on": one.on and one.on.isoformat(),
        "watched": is_watched,
        "contacts": [
            {"id": w.contact_id, "name": clean(w.name), "relation": w.relation} for w in people
        ],
    }
