"""`inroad purge`: every person gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.context import Home, pass_home

if TYPE_CHECKING:
    from collections.abc import Sequence

    from store.database import Database


@click.command()
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@pass_home
def purge(home: Home, yes: bool) -> None:
    """Delete everything about people, for good.

    Contacts, the rows of their files, asks, gifts and decisions go; postings, boards and settings
    stay. With --client only that client's people go; without it, in an office, those of every
    client and the register too. What you exported lies where you put it. Nothing comes back.
    """
    import shutil

    from cli.office_home import folder_of, people_of

    databases = people_of(home)
    there = [db for db in databases if db.path.exists()]
    if not there:
        click.echo("There are no people here.")
        return
    if not yes:
        if not click.confirm(f"Delete {_how_many(there)} and all about them for good?"):
            click.echo("Nothing was deleted.")
            return
    for db in databases:
        db.remove()
    gone = folder_of(home, home.client) if home.client else home.path / "clients"
    shutil.rmtree(gone, ignore_errors=True)
    if home.client is None:
        (home.path / "register.key").unlink(missing_ok=True)
    click.echo(f"Deleted {', '.join(str(db.path) for db in there)}.")


def _how_many(databases: Sequence[Database]) -> str:
    from store.errors import StoreError
    from store.network import count_contacts

    try:
        count = sum(count_contacts(db) for db in databases if db.kind == "network")
    except StoreError:
        return "all contacts (a file is damaged)"
    return f"{count:,} {'contact' if count == 1 else 'contacts'}"
