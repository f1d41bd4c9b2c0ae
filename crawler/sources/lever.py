"""Lever Postings API, global and EU: https://github.com/lever/postings-api"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from crawler.fields import each, employer_name, employment_type, items, mapping, posting
from crawler.moments import from_epoch_milliseconds
from crawler.pay import pay
from crawler.places import country, country_among, places, workplace_among, workplace_type
from crawler.posting import NameOrigin, Posting, WorkplaceType
from crawler.sources.base import (
    Board,
    Employer,
    Fetch,
    Malformed,
    NotFound,
    OnFailure,
    Reply,
    Source,
    Yield,
)
from crawler.structured import page_title
from crawler.text import from_html, line, paragraphs, web_address

_EU = "eu/"
# A dot may end a token, but not one that ends a sentence.
_SITE = r"(?P<token>[A-Za-z0-9_-](?:[A-Za-z0-9_.&-]*[A-Za-z0-9_-])?(?:\.(?=[/\"'?#]|$))?)"


class Lever(Source):
    """A board on Lever's EU host has the token `eu/<site>`."""

    name = "lever"
    title = "Lever"
    examples = {
        "https://jobs.lever.co/acmecloud": "acmecloud",
        "https://jobs.lever.co/MoorcroftFleet/0f6b2f0e-6c0e-4d3c-9b1e-6a1f2c3d4e5f/apply": (
            "MoorcroftFleet"
        ),
        "https://jobs.eu.lever.co/nordhaven": "eu/nordhaven",
        "https://api.lever.co/v0/postings/acmecloud?mode=json": "acmecloud",
        "https://api.eu.lever.co/v0/postings/nordhaven": "eu/nordhaven",
    }
    addresses = (re.compile(rf"\b(?:jobs|api)(?P<eu>\.eu)?\.lever\.co/(?:v0/postings/)?{_SITE}"),)
    markers = (
        re.compile(
            rf"leverJobsOptions\s*=\s*\{{[^}}]{{0,400}}?accountName\s*:\s*[\"']{_SITE}[\"']"
        ),
    )
    reserved = frozenset(("v0", "v1", "favicon.ico", "robots.txt", "sitemap.xml"))
    terms = "documented public postings API, no key"
    hosts = ("api.lever.co", "api.eu.lever.co")
    may_probe = True

    def token(self, match: re.Match[str]) -> str:
        return (_EU if match.groupdict().get("eu") else "") + match["token"]

    def board_url(self, token: str) -> str:
        site = token.removeprefix(_EU)
        return f"https://jobs{'.eu' if token != site else ''}.lever.co/{site}"

    def start(self, board: Board) -> Iterable[Fetch]:
        yield _list(board.token.removeprefix(_EU), eu=board.token.startswith(_EU))

    def parse(self, reply: Reply, board: Board) -> Iterator[Yield]:
        site = board.token.removeprefix(_EU)
        if reply.note == "page":
            name = employer_name(page_title(reply.text))
            if name and name.lower() not in ("lever", "jobs", "not found"):
                yield Employer(name, NameOrigin.PAGE)
            return
        eu = reply.note == "eu"
        if reply.status == 404:
            if eu:
                raise NotFound(f"Lever knows no site {site!r}")
            yield _list(site, eu=True)
            return
        jobs = reply.json()
        if not isinstance(jobs, list):
            raise Malformed(f"{reply.url} did not answer with a list of postings")
        yield from each(jobs, _posting)
        if jobs and board.employer is None:
            address = self.board_url(_EU + site if eu else site)
            yield Fetch(address, note="page", on_failure=OnFailure.IGNORE)


def _list(site: str, *, eu: bool) -> Fetch:
    return Fetch(
        f"https://api{'.eu' if eu else ''}.lever.co/v0/postings/{site}?mode=json",
        note="eu" if eu else "global",
        accept_status=(404,),
    )


def _posting(job: Mapping[str, Any]) -> Posting:
    found = posting(job.get("id"), job.get("text"), job.get("hostedUrl"))
    found.apply_url = web_address(job.get("applyUrl"))
    categories = mapping(job.get("categories"))
    where = [categories.get("location"), *items(categories.get("allLocations"))]
    found.locations = places(where)
    found.country = country(job.get("country")) or country_among(found.locations)
    found.workplace_type = workplace_type(job.get("workplaceType"))
    if found.workplace_type == WorkplaceType.UNKNOWN:
        found.workplace_type = workplace_among(where)
    found.employment_type = employment_type(categories.get("commitment"))
    found.department = line(categories.get("department"), 200)
    found.team = line(categories.get("team"), 200)
    found.description = _description(job)
    range_ = mapping(job.get("salaryRange"))
    found.pay = pay(
        range_.get("min"), range_.get("max"), range_.get("currency"), range_.get("interval")
    )
    found.published_at, found.published_precision = from_epoch_milliseconds(job.get("createdAt"))
    return found


def _description(job: Mapping[str, Any]) -> str:
    """Everything a reader of the page sees: what is asked for stands only in `lists`."""
    parts = [
        _text(job, "description") or f"{_text(job, 'opening')}\n\n{_text(job, 'descriptionBody')}"
    ]
    for entry in items(job.get("lists"))[:50]:
        heading, content = mapping(entry).get("text"), mapping(entry).get("content")
        bullets = from_html(f"<ul>{content}</ul>") if isinstance(content, str) else ""
        parts.append("\n".join(filter(None, (line(heading), bullets))))
    parts.append(_text(job, "additional"))
    parts.append(_text(job, "salaryDescription"))
    return paragraphs("\n\n".join(filter(None, parts)))


def _text(job: Mapping[str, Any], key: str) -> str:
    return from_html(job.get(key)) or paragraphs(job.get(f"{key}Plain"))
