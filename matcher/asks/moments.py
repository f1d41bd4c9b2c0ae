"""Days and times in the words of a language (CLDR)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_time, get_timezone_name
from babel.lists import format_list

# Messages are about the last weeks and the coming ones; the year ends the long date of most
# languages.
_YEAR = re.compile(r"[,\s]*(?:'[^']*'\s*)?y+\s*$")


def day(value: date, language: str) -> str:
    """ "December 1"."""
    return format_skeleton("MMMMd", value, locale=_locale(language))


def weekday(value: date, language: str) -> str:
    """ "Tuesday, December 1"."""
    locale = _locale(language)
    return format_date(value, _YEAR.sub("", locale.date_formats["full"].pattern), locale=locale)


def time(value: datetime, language: str, pattern: str) -> str:
    """The day and the time as `pattern` puts them ("{day} at {time}"), and the zone where the
    time has one: "Tuesday, December 1 at 10:00 AM (Central European Time)"."""
    locale = _locale(language)
    # CLDR puts a narrow space before AM, which half of all mail programs show as something else.
    clock = format_time(value.time(), "short", locale=locale).replace("\u202f", " ")
    text = pattern.replace("{day}", weekday(value.date(), language)).replace("{time}", clock)
    if isinstance(value.tzinfo, ZoneInfo):
        return f"{text} ({get_timezone_name(value.tzinfo, 'long', locale=locale)})"
    return f"{text} ({value.tzname()})" if value.tzinfo else text


def either(texts: Iterable[str], language: str) -> str:
    """ "A, B, or C"."""
    return format_list(list(texts), style="or", locale=_locale(language))


def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en")
