"""Teamtailor's careers sites: their JSON Feed of schema.org postings, else their RSS feed
(https://support.teamtailor.com/en/articles/11171756).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from crawler.feeds import FeedItem, read_feed
from crawler.fields import any_nameless, each, employer_name, items, mapping, posting
from crawler.moments import moment
from crawler.paging import Pages
from crawler.places import common_country, places, workplace_among, written_out
from crawler.posting import NameOrigin, Posting, WorkplaceType
from crawler.schemaorg import fill
from crawler.sources.base import Board, Employer, Fetch, Reply, Source, Truncated, Yield
from crawler.text import from_html, line, web_address
from crawler.titles import employer_in
from crawler.xml import Element, children, text_at

_RSS_PAGE = 100
_NUMBER = re.compile(r"/jobs/(\d+)")
_REMOTE = {
    "fully": WorkplaceType.REMOTE,
    "hybrid": WorkplaceType.HYBRID,
    "none": WorkplaceType.ON_SITE,
}


class Teamtailor(Source):
    """The token is the name before .teamtailor.com, or the host of an employer's own domain (or
    of a region: acme.na.teamtailor.com)."""

    name = "teamtailor"
    title = "Teamtailor"
    examples = {
        "https://fjordly.teamtailor.com": "fjordly",
        "https://Fjordly.teamtailor.com/jobs/7167985-payroll-lead": "fjordly",
        "https://fjordly.na.teamtailor.com/jobs": "fjordly.na.teamtailor.com",
        "https://careers.fjordly.example/jobs.json": "careers.fjordly.example",
        "https://careers.fjordly.example/jobs.rss": "careers.fjordly.example",
    }
    addresses = (
        re.compile(
            r"(?<![\w.-])(?!(?:www|app|api|docs|support|help|career|cdn|assets)\.)"
            r"(?P<token>[a-z0-9][a-z0-9-]{0,100}(?:\.[a-z]{2,3})?)\.teamtailor\.com\b",
            re.IGNORECASE,
        ),
        # Only as an address by itself: a page that mentions one is not one.
        re.compile(
            r"^https://(?P<token>(?![\w.-]*\.teamtailor\.com/)[\w-]+(?:\.[\w-]+)+)"
            r"/jobs\.(?:json|rss)$",
            re.IGNORECASE,
        ),
    )
    terms = "documented public RSS feed, and a JSON Feed beside it that says more"

    def token(self, match: re.Match[str]) -> str:
        token = match["token"].lower()
        region = "." in token and match[0].lower().endswith(".teamtailor.com")
        return f"{token}.teamtailor.com" if region else token

    def board_url(self, token: str) -> str:
        host = _host(token)
        return f"https://{host}/{'jobs' if host.endswith('.teamtailor.com') else 'jobs.json'}"

    def start(self, board: Board) -> Iterable[Fetch]:
        host = _host(board.token)
        rss = _rss(host, Pages(context="rss"))
        yield Fetch(f"https://{host}/jobs.json", note=Pages(), otherwise=rss)

    def parse(self, reply: Reply, board: Board) -> Iterator[Yield]:
        feed, pages = read_feed(reply), reply.note
        found = list(each(feed.items, _posting, FeedItem))
        yield from found
        rss = pages.context == "rss"
        name = employer_in(feed.title, "teamtailor") if any_nameless(found) else None
        if name and board.employer is None:
            yield Employer(name, NameOrigin.PAGE if rss else NameOrigin.BOARD)
        ids = [item.id for item in feed.items]
        if rss:
            if onward := pages.next(ids):
                yield _rss(reply.host, onward)
            return
        if onward := pages.next(ids, cursor=feed.next, by_cursor=True):
            following = web_address(onward.cursor) or ""
            if not following.startswith(f"https://{reply.host}/"):
                raise Truncated(f"the next page of {reply.url} is not on its host")
            yield Fetch(following, note=onward)


def _host(token: str) -> str:
    return token if "." in token else f"{token}.teamtailor.com"


def _rss(host: str, pages: Pages) -> Fetch:
    query = f"per_page={_RSS_PAGE}&offset={pages.offset}"
    return Fetch(f"https://{host}/jobs.rss?{query}", note=pages)


def _posting(item: FeedItem) -> Posting:
    number = _NUMBER.search(item.url) if isinstance(item.url, str) else None
    found = posting(number[1] if number else item.id, item.title, item.url)
    found.description = from_html(item.content)
    found.published_at, found.published_precision = moment(item.published)
    if item.element is not None:
        return _from_rss(found, item.element)
    job = mapping(mapping(item.object).get("_jobposting"))
    fill(found, _without_regions(job))
    found.employer = found.employer or employer_name(mapping(job.get("identifier")).get("name"))
    return found


def _without_regions(job: Mapping[str, Any]) -> Mapping[str, Any]:
    """What stands for a region is the employer's own, such as "EMEA"."""
    at = [mapping(mapping(place).get("address")) for place in items(job.get("jobLocation"))]
    return {**job, "jobLocation": [{"address": {**one, "addressRegion": None}} for one in at]}


def _from_rss(found: Posting, item: Element) -> Posting:
    at = list(children(item, "locations", "location"))
    found.locations = places(_written_out(place) for place in at)
    found.country = common_country(text_at(place, "country") for place in at)
    found.workplace_type = _REMOTE.get(
        text_at(item, "remoteStatus") or "", workplace_among(found.locations)
    )
    found.department = line(text_at(item, "department"), 200)
    found.team = line(text_at(item, "role"), 200)
    return found


def _written_out(place: Element) -> str | None:
    city, country = text_at(place, "city"), text_at(place, "country")
    return written_out(city, country) if city else text_at(place, "name") or country
