"""`inroad boards health`: which boards fail, since when, and where those that are gone went."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from cli.context import Home, pass_home
from cli.options import format_option
from cli.safe import clean

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from store.health import BoardHealth, Move

LOOK_AGAIN = timedelta(days=30)
"""How long what a page said about a gone board is good enough."""


@click.command()
@click.option("--only", type=click.Choice(["failing", "gone"]), help="Leave the others out.")
@click.option(
    "--look",
    is_flag=True,
    help="Ask the employers' pages where gone boards went: one page a board, once a month.",
)
@click.option("--limit", type=click.IntRange(0), default=0, help="At most this many boards.")
@format_option("table", "json", "csv")
@pass_home
def health(home: Home, only: str | None, look: bool, limit: int, shape: str) -> None:
    """Show how well each board is read, the worst first.

    A board that was not found in three runs is gone. Where the employer's page names another,
    the command to watch that one is printed; nothing is switched by itself.
    """
    from store.health import boards_health

    found = boards_health(home.postings)
    if look:
        _look(home, found)
        found = boards_health(home.postings)
    everything = len(found)
    failing = sum(b.failing for b in found)
    gone = [b for b in found if b.gone]
    if only is not None:
        found = [b for b in found if (b.gone if only == "gone" else b.failing)]
    found = found[:limit] if limit else found
    if shape == "table":
        _print_table(found)
    else:
        from cli.tables import print_rows

        print_rows([_row(b) for b in found], shape, _COLUMNS)
    for line in _advice(gone, home.now):
        click.echo(line, err=shape != "table")
    boards = f"{everything:,} board{'' if everything == 1 else 's'}"
    click.echo(f"{boards}, {failing:,} failing, {len(gone):,} gone.", err=shape != "table")


def _look(home: Home, found: Sequence[BoardHealth]) -> None:
    """Fetch the page of every gone board that was not looked at lately, and remember what it
    says."""
    from cli.boards import look_at
    from store.health import remember_moves

    asked = [b for b in found if b.gone and b.page and _due(b, home.now)]
    if not asked:
        return
    pages = look_at(home, list(dict.fromkeys(b.page for b in asked if b.page)))
    remember_moves(home.postings, [_move(b, pages[b.page or ""]) for b in asked], home.now)


def _due(board: BoardHealth, now: datetime) -> bool:
    return board.looked_at is None or now - board.looked_at > LOOK_AGAIN


def _move(board: BoardHealth, said: Any) -> Move:
    from store.health import Move

    page = board.page or ""
    if isinstance(said, str):
        return Move(board.source, board.board, page, said)
    others = [d for d in said if (d.source, d.token) != (board.source, board.board)]
    if not others:
        return Move(board.source, board.board, page, f"{page} still names this board")
    if len(others) > 1:
        listed = ", ".join(f"{d.source}:{d.token}" for d in others[:10])
        return Move(board.source, board.board, page, f"{page} names several: {listed}")
    one = others[0]
    return Move(board.source, board.board, page, one.evidence, one.source, one.token)


def _advice(gone: Sequence[BoardHealth], now: datetime) -> list[str]:
    """A line or two for each board that is gone, and what to do about it."""
    import shlex

    lines = []
    for b in gone:
        name = f"{clean(b.employer) or clean(b.board)} ({clean(f'{b.source}:{b.board}')})"
        if b.moved_to:
            new, old = shlex.quote(clean(b.moved_to)), shlex.quote(clean(f"{b.source}:{b.board}"))
            lines.append(f"{name} is gone, and likely moved to {clean(b.moved_to)}:")
            lines.append(f"  because: {clean(b.moved_why)}")
            lines.append(f"  inroad boards add {new} && inroad boards remove {old}")
        elif b.moved_why:
            lines.append(f"{name} is gone. {clean(b.moved_why)}")
    if any(b.looked_at is None for b in gone):
        lines.append("Where gone boards went, their employers' pages may say: --look")
    return lines


_COLUMNS = (
    "source", "token", "employer", "outcome", "detail", "last_read", "last_good_read", "postings",
    "postings_before", "failures", "gone", "moved_to", "moved_because", "url",
)  # fmt: skip


def _row(b: BoardHealth) -> dict[str, Any]:
    return {
        "source": b.source,
        "token": clean(b.board),
        "employer": clean(b.employer) or None,
        "outcome": b.outcome,
        "detail": clean(b.detail) or None,
        "last_read": _when(b.read_at),
        "last_good_read": _when(b.good_at),
        "postings": b.now,
        "postings_before": b.before,
        "failures": b.failures,
        "gone": b.gone,
        "moved_to": clean(b.moved_to) or None,
        "moved_because": clean(b.moved_why) or None,
        "url": clean(b.url),
    }


def _print_table(found: Sequence[BoardHealth]) -> None:
    if not found:
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("board", "employer", "last read", "last good read"):
        table.add_column(column, overflow="fold")
    for column in ("postings", "before", "failures"):
        table.add_column(column, justify="right")
    for b in found:
        outcome = "gone" if b.gone else b.outcome or ""
        table.add_row(
            clean(f"{b.source}:{b.board}"),
            clean(b.employer),
            f"{b.read_at:%Y-%m-%d %H:%M} {outcome}" if b.read_at else "never",
            f"{b.good_at:%Y-%m-%d %H:%M}" if b.good_at else "never",
            f"{b.now:,}",
            f"{b.before:,}" if b.before is not None else "",
            str(b.failures or ""),
        )
    Console(highlight=False, markup=False, emoji=False).print(table)
    for b in found:
        if b.failing and b.detail and not b.gone:
            click.echo(f"{clean(f'{b.source}:{b.board}')}: {clean(b.detail)}")


def _when(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") + "Z" if moment else None
