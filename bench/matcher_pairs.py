"""How well the employer matcher tells names apart, on labelled pairs.

    python bench/matcher_pairs.py [pairs.csv] [--mistakes 30]

The file has columns a, b, same (1 or 0) and category. Every pair is linked by itself, as a list
of one against a list of one; `same` and `likely` count as accepted.
"""

from __future__ import annotations

import argparse
import csv
import sys
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from matcher.employers.link import Tier, link  # noqa: E402
from matcher.employers.load import load_knowledge  # noqa: E402

PAIRS = ROOT.parent / "shared" / "data" / "matching" / "pairs_dev.csv"


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
    outcomes = [link([row["a"]], [row["b"]], knowledge) for row in rows]
    seconds = time.perf_counter() - started
    tiers: Counter[tuple[str, str, str]] = Counter()
    mistakes = []
    for row, links in zip(rows, outcomes, strict=True):
        tier = links[0].tier.value if links else "-"
        tiers[row["category"], row["same"], tier] += 1
        if row["same"] == "0" and tier in (Tier.SAME, Tier.LIKELY):
            mistakes.append((links[0].score, row["category"], row["a"], row["b"], links[0].reason))

    def count(same: str, *wanted: str, category: str = "") -> int:
        return sum(
            n
            for (where, label, tier), n in tiers.items()
            if label == same and (not wanted or tier in wanted) and where.startswith(category)
        )

    print(f"{len(rows)} pairs in {seconds:.1f} s")
    for wanted in (["same"], ["same", "likely"], ["same", "likely", "unsure"]):
        right, wrong = count("1", *wanted), count("0", *wanted)
        precision = right / (right + wrong) if right + wrong else 1.0
        print(
            f"{'+'.join(wanted):20} precision {precision:.4f}  recall {right / count('1'):.4f}  "
            f"({right} right, {wrong} wrong)"
        )
    print(f"\n{'category':20} {'pairs':>6} {'same':>6} {'likely':>6} {'unsure':>6} {'accepted':>9}")
    for category, label in sorted({(c, s) for c, s, _ in tiers}, key=lambda k: (k[1], k[0])):
        total = sum(tiers[category, label, tier] for tier in ("same", "likely", "unsure", "-"))
        same, likely, unsure = (tiers[category, label, t] for t in ("same", "likely", "unsure"))
        print(
            f"{category:20} {total:6} {same:6} {likely:6} {unsure:6} {(same + likely) / total:9.3f}"
        )
    for score, category, a, b, reason in sorted(mistakes, reverse=True)[: asked.mistakes]:
        print(f"{score:.3f} {category}: {a!r} | {b!r}: {reason}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
