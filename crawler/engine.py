"""Scrapy's process as both the crawl and single pages use it: one spider, one log, one end."""

from __future__ import annotations

import asyncio
import logging
import signal
import threading
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

from scrapy import Spider, signals
from scrapy.crawler import AsyncCrawlerProcess

from crawler.budget import Budgets, even_pause
from crawler.keys import redacted
from crawler.politeness import Politeness
from crawler.settings import CrawlSettings, scrapy_settings
from crawler.sources.base import Source

MAX_LOG_BYTES = 2_500_000
"""Of the log, and of the one older file kept beside it."""
GRACE = 10.0
"""Seconds that requests on the wire get to end in after the user stopped the run."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a spider's run ended: `reason` is Scrapy's, or "killed" where it was not let finish."""

    spider: Spider | None
    reason: str


class _Process(AsyncCrawlerProcess):
    """Scrapy's, except that stopping does not wait for requests that have not left yet."""

    def __init__(self, settings: dict[str, Any], on_stop: Callable[[], None]) -> None:
        super().__init__(settings)
        self._on_stop = on_stop

    async def stop(self) -> None:
        for crawler in self.crawlers:
            if not crawler.crawling:
                continue
            politeness = crawler.get_downloader_middleware(Politeness)
            if politeness is not None:
                politeness.interrupt()
            self._on_stop()
            asyncio.get_running_loop().call_later(GRACE, self._stop_reactor)
        await super().stop()


def run_spider(
    spider: type[Spider],
    arguments: Mapping[str, Any],
    settings: CrawlSettings,
    sources: Mapping[str, Source],
    log: Path,
    on_stop: Callable[[], None] = lambda: None,
    asked: Path | None = None,
) -> Ended:
    """Run one spider to its end. Once per process: Twisted's reactor does not start twice.

    Args:
        on_stop: called when the user asks the run to stop.
        asked: where requests to hosts with a budget are counted over all runs.
    """
    hosts = [(host, source) for source in sources.values() for host in source.hosts]
    manners = {
        "HOST_DELAYS": {host: max(s.delay, even_pause(s.budget)) for host, s in hosts},
        "BUDGETS": Budgets({host: source.budget for host, source in hosts}, asked),
    }
    reasons: list[str] = []

    def closed(reason: str) -> None:
        reasons.append(reason)

    with _own_signals(), _log_to(log, settings.secrets):
        process = _Process(scrapy_settings(settings) | manners, on_stop)
        # Scrapy has set its logger to DEBUG, and would put words to every request.
        logging.getLogger("scrapy").setLevel(logging.WARNING)
        crawler = process.create_crawler(spider)
        crawler.signals.connect(closed, signals.spider_closed)
        task = process.crawl(crawler, **arguments)
        process.start(install_signal_handlers=_in_main_thread())
        if task.done() and not task.cancelled() and (error := task.exception()):
            raise error
    return Ended(crawler.spider, reasons[0] if reasons else "killed")


def stop_at_once() -> None:
    """End the run without waiting for what is on the wire."""
    from twisted.internet import reactor as running
    from twisted.internet.error import ReactorNotRunning

    reactor: Any = running
    with suppress(ReactorNotRunning):
        reactor.stop()


@contextmanager
def _own_signals() -> Iterator[None]:
    """Give Ctrl-C back its meaning once Scrapy no longer listens for it."""
    names = ("SIGINT", "SIGTERM", "SIGBREAK")
    numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]
    before = {number: signal.getsignal(number) for number in numbers} if _in_main_thread() else {}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _log_to(path: Path, secrets: Iterable[str] = ()) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(path, maxBytes=MAX_LOG_BYTES, backupCount=1, encoding="utf-8")
    handler.setLevel(logging.WARNING)
    handler.setFormatter(_PlainFormatter(secrets))
    logging.getLogger().addHandler(handler)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(handler)
        handler.close()
        # What a forced end leaves pending would be reported to the terminal from here on.
        logging.getLogger("asyncio").setLevel(logging.CRITICAL)


class _PlainFormatter(logging.Formatter):
    """Logs quote hosts; a log must be harmless to look at in a terminal, and to hand on."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._secrets = tuple(secrets)

    def format(self, record: logging.LogRecord) -> str:
        return "".join(
            c if c in "\n\t" or unicodedata.category(c)[0] != "C" else "\N{REPLACEMENT CHARACTER}"
            for c in redacted(super().format(record), self._secrets)
        )


def _in_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()
