"""The labelled pairs hold their floors, and the floors hold."""

import importlib.util
import subprocess
import sys
from collections import Counter

import pytest

from matcher.employers.link import Tier, link
from matcher.employers.pairs import score_pairs
from tests.matcher import gate

PAIRS = gate.load()
FLOORS = gate.read_floors()
FOUND = gate.tallies(PAIRS)


def test_there_are_pairs_enough_of_every_category():
    assert len(PAIRS) >= 1500
    assert len({(p.a, p.b) for p in PAIRS}) >= 1500
    written = gate.FOLDER / "written.csv"
    assert len(written.read_text(encoding="utf-8").splitlines()) > 500
    counts = Counter(p.expected for p in PAIRS)
    assert set(counts) == {"same", "part", "different"}
    assert counts["same"] >= 600 and counts["different"] >= 500 and counts["part"] >= 30


@pytest.mark.parametrize("category", sorted(FOUND))
def test_category_holds_its_floors(category):
    floors = {category: FLOORS["floor"].get(category, {})}
    assert gate.below(floors, {category: FOUND[category]}) == []


def test_every_floor_has_its_pairs():
    assert set(FLOORS["floor"]) == set(FOUND)


def test_floors_were_written_by_the_gate_and_lowered_ones_say_why():
    assert FLOORS["seal"] == gate.seal(FLOORS["floor"]), (
        "floors.toml was edited by hand: use `python -m tests.matcher.gate --raise`, or "
        "--lower with --allow-regression"
    )
    for values in FLOORS["floor"].values():
        assert ("was" in values) == bool(values.get("reason", "").strip())


def test_no_non_employer_is_ever_accepted():
    tally = FOUND["non-employer"]
    assert tally.mixed == 0 and tally.apart >= 50


def test_the_coined_pairs_are_what_the_generator_coins():
    file = gate.FOLDER / "coin.py"
    spec = importlib.util.spec_from_file_location("coin", file)
    coin = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(coin)
    assert coin.FILE.read_text(encoding="utf-8") == coin.text()


def test_both_directions_give_one_answer():
    forth = score_pairs([(p.a, p.b) for p in PAIRS], gate.KNOWLEDGE)
    back = score_pairs([(p.b, p.a) for p in PAIRS], gate.KNOWLEDGE)
    differing = [
        (pair.a, pair.b)
        for pair, one, other in zip(PAIRS, forth, back, strict=True)
        if (one.tier, one.score) != (other.tier, other.score)
    ]
    assert differing == []


def test_all_labelled_names_as_two_lists_join_as_same_nothing_the_labels_keep_apart():
    links = link([p.a for p in PAIRS], [p.b for p in PAIRS], gate.KNOWLEDGE)
    same = {(found.employer, found.workplace) for found in links if found.tier is Tier.SAME}
    alone = score_pairs([(p.a, p.b) for p in PAIRS], gate.KNOWLEDGE)
    wrong = {
        (p.a, p.b)
        for p, scored in zip(PAIRS, alone, strict=True)
        if p.expected == "different" and (p.a, p.b) in same and scored.tier != "same"
    }
    assert wrong == set()


def tally(found=0, missed=0, apart=0, mixed=0):
    return {"accents": gate.Tally(found, missed, apart, mixed)}


def test_a_floor_is_only_ever_raised():
    floors = {"accents": {"recall": 0.9, "precision": 0.9}}
    better, worse = tally(found=10), tally(found=5, missed=5)
    assert gate.raised(floors, better)["accents"] == {"recall": 1.0, "precision": 1.0}
    assert gate.raised(floors, worse)["accents"]["recall"] == 0.9
    assert gate.below(floors, worse) == ["accents: recall 0.5000, floor 0.9000"]
    assert gate.below(floors, better) == []


def test_a_lowered_floor_keeps_its_reason_until_it_is_back_up(tmp_path, monkeypatch):
    floors = {"accents": {"recall": 0.9, "precision": 1.0}}
    worse = tally(found=5, missed=5)
    with pytest.raises(ValueError, match="reason"):
        gate.lowered(floors, worse, "accents", " ")
    lower = gate.lowered(floors, worse, "accents", "two labels were wrong")
    assert lower["accents"] == {
        "recall": 0.5,
        "precision": 1.0,
        "was": {"recall": 0.9, "precision": 1.0},
        "reason": "two labels were wrong",
    }
    assert gate.below(lower, worse) == []
    monkeypatch.setattr(gate, "FLOORS", tmp_path / "floors.toml")
    gate.write_floors(lower)
    assert gate.read_floors() == {"seal": gate.seal(lower), "floor": lower}
    assert gate.raised(lower, tally(found=8, missed=2))["accents"]["reason"]
    assert "reason" not in gate.raised(lower, tally(found=10))["accents"]


def test_a_category_without_a_floor_is_noticed():
    assert gate.below({}, tally(found=1))[0].startswith("accents: has no floor")
    assert gate.below({"accents": {}}, {})[0].startswith("accents: has a floor but no pairs")


def test_lowering_without_the_flag_is_refused():
    before = gate.FLOORS.read_bytes()
    done = subprocess.run(
        [sys.executable, "-m", "tests.matcher.gate", "--lower", "accents"],
        cwd=gate.ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 2
    assert "--allow-regression" in done.stdout
    assert gate.FLOORS.read_bytes() == before
