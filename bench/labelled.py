"""Labelled pairs of employer names: reading them, who belongs together, how well one ranks them.

A file of pairs has the columns a, b, same (1 or 0), category, and may have source (where the names
come from, "one/other" when they differ) and group ("knowledge" when no name tells that the pair is
one employer: renames, brands, other scripts).
"""

from __future__ import annotations

import csv
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from matcher.employers.normalise import normalise

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared" / "data"
PAIRS = SHARED / "matching" / "pairs_dev.csv"
FOLDS = 5
KNOWLEDGE = "knowledge"
NO_EMPLOYER = "neg_non_employer"
REGISTERS = ("sec", "yc", "nsi")
"""Sources in which every employer is one entry: two entries are two employers."""


@dataclass(frozen=True, slots=True)
class Pair:
    a: str
    b: str
    same: bool
    category: str
    sources: tuple[str, str] = ("", "")
    group: str = ""

    @property
    def names_tell(self) -> bool:
        return self.group != KNOWLEDGE


def read(*files: Path) -> list[Pair]:
    pairs = []
    for file in files:
        with file.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                one, _, other = (row.get("source") or "").partition("/")
                pairs.append(
                    Pair(
                        row["a"],
                        row["b"],
                        row["same"] == "1",
                        row["category"],
                        (one, other or one),
                        row.get("group") or "",
                    )
                )
    return pairs


def board_names() -> list[str]:
    """Employers of public job boards: the crowd that the labelled names are sought in."""
    names: set[str] = set()
    for file in sorted((SHARED / "boards").glob("*.csv")):
        with file.open(encoding="utf-8", newline="") as lines:
            names.update(row["name"] for row in csv.DictReader(lines))
    return sorted(names - {""})


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


class Truth:
    """What the pairs say of their names; names of one key count as one employer.

    `folds` keep all names together that any pair links, so that nothing is measured on an employer
    that was fitted on.
    """

    def __init__(self, pairs: Sequence[Pair]) -> None:
        self.keys = {name: normalise(name).key for pair in pairs for name in (pair.a, pair.b)}
        self._same, self._told, self._linked = Clusters(), Clusters(), Clusters()
        self._sources: dict[str, set[str]] = {}
        self._different: set[tuple[str, str]] = set()
        for pair in pairs:
            one, other = self.keys[pair.a], self.keys[pair.b]
            self._linked.join(one, other)
            if pair.same:
                self._same.join(one, other)
                if pair.names_tell:
                    self._told.join(one, other)
            else:
                self._different |= {(one, other), (other, one)}
            for key, source in zip((one, other), pair.sources, strict=True):
                self._sources.setdefault(key, set()).add(source)
        named = {
            name
            for pair in pairs
            if pair.category != NO_EMPLOYER
            for name in (pair.a, pair.b)
            if self.keys[name]
        }
        self.names = sorted(named)
        self.telling = sorted(
            named & {n for pair in pairs if pair.names_tell for n in (pair.a, pair.b)}
        )
        self._members = Counter(self._told.root(self.keys[name]) for name in self.telling)

    def fold(self, name: str) -> int:
        return self.fold_of_key(self.keys[name])

    def fold_of_key(self, key: str) -> int:
        return zlib.crc32(self._linked.root(key).encode()) % FOLDS

    def same_keys(self, one: str, other: str) -> bool:
        return self._same.root(one) == self._same.root(other)

    def told_keys(self, one: str, other: str) -> bool:
        """The same without renames, brands and the like."""
        return self._told.root(one) == self._told.root(other)

    def told(self, one: str, other: str) -> bool:
        return self.told_keys(self.keys[one], self.keys[other])

    def same(self, one: str, other: str) -> bool:
        return self.same_keys(self.keys[one], self.keys[other])

    def others(self, name: str) -> int:
        """How many other names of its employer there are among those that tell."""
        return self._members[self._told.root(self.keys[name])] - 1

    def surely_different(self, one: str, other: str) -> bool:
        """Whether two names that no label joins are known to be two employers: labelled so, or two
        entries of one register. What is left is mostly not labelled at all."""
        a, b = self.keys[one], self.keys[other]
        if a == b or (a, b) in self._different:
            return a != b
        return any(
            source in self._sources[a] and source in self._sources[b] for source in REGISTERS
        )


def average_precision(scored: Iterable[tuple[float, bool]]) -> float:
    """Of (score, same); pairs of one score count as one step."""
    ranked = sorted(scored, reverse=True)
    total = sum(same for _, same in ranked)
    right = seen = 0
    average = 0.0
    for _, tied in groupby(ranked, key=lambda pair: pair[0]):
        labels = [same for _, same in tied]
        before, right, seen = right, right + sum(labels), seen + len(labels)
        average += (right - before) / total * right / seen
    return average


def recall_at(scored: Iterable[tuple[float, bool]], precision: float, total: int = 0) -> float:
    """The most recall at any score where the precision above it is at least this.

    `total` is how many there are to find, when not all of them are among the scored.
    """
    ranked = sorted(scored, reverse=True)
    total = total or sum(same for _, same in ranked)
    right = seen = 0
    best = 0.0
    for _, tied in groupby(ranked, key=lambda pair: pair[0]):
        labels = [same for _, same in tied]
        right, seen = right + sum(labels), seen + len(labels)
        if right >= precision * seen:
            best = max(best, right / total)
    return best
