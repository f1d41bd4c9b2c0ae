"""One crawl, from its lock to its report."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

# First of all: for each of its deprecated classes Scrapy looks through the stack and every module.
import scrapy.core.downloader.contextfactory  # noqa: F401
from filelock import FileLock, Timeout

from crawler.choices import AS_SHIPPED, why_unread
from crawler.engine import run_spider
from crawler.progress import (
    BoardSkipped,
    Merging,
    Progress,
    Recovered,
    RunStarted,
    Stopping,
    unwatched,
)
from crawler.settings import CrawlSettings
from crawler.settling import settle, settle_some
from crawler.sources.base import Board, Source
from crawler.spider import BoardSpider
from crawler.staging import Merger, RecoveredRun, Spool, clear, recover
from store.database import Database
from store.errors import DatabaseBusy
from store.known import BoardKey, Known, known_ids, what_is_known
from store.merge import RunSummary, begin_run, finish_run
from store.unread import note_turns


class RunInProgress(Exception):
    """Another crawl of the same home holds the lock."""


@dataclass(frozen=True, slots=True)
class CrawlPaths:
    """Where a crawl keeps its things. Folders are made where missing."""

    database: Database
    spool: Path
    lock: Path
    log: Path
    requests: Path
    """Counts requests to hosts with a budget, over all runs."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A board that a run left alone, and why, with what to do about it."""

    board: Board
    why: str


@dataclass(frozen=True, slots=True)
class RunReport:
    """What a crawl did. `reason` is "finished", "interrupted" or "out of time"."""

    run: str
    reason: str
    summary: RunSummary
    recovered: list[RecoveredRun]
    """Earlier runs that were cut short, merged before this one."""
    damaged: list[Path]
    """Segments of this run that could not be merged and were set aside."""
    unread: list[Board]
    """Boards whose read did not begin or did not end."""
    skipped: list[Skipped]
    """Boards whose source is off or lacks a key, or that were read too lately."""

    @property
    def interrupted(self) -> bool:
        return self.reason == "interrupted"

    @property
    def out_of_time(self) -> bool:
        return self.reason == "out of time"


def crawl(
    boards: Sequence[Board],
    home: CrawlPaths,
    settings: CrawlSettings,
    sources: Mapping[str, Source],
    progress: Progress | None = None,
    worth: Mapping[BoardKey, int] | None = None,
    budget: timedelta | None = None,
) -> RunReport:
    """Read every board once and merge what was found. Once per process.

    Boards of more `worth` (0 where it has none) are read first, as far as one request at a time
    to a host allows, and boards of equal worth in the order given. Once the `budget` is used up
    no board is begun any more; those without a turn are kept for the next run to begin with.

    A first Ctrl-C (or SIGTERM) lets the requests on the wire finish and keeps everything; a
    second one does not wait for them.

    Raises:
        RunInProgress: another crawl of this home is running.
        SpoolError: the disk would not take what was fetched.
        StoreError: the database would not; the spool keeps it for the next run.
    """
    watch = progress or unwatched
    until = monotonic() + budget.total_seconds() if budget is not None else None
    boards = list({(b.source, b.token): b for b in reversed(boards)}.values())[::-1]
    with only_run(home.lock):
        recovered = []
        for earlier in recover(home.spool, home.database):
            recovered.append(earlier)
            watch(Recovered(earlier.run, earlier.segments))
        started_at = _now()
        run = f"{started_at:%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"
        folder = home.spool / run
        with home.database.open():
            begin_run(home.database, run, started_at)
            known = what_is_known(home.database)
            skipped = list(_to_skip(boards, sources, settings, known, started_at))
            left_alone = {one.board for one in skipped}
            boards = [board for board in boards if board not in left_alone]
            note_turns(home.database, ((b.source, b.token) for b in boards), started_at)
        for one in skipped:
            watch(BoardSkipped(one.board, one.why))
        merger = Merger(home.database, run)
        spool = Spool(folder, merger.add)
        watch(RunStarted(run, len(boards)))

        def ids(board: Board) -> Collection[str]:
            return known_ids(home.database, board.source, board.token)

        def useful(board: Board) -> int:
            return (worth or {}).get((board.source, board.token), 0)

        arguments = {
            "boards": boards,
            "sources": sources,
            "crawl": settings,
            "spool": spool,
            "known": known,
            "known_ids": ids,
            "progress": watch,
            "worth": useful,
            "seconds": None if until is None else until - monotonic(),
        }

        stopped = False

        def stopping() -> None:
            nonlocal stopped
            stopped = True
            watch(Stopping())

        reason = "interrupted"
        kept = f"What was fetched is kept in {folder}, and the next run merges it."
        try:
            ended = run_spider(
                BoardSpider, arguments, settings, sources, home.log, stopping, home.requests
            )
            spider = ended.spider if isinstance(ended.spider, BoardSpider) else None
            if spider is not None and spider.out_of_time and not stopped:
                reason = "out of time"
            elif ended.reason not in ("shutdown", "killed"):
                reason = "finished"
        finally:
            spool.rotate()
            watch(Merging(interrupted=reason == "interrupted"))
            try:
                merger.finish()
            except DatabaseBusy as error:
                raise DatabaseBusy(f"{error} {kept}") from error
        with home.database.open():
            summary = finish_run(home.database, run, _now(), reason)
            more = settle_some(home.database)
        clear(folder)
        if more:
            with suppress(DatabaseBusy):  # whoever comes next settles what is left
                settle(home.database)
    if spider is not None and spider.spool_error is not None:
        raise spider.spool_error
    read = {(r.source, r.board) for r in summary.reads if r.outcome is not None}
    unread = [b for b in boards if (b.source, b.token) not in read]
    return RunReport(run, reason, summary, recovered, merger.damaged, unread, skipped)


def _to_skip(
    boards: Sequence[Board],
    sources: Mapping[str, Source],
    settings: CrawlSettings,
    known: Known,
    now: datetime,
) -> Iterator[Skipped]:
    for board in boards:
        source = sources.get(board.source)
        if source is None:
            continue
        choice = settings.choices.get(source.name, AS_SHIPPED)
        if why := why_unread(source, choice, board.token):
            yield Skipped(board, why)
        answered = known.answered.get((board.source, board.token))
        if answered and why is None and timedelta(0) <= now - answered < source.read_every:
            again = answered + source.read_every
            yield Skipped(
                board,
                f"read {answered:%Y-%m-%d %H:%M}; {source.title} is not read again before "
                f"{again:%Y-%m-%d %H:%M} UTC",
            )


@contextmanager
def only_run(lock: Path) -> Iterator[None]:
    """Hold the home's lock. The system gives it back even if the process is killed."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    held = FileLock(lock, timeout=0)
    try:
        held.acquire()
    except Timeout as error:
        raise RunInProgress(
            f"Another crawl of this home is running (it holds {lock}). Try again when it is done."
        ) from error
    try:
        yield
    finally:
        held.release()


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
