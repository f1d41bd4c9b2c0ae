"""Google People API contacts in a JSON file the user saved: `organizations` are past or current,
with dates, the best history an address book has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from matcher.contacts.cards import Cards, says_former, says_former_employer, several_employers
from matcher.contacts.fields import items, lines, mapping, text
from matcher.contacts.reading import JsonReader, Reading
from store.rows import Job, Kind

_LISTS = ("connections", "otherContacts", "people")
_WRAPPED = ("results", "responses")


def _entries(document: Any) -> list[Any] | None:
    """The people of `connections.list`, `searchContacts`, `people.getBatchGet`, or a bare list."""
    if isinstance(document, dict) and str(document.get("resourceName", "")).startswith("people/"):
        return [document]
    pages = document if isinstance(document, list) else [document]
    found: list[Any] = []
    for page in map(mapping, pages):
        found += (one for name in _LISTS for one in _list(page.get(name)))
        wrapped = (one for name in _WRAPPED for one in items(page.get(name)))
        found += (one["person"] for one in wrapped if "person" in one)
    people = found or (document if isinstance(document, list) else [])
    return people if any(map(_is_person, people)) else None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _is_person(entry: Any) -> bool:
    if str(mapping(entry).get("resourceName", "")).startswith(("people/", "otherContacts/")):
        return True
    lists = ("names", "organizations", "emailAddresses")
    return sum(isinstance(mapping(entry).get(name), list) for name in lists) > 1


def _take(entries: Sequence[Any], reading: Reading, today: date) -> None:
    cards = Cards(reading, today)
    for number, entry in enumerate(entries, 1):
        if not isinstance(entry, dict):
            reading.skip(number, "not a person")
            continue
        name = next(_primary_first(entry.get("names")), {})
        emails, old = [], []
        for mail in _primary_first(entry.get("emailAddresses")):
            emails.append(text(mail.get("value")))
            old += emails[-1:] if says_former(_label(mail)) else []
        jobs = list(_jobs(entry, number, reading))
        for field in (*items(entry.get("userDefined")), *items(entry.get("relations"))):
            if says_former_employer(text(field.get("key")) or _label(field)):
                jobs += several_employers(lines(field.get("value") or field.get("person")))
        biographies = "\n".join(
            lines(note.get("value")) for note in items(entry.get("biographies"))
        )
        cards.add(
            number,
            text(name.get("displayName"))
            or f"{text(name.get('givenName'))} {text(name.get('familyName'))}".strip(),
            urls=[text(url.get("value")) for url in items(entry.get("urls"))],
            emails=emails,
            old_emails=old,
            jobs=jobs,
            notes="\n".join(biographies),
            uid=text(entry.get("resourceName")),
        )


def _jobs(entry: Mapping[str, Any], number: int, reading: Reading) -> Iterator[Job]:
    for organization in _primary_first(entry.get("organizations")):
        employer = text(organization.get("name"))
        if not employer:
            if organization:
                reading.note(number, "an organisation without a name")
            continue
        start, end = _date(organization.get("startDate")), _date(organization.get("endDate"))
        current = organization.get("current")
        if says_former(_label(organization)):
            current = False
        school = text(organization.get("type")).casefold() == "school"
        title = text(organization.get("title")) or None
        is_current = current if isinstance(current, bool) else False if end else None
        yield Job(employer, title, start, end if not is_current else None, is_current, school)


def _label(field: Mapping[str, Any]) -> str:
    return text(field.get("formattedType")) or text(field.get("type"))


def _primary_first(value: Any) -> Iterator[Mapping[str, Any]]:
    return iter(
        sorted(items(value), key=lambda one: not mapping(one.get("metadata")).get("primary"))
    )


def _date(value: Any) -> str | None:
    """A google.type.Date, in which a zero is what is not known, as a partial date."""
    parts = [mapping(value).get(name) or 0 for name in ("year", "month", "day")]
    if not all(isinstance(part, int) for part in parts) or not 1900 <= parts[0] <= 2199:
        return None
    year, month, day = parts
    try:
        date(year, month or 1, day or 1)
    except (ValueError, OverflowError):
        return None
    return (
        f"{year:04}" + (f"-{month:02}" if month else "") + (f"-{day:02}" if month and day else "")
    )


READERS = (JsonReader(Kind.GOOGLE_PEOPLE, _entries, _take),)
