"""Long lists: SQL takes names apart as Python does; shares, processes, indexes change nothing."""

import gc
import multiprocessing
import os
import re
import subprocess
import sys
from collections import Counter
from itertools import product
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bench.lists import lists
from matcher.employers import candidates as finding
from matcher.employers import names as naming
from matcher.employers import normalise as normalising
from matcher.employers import processes as processing
from matcher.employers.align import LEAST_ALIKE, spelling
from matcher.employers.batch import Share, link_in_shares
from matcher.employers.engine import engine, fill, memory
from matcher.employers.errors import TooLarge, WorkerError
from matcher.employers.index import Index
from matcher.employers.knowledge import Fact, Kind, Knowledge
from matcher.employers.lexicon import legal_forms, words
from matcher.employers.link import link
from matcher.employers.names import take_apart
from matcher.employers.nonemployers import Combination, NonEmployers
from matcher.employers.normalise import key, normalise
from matcher.employers.sieve import TOLD, condition, lets_through
from matcher.employers.slips import misspellings
from matcher.employers.tally import TELLING, Tally

ROOT = Path(__file__).resolve().parents[2]
KNOWLEDGE = Knowledge(
    (
        Fact("Fabrikam", "Contoso Old", Kind.RENAME, "2019"),
        Fact("Fabrikam", "Northwind", Kind.SUBSIDIARY, "2020-05"),
    ),
    (("Tailspin Toys", "Tailspin Motors"),),
    NonEmployers(
        frozenset({"freelance", "stealth", "zyxoinc", "quarremote"}),
        (Combination(frozenset({"stealth", "inthe"}), frozenset({"mode", "startup", "x"})),),
    ),
)

# Every word that normalise's own patterns, the lexicon and the legal forms know, and some it does
# not; so a new word there is tried here without anybody thinking of it.
_PATTERNS = [
    pattern.pattern for pattern in vars(normalising).values() if isinstance(pattern, re.Pattern)
]
_KNOWN = sorted(
    {word for pattern in _PATTERNS for word in re.findall(r"[a-z]{1,12}", pattern.lower())}
    | {"internship", "contractor", "freelancer", "formerly", "portfolio", "consultancy"}
    | {word for texts in words().listed.values() for word in texts}
    | {word for form in legal_forms().by_words for word in form}
    | set(words().abbreviations)
    | {word for word, kind in words().kind.items() if kind in ("place", "generic")}
)
_COINED = ["zyxo", "Zyxo", "ZYXO", "qua", "x", "3m", "42", "ZyxoLabs", "zyxohealthcareers", "o'qua"]
_GAPS = [" ", "  ", ", ", " - ", "-", " & ", "&", "'", ". ", ".", " (", ") ", "/", " | ", ""]
_NAMES = st.lists(
    st.tuples(
        st.one_of(st.sampled_from(_COINED), st.sampled_from(_KNOWN)),
        st.one_of(st.just(" "), st.sampled_from(_GAPS)),
        st.sampled_from([str, str.title, str.upper]),
    ),
    min_size=1,
    max_size=6,
).map(lambda parts: "".join(case(word) + gap for word, gap, case in parts))


def taken_apart(names):
    """Every name as a long list takes it apart, but for its words; None for one of no employer."""
    db = engine(KNOWLEDGE)
    [list_] = take_apart(db, KNOWLEDGE, names=names)
    rows = db.execute("SELECT id, text, signature FROM names_name JOIN names_form USING (form)")
    found = {row[0]: list_.normalised(*row)._replace(words=()) for row in rows.fetchall()}
    return {name: found.get(at) for at, name in enumerate(list_.raw)}


def one_by_one(name):
    found = normalise(name)
    return None if KNOWLEDGE.non_employers.covers(found) else found._replace(words=())


@pytest.fixture
def no_list_is_short(monkeypatch):
    monkeypatch.setattr(naming, "_FEW", 0)


@pytest.fixture
def taken_by_sql(monkeypatch, no_list_is_short):
    """The names that were not left to normalise."""
    left = []
    there = naming._taken_apart

    def watched(knowledge, names):
        left.extend(names)
        return there(knowledge, names)

    monkeypatch.setattr(naming, "_taken_apart", watched)
    return lambda names: set(names) - set(left)


_ODD = """\
Zyxo, Inc.|Zyxo (Germany)|Zyxo - Remote|ex-Zyxo|Zyxo S.p.A.|Blue Zyxo, a Qua company|zyxo.com
Zyxo (part of Qua)|zyxo.biz |Zyxo.com Labs|The Zyxo Company, LLC|A&B Zyxo| |Zyxo Pty Ltd|Zyxo B.V.
Zyxo Inc. Inc|Zyxo Inc|Quar (Remote)|stealth mode|In The X Startup|Zyxo & Qua|Zyxo , Qua|Pty Ltd
\N{KELVIN SIGN}yxo|zyxo\u0130|Zyxo-Qua|O'Zyxo|a b zyxo|zyxo a b|U.S. Zyxo|U.S.Zyxo|Zyxo U.K. S.A.
Zyxo (|Zyxo ()|(Zyxo)|Zyxo - |- Zyxo|Zyxo (a) (b)|Zyxo (via Qua)|Zyxo and|and|the|Zyxo, AB
""".replace("\n", "|").split("|")


def test_names_are_taken_apart_in_sql_as_one_by_one(no_list_is_short):
    patterns = ["{} Zyxo", "Zyxo {}", "Zyxo {} Qua", "{}", "Zyxo, {}", "Zyxo ({})", "Zyxo - {}"]
    patterns += ["{} Zyxo Inc.", "Zyxo{}", "Zyxo {}, Inc", "Zyxo {} LLC", "The {} Co", "Zyxo-{}"]
    names = {pattern.format(word) for word, pattern in product(_KNOWN, patterns)}
    names |= {name.title() for name in names} | set(_ODD)
    for name, found in taken_apart(names).items():
        assert found == one_by_one(name)


@settings(max_examples=60)
@given(st.lists(_NAMES, min_size=1, max_size=60))
def test_made_up_names_are_taken_apart_in_sql_as_one_by_one(names):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(naming, "_FEW", 0)
        for name, found in taken_apart(names).items():
            assert found == one_by_one(name)


@settings(max_examples=60)
@given(st.lists(st.text(max_size=80), min_size=1, max_size=60))
@example(["half a pair \ud800", "\0", "a\nb"])
def test_any_text_is_taken_apart_alike(names):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(naming, "_FEW", 0)
        for name, found in taken_apart(names).items():
            assert found == one_by_one(name)


def test_most_names_of_a_list_are_taken_apart_in_sql(taken_by_sql):
    names = lists(300, 3000).workplaces
    taken_apart(names)
    assert len(taken_by_sql(names)) > 0.75 * len(names)


MADE = lists(120, 1200, seed=7)
PAIRS = (
    ["Fabrikam", "Contoso Old", "Tailspin Toys", "Freelance", *MADE.employers],
    ["Fabrikam GmbH", "Northwind", "Tailspin Motors", "Stealth", *MADE.workplaces],
)


@pytest.mark.parametrize("shares", [2, 4, 7])
@pytest.mark.parametrize("swapped", [False, True])
def test_shares_give_exactly_the_links_of_the_whole(shares, swapped):
    ones, others = reversed(PAIRS) if swapped else PAIRS
    whole = link(ones, others, KNOWLEDGE)
    assert len(whole) > 300
    assert link_in_shares(ones, others, KNOWLEDGE, shares=shares) == whole


def test_verdicts_reach_every_share():
    ones, others = PAIRS
    wrong = link(ones, others, KNOWLEDGE)[0]
    verdicts = {
        (key(wrong.employer), key(wrong.workplace)): False,
        (key(ones[4]), key("Northwind")): True,
    }
    assert link_in_shares(ones, others, KNOWLEDGE, verdicts, shares=3) == link(
        ones, others, KNOWLEDGE, verdicts
    )


@pytest.fixture(params=["fork", "spawn"])
def started_by(request, monkeypatch):
    if request.param not in multiprocessing.get_all_start_methods():
        pytest.skip(f"this system has no {request.param}")
    context = multiprocessing.get_context(request.param)
    monkeypatch.setattr(processing, "_context", lambda: context)
    return request.param


def test_processes_give_exactly_the_links_of_one(started_by):
    ones, others = PAIRS
    verdicts = {(key(ones[4]), key("Northwind")): True}
    assert link(ones, others, KNOWLEDGE, verdicts, processes=2) == link(
        ones, others, KNOWLEDGE, verdicts
    )
    assert gc.isenabled()
    assert multiprocessing.active_children() == []


def test_processes_are_left_alone_below_the_size_that_is_worth_them(monkeypatch):
    started = []

    def watched(ones, others, knowledge, verdicts, number):
        started.append(number)
        return []

    monkeypatch.setattr("matcher.employers.link.link_in_processes", watched)
    monkeypatch.setattr("matcher.employers.link.processors", lambda: 3)
    assert link(["Contoso"], ["Contoso Inc"], KNOWLEDGE)
    assert not started
    monkeypatch.setattr("matcher.employers.link.LARGE", 10)
    assert link(*PAIRS, KNOWLEDGE) == []
    assert started == [3]


def test_a_process_forks_only_while_it_has_one_thread():
    told = "import sys; from matcher.employers.processes import _context; "
    told += "print(_context().get_start_method()); import duckdb; db = duckdb.connect(); "
    told += "print(_context().get_start_method())"
    run = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, cwd=ROOT)
    alone = "fork" if sys.platform == "linux" else "spawn"
    assert run.stdout.split() == [alone, "spawn"], run.stderr


def test_a_process_that_dies_is_an_error_with_a_reason(started_by, monkeypatch):
    # What cannot be unpickled where it arrives ends a spawned process before it has said a thing.
    ones, others = PAIRS
    poison = _Poison(KNOWLEDGE.facts, KNOWLEDGE.distinct, KNOWLEDGE.non_employers)
    here, forms = os.getpid(), Share.forms
    monkeypatch.setattr(Share, "forms", lambda s: forms(s) if os.getpid() == here else os._exit(9))
    with pytest.raises(WorkerError, match="ended early"):
        link(ones, others, poison, processes=2)
    assert multiprocessing.active_children() == []


def test_what_goes_wrong_in_a_process_is_raised_in_the_one_that_asked(monkeypatch):
    context = multiprocessing.get_context("spawn")
    monkeypatch.setattr(processing, "_context", lambda: context)
    ones, others = PAIRS
    with pytest.raises(TooLarge, match="in a process of its own"):
        link(ones, others, _Heavy(KNOWLEDGE.facts), processes=2)


def test_lists_that_do_not_fit_into_memory_are_an_error_and_not_on_disk(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    db = engine(KNOWLEDGE)
    db.execute("SET memory_limit = '20MB'")
    try:
        with pytest.raises(TooLarge, match="memory"), memory():
            fill(db, "long(text VARCHAR)", [f"workplace number {n}" * 9 for n in range(300_000)])
        assert not list(tmp_path.iterdir())
    finally:
        db.execute("RESET memory_limit")


class _Poison(Knowledge):
    def __reduce__(self):
        return (int, ("not a number",))


class _Heavy(Knowledge):
    """Fits into memory where it was made, and nowhere else."""

    def __getstate__(self):
        return {**self.__dict__, "elsewhere": True}

    @property
    def keys(self):
        if "elsewhere" in self.__dict__:
            raise TooLarge("in a process of its own")
        return frozenset()


@pytest.mark.parametrize("shares", [1, 2, 5])
def test_words_are_counted_once_a_key_whatever_the_shares(shares):
    ones, others = PAIRS
    fullest = {}
    for name in (*ones, *others):
        found = normalise(name)
        if not KNOWLEDGE.non_employers.covers(found):
            known = fullest.setdefault(found.key, found.tokens)
            fullest[found.key] = min(known, found.tokens, key=lambda t: (-len(t), " ".join(t)))
    counts = Counter(word for tokens in fullest.values() for word in set(tokens))
    parts = [
        Share(ones, part, n, False, KNOWLEDGE, shares=shares)
        for n, part in enumerate(others[n::shares] for n in range(shares))
    ]
    texts = [part.forms() for part in parts]
    total = Tally.total(part.tally([text[part.number] for text in texts]) for part in parts)
    assert total.keys == len(fullest)
    assert total.words == {word: n for word, n in counts.items() if n >= TELLING}
    assert total.words


def test_an_index_answers_as_link_does_and_again():
    ones, others = PAIRS
    index = Index(others, KNOWLEDGE)
    assert index.link(ones) == link(ones, others, KNOWLEDGE)
    assert index.link(ones[:7]) == link(ones[:7], others, KNOWLEDGE)
    assert index.link(["Fabrikam"], {("fabrikam", "northwind"): False}) == link(
        ["Fabrikam"], others, KNOWLEDGE, {("fabrikam", "northwind"): False}
    )
    assert index.link([]) == []


def test_an_index_is_the_same_after_many_questions():
    ones, others = PAIRS
    index = Index(others, KNOWLEDGE)
    for name in ones[:10]:
        assert index.link([name]) == link([name], others, KNOWLEDGE)


def test_the_sieve_says_the_same_in_sql_and_in_python(monkeypatch):
    ones, others = PAIRS
    in_python = link(ones, others, KNOWLEDGE)
    monkeypatch.setattr(finding, "_FEW", 0)
    assert link(ones, others, KNOWLEDGE) == in_python
    db = engine(KNOWLEDGE)
    told = [(n % 7 / 3, n % 5 / 3, n % 11 / 3, n % 13 / 12, n % 17 + 1, n % 29 + 1)
            for n in range(9000)]  # fmt: skip
    fill(db, f"told({', '.join(f'{name} DOUBLE' for name in TOLD)})", *zip(*told, strict=True))
    through = db.execute(f"SELECT {', '.join(TOLD)} FROM told WHERE {condition()}").fetchall()
    assert through == [row for row in told if lets_through(row)]
    assert 0 < len(through) < len(told)


_WORDS = st.lists(st.text("abcdé1", min_size=1, max_size=9), min_size=1, max_size=30)


@settings(max_examples=40)
@given(_WORDS, _WORDS)
@example(["stripe"], ["stirpe", "strpe", "stripee", "stribe", "stripes"])
def test_every_slip_between_two_lists_is_found(ones, others):
    db = engine(KNOWLEDGE)
    mine, theirs = take_apart(db, KNOWLEDGE, mine=ones, theirs=others)
    misspellings(mine, theirs)
    found = {(a, b): alike for a, b, alike in db.execute("FROM slip").fetchall()}
    apart = (
        (word for name in names for word in normalise(name).tokens) for names in (ones, others)
    )
    for one, other in product(*map(set, apart)):
        alike = spelling(min(one, other), max(one, other))
        if one != other and alike >= LEAST_ALIKE and not one.isdigit():
            assert found[one, other] == pytest.approx(alike)


def test_planted_truth_is_found():
    made = lists(400, 4000, seed=3)
    found = {
        (hit.employer, hit.workplace) for hit in link(made.employers, made.workplaces, KNOWLEDGE)
    }
    assert len(found & made.truth) / len(made.truth) >= 0.965


def test_made_lists_are_the_same_for_the_same_seed():
    assert lists(50, 200, seed=5) == lists(50, 200, seed=5)
    assert lists(50, 200, seed=5) != lists(50, 200, seed=6)
    made = lists(50, 200, seed=5)
    assert len(set(made.employers)) == 50
    assert len(set(made.workplaces)) == 200
