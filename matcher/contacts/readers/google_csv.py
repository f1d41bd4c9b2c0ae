"""Google Contacts as CSV, with the headers of today and of before about 2024.

Columns come in numbered groups, as many as the fullest contact needs. One cell holds several
values between ` ::: `; `* ` before a label marks the default.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from matcher.contacts.cards import (
    Cards,
    parts,
    profile_addresses,
    says_former,
    says_former_employer,
    several_employers,
)
from matcher.contacts.decode import clean
from matcher.contacts.identity import full_name
from matcher.contacts.reading import Reading, TableReader
from matcher.contacts.tables import Table
from store.rows import Confidence, Job, Kind

_NEW = {
    "first": ("firstname",),
    "last": ("lastname",),
    "nickname": ("nickname", ""),
    "file_as": ("fileas",),
    "employer": ("organizationname",),
    "title": ("organizationtitle", ""),
    "notes": ("notes", ""),
    "labels": ("labels", ""),
}
_OLD = {
    "shown": ("name",),
    "first": ("givenname",),
    "last": ("familyname",),
    "nickname": ("nickname", ""),
    "notes": ("notes", ""),
    "labels": ("groupmembership", ""),
    "yomi": ("yominame", "givennameyomi"),
}
_GROUP = re.compile(r"(?P<what>[a-z]+?)(?P<number>\d+)(?P<part>[a-z]+)")


def _take(table: Table, reading: Reading, today: date) -> None:
    cards = Cards(reading, today)
    groups = _groups(table.header.names)
    for line, cells, record in table.raw():

        def several(what: str, *names: str, cells: list[str] = cells) -> Iterator[Sequence[str]]:
            return _several(cells, groups.get(what, []), names)

        emails, old = [], []
        for label, value in several("email", "label", "value"):
            addresses = parts(value)
            emails += addresses
            old += addresses if says_former(label) else []
        jobs = [Job(clean(record.get("employer", "")), clean(record.get("title", "")) or None)]
        jobs += _organisations(several("organization", "label", "name", "title"))
        for label, value in (
            *several("customfield", "label", "value"),
            *several("relation", "label", "value"),
        ):
            if says_former_employer(label):
                jobs += [job for cell in parts(value) for job in several_employers(cell)]
        shown = next(filter(None, map(record.get, ("shown", "file_as", "nickname"))), "")
        cards.add(
            line,
            full_name(clean(record["first"]), clean(record["last"]), clean(shown)),
            urls=[url for cell in profile_addresses(cells) for url in parts(cell)],
            emails=emails,
            old_emails=old,
            jobs=jobs,
            notes=record.get("notes", ""),
            labels=[label.removeprefix("* ") for label in parts(record.get("labels", ""))],
        )


def _groups(header: Sequence[str]) -> dict[str, list[dict[str, int]]]:
    """What → for each number, part → column: "E-mail 2 - Value" is email, 2, value."""
    numbered: dict[str, dict[int, dict[str, int]]] = {}
    for at, name in enumerate(header):
        if found := _GROUP.fullmatch(name):
            part = {"type": "label"}.get(found["part"], found["part"])
            group = numbered.setdefault(found["what"], {})
            group.setdefault(int(found["number"]), {}).setdefault(part, at)
    return {what: [group[n] for n in sorted(group)] for what, group in numbered.items()}


def _several(
    cells: list[str], groups: list[dict[str, int]], names: Sequence[str]
) -> Iterator[Sequence[str]]:
    """The parts of each group that has anything in it but its label."""
    for group in groups:
        found = [cells[at] if (at := group.get(n, len(cells))) < len(cells) else "" for n in names]
        if any(value.strip() for value in found[1:]):
            yield [clean(found[0]).removeprefix("* "), *found[1:]]


def _organisations(groups: Iterator[Sequence[str]]) -> Iterator[Job]:
    """The first one is today's; those behind it may be anything unless their type says so."""
    for number, (label, name, title) in enumerate(groups):
        names, titles = parts(name), parts(title)
        if says_school(label):
            yield from (Job(n, None, is_school=True) for n in names)
            continue
        for at, employer in enumerate(names):
            role = titles[at] if at < len(titles) else None
            if says_former(label):
                yield Job(employer, role, None, None, False)
            elif number or at:
                suggested = Confidence.SUGGESTED
                yield Job(employer, role, None, None, False, False, suggested, "further employer")
            else:
                yield Job(employer, role)


def says_school(label: str) -> bool:
    """Whether an organisation's type makes it a school."""
    return clean(label).casefold() in ("school", "university", "college", "schule", "école")


READERS = (
    TableReader(Kind.GOOGLE_CSV, _NEW, _take),
    TableReader(Kind.GOOGLE_CSV, _OLD, _take),
)
