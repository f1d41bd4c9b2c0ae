"""The matcher's own DuckDB: in memory, never on disk, with the lexicon as a table."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import duckdb

from matcher.employers.errors import TooLarge
from matcher.employers.knowledge import Knowledge
from matcher.employers.lexicon import common, words

_BETWEEN = "\x1e"
NOT_LOOKED_UP = ("stop", "generic")
"""Kinds of words that find no candidates."""


def engine(knowledge: Knowledge, threads: int = 0) -> duckdb.DuckDBPyConnection:
    """A connection whose tables are its own, in memory, and never spilled to a file.

    `lexicon` is (word, weight, listed, dull, head, background): the class weight of a word, whether
    it has a class and one that finds no candidates, the headword of its kin, and how many names of
    the background hold it; words that are nothing special are not in it. `kin` is (word, head), of
    words that are not alone with their headword. `known` is (key): the names in facts. These, and
    what create() and fill() make, go with the connection. It works on every processor, or on so
    many `threads`.
    """
    db = _shared(threads).cursor()
    fill(db, "known(key VARCHAR)", knowledge.keys)
    return db


@cache
def _shared(threads: int) -> duckdb.DuckDBPyConnection:
    # With a temporary folder, names would be written there when memory runs short.
    db = duckdb.connect(":memory:", config={"temp_directory": ""})
    if threads:
        db.execute(f"SET threads = {threads}")
    lexicon, background = words(), common()
    listed = sorted({*lexicon.weight, *lexicon.kin, *background})
    columns = (
        listed,
        [lexicon.weight.get(word, 1.0) for word in listed],
        [word in lexicon.kind for word in listed],
        [lexicon.kind.get(word) in NOT_LOOKED_UP for word in listed],
        [lexicon.kin.get(word, word) for word in listed],
        [background.get(word, 0) for word in listed],
    )
    table = "lexicon(word VARCHAR, weight DOUBLE, listed BOOLEAN, dull BOOLEAN, head VARCHAR, "
    fill(db, table + "background INTEGER)", *columns, temporary=False)
    db.execute(
        """
        CREATE TABLE kin AS SELECT word, head FROM lexicon
        WHERE head IN (SELECT head FROM lexicon WHERE word <> head)"""
    )
    return db


def create(db: duckdb.DuckDBPyConnection, table: str, query: str) -> None:
    """Makes a table of what a query finds."""
    db.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS {query}")


def fill(
    db: duckdb.DuckDBPyConnection, table: str, *columns: Iterable[Any], temporary: bool = True
) -> None:
    """Makes a table, given as name(column type, …), of its columns; a range is one from 0."""
    name, _, declared = table.partition("(")
    kinds = [column.split()[1] for column in declared.rstrip(")").split(",")]
    told = [_told(kind, values) for kind, values in zip(kinds, columns, strict=True)]
    lists = ", ".join(f"unnest({how})" for how, _ in told)
    db.execute(f"CREATE OR REPLACE {'TEMP ' if temporary else ''}TABLE {table}")
    db.execute(f"INSERT INTO {name} SELECT {lists}", [what for _, what in told])


def _told(kind: str, values: Iterable[Any]) -> tuple[str, Any]:
    """How SQL makes a list of a parameter, and the parameter: one text where that can be, which is
    handed over many times as soon as a list."""
    if isinstance(values, range):
        return "range(?)", len(values)
    values = list(values)
    if kind != "VARCHAR":
        return f"from_json(?, '[\"{kind}\"]')", json.dumps(values)
    text = _BETWEEN.join(values)
    if values and text.count(_BETWEEN) == len(values) - 1:
        return f"string_split(?, '{_BETWEEN}')", text
    return "?::VARCHAR[]", values


def texts(values: Iterable[str]) -> str:
    """A list of words as SQL writes it, for IN."""
    return "(" + ", ".join("'" + value.replace("'", "''") + "'" for value in sorted(values)) + ")"


@contextmanager
def memory() -> Iterator[None]:
    """Raises TooLarge where the lists do not fit into memory."""
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise TooLarge("the lists do not fit into memory; link them in parts") from error
