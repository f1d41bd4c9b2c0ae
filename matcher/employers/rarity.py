"""How much a word says about whose name it stands in: built-in classes × rarity in the lists."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from typing import Protocol

from matcher.employers.lexicon import common, words

BACKGROUND = 50_000
"""Names the lists are imagined to stand among, lest a list of ten call all its words common."""


class Counts(Protocol):
    """How many names hold a word."""

    def get(self, word: str, default: int, /) -> int: ...


class Rarity:
    """Weights of words between 0 and 1, given every name that takes part in a match.

    weight = class weight (words.toml) × min(1, ln((N+1)/(n+1)) / ln((N+1)/3)), the inverse document
    frequency of a word that is in n of N names (background included), scaled so that a word in two
    names still weighs its full class weight: one for each side of a true link.
    """

    def __init__(self, names: Iterable[tuple[str, ...]]) -> None:
        counts: Counter[str] = Counter()
        total = 0
        for tokens in names:
            total += 1
            counts.update(set(tokens))
        self._count_in(counts, total)

    @classmethod
    def counted(cls, counts: Counts, names: int) -> Rarity:
        """The same from words already counted over that many names; words in fewer than three of
        them need not be given."""
        rarity = cls.__new__(cls)
        rarity._count_in(counts, names)
        return rarity

    def _count_in(self, counts: Counts, names: int) -> None:
        self.count = counts
        self.weight = _Weights(counts, BACKGROUND + names).__getitem__
        """The weight of a word."""


class _Weights(dict[str, float]):
    """Weights worked out when first asked for: of a million names few words are ever weighed."""

    def __init__(self, counts: Counts, total: int) -> None:
        super().__init__()
        self._count = counts
        self._common = common()
        self._listed = words().weight
        self._log_total = math.log(total + 1)
        self._scale = math.log((total + 1) / 3)

    def __missing__(self, token: str) -> float:
        weight = self._listed.get(token, 1.0)
        if count := self._count.get(token, 0) + self._common.get(token, 0):
            idf = (self._log_total - math.log(count + 1)) / self._scale
            weight *= min(1.0, max(0.05, idf))
        self[token] = weight
        return weight
