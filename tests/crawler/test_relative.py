"""Dates that are counted back from today, and the other forms dates come in."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from babel.dates import format_timedelta
from hypothesis import given
from hypothesis import strategies as st

from crawler.moments import from_epoch_seconds, moment
from crawler.posting import Posting, Precision
from crawler.relative import relative

NOW = datetime(2026, 11, 24, 15, 30)
TODAY = datetime(2026, 11, 24)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Posted Today", 0),
        ("Posted Yesterday", 1),
        ("Posted 18 Days Ago", 18),
        ("Posted 30+ Days Ago", 30),
        ("a day ago", 1),
        ("3 hours ago", 0),
        ("20 hours ago", 1),
        ("1 week ago", 7),
        ("vor 3 Tagen", 3),
        ("Heute ausgeschrieben", 0),
        ("Vor mehr als 30 Tagen ausgeschrieben", 30),
        ("vor einem Tag", 1),
        ("Publié il y a 18 jours", 18),
        ("Publié il y a plus de 30 jours", 30),
        ("Publié aujourd'hui", 0),
        ("Publicado hace 2 semanas", 14),
        ("Ayer", 1),
        ("Pubblicato 5 giorni fa", 5),
        ("Publicado há 4 dias", 4),
        ("3 dagen geleden", 3),
        ("för 21 dagar sedan", 21),
        ("i går", 1),
        ("3 日前", 3),
        ("3天前", 3),
        ("본일", None),
        ("In 3 Tagen", None),
        ("3 days", None),
        ("2026-11-03", None),
        ("Todayish", None),
        ("9999 years ago", None),
        ("", None),
        (None, None),
        (7, None),
    ],
)
def test_relative_dates(text: object, days: int | None) -> None:
    found, precision = relative(text, NOW)
    assert found == (None if days is None else TODAY - timedelta(days=days))
    assert precision is (Precision.UNKNOWN if days is None else Precision.RELATIVE)


@given(st.integers(1, 40), st.sampled_from(["en", "de", "fr", "es", "it", "pt", "nl", "pl", "tr"]))
def test_what_cldr_writes_is_read(days: int, language: str) -> None:
    text = format_timedelta(
        timedelta(days=-days), granularity="day", threshold=99, add_direction=True, locale=language
    )
    assert relative(text, NOW)[0] == TODAY - timedelta(days=days)


@given(st.text(max_size=60))
def test_no_text_breaks_it(text: str) -> None:
    found, _ = relative(text, NOW)
    assert found is None or found <= NOW


def test_a_relative_date_is_not_part_of_what_a_posting_says() -> None:
    def hashed(at: datetime, precision: Precision) -> str:
        found = Posting("1", "Baker", "https://a.example/1")
        found.published_at, found.published_precision = at, precision
        return found.record()["content_hash"]

    later = NOW + timedelta(days=1)
    assert hashed(NOW, Precision.RELATIVE) == hashed(later, Precision.RELATIVE)
    assert hashed(NOW, Precision.DATE) != hashed(later, Precision.DATE)


@pytest.mark.parametrize(
    ("text", "found", "precision"),
    [
        ("Fri, 10 Jul 2026 22:45:30 +0000", datetime(2026, 7, 10, 22, 45, 30), "instant"),
        ("Fri, 10 Jul 2026 22:45:30 GMT", datetime(2026, 7, 10, 22, 45, 30), "instant"),
        ("10 Jul 2026 22:45 +0200", datetime(2026, 7, 10, 20, 45), "instant"),
        ("2026-08-05 10:10:39 UTC", datetime(2026, 8, 5, 10, 10, 39), "instant"),
        ("2026-08-05T10:10:39+0200", datetime(2026, 8, 5, 8, 10, 39), "instant"),
        ("2026-07-10T00:00:00.0000", datetime(2026, 7, 10), "instant"),
        ("2026-07-24T23:59:59.9970000", datetime(2026, 7, 24, 23, 59, 59, 997000), "instant"),
        ("10 Jul 2026", datetime(2026, 7, 10), "date"),
        ("Fri, 99 Jul 2026 22:45:30 +0000", None, "unknown"),
    ],
)
def test_more_forms_of_dates(text: str, found: datetime | None, precision: str) -> None:
    assert moment(text) == (found, precision)


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (1785792634, datetime(2026, 8, 3, 21, 30, 34)),
        ("1785792634", datetime(2026, 8, 3, 21, 30, 34)),
        (0, None),
        (-5, None),
        (True, None),
        ("soon", None),
        (10**30, None),
        (None, None),
    ],
)
def test_seconds_since_1970(value: object, found: datetime | None) -> None:
    assert from_epoch_seconds(value)[0] == found
