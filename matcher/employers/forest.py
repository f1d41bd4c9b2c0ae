"""A small ensemble of decision trees, read from a file and asked without any library for it."""

from __future__ import annotations

import json
import math
from bisect import bisect_left
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from operator import getitem

LEAVES = 8
"""Leaves of a tree, at most: each tree is a byte of the bit vectors below."""


class Forest:
    """Trees with at most eight leaves, asked the way of QuickScorer (Lucchese and others, 2015).

    For every feature the thresholds of all trees stand in one sorted list. A value's place in it
    gives, as one long integer with a byte a tree, the leaves that can still be reached; the AND of
    all features leaves every tree the leaf it ends in as its lowest bit.

    `trees` are nested lists: a number for a leaf, [feature, threshold, below, above] for a branch;
    values up to the threshold go below. `bias` is added to the sum of the leaves, a log odds.
    """

    def __init__(self, trees: Sequence[object], features: int, bias: float) -> None:
        self.bias = bias
        self._size = len(trees)
        branches: list[list[tuple[float, int]]] = [[] for _ in range(features)]
        self._leaf: list[list[float]] = []
        whole = (1 << 8 * len(trees)) - 1
        for at, tree in enumerate(trees):
            leaves: list[float] = []
            self._plant(tree, at, leaves, branches, whole)
            padded = leaves + [0.0] * (LEAVES - len(leaves))
            self._leaf.append(
                [0.0] + [padded[(byte & -byte).bit_length() - 1] for byte in range(1, 256)]
            )
        self._whole = whole
        self._features: list[tuple[int, list[float], list[int]]] = []
        for feature, found in enumerate(branches):
            found.sort(key=lambda branch: branch[0])
            thresholds = [threshold for threshold, _ in found]
            masks = [whole]
            for _, mask in found:
                masks.append(masks[-1] & mask)
            if thresholds:
                self._features.append((feature, thresholds, masks))

    def _plant(
        self,
        node: object,
        at: int,
        leaves: list[float],
        branches: list[list[tuple[float, int]]],
        whole: int,
    ) -> None:
        if not isinstance(node, list):
            leaves.append(float(node))  # type: ignore[arg-type]
            return
        feature, threshold, below, above = node
        first = len(leaves)
        self._plant(below, at, leaves, branches, whole)
        lost = ((1 << len(leaves)) - (1 << first)) << 8 * at
        branches[feature].append((threshold, whole & ~lost))
        self._plant(above, at, leaves, branches, whole)

    def __call__(self, values: Sequence[float]) -> float:
        """The chance, from 0 to 1, that the trees see in the values of the features."""
        alive = self._whole
        for feature, thresholds, masks in self._features:
            alive &= masks[bisect_left(thresholds, values[feature])]
        ends = alive.to_bytes(self._size, "little")
        return 1 / (1 + math.exp(-self.bias - sum(map(getitem, self._leaf, ends))))


@cache
def forest() -> Forest:
    """The shipped trees (forest.json beside this file)."""
    data = json.loads(files(__package__).joinpath("forest.json").read_text(encoding="utf-8"))
    return Forest(data["trees"], len(data["features"]), data["bias"])
