"""Postings written as one line of parts: "Acme | Baker | Oslo or REMOTE | Full-time | €40k–€50k".

The order is free but for the employer, who comes first. A part is taken for what its words say;
what nothing speaks for stays unread. Without such separators a line has to be of a known form:
"Acme is hiring a baker in Oslo", "Acme: Baker (Remote)", "Acme, Baker, Oslo, full-time".
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
_HIRING_AT = re.compile(
    r"\b(?:hiring|looking for|seeking)\s+(?:for\s+)?(?:(?:an?|our|some)\s+)?"
    r"(?P<what>[^.!?]{1,120}?)\s+(?:at|@)\s+(?P<who>[^.!?,(]{1,80})(?P<where>[^.!?]{0,120})",
    re.IGNORECASE,
)
_COLON = re.compile(r"(?P<who>[^:(]{2,60}):\s+(?P<what>[^(]{2,120})(?P<where>\(.{0,100})?$")
_NOT_WHO = re.compile(
    r"\b(?:technolog\w+|skills?|stack|r[eé]sum[eé]|cv|e-?mail|remote|location|background|experience"
    r"|education|github|website|links?|contact|apply|edit|update|note|ps|tl;?dr|about)\b",
    re.IGNORECASE,
)
_LEGAL_FORM = re.compile(
    r",\s*(?=(?:inc|llc|ltd|limited|corp|co|plc|pbc|gmbh|ag|bv|sa)\b)", re.IGNORECASE
)
_SPEAKERS = re.compile(
    r"(?:(?:hi|hello|hey)\b\W*)?(?:we|i|our|my|they|there|you)\b.*", re.IGNORECASE
)
_URL = re.compile(
    r"(?:https?://|www\.)\S+|\b[\w-]+(?:\.[\w-]+)*\.(?:com|io|ai|org|net|dev|co|app)(?:/\S*)?\b"
)
_DOMAIN = re.compile(
    r"https?://(?:www\.)?(?P<name>[\w.-]+\w)|\b(?P<bare>[\w-]+\.(?:com|io|ai|org|net|dev|co|app))\b"
)
_ELSEWHERE = re.compile(
    r"linkedin|twitter|\bx\.com|github|google|youtube|ycombinator|notion\.|medium\.com|ashbyhq|lever\.co"
    r"|greenhouse\.io|workable|bit\.ly"
)
_BATCH = re.compile(
    r"[(\[]\s*(?:YC|Y Combinator)?\s*[WSFX]\d{2}\s*[)\]]|[(\[]\s*YC[^)\]]{0,20}[)\]]", re.IGNORECASE
)
_HIRING = re.compile(r"\s+(?:is|are)\s+(?:hiring|looking for|seeking)\b.*$", re.IGNORECASE)
_ASIDE = re.compile(
    r"[(\[][^()\[\]]*(?:[$€£]|\b(?:series|seed|funded|backed|raised|remote|hybrid|on-?site|hiring|nasdaq|nyse"
    r"|stealth|startup|saas)\b)[^()\[\]]*[)\]]",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"(?:company|employer|roles?|positions?|titles?|job|locations?|where|salary|compensation|comp|pay|type)"
    r"\s*:\s*",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"\b(?:engineers?|engineering|developers?|devs?|programmers?|architects?|scientists?|researchers?"
    r"|designers?|managers?|directors?|leads?|heads?|analysts?|administrators?|admins?|sre|devops"
    r"|consultants?|specialists?|technicians?|writers?|recruiters?|accountants?|officers?|cto|ceo"
    r"|founders?|founding|interns?|internships?|full[- ]?stack|front[- ]?end|back[- ]?end|roles?"
    r"|product|sales|marketing|support|data|software|qa|testers?|operators?|advocates?|coo|vp"
    r"|associates?|assistants?|representatives?|executives?|strategists?|editors?|teachers?"
    r"|nurses?|mechanics?|sysadmins?|evangelists?|positions?|sde|swe|sdet)\b",
    re.IGNORECASE,
)
_TYPE = re.compile(
    r"(?:full|part)[ -]?time|contract(?:or)?s?|permanent|freelance|intern(?:ship)?s?"
    r"|temp(?:orary)?",
    re.IGNORECASE,
)
_NOT_A_PLACE = re.compile(
    r"\b(?:visa|equity|salary|competitive|benefits|apply|stack|we|our|you|funded|series|seed|stage"
    r"|employees|people|hiring|remote[- ]first|multiple|various|open|yc|https?|days?|weeks?|wk"
    r"|months?|hours?|hrs?|utc|gmt|time ?zones?|tz|overlap|yes|no|cdi|cdd|python|java|javascript"
    r"|typescript|golang|go|rust|ruby|rails|react|vue|angular|node|node\.?js|clojure|scala|elixir|kotlin|swift"
    r"|php|django|laravel|haskell|aws|gcp|azure|kubernetes|k8s|terraform|postgres\w*|sql|llms?)\b"
    r"|[?!@$€£]|\d{3}|\bc\+\+|\.net\b|\bc#",
    re.IGNORECASE,
)
_PIECES = re.compile(r"\s*[/;&()]\s*|\s{2,}")
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
        parts = _sentence(shown) or _parts(_DASHES, shown)
    if len(parts) == 1:
        parts = _colon_or_commas(shown)
    if len(parts) < 2:
        return found
    found.employer = _employer(parts[0])
    for part in parts[1:]:
        _take(found, _LABEL.sub("", part, count=1))
    found.country = country_among(found.locations)
    return found


def _sentence(text: str) -> list[str]:
    """The parts of a sentence that says who is hiring whom."""
    if match := _IS_HIRING.match(text):
        if not _SPEAKERS.fullmatch(match["who"]):
            what, _, where = match["what"].partition(" in ")
            return [match["who"], what, where]
    if match := _HIRING_AT.search(text):
        who, _, where = match["who"].partition(" in ")
        return [who, match["what"], f"{where} {match['where']}".strip(" ,")]
    return []


def _colon_or_commas(text: str) -> list[str]:
    """The parts of a line that only colons or commas part, if one of them is a role."""
    match = _COLON.match(text)
    if match and _ROLE.search(match["what"]) and not _says_no_name(match["who"]):
        return [match["who"], match["what"], match["where"] or ""]
    first, *rest = _LEGAL_FORM.sub(" ", text).split(",")
    roles = [part for part in rest if _ROLE.search(part) and len(part) < 60]
    others = ",".join(part for part in rest if part not in roles)
    sure = workplace_type(others) != WorkplaceType.UNKNOWN or _TYPE.search(others)
    if roles and sure and not _says_no_name(first):
        return [first, roles[0], others]
    return [text]


def _says_no_name(text: str) -> bool:
    return bool(_ROLE.search(text) or _NOT_WHO.search(text)) or len(text.split()) > 5


def _parts(separator: re.Pattern[str], text: str) -> list[str]:
    return [part for one in separator.split(text) if (part := one.strip(" ,;"))]


def _employer(part: str) -> str | None:
    part = re.sub(r"^(?:company|employer)\s*:\s*", "", part, flags=re.IGNORECASE)
    bare = _URL.sub(" ", _HIRING.sub("", _ASIDE.sub(" ", _BATCH.sub(" ", part))))
    bare = re.sub(r"\(\s*\)|\[\s*\]", " ", bare).strip(" -–—,:;*_")
    if bare.count("(") != bare.count(")"):
        bare = bare.strip("()")
    if not bare:
        # Only an address stands there: a name all the same, if a plain one.
        domain = _DOMAIN.search(part)
        bare = (
            ""
            if domain is None or _ELSEWHERE.search(domain[0])
            else domain["name"] or domain["bare"]
        )
    if ":" in bare or _SEEKER.search(bare) or _SPEAKERS.fullmatch(bare) or len(bare.split()) > 8:
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
    where = [piece for one in _PIECES.split(place) if _may_be_a_place(piece := one.strip(" ,()"))]
    if mode != WorkplaceType.UNKNOWN or len(where) > 1 or (where and _like_a_place(where[0])):
        found.locations += [one for one in places(where) if one not in found.locations]


def _may_be_a_place(text: str) -> bool:
    return 0 < len(text) <= 80 and not (_ROLE.search(text) or _NOT_A_PLACE.search(text))


def _like_a_place(text: str) -> bool:
    """Whether every word begins like a name's, or a country's name ends it."""
    if country(text) or country_among([text]):
        return True
    words = re.findall(r"[^\W\d_]+", text)
    return 0 < len(words) <= 5 and all(word[0].isupper() for word in words if len(word) > 2)
