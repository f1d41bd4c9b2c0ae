"""Reading fields of replies in which anything may be missing or of the wrong type."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from crawler.posting import EmploymentType, Posting
from crawler.sources.base import Listed, Unreadable
from crawler.text import line, plain_line, web_address

ID_LIMIT = 200

# fmt: off
_NOT_NAMES = frozenset((
    "name", "company", "employer", "organization", "organisation", "confidential", "undisclosed",
    "anonymous", "unknown", "none", "null", "undefined", "n/a", "na", "tbd", "test", "-",
    "company name", "company confidential", "confidential company", "your company",
))
# fmt: on

_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}|\d{3}))?")

# The first that fits wins: a "full-time internship" is an internship.
_EMPLOYMENT = (
    (
        EmploymentType.INTERN,
        r"intern(?:ship)?s?|trainee(?:ship)?|praktikum|werkstudent\w*|working student|stage",
    ),
    (EmploymentType.VOLUNTEER, r"volunteer\w*"),
    (EmploymentType.PER_DIEM, r"per[ _-]?diem"),
    (
        EmploymentType.CONTRACTOR,
        r"(?<!permanent )(?<!time )contract(?:or|ors|ing)?|independent contractor|freelance\w*"
        r"|consultant",
    ),
    (
        EmploymentType.TEMPORARY,
        r"temp(?:orary)?|fixed[ _-]?term\w*|seasonal|befristet|cdd|interim",
    ),
    (EmploymentType.PART_TIME, r"part[ _-]?time|teilzeit|temps partiel|deeltijd|media jornada"),
    (
        EmploymentType.FULL_TIME,
        r"full[ _-]?time|vollzeit|temps plein|voltijd|jornada completa|tempo pieno",
    ),
    (EmploymentType.OTHER, r"other"),
)
_EMPLOYMENT_WORDS = [
    (kind, re.compile(rf"(?<![a-z])(?:{words})(?![a-z])")) for kind, words in _EMPLOYMENT
]


class Unusable(ValueError):
    """A posting lacks what every posting must have."""

    def __init__(self, external_id: str | None, why: str) -> None:
        super().__init__(why)
        self.external_id = external_id


def mapping(value: Any) -> Mapping[str, Any]:
    """`value` if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def items(value: Any) -> list[Any]:
    """`value` if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def posting(external_id: Any, title: Any, url: Any) -> Posting:
    """A posting with its three essentials.

    Raises:
        Unusable: one of them is missing or of no use.
    """
    known = identifier(external_id)
    if known is None:
        raise Unusable(None, "a posting without an id")
    name = line(title)
    if name is None:
        raise Unusable(known, f"posting {known} has no title")
    address = web_address(url)
    if address is None:
        raise Unusable(known, f"posting {known} has no web address")
    return Posting(external_id=known, title=name, url=address)


def identifier(value: Any) -> str | None:
    """A posting's id, from a string or a whole number."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value) if abs(value) < 10**ID_LIMIT else None
    text = plain_line(value, ID_LIMIT + 1)
    return text if text is not None and len(text) <= ID_LIMIT else None


def in_path(value: Any) -> str | None:
    """A posting's id as a step of an address."""
    known = identifier(value)
    return None if known is None else quote(known, safe="")


def count(value: Any) -> int | None:
    """How many of something a reply says there are, from a number or its digits."""
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit():
        value = int(value) if len(value.strip()) <= 9 else None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 <= value < 10**9 else None


def each(
    values: Iterable[Any], read: Callable[[Any], Posting | Listed | None], kind: type = dict
) -> Iterator[Posting | Listed | Unreadable]:
    """Every value read on its own, so that a bad one costs only itself; each id once."""
    seen: set[str] = set()
    for value in values:
        if not isinstance(value, kind):
            yield Unreadable(None, "a posting that is not an object")
            continue
        try:
            found = read(value)
        except Unusable as error:
            yield Unreadable(error.external_id, str(error))
            continue
        if found is None:
            continue
        key = found.key if isinstance(found, Listed) else found.external_id
        if key not in seen:
            seen.add(key)
            yield found


def any_nameless(found: Iterable[Posting | Listed | Unreadable]) -> bool:
    """Whether one of the postings does not name its employer."""
    return any(isinstance(one, Posting) and one.employer is None for one in found)


def employer_name(value: Any) -> str | None:
    """An employer's name, unless it only holds the place of one ("confidential")."""
    name = line(value, 200)
    return None if name is None or name.casefold().strip("<>[]{}. ") in _NOT_NAMES else name


def employment_type(value: Any) -> EmploymentType | None:
    """Employers' words for full-time and the like; the first of a list that says something."""
    if isinstance(value, list):
        return next((kind for one in value[:20] if (kind := employment_type(one))), None)
    return _employment_in(value[:200]) if isinstance(value, str) else None


@lru_cache(maxsize=2_000)
def _employment_in(text: str) -> EmploymentType | None:
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text).replace("_", " ").lower()
    return next((kind for kind, pattern in _EMPLOYMENT_WORDS if pattern.search(words)), None)


def language(value: Any) -> str | None:
    """A BCP 47 tag of language, script and region."""
    match = _LANGUAGE.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        return None
    tag = [match[1].lower()]
    tag += [match[2].title()] if match[2] else []
    tag += [match[3].upper()] if match[3] else []
    return "-".join(tag)
