"""Whose board it is: what a directory says, held against what the board says of itself.

The crawler learns the names and the matcher compares them; they meet only here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.safe import clean
from cli.words import count

if TYPE_CHECKING:
    from cli.context import Home
    from store.claims import Claim, Judgement

SHOWN = 20


def confirm_boards(home: Home, run: str) -> list[str]:
    """Judge the claims about the boards that a run has read; a line for every change."""
    from store.claims import Trust, claims_met, judge_claims

    claims = claims_met(home.postings, run)
    if not claims:
        return []
    judged = judge(home, claims)
    judge_claims(home.postings, judged, home.now)
    before = {(c.source, c.board): c for c in claims}
    changed = [(before[j.source, j.board], j) for j in judged]
    changed = [(claim, now) for claim, now in changed if claim.trust is not now.trust]
    against = [contradiction(c, j) for c, j in changed if j.trust is Trust.CONTRADICTED]
    lines = against[:SHOWN]
    if len(against) > SHOWN:
        lines.append(f"… and {len(against) - SHOWN} more (inroad boards list)")
    if confirmed := sum(j.trust is Trust.CONFIRMED for _, j in changed):
        lines.append(f"{count(confirmed, 'board')} confirmed by name.")
    return lines


def judge(home: Home, claims: list[Claim]) -> list[Judgement]:
    """What to think of each claim: its surest pair of names decides."""
    from cli.matching import knowledge, verdicts
    from matcher.employers.judge import RANK, Tier
    from matcher.employers.pairs import score_pairs
    from store.claims import Judgement, Trust

    trust = {
        Tier.SAME: Trust.CONFIRMED,
        Tier.LIKELY: Trust.CONFIRMED,
        Tier.UNSURE: Trust.UNCONFIRMED,
        Tier.DIFFERENT: Trust.CONTRADICTED,
    }
    pairs = [(claim.employer, name) for claim in claims for name in claim.names]
    scored = iter(score_pairs(pairs, knowledge(home), verdicts(home)) if pairs else ())
    judged = []
    for claim in claims:
        found = [(next(scored), name) for name in claim.names]
        best, said = max(found, key=lambda one: (RANK[one[0].tier], one[0].score))
        judged.append(Judgement(claim.source, claim.board, trust[best.tier], said, best.reason))
    return judged


def contradiction(claim: Claim, found: Judgement) -> str:
    return (
        f"{clean(claim.source)}:{clean(claim.board)} is another employer's: the board says "
        f'"{clean(found.said)}", {clean(claim.claimed_by)} said "{clean(claim.employer)}". '
        "Its postings are matched by what the board says."
    )
