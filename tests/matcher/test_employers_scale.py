"""Long lists: the short way is the long way, shares and processes change nothing, indexes agree."""

import gc
import re
from itertools import product

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bench.lists import lists
from matcher.employers import batch
from matcher.employers import normalise as normalising
from matcher.employers.batch import Tally, link_in_processes, link_in_shares
from matcher.employers.errors import WorkerError
from matcher.employers.index import Index
from matcher.employers.knowledge import Fact, Kind, Knowledge
from matcher.employers.lexicon import common, legal_forms, words
from matcher.employers.link import link
from matcher.employers.names import Names, statistics
from matcher.employers.nonemployers import NonEmployers
from matcher.employers.normalise import key, normalise
from matcher.employers.quick import quick
from matcher.employers.slips import Gaps, misspellings

KNOWLEDGE = Knowledge(
    (
        Fact("Fabrikam", "Contoso Old", Kind.RENAME, "2019"),
        Fact("Fabrikam", "Northwind", Kind.SUBSIDIARY, "2020-05"),
    ),
    (("Tailspin Toys", "Tailspin Motors"),),
    NonEmployers(frozenset({"freelance", "stealth"})),
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


@settings(max_examples=1500)
@given(_NAMES)
@example("Zyxo, Inc.")
@example("Zyxo (Germany)")
@example("Zyxo - Remote")
@example("ex-Zyxo")
@example("Zyxo S.p.A.")
@example("Blue Zyxo, a Qua company")
@example("Zyxo (part of Qua)")
@example("zyxo.com")
@example("zyxo.biz ")
@example("Zyxo.com Labs")
@example("The Zyxo Company, LLC")
@example("A&B Zyxo")
@example(" ")
@example("")
def test_the_short_way_through_normalise_is_the_long_way(name):
    assert quick(name) == normalise(name)


@given(st.text(max_size=80))
def test_any_text_is_taken_apart_alike(text):
    assert quick(text) == normalise(text)


def test_every_known_word_is_taken_apart_alike_wherever_it_stands():
    patterns = ["{} Zyxo", "Zyxo {}", "Zyxo {} Qua", "{}", "Zyxo, {}", "Zyxo ({})", "Zyxo - {}"]
    patterns += ["{} Zyxo Inc.", "Zyxo{}", "Zyxo {}, Inc", "Zyxo {} LLC", "The {} Co", "Zyxo-{}"]
    for word, pattern in product(_KNOWN, patterns):
        name = pattern.format(word)
        assert quick(name) == normalise(name)
        assert quick(name.title()) == normalise(name.title())


def test_most_names_of_a_list_go_the_short_way(monkeypatch):
    long_way = []

    class Counted:
        __call__ = staticmethod(normalise)

        @staticmethod
        def __wrapped__(name):
            long_way.append(name)
            return normalise.__wrapped__(name)

    monkeypatch.setattr("matcher.employers.quick.normalise", Counted())
    names = lists(300, 3000).workplaces
    for name in names:
        quick(name)
    assert len(long_way) < len(names) / 5


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


def test_processes_give_exactly_the_links_of_one():
    ones, others = PAIRS
    assert link_in_processes(ones, others, KNOWLEDGE, processes=2) == link(ones, others, KNOWLEDGE)
    assert gc.isenabled()


def test_processes_are_left_alone_below_the_size_that_is_worth_them(monkeypatch):
    def no_process(*_args, **_more):
        raise AssertionError("a process for a short list")

    monkeypatch.setattr(batch, "link_in_processes", no_process)
    assert link(["Contoso"], ["Contoso Inc"], KNOWLEDGE)


def test_long_lists_go_to_processes(monkeypatch):
    monkeypatch.setattr(batch, "LARGE", 10)
    monkeypatch.setattr(batch, "link_in_processes", lambda *_args, **_more: ["theirs"])
    assert link(*PAIRS, KNOWLEDGE) == ["theirs"]


def test_a_process_that_dies_is_an_error_with_a_reason():
    # What cannot be unpickled where it arrives ends the worker before it has said a thing.
    ones, others = PAIRS
    with pytest.raises(WorkerError, match="ended early"):
        link_in_processes(ones, others, _Poison(), processes=2)


class _Poison(Knowledge):
    def __reduce__(self):
        return (int, ("not a number",))


@pytest.mark.parametrize("shares", [1, 2, 5])
def test_words_are_counted_once_a_key_whatever_the_shares(shares):
    ones, others = PAIRS
    whole = statistics(Names(ones, KNOWLEDGE), Names(others, KNOWLEDGE))
    parts = [
        batch.Share(ones, part, KNOWLEDGE, number=n, shares=shares, employers_sliced=False)
        for n, part in enumerate(others[n::shares] for n in range(shares))
    ]
    texts = [part.forms() for part in parts]
    total = Tally.total(part.tally([text[part.number] for text in texts]) for part in parts)
    assert any(n >= 3 for n in total.words.values())
    for word in total.words:
        assert whole.count.get(word, 0) == total.words[word]
    every = {word for names in PAIRS for form in Names(names, KNOWLEDGE).forms for word in form}
    for word in every - set(total.words):
        assert whole.count.get(word, 0) < 3 and word not in common()


def test_an_index_answers_as_link_does_and_again():
    ones, others = PAIRS
    index = Index(others, KNOWLEDGE)
    assert index.link(ones) == link(ones, others, KNOWLEDGE)
    assert index.link(ones[:7]) == link(ones[:7], others, KNOWLEDGE)
    assert index.link(["Fabrikam"], {("fabrikam", "northwind"): False}) == link(
        ["Fabrikam"], others, KNOWLEDGE, {("fabrikam", "northwind"): False}
    )
    assert index.link([]) == []


_WORDS = st.lists(st.text("abcdé1", min_size=1, max_size=9), max_size=30)


@given(_WORDS, _WORDS)
@example(["stripe"], ["stirpe", "strpe", "stripee", "stribe", "stripes"])
def test_slips_are_found_alike_by_either_way(ones, others):
    assert Gaps(others).misspellings(ones) == misspellings(ones, others)
    assert misspellings(ones, others) == misspellings(others, ones)


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
