"""Gem's job board API: https://api.gem.com/job_board/v0/openapi.json"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from crawler.fields import each, employment_type, items, mapping, posting
from crawler.moments import moment
from crawler.places import country_among, places, workplace_among, workplace_type
from crawler.posting import NameOrigin, Posting, WorkplaceType
from crawler.sources.base import Board, Employer, Fetch, Malformed, OnFailure, Reply, Source, Yield
from crawler.text import from_html, line, paragraphs
from crawler.titles import employer_in_title

_API = "https://api.gem.com/job_board/v0"


class Gem(Source):
    name = "gem"
    title = "Gem"
    examples = {
        "https://jobs.gem.com/pebbleworks": "pebbleworks",
        "https://jobs.gem.com/pebbleworks/4965519002": "pebbleworks",
        "https://api.gem.com/job_board/v0/pebbleworks/job_posts/": "pebbleworks",
    }
    addresses = (
        re.compile(r"\bjobs\.gem\.com/(?P<token>[\w-]{1,100})"),
        re.compile(r"\bapi\.gem\.com/job_board/v0/(?P<token>[\w-]{1,100})"),
    )
    reserved = frozenset(("api", "_next", "static", "assets", "favicon", "robots", "openapi"))
    terms = "documented public job board API, no key"
    hosts = ("api.gem.com",)

    def board_url(self, token: str) -> str:
        return f"https://jobs.gem.com/{token}"

    def start(self, board: Board) -> Iterable[Fetch]:
        yield Fetch(f"{_API}/{board.token}/job_posts/")

    def parse(self, reply: Reply, board: Board) -> Iterator[Yield]:
        if reply.note == "page":
            if name := employer_in_title(reply.text, "gem"):
                yield Employer(name, NameOrigin.PAGE)
            return
        jobs = reply.json()
        if not isinstance(jobs, list):
            raise Malformed(f"{reply.url} did not answer with a list of job posts")
        yield from each(jobs, _posting)
        if jobs and board.employer is None:
            page = self.board_url(board.token)
            yield Fetch(page, note="page", on_failure=OnFailure.IGNORE)


def _posting(job: Mapping[str, Any]) -> Posting:
    found = posting(job.get("id"), job.get("title"), job.get("absolute_url"))
    offices = [mapping(office) for office in items(job.get("offices"))]
    where = [mapping(job.get("location")).get("name")]
    where += [
        mapping(office.get("location")).get("name") or office.get("name") for office in offices
    ]
    found.locations = places(where)
    found.country = country_among(found.locations)
    found.workplace_type = workplace_type(job.get("location_type"))
    if found.workplace_type == WorkplaceType.UNKNOWN:
        found.workplace_type = workplace_among(where)
    found.employment_type = employment_type(job.get("employment_type"))
    departments = [mapping(one) for one in items(job.get("departments"))[:50]]
    above = [one for one in departments if not one.get("parent_id")]
    below = [one for one in departments if one.get("parent_id")]
    found.department = _first_name(above) or _first_name(below)
    found.team = _first_name(below) if above else None
    found.description = from_html(job.get("content")) or paragraphs(job.get("content_plain"))
    found.published_at, found.published_precision = moment(job.get("first_published_at"))
    return found


def _first_name(departments: list[Mapping[str, Any]]) -> str | None:
    return next(filter(None, (line(one.get("name"), 200) for one in departments)), None)
