"""Which names are one employer: the labelled pairs, and what holds for any names."""

import csv
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from matcher.employers.knowledge import Fact, Kind, Knowledge
from matcher.employers.link import Link, Tier, link
from matcher.employers.load import load_knowledge
from matcher.employers.normalise import key
from matcher.employers.pairs import score_pairs

ROOT = Path(__file__).resolve().parents[2]
KNOWLEDGE = load_knowledge(ROOT / "config" / "employers")
PAIRS = list(
    csv.DictReader(
        (ROOT / "tests" / "fixtures" / "employers" / "pairs.csv")
        .read_text(encoding="utf-8")
        .splitlines()
    )
)
ALLOWED = {
    "same": {"same"},
    "likely": {"likely"},
    "unsure": {"unsure"},
    "not-same": {"unsure", "different"},
    "different": {"different"},
}


def tier_of(a: str, b: str) -> str:
    found = link([a], [b], KNOWLEDGE)
    return found[0].tier.value if found else "different"


@pytest.mark.parametrize("pair", PAIRS, ids=lambda p: f"{p['category']}: {p['a']} | {p['b']}")
def test_labelled_pair(pair):
    both = [(pair["a"], pair["b"]), (pair["b"], pair["a"])]
    for scored in score_pairs(both, KNOWLEDGE):
        assert scored.tier in ALLOWED[pair["expected"]]


def test_labelled_pairs_are_enough_to_be_a_gate():
    counts = Counter(pair["expected"] for pair in PAIRS)
    assert len(PAIRS) >= 150
    assert min(counts["same"], counts["likely"], counts["different"]) >= 30


def test_labelled_names_as_one_list_join_nothing_that_the_pairs_keep_apart():
    found = {
        (hit.employer, hit.workplace)
        for hit in link([p["a"] for p in PAIRS], [p["b"] for p in PAIRS], KNOWLEDGE)
        if hit.tier is not Tier.UNSURE
    }
    apart = {(p["a"], p["b"]) for p in PAIRS if p["expected"] in ("different", "not-same")}
    assert not found & apart


@pytest.mark.parametrize(
    ("employer", "workplace", "reason"),
    [
        ("Stripe", "Stripe, Inc.", 'same name; legal form "Inc." ignored'),
        ("Google", "Google (via Adecco)", 'same name; "via Adecco" ignored'),
        ("Meta", "Facebook", "Facebook renamed Meta in 2021-10 (aliases.toml)"),
        ("Google", "YouTube", "YouTube is part of Google since 2006 (aliases.toml)"),
        ("Anthropic", "Anthropc", 'spelling: "anthropic" ~ "anthropc"'),
        (
            "Tailspin Aerospace",
            "Tailspin",
            'shares the rare word "tailspin"; "aerospace" left over',
        ),
        ("PwC", "PricewaterhouseCoopers", "PwC is short for PricewaterhouseCoopers (aliases.toml)"),
    ],
)
def test_reason_is_what_a_person_would_say(employer, workplace, reason):
    assert link([employer], [workplace], KNOWLEDGE)[0].reason == reason


def test_verdict_wins_in_either_direction_and_for_every_spelling():
    names = ["Siemens AG"], ["Siemens Energy"]
    assert link(*names, KNOWLEDGE) == []
    for pair in [("siemens", "siemensenergy"), ("siemensenergy", "siemens")]:
        assert link(*names, KNOWLEDGE, {pair: True}) == [
            Link("Siemens AG", "Siemens Energy", Tier.SAME, 1.0, "you said so")
        ]
    assert link(["Stripe, Inc."], ["Stripe"], KNOWLEDGE, {("stripe", "stripe"): False}) == []
    assert link(["Meta"], ["Facebook"], KNOWLEDGE, {("facebook", "meta"): False}) == []


def test_verdict_does_not_bring_a_non_employer_in():
    assert link(["Freelance"], ["Freelance"], KNOWLEDGE, {("freelance", "freelance"): True}) == []


def test_verdict_true_does_not_spread_to_other_names():
    found = link(["Loop"], ["Loopio", "Looper"], KNOWLEDGE, {(key("Loop"), key("Loopio")): True})
    assert [hit.workplace for hit in found if hit.tier is Tier.SAME] == ["Loopio"]


def test_unsure_when_two_employers_share_a_name_and_the_form_does_not_tell():
    found = link(["Merck"], ["Merck KGaA", "Merck & Co., Inc."], KNOWLEDGE)
    assert {hit.tier for hit in found} == {Tier.UNSURE}
    assert "Merck & Co. and Merck KGaA" in found[0].reason


def test_part_of_an_employer_with_a_shared_name_is_for_a_person_to_decide():
    found = link(["Merck & Co."], ["MilliporeSigma"], KNOWLEDGE)
    assert [hit.tier for hit in found] == [Tier.UNSURE]


def test_facts_of_the_user_join_names():
    mine = Knowledge(facts=(Fact("Quillfeather", "Tamberlane", Kind.RENAME, "2024-05"),))
    names = ["Quillfeather Ltd"], ["Tamberlane"]
    assert link(*names, KNOWLEDGE) == []
    (found,) = link(*names, KNOWLEDGE | mine)
    assert (found.tier, found.reason) == (
        Tier.SAME,
        "Tamberlane renamed Quillfeather in 2024-05 (alias table)",
    )


def test_a_list_links_every_spelling_once_and_the_surest_first():
    found = link(
        ["Stripe", "Halvorsen Marine AS", "Stripe"],
        ["Stripe, Inc.", "stripe.com", "Halversen Marine", "Freelance", ""],
        KNOWLEDGE,
    )
    assert [(hit.employer, hit.workplace, hit.tier.value) for hit in found] == [
        ("Stripe", "Stripe, Inc.", "same"),
        ("Stripe", "stripe.com", "same"),
        ("Halvorsen Marine AS", "Halversen Marine", "likely"),
    ]
    assert all(0 <= hit.score <= 1 for hit in found)


def test_reasons_carry_no_control_characters():
    (found,) = link(["Quillfeather (via \x07\x1b]0;x\x9b31mAdecco)"], ["Quillfeather"], KNOWLEDGE)
    assert found.tier is Tier.SAME
    assert found.reason.isprintable()
    (found,) = link(["Quillfeather\x1b[2J\u202e (formerly Bram)"], ["Bram"], KNOWLEDGE)
    assert found.reason.isprintable()


def test_empty_lists_join_nothing():
    assert link([], ["Stripe"], KNOWLEDGE) == link(["Stripe"], [], KNOWLEDGE) == []


POOL = sorted({pair[side] for pair in PAIRS for side in "ab"})
names = st.one_of(st.sampled_from(POOL), st.text(max_size=40))
some_names = st.lists(names, max_size=12)


@given(some_names, some_names, st.randoms(use_true_random=False))
@settings(max_examples=25)
def test_order_and_repetition_change_nothing(ones, others, random):
    expected = link(ones, others, KNOWLEDGE)
    shuffled, others_shuffled = [*ones, *ones], [*others]
    random.shuffle(shuffled)
    random.shuffle(others_shuffled)
    assert link(shuffled, others_shuffled, KNOWLEDGE) == expected


@given(some_names, some_names)
@settings(max_examples=25)
def test_both_directions_find_the_same_links(ones, others):
    def pairs(found, *, turned=False):
        return sorted(
            (hit.workplace, hit.employer, hit.tier, hit.score)
            if turned
            else (hit.employer, hit.workplace, hit.tier, hit.score)
            for hit in found
        )

    assert pairs(link(ones, others, KNOWLEDGE)) == pairs(link(others, ones, KNOWLEDGE), turned=True)


@given(some_names, some_names, names, names)
@settings(max_examples=25)
def test_another_name_never_changes_a_same_link(ones, others, more, more_still):
    def same(found):
        return {(hit.employer, hit.workplace, hit.reason) for hit in found if hit.tier is Tier.SAME}

    before = same(link(ones, others, KNOWLEDGE))
    after = same(link([*ones, more], [*others, more_still], KNOWLEDGE))
    assert before <= after
    assert all(more in pair or more_still in pair for pair in after - before)


@given(st.text(max_size=400), st.text(max_size=400))
@example("\ud800", "\udfff")
@example("(" * 400, "[{(" * 100)
@example("a.b." * 100, "- " * 200)
@settings(max_examples=50)
def test_no_text_makes_it_fail(one, other):
    for hit in link([one, other], [other, one], KNOWLEDGE):
        assert hit.tier in Tier
        assert hit.reason.isprintable()


def test_development_pairs_hold_their_floors():
    file = ROOT.parent / "shared" / "data" / "matching" / "pairs_dev.csv"
    if not file.is_file():
        pytest.skip("the development pairs are not beside this checkout")
    outcomes: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    scores = score_pairs([(row["a"], row["b"]) for row in rows], KNOWLEDGE)
    for row, scored in zip(rows, scores, strict=True):
        outcomes[row["same"]][row["category"], scored.tier.value] += 1

    def total(label: str, *tiers: str) -> int:
        return sum(n for (_, tier), n in outcomes[label].items() if tier in tiers)

    same, wrongly_same = total("1", "same"), total("0", "same")
    accepted, wrongly = total("1", "same", "likely"), total("0", "same", "likely")
    assert same / (same + wrongly_same) >= 0.99
    assert accepted / (accepted + wrongly) >= 0.98
    assert wrongly / sum(outcomes["0"].values()) <= 0.01
    assert accepted / sum(outcomes["1"].values()) >= 0.5
    assert not any(
        n
        for (category, tier), n in outcomes["0"].items()
        if category == "neg_non_employer" and tier != "different"
    )
