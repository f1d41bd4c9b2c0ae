"""What every reader of address books must make of its fixtures.

A case is a folder tests/fixtures/contacts/<reader>/<case>/: the reader's module, and a file of any
name but `output.json`, which holds what must come of it, without what is empty. `rows` have the
field names of store/rows.py.

    python tests/matcher/address_books.py --write     after a wanted change: read the diff with care
"""

from __future__ import annotations

import json
import sys
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))

from matcher.contacts import recognise  # noqa: E402
from matcher.contacts.errors import ContactsError  # noqa: E402
from matcher.contacts.reading import Reading  # noqa: E402
from store.rows import Kind  # noqa: E402

TODAY = date(2026, 11, 23)
FIXTURES = ROOT / "tests" / "fixtures" / "contacts"
CASES = sorted(case for case in FIXTURES.glob("*/*/"))


def input_of(case: Path) -> Path:
    (found,) = (file for file in case.iterdir() if file.name != "output.json")
    return found


def made_of(case: Path) -> dict[str, Any]:
    """What the case is read as, as `output.json` says it."""
    file = input_of(case)
    try:
        return record(recognise.read(file.read_bytes(), file.name, TODAY))
    except ContactsError as error:
        return {"error": type(error).__name__, "message": str(error)}


def record(reading: Reading) -> dict[str, Any]:
    return {
        "kind": str(reading.kind),
        "unit": reading.unit,
        "read": reading.read,
        "kept": reading.kept,
        "skipped": reading.skipped,
        "noted": reading.noted,
        "rows": [_fields(row) for row in reading.rows],
    }


def _fields(row: Any) -> dict[str, Any]:
    return {name: _plain(value) for name, value in row._asdict().items() if value not in (None, ())}


def _plain(value: Any) -> Any:
    if hasattr(value, "_asdict"):
        return _fields(value)
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return str(value) if isinstance(value, Enum | date) else value


def accounted(reading: Reading) -> bool:
    """Whether rows in are rows kept, each once, and rows named, each once."""
    named = [place for places in reading.skipped.values() for place in places]
    lines = [row.line for row in reading.rows]
    return (
        reading.read == len(lines) + reading.merged + len(named)
        and len(set(named)) == len(named)
        # Messages are counted by whom they are between.
        and (
            reading.kind is Kind.MESSAGES or len(set(lines) | set(named)) == len(lines) + len(named)
        )
    )


if __name__ == "__main__" and "--write" in sys.argv:
    for one in CASES:
        text = json.dumps(made_of(one), ensure_ascii=False, indent=1)
        (one / "output.json").write_text(text + "\n", encoding="utf-8")
