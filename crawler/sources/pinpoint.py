"""Pinpoint's boards: all postings of one in one reply. Off unless the user turns it on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from crawler.fields import each, employment_type, mapping, posting
from crawler.moments import end
from crawler.pay import pay, pay_text
from crawler.places import country_among, places, workplace_among, workplace_type, written_out
from crawler.posting import NameOrigin, Pay, Posting, WorkplaceType
from crawler.sources.base import Board, Employer, Fetch, Malformed, OnFailure, Reply, Source, Yield
from crawler.text import line, sections
from crawler.titles import employer_on_page

_SECTIONS = ("key_responsibilities", "skills_knowledge_expertise", "benefits")


class Pinpoint(Source):
    name = "pinpoint"
    title = "Pinpoint"
    examples = {
        "https://oakmere.pinpointhq.com": "oakmere",
        "https://Oakmere.pinpointhq.com/en/postings/2f1c-architect": "oakmere",
        "https://oakmere.pinpointhq.com/fr/postings.json": "oakmere",
    }
    addresses = (
        re.compile(
            r"(?<![\w.-])(?P<token>[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)\.pinpointhq\.com\b",
            re.IGNORECASE,
        ),
    )
    reserved = frozenset(("www", "app", "api", "developers", "help", "support", "status"))
    on = False
    why_off = (
        "most of its boards' robots.txt keep programs out; turned on, those that do not are read"
    )
    terms = "off by default: most boards' robots.txt closes them to programs, and decides"

    def token(self, match: re.Match[str]) -> str:
        return match["token"].lower()

    def board_url(self, token: str) -> str:
        return f"https://{token}.pinpointhq.com"

    def start(self, board: Board) -> Iterable[Fetch]:
        yield Fetch(f"{self.board_url(board.token)}/postings.json")

    def parse(self, reply: Reply, board: Board) -> Iterator[Yield]:
        if reply.note == "page":
            if name := employer_on_page(reply.text, "pinpoint"):
                yield Employer(name, NameOrigin.PAGE)
            return
        jobs = mapping(reply.json()).get("data")
        if not isinstance(jobs, list):
            raise Malformed(f"{reply.url} has no list of postings (data)")
        site = self.board_url(board.token)
        yield from each(jobs, lambda job: _posting(job, site))
        if jobs and board.employer is None:
            yield Fetch(f"{site}/", note="page", on_failure=OnFailure.IGNORE)


def _posting(job: Mapping[str, Any], site: str) -> Posting:
    path = job.get("path")
    here = f"{site}{path}" if isinstance(path, str) and path.startswith("/") else None
    found = posting(job.get("id"), job.get("title"), job.get("url") or here)
    place, about = mapping(job.get("location")), mapping(job.get("job"))
    near, named = written_out(place.get("city"), place.get("province")), line(place.get("name"))
    found.locations = places([near or named])
    found.country = country_among(filter(None, [named])) or country_among(found.locations)
    found.workplace_type = workplace_type(job.get("workplace_type"))
    if found.workplace_type == WorkplaceType.UNKNOWN:
        found.workplace_type = workplace_among([job.get("workplace_type_text"), named])
    found.employment_type = employment_type(
        [job.get("employment_type"), job.get("employment_type_text")]
    )
    within = (about.get("department"), job.get("department"), about.get("division"))
    names = (line(mapping(one).get("name"), 200) for one in within)
    found.department = next(filter(None, names), None)
    told = ((job.get(f"{key}_header"), job.get(key)) for key in _SECTIONS)
    found.description = sections(job.get("description"), *told)
    found.pay = _pay(job) if job.get("compensation_visible") is not False else None
    found.valid_through = end(job.get("deadline_at"))
    return found


def _pay(job: Mapping[str, Any]) -> Pay | None:
    ends = job.get("compensation_minimum"), job.get("compensation_maximum")
    frequency = job.get("compensation_frequency")
    found = pay(*ends, job.get("compensation_currency"), frequency)
    return found or pay_text(job.get("compensation"))
