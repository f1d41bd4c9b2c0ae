"""Dates as address books write them, one cell at a time.

Exports re-saved by a spreadsheet mix forms within one column, so every cell is read for
itself; only the order of `3/4/2019` is decided by looking at the whole column.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime, time
from functools import cache

_LANGUAGES = (
    *("en", "de", "es", "fr", "it", "pt", "nl", "sv", "da", "nb", "fi", "pl"),
    *("cs", "sk", "tr", "ro", "hu", "ru", "uk", "bg", "el", "ca", "id"),
)
_ENGLISH = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
# What Excel writes where CLDR, the source of the other names, writes something else.
_EXCEL = {"mrz": 3}

_TIME = re.compile(r"[,T\s]+\d{1,2}:\d{2}(:\d{2})?(\.\d+)?\s*([AaPp]\.?[Mm]\.?)?\s*(UTC|Z)?$")
_NUMERIC = re.compile(r"(\d{1,4})([./-])\s?(\d{1,2})\2\s?(\d{1,4})\.?")
_EAST_ASIAN = re.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월](?:\s*(\d{1,2})\s*[日일])?")
_DAY_FIRST = re.compile(r"(\d{1,2})(?:\.|st|nd|rd|th|er|º)?[\s-]+(?:de\s+)?([^\W\d]+)\.?[\s,-]+"
                        r"(?:de\s+)?(\d{4}|\d{2})\.?")  # fmt: skip
_MONTH_FIRST = re.compile(r"([^\W\d]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")
_MONTH_YEAR = re.compile(r"([^\W\d]+)\.?[\s-]+(?:de\s+)?(\d{4}|\d{2})")
_YEAR_MONTH = re.compile(r"(\d{4})[-/.](\d{1,2})")
_NUMBER_YEAR = re.compile(r"(\d{1,2})[-/.](\d{4})")
_YEAR = re.compile(r"\d{4}")
_CLOCK = re.compile(
    r"[,T\s]+(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?\s*([AaPp])?\.?[Mm]?\.?\s*(?:UTC|Z)?$"
)
# Fri Mar 22 10:11:12 UTC 2024
_UNIX = re.compile(r"\w{3} (\w{3}) +(\d{1,2}) (\d{2}:\d{2}:\d{2}) (?:\w+ )?(\d{4})")


def day(text: str, today: date, *, day_first: bool = False) -> date | None:
    """The day a cell names, or None.

    Args:
        today: decides the century of two-digit years.
        day_first: how to read `3/4/2019`; see `slashes_are_day_first`.
    """
    text = _TIME.sub("", text.strip()).strip()
    if found := _NUMERIC.fullmatch(text):
        a, separator, b, c = found.groups()
        if len(a) == 4:
            return _date(int(a), int(b), int(c))
        if len(a) > 2 or len(c) not in (2, 4):
            return None
        first, second = int(a), int(b)
        if separator == "/" and not day_first:
            first, second = second, first
        year = _year(c, today)
        return _date(year, second, first) or _date(year, first, second)
    if (found := _EAST_ASIAN.fullmatch(text)) and found[3]:
        return _date(int(found[1]), int(found[2]), int(found[3]))
    if found := _DAY_FIRST.fullmatch(text):
        return _date(_year(found[3], today), _month(found[2]), int(found[1]))
    if found := _MONTH_FIRST.fullmatch(text):
        return _date(int(found[3]), _month(found[1]), int(found[2]))
    return None


def moment(text: str, today: date) -> datetime | None:
    """The day and time a cell names, naive as it is written (LinkedIn writes UTC); midnight where
    it names only the day."""
    text = text.strip()
    if found := _UNIX.fullmatch(text):
        text = f"{found[2]} {found[1]} {found[4]} {found[3]}"
    on = day(text, today)
    clock = _CLOCK.search(text)
    if on is None or clock is None:
        return datetime.combine(on, time.min) if on else None
    hour, half = int(clock[1]), (clock[4] or "").lower()
    if half:
        hour = hour % 12 + 12 * (half == "p")
    try:
        return datetime.combine(on, time(hour, int(clock[2]), int(clock[3] or 0)))
    except ValueError:
        return None


def partial(text: str, today: date) -> str | None:
    """A date as exactly as the cell says it: `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, or None."""
    text = text.strip()
    if whole := day(text, today):
        return whole.isoformat()
    if _YEAR.fullmatch(text):
        year, month = int(text), 0
    elif found := _YEAR_MONTH.fullmatch(text) or _EAST_ASIAN.fullmatch(text):
        year, month = int(found[1]), int(found[2])
    elif found := _NUMBER_YEAR.fullmatch(text):
        year, month = int(found[2]), int(found[1])
    elif found := _MONTH_YEAR.fullmatch(text):
        year, month = _year(found[2], today), _month(found[1]) or 13
    else:
        return None
    if not _date(year, max(month, 1), 1):
        return None
    return f"{year:04}-{month:02}" if month else f"{year:04}"


def slashes_are_day_first(cells: Iterable[str]) -> bool:
    """Whether a column writes 31/12/2019. Without any evidence it does not: LinkedIn writes
    12/31/19."""
    pairs = [(int(f[1]), int(f[2])) for c in cells if (f := re.match(r"(\d{1,2})/(\d{1,2})/", c))]
    return any(a > 12 for a, _ in pairs) and not any(b > 12 for _, b in pairs)


def earliest(partial_date: str) -> date:
    """The first day a partial date may mean."""
    year, month, day_ = _parts(partial_date)
    return date(year, month or 1, day_ or 1)


def latest(partial_date: str) -> date:
    """The last day a partial date may mean."""
    year, month, day_ = _parts(partial_date)
    if day_:
        return date(year, month, day_)
    if not month or month == 12:
        return date(year, 12, 31)
    return date.fromordinal(date(year, month + 1, 1).toordinal() - 1)


def _parts(partial_date: str) -> tuple[int, int, int]:
    year, month, day_ = [*(int(part) for part in partial_date.split("-")), 0, 0][:3]
    return year, month, day_


def _date(year: int, month: int, day_: int) -> date | None:
    if not 1900 <= year <= 2199:
        return None
    try:
        return date(year, month, day_)
    except ValueError:
        return None


def _year(digits: str, today: date) -> int:
    if len(digits) == 4:
        return int(digits)
    return 2000 + int(digits) if int(digits) <= today.year % 100 else 1900 + int(digits)


def _month(name: str) -> int:
    return _english().get(_bare(name)) or _all_languages().get(_bare(name), 0)


def _bare(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c)).strip(". ")


@cache
def _english() -> dict[str, int]:
    return {form: n for n, name in enumerate(_ENGLISH, 1) for form in (name, name[:3])}


@cache
def _all_languages() -> dict[str, int]:
    """Month names, abbreviations and their first three letters, without those that would
    mean different months in different languages."""
    from babel.dates import get_month_names

    whole: dict[str, set[int]] = {}
    short: dict[str, set[int]] = {}
    for language in _LANGUAGES:
        for width in ("abbreviated", "wide"):
            for context in ("format", "stand-alone"):
                names = get_month_names(width, context, language)
                for number, name in names.items():
                    bare = _bare(name)
                    whole.setdefault(bare, set()).add(number)
                    short.setdefault(bare[:3], set()).add(number)
    table = {name: min(n) for name, n in short.items() if len(n) == 1}
    table |= {name: min(n) for name, n in whole.items() if len(n) == 1}
    return {**_EXCEL, **table}
