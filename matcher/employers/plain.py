"""Names that have nothing to them, taken apart by the thousand in SQL: most of a long list.

What comes out is what normalise makes of them, which a test holds; whatever might be more than a
few words and a legal form is left to normalise itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import NamedTuple

import duckdb

from matcher.employers.engine import create, fill
from matcher.employers.knowledge import Knowledge
from matcher.employers.lexicon import LegalForm, legal_forms, words
from matcher.employers.nonemployers import NonEmployers
from matcher.employers.normalise import LONGEST, Alternative, normalise
from matcher.employers.text import split

_ASIDE = re.compile(r"[A-Za-z0-9]+(?:[ -][A-Za-z0-9]+)*")
_READ_ON = (
    "via behalf contracted former formerly previously fka dba aka also known trading at with for ex"
    " team part acquired owned"
)
"""Words that may begin a remark, a role or another name, which only normalise takes apart."""


class Signature(NamedTuple):
    """What normalise finds in a name besides its tokens; see Normalised for the fields."""

    legal: tuple[LegalForm, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    notes: tuple[str, ...] = ()


@cache
def _query() -> str:
    """The SQL over given(id, raw), aside(aside, joined), ending and double (see _endings): id,
    first, whole, text, legal, aside."""
    forms, lexicon = legal_forms(), words()
    generic = [word for word, kind in lexicon.kind.items() if kind == "generic"]
    tails = (*lexicon.listed["slug_forms"], *lexicon.listed["slug_tails"], *generic)
    read_on = {*_READ_ON.split(), *lexicon.abbreviations}
    return f"""
    WITH bare AS MATERIALIZED (
      SELECT id, opening, lower(trim(opening, ' ')) AS text, aside, joined,
        contains(opening, '.') AS dotted
      FROM (
        SELECT id, raw AS opening, '' AS aside, '' AS joined FROM given WHERE NOT {_MAY_HAVE_ASIDE}
        UNION ALL
        SELECT id, opening, aside, joined FROM ({_PARTED}) JOIN aside USING (aside)
      )
      WHERE regexp_full_match(opening, '[A-Za-z0-9 ,.&''-]+') AND strlen(opening) <= {LONGEST}
    ), spelt AS MATERIALIZED (
      SELECT id, aside, joined, dotted, contains(text, ',') AS comma,
        replace(replace(text, ' & ', ' and '), chr(39), '') AS text
      FROM bare
      WHERE NOT contains(text, ' - ')
        AND NOT (dotted AND (aside <> '' OR NOT contains(text, ' ') OR contains(text, '.com')))
    ), spaced AS MATERIALIZED (
      SELECT id, aside, joined, comma, CASE WHEN regexp_matches(text, '[,.-]|  ') THEN
        trim(regexp_replace(CASE WHEN dotted
          THEN regexp_replace(text, '{_INITIALS}', '\\1\\2\\3 ', 'g') ELSE text END,
          '[ ,.-]+', ' ', 'g'), ' ') ELSE text END AS text
      FROM spelt
      WHERE NOT contains(text, '&')
        AND NOT (dotted AND regexp_matches(text, '(\\b[a-z]\\.){{3}}[a-z]'))
    ), cut AS MATERIALIZED (
      SELECT id, aside, joined, comma, text, split_part(text, ' ', 1) AS first,
        split_part(text, ' ', -1) AS last
      FROM spaced
      WHERE text <> '' AND NOT regexp_matches(text, '(^| )([a-z] [a-z]|{_any(read_on)})( |$)')
        AND NOT regexp_matches(text, '^{_any({"the", *forms.leading})}( |$)')
        AND NOT (comma AND regexp_matches(text, '(^| )an?( |$)'))
    ), ended AS MATERIALIZED (
      SELECT cut.*, single, final AND contains(text, ' ') AS formed,
        CASE WHEN final THEN split_part(text, ' ', -2) ELSE '' END AS last_but_one,
        CASE WHEN final THEN split_part(text, ' ', -3) ELSE '' END AS before
      FROM cut LEFT JOIN ending ON word = last
      WHERE NOT (comma AND coalesce(place, false))
    ), formed AS MATERIALIZED (
      SELECT id, aside, joined, text, first,
        CASE WHEN NOT coalesce(formed, false) THEN ''
          WHEN before <> '' AND words IS NOT NULL THEN words ELSE last END AS legal
      FROM ended
      LEFT JOIN ending AS y ON y.word = last_but_one
      LEFT JOIN ending AS x ON x.word = before
      LEFT JOIN double ON words = last_but_one || ' ' || last
      WHERE NOT (legal = last AND (NOT ended.single OR coalesce(y.chained, false)))
        AND NOT (legal = words AND coalesce(x.chained, false))
    )
    SELECT id, first, replace(text, ' ', '') || joined AS whole, legal, aside,
      CASE WHEN legal <> '' THEN left(text, strlen(text) - strlen(legal) - 1) ELSE text END AS text
    FROM formed
    WHERE NOT (strlen(first) > 6
      AND strlen(text) = strlen(first) + strlen(legal) + (legal <> '')::INTEGER
      AND regexp_matches(first, '{_any(tail[-3:] for tail in tails)}$'))
    """


def _endings(db: duckdb.DuckDBPyConnection) -> None:
    """Makes ending(word, final, single, chained, place) and double(words), of legal forms.

    A word is `final` where it may come off the end of a name, `single` if as a legal form of one
    word, `chained` where there is more to it than one form; `place` where it may be one behind a
    comma. `words` are the forms of two words.
    """
    forms, lexicon = legal_forms(), words()
    final = {"and", *lexicon.listed["tails"], *(form[-1] for form in forms.by_words)}
    single = {form[0] for form in forms.by_words if len(form) == 1}
    chained = final | {form[-2] for form in forms.by_words if len(form) > 1}
    places = {word for word, kind in lexicon.kind.items() if kind == "place"}
    places |= {*lexicon.listed["place_codes"], *lexicon.listed["place_parts"]}
    every = sorted(chained | places)
    fill(
        db,
        "ending(word VARCHAR, final BOOLEAN, single BOOLEAN, chained BOOLEAN, place BOOLEAN)",
        every,
        *([word in some for word in every] for some in (final, single, chained, places)),
    )
    doubles = [" ".join(form) for form in forms.by_words if len(form) == 2]
    fill(db, "double(words VARCHAR)", doubles)


def _any(texts: Iterable[str]) -> str:
    return "(" + "|".join(sorted(set(texts))) + ")"


_INITIALS = r"\b([a-z])\.([a-z])\.(?:([a-z])\b\.?)?"
_MAY_HAVE_ASIDE = "(ends_with(raw, ')') OR contains(raw, ' - '))"
_OFTEN = 3
"""A remark in fewer names is dearer to look into than those names."""
_PARTED = f"""
  SELECT id, raw[:instr(raw, start) - 1] AS opening,
    raw[instr(raw, start) + 3 - (start = ' (')::INTEGER:len(raw) - (start = ' (')::INTEGER] AS aside
  FROM (SELECT id, raw, CASE WHEN ends_with(raw, ')') THEN ' (' ELSE ' - ' END AS start FROM given
    WHERE {_MAY_HAVE_ASIDE} AND length(raw) <= {LONGEST})
  WHERE contains(raw, start)"""
"""Names in two: what stands before the first bracket or dash, and what behind it."""


def take_plain(db: duckdb.DuckDBPyConnection, knowledge: Knowledge) -> list[Signature]:
    """Moves the plain names of given(id, raw) to taken(id, text, signature).

    `text` is the tokens with spaces between, `signature` a place in the list returned. Plain names
    of no employer are in neither; the rest stays in given(id).
    """
    asides = db.execute(
        f"SELECT aside FROM ({_PARTED}) GROUP BY aside HAVING count(*) >= {_OFTEN}"
    ).fetchall()
    remarks = [aside for (aside,) in asides if _is_aside(aside)]
    joined = ["".join(split(aside)) for aside in remarks]
    fill(db, "aside(aside VARCHAR, joined VARCHAR)", remarks, joined)
    nobody = knowledge.non_employers
    fill(db, "nobody(word VARCHAR)", nobody.names)
    fill(db, "opening(word VARCHAR)", _beginnings(nobody))
    _endings(db)
    create(db, "plain", _query())
    db.execute("DELETE FROM plain WHERE first IN (FROM opening)")
    create(db, "given", "SELECT id FROM given ANTI JOIN plain USING (id)")
    kinds = db.execute("SELECT DISTINCT legal, aside FROM plain ORDER BY ALL").fetchall()
    by_words = legal_forms().by_words
    signatures: dict[Signature, int] = {}
    numbers = []
    for legal, aside in kinds:
        form = (by_words[tuple(legal.split())],) if legal else ()
        found = Signature(form, (), (aside,) if aside else ())
        numbers.append(signatures.setdefault(found, len(signatures)))
    legals, behind = [legal for legal, _ in kinds], [aside for _, aside in kinds]
    columns = (legals, behind, numbers)
    fill(db, "kind(legal VARCHAR, aside VARCHAR, signature INTEGER)", *columns)
    create(
        db,
        "taken",
        """
        SELECT id, text, signature FROM plain JOIN kind USING (legal, aside)
        WHERE replace(text || legal, ' ', '') NOT IN (FROM nobody) AND whole NOT IN (FROM nobody)
        """,
    )
    db.execute("DROP TABLE plain")
    return list(signatures)


def _beginnings(nobody: NonEmployers) -> set[str]:
    """What the first word of a combination that names no employer may be, and more."""
    openings = (opening for one in nobody.combinations for opening in one.openings)
    return {opening[:size] for opening in openings for size in range(1, len(opening) + 1)}


@lru_cache(maxsize=4096)
def _is_aside(text: str) -> bool:
    """Whether a text in brackets or behind a dash is a remark or a place, and nothing more."""
    if len(text) > 30 or _ASIDE.fullmatch(text) is None:
        return False
    found = normalise(f"Zyxwvut ({text})")
    behind = normalise(f"Zyxwvut - {text}")
    bare = (("zyxwvut",), (), (text,))
    return all((n.words, n.alternatives, n.notes) == bare for n in (found, behind))
