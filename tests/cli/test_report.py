"""Small words of the report."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from cli.report import age, as_json, markdown, period, print_table
from cli.safe import clean
from store.postings import OpenPosting

NOW = datetime(2026, 11, 23, 8, 0)


def posted(days, known=True):
    moment = NOW - timedelta(days=days)
    return OpenPosting(
        "s",
        "b",
        "1",
        "E",
        "T",
        [],
        None,
        "unknown",
        "https://x.example",
        moment if known else None,
        moment,
    )


@pytest.mark.parametrize(
    ("days", "text"),
    [(0, "today"), (1, "1 d"), (20, "20 d"), (21, "3 w"), (89, "12 w"), (90, "3 mo")],
)
def test_age(days, text):
    assert age(posted(days), NOW) == text


def test_age_of_a_posting_without_a_date_is_at_least_since_first_sight():
    assert age(posted(5, known=False), NOW) == "≥ 5 d"
    assert age(posted(0, known=False), NOW) == "new"


@pytest.mark.parametrize(
    ("since", "until", "relation", "text"),
    [
        ("2019", None, "current", "since 2019"),
        (None, None, "current", ""),
        ("2016", "2020", "former", "2016–2020"),
        (None, "2026-11", "former", "until 2026-11"),
        ("2016", None, "former", "from 2016"),
    ],
)
def test_period(since, until, relation, text):
    assert period(since, until, relation) == text


def test_nothing_a_terminal_would_act_on_is_printed():
    evil = "Eng\x1b[31mineer\x07\u202e\u200b \x9b2J\r\nDone\ud800"
    assert not any(ord(c) < 32 or 127 <= ord(c) < 160 for c in clean(evil))
    assert "\u202e" not in clean(evil)
    assert clean(None) == ""
    assert clean("Zoë 林 🚀") == "Zoë 林 🚀"


def test_what_a_source_asks_for_stands_beside_its_postings_in_every_shape(capsys):
    from types import SimpleNamespace

    from matcher.targets.rank import Opening

    theirs = replace(posted(1), attribution="via Example \x1b[31mJobs")
    openings = [Opening("E", 2, [theirs, posted(2)])]
    findings = SimpleNamespace(openings=openings)
    print_table(findings, 5, NOW)
    table = capsys.readouterr().out
    for text in (table, markdown(findings, 5, NOW), as_json(findings)):
        assert text.count("via Example") == 1
        assert "\x1b" not in text
