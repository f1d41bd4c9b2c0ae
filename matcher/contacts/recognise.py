"""Bytes of a file → the reader that knows them → a reading."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from io import BytesIO
from typing import Any

from matcher.contacts import archive, workbook
from matcher.contacts.decode import Text, text_of
from matcher.contacts.errors import FileTooLarge, HeaderMissing
from matcher.contacts.readers import all_readers
from matcher.contacts.reading import JsonReader, Reading, TableReader, TextReader
from matcher.contacts.tables import (
    Grid,
    Table,
    find_header,
    headers,
    match,
    object_grids,
    text_grids,
)
from store.rows import Kind

LARGEST_JSON = 64 << 20
"""Bytes; a JSON document takes twenty times as much memory as a table."""
_HEAD = 64 << 10


def read(data: bytes, name: str, today: date, mapped: Sequence[TableReader] = ()) -> Reading:
    """Read a file, found by its content.

    Args:
        name: the file's own, for the few that are alike inside.
        mapped: readers of tables whose columns the user has named; they come first.

    Raises:
        FileEmpty, FileBinary, FileTooLarge, WorkbookUnreadable: see there.
        HeaderMissing: no reader knows the file.
        RowsMissing: nothing in it can be kept.
        DatesUnreadable: so few dates are understood that none can be trusted.
    """
    if archive.is_workbook(BytesIO(data)):
        return _read_table(workbook.grids(data), Reading(Kind.TABLE, name, "row"), today, mapped)
    text = text_of(data)
    head = text.data[:_HEAD].decode("utf-8", "replace")
    for reader in all_readers():
        if isinstance(reader, TextReader) and reader.fits(head):
            reading = Reading(reader.kind, name)
            reader.take(text, reading, today)
            reading.check()
            return reading
    if is_json(head):
        return _read_json(parsed(text), name, today, mapped)
    return _read_table(text_grids(text), Reading(Kind.TABLE, name), today, mapped)


def grids_of(data: bytes) -> list[Grid]:
    """The tables a file may be, for a header to be looked for. Raises what `read` does."""
    if archive.is_workbook(BytesIO(data)):
        return workbook.grids(data)
    text = text_of(data)
    if is_json(text.data[:_HEAD].decode("utf-8", "replace")):
        return object_grids(parsed(text))
    return text_grids(text)


def is_json(head: str) -> bool:
    """Whether a text begins as a JSON document does."""
    return head.lstrip()[:1] in ("{", "[")


def _read_json(document: Any, name: str, today: date, mapped: Sequence[TableReader]) -> Reading:
    for reader in all_readers():
        if isinstance(reader, JsonReader):
            entries = reader.entries(document)
            if entries is not None:
                reading = Reading(reader.kind, name, "entry")
                reader.take(entries, reading, today)
                reading.check()
                return reading
    return _read_table(object_grids(document), Reading(Kind.TABLE, name, "entry"), today, mapped)


def parsed(text: Text) -> Any:
    """A JSON document.

    Raises:
        FileTooLarge: over 64 MiB.
        HeaderMissing: not JSON, whatever it begins with.
    """
    if len(text.data) > LARGEST_JSON:
        raise FileTooLarge(f"A JSON file of over {LARGEST_JSON >> 20} MB is no address book.")
    try:
        return json.loads(text.whole())
    except (ValueError, RecursionError) as error:
        where = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise HeaderMissing(f"This begins like JSON, but is not{where}.") from error


def _read_table(
    grids: Sequence[Grid], reading: Reading, today: date, mapped: Sequence[TableReader]
) -> Reading:
    readers = [reader for reader in all_readers() if isinstance(reader, TableReader)]
    found = _mapped_header(grids, mapped)
    if found is None:
        best = find_header(grids, [reader.columns for reader in readers])
        if best is None:
            raise HeaderMissing(
                "No line near the top names columns that this import knows. "
                "Say which column is what: inroad contacts map FILE"
            )
        found = readers[best[0]], Table(best[1], best[2])
    reader, table = found
    reading.kind = reader.kind
    reader.read(table, reading, today)
    reading.check()
    return reading


def _mapped_header(
    grids: Sequence[Grid], mapped: Sequence[TableReader]
) -> tuple[TableReader, Table] | None:
    if not mapped:
        return None
    for header in headers(grids):
        names = frozenset(filter(None, header.names))
        for reader in mapped:
            if reader.headers == names and (columns := match(header.names, reader.columns)):
                return reader, Table(header, columns)
    return None
