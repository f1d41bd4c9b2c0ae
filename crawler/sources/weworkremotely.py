"""We Work Remotely's jobs, by its RSS feeds: https://weworkremotely.com/remote-job-rss-feed

Its main feed has the newest hundred; most of the others are only in the feeds of their category.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from crawler.feeds import FeedItem, read_feed
from crawler.fields import Unusable, employer_name, employment_type, posting
from crawler.moments import end, moment
from crawler.places import country_among, places
from crawler.posting import Posting, WorkplaceType
from crawler.sources.base import Board, Feed, Fetch, OnFailure, Reply, Unreadable, Yield
from crawler.text import from_html, line
from crawler.xml import text_at

_SITE = "https://weworkremotely.com"
_CATEGORIES = (
    "remote-full-stack-programming-jobs",
    "remote-front-end-programming-jobs",
    "remote-back-end-programming-jobs",
    "remote-devops-sysadmin-jobs",
    "remote-design-jobs",
    "remote-product-jobs",
    "remote-customer-support-jobs",
    "remote-sales-and-marketing-jobs",
    "remote-management-and-finance-jobs",
    "all-other-remote-jobs",
)
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{2}")


class WeWorkRemotely(Feed):
    name = "weworkremotely"
    title = "We Work Remotely"
    home = _SITE
    terms = "public RSS feeds; linked to where they are shown"
    attribution = "via We Work Remotely"
    hosts = ("weworkremotely.com",)
    read_every = timedelta(hours=1)
    expires_after = timedelta(days=31)

    def start(self, board: Board) -> Iterable[Fetch]:
        yield Fetch(f"{_SITE}/remote-jobs.rss", note="main")

    def parse(self, reply: Reply, board: Board) -> Iterator[Yield]:
        for item in read_feed(reply).items:
            try:
                yield _posting(item)
            except Unusable as error:
                yield Unreadable(error.external_id, str(error))
        if reply.note == "main":
            for category in _CATEGORIES:
                address = f"{_SITE}/categories/{category}.rss"
                yield Fetch(address, on_failure=OnFailure.PARTIAL)


def _posting(item: FeedItem) -> Posting:
    employer, title = _employer_and_title(item.title)
    found = posting(_external_id(item.id), title, item.url)
    found.employer = employer
    found.locations = _locations(item)
    found.country = country_among(found.locations)
    found.workplace_type = WorkplaceType.REMOTE
    found.employment_type = employment_type(text_at(item.element, "type"))
    found.department = line(text_at(item.element, "category"), 200)
    found.description = from_html(item.content)
    found.published_at, found.published_precision = moment(item.published)
    found.valid_through = end(text_at(item.element, "expires_at"))
    return found


def _employer_and_title(text: Any) -> tuple[str | None, str | None]:
    """ "Mathly: Maths Coach: Algebra" is a coach for algebra at Mathly."""
    employer, colon, title = (line(text) or "").partition(": ")
    return (employer_name(employer), title) if colon else (None, employer)


def _external_id(guid: Any) -> str | None:
    return guid.rstrip("/").rpartition("/")[2] if isinstance(guid, str) else None


def _locations(item: FeedItem) -> list[str]:
    """The countries to work from, else the region. (`state` is where the employer is.)"""
    countries = _FLAG.split(text_at(item.element, "country") or "")
    region = (text_at(item.element, "region") or "").removesuffix(" Only")
    return places((one.strip(" ,") for one in countries), limit=250) or places([region])
