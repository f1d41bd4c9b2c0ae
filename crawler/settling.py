"""After a merge: what can be told from postings that their sources do not say.

Done for every text and location once, in the database and not while reading, so that a newer
version can tell it anew without asking a single server.
"""

from __future__ import annotations

from crawler import geocode, language
from crawler.gazetteer import folded
from crawler.places import country_name
from store import derived
from store.database import Database
from store.derived import PlacedLocation

_AT_ONCE = 20_000
"""Worked out in less time than others are ready to wait for the database."""


def settle(db: Database) -> None:
    """Languages of texts and places of locations that nobody has looked at. What is done when it
    is interrupted stays done.

    Raises:
        DatabaseBusy: another process kept the database locked; the next run goes on.
    """
    while settle_some(db):
        pass


def settle_some(db: Database) -> bool:
    """As much of it as can be done while others wait; whether there may be more."""
    with db.open():
        return _languages(db) or _places(db)


def _languages(db: Database) -> bool:
    derived.begin(db, "language", language.VERSION)
    texts = derived.texts_without_language(db, language.WINDOW, _AT_ONCE)
    found = {key: language.detect(start, middle) for key, start, middle in texts}
    derived.store_languages(db, found)
    return len(texts) == _AT_ONCE


def _places(db: Database) -> bool:
    derived.begin(db, "places", geocode.VERSION)
    written = derived.unplaced_locations(db, _AT_ONCE)
    derived.store_places(db, [_placed(location, nation) for location, nation in written])
    return len(written) == _AT_ONCE


def _placed(location: str, nation: str) -> PlacedLocation:
    place = geocode.geocode(location, nation or None)
    city, region, country = (place.city, place.region, place.country) if place else (None,) * 3
    known = country or nation
    named = [city, region, known, country_name(known) if known else None]
    spoken = " ".join(filter(None, [location, *named]))
    names = f"{location.lower()} {folded(spoken)}"
    return PlacedLocation(location, nation, city, region, country, names)
