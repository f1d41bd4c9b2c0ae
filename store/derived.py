"""What is worked out from postings and can be worked out anew: languages of texts, places of
locations. The working out is done by others; here is what is still to do, and where it goes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from store.database import Database


@dataclass(frozen=True, slots=True)
class PlacedLocation:
    """A location as it is written beside a posting's country ("" where it has none), and the place
    it is. `names` is all it may be searched by."""

    location: str
    nation: str
    city: str | None
    region: str | None
    country: str | None
    names: str


def begin(db: Database, name: str, version: int) -> None:
    """Forget what an older version of the derivation "language" or "places" has said."""
    clear = {
        "language": "UPDATE posting_texts SET language = NULL",
        "places": "DELETE FROM places",
    }[name]
    with db.read() as connection:
        known = connection.execute(
            "SELECT version FROM derivations WHERE name = ?", [name]
        ).fetchall()
    if known == [(version,)]:
        return
    with db.write() as connection:
        connection.execute(clear)
        connection.execute("INSERT OR REPLACE INTO derivations VALUES (?, ?)", [name, version])


def texts_without_language(db: Database, width: int, most: int) -> list[tuple[str, str, str]]:
    """(hash, beginning, middle) of texts that nobody has looked at, of open postings whose source
    does not say the language. The middle is "" where the beginning says it all.

    Args:
        width: how many characters of each.
        most: how many texts.
    """
    with db.read() as connection:
        return connection.execute(
            """
            SELECT text_hash, left(description, $width),
                   CASE WHEN length(description) > 2 * $width
                        THEN substr(description, length(description) // 2, $width) ELSE '' END
            FROM posting_texts
            WHERE language IS NULL AND text_hash IN (
                SELECT text_hash FROM postings WHERE closed_at IS NULL AND language IS NULL)
            LIMIT $most
            """,
            {"width": width, "most": most},
        ).fetchall()


def store_languages(db: Database, found: Mapping[str, str | None]) -> None:
    """Text hash -> language; None is one that is not sure."""
    if not found:
        return
    with db.write() as connection:
        connection.execute(
            """
            UPDATE posting_texts AS t SET language = f.language
            FROM (SELECT unnest($hashes) AS text_hash, unnest($languages) AS language) AS f
            WHERE t.text_hash = f.text_hash
            """,
            {"hashes": list(found), "languages": [one or "" for one in found.values()]},
        )


def unplaced_locations(db: Database, most: int) -> list[tuple[str, str]]:
    """(location, nation) of open postings, each once, that nobody has looked at; `most` at most."""
    with db.read() as connection:
        return connection.execute(
            """
            SELECT location, nation FROM (
                SELECT DISTINCT unnest(locations) AS location, coalesce(country, '') AS nation
                FROM postings WHERE closed_at IS NULL
            ) AS written ANTI JOIN places USING (location, nation)
            ORDER BY ALL LIMIT ?
            """,
            [most],
        ).fetchall()


def store_places(db: Database, found: Iterable[PlacedLocation]) -> None:
    rows = list(found)
    if not rows:
        return
    names = PlacedLocation.__slots__
    columns = ", ".join(f"unnest(${name}::VARCHAR[])" for name in names)
    with db.write() as connection:
        connection.execute(
            f"INSERT INTO places ({', '.join(names)}) SELECT {columns}",
            {name: [getattr(row, name) for row in rows] for name in names},
        )
