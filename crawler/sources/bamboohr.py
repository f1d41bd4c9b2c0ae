"""BambooHR's careers pages, by the requests they make themselves. Off unless the user turns it on.

A list says little, so each posting's record is fetched once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from crawler.fields import count, each, employment_type, in_path, mapping, posting
from crawler.moments import moment
from crawler.pay import pay_text
from crawler.places import country, places, written_out
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
    Truncated,
    Yield,
)
from crawler.text import from_html, line, web_address
from crawler.titles import employer_in_title

_SITE = r"(?<![\w.-])(?P<token>[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)\.bamboohr\.com"
_MODES = {"0": WorkplaceType.ON_SITE, "1": WorkplaceType.REMOTE, "2": WorkplaceType.HYBRID}


class BambooHR(Source):
    name = "bamboohr"
    title = "BambooHR"
    examples = {
        "https://cobblelane.bamboohr.com/careers": "cobblelane",
        "https://cobblelane.bamboohr.com/careers/86": "cobblelane",
        "https://Cobblelane.bamboohr.com/jobs/embed2.php": "cobblelane",
        "https://cobblelane.bamboohr.com/hiring/jobs/86": "cobblelane",
        "https://cobblelane.bamboohr.com": "cobblelane",
    }
    # Other paths are where employees sign in.
    addresses = (re.compile(rf"{_SITE}(?:/(?:careers|jobs|hiring)\b|/?$)", re.IGNORECASE),)
    markers = (re.compile(rf"\bdata-domain\s*=\s*[\"']{_SITE}[\"']", re.IGNORECASE),)
    reserved = frozenset(("www", "api", "app", "help", "static", "resources", "documentation"))
    on = False
    why_off = "its terms are said to forbid that programs read its careers pages"
    terms = "off by default: its terms are said to forbid automated reading"

    def token(self, match: re.Match[str]) -> str:
        return match["token"].lower()

    def board_url(self, token: str) -> str:
        return f"https://{token}.bamboohr.com/careers"

    def start(self, board: Board) -> Iterable[Fetch]:
        yield Fetch(f"{self.board_url(board.token)}/list")

    def parse(self, reply: Reply, board: Board) -> Iterator[Yield]:
        if reply.listed is not None:
            yield _detailed(reply.listed, reply)
            return
        if reply.note == "page":
            if name := employer_in_title(reply.text, "bamboohr"):
                yield Employer(name, NameOrigin.PAGE)
            return
        if reply.host != f"{board.token}.bamboohr.com":
            raise NotFound(f"BambooHR knows no {board.token!r}: it leads to {reply.host}")
        answer = mapping(reply.json())
        jobs = answer.get("result")
        if not isinstance(jobs, list):
            raise Malformed(f"{reply.url} has no result")
        page = self.board_url(board.token)
        yield from each(jobs, lambda job: _listed(job, page))
        if jobs and board.employer is None:
            yield Fetch(page, note="page", on_failure=OnFailure.IGNORE)
        total = count(mapping(answer.get("meta")).get("totalCount")) or 0
        if total > len(jobs):
            raise Truncated(f"{reply.url} lists {len(jobs)} of {total} postings")


def _listed(job: Mapping[str, Any], page: str) -> Listed:
    address = f"{page}/{in_path(job.get('id'))}"
    found = posting(job.get("id"), job.get("jobOpeningName"), address)
    _take(found, job)
    return Listed(Fetch(f"{address}/detail"), found)


def _take(found: Posting, job: Mapping[str, Any]) -> None:
    """What a list and a record have in common."""
    near, far = mapping(job.get("location")), mapping(job.get("atsLocation"))
    state = near.get("state") or far.get("state") or far.get("province")
    nation = near.get("addressCountry") or far.get("country")
    where = written_out(near.get("city") or far.get("city"), state, nation)
    found.locations = places([where]) or found.locations
    found.country = country(nation) or found.country
    mode = _MODES.get(str(job.get("locationType")))
    if mode is None and job.get("isRemote") in (1, True):
        mode = WorkplaceType.REMOTE
    found.workplace_type = mode or found.workplace_type
    kind = employment_type([job.get("employmentStatusLabel"), job.get("employmentType")])
    found.employment_type = kind or found.employment_type
    found.department = line(job.get("departmentLabel"), 200) or found.department


def _detailed(found: Posting, reply: Reply) -> Posting:
    """What the list said, filled in from the posting's own record."""
    job = mapping(mapping(reply.json()).get("result")).get("jobOpening")
    if not isinstance(job, dict):
        raise Malformed(f"{reply.url} has no jobOpening")
    _take(found, job)
    found.url = web_address(job.get("jobOpeningShareUrl")) or found.url
    found.description = from_html(job.get("description"))
    found.pay = pay_text(job.get("compensation"))
    found.published_at, found.published_precision = moment(job.get("datePosted"))
    return found
