"""Locations as employers write them: places apart from ways of working, and sure countries."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Any

from crawler.cldr import cldr
from crawler.posting import WorkplaceType
from crawler.text import line

_SHORT_NAMES = {
    "uk": "GB", "u.k.": "GB", "great britain": "GB", "britain": "GB", "england": "GB",
    "scotland": "GB", "wales": "GB", "northern ireland": "GB", "usa": "US", "us": "US",
    "u.s.": "US", "u.s.a.": "US", "united states of america": "US", "the united states": "US",
    "uae": "AE", "u.a.e.": "AE", "the netherlands": "NL",
    "czech republic": "CZ", "republic of ireland": "IE", "korea": "KR",
    "republic of korea": "KR", "viet nam": "VN", "russian federation": "RU",
    "türkiye": "TR", "turkey": "TR", "brasil": "BR", "hong kong": "HK", "macau": "MO",
    "taiwan": "TW", "deutschland": "DE", "schweiz": "CH", "suisse": "CH",
}  # fmt: skip
# The one country whose name ends American addresses too ("Atlanta, Georgia").
_AMBIGUOUS = {"georgia": "GE"}
# Wider than a country, as CLDR does not write them.
_REGIONS = frozenset(("emea", "latam", "apac", "anz", "dach", "mena", "nordics", "benelux", "eu",
                      "worldwide", "global", "anywhere", "anywhere in the world"))  # fmt: skip

_REMEMBERED = 2_000
"""Texts of which is kept what they mean: those of one board repeat."""
_SEPARATORS = re.compile(r"\s*[;|•\n]\s*")
_AND = re.compile(r"(?:^|\s+)(?:and|or|&)\s+", re.IGNORECASE)
_PARTS = re.compile(r"\s*(?:,|\s[-–—]\s|[()\[\]/:])\s*")
_MODES = (
    (WorkplaceType.HYBRID, re.compile(r"\b(?:hybrid|hybride|híbrido)\b", re.IGNORECASE)),
    (
        WorkplaceType.REMOTE,
        re.compile(
            r"\b(?:remote(?:ly)?|telecommut\w*|telework|home[- ]?office|work(?:ing)? from home|wfh"
            r"|télétravail|remoto)\b",
            re.IGNORECASE,
        ),
    ),
    (
        WorkplaceType.ON_SITE,
        re.compile(
            r"\b(?:on-?\s?site|in-?\s?office|in-?\s?person|office-based|vor ort)\b", re.IGNORECASE
        ),
    ),
)
_NOT_A_PLACE = re.compile(
    r"(?:(?:fully|100|only|first|friendly|work|working|position|role|office|or|and|possible"
    r"|eligible|flexible|n/?a|none|tbd|unavailable|unspecified|various|any|location|type)\b"
    r"|[\s\W_])*",
    re.IGNORECASE,
)


def workplace_type(value: Any) -> WorkplaceType:
    """How one works, where a text says exactly one way; "remote or hybrid" stays unknown."""
    return _way_of(value[:1000]) if isinstance(value, str) else WorkplaceType.UNKNOWN


@lru_cache(maxsize=_REMEMBERED)
def _way_of(text: str) -> WorkplaceType:
    text = text.replace("_", " ")
    found = [mode for mode, pattern in _MODES if pattern.search(text)]
    if found or len(text) > 20:
        return found[0] if len(found) == 1 else WorkplaceType.UNKNOWN
    return WorkplaceType.ON_SITE if text.strip().lower() == "onsite" else WorkplaceType.UNKNOWN


def workplace_among(locations: Iterable[Any]) -> WorkplaceType:
    """What location lines say together: one line that says remote is enough."""
    modes = {workplace_type(one) for one in locations}
    for mode in (WorkplaceType.REMOTE, WorkplaceType.HYBRID, WorkplaceType.ON_SITE):
        if mode in modes:
            return mode
    return WorkplaceType.UNKNOWN


def places(values: Iterable[Any], limit: int = 50) -> list[str]:
    """The places among location texts: lists split ("USA, Canada" too), trimmed, each once, ways
    of working left out ("Hybrid" is not a place, "Remote - Canada" is)."""
    found: dict[str, str] = {}
    for value in values:
        if not isinstance(value, str):
            continue
        lists = _SEPARATORS.split(value[:5_000])
        for part in (one for text in lists for one in _each_of(text)):
            place = line(part, 200)
            if place and _is_place(place):
                found.setdefault(place.casefold(), place)
            if len(found) == limit:
                return list(found.values())
    return list(found.values())


def written_out(*parts: Any) -> str:
    """City, region and country in one line, as far as they are there, each once."""
    return ", ".join(dict.fromkeys(filter(None, (line(part, 100) for part in parts))))


def country(value: Any) -> str | None:
    """The ISO 3166-1 alpha-2 code of a field that holds a country: a code, or its name in one
    of a dozen languages (CLDR)."""
    text = line(value, 100)
    if text is None:
        return None
    if len(text) == 2 and text.isascii() and text.isalpha():
        code = text.upper()
        return "GB" if code == "UK" else code if code in cldr().codes else None
    return _names().get(text.casefold())


def common_country(values: Iterable[Any]) -> str | None:
    """The country all these fields hold, or None when one of them does not, or they differ."""
    found = {country(one) for one in values}
    return found.pop() if len(found) == 1 else None


def country_name(code: str) -> str | None:
    """The English name of an ISO 3166-1 alpha-2 code (CLDR)."""
    return cldr().english.get(code)


def country_among(locations: Iterable[str]) -> str | None:
    """The country all these lines name in full ("London, UK"), or None when one of them does
    not, or they differ. Cities and codes ("CA") are never guessed from."""
    found = {_country_of_line(one) for one in locations}
    return found.pop() if len(found) == 1 else None


def location_parts(text: str) -> list[str]:
    """A location line taken apart ("Remote - Austin, TX" has the parts "Austin" and "TX")."""
    return [_without_modes(part) for part in _PARTS.split(text) if _is_place(part)]


@lru_cache(maxsize=_REMEMBERED)
def _country_of_line(text: str) -> str | None:
    parts = location_parts(text)
    if not parts or len(_wide_ones(parts)) > 1:
        return None
    last = parts[-1].casefold()
    if last in _AMBIGUOUS or (len(last) == 2 and last not in _SHORT_NAMES):
        return None
    return _names().get(last)


def _each_of(text: str) -> list[str]:
    """ "USA, Canada and Europe" in three; "Reno, Nevada, USA" and "Europe, Austria" as they are."""
    if "(" in text or not ("," in text or _AND.search(text)):
        return [text]
    parts = [
        bit
        for part in text.split(",")
        for bit in ([part] if _wide(part) else _AND.split(part))
        if bit.strip()
    ]
    found = _wide_ones(parts)
    within = len(found) == 2 and len(found & cldr().codes) == 1
    return parts if len(found) > 1 and not within else [text]


def _wide_ones(parts: Iterable[str]) -> set[str]:
    """What the parts of a line name, if those are countries or regions all of them."""
    found = set()
    for part in parts:
        if (name := _wide(part)) is None:
            return set()
        found.add(name)
    return found.difference(_AMBIGUOUS.values())


def _wide(text: str) -> str | None:
    """The country or region that a text names, by its code or, where there is none, its name."""
    name = text.strip(" -–—").casefold()
    return _names().get(name) or _region_names().get(name)


@lru_cache(maxsize=_REMEMBERED)
def _is_place(text: str) -> bool:
    # "OR" is Oregon; "or" is not.
    return text.strip() == "OR" or not _NOT_A_PLACE.fullmatch(_without_modes(text))


def _without_modes(text: str) -> str:
    for _, pattern in _MODES:
        text = pattern.sub(" ", text)
    return text.strip(" -–—,/()")


@cache
def _names() -> dict[str, str]:
    return cldr().countries | _SHORT_NAMES


@cache
def _region_names() -> dict[str, str]:
    """Continents and their parts, by UN M49 numbers or else by their names."""
    return cldr().regions | {name: name for name in _REGIONS}
