"""`inroad boards`: whose job boards are watched."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.context import Home, pass_home
from cli.directories import directories
from cli.health import health
from cli.options import format_option
from cli.safe import clean
from cli.suggest import suggest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crawler.detect import Detection
    from crawler.sources.base import Board
    from store.boards import FollowedBoard


@click.group()
def boards() -> None:
    """Choose whose job boards are watched."""


boards.add_command(suggest)
boards.add_command(directories)
boards.add_command(health)


@boards.command()
@click.argument("where", nargs=-1, metavar="URL|SOURCE:TOKEN...")
@click.option("--employer", help="The employer's name, where you know it (one board at a time).")
@click.option("--starter", is_flag=True, help="Add the bundled list of well-known employers.")
@click.option("--feeds", is_flag=True, help="Add every feed that is on (`inroad sources`).")
@click.option("--all", "take_all", is_flag=True, help="Add every board a page names, not only one.")
@click.pass_context
@pass_home
def add(
    home: Home,
    ctx: click.Context,
    where: tuple[str, ...],
    employer: str | None,
    starter: bool,
    feeds: bool,
    take_all: bool,
) -> None:
    """Watch boards, by their address or as source:token.

    A careers page will do: the board is recognised by its address, else the page is fetched
    (politely) and searched for one.
    """
    from crawler.posting import NameOrigin
    from crawler.sources.base import Board

    if employer and (len(where) != 1 or starter or feeds):
        raise click.UsageError("--employer goes with exactly one board.")
    if not (where or starter or feeds):
        raise click.UsageError("Give an address, a source:token, --starter or --feeds.")
    wanted: list[Board] = []
    new = 0
    if starter:
        from cli.shipped import config_folder
        from crawler.boards import read_starter

        text = (config_folder() / "boards.toml").read_text(encoding="utf-8")
        wanted = read_starter(text)
        new = follow(home, wanted, "the starter list")
    if feeds:
        wanted += _feeds(home) or _no_feeds()
    resolved, failures = _resolve(home, where)
    for spec, detections in resolved.items():
        if len(detections) > 1 and not take_all:
            failures.append(
                f"{clean(spec)} names {len(detections)} boards; add the ones you want, or --all:"
                + "".join(f"\n  inroad boards add {_quoted(d)}" for d in detections)
            )
            continue
        wanted += [
            Board(d.source, d.token, employer, NameOrigin.USER if employer else None)
            for d in detections
        ]
    if wanted:
        named_here = [b for b in wanted if b.employer_origin is not NameOrigin.DIRECTORY]
        new += follow(home, named_here, pages=_pages(resolved))
        named = ", ".join(clean(b) for b in wanted) if len(wanted) <= 5 else f"{len(wanted)} boards"
        known = len(wanted) - new
        click.echo(f"Watching {named}" + (f" ({known} already)." if known else "."))
        _say_what_is_unread(home, wanted)
    for failure in failures:
        click.echo(failure, err=True)
    if failures:
        ctx.exit(3 if wanted else 1)


@boards.command("list")
@format_option("table", "json", "csv")
@pass_home
def list_(home: Home, shape: str) -> None:
    """List the boards, with what the last read of each said."""
    from store.boards import followed_boards

    found = followed_boards(home.postings)
    if shape == "table":
        _print_table(found)
    else:
        _print_data(found, shape)


@boards.command()
@click.argument("which", nargs=-1, required=True, metavar="URL|SOURCE:TOKEN...")
@click.pass_context
@pass_home
def remove(home: Home, ctx: click.Context, which: tuple[str, ...]) -> None:
    """Stop watching boards. Their postings are kept but no longer matched."""
    from crawler.boards import parse_spec
    from store.boards import followed_boards, remove_boards

    known = {(b.source, b.board) for b in followed_boards(home.postings)}
    going: list[tuple[str, str]] = []
    missing = []
    for spec in which:
        board = parse_spec(spec)
        if (board.source, board.token) in known:
            going.append((board.source, board.token))
        else:
            missing.append(spec)
    click.echo(f"Removed {remove_boards(home.postings, going)}.")
    for spec in missing:
        click.echo(f"{clean(spec)} is not among your boards.", err=True)
    if missing:
        ctx.exit(3 if going else 1)


@boards.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--directory",
    is_flag=True,
    help="Only keep the list, for `inroad boards suggest` to look in; watch nothing.",
)
@click.option("--name", help="What to call the directory; otherwise the file's name is taken.")
@click.pass_context
@pass_home
def import_(home: Home, ctx: click.Context, file: Path, directory: bool, name: str | None) -> None:
    """Watch every board in a CSV file, or keep it as a directory.

    Columns: name, slug and url, or source, token and employer. Rows that cannot be used are
    named; the others are kept. A directory takes the place of the one of the same name.
    """
    from crawler.boards import read_directory

    if name and not directory:
        raise click.UsageError("--name goes with --directory.")
    good, bad = read_directory(file)
    if directory:
        from cli.directories import keep

        if good:
            click.echo(keep(home, file, name or file.stem, good, bad))
        else:
            click.echo("No row names a board that Inroad can read; nothing was kept.", err=True)
    else:
        new = follow(home, good, f"the directory {file.name}") if good else 0
        click.echo(
            f"{len(good) + len(bad)} rows: {new} boards added, {len(good) - new} already there, "
            f"{len(bad)} not usable."
        )
        _say_what_is_unread(home, good)
    for row in bad[:20]:
        click.echo(f"  line {row.line}: {clean(row.reason)}", err=True)
    if len(bad) > 20:
        click.echo(f"  … and {len(bad) - 20} more", err=True)
    if bad:
        ctx.exit(3 if good else 1)


@boards.command()
@click.argument("url")
@pass_home
def detect(home: Home, url: str) -> None:
    """Say which boards an address leads to, and how that is known. Adds nothing."""
    resolved, failures = _resolve(home, (url,))
    if failures:
        raise click.ClickException(failures[0])
    for detection in resolved[url]:
        click.echo(f"{clean(detection.source)}:{clean(detection.token)}")
        click.echo(f"  because: {clean(detection.evidence)}")


def _resolve(home: Home, where: Sequence[str]) -> tuple[dict[str, list[Detection]], list[str]]:
    """What each address or spec means, and a line for each that means nothing.

    Pages are fetched together, once, and only for addresses that do not say it themselves.
    """
    from crawler.boards import BoardError, parse_spec
    from crawler.detect import Detection, find_in_url

    resolved: dict[str, list[Detection]] = {}
    failures: list[str] = []
    pages: list[str] = []
    for spec in where:
        try:
            if spec.startswith(("http://", "https://")) and not find_in_url(spec):
                pages.append(spec)
                continue
            board = parse_spec(spec)
            resolved[spec] = [Detection(board.source, board.token, "the address itself")]
        except BoardError as error:
            failures.append(clean(error))
    for spec, outcome in look_at(home, pages).items():
        if isinstance(outcome, str):
            failures.append(outcome)
        else:
            resolved[spec] = outcome
    return resolved, failures


def look_at(home: Home, pages: Sequence[str]) -> dict[str, list[Detection] | str]:
    """The boards each page names, or a line that says why none is known."""
    if not pages:
        return {}
    from cli.crawl import crawl_settings
    from crawler.detect import BoardError, find_in_page, find_in_url
    from crawler.fetch import Page, fetch_pages

    home.path.mkdir(parents=True, exist_ok=True, mode=0o700)
    looked: dict[str, list[Detection] | str] = {}
    fetched = fetch_pages(pages, crawl_settings(home), home.path / "crawl.log")
    for asked, page in zip(pages, fetched, strict=True):
        try:
            # A careers page that sends its readers to a board has named it.
            found = [d for address in page.chain for d in find_in_url(address)]
            if not found and isinstance(page, Page):
                found = find_in_page(page.url, page.text)
        except BoardError as error:
            looked[asked] = clean(error)
            continue
        if found:
            looked[asked] = list(dict.fromkeys(found))
        elif isinstance(page, Page):
            looked[asked] = (
                f"{clean(asked)} names no board that Inroad can read. If its job pages carry "
                f"schema.org/JobPosting data: inroad boards add jobposting:{clean(asked)}"
            )
        else:
            looked[asked] = f"{clean(asked)} could not be looked at: {clean(page.detail)}"
    return looked


def _pages(resolved: dict[str, list[Detection]]) -> dict[tuple[str, str], str]:
    """The page that led to each board, where it was not found by its address."""
    from crawler.detect import find_in_url

    return {
        (d.source, d.token): spec
        for spec, found in resolved.items()
        if spec.startswith(("http://", "https://")) and not find_in_url(spec)
        for d in found
    }


def follow(
    home: Home,
    found: Sequence[Board],
    claimed_by: str = "a directory",
    pages: Mapping[tuple[str, str], str] | None = None,
) -> int:
    """Watch boards; how many were new. A name of origin "directory" is `claimed_by` somebody;
    `pages` led to some of them."""
    from crawler.sources import SOURCES
    from store.boards import NewBoard, add_boards

    return add_boards(
        home.postings,
        [
            NewBoard(
                b.source,
                b.token,
                SOURCES[b.source].board_url(b.token),
                b.employer,
                str(b.employer_origin) if b.employer_origin else None,
                SOURCES[b.source].attribution or None,
                (pages or {}).get((b.source, b.token)),
            )
            for b in found
        ],
        home.now,
        claimed_by,
    )


def _feeds(home: Home) -> list[Board]:
    """Every list of every feed that is on and has the keys it needs."""
    from cli.source_settings import choices
    from crawler.choices import AS_SHIPPED, State, state_of
    from crawler.sources import SOURCES
    from crawler.sources.base import Board, Feed

    chosen = choices(home.settings.sources)
    return [
        Board(source.name, token)
        for source in SOURCES.values()
        if isinstance(source, Feed)
        and state_of(source, chosen.get(source.name, AS_SHIPPED)) is State.ON
        for token in source.tokens
    ]


def _no_feeds() -> list[Board]:
    click.echo("No feed is on (`inroad sources`).", err=True)
    return []


def _say_what_is_unread(home: Home, added: Sequence[Board]) -> None:
    """A line for each source whose boards were added but will not be read."""
    from cli.source_settings import choices
    from crawler.choices import AS_SHIPPED, why_unread
    from crawler.sources import SOURCES

    chosen = choices(home.settings.sources)
    reasons = (
        why_unread(SOURCES[b.source], chosen.get(b.source, AS_SHIPPED), b.token) for b in added
    )
    for why in dict.fromkeys(filter(None, reasons)):
        click.echo(f"{clean(why)}. Until then it is skipped.")


def _quoted(detection: Detection) -> str:
    import shlex

    return f"{shlex.quote(f'{detection.source}:{detection.token}')}  # {clean(detection.evidence)}"


def _print_table(found: Sequence[FollowedBoard]) -> None:
    if not found:
        click.echo("No boards yet: inroad boards add URL, or inroad boards add --starter")
        return
    import shlex

    from rich.console import Console
    from rich.table import Table

    from store.claims import Trust

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("employer", "name", "board", "last read", "outcome"):
        table.add_column(column, overflow="fold")
    table.add_column("open", justify="right")
    for b in found:
        table.add_row(
            clean(b.employer) or f"({clean(b.board)})",
            b.trust or "",
            clean(f"{b.source}:{b.board}"),
            f"{b.read_at:%Y-%m-%d %H:%M}" if b.read_at else "never",
            b.outcome or "",
            f"{b.open_postings:,}",
        )
    console = Console(highlight=False, markup=False, emoji=False)
    console.print(table)
    click.echo(f"{len(found)} boards, {sum(b.open_postings for b in found):,} open postings.")
    if unconfirmed := sum(b.trust == Trust.UNCONFIRMED for b in found):
        click.echo(
            f"{unconfirmed} unconfirmed: only a directory says whose they are, until a crawl reads "
            "the name on the board."
        )
    for b in found:
        if b.trust == Trust.CONTRADICTED:
            click.echo(
                f'{clean(f"{b.source}:{b.board}")}: the board says "{clean(b.said)}", '
                f'{clean(b.claimed_by)} said "{clean(b.claimed)}". Keep it, or '
                f"inroad boards remove {shlex.quote(clean(f'{b.source}:{b.board}'))}"
            )


def _print_data(found: Sequence[FollowedBoard], shape: str) -> None:
    from cli.tables import print_rows

    rows = [
        {
            "source": b.source,
            "token": clean(b.board),
            "employer": clean(b.employer) or None,
            "employer_origin": b.employer_origin,
            "trust": b.trust,
            "claimed": clean(b.claimed) or None,
            "claimed_by": clean(b.claimed_by) or None,
            "said": clean(b.said) or None,
            "url": clean(b.url),
            "last_read": b.read_at.isoformat(timespec="seconds") + "Z" if b.read_at else None,
            "outcome": b.outcome,
            "open_postings": b.open_postings,
        }
        for b in found
    ]
    columns = (
        "source",
        "token",
        "employer",
        "url",
        "last_read",
        "outcome",
        "open_postings",
        "trust",
    )
    print_rows(rows, shape, columns)
