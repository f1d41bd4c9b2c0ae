"""One open job, as every source delivers it.

Field names follow schema.org/JobPosting where it has a word for the thing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from typing import Any


class WorkplaceType(StrEnum):
    REMOTE = "remote"
    HYBRID = "hybrid"
    ON_SITE = "on-site"
    UNKNOWN = "unknown"


class EmploymentType(StrEnum):
    """The values Google and schema.org list for JobPosting.employmentType."""

    FULL_TIME = "FULL_TIME"
    PART_TIME = "PART_TIME"
    CONTRACTOR = "CONTRACTOR"
    TEMPORARY = "TEMPORARY"
    INTERN = "INTERN"
    VOLUNTEER = "VOLUNTEER"
    PER_DIEM = "PER_DIEM"
    OTHER = "OTHER"


class PayPeriod(StrEnum):
    """schema.org QuantitativeValue.unitText."""

    HOUR = "HOUR"
    DAY = "DAY"
    WEEK = "WEEK"
    MONTH = "MONTH"
    YEAR = "YEAR"


class Precision(StrEnum):
    """How exactly the source says when a posting was published."""

    INSTANT = "instant"
    DATE = "date"
    RELATIVE = "relative"
    UNKNOWN = "unknown"


class NameOrigin(StrEnum):
    """Where an employer name comes from, the surest first."""

    PAYLOAD = "payload"
    BOARD = "board"
    PAGE = "page"
    USER = "user"
    DIRECTORY = "directory"
    SLUG = "slug"


@dataclass(frozen=True, slots=True)
class Pay:
    """What the employer says it pays. `currency` is ISO 4217."""

    minimum: float | None
    maximum: float | None
    currency: str | None
    period: PayPeriod | None


@dataclass(slots=True)
class Posting:
    """One open job on one board. Times are naive UTC; text is plain, without control characters."""

    external_id: str
    title: str
    url: str
    employer: str | None = None
    """As the payload names it; None where the source's payload has no employer name."""
    apply_url: str | None = None
    locations: list[str] = field(default_factory=list)
    country: str | None = None
    """ISO 3166-1 alpha-2, only where the payload leaves no doubt."""
    workplace_type: WorkplaceType = WorkplaceType.UNKNOWN
    employment_type: EmploymentType | None = None
    department: str | None = None
    team: str | None = None
    description: str = ""
    pay: Pay | None = None
    language: str | None = None
    """BCP 47."""
    published_at: datetime | None = None
    published_precision: Precision = Precision.UNKNOWN
    valid_through: datetime | None = None

    def record(self) -> dict[str, Any]:
        """Flat and JSON-ready, with `text_hash` (the description) and `content_hash` (all but
        the employer, which may be learned later without the posting having changed, and a
        relative date, which is another one tomorrow)."""
        flat = {name: getattr(self, name) for name in _PLAIN}
        pay = self.pay
        flat |= {
            "pay_min": pay and pay.minimum,
            "pay_max": pay and pay.maximum,
            "pay_currency": pay and pay.currency,
            "pay_period": pay and pay.period,
            "published_at": _iso(self.published_at),
            "valid_through": _iso(self.valid_through),
        }
        flat["text_hash"] = digest([self.description])
        left_out = {"employer", "description"}
        if self.published_precision is Precision.RELATIVE:
            left_out.add("published_at")
        content = {k: v for k, v in flat.items() if k not in left_out}
        flat["content_hash"] = digest([_JSON.encode(content)])
        return flat


_JSON = json.JSONEncoder(sort_keys=True, ensure_ascii=False)
_PLAIN = tuple(f.name for f in fields(Posting) if f.name != "pay")


def digest(parts: Iterable[str]) -> str:
    """128 bits of BLAKE2b as hex: enough to tell any two texts on one machine apart."""
    state = hashlib.blake2b(digest_size=16)
    for part in parts:
        state.update(part.encode("utf-8", "surrogatepass"))
        state.update(b"\0")
    return state.hexdigest()


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(sep=" ")
