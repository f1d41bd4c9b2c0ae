"""`inroad crawl`: every board into the postings database, with something to look at meanwhile."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from cli.context import Home, pass_home
from cli.safe import clean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.progress import Event, Progress
    from crawler.run import RunReport
    from crawler.settings import CrawlSettings
    from crawler.sources.base import Board

FINE = ("ok", "empty")


@click.command()
@click.argument("boards", nargs=-1, metavar="[BOARD]...")
@click.pass_context
@pass_home
def crawl(home: Home, ctx: click.Context, boards: tuple[str, ...]) -> None:
    """Read every board and keep its postings.

    BOARD limits the run to boards you follow, as `source:token`. Ctrl-C stops cleanly: what
    was read stays. Exit code 3 says that some boards could not be read; each is named.
    """
    wanted = _wanted(home, boards)
    if not wanted:
        raise click.ClickException(
            "No boards to read yet. Add some first: inroad boards add URL, or "
            "inroad boards add --starter"
        )
    if not home.settings.crawl["contact"]:
        click.echo(
            "Tip: set [crawl] contact in config.toml (`inroad config init`), so that the "
            "servers you read can reach you.",
            err=True,
        )
    report = run(home, wanted)
    print_report(report)
    _say_gone(home, report)
    if report.interrupted:
        ctx.exit(130)
    if any(r.outcome not in FINE for r in report.summary.reads) or report.damaged:
        ctx.exit(3)


def run(home: Home, boards: Sequence[Board]) -> RunReport:
    """One crawl of the given boards, drawn on the terminal while it goes."""
    from crawler.run import CrawlPaths
    from crawler.run import crawl as run_crawl
    from crawler.sources import SOURCES

    home.path.mkdir(parents=True, exist_ok=True, mode=0o700)
    paths = CrawlPaths(
        database=home.postings,
        spool=home.path / "spool",
        lock=home.path / "crawl.lock",
        log=home.path / "crawl.log",
        requests=home.path / "requests.json",
    )
    with _watching() as progress:
        report = run_crawl(boards, paths, crawl_settings(home), SOURCES, progress)
    compare(home)
    return report


def _say_gone(home: Home, report: RunReport) -> None:
    """How many boards were not found for so long that they must have gone somewhere."""
    from store.health import RUNS_TO_BE_GONE, boards_health

    missing = {(r.source, r.board) for r in report.summary.reads if r.outcome == "not_found"}
    if not missing:
        return
    gone = [b for b in boards_health(home.postings) if b.gone and (b.source, b.board) in missing]
    if gone:
        named = ", ".join(clean(f"{b.source}:{b.board}") for b in gone[:10])
        more = f" and {len(gone) - 10} more" if len(gone) > 10 else ""
        click.echo(
            f"Gone, not found in {RUNS_TO_BE_GONE} runs or more: {named}{more}. Where they went, "
            "their employers' pages may say: inroad boards health --look"
        )


def compare(home: Home) -> None:
    """Mark reposts and group what is on several boards. What is not compared now will be next
    time."""
    from matcher.postings.grouping import compare
    from store.errors import DatabaseBusy

    try:
        compare(home.postings)
    except DatabaseBusy as error:
        click.echo(f"Reposts and twins were not looked for: {error}", err=True)


def crawl_settings(home: Home) -> CrawlSettings:
    """[crawl] as the crawler wants it."""
    from importlib.metadata import version

    from cli.source_settings import choices
    from crawler.settings import CrawlSettings

    crawl = home.settings.crawl
    return CrawlSettings(
        version=version("inroad"),
        contact=crawl["contact"] or None,
        delay=crawl["delay"],
        timeout=crawl["timeout"],
        max_body_bytes=crawl["max_body_mib"] * 2**20,
        retry_after_max=crawl["retry_after_max"],
        concurrent_hosts=crawl["concurrent_hosts"],
        origins=crawl["origins"],
        choices=choices(home.settings.sources),
    )


def _wanted(home: Home, specs: Sequence[str]) -> list[Board]:
    from crawler.posting import NameOrigin
    from crawler.sources.base import Board
    from store.boards import followed_boards

    followed = {}
    for b in followed_boards(home.postings):
        # A name that stands in postings' payloads is theirs, not the board's.
        known = b.employer_origin not in (None, NameOrigin.PAYLOAD)
        followed[f"{b.source}:{b.board}"] = Board(
            b.source,
            b.board,
            b.employer if known else None,
            NameOrigin(b.employer_origin) if known else None,
        )
    unknown = [s for s in specs if s not in followed]
    if unknown:
        raise click.BadParameter(
            f"{', '.join(unknown)}: not among your boards (`inroad boards list`)."
        )
    return [followed[s] for s in specs] if specs else list(followed.values())


@contextlib.contextmanager
def _watching() -> Iterator[Progress]:
    """A live bar on a terminal, a plain line a board otherwise."""
    if not click.get_text_stream("stderr").isatty():
        yield _say
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    from crawler.progress import (
        BoardDone,
        BoardSkipped,
        Merging,
        PostingsRead,
        Recovered,
        RunStarted,
    )

    bar = Bar(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("boards · {task.fields[postings]:,} postings", markup=False),
        TimeElapsedColumn(),
        console=Console(stderr=True, highlight=False, markup=False),
    )
    task = bar.add_task("reading", total=None, postings=0)

    def draw(event: Event) -> None:
        match event:
            case Recovered() | BoardSkipped():
                bar.console.print(_line(event))
            case RunStarted(boards=boards):
                bar.update(task, total=boards)
            case PostingsRead(total=total):
                bar.update(task, postings=total)
            case BoardDone(done=done, outcome=outcome):
                bar.update(task, completed=done)
                if outcome not in FINE:
                    bar.console.print(_line(event))
            case Merging(interrupted=interrupted):
                bar.update(task, description="stopping" if interrupted else "keeping")
            case _:
                pass

    with bar:
        yield draw


def _say(event: Event) -> None:
    if line := _line(event):
        click.echo(line, err=True)


def _line(event: Event) -> str:
    from crawler.progress import BoardDone, BoardSkipped, Recovered, RunStarted

    match event:
        case Recovered(run=earlier, segments=segments):
            return f"Recovered {segments} segments that the interrupted run {earlier} had left."
        case BoardSkipped(board=board, why=why):
            return f"Skipping {clean(board)}: {clean(why)}"
        case RunStarted(boards=boards):
            return f"Reading {boards} boards."
        case BoardDone():
            detail = f" ({clean(event.detail)})" if event.detail else ""
            listed = f", {event.listed} postings" if event.outcome == "ok" else ""
            return (
                f"[{event.done}/{event.boards}] {clean(event.board)}: "
                f"{event.outcome}{listed}{detail}"
            )
        case _:
            return ""


def print_report(report: RunReport) -> None:
    """Boards by outcome, what became of the postings, and every board that was not ok."""
    summary = report.summary
    outcomes = Counter(r.outcome or "interrupted" for r in summary.reads)
    ended = summary.finished_at or summary.started_at
    seconds = (ended - summary.started_at).total_seconds()
    counted = ", ".join(f"{n} {name}" for name, n in outcomes.most_common()) or "none"
    left = f"; {len(report.skipped)} skipped" if report.skipped else ""
    click.echo(f"Boards:   {sum(outcomes.values())} read: {counted}{left}")
    click.echo(
        f"Postings: {summary.new:,} new, {summary.changed:,} changed, "
        f"{summary.unchanged:,} unchanged, {summary.closed:,} closed"
    )
    click.echo(f"Duration: {seconds:.2f} s")
    for read in summary.reads:
        if read.outcome not in FINE or not read.complete:
            name = f"{read.source}:{read.board}"
            who = f" ({clean(read.employer)})" if read.employer else ""
            why = f": {clean(read.detail)}" if read.detail else ""
            click.echo(f"  {read.outcome or 'interrupted':<11} {clean(name)}{who}{why}")
    empty = [f"{r.source}:{r.board}" for r in summary.reads if r.outcome == "empty"]
    if empty:
        click.echo(f"  empty       {clean(', '.join(empty))}")
    for one in report.skipped:
        click.echo(f"  skipped     {clean(one.board)}: {clean(one.why)}")
    for segment in report.damaged:
        click.echo(f"  damaged     {segment} could not be merged and was set aside.")
    if report.interrupted:
        click.echo(
            f"Stopped with {len(report.unread)} boards unread. Everything read so far is kept; "
            "run it again for the rest."
        )
