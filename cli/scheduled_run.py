"""One scheduled run: crawl, match what is new, notify. Nobody watches it, so it writes a log.

What may be said here is what may be read by anybody who looks after the machine: boards, counts
and outcomes, never who the user knows.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.durations import parse_duration, span
from cli.safe import clean
from cli.words import count

if TYPE_CHECKING:
    from cli.context import Home
    from crawler.run import RunReport

LOG = "schedule.log"
LAST = "scheduled.json"
MAX_LOG_BYTES = 1_000_000
OLD_LOGS = 2


@dataclass(frozen=True, slots=True)
class Done:
    """How a scheduled run ended: its exit code, and one line that may be read by anybody."""

    code: int
    summary: str


def scheduled_run(home: Home) -> Done:
    """Crawl within the settings of [schedule], then look for new targets and tell of them.

    Raises:
        RunInProgress: another scheduled run, or a crawl, of this home is under way.
    """
    from crawler.run import RunInProgress, only_run

    home.path.mkdir(parents=True, exist_ok=True, mode=0o700)
    began = _now()
    with _log_to(home.path / LOG) as log:
        try:
            with only_run(home.path / "schedule.lock"):
                log.info("started")
                code, parts = _crawl(home, log)
                if code != 130:
                    matched, told = _tell_of_new(home, log)
                    code = matched or code
                    parts.append(told)
        except RunInProgress:
            log.warning("another run is under way; this one gave way (exit 4)")
            raise
        ended = _now()
        summary = f"{'; '.join(parts)}. {span(ended - began)}"
        log.info("%s (exit %d)", summary, code)
        _keep(home.path / LAST, began, ended, code, summary)
    return Done(code, summary)


def last_run(home: Home) -> dict[str, Any] | None:
    """What the last scheduled run left: started, finished, exit_code, summary."""
    try:
        kept = json.loads((home.path / LAST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    whole = isinstance(kept, dict) and {"started", "finished", "exit_code", "summary"} <= set(kept)
    return kept if whole else None


def _crawl(home: Home, log: logging.Logger) -> tuple[int, list[str]]:
    """Exit code, and what to say of the crawl."""
    from cli.crawl import FINE, exit_code, run
    from cli.trust import confirm_boards
    from cli.turns import boards_to_read
    from crawler.run import RunInProgress

    wish = home.settings.schedule
    try:
        wanted = boards_to_read(home, known_only=wish["known_only"])
        if not wanted.boards:
            log.warning("%s", clean(wanted.why_none))
            return 1, ["no boards to read"]
        report = run(home, wanted, parse_duration(wish["budget"]) if wish["budget"] else None)
    except RunInProgress:
        raise
    except Exception as error:
        return 1, [f"the crawl failed: {_explained(error, log)}"]
    for read in report.summary.reads:
        if read.outcome not in FINE:
            detail = f": {clean(read.detail)}" if read.detail else ""
            board = clean(f"{read.source}:{read.board}")
            log.warning("%s %s%s", board, read.outcome or "interrupted", detail)
    for one in report.skipped:
        log.info("%s skipped: %s", clean(one.board), clean(one.why))
    for segment in report.damaged:
        log.warning("%s could not be merged and was set aside", segment)
    code = exit_code(report)
    try:
        for line in confirm_boards(home, report.run):
            log.info("%s", line)
    except Exception as error:
        code = 1
        _explained(error, log)
    return code, [_counts(report)]


def _counts(report: RunReport) -> str:
    from cli.crawl import FINE

    reads = [r for r in report.summary.reads if r.outcome is not None]
    failed = sum(r.outcome not in FINE for r in reads)
    left = f", {len(report.unread)} left for the next run" if report.unread else ""
    bad = f", {failed} of them failed" if failed else ""
    return (
        f"{count(len(reads), 'board')} read{bad}{left}, {count(report.summary.new, 'new posting')}"
    )


def _tell_of_new(home: Home, log: logging.Logger) -> tuple[int, str]:
    """Exit code (0 or 1), and how much there is that nobody was told of."""
    from cli.matching import find_new, note_new
    from cli.notification import notify, totals

    try:
        findings = find_new(home, {}, "told")
        people, employers = totals(findings)
        told = True
        if people and home.settings.schedule["notify"]:
            if problem := notify(home, findings):
                told = False
                log.warning("%s", problem)
        if told:
            note_new(home, findings, "told")
    except Exception as error:
        return 1, f"the match failed: {_explained(error, log)}"
    if not people:
        return 0, "no new targets"
    told_of = f"{count(people, 'new target')} at {count(employers, 'employer')}"
    return 0, f"{told_of} (inroad match --new)"


def _explained(error: Exception, log: logging.Logger) -> str:
    """One line, as harmless as those the command line prints."""
    from cli.errors import explanation

    text = error.format_message() if isinstance(error, click.ClickException) else None
    line = clean(text) if text else explanation(error, verbose=True)
    log.error("%s", line)
    return line


@contextmanager
def _log_to(file: Path) -> Iterator[logging.Logger]:
    log = logging.getLogger("inroad.schedule")
    log.setLevel(logging.INFO)
    log.propagate = False
    handler = RotatingFileHandler(
        file, maxBytes=MAX_LOG_BYTES, backupCount=OLD_LOGS, encoding="utf-8", delay=True
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    log.addHandler(handler)
    try:
        yield log
    finally:
        log.removeHandler(handler)
        handler.close()


def _keep(file: Path, began: datetime, ended: datetime, code: int, summary: str) -> None:
    kept = {
        "started": began.isoformat(timespec="seconds") + "Z",
        "finished": ended.isoformat(timespec="seconds") + "Z",
        "exit_code": code,
        "summary": summary,
    }
    draft = file.with_name(f".{file.name}.part")
    draft.write_text(json.dumps(kept, ensure_ascii=False, indent=2), encoding="utf-8")
    draft.replace(file)


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
