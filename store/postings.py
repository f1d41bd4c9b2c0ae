"""Questions to the postings: who is hiring, and for what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from store.database import Database


@dataclass(frozen=True, slots=True)
class PostingFilter:
    """Which open postings count. Several titles or locations: any of them.

    `title` and `location` match when every word of one entry occurs, whatever its case and
    accents. `since` compares with the day of publication, or of first sight where unknown.
    """

    title: Sequence[str] = ()
    location: Sequence[str] = ()
    remote: bool = False
    employer: Sequence[str] = ()
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class OpenPosting:
    """One open job as the report shows it. Times are naive UTC."""

    source: str
    board: str
    external_id: str
    employer: str
    title: str
    locations: list[str]
    country: str | None
    workplace_type: str
    url: str
    published_at: datetime | None
    first_seen: datetime
    attribution: str | None = None
    """What its source asks to have shown beside it."""
    unconfirmed: bool = False
    """Whether its employer's name is only what a directory says of its board."""

    @property
    def id(self) -> str:
        return f"{self.source}:{self.board}:{self.external_id}"

    @property
    def since(self) -> datetime:
        """When it was published, as far as known."""
        return self.published_at or self.first_seen


_OPEN = (
    "source, board, external_id, employer, title, locations, country, workplace_type, url, "
    "published_at, first_seen, attribution"
)


class Title(NamedTuple):
    """A title among an employer's open postings, and when the newest of that title came."""

    title: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Stock:
    """How much there is to look at."""

    boards: int
    postings: int
    employers: int
    newest: datetime | None


def stock(db: Database, now: datetime) -> Stock:
    with db.read() as connection:
        boards = connection.execute("SELECT count(*) FROM boards").fetchall()[0][0]
        row = connection.execute(
            "SELECT count(*), count(DISTINCT employer), max(last_seen) FROM open_postings "
            "WHERE valid_through IS NULL OR valid_through >= ?",
            [now],
        ).fetchall()[0]
    return Stock(boards, *row)


def hiring_employers(db: Database, wanted: PostingFilter, now: datetime) -> dict[str, int]:
    """Employer name -> number of its open postings that pass the filter."""
    where, values = _where(wanted, now)
    with db.read() as connection:
        rows = connection.execute(
            f"SELECT employer, count(*) FROM open_postings WHERE {where} GROUP BY employer "
            "ORDER BY employer",
            values,
        ).fetchall()
    return dict(rows)


def employer_hosts(db: Database) -> dict[str, list[str]]:
    """Employer name -> the hosts its open postings are read at."""
    with db.read() as connection:
        rows = connection.execute(
            "SELECT employer, list(DISTINCT regexp_extract(url, '^https?://([^/?#]+)', 1)) "
            "FROM open_postings GROUP BY employer"
        ).fetchall()
    return dict(rows)


def open_postings(
    db: Database,
    employers: Sequence[str],
    wanted: PostingFilter,
    now: datetime,
    newest: int | None = None,
) -> list[OpenPosting]:
    """The open postings of the named employers that pass the filter, the newest first.

    `newest` is how many of each name at the most.
    """
    where, values = _where(wanted, now)
    order = "coalesce(published_at, first_seen) DESC, source, board, external_id"
    some = ""
    if newest is not None:
        some = f"QUALIFY row_number() OVER (PARTITION BY employer ORDER BY {order}) <= {newest:d}"
    with db.read() as connection:
        rows = connection.execute(
            f"""
            SELECT {_OPEN} FROM open_postings WHERE {where} AND list_contains(?, employer)
            {some} ORDER BY {order}
            """,
            [*values, list(employers)],
        ).fetchall()
    return [OpenPosting(*row) for row in rows]


def open_titles(
    db: Database, employers: Sequence[str], wanted: PostingFilter, now: datetime
) -> dict[str, list[Title]]:
    """Employer name -> the distinct titles of its open postings that pass the filter, each with
    the newest posting of that title."""
    where, values = _where(wanted, now)
    found: dict[str, list[Title]] = {}
    with db.read() as connection:
        for employer, title, since in connection.execute(
            "SELECT employer, title, max(coalesce(published_at, first_seen)) AS since "
            f"FROM open_postings WHERE {where} AND list_contains(?, employer) "
            "GROUP BY employer, title ORDER BY employer, since DESC, title",
            [*values, list(employers)],
        ).fetchall():
            found.setdefault(employer, []).append(Title(title, since))
    return found


def newest_postings(db: Database, count: int, now: datetime) -> list[tuple[str, str]]:
    """Title and employer of the newest open postings."""
    with db.read() as connection:
        return connection.execute(
            "SELECT title, employer FROM open_postings "
            "WHERE valid_through IS NULL OR valid_through >= ? "
            "ORDER BY coalesce(published_at, first_seen) DESC, title LIMIT ?",
            [now, count],
        ).fetchall()


def find_posting(db: Database, named: str) -> OpenPosting | None:
    """The open posting of an id (source:board:external_id) or an address; None for no such one."""
    with db.read() as connection:
        rows = connection.execute(
            f"SELECT {_OPEN} FROM open_postings "
            "WHERE concat_ws(':', source, board, external_id) = $1 OR url = $1 LIMIT 1",
            [named],
        ).fetchall()
    return OpenPosting(*rows[0]) if rows else None


def closed_postings(db: Database, ids: Sequence[str], now: datetime) -> set[str]:
    """Those of the ids whose posting is closed, has run out, or is not there any more."""
    with db.read() as connection:
        rows = connection.execute(
            "SELECT DISTINCT id FROM (SELECT concat_ws(':', source, board, external_id) AS id "
            "FROM open_postings WHERE valid_through IS NULL OR valid_through >= $2) "
            "WHERE list_contains($1::VARCHAR[], id)",
            [list(ids), now],
        ).fetchall()
    return set(ids) - {found for (found,) in rows}


def _where(wanted: PostingFilter, now: datetime) -> tuple[str, list[Any]]:
    clauses = ["(valid_through IS NULL OR valid_through >= ?)"]
    values: list[Any] = [now]
    for column, entries in (
        ("title", wanted.title),
        ("array_to_string(locations, ' | ') || ' ' || coalesce(country, '')", wanted.location),
        ("employer", wanted.employer),
    ):
        alternatives = []
        for entry in entries:
            words = entry.split()
            if words:
                folded = f"strip_accents(lower({column}))"
                one = f"contains({folded}, strip_accents(lower(?)))"
                alternatives.append("(" + " AND ".join([one] * len(words)) + ")")
                values += words
        if alternatives:
            clauses.append("(" + " OR ".join(alternatives) + ")")
    if wanted.remote:
        clauses.append("workplace_type = 'remote'")
    if wanted.since is not None:
        clauses.append("coalesce(published_at, first_seen) >= ?")
        values.append(wanted.since)
    return " AND ".join(clauses), values
