"""What a crawl tells whoever is watching. Drawing is the watcher's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from crawler.sources.base import Board, Outcome


@dataclass(frozen=True, slots=True)
class Recovered:
    """An earlier run that was cut short has been merged; told before `RunStarted`."""

    run: str
    segments: int


@dataclass(frozen=True, slots=True)
class RunStarted:
    run: str
    boards: int
    """How many will be read."""


@dataclass(frozen=True, slots=True)
class BoardSkipped:
    """A board that this run leaves alone; told before `RunStarted`."""

    board: Board
    why: str


@dataclass(frozen=True, slots=True)
class BoardStarted:
    board: Board


@dataclass(frozen=True, slots=True)
class PostingsRead:
    """More postings of one board have reached the spool."""

    board: Board
    count: int
    total: int
    """Of all boards of this run so far."""


@dataclass(frozen=True, slots=True)
class BoardDone:
    board: Board
    outcome: Outcome
    listed: int
    complete: bool
    detail: str | None
    done: int
    boards: int


@dataclass(frozen=True, slots=True)
class Stopping:
    """The user stopped the run; what is on the wire is waited for, a little."""


@dataclass(frozen=True, slots=True)
class TimeUp:
    """The run's time is up: boards being read may end, and no other is begun."""


@dataclass(frozen=True, slots=True)
class Merging:
    """The fetching is over; what is left goes into the database now."""

    interrupted: bool


Event = (
    Recovered
    | BoardSkipped
    | RunStarted
    | BoardStarted
    | PostingsRead
    | BoardDone
    | Stopping
    | TimeUp
    | Merging
)


class Progress(Protocol):
    """Called from the crawl's own thread, so it must return at once."""

    def __call__(self, event: Event, /) -> None: ...


def unwatched(event: Event, /) -> None:
    """A Progress for nobody."""
