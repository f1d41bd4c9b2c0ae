"""Boards to propose: what directories list, and what guesses found, at the user's workplaces."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from cli.acquaintances import People

if TYPE_CHECKING:
    from cli.acquaintances import Acquaintances
    from cli.context import Home
    from matcher.employers.link import Link


class Confidence(StrEnum):
    """How sure it is that a board is a workplace's. Only sure ones are added unasked."""

    SURE = "sure"
    LIKELY = "likely"
    UNSURE = "unsure"


class Evidence(StrEnum):
    """Where a board's employer name comes from."""

    DIRECTORY = "directory"
    BOARD = "board"  # a probe read it there
    TOKEN = "token"  # noqa: S105


@dataclass(frozen=True, slots=True)
class Candidate:
    """A board that nobody watches yet, and whose it seems to be."""

    source: str
    board: str
    url: str
    employer: str
    evidence: Evidence
    found_in: str
    """The directory, or "a probe"."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    candidate: Candidate
    confidence: Confidence
    links: Sequence[Link]
    """To the workplaces it rests on, the surest first."""
    people: People

    @property
    def confirmed(self) -> bool:
        """Whether the board itself has said whose it is."""
        return self.candidate.evidence is Evidence.BOARD

    @property
    def order(self) -> tuple[int, int, int, str, str]:
        rank = list(Confidence).index(self.confidence)
        most = -self.people.count, -len(self.people.current)
        return (*most, rank, self.candidate.source, self.candidate.board)


def candidates(home: Home) -> list[Candidate]:
    """Every board of a directory or an earlier probe that is not watched, each once."""
    from crawler.sources import SOURCES
    from store.boards import followed_boards
    from store.directories import unwatched_boards

    found: dict[tuple[str, str], Candidate] = {}
    for row in unwatched_boards(home.postings):
        known = found.get((row.source, row.board))
        if row.source not in SOURCES or (known and known.evidence is Evidence.DIRECTORY):
            continue
        named = row.employer or SOURCES[row.source].slug(row.board)
        evidence = Evidence.DIRECTORY if row.employer else Evidence.TOKEN
        found[row.source, row.board] = Candidate(
            row.source, row.board, row.url, named, evidence, row.directory
        )
    if home.network.path.exists():
        from cli.probing import said_by
        from store.probes import list_probes

        watched = {(b.source, b.board) for b in followed_boards(home.postings)}
        for name, probes in said_by(list_probes(home.network)).items():
            for one in probes:
                if (one.source, one.board) in watched or one.source not in SOURCES:
                    continue
                source = SOURCES[one.source]
                found[one.source, one.board] = Candidate(
                    one.source,
                    one.board,
                    source.board_url(one.board),
                    name or source.slug(one.board),
                    Evidence.BOARD if name else Evidence.TOKEN,
                    "a probe",
                )
    return list(found.values())


def suggestions(candidates: Iterable[Candidate], known: Acquaintances) -> list[Suggestion]:
    """The candidates at employers where the user knows somebody, those with most people first."""
    found = []
    for one in candidates:
        links = known.links.get(one.employer)
        if not links:
            continue
        confidence = _confidence(one, links[0])
        kept = [x for x in links if x.tier is links[0].tier or _rests_on(x)]
        people = People()
        for link in kept:
            people |= known.at_workplace[link.workplace]
        found.append(Suggestion(one, confidence, kept, people))
    return sorted(found, key=lambda one: one.order)


def _rests_on(link: Link) -> bool:
    from matcher.targets.rank import CONFIDENCE

    return link.tier in CONFIDENCE


def _confidence(candidate: Candidate, best: Link) -> Confidence:
    from matcher.employers.judge import Relation, Tier

    if candidate.evidence is Evidence.TOKEN or best.tier is Tier.UNSURE:
        return Confidence.UNSURE
    if best.tier is Tier.SAME and best.relation is Relation.SAME:
        return Confidence.SURE
    return Confidence.LIKELY
