"""Personio's feed of open positions: https://developer.personio.de/docs/retrieving-open-job-positions

An account's careers site is on .com, on .de, or on both with the same content. A position that
is not translated lacks its fields, so those that have no English are asked for in German.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from crawler.fields import any_nameless, each, employer_name, employment_type, identifier, posting
from crawler.moments import moment
from crawler.pay import pay
from crawler.places import country_among, places, workplace_among, workplace_type
from crawler.posting import EmploymentType, NameOrigin, Posting, WorkplaceType
from crawler.sources.base import (
    Board,
    Employer,
    Fetch,
    Malformed,
    NotFound,
    OnFailure,
    Reply,
    Source,
    Unreadable,
    Yield,
)
from crawler.text import line, sections
from crawler.titles import employer_on_page
from crawler.xml import Element, children, local_name, record, text_at, texts_at, xml_root

_FIRST, _SECOND = "jobs.personio.com", "jobs.personio.de"


class Personio(Source):
    name = "personio"
    title = "Personio"
    examples = {
        "https://kranich.jobs.personio.com": "kranich",
        "https://Kranich.jobs.personio.de/job/1834171?language=de": "kranich",
        "https://kranich.jobs.personio.de/xml?language=en": "kranich",
    }
    addresses = (
        re.compile(
            r"(?<![\w.-])(?P<token>[a-z0-9][a-z0-9-]{0,100})\.jobs\.personio\.(?:de|com)\b",
            re.IGNORECASE,
        ),
    )
    reserved = frozenset(("www",))
    terms = "documented public feed where it is on; a name without an account is refused"

    def token(self, match: re.Match[str]) -> str:
        return match["token"].lower()

    def board_url(self, token: str) -> str:
        return f"https://{token}.{_FIRST}/"

    def start(self, board: Board) -> Iterable[Fetch]:
        first, second = (_feed(f"{board.token}.{domain}") for domain in (_FIRST, _SECOND))
        yield Fetch(first, otherwise=Fetch(second))

    def parse(self, reply: Reply, board: Board) -> Iterator[Yield]:
        if reply.note == "page":
            if name := employer_on_page(reply.text, "personio"):
                yield Employer(name, NameOrigin.PAGE)
            return
        if not reply.host.startswith(f"{board.token}."):
            raise NotFound(f"Personio knows no account {board.token!r}; it leads to {reply.url}")
        root = xml_root(reply)
        if local_name(root) != "workzag-jobs":
            raise Malformed(f"{reply.url} is not a feed of positions")
        positions = [_told(position) for position in children(root, "position")]
        if reply.note is None:
            untold = frozenset(p["id"] for p in positions if "id" in p and not _is_told(p))
            now = [p for p in positions if p.get("id") not in untold]
            if untold:
                german = _feed(reply.host, "de")
                yield Fetch(german, note=untold, on_failure=OnFailure.PARTIAL)
        else:
            now = [p for p in positions if p.get("id") in reply.note]
            for known in sorted(reply.note - {p["id"] for p in now}):
                yield Unreadable(identifier(known), f"position {known} has no text in any language")
        found = list(each(now, lambda position: _posting(position, reply.host)))
        yield from found
        if board.employer is None and any_nameless(found):
            page = f"https://{reply.host}/"
            yield Fetch(page, note="page", on_failure=OnFailure.IGNORE)


def _feed(host: str, language: str = "en") -> str:
    return f"https://{host}/xml?language={language}"


def _told(position: Element) -> dict[str, Any]:
    """A position's fields by their names, with its offices and its text."""
    parts = [
        (text_at(part, "name"), text_at(part, "value"))
        for part in children(position, "jobDescriptions", "jobDescription")
    ]
    salary = next(children(position, "salaryInformation"), None)
    return record(position) | {
        "text": sections(*parts),
        "offices": [
            *texts_at(position, "office"),
            *texts_at(position, "additionalOffices", "office"),
        ],
        "salary": {} if salary is None else record(salary),
    }


def _is_told(position: Mapping[str, Any]) -> bool:
    return bool(position.get("name") and position["text"])


def _posting(position: Mapping[str, Any], host: str) -> Posting:
    known = identifier(position.get("id"))
    found = posting(known, position.get("name"), f"https://{host}/job/{known}")
    found.employer = employer_name(position.get("subcompany"))
    offices = position["offices"]
    found.locations = places(offices)
    found.country = country_among(found.locations)
    found.workplace_type = workplace_type(position.get("workplaceType"))
    if found.workplace_type == WorkplaceType.UNKNOWN:
        found.workplace_type = workplace_among(offices)
    found.employment_type = _employment(position.get("employmentType"), position.get("schedule"))
    found.department = line(position.get("department"), 200)
    found.team = line(position.get("recruitingCategory"), 200)
    found.description = position["text"]
    salary = position["salary"]
    found.pay = pay(
        salary.get("min"), salary.get("max"), salary.get("currencyCode"), salary.get("type")
    )
    found.published_at, found.published_precision = moment(position.get("createdAt"))
    return found


def _employment(kind: Any, schedule: Any) -> EmploymentType | None:
    """A permanent position is what its schedule says; "full-or-part-time" may be full."""
    if schedule == "full-or-part-time":
        schedule = "full-time"
    return employment_type([kind, schedule])
