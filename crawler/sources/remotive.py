"""Remotive's remote jobs, all that its API shows: https://github.com/remotive-com/remote-jobs-api"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any

from crawler.fields import count, each, employer_name, employment_type, mapping, posting
from crawler.moments import moment
from crawler.pay import pay_text
from crawler.places import country_among, places
from crawler.posting import Posting, WorkplaceType
from crawler.sources.base import (
    Board,
    Budget,
    Feed,
    Fetch,
    Malformed,
    Reply,
    Truncated,
    Yield,
)
from crawler.text import from_html, line

_ZONES = r"\b(?:UTC|GMT|CET|EET|[CEMP][SD]?T|\w* ?time ?zones?)\b"
_ZONE = re.compile(rf"\s*(?:\([^()]*{_ZONES}[^()]*\)|{_ZONES}\S*)", re.IGNORECASE)


class Remotive(Feed):
    name = "remotive"
    title = "Remotive"
    home = "https://remotive.com/remote-jobs"
    terms = "public API, no key; not to be passed on to job sites; a day late"
    attribution = "via Remotive"
    hosts = ("remotive.com",)
    budget = (Budget(2, 60), Budget(4, 86_400))
    read_every = timedelta(hours=12)  # robots.txt counts too

    def start(self, board: Board) -> Iterable[Fetch]:
        yield Fetch("https://remotive.com/api/remote-jobs")

    def parse(self, reply: Reply, board: Board) -> Iterator[Yield]:
        answer = mapping(reply.json())
        jobs = answer.get("jobs")
        if not isinstance(jobs, list):
            raise Malformed(f"{reply.url} has no list of jobs")
        yield from each(jobs, _posting)
        total = count(answer.get("total-job-count"))
        if total is not None and total > len(jobs):
            raise Truncated(f"{reply.url} shows {len(jobs)} of {total} jobs")


def _posting(job: Mapping[str, Any]) -> Posting:
    found = posting(job.get("id"), job.get("title"), job.get("url"))
    found.employer = employer_name(job.get("company_name"))
    where = job.get("candidate_required_location")
    found.locations = places([_without_zones(where)] if isinstance(where, str) else [])
    found.country = country_among(found.locations)
    found.workplace_type = WorkplaceType.REMOTE
    found.employment_type = employment_type(job.get("job_type"))
    found.department = line(job.get("category"), 200)
    found.description = from_html(job.get("description"))
    found.pay = pay_text(job.get("salary"))
    published = job.get("publication_date")
    # The time of day is of no zone that is known.
    day = published[:10] if isinstance(published, str) else None
    found.published_at, found.published_precision = moment(day)
    return found


def _without_zones(where: str) -> str:
    """ "USA, CST (UTC-6)" is in the USA."""
    parts = (_ZONE.sub("", part).strip() for part in where[:1_000].split(","))
    return ", ".join(filter(None, parts))
