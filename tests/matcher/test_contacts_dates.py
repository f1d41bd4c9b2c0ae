"""Dates as address books and spreadsheets write them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.contacts import dates

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("14 Mar 2019", date(2019, 3, 14)),
        ("2 Sep 2021", date(2021, 9, 2)),
        ("14-Mar-19", date(2019, 3, 14)),
        ("3-Apr-20", date(2020, 4, 3)),
        ("14-mar-19", date(2019, 3, 14)),
        ("02.09.2021", date(2021, 9, 2)),
        ("2.9.21", date(2021, 9, 2)),
        ("2021-09-02", date(2021, 9, 2)),
        ("2021/09/02", date(2021, 9, 2)),
        ("2021-09-02T10:11:12Z", date(2021, 9, 2)),
        ("2020/03/05 11:02:03 UTC", date(2020, 3, 5)),
        ("3/14/18, 9:05 AM", date(2018, 3, 14)),
        ("11/4/18, 12:41 PM", date(2018, 11, 4)),
        ("31/12/2019", date(2019, 12, 31)),
        ("March 14, 2019", date(2019, 3, 14)),
        ("15-Feb-99", date(1999, 2, 15)),
        ("2019年3月14日", date(2019, 3, 14)),
        ("14 mrt. 2019", date(2019, 3, 14)),
        ("14. März 2019", date(2019, 3, 14)),
        ("14. Mrz 2019", date(2019, 3, 14)),
        ("3 ene 2020", date(2020, 1, 3)),
        ("3 de enero de 2020", date(2020, 1, 3)),
        ("1 août 2020", date(2020, 8, 1)),
        ("1er juil. 2020", date(2020, 7, 1)),
        ("4 juin 2020", date(2020, 6, 4)),
        ("5 gen 2020", date(2020, 1, 5)),
        ("6 dez 2020", date(2020, 12, 6)),
        ("6 de set. de 2020", date(2020, 9, 6)),
        ("7 okt. 2020", date(2020, 10, 7)),
        ("8 maj 2020", date(2020, 5, 8)),
        ("9 paź 2020", date(2020, 10, 9)),
        ("10 Ağu 2020", date(2020, 8, 10)),
        ("11 февр. 2020", date(2020, 2, 11)),
        ("12 touko 2020", date(2020, 5, 12)),
    ],
)
def test_every_form_seen_in_exports(cell, expected):
    assert dates.day(cell, TODAY) == expected


@pytest.mark.parametrize(
    "cell", ["", "soon", "32 Mar 2019", "14 Xyz 2019", "2019", "Mar 2019", "1/2", "00/00/00", "٣"]
)
def test_what_is_no_day_is_none(cell):
    assert dates.day(cell, TODAY) is None


def test_slashes_follow_the_column():
    assert dates.slashes_are_day_first(["3/4/2019", "31/12/2019"])
    assert not dates.slashes_are_day_first(["3/4/2019", "12/31/2019"])
    assert not dates.slashes_are_day_first(["3/4/2019"])
    assert dates.day("3/4/2019", TODAY, day_first=True) == date(2019, 4, 3)
    assert dates.day("3/4/2019", TODAY) == date(2019, 3, 4)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2019", "2019"),
        ("Mar 2019", "2019-03"),
        ("mars 2019", "2019-03"),
        ("März 2019", "2019-03"),
        ("Mar-19", "2019-03"),
        ("2019-03", "2019-03"),
        ("03/2019", "2019-03"),
        ("2019年3月", "2019-03"),
        ("14 Mar 2019", "2019-03-14"),
        ("2019-03-14", "2019-03-14"),
        ("Present", None),
        ("2019-13", None),
        ("0000", None),
        ("Smarch 2019", None),
    ],
)
def test_partial_dates_keep_their_precision(cell, expected):
    assert dates.partial(cell, TODAY) == expected


def test_the_span_of_a_partial_date():
    assert (dates.earliest("2019"), dates.latest("2019")) == (date(2019, 1, 1), date(2019, 12, 31))
    assert dates.latest("2020-02") == date(2020, 2, 29)
    assert dates.latest("2019-12") == date(2019, 12, 31)
    assert dates.earliest("2019-03-14") == dates.latest("2019-03-14") == date(2019, 3, 14)


@given(st.text(max_size=40))
def test_no_text_makes_them_fail(cell):
    dates.day(cell, TODAY)
    found = dates.partial(cell, TODAY)
    assert found is None or dates.earliest(found) <= dates.latest(found)


@given(
    st.dates(date(2003, 5, 5), TODAY + timedelta(days=1)),
    st.sampled_from(["%d %b %Y", "%d-%b-%y", "%d.%m.%Y", "%Y-%m-%d", "%m/%d/%y, 9:05 AM"]),
)
def test_what_an_export_writes_is_read_back(day, form):
    assert dates.day(day.strftime(form), TODAY) == day
