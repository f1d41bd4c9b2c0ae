"""Three people to think of for a posting: who scores best is not always who tells most.

A tie of middling strength from another circle knows other things than a close one does, and who
has left may speak more freely.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from matcher.targets.rank import Target

BEST, ANOTHER_CIRCLE, FORMER = "best", "another circle", "former employee"
MODERATE = (0.35, 0.75)
"""The strengths of a tie of middling strength."""


class Pick(NamedTuple):
    """One of at most three people for a posting: as what, and with how many points for it."""

    role: str
    target: Target
    score: int


def pick(scored: Iterable[tuple[int, Target]]) -> tuple[Pick, ...]:
    """Best score, best moderate tie from another circle, best former employee; nobody twice.

    Args:
        scored: those who may be asked, with their scores for the posting.
    """
    people = sorted(scored, key=lambda one: (-one[0], one[1].asked_lately, one[1].contact))
    if not people:
        return ()
    score, best = people[0]
    found = [Pick(BEST, best, score)]
    low, high = MODERATE
    _add(
        found,
        ANOTHER_CIRCLE,
        [p for p in people if low <= p[1].tie <= high and p[1].circle != best.circle],
    )
    _add(found, FORMER, [p for p in people if p[1].relation == "former"])
    return tuple(found)


def _add(found: list[Pick], role: str, people: Sequence[tuple[int, Target]]) -> None:
    chosen = {one.target.contact_id for one in found}
    for score, target in people:
        if target.contact_id not in chosen:
            found.append(Pick(role, target, score))
            return
