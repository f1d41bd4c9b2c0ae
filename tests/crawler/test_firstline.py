"""Postings in one line, and pay in a few words."""

from __future__ import annotations

from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.firstline import first_line
from crawler.pay import pay_text
from crawler.posting import Pay, PayPeriod

YEAR, HOUR = PayPeriod.YEAR, PayPeriod.HOUR


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "Quarrylane (YC W24) | Backend Engineer, SRE | Berlin or REMOTE (EU) | Full-time",
            {
                "employer": "Quarrylane",
                "title": "Backend Engineer, SRE",
                "locations": ["Berlin", "EU"],
                "workplace_type": "remote",
                "employment_type": "FULL_TIME",
            },
        ),
        (
            "Stackwell | https://stackwell.example | Onsite (London, UK) | Product Designer | visa",
            {
                "employer": "Stackwell",
                "title": "Product Designer",
                "locations": ["London, UK"],
                "country": "GB",
                "workplace_type": "on-site",
            },
        ),
        (
            "Otter AI (https://otter.example) | ML Engineer | Hybrid, Zürich | CHF 120k–150k",
            {
                "employer": "Otter AI",
                "locations": ["Zürich"],
                "workplace_type": "hybrid",
                "pay": {"minimum": 120e3, "maximum": 150e3, "currency": "CHF", "period": "YEAR"},
            },
        ),
        ("Acme is hiring senior engineers in Oslo", {"employer": "Acme", "locations": ["Oslo"]}),
        (
            "Lumen - Full stack developer - Remote",
            {"employer": "Lumen", "workplace_type": "remote"},
        ),
        ("foo.com | Multiple roles | New York", {"employer": "foo.com", "locations": ["New York"]}),
        (
            "Acme (Series B, $40M) | Baker, SRE | SF (in-office 3 days/wk) / Oslo",
            {"employer": "Acme", "locations": ["SF", "Oslo"], "workplace_type": "on-site"},
        ),
        (
            "**Acme** | Engineers | Remote (US, Canada) | Python, AWS | UTC-8 to UTC+1",
            {"employer": "Acme", "locations": ["US", "Canada"], "country": None},
        ),
        (
            "Company: Acme | Role: SDE II | Location: Bangalore, India | Type: Full-time",
            {
                "employer": "Acme",
                "title": "SDE II",
                "country": "IN",
                "employment_type": "FULL_TIME",
            },
        ),
        (
            "We're hiring a Staff Engineer at Acme in Oslo (Remote)",
            {"employer": "Acme", "title": "Staff Engineer", "locations": ["Oslo"]},
        ),
        (
            "Acme: ML Engineer (Remote, EU timezones)",
            {"employer": "Acme", "title": "ML Engineer", "workplace_type": "remote"},
        ),
        (
            "Acme, Inc., Senior Data Scientist, Boston, MA, Full-time",
            {
                "employer": "Acme Inc.",
                "title": "Senior Data Scientist",
                "locations": ["Boston, MA"],
            },
        ),
        ("Acme (formerly Umbra) | Engineer", {"employer": "Acme (formerly Umbra)"}),
        ("We are hiring!", {"employer": None}),
        ("We are hiring engineers in Berlin", {"employer": None}),
        ("Résumé/CV: software developer (remote)", {"employer": None}),
        ("I'm a senior engineer, remote, full-time, looking for work", {"employer": None}),
        ("Great thread, thanks!", {"employer": None}),
        ("SEEKING WORK | Remote | React developer", {"employer": None}),
        ("Location: Berlin | Remote: yes", {"employer": None}),
        ("I am looking for a job as an engineer in Berlin", {"employer": None}),
        ("", {"employer": None}),
    ],
)
def test_what_a_line_says(text: str, said: dict[str, object]) -> None:
    found = asdict(first_line(text))
    assert {key: found[key] for key in said} == said


@given(st.text(max_size=200) | st.text(alphabet="|-AaBb $€kK0123456789.,/()", max_size=80))
def test_no_line_breaks_it(text: str) -> None:
    first_line(text)
    pay_text(text)


@pytest.mark.parametrize(
    ("text", "pay"),
    [
        ("$55k - $100k", Pay(55e3, 100e3, "USD", YEAR)),
        ("$150-200k", Pay(150e3, 200e3, "USD", YEAR)),
        ("150k-200k USD", Pay(150e3, 200e3, "USD", YEAR)),
        ("€80.000–€105.000", Pay(80e3, 105e3, "EUR", YEAR)),
        ("60.000 € - 75.000 €", Pay(60e3, 75e3, "EUR", YEAR)),
        ("£70,000 - £80,000 / year", Pay(70e3, 80e3, "GBP", YEAR)),
        ("$19.00 - $27.00 / hr", Pay(19, 27, "USD", HOUR)),
        ("USD 50/h", Pay(50, 50, "USD", HOUR)),
        ("C$90k – C$120k", Pay(90e3, 120e3, "CAD", YEAR)),
        ("up to €90k", Pay(None, 90e3, "EUR", YEAR)),
        ("$200k+", Pay(200e3, None, "USD", YEAR)),
        ("from £60k", Pay(60e3, None, "GBP", YEAR)),
        ("OTE $200,000", Pay(200e3, 200e3, "USD", YEAR)),
        ("150-200K", None),
        ("Series A $20M", None),
        ("$1.2M ARR", None),
        ("0.5% - 1%", None),
        ("5-10 people", None),
        ("competitive", None),
        ("$1 - $1,000,000", None),
        (None, None),
        (80_000, None),
    ],
)
def test_pay_in_words(text: object, pay: Pay | None) -> None:
    assert pay_text(text) == pay
