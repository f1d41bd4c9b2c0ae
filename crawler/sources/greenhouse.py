"""Greenhouse Job Board API: https://developers.greenhouse.io/job-board.html"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from crawler.fields import (
    any_nameless,
    each,
    employer_name,
    employment_type,
    items,
    language,
    mapping,
    posting,
)
from crawler.moments import end, moment
from crawler.places import country_among, places, workplace_among, workplace_type
from crawler.posting import NameOrigin, Posting, WorkplaceType
from crawler.sources.base import Board, Employer, Fetch, Malformed, OnFailure, Reply, Source, Yield
from crawler.text import from_html, line

_API = "https://boards-api.greenhouse.io/v1/boards"
# A dot may end a token, but not one that ends a sentence.
_SITE = r"(?P<token>[A-Za-z0-9_-](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?(?:\.(?=[/\"'?#]|$))?)"
_EMPLOYMENT_FIELD = re.compile(r"employment|commitment|(?:time|job|contract) type", re.IGNORECASE)
_WORKPLACE_FIELD = re.compile(
    r"(?:location|workplace|work|remote) ?(?:type|model|mode|arrangement|policy|status)",
    re.IGNORECASE,
)
_NO_DEPARTMENT = frozenset(("no department", "none"))


class Greenhouse(Source):
    name = "greenhouse"
    title = "Greenhouse"
    examples = {
        "https://boards.greenhouse.io/northwindlabs": "northwindlabs",
        "https://job-boards.greenhouse.io/northwindlabs/jobs/5512034007": "northwindlabs",
        "https://job-boards.eu.greenhouse.io/nordhaven": "nordhaven",
        "https://boards.greenhouse.io/embed/job_board/js?for=northwindlabs": "northwindlabs",
        "https://boards.greenhouse.io/embed/job_app?token=5512034007&for=brightloom": "brightloom",
        "https://boards-api.greenhouse.io/v1/boards/northwindlabs/jobs": "northwindlabs",
    }
    addresses = (
        re.compile(rf"\b(?:job-boards|boards)(?:\.eu)?\.greenhouse\.io/{_SITE}"),
        re.compile(
            rf"\bgreenhouse\.io/embed/job_(?:board|app)(?:/js)?\?(?:[^\"'#\s<>]{{0,500}}&)?for={_SITE}"
        ),
        re.compile(rf"\bboards-api\.greenhouse\.io/v1/boards/{_SITE}"),
    )
    markers = (
        re.compile(rf"Grnhse\.Settings\.boardToken\s*=\s*[\"']{_SITE}[\"']"),
        re.compile(
            r"(?is:greenhouse|grnhse).{0,500}?"
            rf"\b(?:boardToken|urlToken)[\"']?\s*[:=]\s*[\"']{_SITE}[\"']",
            re.DOTALL,
        ),
    )
    reserved = frozenset(("embed", "js", "api", "v1", "users", "assets", "favicon.ico"))
    terms = "documented public job board API, no key"
    hosts = ("boards-api.greenhouse.io",)

    def board_url(self, token: str) -> str:
        return f"https://job-boards.greenhouse.io/{token}"

    def start(self, board: Board) -> Iterable[Fetch]:
        yield Fetch(f"{_API}/{board.token}/jobs?content=true")

    def parse(self, reply: Reply, board: Board) -> Iterator[Yield]:
        if reply.note == "board":
            name = employer_name(mapping(reply.json()).get("name"))
            if name:
                yield Employer(name, NameOrigin.BOARD)
            return
        jobs = mapping(reply.json()).get("jobs")
        if not isinstance(jobs, list):
            raise Malformed(f"{reply.url} has no list of jobs")
        found = list(each(jobs, _posting))
        yield from found
        if board.employer is None and any_nameless(found):
            yield Fetch(f"{_API}/{board.token}", note="board", on_failure=OnFailure.IGNORE)


def _posting(job: Mapping[str, Any]) -> Posting | None:
    if "internal_job_id" in job and job["internal_job_id"] is None:
        return None  # a prospect post: an invitation to apply in general, not an open job
    found = posting(job.get("id"), job.get("title"), job.get("absolute_url"))
    found.employer = employer_name(job.get("company_name"))
    location = mapping(job.get("location")).get("name")
    offices = [_office(office) for office in items(job.get("offices"))]
    found.locations = places([location]) or places(offices)
    found.country = country_among(found.locations)
    custom = _custom_fields(job.get("metadata"))
    found.workplace_type = _first_workplace(
        [workplace_type(value) for name, value in custom if _WORKPLACE_FIELD.search(name)]
        + [workplace_among([location, *found.locations])]
    )
    found.employment_type = employment_type(
        [value for name, value in custom if _EMPLOYMENT_FIELD.search(name)]
    )
    departments = [line(mapping(one).get("name"), 200) for one in items(job.get("departments"))]
    found.department = next((d for d in departments if d and d.lower() not in _NO_DEPARTMENT), None)
    found.description = from_html(job.get("content"))
    found.language = language(job.get("language"))
    found.published_at, found.published_precision = moment(job.get("first_published"))
    found.valid_through = end(job.get("application_deadline"))
    return found


def _office(office: Any) -> Any:
    fields = mapping(office)
    return fields.get("location") or fields.get("name")


def _custom_fields(metadata: Any) -> list[tuple[str, str]]:
    """The employer's own fields whose value is text; a list gives its texts one by one."""
    pairs = []
    for field in items(metadata)[:100]:
        name, value = mapping(field).get("name"), mapping(field).get("value")
        for one in items(value)[:20] if isinstance(value, list) else [value]:
            if isinstance(name, str) and isinstance(one, str):
                pairs.append((name[:200], one))
    return pairs


def _first_workplace(found: list[WorkplaceType]) -> WorkplaceType:
    return next((one for one in found if one != WorkplaceType.UNKNOWN), WorkplaceType.UNKNOWN)
