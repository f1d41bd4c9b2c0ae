"""How well the employer matcher does in long lists, beside what one could pick.

    python -m bench.matcher_lists [pairs.csv] [--peers] [--wrong 50]

Every labelled name is sought among all of them and the employers of public job boards, by trees
fitted without it. A link is right when labels, or equal keys, make its two names one employer;
those that only a fact could tell (renames, brands) count neither way. Most names of one employer
are in the file only once, unlabelled, so a good part of what counts as wrong is right: the raw
figures are lower bounds. The second column leaves links out that nothing is known of: those whose
names are neither labelled as two employers nor two entries of one register.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from bench.labelled import PAIRS, ROOT, Pair, Truth, board_names, read, recall_at
from matcher.employers.judge import Tier
from matcher.employers.link import Link, link
from matcher.employers.load import load_knowledge


class Answers:
    """Links between labelled names, and what they are worth.

    Names of one list are sought in itself, so a link is counted once for each of its two ends.
    """

    def __init__(self, truth: Truth, links: Iterable[tuple[str, str, float]]) -> None:
        known = set(truth.telling)
        self.total = sum(truth.others(name) for name in truth.telling)
        self.scored: list[tuple[float, bool]] = []
        self.settled: list[tuple[float, bool]] = []
        for one, other, score in links:
            if one == other or one not in known or other not in known:
                continue
            same = truth.told(one, other)
            if not same and truth.same(one, other):
                continue
            self.scored.append((score, same))
            if same or truth.surely_different(one, other):
                self.settled.append((score, same))

    def row(self, title: str) -> str:
        cells = [
            recall_at(scored, precision, self.total)
            for scored in (self.scored, self.settled)
            for precision in (0.8, 0.9, 0.95)
        ]
        return f"{title:30} " + " ".join(f"{cell:7.3f}" for cell in cells)


def ours(pairs: Sequence[Pair], crowd: Sequence[str]) -> list[Link]:
    from bench.train_matcher import Material, cross_validated, judged_by

    knowledge = load_knowledge(ROOT / "config" / "employers")
    material = Material(pairs, crowd)
    everyone = sorted({*material.truth.names, *crowd})
    links = []
    for fold, trees in cross_validated(material):
        names = [name for name in material.truth.names if material.truth.fold(name) == fold]
        with judged_by(trees):
            # In this process: others would read the shipped trees.
            links += link(names, everyone, knowledge, processes=1)
    return links


def report_tiers(truth: Truth, links: Sequence[Link]) -> None:
    known = set(truth.names)
    for tier in (Tier.SAME, Tier.LIKELY, Tier.UNSURE):
        of = [
            (truth.same(found.employer, found.workplace), found)
            for found in links
            if found.tier is tier and found.employer != found.workplace and found.workplace in known
        ]
        right = sum(same for same, _ in of)
        surely = sum(
            not same and truth.surely_different(found.employer, found.workplace)
            for same, found in of
        )
        print(
            f"{tier:8} {len(of):6} links, {right} right, {surely} surely wrong: "
            f"precision {right / max(1, len(of)):.4f} to {1 - surely / max(1, len(of)):.4f}"
        )


def report_wrong(truth: Truth, links: Sequence[Link], most: int) -> None:
    """A sample of the accepted links that no label calls right, to see what they are."""
    known = set(truth.names)
    wrong = [
        found
        for found in links
        if found.tier in (Tier.SAME, Tier.LIKELY)
        and found.employer < found.workplace
        and found.workplace in known
        and not truth.same(found.employer, found.workplace)
    ]
    random.Random(1).shuffle(wrong)
    for found in wrong[:most]:
        note = " (surely)" if truth.surely_different(found.employer, found.workplace) else ""
        print(f"{found.tier} {found.score}{note}: {found.employer!r} | {found.workplace!r}")
        print(f"    {found.reason}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pairs", nargs="*", type=Path, default=[PAIRS])
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--wrong", type=int, default=0, metavar="N")
    asked = parser.parse_args()
    pairs, crowd = read(*asked.pairs), board_names()
    truth = Truth(pairs)
    everyone = sorted({*truth.names, *crowd})
    links = ours(pairs, crowd)
    answers = Answers(truth, ((found.employer, found.workplace, found.score) for found in links))
    print(f"{len(truth.names)} names among {len(everyone)}; {answers.total} links to find")
    print(f"{'recall at precision':30} {'all links':>23} {'settled links':>23}")
    print(f"{'':30} {'.80':>7} {'.90':>7} {'.95':>7} {'.80':>7} {'.90':>7} {'.95':>7}")
    print(answers.row("inroad"), flush=True)
    if asked.peers:
        from bench.peers import LISTS

        for title, peer in LISTS.items():
            found = peer(truth.names, everyone, pairs)
            print(Answers(truth, found).row(title), flush=True)
    print()
    report_tiers(truth, links)
    print()
    report_wrong(truth, links, asked.wrong)
    return 0


if __name__ == "__main__":
    sys.exit(main())
