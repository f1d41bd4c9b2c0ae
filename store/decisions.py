"""The user's own word about people: who is one person, where they worked, what a column means.

It lies beside the imported rows and outlives them; everything derived obeys it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from store.bulk import insert
from store.database import Connection as Duck
from store.database import Database


class Identity(NamedTuple):
    """Whether two keys of people are one person."""

    one_key: str
    other_key: str
    same: bool
    decided_at: datetime


class Question(StrEnum):
    """What was asked about a contact and a workplace."""

    WORKED = "worked"
    WORKS = "works"
    LEFT = "left"


class Answer(NamedTuple):
    """Yes or no to one question. `title`, `start` and `end` are what the question knew."""

    key: str
    employer: str
    question: Question
    yes: bool
    title: str | None
    start: str | None
    end: str | None
    answered_at: datetime


class Mapping(NamedTuple):
    """Which column of a table stands for which field; `headers` is the table's sorted header."""

    headers: tuple[str, ...]
    fields: tuple[str, ...]
    columns: tuple[str, ...]
    saved_at: datetime


_ANSWER = (
    "key VARCHAR, employer VARCHAR, question VARCHAR, yes BOOLEAN, title VARCHAR, "
    "start_on VARCHAR, end_on VARCHAR, answered_at TIMESTAMP"
)
_TICK = timedelta(microseconds=1)
_IDENTITY = "one_key VARCHAR, other_key VARCHAR, same BOOLEAN, decided_at TIMESTAMP"


def identities(duck: Duck) -> list[Identity]:
    """Every decision on who is who, the oldest first."""
    rows = duck.execute(
        "SELECT one_key, other_key, same, decided_at FROM identities ORDER BY decided_at, rowid"
    ).fetchall()
    return [Identity(*row) for row in rows]


def answers(duck: Duck) -> list[Answer]:
    """Every answer, the oldest first."""
    rows = duck.execute(
        "SELECT key, employer, question, yes, title, start_on, end_on, answered_at FROM answers "
        "ORDER BY answered_at, rowid"
    ).fetchall()
    return [Answer(r[0], r[1], Question(r[2]), *r[3:]) for r in rows]


def list_identities(db: Database) -> list[Identity]:
    """As `identities`, of a closed database."""
    with db.read() as duck:
        return identities(duck)


def list_answers(db: Database) -> list[Answer]:
    """As `answers`, of a closed database."""
    with db.read() as duck:
        return answers(duck)


def add_identities(duck: Duck, decided: Sequence[Identity]) -> None:
    """Add decisions, all of them later than those before: the last one on two keys counts, and one
    moment is one decision of the user's."""
    last = duck.execute("SELECT max(decided_at) FROM identities").fetchall()[0][0]
    first = min(decision.decided_at for decision in decided)
    late = last - first + _TICK if last and last >= first else timedelta()
    moved = (one._replace(decided_at=one.decided_at + late) for one in decided)
    insert(duck, "identities", _IDENTITY, moved)


def drop_identities(duck: Duck, decided_at: datetime) -> int:
    """Take back what was decided at one moment: a merge or split is often several pairs."""
    return _count(duck, "DELETE FROM identities WHERE decided_at = ?", [decided_at])


def add_answers(duck: Duck, given: Sequence[Answer]) -> None:
    """Add answers; the last one to a question counts."""
    rows = ((*one[:2], one.question.value, *one[3:]) for one in given)
    insert(duck, "answers", _ANSWER, rows)


def drop_answer(duck: Duck, answer: Answer) -> None:
    """Take one answer back: the one before it counts again, or the question is open."""
    duck.execute(
        "DELETE FROM answers WHERE key = ? AND employer = ? AND question = ? AND answered_at = ?",
        [answer.key, answer.employer, answer.question.value, answer.answered_at],
    )


def list_mappings(db: Database) -> list[Mapping]:
    """The saved column mappings."""
    with db.read() as duck:
        rows = duck.execute(
            "SELECT headers, fields, columns, saved_at FROM mappings ORDER BY saved_at, rowid"
        ).fetchall()
    return [Mapping(tuple(h), tuple(f), tuple(c), at) for h, f, c, at in rows]


def save_mapping(db: Database, mapping: Mapping) -> None:
    """Remember a mapping for every table with these headers; an earlier one is replaced."""
    with db.write() as duck:
        duck.execute("DELETE FROM mappings WHERE headers = ?::VARCHAR[]", [list(mapping.headers)])
        duck.execute(
            "INSERT INTO mappings VALUES (?::VARCHAR[], ?::VARCHAR[], ?::VARCHAR[], ?)",
            [list(mapping.headers), list(mapping.fields), list(mapping.columns), mapping.saved_at],
        )


def _count(duck: Duck, statement: str, values: Sequence[object]) -> int:
    return int(duck.execute(statement, list(values)).fetchall()[0][0])
