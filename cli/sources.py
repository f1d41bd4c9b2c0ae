"""`inroad sources`: what can be read, and what each source needs."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import click

from cli.context import Home, pass_home
from cli.options import format_option
from cli.safe import clean

if TYPE_CHECKING:
    from crawler.sources.base import Source


@click.group(invoke_without_command=True)
@format_option("table", "json", "csv")
@click.pass_context
@pass_home
def sources(home: Home, ctx: click.Context, shape: str) -> None:
    """Show what can be read, and what each source needs.

    Boards hold one employer's postings; feeds hold many employers'. A source that is off says
    why (`inroad sources show NAME`), and [sources] in config.toml turns it on.
    """
    if ctx.invoked_subcommand is not None:
        return
    from crawler.sources import SOURCES

    rows = [_row(home, source, _watched(home)) for source in SOURCES.values()]
    if shape == "table":
        _print_table(rows)
    else:
        from cli.tables import print_rows

        print_rows(rows, shape)


@sources.command()
@click.argument("name")
@pass_home
def show(home: Home, name: str) -> None:
    """Say everything about one source: state, keys, terms, limits."""
    from crawler.choices import AS_SHIPPED, State, state_of, why_unread

    source, choice = _source(name), _choices(home).get(name, AS_SHIPPED)
    state = state_of(source, choice)
    click.echo(f"{source.title} ({source.name}), a {source.kind}: {state}")
    if why := why_unread(source, choice):
        click.echo(f"  why          {why}")
    for need in source.needs:
        given = "given" if choice.values.get(need.name) else "not given"
        must = "needed" if need.required else "optional"
        each = f", one a board in [sources.{name}.{need.name}]" if need.per_board else ""
        click.echo(f"  {need.name:<12} {must}{each}, {given}; from {need.where}")
    for label, text in (
        ("terms", source.terms),
        ("attribution", source.attribution),
        ("limits", _limits(source)),
        ("closing", _closing(source)),
        ("addresses", _addresses(source)),
    ):
        if text:
            click.echo(f"  {label:<12} {text}")
    if state is not State.ON:
        _print_lines_for(home, source, on=True)


@sources.command()
@click.argument("name")
@pass_home
def on(home: Home, name: str) -> None:
    """Print what to write into config.toml to have a source read."""
    _print_lines_for(home, _source(name), on=True)


@sources.command()
@click.argument("name")
@pass_home
def off(home: Home, name: str) -> None:
    """Print what to write into config.toml to have a source left alone."""
    _print_lines_for(home, _source(name), on=False)


@sources.command()
@click.argument("name")
@click.option("--title", help="As people write it; otherwise made from NAME.")
@click.option("--feed", is_flag=True, help="One list for many employers.")
def new(name: str, title: str | None, feed: bool) -> None:
    """Start a source of your own: its class, fixtures and a failing test.

    For a checkout of Inroad. CONTRIBUTING.md goes on from there.
    """
    from cli.new_source import write

    for file in write(name, title, feed=feed):
        click.echo(f"Wrote {file}")
    click.echo(
        f"Now write down in tests/crawler/test_{name}.py what the board shows, and make it pass: "
        "CONTRIBUTING.md, Add a source."
    )


def _source(name: str) -> Source:
    from crawler.sources import SOURCES

    if name not in SOURCES:
        raise click.BadParameter(f"there is no source {name!r}; there are {', '.join(SOURCES)}.")
    return SOURCES[name]


def _choices(home: Home) -> dict[str, Any]:
    from cli.source_settings import choices

    return choices(home.settings.sources)


def _watched(home: Home) -> Counter[str]:
    from store.boards import boards_by_source

    return Counter(boards_by_source(home.postings)) if home.postings.path.exists() else Counter()


def _row(home: Home, source: Source, watched: Counter[str]) -> dict[str, Any]:
    from crawler.choices import AS_SHIPPED, state_of, why_unread

    choice = _choices(home).get(source.name, AS_SHIPPED)
    needs = [need.name + ("" if need.required else " (optional)") for need in source.needs]
    return {
        "name": source.name,
        "title": source.title,
        "kind": str(source.kind),
        "boards": watched[source.name],
        "state": str(state_of(source, choice)),
        "needs": ", ".join(needs),
        "terms": source.terms,
        "why": why_unread(source, choice) or "",
    }


def _print_table(rows: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("name", "kind", "boards", "state"):
        table.add_column(column, no_wrap=True, justify="right" if column == "boards" else "left")
    table.add_column("keys and terms", overflow="fold")
    for row in rows:
        said = "; ".join(filter(None, (row["needs"] and f"keys: {row['needs']}", row["terms"])))
        known = (clean(row[name]) for name in ("name", "kind", "boards", "state"))
        table.add_row(*known, clean(said))
    Console(highlight=False, markup=False, emoji=False).print(table)
    for row in rows:
        if row["why"] and row["boards"]:
            click.echo(f"{row['boards']} boards are skipped: {clean(row['why'])}")


def _addresses(source: Source) -> str:
    shown, more = list(source.examples)[:4], len(source.examples) - 4
    return ", ".join([*shown, f"and {more} more"] if more > 0 else shown)


def _limits(source: Source) -> str:
    from crawler.budget import span

    parts = [f"{b.requests:,} requests in {span(b.seconds)}" for b in source.budget]
    if source.delay > 1:
        parts.append(f"{source.delay:g} s between two requests")
    if hours := source.read_every.total_seconds() / 3600:
        parts.append(f"read once in {hours:g} h at the most")
    return ", ".join(parts)


def _closing(source: Source) -> str:
    if source.expires_after is None:
        return ""
    return (
        f"postings it does not show any more close {source.expires_after.days} days after their "
        "publication, or when they say"
    )


def _print_lines_for(home: Home, source: Source, *, on: bool) -> None:
    missing = [need for need in source.needs if need.required] if on else []
    click.echo(f"Add to {home.config_file} (one [sources] table holds all such lines):")
    if missing:
        click.echo(f"\n[sources.{source.name}]")
        if not source.on:
            click.echo("on = true")
        for need in missing:
            click.echo(f'{need.name} = "…"   # {need.where}')
    else:
        click.echo(f"\n[sources]\n{source.name} = {'true' if on else 'false'}")
