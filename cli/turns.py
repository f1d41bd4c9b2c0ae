"""Whose turn it is: the boards of one crawl, the most useful first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import click

from cli.safe import clean

if TYPE_CHECKING:
    from cli.acquaintances import BoardKey, People
    from cli.context import Home
    from crawler.sources.base import Board
    from store.boards import FollowedBoard

LEFT_UNREAD = 1_000_000
"""Worth more than any number of people: who had no turn last time has the first one now."""
NO_BOARDS = (
    "No boards to read yet. Add some first: inroad boards add URL, or inroad boards add --starter"
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Boards in the order they should be read; `worth` holds where it matters between hosts."""

    boards: list[Board]
    worth: Mapping[BoardKey, int] = field(default_factory=dict)
    why_none: str = NO_BOARDS


def boards_to_read(home: Home, specs: Sequence[str] = (), *, known_only: bool = False) -> Wanted:
    """The watched boards (or those of `specs`, as source:token), with what each is worth.

    Raises:
        click.BadParameter: a spec names no watched board.
    """
    # One open connection makes the short ones below it cheap.
    with home.postings.read():
        return _boards_to_read(home, specs, known_only)


def _boards_to_read(home: Home, specs: Sequence[str], known_only: bool) -> Wanted:
    from store.boards import followed_boards
    from store.unread import left_unread

    followed = {f"{b.source}:{b.board}": b for b in followed_boards(home.postings)}
    if unknown := [clean(s) for s in specs if s not in followed]:
        raise click.BadParameter(
            f"{', '.join(unknown)}: not among your boards (`inroad boards list`)."
        )
    chosen = [followed[s] for s in dict.fromkeys(specs)] if specs else list(followed.values())
    if not chosen:
        return Wanted([])
    people = _people(home, must=known_only)
    waiting = left_unread(home.postings)
    worth: dict[BoardKey, int] = {}
    for board in chosen:
        key = (board.source, board.board)
        known = people[key].worth if key in people else 0
        if known or key in waiting:
            worth[key] = known + (LEFT_UNREAD if key in waiting else 0)
    if known_only:
        chosen = [b for b in chosen if (b.source, b.board) in people]
    chosen.sort(key=lambda b: (-worth.get((b.source, b.board), 0), str(b.read_at or "")))
    return Wanted(
        [_to_read(b) for b in chosen],
        worth,
        "You know nobody at any of your boards' employers: inroad boards suggest",
    )


def _people(home: Home, *, must: bool) -> Mapping[BoardKey, People]:
    """Who is known where. A crawl does not fail because the contacts cannot be asked."""
    from cli.acquaintances import people_by_board
    from store.errors import StoreError

    try:
        return people_by_board(home)
    except StoreError as error:
        if must:
            raise
        click.echo(f"Not ordered by who you know: {clean(error)}", err=True)
        return {}


def _to_read(board: FollowedBoard) -> Board:
    from crawler.posting import NameOrigin
    from crawler.sources.base import Board
    from store.claims import Trust

    origin = board.employer_origin
    # A name in postings' payloads is theirs, and one only claimed is what the board is to confirm.
    theirs = origin in (None, NameOrigin.PAYLOAD)
    claimed = origin == NameOrigin.DIRECTORY and board.trust == Trust.UNCONFIRMED
    if theirs or claimed:
        return Board(board.source, board.board)
    return Board(board.source, board.board, board.employer, NameOrigin(origin))
