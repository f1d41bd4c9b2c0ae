"""How the crawler behaves towards the hosts it asks. Every rule is in this file.

1. One request at a time to a host, and a pause between two (`pause_for`).
2. robots.txt is asked for once and obeyed (RFC 9309); its Crawl-delay lengthens the pause.
   A robots.txt that answers 5xx or 429, or not at all, keeps us away from the host for the run.
3. 429 and 503 hold the host for as long as its Retry-After says (RFC 9110, 10.2.3), or a few
   pauses. The second one, or a longer wait than we will make, stops the host for the run.
4. A host that leaves three requests in a row unanswered is left alone for the run.
5. Redirects are followed within one site only (`Redirects`).
6. The hosts of `CrawlSettings.deny_hosts` are never asked for anything, robots.txt included.

A stopped host's waiting requests end at once, without being sent.
"""

from __future__ import annotations

import asyncio
import math
import re
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache, lru_cache
from time import monotonic
from typing import TYPE_CHECKING, Self
from urllib.parse import urljoin, urlsplit

from scrapy import Request, Spider, signals
from scrapy.core.downloader import Slot
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
)
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.robotstxt import ProtegoRobotParser, RobotParser
from w3lib.url import safe_url_string

from crawler.budget import Budgets, span
from crawler.origins import host_of, is_loopback, origin_of
from crawler.outcomes import Interrupted, NotFetched, Problem, judge_failure, one_line
from crawler.settings import CrawlSettings
from crawler.sources.base import Outcome

if TYPE_CHECKING:
    from tldextract import TLDExtract

AGENT = "inroad"
"""Our product token, as robots.txt files would name it."""
MIN_PAUSE = 0.5
SHORTEST_PAUSE = 0.0001
"""On loopback. Without any, Scrapy's slot does not count a request that is just leaving, and
lets the next one leave beside it."""
HOLD_PAUSES = 5
"""How many pauses to hold a host that throttles us without saying for how long."""
THROTTLES_TO_STOP = 2
SILENCES_TO_STOP = 3
MAX_CRAWL_DELAY = 60.0
MAX_ROBOTS_BYTES = 2**20
"""RFC 9309, 2.5 asks for at least 500 KiB."""
ROBOTS_ATTEMPTS = 2
ROBOTS_KEPT = 1000
MAX_REDIRECTS = 5

_SILENCE = (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
)


def pause_for(host: str, crawl: CrawlSettings, host_delays: Mapping[str, float]) -> float:
    """Seconds between two requests to a host: exactly as configured on loopback, elsewhere at
    least `MIN_PAUSE` and what the host's source asks for."""
    origin = origin_of(f"http://{host}/", crawl.origins)
    if is_loopback(host_of(origin) if origin else host):
        return crawl.delay
    return max(crawl.delay, MIN_PAUSE, host_delays.get(host, 0.0))


def retry_after(header: str | None, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks for, from a number or an HTTP-date; None if it
    says nothing readable."""
    text = (header or "").strip()
    if re.fullmatch(r"[0-9]+", text):
        return float(text) if len(text) <= 9 else math.inf
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())


@cache
def _suffixes() -> TLDExtract:
    """The bundled list, never the network. Private suffixes count: two tenants of one hosting
    company are two sites. Loaded when a redirect asks for it; most runs never do."""
    from tldextract import TLDExtract

    return TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)


@lru_cache(maxsize=4096)
def is_denied(host: str) -> bool:
    """Whether the host, or a country's twin of it (linkedin.cn), is one we promised to leave."""
    names = {denied.partition(".")[0] for denied in CrawlSettings.deny_hosts}
    return not names.isdisjoint(host.split(".")) and _suffixes()(host).domain in names


@lru_cache(maxsize=4096)
def site_of(host: str) -> str:
    """The registrable domain, or the host itself where there is none (an IP address)."""
    return _suffixes()(host).top_domain_under_public_suffix or host


@dataclass(slots=True)
class _Host:
    pause: float
    throttles: int = 0
    silences: int = 0
    stopped: Problem | None = None


class Politeness:
    """The downloader middleware nearest to the network: pauses, holds and stops hosts."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._crawl: CrawlSettings = crawler.settings["CRAWL"]
        self._host_delays: Mapping[str, float] = crawler.settings["HOST_DELAYS"] or {}
        self._budgets: Budgets = crawler.settings["BUDGETS"] or Budgets({})
        self._hosts: dict[str, _Host] = {}
        self.interrupted = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        politeness = cls(crawler)
        connect = crawler.signals.connect
        connect(politeness._reached_downloader, signals.request_reached_downloader)
        connect(politeness._downloaded, signals.response_downloaded)
        return politeness

    def check(self, url: str) -> None:
        """Raise NotFetched where no request may leave for this address."""
        if self.interrupted:
            raise Interrupted
        host = host_of(url)
        if is_denied(host):
            raise NotFetched(Outcome.REFUSED, f"{host} is never crawled by Inroad")
        if stopped := self._host(host).stopped:
            raise NotFetched(stopped.outcome, stopped.detail)

    def stop(self, host: str, outcome: Outcome, why: str) -> None:
        """Ask this host for nothing more in this run."""
        problem = Problem(outcome, one_line(why))
        self._host(host).stopped = problem
        self._send_home(host, lambda: NotFetched(problem.outcome, problem.detail))

    def lengthen(self, host: str, pause: float) -> None:
        """A Crawl-delay from robots.txt."""
        state = self._host(host)
        state.pause = max(state.pause, pause)

    def interrupt(self) -> None:
        """Let what is on the wire finish, and nothing else leave."""
        self.interrupted = True
        for host in list(self._crawler.engine.downloader.slots):
            self._send_home(host, Interrupted)

    def process_request(self, request: Request) -> None:
        # Robots has checked already, but the host may have been stopped meanwhile.
        self.check(request.url)
        # After a redirect Scrapy would still count the request against the first host.
        request.meta["download_slot"] = host_of(request.url)

    async def leave(self, request: Request) -> None:
        """Return when the request may leave, having counted it.

        Raises:
            NotFetched: the host's budget is spent for longer than a run waits, or the user
                stopped the run.
        """
        host = host_of(request.url)
        wait, budget = self._budgets.wait(host)
        if budget is not None and wait > self._crawl.retry_after_max:
            self.stop(
                host,
                Outcome.THROTTLED,
                f"{host} grants {budget.requests} requests in {span(budget.seconds)}, and they "
                f"are used up; there is room again in {span(wait)}",
            )
            self.check(request.url)
        while wait > 0:
            await asyncio.sleep(min(wait, 0.5))
            self.check(request.url)
            wait, _ = self._budgets.wait(host)
        self._budgets.spend(host)

    def process_exception(self, request: Request, exception: Exception) -> None:
        if not isinstance(exception, _SILENCE):
            return
        host = host_of(request.url)
        state = self._host(host)
        state.silences += 1
        if state.silences >= SILENCES_TO_STOP and state.stopped is None:
            last = judge_failure(exception, request.url).detail
            self.stop(
                host,
                Outcome.FAILED,
                f"{host} left {state.silences} requests in a row unanswered ({last})",
            )

    def _host(self, name: str) -> _Host:
        state = self._hosts.get(name)
        if state is None:
            pause = pause_for(name, self._crawl, self._host_delays)
            state = self._hosts[name] = _Host(pause)
        return state

    def _slot(self, host: str) -> Slot | None:
        return self._crawler.engine.downloader.slots.get(host)

    def _reached_downloader(self, request: Request) -> None:
        host = host_of(request.url)
        if slot := self._slot(request.meta["download_slot"]):
            slot.delay = max(self._host(host).pause, SHORTEST_PAUSE)

    def _downloaded(self, response: Response, request: Request) -> None:
        # Only here is it early enough: by process_response the host's next request has left.
        host = host_of(request.url)
        state = self._host(host)
        state.silences = 0
        if response.status not in (429, 503) or request.meta.get("robots"):
            return
        state.throttles += 1
        header = response.headers.get(b"Retry-After") or b""
        asked = retry_after(header.decode("latin-1"), datetime.now(UTC))
        if asked is not None and asked > self._crawl.retry_after_max:
            wait = f"{asked:.0f} s" if math.isfinite(asked) else "a very long time"
            self.stop(
                host,
                Outcome.THROTTLED,
                f"{host} answered {response.status} and asked to be left alone for {wait}",
            )
        elif state.throttles >= THROTTLES_TO_STOP:
            self.stop(
                host,
                Outcome.THROTTLED,
                f"{host} answered {response.status} again; leaving it alone for this run",
            )
        else:
            unasked = min(HOLD_PAUSES * state.pause, self._crawl.retry_after_max)
            self._hold(host, max(unasked if asked is None else asked, state.pause))

    def _hold(self, host: str, seconds: float) -> None:
        if slot := self._slot(host):
            # A slot lets the next request go `delay` after `lastseen`.
            slot.lastseen = monotonic() + seconds - slot.delay

    def _send_home(self, host: str, why: Callable[[], NotFetched]) -> None:
        slot = self._slot(host)
        while slot and slot.queue:
            _, waiting = slot.queue.popleft()
            waiting.errback(why())


class Robots:
    """robots.txt, asked for once per site and applied to every request (RFC 9309).

    Scrapy's own middleware takes a 5xx, a timeout and a refused connection for consent.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._politeness: Politeness | None = None
        self._rules: OrderedDict[str, asyncio.Future[RobotParser | None]] = OrderedDict()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        if self._politeness is None:
            self._politeness = self._crawler.get_downloader_middleware(Politeness)
            assert self._politeness is not None
        self._politeness.check(request.url)
        if request.meta.get("robots"):
            return
        rules = await self._rules_for(request.url, self._politeness)
        self._politeness.check(request.url)
        if rules is not None and not rules.allowed(request.url, AGENT):
            raise NotFetched(Outcome.REFUSED, f"robots.txt does not allow {request.url}")

    async def _rules_for(self, url: str, politeness: Politeness) -> RobotParser | None:
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc}"
        if site not in self._rules:
            self._rules[site] = asyncio.ensure_future(self._ask(site, politeness))
            if len(self._rules) > ROBOTS_KEPT:
                self._rules.popitem(last=False)
        self._rules.move_to_end(site)
        return await asyncio.shield(self._rules[site])

    async def _ask(self, site: str, politeness: Politeness) -> RobotParser | None:
        host = host_of(site)
        url = f"{site}/robots.txt"
        meta = {"robots": True, "dont_retry": True, "download_maxsize": MAX_ROBOTS_BYTES}
        problem = None
        for _ in range(ROBOTS_ATTEMPTS):
            request = Request(url, callback=NO_CALLBACK, priority=1000, meta=dict(meta))
            try:
                response = await self._crawler.engine.download_async(request)
            except NotFetched as error:
                if not error.chain and not politeness.interrupted:
                    politeness.stop(host, error.problem.outcome, error.problem.detail)
                return None  # led astray by redirects, it counts as not being there
            except Exception as error:
                problem = judge_failure(error, url)
                continue
            return self._read(response, host, politeness)
        assert problem is not None
        refused = problem.outcome is not Outcome.FAILED
        politeness.stop(
            host,
            Outcome.REFUSED if refused else Outcome.FAILED,
            f"{problem.detail}; staying away from {host} for this run",
        )
        return None

    def _read(self, response: Response, host: str, politeness: Politeness) -> RobotParser | None:
        if response.status == 429:
            politeness.stop(host, Outcome.THROTTLED, f"{host} answered 429 to robots.txt")
        elif response.status >= 500:
            politeness.stop(
                host,
                Outcome.REFUSED,
                f"robots.txt answered {response.status}; staying away from {host} for this run",
            )
        if not 200 <= response.status < 300:
            return None
        rules = ProtegoRobotParser.from_crawler(self._crawler, response.body)
        delay = rules.crawl_delay(AGENT) or 0.0
        if delay > MAX_CRAWL_DELAY:
            politeness.stop(
                host,
                Outcome.REFUSED,
                f"robots.txt of {host} asks for {delay:g} s between requests; "
                f"Inroad waits at most {MAX_CRAWL_DELAY:g}",
            )
        politeness.lengthen(host, min(delay, MAX_CRAWL_DELAY))
        return rules


class Redirects:
    """Follows a redirect within one site; anything else is a failure that names the target,
    because a board that moved to another host is news."""

    def process_response(self, request: Request, response: Response) -> Response | Request:
        location = response.headers.get(b"Location")
        if response.status not in (301, 302, 303, 307, 308) or not location:
            return response
        visited = (*request.meta.get("redirects", ()), request.url)
        try:
            target = urljoin(request.url, safe_url_string(location.decode("latin-1")))
            scheme = urlsplit(target).scheme
        except ValueError:
            target, scheme = location.decode("latin-1"), ""
        chain = (*visited, target)
        if scheme not in ("http", "https") or not host_of(target):
            raise NotFetched(Outcome.FAILED, f"{request.url} redirects to {target}", chain)
        if site_of(host_of(target)) != site_of(host_of(request.url)):
            raise NotFetched(
                Outcome.FAILED, f"{request.url} has moved to another site: {target}", chain
            )
        if target in visited:
            raise NotFetched(Outcome.FAILED, f"{visited[0]} redirects in a circle", chain)
        if request.method != "GET" and response.status not in (307, 308):
            raise NotFetched(
                Outcome.FAILED, f"{request.url} answers a POST by pointing to {target}", chain
            )
        if len(visited) > MAX_REDIRECTS:
            raise NotFetched(
                Outcome.FAILED, f"{visited[0]} redirects more than {MAX_REDIRECTS} times", chain
            )
        followed = request.replace(url=target)
        followed.meta["redirects"] = visited
        return followed


class Decompression(HttpCompressionMiddleware):
    """Scrapy's, with its one reason to drop a response said as an outcome."""

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Response | Request:
        try:
            return super().process_response(request, response)
        except IgnoreRequest as error:
            raise NotFetched(
                Outcome.TRUNCATED, f"{request.url} unpacks to more than this run takes"
            ) from error
