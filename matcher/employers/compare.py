"""Two names word by word: what they share, what is left over, how likely they are one employer."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import mul

from rapidfuzz.distance import OSA

from matcher.employers.lexicon import words
from matcher.employers.rarity import Rarity

_ARTICLES = frozenset("the and of de der die des la le du".split())
ROMAN = frozenset("ii iii iv vi vii viii ix xi xii".split())
MOST_LEFT = 0.95
"""Names that each have more weight than this left over are two employers, whatever they share."""
Tokens = tuple[str, ...]
Spellings = Mapping[tuple[str, str], float]
"""Pairs of words, in order, that may be one word misspelt, and how alike they are (0 to 1)."""


def spelling(one: str, other: str) -> float:
    """How surely two words are one word with a typing slip; 0 when they are not.

    Optimal string alignment distance 1 (2 from nine letters on), dearer in short words and at the
    first letter, free of charge for numbers, which are never misspelt.
    """
    longest, shortest = max(len(one), len(other)), min(len(one), len(other))
    if shortest < 4 or any(c.isdigit() for c in one + other):
        return 0.0
    allowed = 2 if shortest >= 9 else 1
    distance = OSA.distance(one, other, score_cutoff=allowed)
    if distance > allowed:
        return 0.0
    alike = 1 - 1.35 * distance / longest
    if longest < 6:
        alike -= 0.08
    if one[0] != other[0]:
        alike -= 0.12
    return max(0.0, alike)


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


def align(one: Tokens, other: Tokens, rarity: Rarity, spellings: Spellings) -> Evidence:
    """Pairs the words of two names off: equal, kin, run together, misspelt; in that order."""
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
                    evidence.shared.append(
                        (token, candidate, min(weight(token), weight(candidate)))
                    )
                    unpaired.remove(token)
                    rest.remove(candidate)
                    break
    if unpaired and rest and len(unpaired) + len(rest) > 2:
        _join(unpaired, rest, evidence, weight, swapped=False)
        _join(rest, unpaired, evidence, weight, swapped=True)
    if unpaired and rest:
        for token in list(unpaired):
            best, alike = "", 0.0
            for candidate in rest:
                pair = (token, candidate) if token < candidate else (candidate, token)
                found = spellings.get(pair, 0.0)
                if found > alike or (found == alike and found and candidate < best):
                    best, alike = candidate, found
            if alike >= 0.55:
                both = (weight(token) + weight(best)) / 2
                evidence.respelt.append((token, best, both * alike))
                unpaired.remove(token)
                rest.remove(best)
    evidence.left, evidence.right = unpaired, rest
    return evidence


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
        for size in (2, 3):
            for at in range(len(parts) - size + 1):
                if token == "".join(parts[at : at + size]):
                    written = " ".join(parts[at : at + size])
                    pair = (written, token) if swapped else (token, written)
                    evidence.shared.append((*pair, max(weight(token), 0.9)))
                    singles.remove(token)
                    del parts[at : at + size]
                    break
            else:
                continue
            break


FEATURES = (
    "share",
    "rarest",
    "head",
    "alike",
    "prefix",
    "lesser_rest",
    "greater_rest",
    "numbers",
    "places",
    "trades",
    "slip",
    "lone_slip",
    "end_slip",
    "everyday_slip",
    "everyday_heavy",
    "short_heavy",
)


def features(one: Tokens, other: Tokens, evidence: Evidence, rarity: Rarity) -> tuple[float, ...]:
    """The numbers the score is made of, in the order of FEATURES."""
    weight = rarity.weight
    kind = words().kind
    key, other_key = "".join(one), "".join(other)
    pairs = [*evidence.shared, *evidence.respelt]
    shared = sum(w for _, _, w in pairs)
    rarest = max((w for _, _, w in pairs), default=0.0)
    rest = sorted((sum(map(weight, evidence.left)), sum(map(weight, evidence.right))))
    kinds_left = {kind.get(t, "name") for t in evidence.left}
    kinds_right = {kind.get(t, "name") for t in evidence.right}
    shortest = min(len(key), len(other_key))
    starts = {one[0], other[0]}
    head = any({a.split(" ", 1)[0], b.split(" ", 1)[0]} == starts for a, b, _ in pairs)
    unpaired = [*evidence.left, *evidence.right]
    numbers = sum(t.isdigit() or t in ROMAN for t in unpaired)
    slip = sum((weight(a) + weight(b)) / 2 - w for a, b, w in evidence.respelt)
    lone = bool(evidence.respelt) and not any(w > 0.5 for _, _, w in evidence.shared)
    everyday = all(kind.get(a) for a, _, w in pairs)
    heavy = rest[0] == 0.0 < rest[1] and not all(map(_is_light, unpaired))
    return (
        (shared / (shared + rest[0] + rest[1] + 1e-9)) ** 2,
        rarest**2,
        rarest if head else 0.0,
        *_letters(key, other_key),
        min(2.0, rest[0]),
        min(2.0, rest[1]),
        min(2.0, numbers),
        float("place" in kinds_left and "place" in kinds_right),
        float("trade" in kinds_left and "trade" in kinds_right),
        slip * max(0.0, 1 - shortest / 10),
        max(0.0, 1 - shortest / 14) if lone else 0.0,
        float(lone and any(a.startswith(b) or b.startswith(a) for a, b, _ in evidence.respelt)),
        float(any(kind.get(a) or kind.get(b) for a, b, _ in evidence.respelt)),
        float(heavy and everyday),
        max(0.0, 1 - shortest / 10) if heavy else 0.0,
    )


def logistic(weights: Sequence[float], bias: float, values: Sequence[float]) -> float:
    z = bias + sum(map(mul, weights, values))
    return 1 / (1 + math.exp(-z)) if z > -30 else 0.0


# Logistic regression, L2-penalised, each sign held to what the feature means; fitted on some 4,600
# labelled pairs of organisation names with different keys and 15,000 unlabelled candidate pairs
# taken as negatives, so that a pair in a long list is not judged like one picked for its likeness.
_BIAS = -3.18
_WEIGHTS = {
    "share": 2.44,
    "rarest": 2.73,
    "head": 0.01,
    "alike": 8.43,
    "prefix": 2.62,
    "lesser_rest": -0.14,
    "greater_rest": -0.22,
    "numbers": -1.42,
    "places": -2.94,
    "trades": -0.48,
    "slip": -5.29,
    "lone_slip": -3.21,
    "end_slip": -2.12,
    "everyday_slip": -1.07,
    "everyday_heavy": -0.75,
    "short_heavy": -0.24,
}
_IN_ORDER = tuple(_WEIGHTS[name] for name in FEATURES)


def compare(one: Tokens, other: Tokens, rarity: Rarity, spellings: Spellings) -> Evidence:
    """Aligns two names of different keys and scores them, alike in both directions."""
    if other < one:
        return _turned(compare(other, one, rarity, spellings))
    evidence = align(one, other, rarity, spellings)
    weight = rarity.weight
    if min(sum(map(weight, evidence.left)), sum(map(weight, evidence.right))) > MOST_LEFT:
        return evidence
    evidence.score = logistic(_IN_ORDER, _BIAS, features(one, other, evidence, rarity))
    evidence.doubt = _doubt(evidence, rarity)
    return evidence


def reaches(score: float, key: str, other_key: str, shared: float, whole: float) -> bool:
    """Whether two names can reach a score, given at most what they share; cheap, never too strict.

    Takes the most favourable value of each feature that asks for a look at the words.
    """
    shared *= 1.2
    share, rarest = min(1.0, shared / whole), min(1.0, shared)
    alike, prefix = _letters(key, other_key)
    most = (share * share, rarest * rarest, rarest, alike, prefix)
    return logistic(_IN_ORDER[: len(most)], _BIAS, most) >= score


def _letters(key: str, other_key: str) -> tuple[float, float]:
    alike = max(0.0, OSA.normalized_similarity(key, other_key, score_cutoff=0.6) - 0.6)
    long_enough = min(len(key), len(other_key)) >= 4
    prefix = long_enough and (key.startswith(other_key) or other_key.startswith(key))
    return alike, float(prefix)


def _doubt(evidence: Evidence, rarity: Rarity) -> str:
    """Why a person should look at this pair however high its score; "" when there is no reason."""
    kind = words().kind
    rest = [*evidence.left, *evidence.right]
    if any(token.isdigit() or token in ROMAN for token in rest):
        return "the numbers differ"
    heavy = [token for token in rest if not _is_light(token)]
    pairs = [*evidence.shared, *evidence.respelt]
    if heavy and all(kind.get(a) or kind.get(b) for a, b, _ in pairs):
        return "shares only everyday words"
    if min(_most(evidence.left, rarity), _most(evidence.right, rarity)) >= 0.3:
        return "either name has a word the other lacks"
    alone = len(evidence.respelt) == 1 and not evidence.shared
    if alone and any(a.startswith(b) or b.startswith(a) for a, b, _ in evidence.respelt):
        return "a letter more at the end may make another name"
    return ""


def _is_light(token: str) -> bool:
    """Whether a word may be left over without making it the name of another employer."""
    return words().kind.get(token) in ("generic", "place") or token in _ARTICLES


def _most(tokens: Sequence[str], rarity: Rarity) -> float:
    return max(map(rarity.weight, tokens), default=0.0)


def _turned(evidence: Evidence) -> Evidence:
    evidence.shared = [(b, a, w) for a, b, w in evidence.shared]
    evidence.respelt = [(b, a, w) for a, b, w in evidence.respelt]
    evidence.left, evidence.right = evidence.right, evidence.left
    return evidence
