"""Rows as JSON or CSV, for machines and spreadsheets."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

import click


def print_rows(rows: Sequence[dict[str, Any]], shape: str, columns: Sequence[str] = ()) -> None:
    """`shape` is "json" (every key) or "csv" (`columns`, else every key of the first row)."""
    from matcher.targets.sheet import cell

    if shape == "json":
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    names = columns or list(rows[0] if rows else ())
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([cell(row[name]) for name in names] for row in rows)
    click.echo(out.getvalue(), nl=False)
