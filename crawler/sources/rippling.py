"""Rippling's job board API: https://developer.rippling.com

A list says where and how, each posting's record the rest. The host grants 100 requests in ten
minutes for all boards together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from crawler.fields import (
    each,
    employer_name,
    employment_type,
    identifier,
    in_path,
    items,
    language,
    mapping,
    posting,
)
from crawler.moments import moment
from crawler.paging import Pages
from crawler.pay import pay, whole_range
from crawler.places import common_country, country_among, places, workplace_among, written_out
from crawler.posting import NameOrigin, Posting, WorkplaceType
from crawler.sources.base import (
    Board,
    Budget,
    Employer,
    Fetch,
    Listed,
    Malformed,
    Reply,
    Source,
    Yield,
)
from crawler.text import from_html, line, sections

_API = "https://api.rippling.com/platform/api/ats/v2/board"
_PAGE = 1000
_RANGE = ("rangeStart", "rangeEnd", "currency", "frequency")
_SITE = r"(?P<token>(?![a-z]{2}-[A-Z]{2}(?![\w-]))[\w-]{1,100})"


class Rippling(Source):
    name = "rippling"
    title = "Rippling"
    examples = {
        "https://ats.rippling.com/portmere/jobs": "portmere",
        "https://ats.rippling.com/en-GB/portmere/jobs/0b9c1f7e-0000-4c2b-9f00-000000000201": (
            "portmere"
        ),
        "https://ats.us1.rippling.com/portmere-careers": "portmere-careers",
        "https://api.rippling.com/platform/api/ats/v1/board/portmere/jobs": "portmere",
        "https://ats.rippling.com/api/v2/board/portmere/jobs?page=0": "portmere",
    }
    addresses = (
        re.compile(rf"\bats(?:\.\w+)?\.rippling\.com/(?:[a-z]{{2}}-[A-Z]{{2}}/)?{_SITE}"),
        re.compile(
            rf"\b(?:api\.rippling\.com/platform/api/ats|ats\.rippling\.com/api)/v\d/board/{_SITE}"
        ),
    )
    reserved = frozenset(("api", "embed", "_next", "static", "favicon", "robots"))
    terms = "documented public job board API, no key; 100 requests in ten minutes"
    hosts = ("api.rippling.com",)
    delay = 6.0
    budget = (Budget(100, 600),)
    max_details = 80

    def board_url(self, token: str) -> str:
        return f"https://ats.rippling.com/{token}/jobs"

    def start(self, board: Board) -> Iterable[Fetch]:
        yield _list(board, Pages(_PAGE))

    def parse(self, reply: Reply, board: Board) -> Iterator[Yield]:
        if reply.listed is not None:
            found = _detailed(reply.listed, reply)
            if found.employer and board.employer is None:
                yield Employer(found.employer, NameOrigin.BOARD)
            yield found
            return
        answer = reply.json()
        # An older form of the list has no pages and is nothing but its rows.
        rows = answer if isinstance(answer, list) else mapping(answer).get("items")
        if not isinstance(rows, list):
            raise Malformed(f"{reply.url} has no list of items")
        yield from each(_grouped(rows), lambda job: _listed(job, board))
        ids = [_id(row) for row in rows]
        if onward := reply.note.next(ids, mapping(answer).get("totalItems")):
            yield _list(board, onward)


def _list(board: Board, pages: Pages) -> Fetch:
    query = f"page={pages.number}&pageSize={_PAGE}"
    return Fetch(f"{_API}/{board.token}/jobs?{query}", note=pages)


def _id(row: Any) -> Any:
    return mapping(row).get("id") or mapping(row).get("uuid")


def _grouped(rows: list[Any]) -> Iterator[Any]:
    """One object a posting: a list may have a row for each of its places."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        known = identifier(_id(row))
        if known is None:
            yield row
            continue
        job = found.setdefault(known, {**row, "locations": []})
        job["locations"] += items(row.get("locations")) or [row.get("workLocation")]
    yield from found.values()


def _listed(job: Mapping[str, Any], board: Board) -> Listed | None:
    if job.get("unlistedFromSearch") is True:
        return None
    found = posting(_id(job), job.get("name"), job.get("url"))
    at = [mapping(place) for place in job["locations"]]
    found.locations = places(_written_out(place) for place in at)
    found.country = common_country(place.get("countryCode") or place.get("country") for place in at)
    found.country = found.country or country_among(found.locations)
    found.workplace_type = workplace_among(
        word for place in at for word in (place.get("workplaceType"), _name(place))
    )
    found.department = line(_name(job.get("department")), 200)
    found.language = language(job.get("language"))
    record = f"{_API}/{board.token}/jobs/{in_path(found.external_id)}"
    return Listed(Fetch(record), found)


def _name(thing: Any) -> Any:
    return mapping(thing).get("name") or mapping(thing).get("label")


def _written_out(place: Mapping[str, Any]) -> Any:
    if place.get("city"):
        return written_out(place.get("city"), place.get("state"), place.get("country"))
    return _name(place)


def _detailed(found: Posting, reply: Reply) -> Posting:
    """What the list said, filled in from the posting's own record."""
    job = mapping(reply.json())
    if "description" not in job:
        raise Malformed(f"{reply.url} has no description of a job")
    found.employer = employer_name(job.get("companyName")) or employer_name(
        mapping(job.get("board")).get("companyName")
    )
    where = places(items(job.get("workLocations")))
    if len(where) > len(found.locations):
        found.locations, found.country = where, country_among(where)
    if found.workplace_type == WorkplaceType.UNKNOWN:
        found.workplace_type = workplace_among(where)
    # {"label": "SALARIED_FT", "id": "Salaried, full-time"}, or the other way round.
    kinds = map(str, mapping(job.get("employmentType")).values())
    found.employment_type = employment_type(
        [kind.replace("_FT", "_FULL_TIME").replace("_PT", "_PART_TIME") for kind in kinds]
    )
    department = mapping(job.get("department"))
    name, above = line(_name(department), 200), line(department.get("base_department"), 200)
    found.department = above or name or found.department
    found.team = name if above and name != above else None
    told = mapping(job.get("description"))
    text = sections(told.get("role"), told.get("company"))
    found.description = text or from_html(job["description"])
    ranges = map(mapping, items(job.get("payRangeDetails"))[:100])
    found.pay = whole_range(pay(*map(one.get, _RANGE)) for one in ranges)
    found.published_at, found.published_precision = moment(job.get("createdOn"))
    return found
