"""In how many keys of two lists together each word is, which is how rare it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import duckdb

from matcher.employers.engine import create, fill
from matcher.employers.names import Names

TELLING = 3
"""A word in fewer names than this weighs like one in none."""


class Tally(NamedTuple):
    """How many keys there are, and in how many of them each word is."""

    keys: int
    words: Mapping[str, int]

    @classmethod
    def total(cls, tallies: Iterable[Tally]) -> Tally:
        """The tallies of keys that have none in common, in one."""
        keys, words = 0, Counter[str]()
        for tally in tallies:
            keys += tally.keys
            words.update(tally.words)
        return cls(keys, {word: n for word, n in words.items() if n >= TELLING})


def count(names: Names) -> None:
    """Makes count(word, n) and size(keys) of a list, each key counted by one form."""
    db, prefix = names.db, names.prefix
    create(
        db,
        f"{prefix}_count",
        f"""
        SELECT word, count(*)::INTEGER AS n
        FROM {prefix}_word ANTI JOIN {prefix}_spare USING (form) GROUP BY word ORDER BY n DESC""",
    )
    create(db, f"{prefix}_size", f"SELECT count(DISTINCT key) AS keys FROM {prefix}_form")


def total(ones: Names, others: Names) -> int:
    """Makes total(word, n) of two lists, the second of which is counted; how many keys they have.

    Needs twin. Costs no more than the shorter list once the longer one has been counted.
    """
    db, mine, theirs = ones.db, ones.prefix, others.prefix
    # A key of both lists is counted once, by the fuller form.
    create(
        db,
        "fuller",
        f"""
        SELECT form, text, other, other_text
        FROM (FROM {mine}_form ANTI JOIN {mine}_spare USING (form))
        LEFT JOIN (
          SELECT one AS form, other, b.text AS other_text FROM twin
          JOIN {theirs}_form AS b ON b.form = other WHERE other NOT IN (FROM {theirs}_spare)
        ) USING (form)
        WHERE other IS NULL OR (-length(text), text) < (-length(other_text), other_text)""",
    )
    create(
        db,
        "delta",
        f"""
        SELECT word, sum(n)::INTEGER AS n FROM (
          SELECT word, 1 AS n FROM {mine}_word SEMI JOIN fuller USING (form)
          UNION ALL
          SELECT word, -1 FROM {theirs}_word
          WHERE form IN (SELECT other FROM fuller WHERE other IS NOT NULL)
        ) GROUP BY word""",
    )
    create(
        db,
        "total",
        f"""
        SELECT word, n FROM {theirs}_count ANTI JOIN delta USING (word) WHERE n >= {TELLING}
        UNION ALL
        SELECT word, delta.n + coalesce(count.n, 0) AS n
        FROM delta LEFT JOIN {theirs}_count AS count USING (word)
        WHERE delta.n + coalesce(count.n, 0) >= {TELLING}""",
    )
    (keys,) = db.execute(
        f"SELECT keys + (SELECT count(*) FROM fuller WHERE other IS NULL) FROM {theirs}_size"
    ).fetchall()[0]
    return int(keys)


def told(db: duckdb.DuckDBPyConnection, tally: Tally) -> int:
    """Makes total(word, n) of what has been counted elsewhere; how many keys that were."""
    fill(db, "total(word VARCHAR, n INTEGER)", tally.words, tally.words.values())
    return tally.keys
