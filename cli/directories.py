"""`inroad boards directories`: lists of boards that others keep, to be suggested from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.context import Home, pass_home
from cli.options import format_option
from cli.safe import clean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.boards import BadRow
    from crawler.sources.base import Board


@click.group()
def directories() -> None:
    """Look after imported directories of boards."""


@directories.command("list")
@format_option("table", "json", "csv")
@pass_home
def list_(home: Home, shape: str) -> None:
    """List the directories, with how many boards each holds."""
    from cli.tables import print_rows
    from store.directories import list_directories

    found = list_directories(home.postings)
    if shape != "table":
        rows = [
            {
                "name": clean(d.name),
                "file": clean(d.file),
                "imported": d.imported_at.isoformat(timespec="seconds") + "Z",
                "boards": d.boards,
                "unusable": d.unusable,
            }
            for d in found
        ]
        print_rows(rows, shape, ("name", "file", "imported", "boards", "unusable"))
        return
    for d in found:
        unusable = f", {d.unusable:,} rows not usable" if d.unusable else ""
        click.echo(f"{clean(d.name)}: {d.boards:,} boards, {d.imported_at:%Y-%m-%d}{unusable}")
    if not found:
        click.echo("No directories yet: inroad boards import --directory FILE")


@directories.command()
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@click.pass_context
@pass_home
def remove(home: Home, ctx: click.Context, names: tuple[str, ...]) -> None:
    """Forget directories. Boards you watch stay."""
    from store.directories import remove_directory

    gone = [name for name in names if remove_directory(home.postings, name)]
    click.echo(f"Removed {len(gone)}.")
    for name in names:
        if name not in gone:
            click.echo(f"There is no directory {clean(name)}.", err=True)
    if len(gone) < len(set(names)):
        ctx.exit(3 if gone else 1)


def keep(home: Home, file: Path, name: str, good: Sequence[Board], bad: Sequence[BadRow]) -> str:
    """Store a directory in place of the one of its name, and say what was done."""
    from crawler.sources import SOURCES
    from store.directories import DirectoryBoard, replace_directory

    boards = [
        DirectoryBoard(name, b.source, b.token, SOURCES[b.source].board_url(b.token), b.employer)
        for b in good
    ]
    replaced = replace_directory(home.postings, name, file.name, boards, len(bad), home.now)
    different = len({(b.source, b.token) for b in good})
    again = ", in place of the earlier one" if replaced else ""
    return (
        f"{len(good) + len(bad):,} rows: {different:,} boards kept in the directory "
        f"{clean(name)}{again}, {len(good) - different:,} named twice, {len(bad):,} not usable. "
        "See: inroad boards suggest"
    )
