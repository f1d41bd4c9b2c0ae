"""`inroad export`: the intro targets as a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from cli.context import Home, pass_home
from cli.matching import search_options


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path, allow_dash=True))
@search_options
@click.option("--plain", is_flag=True, help="For machines: no byte-order mark, LF line ends.")
@pass_home
def export(home: Home, file: Path, plain: bool, **search: Any) -> None:
    """Write the intro targets as a CSV file.

    One row per target and posting, best target first; FILE "-" is standard output. Opens
    cleanly in spreadsheets: cells that look like formulas are guarded with an apostrophe.

    Behind what is known of each target stand ask_status (the stage of your newest ask), blocked and
    blocked_until (the limit against asking now), suggested_draft (a template) and next_step. Who
    is not to be contacted, and employers that must not learn of your search, are left out.
    """
    from cli.files import write
    from cli.match import note
    from cli.matching import find
    from cli.report import as_csv, table_rows

    findings = find(home, search)
    table = table_rows(findings)
    content = as_csv(table, plain=plain).encode("utf-8" if plain else "utf-8-sig", "replace")
    rows = len(table)
    if write(file, content):
        click.echo(f"Wrote {rows} rows to {file}.")
    left = sum(len(o.postings) * len(o.targets) for o in findings.openings) - rows
    if left:
        click.echo(
            f"Left out {left} rows of people and employers that are not to be asked: "
            "inroad contacts blocks",
            err=True,
        )
    note(findings, to_stderr=True)
