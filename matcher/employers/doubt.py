"""What speaks against trusting two names' likeness, however high it is scored."""

from __future__ import annotations

from matcher.employers.align import Evidence, Tokens
from matcher.employers.features import (
    EVERYDAY,
    NAME,
    PLACE,
    ROMAN,
    classes,
    is_section,
    stands_for,
)
from matcher.employers.lexicon import listed, words

SHARED_NAME = 0.9
"""A word that weighs less than this is in a dozen names or more, as those of large groups are."""


def doubt(one: Tokens, other: Tokens, evidence: Evidence) -> str:
    """Why a person should look at this pair; "" when there is no reason."""
    left, right = evidence.left, evidence.right
    pairs = [*evidence.shared, *evidence.respelt]
    if not pairs:
        return "no word in common"
    if any(token.isdigit() or token in ROMAN for token in left + right):
        return "the numbers differ"
    if stands_for(left, right):
        left, right = [], []
    rest = [_class(token) for token in left + right]
    heavy = sum(found > PLACE for found in rest)
    common = [_class(word) for a, b, _ in pairs for word in (a, b)]
    section = is_section(evidence)
    if rest and len(pairs) == 1 and common[0] == EVERYDAY:
        return "a single everyday word may name several employers"
    if heavy and max(common) < NAME and not section:
        return "shares only everyday words"
    if not listed("apart").isdisjoint(left + right) and not listed("institutions").isdisjoint(
        [word for word, _, _ in evidence.shared]
    ):
        return "what belongs to an institution may be an employer of its own"
    if not listed("investors").isdisjoint(left + right):
        return "an investor or fund of that name may be another employer"
    if len(pairs) == 1 and heavy:
        if pairs[0][2] < SHARED_NAME or words().kind.get(pairs[0][0]) == "family":
            return "several employers share that name"
        if heavy > 1 and max(rest) >= EVERYDAY and not section:
            return "a single word in common, and several are not"
    if heavy and _turned_round(one, other, evidence):
        return "the words in common are in another order"
    if any(map(_class, left)) and any(map(_class, right)):
        return "either name has a word the other lacks"
    return _of_spelling(evidence)


def _of_spelling(evidence: Evidence) -> str:
    for a, b, _ in evidence.respelt:
        if not evidence.shared and (a.startswith(b) or b.startswith(a)):
            return "a letter more at the end may make another name"
        if a[0] != b[0] and all(_class(word) < NAME for word, _, _ in evidence.shared):
            return "another first letter may make another name"
        told = max((_class(word) for word, _, _ in evidence.shared), default=NAME)
        if told < EVERYDAY and min(_class(a), _class(b)) == PLACE:
            return f'"{a}" and "{b}" may be two places'
    return ""


def _turned_round(one: Tokens, other: Tokens, evidence: Evidence) -> bool:
    at = [
        (one.index(a), other.index(b))
        for a, b, _ in evidence.shared
        if a in one and b in other and _class(a) > PLACE
    ]
    return sorted(at) != sorted(at, key=lambda places: places[1])


def _class(word: str) -> float:
    return classes().get(word, NAME)
