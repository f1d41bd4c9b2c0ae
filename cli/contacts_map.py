"""`inroad contacts map`: the columns of a table that is the user's own."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.contacts_imports import TAKEN_ON, print_report
from cli.context import Home, pass_home
from cli.safe import clean
from cli.who import at_work

if TYPE_CHECKING:
    from matcher.contacts.mapping import Proposal


@click.command("map")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--map",
    "given",
    multiple=True,
    metavar="FIELD=COLUMN",
    help="What a column is (repeatable); FIELD= drops a guess. Then nothing is asked.",
)
@click.option("-y", "--yes", is_flag=True, help="Take the guess as it is.")
@click.option("--no-import", is_flag=True, help="Only remember the columns.")
@TAKEN_ON
@click.pass_context
@pass_home
def map_(
    home: Home,
    ctx: click.Context,
    file: Path,
    given: tuple[str, ...],
    yes: bool,
    no_import: bool,
    taken_on: datetime | None,
) -> None:
    """Say which column of a table is what, and import it.

    FILE is any CSV, .xlsx workbook or JSON list with one person a row: from Notion, Airtable,
    HubSpot, Monica, a spreadsheet. The columns are guessed, shown with the first five rows, and
    remembered: the next file with the same set of headers needs no asking, and `inroad contacts
    import` reads it too.

    The fields: name, or first and last; email, linkedin, employer, title, since; previous (former
    employers parted by ";", with years or without: "Acme (2016-2020); Bolt"); labels and notes,
    in which former workplaces are looked for.
    """
    from matcher.contacts.mapping import checked, propose
    from store.decisions import Mapping, list_mappings, save_mapping

    if not file.is_file():
        raise click.UsageError(f"{file}: no such file.")
    remembered = [
        (m.headers, dict(zip(m.fields, m.columns, strict=True)))
        for m in list_mappings(home.network)
    ]
    found = propose(_bytes(file), remembered)
    fields = _changed(found.fields, given)
    if given or yes:
        fields = checked(fields, found.columns)
        _preview(found, fields)
    else:
        fields = _asked(found, fields)
    save_mapping(
        home.network, Mapping(found.headers, tuple(fields), tuple(fields.values()), home.now)
    )
    click.echo("Remembered for every table with these columns.")
    if no_import:
        return
    from cli.matching import contact_facts
    from matcher.contacts.importing import import_files

    day = taken_on.date() if taken_on else None
    with at_work("Reading and sorting who is who…"):
        report = import_files(home.network, [file], home.now, day, contact_facts(home), again=True)
    print_report(report)
    if report.failed:
        ctx.exit(1)


def _bytes(file: Path) -> bytes:
    from matcher.contacts.finding import Found, Unreadable, find

    for found in find(file):
        if isinstance(found, Unreadable):
            raise found.error
        if isinstance(found, Found) and found.chosen:
            return found.load()
    raise click.UsageError(f"{file} is a zip. Unpack it and give the table in it.")


def _changed(fields: dict[str, str], given: tuple[str, ...]) -> dict[str, str]:
    changed = dict(fields)
    for one in given:
        field, equals, column = one.partition("=")
        if not equals:
            raise click.BadParameter(f"{one!r}: write FIELD=COLUMN", param_hint="--map")
        field, column = field.strip().lower(), column.strip()
        if column:
            # A column is one thing: what it was guessed to be before is dropped.
            changed = {f: c for f, c in changed.items() if c.casefold() != column.casefold()}
            changed[field] = column
        else:
            changed.pop(field, None)
    return changed


def _asked(found: Proposal, fields: dict[str, str]) -> dict[str, str]:
    """The mapping as the user accepts it."""
    from matcher.contacts.errors import MappingImpossible
    from matcher.contacts.mapping import checked

    while True:
        _preview(found, fields)
        try:
            said = click.prompt(
                "Enter accepts; FIELD=COLUMN changes, FIELD= drops, q quits",
                default="",
                show_default=False,
            ).strip()
        except click.exceptions.Abort:
            said = "q"
        if said.lower() in ("q", "quit"):
            raise click.exceptions.Abort
        try:
            if not said:
                return checked(fields, found.columns)
            fields = _changed(fields, (said,))
            # What cannot be is said at once, and not taken.
            checked({"name": found.columns[0], **fields}, found.columns)
        except (MappingImpossible, click.BadParameter) as error:
            click.echo(clean(getattr(error, "message", "") or error))
            fields = {f: c for f, c in fields.items() if c in found.columns}


def _preview(found: Proposal, fields: dict[str, str]) -> None:
    from rich.console import Console
    from rich.table import Table

    names = {column: field for field, column in fields.items()}
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("column", overflow="fold")
    table.add_column("is", no_wrap=True)
    table.add_column("in the first rows", overflow="ellipsis", no_wrap=True)
    for at, column in enumerate(found.columns):
        values = [row[at] for row in found.rows if at < len(row) and row[at]]
        shown = " · ".join(clean(value)[:24] for value in values)
        table.add_row(clean(column), names.get(column, "-"), shown)
    Console(highlight=False, markup=False, emoji=False).print(table)
