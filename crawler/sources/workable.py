"""Workable's public jobs of an account: https://workable.readme.io/reference/jobs-1

The documented address leads to the one asked here, which answers with the whole account.
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
    mapping,
    posting,
)
from crawler.moments import first_moment
from crawler.places import common_country, places, workplace_type, written_out
from crawler.posting import Posting, WorkplaceType
from crawler.sources.base import Board, Fetch, Malformed, Reply, Source, Yield
from crawler.text import from_html, line, web_address

_SITE = "https://apply.workable.com"
_ACCOUNT = r"(?P<token>[A-Za-z0-9][\w-]{0,100})"


class Workable(Source):
    name = "workable"
    title = "Workable"
    examples = {
        "https://apply.workable.com/harbourline/": "harbourline",
        "https://apply.workable.com/Harbourline/j/7A1C9F02BE/apply/": "harbourline",
        "https://apply.workable.com/api/v1/widget/accounts/harbourline?details=true": "harbourline",
        "https://apply.workable.com/api/v3/accounts/harbourline/jobs": "harbourline",
        "https://www.workable.com/api/accounts/harbourline?details=true": "harbourline",
        "https://moorcroft-fleet.workable.com/jobs/12": "moorcroft-fleet",
    }
    addresses = (
        re.compile(rf"\bapply\.workable\.com/(?:api/v\d/(?:widget/)?accounts/)?{_ACCOUNT}"),
        re.compile(rf"(?<![\w.-])(?:www\.)?workable\.com/api/accounts/{_ACCOUNT}"),
        re.compile(
            r"(?<![\w.-])(?!(?:www|apply|jobs|api|app|help|resources|careers|status|get|id)\.)"
            rf"{_ACCOUNT}\.workable\.com\b"
        ),
    )
    reserved = frozenset(("api", "j", "assets", "static", "robots", "sitemap", "favicon"))
    terms = "documented public jobs of an account, no key; slow, or it refuses for hours"
    hosts = ("apply.workable.com",)
    delay = 3.0

    def token(self, match: re.Match[str]) -> str:
        return match["token"].lower()

    def board_url(self, token: str) -> str:
        return f"{_SITE}/{token}/"

    def start(self, board: Board) -> Iterable[Fetch]:
        yield Fetch(f"{_SITE}/api/v1/widget/accounts/{board.token}?details=true")

    def parse(self, reply: Reply, board: Board) -> Iterator[Yield]:
        answer = mapping(reply.json())
        rows = answer.get("jobs")
        if not isinstance(rows, list):
            raise Malformed(f"{reply.url} has no list of jobs")
        name = employer_name(answer.get("name"))
        yield from each(_grouped(rows), lambda job: _posting(job, board.token, name))


def _grouped(rows: list[Any]) -> Iterator[Any]:
    """One object a posting: a list has a row for each country it is advertised in."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        known = identifier(mapping(row).get("shortcode"))
        if known is None:
            yield row
            continue
        job = found.setdefault(known, {**row, "locations": []})
        job["locations"] += items(row.get("locations")) or [
            {"city": row.get("city"), "region": row.get("state"), "country": row.get("country")}
        ]
    yield from found.values()


def _posting(job: Mapping[str, Any], account: str, employer: str | None) -> Posting:
    known = identifier(job.get("shortcode"))
    address = f"{_SITE}/{account}/j/{in_path(known)}/"
    found = posting(known, job.get("title"), address)
    found.employer = employer
    found.apply_url = web_address(job.get("application_url"))
    shown = [at for at in map(mapping, job["locations"]) if at.get("hidden") is not True]
    found.locations = places(
        written_out(at.get("city"), at.get("region"), at.get("country")) for at in shown
    )
    found.country = common_country(at.get("countryCode") or at.get("country") for at in shown)
    found.workplace_type = workplace_type(job.get("workplace_type"))
    if str(job.get("telecommuting")).lower() == "true":
        found.workplace_type = WorkplaceType.REMOTE
    found.employment_type = employment_type(job.get("employment_type"))
    found.department = line(job.get("department"), 200)
    found.description = from_html(job.get("description"))
    found.published_at, found.published_precision = first_moment(
        job.get("published_on"), job.get("created_at")
    )
    return found
