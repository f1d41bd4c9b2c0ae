"""Fits the trees that judge two employer names, and measures them on pairs they were not fitted on.

    python bench/train_matcher.py                 cross-validation only
    python bench/train_matcher.py --write         … and fits on everything, into matcher/employers

Needs the `bench` extra (lightgbm, scikit-learn). The recipe: labelled pairs (a, b, same, category,
group) whose keys differ and that are not of the group "knowledge", seen twice, once with words as
rare as they are in that file and once with nothing known but the built-in classes; and the pairs
that a search through a long list brings up, taken as negatives unless the labels, or trees fitted
on the labelled pairs alone, say that they may well be one employer. Trees are held to what each
feature means (features.FEATURES). Folds keep all pairs of one employer together.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import sys
import warnings
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from pathlib import Path

import lightgbm
import numpy as np
from sklearn.metrics import average_precision_score, precision_recall_curve

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from matcher.employers import compare, pairs  # noqa: E402
from matcher.employers.align import align  # noqa: E402
from matcher.employers.features import FEATURES, features  # noqa: E402
from matcher.employers.forest import LEAVES, Forest  # noqa: E402
from matcher.employers.judge import Tier  # noqa: E402
from matcher.employers.link import link  # noqa: E402
from matcher.employers.load import load_knowledge  # noqa: E402
from matcher.employers.normalise import normalise  # noqa: E402
from matcher.employers.rarity import Rarity  # noqa: E402

SHARED = ROOT.parent / "shared" / "data"
FOLDS = 5
SETTINGS = {
    "n_estimators": 120,
    "num_leaves": LEAVES,
    "learning_rate": 0.12,
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
LIST_WEIGHT = 0.3
"""Of a pair from a long list, against 2 for a labelled one (it is seen twice)."""
MAYBE_SAME = 0.8

Tokens = tuple[str, ...]


class Clusters:
    """Keys of one employer, as far as pairs say so."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}

    def root(self, key: str) -> str:
        self._parent.setdefault(key, key)
        while self._parent[key] != key:
            self._parent[key] = self._parent[self._parent[key]]
            key = self._parent[key]
        return key

    def join(self, one: str, other: str) -> None:
        self._parent[self.root(one)] = self.root(other)


def rows_of(files: Iterable[Path]) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = []
    for file in files:
        with file.open(encoding="utf-8", newline="") as lines:
            rows += csv.DictReader(lines)
    return rows


def described(forms: Iterable[tuple[Tokens, Tokens]], rarity: Rarity) -> np.ndarray:
    values = []
    for pair in forms:
        one, other = sorted(pair)
        values.append(features(one, other, align(one, other, rarity), rarity))
    return np.array(values, dtype=float)


def met(forms: Sequence[Tokens], rarity: Rarity) -> Iterator[tuple[Tokens, Tokens]]:
    """Pairs that a search brings up: of one rare word, or the same but for a letter or a space."""
    places: dict[str, set[int]] = defaultdict(set)
    for at, tokens in enumerate(forms):
        key = "".join(tokens)
        pointers = {f"word {token}" for token in tokens if rarity.weight(token) >= 0.2}
        pointers |= {f"slip {key[:i]}{key[i + 1 :]}" for i in range(len(key)) if len(key) >= 5}
        for pointer in [*pointers, f"slip {key}"]:
            places[pointer].add(at)
    seen = {
        pair for at in places.values() if len(at) <= 300 for pair in combinations(sorted(at), 2)
    }
    for one, other in sorted(seen):
        if "".join(forms[one]) != "".join(forms[other]):
            yield forms[one], forms[other]


class Material:
    """Everything that is fitted on, as numbers, and the fold each of it belongs to."""

    def __init__(self, rows: Sequence[dict[str, str]], others: Iterable[str]) -> None:
        names = [(normalise(row["a"]), normalise(row["b"])) for row in rows]
        same, linked = Clusters(), Clusters()
        for row, (a, b) in zip(rows, names, strict=True):
            linked.join(a.key, b.key)
            if row["same"] == "1":
                same.join(a.key, b.key)

        def fold(key: str) -> int:
            return zlib.crc32(linked.root(key).encode()) % FOLDS

        self.fold = np.array([fold(a.key) for a, _ in names])
        self.employer = {n.raw: same.root(n.key) for pair in names for n in pair if n.key}
        forms = {n.key: n.tokens for pair in names for n in pair if n.tokens}
        fit = [
            at
            for at, (row, (a, b)) in enumerate(zip(rows, names, strict=True))
            if row["group"] != "knowledge" and a.tokens and b.tokens and a.key != b.key
        ]
        pair_forms = [(names[at][0].tokens, names[at][1].tokens) for at in fit]
        self.pairs = described(pair_forms, Rarity(forms.values()))
        self.alone = described(pair_forms, Rarity([]))
        self.pairs_same = np.array([rows[at]["same"] == "1" for at in fit])
        self.pairs_fold = self.fold[fit]

        known = {tuple(sorted((names[at][0].key, names[at][1].key))) for at in fit}
        pool = list(forms.values()) + sorted({normalise(name).tokens for name in others} - {()})
        rarity = Rarity(pool)
        found = [
            (one, other)
            for one, other in met(sorted(set(forms.values())), rarity)
            if tuple(sorted(("".join(one), "".join(other)))) not in known
            and same.root("".join(one)) != same.root("".join(other))
        ]
        random.Random(1).shuffle(found)
        listed = described(found, rarity)
        maybe = fitted(self.pairs, self.pairs_same).predict_proba(listed)[:, 1]
        keep = maybe < MAYBE_SAME
        self.listed = listed[keep]
        self.listed_folds = np.array([(fold("".join(a)), fold("".join(b))) for a, b in found])[keep]

    def fitted(self, without: int = -1) -> lightgbm.LGBMClassifier:
        """Trees fitted on all folds but one."""
        of_pairs = self.pairs_fold != without
        of_listed = (self.listed_folds != without).all(axis=1)
        values = [self.pairs[of_pairs], self.alone[of_pairs], self.listed[of_listed]]
        labels = self.pairs_same[of_pairs]
        count = int(of_listed.sum())
        return fitted(
            np.vstack(values),
            np.concatenate([labels, labels, np.zeros(count, dtype=bool)]),
            np.concatenate([np.ones(2 * len(labels)), np.full(count, LIST_WEIGHT)]),
        )


def fitted(
    values: np.ndarray, labels: np.ndarray, weights: np.ndarray | None = None
) -> lightgbm.LGBMClassifier:
    return lightgbm.LGBMClassifier(**SETTINGS).fit(values, labels, sample_weight=weights)


def as_lists(model: lightgbm.LGBMClassifier) -> list[object]:
    """The trees as Forest reads them, rounded to what matters."""

    def node(found: dict[str, object]) -> object:
        if "leaf_value" in found:
            return round(found["leaf_value"], 4)
        below, above = node(found["left_child"]), node(found["right_child"])
        return [found["split_feature"], float(f"{found['threshold']:.4g}"), below, above]

    return [node(tree["tree_structure"]) for tree in model.booster_.dump_model()["tree_info"]]


def report(title: str, same: np.ndarray, scores: np.ndarray) -> None:
    precision, recall, _ = precision_recall_curve(same, scores)
    at = {p: max(recall[precision >= p], default=0.0) for p in (0.95, 0.99)}
    print(
        f"{title:34} AP {average_precision_score(same, scores):.4f}  "
        f"recall at precision .95 {at[0.95]:.3f}  .99 {at[0.99]:.3f}  ({len(same)} pairs)"
    )


def report_lists(
    found: Sequence[tuple[bool, float, Tier]], material: Material, rows: Sequence[dict[str, str]]
) -> None:
    """Of the links between the labelled names and a long list. Two names that no label joins count
    as two employers, which they often are not: these precisions are lower bounds."""
    same, scores = np.array([hit[0] for hit in found]), np.array([hit[1] for hit in found])
    members = Counter(material.employer.values())
    asked = {row["a"] for row in rows} & set(material.employer)
    true = sum(members[material.employer[name]] - 1 for name in asked)
    precision, recall, _ = precision_recall_curve(same, scores)
    recall = recall * same.sum() / true
    at = {p: max(recall[precision >= p], default=0.0) for p in (0.8, 0.9)}
    print(
        f"in a long list: recall at precision .80 {at[0.8]:.3f}  .90 {at[0.9]:.3f}  "
        f"({true} links to find)"
    )
    for tier in (Tier.SAME, Tier.LIKELY, Tier.UNSURE):
        of = [hit[0] for hit in found if hit[2] is tier]
        print(f"in a long list: {tier.value:7} precision {np.mean(of):.4f}  ({len(of)} links)")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pairs", nargs="*", type=Path)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--scores", type=Path, help="write the cross-validated scores here")
    asked = parser.parse_args()
    warnings.filterwarnings("ignore", category=UserWarning)
    rows = rows_of(asked.pairs or [SHARED / "matching" / "pairs_dev.csv"])
    boards = sorted((SHARED / "boards").glob("*.csv"))
    knowledge = load_knowledge(ROOT / "config" / "employers")
    material = Material(rows, (row["name"] for row in rows_of(boards)))
    print(f"{len(material.pairs)} labelled pairs, {len(material.listed)} negatives from lists")
    asked_pairs = [(row["a"], row["b"]) for row in rows]
    in_lists: list[tuple[bool, float, Tier]] = []
    long_list = sorted({*material.employer, *(row["name"] for row in rows_of(boards))})
    scored: list[pairs.Scored] = [None] * len(rows)  # type: ignore[list-item]
    for fold in range(FOLDS):
        trees = Forest(as_lists(material.fitted(without=fold)), len(FEATURES), 0.0)
        compare.forest = lambda trees=trees: trees
        here = [at for at in range(len(rows)) if material.fold[at] == fold]
        found = pairs.score_pairs([asked_pairs[at] for at in here], knowledge)
        for at, one in zip(here, found, strict=True):
            scored[at] = one
        names = {row["a"] for at in here if (row := rows[at])["group"] != "knowledge"}
        for one in link(names, long_list, knowledge):
            mine, theirs = (material.employer.get(name) for name in (one.employer, one.workplace))
            if mine and theirs and one.employer != one.workplace:
                in_lists.append((mine == theirs, one.score, one.tier))
    same = np.array([row["same"] == "1" for row in rows])
    scores = np.array([one.score for one in scored])
    named = np.array([row["group"] != "knowledge" for row in rows])
    report("names that share something", same[named], scores[named])
    report("all, renames and brands included", same, scores)
    report_lists(in_lists, material, [row for row in rows if row["group"] != "knowledge"])
    for tiers in (["same"], ["same", "likely"], ["same", "likely", "unsure"]):
        accepted = np.array([one.tier in tiers for one in scored])
        right = int((accepted & same).sum())
        print(
            f"{'+'.join(tiers):20} precision {right / accepted.sum():.4f}  "
            f"recall {right / same[named].sum():.3f}"
        )
    for category in sorted({row["category"] for row in rows}):
        of = [one for one, row in zip(scored, rows, strict=True) if row["category"] == category]
        shares = (sum(one.tier == t for one in of) / len(of) for t in ("same", "likely", "unsure"))
        print(f"{category:20} {len(of):5}  " + "  ".join(f"{share:.3f}" for share in shares))
    if asked.scores:
        with asked.scores.open("w", encoding="utf-8", newline="") as lines:
            writer = csv.writer(lines)
            for row, one in zip(rows, scored, strict=True):
                of_row = (row["a"], row["b"], row["same"], row["category"])
                writer.writerow([*of_row, one.tier, one.score, one.reason])
    if asked.write:
        data = {
            "about": "Decision trees fitted by bench/train_matcher.py on labelled and mined pairs.",
            "features": list(FEATURES),
            "bias": 0.0,
            "trees": as_lists(material.fitted()),
        }
        file = ROOT / "matcher" / "employers" / "forest.json"
        text = (
            json.dumps(data, separators=(",", ":")).replace("[[", "[\n[").replace("]],[", "]],\n[")
        )
        file.write_text(text + "\n", encoding="utf-8")
        print(f"{file}: {file.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
