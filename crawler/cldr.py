"""What Unicode's CLDR knows of countries, wider regions and currencies.

The data is cldr.tsv, made by bench/make_cldr.py with Babel: to ask Babel itself, every crawl would
have to load sixteen languages.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from importlib import resources


@dataclass(slots=True)
class Cldr:
    """Names are casefolded, in sixteen languages, and only those that mean one thing."""

    countries: dict[str, str] = field(default_factory=dict)
    """Name -> ISO 3166-1 alpha-2 code."""
    codes: set[str] = field(default_factory=set)
    """Those of countries: CLDR has others besides."""
    english: dict[str, str] = field(default_factory=dict)
    """Two-letter code -> name."""
    alpha_3: dict[str, str] = field(default_factory=dict)
    """ISO 3166-1 alpha-3 code -> alpha-2 code."""
    regions: dict[str, str] = field(default_factory=dict)
    """Name of a continent or a part of one -> UN M49 number."""
    currencies: set[str] = field(default_factory=set)
    """ISO 4217."""
    currency_of: dict[str, str] = field(default_factory=dict)
    """ISO 3166-1 alpha-2 code -> the currency in use there, ISO 4217."""


@cache
def cldr() -> Cldr:
    """The bundled data, read at first use."""
    known = Cldr()
    text = (resources.files("crawler") / "cldr.tsv").read_text(encoding="utf-8")
    for row in text.removesuffix("\n").split("\n"):
        kind, code, *rest = row.split("\t")
        if kind == "country":
            english, long, currency, names = rest
            known.english[code] = english
            if currency:
                known.currency_of[code] = currency
            known.alpha_3 |= dict.fromkeys(filter(None, long.split("|")), code)
            if names:
                known.codes.add(code)
                known.countries |= dict.fromkeys(names.split("|"), code)
        elif kind == "region":
            known.regions |= dict.fromkeys(rest[0].split("|"), code)
        else:
            known.currencies.add(code)
    return known
