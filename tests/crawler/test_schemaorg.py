"""schema.org/JobPosting objects into postings that may know something already."""

from __future__ import annotations

from datetime import datetime

from crawler.posting import EmploymentType, Pay, PayPeriod, Posting, WorkplaceType
from crawler.schemaorg import fill

JOB = {
    "@type": "JobPosting",
    "title": "Fleet Hand &amp; Cook",
    "description": "&lt;p&gt;Drive.&lt;/p&gt;",
    "datePosted": "2026-09-01T08:00:00+02:00",
    "validThrough": "2026-10-01",
    "employmentType": ["PART_TIME"],
    "hiringOrganization": {"name": "Moorcroft", "department": {"name": "Depot"}},
    "jobLocation": [
        {"address": {"addressLocality": "Ulm", "addressRegion": "UNAVAILABLE",
                     "addressCountry": {"name": "Germany"}}},
        {"address": "Linz, Austria"},
    ],
    "jobLocationType": "TELECOMMUTE",
    "baseSalary": {"currency": "EUR",
                   "value": {"minValue": 15, "maxValue": "18", "unitText": "HOUR"}},
    "inLanguage": "en-gb",
}  # fmt: skip


def test_everything_it_says_is_taken() -> None:
    found = fill(Posting("1", "Fleet Hand", "https://a.example/1"), JOB)
    assert found == Posting(
        external_id="1",
        title="Fleet Hand",
        url="https://a.example/1",
        employer="Moorcroft",
        department="Depot",
        locations=["Ulm, Germany", "Linz, Austria"],
        workplace_type=WorkplaceType.REMOTE,
        employment_type=EmploymentType.PART_TIME,
        description="Drive.",
        pay=Pay(15, 18, "EUR", PayPeriod.HOUR),
        language="en-GB",
        published_at=datetime(2026, 9, 1, 6),
        published_precision=found.published_precision,
        valid_through=datetime(2026, 10, 1, 23, 59, 59, 999999),
    )


def test_what_it_does_not_say_stays_as_the_list_had_it() -> None:
    known = fill(Posting("1", "Fleet Hand", "https://a.example/1"), JOB)
    again = fill(known, {"@type": "JobPosting", "title": "x", "jobLocation": [{}], "baseSalary": 0})
    assert again.employer == "Moorcroft"
    assert again.locations == ["Ulm, Germany", "Linz, Austria"]
    assert (again.workplace_type, again.pay) == (WorkplaceType.REMOTE, known.pay)
    assert again.published_at == datetime(2026, 9, 1, 6)
