"""Many rows into a table at once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from store.database import Connection as Duck

CHUNK = 20_000
"""Rows handed over in one statement: DuckDB keeps a copy of each value meanwhile."""


def insert(duck: Duck, table: str, columns: str, rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows whose values come in the order of `columns` (`name TYPE, name TYPE, …`).

    A column travels as one JSON text, which DuckDB takes in twice as fast as a list of values.
    """
    typed = [column.split() for column in columns.split(", ")]
    names = ", ".join(name for name, _ in typed)
    values = ", ".join(f"unnest(from_json_strict(?, '[{_shape(kind)}]'))" for _, kind in typed)
    for chunk in _chunks(rows):
        texts = [
            json.dumps(column, default=str, ensure_ascii=False)
            for column in zip(*chunk, strict=True)
        ]
        duck.execute(f"INSERT INTO {table} ({names}) SELECT {values}", texts)


def _shape(kind: str) -> str:
    return f'["{kind[:-2]}"]' if kind.endswith("[]") else f'"{kind}"'


def _chunks(rows: Iterable[Sequence[Any]]) -> Iterator[list[Sequence[Any]]]:
    remaining = iter(rows)
    while chunk := list(islice(remaining, CHUNK)):
        yield chunk
