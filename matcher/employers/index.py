"""Workplaces that stay, employers that come: everything about the former is worked out once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from matcher.employers.batch import uncollected
from matcher.employers.knowledge import Knowledge
from matcher.employers.link import Joiner, Link
from matcher.employers.names import Names, statistics

_NOTHING: Mapping[tuple[str, str], bool] = {}


class Index:
    """Known workplaces, in memory: about a kilobyte a name."""

    def __init__(self, workplaces: Iterable[str], knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        with uncollected():
            self.names = Names(workplaces, knowledge)
            self.names.get_ready()

    def link(
        self, employers: Iterable[str], verdicts: Mapping[tuple[str, str], bool] = _NOTHING
    ) -> list[Link]:
        """The links that link() finds between the employers and all known workplaces."""
        with uncollected():
            ones = Names(employers, self.knowledge)
            rarity = statistics(ones, self.names)
            return Joiner(ones, self.names, self.knowledge, verdicts, rarity).links()
