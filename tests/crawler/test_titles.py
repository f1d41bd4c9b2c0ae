"""Employers' names out of page titles."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.titles import employer_in_title, employer_on_page


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Careers at Moorcroft Fleet", "Moorcroft Fleet"),
        ("Job Listings at Moorcroft Fleet | Moorcroft", "Moorcroft Fleet"),
        ("Moorcroft Careers | Jobs at Moorcroft Fleet, Inc.", "Moorcroft Fleet, Inc."),
        ("Moorcroft Jobs", "Moorcroft"),
        ("Moorcroft &amp; Sons - Job Openings", "Moorcroft & Sons"),
        ("Current Openings | Moorcroft", "Moorcroft"),
        ("Moorcroft's Career Page", "Moorcroft"),
        ("Moorcroft", "Moorcroft"),
        ("Karriere bei Möhrlin GmbH", "Möhrlin GmbH"),
        ("Hirely | Moorcroft", "Moorcroft"),
        ("Open Positions", None),
        ("Careers | Hirely", None),
        ("404", None),
        ("Page not found", None),
        ("Just a moment...", None),
        ("Confidential Careers", None),
        ("", None),
    ],
)
def test_a_title_names_its_employer_or_nobody(title: str, name: str | None) -> None:
    assert employer_in_title(f"<head><title>{title}</title></head>", "hirely") == name


@given(st.text(max_size=300))
def test_no_title_is_too_much(text: str) -> None:
    name = employer_in_title(f"<title>{text}</title>")
    assert name is None or (name.strip() == name and len(name) <= 200)


@pytest.mark.parametrize(
    ("site_name", "name"),
    [("Moorcroft &amp; Sons", "Moorcroft & Sons"), ("Moorcroft Careers", "Moorcroft"),
     ("Hirely", "Depot"), ("Careers", "Depot"), ("", "Depot")],
)  # fmt: skip
def test_what_a_page_calls_its_site_comes_before_its_title(site_name: str, name: str) -> None:
    page = f'<title>Jobs at Depot</title><meta property="og:site_name" content="{site_name}">'
    assert employer_on_page(page, "hirely") == name
    assert employer_on_page("", "hirely") is None
