"""`inroad link`: the matcher for any two lists, without postings or contacts."""

from __future__ import annotations

import contextlib
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from cli.context import Home, pass_home

if TYPE_CHECKING:
    from cli.lists import Bad, Row
    from matcher.employers.clues import Clues
    from matcher.employers.pairs import Scored

HEADER = ("employer", "workplace", "tier", "score", "reason")
PAIRS_HEADER = ("a", "b", *HEADER[2:])
Step = Callable[[str, int, int], None]
"""What is being done, how much of it is done, and of how much; 0 where that is not known."""
_FILE = click.Path(dir_okay=False, path_type=Path, allow_dash=True)


@click.command()
@click.argument("employers", type=_FILE, required=False)
@click.argument("workplaces", type=_FILE, required=False)
@click.option("--pairs", "pairs_file", type=_FILE, metavar="FILE", help="Score given pairs (a,b).")
@click.option(
    "--out",
    type=_FILE,
    default=Path("-"),
    metavar="FILE",
    help='Where the links go; "-", the default, is standard output.',
)
@click.option("--employer-column", metavar="NAME", help="The column with employers.")
@click.option("--workplace-column", metavar="NAME", help="The column with workplaces.")
@click.option("--employer-domain-column", metavar="NAME", help="Web or e-mail domains: evidence.")
@click.option("--workplace-domain-column", metavar="NAME", help="The same, of workplaces.")
@click.option("--employer-place-column", metavar="NAME", help="Cities or countries: evidence.")
@click.option("--workplace-place-column", metavar="NAME", help="The same, of workplaces.")
@click.option(
    "--min-score",
    type=click.FloatRange(0, 1),
    help="Leave out links with a lower score (default: the review floor; none are made below it).",
)
@click.option("--verdicts", is_flag=True, help="Let your own decisions (`inroad review`) count.")
@pass_home
def link(
    home: Home,
    employers: Path | None,
    workplaces: Path | None,
    pairs_file: Path | None,
    out: Path,
    min_score: float | None,
    verdicts: bool,
    **columns: str | None,
) -> None:
    """Link two lists of employer names.

    EMPLOYERS and WORKPLACES are CSV files or hold one name a line; "-" is standard input. Every
    pair of names that may be one employer becomes a row employer,workplace,tier,score,reason,
    the surest first. The tiers: same, likely, and unsure for a person to decide.

    With --pairs FILE, a CSV with columns a and b, every row is answered in its order as
    a,b,tier,score,reason; pairs that are not linked have the tier different.

    Names come out exactly as they went in, not guarded for spreadsheets: other programs read
    this. UTF-8, UTF-16 and Windows-1252 are understood; rows that cannot be used are named.
    """
    from cli import matching

    if (pairs_file is not None) == (employers is not None and workplaces is not None):
        raise click.UsageError("Give EMPLOYERS and WORKPLACES, or --pairs FILE.")
    if pairs_file is not None and employers is not None:
        raise click.UsageError("Give EMPLOYERS and WORKPLACES, or --pairs FILE; not both.")
    for file in (employers, workplaces, pairs_file):
        if file is not None and str(file) != "-" and not file.exists():
            raise click.UsageError(f"{file}: no such file.")
    if employers is not None and str(employers) == str(workplaces) == "-":
        raise click.UsageError("Only one of the two lists can be standard input.")
    known = matching.knowledge(home)
    said = matching.verdicts(home) if verdicts else {}
    with _watching() as step:
        if pairs_file is not None:
            bad, summary = _score(pairs_file, out, columns, min_score, known, said, step)
        else:
            assert employers is not None and workplaces is not None
            bad, summary = _join(employers, workplaces, out, columns, min_score, known, said, step)
    for one in bad:
        one.show()
    click.echo(summary, err=True)


def _join(
    employers: Path,
    workplaces: Path,
    out: Path,
    columns: dict[str, str | None],
    min_score: float | None,
    known: Any,
    said: dict[tuple[str, str], bool],
    step: Step,
) -> tuple[list[Bad], str]:
    from cli.lists import Bad, names
    from matcher.employers.clues import Known, weigh
    from matcher.employers.link import link

    def read(file: Path, kind: str) -> Iterator[Row]:
        evidence = [columns[f"{kind}_{what}_column"] for what in ("domain", "place")]
        column = columns[f"{kind}_column"]
        said_of = bad[kind != "employer"]
        return names(
            file,
            kind,
            column,
            evidence,
            said_of,
            lambda n: step(f"reading {kind}s", n, _size(file)),
        )

    bad = [Bad(_called(employers)), Bad(_called(workplaces))]
    ones = _distinct(read(employers, "employer"))
    others = _distinct(read(workplaces, "workplace"))
    step("linking", 0, 0)
    links = link(ones, others, known, said)
    if about := Known(_telling(ones), _telling(others)):
        links = weigh(links, about, known, said)
    tiers: Counter[str] = Counter()

    def rows() -> Iterator[Sequence[str]]:
        for found in links:
            if min_score is None or found.score >= min_score:
                tiers[found.tier.value] += 1
                yield (
                    found.employer,
                    found.workplace,
                    found.tier.value,
                    f"{found.score:.4f}",
                    found.reason,
                )

    _write(out, HEADER, rows(), step)
    return bad, (
        f"{sum(tiers.values()):,} links ({_counted(tiers)}) between {len(ones):,} employers and "
        f"{len(others):,} workplaces."
    )


def _score(
    file: Path,
    out: Path,
    columns: dict[str, str | None],
    min_score: float | None,
    known: Any,
    said: dict[tuple[str, str], bool],
    step: Step,
) -> tuple[list[Bad], str]:
    from cli.lists import Bad, pairs
    from matcher.employers.pairs import score_pairs

    if min_score is not None:
        raise click.UsageError("--pairs answers every row; --min-score does not go with it.")
    bad = Bad(_called(file))
    kinds = ("employer", "workplace")
    evidence = [columns[f"{kind}_{what}_column"] for kind in kinds for what in ("domain", "place")]
    wanted = (columns["employer_column"], columns["workplace_column"])
    asked: deque[Row] = deque()
    tiers: Counter[str] = Counter()

    def given() -> Iterator[tuple[str, str]]:
        for row in pairs(file, wanted, evidence, bad, lambda n: step("scoring", n, _size(file))):
            asked.append(row)
            yield row[0], row[1]

    def rows() -> Iterator[Sequence[str]]:
        for found in score_pairs(given(), known, said):
            one, other, *told = asked.popleft()
            if any(told):
                found = _told(one, other, told, found, known, said)
            tiers[found.tier] += 1
            yield one, other, found.tier, f"{found.score:.4f}", found.reason

    _write(out, PAIRS_HEADER, rows(), step)
    return [bad], f"{sum(tiers.values()):,} pairs ({_counted(tiers)})."


def _told(
    one: str, other: str, told: Sequence[str], found: Scored, known: Any, said: Mapping[Any, bool]
) -> Scored:
    """One scored pair, given the domains and places told beside its names."""
    from matcher.employers.clues import Known, clues, weigh
    from matcher.employers.link import Link, Tier
    from matcher.employers.pairs import Scored

    about = Known({one: clues(*told[:2])}, {other: clues(*told[2:])})
    apart = found.tier is Tier.DIFFERENT
    links = [] if apart else [Link(one, other, found.tier, found.score, found.reason)]
    for link in weigh(links, about, known, said):
        return Scored(link.tier, link.score, link.reason)
    return found if apart else Scored(Tier.DIFFERENT, found.score / 2, found.reason)


def _distinct(rows: Iterable[Row]) -> dict[str, Clues | None]:
    """Every name once, with what its rows tell beside it."""
    found: dict[str, Clues | None] = {}
    for name, domain, place in rows:
        if domain or place:
            from matcher.employers.clues import clues

            about, before = clues(domain, place), found.get(name)
            found[name] = before | about if before else about
        else:
            found.setdefault(name)
    return found


def _telling(names: Mapping[str, Clues | None]) -> dict[str, Clues]:
    return {name: about for name, about in names.items() if about}


def _write(out: Path, header: Sequence[str], rows: Iterable[Sequence[str]], step: Step) -> None:
    """UTF-8, LF. A file is written beside its place first, so that no half of it ever stands
    there."""
    if str(out) == "-":
        stream = click.get_binary_stream("stdout")
        _pour(stream, header, rows, step)
        stream.flush()
        return
    draft = out.with_name(f".{out.name}.part")
    try:
        with draft.open("wb") as stream:
            _pour(stream, header, rows, step)
        draft.replace(out)
    finally:
        draft.unlink(missing_ok=True)


def _pour(
    stream: BinaryIO, header: Sequence[str], rows: Iterable[Sequence[str]], step: Step
) -> None:
    rows, written = chain([header], rows), 0
    while some := [",".join(map(_cell, row)) for row in islice(rows, 10_000)]:
        stream.write(("\n".join(some) + "\n").encode("utf-8", "replace"))
        written += len(some)
        step("writing", written, 0)


def _cell(text: str) -> str:
    if '"' in text:
        return '"' + text.replace('"', '""') + '"'
    if "," in text or "\n" in text or "\r" in text or text != text.strip():
        return f'"{text}"'
    return text


def _size(file: Path) -> int:
    """Bytes, near enough the characters read; 0 for what has no end yet."""
    return file.stat().st_size if file.is_file() else 0


def _called(file: Path) -> str:
    return "standard input" if str(file) == "-" else str(file)


def _counted(tiers: Counter[str]) -> str:
    order = ("same", "likely", "unsure", "different")
    return ", ".join(f"{tiers[t]:,} {t}" for t in order if tiers[t]) or "none"


@contextlib.contextmanager
def _watching() -> Iterator[Step]:
    """What is being done and how far it is, on a terminal; nothing elsewhere."""
    if not click.get_text_stream("stderr").isatty():
        yield lambda what, done, of: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        Progress,
        TaskID,
        TaskProgressColumn,
        TextColumn,
        TimeElapsedColumn,
    )

    bar = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True, highlight=False, markup=False),
        transient=True,
    )
    tasks: dict[str, TaskID] = {}

    def step(what: str, done: int, of: int) -> None:
        if what not in tasks:
            for before in tasks.values():
                bar.update(before, visible=False)
            tasks[what] = bar.add_task(what, total=of or None)
        bar.update(tasks[what], completed=min(done, of))

    with bar:
        yield step
