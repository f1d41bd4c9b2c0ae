"""Links to targets: who comes first, who appears once, what a spreadsheet may see."""

from collections import Counter
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.employers.judge import Relation
from matcher.employers.link import Link, Tier
from matcher.targets.rank import rank as rank_all
from matcher.targets.sheet import COLUMNS, cell, render, rows
from store.network import Workplace
from store.postings import OpenPosting

NOW = datetime(2026, 11, 23, 8, 0)


def posting(employer="Tallgrass", number=1, days=3):
    return OpenPosting(
        "greenhouse",
        "tallgrass",
        str(number),
        employer,
        f"Role {number}",
        ["Oslo"],
        "NO",
        "unknown",
        f"https://x.example/{number}",
        NOW - timedelta(days=days),
        NOW,
    )


def rank(postings, *rest):
    return rank_all(postings, Counter(p.employer for p in postings), *rest)


def workplace(contact_id=1, employer="Tallgrass", relation="current", **fields):
    facts = {
        "contact_id": contact_id,
        "name": f"Person {contact_id}",
        "employer": employer,
        "title": "Engineer",
        "relation": relation,
        "since": None,
        "until": None,
        "until_after": None,
        "until_by": None,
        "confidence": "confirmed",
        "as_of": date(2026, 11, 1),
        "profile_url": None,
        "email": None,
        "connected_on": date(2019, 3, 14),
    }
    return Workplace(**(facts | fields))


def linked(employer="Tallgrass", workplace="Tallgrass", tier=Tier.SAME):
    return Link(employer, workplace, tier, 1.0, "same name")


def test_people_who_are_there_come_before_people_who_left():
    found = rank(
        [posting()],
        [workplace(1, relation="former", until="2025"), workplace(2)],
        [linked()],
        NOW,
    )
    assert [t.contact for t in found[0].targets] == ["Person 2", "Person 1"]
    assert found[0].targets[0].score > found[0].targets[1].score


def test_the_longer_ago_someone_left_the_fewer_points():
    people = [
        workplace(n, relation="former", until=until)
        for n, until in enumerate(("2026-01", "2022-06", "2012", None))
    ]
    scores = {t.contact: t.score for t in rank([posting()], people, [linked()], NOW)[0].targets}
    assert scores["Person 0"] > scores["Person 1"] > scores["Person 3"] > scores["Person 2"]


def test_a_likely_link_ranks_below_the_same_one():
    sure = rank([posting()], [workplace()], [linked()], NOW)[0].targets[0]
    likely = rank([posting()], [workplace()], [linked(tier=Tier.LIKELY)], NOW)[0].targets[0]
    assert likely.score < sure.score


def test_an_unsure_link_is_never_reported():
    assert rank([posting()], [workplace()], [linked(tier=Tier.UNSURE)], NOW) == []


def test_a_contact_appears_once_with_the_employment_that_counts_most():
    people = [workplace(1, relation="former", until="2020"), workplace(1, title="Director")]
    targets = rank([posting()], people, [linked()], NOW)[0].targets
    assert [(t.relation, t.title) for t in targets] == [("current", "Director")]


@pytest.mark.parametrize(
    ("relation", "expected"), [("current", ["Person 2"]), ("former", ["Person 1"])]
)
def test_only_the_relation_asked_for(relation, expected):
    people = [workplace(1, relation="former", until="2024"), workplace(2)]
    found = rank([posting()], people, [linked()], NOW, relation)
    assert [t.contact for t in found[0].targets] == expected


def test_spellings_of_one_employer_are_one_opening():
    found = rank(
        [posting("Tallgrass", 1), posting("Tallgrass, Inc.", 2), posting("Tallgrass", 3)],
        [workplace()],
        [linked("Tallgrass"), linked("Tallgrass, Inc.")],
        NOW,
    )
    assert [(o.employer, len(o.postings), len(o.targets)) for o in found] == [("Tallgrass", 3, 1)]


def owned(since="2020-06"):
    reason = "Tailspin is part of Tallgrass"
    return Link("Tallgrass", "Tailspin", Tier.LIKELY, 0.9, reason, Relation.PART_OF, since)


def test_a_subsidiary_counts_as_the_user_wishes():
    people = [workplace(employer="Tailspin")]
    score = {
        setting: [
            t.score
            for o in rank([posting()], people, [owned()], NOW, "both", setting)
            for t in o.targets
        ]
        for setting in ("same", "lower", "off")
    }
    assert score["off"] == []
    assert score["lower"][0] < score["same"][0]


@pytest.mark.parametrize(
    ("until", "since", "shown"),
    [
        ("2018", "2020-06", False),
        ("2020-05", "2020-06", False),
        ("2020", "2020-06", True),
        ("2021-01", "2020-06", True),
        (None, "2020-06", True),
        ("2018", "", True),
    ],
)
def test_who_left_before_the_sale_never_worked_for_the_buyer(until, since, shown):
    people = [workplace(employer="Tailspin", relation="former", until=until)]
    assert bool(rank([posting()], people, [owned(since)], NOW)) is shown


def test_the_order_of_the_input_does_not_matter():
    people = [workplace(n, relation=r) for n, r in enumerate(("current", "former") * 4)]
    one = rank([posting(number=n) for n in range(3)], people, [linked()], NOW)
    other = rank([posting(number=n) for n in range(3)], people[::-1], [linked()], NOW)
    assert [t.contact for t in one[0].targets] == [t.contact for t in other[0].targets]


def test_one_row_per_target_and_posting_ranked_by_target():
    openings = rank(
        [posting(number=1), posting(number=2)],
        [workplace(1), workplace(2, relation="former")],
        [linked()],
        NOW,
    )
    table = rows(openings)
    assert [r[0] for r in table] == [1, 1, 2, 2]
    assert all(len(r) == len(COLUMNS) for r in table)


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@x", "\t=1", " =1", "\u00a0=1", "a\n=1", "\r=1", "＝1"]
)
def test_no_cell_is_a_formula(text):
    for one in cell(text).split("\n"):
        assert not one.lstrip(" \u00a0").startswith(("=", "+", "-", "@", "\t", "＝"))


@given(st.text())
def test_whatever_the_text_no_line_of_its_cell_is_a_formula(text):
    guarded = cell(text)
    assert all(
        not one.lstrip(" \u00a0").startswith(("=", "+", "-", "@", "\t"))
        for one in guarded.split("\n")
    )


def test_ordinary_text_is_not_changed():
    for text in ("Zoë Müller", "a = b", "12", "O'Neil, Sam", ""):
        assert cell(text) == text


def test_line_ends_for_people_and_for_machines():
    table = [["1", "A, B"] + [""] * (len(COLUMNS) - 2)]
    assert render(table).count("\r\n") == 2
    assert "\r" not in render(table, plain=True)
    assert '"A, B"' in render(table)
