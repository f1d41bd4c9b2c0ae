"""Breezy HR's boards: a list of all positions, and a page for each. Off unless the user turns it
on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from crawler.fields import each, employer_name, employment_type, in_path, items, mapping, posting
from crawler.moments import moment
from crawler.pay import pay_text
from crawler.places import common_country, country_among, places, workplace_among, written_out
from crawler.posting import WorkplaceType
from crawler.schemaorg import fill_from_page
from crawler.sources.base import (
    Board,
    Fetch,
    Listed,
    Malformed,
    NotFound,
    Reply,
    Source,
    Throttled,
    Yield,
)
from crawler.text import line

_TOO_FAST = (403,)


class Breezy(Source):
    name = "breezy"
    title = "Breezy HR"
    examples = {
        "https://tidewater.breezy.hr": "tidewater",
        "https://Tidewater-goods.breezy.hr/p/98323abf2296-store-manager": "tidewater-goods",
        "https://tidewater.breezy.hr/json": "tidewater",
    }
    addresses = (
        re.compile(
            r"(?<![\w.-])(?P<token>(?!(?:assets|attachments|gallery)-cdn\.)[a-z0-9](?:[\w-]{0,61}"
            r"[a-z0-9])?)\.breezy\.hr\b",
            re.IGNORECASE,
        ),
    )
    reserved = frozenset(("www", "app", "api", "developer", "help", "marketing", "status"))
    on = False
    why_off = "its terms are said to forbid that programs read its boards"
    terms = "off by default: its terms are said to forbid automated reading"
    max_details = 100

    def token(self, match: re.Match[str]) -> str:
        return match["token"].lower()

    def board_url(self, token: str) -> str:
        return f"https://{token}.breezy.hr"

    def start(self, board: Board) -> Iterable[Fetch]:
        yield Fetch(f"{self.board_url(board.token)}/json", accept_status=_TOO_FAST)

    def parse(self, reply: Reply, board: Board) -> Iterator[Yield]:
        if reply.status in _TOO_FAST:
            raise Throttled(f"{reply.host} answered {reply.status}, its way to ask for a pause")
        if reply.listed is not None:
            fill_from_page(reply.listed, reply, "description")
            yield reply.listed
            return
        if reply.host != f"{board.token}.breezy.hr":
            raise NotFound(f"Breezy knows no {board.token!r}: it leads to {reply.host}")
        jobs = reply.json()
        if not isinstance(jobs, list):
            raise Malformed(f"{reply.url} did not answer with a list of positions")
        site = self.board_url(board.token)
        yield from each(jobs, lambda job: _listed(job, site))


def _listed(job: Mapping[str, Any], site: str) -> Listed:
    friendly = in_path(job.get("friendly_id"))
    page = f"{site}/p/{friendly}" if friendly else job.get("url")
    found = posting(job.get("id"), job.get("name"), job.get("url") or page)
    found.employer = employer_name(mapping(job.get("company")).get("name"))
    at = [mapping(place) for place in (job.get("location"), *items(job.get("locations"))) if place]
    where = [_written_out(place) for place in at]
    found.locations = places(where)
    found.country = common_country(mapping(place.get("country")).get("id") for place in at)
    found.country = found.country or country_among(found.locations)
    found.workplace_type = workplace_among(where)
    if any(place.get("is_remote") is True for place in at):
        found.workplace_type = WorkplaceType.REMOTE
    kind = mapping(job.get("type"))
    found.employment_type = employment_type([kind.get("id"), kind.get("name")])
    found.department = line(job.get("department"), 200)
    found.pay = pay_text(job.get("salary"))
    found.published_at, found.published_precision = moment(job.get("published_date"))
    return Listed(Fetch(str(page), accept_status=_TOO_FAST), found)


def _written_out(place: Mapping[str, Any]) -> Any:
    state, nation = (
        mapping(place.get("state")).get("name"),
        mapping(place.get("country")).get("name"),
    )
    if place.get("city"):
        return written_out(place.get("city"), state, nation)
    return place.get("name") or written_out(state, nation)
