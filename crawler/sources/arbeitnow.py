"""Arbeitnow's jobs, most of them in Germany: https://www.arbeitnow.com/api/job-board-api

Read to its end. The link to the next page is not followed: it may carry somebody's search.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any

from crawler.fields import each, employer_name, employment_type, items, mapping, posting
from crawler.moments import from_epoch_seconds
from crawler.paging import Pages
from crawler.places import country_among, places, workplace_among, workplace_type
from crawler.posting import Posting, WorkplaceType
from crawler.sources.base import Board, Feed, Fetch, Malformed, Reply, Truncated, Yield
from crawler.text import from_html, line

_API = "https://www.arbeitnow.com/api/job-board-api"


class Arbeitnow(Feed):
    name = "arbeitnow"
    title = "Arbeitnow"
    home = "https://www.arbeitnow.com"
    terms = "public API, no key; linked to where it is shown"
    attribution = "via Arbeitnow"
    hosts = ("www.arbeitnow.com",)
    delay = 2.0
    read_every = timedelta(hours=6)

    def start(self, board: Board) -> Iterable[Fetch]:
        yield _page(Pages(most=300))

    def parse(self, reply: Reply, board: Board) -> Iterator[Yield]:
        jobs = mapping(reply.json()).get("data")
        if not isinstance(jobs, list):
            raise Malformed(f"{reply.url} has no list of data")
        yield from each(jobs, _posting)
        # How many a page has is not ours to say, so that only an empty one is the end.
        if onward := reply.note.next([mapping(job).get("slug") for job in jobs]):
            yield _page(onward)
        elif jobs:
            raise Truncated(f"{reply.url} repeats an earlier page")


def _page(pages: Pages) -> Fetch:
    return Fetch(f"{_API}?page={pages.number + 1}", note=pages)


def _posting(job: Mapping[str, Any]) -> Posting:
    found = posting(job.get("slug"), job.get("title"), job.get("url"))
    found.employer = employer_name(job.get("company_name"))
    found.locations = places([job.get("location")])
    found.country = country_among(found.locations)
    found.workplace_type = workplace_among([job.get("location")])
    if job.get("remote") is True:
        found.workplace_type = WorkplaceType.REMOTE
    found.employment_type = employment_type(items(job.get("job_types")))
    found.department = _field_of_work(items(job.get("tags")))
    found.description = from_html(job.get("description"))
    found.published_at, found.published_precision = from_epoch_seconds(job.get("created_at"))
    return found


def _field_of_work(tags: list[Any]) -> str | None:
    """The first tag that is not a way of working."""
    work = (tag for tag in tags[:20] if workplace_type(tag) == WorkplaceType.UNKNOWN)
    return next(filter(None, (line(tag, 200) for tag in work)), None)
