"""Oracle Recruiting Cloud, by the requests its own careers pages make. Oracle documents them for
those pages: https://docs.oracle.com/en/cloud/saas/human-resources/farws/

A list says little, so each posting's record is fetched once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from crawler.fields import each, employer_name, employment_type, in_path, items, mapping, posting
from crawler.moments import end, moment
from crawler.paging import Pages
from crawler.pay import pay_text
from crawler.places import common_country, country_among, places, workplace_type
from crawler.posting import NameOrigin, Posting, WorkplaceType
from crawler.sources.base import (
    Board,
    Employer,
    Fetch,
    Listed,
    Malformed,
    NotFound,
    OnFailure,
    Reply,
    Source,
    Yield,
)
from crawler.text import from_html, line, sections
from crawler.titles import employer_in_title

_PAGE = 100
_EXPANDED = "requisitionList.workLocation,requisitionList.secondaryLocations"
_TEXTS = (
    "ExternalDescriptionStr",
    "ExternalResponsibilitiesStr",
    "ExternalQualificationsStr",
    "OrganizationDescriptionStr",
    "CorporateDescriptionStr",
)
_KINDS = ("JobSchedule", "ContractType", "JobType", "WorkerType", "RequisitionType")
_DEPARTMENTS = ("Department", "Category", "JobFamily", "JobFunction", "Organization")
_PAY_PROMPT = re.compile(r"\b(?:pay|salary|compensation|wage|remuneration)\b", re.IGNORECASE)
_HEADERS = {"Accept": "application/json"}


class Oracle(Source):
    """The token is `<host>/<site>`, as in acme.fa.em2.oraclecloud.com/CX_1."""

    name = "oracle"
    title = "Oracle Recruiting"
    examples = {
        "https://acme.fa.em2.oraclecloud.com/hcmUI/CandidateExperience/en/sites/CX_1": (
            "acme.fa.em2.oraclecloud.com/CX_1"
        ),
        "https://acme.fa.ocs.oraclecloud.com/hcmUI/CandidateExperience/de/sites/Campus/job/25587": (
            "acme.fa.ocs.oraclecloud.com/Campus"
        ),
        "https://fa-etzd-saasfaprod1.fa.oraclecloud15.com/hcmUI/CandidateExperience/en/sites/CX_1/"
        "requisitions": "fa-etzd-saasfaprod1.fa.oraclecloud15.com/CX_1",
    }
    addresses = (
        re.compile(
            r"(?<![\w.-])(?P<host>(?i:[\w-]+\.fa(?:\.[\w-]+){0,2}\.oraclecloud(?:[1-9]\d?)?\.com))"
            r"/hcmUI/CandidateExperience/[\w-]{1,20}/sites/(?P<site>[\w-]{1,100})"
        ),
    )
    terms = "requests of its own careers pages, meant for those; each host's robots.txt decides"

    def token(self, match: re.Match[str]) -> str:
        return f"{match['host'].lower()}/{match['site']}"

    def slug(self, token: str) -> str:
        return token.partition(".")[0]

    def board_url(self, token: str) -> str:
        host, _, site = token.partition("/")
        return f"https://{host}/hcmUI/CandidateExperience/en/sites/{site}"

    def start(self, board: Board) -> Iterable[Fetch]:
        yield _list(board, Pages(_PAGE))

    def parse(self, reply: Reply, board: Board) -> Iterator[Yield]:
        if reply.listed is not None:
            yield _detailed(reply.listed, reply)
        elif reply.note == "page":
            if name := employer_in_title(reply.text, "oracle", "oracle recruiting"):
                yield Employer(name, NameOrigin.PAGE)
        else:
            yield from self._on_page(reply, board)

    def _on_page(self, reply: Reply, board: Board) -> Iterator[Yield]:
        found = mapping(reply.json()).get("items")
        if not isinstance(found, list):
            raise Malformed(f"{reply.url} has no items")
        if not found:
            raise NotFound(
                f"Oracle knows no site {board.token!r}: it finds nothing, not even 0 jobs"
            )
        search = mapping(found[0])
        total, jobs = search.get("TotalJobsCount"), search.get("requisitionList")
        if jobs is None and total == 0:
            jobs = []
        if not isinstance(jobs, list):
            raise Malformed(f"{reply.url} has no requisitionList")
        yield from each(jobs, lambda job: _listed(job, board, self.board_url(board.token)))
        pages: Pages = reply.note
        if jobs and pages.number == 0 and board.employer is None:
            page = self.board_url(board.token)
            yield Fetch(page, note="page", on_failure=OnFailure.IGNORE)
        if onward := pages.next([mapping(job).get("Id") for job in jobs], total):
            yield _list(board, onward)


def _resource(board: Board, name: str, query: str) -> str:
    host = board.token.partition("/")[0]
    return f"https://{host}/hcmRestApi/resources/latest/{name}?onlyData=true&{query}"


def _list(board: Board, pages: Pages) -> Fetch:
    # Limit and offset count only within the finder, and without expand there are no postings.
    site = board.token.partition("/")[2]
    finder = f"findReqs;siteNumber={site},limit={_PAGE},offset={pages.offset}"
    query = f"expand={_EXPANDED}&finder={finder},sortBy=POSTING_DATES_DESC"
    address = _resource(board, "recruitingCEJobRequisitions", query)
    return Fetch(address, headers=_HEADERS, note=pages)


def _listed(job: Mapping[str, Any], board: Board, site: str) -> Listed:
    known = in_path(job.get("Id"))
    found = posting(job.get("Id"), job.get("Title"), f"{site}/job/{known}")
    _take(found, job)
    found.description = from_html(job.get("ShortDescriptionStr"))
    found.published_at, found.published_precision = moment(job.get("PostedDate"))
    found.valid_through = end(job.get("PostingEndDate"))
    finder = f"ById;Id=%22{known}%22,siteNumber={board.token.partition('/')[2]}"
    query = f"expand=all&finder={finder}"
    address = _resource(board, "recruitingCEJobRequisitionDetails", query)
    return Listed(Fetch(address, headers=_HEADERS), found)


def _take(found: Posting, job: Mapping[str, Any]) -> None:
    """What a list and a record have in common."""
    others = [mapping(place) for place in items(job.get("secondaryLocations"))]
    where = places([job.get("PrimaryLocation"), *(place.get("Name") for place in others)])
    if where:
        codes = [job.get("PrimaryLocationCountry"), *(place.get("CountryCode") for place in others)]
        found.locations = where
        found.country = common_country(codes) or country_among(where)
    mode = workplace_type(job.get("WorkplaceTypeCode") or job.get("WorkplaceType"))
    found.workplace_type = mode if mode != WorkplaceType.UNKNOWN else found.workplace_type
    kind = employment_type([job.get(key) for key in _KINDS])
    found.employment_type = kind or found.employment_type
    departments = filter(None, (line(job.get(key), 200) for key in _DEPARTMENTS))
    found.department = next(departments, found.department)
    # Few say it, and it is the legal entity: one pod may hold a whole group's.
    found.employer = employer_name(job.get("LegalEmployer")) or found.employer


def _detailed(found: Posting, reply: Reply) -> Posting:
    """What the list said, filled in from the posting's own record."""
    answer = mapping(reply.json())
    record = mapping(next(iter(items(answer.get("items"))), answer))
    if not record.get("Title"):
        raise Malformed(f"{reply.url} holds no posting")
    _take(found, record)
    found.description = sections(*map(record.get, _TEXTS)) or found.description
    published, precision = moment(record.get("ExternalPostedStartDate"))
    if published is not None:
        found.published_at, found.published_precision = published, precision
    found.valid_through = end(record.get("ExternalPostedEndDate")) or found.valid_through
    for field in map(mapping, items(record.get("requisitionFlexFields"))[:100]):
        if _PAY_PROMPT.search(line(field.get("Prompt"), 100) or ""):
            found.pay = found.pay or pay_text(field.get("Value"))
    return found
