"""Makes crawler/cldr.tsv, the countries, wider regions and currencies that crawler/cldr.py knows.

    python -m bench.make_cldr

All of it is what the installed Babel has of Unicode's CLDR. A line is "country code name alpha-3
currency names", "region number names" or "currency code", with tabs between them and bars between
several of a kind. What CLDR has a two-letter code for and is no country of ISO 3166-1 has no names.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from babel import Locale
from babel.core import get_global
from babel.numbers import get_territory_currencies, list_currencies

TARGET = Path(__file__).resolve().parents[1] / "crawler" / "cldr.tsv"
_LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl", "sv", "da", "nb", "fi", "pl", "cs", "tr",
              "ja", "zh")  # fmt: skip
_NOT_COUNTRIES = frozenset(("EU", "EZ", "UN", "XA", "XB", "QO", "ZZ", "AC", "CP", "DG", "EA", "IC",
                            "TA", "CQ", "XK"))  # fmt: skip


def lines() -> Iterator[str]:
    english = {str(c): str(name) for c, name in Locale.parse("en").territories.items()}
    countries, regions = _names(english)
    long: dict[str, list[str]] = {}
    for code, short in get_global("territory_aliases").items():
        if len(code) == 3 and code.isalpha() and len(short) == 1:
            long.setdefault(str(short[0]), []).append(str(code))
    for code in sorted(c for c in {*english, *long} if len(c) == 2 and c.isalpha()):
        names = "|".join(countries.get(code, ()))
        alpha_3 = "|".join(sorted(long.get(code, ())))
        currency = next(iter(get_territory_currencies(code)), "")
        yield "\t".join(("country", code, english.get(code, ""), alpha_3, currency, names))
    for code, found in sorted(regions.items()):
        yield "\t".join(("region", code, "|".join(found)))
    for code in sorted(list_currencies()):
        yield f"currency\t{code}"


def _names(english: dict[str, str]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Names of countries that mean one of them, and of regions, by code."""
    meant: dict[str, set[str]] = {}
    regions: dict[str, str] = {}
    for language in _LANGUAGES:
        for code, name in Locale.parse(language).territories.items():
            written = str(name).casefold()
            if len(code) == 2 and code.isalpha() and code in english and code not in _NOT_COUNTRIES:
                for spelt in (written, written.replace(" & ", " and ")):
                    meant.setdefault(spelt, set()).add(str(code))
            elif code.isdigit():
                regions.setdefault(written, str(code))
    sure: dict[str, list[str]] = {}
    for name, codes in meant.items():
        if len(codes) == 1:
            sure.setdefault(next(iter(codes)), []).append(name)
    by_number: dict[str, list[str]] = {}
    for name, number in regions.items():
        by_number.setdefault(number, []).append(name)
    return sure, by_number


if __name__ == "__main__":
    TARGET.write_text("".join(f"{line}\n" for line in lines()), encoding="utf-8", newline="\n")
    print(f"{TARGET.stat().st_size:,} bytes")
