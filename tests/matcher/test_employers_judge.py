"""What two names are to each other: hard cases, relations, reasons; and the trees behind them."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.employers.align import align
from matcher.employers.compare import compare
from matcher.employers.features import FEATURES, features
from matcher.employers.forest import Forest, forest
from matcher.employers.judge import Judge, Relation, Tier
from matcher.employers.knowledge import Fact, Kind, Knowledge
from matcher.employers.link import link
from matcher.employers.load import load_knowledge
from matcher.employers.normalise import normalise
from matcher.employers.pairs import score_pairs
from matcher.employers.rarity import Rarity

KNOWLEDGE = load_knowledge(Path(__file__).resolve().parents[2] / "config" / "employers")
JUDGE = Judge(KNOWLEDGE, Rarity([]))


def judged(one, other):
    (found,) = score_pairs([(one, other)], KNOWLEDGE)
    return found


@pytest.mark.parametrize(
    ("one", "other", "tier"),
    [
        ("Brambleworks (via Adecco)", "Brambleworks", "same"),
        ("ex-Brambleworks", "Brambleworks", "same"),
        ("Brambleworks – contract", "Brambleworks", "same"),
        ("Brambleworks (NYSE: BRMB)", "Brambleworks Inc.", "same"),
        ("Brambleworks (YC S21)", "Brambleworks", "same"),
        ("https://www.brambleworks.com", "Brambleworks", "same"),
        ("brambleworkscareers", "Brambleworks", "likely"),
        ("Müllerwerke AG", "Muellerwerke AG", "same"),
        ("Яндекс", "Yandeks", "likely"),
        ("3M", "3M Company", "same"),
        ("1Password", "1Password Inc.", "same"),
        ("X", "X Corp.", "same"),
        ("Next", "Next plc", "same"),
        ("The", "The Inc.", "likely"),
        ("Universität Tübingen", "University of Tuebingen", "likely"),
        ("Essex University", "University of Essex", "likely"),
        ("Quillfether", "Quillfeather", "likely"),
        ("Tailspin Aerospace", "Tailspin", "likely"),
        ("Brambleworks Deutschland GmbH", "Brambleworks", "likely"),
    ],
)
def test_hard_case_is_linked(one, other, tier):
    assert judged(one, other).tier.value == tier
    assert judged(other, one).tier.value == tier


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Apple", "Apple Leisure Group"),
        ("Square", "Square Enix"),
        ("Meta", "Metabase"),
        ("Notion", "Notion Capital"),
        ("Oracle", "Oracle Lighting"),
        ("Falcon", "Falcon Plumbing"),
        ("Kestrel Materials", "Kestrel AI"),
        ("Citadel Federal Credit Union", "Citadel"),
        ("Ohio State University", "Ohio University"),
        ("York University", "University of York"),
        ("Saint Mary's Hospital", "Saint Joseph Hospital"),
        ("Saba Income Fund II", "Saba Income Fund III"),
        ("Mango Health", "Mano Health"),
        ("Palantir", "Palantiri"),
        ("Merck & Co.", "Merck KGaA"),
        ("RBC Capital Markets", "RBS Capital Markets"),
        ("Department of Health", "Department of Labor"),
        ("3M", "4M"),
        ("Freelance", "Freelance"),
        ("", "Stripe"),
    ],
)
def test_look_alike_is_never_accepted(one, other):
    for found in (judged(one, other), judged(other, one)):
        assert found.tier in (Tier.UNSURE, Tier.DIFFERENT)


def test_every_pair_has_a_score_that_orders_it():
    far = judged("Zephyrline Dental", "Ostqvist Shipping").score
    near = judged("Quillfeather Marine", "Quillfeather Brewing").score
    assert 0 < far < near < judged("Quillfeather Marine", "Quillfeather").score < 1


@pytest.mark.parametrize(
    ("one", "other", "part"),
    [
        ("Stripe", "Stripe, Inc.", 'legal form "Inc." ignored'),
        ("Stripe Inc", "Stripe, Inc.", 'legal form "Inc." on both sides'),
        ("Ostvorsen Marine GmbH", "Ostvorsen Marine KK", "legal forms of different countries"),
        ("Quillfether", "Quillfeather", 'spelling: "quillfether" ~ "quillfeather"'),
        ("Tailspin Group", "Tailspin", 'shares the rare word "tailspin"'),
        ("Tailspin Group", "Tailspin", '"group" (only says what kind) left over'),
        ("Tailspin Berlin", "Tailspin", '"berlin" (a place) left over'),
        ("Tailspin Lab", "Tailspin Labs", '"lab" = "labs"'),
        ("Falcon", "Falcon Plumbing", "a single everyday word may name several employers"),
        ("Meta", "Facebook", "Facebook renamed Meta in 2021-10 (aliases.toml)"),
        ("Ostqvist Nordvik Halvorsen Mining", "ONHM", "are the initials of"),
    ],
)
def test_reason_names_what_was_found(one, other, part):
    assert part in judged(one, other).reason


def test_everyday_word_with_another_name_of_its_own_is_not_simply_the_same():
    assert judged("Falcon (was Falcon Brewing)", "Falcon").tier is Tier.LIKELY


def test_part_of_an_employer_is_said_to_be_one_and_since_when():
    mine = Knowledge(facts=(Fact("Quillfeather", "Tamberlane", Kind.SUBSIDIARY, "2019-04"),))
    (found,) = link(["Tamberlane Ltd"], ["Quillfeather Inc."], mine)
    assert (found.tier, found.relation, found.since) == (Tier.LIKELY, Relation.PART_OF, "2019-04")
    (same,) = link(["Tamberlane Ltd"], ["Tamberlane"], mine)
    assert (same.tier, same.relation, same.since) == (Tier.SAME, Relation.SAME, "")
    assert same.score > found.score


words = st.sampled_from(
    "quill feather marine group berlin gmbh falcon lab labs ii 3 ostqvist ostquist the of".split()
)
some_tokens = st.lists(words, min_size=1, max_size=5).map(tuple)


@given(some_tokens, some_tokens)
@settings(deadline=None)
def test_comparison_is_alike_in_both_directions(one, other):
    rarity = Rarity([one, other])
    there, back = compare(one, other, rarity), compare(other, one, rarity)
    assert (there.score, there.doubt) == (back.score, back.doubt)
    assert (there.left, there.right) == (back.right, back.left)


@given(st.text(max_size=60), st.text(max_size=60))
@settings(deadline=None)
def test_any_two_names_are_judged_alike_in_both_directions(one, other):
    a, b = normalise(one), normalise(other)
    if a.key and b.key:
        there, back = JUDGE.judge(a, b), JUDGE.judge(b, a)
        assert (there.tier, there.score) == (back.tier, back.score)
        assert 0 <= there.score <= 1


def test_features_come_in_the_order_they_are_named():
    one, other = ("quillfeather",), ("quillfeather", "berlin")
    rarity = Rarity([])
    values = features(one, other, align(one, other, rarity), rarity)
    found = dict(zip(FEATURES, values, strict=True))
    assert found["rarest"] == found["head"] == 1.0
    assert (found["lesser_rest"], found["last_left"], found["prefix"]) == (0.0, 2.0, 1.0)


trees = st.recursive(
    st.floats(-2, 2, allow_nan=False),
    lambda below: st.tuples(st.integers(0, 3), st.floats(-1, 1), below, below).map(list),
    max_leaves=8,
)


def walked(tree, values):
    while isinstance(tree, list):
        feature, threshold, below, above = tree
        tree = below if values[feature] <= threshold else above
    return tree


@given(st.lists(trees, min_size=1, max_size=12), st.lists(st.floats(-1, 1), min_size=4, max_size=4))
@settings(deadline=None)
def test_bit_vectors_find_the_leaves_that_walking_the_trees_finds(grown, values):
    def leaves(tree):
        return sum(map(leaves, tree[2:])) if isinstance(tree, list) else 1

    grown = [tree for tree in grown if leaves(tree) <= 8] or [0.5]
    odds = sum(walked(tree, values) for tree in grown) + 0.25
    found = Forest(grown, 4, 0.25)(values)
    assert found == pytest.approx(1 / (1 + 2.718281828459045**-odds))


@given(
    st.sampled_from(sorted(FEATURES)), st.floats(0, 4), st.floats(0, 4), some_tokens, some_tokens
)
@settings(deadline=None)
def test_shipped_trees_keep_to_what_each_feature_means(name, value, other_value, one, other):
    rarity = Rarity([])
    one, other = sorted((one, other))
    values = list(features(one, other, align(one, other, rarity), rarity))
    at, sign = list(FEATURES).index(name), FEATURES[name]
    values[at] = min(value, other_value)
    low = forest()(values)
    values[at] = max(value, other_value)
    assert (forest()(values) - low) * sign >= -1e-9
