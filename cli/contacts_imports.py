"""`inroad contacts import`, `imports` and `undo`: files come and go."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.context import Home, pass_home
from cli.options import format_option
from cli.safe import clean
from cli.who import SHOWN, at_work, count, some

if TYPE_CHECKING:
    from matcher.contacts.importing import FileReport, ImportReport, Move
    from store.imports import Snapshot

TAKEN_ON = click.option(
    "--taken-on",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="The day the export was made, where its name does not say.",
)


@click.command("import")
@click.argument(
    "paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(path_type=Path)
)
@TAKEN_ON
@click.pass_context
@pass_home
def import_(
    home: Home, ctx: click.Context, paths: tuple[Path, ...], taken_on: datetime | None
) -> None:
    """Add address books, LinkedIn exports and work histories.

    PATH is a file, a folder or a zip: the zip LinkedIn sends, or a file of it; contacts exported
    from Google (CSV, vCard, People API JSON), Apple and phones (vCard), Outlook (CSV, Microsoft
    Graph JSON) or Thunderbird (CSV); a JSON Resume; a workhistory.csv of your own. What a file is
    shows in its content, whatever it is called. A table or workbook with columns of your own:
    `inroad contacts map FILE`.

    Keep importing newer exports, and older ones you still have, in any order: their differences
    show who used to work where.
    """
    from cli.matching import contact_facts
    from matcher.contacts.importing import import_files

    day = taken_on.date() if taken_on else None
    with at_work("Reading and sorting who is who…"):
        report = import_files(home.network, paths, home.now, day, contact_facts(home))
    print_report(report)
    if report.failed:
        ctx.exit(1 if len(report.failed) == len(report.files) else 3)


@click.command()
@format_option("table", "json")
@pass_home
def imports(home: Home, shape: str) -> None:
    """List every imported file, the oldest content first."""
    from store.imports import list_imports

    found = list_imports(home.network)
    if shape == "json":
        import json

        click.echo(json.dumps([_record(one) for one in found], ensure_ascii=False, indent=2))
    elif not found:
        click.echo("Nothing imported yet. Start with: inroad contacts import FILE")
    else:
        _print_imports(found)


@click.command()
@click.argument("ids", nargs=-1, required=True, type=int, metavar="ID...")
@click.option(
    "--together", is_flag=True, help="Also every file that came with one of these, as in one zip."
)
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@pass_home
def undo(home: Home, ids: tuple[int, ...], together: bool, yes: bool) -> None:
    """Take imported files back, with everything that only they tell.

    ID is the number in `inroad contacts imports`. The people a file alone knows go; others lose
    what it says of them. Your own answers and decisions stay, and count again if you import the
    file again.
    """
    from functools import partial

    from cli.matching import contact_facts
    from matcher.contacts.deriving import derive
    from store.derivation import take_back
    from store.imports import list_imports

    known = list_imports(home.network)
    missing = sorted(set(ids) - {one.import_id for one in known})
    if missing:
        raise click.ClickException(
            f"No import has the number {some(missing)}. See: inroad contacts imports"
        )
    chosen = [one for one in known if one.import_id in ids]
    if together:
        moments = {one.imported_at for one in chosen}
        chosen = [one for one in known if one.imported_at in moments]
    names = some([one.name for one in chosen])
    if not yes and not click.confirm(f"Take back {names}?"):
        click.echo("Nothing was taken back.")
        return
    numbers = [one.import_id for one in chosen]
    with at_work("Taking it back…"):
        change = take_back(home.network, numbers, partial(derive, facts=contact_facts(home)))
    gone = len(change.linked_before.keys() - set(change.numbers))
    rows = sum(one.kept for one in chosen)
    click.echo(
        f"Took back {names}: {count(rows, 'row')}. {count(gone, 'contact')} gone, "
        f"{len(change.numbers):,} left."
    )


def _record(one: Snapshot) -> dict[str, object]:
    return {
        "id": one.import_id,
        "name": one.name,
        "kind": str(one.kind),
        "taken_on": one.taken_on.isoformat(),
        "taken_from": one.taken_from,
        "imported_at": one.imported_at.isoformat(),
        "read": one.read,
        "kept": one.kept,
    }


def _print_imports(found: Sequence[Snapshot]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("id", justify="right", no_wrap=True)
    for name in ("as of", "imported", "kind"):
        table.add_column(name, no_wrap=True)
    table.add_column("kept", justify="right", no_wrap=True)
    table.add_column("file", overflow="fold")
    for one in found:
        kept = f"{one.kept:,}" if one.kept == one.read else f"{one.kept:,} of {one.read:,}"
        days = (str(one.taken_on), f"{one.imported_at:%Y-%m-%d}")
        table.add_row(str(one.import_id), *days, str(one.kind), kept, clean(one.name))
    Console(highlight=False, markup=False, emoji=False).print(table)


def print_report(report: ImportReport) -> None:
    """What became of each file, and what came to light."""
    container = ""
    for file in report.files:
        if file.status == "failed":
            click.echo(f"inroad: {clean(file.name)}: {clean(file.error)}", err=True)
            continue
        inside, _, name = file.name.rpartition(": ")
        if inside and inside != container:
            click.echo(f"{clean(inside)}")
        container = inside
        _print_file(file, clean(name), "  " if inside else "")
    if report.not_read:
        click.echo(f"Not read: {some([n.rpartition(': ')[2] for n in report.not_read])}")
    if report.unknown:
        names = some([n.rpartition(": ")[2] for n in report.unknown])
        click.echo(f"If there is a table of contacts in {names}: inroad contacts map FILE")
    if report.same_day:
        click.echo(
            f"These are of one day, so which came first is a guess: {some(report.same_day)}. "
            "Import them again with --taken-on."
        )
    if not any(file.status in ("imported", "redated") for file in report.files):
        if any(file.status == "known" for file in report.files):
            click.echo(f"Nothing changed: {count(report.people, 'contact')}.")
        return
    new = f", {report.new:,} of them new" if report.new else ", none of them new"
    click.echo(f"\n{count(report.people, 'contact')}{new}.")
    if report.moves:
        click.echo(f"{count(len(report.moves), 'former workplace')} found:")
        for move in report.moves[:SHOWN]:
            click.echo(f"  {_move(move)}")
        if len(report.moves) > SHOWN:
            click.echo(f"  … and {len(report.moves) - SHOWN} more (inroad contacts list --former)")
    if report.unlinked:
        click.echo(
            f"{len(report.unlinked)} no longer among your connections, so left out of the match: "
            f"{some(report.unlinked)}"
        )
    if report.suggested:
        click.echo(
            f"{count(report.suggested, 'workplace')} only suggested: inroad contacts confirm"
        )
    if report.doubts:
        click.echo(f"{count(report.doubts, 'pair')} may be one person: inroad contacts review")


def _print_file(file: FileReport, name: str, indent: str) -> None:
    about = f"{file.kind} as of {file.taken_on} ({file.taken_from})"
    if file.status == "known":
        click.echo(f"{indent}{name}: already imported, {about}")
        return
    if file.status == "empty":
        click.echo(f"{indent}{name}: no {file.kind} in it")
        return
    again = "already imported, now " if file.status == "redated" else ""
    skipped = file.read - file.kept
    counts = f"{file.read} read, {file.kept} kept" + (f", {skipped} skipped" if skipped else "")
    if file.without_employer:
        counts += f", {file.without_employer} without an employer"
    click.echo(f"{indent}{name}: {again}{about}: {counts}")
    for reason, lines in file.skipped.items():
        click.echo(f"{indent}  skipped {_lines(reason, lines, file.unit)}")
    for what, lines in file.noted.items():
        click.echo(f"{indent}  kept, but {_lines(what, lines, file.unit)}")
    if file.excerpt:
        click.echo(f"{indent}  far fewer people than before it: nobody is taken for removed")


def _lines(reason: str, lines: Sequence[int], unit: str) -> str:
    plural = {"entry": "entries"}.get(unit, f"{unit}s")
    where = unit if len(lines) == 1 else plural
    return f"{len(lines)} {reason} ({where} {some(sorted(lines))})"


def _move(move: Move) -> str:
    until = f" ({move.until})" if move.until else ""
    now = f", now at {clean(move.now)}" if move.now else ""
    return f"{clean(move.name)}: formerly {clean(move.left)}{until}{now}"
