"""Sheets of an .xlsx workbook as grids, read row by row with openpyxl, an optional library.

A workbook is a zip of XML: members that swell, document types and rows without end are refused
before or while they are read.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from io import BytesIO
from itertools import islice
from typing import Any

from matcher.contacts import archive
from matcher.contacts.errors import LibraryMissing, WorkbookUnreadable
from matcher.contacts.tables import HEADER_WITHIN, Grid, Record

MOST_SHEETS = 50
MOST_CELLS = 20_000_000
WIDEST = 1_000
MOST_EMPTY = 10_000
"""Empty rows in a row, behind which nothing is looked for: a stray cell in the last row of a
sheet makes a million of them."""


def grids(data: bytes) -> list[Grid]:
    """One grid a sheet, in the order of the workbook.

    Raises:
        LibraryMissing: openpyxl is not installed.
        ArchiveBomb, ArchiveDamaged: it unpacks to far more than a workbook holds, or not at all.
        WorkbookUnreadable: it is damaged or has document types in its XML.
    """
    try:
        from openpyxl import load_workbook
    except ImportError as error:
        raise LibraryMissing(
            "Reading .xlsx needs openpyxl: pip install 'inroad[xlsx]'. Or save the sheet as CSV."
        ) from error
    archive.check_workbook(data)
    try:
        book = load_workbook(BytesIO(data), read_only=True, data_only=True)
        sheets = list(book.worksheets)[:MOST_SHEETS]
    except Exception as error:  # a parser's errors are as many as the ways to be damaged
        raise _damaged() from error

    def grid(sheet: Any) -> Grid:
        return Grid(
            lambda start, _: _records(sheet, start),
            lambda: islice(_records(sheet, 0), HEADER_WITHIN),
        )

    return [grid(sheet) for sheet in sheets]


def _records(sheet: Any, start: int) -> Iterator[Record]:
    empty = cells = 0
    try:
        for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
            values = [_text(value) for value in row[:WIDEST]]
            if not any(values):
                empty += 1
                if empty > MOST_EMPTY:
                    return
                continue
            empty = 0
            cells += len(row)
            if cells > MOST_CELLS:
                raise WorkbookUnreadable(f"The sheet has over {MOST_CELLS:,} cells.")
            if number > start:
                yield number, values
    except WorkbookUnreadable:
        raise
    except Exception as error:
        raise _damaged() from error


def _text(value: Any) -> str:
    """A cell as a CSV would hold it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def _damaged() -> WorkbookUnreadable:
    return WorkbookUnreadable("The workbook is damaged or not complete. Save its sheet as CSV.")
