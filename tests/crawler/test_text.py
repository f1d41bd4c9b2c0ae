"""Text, addresses, dates, places and pay: from anything a stranger writes to what may be kept."""

import re
import time
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler import fields, moments, pay, places, text
from crawler.posting import EmploymentType, Pay, PayPeriod, Precision, WorkplaceType

HARMFUL = [*map(chr, range(32)), *map(chr, range(127, 160)), *"\u202e\u2066\u200b\ufeff\ud800"]
CONTROLS = set(HARMFUL) - {"\n"}


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Engineer", "Engineer"),
        ("  Director of Fleet &amp; Sourcing \r\n (m/w/d)", "Director of Fleet & Sourcing (m/w/d)"),
        ("R&amp;amp;D", "R&D"),
        ("\x1b[1;31mRed\x1b[0m\x1b]0;title\x07 flag", "Red flag"),
        ("\x9b31mRed\x1bc", "Red"),
        ("evil\u202egpj.exe\u202c", "evilgpj.exe"),
        ("soft\u00adhyphen zero\u200bwidth", "softhyphen zerowidth"),
        ("<b>Lead</b> Engineer", "Lead Engineer"),
        ("Engineer <London>", "Engineer <London>"),
        ("C++ & C#, 5 < 6", "C++ & C#, 5 < 6"),
        ("👩\u200d💻 coder", "👩\u200d💻 coder"),
        ("a\u200db", "ab"),
        ("Cafe\u0301", "Café"),
        ("lone \ud800 half", "lone half"),
    ],
)
def test_one_line(written, read):
    assert text.line(written) == read


@pytest.mark.parametrize("nothing", [None, 7, True, [], {}, "", " \t\n", "\u200b\x00", "<b></b>"])
def test_no_line(nothing):
    assert text.line(nothing) is None


def test_a_long_line_is_cut_visibly():
    assert text.line("x" * 600) == "x" * 499 + "…"
    assert text.line("x" * 500) == "x" * 500


@given(st.text() | st.text(alphabet=[*HARMFUL, *"a<>&;[]bmn1#x "]))
def test_whatever_is_written_a_line_is_clean(written):
    read = text.line(written) or ""
    assert not CONTROLS & set(read)
    assert "\n" not in read
    assert text.plain_line(read) in (read, None)


@pytest.mark.parametrize(
    ("markup", "read"),
    [
        ("Plain\n\n\n\ntext", "Plain\n\ntext"),
        ("<p>One</p><p>Two<br>Three</p>", "One\n\nTwo\nThree"),
        ("&lt;p&gt;Pipelines &amp;amp; models.&lt;/p&gt;", "Pipelines & models."),
        ("&amp;lt;p&amp;gt;Twice&amp;lt;/p&amp;gt;", "Twice"),
        ("<p>Use &lt;b&gt; tags</p>", "Use <b> tags"),
        (
            "<ul><li>a</li><li><p>b</p></li><li><ul><li>c</li></ul></li></ul>d",
            "* a\n* b\n- c\n\nd",
        ),
        ("<div>a</div><div><div>b</div></div>", "a\nb"),
        ("a<script>x()</script><style>y{}</style><!-- z --> b", "a b"),
        ("<p style='DISPLAY : none'>no</p><p hidden>no</p><div>yes</div>", "yes"),
        ("<b>bold</b><i>italic</i> <u>under</u>", "bold italic under"),
        ("<table><tr><th>Pay</th><td>10</td></tr><tr><td>x</td></tr></table>", "Pay | 10\nx"),
        ("<pre>a\n  <b>b\nc</b>\n\nd</pre>", "a\nb\nc\n\nd"),
        ("<ol><li>a</li><li><br>b</li></ol>", "1. a\n2. b"),
        ("<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>", "* a\n- b\n* c"),
        ("one<br>two<br> <br/>three", "one\ntwo\n\nthree"),
        ("<p>open <b>never closed", "open never closed"),
        ("<p>x&#27;&#x202e;y\x1b[2J</p>", "xy"),
        ("5 < 6 & 7 > 3", "5 < 6 & 7 > 3"),
        ("<iframe src=x>in</iframe><svg><text>pic</text></svg>out", "out"),
    ],
)
def test_html(markup, read):
    assert text.from_html(markup) == read


@pytest.mark.parametrize("nothing", [None, 7, [], {}, "", "<!-- -->", "<p></p>", "<script>"])
def test_no_html(nothing):
    assert text.from_html(nothing) == ""


@settings(deadline=None)
@given(st.text(alphabet=[*HARMFUL, *"<>/&;#!-= pulibrsct\"'1x\n"]) | st.text())
def test_whatever_is_written_html_is_clean(markup):
    read = text.from_html(markup)
    assert not CONTROLS & set(read)
    assert "\n\n\n" not in read
    assert read == read.strip()


@pytest.mark.parametrize(
    "bomb",
    [
        "<div>" * 200_000 + "x",
        "<!--" * 200_000,
        "<" * 800_000,
        "&lt;" * 200_000,
        "\x1b]" * 400_000,
        "<p>a" * 100_000,
        "<ul>" * 200 + "<li>a" * 100_000,
        "<table><tr><td>" + "b" * 50_000 + "<tr><td>a" * 50_000,
        "\n" * 800_000 + "x",
        "<b style='" + "display " * 90_000 + "'>x",
    ],
    ids=lambda bomb: bomb[:8],
)
def test_no_markup_takes_long(bomb):
    began = time.perf_counter()
    assert len(text.from_html(bomb)) <= text.TEXT_LIMIT
    text.line(bomb)
    assert time.perf_counter() - began < 30


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (" https://jobs.example/1?a=b&c=%20d#e ", "https://jobs.example/1?a=b&c=%20d#e"),
        ("http://jobs.example:8080/", "http://jobs.example:8080/"),
        ('https://jobs.example/a b"c<d>é', "https://jobs.example/a%20b%22c%3Cd%3E%C3%A9"),
        ("https://jobs.example/\x1b[31m1", "https://jobs.example/1"),
        ("javascript:alert(1)", None),
        ("JAVASCRIPT://x/%0aalert(1)", None),
        ("data:text/html,x", None),
        ("file:///etc/passwd", None),
        ("//jobs.example/1", None),
        ("/jobs/1", None),
        ("https://", None),
        ("https://user:password@jobs.example/", None),
        ("https://[::1", None),
        ("https://jobs.example:99999/", None),
        ("https://jobs.example/" + "x" * 3000, None),
        (7, None),
        (None, None),
    ],
)
def test_web_addresses(written, read):
    assert text.web_address(written) == read


@pytest.mark.parametrize(
    ("written", "when", "precision"),
    [
        ("2026-07-16T11:55:32-04:00", datetime(2026, 7, 16, 15, 55, 32), Precision.INSTANT),
        ("2025-08-29T13:43:12.621+00:00", datetime(2025, 8, 29, 13, 43, 12, 621000), "instant"),
        ("2026-07-08T21:17:29Z", datetime(2026, 7, 8, 21, 17, 29), Precision.INSTANT),
        ("2026-07-08T21:17:29", datetime(2026, 7, 8, 21, 17, 29), Precision.INSTANT),
        ("2026-07-08", datetime(2026, 7, 8), Precision.DATE),
        ("09-Jul-2026", datetime(2026, 7, 9), Precision.DATE),
        ("July 9, 2026", datetime(2026, 7, 9), Precision.DATE),
        ("9.7.2026", datetime(2026, 7, 9), Precision.DATE),
        ("09.07.26", datetime(2026, 7, 9), Precision.DATE),
        ("0000-00-00", None, Precision.UNKNOWN),
        ("0001-01-01T00:00:00+14:00", None, Precision.UNKNOWN),
        ("9999-12-31T23:59:59-12:00", None, Precision.UNKNOWN),
        ("1970-01-01", None, Precision.UNKNOWN),
        ("soon", None, Precision.UNKNOWN),
        (20260708, None, Precision.UNKNOWN),
        (None, None, Precision.UNKNOWN),
    ],
)
def test_moments(written, when, precision):
    assert moments.moment(written) == (when, precision)


def test_a_date_lasts_to_the_end_of_its_day():
    assert moments.end("2026-10-01") == datetime(2026, 10, 1, 23, 59, 59, 999999)
    assert moments.end("2026-10-01T12:00:00Z") == datetime(2026, 10, 1, 12)
    assert moments.end("never") is None


def test_the_first_field_that_holds_a_moment():
    found = (datetime(2026, 7, 2), Precision.DATE)
    assert moments.first_moment("", None, "2026-07-02", "2026-08-05") == found
    assert moments.first_moment("", 3) == moments.first_moment() == (None, Precision.UNKNOWN)


def test_an_id_in_an_address():
    assert fields.in_path(86) == "86"
    assert fields.in_path("a b/../\x1b\ud800ü") == "a%20b%2F..%2F%C3%BC"
    assert fields.in_path(["x"]) is None


def test_pieces_of_a_text_under_their_headings():
    told = text.sections("<p>a</p>", ("Do &amp; be", "<ul><li>b</li></ul>"), ("Not", " "), (3, "c"))
    assert told == "a\n\nDo & be\n\n* b\n\nc"
    assert text.sections(None, ("Pay", ["x"]), 7) == ""
    assert len(text.sections("x" * 90_000, "y" * 90_000)) == text.TEXT_LIMIT


def test_epoch_milliseconds():
    read = moments.from_epoch_milliseconds
    assert read(1764205361939) == (datetime(2025, 11, 27, 1, 2, 41, 939000), Precision.INSTANT)
    for nothing in (0, -1, True, None, "1764205361939", 1e300, float("nan"), float("inf")):
        assert read(nothing) == (None, Precision.UNKNOWN)


@given(st.text(max_size=45) | st.integers() | st.floats() | st.datetimes().map(str))
def test_no_moment_breaks(value):
    for read in (moments.moment, moments.from_epoch_milliseconds):
        when, precision = read(value)
        assert (when is None) == (precision is Precision.UNKNOWN)
        assert when is None or (when.tzinfo is None and 1990 <= when.year <= 2100)


@pytest.mark.parametrize(
    ("written", "found"),
    [
        (["Hybrid"], []),
        (["Remote", "Berlin ", "berlin"], ["Berlin"]),
        (["Ulm, DE | New York City, NY; Lyon"], ["Ulm, DE", "New York City, NY", "Lyon"]),
        (["Remote - Canada"], ["Remote - Canada"]),
        (["USA, Canada, and UK"], ["USA", "Canada", "UK"]),
        (["Americas, Europe, Israel"], ["Americas", "Europe", "Israel"]),
        (["Latin America or Spain & Portugal"], ["Latin America", "Spain", "Portugal"]),
        (["EMEA and Americas"], ["EMEA", "Americas"]),
        (["Bosnia and Herzegovina, Serbia"], ["Bosnia and Herzegovina", "Serbia"]),
        (["Europe, Austria", "Georgia, USA"], ["Europe, Austria", "Georgia, USA"]),
        (["Portland, Oregon, USA", "Tulsa or Reno"], ["Portland, Oregon, USA", "Tulsa or Reno"]),
        (["Remote (US, Canada)"], ["Remote (US, Canada)"]),
        (["Fully remote", "100% Remote", "On-site", "N/A", "-", "UNAVAILABLE"], []),
        (["東京", "Zürich"], ["東京", "Zürich"]),
        ([None, 7, ["x"], "\x1b[31mLyon\u202e"], ["Lyon"]),
    ],
)  # fmt: skip
def test_places(written, found):
    assert places.places(written) == found


def test_not_more_places_than_are_of_use():
    assert len(places.places(f"Place {n}" for n in range(1000))) == 50


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("US", "US"), ("us", "US"), ("UK", "GB"), ("USA", "US"), ("United States", "US"),
        ("Deutschland", "DE"), ("Österreich", "AT"), ("Allemagne", "DE"), ("Alemania", "DE"),
        ("Tyskland", "DE"), ("ドイツ", "DE"), ("Georgia", "GE"), ("The Netherlands", "NL"),
        ("XX", None), ("EU", None), ("European Union", None), ("Bavaria", None), ("", None),
        ("Europe", None), ("Anywhere", None), (7, None), (["US"], None), ({"name": "US"}, None),
    ],
)  # fmt: skip
def test_country(written, code):
    assert places.country(written) == code


@pytest.mark.parametrize(
    ("written", "code"),
    [
        (["London, UK"], "GB"),
        (["Toronto, Ontario, Canada", "Remote - Canada"], "CA"),
        (["Bangalore, India - Remote"], "IN"),
        (["Remote (US)"], "US"),
        (["Berlin, Germany (Germany remote)"], "DE"),
        (["San Francisco, CA"], None),
        (["Wilmington, DE"], None),
        (["Atlanta, Georgia"], None),
        (["Georgia, USA"], "US"),
        (["USA, Canada, UK"], None),
        (["Remote (US, Canada)"], None),
        (["Europe, USA"], None),
        (["Luxembourg, Luxembourg"], "LU"),
        (["London"], None),
        (["London, UK", "Berlin, Germany"], None),
        (["London, UK", "Berlin"], None),
        (["Sydney, New South Wales"], None),
        ([], None),
    ],
)
def test_a_country_only_where_every_line_names_it(written, code):
    assert places.country_among(written) == code


def test_a_country_that_every_field_holds():
    assert places.common_country(["DE", "Germany", "Deutschland"]) == "DE"
    assert places.common_country(["DE", None]) is None
    assert places.common_country(["DE", "AT"]) is None
    assert places.common_country([]) is None


def test_a_place_out_of_its_parts():
    assert places.written_out("Leeds", " England ", "United Kingdom") == (
        "Leeds, England, United Kingdom"
    )
    assert places.written_out("Singapore", None, 7, "", "Singapore") == "Singapore"
    assert places.written_out() == ""


@pytest.mark.parametrize(
    ("written", "way"),
    [
        ("Remote", WorkplaceType.REMOTE),
        ("TELECOMMUTE", WorkplaceType.REMOTE),
        ("Hybrid", WorkplaceType.HYBRID),
        ("OnSite", WorkplaceType.ON_SITE),
        ("On-Site", WorkplaceType.ON_SITE),
        ("onsite", WorkplaceType.ON_SITE),
        ("Berlin - hybrid", WorkplaceType.HYBRID),
        ("Hybrid or remote", WorkplaceType.UNKNOWN),
        ("unspecified", WorkplaceType.UNKNOWN),
        ("Remoteville", WorkplaceType.UNKNOWN),
        (None, WorkplaceType.UNKNOWN),
        (True, WorkplaceType.UNKNOWN),
    ],
)
def test_workplace_type(written, way):
    assert places.workplace_type(written) is way


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("FullTime", EmploymentType.FULL_TIME),
        ("FULL_TIME", EmploymentType.FULL_TIME),
        ("Full Time", EmploymentType.FULL_TIME),
        ("full-time internship", EmploymentType.INTERN),
        ("International", None),
        ("Contract", EmploymentType.CONTRACTOR),
        ("Permanent contract, full time", EmploymentType.FULL_TIME),
        ("Teilzeit", EmploymentType.PART_TIME),
        ("Temporary", EmploymentType.TEMPORARY),
        ("PER_DIEM", EmploymentType.PER_DIEM),
        ("Volunteer", EmploymentType.VOLUNTEER),
        ("Regular", None),
        (["", None, "PART_TIME", "FULL_TIME"], EmploymentType.PART_TIME),
        ({"a": 1}, None),
        (7, None),
    ],
)
def test_employment_type(written, kind):
    assert fields.employment_type(written) is kind


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Amplitude ", "Amplitude"),
        ("name", None),
        ("Confidential", None),
        ("<Company Name>", None),
        ("Smith &amp; Sons", "Smith & Sons"),
        (["x"], None),
        ("", None),
    ],
)
def test_employer_names(written, name):
    assert fields.employer_name(written) == name


@pytest.mark.parametrize(
    ("written", "tag"),
    [("en", "en"), ("EN_us", "en-US"), ("zh-hans-cn", "zh-Hans-CN"), ("English", None), (7, None)],
)
def test_languages(written, tag):
    assert fields.language(written) == tag


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ((80000, 110000, "EUR", "per-year-salary"), Pay(80000, 110000, "EUR", PayPeriod.YEAR)),
        (("22.50", "31", "usd", "1 HOUR"), Pay(22.5, 31, "USD", PayPeriod.HOUR)),
        (("55,000", None, "GBP", "YEAR"), Pay(55000, None, "GBP", PayPeriod.YEAR)),
        ((0, 95000, "GBP", "YEAR"), Pay(None, 95000, "GBP", PayPeriod.YEAR)),
        ((500_000_000, 700_000_000, "VND", "YEAR"), Pay(5e8, 7e8, "VND", PayPeriod.YEAR)),
        ((1.0, 1000000.0, "USD", "YEAR"), None),
        ((80, 110, "USD", "YEAR"), None),
        ((90000, 110000, "USD", "HOUR"), None),
        ((110000, 80000, "USD", "YEAR"), None),
        ((80000, 110000, "US dollars", "YEAR"), None),
        ((0, 0, "USD", "YEAR"), None),
        ((None, None, "USD", "YEAR"), None),
        (("lots", {}, "USD", 7), None),
        ((True, True, "USD", "YEAR"), None),
        ((float("nan"), float("inf"), "USD", "YEAR"), None),
        ((-5, -1, "USD", "YEAR"), None),
        ((0.01, 0.02, "USD", "HOUR"), None),
        ((0.01, None, "EUR", None), None),
        ((1e9, 1e9, "USD", None), None),
        ((1e12, 1e12, "JPY", "YEAR"), None),
        ((5, 9, "JPY", "YEAR"), None),
        ((80000, 90000, "XXQ", "YEAR"), None),
    ],
)
def test_pay(given, meant):
    assert pay.pay(*given) == meant


def test_the_whole_range_of_what_is_paid_in_several_places():
    year = PayPeriod.YEAR
    found = [Pay(50, 60, "USD", year), None, Pay(40, None, "USD", year), Pay(1, 99, "EUR", year)]
    assert pay.whole_range(found) == Pay(40, 60, "USD", year)
    assert pay.whole_range([None, Pay(None, 9, "EUR", None)]) == Pay(None, 9, "EUR", None)
    assert pay.whole_range([None]) is None


@given(st.text(st.sampled_from([*"aZ 9~\t\n\x00\x08\x0b\x1f\x7f\x80", "é", "\ud800"])))
def test_plain_text_is_ascii_without_controls_and_left_as_it_is(value):
    assert text.is_plain(value) == all(32 <= ord(c) < 127 or c in "\t\n" for c in value)
    if text.is_plain(value):
        assert text.clean(value) == value


@given(st.text(st.sampled_from([*"ab  \n\n\t\r", "\xa0"]), max_size=40))
def test_paragraphs_are_the_words_of_every_line(value):
    lines = value.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    words = "\n".join(" ".join(line.split()) for line in lines)
    assert text.paragraphs(value) == re.sub(r"\n{3,}", "\n\n", words).strip()
