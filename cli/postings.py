"""`inroad postings`: what the boards list, and one posting in full."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from cli.context import Home, pass_home
from cli.filters import moment, posting_filter, posting_options
from cli.options import format_option
from cli.safe import clean, clean_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from store.browsing import Found, FoundPosting
    from store.history import Change

_FIELDS = {
    "text": "text",
    "closed_at": "open again",
    "published_at": "published",
    "valid_through": "apply until",
    "workplace_type": "workplace",
    "employment_type": "employment",
    "url": "address",
    "apply_url": "address to apply at",
    "pay_min": "pay, from",
    "pay_max": "pay, to",
    "pay_currency": "currency of pay",
    "pay_period": "period of pay",
}
_DIFF_LINES = 60


@click.group(invoke_without_command=True)
@posting_options
@click.option(
    "--open",
    "state",
    flag_value="open",
    default="open",
    help="Those one can still apply for (the default).",
)
@click.option("--closed", "state", flag_value="closed", help="Those one cannot any more.")
@click.option("--all", "state", flag_value="all", help="Both.")
@click.option("--source", multiple=True, help="Read from this source (repeatable).")
@click.option("--new-since", metavar="WHEN", help="Not seen before: 1d, 2w or 2026-11-01.")
@click.option(
    "--sort",
    type=click.Choice(["newest", "oldest", "title", "employer", "pay"]),
    default="newest",
    show_default=True,
    help="Which come first.",
)
@click.option(
    "--limit",
    type=click.IntRange(0),
    default=None,
    help="At most this many; 0 is all. [50 in the table, else all]",
)
@format_option("table", "json", "csv")
@click.pass_context
@pass_home
def postings(home: Home, ctx: click.Context, **search: Any) -> None:
    """List and search postings, each job once.

    `inroad postings show ID` shows one in full.
    """
    if ctx.invoked_subcommand is not None:
        return
    from dataclasses import replace

    from store.browsing import find_postings

    shape, limit = search["shape"], search["limit"]
    wanted = replace(
        posting_filter(search, home.now),
        state=search["state"],
        source=search["source"],
        seen_since=moment("--new-since", search["new_since"], home.now),
    )
    if limit is None:
        limit = 50 if shape == "table" else 0
    found = find_postings(home.postings, wanted, home.now, search["sort"], limit)
    if shape == "table":
        _print_table(found, home.now)
    else:
        from cli.tables import print_rows

        print_rows([_row(p, shape) for p in found.postings], shape, _COLUMNS)
    click.echo(_counted(found), err=shape != "table")


@postings.command()
@click.argument("posting", metavar="ID")
@click.option("--text/--no-text", "with_text", default=True, help="With its description.")
@format_option("text", "json")
@pass_home
def show(home: Home, posting: str, with_text: bool, shape: str) -> None:
    """Show one posting: all that is known of it, what changed and when, and its text.

    ID is what `inroad postings` prints, as source:board:id; the last part will do.
    """
    from store.browsing import postings_by_id
    from store.history import changes_of, text_of

    found = postings_by_id(home.postings, posting)
    if len(found) != 1:
        raise click.ClickException(_which(posting, [p.id for p in found]))
    one = found[0]
    changes = changes_of(home.postings, one.source, one.board, one.external_id)
    text = (text_of(home.postings, one.text_hash) or "") if with_text else ""
    if shape == "json":
        import json

        told = _row(one, "json") | {"changes": [_change(x) for x in changes]}
        told |= {"text": clean_text(text)} if with_text else {}
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    for name, value in _facts(one, home.now):
        click.echo(f"{name + ':':<16}{value}")
    _print_history(home, one, changes)
    if text:
        click.echo(f"\n{clean_text(text)}")


_COLUMNS = (
    "id", "employer", "title", "location", "city", "region", "country", "workplace_type",
    "employment_type", "department", "pay_min", "pay_max", "pay_currency", "pay_period",
    "pay_yearly_min", "pay_yearly_max", "language", "first_published", "published", "first_seen",
    "last_seen", "valid_through", "closed", "repost_of", "url", "apply_url", "also",
    "attribution",
)  # fmt: skip


def _row(p: FoundPosting, shape: str) -> dict[str, Any]:
    """One posting for machines: lists are lists in JSON, and lines of a cell in CSV."""
    places = [{name: getattr(x, name) for name in ("city", "region", "country")} for x in p.places]
    row = {
        "id": clean(p.id),
        "employer": clean(p.employer),
        "title": clean(p.title),
        "location": "; ".join(clean(x) for x in p.locations),
        "city": _one_of(places, "city"),
        "region": _one_of(places, "region"),
        "country": p.country or _one_of(places, "country"),
        "workplace_type": p.workplace_type,
        "employment_type": p.employment_type,
        "department": clean(p.department) or None,
        "pay_min": p.pay_min,
        "pay_max": p.pay_max,
        "pay_currency": p.pay_currency,
        "pay_period": p.pay_period,
        "pay_yearly_min": p.pay_yearly_min,
        "pay_yearly_max": p.pay_yearly_max,
        "language": clean(p.language) or None,
        "first_published": _when(p.first_published_at),
        "published": _when(p.published_at),
        "first_seen": _when(p.first_seen),
        "last_seen": _when(p.last_seen),
        "valid_through": _when(p.valid_through),
        "closed": _when(p.closed_at),
        "repost_of": clean(p.repost_of) or None,
        "url": clean(p.url),
        "apply_url": clean(p.apply_url) or None,
        "also": [clean(url) for url in p.also],
        "attribution": clean(p.attribution) or None,
    }
    if shape == "csv":
        return row | {"also": "\n".join(clean(url) for url in p.also)}
    return row | {"locations": [clean(x) for x in p.locations], "places": places}


def _one_of(places: list[dict[str, str | None]], level: str) -> str | None:
    """What all of them have in common."""
    found = {place[level] for place in places}
    return found.pop() if len(found) == 1 else None


def _print_table(found: Found, now: datetime) -> None:
    from rich.console import Console
    from rich.table import Table

    from cli.report import age

    if not found.postings:
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("employer", "title", "where", "pay a year"):
        table.add_column(column, overflow="fold")
    table.add_column("age", no_wrap=True)
    table.add_column("id", overflow="fold")
    for p in found.postings:
        marks = ["repost"] if p.repost_of else []
        marks += [f"on {len(p.also) + 1} boards"] if p.also else []
        marks += ["closed"] if p.closed_at else []
        marks += [f"({clean(p.attribution)})"] if p.attribution else []
        title = clean(p.title) + (f"  [{', '.join(marks)}]" if marks else "")
        table.add_row(clean(p.employer), title, _where(p), _yearly(p), age(p, now), clean(p.id))
    Console(highlight=False, markup=False, emoji=False).print(table)


def _counted(found: Found) -> str:
    shown = len(found.postings)
    if not found.total:
        return "No posting fits what you asked for."
    noun = "posting" if found.total == 1 else "postings"
    employers = "1 employer" if found.employers == 1 else f"{found.employers:,} employers"
    more = f"; {shown:,} shown, --limit 0 shows all" if shown < found.total else ""
    return f"{found.total:,} {noun} of {employers}{more}."


def _where(p: FoundPosting) -> str:
    from cli.report import where

    return where([clean(x) for x in p.locations], p.workplace_type)


def _yearly(p: FoundPosting) -> str:
    low, high = p.pay_yearly_min, p.pay_yearly_max
    if low is None and high is None:
        return ""
    return _range(low, high, p.pay_currency)


def _range(low: float | None, high: float | None, currency: str | None) -> str:
    amounts = [f"{amount:,.0f}" if amount >= 1000 or amount == int(amount) else f"{amount:,.2f}"
               for amount in (low, high) if amount is not None]  # fmt: skip
    if low is None:
        text = f"up to {amounts[0]}"
    elif high is None:
        text = f"from {amounts[0]}"
    else:
        text = "–".join(dict.fromkeys(amounts))
    return f"{text} {currency or ''}".strip()


def _facts(p: FoundPosting, now: datetime) -> Iterator[tuple[str, str]]:
    from cli.report import age

    yield "id", clean(p.id)
    yield "title", clean(p.title)
    yield "employer", clean(p.employer)
    for location in p.locations or [""]:
        place = next((x for x in p.places if x.location == location), None)
        sure = [x for x in (place.city, place.region, place.country) if x] if place else []
        told = clean(location) + (f"  = {', '.join(map(clean, sure))}" if sure else "")
        if told:
            yield "location", told
    if p.country:
        yield "country", p.country
    if p.workplace_type != "unknown":
        yield "workplace", p.workplace_type
    for name in ("employment_type", "department", "team"):
        if value := getattr(p, name):
            yield _FIELDS.get(name, name), clean(value)
    if p.pay_min is not None or p.pay_max is not None:
        period = f" a {p.pay_period.lower()}" if p.pay_period else ""
        said = _range(p.pay_min, p.pay_max, p.pay_currency) + period
        yearly = f"  = {_yearly(p)} a year" if p.pay_period not in (None, "YEAR") else ""
        yield "pay", said + yearly
    if p.language:
        yield "language", clean(p.language)
    yield "published", _said(p) + f"  ({age(p, now)})"
    if p.repost_of:
        yield "repost of", clean(p.repost_of)
        if p.first_published_at:
            yield "first published", f"{p.first_published_at:%Y-%m-%d}"
    yield "seen", f"{p.first_seen:%Y-%m-%d} to {p.last_seen:%Y-%m-%d}"
    if p.valid_through:
        yield "apply until", f"{p.valid_through:%Y-%m-%d}"
    if p.closed_at:
        yield "closed", f"{p.closed_at:%Y-%m-%d}"
    yield "address", clean(p.url)
    if p.apply_url and p.apply_url != p.url:
        yield "apply at", clean(p.apply_url)
    for url in p.also:
        yield "also at", clean(url)
    if p.attribution:
        yield "source", clean(p.attribution)


def _said(p: FoundPosting) -> str:
    if p.published_at is None:
        return "not said"
    about = "about " if p.published_precision == "relative" else ""
    return f"{about}{p.published_at:%Y-%m-%d}"


def _print_history(home: Home, one: FoundPosting, changes: list[Change]) -> None:
    if not changes:
        return
    click.echo("\nWhat changed:")
    texts = 0
    for change in changes:
        name = _FIELDS.get(change.field, change.field)
        if change.field == "closed_at":
            told = f"after it was closed {clean((change.before or '')[:10])}"
        elif change.field == "text":
            told = ""
        else:
            told = f"{clean(change.before) or '(nothing)'} → {clean(change.after) or '(nothing)'}"
        click.echo(f"  {change.seen_at:%Y-%m-%d}  {name}{': ' if told else ''}{told}")
        if change.field == "text":
            texts += 1
            if texts == 1:
                _print_diff(home, change)


def _print_diff(home: Home, change: Change) -> None:
    """The lines that the newest change of the text took out and put in."""
    import difflib

    from store.history import text_of

    before, after = (
        text_of(home.postings, one) if one else "" for one in (change.before, change.after)
    )
    if before is None or after is None:
        return
    lines = difflib.unified_diff(
        clean_text(before).splitlines(), clean_text(after).splitlines(), lineterm="", n=0
    )
    told = [x for x in lines if x[:1] in "+-" and x[:3] not in ("+++", "---") and x[1:].strip()]
    for line in told[:_DIFF_LINES]:
        click.secho(f"              {line}", fg="green" if line[0] == "+" else "red")
    if len(told) > _DIFF_LINES:
        click.echo(f"              … and {len(told) - _DIFF_LINES} more lines")


def _change(change: Change) -> dict[str, Any]:
    return {
        "seen": _when(change.seen_at),
        "field": change.field,
        "before": clean(change.before) or None,
        "after": clean(change.after) or None,
    }


def _which(wanted: str, found: list[str]) -> str:
    if not found:
        return f"There is no posting {clean(wanted)}. `inroad postings` lists them with their ids."
    listed = "".join(f"\n  {clean(one)}" for one in found)
    return f"{clean(wanted)} is the id of several postings; say which:{listed}"


def _when(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds") + "Z"
