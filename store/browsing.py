"""Postings one by one, for people who look at them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Literal

from store.database import Connection, Database
from store.postings import addresses, besides
from store.searching import PostingFilter, Search

Order = Literal["newest", "oldest", "title", "employer", "pay"]
_ORDERS: dict[Order, str] = {
    "newest": "since DESC",
    "oldest": "since",
    "title": "lower(title)",
    "employer": "lower(employer)",
    "pay": "coalesce(pay_yearly_max, pay_yearly_min) DESC NULLS LAST",
}


@dataclass(frozen=True, slots=True)
class Place:
    """A location as it is written, and what is sure of it."""

    location: str
    city: str | None
    region: str | None
    country: str | None


@dataclass(frozen=True, slots=True)
class FoundPosting:
    """All that is stored of a posting but its text. Times are naive UTC; pay is as published, and
    for a year of full-time work."""

    source: str
    board: str
    external_id: str
    employer: str
    title: str
    locations: list[str]
    country: str | None
    workplace_type: str
    employment_type: str | None
    department: str | None
    team: str | None
    pay_min: float | None
    pay_max: float | None
    pay_currency: str | None
    pay_period: str | None
    pay_yearly_min: float | None
    pay_yearly_max: float | None
    url: str
    apply_url: str | None
    published_at: datetime | None
    published_precision: str
    first_published_at: datetime | None
    since: datetime
    valid_through: datetime | None
    first_seen: datetime
    last_seen: datetime
    closed_at: datetime | None
    repost_of: str | None
    attribution: str | None
    text_hash: str
    language: str | None
    """As its source says, else as it was detected; None where neither is sure."""
    places: list[Place] = field(default_factory=list)
    also: list[str] = field(default_factory=list)
    """Addresses of the same job on other boards."""

    @property
    def id(self) -> str:
        return f"{self.source}:{self.board}:{self.external_id}"


@dataclass(frozen=True, slots=True)
class Found:
    """Some of the postings that fit, and how many there are."""

    postings: list[FoundPosting]
    total: int
    employers: int


_STORED = tuple(
    f.name for f in fields(FoundPosting) if f.name not in ("language", "places", "also")
)


def find_postings(
    db: Database, wanted: PostingFilter, now: datetime, order: Order = "newest", limit: int = 0
) -> Found:
    """The postings that pass a filter, each job once; at most `limit`, where that is not 0."""
    with db.read() as connection:
        search = Search(connection, wanted, now)
        # The rest is looked up for what is shown only.
        chosen = connection.execute(
            f"""
            WITH {search.jobs}
            SELECT source, board, external_id, count(*) OVER (),
                   (SELECT count(DISTINCT employer) FROM jobs)
            FROM jobs ORDER BY {_ORDERS[order]}, since DESC, source, board, external_id
            LIMIT {limit or 2**62:d}
            """,
            search.values,
        ).fetchall()
        postings = _in_full(connection, [row[:3] for row in chosen])
    return Found(postings, *(chosen[0][3:] if chosen else (0, 0)))


def postings_by_id(db: Database, wanted: str) -> list[FoundPosting]:
    """The posting with this id (source:board:external_id), else all with this external id."""
    with db.read() as connection:
        keys = connection.execute(
            """
            SELECT source, board, external_id FROM postings
            WHERE source || ':' || board || ':' || external_id = $1 OR external_id = $1
            QUALIFY (source || ':' || board || ':' || external_id = $1)
                 OR NOT bool_or(source || ':' || board || ':' || external_id = $1) OVER ()
            ORDER BY ALL LIMIT 50
            """,
            [wanted],
        ).fetchall()
        return _in_full(connection, keys)


def _in_full(connection: Connection, keys: Sequence[tuple[str, ...]]) -> list[FoundPosting]:
    """In the order given."""
    if not keys:
        return []
    columns = ", ".join(f"p.{name}" for name in _STORED)
    rows = connection.execute(
        f"""
        WITH wanted AS (
            SELECT unnest($sources) AS source, unnest($boards) AS board,
                   unnest($ids) AS external_id, generate_subscripts($ids, 1) AS place
        )
        SELECT {columns}, coalesce(p.language, nullif(t.language, '')), p.group_id
        FROM wanted w JOIN known_postings p
          ON p.source = w.source AND p.board = w.board AND p.external_id = w.external_id
        LEFT JOIN posting_texts t ON t.text_hash = p.text_hash
        ORDER BY w.place
        """,
        {
            "sources": [key[0] for key in keys],
            "boards": [key[1] for key in keys],
            "ids": [key[2] for key in keys],
        },
    ).fetchall()
    others = addresses(connection, [row[-1] for row in rows])
    found = [FoundPosting(*row) for *row, _ in rows]
    known = _places(connection, found)
    return [
        _with(
            posting,
            [known[at] for at in ((x, posting.country or "") for x in posting.locations)
             if at in known],
            besides(others, group, posting.url),
        )
        for posting, (*_, group) in zip(found, rows, strict=True)
    ]  # fmt: skip


def _places(
    connection: Connection, postings: Sequence[FoundPosting]
) -> dict[tuple[str, str], Place]:
    written = {(x, posting.country or "") for posting in postings for x in posting.locations}
    if not written:
        return {}
    rows = connection.execute(
        """
        SELECT location, nation, city, region, country FROM places
        SEMI JOIN (SELECT unnest($1) AS location, unnest($2) AS nation) USING (location, nation)
        WHERE country IS NOT NULL
        """,
        [[x for x, _ in written], [nation for _, nation in written]],
    ).fetchall()
    return {(row[0], row[1]): Place(row[0], *row[2:]) for row in rows}


def _with(posting: FoundPosting, places: list[Place], also: Sequence[str]) -> FoundPosting:
    posting.places.extend(places)
    posting.also.extend(also)
    return posting
