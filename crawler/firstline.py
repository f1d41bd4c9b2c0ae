"""Postings written as one line of parts: "Acme | Baker | Oslo or REMOTE | Full-time | €40k–€50k".

The order is free but for the employer, who comes first. A part is taken for what its words say;
what nothing speaks for stays unread.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from crawler.fields import employer_name, employment_type
from crawler.pay import pay_text
from crawler.places import country, country_among, places, workplace_type
from crawler.posting import EmploymentType, Pay, WorkplaceType
from crawler.text import line

_SEPARATOR = re.compile(r"\s*(?:\||•|·|¦|｜)\s*|\s+(?:-{2,3}|—|–)\s+")
_SEEKER = re.compile(r"\b(?:seeking|looking for)\b|\bfor hire\b", re.IGNORECASE)
_DASHES = re.compile(r"\s+[-–—]\s+")
_IS_HIRING = re.compile(
    r"^(?P<who>.{1,80}?)\s+(?:is|are)\s+(?:hiring|looking for|seeking)\s+(?:for\s+)?"
    r"(?:(?:an?|our|some)\s+)?(?P<what>[^.!?]{0,120})",
    re.IGNORECASE,
)
_URL = re.compile(
    r"(?:https?://|www\.)\S+|\b[\w-]+(?:\.[\w-]+)*\.(?:com|io|ai|org|net|dev|co|app)(?:/\S*)?\b"
)
_BATCH = re.compile(
    r"[(\[]\s*(?:YC|Y Combinator)?\s*[WSFX]\d{2}\s*[)\]]|[(\[]\s*YC[^)\]]{0,20}[)\]]", re.IGNORECASE
)
_HIRING = re.compile(r"\s+(?:is|are)\s+(?:hiring|looking for|seeking)\b.*$", re.IGNORECASE)
_ROLE = re.compile(
    r"\b(?:engineers?|engineering|developers?|devs?|programmers?|architects?|scientists?|researchers?"
    r"|designers?|managers?|directors?|leads?|heads?|analysts?|administrators?|admins?|sre|devops"
    r"|consultants?|specialists?|technicians?|writers?|recruiters?|accountants?|officers?|cto|ceo"
    r"|founders?|founding|interns?|internships?|full[- ]?stack|front[- ]?end|back[- ]?end|roles?"
    r"|product|sales|marketing|support|data|software|qa|testers?|operators?|advocates?|coo|vp"
    r"|associates?|assistants?|representatives?|executives?|strategists?|editors?|teachers?"
    r"|nurses?|mechanics?|sysadmins?|evangelists?|positions?)\b",
    re.IGNORECASE,
)
_TYPE = re.compile(
    r"(?:full|part)[ -]?time|contract(?:or)?s?|permanent|freelance|intern(?:ship)?s?"
    r"|temp(?:orary)?",
    re.IGNORECASE,
)
_NOT_A_PLACE = re.compile(
    r"\b(?:visa|equity|salary|competitive|benefits|apply|stack|we|our|you|funded|series|seed|stage"
    r"|employees|people|hiring|remote[- ]first|multiple|various|open|yc|https?)\b|[?!@$€£]|\d{3}",
    re.IGNORECASE,
)
_LEFT_OF_PLACE = re.compile(
    r"\b(?:fully|100%|remote|on-?\s?site|in-?\s?office|in-?\s?person|hybrid|only|friendly|ok|possible|optional"
    r"|preferred|or|and|within|based|anywhere)\b",
    re.IGNORECASE,
)


@dataclass(slots=True)
class FirstLine:
    """What a line says. Unknown is None, or empty."""

    employer: str | None = None
    title: str | None = None
    locations: list[str] = field(default_factory=list)
    country: str | None = None
    workplace_type: WorkplaceType = WorkplaceType.UNKNOWN
    employment_type: EmploymentType | None = None
    pay: Pay | None = None


def first_line(text: str) -> FirstLine:
    """Read a line of parts; one without separators gives an employer only if it "is hiring"."""
    found = FirstLine()
    shown = line(text, 400) or ""
    parts = _parts(_SEPARATOR, shown)
    if len(parts) == 1:
        if match := _IS_HIRING.match(shown):
            what, _, where = match["what"].partition(" in ")
            parts = [match["who"], what, where]
        else:
            parts = _parts(_DASHES, shown)
    if len(parts) < 2:
        return found
    found.employer = _employer(parts[0])
    for part in parts[1:]:
        _take(found, part)
    found.country = country_among(found.locations)
    return found


def _parts(separator: re.Pattern[str], text: str) -> list[str]:
    return [part for one in separator.split(text) if (part := one.strip(" ,;"))]


def _employer(part: str) -> str | None:
    bare = _URL.sub(" ", _HIRING.sub("", _BATCH.sub(" ", part)))
    bare = re.sub(r"\(\s*\)|\[\s*\]", " ", bare).strip(" -–—,:;()[]")
    if not bare:
        # Only an address stands there: a name all the same, if a plain one.
        domain = re.search(r"([\w-]+\.(?:com|io|ai|org|net|dev|co|app))\b", part)
        bare = domain[1] if domain else ""
    if ":" in bare or _SEEKER.search(bare) or len(bare.split()) > 8:
        return None
    return employer_name(bare)


def _take(found: FirstLine, part: str) -> None:
    mode, kind = workplace_type(part), _TYPE.search(part)
    paid = pay_text(part)
    if _URL.fullmatch(part):
        return
    if paid is not None:
        found.pay = found.pay or paid
        return
    if mode != WorkplaceType.UNKNOWN and found.workplace_type == WorkplaceType.UNKNOWN:
        found.workplace_type = mode
    if kind and found.employment_type is None:
        found.employment_type = employment_type(kind[0])
    bare = _TYPE.sub(" ", part).strip(" ,;/&-")
    if found.title is None and _ROLE.search(bare):
        found.title = line(_URL.sub(" ", bare), 200)
        return
    place = _LEFT_OF_PLACE.sub(" ", bare).strip(" ,;/&()-–:+")
    if not place or _ROLE.search(place) or _NOT_A_PLACE.search(place) or len(place) > 80:
        return
    where = [p for one in re.split(r"\s*[/;&]\s*|\s{2,}", place) for p in [one.strip(" ,()")] if p]
    if mode != WorkplaceType.UNKNOWN or len(where) > 1 or _like_a_place(place):
        found.locations += [one for one in places(where) if one not in found.locations]


def _like_a_place(text: str) -> bool:
    """Whether every word begins like a name's, or a country's name ends it."""
    if country(text) or country_among([text]):
        return True
    words = re.findall(r"[^\W\d_]+", text)
    return 0 < len(words) <= 5 and all(word[0].isupper() for word in words if len(word) > 2)
