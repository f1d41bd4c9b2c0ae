"""Which pairs of two long lists are worth comparing: small trees, asked in SQL or in Python."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

TOLD = ("shared", "lesser", "greater", "alike", "shortest", "longest")
"""What is asked about of two forms: the weight of what they share, at most, and of the lighter and
the heavier one; the Jaro-Winkler similarity of their keys, and the lengths of these."""


@cache
def _sieve() -> tuple[int, list[Any]]:
    """The least sum of leaves, and trees: a whole number for a leaf, [place in TOLD, threshold,
    below, above] for a branch (sieve.json, fitted by bench/train_sieve.py)."""
    data = json.loads(files(__package__).joinpath("sieve.json").read_text(encoding="utf-8"))
    return data["least"], data["trees"]


@cache
def condition() -> str:
    """The sieve as SQL, of columns that are called as TOLD is; dear to plan."""
    least, trees = _sieve()
    return f"{' + '.join(map(_branch, trees))} >= {least}"


def _branch(node: Any) -> str:
    if isinstance(node, int):
        return str(node)
    place, threshold, below, above = node
    told = f"{TOLD[place]} <= {threshold}"
    return f"CASE WHEN {told} THEN {_branch(below)} ELSE {_branch(above)} END"


def lets_through(told: Sequence[float]) -> bool:
    """The same, of the values of TOLD."""
    least, trees = _sieve()
    total = 0
    for node in trees:
        while node.__class__ is list:
            node = node[2] if told[node[0]] <= node[1] else node[3]
        total += node
    return total >= least
