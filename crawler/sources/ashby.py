"""Ashby public job postings: https://developers.ashbyhq.com/docs/public-job-posting-api"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote, unquote

from crawler.fields import each, employer_name, employment_type, items, mapping, posting
from crawler.moments import moment
from crawler.pay import pay
from crawler.places import (
    country,
    country_among,
    places,
    workplace_among,
    workplace_type,
    written_out,
)
from crawler.posting import NameOrigin, Pay, Posting, WorkplaceType
from crawler.sources.base import Board, Employer, Fetch, Malformed, OnFailure, Reply, Source, Yield
from crawler.structured import page_title
from crawler.text import from_html, line, paragraphs, web_address

_API = "https://api.ashbyhq.com/posting-api/job-board"
_TITLE_NOISE = re.compile(r"\s+(?:jobs|careers|job board)$", re.IGNORECASE)


class Ashby(Source):
    name = "ashby"
    title = "Ashby"
    examples = {
        "https://jobs.ashbyhq.com/brightloom": "brightloom",
        "https://jobs.ashbyhq.com/brightloom/8d0d7c0a-5e0b-4b8e-9d8a-2f6f5f1d9a01": "brightloom",
        "https://jobs.ashbyhq.com/Moorcroft%20Fleet": "Moorcroft Fleet",
        "https://jobs.ashbyhq.com/northwind.ai/embed?version=2": "northwind.ai",
        "https://api.ashbyhq.com/posting-api/job-board/brightloom": "brightloom",
    }
    addresses = (
        re.compile(r"\bjobs\.ashbyhq\.com/(?P<token>[^/?#\"'\s<>\\()]{1,200})"),
        re.compile(
            r"\bapi\.ashbyhq\.com/posting-api/job-board/(?P<token>[^/?#\"'\s<>\\()]{1,200})"
        ),
    )
    reserved = frozenset(("meetings", "api", "_next", "robots.txt", "favicon.ico", "undefined"))
    terms = "documented public posting API, no key"
    hosts = ("api.ashbyhq.com",)
    delay = 2.0

    def token(self, match: re.Match[str]) -> str:
        token = unquote(match["token"]).strip()
        return token if token.isprintable() else ""

    def board_url(self, token: str) -> str:
        return f"https://jobs.ashbyhq.com/{quote(token, safe='')}"

    def start(self, board: Board) -> Iterable[Fetch]:
        yield Fetch(f"{_API}/{quote(board.token, safe='')}?includeCompensation=true")

    def parse(self, reply: Reply, board: Board) -> Iterator[Yield]:
        if reply.note == "page":
            name = _organization(reply.text)
            if name:
                yield Employer(name, NameOrigin.PAGE)
            return
        jobs = mapping(reply.json()).get("jobs")
        if not isinstance(jobs, list):
            raise Malformed(f"{reply.url} has no list of jobs")
        yield from each(jobs, _posting)
        if jobs and board.employer is None:
            page = self.board_url(board.token)
            yield Fetch(page, note="page", on_failure=OnFailure.IGNORE)


def _posting(job: Mapping[str, Any]) -> Posting | None:
    if job.get("isListed") is False:
        return None
    found = posting(job.get("id"), job.get("title"), job.get("jobUrl"))
    found.apply_url = web_address(job.get("applyUrl"))
    address = mapping(mapping(job.get("address")).get("postalAddress"))
    secondary = [mapping(one).get("location") for one in items(job.get("secondaryLocations"))]
    where = [job.get("location"), *secondary]
    parts = [address.get(key) for key in ("addressLocality", "addressRegion", "addressCountry")]
    found.locations = places(where) or places([written_out(*parts)])
    found.country = country(address.get("addressCountry")) or country_among(found.locations)
    found.workplace_type = workplace_type(job.get("workplaceType"))
    if found.workplace_type == WorkplaceType.UNKNOWN:
        # Only where there is no workplaceType: hybrid roles carry isRemote too.
        remote = job.get("isRemote") is True
        found.workplace_type = WorkplaceType.REMOTE if remote else workplace_among(where)
    found.employment_type = employment_type(job.get("employmentType"))
    found.department = line(job.get("department"), 200)
    found.team = line(job.get("team"), 200)
    found.description = paragraphs(job.get("descriptionPlain")) or from_html(
        job.get("descriptionHtml")
    )
    if job.get("shouldDisplayCompensationOnJobPostings") is not False:
        found.pay = _salary(mapping(job.get("compensation")))
    found.published_at, found.published_precision = moment(job.get("publishedAt"))
    return found


def _salary(compensation: Mapping[str, Any]) -> Pay | None:
    components = items(compensation.get("summaryComponents"))
    for component in map(mapping, components[:50]):
        if component.get("compensationType") == "Salary":
            found = pay(
                component.get("minValue"),
                component.get("maxValue"),
                component.get("currencyCode"),
                component.get("interval"),
            )
            if found:
                return found
    return None


def _organization(page: str) -> str | None:
    """The name in the page's `window.__appData`, else in its title ("Brightloom Jobs")."""
    start = re.search(r"window\.__appData\s*=\s*", page)
    if start:
        try:
            data, _ = json.JSONDecoder().raw_decode(page, start.end())
        except (ValueError, RecursionError):
            data = None
        organization = mapping(data).get("organization")
        if name := employer_name(mapping(organization).get("name")):
            return name
    name = employer_name(_TITLE_NOISE.sub("", page_title(page) or ""))
    return None if name is None or name.lower() in ("jobs", "ashby", "page not found") else name
