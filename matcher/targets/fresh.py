"""What is new among targets: people and postings that were not seen together before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from matcher.employers.normalise import key
from matcher.targets.rank import Opening
from store.seen import PostingKey, Seen, TargetKey


def only_new(openings: Iterable[Opening], seen: Seen) -> list[Opening]:
    """The openings with somebody or something new: a new posting with everybody who knows the
    employer, a new person with every posting."""
    found = []
    for opening in openings:
        people = [t for t in opening.targets if _target(opening, t.contact_id) not in seen.targets]
        postings = [
            p for p in opening.postings if (p.source, p.board, p.external_id) not in seen.postings
        ]
        if people or postings:
            shown = opening.postings if people else postings
            whom = opening.targets if postings else people
            found.append(replace(opening, postings=shown, targets=whom, total=len(shown)))
    return found


def keys(openings: Iterable[Opening]) -> tuple[set[TargetKey], set[PostingKey]]:
    """What these openings show, to be kept as seen."""
    targets, postings = set(), set()
    for opening in openings:
        targets |= {_target(opening, t.contact_id) for t in opening.targets}
        postings |= {(p.source, p.board, p.external_id) for p in opening.postings}
    return targets, postings


def _target(opening: Opening, contact_id: int) -> TargetKey:
    return key(opening.employer) or opening.employer, contact_id
