"""The postings of one spool segment into the database: what is new, changed, or as it was.

The segment's lines are in the temporary table `line`. Postings are compared by a hash of their
content, so that most of a run only touches narrow rows.
"""

from __future__ import annotations

from store.database import Connection

POSTING_COLUMNS = {
    "title": "VARCHAR",
    "locations": "VARCHAR[]",
    "country": "VARCHAR",
    "workplace_type": "VARCHAR",
    "employment_type": "VARCHAR",
    "department": "VARCHAR",
    "team": "VARCHAR",
    "text_hash": "VARCHAR",
    "pay_min": "DOUBLE",
    "pay_max": "DOUBLE",
    "pay_currency": "VARCHAR",
    "pay_period": "VARCHAR",
    "url": "VARCHAR",
    "apply_url": "VARCHAR",
    "language": "VARCHAR",
    "published_at": "TIMESTAMP",
    "published_precision": "VARCHAR",
    "valid_through": "TIMESTAMP",
    "content_hash": "VARCHAR",
}
LONGEST_VALUE = 500
"""Characters of a value that the history of a posting keeps."""
_UNTOLD = frozenset(("text_hash", "published_at", "published_precision", "content_hash"))
"""Columns whose changes are told in another way, or not at all."""


def merge_postings(connection: Connection, run: str) -> None:
    """Merge the lines `posting`, `seen`, `same` and `listed`."""
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE incoming AS
        SELECT * EXCLUDE (description) FROM line WHERE kind = 'posting'
        QUALIFY row_number() OVER (
            PARTITION BY source, board, external_id ORDER BY from_list NULLS FIRST, n DESC) = 1
        """
    )
    connection.execute(
        """
        INSERT INTO posting_texts (text_hash, description)
        SELECT text_hash, any_value(coalesce(description, '')) FROM line
        WHERE kind = 'posting' AND text_hash NOT IN (SELECT text_hash FROM posting_texts)
        GROUP BY text_hash
        """
    )
    _compare(connection, run)
    _count(connection, run)
    _note_changes(connection)
    _merge(connection, run)
    connection.execute("DROP TABLE temp.incoming; DROP TABLE temp.compared")
    _touch_unchanged(connection, run)


def _compare(connection: Connection, run: str) -> None:
    """`compared`: each incoming posting, and what it is to the stored one."""
    # What a list says never takes the place of details that were read; nor is it a change when
    # details come in for the first time. A posting met again within one run (two segments, two
    # pages) counts once.
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE compared AS
        SELECT i.source, i.board, i.external_id, p.external_id IS NULL AS new,
               coalesce(p.last_run = $run, false) AS again,
               coalesce(i.from_list AND p.list_mark IS NOT NULL, false) AS kept,
               coalesce(p.list_mark IS NULL AND i.list_mark IS NOT NULL, false) AS completed,
               p.content_hash IS DISTINCT FROM i.content_hash
                   OR (p.employer <> i.employer AND p.employer_origin = 'payload'
                       AND i.employer_origin = 'payload') AS other,
               p.closed_at IS NOT NULL
                   AND (i.valid_through IS NULL OR i.valid_through >= i.seen_at) AS back
        FROM incoming i LEFT JOIN postings p
          ON p.source = i.source AND p.board = i.board AND p.external_id = i.external_id
        """,
        {"run": run},
    )


def _count(connection: Connection, run: str) -> None:
    changed = "other AND NOT kept AND NOT completed"
    connection.execute(
        f"""
        INSERT INTO board_reads (run, source, board, new, changed, unchanged)
        SELECT $run, source, board, count(*) FILTER (WHERE new),
               count(*) FILTER (WHERE NOT new AND NOT again AND {changed}),
               count(*) FILTER (WHERE NOT new AND NOT again AND NOT ({changed}))
        FROM compared GROUP BY ALL
        ON CONFLICT DO UPDATE SET
            new = board_reads.new + excluded.new,
            changed = board_reads.changed + excluded.changed,
            unchanged = board_reads.unchanged + excluded.unchanged
        """,
        {"run": run},
    )
    connection.execute(
        """
        INSERT INTO unsettled
        SELECT $run, source, board, external_id FROM compared
        WHERE new OR back OR (other AND NOT kept)
        """,
        {"run": run},
    )


def _note_changes(connection: Connection) -> None:
    """A row for each field that says something else than before. A date that is relative ("3 days
    ago") is another one every day, which is no change."""
    told = [
        f"{{'field': '{name}', 'before': {_as_text('p', name)}, 'after': {_as_text('i', name)}}}"
        for name in ("employer", *POSTING_COLUMNS)
        if name not in _UNTOLD
    ]
    told += [
        "{'field': 'text', 'before': p.text_hash, 'after': i.text_hash}",
        "CASE WHEN 'relative' NOT IN (p.published_precision, i.published_precision) THEN "
        "{'field': 'published_at', 'before': p.published_at::VARCHAR, "
        "'after': i.published_at::VARCHAR} END",
    ]
    # The stored rows are wide: they are looked up once, and only those that changed.
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE before AS
        SELECT p.*, c.other AND NOT c.kept AND NOT c.completed AND NOT c.again AS changed, c.back
        FROM postings p JOIN compared c
          ON p.source = c.source AND p.board = c.board AND p.external_id = c.external_id
        WHERE changed OR c.back
        """
    )
    connection.execute(
        f"""
        INSERT INTO posting_changes
        SELECT source, board, external_id, seen_at, d.field, d.before, d.after FROM (
            SELECT i.source, i.board, i.external_id, i.seen_at, p.employer_origin AS was_named,
                   i.employer_origin AS is_named, unnest([{", ".join(told)}]) AS d
            FROM before p JOIN incoming i
              ON i.source = p.source AND i.board = p.board AND i.external_id = p.external_id
            WHERE p.changed
        )
        WHERE d.before IS DISTINCT FROM d.after
          AND (d.field <> 'employer' OR (was_named = 'payload' AND is_named = 'payload'))
        """
    )
    connection.execute(
        """
        INSERT INTO posting_changes
        SELECT p.source, p.board, p.external_id, i.seen_at, 'closed_at', p.closed_at::VARCHAR, NULL
        FROM before p JOIN incoming i
          ON i.source = p.source AND i.board = p.board AND i.external_id = p.external_id
        WHERE p.back
        """
    )
    connection.execute("DROP TABLE temp.before")


def _as_text(table: str, name: str) -> str:
    value = f"{table}.{name}"
    if name == "locations":
        value = f"array_to_string({value}, '; ')"
    return f"left({value}::VARCHAR, {LONGEST_VALUE})"


def _merge(connection: Connection, run: str) -> None:
    seen = "last_seen = i.seen_at, last_run = $run, missing_reads = 0"
    touched = (
        f"{seen}, closed_at = CASE WHEN i.valid_through < i.seen_at THEN p.closed_at END, "
        "list_mark = i.list_mark, employer = i.employer, employer_origin = i.employer_origin"
    )
    changed = ", ".join(f"{name} = i.{name}" for name in POSTING_COLUMNS)
    names = ", ".join(POSTING_COLUMNS)
    values = ", ".join(f"i.{name}" for name in POSTING_COLUMNS)
    connection.execute(
        f"""
        MERGE INTO postings AS p USING incoming AS i
        ON p.source = i.source AND p.board = i.board AND p.external_id = i.external_id
        WHEN MATCHED AND i.from_list AND p.list_mark IS NOT NULL THEN UPDATE SET
            {seen}, closed_at = CASE WHEN p.valid_through < i.seen_at THEN p.closed_at END
        WHEN MATCHED AND p.content_hash = i.content_hash THEN UPDATE SET {touched}
        WHEN MATCHED THEN UPDATE SET {touched}, {changed},
            first_published_at = least(p.first_published_at, i.published_at)
        WHEN NOT MATCHED THEN INSERT
            (source, board, external_id, employer, employer_origin, first_seen, last_seen,
             last_run, missing_reads, list_mark, first_published_at, {names})
        VALUES
            (i.source, i.board, i.external_id, i.employer, i.employer_origin, i.seen_at, i.seen_at,
             $run, 0, i.list_mark, i.published_at, {values})
        """,
        {"run": run},
    )


def _touch_unchanged(connection: Connection, run: str) -> None:
    """What is as it was, by a reply that repeats an earlier run's or by its entry in a list; and
    what is there but could not be read, which counts as neither changed nor unchanged."""
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE still AS
        SELECT source, board, external_id, max(seen_at) AS seen_at, bool_or(known) AS known,
               any_value(closed_at IS NOT NULL
                   AND (valid_through IS NULL OR valid_through >= seen_at)) AS back,
               any_value(closed_at) AS closed_at
        FROM (
            SELECT p.source, p.board, p.external_id, l.seen_at, p.closed_at, p.valid_through,
                   true AS known
            FROM postings p JOIN line l ON l.kind = 'same'
              AND p.source = l.source AND p.board = l.board AND p.last_run = l.as_run
            UNION ALL
            SELECT p.source, p.board, p.external_id, l.seen_at, p.closed_at, p.valid_through, true
            FROM postings p JOIN line l ON l.kind = 'listed'
              AND p.source = l.source AND p.board = l.board AND p.list_mark = l.list_mark
              AND p.last_run <> $run
            UNION ALL
            SELECT p.source, p.board, p.external_id, l.seen_at, p.closed_at, p.valid_through, false
            FROM postings p JOIN line l ON l.kind = 'seen'
              AND p.source = l.source AND p.board = l.board AND p.external_id = l.external_id
        ) GROUP BY ALL
        """,
        {"run": run},
    )
    connection.execute(
        """
        INSERT INTO board_reads (run, source, board, unchanged)
        SELECT $run, source, board, count(*) FROM still WHERE known GROUP BY ALL
        ON CONFLICT DO UPDATE SET unchanged = board_reads.unchanged + excluded.unchanged
        """,
        {"run": run},
    )
    connection.execute(
        """
        INSERT INTO posting_changes
        SELECT source, board, external_id, seen_at, 'closed_at', closed_at::VARCHAR, NULL
        FROM still WHERE back
        """
    )
    connection.execute(
        "INSERT INTO unsettled SELECT $run, source, board, external_id FROM still WHERE back",
        {"run": run},
    )
    connection.execute(
        """
        UPDATE postings AS p
        SET last_seen = s.seen_at, last_run = $run, missing_reads = 0,
            closed_at = CASE WHEN p.valid_through < s.seen_at THEN p.closed_at END
        FROM still AS s
        WHERE p.source = s.source AND p.board = s.board AND p.external_id = s.external_id
        """,
        {"run": run},
    )
    connection.execute("DROP TABLE temp.still")
