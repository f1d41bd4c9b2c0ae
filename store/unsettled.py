"""Postings that are new, changed, closed or back, until they have been compared with others: which
ones could repeat an earlier one or be the same job on another board, and where the answer goes.

Whoever compares takes `unsettled_runs` first and works on those, so that nothing a crawl adds
meanwhile is lost.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from store.database import Connection, Database

LARGEST_BLOCK = 200
"""Postings of one employer that may share a word and still be compared for it."""
RAREST_WORDS = 3
"""Words of a title that are looked for in others of its employer."""
_AT_ONCE = 20_000
_TITLE = r"trim(regexp_replace(strip_accents(lower(title)), '[^\pL\pN]+', ' ', 'g'))"


class PostingKey(NamedTuple):
    source: str
    board: str
    external_id: str


@dataclass(frozen=True, slots=True)
class Ad:
    """What tells one posting from another."""

    key: PostingKey
    title: str
    text_hash: str
    addresses: tuple[str, ...]
    locations: list[str]
    places: list[dict[str, str | None]]
    """`city`, `region` and `country` of each location that is sure."""
    group: str | None


def unsettled_runs(db: Database) -> list[str]:
    """Finished runs whose postings have not been compared."""
    with db.read() as connection:
        rows = connection.execute(
            "SELECT DISTINCT run FROM unsettled "
            "WHERE run NOT IN (SELECT run FROM runs WHERE finished_at IS NULL) ORDER BY run"
        ).fetchall()
    return [run for (run,) in rows]


def employers_without_key(db: Database, version: int) -> list[str]:
    """Names on postings that have no key; all of them where the keys are of another version."""
    with db.read() as connection:
        old = connection.execute(
            "SELECT version FROM derivations WHERE name = 'employer keys'"
        ).fetchall() != [(version,)]
    if old:
        with db.write() as connection:
            connection.execute("DELETE FROM employer_keys")
            connection.execute(
                "INSERT OR REPLACE INTO derivations VALUES ('employer keys', ?)", [version]
            )
    with db.read() as connection:
        rows = connection.execute(
            "SELECT DISTINCT employer FROM known_postings "
            "WHERE employer NOT IN (SELECT employer FROM employer_keys)"
        ).fetchall()
    return [name for (name,) in rows]


def store_employer_keys(db: Database, keys: Mapping[str, str]) -> None:
    if not keys:
        return
    with db.write() as connection:
        connection.execute(
            "INSERT OR REPLACE INTO employer_keys SELECT unnest($1), unnest($2)",
            [list(keys), list(keys.values())],
        )


def repost_candidates(
    db: Database, runs: Sequence[str], days: int
) -> list[tuple[PostingKey, PostingKey]]:
    """(open posting, closed posting of the same employer and title that it came after), where it
    was first seen in a later run than that one was last, and no later than `days` after it closed.
    The one that closed last comes first. Twins never repeat one another."""
    with db.read() as connection:
        rows = connection.execute(
            f"""
            WITH fresh AS (
                SELECT DISTINCT source, board, external_id FROM unsettled
                WHERE list_contains($runs, run)
            ), began AS (
                -- A day more, because clocks are set.
                SELECT coalesce(min(started_at) - to_days(1), '-infinity'::TIMESTAMP) AS moment
                FROM runs WHERE list_contains($runs, run)
            ), known AS (
                SELECT p.source, p.board, p.external_id, p.title, p.first_seen, p.last_seen,
                       p.closed_at, p.repost_of, p.group_id, f.source IS NOT NULL AS fresh, k.key,
                       coalesce(r.finished_at, p.last_seen) AS missed_since
                FROM known_postings p JOIN employer_keys k USING (employer)
                LEFT JOIN runs r ON r.run = p.last_run
                LEFT JOIN fresh f ON f.source = p.source AND f.board = p.board
                    AND f.external_id = p.external_id
            ), earlier AS (
                SELECT *, {_TITLE} AS words FROM known
                WHERE closed_at >= (SELECT moment FROM began) - to_days($days)
            ), later AS (
                SELECT *, {_TITLE} AS words FROM known
                WHERE closed_at IS NULL AND repost_of IS NULL AND first_seen
                    >= least((SELECT min(last_seen) FROM earlier WHERE fresh),
                             (SELECT moment FROM began))
            )
            SELECT n.source, n.board, n.external_id, o.source, o.board, o.external_id
            FROM later n JOIN earlier o ON n.key = o.key AND n.words = o.words
            WHERE (n.fresh OR o.fresh) AND n.first_seen >= o.missed_since
              AND n.first_seen <= o.closed_at + to_days($days)
              AND coalesce(n.group_id <> o.group_id, true)
            ORDER BY n.source, n.board, n.external_id, o.closed_at DESC, o.last_seen DESC
            """,
            {"runs": list(runs), "days": days},
        ).fetchall()
    return [(PostingKey(*row[:3]), PostingKey(*row[3:])) for row in rows]


def store_reposts(db: Database, found: Mapping[PostingKey, PostingKey]) -> None:
    """Open posting -> the closed one it repeats, whose first publication it takes over."""
    if not found:
        return
    with db.write() as connection:
        _pairs(connection, found.items())
        connection.execute(
            """
            UPDATE postings AS n
            SET repost_of = o.source || ':' || o.board || ':' || o.external_id,
                first_published_at = least(n.first_published_at, o.first_published_at, o.first_seen)
            FROM pair, postings AS o
            WHERE n.source = pair.source AND n.board = pair.board
              AND n.external_id = pair.external_id AND o.source = pair.source_2
              AND o.board = pair.board_2 AND o.external_id = pair.external_id_2
            """
        )
        connection.execute("DROP TABLE temp.pair")


def unsettled_open(db: Database, runs: Sequence[str]) -> dict[PostingKey, str | None]:
    """Unsettled postings that are open -> the group they were in."""
    with db.read() as connection:
        rows = connection.execute(
            """
            SELECT source, board, external_id, group_id FROM open_postings
            SEMI JOIN (SELECT * FROM unsettled WHERE list_contains(?, run))
                USING (source, board, external_id)
            """,
            [list(runs)],
        ).fetchall()
    return {PostingKey(*row[:3]): row[3] for row in rows}


def twin_candidates(
    db: Database, runs: Sequence[str]
) -> Iterator[list[tuple[PostingKey, str, PostingKey, str]]]:
    """(posting, its title, other posting, its title) where both are open, of one employer, on
    different boards, and share one of the rarest words of the title: the unsettled one first.

    Blocks are an employer's postings with a word, a title, or a title and locations in common.
    Those that are too large are left to the narrower ones.
    """
    with db.read() as connection:
        result = connection.execute(
            rf"""
            WITH fresh AS (
                SELECT DISTINCT source, board, external_id FROM unsettled
                WHERE list_contains($runs, run)
            ), named AS (
                SELECT p.source, p.board, p.external_id, p.title, p.locations, k.key
                FROM open_postings p JOIN employer_keys k USING (employer) WHERE k.key <> ''
            ), several AS (
                SELECT key FROM named GROUP BY key
                HAVING count(DISTINCT source || ' ' || board) > 1
            ), shared AS (
                SELECT row_number() OVER () AS n, named.*, {_TITLE} AS words,
                       fresh.source IS NOT NULL AS fresh
                FROM named SEMI JOIN several USING (key)
                LEFT JOIN fresh ON fresh.source = named.source AND fresh.board = named.board
                    AND fresh.external_id = named.external_id
            ), block AS (
                SELECT n, fresh, key, source, board, w.word, w.rank FROM (
                    SELECT n, fresh, key, source, board, unnest(list_concat(
                        list_transform(list_distinct(string_split(words, ' ')),
                                       lambda x: {{'word': x, 'rank': 1}}),
                        [{{'word': '=' || words, 'rank': 0}},
                         {{'word': '=' || words || '@'
                            || lower(array_to_string(list_sort(locations), '; ')), 'rank': 0}}]
                    )) AS w FROM shared
                )
            ), sized AS (
                SELECT *, count(*) OVER (PARTITION BY key, word) AS size FROM block
                QUALIFY size BETWEEN 2 AND {LARGEST_BLOCK}
            ), sought AS (
                SELECT * FROM sized WHERE fresh
                QUALIFY rank = 0 OR row_number() OVER (
                    PARTITION BY n, rank ORDER BY size, word) <= {RAREST_WORDS}
            ), pairs AS (
                SELECT DISTINCT a.n AS a, b.n AS b FROM sought a JOIN sized b
                  ON a.key = b.key AND a.word = b.word
                WHERE (a.source, a.board) <> (b.source, b.board) AND (a.n < b.n OR NOT b.fresh)
            )
            SELECT x.source, x.board, x.external_id, x.title,
                   y.source, y.board, y.external_id, y.title
            FROM pairs JOIN shared x ON x.n = pairs.a JOIN shared y ON y.n = pairs.b
            """,
            {"runs": list(runs)},
        )
        while rows := result.fetchmany(_AT_ONCE):
            yield [(PostingKey(*r[:3]), r[3], PostingKey(*r[4:7]), r[7]) for r in rows]


def ads(db: Database, keys: Collection[PostingKey]) -> dict[PostingKey, Ad]:
    with db.read() as connection:
        rows = connection.execute(
            """
            WITH wanted AS (
                SELECT unnest($source) AS source, unnest($board) AS board,
                       unnest($external_id) AS external_id
            ), chosen AS (
                SELECT source, board, external_id, title, text_hash, url, apply_url, locations,
                       coalesce(country, '') AS nation, group_id
                FROM known_postings SEMI JOIN wanted USING (source, board, external_id)
            ), placed AS (
                SELECT l.source, l.board, l.external_id,
                       list({'city': p.city, 'region': p.region, 'country': p.country}) AS places
                FROM (SELECT source, board, external_id, unnest(locations) AS location, nation
                      FROM chosen) AS l
                JOIN places p ON p.location = l.location AND p.nation = l.nation
                WHERE p.country IS NOT NULL GROUP BY ALL
            )
            SELECT c.source, c.board, c.external_id, title, text_hash, url, apply_url, locations,
                   p.places, group_id
            FROM chosen c LEFT JOIN placed p ON p.source = c.source AND p.board = c.board
                AND p.external_id = c.external_id
            """,
            _columns(keys),
        ).fetchall()
    found = {}
    for row in rows:
        key = PostingKey(*row[:3])
        addresses = tuple(filter(None, row[5:7]))
        found[key] = Ad(key, row[3], row[4], addresses, row[7], row[8] or [], row[9])
    return found


def texts(db: Database, hashes: Collection[str], most: int) -> dict[str, str]:
    """Text hash -> the first `most` characters of the text."""
    with db.read() as connection:
        rows = connection.execute(
            "SELECT text_hash, left(description, $most) FROM posting_texts "
            "SEMI JOIN (SELECT unnest($hashes) AS text_hash) USING (text_hash)",
            {"most": most, "hashes": list(hashes)},
        ).fetchall()
    return dict(rows)


def store_groups(
    db: Database,
    taken_out: Collection[PostingKey],
    renamed: Mapping[str, str],
    groups: Mapping[PostingKey, str],
) -> None:
    """Take postings out of their groups, give groups that became one a common id, and put
    postings into groups."""
    with db.write() as connection:
        if gone := [*taken_out, *groups]:
            connection.execute(
                """
                DELETE FROM twins USING (
                    SELECT unnest($source) AS source, unnest($board) AS board,
                           unnest($external_id) AS external_id) AS gone
                WHERE twins.source = gone.source AND twins.board = gone.board
                  AND twins.external_id = gone.external_id
                """,
                _columns(gone),
            )
        for old, new in renamed.items():
            connection.execute("UPDATE twins SET group_id = ? WHERE group_id = ?", [new, old])
        if groups:
            connection.execute(
                "INSERT INTO twins SELECT unnest($source), unnest($board), unnest($external_id), "
                "unnest($ids)",
                _columns(groups) | {"ids": list(groups.values())},
            )


def settle(db: Database, runs: Sequence[str]) -> None:
    """The postings of these runs have been compared."""
    with db.write() as connection:
        connection.execute("DELETE FROM unsettled WHERE list_contains(?, run)", [list(runs)])


def _columns(keys: Iterable[PostingKey]) -> dict[str, Any]:
    rows = list(keys)
    return {name: [getattr(row, name) for row in rows] for name in PostingKey._fields}


def _pairs(connection: Connection, pairs: Iterable[tuple[PostingKey, PostingKey]]) -> None:
    rows = [(*a, *b) for a, b in pairs]
    names = [*PostingKey._fields, *(f"{name}_2" for name in PostingKey._fields)]
    columns = ", ".join(f"unnest(${name}) AS {name}" for name in names)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE pair AS SELECT {columns}",
        {name: [row[at] for row in rows] for at, name in enumerate(names)},
    )
