"""Given pairs of names, scored one by one: for lists that somebody else has paired already."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from matcher.employers.judge import Judge, Tier
from matcher.employers.knowledge import Knowledge
from matcher.employers.normalise import normalise
from matcher.employers.rarity import Rarity

_NOTHING: Mapping[tuple[str, str], bool] = {}


@dataclass(frozen=True, slots=True)
class Scored:
    """What is thought of one pair; `score` from 0 to 1, below the review floor too."""

    tier: Tier
    score: float
    reason: str


def score_pairs(
    pairs: Iterable[tuple[str, str]],
    knowledge: Knowledge,
    verdicts: Mapping[tuple[str, str], bool] = _NOTHING,
) -> Iterator[Scored]:
    """Scores every pair, in order, whatever it holds; no pair changes what another scores.

    `verdicts` are as for `link`. Words are as rare as the built-in classes say. Pairs that `link`
    would not show are `different`, with a score that still tells near names from far ones.
    """
    both = {**{(b, a): v for (a, b), v in verdicts.items()}, **verdicts}
    judge = Judge(knowledge, Rarity([]))
    for one, other in pairs:
        yield _score(one, other, judge, both)


def _score(one: str, other: str, judge: Judge, verdicts: Mapping[tuple[str, str], bool]) -> Scored:
    for name in (one, other):
        if judge.knowledge.non_employers.is_non_employer(name):
            reason = "names no employer" if name.strip() else "no name"
            return Scored(Tier.DIFFERENT, 0.0, reason)
    a, b = normalise(one), normalise(other)
    said = verdicts.get((a.key, b.key))
    if said is not None:
        tier = Tier.SAME if said else Tier.DIFFERENT
        return Scored(tier, float(said), "you said so")
    found = judge.judge(a, b)
    return Scored(found.tier, round(found.score, 4), found.reason)
