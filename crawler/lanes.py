"""Boards in lanes, one a host: every host is kept busy, and none crowds out the others.

Of all boards that politeness allows, the most useful is opened next: a lane goes on while no
waiting lane begins with a more useful board. Among equals the longest lane comes first, because
with a pause between requests it decides how long the run takes. A lane has only a few of its
boards open at a time, so memory does not grow with the number of boards.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from crawler.sources.base import Board

BOARDS_PER_LANE = 2
"""One on the wire, one waiting for its turn."""


@dataclass(slots=True, eq=False)
class Lane:
    """The boards of one host that have not been opened yet, the most useful first."""

    number: int
    waiting: deque[tuple[int, Board]] = field(default_factory=deque)
    """Each with its worth."""
    open: int = 0

    @property
    def worth(self) -> int:
        """Of its next board."""
        return self.waiting[0][0]


class Lanes:
    """All boards of a run.

    Args:
        worth: how useful a board is; boards of equal worth stay in their order.
    """

    def __init__(
        self,
        boards: Iterable[Board],
        host: Callable[[Board], str],
        worth: Callable[[Board], int] = lambda board: 0,
    ) -> None:
        lanes: dict[str, Lane] = {}
        ranked = sorted(((worth(board), board) for board in boards), key=lambda one: -one[0])
        for value, board in ranked:
            name = host(board)
            lane = lanes.setdefault(name, Lane(len(lanes)))
            lane.waiting.append((value, board))
        self._idle: list[tuple[int, int, int, Lane]] = []
        for lane in lanes.values():
            self.rest(lane)

    def rest(self, lane: Lane) -> None:
        """Let a lane without an open board wait for its turn, if it has any board left."""
        if lane.waiting and not lane.open:
            order = (-lane.worth, -len(lane.waiting), lane.number)
            heapq.heappush(self._idle, (*order, lane))

    def next(self) -> Lane | None:
        """The waiting lane whose next board is the most useful; it waits no longer."""
        return heapq.heappop(self._idle)[-1] if self._idle else None

    def take(self, lane: Lane) -> Board | None:
        """The next board of a lane, if there is one, room for it, and none more useful waits."""
        if not lane.waiting or lane.open >= BOARDS_PER_LANE:
            return None
        if self._idle and -self._idle[0][0] > lane.worth:
            return None
        lane.open += 1
        return lane.waiting.popleft()[1]
