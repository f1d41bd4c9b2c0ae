"""Workplaces that stay, employers that come: everything about the former is worked out once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from matcher.employers.engine import engine, memory
from matcher.employers.joining import Joiner, Link, as_links
from matcher.employers.knowledge import Knowledge
from matcher.employers.names import meet, take_apart
from matcher.employers.tally import count, total
from matcher.uncollected import uncollected

_NOTHING: Mapping[tuple[str, str], bool] = {}


class Index:
    """Known workplaces, in memory. Errors are link()'s."""

    def __init__(self, workplaces: Iterable[str], knowledge: Knowledge) -> None:
        self.db, self.knowledge = engine(knowledge), knowledge
        with uncollected(), memory():
            [self.names] = take_apart(self.db, knowledge, workplaces=workplaces)
            self.names.keep()
            count(self.names)

    def link(
        self, employers: Iterable[str], verdicts: Mapping[tuple[str, str], bool] = _NOTHING
    ) -> list[Link]:
        """The links that link() finds between the employers and all known workplaces."""
        with uncollected(), memory():
            [ones] = take_apart(self.db, self.knowledge, employers=employers)
            meet(ones, self.names)
            keys = total(ones, self.names)
            return as_links(Joiner(ones, self.names, self.knowledge, verdicts, keys).rows())
