"""`inroad status`: what ran, what runs next, and what is due."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from cli.context import Home, pass_home
from cli.durations import span
from cli.options import format_option
from cli.safe import clean
from cli.words import count

if TYPE_CHECKING:
    from store.boards import FollowedBoard
    from store.runs import Run

RUNS = 5
STALE = timedelta(days=7)
"""A board not read for so long is due."""
OLD_EXPORT = timedelta(days=30)
"""Contacts as of so long ago have changed jobs since."""


@click.command()
@format_option("table", "json")
@pass_home
def status(home: Home, shape: str) -> None:
    """Show the last runs, the next one, and what is due."""
    from cli.scheduled_run import last_run
    from store.runs import last_runs

    runs = last_runs(home.postings, RUNS)
    scheduled, due = last_run(home), list(_due(home))
    if shape == "json":
        import json

        found = {
            "runs": [_as_json(run) for run in runs],
            "scheduled_run": scheduled,
            "next_run": _next(home),
            "due": due,
        }
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    click.secho("Last crawls", bold=True)
    for run in runs:
        click.echo(f"  {_line(run)}")
    if not runs:
        click.echo("  none yet (inroad crawl)")
    if scheduled:
        click.secho("Last scheduled run", bold=True)
        ended = clean(scheduled["finished"]).replace("T", " ")[:16]
        click.echo(
            f"  {ended}  exit {clean(scheduled['exit_code'])}: {clean(scheduled['summary'])}"
        )
    click.secho("Next run", bold=True)
    click.echo(f"  {_next(home) or 'not scheduled (inroad schedule install)'}")
    click.secho("Due", bold=True)
    for one in due:
        click.echo(f"  {one['what']}")
    if not due:
        click.echo("  nothing")


def _next(home: Home) -> str | None:
    """From the scheduler; where something else has started earlier runs, from the settings."""
    from cli.schedule import next_run
    from cli.scheduled_run import last_run
    from cli.schedulers.choice import installed
    from cli.schedulers.job import job_of

    job = job_of(home)
    found = installed(job)
    if found is None and last_run(home) is None:
        return None
    return next_run(home, job, found[0] if found else None)


def _due(home: Home) -> Iterator[dict[str, Any]]:
    """What there is to do, each with its kind, a count and a line."""
    from store.boards import followed_boards
    from store.unread import left_unread

    boards = followed_boards(home.postings)
    if not boards:
        yield _item("boards", 0, "no boards are watched yet: inroad boards add URL")
    if waiting := len(left_unread(home.postings)):
        yield _item("unread", waiting, f"{count(waiting, 'board')} left unread by the last crawl")
    if never := sum(b.read_at is None for b in boards):
        yield _item("never read", never, f"{count(never, 'board')} never read: inroad crawl")
    old = [b for b in boards if b.read_at and home.now - b.read_at >= STALE]
    if old:
        line = f"{count(len(old), 'board')} not read for {STALE.days} days: inroad crawl"
        yield _item("stale", len(old), line)
    yield from _feeds(home, boards)
    for trust in ("unconfirmed", "contradicted"):
        if number := sum(b.trust == trust for b in boards):
            line = f"{count(number, 'board')} {trust} by name: inroad boards list"
            yield _item(trust, number, line)
    yield from _contacts(home)


def _feeds(home: Home, boards: list[FollowedBoard]) -> Iterator[dict[str, Any]]:
    """Boards that may not be read at any time: when they may be again."""
    from crawler.sources import SOURCES

    for board in boards:
        source = SOURCES.get(board.source)
        if source is None or not source.read_every:
            continue
        name = clean(f"{board.source}:{board.board}")
        answered = board.read_at if board.outcome != "failed" else None
        again = answered + source.read_every if answered else home.now
        if again <= home.now:
            yield _item("feed", 1, f"{name} may be read again now", board=name)
        else:
            when = f"{again:%Y-%m-%d %H:%M} UTC"
            yield _item("feed", 0, f"{name} may be read again from {when}", board=name)


def _contacts(home: Home) -> Iterator[dict[str, Any]]:
    from store.imports import list_imports

    imports = list_imports(home.network) if home.network.path.exists() else []
    if not imports:
        yield _item("contacts", 0, "no contacts yet: inroad contacts import FILE")
        return
    newest = max(one.taken_on for one in imports)
    age = home.now.date() - newest
    if age >= OLD_EXPORT:
        line = f"your contacts are as of {newest}, {age.days} days ago: export them again"
        yield _item("contacts", age.days, line)


def _item(kind: str, number: int, what: str, **more: str) -> dict[str, Any]:
    return {"kind": kind, "count": number, "what": what, **more}


def _line(run: Run) -> str:
    counted = ", ".join(f"{n} {name}" for name, n in run.outcomes.items()) or "none"
    how = run.reason or "cut short, or still going on"
    return (
        f"{run.started_at:%Y-%m-%d %H:%M}  {_took(run)}  {how}; boards: {counted}; "
        f"postings: {run.new:,} new, {run.changed:,} changed, {run.closed:,} closed"
    )


def _took(run: Run) -> str:
    return span(run.finished_at - run.started_at) if run.finished_at else "?"


def _as_json(run: Run) -> dict[str, Any]:
    return {
        "run": run.run,
        "started": _moment(run.started_at),
        "finished": _moment(run.finished_at),
        "seconds": (run.finished_at - run.started_at).total_seconds() if run.finished_at else None,
        "reason": run.reason,
        "outcomes": dict(run.outcomes),
        "new": run.new,
        "changed": run.changed,
        "closed": run.closed,
    }


def _moment(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") + "Z" if at else None
