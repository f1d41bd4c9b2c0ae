"""The forms a fact may have: each reads a value from outside, or one already read, or refuses it.

Reading is idempotent: what a shape returns, it returns again unchanged. Refusals are ValueErrors
whose text follows the name of the field and never quotes the value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from matcher.asks import clean
from matcher.contacts.identity import address

_ZONED = re.compile(r"(?P<moment>\S+(?: \d\S*)?)(?: |\[)(?P<zone>[A-Za-z]\w*(?:/[\w+-]+)*)\]?")


class Shape(Protocol):
    """One form."""

    def read(self, value: object) -> object: ...


@dataclass(frozen=True, slots=True)
class Line:
    """One line of `least` to `most` Unicode code points, ending in `end`."""

    most: int = 200
    least: int = 1
    end: str = ""

    def read(self, value: object) -> str:
        if not isinstance(value, str):
            raise ValueError("must be text")
        text = clean.line(value)
        if not self.least <= len(text) <= self.most:
            least = f"{self.least} to " if self.least > 1 else "1 to "
            raise ValueError(f"has {len(text)} characters; {least}{self.most} are wanted")
        if not text.endswith(self.end):
            raise ValueError(f'must end in "{self.end}"')
        return text


@dataclass(frozen=True, slots=True)
class Several:
    """One to `most` values of one shape."""

    of: Shape
    most: int

    def read(self, value: object) -> tuple[object, ...]:
        if isinstance(value, str):
            value = [part for part in re.split(r"[;\n]", value) if part.strip()]
        if not isinstance(value, Iterable):
            raise ValueError("must be a list")
        found = tuple(self.of.read(one) for one in value)
        if not 1 <= len(found) <= self.most:
            raise ValueError(f"has {len(found)} entries; 1 to {self.most} are wanted")
        return found


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few words."""

    words: tuple[str, ...]

    def read(self, value: object) -> str:
        if isinstance(value, bool):
            value = "yes" if value else "no"
        text = clean.line(str(value)).lower()
        if text not in self.words:
            raise ValueError(f"must be one of {', '.join(self.words)}")
        return text


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number."""

    least: int
    most: int

    def read(self, value: object) -> int:
        try:
            number = int(str(value).strip())
        except ValueError:
            number = self.least - 1
        if isinstance(value, bool) or not self.least <= number <= self.most:
            raise ValueError(f"must be a whole number from {self.least} to {self.most}")
        return number


@dataclass(frozen=True, slots=True)
class Day:
    """A date, ISO 8601."""

    def read(self, value: object) -> date:
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(str(value).strip())
        except ValueError:
            raise ValueError("must be a date such as 2026-12-01") from None


@dataclass(frozen=True, slots=True)
class Moment:
    """A date and time, ISO 8601, with an offset or the name of a time zone behind it, or without
    either: then it is the time on the wall where the user is."""

    def read(self, value: object) -> datetime:
        if isinstance(value, datetime):
            return value
        text = str(value).strip()
        zoned = _ZONED.fullmatch(text)
        try:
            if "T" not in text and ":" not in text:
                raise ValueError
            if zoned:
                moment = datetime.fromisoformat(zoned["moment"])
                return moment.replace(tzinfo=ZoneInfo(zoned["zone"]))
            return datetime.fromisoformat(text)
        except (ValueError, KeyError, OSError):
            raise ValueError(
                "must be a date and time such as 2026-12-01T10:00, with an offset (+01:00) or "
                "a zone (2026-12-01T10:00 Europe/Berlin) where the other side has another clock"
            ) from None


@dataclass(frozen=True, slots=True)
class Mail:
    """One e-mail address."""

    def read(self, value: object) -> str:
        text = clean.line(str(value))
        found = address(text)
        if found is None or len(text) > 254:
            raise ValueError("must be one e-mail address")
        return found


@dataclass(frozen=True, slots=True)
class Web:
    """An http or https address, or one written without its scheme ("jobs.example/42")."""

    def read(self, value: object) -> str:
        text = clean.line(str(value))
        try:
            parts = urlsplit(text if "://" in text else f"https://{text}")
            fits = parts.scheme in ("http", "https") and "." in (parts.hostname or "")
        except ValueError:
            fits = False
        if not fits or " " in text or "@" in parts.netloc or len(text) > 2_000:
            raise ValueError("must be a web address")
        return text
