"""Questions to the postings: who is hiring, and for what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from store.database import Connection, Database
from store.searching import PostingFilter, Search

_NEWEST = "since DESC, source, board, external_id"
_JOB = (
    "source, board, external_id, employer, title, locations, country, workplace_type, url, "
    "published_at, first_seen, attribution, first_published_at, repost_of"
)


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
    first_published_at: datetime | None = None
    """Of it, or of the posting it repeats."""
    repost_of: str | None = None
    """The id of that one."""
    also: Sequence[str] = ()
    """Addresses of the same job on other boards."""
    unconfirmed: bool = False
    """Whether its employer's name is only what a directory says of its board."""

    @property
    def id(self) -> str:
        return f"{self.source}:{self.board}:{self.external_id}"

    @property
    def since(self) -> datetime:
        """When it was first published, as far as known."""
        published = self.first_published_at or self.published_at
        return min(published, self.first_seen) if published else self.first_seen


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
    """Employer name -> number of its open jobs that pass the filter."""
    with db.read() as connection:
        search = Search(connection, wanted, now)
        rows = connection.execute(
            f"WITH {search.jobs} SELECT employer, count(*) FROM jobs GROUP BY employer "
            "ORDER BY employer",
            search.values,
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
    """The open jobs of the named employers that pass the filter, the newest first. One that is on
    several boards is there once.

    `newest` is how many of each name at the most.
    """
    some = ""
    if newest is not None:
        some = f"QUALIFY row_number() OVER (PARTITION BY employer ORDER BY {_NEWEST}) <= {newest:d}"
    with db.read() as connection:
        search = Search(connection, wanted, now)
        rows = connection.execute(
            f"""
            WITH {search.jobs}
            SELECT {_JOB}, group_id FROM jobs WHERE list_contains($employers, employer)
            {some} ORDER BY {_NEWEST}
            """,
            search.values | {"employers": list(employers)},
        ).fetchall()
        others = addresses(connection, [row[-1] for row in rows])
    return [OpenPosting(*(*row[:-1], besides(others, row[-1], row[8]))) for row in rows]


def open_titles(
    db: Database, employers: Sequence[str], wanted: PostingFilter, now: datetime
) -> dict[str, list[Title]]:
    """Employer name -> the distinct titles of its open jobs that pass the filter, each with the
    newest posting of that title."""
    found: dict[str, list[Title]] = {}
    with db.read() as connection:
        search = Search(connection, wanted, now)
        for employer, title, since in connection.execute(
            f"WITH {search.jobs} SELECT employer, title, max(since) AS since FROM jobs "
            "WHERE list_contains($employers, employer) "
            "GROUP BY employer, title ORDER BY employer, since DESC, title",
            search.values | {"employers": list(employers)},
        ).fetchall():
            found.setdefault(employer, []).append(Title(title, since))
    return found


def newest_postings(db: Database, count: int, now: datetime) -> list[tuple[str, str]]:
    """Title and employer of the newest open jobs."""
    with db.read() as connection:
        search = Search(connection, PostingFilter(), now)
        return connection.execute(
            f"WITH {search.jobs} SELECT title, employer FROM jobs "
            f"ORDER BY since DESC, title LIMIT {count:d}",
            search.values,
        ).fetchall()


def find_posting(db: Database, named: str) -> OpenPosting | None:
    """The open posting of an id (source:board:external_id) or an address; None for no such one."""
    with db.read() as connection:
        rows = connection.execute(
            f"SELECT {_JOB} FROM open_postings "
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


def besides(others: Mapping[str, list[str]], group: str | None, shown: str) -> Sequence[str]:
    """The addresses of a group (see `addresses`) but the one that is shown."""
    return tuple(url for url in others.get(group, ()) if url != shown) if group else ()


def addresses(connection: Connection, groups: Sequence[str | None]) -> dict[str, list[str]]:
    """Group -> the addresses of its open postings."""
    wanted = list(set(filter(None, groups)))
    if not wanted:
        return {}
    rows = connection.execute(
        "SELECT group_id, list(DISTINCT url ORDER BY url) FROM open_postings "
        "WHERE list_contains(?, group_id) GROUP BY group_id",
        [wanted],
    ).fetchall()
    return dict(rows)
