"""Single pages, fetched as politely as a crawl (to find out which boards a site uses)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from scrapy import Request, Spider
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.engine import run_spider
from crawler.outcomes import Interrupted, NotFetched, Problem, judge_failure, judge_status
from crawler.requests import failed_request, reply_of
from crawler.settings import CrawlSettings
from crawler.sources.base import Fetch, Outcome, Reply


@dataclass(frozen=True, slots=True)
class Page(Reply):
    """A reply, and the addresses that redirected to it, the asked-for one first."""

    chain: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FetchFailure:
    """A page that could not be had.

    `chain` holds the addresses of its redirects, the asked-for one first; the last one is a
    target that was not followed, when that is what `outcome` and `detail` speak of.
    """

    url: str
    outcome: Outcome
    detail: str
    chain: tuple[str, ...] = ()


def fetch_pages(
    urls: Sequence[str], settings: CrawlSettings, log: Path
) -> list[Page | FetchFailure]:
    """Fetch each address once, in the order given. Once per process, like a crawl.

    Raises:
        KeyboardInterrupt: the user stopped it.
    """
    found: dict[str, Page | FetchFailure] = {}
    arguments = {"urls": list(dict.fromkeys(urls)), "found": found}
    ended = run_spider(_PageSpider, arguments, settings, {}, log)
    if ended.reason != "finished":
        raise KeyboardInterrupt
    return [found[url] for url in urls]


class _PageSpider(Spider):
    name = "pages"

    def __init__(self, urls: Sequence[str], found: dict[str, Page | FetchFailure]) -> None:
        super().__init__()
        self._urls = urls
        self._found = found

    async def start(self) -> AsyncIterator[Request]:
        for url in self._urls:
            try:
                request = Request(
                    url,
                    self._replied,
                    errback=self._failed,
                    dont_filter=True,
                    cb_kwargs={"asked": url},
                )
            except ValueError:
                self._miss(url, Problem(Outcome.FAILED, f"{url!r} is not an http address"))
                continue
            yield request

    def _replied(self, response: Response, asked: str) -> None:
        assert response.request is not None
        chain: tuple[str, ...] = response.request.meta.get("redirects", ())
        problem = judge_status(response.status, Fetch(asked))
        if problem is not None:
            self._miss(asked, problem, chain)
            return
        reply = reply_of(response)
        self._found[asked] = Page(reply.url, reply.status, reply.body, reply.headers, chain=chain)

    def _failed(self, failure: Failure) -> None:
        request, error = failed_request(failure)
        if isinstance(error, Interrupted):
            return
        chain = error.chain if isinstance(error, NotFetched) else ()
        asked: str = request.cb_kwargs["asked"]
        self._miss(asked, judge_failure(error, asked), chain or request.meta.get("redirects", ()))

    def _miss(self, url: str, problem: Problem, chain: tuple[str, ...] = ()) -> None:
        self._found[url] = FetchFailure(url, problem.outcome, problem.detail, chain)
