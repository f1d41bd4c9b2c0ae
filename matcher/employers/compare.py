"""How likely two names of different keys are one employer."""

from __future__ import annotations

from matcher.employers.align import Evidence, Tokens, align
from matcher.employers.doubt import doubt
from matcher.employers.features import features
from matcher.employers.forest import forest
from matcher.employers.rarity import Rarity

__all__ = ["Evidence", "Tokens", "compare"]


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


def _turned(evidence: Evidence) -> Evidence:
    evidence.shared = [(b, a, w) for a, b, w in evidence.shared]
    evidence.respelt = [(b, a, w) for a, b, w in evidence.respelt]
    evidence.left, evidence.right = evidence.right, evidence.left
    return evidence
