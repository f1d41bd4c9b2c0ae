"""Jobs at agencies of the United States, by their public API:
https://developer.usajobs.gov/api-reference/get-api-search

A query shows 10,000 of its postings. What lies beyond is read from the other end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any

from crawler.fields import count, each, employer_name, employment_type, items, mapping, posting
from crawler.moments import end, moment
from crawler.paging import Pages
from crawler.pay import pay
from crawler.places import country, places, workplace_among
from crawler.posting import Pay, Posting, WorkplaceType
from crawler.sources.base import Board, Feed, Fetch, Malformed, Need, Reply, Truncated, Yield
from crawler.text import line, sections, web_address

_API = "https://data.usajobs.gov/api/Search?Fields=Full&SortField=opendate"
_PAGE = 500
_CAP = 10_000
_PERIODS = {"PA": "year", "PH": "hour", "PD": "day", "PM": "month"}
_SECTIONS = ("JobSummary", "MajorDuties", "Education", "Requirements", "OtherInformation")


class USAJobs(Feed):
    name = "usajobs"
    title = "USAJOBS"
    home = "https://www.usajobs.gov/search/results/"
    needs = (
        Need("key", "https://developer.usajobs.gov/apirequest/", header="Authorization-Key"),
        Need("email", "your application for the key", header="User-Agent"),
    )
    terms = "free key, which goes with the e-mail address it was asked for with"
    hosts = ("data.usajobs.gov",)
    read_every = timedelta(hours=6)

    def start(self, board: Board) -> Iterable[Fetch]:
        yield _page(Pages(_PAGE, context="Desc"))

    def parse(self, reply: Reply, board: Board) -> Iterator[Yield]:
        result = mapping(mapping(reply.json()).get("SearchResult"))
        rows = result.get("SearchResultItems")
        if not isinstance(rows, list):
            raise Malformed(f"{reply.url} has no list of SearchResultItems")
        yield from each(rows, _posting)
        pages: Pages = reply.note
        total = count(result.get("SearchResultCountAll"))
        newest_first = pages.context == "Desc"
        wanted = total if newest_first or total is None else max(total - _CAP, 1)
        onward = pages.next([mapping(row).get("MatchedObjectId") for row in rows], wanted)
        if onward and onward.offset < _CAP:
            yield _page(onward)
        elif onward and newest_first:
            yield _page(Pages(_PAGE, context="Asc"))
        elif onward:
            raise Truncated(f"USAJOBS shows {2 * _CAP} of its {total or 'many'} postings")


def _page(pages: Pages) -> Fetch:
    query = f"SortDirection={pages.context}&ResultsPerPage={_PAGE}&Page={pages.number + 1}"
    return Fetch(f"{_API}&{query}", note=pages)


def _posting(row: Mapping[str, Any]) -> Posting:
    job = mapping(row.get("MatchedObjectDescriptor"))
    details = mapping(mapping(job.get("UserArea")).get("Details"))
    address = _plain(job.get("PositionURI"))
    found = posting(row.get("MatchedObjectId"), job.get("PositionTitle"), address)
    found.apply_url = web_address(_plain(next(iter(items(job.get("ApplyURI"))), None)))
    found.employer = employer_name(job.get("OrganizationName")) or employer_name(
        job.get("DepartmentName")
    )
    found.department = line(job.get("DepartmentName"), 200)
    found.team = line(next(iter(_names(job.get("JobCategory"))), None), 200)
    at = [mapping(one) for one in items(job.get("PositionLocation"))]
    where = [one.get("LocationName") for one in at] or [job.get("PositionLocationDisplay")]
    found.locations = places(where)
    nations = {country(one.get("CountryCode")) for one in at}
    found.country = nations.pop() if len(nations) == 1 else None
    found.workplace_type = _workplace_type(details, where)
    kinds = [*_names(job.get("PositionOfferingType")), *_names(job.get("PositionSchedule"))]
    found.employment_type = employment_type(" ".join(k for k in kinds if isinstance(k, str)))
    found.description = _description(details, job.get("QualificationSummary"))
    found.pay = _pay(mapping(next(iter(items(job.get("PositionRemuneration"))), None)))
    found.published_at, found.published_precision = moment(_day(job.get("PublicationStartDate")))
    found.valid_through = end(_day(job.get("ApplicationCloseDate")))
    return found


def _plain(address: Any) -> Any:
    """An address without the port that all of them have."""
    return address.replace(".gov:443/", ".gov/") if isinstance(address, str) else None


def _names(values: Any) -> list[Any]:
    return [mapping(one).get("Name") for one in items(values)]


def _day(value: Any) -> Any:
    """The date of a time that is of no zone that is known."""
    return value[:10] if isinstance(value, str) else None


def _workplace_type(details: Mapping[str, Any], where: list[Any]) -> WorkplaceType:
    """Telework some days a week is possible in most places and promised in few."""
    remote, telework = details.get("RemoteIndicator"), details.get("TeleworkEligible")
    if remote is True:
        return WorkplaceType.REMOTE
    if remote is False and telework is False:
        return WorkplaceType.ON_SITE
    return workplace_among(where)


def _description(details: Mapping[str, Any], qualifications: Any) -> str:
    parts: list[Any] = []
    for section in _SECTIONS:
        value = details.get(section)
        parts += value if isinstance(value, list) else [value]
        if section == "MajorDuties":
            parts.append(qualifications)
    return sections(*parts)


def _pay(offer: Mapping[str, Any]) -> Pay | None:
    code = offer.get("RateIntervalCode")
    period = _PERIODS.get(code) if isinstance(code, str) else None
    # Pay by two weeks or by piece would need a period that there is no word for.
    return (
        pay(offer.get("MinimumRange"), offer.get("MaximumRange"), "USD", period) if period else None
    )
