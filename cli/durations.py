"""Spans of time as people write them: 20m, 1h30m, 45s, 30d."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import click

_UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
_PARTS = re.compile(r"(\d{1,6})([dhms])")


def parse_duration(text: str) -> timedelta:
    """ "20m", "1h30m".

    Raises:
        ValueError: it is no span of time, or none at all.
    """
    compact = re.sub(r"\s+", "", text.lower())
    if not re.fullmatch(f"(?:{_PARTS.pattern})+", compact):
        raise ValueError(f'"{text}" is not a span of time such as 20m, 1h30m or 90s')
    found = timedelta()
    for number, unit in _PARTS.findall(compact):
        found += timedelta(**{_UNITS[unit]: int(number)})
    if not found:
        raise ValueError(f'"{text}" is no time at all')
    return found


def span(duration: timedelta) -> str:
    """ "20 min", "1 h 30 min", "45 s", "3 d": the two largest units that are not zero."""
    seconds = round(duration.total_seconds())
    parts = []
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")):
        if count := seconds // size:
            parts.append(f"{count} {unit}")
            seconds -= count * size
        elif parts:
            break
    return " ".join(parts[:2]) or "0 s"


class Duration(click.ParamType):
    """A span of time on the command line."""

    name = "duration"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> timedelta:
        if isinstance(value, timedelta):
            return value
        try:
            return parse_duration(value)
        except ValueError as error:
            self.fail(f"{error}.", param, ctx)
