"""The linter on the corpus: what it reaches is printed, and may not fall."""

import pytest

from matcher.asks.kinds import KINDS
from matcher.asks.lint import RULES
from tests.matcher.messages import load, read_floors, report, tallies

MESSAGES = load()
TALLIES = tallies(MESSAGES)
NEEDS_FACTS = {"forbidden"}
"""Rules a message alone cannot break."""


def test_the_corpus_is_large_varied_and_honest():
    good = [m for m in MESSAGES if not m.expect]
    bad = [m for m in MESSAGES if m.expect]
    assert len(good) >= 60 and len(bad) >= 60
    assert {m.language for m in good} == {m.language for m in bad} == {"de", "en"}
    assert {m.kind for m in MESSAGES} == set(KINDS)
    assert set(RULES) - NEEDS_FACTS == {rule for m in MESSAGES for rule in m.expect}
    assert len({m.name for m in MESSAGES}) == len(MESSAGES)
    texts = {m.text for m in MESSAGES}
    assert len(texts) == len(MESSAGES), "a message stands in two parts"


@pytest.mark.parametrize("part", ["tuned", "heldout"])
def test_no_figure_falls(part, capsys):
    with capsys.disabled():
        print("\n" + report({part: TALLIES[part]}))
    for name, floors in read_floors()[part].items():
        reached = TALLIES[part].measured(RULES if name == "all" else [name])
        for measure, floor in floors.items():
            assert reached[measure] >= floor, f"{part}, {name}: {measure} {reached[measure]}"


def test_the_language_of_every_message_is_guessed():
    wrong = [m.name for m in MESSAGES if m.linted(guess=True).language != m.language]
    assert wrong == []


def test_the_kind_is_guessed_for_most():
    """Some kinds cannot be told apart by their text (a give, an update, a hello): those that can
    are."""
    told = [m for m in MESSAGES if m.kind in ("information", "introduction", "thanks")]
    right = sum(m.linted(guess=True).kinds[0] == m.kind for m in told)
    assert right / len(told) > 0.75
