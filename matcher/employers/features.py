"""The numbers two names are judged by; each says one thing, and most can only speak one way."""

from __future__ import annotations

from functools import cache

from rapidfuzz.distance import OSA, Indel, JaroWinkler, Prefix

from matcher.employers.align import Evidence, Tokens
from matcher.employers.lexicon import listed, words
from matcher.employers.rarity import Rarity

ROMAN = frozenset("ii iii iv v vi vii viii ix xi xii".split())
MORE, LESS, EITHER = 1, -1, 0

FEATURES = {
    "share": MORE,
    "shared": MORE,
    "rarest": MORE,
    "head": MORE,
    "common": EITHER,
    "lesser_rest": LESS,
    "greater_rest": LESS,
    "lesser_most": LESS,
    "greater_most": LESS,
    "heavy_left": LESS,
    "last_left": EITHER,
    "numbers": LESS,
    "places": LESS,
    "trades": LESS,
    "slip": LESS,
    "lone_slip": LESS,
    "listed_slip": LESS,
    "initials": MORE,
    "tail": MORE,
    "alike": MORE,
    "indel": MORE,
    "winkler": MORE,
    "prefix": MORE,
    "bones": MORE,
    "shortest": EITHER,
    "longest": EITHER,
    "fewest": EITHER,
    "kind": EITHER,
    "sorted": MORE,
    "section": MORE,
}
"""Name of each feature, and whether more of it can only speak for, or against, one employer."""

_VOWELS = str.maketrans("", "", "aeiouyhw")
_CLASSES = {
    "stop": 0.0,
    "generic": 1.0,
    "place": 2.0,
    "trade": 3.0,
    "everyday": 4.0,
    "family": 5.0,
}
STOP, PLACE, TRADE, EVERYDAY, NAME, NONE = 0.0, 2.0, 3.0, 4.0, 5.0, 6.0
"""Classes of words by how much they are a name: of a place, a trade, a name proper; no word."""


@cache
def classes() -> dict[str, float]:
    """The class of every listed word; a word that is not here is a NAME."""
    return {word: _CLASSES[kind] for word, kind in words().kind.items()}


def is_light(token: str) -> bool:
    """Whether a word may be left over without making it the name of another employer."""
    return classes().get(token, NAME) <= PLACE


def initials(tokens: Tokens | list[str]) -> tuple[str, ...]:
    """What the words may be shortened to; a legal form that was taken off may still be in it."""
    stop = words().kind
    short = "".join(token[0] for token in tokens if stop.get(token) != "stop")
    long = "".join(token[0] for token in tokens)
    return (short, long) if short != long else (short,)


def _stands(word: str, others: list[str]) -> bool:
    """Whether a word is the initials of others, a letter of a legal form behind them perhaps."""
    if len(others) < 2 or not 2 <= len(word) <= 8 or word[0] != others[0][0]:
        return False
    return any(
        word == found or (word[:-1] == found and word[-1] in "cilg") for found in initials(others)
    )


def stands_for(ones: list[str], others: list[str]) -> bool:
    """Whether one side is left with nothing but the initials of what the other is left with."""
    return (len(ones) == 1 and _stands(ones[0], others)) or (
        len(others) == 1 and _stands(others[0], ones)
    )


def _initials(ones: list[str], others: list[str]) -> int:
    """Letters of a word on one side that stand for the words of the other; 0 for none."""
    found = [0]
    if len(ones) < 3:
        found += [len(word) for word in ones if _stands(word, others)]
    if len(others) < 3:
        found += [len(word) for word in others if _stands(word, ones)]
    return max(found)


def _tail(key: str, other_key: str) -> float:
    """How surely what follows the shorter key in the longer is no part of the name."""
    if len(key) > len(other_key):
        key, other_key = other_key, key
    if len(key) < 3 or not other_key.startswith(key):
        return 0.0
    return _TAILS[classes().get(other_key[len(key) :], NAME)]


_TAILS = {0.0: 0.4, 1.0: 1.0, PLACE: 0.7, TRADE: 0.7, 4.0: 0.4, NAME: 0.2}


def features(one: Tokens, other: Tokens, evidence: Evidence, rarity: Rarity) -> tuple[float, ...]:
    """The values of FEATURES, in that order, of two names in the order of their tokens."""
    weight, class_of = rarity.weight, classes().get
    key, other_key = "".join(one), "".join(other)
    left, right = evidence.left, evidence.right
    shared = rarest = equal = head = slip = 0.0
    start, other_start = one[0], other[0]
    common = ""
    for a, b, w in evidence.shared:
        shared += w
        if w > rarest:
            rarest, common = w, a
        if w > head and (
            (a == start and b == other_start)
            or {a.split(" ", 1)[0], b.split(" ", 1)[0]} == {start, other_start}
        ):
            head = w
    equal = rarest
    in_lexicon = False
    for a, b, w in evidence.respelt:
        shared += w
        slip += (weight(a) + weight(b)) / 2 - w
        in_lexicon = in_lexicon or class_of(a, NAME) != NAME or class_of(b, NAME) != NAME
        if w > rarest:
            rarest, common = w, min(a, b)
        if a == start and b == other_start and w > head:
            head = w
    rest = most = other_rest = other_most = 0.0
    if left:
        weights = [*map(weight, left)]
        rest, most = sum(weights), max(weights)
    if right:
        weights = [*map(weight, right)]
        other_rest, other_most = sum(weights), max(weights)
    lesser, greater = (rest, other_rest) if rest < other_rest else (other_rest, rest)
    lesser_most, greater_most = (most, other_most) if most < other_most else (other_most, most)
    here = [class_of(t, NAME) for t in left] if left else []
    there = [class_of(t, NAME) for t in right] if right else []
    unpaired = here + there
    length, other_length = len(key), len(other_key)
    shortest, longest = (length, other_length) if length < other_length else (other_length, length)
    fewer = one if len(one) <= len(other) else other
    return (
        shared / (shared + rest + other_rest + 1e-9),
        min(3.0, shared),
        rarest,
        head,
        class_of(common, NAME) if common else NONE,
        lesser,
        greater,
        lesser_most,
        greater_most,
        len([found for found in unpaired if found > PLACE]),
        unpaired[0] if len(unpaired) == 1 else NONE,
        len([t for t in left + right if t in ROMAN or t.isdigit()]) if unpaired else 0,
        PLACE in here and PLACE in there,
        TRADE in here and TRADE in there,
        slip,
        max(0.0, 1 - shortest / 14) if slip and equal <= 0.5 else 0.0,
        in_lexicon,
        _initials(left, right) if left and right else 0,
        _tail(key, other_key),
        OSA.normalized_similarity(key, other_key),
        Indel.normalized_similarity(" ".join(one), " ".join(other)),
        JaroWinkler.similarity(key, other_key),
        Prefix.similarity(key, other_key) / shortest,
        Indel.normalized_similarity(key.translate(_VOWELS), other_key.translate(_VOWELS)),
        shortest,
        longest,
        len(fewer),
        max([class_of(t, NAME) for t in fewer]),
        Indel.normalized_similarity(_sorted(one), _sorted(other)),
        is_section(evidence),
    )


def _sorted(tokens: Tokens) -> str:
    class_of = classes().get
    return " ".join(sorted([t for t in tokens if class_of(t, NAME) != STOP]))


def is_section(evidence: Evidence) -> bool:
    """Whether one name is an institution's and the other adds what sounds like a part of it."""
    if listed("institutions").isdisjoint([word for word, _, _ in evidence.shared]):
        return False
    class_of = classes().get
    if any(class_of(t, NAME) for t in evidence.left) and any(
        class_of(t, NAME) for t in evidence.right
    ):
        return False
    return not listed("sections").isdisjoint(evidence.left + evidence.right)
