"""Cities and regions by their names.

The data is gazetteer.tsv, made by bench/make_gazetteer.py from GeoNames (CC BY 4.0); what its
lines hold is said there. They are taken apart when they are asked for: a crawl meets few of them.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from dataclasses import dataclass
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


class Gazetteer:
    """The lines of the file, in the order of their keys."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines

    def cities(self, name: str, *, context: bool = False) -> list[City]:
        """The cities of this folded name; with `context`, also those called so in other
        languages."""
        found = self._places(name, "C")
        if not found and context:
            found = self._places(f"~{name}", "C")
        return [City(at, region, own, int(people)) for at, region, own, people in found]

    def regions(self, name: str) -> list[Region]:
        return [Region(*place) for place in self._places(name, "R")]

    def regions_by_code(self, code: str) -> list[Region]:
        """By the code behind the country's ("TX", "BY"), in capitals."""
        return [Region(*place) for place in self._places(f"#{code}", "R")]

    def _places(self, key: str, kind: str) -> list[list[str]]:
        start = f"{key}\t"
        at = bisect_left(self._lines, start)
        if at == len(self._lines) or not self._lines[at].startswith(start):
            return []
        places = self._lines[at].removeprefix(start).split("|")
        return [place.split(";")[1:] for place in places if place[0] == kind]


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
    text = (resources.files("crawler") / "gazetteer.tsv").read_text(encoding="utf-8")
    return Gazetteer(text.removesuffix("\n").split("\n"))
