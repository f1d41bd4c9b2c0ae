"""`inroad boards suggest`: boards of employers where the user knows somebody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from cli.context import Home, pass_home
from cli.options import format_option
from cli.safe import clean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cli.suggestions import Suggestion
    from store.network import Workplace

SHOWN = 20
COLUMNS = (
    "board",
    "employer",
    "url",
    "confidence",
    "trust",
    "current",
    "former",
    "workplaces",
    "tier",
    "score",
    "reason",
    "evidence",
    "found_in",
    "contacts",
)


@click.command()
@click.option("--add", is_flag=True, help="Watch those that are sure.")
@click.option("--who", is_flag=True, help="Name the contacts, rather than count them.")
@click.option("--unsure", is_flag=True, help="Also show boards that may be another employer's.")
@click.option(
    "--limit",
    type=click.IntRange(0),
    help=f"At most this many; 0 is all.  [default: {SHOWN} in a table, else all]",
)
@click.option(
    "--probe",
    is_flag=True,
    help="Also guess boards of workplaces that no directory has, and ask the vendors for them.",
)
@click.option(
    "--probes",
    type=click.IntRange(1),
    help="How many boards --probe asks for at the most.  [default: [suggest] probes]",
)
@format_option("table", "json", "csv")
@click.pass_context
@pass_home
def suggest(
    home: Home,
    ctx: click.Context,
    add: bool,
    who: bool,
    unsure: bool,
    limit: int | None,
    probe: bool,
    probes: int | None,
    shape: str,
) -> None:
    """Propose boards of employers where you know somebody.

    Looks for your contacts' workplaces in the imported directories (`inroad boards import
    --directory FILE`), those with the most contacts first. What a directory says is unconfirmed
    until a crawl has read the employer's name on the board.

    --probe is off unless asked for: a guessed name tells the vendor where you know people, and
    what answers to it is often another employer. Only documented public interfaces are asked, as
    politely as in a crawl, no board twice, and never a workplace that bears a contact's own name.
    """
    from cli.acquaintances import acquaintances
    from cli.suggestions import Confidence, candidates, suggestions
    from store.network import workplaces

    if probes and not probe:
        raise click.UsageError("--probes goes with --probe.")
    places = workplaces(home.network) if home.network.path.exists() else []
    if not places:
        raise click.ClickException(
            "No contacts with a workplace yet. Run: inroad contacts import FILE"
        )

    def look() -> list[Suggestion]:
        offered = candidates(home)
        return suggestions(offered, acquaintances(home, {c.employer for c in offered}))

    found = look()
    interrupted = False
    if probe:
        report = _probe(home, places, found, probes or home.settings.suggest["probes"])
        interrupted = report
        found = look()
    hidden = 0
    if not unsure:
        shown = [s for s in found if s.confidence is not Confidence.UNSURE]
        hidden = len(found) - len(shown)
        found = shown
    total = len(found)
    if limit:
        found = found[:limit]
    listed = found[:SHOWN] if limit is None and shape == "table" else found
    rows = [_row(s, places if who else None) for s in listed]
    if shape == "table":
        _print_table(listed, rows)
    else:
        from cli.tables import print_rows

        print_rows(rows if shape == "json" else [_flat(row) for row in rows], shape, COLUMNS)
    _say_what_else(home, total, len(listed), hidden, to_stderr=shape != "table")
    if add:
        _add(home, [s for s in found if s.confidence is Confidence.SURE], shape != "table")
    if interrupted:
        ctx.exit(130)


def _probe(home: Home, places: Sequence[Workplace], found: Sequence[Suggestion], most: int) -> bool:
    """Guess boards for the workplaces that have none; whether the user stopped it."""
    from cli.acquaintances import People, acquaintances, people_by_workplace
    from cli.matching import knowledge
    from cli.probing import probe
    from cli.suggestions import Confidence
    from matcher.employers.normalise import key
    from matcher.targets.rank import CONFIDENCE
    from store.boards import board_employers

    followed = {name for names in board_employers(home.postings).values() for name in names}
    covered = {
        link.workplace
        for links in acquaintances(home, followed).links.values()
        for link in links
        if link.tier in CONFIDENCE
    }
    covered |= {
        link.workplace for s in found if s.confidence is not Confidence.UNSURE for link in s.links
    }
    nobody = knowledge(home).non_employers
    people: dict[str, People] = {}
    spelled: dict[str, str] = {}
    for name, there in people_by_workplace(places).items():
        if name not in covered and not nobody.is_non_employer(name):
            first = spelled.setdefault(key(name), name)
            people[first] = people.get(first, People()) | there
    names = sorted(people, key=lambda name: (-people[name].count, name))
    report = probe(home, places, names, most)
    click.echo(
        f"Probed {report.asked} guessed boards: {report.answered} exist"
        + (f"; {report.left} more guesses wait for another --probe" if report.left else "")
        + ".",
        err=True,
    )
    return report.interrupted


def _row(found: Suggestion, places: Sequence[Workplace] | None) -> dict[str, Any]:
    one, best = found.candidate, found.links[0]
    row: dict[str, Any] = {
        "board": clean(f"{one.source}:{one.board}"),
        "employer": clean(one.employer),
        "url": clean(one.url),
        "confidence": str(found.confidence),
        "trust": "confirmed" if found.confirmed else "unconfirmed",
        "current": len(found.people.current),
        "former": len(found.people.former),
        "workplaces": [clean(name) for name in dict.fromkeys(x.workplace for x in found.links)],
        "tier": str(best.tier),
        "score": best.score,
        "reason": clean(best.reason),
        "evidence": str(one.evidence),
        "found_in": clean(one.found_in),
        "contacts": None,
    }
    if places is not None:
        ids = found.people.current | found.people.former
        row["contacts"] = sorted({clean(p.name) for p in places if p.contact_id in ids})
    return row


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    return {k: "; ".join(v) if isinstance(v, list) else v for k, v in row.items()}


def _print_table(found: Sequence[Suggestion], rows: Sequence[Mapping[str, Any]]) -> None:
    for suggestion, row in zip(found, rows, strict=True):
        people = f"{row['current']} now, {row['former']} formerly"
        click.secho(f"{row['employer']} — {people}", bold=True)
        click.echo(f"  {row['board']}  {row['confidence']}, {row['trust']}  {row['url']}")
        names = row["workplaces"]
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        known_as = ", ".join(f'"{name}"' for name in names[:3]) + more
        told = "the board itself" if suggestion.confirmed else row["found_in"]
        by_token = ", by its token only" if row["evidence"] == "token" else ""
        click.secho(
            f"  your contacts' {known_as}: {row['reason']} ({row['tier']}, {row['score']:.2f}; "
            f"named by {told}{by_token})",
            dim=True,
        )
        if row["contacts"]:
            click.echo(f"  {', '.join(row['contacts'])}")


def _say_what_else(home: Home, found: int, listed: int, hidden: int, *, to_stderr: bool) -> None:
    from store.directories import list_directories

    if not found:
        kept = list_directories(home.postings)
        click.echo(
            "No board of an employer where you know somebody is in your directories."
            if kept
            else "No directories yet: inroad boards import --directory FILE",
            err=to_stderr,
        )
    if listed < found:
        click.echo(f"… and {found - listed} more (--limit 0).", err=to_stderr)
    if hidden:
        click.echo(f"{hidden} unsure ones are not shown (--unsure).", err=to_stderr)


def _add(home: Home, sure: Sequence[Suggestion], to_stderr: bool) -> None:
    """Watch boards under the name a directory gives, or under their own."""
    from cli.boards import follow
    from cli.source_settings import choices
    from crawler.choices import AS_SHIPPED, State, state_of
    from crawler.posting import NameOrigin
    from crawler.sources import SOURCES
    from crawler.sources.base import Board

    chosen = choices(home.settings.sources)
    by_teller: dict[str, list[Board]] = {}
    off = 0
    for found in sure:
        one = found.candidate
        choice = chosen.get(one.source, AS_SHIPPED)
        if state_of(SOURCES[one.source], choice, one.board) is not State.ON:
            off += 1
            continue
        origin = NameOrigin.BOARD if found.confirmed else NameOrigin.DIRECTORY
        teller = one.found_in if found.confirmed else f"the directory {one.found_in}"
        board = Board(one.source, one.board, one.employer, origin)
        by_teller.setdefault(teller, []).append(board)
    added = sum(follow(home, boards, teller) for teller, boards in by_teller.items())
    click.echo(f"Watching {added} more boards. Next: inroad crawl --known-only", err=to_stderr)
    if off:
        click.echo(f"{off} were left out, as their source is off (inroad sources).", err=to_stderr)
