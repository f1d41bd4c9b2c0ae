"""One list of names, taken apart once and kept in tables so that another can be joined to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

import duckdb

from matcher.employers.engine import create, fill
from matcher.employers.knowledge import Knowledge
from matcher.employers.lexicon import words
from matcher.employers.normalise import Normalised, normalise
from matcher.employers.plain import Signature, take_plain

_FEW = 500
"""Names that are taken apart one by one before SQL has begun."""


class Names:
    """The employers among names, as tables of a database; the names of these have a prefix.

    name(id, form, signature)      a name that names an employer; `id` is its place in `raw`
    form(form, text, key)          different tokens, with spaces between
    spare(form)                    forms their key is not counted by: not of the most words
    other(id, kind, key)           other names that a name gives, by every key they go by
    word(form, word)               the words of the forms, each once
    posting(form, head)            the headwords of those that say something
    run(form, joined, head, tail)  two neighbouring words run together; and three, without the last
                                   two columns
    initials(form, initials)       four to eight letters a form of so many words may go by
    gap(gap, word, listed)         hashes of what is left of a word that has lost a letter or none,
                                   and whether the lexicon has the word

    The last four are worked out each time they are asked for, until keep() stores them; the
    attributes of their names are what SQL calls them.
    """

    def __init__(
        self,
        db: duckdb.DuckDBPyConnection,
        prefix: str,
        raw: list[str],
        first: int,
        signatures: list[Signature],
    ) -> None:
        self.db, self.prefix, self.raw, self.signatures = db, prefix, raw, signatures
        for name, query in _tables(prefix, first, first + len(raw) - 1).items():
            create(db, f"{prefix}_{name}", query)
        self.posting, self.run, self.initials, self.gap = (
            f"({query})" for query in _derived(prefix).values()
        )

    def normalised(self, at: int, text: str, signature: int) -> Normalised:
        """A name as normalise takes it apart, from a row of name and form; but for its `words`."""
        legal, alternatives, notes = self.signatures[signature]
        tokens = tuple(text.split(" "))
        return Normalised(self.raw[at], tokens, "".join(tokens), tokens, legal, alternatives, notes)

    @cached_property
    def gives_others(self) -> bool:
        """Whether any name gives another name."""
        return bool(self.db.execute(f"FROM {self.prefix}_other LIMIT 1").fetchall())

    @cached_property
    def known(self) -> Mapping[str, Sequence[int]]:
        """The keys that facts know of, and the places of the names of each."""
        found: dict[str, list[int]] = {}
        for key, at in self.db.execute(
            f"""
            SELECT key, id FROM {self.prefix}_form JOIN {self.prefix}_name USING (form)
            WHERE key IN (FROM known)"""
        ).fetchall():
            found.setdefault(key, []).append(at)
        return found

    def keep(self) -> None:
        """Stores what is otherwise worked out for each list that is joined to this one, and all of
        it in the order it is looked up by: of a sorted table few blocks are read."""
        self._sort_forms()
        sorted_by = {"posting": "head", "run": "joined", "initials": "initials", "gap": "gap"}
        for name, query in _derived(self.prefix).items():
            create(self.db, f"{self.prefix}_{name}", f"{query} ORDER BY {sorted_by[name]}")
            setattr(self, name, f"{self.prefix}_{name}")

    def _sort_forms(self) -> None:
        """Numbers the forms by their keys, and stores every table of them in that order."""
        form = f"{self.prefix}_form"
        ranked = "row_number() OVER (ORDER BY key, text)::INTEGER AS rank"
        create(self.db, "ranked", f"SELECT form AS was, {ranked} FROM {form}")
        for table, columns in _OF_FORMS.items():
            found = columns.replace("form", "rank AS form")
            query = f"SELECT {found} FROM {self.prefix}_{table} JOIN ranked ON form = was"
            create(self.db, f"{self.prefix}_{table}", f"{query} ORDER BY rank")
        self.db.execute("DROP TABLE ranked")


_OF_FORMS = {
    "form": "form, text, key",
    "name": "id, form, signature",
    "spare": "form",
    "word": "form, word",
}


def take_apart(
    db: duckdb.DuckDBPyConnection, knowledge: Knowledge, **lists: Iterable[str]
) -> list[Names]:
    """Takes lists apart, all at once, and makes the tables of each; the lists by their prefix."""
    raw = {prefix: list(dict.fromkeys(names)) for prefix, names in lists.items()}
    signatures = _make_apart(db, [name for names in raw.values() for name in names], knowledge)
    found, first = [], 0
    for prefix, names in raw.items():
        found.append(Names(db, prefix, names, first, signatures))
        first += len(names)
    db.execute("DROP TABLE apart; DROP TABLE other")
    return found


def _make_apart(
    db: duckdb.DuckDBPyConnection, names: list[str], knowledge: Knowledge
) -> list[Signature]:
    """Makes apart(id, text, signature) and other(id, kind, key); the signatures by their number."""
    rest: Sequence[int] = range(len(names))
    kinds: list[Signature] = []
    if plain := len(names) >= _FEW:
        _load(db, names)
        kinds = take_plain(db, knowledge)
        rest = [at for (at,) in db.execute("SELECT id FROM given ORDER BY id").fetchall()]
    found = _taken_apart(knowledge, [names[at] for at in rest])
    place = {signature: at for at, signature in enumerate(kinds)}
    ids: list[int] = []
    forms: list[str] = []
    signatures: list[int] = []
    others: list[tuple[int, str, str]] = []
    for at, apart in zip(rest, found, strict=True):
        if apart is not None:
            text, signature = apart
            ids.append(at)
            forms.append(text)
            signatures.append(place.setdefault(signature, len(place)))
            for kind, _, key in signature.alternatives:
                named = knowledge.names_of(knowledge.group(key))
                others.extend((at, kind, name) for name in named)
    fill(db, "apart(id INTEGER, text VARCHAR, signature INTEGER)", ids, forms, signatures)
    if plain:
        db.execute("INSERT INTO apart FROM taken; DROP TABLE taken; DROP TABLE given")
    columns = zip(*others, strict=True) if others else ([], [], [])
    fill(db, "other(id INTEGER, kind VARCHAR, key VARCHAR)", *columns)
    return list(place)


def meet(ones: Names, others: Names) -> None:
    """Makes twin(one, other), the forms of one key in two lists."""
    query = f"SELECT one.form AS one, other.form AS other FROM {ones.prefix}_form AS one "
    create(ones.db, "twin", query + f"JOIN {others.prefix}_form AS other USING (key)")


def _load(db: duckdb.DuckDBPyConnection, names: list[str]) -> None:
    table = "given(id INTEGER, raw VARCHAR)"
    try:
        fill(db, table, range(len(names)), names)
    except duckdb.InvalidInputException:
        # Half a surrogate pair is no text to a database; the name itself stays as it came.
        sound = [name.encode("utf-8", "replace").decode() for name in names]
        fill(db, table, range(len(names)), sound)


def _taken_apart(knowledge: Knowledge, names: list[str]) -> list[tuple[str, Signature] | None]:
    """Text and signature of each name; None for what names no employer."""
    covers = knowledge.non_employers.covers
    found: list[tuple[str, Signature] | None] = []
    for name in names:
        apart = normalise.__wrapped__(name)
        if covers(apart):
            found.append(None)
        else:
            signature = Signature(apart.legal, apart.alternatives, apart.notes)
            found.append((" ".join(apart.tokens), signature))
    return found


def _tables(prefix: str, first: int, last: int) -> dict[str, str]:
    own = f"id BETWEEN {first} AND {last}"
    return {
        "form": f"""
            SELECT row_number() OVER ()::INTEGER AS form, text, replace(text, ' ', '') AS key
            FROM (SELECT DISTINCT text FROM apart WHERE {own})""",
        "name": f"""
            SELECT id - {first} AS id, form, signature
            FROM apart JOIN {prefix}_form USING (text) WHERE {own}""",
        "other": f"SELECT id - {first} AS id, kind, key FROM other WHERE {own}",
        "spare": f"""
            SELECT form FROM {prefix}_form
            WHERE key IN (SELECT key FROM {prefix}_form GROUP BY key HAVING count(*) > 1)
            QUALIFY row_number() OVER (PARTITION BY key ORDER BY length(text) DESC, text) > 1""",
        "word": f"""
            SELECT form, unnest(list_distinct(string_split(text, ' '))) AS word
            FROM {prefix}_form""",
    }


def _derived(prefix: str) -> dict[str, str]:
    stop = "(?:" + "|".join(w for w, kind in words().kind.items() if kind == "stop") + ")"
    return {
        "posting": f"""
            SELECT DISTINCT form, coalesce(head, word) AS head
            FROM {prefix}_word LEFT JOIN lexicon USING (word) WHERE NOT coalesce(dull, false)""",
        "run": f"""
            WITH parted AS (
              SELECT form, string_split(text, ' ') AS t FROM {prefix}_form WHERE contains(text, ' ')
            ), placed AS (SELECT form, t, unnest(range(1, len(t))) AS i FROM parted)
            SELECT form, t[i] || t[i + 1] AS joined, t[i] AS head, t[i + 1] AS tail FROM placed
            UNION ALL
            SELECT form, t[i] || t[i + 1] || t[i + 2], NULL, NULL FROM placed
            WHERE i + 2 <= len(t)""",
        "initials": f"""
            WITH long AS (SELECT form, text FROM {prefix}_form WHERE text LIKE '% % % %'),
            short AS (
              FROM long UNION ALL
              SELECT form, regexp_replace(
                regexp_replace(text, '(^| )(?:{stop} )+', '\\1', 'g'), ' {stop}$', '')
              FROM long WHERE regexp_matches(text, '(^| ){stop}( |$)')
            ), made AS (
              SELECT DISTINCT form, regexp_replace(text, '(.)[^ ]*(?: |$)', '\\1', 'g') AS initials
              FROM short
            )
            SELECT form, initials FROM made
            WHERE length(initials) BETWEEN 4 AND 8 AND NOT regexp_matches(initials, '[0-9]')""",
        "gap": f"""
            SELECT hash(left(word, i - 1) || substr(word, i + 1)) AS gap, word, listed
            FROM (SELECT word, coalesce(listed, false) AS listed,
              unnest(range(1, length(word) + 2)) AS i
              FROM (SELECT DISTINCT word FROM {prefix}_word
                WHERE length(word) >= 4 AND NOT regexp_matches(word, '[0-9]'))
              LEFT JOIN lexicon USING (word))""",
    }
