"""Careers sites by Jibe, which employers put before their iCIMS portals: the list that a site's own
pages ask for holds everything."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from crawler.fields import (
    each,
    employer_name,
    employment_type,
    in_path,
    items,
    language,
    mapping,
    posting,
)
from crawler.moments import moment
from crawler.paging import Pages
from crawler.pay import pay
from crawler.places import country, country_among, places, workplace_among, written_out
from crawler.posting import Posting
from crawler.sources.base import Board, Fetch, Malformed, Reply, Source, Yield
from crawler.text import line, sections, web_address

_PAGE = 100
_TEXTS = ("description", "responsibilities", "qualifications")


class Jibe(Source):
    """The token is the host of the careers site."""

    name = "jibe"
    title = "iCIMS Jibe"
    examples = {
        "https://careers.wexley.example/careers-home/jobs": "careers.wexley.example",
        "https://Jobs.Wexley.example/careers-home/jobs/8214?lang=en-us": "jobs.wexley.example",
    }
    addresses = (
        re.compile(
            r"\bhttps?://(?P<token>[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?\.[a-z]{2,63})"
            r"/careers-home(?![\w-])",
            re.IGNORECASE,
        ),
    )
    terms = "the list behind the careers site; each site's robots.txt decides"

    def token(self, match: re.Match[str]) -> str:
        return match["token"].lower()

    def slug(self, token: str) -> str:
        return re.sub(r"^(?:careers?|jobs?|www)\.", "", token).partition(".")[0]

    def board_url(self, token: str) -> str:
        return f"https://{token}/careers-home/jobs"

    def start(self, board: Board) -> Iterable[Fetch]:
        yield _list(board, Pages(_PAGE))

    def parse(self, reply: Reply, board: Board) -> Iterator[Yield]:
        answer = mapping(reply.json())
        entries = answer.get("jobs")
        if not isinstance(entries, list):
            raise Malformed(f"{reply.url} has no list of jobs")
        jobs = [mapping(entry).get("data") for entry in entries]
        site = self.board_url(board.token)
        yield from each(jobs, lambda job: _posting(job, site))
        ids = [mapping(job).get("slug") for job in jobs]
        if onward := reply.note.next(ids, answer.get("totalCount")):
            yield _list(board, onward)


def _list(board: Board, pages: Pages) -> Fetch:
    query = f"page={pages.number + 1}&limit={_PAGE}"
    return Fetch(f"https://{board.token}/api/jobs?{query}", note=pages)


def _posting(job: Mapping[str, Any], site: str) -> Posting:
    known = job.get("slug") or job.get("req_id")
    found = posting(known, job.get("title"), f"{site}/{in_path(known)}")
    found.employer = employer_name(job.get("hiring_organization"))
    found.apply_url = web_address(job.get("apply_url"))
    parts = written_out(job.get("city"), job.get("state"), job.get("country"))
    named = job.get("full_location") or job.get("location_name")
    found.locations = places([named]) or places([parts])
    found.country = country(job.get("country_code")) or country(job.get("country"))
    found.country = found.country or country_among(found.locations)
    found.workplace_type = workplace_among([job.get("location_name"), job.get("full_location")])
    found.employment_type = employment_type(job.get("employment_type"))
    categories = (line(mapping(one).get("name"), 200) for one in items(job.get("categories")))
    found.department = next(filter(None, categories), line(job.get("category"), 200))
    found.description = sections(*(job.get(key) for key in _TEXTS))
    ends = job.get("salary_min_value"), job.get("salary_max_value")
    found.pay = pay(*ends, job.get("salary_currency"), None)
    found.language = language(job.get("language"))
    found.published_at, found.published_precision = moment(job.get("posted_date"))
    return found
