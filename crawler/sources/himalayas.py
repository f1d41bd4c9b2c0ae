"""Himalayas' remote jobs, by its public API: https://himalayas.app/docs/remote-jobs-api

There are more than 100,000, the newest first and 20 a page. A read begins at the newest and ends
where an earlier one began.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from crawler.fields import ID_LIMIT, each, employer_name, employment_type, items, mapping, posting
from crawler.moments import from_epoch_seconds
from crawler.paging import Pages
from crawler.pay import pay
from crawler.places import country_among, places
from crawler.posting import Posting, WorkplaceType, digest
from crawler.sources.base import Board, Feed, Fetch, Malformed, Reply, Yield
from crawler.text import from_html, line, plain_line

_API = "https://himalayas.app/jobs/api?limit=20"
_MOST_PAGES = 200
"""About what comes in two days."""


class Himalayas(Feed):
    name = "himalayas"
    title = "Himalayas"
    home = "https://himalayas.app/jobs"
    terms = "public API, no key; not to be passed on to job sites; the newest 4,000 are read"
    attribution = "via Himalayas"
    hosts = ("himalayas.app",)
    read_every = timedelta(hours=12)
    expires_after = timedelta(days=60)

    def start(self, board: Board) -> Iterable[Fetch]:
        yield Fetch(_API, note=Pages(20))

    def parse(self, reply: Reply, board: Board) -> Iterator[Yield]:
        answer = mapping(reply.json())
        jobs = answer.get("jobs")
        if not isinstance(jobs, list):
            raise Malformed(f"{reply.url} has no list of jobs")
        yield from each(jobs, _posting)
        pages: Pages = reply.note
        cursor = plain_line(answer.get("nextCursor"))
        # Older answers have no cursor; they are walked by the number of rows.
        onward = pages.next(
            [mapping(job).get("guid") for job in jobs],
            answer.get("totalCount"),
            cursor,
            by_cursor=bool(cursor or pages.cursor),
        )
        if onward and onward.number < _MOST_PAGES:
            at = f"cursor={quote(cursor, safe='')}" if cursor else f"offset={onward.offset}"
            yield Fetch(f"{_API}&{at}", note=onward, until_known=True)


def _posting(job: Mapping[str, Any]) -> Posting:
    address = job.get("guid") or job.get("applicationLink")
    found = posting(_external_id(address), job.get("title"), address)
    found.employer = employer_name(job.get("companyName")) or _in_words(job.get("companySlug"))
    restrictions = job.get("locationRestrictions")
    found.locations = places(
        ["Worldwide"] if restrictions == [] else items(restrictions), limit=250
    )
    found.country = country_among(found.locations)
    found.workplace_type = WorkplaceType.REMOTE
    found.employment_type = employment_type(job.get("employmentType"))
    found.department = line(next(iter(items(job.get("parentCategories"))), None), 200)
    found.description = from_html(job.get("description")) or from_html(job.get("excerpt"))
    found.pay = pay(
        job.get("minSalary"), job.get("maxSalary"), job.get("currency"), job.get("salaryPeriod")
    )
    found.published_at, found.published_precision = from_epoch_seconds(job.get("pubDate"))
    found.valid_through, _ = from_epoch_seconds(job.get("expiryDate"))
    return found


def _external_id(address: Any) -> str | None:
    """What is special in a posting's address: `<company>/jobs/<title>`."""
    text = plain_line(address, 2_000)
    known = text.removeprefix("https://himalayas.app/companies/") if text else None
    return digest([known]) if known and len(known) > ID_LIMIT else known


def _in_words(slug: Any) -> str | None:
    """An employer's name out of its slug: once all names were "name" for a while."""
    return employer_name(slug.replace("-", " ").title()) if isinstance(slug, str) else None
