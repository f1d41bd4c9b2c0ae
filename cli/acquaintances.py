"""Who the user knows at which employers: what a crawl is ordered by and suggestions rest on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cli.context import Home
    from matcher.employers.link import Link
    from store.network import Workplace

BoardKey = tuple[str, str]


@dataclass(frozen=True, slots=True)
class People:
    """Numbers of contacts. One who works there now is not counted as having left too."""

    current: frozenset[int] = frozenset()
    former: frozenset[int] = frozenset()

    @property
    def count(self) -> int:
        return len(self.current) + len(self.former)

    @property
    def worth(self) -> int:
        """What a board is worth reading for: everybody counts, and who is still there twice."""
        return 2 * len(self.current) + len(self.former)

    def __or__(self, other: People) -> People:
        current = self.current | other.current
        return People(current, (self.former | other.former) - current)


@dataclass(slots=True)
class Acquaintances:
    """The user's contacts by the employers whose names were asked for."""

    links: Mapping[str, Sequence[Link]]
    """Employer name -> its links to workplaces, the surest first; unsure ones are among them."""
    at_workplace: Mapping[str, People] = field(default_factory=dict)

    def at(self, names: Iterable[str]) -> People:
        """The people known at an employer with these names, by links that a report would use."""
        found = People()
        links = [link for name in names for link in self.links.get(name, ())]
        if links:
            from matcher.targets.rank import CONFIDENCE

            for link in links:
                if link.tier in CONFIDENCE:
                    found |= self.at_workplace[link.workplace]
        return found


def acquaintances(home: Home, employers: Iterable[str]) -> Acquaintances:
    """Match employers' names with the workplaces of the user's contacts.

    Without contacts nothing is matched, and no database is made for them.
    """
    if not home.network.path.exists():
        return Acquaintances({})
    from store.network import workplaces

    at = people_by_workplace(workplaces(home.network))
    found: dict[str, list[Link]] = defaultdict(list)
    if at:
        from cli.matching import knowledge, verdicts
        from matcher.employers.link import link

        for one in link(employers, at, knowledge(home), verdicts(home)):
            found[one.employer].append(one)
    return Acquaintances(found, at)


def people_by_workplace(workplaces: Iterable[Workplace]) -> dict[str, People]:
    """Workplace name -> who works or worked there."""
    current: dict[str, set[int]] = defaultdict(set)
    former: dict[str, set[int]] = defaultdict(set)
    for place in workplaces:
        kind = current if place.relation == "current" else former
        kind[place.employer].add(place.contact_id)
    return {
        name: People(frozenset(current[name]), frozenset(former[name] - current[name]))
        for name in current.keys() | former.keys()
    }


def people_by_board(home: Home) -> dict[BoardKey, People]:
    """(source, board) of every watched board where the user knows somebody."""
    from store.boards import board_employers

    names = board_employers(home.postings)
    known = acquaintances(home, {name for given in names.values() for name in given})
    found = {key: known.at(given) for key, given in names.items()}
    return {key: people for key, people in found.items() if people.count}
