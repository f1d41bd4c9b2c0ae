"""Everything the database holds about one person, for that person to see."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from store.database import Connection as Duck
from store.database import Database

_BY_NUMBER = (
    *("contacts", "contact_keys", "employments", "schools", "evidence", "row_owners"),
    "seen_targets",
)
_BY_KEY = ("connections", "cards", "answers")
_OF_ASKS = ("ask_facts", "ask_events", "overrides")
_LEDGER = ("ratings", "blocks", "gifts")

Rows = list[dict[str, Any]]


def everything(db: Database, contact_id: int) -> dict[str, Rows]:
    """Table → rows about a contact, as they are kept; tables without any are left out.

    Rows of a file that may mean a namesake are among them, as `forget` would delete them too.
    """
    with db.read() as duck:
        numbers = _numbers(duck, contact_id)
        keys = [
            key
            for (key,) in duck.execute(
                "SELECT key FROM contact_keys WHERE contact_id = ?", [contact_id]
            ).fetchall()
        ]
        found = {
            table: _rows(duck, f"{table} WHERE contact_id = ?", contact_id) for table in _BY_NUMBER
        }
        found["doubts"] = _rows(duck, "doubts WHERE contact_id = $1 OR other_id = $1", contact_id)
        for table in _BY_KEY:
            found[table] = _rows(duck, f"{table} WHERE list_contains(?, key)", keys)
        found["identities"] = _rows(
            duck,
            "identities WHERE list_contains($1, one_key) OR list_contains($1, other_key)",
            keys,
        )
        found["probes"] = _rows(
            duck,
            "probes WHERE workplace IN (SELECT employer FROM employments WHERE contact_id = ?)",
            contact_id,
        )
        found["card_jobs"] = _rows(
            duck,
            "card_jobs SEMI JOIN (SELECT import_id, line FROM cards "
            "WHERE list_contains(?, key)) USING (import_id, line)",
            keys,
        )
        for table in ("work_history", "interactions"):
            found[table] = _rows(
                duck,
                f"{table} SEMI JOIN (SELECT import_id, line FROM row_owners WHERE contact_id = ?) "
                "USING (import_id, line)",
                contact_id,
            )
        found |= _of_ledger(duck, numbers)
    return {table: rows for table, rows in found.items() if rows}


def _of_ledger(duck: Duck, numbers: Sequence[int]) -> dict[str, Rows]:
    within = "list_contains($1::INTEGER[], {})".format
    found = {
        "asks": _rows(
            duck,
            f"asks WHERE {within('contact_id')} OR {within('target_id')} OR {within('via_id')}",
            numbers,
        ),
        "referrals": _rows(
            duck, f"referrals WHERE {within('contact_id')} OR {within('named_by')}", numbers
        ),
    }
    asks = [row["ask_id"] for row in found["asks"] if row["contact_id"] in numbers]
    for table in _OF_ASKS:
        found[table] = _rows(duck, f"{table} WHERE {within('ask_id')}", asks)
    for table in _LEDGER:
        found[table] = _rows(duck, f"{table} WHERE {within('contact_id')}", numbers)
    return found


def _numbers(duck: Duck, contact_id: int) -> list[int]:
    rows = duck.execute("SELECT number FROM numbers_now WHERE contact_id = ?", [contact_id])
    return sorted({contact_id, *(number for (number,) in rows.fetchall())})


def _rows(duck: Duck, what: str, value: Any) -> Rows:
    cursor = duck.execute(f"SELECT * FROM {what}", [value])
    columns = [column[0] for column in cursor.description or ()]
    return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
