"""`inroad contacts confirm`: what only the user can tell about where people worked."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.context import Home, pass_home
from cli.safe import clean
from cli.who import ask, count, matching

if TYPE_CHECKING:
    from matcher.contacts.questions import Asked
    from store.decisions import Answer

COLUMNS = ("contact_id", "contact", "question", "employer", "postings", "source", "note", "answer")
_YES = ("yes", "y", "true", "1")
_NO = ("no", "n", "false", "0")
_FILE = click.Path(dir_okay=False, path_type=Path, allow_dash=True)


@click.command()
@click.option("--list", "only_list", is_flag=True, help="Print the questions and ask nothing.")
@click.option(
    "--format",
    "shape",
    type=click.Choice(["table", "json", "csv"]),
    default="table",
    show_default=True,
    help="How --list prints them.",
)
@click.option("--limit", type=click.IntRange(0), default=0, help="At most this many; 0 is all.")
@click.option(
    "--answers",
    "file",
    type=_FILE,
    metavar="FILE",
    help="Take the CSV of --list with its answer column filled in.",
)
@click.option("--answered", is_flag=True, help="Print what you have answered, the oldest first.")
@click.option("--undo", is_flag=True, help="Take the latest answer back.")
@click.pass_context
@pass_home
def confirm(
    home: Home,
    ctx: click.Context,
    only_list: bool,
    shape: str,
    limit: int,
    file: Path | None,
    answered: bool,
    undo: bool,
) -> None:
    """Say whether people worked where something hints that they did.

    Notes, labels, old addresses, recommendations and the time you worked somewhere yourself
    suggest workplaces. None counts before you say so. Answer y (yes), n (no), k (skip) or q
    (quit); the answers that would open postings now are asked for first.

    Without a terminal: --list --format csv writes the questions; fill in the answer column with
    yes or no, and give the file to --answers.
    """
    if sum((only_list, file is not None, answered, undo)) > 1:
        raise click.UsageError("Give one of --list, --answers, --answered and --undo.")
    if answered:
        _print_answered(home)
    elif undo:
        _undo(home)
    elif file is not None:
        bad = _take_file(home, file)
        if bad:
            ctx.exit(3)
    else:
        questions = _questions(home)
        questions = questions[:limit] if limit else questions
        if only_list:
            _print(questions, shape)
        else:
            _walk(home, questions)


def _questions(home: Home) -> list[Asked]:
    """The open questions, the most useful first: the network beside the postings."""
    from matcher.contacts.questions import questions
    from store.network import list_contacts

    contacts = list_contacts(home.network)
    doubtful = ("suggested", "inferred")
    names = {e.employer for c in contacts for e in c.employments if e.confidence in doubtful}
    known = {
        e.employer
        for c in contacts
        if c.linked
        for e in c.employments
        if e.confidence != "suggested"
    }
    postings, reached = _openings(home, names, known) if names else ({}, set())
    return questions(contacts, postings, reached)


def _openings(home: Home, names: set[str], known: set[str]) -> tuple[dict[str, int], set[str]]:
    """Workplace → open postings there; and those at whose employer somebody is known already."""
    from cli.matching import knowledge, verdicts
    from matcher.employers.link import Tier, link
    from store.postings import PostingFilter, hiring_employers

    if not home.postings.path.exists():
        return {}, set()
    hiring = hiring_employers(home.postings, PostingFilter(), home.now)
    links = [
        found
        for found in link(hiring, names | known, knowledge(home), verdicts(home))
        if found.tier in (Tier.SAME, Tier.LIKELY)
    ]
    employers: dict[str, set[str]] = {}
    for found in links:
        employers.setdefault(found.workplace, set()).add(found.employer)
    met = {employer for name in known for employer in employers.get(name, ())}
    postings = {name: sum(hiring[e] for e in employers.get(name, ())) for name in names}
    return postings, {name for name in names if employers.get(name, set()) & met}


def _walk(home: Home, questions: Sequence[Asked]) -> None:
    if not questions:
        click.echo("Nothing to confirm.")
        return
    answers: list[Answer] = []
    try:
        for number, asked in enumerate(questions, start=1):
            click.echo(f"\n{number} of {len(questions)}  {clean(asked.text)}")
            click.echo(f"   {_because(asked)}")
            said = ask("   yes, no, skip (k) or quit", ("yes", "no", "k", "quit"), "k")
            if said == "quit":
                break
            if said != "k":
                answers.append(_answer(home, asked, said == "yes", len(answers)))
    finally:
        _keep(home, answers)
    click.echo(f"\n{count(len(answers), 'answer')}, {len(questions) - len(answers)} left.")


def _because(asked: Asked) -> str:
    why = f"{asked.note}" if asked.note else f"by {asked.source}"
    if asked.note and asked.source not in ("note", "label"):
        why = f"{asked.source}: {asked.note}"
    opens = ""
    if asked.opens:
        opens = f"; a yes opens {count(asked.postings, 'posting')} where you know nobody yet"
    elif asked.postings:
        opens = f"; {count(asked.postings, 'open posting')} there"
    return clean(why) + opens


def _answer(home: Home, asked: Asked, yes: bool, nth: int) -> Answer:
    from matcher.contacts.questions import answered
    from store.network import keys_of

    key = keys_of(home.network, asked.contact_id)[0]
    return answered(asked, yes, key, home.now + timedelta(microseconds=nth))


def _keep(home: Home, answers: Sequence[Answer]) -> None:
    from cli.matching import contact_facts
    from matcher.contacts.deriving import derive
    from store.derivation import answer

    if answers:
        answer(home.network, answers, partial(derive, facts=contact_facts(home)))


def _print(questions: Sequence[Asked], shape: str) -> None:
    if shape == "json":
        click.echo(json.dumps([_record(q) for q in questions], ensure_ascii=False, indent=2))
    elif shape == "csv":
        from matcher.targets.sheet import cell

        out = io.StringIO(newline="")
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(COLUMNS)
        for asked in questions:
            record = _record(asked)
            writer.writerow([cell(record.get(name)) for name in COLUMNS])
        click.echo(out.getvalue(), nl=False)
    else:
        for number, asked in enumerate(questions, start=1):
            click.echo(f"{number}  {clean(asked.text)}\n   {_because(asked)}")
        if not questions:
            click.echo("Nothing to confirm.")


def _record(asked: Asked) -> dict[str, object]:
    return {
        "contact_id": asked.contact_id,
        "contact": clean(asked.contact),
        "question": str(asked.question),
        "employer": clean(asked.employer),
        "title": clean(asked.title) or None,
        "since": asked.since,
        "until": asked.until,
        "source": asked.source,
        "note": clean(asked.note) or None,
        "postings": asked.postings,
        "opens": asked.opens,
    }


def _take_file(home: Home, file: Path) -> int:
    """Take answers from a CSV; the number of rows that could not be used, each of them named."""
    from cli.lists import Bad, table

    if str(file) != "-" and not file.is_file():
        raise click.UsageError(f"{file}: no such file.")
    bad = Bad("standard input" if str(file) == "-" else str(file))
    answers = list(_answers(home, table(file, ("employer", "answer"), COLUMNS[:3], bad), bad))
    _keep(home, answers)
    bad.show()
    click.echo(f"{count(len(answers), 'answer')} taken, {bad.count} bad rows.")
    return bad.count


def _answers(
    home: Home, rows: Iterator[tuple[int, tuple[str, ...]]], bad: object
) -> Iterator[Answer]:
    from cli.lists import Bad
    from store.network import list_contacts

    assert isinstance(bad, Bad)
    questions = _questions(home)
    everybody = list_contacts(home.network)
    taken = 0
    for line, cells in rows:
        employer, said, number, contact, question = (clean(text) for text in cells)
        word = said.casefold()
        if not word or word in ("k", "skip"):
            continue
        if word not in _YES + _NO:
            bad.add(line, f"answer is {said!r}; write yes or no")
            continue
        people = {int(number)} if number.isdecimal() else set()
        if not people and contact:
            people = {c.contact_id for c in matching(everybody, contact)}
        asked = [
            q
            for q in questions
            if q.contact_id in people
            and clean(q.employer) == employer.removeprefix("'")
            and question in ("", str(q.question))
        ]
        if len(asked) == 1:
            yield _answer(home, asked[0], word in _YES, taken)
            taken += 1
        elif len(people) > 1:
            bad.add(line, f"{len(people)} contacts fit; give contact_id")
        else:
            bad.add(line, "no such question is open")


def _print_answered(home: Home) -> None:
    from store.decisions import list_answers

    answers = list_answers(home.network)
    for given in answers:
        click.echo(_answered_line(home, given))
    if not answers:
        click.echo("Nothing answered yet.")


def _answered_line(home: Home, given: Answer) -> str:
    word = "yes" if given.yes else "no"
    name = clean(_name(home, given))
    return (
        f"{given.answered_at:%Y-%m-%d}  {name}  {given.question} at {clean(given.employer)}: {word}"
    )


def _name(home: Home, given: Answer) -> str:
    from store.network import name_of_key

    return name_of_key(home.network, given.key) or "somebody whose file was taken back"


def _undo(home: Home) -> None:
    from cli.matching import contact_facts
    from matcher.contacts.deriving import derive
    from store.decisions import list_answers
    from store.derivation import undo_answer

    answers = list_answers(home.network)
    if not answers:
        raise click.ClickException("Nothing answered yet.")
    line = _answered_line(home, answers[-1])
    undo_answer(home.network, answers[-1], partial(derive, facts=contact_facts(home)))
    click.echo(f"Undone: {line}")
