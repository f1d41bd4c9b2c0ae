"""Finds words that may be one word misspelt, among many, without measuring all pairs.

Two words a typing slip apart leave the same behind when one letter is taken from each ("symmetric
delete", Garbe); only such pairs are measured, by align.spelling.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence

from matcher.employers.align import LEAST_ALIKE, spelling

SHORTEST = 4
_IDS = 24
_HASH = (1 << 40) - 1
Slips = dict[tuple[str, str], float]
"""Pairs of words, in order, and how alike they are."""


def misspellings(ones: Iterable[str], others: Iterable[str]) -> Slips:
    """Pairs of a word and another of the other list within a slip of it."""
    by_gap: dict[str, list[str]] = {}
    for word in set(ones):
        if _may_slip(word):
            for gap in _gaps(word):
                by_gap.setdefault(gap, []).append(word)
    found: Slips = {}
    for word in set(others):
        if _may_slip(word):
            for gap in _gaps(word):
                if gap in by_gap:
                    for near in by_gap[gap]:
                        _measure(found, near, word)
    return _alike(found)


class Gaps:
    """The words of a long list by what they leave behind: a sorted array of (hash, number)."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words: Sequence[str] = [word for word in words if _may_slip(word)]
        self._entries = array(
            "Q",
            sorted(
                (hash(gap) & _HASH) << _IDS | number
                for number, word in enumerate(self._words)
                for gap in _gaps(word)
            ),
        )

    def misspellings(self, words: Iterable[str]) -> Slips:
        """As the function: `words` against those of the list."""
        entries, listed = self._entries, self._words
        found: Slips = {}
        for word in set(words):
            if not _may_slip(word):
                continue
            for gap in _gaps(word):
                hashed = (hash(gap) & _HASH) << _IDS
                at = bisect_left(entries, hashed)
                while at < len(entries) and entries[at] >> _IDS << _IDS == hashed:
                    _measure(found, word, listed[entries[at] & ((1 << _IDS) - 1)])
                    at += 1
        return _alike(found)


def _gaps(word: str) -> list[str]:
    return [word, *[word[:at] + word[at + 1 :] for at in range(len(word))]]


def _may_slip(word: str) -> bool:
    return len(word) >= SHORTEST and not word.isdigit()


def _measure(found: Slips, one: str, other: str) -> None:
    pair = (one, other) if one < other else (other, one)
    if one != other and pair not in found:
        found[pair] = spelling(*pair)


def _alike(found: Slips) -> Slips:
    return {pair: alike for pair, alike in found.items() if alike >= LEAST_ALIKE}
