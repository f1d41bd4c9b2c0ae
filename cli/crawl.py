"""`inroad crawl`: every board into the postings database, with something to look at meanwhile."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from cli.context import Home, pass_home
from cli.durations import Duration
from cli.safe import clean
from cli.trust import confirm_boards
from cli.turns import boards_to_read

if TYPE_CHECKING:
    from datetime import timedelta

    from cli.turns import Wanted
    from crawler.progress import Event, Progress
    from crawler.run import CrawlPaths, RunReport
    from crawler.settings import CrawlSettings

FINE = ("ok", "empty")


@click.command()
@click.argument("boards", nargs=-1, metavar="[BOARD]...")
@click.option(
    "--budget",
    type=Duration(),
    metavar="TIME",
    help="Stop cleanly after so long (20m, 1h30m); the boards left are read first next time.",
)
@click.option("--known-only", is_flag=True, help="Only boards of employers where you know someone.")
@click.pass_context
@pass_home
def crawl(
    home: Home,
    ctx: click.Context,
    boards: tuple[str, ...],
    budget: timedelta | None,
    known_only: bool,
) -> None:
    """Read every board and keep its postings.

    Boards that the last run left unread come first, then those where you know the most people,
    then those not read for the longest. BOARD limits the run to boards you follow, as
    `source:token`. Ctrl-C stops cleanly: what was read stays. Exit code 3 says that some boards
    could not be read; each is named.
    """
    wanted = boards_to_read(home, boards, known_only=known_only)
    if not wanted.boards:
        raise click.ClickException(wanted.why_none)
    if not home.settings.crawl["contact"]:
        click.echo(
            "Tip: set [crawl] contact in config.toml (`inroad config init`), so that the "
            "servers you read can reach you.",
            err=True,
        )
    with _watching() as progress:
        report = run(home, wanted, budget, progress)
    print_report(report)
    _say_gone(home, report)
    for line in confirm_boards(home, report.run):
        click.echo(line)
    if code := exit_code(report):
        ctx.exit(code)


def exit_code(report: RunReport) -> int:
    """130 where the user stopped it, 3 where boards failed. Time that is up is no failure."""
    if report.interrupted:
        return 130
    # A board whose read the end of the time cut short has no outcome.
    fine = (*FINE, None) if report.out_of_time else FINE
    return 3 if any(r.outcome not in fine for r in report.summary.reads) or report.damaged else 0


def run(
    home: Home,
    wanted: Wanted,
    budget: timedelta | None = None,
    progress: Progress | None = None,
) -> RunReport:
    """One crawl of the given boards."""
    from crawler.run import crawl as run_crawl
    from crawler.sources import SOURCES

    paths, settings = crawl_paths(home), crawl_settings(home)
    report = run_crawl(wanted.boards, paths, settings, SOURCES, progress, wanted.worth, budget)
    compare(home)
    return report


def crawl_paths(home: Home) -> CrawlPaths:
    """Where the crawls of a home keep their things; its folder is made where missing."""
    from crawler.run import CrawlPaths

    home.path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return CrawlPaths(
        database=home.postings,
        spool=home.path / "spool",
        lock=home.path / "crawl.lock",
        log=home.path / "crawl.log",
        requests=home.path / "requests.json",
    )


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
        TimeUp,
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
            case Recovered() | BoardSkipped() | TimeUp():
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
    from crawler.progress import BoardDone, BoardSkipped, Recovered, RunStarted, TimeUp

    match event:
        case Recovered(run=earlier, segments=segments):
            return f"Recovered {segments} segments that the interrupted run {earlier} had left."
        case BoardSkipped(board=board, why=why):
            return f"Skipping {clean(board)}: {clean(why)}"
        case RunStarted(boards=boards):
            return f"Reading {boards} boards."
        case TimeUp():
            return "The time is up: what is being read may end, and nothing else is begun."
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
    if report.out_of_time:
        click.echo(
            f"The time was up with {len(report.unread)} boards unread; the next crawl begins "
            "with them. Everything read is kept."
        )
