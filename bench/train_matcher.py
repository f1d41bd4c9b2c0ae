"""Fits the trees that judge two employer names.

    python -m bench.train_matcher                  how they rank names they were not fitted on
    python -m bench.train_matcher --write          … and fits them on everything, into the matcher

Needs the `bench` extra (lightgbm). The recipe: labelled pairs whose keys differ and whose names can
tell (see bench/labelled.py), seen twice, once with words as rare as they are in that file and once
with nothing known but the built-in background; and every pair that a search among all labelled
names brings up, one employer or not as the labels say, in a crowd of names of job boards. The
latter keep a score honest in long lists, where most of what looks alike is not the same. Trees are
held to what each feature means (features.FEATURES). Folds keep all names of one employer together.
"""

from __future__ import annotations

import argparse
import json
import sys
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import combinations
from pathlib import Path

import lightgbm
import numpy as np

from bench.labelled import (
    FOLDS,
    PAIRS,
    ROOT,
    Pair,
    Truth,
    average_precision,
    board_names,
    read,
    recall_at,
)
from matcher.employers import compare
from matcher.employers.align import Tokens, align
from matcher.employers.features import FEATURES, features
from matcher.employers.forest import LEAVES, Forest
from matcher.employers.normalise import normalise
from matcher.employers.rarity import Rarity

SETTINGS = {
    "n_estimators": 150,
    "num_leaves": LEAVES,
    "learning_rate": 0.11,
    "min_child_samples": 25,
    "subsample": 0.8,
    "subsample_freq": 1,
    "colsample_bytree": 0.5,
    "reg_lambda": 5.0,
    "monotone_constraints": list(FEATURES.values()),
    "monotone_constraints_method": "intermediate",
    "random_state": 1,
    "n_jobs": 2,
    "verbose": -1,
}
LIST_WEIGHT = 0.6
"""Of a pair that a search brings up, against 2 for a labelled one (it is seen twice)."""
LEAST_WORD = 0.2
MOST_NAMES = 300


def described(forms: Iterable[tuple[Tokens, Tokens]], rarity: Rarity) -> np.ndarray:
    values = []
    for pair in forms:
        one, other = sorted(pair)
        values.append(features(one, other, align(one, other, rarity), rarity))
    return np.array(values, dtype=float).reshape(-1, len(FEATURES))


def met(forms: Sequence[Tokens], rarity: Rarity) -> Iterator[tuple[Tokens, Tokens]]:
    """Pairs that a search brings up: of one rare word, or the same but for a letter or a space."""
    places: dict[str, set[int]] = defaultdict(set)
    for at, tokens in enumerate(forms):
        key = "".join(tokens)
        pointers = {f"word {token}" for token in tokens if rarity.weight(token) >= LEAST_WORD}
        pointers |= {f"slip {key[:i]}{key[i + 1 :]}" for i in range(len(key)) if len(key) >= 5}
        for pointer in [*pointers, f"slip {key}"]:
            places[pointer].add(at)
    seen = {
        pair
        for at in places.values()
        if len(at) <= MOST_NAMES
        for pair in combinations(sorted(at), 2)
    }
    for one, other in sorted(seen):
        if "".join(forms[one]) != "".join(forms[other]):
            yield forms[one], forms[other]


class Material:
    """Everything that is fitted on, as numbers, and the fold each of it belongs to."""

    def __init__(self, pairs: Sequence[Pair], crowd: Iterable[str]) -> None:
        self.truth = truth = Truth(pairs)
        forms = {truth.keys[name]: normalise(name).tokens for name in truth.names}
        fit = [
            pair
            for pair in pairs
            if pair.names_tell
            and truth.keys[pair.a] != truth.keys[pair.b]
            and {truth.keys[pair.a], truth.keys[pair.b]} <= forms.keys()
        ]
        self.same = np.array([pair.same for pair in fit])
        self.fold = np.array([truth.fold(pair.a) for pair in fit])
        of_fit = [(normalise(pair.a).tokens, normalise(pair.b).tokens) for pair in fit]
        self.among = described(of_fit, Rarity(forms.values()))
        self.alone = described(of_fit, Rarity([]))

        strangers = {normalise(name).tokens for name in crowd} - {()}
        rarity = Rarity([*forms.values(), *sorted(strangers)])
        found = []
        for one, other in met(sorted(set(forms.values())), rarity):
            keys = "".join(one), "".join(other)
            told = truth.told_keys(*keys)
            if told or not truth.same_keys(*keys):
                found.append((one, other, told, *map(truth.fold_of_key, keys)))
        self.listed = described(((one, other) for one, other, *_ in found), rarity)
        self.listed_same = np.array([told for _, _, told, *_ in found])
        self.listed_folds = np.array([folds for _, _, _, *folds in found])

    def fitted(self, without: int = -1) -> lightgbm.LGBMClassifier:
        """Trees fitted on all folds but one."""
        pairs, listed = self.fold != without, (self.listed_folds != without).all(axis=1)
        values = [self.among[pairs], self.alone[pairs], self.listed[listed]]
        same = [self.same[pairs], self.same[pairs], self.listed_same[listed]]
        weights = [np.ones(2 * pairs.sum()), np.full(listed.sum(), LIST_WEIGHT)]
        model = lightgbm.LGBMClassifier(**SETTINGS)
        return model.fit(
            np.vstack(values), np.concatenate(same), sample_weight=np.concatenate(weights)
        )


def four_digits(leaf: float) -> float:
    return round(leaf, 4)


def as_lists(
    model: lightgbm.LGBMClassifier, leaf: Callable[[float], float] = four_digits
) -> list[object]:
    """The trees as nested lists, thresholds and leaves rounded to what matters."""

    def node(found: dict[str, object]) -> object:
        if "leaf_value" in found:
            return leaf(found["leaf_value"])
        below, above = node(found["left_child"]), node(found["right_child"])
        return [found["split_feature"], float(f"{found['threshold']:.4g}"), below, above]

    return [node(tree["tree_structure"]) for tree in model.booster_.dump_model()["tree_info"]]


def write(name: str, trees: Iterable[object], **head: object) -> None:
    """Puts trees into the matcher, one a line behind what is said of them."""
    file = ROOT / "matcher" / "employers" / name
    lines = ",\n".join(json.dumps(tree, separators=(",", ":")) for tree in trees)
    file.write_text(f'{json.dumps(head)[:-1]}, "trees": [\n{lines}\n]}}\n', encoding="utf-8")
    print(f"{file}: {file.stat().st_size} bytes")


@contextmanager
def judged_by(trees: Forest) -> Iterator[None]:
    """The matcher of this process asks these trees in place of the shipped ones."""
    shipped = compare.forest
    compare.forest = lambda: trees
    try:
        yield
    finally:
        compare.forest = shipped


def cross_validated(material: Material) -> Iterator[tuple[int, Forest]]:
    """Each fold, and trees that have not seen any employer of it."""
    warnings.filterwarnings("ignore", category=UserWarning)
    for fold in range(FOLDS):
        yield fold, Forest(as_lists(material.fitted(without=fold)), len(FEATURES), 0.0)


def report(material: Material) -> None:
    """The ranking of the trees alone, without facts, other names and equal keys."""
    pairs: list[tuple[float, bool]] = []
    listed: list[tuple[float, bool]] = []
    for fold, trees in cross_validated(material):
        here = material.fold == fold
        pairs += zip(map(trees, material.alone[here].tolist()), material.same[here], strict=True)
        here = (material.listed_folds == fold).all(axis=1)
        listed += zip(
            map(trees, material.listed[here].tolist()), material.listed_same[here], strict=True
        )
    for title, scored in (("labelled pairs", pairs), ("pairs a search brings up", listed)):
        at = " ".join(f"{p} {recall_at(scored, p):.3f}" for p in (0.9, 0.95, 0.99))
        print(f"{title:26} AP {average_precision(scored):.4f}  recall at precision {at}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pairs", nargs="*", type=Path, default=[PAIRS])
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    warnings.filterwarnings("ignore", category=UserWarning)
    material = Material(read(*asked.pairs), board_names())
    print(
        f"{len(material.same)} labelled pairs; {len(material.listed)} that a search brings up, "
        f"{int(material.listed_same.sum())} of them one employer"
    )
    report(material)
    if asked.write:
        about = "Decision trees fitted by bench/train_matcher.py on labelled and mined pairs."
        trees = as_lists(material.fitted())
        write("forest.json", trees, about=about, features=list(FEATURES), bias=0.0)
    return 0


if __name__ == "__main__":
    sys.exit(main())
