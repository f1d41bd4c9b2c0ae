"""Microsoft Graph contacts in a JSON file the user saved: one employer each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from matcher.contacts import dates
from matcher.contacts.cards import Cards
from matcher.contacts.fields import items, lines, mapping, text, texts
from matcher.contacts.identity import full_name
from matcher.contacts.reading import JsonReader, Reading
from store.rows import Job, Kind

_THEIRS = ("companyName", "jobTitle", "givenName", "surname", "personalNotes", "emailAddresses")


def _entries(document: Any) -> list[Any] | None:
    """The contacts of one reply, of a list of replies, or a bare list."""
    pages = document if isinstance(document, list) else [document]
    values = [mapping(page).get("value") for page in pages]
    found = [one for value in values if isinstance(value, list) for one in value]
    found = found or (document if isinstance(document, list) else [])
    return found if any(map(_is_contact, found)) else None


def _is_contact(entry: Any) -> bool:
    found = mapping(entry)
    return "displayName" in found and any(name in found for name in _THEIRS)


def _take(entries: Sequence[Any], reading: Reading, today: date) -> None:
    cards = Cards(reading, today)
    for number, entry in enumerate(entries, 1):
        if not isinstance(entry, dict):
            reading.skip(number, "not a contact")
            continue
        names = (text(entry.get(name)) for name in ("givenName", "surname", "displayName"))
        pages = [entry.get("businessHomePage"), *_websites(entry)]
        cards.add(
            number,
            full_name(*names),
            urls=[text(page) for page in pages],
            emails=[text(mail.get("address")) for mail in items(entry.get("emailAddresses"))],
            jobs=[Job(text(entry.get("companyName")), text(entry.get("jobTitle")) or None)],
            notes=lines(entry.get("personalNotes")),
            labels=texts(entry.get("categories")),
            uid=text(entry.get("id")),
            as_of=dates.day(text(entry.get("lastModifiedDateTime"))[:10], today),
        )


def _websites(entry: dict[str, Any]) -> list[Any]:
    return [site.get("address") for site in items(entry.get("websites"))]


READERS = (JsonReader(Kind.GRAPH, _entries, _take),)
