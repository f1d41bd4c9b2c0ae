"""The score: every part by its table, the worked example, and the three people for a posting."""

import tomllib
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.asks.errors import WordsError
from matcher.asks.limits import Stop
from matcher.employers.judge import Tier
from matcher.employers.link import Link
from matcher.targets import ties
from matcher.targets.functions import Functions, Work
from matcher.targets.points import Weights
from matcher.targets.portfolio import pick
from matcher.targets.rank import Known, rank
from matcher.targets.ties import Stint, overlap, tie
from store.network import Evidence, School, Workplace
from store.people import Rating
from store.postings import OpenPosting
from store.rows import OwnEducation, OwnPosition

NOW = datetime(2026, 11, 22, 8, 0)
TODAY = NOW.date()
SHIPPED = Path(__file__).parents[2] / "config/functions.toml"


@pytest.fixture(scope="module")
def functions():
    return Functions.of([("functions.toml", tomllib.loads(SHIPPED.read_text(encoding="utf-8")))])


def posting(title="Data Lead", days=3, number=1):
    return OpenPosting(
        *("lever", "tailspin", str(number), "Tailspin", title, [], None, "unknown"),
        *("https://x.example", NOW - timedelta(days=days), NOW),
    )


def workplace(contact=1, title="Head of Software", relation="current", **fields):
    values = {
        "contact_id": contact,
        "name": f"Person {contact}",
        "employer": "Tailspin",
        "title": title,
        "relation": relation,
        "since": None,
        "until": None,
        "until_after": None,
        "until_by": None,
        "confidence": "reported",
        "as_of": date(2026, 11, 1),
        "profile_url": None,
        "email": None,
        "connected_on": date(2017, 3, 14),
    }
    return Workplace(**(values | fields))


def ranked(people, postings=None, known=None, employer="Tailspin"):
    postings = postings or [posting()]
    links = [Link("Tailspin", employer, Tier.SAME, 1.0, "same name")]
    found = rank(postings, {"Tailspin": len(postings)}, people, links, NOW, known=known or Known())
    return found[0] if found else None


def test_the_worked_example(functions):
    shared = overlap(
        [Stint("Northwind", "2018-01", "2021-12")],
        [OwnPosition(1, "Northwind", None, None, "2018-02", "2021-06")],
        str.__eq__,
        TODAY,
    )
    messages = [
        Evidence("message", way, 9, None, datetime(2024, 5, 6), None)
        for way in ("sent", "received")
    ]
    known = Known(
        functions=functions,
        tie=lambda _: tie(None, shared, None, messages, None, TODAY),
        exchange=lambda _: ties.last_exchange(messages),
        silent_after=730,
    )
    dana = ranked([workplace()], known=known).targets[0]
    assert {p.name: round(p.points, 1) for p in dana.parts} == {
        "link": 30,
        "tie": 30,
        "function": 9,
        "level": 10,
        "fresh": 8,
        "timing": 5,
    }
    assert (dana.score, dana.silent_months) == (92, 31)
    evidence = {p.name: p.evidence for p in dana.parts}
    assert "seen 2026-11-01" in evidence["link"]
    assert "both at Northwind 2018–2021, at least 39 months" in evidence["tie"]
    assert "2024-05-06" in evidence["fresh"]


@pytest.mark.parametrize(
    ("theirs", "own", "months"),
    [
        (("2018", "2021"), ("2018", "2021"), 24),
        (("2018-03", None), ("2017", None), 104),
        (("2016", "2018"), ("2018", "2020"), None),
        (("2018", "2018"), ("2018", "2018"), None),
        ((None, "2020"), ("2018", "2020"), None),
    ],
)
def test_no_overlap_is_claimed_that_need_not_have_been(theirs, own, months):
    stint = Stint("Northwind", *theirs, is_current=theirs[1] is None)
    mine = OwnPosition(1, "Northwind", None, None, *own)
    found = overlap([stint], [mine], str.__eq__, TODAY)
    assert (found and found.months) == months


def test_the_strongest_evidence_counts_and_the_users_word_before_all():
    rows = [
        Evidence("endorsement", "received", 30, None, datetime(2020, 1, 1), None),
        Evidence("recommendation", "given", 1, None, datetime(2019, 1, 1), None),
    ]
    assert tie(None, None, None, [], None, TODAY).strength == 0.25
    assert tie(None, None, None, rows[:1], None, TODAY).strength == 0.35
    assert tie(None, None, None, rows, None, TODAY).strength == 0.8
    assert tie(None, None, ("Wexcombe", "2010"), [], None, TODAY).strength == 0.4
    assert tie(None, None, None, [], date(2026, 1, 1), TODAY).strength == 0.8
    rated = tie(Rating(1, 1, TODAY), None, None, rows, None, TODAY)
    assert rated.strength == 0.25 and "your rating" in rated.evidence


def test_messages_count_only_both_ways():
    sent = Evidence("message", "sent", 5, None, datetime(2026, 10, 1), None)
    back = replace_last(sent, "received", datetime(2023, 1, 1))
    assert tie(None, None, None, [sent], None, TODAY).strength == 0.25
    assert tie(None, None, None, [sent, back], None, TODAY).strength == 0.7
    old = replace_last(sent, "sent", datetime(2022, 1, 1))
    assert tie(None, None, None, [old, back], None, TODAY).strength == 0.55


def replace_last(one, direction, last):
    return one._replace(direction=direction, last_at=last)


def test_one_school_at_one_time():
    school, own = (
        School("Wexcombe", "2008", "2011"),
        OwnEducation(1, "Wexcombe", None, "2010", None),
    )
    assert ties.schooled([school], [own], str.__eq__) == ("Wexcombe", "2010")
    assert ties.schooled([school], [own._replace(start="2014")], str.__eq__) is None


@pytest.mark.parametrize(
    ("title", "family", "level"),
    [
        ("Senior Data Engineer", "data", 3),
        ("Head of Data", "data", 5),
        ("Technical Recruiter", "people", 2),
        ("Product Manager, Data Platform", "product", 2),
        ("Softwareentwicklerin (m/w/d)", "software", 2),
        ("Leiter Vertrieb", "sales", 4),
        ("Werkstudent Marketing", "marketing", 0),
        ("Geschäftsführerin", "leadership", 7),
        ("Pflegefachkraft", "healthcare", 2),
        ("Directeur d'exploitation", None, None),
        ("", None, None),
        (None, None, None),
    ],
)
def test_families_and_levels_in_two_languages(functions, title, family, level):
    assert functions.work(title) == Work(family, level)


@given(st.text(max_size=80))
def test_any_title_has_a_family_there_is_or_none(title):
    functions = Functions.of([("f", tomllib.loads(SHIPPED.read_text(encoding="utf-8")))])
    work = functions.work(title)
    assert work.family is None or work.family in functions.near
    assert work.level is None or 0 <= work.level <= 7


def test_function_and_level_by_the_table(functions):
    assert [functions.fit(*pair)[0] for pair in (
        ("data", "data"), ("software", "data"), ("people", "data"), (None, "data"),
        ("healthcare", "sales"),
    )] == [1.0, 0.6, 0.7, 0.4, 0.3]  # fmt: skip
    assert [functions.standing(*pair)[0] for pair in (
        (3, 3), (5, 3), (6, 3), (2, 3), (None, 3),
    )] == [1.0, 1.0, 0.7, 0.5, 0.6]  # fmt: skip


def test_the_users_words_come_over_the_shipped_ones():
    own = {"families": {"sales": {"en": ["data wrangler"]}, "circus": {"en": ["clown"]}}}
    shipped = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))
    functions = Functions.of([("functions.toml", shipped), ("mine", own)])
    assert functions.work("Data Wrangler").family == "sales"
    assert functions.work("Head Clown").family == "circus"
    for wrong in ({"families": {"sales": {"en": "x"}}}, {"levels": {"high": {}}}, {"families": []}):
        with pytest.raises(WordsError, match="mine"):
            Functions.of([("mine", wrong)])
    with pytest.raises(WordsError, match="near names no family"):
        Functions.of([("mine", {"families": {"a": {"near": ["b"]}}})])


def test_confidence_of_names_and_of_workplaces():
    exact = ranked([workplace()]).targets[0]
    dressed = ranked([workplace(employer="Tailspin, Inc.")], employer="Tailspin, Inc.").targets[0]
    inferred = ranked([workplace(confidence="inferred")]).targets[0]
    assert (exact.confidence, dressed.confidence, inferred.confidence) == (1.0, 0.95, 0.7)


def test_who_was_named_counts_as_named_not_as_seen():
    named = ranked([workplace(source="people named to you")], known=Known(named_by={1: "Dana"}))
    part = named.targets[0].parts[0]
    assert (part.value, part.evidence) == (0.6, "named by Dana")
    assert named.targets[0].named_by == "Dana"


def test_weights_are_the_users():
    only_timing = Weights(link=0, tie=0, function=0, level=0, fresh=0, timing=100)
    assert ranked([workplace()], known=Known(weights=only_timing)).targets[0].score == 100


def test_the_score_is_that_for_the_posting_they_suit_best(functions):
    postings = [posting("Nurse", days=1, number=1), posting("Software Engineer", days=5, number=2)]
    target = ranked([workplace(title="Software Engineer")], postings, Known(functions=functions))
    assert target.targets[0].about == "Software Engineer"


def test_who_may_not_be_asked_comes_last_and_is_no_pick():
    known = Known(stop=lambda c, _: Stop("open ask", "ask 1 is sent") if c == 1 else None)
    opening = ranked([workplace(1), workplace(2, relation="former", until="2015")], known=known)
    assert [t.contact_id for t in opening.targets] == [2, 1]
    assert [p.target.contact_id for p in opening.portfolio(posting())] == [2]


def test_three_people_for_a_posting():
    target = ranked([workplace()]).targets[0]
    close = replace(target, contact_id=1, tie=0.8, circle="Northwind")
    middling = replace(target, contact_id=2, tie=0.55, circle="Wexcombe")
    same = replace(target, contact_id=3, tie=0.55, circle="Northwind")
    left = replace(target, contact_id=4, tie=0.25, relation="former")
    found = pick([(90, close), (70, same), (60, middling), (50, left)])
    assert [(p.role, p.target.contact_id) for p in found] == [
        ("best", 1),
        ("another circle", 2),
        ("former employee", 4),
    ]
    assert pick([]) == ()
