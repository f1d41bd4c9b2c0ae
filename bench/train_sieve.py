"""Fits the trees that decide which pairs of two long lists are worth comparing.

    python -m bench.train_sieve            how many they keep, of lists they were not fitted on
    python -m bench.train_sieve --write    … and into the matcher

Needs the `bench` extra (lightgbm). The recipe: every pair that shares enough rare words, of made
lists (bench/lists.py), described by what SQL knows of it (sieve.TOLD), and whether a comparison
of it reaches the review floor. `least` is where one in LOST of those that do is lost, of lists that
were not fitted on.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from pathlib import Path

import lightgbm
import numpy as np

from bench.lists import lists
from bench.train_matcher import as_lists, write
from matcher.employers import candidates, joining
from matcher.employers.batch import Share
from matcher.employers.judge import UNSURE, Judge
from matcher.employers.load import load_knowledge
from matcher.employers.rarity import Rarity
from matcher.employers.sieve import TOLD
from matcher.employers.tally import Tally

ROOT = Path(__file__).resolve().parents[1]
FITTED = ((10_000, 100_000, 1), (30_000, 300_000, 2))
HELD_OUT = (20_000, 200_000, 3)
"""Sizes of lists, and their seeds."""
LOST = 300
SCALE = 10_000
SETTINGS = {
    "n_estimators": 16,
    "num_leaves": 12,
    "learning_rate": 0.5,
    "min_child_samples": 50,
    "random_state": 1,
    "n_jobs": 2,
    "verbose": -1,
}


def told(employers: int, workplaces: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """The values of TOLD of all pairs, and which of them reach the floor."""
    made = lists(employers, workplaces, seed=seed)
    knowledge = load_knowledge(ROOT / "config" / "employers")
    share = Share(made.employers, made.workplaces, 0, False, knowledge, shares=1)
    total = Tally.total([share.tally(share.forms())])
    judge = Judge(knowledge, Rarity.counted(total.words, total.keys))
    values: list[tuple[float, ...]] = []
    reach: list[bool] = []

    def watched(*given: object) -> list[candidates.Candidate]:
        for _, _, text, other, *numbers in candidates.met(*given):
            values.append(tuple(numbers))
            found = judge.compared(tuple(text.split(" ")), tuple(other.split(" ")), UNSURE)
            reach.append(found.score >= UNSURE)
        return []

    joining.candidates, shipped = watched, joining.candidates
    try:
        share.rows(total, {})
    finally:
        joining.candidates = shipped
    return np.array(values), np.array(reach)


def whole(leaf: float) -> int:
    """A leaf in SCALEths of a log odd: the sum of whole numbers does not hang on their order."""
    return round(SCALE * leaf)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    warnings.filterwarnings("ignore", category=UserWarning)
    parts = [told(*size) for size in FITTED]
    model = lightgbm.LGBMClassifier(**SETTINGS)
    model.fit(*map(np.concatenate, zip(*parts, strict=True)))
    values, reach = told(*HELD_OUT)
    found = model.predict(values, raw_score=True)
    for lost in (1000, LOST, 100):
        least = np.quantile(found[reach], 1 / lost)
        print(
            f"one in {lost} lost: {(found >= least).mean():.3f} of {len(reach):,} pairs are kept, "
            f"{reach.mean():.3f} reach the floor"
        )
    if asked.write:
        least = whole(float(np.quantile(found[reach], 1 / LOST)))
        about = "Decision trees fitted by bench/train_sieve.py on pairs of two long lists."
        trees = as_lists(model, whole)
        write("sieve.json", trees, about=about, features=list(TOLD), least=least)
    return 0


if __name__ == "__main__":
    sys.exit(main())
