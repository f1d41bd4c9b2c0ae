"""How well the employer matcher tells names apart, on labelled pairs.

    python bench/matcher_pairs.py [pairs.csv] [--mistakes 30]

The file has columns a, b, same (1 or 0) and category. Every pair is scored by itself; `same` and
`likely` count as accepted. The shipped trees were fitted on the development pairs: what is true of
names they never saw, bench/train_matcher.py tells.
"""

from __future__ import annotations

import argparse
import csv
import sys
import time
from collections import Counter
from itertools import groupby
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from matcher.employers.link import Tier  # noqa: E402
from matcher.employers.load import load_knowledge  # noqa: E402
from matcher.employers.pairs import score_pairs  # noqa: E402

PAIRS = ROOT.parent / "shared" / "data" / "matching" / "pairs_dev.csv"


def ranked(scored: list[tuple[float, bool]]) -> tuple[float, tuple[float, float]]:
    """Average precision, and the recall down to where precision is .95 and .99; ties as one."""
    total = sum(same for _, same in scored)
    right = seen = 0
    average, before = 0.0, 0
    recalls = [0.0, 0.0]
    for _, tied in groupby(sorted(scored, reverse=True), key=lambda pair: pair[0]):
        labels = [same for _, same in tied]
        right, seen = right + sum(labels), seen + len(labels)
        average += (right - before) / total * right / seen
        before = right
        for at, least in enumerate((0.95, 0.99)):
            if right / seen >= least:
                recalls[at] = right / total
    return average, (recalls[0], recalls[1])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pairs", nargs="?", type=Path, default=PAIRS)
    parser.add_argument("--mistakes", type=int, default=0)
    asked = parser.parse_args()
    if not asked.pairs.is_file():
        print(f"{asked.pairs}: no such file; give a CSV with columns a, b, same, category")
        return 2
    with asked.pairs.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    knowledge = load_knowledge(ROOT / "config" / "employers")
    started = time.perf_counter()
    outcomes = list(score_pairs([(row["a"], row["b"]) for row in rows], knowledge))
    seconds = time.perf_counter() - started
    tiers: Counter[tuple[str, str, str]] = Counter()
    mistakes = []
    for row, found in zip(rows, outcomes, strict=True):
        tiers[row["category"], row["same"], found.tier.value] += 1
        wrong = found.score if row["same"] == "0" else 1 - found.score
        mistakes.append((wrong, row["category"], row["a"], row["b"], found.reason))

    def count(same: str, *wanted: str, category: str = "") -> int:
        return sum(
            n
            for (where, label, tier), n in tiers.items()
            if label == same and (not wanted or tier in wanted) and where.startswith(category)
        )

    print(f"{len(rows)} pairs in {seconds:.1f} s")
    for title, group in (("names that share something", "knowledge"), ("all pairs", "")):
        of = [
            (found.score, row["same"] == "1")
            for row, found in zip(rows, outcomes, strict=True)
            if not group or row.get("group") != group
        ]
        average, at = ranked(of)
        print(f"{title:28} AP {average:.4f}  recall at precision .95 {at[0]:.3f}  .99 {at[1]:.3f}")
    for wanted in (["same"], ["same", "likely"], ["same", "likely", "unsure"]):
        right, wrong = count("1", *wanted), count("0", *wanted)
        precision = right / (right + wrong) if right + wrong else 1.0
        print(
            f"{'+'.join(wanted):20} precision {precision:.4f}  recall {right / count('1'):.4f}  "
            f"({right} right, {wrong} wrong)"
        )
    print(f"\n{'category':20} {'pairs':>6} {'same':>6} {'likely':>6} {'unsure':>6} {'accepted':>9}")
    for category, label in sorted({(c, s) for c, s, _ in tiers}, key=lambda k: (k[1], k[0])):
        total = sum(tiers[category, label, tier] for tier in Tier)
        same, likely, unsure = (tiers[category, label, t] for t in ("same", "likely", "unsure"))
        print(
            f"{category:20} {total:6} {same:6} {likely:6} {unsure:6} {(same + likely) / total:9.3f}"
        )
    for score, category, a, b, reason in sorted(mistakes, reverse=True)[: asked.mistakes]:
        print(f"{score:.3f} {category}: {a!r} | {b!r}: {reason}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
