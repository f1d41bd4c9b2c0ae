"""`inroad contacts export`: everything that is kept about one person."""

from __future__ import annotations

import json
from pathlib import Path

import click

from cli.context import Home, pass_home
from cli.who import one


@click.command()
@click.argument("who")
@click.option("--format", "shape", type=click.Choice(["json"]), default="json", help="JSON.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path, allow_dash=True),
    default=Path("-"),
    metavar="FILE",
    help="Write it there; else it is printed.",
)
@pass_home
def export(home: Home, who: str, shape: str, out: Path) -> None:
    """Write all that is kept about one person, for that person to see.

    Every row of every table, as it is stored: what files said, what was derived, your notes, asks,
    ratings and gifts. WHO as for `show`.
    """
    from cli.files import write
    from store.imports import list_imports
    from store.subject import everything

    contact = one(home, who)
    rows = everything(home.network, contact.contact_id)
    files = {row["import_id"] for table in rows.values() for row in table if "import_id" in row}
    record = {
        "person": contact.name,
        "exported_at": home.now.isoformat(timespec="seconds"),
        "files": [
            {"id": i.import_id, "name": i.name, "kind": str(i.kind), "taken_on": i.taken_on}
            for i in list_imports(home.network)
            if i.import_id in files
        ],
        "rows": rows,
    }
    text = json.dumps(record, ensure_ascii=False, indent=2, default=str)
    if write(out, f"{text}\n".encode("utf-8", "replace")):
        click.echo(f"Wrote {sum(map(len, rows.values()))} rows to {out}.")
