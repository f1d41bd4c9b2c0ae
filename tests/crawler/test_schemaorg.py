"""schema.org/JobPosting objects into postings that may know something already."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from crawler.posting import EmploymentType, Pay, PayPeriod, Posting, WorkplaceType
from crawler.schemaorg import fill, fill_from_page
from crawler.sources.base import Malformed, Reply

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


def test_a_time_is_not_given_up_for_a_date() -> None:
    known = fill(Posting("1", "Fleet Hand", "https://a.example/1"), JOB)
    fill(known, {"datePosted": "2026-09-02"})
    assert known.published_at == datetime(2026, 9, 1, 6)
    fill(known, {"datePosted": "2026-09-03T07:00:00Z"})
    assert known.published_at == datetime(2026, 9, 3, 7)


def page(inner: str) -> Reply:
    body = f'<html lang="en-US"><body>{inner}</body></html>'
    return Reply("https://a.example/jobs/1", 200, body.encode())


def test_a_page_of_its_own_fills_what_the_list_left_open() -> None:
    found = Posting("1", "Fleet Hand", "https://a.example/1")
    script = f'<script type="application/ld+json">{json.dumps(JOB)}</script>'
    told = fill_from_page(found, page(f"{script}<div class=body>not this</div>"), "body")
    assert told == JOB
    assert (found.title, found.employer, found.description) == ("Fleet Hand", "Moorcroft", "Drive.")
    assert found.language == "en-GB"


def test_a_page_without_a_job_posting_gives_the_text_of_an_element() -> None:
    found = Posting("1", "Fleet Hand", "https://a.example/1", employer="Moorcroft")
    reply = page(
        '<div class="body"></div><div class="x body"><p>Drive.<script>x()</script>'
        '<b class="body">Fast.</b></p></div>Beside it.<div class="body">And cook.</div>'
    )
    assert fill_from_page(found, reply, "body") == {}
    assert found.description == "Drive. Fast.\n\nAnd cook."
    assert (found.employer, found.language) == ("Moorcroft", "en-US")


@pytest.mark.parametrize("inner", ["", "<div class=other>Drive.</div>", "<p>Gone</p>"])
def test_a_page_with_neither_describes_no_job(inner: str) -> None:
    found = Posting("1", "x", "https://a.example/1")
    with pytest.raises(Malformed, match="does not describe a job"):
        fill_from_page(found, page(inner), "body")
    with pytest.raises(Malformed, match="empty page"):
        fill_from_page(found, Reply("https://a.example/jobs/1", 200, b""))
