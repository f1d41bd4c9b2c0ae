"""The labelled gate: how many pairs of each category the matcher gets right, and the floors.

    python -m tests.matcher.gate                    the table, and what is below its floor
    python -m tests.matcher.gate --mistakes         and every pair it gets wrong
    python -m tests.matcher.gate --raise            lift the floors to what is measured now
    python -m tests.matcher.gate --lower "accents" --allow-regression "why that is right"

The floors carry a seal over their values, so that an edit by hand is noticed: a floor goes down
only by way of the last command, and its reason stays in the file.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import math
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from matcher.employers.load import load_knowledge
from matcher.employers.pairs import Scored, score_pairs

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "tests" / "fixtures" / "employers"
FLOORS = FOLDER / "floors.toml"
FILES = ("pairs.csv", "written.csv", "coined.csv")
KNOWLEDGE = load_knowledge(ROOT / "config" / "employers")
ACCEPTED = ("same", "likely")
MEASURES = ("recall", "precision", "apart")
_LABELS = {"likely": "same", "not-same": "different", "unsure": "different"}
_HEAD = """\
# What the matcher must reach on the labelled pairs beside this file, by category: the share of one
# employer's names it accepts as same or likely (recall), the share of those that is right
# (precision), and the share of different employers it keeps apart (apart).
# Written by `python -m tests.matcher.gate --raise`; lowering needs --allow-regression and a reason.
"""


@dataclass(frozen=True, slots=True)
class Pair:
    """`expected` is same, part (shown as part of the other) or different."""

    a: str
    b: str
    expected: str
    category: str


@dataclass(slots=True)
class Tally:
    found: int = 0
    missed: int = 0
    apart: int = 0
    mixed: int = 0
    mistakes: list[tuple[Pair, Scored]] = field(default_factory=list)

    def add(self, pair: Pair, scored: Scored) -> None:
        accepted = scored.tier in ACCEPTED
        if pair.expected == "different":
            self.mixed += accepted
            self.apart += not accepted
        else:
            self.found += accepted
            self.missed += not accepted
        if accepted == (pair.expected == "different"):
            self.mistakes.append((pair, scored))

    def measured(self) -> dict[str, float]:
        """Shares cut off, never rounded up, at four digits."""
        shares = {}
        if self.found + self.missed:
            shares["recall"] = self.found / (self.found + self.missed)
            shares["precision"] = self.found / (self.found + self.mixed) if self.found else 0.0
        if self.apart + self.mixed:
            shares["apart"] = self.apart / (self.apart + self.mixed)
        return {name: math.floor(share * 10_000) / 10_000 for name, share in shares.items()}


def load() -> list[Pair]:
    found = []
    for name in FILES:
        with (FOLDER / name).open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                expected = _LABELS.get(row["expected"], row["expected"])
                if row["category"] == "part of" and expected == "same":
                    expected = "part"
                found.append(Pair(row["a"], row["b"], expected, row["category"]))
    return found


def tallies(pairs: Iterable[Pair]) -> dict[str, Tally]:
    """Category → how its pairs came out; "all" is everything."""
    found: dict[str, Tally] = defaultdict(Tally)
    pairs = list(pairs)
    scores = score_pairs(((p.a, p.b) for p in pairs), KNOWLEDGE)
    for pair, scored in zip(pairs, scores, strict=True):
        found[pair.category].add(pair, scored)
        found["all"].add(pair, scored)
    return dict(found)


def read_floors() -> dict[str, Any]:
    return tomllib.loads(FLOORS.read_text(encoding="utf-8")) if FLOORS.exists() else {}


def seal(floors: Mapping[str, Mapping[str, Any]]) -> str:
    text = json.dumps(floors, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _toml(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{name} = {_toml(of)}" for name, of in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False)


def write_floors(floors: Mapping[str, Mapping[str, Any]]) -> None:
    lines = [_HEAD, f'seal = "{seal(floors)}"', "", "[floor]"]
    for category, values in sorted(floors.items()):
        lines.append(f"{json.dumps(category, ensure_ascii=False)} = {_toml(values)}")
    FLOORS.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def below(floors: Mapping[str, Any], found: Mapping[str, Tally]) -> list[str]:
    """What is not as good as its floor, in words; a category of either side alone is among it."""
    wrong = [f"{c}: has no floor; raise the floors" for c in found if c not in floors]
    wrong += [f"{c}: has a floor but no pairs" for c in floors if c not in found]
    for category, tally in found.items():
        for name, value in tally.measured().items():
            floor = floors.get(category, {}).get(name, 0.0)
            if value < floor:
                wrong.append(f"{category}: {name} {value:.4f}, floor {floor:.4f}")
    return wrong


def raised(floors: Mapping[str, Any], found: Mapping[str, Tally]) -> dict[str, dict[str, Any]]:
    """The floors lifted to what is measured; a reason goes once its floor is back up."""
    new: dict[str, dict[str, Any]] = {}
    for category, tally in found.items():
        old = dict(floors.get(category, {}))
        values = {n: max(v, old.get(n, 0.0)) for n, v in tally.measured().items()}
        was = old.get("was", {})
        if any(values.get(name, 0.0) < value for name, value in was.items()):
            values |= {"was": was, "reason": old["reason"]}
        new[category] = values
    return new


def lowered(
    floors: Mapping[str, Any], found: Mapping[str, Tally], category: str, reason: str
) -> dict[str, dict[str, Any]]:
    """One category's floors set to what is measured, with what they were and why."""
    if not reason.strip():
        raise ValueError("--allow-regression needs a reason")
    new = {name: dict(values) for name, values in floors.items()}
    old = new[category]
    was = {n: max(old[n], old.get("was", {}).get(n, 0.0)) for n in MEASURES if n in old}
    new[category] = {**found[category].measured(), "was": was, "reason": reason.strip()}
    return new


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mistakes", action="store_true")
    parser.add_argument("--raise", dest="lift", action="store_true")
    parser.add_argument("--lower", metavar="CATEGORY")
    parser.add_argument("--allow-regression", metavar="REASON", default="")
    asked = parser.parse_args()
    floors, found = read_floors().get("floor", {}), tallies(load())
    if asked.lower and (asked.lower not in floors or not asked.allow_regression.strip()):
        print("--lower takes a category with floors, and --allow-regression with the reason.")
        return 2
    print(f"{'category':32} {'pairs':>6} {'recall':>8} {'precision':>10} {'apart':>8}")
    for category, tally in sorted(found.items(), key=lambda item: (item[0] == "all", item[0])):
        got = tally.measured()
        cells = [f"{got[m]:.4f}" if m in got else "" for m in MEASURES]
        count = tally.found + tally.missed + tally.apart + tally.mixed
        print(f"{category:32} {count:6} {cells[0]:>8} {cells[1]:>10} {cells[2]:>8}")
        if asked.mistakes and category != "all":
            for pair, scored in tally.mistakes:
                print(f"    {pair.expected}: {pair.a!r} | {pair.b!r}: {scored.tier} {scored.score}")
    if asked.lower:
        write_floors(lowered(floors, found, asked.lower, asked.allow_regression))
    elif asked.lift:
        write_floors(raised(floors, found))
    wrong = below(read_floors().get("floor", {}), found)
    print("\n".join(wrong))
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
