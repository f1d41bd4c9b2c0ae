"""Finds words that may be one word misspelt, among many, without measuring all pairs.

Two words a typing slip apart leave the same behind when one letter is taken from each ("symmetric
delete", Garbe); only such pairs are measured.
"""

from __future__ import annotations

from matcher.employers.align import LEAST_ALIKE
from matcher.employers.engine import create
from matcher.employers.names import Names


def misspellings(ones: Names, others: Names) -> None:
    """Makes slip(word, other, alike): words of the first list and of the second, and how alike.

    As align.spelling, but that a transposed pair may hold another slip (Damerau-Levenshtein, where
    that has optimal string alignment): what is found here is only looked up, and aligned later.
    """
    create(
        ones.db,
        "slip",
        f"""
        WITH met AS (
          SELECT DISTINCT one.word, other.word AS other, one.listed AND other.listed AS listed
          FROM {ones.gap} AS one JOIN {others.gap} AS other USING (gap)
          WHERE one.word <> other.word
        ), measured AS (
          SELECT *, damerau_levenshtein(word, other) AS distance,
            greatest(length(word), length(other)) AS longest,
            CASE WHEN least(length(word), length(other)) >= 8 THEN 2 ELSE 1 END AS allowed
          FROM met
        )
        SELECT word, other, 1 - 1.35 * distance / longest
          - CASE WHEN longest < 6 THEN 0.08 ELSE 0 END
          - CASE WHEN word[1] <> other[1] THEN 0.12 ELSE 0 END AS alike
        FROM measured
        WHERE distance <= allowed AND alike >= {LEAST_ALIKE}
          AND (NOT listed OR word || 's' = other OR other || 's' = word)""",
    )
