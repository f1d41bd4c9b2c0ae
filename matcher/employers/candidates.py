"""Finds the few pairs of names worth comparing, without comparing all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from matcher.employers.compare import MOST_LEFT, Tokens, spelling
from matcher.employers.lexicon import words
from matcher.employers.rarity import Rarity

MOST_NAMES = 300
"""A word in more names than this finds no candidates by itself."""
LEAST_WORD = 0.2
LEAST_SHARED = 0.45
SHORTEST_SLIP = 5


def _pointers(tokens: Tokens) -> Iterator[str]:
    """What a name can be found by: its words, by their kin, and neighbours run together."""
    kin = words().kin
    for token in tokens:
        yield kin.get(token, token)
    for size in (2, 3):
        for at in range(len(tokens) - size + 1):
            yield "".join(tokens[at : at + size])


def _gaps(token: str) -> Iterator[str]:
    yield token
    for at in range(len(token)):
        yield token[:at] + token[at + 1 :]


def misspellings(ones: Iterable[str], others: Iterable[str]) -> dict[tuple[str, str], float]:
    """Pairs of different words within a typing slip of each other, and how alike they are.

    Both leave the same word behind when one letter is taken from each (Garbe and others' "symmetric
    delete"), so that only such pairs are measured. Two words of the lexicon are two words, not one
    misspelt, unless one is the other's plural.
    """
    by_gap: dict[str, list[str]] = defaultdict(list)
    for token in sorted(set(ones)):
        if len(token) >= SHORTEST_SLIP - 1 and not token.isdigit():
            for gap in _gaps(token):
                by_gap[gap].append(token)
    listed = words().kind
    found: dict[tuple[str, str], float] = {}
    for token in set(others):
        if len(token) < SHORTEST_SLIP - 1 or token.isdigit():
            continue
        for gap in _gaps(token):
            for near in by_gap.get(gap, ()):
                pair = (near, token) if near < token else (token, near)
                if near != token and pair not in found:
                    two_words = near in listed and token in listed
                    found[pair] = (
                        0.0
                        if two_words and near + "s" != token and token + "s" != near
                        else spelling(near, token)
                    )
    return {pair: alike for pair, alike in found.items() if alike >= 0.55}


def candidates(
    ones: Sequence[Tokens],
    others: Sequence[Tokens],
    rarity: Rarity,
    spellings: dict[tuple[str, str], float],
) -> Iterator[tuple[int, int, float, float]]:
    """Pairs of positions whose names share enough rare words, allowing for one slip in each.

    With each pair come the weight of what they share, at most, and the weight of the heavier name.
    """
    index: dict[str, list[int]] = defaultdict(list)
    for position, tokens in enumerate(others):
        for pointer in set(_pointers(tokens)):
            index[pointer].append(position)
    near: dict[str, list[tuple[str, float]]] = defaultdict(list)
    kin = words().kin
    for (one, other), alike in sorted(spellings.items()):
        near[one].append((kin.get(other, other), alike))
        near[other].append((kin.get(one, one), alike))
    weight = rarity.weight
    weights = [sum(map(weight, tokens)) for tokens in others]
    for position, tokens in enumerate(ones):
        whole = sum(map(weight, tokens))
        shared: dict[int, float] = defaultdict(float)
        pointers: dict[str, float] = {}
        for pointer in _pointers(tokens):
            pointers[pointer] = max(pointers.get(pointer, 0.0), weight(pointer))
        for token in tokens:
            for pointer, alike in near.get(token, ()):
                worth = weight(token) * alike
                pointers[pointer] = max(pointers.get(pointer, 0.0), worth)
        for pointer, worth in pointers.items():
            found = index.get(pointer)
            if found is not None and worth >= LEAST_WORD and len(found) <= MOST_NAMES:
                for at in found:
                    shared[at] += worth
        for at, total in shared.items():
            if total >= LEAST_SHARED and min(whole, weights[at]) - total <= MOST_LEFT:
                yield position, at, total, max(whole, weights[at])
