"""Erasing one person: every row, decision and derived trace, down to the bytes of the file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from store.database import Connection as Duck
from store.database import Database
from store.derivation import digest
from store.network import Contact, contacts


def forget(db: Database, contact_id: int) -> int:
    """Delete every row of one contact, the imported ones included, and rewrite the file.

    Rows of a work history or of messages that may mean this contact or a namesake go too, and
    verdicts about workplaces nobody else has, and boards guessed from them. So do asks made of
    them, with all that was said there; asks of others forget whom they were to lead to. Returns
    how many imported rows were deleted; 0 for nobody.
    """
    with db.write() as duck:
        found = contacts(duck, contact_id)
        if not found:
            return 0
        keys = [
            key
            for (key,) in duck.execute(
                "SELECT key FROM contact_keys WHERE contact_id = ?", [contact_id]
            ).fetchall()
        ]
        names, addresses = _traces(duck, found[0], keys)
        _note_workplaces(duck, contact_id, keys)
        _asks(duck, contact_id, [*names, *addresses])
        deleted = _imported_rows(duck, contact_id, keys, [*names, *addresses])
        _decisions(duck, keys)
        for table in (
            *("row_owners", "employments", "schools", "evidence", "contacts", "contact_keys"),
            *("doubts", "seen_targets"),
        ):
            _delete(duck, f"{table} WHERE contact_id = ?", contact_id)
        _delete(duck, "doubts WHERE other_id = ?", contact_id)
        for table in ("verdicts", "probes"):
            duck.execute(
                f"""
                DELETE FROM {table} WHERE workplace IN (SELECT workplace FROM theirs)
                AND workplace NOT IN (SELECT employer FROM employments)
                """
            )
        duck.execute("DROP TABLE theirs")
        _scrub_file_names(duck, [*names, *addresses])
        for table in ("work_history", "employments", "card_jobs"):
            # What the user noted about somebody else may name this person.
            duck.execute(
                f"UPDATE {table} SET note = NULL "
                "WHERE len(list_filter($1, lambda n: contains(lower(note), n))) > 0",
                [[*names, *addresses]],
            )
    db.rewrite()
    return deleted


def _traces(duck: Duck, person: Contact, keys: list[str]) -> tuple[list[str], list[str]]:
    """The names this person goes by, and the addresses, in lower case."""
    slug = (person.profile_url or "").rstrip("/").rpartition("/")[2]
    addresses = {slug, person.email or "", *person.emails}
    names = {person.name}
    rows = duck.execute(
        """
        SELECT trim(first_name || ' ' || last_name), url, email FROM connections
        WHERE list_contains($1, key)
        UNION SELECT name, url, NULL FROM cards WHERE list_contains($1, key)
        """,
        [keys],
    ).fetchall()
    for name, url, email in rows:
        names.add(name)
        addresses |= {(url or "").rstrip("/").rpartition("/")[2], email or ""}
    lowered = [sorted({text.casefold() for text in texts if text}) for texts in (names, addresses)]
    return lowered[0], lowered[1]


def _note_workplaces(duck: Duck, contact_id: int, keys: list[str]) -> None:
    """Make theirs(workplace): every name of a workplace that this person has or had."""
    duck.execute(
        """
        CREATE TEMP TABLE theirs AS
        SELECT DISTINCT employer AS workplace FROM employments WHERE contact_id = $1
        UNION SELECT company FROM connections WHERE list_contains($2, key)
        UNION SELECT employer FROM card_jobs SEMI JOIN
            (SELECT import_id, line FROM cards WHERE list_contains($2, key)) USING (import_id, line)
        """,
        [contact_id, keys],
    )


def _imported_rows(duck: Duck, contact_id: int, keys: list[str], traces: list[str]) -> int:
    deleted = _delete(duck, "connections WHERE list_contains(?, key)", keys)
    duck.execute(
        """
        DELETE FROM card_jobs USING cards c
        WHERE list_contains(?, c.key)
        AND c.import_id = card_jobs.import_id AND c.line = card_jobs.line
        """,
        [keys],
    )
    deleted += _delete(duck, "cards WHERE list_contains(?, key)", keys)
    for table in ("work_history", "interactions"):
        deleted += _delete(
            duck,
            f"{table} USING row_owners o WHERE o.contact_id = ? "
            f"AND o.import_id = {table}.import_id AND o.line = {table}.line",
            contact_id,
        )
    # Rows that a file keeps under an older address, or under the bare name.
    return deleted + _delete(
        duck,
        """
        interactions WHERE list_contains($1, lower(name)) OR list_contains($1, lower(other_name))
        OR list_contains($1, lower(regexp_extract(url, '([^/]+)/?$', 1)))
        OR list_contains($1, lower(regexp_extract(other_url, '([^/]+)/?$', 1)))
        """,
        traces,
    )


def _asks(duck: Duck, contact_id: int, traces: list[str]) -> None:
    """Everything in the ledger about one person, under whatever number it was written."""
    rows = duck.execute("SELECT number FROM numbers_now WHERE contact_id = ?", [contact_id])
    numbers = sorted({contact_id, *(number for (number,) in rows.fetchall())})
    theirs = [
        number
        for (number,) in duck.execute(
            "SELECT ask_id FROM asks WHERE list_contains(?::INTEGER[], contact_id)", [numbers]
        ).fetchall()
    ]
    for table in ("asks", "ask_facts", "ask_events", "overrides", "referrals"):
        _delete(duck, f"{table} WHERE list_contains(?::INTEGER[], ask_id)", theirs)
    for table in ("ratings", "blocks", "gifts"):
        _delete(duck, f"{table} WHERE list_contains(?::INTEGER[], contact_id)", numbers)
    within = "list_contains($1::INTEGER[], {})".format
    duck.execute(
        "DELETE FROM ask_facts USING asks AS a WHERE a.ask_id = ask_facts.ask_id "
        f"AND {within('a.target_id')} AND starts_with(path, 'target.')",
        [numbers],
    )
    about = [
        number
        for (number,) in duck.execute(
            f"SELECT ask_id FROM asks WHERE {within('target_id')} OR {within('via_id')} "
            "UNION SELECT ask_id FROM referrals "
            f"WHERE {within('contact_id')} OR {within('named_by')}",
            [numbers],
        ).fetchall()
    ]
    for column in ("target_id", "via_id"):
        duck.execute(
            f"UPDATE asks SET {column} = NULL WHERE list_contains(?::INTEGER[], {column})",
            [numbers],
        )
    for column in ("contact_id", "named_by"):
        _delete(duck, f"referrals WHERE list_contains(?::INTEGER[], {column})", numbers)
    # In asks that had to do with this person one word of the name is enough, elsewhere it may be
    # somebody else's.
    words = [word for trace in traces for word in trace.split() if len(word) > 2]
    _strike_out(duck, words, "list_contains($2::INTEGER[], ask_id)", about)
    _strike_out(duck, traces)


def _strike_out(
    duck: Duck, traces: list[str], where: str = "", asks: Sequence[int] | None = None
) -> None:
    """Delete what the user wrote, in the ledger and about others, that names a person."""
    named = "len(list_filter($1, lambda n: contains(lower({}), n))) > 0".format
    given: list[Any] = [traces] if asks is None else [traces, asks]
    limited = f" AND {where}" if where else ""
    duck.execute(f"DELETE FROM ask_facts WHERE {named('value')}{limited}", given)
    for table, column, instead in (
        ("ask_events", "reason", "NULL"),
        ("overrides", "reason", "'forgotten'"),
        *(() if where else (("gifts", "note", "NULL"), ("blocks", "reason", "'forgotten'"))),
    ):
        duck.execute(
            f"UPDATE {table} SET {column} = {instead} WHERE {named(column)}{limited}", given
        )


def _decisions(duck: Duck, keys: list[str]) -> None:
    _delete(duck, "answers WHERE list_contains(?, key)", keys)
    _delete(
        duck, "identities WHERE list_contains($1, one_key) OR list_contains($1, other_key)", keys
    )
    _delete(duck, "contact_numbers WHERE list_contains(?, digest)", [digest(key) for key in keys])


def _delete(duck: Duck, what: str, value: Any) -> int:
    return int(duck.execute(f"DELETE FROM {what}", [value]).fetchall()[0][0])


def _scrub_file_names(duck: Duck, names: Sequence[str]) -> None:
    """A file may be called after a person, or the family: then only its kind remains of its
    name."""
    words = {_letters(word) for name in names for word in name.split()}
    traces = {word for word in words if len(word) > 3} | set(map(_letters, names)) - {""}
    for import_id, kind, name in duck.execute(
        "SELECT import_id, kind, name FROM imports"
    ).fetchall():
        if any(trace in _letters(name) for trace in traces):
            duck.execute("UPDATE imports SET name = ? WHERE import_id = ?", [kind, import_id])


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))
