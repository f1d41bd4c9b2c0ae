"""Boards guessed from the names of workplaces. Off unless asked for, because a guess tells a
vendor where the user knows people, mostly meets a board that is not there, and else often somebody
else's: so few are made, none twice, and what answers must give the employer's name.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cli.context import Home
    from crawler.sources.base import Board
    from store.network import Workplace
    from store.probes import Probe

SHORTEST_TOKEN = 3
LONGEST_TOKEN = 60


@dataclass(frozen=True, slots=True)
class Report:
    """What probing came to; `left` guesses wait for another run."""

    asked: int
    answered: int
    left: int
    interrupted: bool = False


def guesses(name: str) -> list[str]:
    """The tokens an employer of this name would most likely have chosen, the likeliest first.

    >>> guesses("Acme Robotics, Inc.")
    ['acmerobotics', 'acme-robotics']
    """
    from matcher.employers.normalise import normalise

    words = [word for word in normalise(name).tokens if word.isascii() and word.isalnum()]
    tokens = dict.fromkeys(("".join(words), "-".join(words)))
    return [token for token in tokens if SHORTEST_TOKEN <= len(token) <= LONGEST_TOKEN]


def probe(home: Home, workplaces: Sequence[Workplace], names: Sequence[str], most: int) -> Report:
    """Ask for the guessed boards of these workplaces, in their order, and remember the answers.

    `most` is how many boards are asked for at the most.
    """
    from cli.crawl import crawl_paths, crawl_settings
    from crawler.probe import probe as ask
    from crawler.sources import SOURCES
    from store.probes import Probe, add_probes

    wanted = dict(_unasked(home, workplaces, names))
    chosen = dict(list(wanted.items())[:most])
    if not chosen:
        return Report(0, 0, 0)
    found = ask(list(chosen), crawl_paths(home), crawl_settings(home), SOURCES)
    add_probes(
        home.network,
        [
            Probe(
                one.board.source,
                one.board.token,
                chosen[one.board],
                str(one.outcome),
                one.names,
                home.now,
            )
            for one in found.answered
        ],
    )
    answered = sum(one.outcome in ("ok", "empty") for one in found.answered)
    return Report(len(chosen), answered, len(wanted) - len(chosen), found.interrupted)


def _unasked(
    home: Home, workplaces: Sequence[Workplace], names: Sequence[str]
) -> Iterator[tuple[Board, str]]:
    """Every guess that was not made within the horizon, with the workplace it is for."""
    from cli.crawl import crawl_settings
    from crawler.boards import BoardError, parse_spec
    from crawler.probe import probed_sources
    from crawler.sources import SOURCES
    from matcher.employers.normalise import key
    from store.boards import followed_boards
    from store.directories import unwatched_boards
    from store.probes import list_probes

    horizon = home.now - timedelta(days=home.settings.suggest["probe_again_days"])
    known = {(b.source, b.board) for b in followed_boards(home.postings)}
    known |= {(b.source, b.board) for b in unwatched_boards(home.postings)}
    known |= {(p.source, p.board) for p in list_probes(home.network) if p.probed_at > horizon}
    sources = probed_sources(crawl_settings(home), SOURCES)
    private = _named_after_people(workplaces)
    for name in names:
        if key(name) in private:
            continue
        for token in guesses(name):
            for source in sources:
                try:
                    board = parse_spec(f"{source.name}:{token}")
                except BoardError:
                    continue
                if (board.source, board.token) not in known:
                    known.add((board.source, board.token))
                    yield board, name


def _named_after_people(workplaces: Sequence[Workplace]) -> Collection[str]:
    """Keys of workplaces that bear a contact's name: asking for them would tell it. A word of the
    name is enough where that contact is there, first and last name where another one is."""
    from matcher.employers.normalise import normalise

    people = {frozenset(normalise(w.name).words) for w in workplaces}
    names = {pair for words in people for pair in combinations(sorted(words), 2)}
    found = set()
    for place in workplaces:
        employer = normalise(place.employer)
        own = set(employer.words) & set(normalise(place.name).words)
        pairs = combinations(sorted(set(employer.words)), 2)
        if own or any(pair in names for pair in pairs):
            found.add(employer.key)
    return found


def said_by(probes: Sequence[Probe]) -> Mapping[str, list[Probe]]:
    """The guessed boards that exist, by the names they give; "" for those that give none."""
    found: dict[str, list[Probe]] = {}
    for one in probes:
        if one.outcome in ("ok", "empty", "truncated"):
            found.setdefault(one.said[0] if one.said else "", []).append(one)
    return found
