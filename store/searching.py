"""What a person may ask of postings, as SQL, and the answers in full."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from store.database import Connection

State = Literal["open", "closed", "all"]


@dataclass(frozen=True, slots=True)
class PostingFilter:
    """Which postings count. Several titles, locations, employers: any of them.

    These match when every word of one entry occurs, whatever its case and accents. `location` is
    also sought in the city, region and country that a location is known to be.
    """

    title: Sequence[str] = ()
    location: Sequence[str] = ()
    remote: bool = False
    employer: Sequence[str] = ()
    since: datetime | None = None
    """First published since, or first seen where that is unknown."""
    text: Sequence[str] = ()
    """Words that all have to be in the title or the description."""
    seen_since: datetime | None = None
    """Not known before."""
    pay: float | None = None
    """What it pays a year, at least at its upper end."""
    currency: str | None = None
    source: Sequence[str] = ()
    language: Sequence[str] = ()
    """ISO 639-1."""
    reposts: bool = True
    """Whether postings that repeat an earlier one count."""
    state: State = "open"


class Search:
    """One filter over the postings, for a WITH clause.

    `jobs` defines `fitting`, which passes the filter, and of that `jobs`, in which a job that is
    on several boards is once; `values` are its named parameters.
    """

    def __init__(self, connection: Connection, wanted: PostingFilter, now: datetime) -> None:
        self.values: dict[str, Any] = {}
        self._connection = connection
        clauses = list(self._clauses(wanted, now))
        words = [word for entry in wanted.text for word in entry.split()]
        found = "known_postings"
        if words:
            # Every text is unpacked once, however many words are sought in it.
            hits = ", ".join(self._contains(_folded("description"), word) for word in words)
            found += (
                f" LEFT JOIN (SELECT text_hash, [{hits}] AS hits FROM posting_texts"
                " WHERE list_contains(hits, true)) USING (text_hash)"
            )
            clauses += [
                f"({self._contains(_folded('title'), word)} OR coalesce(hits[{at}], false))"
                for at, word in enumerate(words, 1)
            ]
        self.jobs = f"""
            fitting AS (SELECT * FROM {found} WHERE {" AND ".join(clauses) or "true"}),
            jobs AS (
                SELECT * FROM fitting WHERE group_id IS NULL
                UNION ALL
                SELECT * FROM fitting WHERE group_id IS NOT NULL QUALIFY row_number() OVER (
                    PARTITION BY group_id ORDER BY closed_at DESC NULLS FIRST,
                    attribution NULLS FIRST, first_seen, source, board, external_id) = 1
            )
        """

    def _clauses(self, wanted: PostingFilter, now: datetime) -> list[str]:
        clauses = ["followed"]
        if wanted.state != "all":
            is_open = f"closed_at IS NULL AND coalesce(valid_through >= {self._value(now)}, true)"
            clauses.append(is_open if wanted.state == "open" else f"NOT ({is_open})")
        for column, entries in (("title", wanted.title), ("employer", wanted.employer)):
            clauses += self._any_of([self._all_words(column, entry) for entry in entries])
        clauses += self._any_of([self._located(entry) for entry in wanted.location])
        if wanted.remote:
            clauses.append("workplace_type = 'remote'")
        if wanted.since is not None:
            clauses.append(f"since >= {self._value(wanted.since)}")
        if wanted.seen_since is not None:
            clauses.append(f"first_seen >= {self._value(wanted.seen_since)}")
        if wanted.pay is not None:
            clauses.append(f"coalesce(pay_yearly_max, pay_yearly_min) >= {self._value(wanted.pay)}")
        if wanted.currency is not None:
            clauses.append(f"pay_currency = {self._value(wanted.currency)}")
        if wanted.source:
            clauses.append(f"list_contains({self._value(list(wanted.source))}, source)")
        if wanted.language:
            languages = self._value([one.lower() for one in wanted.language])
            clauses.append(
                f"CASE WHEN language IS NULL THEN text_hash IN (SELECT text_hash FROM posting_texts"
                f" WHERE list_contains({languages}, language))"
                f" ELSE list_contains({languages}, lower(split_part(language, '-', 1))) END"
            )
        if not wanted.reposts:
            clauses.append("repost_of IS NULL")
        return clauses

    def _any_of(self, alternatives: list[str]) -> list[str]:
        meant = [one for one in alternatives if one]
        return ["(" + " OR ".join(meant) + ")"] if meant else []

    def _all_words(self, column: str, entry: str) -> str:
        each = [self._contains(_folded(column), word) for word in entry.split()]
        return "(" + " AND ".join(each) + ")" if each else ""

    def _located(self, entry: str) -> str:
        raw = self._all_words(
            "array_to_string(locations, ' | ') || ' ' || coalesce(country, '')", entry
        )
        if not raw:
            return ""
        words = [f"contains(names, strip_accents(lower(${n})))" for n in range(1, 99)]
        spoken = entry.split()[:50]
        known = self._connection.execute(
            "SELECT location || chr(10) || nation FROM places WHERE "
            + " AND ".join(words[: len(spoken)]),
            spoken,
        ).fetchall()
        places = self._value([place for (place,) in known])
        return (
            f"({raw} OR list_has_any(list_transform(locations,"
            f" lambda x: x || chr(10) || coalesce(country, '')), {places}::VARCHAR[]))"
        )

    def _contains(self, column: str, word: str) -> str:
        return f"contains({column}, strip_accents(lower({self._value(word)})))"

    def _value(self, value: Any) -> str:
        name = f"v{len(self.values)}"
        self.values[name] = value
        return f"${name}"


def _folded(column: str) -> str:
    return f"strip_accents(lower({column}))"
