"""Pay as employers publish it, or nothing where the figures cannot be meant."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import Any

from crawler.cldr import cldr
from crawler.posting import Pay, PayPeriod
from crawler.text import line

_NUMBER = re.compile(r"\d{1,3}(?:[, ]\d{3})+(?:\.\d{1,4})?|\d{1,13}(?:\.\d{1,4})?")
_SYMBOLS = {
    "$": "USD", "US$": "USD", "C$": "CAD", "CA$": "CAD", "A$": "AUD", "AU$": "AUD", "NZ$": "NZD",
    "S$": "SGD", "€": "EUR", "£": "GBP", "₹": "INR", "₪": "ILS", "₩": "KRW", "₴": "UAH",
}  # fmt: skip
_CODE = re.compile(
    r"(?<![A-Za-z])(?:USD|EUR|GBP|CHF|CAD|AUD|NZD|SGD|SEK|NOK|DKK|PLN|CZK|INR)(?![A-Za-z])",
    re.IGNORECASE,
)
_FIGURE = r"\d{1,3}(?:[.,'’ ]\d{3})+(?:[.,]\d{1,2})?|\d{1,7}(?:[.,]\d{1,2})?"
_SYMBOL = r"(?:(?:US|CA|C|AU|A|NZ|S)?\$|[€£₹₪₩₴])"
_IN_WORDS = re.compile(
    rf"(?<![\w.,])(?:(?P<symbol>{_SYMBOL})\s?)?(?P<low>{_FIGURE})\s?(?P<k>k)?(?:\s?{_SYMBOL})?"
    rf"(?:\s?(?:-|–|—|to|bis)\s?(?:[A-Z]{{3}}\s?)?(?P<symbol2>{_SYMBOL})?\s?(?P<high>{_FIGURE})\s?(?P<k2>k)?"
    rf"(?:\s?(?P<symbol3>{_SYMBOL}))?)?"
    r"(?![\d%]|[.,]\d|\s?(?:m|mn|b|bn|million|billion)\b)(?P<more>\+)?(?:\s?(?:[A-Z]{3}\s?)?(?:/|per|an?)\s?(?P<per>hr|h|yr|y|mo|day|d|wk)\b)?",
    re.IGNORECASE,
)
_UP_TO = re.compile(r"\b(?:up to|bis zu|bis|max\.?|jusqu['’]à|hasta)\W*$")
_FROM = re.compile(r"\b(?:from|starting at|min\.?|at least|ab|à partir de|desde)\W*$")
_SHORT_PERIODS = {
    "hr": PayPeriod.HOUR, "h": PayPeriod.HOUR, "yr": PayPeriod.YEAR, "y": PayPeriod.YEAR,
    "mo": PayPeriod.MONTH, "day": PayPeriod.DAY, "d": PayPeriod.DAY, "wk": PayPeriod.WEEK,
}  # fmt: skip
_PERIODS = (
    (PayPeriod.HOUR, re.compile(r"hour|stunde|heure", re.IGNORECASE)),
    (PayPeriod.DAY, re.compile(r"\bday|daily|\btag\b", re.IGNORECASE)),
    (PayPeriod.WEEK, re.compile(r"week", re.IGNORECASE)),
    (PayPeriod.MONTH, re.compile(r"month|monat|mois", re.IGNORECASE)),
    (PayPeriod.YEAR, re.compile(r"year|annu|\bannum|jahr", re.IGNORECASE)),
)
_MOST = 1e11
# The widest range an employer means is a few times its lower end; "1 to 1,000,000" is a
# form that had to be filled.
_WIDEST = 25
# What one period can pay, in currencies of about a dollar's size. A yearly "90" or an hourly
# "90000" has the wrong period, and which one is right is not ours to guess.
_DOLLAR_SIZED = frozenset(("USD", "EUR", "GBP", "CHF", "CAD", "AUD", "NZD", "SGD"))
_SENSIBLE: dict[PayPeriod | None, tuple[float, float]] = {
    None: (1, 50_000_000),
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
    least, most = _SENSIBLE[span]
    if code not in _DOLLAR_SIZED:
        most = _MOST  # nowhere is money worth so much more, but in places far less
    if any(amount is not None and not least <= amount <= most for amount in (low, high)):
        return None
    return Pay(minimum=low, maximum=high, currency=code, period=span)


def whole_range(found: Iterable[Pay | None]) -> Pay | None:
    """From the least to the most of what one posting pays in several places; of those in another
    currency or period than the first, nothing."""
    known = [one for one in found if one is not None]
    if not known:
        return None
    currency, period = known[0].currency, known[0].period
    alike = [one for one in known if (one.currency, one.period) == (currency, period)]
    lows = [one.minimum for one in alike if one.minimum is not None]
    highs = [one.maximum for one in alike if one.maximum is not None]
    return Pay(min(lows, default=None), max(highs, default=None), currency, period)


def pay_text(value: Any) -> Pay | None:
    """Pay in a few words: "$55k - $100k", "€80.000–€105.000", "19.00 - 27.00 USD / hr".

    A plain dollar is taken for a US one, unless the words name another. Thousands ("k") without
    a period are a year's.
    """
    text = line(value, 300)
    match = _IN_WORDS.search(text) if text else None
    if text is None or match is None:
        return None
    code = _CODE.search(text)
    symbol = match["symbol"] or match["symbol2"] or match["symbol3"]
    currency = code[0].upper() if code else _SYMBOLS.get((symbol or "").upper())
    if currency is None:
        return None
    thousands = bool(match["k"] or match["k2"])
    low = _in_words(match["low"], bool(match["k"]) or thousands)
    high = _in_words(match["high"], thousands) if match["high"] else low
    before = text[: match.start()].lower()
    if match["high"] is None and _UP_TO.search(before):
        low = None
    elif match["high"] is None and (match["more"] or _FROM.search(before)):
        high = None
    period = pay_period(text) or _SHORT_PERIODS.get((match["per"] or "").lower())
    if period is None and (thousands or (high or low or 0) >= 10_000):
        period = PayPeriod.YEAR
    return pay(low, high, currency, period)


def _in_words(figure: str, thousands: bool) -> float | None:
    """ "80", "80.000", "19.50" or "1,234.5" as a number."""
    figure = re.sub(r"[.,'’ ](?=\d{3}(?!\d))", "", figure).replace(",", ".")
    try:
        number = float(figure)
    except ValueError:
        return None
    return number * 1000 if thousands and number < 1000 else number


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
    return code if code in cldr().currencies else None
