"""Finds the few pairs of names worth comparing, without comparing all of them."""

from __future__ import annotations

from typing import Any

from matcher.employers.engine import create
from matcher.employers.names import Names
from matcher.employers.rarity import BACKGROUND
from matcher.employers.sieve import TOLD, condition, lets_through

MOST_NAMES = 300
"""A word in more names than this finds no candidates by itself."""
LEAST_WORD = 0.2
LEAST_SHARED = 0.45
MOST_LEFT = 0.95
"""Names that each have more weight than this left over are hardly worth a look in a long list."""
_FEW = 2_000
"""Pairs that Python has asked about before SQL has made its plan."""
_PAIRS = "SELECT one, other, text, other_text FROM candidate"
_TOLD_PAIRS = f"SELECT one, other, text, other_text, {', '.join(TOLD)} FROM candidate"

Candidate = tuple[Any, ...]
"""Form and form, text of either; and what else is asked for."""


def candidates(ones: Names, others: Names, keys: int) -> list[Candidate]:
    """Pairs of forms of two lists that share enough rare words, allowing for one slip in each word,
    and that the sieve lets through, which holds one in hundreds of those back that would reach the
    review floor.

    Needs total(word, n) over that many keys, and slip. Whether two forms are a pair hangs on them
    and on what all lists together say of their words, not on what else is in the lists.
    """
    if _meet(ones, others, keys) > _FEW:
        return _read(ones, _PAIRS + f" WHERE {condition()}")
    return [pair[:4] for pair in _read(ones, _TOLD_PAIRS) if lets_through(pair[4:])]


def met(ones: Names, others: Names, keys: int) -> list[Candidate]:
    """All pairs before the sieve, and what it is told of each."""
    _meet(ones, others, keys)
    return _read(ones, _TOLD_PAIRS)


def _read(ones: Names, query: str) -> list[Candidate]:
    pairs = ones.db.execute(query).fetchall()
    ones.db.execute("DROP TABLE met; DROP TABLE candidate")
    return pairs


def _meet(ones: Names, others: Names, keys: int) -> int:
    """Makes candidate(one, other, text, other_text, …), the last of which are TOLD; how many."""
    db, mine, theirs = ones.db, ones.prefix, others.prefix
    weight = _weight(BACKGROUND + keys)
    create(
        db,
        "crowded",
        f"""
        SELECT word AS head FROM total WHERE n > {MOST_NAMES}
        UNION ALL
        SELECT head FROM kin JOIN total USING (word)
        GROUP BY head HAVING sum(n) > {MOST_NAMES}""",
    )
    create(
        db,
        "asked",
        f"""
        SELECT form, word, coalesce(head, word) AS head, {weight} AS worth FROM {mine}_word
        LEFT JOIN lexicon USING (word) LEFT JOIN total USING (word)""",
    )
    create(db, "whole", "SELECT form, sum(worth) AS worth FROM asked GROUP BY form")
    create(
        db,
        "sought",
        f"""
        SELECT form, head, max(worth) AS worth FROM (
          SELECT form, head, worth FROM asked
          UNION ALL
          SELECT form, coalesce(lexicon.head, other), (worth * alike)::BIGINT
          FROM asked JOIN slip USING (word) LEFT JOIN lexicon ON lexicon.word = other
          UNION ALL
          SELECT form, coalesce(lexicon.head, joined), {weight} FROM {ones.run} AS run
          LEFT JOIN lexicon ON lexicon.word = joined LEFT JOIN total ON total.word = joined
        ) WHERE worth >= {_millionths(LEAST_WORD)} AND head NOT IN (FROM crowded) GROUP BY ALL""",
    )
    create(
        db,
        "met",
        f"""
        SELECT one, other, sum(worth) AS shared FROM (
          SELECT sought.form AS one, posting.form AS other, worth
          FROM sought JOIN {others.posting} AS posting USING (head)
          UNION ALL
          SELECT one, other, worth FROM ({_parted(others)})
        ) GROUP BY one, other HAVING sum(worth) >= {_millionths(LEAST_SHARED)}""",
    )
    create(
        db,
        "theirs",
        f"""
        SELECT form, sum({weight}) AS worth
        FROM {theirs}_word SEMI JOIN met ON other = form
        LEFT JOIN lexicon USING (word) LEFT JOIN total USING (word) GROUP BY form""",
    )
    create(
        db,
        "candidate",
        f"""
        SELECT one, other, a.text, b.text AS other_text, shared, lesser, greater,
          jaro_winkler_similarity(a.key, b.key) AS alike,
          least(length(a.key), length(b.key)) AS shortest,
          greatest(length(a.key), length(b.key)) AS longest
        FROM (
          SELECT one, other, shared / 1e6 AS shared,
            least(mine.worth, theirs.worth) / 1e6 AS lesser,
            greatest(mine.worth, theirs.worth) / 1e6 AS greater
          FROM met JOIN whole AS mine ON mine.form = one JOIN theirs ON theirs.form = other
          WHERE lesser - met.shared / 1e6 <= {MOST_LEFT}
        ) JOIN {mine}_form AS a ON a.form = one JOIN {theirs}_form AS b ON b.form = other
        WHERE a.key <> b.key""",
    )
    return int(db.execute("SELECT count(*) FROM candidate").fetchall()[0][0])


def _parted(others: Names) -> str:
    """Pairs of a form with a word and forms in which two neighbours run together are that word."""
    return f"""
        SELECT asked.form AS one, run.form AS other, asked.worth
        FROM {others.run} AS run JOIN asked ON asked.word = run.joined
        LEFT JOIN total AS a ON a.word = run.head LEFT JOIN total AS b ON b.word = run.tail
        LEFT JOIN lexicon AS c ON c.word = run.head LEFT JOIN lexicon AS d ON d.word = run.tail
        WHERE length(run.joined) > 4 AND length(run.head) > 1 AND length(run.tail) > 1
          AND asked.worth >= {_millionths(LEAST_WORD)}
          AND least(coalesce(a.n, 0), coalesce(b.n, 0)) <= {MOST_NAMES}
          AND NOT (coalesce(c.dull, false) AND coalesce(d.dull, false))"""


def _weight(names: int) -> str:
    """As Rarity.weight, of the columns of lexicon and total, in whole millionths: a sum of whole
    numbers does not hang on its order."""
    many = "(coalesce(n, 0) + coalesce(background, 0))"
    return f"""(1e6 * coalesce(weight, 1) * CASE WHEN {many} = 0 THEN 1 ELSE least(1, greatest(0.05,
      (ln({names} + 1) - ln({many} + 1)) / ln(({names} + 1) / 3))) END)::BIGINT"""


def _millionths(weight: float) -> int:
    return round(weight * 1e6)
