"""Locations as employers write them to city, region and country, where that is sure.

Offline, by names alone. A line means a place when all that is known of its parts fits together in
one way, or in one way that is far likelier than any other; else it means what all its readings
have in common, or nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from crawler.cldr import cldr
from crawler.gazetteer import folded, gazetteer
from crawler.places import country, location_parts

VERSION = 1
"""Raised when locations that were looked at should be looked at again."""
MUCH_LARGER = 10
"""How many times more people make one of two cities of a name the one that is meant, where nothing
but the name is there. Beside a region or country less will do."""
LARGER = 4
WELL_KNOWN = 100_000
"""People a city needs for its bare name to mean it."""
METROPOLIS = 1_000_000
"""People from which on a city is meant rather than the region that shares its name."""
_MOST_PARTS = 6
_MOST_READINGS = 2_000
_FRAME = re.compile(
    r"^(?:greater|city of|downtown|central|metro)\s+|\s+(?:metro(?:politan)?(?: area)?|area|city"
    r"|cdp|region|office|hq)$",
    re.IGNORECASE,
)
_BY_STATE = ("US", "CA", "AU")
"""Where people write a city with its state's code and no country."""
_LEVELS = {"city": 0, "region": 1, "state": 1, "region code": 1, "country": 2, "country code": 2}
_ALSO_STATES = frozenset(("georgia",))
"""Countries whose bare names may mean a state of another."""
_RATHER_REGIONS = frozenset(("quebec",))
"""Of the regions that are called like a city in them, those that are meant."""
# Words that say nothing of where a place is.
_SILENT = re.compile(
    r"(?:hq|headquarters|head office|main office|office|based|multiple locations|and surroundings"
    r"|metro|area|site|plant|campus|\d[\d -]*)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Place:
    """What is sure of a location. `country` is ISO 3166-1 alpha-2, `region` the name of a
    first-level division."""

    city: str | None
    region: str | None
    country: str


@dataclass(frozen=True, slots=True)
class _Meaning:
    """One thing that one part of a line can mean."""

    kind: str
    country: str
    region: str = ""
    city: str = ""
    people: int = 0


@dataclass(frozen=True, slots=True)
class _Reading:
    """One way in which the parts of a line fit together."""

    place: Place
    explained: int
    people: int
    framed: bool
    """Whether a region or country stands beside the city."""


@lru_cache(maxsize=2**16)
def geocode(text: str, nation: str | None = None) -> Place | None:
    """The place a line names, as far as it is sure.

    Args:
        nation: the posting's country, where its source says so (ISO 3166-1 alpha-2). A posting
            may have places in others as well, so it only tells cities of one name apart.
    """
    parts = [part for part in location_parts(text) if not _SILENT.fullmatch(part)]
    if not parts or len(parts) > _MOST_PARTS:
        return None
    meanings = [_meanings(part) for part in parts]
    if len(parts) == 1 and parts[0].casefold() not in _ALSO_STATES:
        named = (one.country for one in meanings[0] if one.kind == "country")
        nation = next(named, nation)
    readings = list(_readings(meanings, nation))
    if not readings:
        return geocode(text) if nation else None
    most = max(one.explained for one in readings)
    if "/" in text and most < len(parts):
        return None  # one place or another
    return _surest([one for one in readings if one.explained == most], alone=nation is None)


def _surest(readings: Sequence[_Reading], *, alone: bool) -> Place | None:
    """The reading that is far likelier than any other, else what they have in common."""
    cities = sorted((one for one in readings if one.place.city), key=lambda one: -one.people)
    if cities:
        first = cities[0]
        others = [one.people for one in cities if one.place != first.place]
        framed = first.framed or not alone
        second = max(others, default=0)
        enough = framed or first.people >= WELL_KNOWN
        rest = {one.place for one in readings if not one.place.city}
        fits = all(_within(first, other) for other in rest)
        if enough and fits and first.people >= second * (LARGER if framed else MUCH_LARGER):
            return first.place
        if not enough:
            return None
    return _common([one.place for one in readings])


def _within(city: _Reading, outer: Place) -> bool:
    fits = outer.region in (None, city.place.region) or city.people >= METROPOLIS
    return fits and city.place.country == outer.country


def _common(places: Sequence[Place]) -> Place | None:
    countries = {place.country for place in places}
    if len(countries) != 1:
        return None
    regions = {place.region for place in places}
    cities = {place.city for place in places}
    region = regions.pop() if len(regions) == 1 else None
    city = cities.pop() if len(cities) == 1 and region else None
    return Place(city, region, countries.pop())


def _readings(meanings: Sequence[Sequence[_Meaning]], nation: str | None) -> Iterator[_Reading]:
    """Every way to give one meaning, or none, to each part so that all fit."""
    choices = [[None, *found] for found in meanings]
    ways = 1
    for found in choices:
        ways *= len(found)
    if ways > _MOST_READINGS:
        return
    alone = len(meanings) == 1
    for chosen in product(*choices):
        reading = _fitting([one for one in chosen if one is not None], nation, alone=alone)
        if reading is not None:
            yield reading


def _fitting(chosen: Sequence[_Meaning], nation: str | None, *, alone: bool) -> _Reading | None:
    if not chosen or len({one.country for one in chosen}) > 1:
        return None
    if nation is not None and chosen[0].country != nation:
        return None
    kinds = [one.kind for one in chosen]
    levels = [_LEVELS[kind] for kind in kinds]
    if len(set(levels)) < len(levels):
        return None
    regions = {one.region for one in chosen if one.region}
    if len(regions) > 1:
        return None
    city = next((one for one in chosen if one.kind == "city"), None)
    if city is not None and not city.region and regions:
        return None
    framed = len(chosen) > 1
    if city is not None and city.city.startswith("~"):
        if not framed:
            return None
    codes = ("region code", "country code", *(("state",) if alone else ()))
    if nation is None and all(kind in codes for kind in kinds):
        return None  # "CA" alone is two things, and "IT" often a department
    place = Place(
        city.city.lstrip("~") if city else None,
        next(iter(regions), None),
        chosen[0].country,
    )
    return _Reading(place, len(chosen), city.people if city else 0, framed)


@lru_cache(maxsize=2**14)
def _meanings(part: str) -> tuple[_Meaning, ...]:
    found: list[_Meaning] = []
    letters = part.replace(".", "").strip()
    if letters.isupper() and 2 <= len(letters) <= 3:
        found += [
            _Meaning(
                "state" if region.country in _BY_STATE else "region code",
                region.country,
                region.name,
            )
            for region in gazetteer().regions_by_code(letters)
        ]
        if code := _country_code(letters):
            found.append(_Meaning("country code", code))
    if code := _country_name(part, letters):
        found.append(_Meaning("country", code))
    name = folded(part)
    found += [_Meaning("region", r.country, r.name) for r in gazetteer().regions(name)]
    if name not in _RATHER_REGIONS:
        found += _cities(name)
    if not found and (bare := _FRAME.sub("", part)) != part:
        found += _cities(folded(bare))
    return tuple(found)


def _cities(name: str) -> list[_Meaning]:
    own = gazetteer().cities(name)
    mark = "" if own else "~"
    return [
        _Meaning("city", city.country, city.region, mark + city.name, city.people)
        for city in own or gazetteer().cities(name, context=True)
    ]


def _country_name(part: str, letters: str) -> str | None:
    return country(letters) if len(letters) > 2 or letters.upper() in ("US", "UK") else None


def _country_code(letters: str) -> str | None:
    if len(letters) == 2:
        return country(letters)
    return cldr().alpha_3.get(letters)
