"""`inroad contacts`: import, look up and forget the people the user knows."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.context import Home, pass_home
from cli.safe import clean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matcher.contacts.importing import FileReport, ImportReport, Move
    from store.network import Contact, Employment

SHOWN = 8
"""Lines of a kind that are spelled out before "… and 12 more"."""


@click.group()
def contacts() -> None:
    """Import and look after the people you know."""


@contacts.command("import")
@click.argument(
    "paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(path_type=Path)
)
@click.option(
    "--taken-on",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="The day the export was made, where its name does not say.",
)
@click.pass_context
@pass_home
def import_(
    home: Home, ctx: click.Context, paths: tuple[Path, ...], taken_on: datetime | None
) -> None:
    """Add LinkedIn exports and work histories.

    PATH is the zip LinkedIn sends, a file of it (Connections.csv, Positions.csv, Education.csv),
    a workhistory.csv of your own, or a folder of these. Keep importing newer exports, and older
    ones you still have, in any order: their differences show who used to work where.
    """
    from cli.matching import knowledge
    from matcher.contacts.facts import facts
    from matcher.contacts.importing import import_files

    report = import_files(
        home.network,
        paths,
        home.now,
        taken_on.date() if taken_on else None,
        facts(knowledge(home)),
    )
    _print_report(report)
    if report.failed:
        ctx.exit(1 if len(report.failed) == len(report.files) else 3)


@contacts.command("list")
@click.option("--employer", metavar="TEXT", help="Only people whose workplace contains TEXT.")
@click.option("--former", is_flag=True, help="Only people with a former workplace (of that name).")
@click.option("--limit", type=click.IntRange(0), help="At most this many people; 0 shows all.")
@click.option(
    "--format",
    "shape",
    type=click.Choice(["table", "json", "csv"]),
    default="table",
    show_default=True,
    help="How to print it.",
)
@pass_home
def list_(home: Home, employer: str | None, former: bool, limit: int | None, shape: str) -> None:
    """Show who you know, and where they work and worked.

    A table shows the first 50 people unless --limit says otherwise; json and csv give all.
    """
    from store.network import list_contacts

    everybody = list_contacts(home.network)
    found = [c for c in everybody if _fits(c, employer, former)]
    limit = (50 if shape == "table" else 0) if limit is None else limit
    shown = found[:limit] if limit else found
    if shape == "json":
        _print_json(shown)
    elif shape == "csv":
        _print_csv(shown)
    elif not everybody:
        click.echo("No contacts yet. Add some: inroad contacts import LINKEDIN-EXPORT.zip")
    else:
        _print_table(shown)
        if len(shown) < len(found):
            click.echo(f"… and {len(found) - len(shown)} more (--limit 0 shows all).")
        count = f"{len(found)} of {len(everybody)}" if employer or former else str(len(found))
        click.echo(f"{count} {'contact' if count == '1' else 'contacts'}.")


@contacts.command()
@click.argument("who")
@pass_home
def show(home: Home, who: str) -> None:
    """Show one contact's whole history, how sure it is and where it comes from.

    WHO is the number in `inroad contacts list`, a part of the name, or the profile or e-mail
    address.
    """
    contact = _one(home, who)
    click.echo(f"{clean(contact.name)}  [{contact.contact_id}]")
    if contact.profile_url:
        click.echo(f"  {clean(contact.profile_url)}")
    if contact.email:
        click.echo(f"  {clean(contact.email)}")
    if contact.connected_on:
        click.echo(f"  connected {contact.connected_on}")
    if not contact.linked:
        click.echo(
            f"  no longer among your connections (last seen {contact.last_seen}): "
            "left out of the match"
        )
    if not contact.employments:
        click.echo("  no workplace known")
    for job in contact.employments:
        click.echo(f"  {_state(job):<9} {_role(job)}{_when(job)}")
        click.echo(f"            {_origin(job)}")


@contacts.command()
@click.argument("who")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@pass_home
def forget(home: Home, who: str, yes: bool) -> None:
    """Erase one contact and every trace from the database.

    WHO as for `show`. A later export that still lists the person brings them back.
    """
    from store import forgetting

    contact = _one(home, who)
    name = clean(contact.name)
    if not yes and not click.confirm(f"Erase {name} [{contact.contact_id}] and all their history?"):
        click.echo("Nothing was erased.")
        return
    rows = forgetting.forget(home.network, contact.contact_id)
    click.echo(
        f"Erased {name}: {rows} imported {'row' if rows == 1 else 'rows'} and their history."
    )


def _one(home: Home, who: str) -> Contact:
    """The one contact that WHO names; else a line saying why not."""
    from store.network import get_contact, list_contacts

    if who.isdecimal():
        contact = get_contact(home.network, int(who))
        if contact is None:
            raise click.ClickException(f"No contact has the number {who}.")
        return contact
    from matcher.contacts.identity import address, name_key, slug_of

    slug, mail, name = slug_of(who), address(who), name_key(who)
    everybody = list_contacts(home.network)
    if slug or mail:
        found = [
            c
            for c in everybody
            if (mail and c.email == mail) or (slug and slug == slug_of(c.profile_url or ""))
        ]
    else:
        found = [c for c in everybody if name and name in name_key(c.name)]
        exact = [c for c in found if name == name_key(c.name)]
        found = exact if len(exact) == 1 else found
    if not found:
        raise click.ClickException(f"Nobody fits {clean(who)!r}. Try: inroad contacts list")
    if len(found) > 1:
        names = ", ".join(f"{clean(c.name)} [{c.contact_id}]" for c in found[:SHOWN])
        more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
        raise click.ClickException(f"{len(found)} contacts fit: {names}{more}. Give the number.")
    return found[0]


def _fits(contact: Contact, employer: str | None, former: bool) -> bool:
    jobs = [e for e in contact.employments if not (former and e.is_current)]
    if employer is None:
        return bool(jobs) or not former
    return any(employer.casefold() in e.employer.casefold() for e in jobs)


def _print_report(report: ImportReport) -> None:
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
        names = _some([clean(name.rpartition(": ")[2]) for name in report.not_read])
        click.echo(f"Not read: {names}")
    if report.same_day:
        click.echo(
            f"These are of one day, so which came first is a guess: {_some(report.same_day)}. "
            "Import them again with --taken-on."
        )
    if not any(file.status in ("imported", "redated") for file in report.files):
        if any(file.status == "known" for file in report.files):
            click.echo(f"Nothing changed: {_count(report.people, 'contact')}.")
        return
    new = f", {report.new} of them new" if report.new else ", none of them new"
    click.echo(f"\n{_count(report.people, 'contact')}{new}.")
    if report.moves:
        click.echo(f"{_count(len(report.moves), 'former workplace')} found:")
        for move in report.moves[:SHOWN]:
            click.echo(f"  {_move(move)}")
        if len(report.moves) > SHOWN:
            click.echo(f"  … and {len(report.moves) - SHOWN} more (inroad contacts list --former)")
    if report.unlinked:
        click.echo(
            f"{len(report.unlinked)} no longer among your connections, so left out of the match: "
            f"{_some(report.unlinked)}"
        )


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
    click.echo(f"{indent}{name}: {again}{about}: {counts}")
    for reason, lines in file.skipped.items():
        click.echo(f"{indent}  skipped {_lines(reason, lines)}")
    for what, lines in file.noted.items():
        click.echo(f"{indent}  kept, but {_lines(what, lines)}")
    if file.excerpt:
        click.echo(f"{indent}  far fewer people than before it: nobody is taken for removed")


def _lines(reason: str, lines: Sequence[int]) -> str:
    where = "line" if len(lines) == 1 else "lines"
    return f"{len(lines)} {reason} ({where} {_some(sorted(lines))})"


def _move(move: Move) -> str:
    until = f" ({move.until})" if move.until else ""
    now = f", now at {clean(move.now)}" if move.now else ""
    return f"{clean(move.name)}: formerly {clean(move.left)}{until}{now}"


def _some(values: Sequence[object]) -> str:
    shown = ", ".join(clean(value) for value in values[:SHOWN])
    return f"{shown} and {len(values) - SHOWN} more" if len(values) > SHOWN else shown


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _state(job: Employment) -> str:
    if job.confidence == "suggested":
        return "maybe" if job.is_current else "left?"
    return "now" if job.is_current else "formerly"


def _role(job: Employment) -> str:
    return f"{clean(job.title)}, {clean(job.employer)}" if job.title else clean(job.employer)


def _when(job: Employment) -> str:
    if job.since and (job.until or job.is_current):
        return f", {job.since} – {job.until or 'now'}"
    if job.since:
        return f", since {job.since}"
    return f", until {job.until}" if job.until else ""


def _origin(job: Employment) -> str:
    parts = [f"{job.confidence}, from {job.source}"]
    if job.first_seen and job.last_seen and job.first_seen != job.last_seen:
        parts.append(f"shown {job.first_seen} to {job.last_seen}")
    elif job.last_seen:
        parts.append(f"shown {job.last_seen}")
    if job.until_by:
        parts.append(f"no longer on {job.until_by}")
    if job.note:
        parts.append(clean(job.note))
    return "; ".join(parts)


def _print_table(people: Sequence[Contact]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("no.", justify="right", no_wrap=True)
    table.add_column("name", overflow="fold")
    table.add_column("now", overflow="fold")
    table.add_column("formerly", overflow="fold")
    for contact in people:
        now = "; ".join(_role(e) for e in contact.employments if _state(e) == "now")
        before = "; ".join(
            clean(e.employer) + (f" ({e.until})" if e.until else "")
            for e in contact.employments
            if _state(e) == "formerly"
        )
        name = clean(contact.name) + ("" if contact.linked else " (unlinked)")
        table.add_row(str(contact.contact_id), name, now, before)
    if people:
        Console(highlight=False, markup=False, emoji=False).print(table)


def _print_json(people: Sequence[Contact]) -> None:
    import json

    click.echo(json.dumps([_record(c) for c in people], ensure_ascii=False, indent=2))


def _record(contact: Contact) -> dict[str, Any]:
    return {
        "id": contact.contact_id,
        "name": contact.name,
        "profile_url": contact.profile_url,
        "email": contact.email,
        "connected_on": contact.connected_on and contact.connected_on.isoformat(),
        "linked": contact.linked,
        "employments": [
            {
                "employer": e.employer,
                "title": e.title,
                "is_current": e.is_current,
                "since": e.since,
                "until": e.until,
                "as_of": e.as_of.isoformat(),
                "confidence": str(e.confidence),
                "source": e.source,
                "note": e.note,
            }
            for e in contact.employments
        ],
    }


def _print_csv(people: Sequence[Contact]) -> None:
    import csv
    import sys

    from matcher.targets.sheet import cell

    job = ("employer", "title", "is_current", "since", "until", "as_of", "confidence", "source")
    person = ("id", "name", "profile_url", "email", "connected_on", "linked")
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow([*person, *job])
    for record in map(_record, people):
        for employment in record["employments"] or [{}]:
            row = [*(record[n] for n in person), *(employment.get(n) for n in job)]
            writer.writerow([cell(value) for value in row])
