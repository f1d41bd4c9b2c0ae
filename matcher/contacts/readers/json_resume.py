"""JSON Resume: one person's whole history. A blank end is today's only for the latest job."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from matcher.contacts import dates
from matcher.contacts.cards import Cards
from matcher.contacts.fields import items, mapping, text
from matcher.contacts.reading import DateColumn, JsonReader, Reading, check_dates
from store.rows import Job, Kind

_STILL = ("present", "now", "current", "today", "ongoing")


def _entries(document: Any) -> list[Any] | None:
    """One résumé, or a list of them."""
    found = document if isinstance(document, list) else [document]
    return found if any(map(_is_resume, found)) else None


def _is_resume(entry: Any) -> bool:
    basics = mapping(mapping(entry).get("basics"))
    return bool(basics) and ("name" in basics or isinstance(mapping(entry).get("work"), list))


def _take(entries: Sequence[Any], reading: Reading, today: date) -> None:
    cards = Cards(reading, today)
    start, end = DateColumn("start", reading, today), DateColumn("end", reading, today)
    for number, entry in enumerate(entries, 1):
        if not _is_resume(entry):
            reading.skip(number, "not a résumé")
            continue
        basics = mapping(entry.get("basics"))
        profiles = [text(profile.get("url")) for profile in items(basics.get("profiles"))]
        profiles += [
            f"linkedin.com/in/{text(profile.get('username'))}"
            for profile in items(basics.get("profiles"))
            if text(profile.get("network")).casefold() == "linkedin" and profile.get("username")
        ]
        cards.add(
            number,
            text(basics.get("name")),
            urls=[*profiles, text(basics.get("url"))],
            emails=[text(basics.get("email"))],
            jobs=[*_jobs(entry, number, reading, start, end), *_schools(entry, number, start, end)],
            as_of=_modified(entry, today),
        )
    check_dates([start, end])


def _jobs(
    entry: Mapping[str, Any], number: int, reading: Reading, start: DateColumn, end: DateColumn
) -> Iterator[Job]:
    found = []
    for job in items(entry.get("work")):
        employer = text(job.get("name")) or text(job.get("company"))
        if not employer:
            reading.note(number, "a job without an employer")
            continue
        ended = text(job.get("endDate"))
        still = ended.casefold() in _STILL
        since = start.partial(number, text(job.get("startDate")))
        until = None if still else end.partial(number, ended)
        found.append((employer, text(job.get("position")) or None, since, until, still))
    latest = max((since or "" for _, _, since, _, _ in found), default="")
    newest = next((one for one in found if (one[2] or "") == latest), None)
    for one in found:
        employer, title, since, until, still = one
        yield Job(employer, title, since, until, still or (one is newest and not until))


def _schools(
    entry: Mapping[str, Any], number: int, start: DateColumn, end: DateColumn
) -> Iterator[Job]:
    for school in items(entry.get("education")):
        since = start.partial(number, text(school.get("startDate")))
        until = end.partial(number, text(school.get("endDate")))
        yield Job(text(school.get("institution")), None, since, until, False, is_school=True)


def _modified(entry: Mapping[str, Any], today: date) -> date | None:
    return dates.day(text(mapping(entry.get("meta")).get("lastModified"))[:10], today)


READERS = (JsonReader(Kind.RESUME, _entries, _take),)
