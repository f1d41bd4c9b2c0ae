"""Boards in lanes, one a host: every host is kept busy, and none crowds out the others.

A lane has only a few of its boards open at a time, so memory does not grow with the number of
boards.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from crawler.sources.base import Board

BOARDS_PER_LANE = 2
"""One on the wire, one waiting for its turn."""


@dataclass(slots=True, eq=False)
class Lane:
    """The boards of one host that have not been opened yet."""

    waiting: deque[Board] = field(default_factory=deque)
    open: int = 0

    def take(self) -> Board | None:
        """The next board to open, if there is one and room for it."""
        if not self.waiting or self.open >= BOARDS_PER_LANE:
            return None
        self.open += 1
        return self.waiting.popleft()


def sort_into_lanes(boards: Iterable[Board], host: Callable[[Board], str]) -> deque[Lane]:
    """The longest first: with a pause between requests it decides how long the run takes."""
    lanes: dict[str, Lane] = {}
    for board in boards:
        lanes.setdefault(host(board), Lane()).waiting.append(board)
    return deque(sorted(lanes.values(), key=lambda lane: -len(lane.waiting)))
