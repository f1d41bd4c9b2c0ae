"""Boards that may not exist, asked once whose they are. Nothing of them is kept.

A probe is a crawl like any other: robots.txt, pauses, budgets and stops are the same.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from crawler.choices import AS_SHIPPED, State, state_of
from crawler.engine import run_spider
from crawler.run import CrawlPaths, only_run
from crawler.settings import CrawlSettings
from crawler.sources.base import Board, Outcome, Source
from crawler.spider import BoardSpider
from crawler.staging import Spool
from store.known import Known

MAX_PAGES = 3
"""Of one board: its list (in two places, on some sources) and its name."""
ANSWERS = (Outcome.OK, Outcome.EMPTY, Outcome.NOT_FOUND, Outcome.TRUNCATED, Outcome.MALFORMED)
"""Outcomes that say something of the board; after any other it may be asked again."""


@dataclass(frozen=True, slots=True)
class Probed:
    """What a guessed board answered, and the names it gives its employer, the most used first."""

    board: Board
    outcome: Outcome
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Probes:
    """The boards that answered; `interrupted` where the user stopped it."""

    answered: list[Probed]
    interrupted: bool


def probed_sources(settings: CrawlSettings, sources: Mapping[str, Source]) -> list[Source]:
    """The sources whose tokens may be guessed, of those that are read."""
    return [
        source
        for source in sources.values()
        if source.may_probe
        and state_of(source, settings.choices.get(source.name, AS_SHIPPED)) is State.ON
    ]


def probe(
    boards: Sequence[Board],
    home: CrawlPaths,
    settings: CrawlSettings,
    sources: Mapping[str, Source],
) -> Probes:
    """Ask each board for its list and its name. Once per process, like a crawl.

    Raises:
        RunInProgress: a crawl of this home is running.
    """
    found: list[Probed] = []
    with only_run(home.lock), TemporaryDirectory() as folder:
        spool = Spool(Path(folder), lambda segment: None)
        arguments = {
            "boards": list(boards),
            "sources": sources,
            "crawl": replace(settings, max_pages=MAX_PAGES),
            "spool": spool,
            "known": Known(),
            "known_ids": lambda board: (),
        }
        ended = run_spider(BoardSpider, arguments, settings, sources, home.log, asked=home.requests)
        spool.rotate()
        found = _answers(boards, Path(folder))
    return Probes(found, ended.reason in ("shutdown", "killed"))


def _answers(boards: Sequence[Board], folder: Path) -> list[Probed]:
    names: dict[tuple[str, str], Counter[str]] = {}
    outcomes: dict[tuple[str, str], Outcome] = {}
    for segment in sorted(folder.glob("*.jsonl")):
        for line in segment.read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            key = record["source"], record["board"]
            if record["kind"] == "read":
                outcomes[key] = Outcome(record["outcome"])
            if record.get("employer") and record.get("employer_origin") != "slug":
                names.setdefault(key, Counter())[record["employer"]] += 1
    answered = []
    for board in boards:
        key = board.source, board.token
        if (outcome := outcomes.get(key)) in ANSWERS:
            said = tuple(name for name, _ in names.get(key, Counter()).most_common())
            answered.append(Probed(board, outcome, said))
    return answered
