"""Pay as employers publish it, or nothing where the figures cannot be meant."""

from __future__ import annotations

import math
import re
from functools import cache
from typing import Any

from babel.numbers import list_currencies

from crawler.posting import Pay, PayPeriod

_NUMBER = re.compile(r"\d{1,3}(?:[, ]\d{3})+(?:\.\d{1,4})?|\d{1,13}(?:\.\d{1,4})?")
_PERIODS = (
    (PayPeriod.HOUR, re.compile(r"hour|stunde|heure", re.IGNORECASE)),
    (PayPeriod.DAY, re.compile(r"\bday|daily|\btag\b", re.IGNORECASE)),
    (PayPeriod.WEEK, re.compile(r"week", re.IGNORECASE)),
    (PayPeriod.MONTH, re.compile(r"month|monat|mois", re.IGNORECASE)),
    (PayPeriod.YEAR, re.compile(r"year|annu|\bannum|jahr", re.IGNORECASE)),
)
# The widest range an employer means is a few times its lower end; "1 to 1,000,000" is a
# form that had to be filled.
_WIDEST = 25
# What one period can pay, in currencies of about a dollar's size. A yearly "90" or an hourly
# "90000" has the wrong period, and which one is right is not ours to guess.
_DOLLAR_SIZED = frozenset(("USD", "EUR", "GBP", "CHF", "CAD", "AUD", "NZD", "SGD"))
_CEILING = {
    PayPeriod.HOUR: (1, 2_000),
    PayPeriod.DAY: (10, 20_000),
    PayPeriod.WEEK: (20, 100_000),
    PayPeriod.MONTH: (50, 1_000_000),
    PayPeriod.YEAR: (1_000, 50_000_000),
}


def pay(minimum: Any, maximum: Any, currency: Any, period: Any) -> Pay | None:
    """Numbers or numeric strings, an ISO 4217 code and a word such as `per-year-salary`,
    `1 HOUR` or `YEAR`; None when they make no sense together."""
    low, high = _amount(minimum), _amount(maximum)
    if low is None and high is None:
        return None
    if low is not None and high is not None and not low <= high <= low * _WIDEST:
        return None
    code = _currency(currency)
    if code is None:
        return None
    span = pay_period(period)
    if span and code in _DOLLAR_SIZED:
        least, most = _CEILING[span]
        if any(amount is not None and not least <= amount <= most for amount in (low, high)):
            return None
    return Pay(minimum=low, maximum=high, currency=code, period=span)


def pay_period(value: Any) -> PayPeriod | None:
    """The period a word or phrase names."""
    if not isinstance(value, str):
        return None
    return next((span for span, word in _PERIODS if word.search(value[:100])), None)


def _amount(value: Any) -> float | None:
    """A positive, finite amount; 0 is how forms say nothing."""
    if isinstance(value, str):
        value = value.strip()
        if not _NUMBER.fullmatch(value):
            return None
        value = float(value.replace(",", "").replace(" ", ""))
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 < value < 1e12 and math.isfinite(value) else None


def _currency(value: Any) -> str | None:
    code = value.strip().upper() if isinstance(value, str) else None
    return code if code in _currencies() else None


@cache
def _currencies() -> frozenset[str]:
    return frozenset(list_currencies())
