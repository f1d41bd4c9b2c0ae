"""Workday's careers sites, by the requests their own pages make: undocumented but public (`cxs`).

A list says little, so each posting's record is fetched once. A list answers at most 2,000 of its
postings; a longer one is read in the slices its own filters cut it into.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

from crawler.fields import count, each, employer_name, employment_type, items, mapping, posting
from crawler.moments import end, moment
from crawler.paging import Pages
from crawler.places import country, country_among, places, workplace_among, workplace_type
from crawler.posting import Posting, WorkplaceType
from crawler.relative import relative
from crawler.sources.base import (
    Board,
    Fetch,
    Listed,
    Malformed,
    NotFound,
    Reply,
    Source,
    Truncated,
    Yield,
)
from crawler.text import from_html, line, web_address

_PAGE = 20
"""The most a page may have."""
_CAP = 2_000
"""Beyond it the list begins again."""
_SITE = r"(?:[a-z]{2}-[A-Z]{2}/)?(?P<site>(?!wday/|wday\b|siteMap|robots\.txt)[\w%.~-]{1,200})"
_NO_SUCH_SITE = (404, 406, 410, 422)
# Not by place: a posting has several, and slices that overlap cannot be added up.
_BY_PLACE = re.compile("location|country|city|region", re.IGNORECASE)
_PATH = re.compile(r"/job/(?!.*\.\./)[^?#\s]{1,500}")
_SEVERAL_PLACES = re.compile(r"\d+ \w+")
_HEADERS = {"Accept": "application/json", "Accept-Language": "en"}


Filters = tuple[tuple[str, str], ...]
"""(facet, value) pairs that a part of the list is read with."""


@dataclass(frozen=True, slots=True)
class _Facet:
    name: str
    values: dict[str, int]
    """Value id -> how many postings have it."""

    @property
    def total(self) -> int:
        return sum(self.values.values())


class Workday(Source):
    """The token is `<tenant>.<dc>/<site>`, or `<dc>/<tenant>/<site>` on the shared host."""

    name = "workday"
    title = "Workday"
    examples = {
        "https://grandbank.wd5.myworkdayjobs.com/Careers": "grandbank.wd5/Careers",
        "https://grandbank.wd5.myworkdayjobs.com/en-US/Careers/job/Oslo/Teller_R-12": (
            "grandbank.wd5/Careers"
        ),
        "https://grandbank.wd5.myworkdayjobs.com/wday/cxs/grandbank/Careers/jobs": (
            "grandbank.wd5/Careers"
        ),
        "https://wd3.myworkdaysite.com/de-DE/recruiting/moorcroft/Fleet_Jobs": (
            "wd3/moorcroft/Fleet_Jobs"
        ),
    }
    addresses = (
        re.compile(
            rf"(?<![\w.-])(?P<tenant>[\w-]{{1,100}})\.(?P<dc>wd\d{{1,4}})\.myworkdayjobs\.com/"
            rf"(?:wday/cxs/[\w-]+/)?{_SITE}"
        ),
        re.compile(
            rf"(?<![\w.-])(?P<dc>wd\d{{1,4}})\.myworkdaysite\.com/(?:[a-z]{{2}}-[A-Z]{{2}}/)?"
            rf"(?:recruiting|wday/cxs)/(?P<tenant>[\w-]{{1,100}})/{_SITE}"
        ),
    )
    terms = "undocumented; its robots.txt, which every tenant has of its own, decides"
    posts = True
    max_details = 600

    def token(self, match: re.Match[str]) -> str:
        dc, tenant, site = match["dc"], match["tenant"], unquote(match["site"])
        if not site.isprintable() or "/" in site:
            return ""
        shared = "myworkdaysite" in match[0]
        return f"{dc}/{tenant}/{site}" if shared else f"{tenant}.{dc}/{site}"

    def slug(self, token: str) -> str:
        return _address(token)[1]

    def board_url(self, token: str) -> str:
        host, tenant, site = _address(token)
        folder = f"recruiting/{tenant}/" if "/" in token.partition("/")[2] else ""
        return f"https://{host}/{folder}{quote(site, safe='')}"

    def start(self, board: Board) -> Iterable[Fetch]:
        yield _list(board, Pages(_PAGE, context=()))

    def parse(self, reply: Reply, board: Board) -> Iterator[Yield]:
        if reply.listed is not None:
            yield _detailed(reply.listed, reply)
            return
        if reply.status in _NO_SUCH_SITE:
            raise NotFound(f"Workday knows no site {board.token!r} ({reply.status})")
        answer = mapping(reply.json())
        jobs = answer.get("jobPostings")
        if not isinstance(jobs, list):
            raise Malformed(f"{reply.url} has no list of jobPostings")
        pages: Pages = reply.note
        total = count(answer.get("total"))
        if pages.number == 0 and (total or 0) >= _CAP:
            facet = _best_facet(answer, pages.context)
            for value in facet.values:
                yield _list(board, Pages(_PAGE, context=(*pages.context, (facet.name, value))))
            if facet.total >= _CAP:
                return
            # None of its filters names all: what the plain list shows is read as well.
        yield from each(jobs, lambda job: self._listed(job, board, reply))
        onward = pages.next([mapping(job).get("externalPath") for job in jobs], total)
        if onward and onward.offset < _CAP:
            yield _list(board, onward)
        elif max(total or 0, pages.total or 0) >= _CAP:
            raise Truncated(f"{board.token} lists {_CAP} postings and does not show the others")

    def _listed(self, job: Mapping[str, Any], board: Board, reply: Reply) -> Listed:
        host, tenant, site = _address(board.token)
        path = job.get("externalPath")
        path = path if isinstance(path, str) and _PATH.fullmatch(path) else ""
        at = self.board_url(board.token)
        found = posting(_external_id(job, path), job.get("title"), at + path if path else None)
        text = line(job.get("locationsText"), 200)
        found.locations = places([text]) if text and not _SEVERAL_PLACES.fullmatch(text) else []
        found.country = country_among(found.locations)
        found.workplace_type = workplace_among([job.get("remoteType"), text])
        found.published_at, found.published_precision = relative(job.get("postedOn"), reply.at)
        record = f"https://{host}/wday/cxs/{tenant}/{quote(site, safe='')}{path}"
        # How many places there are is all that some lists say of them.
        return Listed(Fetch(record, headers=_HEADERS), found, version=text or "")


def _address(token: str) -> tuple[str, str, str]:
    """Host, tenant and site."""
    first, _, rest = token.partition("/")
    if "/" in rest:
        tenant, _, site = rest.partition("/")
        return f"{first}.myworkdaysite.com", tenant, site
    return f"{first}.myworkdayjobs.com", first.partition(".")[0], rest


def _list(board: Board, pages: Pages) -> Fetch:
    host, tenant, site = _address(board.token)
    facets: dict[str, list[str]] = {}
    for facet, value in pages.context:
        facets.setdefault(facet, []).append(value)
    return Fetch(
        f"https://{host}/wday/cxs/{tenant}/{quote(site, safe='')}/jobs",
        headers=_HEADERS,
        json={"appliedFacets": facets, "limit": _PAGE, "offset": pages.offset, "searchText": ""},
        note=pages,
        accept_status=_NO_SUCH_SITE if pages.number == 0 and not facets else (),
    )


def _external_id(job: Mapping[str, Any], path: str) -> str | None:
    """The requisition as the address ends in it: with its "-1" where it is posted twice."""
    last = path.rpartition("/")[2]
    for bullet in items(job.get("bulletFields")):
        if isinstance(bullet, str) and bullet and (at := last.rfind(f"_{bullet}")) >= 0:
            return last[at + 1 :]
    return last.rpartition("_")[2] or None


def _best_facet(answer: Mapping[str, Any], used: Filters) -> _Facet:
    """The filter to cut a list by: one that names the most postings, in the smallest parts. One
    that adds up to less than another leaves postings out."""
    names = {name for name, _ in used}
    fit = [f for f in _facets(answer) if f.name not in names and not _BY_PLACE.search(f.name)]
    return max(fit, key=lambda f: (f.total, -max(f.values.values())), default=_Facet("", {}))


def _facets(answer: Mapping[str, Any]) -> Iterator[_Facet]:
    """Every facet, those grouped in others too."""
    waiting = [(facet, 0) for facet in items(answer.get("facets"))[:100]]
    while waiting:
        facet, depth = waiting.pop(0)
        name, values = mapping(facet).get("facetParameter"), items(mapping(facet).get("values"))
        inner = [value for value in values if mapping(value).get("facetParameter")]
        waiting += [(value, depth + 1) for value in inner if depth < 3]
        pairs = ((mapping(v).get("id"), count(mapping(v).get("count"))) for v in values)
        found = {known: times for known, times in pairs if isinstance(known, str) and times}
        if isinstance(name, str) and len(found) > 1:
            yield _Facet(name, found)


def _detailed(found: Posting, reply: Reply) -> Posting:
    """What the list said, filled in from the posting's own record."""
    answer = mapping(reply.json())
    info = answer.get("jobPostingInfo")
    if not isinstance(info, dict):
        raise Malformed(f"{reply.url} has no jobPostingInfo")
    found.employer = employer_name(mapping(answer.get("hiringOrganization")).get("name"))
    found.title = line(info.get("title")) or found.title
    found.url = web_address(info.get("externalUrl")) or found.url
    where = [info.get("location"), *items(info.get("additionalLocations"))]
    found.locations = places(where) or found.locations
    at = mapping(mapping(info.get("jobRequisitionLocation")).get("country"))
    nation = country(at.get("alpha2Code")) or country(
        mapping(info.get("country")).get("descriptor")
    )
    found.country = nation if len(found.locations) < 2 else country_among(found.locations)
    mode = workplace_type(info.get("remoteType"))
    if mode == WorkplaceType.UNKNOWN:
        mode = workplace_among(where)
    found.workplace_type = mode if mode != WorkplaceType.UNKNOWN else found.workplace_type
    found.employment_type = employment_type(info.get("timeType"))
    found.description = from_html(info.get("jobDescription"))
    published, precision = moment(info.get("startDate"))
    if published is not None:
        found.published_at, found.published_precision = published, precision
    found.valid_through = end(info.get("endDate"))
    return found
