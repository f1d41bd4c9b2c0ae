"""Pairs the words of two names off: equal, kin, run together, misspelt, cut short."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product

from rapidfuzz.distance import OSA

from matcher.employers.lexicon import words
from matcher.employers.rarity import Rarity

Tokens = tuple[str, ...]
LEAST_ALIKE = 0.55
_CUT = 0.6


@lru_cache(maxsize=1 << 16)
def spelling(one: str, other: str) -> float:
    """How surely two words are one word with a typing slip; 0 when they are not.

    Optimal string alignment distance 1 (2 from nine letters on), dearer in short words and at the
    first letter, free of charge for numbers, which are never misspelt. Two words of the lexicon are
    two words, not one misspelt, unless one is the other's plural.
    """
    longest, shortest = max(len(one), len(other)), min(len(one), len(other))
    if shortest < 4 or longest - shortest > 2 or any(c.isdigit() for c in one + other):
        return 0.0
    allowed = 2 if shortest >= 8 else 1
    distance = OSA.distance(one, other, score_cutoff=allowed)
    if distance > allowed:
        return 0.0
    if _is_listed(one) and _is_listed(other) and one + "s" != other and other + "s" != one:
        return 0.0
    alike = 1 - 1.35 * distance / longest
    if longest < 6:
        alike -= 0.08
    if one[0] != other[0]:
        alike -= 0.12
    return max(0.0, alike)


def _is_listed(word: str) -> bool:
    """Whether a word is in the lexicon, or the plural or possessive of one that is."""
    kind = words().kind
    return word in kind or (word[-1] == "s" and word[:-1] in kind)


@dataclass(slots=True)
class Evidence:
    """What a comparison found; weights as Rarity gives them.

    `shared` and `respelt` are (word, word, weight) with the word of either side; `left` and `right`
    are the words without a counterpart. `score` is the chance that both are one employer, `doubt`
    why a person should decide all the same.
    """

    shared: list[tuple[str, str, float]] = field(default_factory=list)
    respelt: list[tuple[str, str, float]] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    right: list[str] = field(default_factory=list)
    score: float = 0.0
    doubt: str = ""


def align(one: Tokens, other: Tokens, rarity: Rarity) -> Evidence:
    """Pairs off as many words as it can, each once; the surest kind of likeness first."""
    evidence = Evidence()
    weight = rarity.weight
    rest = list(other)
    unpaired: list[str] = []
    for token in one:
        if token in rest:
            rest.remove(token)
            evidence.shared.append((token, token, weight(token)))
        else:
            unpaired.append(token)
    if unpaired and rest:
        kin = words().kin
        for token in list(unpaired):
            head = kin.get(token)
            if head is None:
                continue
            for candidate in rest:
                if kin.get(candidate) == head:
                    both = min(weight(token), weight(candidate))
                    evidence.shared.append((token, candidate, both))
                    unpaired.remove(token)
                    rest.remove(candidate)
                    break
    if unpaired and rest and len(unpaired) + len(rest) > 2:
        _join(unpaired, rest, evidence, weight, swapped=False)
        _join(rest, unpaired, evidence, weight, swapped=True)
    if unpaired and rest:
        _respell(unpaired, rest, evidence, weight)
    evidence.left, evidence.right = unpaired, rest
    return evidence


def _respell(
    unpaired: list[str], rest: list[str], evidence: Evidence, weight: Callable[[str], float]
) -> None:
    for token in list(unpaired):
        best, alike = "", 0.0
        for candidate in rest:
            found = spelling(token, candidate)
            if not found and _is_cut(token, candidate):
                found = _CUT
            if found > alike or (found == alike and found and candidate < best):
                best, alike = candidate, found
        if alike >= LEAST_ALIKE:
            both = (weight(token) + weight(best)) / 2
            evidence.respelt.append((token, best, both * alike))
            unpaired.remove(token)
            rest.remove(best)


def _is_cut(one: str, other: str) -> bool:
    """Whether one word is the other cut short: "elec" for "electric"."""
    if len(one) > len(other):
        one, other = other, one
    return len(one) >= 3 and len(other) - len(one) >= 2 and other.startswith(one)


def _join(
    singles: list[str],
    parts: list[str],
    evidence: Evidence,
    weight: Callable[[str], float],
    *,
    swapped: bool,
) -> None:
    """Pairs a word of one name with two or three neighbouring words of the other."""
    for token in list(singles):
        starts = [at for at, part in enumerate(parts) if token.startswith(part)]
        for size, at in product((2, 3), starts) if starts else ():
            run = parts[at : at + size]
            if len(run) == size and token == "".join(run):
                written = " ".join(run)
                pair = (written, token) if swapped else (token, written)
                evidence.shared.append((*pair, max(weight(token), 0.9)))
                singles.remove(token)
                del parts[at : at + size]
                break
