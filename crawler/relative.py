"""Dates said as distances from today: "Posted 18 Days Ago", "vor 3 Tagen", "il y a 2 semaines".

The phrases come from CLDR by way of Babel, for the languages below; the words for today and
yesterday, which Babel does not hand out, are in the table.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Literal

from crawler.moments import Moment
from crawler.posting import Precision
from crawler.text import line

Unit = Literal["minute", "hour", "day", "week", "month", "year"]

_NONE: Moment = (None, Precision.UNKNOWN)
_DAYS = {
    "en": ("today|just (?:now|posted)", "yesterday"),
    "de": ("heute|gerade eben", "gestern"),
    "fr": ("aujourd['’]hui", "hier"),
    "es": ("hoy", "ayer"),
    "it": ("oggi", "ieri"),
    "pt": ("hoje", "ontem"),
    "nl": ("vandaag", "gisteren"),
    "sv": ("i ?dag", "i ?går"),
    "da": ("i ?dag", "i ?går"),
    "nb": ("i ?dag", "i ?går"),
    "fi": ("tänään", "eilen"),
    "pl": ("dzisiaj|dziś", "wczoraj"),
    "cs": ("dnes", "včera"),
    "hu": ("ma", "tegnap"),
    "tr": ("bugün", "dün"),
    "ja": ("今日|本日", "昨日"),
    "zh": ("今天|今日", "昨天"),
    "ko": ("오늘", "어제"),
}
_UNITS: dict[Unit, int] = {
    "minute": 60,
    "hour": 3_600,
    "day": 86_400,
    "week": 604_800,
    "month": 2_629_800,
    "year": 31_557_600,
}
# "Plus de 30 jours" is taken for 30.
_MORE_THAN = (
    r"(?:(?:more than|over|mehr als|über|plus de|más de|più di|oltre|mais de|meer dan|mer än"
    r"|mere end|mer enn|yli|ponad|více než)\s+)?"
)
_ONE = r"an?|ein(?:em|er)?|un[ea']?|een|en|ett|et"
_SAMPLES = (1, 2, 3, 5, 21)
"""Numbers whose plurals differ somewhere."""
_FURTHEST = timedelta(days=365 * 10)


def relative(value: Any, today: datetime) -> Moment:
    """When a text says something was, counted back from `today`; the time of day is unknown, so
    that what it gives is a midnight. "30+ days ago" is taken for 30: nothing nearer is known.
    """
    text = line(value, 120)
    if text is None:
        return _NONE
    midnight = today.replace(hour=0, minute=0, second=0, microsecond=0)
    for back, words in ((0, _today()), (1, _yesterday())):
        if words.search(text):
            return midnight - timedelta(days=back), Precision.RELATIVE
    for pattern, seconds in _phrases():
        if match := pattern.search(text):
            number = match[1] if match.groups() else "1"
            distance = timedelta(seconds=(int(number) if number.isdecimal() else 1) * seconds)
            if distance > _FURTHEST:
                return _NONE
            day = (today - distance).replace(hour=0, minute=0, second=0, microsecond=0)
            return day, Precision.RELATIVE
    return _NONE


@cache
def _today() -> re.Pattern[str]:
    return _any(today for today, _ in _DAYS.values())


@cache
def _yesterday() -> re.Pattern[str]:
    return _any(yesterday for _, yesterday in _DAYS.values())


def _any(words: Any) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(dict.fromkeys(words))})(?!\w)", re.IGNORECASE)


@cache
def _phrases() -> list[tuple[re.Pattern[str], int]]:
    """Patterns for "N units ago" and the seconds of the unit, in every language."""
    from babel.dates import format_timedelta  # few runs meet such a date

    found: dict[str, int] = {}
    for language in _DAYS:
        for unit, seconds in _UNITS.items():
            for number in _SAMPLES:
                text = format_timedelta(
                    timedelta(seconds=-number * seconds),
                    granularity=unit,
                    threshold=10_000,
                    add_direction=True,
                    locale=language,
                )
                found.setdefault(_pattern(text, number), seconds)
    # Without a letter on either side, where the script has letters with spaces between words.
    return [(re.compile(text, re.IGNORECASE), seconds) for text, seconds in found.items()]


def _pattern(text: str, number: int) -> str:
    before, digits, after = text.partition(str(number))
    if not digits:
        return rf"(?<!\w){re.escape(text)}(?!\w)"
    spaced = [re.escape(part).replace(r"\ ", r"\s+") for part in (before, after)]
    edges = [r"(?<!\w)" if before[:1].isascii() else "", r"(?!\w)" if text[-1:].isascii() else ""]
    return rf"{edges[0]}{spaced[0]}{_MORE_THAN}(\d{{1,4}}|{_ONE})\+?{spaced[1]}{edges[1]}"
