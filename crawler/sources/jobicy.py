"""Jobicy's newest remote jobs, a hundred: https://github.com/Jobicy/remote-jobs-api"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any

from crawler.fields import each, employer_name, employment_type, items, mapping, posting
from crawler.moments import moment
from crawler.pay import pay
from crawler.places import country_among, places
from crawler.posting import Pay, Posting, WorkplaceType
from crawler.sources.base import Board, Feed, Fetch, Malformed, Reply, Yield
from crawler.text import from_html, line


class Jobicy(Feed):
    name = "jobicy"
    title = "Jobicy"
    home = "https://jobicy.com/jobs"
    terms = "public API, no key; not to be passed on to job sites; the newest 100"
    attribution = "via Jobicy"
    hosts = ("jobicy.com",)
    read_every = timedelta(hours=6)
    expires_after = timedelta(days=30)

    def start(self, board: Board) -> Iterable[Fetch]:
        yield Fetch("https://jobicy.com/api/v2/remote-jobs?count=100")

    def parse(self, reply: Reply, board: Board) -> Iterator[Yield]:
        jobs = mapping(reply.json()).get("jobs")
        if not isinstance(jobs, list):
            raise Malformed(f"{reply.url} has no list of jobs")
        yield from each(jobs, _posting)


def _posting(job: Mapping[str, Any]) -> Posting:
    found = posting(job.get("id"), job.get("jobTitle"), job.get("url"))
    found.employer = employer_name(job.get("companyName"))
    found.locations = places([job.get("jobGeo")])
    found.country = country_among(found.locations)
    found.workplace_type = WorkplaceType.REMOTE
    found.employment_type = employment_type(items(job.get("jobType")))
    found.department = line(next(iter(items(job.get("jobIndustry"))), None), 200)
    found.description = from_html(job.get("jobDescription")) or from_html(job.get("jobExcerpt"))
    found.pay = _pay(job)
    found.published_at, found.published_precision = moment(job.get("pubDate"))
    return found


def _pay(job: Mapping[str, Any]) -> Pay | None:
    currency = job.get("salaryCurrency")
    return pay(
        job.get("salaryMin"), job.get("salaryMax"), currency, job.get("salaryPeriod")
    ) or pay(job.get("annualSalaryMin"), job.get("annualSalaryMax"), currency, "year")
