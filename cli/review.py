"""`inroad review`: the user's word on names that are too close to call."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.context import Home, pass_home
from cli.safe import clean

if TYPE_CHECKING:
    from cli.matching import Findings
    from matcher.employers.link import Link
    from store.verdicts import Verdict

ANSWERS = {"s": True, "same": True, "d": False, "different": False}
SKIP, QUIT = ("k", "skip", ""), ("q", "quit")
COLUMNS = ("employer", "workplace", "same", "decided_at")
_YES = ("yes", "y", "true", "t", "1", "same")
_NO = ("no", "n", "false", "f", "0", "different")
_FILE = click.Path(dir_okay=False, path_type=Path, allow_dash=True)


@click.command()
@click.argument("names", nargs=-1, metavar="[EMPLOYER WORKPLACE]")
@click.option("--list", "only_list", is_flag=True, help="Print the pairs and decide nothing.")
@click.option("--decided", is_flag=True, help="Print what you have decided, the oldest first.")
@click.option("--export", "export_to", type=_FILE, metavar="FILE", help="Write them as CSV.")
@click.option("--import", "import_from", type=_FILE, metavar="FILE", help="Take such a CSV over.")
@click.option("--undo", is_flag=True, help="Take the latest decision back, or that on two names.")
@pass_home
def review(
    home: Home,
    names: tuple[str, ...],
    only_list: bool,
    decided: bool,
    export_to: Path | None,
    import_from: Path | None,
    undo: bool,
) -> None:
    """Decide the employer names that are too close to call.

    Shows each pair with the reason for the doubt, the one that opens most postings first.
    Answer s (same), d (different), k (skip) or q (quit); your word wins from then on, for every
    way the two names are written. EMPLOYER and WORKPLACE go with --undo.
    """
    asked = [only_list, decided, export_to is not None, import_from is not None, undo]
    if sum(asked) > 1:
        raise click.UsageError("Give one of --list, --decided, --export, --import and --undo.")
    if names and not (undo and len(names) == 2):
        raise click.UsageError("EMPLOYER and WORKPLACE, both of them, go with --undo.")
    if decided:
        _print(home)
    elif export_to is not None:
        _export(home, export_to)
    elif import_from is not None:
        _import(home, import_from)
    elif undo:
        _undo(home, names)
    else:
        _decide(home, only_list)


def _decide(home: Home, only_list: bool) -> None:
    from cli.matching import find

    everything = {"since": "", "title": ("",), "location": ("",), "employer": ("",)}
    findings = find(home, everything | {"remote": False, "relation": "both", "limit": 0})
    people = Counter(w.employer for w in findings.workplaces)
    unsure = _one_a_decision(findings)
    if not unsure:
        click.echo("Nothing to decide.")
        return
    decided = 0
    for number, pair in enumerate(unsure, start=1):
        click.echo(
            f"\n{number} of {len(unsure)}  {clean(pair.employer)}  ?=  {clean(pair.workplace)}\n"
            f"   {clean(pair.reason)} (score {pair.score:.2f}; "
            f"{findings.hiring[pair.employer]} open postings, "
            f"{people[pair.workplace]} of your contacts)"
        )
        if only_list:
            continue
        answer = _ask()
        if answer in QUIT:
            break
        if answer in ANSWERS:
            _keep(home, [(pair.employer, pair.workplace, ANSWERS[answer], home.now)])
            decided += 1
    if not only_list:
        click.echo(f"\n{decided} decided, {len(unsure) - decided} left.")


def _one_a_decision(findings: Findings) -> list[Link]:
    """The unsure pairs, most postings first; of spellings that one answer settles only one."""
    from matcher.employers.normalise import key

    pairs = sorted(
        findings.unsure,
        key=lambda x: (-findings.hiring[x.employer], -x.score, x.employer, x.workplace),
    )
    first: dict[frozenset[str], Link] = {}
    for pair in pairs:
        first.setdefault(frozenset((key(pair.employer), key(pair.workplace))), pair)
    return list(first.values())


def _ask() -> str:
    """One answer; the end of the input is quitting."""
    while True:
        try:
            answer = click.prompt(
                "   same, different, skip or quit", default="k", show_default=False
            )
        except click.exceptions.Abort:
            return "q"
        answer = answer.strip().lower()
        if answer in ANSWERS or answer in SKIP or answer in QUIT:
            return answer
        click.echo("   Please answer s, d, k or q.")


def _keep(home: Home, words: Sequence[tuple[str, str, bool, datetime]]) -> int:
    from matcher.employers.normalise import key
    from store.verdicts import Verdict, add_verdicts

    return add_verdicts(
        home.network,
        [Verdict(key(one), key(other), one, other, same, at) for one, other, same, at in words],
    )


def _print(home: Home) -> None:
    verdicts = _stored(home)
    for verdict in verdicts:
        click.echo(_line(verdict))
    if not verdicts:
        click.echo("Nothing decided yet.")


def _line(verdict: Verdict) -> str:
    sign = "=" if verdict.same else "≠"
    return (
        f"{verdict.decided_at:%Y-%m-%d}  {clean(verdict.employer)}  {sign}  "
        f"{clean(verdict.workplace)}"
    )


def _stored(home: Home) -> list[Verdict]:
    from store.verdicts import list_verdicts

    return list_verdicts(home.network) if home.network.path.exists() else []


def _export(home: Home, file: Path) -> None:
    from cli.files import write
    from matcher.targets.sheet import cell

    verdicts = _stored(home)
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for v in verdicts:
        same, at = "yes" if v.same else "no", v.decided_at.isoformat()
        writer.writerow([cell(clean(v.employer)), cell(clean(v.workplace)), same, at])
    content = out.getvalue().encode("utf-8", "replace")
    if write(file, content):
        click.echo(f"Wrote {_decisions(len(verdicts))} to {file}.")


def _import(home: Home, file: Path) -> None:
    from cli.lists import Bad, table
    from matcher.employers.normalise import key

    if str(file) != "-" and not file.is_file():
        raise click.UsageError(f"{file}: no such file.")
    bad = Bad("standard input" if str(file) == "-" else str(file))
    words = []
    for line, cells in table(file, COLUMNS[:3], COLUMNS[3:], bad):
        one, other, same, decided_at = (_unguarded(clean(text)) for text in cells)
        try:
            at = _moment(decided_at) or home.now
        except ValueError:
            bad.add(line, f"decided_at {decided_at!r} is no date (write 2026-11-23T09:00:00)")
            continue
        if not key(one) or not key(other):
            bad.add(line, "a name is missing")
        elif same.casefold() not in _YES + _NO:
            bad.add(line, f"same is {same!r}; write yes or no")
        else:
            words.append((one, other, same.casefold() in _YES, at))
    changed = _keep(home, words) if words else 0
    bad.show()
    click.echo(f"{_decisions(len(words))} read, {changed} new or changed, {bad.count} bad rows.")


def _unguarded(text: str) -> str:
    """Without the apostrophe that keeps a spreadsheet from running the cell."""
    from matcher.targets.sheet import cell

    return text[1:] if text.startswith("'") and cell(text[1:]) == text else text


def _moment(text: str) -> datetime | None:
    """Naive UTC of an ISO 8601 date or time; None for no text. Raises ValueError."""
    if not text:
        return None
    moment = datetime.fromisoformat(text)
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def _undo(home: Home, names: tuple[str, ...]) -> None:
    from matcher.employers.normalise import key
    from store.verdicts import remove_verdict

    found = _stored(home)
    if names:
        keys = {key(name) for name in names}
        found = [v for v in found if {key(v.employer), key(v.workplace)} == keys]
    if not found:
        raise click.ClickException(
            "Nothing is decided on these names. See: inroad review --decided"
            if names
            else "Nothing decided yet."
        )
    remove_verdict(home.network, found[-1])
    click.echo(f"Undone: {_line(found[-1])}")


def _decisions(number: int) -> str:
    return f"{number:,} decision{'' if number == 1 else 's'}"
