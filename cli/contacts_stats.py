"""`inroad contacts stats`: how much the network knows, and what would tell more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from cli.context import Home, pass_home
from cli.options import format_option
from cli.safe import clean

if TYPE_CHECKING:
    from matcher.contacts.stats import Stats


@click.command()
@format_option("table", "json")
@pass_home
def stats(home: Home, shape: str) -> None:
    """Show how much your contacts tell, how fresh it is, and where an export would help.

    People with and without a workplace, former workplaces by where they come from, the employers
    most of your contacts know, and the age of each export.
    """
    from cli.matching import contact_facts
    from matcher.contacts import stats as counted
    from store import imports, network

    found = counted.stats(
        network.list_contacts(home.network),
        imports.list_imports(home.network),
        network.evidence(home.network),
        network.wanted(home.network),
        len(network.doubts(home.network)),
        home.now.date(),
        contact_facts(home),
    )
    if shape == "json":
        import json
        from dataclasses import asdict

        click.echo(json.dumps(asdict(found), ensure_ascii=False, indent=2, default=str))
    elif not found.books:
        click.echo("Nothing imported yet. Start with: inroad contacts import FILE")
    else:
        _print(found)


def _print(found: Stats) -> None:
    share = round(100 * found.with_workplace / found.people) if found.people else 0
    unlinked = f", {found.unlinked:,} of them no longer connected" if found.unlinked else ""
    click.echo(f"People               {found.people:,}{unlinked}")
    click.echo(f"  with a workplace   {found.with_workplace:,} ({share} %)")
    click.echo(f"  without one        {found.without_workplace:,}")
    click.echo(f"  formerly elsewhere {found.with_former:,}")
    _section("Former workplaces, by where they come from", found.former)
    _section("Workplaces, by how sure they are", found.confidence)
    if found.employers:
        click.echo("\nEmployers most of your contacts know")
        for name, now, once in found.employers:
            click.echo(f"  {now:>6,} now  {once:>6,} formerly  {clean(name)}")
    _section("Contacts with evidence of a tie", found.evidence)
    _section("What you follow, saved or applied for", found.wanted)
    click.echo("\nFiles")
    for book in found.books:
        stale = "  - older than 30 days" if book.is_stale else ""
        more = f" ({book.files} files)" if book.files > 1 else ""
        click.echo(f"  {book.kind}{more}: as of {book.taken_on}, {book.days_old} d old{stale}")
    if found.advice:
        click.echo("\nWhat would tell more")
        for line in found.advice:
            click.echo(f"  {clean(line)}")


def _section(title: str, counts: Mapping[str, int]) -> None:
    if counts:
        click.echo(f"\n{title}")
        for name, number in counts.items():
            click.echo(f"  {number:>6,} {clean(name)}")
