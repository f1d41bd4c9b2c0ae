"""How likely two names of different keys are one employer."""

from __future__ import annotations

from rapidfuzz.distance import Indel, Prefix

from matcher.employers.align import Evidence, Tokens, align
from matcher.employers.doubt import doubt
from matcher.employers.features import features
from matcher.employers.forest import forest
from matcher.employers.rarity import Rarity

__all__ = ["MOST_LEFT", "Evidence", "Tokens", "compare", "reaches"]

MOST_LEFT = 0.95
"""Names that each have more weight than this left over are hardly worth a look in a long list."""


def compare(one: Tokens, other: Tokens, rarity: Rarity, least: float = 0.0) -> Evidence:
    """Aligns two names of different keys and scores them, alike in both directions; what speaks
    against trusting the score is not looked for below `least`."""
    if other < one:
        return _turned(compare(other, one, rarity, least))
    evidence = align(one, other, rarity)
    evidence.score = forest()(features(one, other, evidence, rarity))
    if evidence.score >= least:
        evidence.doubt = doubt(one, other, evidence)
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


def _turned(evidence: Evidence) -> Evidence:
    evidence.shared = [(b, a, w) for a, b, w in evidence.shared]
    evidence.respelt = [(b, a, w) for a, b, w in evidence.respelt]
    evidence.left, evidence.right = evidence.right, evidence.left
    return evidence
