"""How much a word says about whose name it stands in: built-in classes × rarity in the lists."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable

from matcher.employers.lexicon import words

BACKGROUND = 50_000
"""Names the lists are imagined to stand among, lest a list of ten call all its words common."""


class Rarity:
    """Weights of words between 0 and 1, given every name that takes part in a match.

    weight = class weight (words.toml) × min(1, ln((N+1)/(n+1)) / ln((N+1)/3)), the inverse document
    frequency of a word that is in n of N names (background included), scaled so that a word in two
    names still weighs its full class weight: one for each side of a true link.
    """

    def __init__(self, names: Iterable[tuple[str, ...]]) -> None:
        counts: Counter[str] = Counter()
        total = BACKGROUND
        for tokens in names:
            total += 1
            counts.update(set(tokens))
        lexicon = words()
        scale = math.log((total + 1) / 3)
        log_total = math.log(total + 1)
        self.count = counts
        self._listed = lexicon.weight
        self._weight = {
            token: lexicon.weight.get(token, 1.0)
            * min(1.0, max(0.05, (log_total - math.log(count + 1)) / scale))
            for token, count in counts.items()
        }

    def weight(self, token: str) -> float:
        found = self._weight.get(token)
        return self._listed.get(token, 1.0) if found is None else found
