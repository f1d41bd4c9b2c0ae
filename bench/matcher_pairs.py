"""How well the employer matcher tells names apart, on labelled pairs, beside what one could pick.

    python -m bench.matcher_pairs [pairs.csv] [--peers] [--mistakes 30] [--shipped]

The file is described in bench/labelled.py. Every pair is scored by itself, by trees that were
fitted without the employers in it; with --shipped by the trees as they ship, for pairs that these
were not fitted on. Average precision and recall are over pairs of employers whose names can tell,
and over all; `same` and `likely` count as accepted. Where a peer would accept: from the score on at
which 95 of 100 pairs are right, or, where there is none, where F1 is best.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from bench.labelled import (
    NO_EMPLOYER,
    PAIRS,
    ROOT,
    Pair,
    Truth,
    average_precision,
    board_names,
    read,
    recall_at,
)
from matcher.employers.judge import Tier
from matcher.employers.load import load_knowledge
from matcher.employers.pairs import Scored, score_pairs

ACCEPTED = (Tier.SAME, Tier.LIKELY)
LOOKALIKES = ("neg_hand_lookalike",)


def ours(pairs: Sequence[Pair], *, shipped: bool) -> list[Scored]:
    knowledge = load_knowledge(ROOT / "config" / "employers")
    names = [(pair.a, pair.b) for pair in pairs]
    if shipped:
        return list(score_pairs(names, knowledge))
    from bench.train_matcher import Material, cross_validated, judged_by

    material = Material(pairs, board_names())
    scored: dict[int, Scored] = {}
    for fold, trees in cross_validated(material):
        here = [at for at, pair in enumerate(pairs) if material.truth.fold(pair.a) == fold]
        with judged_by(trees):
            found = score_pairs([names[at] for at in here], knowledge)
            scored |= zip(here, found, strict=True)
    return [scored[at] for at in range(len(pairs))]


def row(
    title: str, pairs: Sequence[Pair], scores: Sequence[float], accepted: Sequence[bool]
) -> str:
    of = [
        (score, pair.same, pair)
        for score, pair in zip(scores, pairs, strict=True)
        if pair.category != NO_EMPLOYER
    ]
    telling = [(score, same) for score, same, pair in of if pair.names_tell]
    everything = [(score, same) for score, same, _ in of]

    def share(categories: Sequence[str]) -> str:
        found = [
            yes for yes, pair in zip(accepted, pairs, strict=True) if pair.category in categories
        ]
        return f"{sum(found) / len(found):.3f}" if found else "-"

    return (
        f"{title:26} {average_precision(telling):6.4f} {recall_at(telling, 0.95):7.3f} "
        f"{recall_at(telling, 0.99):7.3f} {average_precision(everything):8.4f} "
        f"{share(LOOKALIKES):>11} {share((NO_EMPLOYER,)):>14}"
    )


def accepted_by(pairs: Sequence[Pair], scores: Sequence[float]) -> list[bool]:
    """What a peer accepts, see above."""
    ranked = sorted(
        (
            (score, pair.same)
            for score, pair in zip(scores, pairs, strict=True)
            if pair.names_tell and pair.category != NO_EMPLOYER
        ),
        reverse=True,
    )
    total = sum(same for _, same in ranked)
    right, sure, best = 0, float("inf"), (0.0, float("inf"))
    for seen, (score, same) in enumerate(ranked, start=1):
        right += same
        if right >= 0.95 * seen and right >= 0.05 * total:
            sure = score
        best = max(best, (2 * right / (seen + total), score))
    least = sure if sure != float("inf") else best[1]
    return [score >= least for score in scores]


def report_tiers(pairs: Sequence[Pair], scored: Sequence[Scored]) -> None:
    total = sum(pair.same for pair in pairs)
    for tiers in (ACCEPTED[:1], ACCEPTED, (*ACCEPTED, Tier.UNSURE)):
        shown = [pair.same for pair, one in zip(pairs, scored, strict=True) if one.tier in tiers]
        print(
            f"{' + '.join(tiers):24} precision {sum(shown) / max(1, len(shown)):.4f}  "
            f"recall {sum(shown) / total:.4f}  ({len(shown)} pairs)"
        )


def report_categories(pairs: Sequence[Pair], scored: Sequence[Scored]) -> None:
    tiers: dict[tuple[bool, str], list[Tier]] = defaultdict(list)
    for pair, one in zip(pairs, scored, strict=True):
        tiers[pair.same, pair.category].append(one.tier)
    print(f"{'category':24} {'label':10} {'pairs':>6} {'same':>7} {'likely':>7} {'unsure':>7}")
    for (same, category), found in sorted(tiers.items(), reverse=True):
        shares = (found.count(tier) / len(found) for tier in (*ACCEPTED, Tier.UNSURE))
        label = "same" if same else "different"
        cells = " ".join(f"{share:7.3f}" for share in shares)
        print(f"{category:24} {label:10} {len(found):6} {cells}")


def report_mistakes(pairs: Sequence[Pair], scored: Sequence[Scored], most: int) -> None:
    """The worst first: different names that would be shown, and one employer's that would not."""
    wrong = []
    for pair, one in zip(pairs, scored, strict=True):
        far = 1 - one.score if pair.same else one.score
        if far > 0.5 or (one.tier in ACCEPTED) != pair.same:
            wrong.append((not pair.same and one.tier in ACCEPTED, far, pair, one))
    wrong.sort(key=lambda found: (not found[0], not found[2].names_tell, -found[1], found[2].a))
    for _, _, pair, one in wrong[:most]:
        label = "same" if pair.same else "different"
        print(f"{label} ({pair.category}): {pair.a!r} | {pair.b!r}")
        print(f"    {one.tier} {one.score}: {one.reason}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pairs", nargs="*", type=Path, default=[PAIRS])
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--mistakes", type=int, default=0, metavar="N")
    parser.add_argument("--shipped", action="store_true")
    asked = parser.parse_args()
    if missing := [file for file in asked.pairs if not file.is_file()]:
        print(f"{missing[0]}: no such file; give a CSV with columns a, b, same, category")
        return 2
    pairs = read(*asked.pairs)
    scored = ours(pairs, shipped=asked.shipped)
    print(f"{len(pairs)} pairs, {sum(pair.same for pair in pairs)} of them one employer")
    print(
        f"{'':26} {'AP':>6} {'R@P.95':>7} {'R@P.99':>7} {'AP, all':>8} {'look-alikes':>11} "
        f"{'non-employers':>14}"
    )
    scores = [one.score for one in scored]
    print(row("inroad", pairs, scores, [one.tier in ACCEPTED for one in scored]))
    if asked.peers:
        from bench.peers import PAIRS as PEERS

        truth = Truth(pairs)
        for title, peer in PEERS.items():
            scores = peer(pairs, truth)
            print(row(title, pairs, scores, accepted_by(pairs, scores)), flush=True)
    print()
    report_tiers(pairs, scored)
    print()
    report_categories(pairs, scored)
    print()
    report_mistakes(pairs, scored, asked.mistakes)
    return 0


if __name__ == "__main__":
    sys.exit(main())
