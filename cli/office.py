"""`inroad office`: many clients, one crawl, and walls between their people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from cli.context import Home, pass_home

COLUMNS = (
    *("client", "contacts", "asks", "open", "sent", "agreed", "talked", "introductions"),
    *("declined", "named", "thank_yous_overdue", "due", "last_used", "deleted_from"),
)


@click.group()
def office() -> None:
    """Look after the clients of a career office: `[office] on = true`."""


@office.command()
@click.argument("name")
@pass_home
def add(home: Home, name: str) -> None:
    """Begin with a client: from then on `--client NAME` behind any command means their people.

    NAME is of small letters, digits, - and _; a number tells less than a name. Settings of theirs
    go into clients/NAME/config.toml.
    """
    from cli.office_home import NAME, clients, folder_of, is_office, mark_used

    if not is_office(home):
        raise click.UsageError("Set [office] on = true first.")
    if not NAME.fullmatch(name):
        raise click.UsageError("A client's name is of small letters, digits, - and _.")
    if name in clients(home):
        raise click.ClickException(f"There is a client {name} already.")
    folder_of(home, name).mkdir(parents=True, mode=0o700)
    mark_used(home, name)
    click.echo(f"Added. Next: inroad contacts import FILE --client {name}")


@office.command()
@click.argument(
    "file", required=False, type=click.Path(dir_okay=False, path_type=Path, allow_dash=True)
)
@click.option("--plain", is_flag=True, help="For machines: no byte-order mark, LF line ends.")
@pass_home
def caseload(home: Home, file: Path | None, plain: bool) -> None:
    """Write the caseload as a CSV: numbers for each client, and nobody's name.

    FILE is where to; without it, or with "-", it is printed.
    """
    from cli.files import write
    from matcher.targets.sheet import render

    rows = [[record[name] for name in COLUMNS] for record in _caseload(home)]
    printed = file is None or str(file) == "-"
    text = render(rows, COLUMNS, plain=plain or printed)
    bare = plain or printed
    if write(file or Path("-"), text.encode("utf-8" if bare else "utf-8-sig", "replace")):
        click.echo(f"Wrote {len(rows)} clients to {file}.")
    warn(home)


@office.command()
@click.option("--delete", is_flag=True, help="Delete what was announced and is due.")
@pass_home
def retention(home: Home, delete: bool) -> None:
    """Announce whose people will be deleted because nobody used them, and delete what is due.

    A client who was not looked at for [office] retention_days is due; that is announced
    announce_days before, and using the client takes it back. Nothing is deleted that was not
    announced by an earlier call, and nothing without --delete.
    """
    import shutil

    from cli.office_home import (
        announce,
        clients,
        folder_of,
        last_used,
        of_client,
        purge_on,
    )

    settings, today = home.settings.office, home.now.date()
    ahead = timedelta(days=int(settings["announce_days"]))
    kept = timedelta(days=int(settings["retention_days"]))
    said = 0
    for client in clients(home):
        on = purge_on(home, client)
        if on is None:
            used = last_used(home, client) or today
            if today < used + kept - ahead:
                continue
            on = max(used + kept, today + ahead)
            announce(home, client, on)
            click.echo(f"{client}: not used since {used}; deleted from {on} on.")
        elif on > today or not delete:
            due = "is due for deletion" if on <= today else "is to be deleted"
            click.echo(f"{client}: {due} from {on} on (--delete).")
        else:
            of_client(home, client).network.remove()
            shutil.rmtree(folder_of(home, client))
            click.echo(f"{client}: deleted.")
        said += 1
    if not said:
        click.echo("Nobody's people are due for deletion.")


def warn(home: Home) -> None:
    """Say on standard error what retention has announced."""
    from cli.office_home import clients, purge_on

    for client in clients(home):
        if on := purge_on(home, client):
            click.echo(f"{client}: to be deleted from {on} on unless used.", err=True)


def _caseload(home: Home) -> Iterator[dict[str, Any]]:
    from cli.asking import pace
    from cli.office_home import clients, last_used, of_client, purge_on
    from matcher.asks.stages import OPEN
    from matcher.asks.steps import due
    from store.asks import list_asks, referrals
    from store.network import count_contacts

    for client in clients(home):
        network = of_client(home, client).network
        there = network.path.exists()
        asks = list_asks(network) if there else []
        steps = due(asks, home.now.date(), pace(home))
        yield {
            "client": client,
            "contacts": count_contacts(network) if there else 0,
            "asks": len(asks),
            "open": sum(a.stage in OPEN for a in asks),
            "sent": sum(a.sent_on is not None for a in asks),
            "agreed": sum(a.agreed_on is not None for a in asks),
            "talked": sum(a.talked_on is not None for a in asks),
            "introductions": sum(a.introduced_on is not None for a in asks),
            "declined": sum(a.outcome == "declined" for a in asks),
            "named": len(referrals(network)) if there else 0,
            "thank_yous_overdue": sum(s.overdue for s in steps),
            "due": sum(s.due is not None for s in steps),
            "last_used": last_used(home, client),
            "deleted_from": purge_on(home, client),
        }
