"""Finds the few pairs of names worth comparing, without comparing all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from rapidfuzz.distance import OSA

from matcher.employers.compare import MOST_LEFT, Tokens
from matcher.employers.lexicon import words
from matcher.employers.names import NOT_LOOKED_UP, Names
from matcher.employers.rarity import Rarity

MOST_NAMES = 300
"""A word in more names than this finds no candidates by itself."""
LEAST_WORD = 0.2
LEAST_SHARED = 0.45
LEAST_PROMISE = -1.6


def candidates(
    ones: Sequence[Tokens],
    others: Names,
    rarity: Rarity,
    spellings: Mapping[tuple[str, str], float],
) -> Iterator[tuple[Tokens, Tokens, float, float]]:
    """Pairs of forms that share enough rare words, allowing for one slip in each word.

    With each pair come the weight of what they share, at most, and the weight of the heavier name.
    Whether two forms are a pair hangs on them and on what all lists together say of their words,
    not on what else is in `others`.
    """
    finder = _Finder(others, rarity, spellings)
    forms = others.forms
    weight = rarity.weight
    weights: dict[int, float] = {}
    for tokens in ones:
        whole = sum(map(weight, tokens))
        shared: dict[int, float] = {}
        can_be = 0.0
        few: list[tuple[Sequence[int], float]] = []
        for positions, worth in sorted(finder.found_by(tokens), key=_worth):
            can_be += worth
            # Words that together are too little alone only add to what others find.
            if can_be < LEAST_SHARED:
                few.append((positions, worth))
                continue
            for at in positions:
                shared[at] = shared.get(at, 0.0) + worth
        for positions, worth in few:
            if len(positions) < len(shared):
                for at in positions:
                    if at in shared:
                        shared[at] += worth
            else:
                for at in shared.keys() & positions:
                    shared[at] += worth
        for at, total in shared.items():
            if total < LEAST_SHARED:
                continue
            other = weights.get(at)
            if other is None:
                other = weights[at] = sum(map(weight, forms[at]))
            if min(whole, other) - total <= MOST_LEFT and _promises(
                tokens, forms[at], total, *((whole, other) if whole < other else (other, whole))
            ):
                yield tokens, forms[at], total, max(whole, other)


def _worth(found: tuple[Sequence[int], float]) -> float:
    return found[1]


def _promises(one: Tokens, other: Tokens, shared: float, lesser: float, greater: float) -> bool:
    """Whether a pair is worth taking apart; costs a fortieth of that.

    Logistic regression on whether candidates of long lists reached the review floor, cut where it
    loses one in five hundred of those and spares three in four of the rest.
    """
    z = -15.98 + 9.79 * shared + 1.73 * shared / lesser - 3.36 * shared / greater
    z += 19.86 * shared / (lesser + greater)
    if z < LEAST_PROMISE - 9.7:
        return False
    key, other_key = "".join(one), "".join(other)
    z += 6.38 * OSA.normalized_similarity(key, other_key)
    return z >= LEAST_PROMISE or (
        z + 3.31 >= LEAST_PROMISE and (key.startswith(other_key) or other_key.startswith(key))
    )


class _Finder:
    def __init__(
        self, others: Names, rarity: Rarity, spellings: Mapping[tuple[str, str], float]
    ) -> None:
        self.forms, self.by_word = others.forms, others.by_word
        self.weight = rarity.weight
        self.count = rarity.count
        self.kin = words().kin
        self.dull = {word for word, kind in words().kind.items() if kind in NOT_LOOKED_UP}
        self.families: dict[str, list[str]] = defaultdict(list)
        for word, head in self.kin.items():
            self.families[head].append(word)
        self.near: dict[str, list[tuple[str, float]]] = defaultdict(list)
        for (one, other), alike in spellings.items():
            self.near[one].append((other, alike))
            self.near[other].append((one, alike))
        self.rare: dict[str, Sequence[int]] = {}
        self.parted: dict[str, Sequence[int]] = {}

    def found_by(self, tokens: Tokens) -> Iterator[tuple[Sequence[int], float]]:
        """Positions of forms that have a word of these, misspelt, run together or parted too."""
        kin, weight = self.kin, self.weight
        worths: dict[str, float] = {}
        for token in tokens:
            worth = weight(token)
            head = kin.get(token, token)
            worths[head] = max(worths.get(head, 0.0), worth)
            for near, alike in self.near.get(token, ()):
                head = kin.get(near, near)
                worths[head] = max(worths.get(head, 0.0), worth * alike)
        for size in (2, 3):
            for at in range(len(tokens) - size + 1):
                joined = "".join(tokens[at : at + size])
                head = kin.get(joined, joined)
                if head in self.by_word:
                    worths[head] = max(worths.get(head, 0.0), weight(joined))
        for head, worth in worths.items():
            if worth >= LEAST_WORD:
                yield self._with(head), worth
        for token in tokens:
            if len(token) > 4 and (worth := weight(token)) >= LEAST_WORD:
                parted = self._parted(token)
                if parted:
                    yield parted, worth

    def _with(self, head: str) -> Sequence[int]:
        found = self.rare.get(head)
        if found is None:
            found = self.by_word.get(head, ())
            if found and self._names_with(head) > MOST_NAMES:
                found = ()
            self.rare[head] = found
        return found

    def _names_with(self, head: str) -> int:
        family = self.families.get(head)
        if family is None:
            return self.count.get(head, 0)
        return sum(self.count.get(word, 0) for word in family)

    def _parted(self, token: str) -> Sequence[int]:
        """Positions of forms in which two neighbours run together are this word."""
        found = self.parted.get(token)
        if found is not None:
            return found
        positions: set[int] = set()
        for at in range(2, len(token) - 1):
            head, tail = token[:at], token[at:]
            for position in self._rarer_of(head, tail):
                tokens = self.forms[position]
                if (head, tail) in pairwise(tokens):
                    positions.add(position)
        self.parted[token] = found = sorted(positions)
        return found

    def _rarer_of(self, one: str, other: str) -> Sequence[int]:
        """Positions of forms with the rarer of two words, provided that both are known at all."""
        if min(self.count.get(one, 0), self.count.get(other, 0)) > MOST_NAMES:
            return ()
        kin, by_word = self.kin, self.by_word
        ones, others = by_word.get(kin.get(one, one)), by_word.get(kin.get(other, other))
        if ones is None:
            return others or () if one in self.dull else ()
        if others is None:
            return ones if other in self.dull else ()
        return ones if len(ones) <= len(others) else others
