"""`inroad match`: the report."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from cli.context import Home, pass_home
from cli.matching import search_options
from cli.options import format_option

if TYPE_CHECKING:
    from cli.matching import Findings


@click.command()
@search_options
@format_option("table", "json", "csv", "markdown")
@click.option(
    "--postings",
    "shown",
    type=click.IntRange(1),
    default=5,
    show_default=True,
    help="Postings shown per employer in table and markdown.",
)
@click.option("--new", is_flag=True, help="Only what appeared since --new last showed it.")
@click.option("--peek", is_flag=True, help="With --new: show it again the next time, too.")
@click.option(
    "--explain", is_flag=True, help="Every part of each score, with its evidence and its day."
)
@pass_home
def match(
    home: Home, shape: str, shown: int, new: bool, peek: bool, explain: bool, **search: Any
) -> None:
    """Show who you know at the employers that are hiring.

    For every open posting whose employer one of your contacts works at, or used to: the
    contact, the link between the names, and the postings. Best targets first; those who are not
    to be asked now come last, with the reason. With --explain also whom to think of for each
    posting: the best score, a middling tie from another circle, a former employee.

    --new shows a new posting with everybody who knows its employer, and a new person with every
    posting of theirs. What it has shown counts as seen; what a filter left out does not.
    """
    from cli import report
    from cli.matching import find, find_new, note_new

    if peek and not new:
        raise click.UsageError("--peek goes with --new.")
    if new:
        findings = find_new(home, search, "shown")
    else:
        findings = find(home, search, shown if shape in ("table", "markdown") else None)
    if shape == "table":
        report.print_table(findings, shown, home.now, explain=explain)
    elif shape == "markdown":
        click.echo(report.markdown(findings, shown, home.now, explain=explain), nl=False)
    elif shape == "json":
        click.echo(report.as_json(findings))
    else:
        click.echo(report.as_csv(report.table_rows(findings), plain=True), nl=False)
    note(findings, to_stderr=shape in ("json", "csv"))
    if new and not peek:
        sys.stdout.flush()  # a reader that has gone has seen nothing
        note_new(home, findings, "shown")


def note(findings: Findings, *, to_stderr: bool) -> None:
    """What was looked at, what is missing, and what to do next."""
    from cli.report import closing_lines

    for line in closing_lines(findings):
        click.echo(line, err=to_stderr)
