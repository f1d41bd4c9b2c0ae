"""SmartRecruiters' careers pages: lists as the pages load them, and each posting's own page.

Its documented API is not asked: the robots.txt of that host closes it to all but one crawler.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from crawler.fields import each, posting
from crawler.paging import Pages
from crawler.places import workplace_type
from crawler.posting import NameOrigin, Posting, WorkplaceType
from crawler.schemaorg import fill_from_page
from crawler.sources.base import (
    Board,
    Employer,
    Fetch,
    Listed,
    Malformed,
    Reply,
    Source,
    Yield,
)
from crawler.structured import get, tree
from crawler.text import line

_LISTS = "https://careers.smartrecruiters.com"
_COMPANY = r"(?P<token>[A-Za-z0-9][\w-]{0,100})"
_JOB = re.compile(
    r"(?P<page>https://jobs\.smartrecruiters\.com/[\w-]+/(?P<id>\d{1,30}))(?![\w/]).*"
)
_FRAGMENT = re.compile(r"\s*(?:<(?!html|head|body|!doctype|\?)[a-z!]|$)", re.IGNORECASE)
_WORKPLACE = re.compile(r"<spl-job-location\s[^>]{0,2000}?workplaceType=\"(\w{1,20})\"", re.I)
_EXPIRED = re.compile(r"class=\"[^\"]{0,200}\bjobad--empty-state\b")


class SmartRecruiters(Source):
    name = "smartrecruiters"
    title = "SmartRecruiters"
    examples = {
        "https://careers.smartrecruiters.com/OrionForge": "OrionForge",
        "https://jobs.smartrecruiters.com/OrionForge/744000141200001-maintenance-planner": (
            "OrionForge"
        ),
        "https://jobs.smartrecruiters.com/oneclick-ui/company/OrionForge/publication/1d2c3b4a": (
            "OrionForge"
        ),
        "https://api.smartrecruiters.com/v1/companies/OrionForge/postings": "OrionForge",
    }
    addresses = (
        re.compile(
            r"\b(?:careers|jobs)\.smartrecruiters\.com/"
            rf"(?:(?:oneclick-ui|external-referrals)/company/)?{_COMPANY}"
        ),
        re.compile(rf"\bapi\.smartrecruiters\.com/v1/companies/{_COMPANY}"),
    )
    reserved = frozenset(
        ("api", "sr-jobs", "static", "cdn-cgi", "oneclick-ui", "external-referrals", "robots",
         "sitemap", "favicon", "assets")
    )  # fmt: skip
    terms = "public careers pages; its API is closed by robots.txt and not asked"
    hosts = ("careers.smartrecruiters.com", "jobs.smartrecruiters.com")

    def board_url(self, token: str) -> str:
        return f"{_LISTS}/{token}"

    def start(self, board: Board) -> Iterable[Fetch]:
        yield _list(board, Pages())

    def parse(self, reply: Reply, board: Board) -> Iterator[Yield]:
        if reply.listed is not None:
            found = _detailed(reply.listed, reply)
            if found.employer and board.employer is None:
                yield Employer(found.employer, NameOrigin.PAGE)
            yield found
            return
        jobs = list(_jobs_on(reply))
        if not jobs and not _FRAGMENT.match(reply.text):
            raise Malformed(f"{reply.url} is not a part of a list")
        yield from each(jobs, _listed)
        # It does not say how many there are; the page after the last is empty.
        if onward := reply.note.next([job["id"] for job in jobs]):
            yield _list(board, onward)


def _list(board: Board, pages: Pages) -> Fetch:
    return Fetch(f"{_LISTS}/{board.token}/api/more?page={pages.number}", note=pages)


def _jobs_on(reply: Reply) -> Iterator[dict[str, Any]]:
    root = tree(reply.text)
    for link in root.iter("a") if root is not None else ():
        if match := _JOB.fullmatch(link.get("href") or ""):
            headings = [heading.text_content() for heading in link.iter("h4")]
            title = headings[0] if headings else link.text_content()
            yield {**match.groupdict(), "title": title, "url": match[0]}


def _listed(job: Mapping[str, Any]) -> Listed:
    return Listed(Fetch(job["page"]), posting(job["id"], job["title"], job["url"]))


def _detailed(found: Posting, reply: Reply) -> Posting:
    """What the list said, filled in from the posting's own page."""
    job = fill_from_page(found, reply)
    if _EXPIRED.search(reply.text):
        found.valid_through = min(found.valid_through or reply.at, reply.at)
    found.title = line(get(job, "title")) or found.title
    found.apply_url = f"{found.url.partition('?')[0]}?oga=true"
    if where := _WORKPLACE.search(reply.text):
        mode = workplace_type(where[1])
        found.workplace_type = mode if mode != WorkplaceType.UNKNOWN else found.workplace_type
    return found
