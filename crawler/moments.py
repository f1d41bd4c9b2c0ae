"""Dates and times as sources write them, to naive UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from crawler.posting import Precision

Moment = tuple[datetime | None, Precision]

_NONE: Moment = (None, Precision.UNKNOWN)
_FORMATS = (
    "%d-%b-%Y",
    "%d %b %Y",
    "%d %B %Y",
    "%b %d, %Y",
    "%B %d, %Y",
    "%m/%d/%Y",
    "%d.%m.%Y",
    "%d.%m.%y",
)
_MAIL = re.compile(r"(?:[A-Z][a-z]{2}, )?\d{1,2} [A-Z][a-z]{2} \d{2,4} \d{1,2}:\d{2}")
_UTC = re.compile(r" ?(?:UTC|GMT)$")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}|\d{8}")


def moment(value: Any) -> Moment:
    """A date or time in ISO 8601, RFC 2822, or one of the few other forms employers use.

    A time without an offset is taken as UTC. Years outside 1990 to 2100 are nobody's
    publication date.
    """
    if not isinstance(value, str) or not 8 <= len(value := value.strip()) <= 40:
        return _NONE
    try:
        found = datetime.fromisoformat(_UTC.sub("+00:00", value))
    except ValueError:
        return _written(value)
    precision = Precision.DATE if _DATE.fullmatch(value) else Precision.INSTANT
    return _sane(found, precision)


def first_moment(*values: Any) -> Moment:
    """The first of several fields that holds one."""
    return next((found for one in values if (found := moment(one))[0]), _NONE)


def end(value: Any) -> datetime | None:
    """Until when something holds: a mere date lasts to the end of its day."""
    found, precision = moment(value)
    if found is not None and precision is Precision.DATE:
        return found + timedelta(days=1, microseconds=-1)
    return found


def from_epoch_milliseconds(value: Any) -> Moment:
    """Milliseconds since 1970 UTC; 0 and below mean that nobody filled the field."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1e14:
        return _NONE
    return _sane(datetime.fromtimestamp(value / 1000, UTC), Precision.INSTANT)


def from_epoch_seconds(value: Any) -> Moment:
    """Seconds since 1970 UTC, as a number or its digits."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,11}", value.strip()):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return _NONE
    return from_epoch_milliseconds(value * 1000)


def _written(value: str) -> Moment:
    if _MAIL.match(value):
        try:
            return _sane(parsedate_to_datetime(value), Precision.INSTANT)
        except (ValueError, TypeError, IndexError, OverflowError):
            return _NONE
    for form in _FORMATS:
        try:
            return _sane(datetime.strptime(value, form).replace(tzinfo=UTC), Precision.DATE)
        except ValueError:
            continue
    return _NONE


def _sane(found: datetime, precision: Precision) -> Moment:
    try:
        if found.tzinfo is not None:
            found = found.astimezone(UTC).replace(tzinfo=None)
    except OverflowError:
        return _NONE
    return (found, precision) if 1990 <= found.year <= 2100 else _NONE
