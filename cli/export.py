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
    """
    from cli.files import write
    from cli.match import note
    from cli.matching import find
    from cli.report import as_csv

    findings = find(home, search)
    content = as_csv(findings, plain=plain).encode("utf-8" if plain else "utf-8-sig", "replace")
    if write(file, content):
        rows = sum(len(o.postings) * len(o.targets) for o in findings.openings)
        click.echo(f"Wrote {rows} rows to {file}.")
    note(findings, to_stderr=True)
