"""`inroad contacts`: the people the user knows, looked up and forgotten here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from cli.contacts_confirm import confirm
from cli.contacts_export import export
from cli.contacts_imports import import_, imports, undo
from cli.contacts_map import map_
from cli.contacts_review import merge, review, split
from cli.contacts_rules import block, blocks, rate, unblock
from cli.contacts_stats import stats
from cli.contacts_wanted import wanted
from cli.context import Home, pass_home
from cli.options import format_option
from cli.safe import clean
from cli.who import one

if TYPE_CHECKING:
    from collections.abc import Sequence

    from store.network import Contact, Employment, Evidence


@click.group()
def contacts() -> None:
    """Import and look after the people you know."""


for _command in (
    *(import_, imports, undo, map_, confirm, review, merge, split, stats, wanted),
    *(rate, block, unblock, blocks, export),
):
    contacts.add_command(_command)


@contacts.command("list")
@click.option("--employer", metavar="TEXT", help="Only people whose workplace contains TEXT.")
@click.option("--former", is_flag=True, help="Only people with a former workplace (of that name).")
@click.option("--limit", type=click.IntRange(0), help="At most this many people; 0 shows all.")
@format_option("table", "json", "csv")
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
    from store.network import evidence, schools

    contact = one(home, who)
    click.echo(f"{clean(contact.name)}  [{contact.contact_id}]")
    if contact.profile_url:
        click.echo(f"  {clean(contact.profile_url)}")
    for mail in contact.emails:
        click.echo(f"  {clean(mail)}")
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
    for school in schools(home.network).get(contact.contact_id, ()):
        years = " – ".join(filter(None, (school.since, school.until)))
        click.echo(f"  school    {clean(school.school)}{f', {years}' if years else ''}")
    for found in evidence(home.network).get(contact.contact_id, ()):
        click.echo(f"  {_passed(found)}")


@contacts.command()
@click.argument("who")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@pass_home
def forget(home: Home, who: str, yes: bool) -> None:
    """Erase one contact and every trace from the database.

    Asks made of them go as well, and all you noted. WHO as for `show`. A later export that still
    lists the person brings them back.
    """
    from cli.office_home import digests_of, forget_asked
    from store import forgetting

    contact = one(home, who)
    name = clean(contact.name)
    if not yes and not click.confirm(f"Erase {name} [{contact.contact_id}] and all their history?"):
        click.echo("Nothing was erased.")
        return
    digests = digests_of(home, contact.contact_id)
    rows = forgetting.forget(home.network, contact.contact_id)
    forget_asked(home, digests)
    click.echo(
        f"Erased {name}: {rows} imported {'row' if rows == 1 else 'rows'} and their history."
    )


def _fits(contact: Contact, employer: str | None, former: bool) -> bool:
    jobs = [e for e in contact.employments if not (former and e.is_current)]
    if employer is None:
        return bool(jobs) or not former
    return any(employer.casefold() in e.employer.casefold() for e in jobs)


def _state(job: Employment) -> str:
    if job.confidence == "suggested":
        return "now?" if job.is_current else "left?" if job.last_seen else "was?"
    return "now" if job.is_current else "formerly"


def _role(job: Employment) -> str:
    return f"{clean(job.title)}, {clean(job.employer)}" if job.title else clean(job.employer)


def _when(job: Employment) -> str:
    if job.since and (job.until or job.is_current):
        return f", {job.since} – {job.until or 'now'}"
    if job.since:
        return f", since {job.since}"
    return f", until {job.until}" if job.until else ""


def _passed(found: Evidence) -> str:
    direction = f" {found.direction}" if found.direction else ""
    times = f"{found.times} {found.kind}{'' if found.times == 1 else 's'}{direction}"
    last = f", the last on {found.last_at:%Y-%m-%d}" if found.last_at else ""
    note = ", with a note" if found.with_note else ""
    return f"{times}{last}{note}"


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
        "emails": list(contact.emails),
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
