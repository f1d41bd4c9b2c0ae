"""The linter on labelled messages: how many of their mistakes it names, and what it invents.

    python -m tests.matcher.messages               the tables
    python -m tests.matcher.messages --mistakes    and every message it gets wrong
    python -m tests.matcher.messages --pin         write what is reached now into floors.toml

The messages of heldout/ were never used to change the linter; all others were.
"""

from __future__ import annotations

import argparse
import math
import tomllib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from matcher.asks.lint import RULES, Linted, lint
from matcher.asks.message import parse
from matcher.asks.wordlists import WordLists

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "tests" / "fixtures" / "messages"
FLOORS = FOLDER / "floors.toml"
LISTS = WordLists(RULES, ROOT / "config" / "lint", Path("/nowhere"))
HELD_OUT = "heldout"
_HEAD = """\
# What the linter must reach on the messages beside this file: of the mistakes that are there the
# share it names (recall), of those it names the share that is there (precision).
# Written by `python -m tests.matcher.messages --pin`; a lower figure needs a reason in the commit.
"""


@dataclass(frozen=True)
class Labelled:
    """One message of the corpus; `expect` are the rules it breaks."""

    name: str
    part: str
    language: str
    kind: str
    text: str
    expect: frozenset[str]

    def linted(self, *, guess: bool = False) -> Linted:
        marks = LISTS.everywhere("subject_labels"), LISTS.everywhere("forward_marks")
        told = () if guess else (self.kind, self.language)
        return lint(parse(self.text, *marks), LISTS, *told)


@dataclass
class Tally:
    """By rule: named and there, named but not there, there but not named."""

    right: Counter[str] = field(default_factory=Counter)
    invented: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    mistakes: list[str] = field(default_factory=list)
    good: int = 0
    bad: int = 0

    def add(self, message: Labelled) -> None:
        found = {f.rule.name for f in message.linted().findings}
        self.right.update(found & message.expect)
        self.invented.update(found - message.expect)
        self.missed.update(message.expect - found)
        self.bad += bool(message.expect)
        self.good += not message.expect
        if found != message.expect:
            invented, missed = sorted(found - message.expect), sorted(message.expect - found)
            self.mistakes.append(f"{message.name}: invented {invented}, missed {missed}")

    def measured(self, rules: Iterable[str] = RULES) -> dict[str, float]:
        """Shares cut off, never rounded up, at three digits."""
        right, invented, missed = (
            sum(counter[rule] for rule in rules)
            for counter in (self.right, self.invented, self.missed)
        )
        shares = {}
        if right + invented:
            shares["precision"] = right / (right + invented)
        if right + missed:
            shares["recall"] = right / (right + missed)
        return {name: math.floor(share * 1000) / 1000 for name, share in shares.items()}


def load() -> list[Labelled]:
    found = []
    for file in sorted(FOLDER.glob("*/*.toml")):
        quality, language, _ = file.name.split(".")
        for one in tomllib.loads(file.read_text(encoding="utf-8"))["message"]:
            expect = frozenset(one.get("expect", ()))
            assert bool(expect) == (quality == "bad"), f"{file}: {one['id']}"
            name = f"{file.parent.name}/{language}/{one['id']}"
            text = one["text"].strip("\n")
            found.append(Labelled(name, file.parent.name, language, one["kind"], text, expect))
    return found


def tallies(messages: Iterable[Labelled]) -> dict[str, Tally]:
    """ "tuned" and "heldout" → how they came out."""
    found = {"tuned": Tally(), HELD_OUT: Tally()}
    for message in messages:
        found[HELD_OUT if message.part == HELD_OUT else "tuned"].add(message)
    return found


def read_floors() -> dict[str, dict[str, dict[str, float]]]:
    return tomllib.loads(FLOORS.read_text(encoding="utf-8"))


def report(found: dict[str, Tally]) -> str:
    lines = []
    for part, tally in found.items():
        shares = tally.measured()
        lines += [
            f"{part}: {tally.good} good and {tally.bad} bad messages, "
            f"precision {shares['precision']:.3f}, recall {shares['recall']:.3f}",
            f"  {'rule':20} {'precision':>9} {'recall':>7}   right invented missed",
        ]
        for rule in RULES:
            shares = tally.measured([rule])
            counts = [counter[rule] for counter in (tally.right, tally.invented, tally.missed)]
            if any(counts):
                precision, recall = (shares.get(n, math.nan) for n in ("precision", "recall"))
                lines.append(
                    f"  {rule:20} {precision:9.3f} {recall:7.3f} {counts[0]:7} "
                    f"{counts[1]:8} {counts[2]:6}"
                )
    return "\n".join(lines)


def pin(found: dict[str, Tally]) -> None:
    lines = [_HEAD]
    for part, tally in found.items():
        lines.append(f"[{part}]")
        measured = {"all": tally.measured()}
        measured |= {rule: tally.measured([rule]) for rule in RULES}
        for name, shares in measured.items():
            if shares:
                inside = ", ".join(f"{key} = {share}" for key, share in shares.items())
                lines.append(f"{name} = {{ {inside} }}")
        lines.append("")
    FLOORS.write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("--mistakes", action="store_true")
    options.add_argument("--pin", action="store_true")
    chosen = options.parse_args()
    result = tallies(load())
    print(report(result))
    if chosen.mistakes:
        print("\n".join(line for tally in result.values() for line in tally.mistakes))
    if chosen.pin:
        pin(result)
