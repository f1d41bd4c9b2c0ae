"""How likely two names of different keys are one employer, and what speaks against trusting it."""

from __future__ import annotations

from rapidfuzz.distance import Indel, Prefix

from matcher.employers.align import Evidence, Tokens, align
from matcher.employers.features import EVERYDAY, NAME, PLACE, ROMAN, classes, features
from matcher.employers.forest import forest
from matcher.employers.lexicon import listed
from matcher.employers.rarity import Rarity

__all__ = ["MOST_LEFT", "Evidence", "Tokens", "compare", "reaches"]

SHARED_NAME = 0.9
"""A word that weighs less than this is in a dozen names or more, as those of large groups are."""
MOST_LEFT = 0.95
"""Names that each have more weight than this left over are hardly worth a look in a long list."""


def compare(one: Tokens, other: Tokens, rarity: Rarity) -> Evidence:
    """Aligns two names of different keys and scores them, alike in both directions."""
    if other < one:
        return _turned(compare(other, one, rarity))
    evidence = align(one, other, rarity)
    evidence.score = forest()(features(one, other, evidence, rarity))
    evidence.doubt = _doubt(evidence, rarity)
    return evidence


def reaches(key: str, other_key: str, shared: float, whole: float) -> bool:
    """Whether two names are worth comparing, given at most what they share; cheap.

    Fitted so that of the pairs of two long lists that would be shown, one in a hundred is lost and
    more than half of the others need no comparison.
    """
    share = min(1.0, shared / whole)
    prefix = Prefix.similarity(key, other_key) / min(len(key), len(other_key))
    alike = Indel.normalized_similarity(key, other_key)
    told = share * (11.2 * share - 8.3) + 6.6 * min(2.0, shared) + 3.5 * prefix + 1.8 * alike
    return told >= 5.0


def _doubt(evidence: Evidence, rarity: Rarity) -> str:
    """Why a person should look at this pair however high its score; "" when there is no reason."""
    class_of = classes().get
    left, right = evidence.left, evidence.right
    rest = left + right
    pairs = [*evidence.shared, *evidence.respelt]
    if not pairs:
        return "no word in common"
    if any(token.isdigit() or token in ROMAN for token in rest):
        return "the numbers differ"
    heavy = sum(class_of(token, NAME) > PLACE for token in rest)
    if rest and len(pairs) == 1 and class_of(pairs[0][0], NAME) == EVERYDAY:
        return "a single everyday word may name several employers"
    if heavy and all(class_of(word, NAME) < NAME for pair in pairs for word in pair[:2]):
        return "shares only everyday words"
    if not listed("investors").isdisjoint(rest):
        return "an investor or fund of that name may be another employer"
    if len(pairs) == 1 and heavy and pairs[0][2] < SHARED_NAME:
        return "several employers share that name"
    if any(class_of(t, NAME) for t in left) and any(class_of(t, NAME) for t in right):
        return "either name has a word the other lacks"
    alone = len(evidence.respelt) == 1 and not evidence.shared
    if alone and any(a.startswith(b) or b.startswith(a) for a, b, _ in evidence.respelt):
        return "a letter more at the end may make another name"
    return ""


def _turned(evidence: Evidence) -> Evidence:
    evidence.shared = [(b, a, w) for a, b, w in evidence.shared]
    evidence.respelt = [(b, a, w) for a, b, w in evidence.respelt]
    evidence.left, evidence.right = evidence.right, evidence.left
    return evidence
