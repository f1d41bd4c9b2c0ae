"""The Muse's jobs, by its public API: https://www.themuse.com/developers/api/v2

Of its several hundred thousand jobs a query shows the first 1,980.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any

from crawler.fields import count, each, employer_name, items, mapping, posting
from crawler.moments import moment
from crawler.paging import Pages
from crawler.places import country_among, places, workplace_among
from crawler.posting import Posting
from crawler.sources.base import (
    Board,
    Budget,
    Feed,
    Fetch,
    Malformed,
    Need,
    Refused,
    Reply,
    Throttled,
    Yield,
)
from crawler.text import from_html, line

_API = "https://www.themuse.com/api/public/jobs?descending=true"
_MOST_PAGES = 99
"""The one after that is answered with an error."""


class TheMuse(Feed):
    name = "themuse"
    title = "The Muse"
    home = "https://www.themuse.com/search"
    needs = (Need("api_key", "https://www.themuse.com/developers/api/v2", query="api_key"),)
    terms = "free key; the newest 1,980 are shown"
    attribution = "via The Muse"
    hosts = ("www.themuse.com",)
    budget = (Budget(3_600, 3_600),)
    read_every = timedelta(hours=12)
    expires_after = timedelta(days=60)

    def start(self, board: Board) -> Iterable[Fetch]:
        yield _page(Pages())

    def parse(self, reply: Reply, board: Board) -> Iterator[Yield]:
        if reply.status == 403:
            if reply.headers.get("x-ratelimit-remaining", "").strip() == "0":
                raise Throttled(f"{reply.url} answered 403: the hour's requests are used up")
            raise Refused(f"{reply.url} answered 403")
        answer = mapping(reply.json())
        jobs = answer.get("results")
        if not isinstance(jobs, list):
            raise Malformed(f"{reply.url} has no list of results")
        yield from each(jobs, _posting)
        onward = reply.note.next([mapping(job).get("id") for job in jobs])
        last = min(count(answer.get("page_count")) or _MOST_PAGES, _MOST_PAGES)
        if onward and onward.number < last:
            yield _page(onward)


def _page(pages: Pages) -> Fetch:
    return Fetch(f"{_API}&page={pages.number}", note=pages, accept_status=(403,))


def _posting(job: Mapping[str, Any]) -> Posting:
    address = mapping(job.get("refs")).get("landing_page")
    found = posting(job.get("id"), job.get("name"), address)
    found.employer = employer_name(mapping(job.get("company")).get("name"))
    where = _names(job.get("locations"))
    found.locations = places(where)
    found.country = country_among(found.locations)
    found.workplace_type = workplace_among(where)
    found.department = line(next(iter(_names(job.get("categories"))), None), 200)
    found.description = from_html(job.get("contents"))
    found.published_at, found.published_precision = moment(job.get("publication_date"))
    return found


def _names(values: Any) -> list[Any]:
    return [mapping(one).get("name") for one in items(values)]
