"""Cities and regions by their names.

The data is gazetteer.tsv, made by bench/make_gazetteer.py from GeoNames (CC BY 4.0); what its
lines hold is said there. They are taken apart when they are asked for: a crawl meets few of them.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

_NOT_WORDS = re.compile(r"[^\w]+")


@dataclass(frozen=True, slots=True)
class Region:
    """A first-level division. `code` is the part of its ISO 3166-2 code behind the country."""

    country: str
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class City:
    """`region` is the name of its first-level division, "" where that is not known."""

    country: str
    region: str
    name: str
    people: int


@dataclass(slots=True)
class Gazetteer:
    """The lines of the file by the names that lead to them, folded."""

    _cities: dict[str, list[str]] = field(default_factory=dict)
    _in_context: dict[str, list[str]] = field(default_factory=dict)
    _regions: dict[str, list[str]] = field(default_factory=dict)
    _codes: dict[str, list[str]] = field(default_factory=dict)

    def cities(self, name: str, *, context: bool = False) -> list[City]:
        """The cities of this name; with `context`, also those called so in other languages."""
        rows = self._cities.get(name, [])
        if not rows and context:
            rows = self._in_context.get(name, [])
        found = [row.split("\t") for row in rows]
        return [City(row[1], row[2], row[3], int(row[4])) for row in found]

    def regions(self, name: str) -> list[Region]:
        return _as_regions(self._regions.get(name, []))

    def regions_by_code(self, code: str) -> list[Region]:
        """By the code behind the country's ("TX", "BY"), in capitals."""
        return _as_regions(self._codes.get(code, []))


def folded(name: str) -> str:
    """What two spellings of a place's name have in common."""
    if not name.isascii():
        name = name.replace("ß", "ss").replace("ø", "o").replace("Ø", "o").replace("ł", "l")
        apart = unicodedata.normalize("NFKD", name)
        name = "".join(c for c in apart if not unicodedata.combining(c))
    return _NOT_WORDS.sub(" ", name.lower()).strip()


@cache
def gazetteer() -> Gazetteer:
    """The bundled one, read at first use."""
    known = Gazetteer()
    text = (resources.files("crawler") / "gazetteer.tsv").read_text(encoding="utf-8")
    for row in text.split("\n")[1:-1]:
        start = row.rindex("\t") + 1
        own = known._cities if row[0] == "C" else known._regions
        for key in row[start:].split("|"):
            if key[0] == "~":
                known._in_context.setdefault(key[1:], []).append(row)
            else:
                own.setdefault(key, []).append(row)
        if row[0] == "R" and (code := row[5 : row.index("\t", 5)]):
            known._codes.setdefault(code, []).append(row)
    return known


def _as_regions(rows: list[str]) -> list[Region]:
    return [Region(*row.split("\t")[1:4]) for row in rows]
