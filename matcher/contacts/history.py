"""Exports of different days → who worked where, and when.

A pure function of everything imported: it does not matter in which order files arrive, or how
often. An export says only what was true on its day, so a change is dated to the span between
the last export that shows the old state and the first that shows the new one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from matcher.contacts import dates
from matcher.contacts.identity import display_name, name_key, same_people
from matcher.employers import normalise
from store.network import (
    Confidence,
    ConnectionRow,
    Derived,
    Employment,
    Imported,
    Kind,
    Person,
    WorkHistoryRow,
)

CONNECTIONS = "LinkedIn connections"
WORK_HISTORY = "work history"

SMALLEST_SHARE = 0.5
"""An export with less than this share of the people of the one before is an excerpt: whoever is
missing from it may still be connected."""

SAME_STINT = timedelta(days=366)
"""Profiles are kept up slowly: an employer still shown this long after the stated end is no
return to it."""

_SURENESS = {confidence: rank for rank, confidence in enumerate(reversed(Confidence))}

EmployerKey = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class _Seen:
    """What one export says of one person."""

    on: date
    employer: str | None
    title: str | None


def employer_key(name: str) -> str:
    """Two spellings of one employer have one key: legal form, case, punctuation and accents
    aside."""
    return normalise.key(name) or name.casefold()


def derive(files: Sequence[Imported], same: EmployerKey = employer_key) -> Derived:
    """People, their employments, and whom each row of a work history names.

    Args:
        same: gives the same key for two spellings of one employer; a change between them is
            no move.
    """
    exports = in_order(files, Kind.CONNECTIONS)
    keys: dict[str, str] = {}

    def key(name: str) -> str:
        if name not in keys:
            keys[name] = same(name)
        return keys[name]

    groups = same_people(exports)
    owner = {k: index for index, group in enumerate(groups) for k in group}
    sightings: list[list[tuple[int, ConnectionRow]]] = [[] for _ in groups]
    for number, export in enumerate(exports):
        for row in export.rows:
            assert isinstance(row, ConnectionRow)
            sightings[owner[row.key]].append((number, row))
    complete = _complete(exports, owner)
    newest = max((e.taken_on for e, c in zip(exports, complete, strict=True) if c), default=None)
    excerpts = frozenset(e.hash for e, c in zip(exports, complete, strict=True) if not c)
    people = [
        _person(group, seen, exports, newest) for group, seen in zip(groups, sightings, strict=True)
    ]
    histories = in_order(files, Kind.WORK_HISTORY)
    owners = _owners(histories, owner, sightings)
    stated = _stated(histories, owners, key)
    employments = []
    for index, seen in enumerate(sightings):
        shown = _runs(
            [_Seen(exports[n].taken_on, row.company, row.position) for n, row in seen], key
        )
        employments.append(_merge(shown, stated.get(index, []), key))
    return Derived(people, employments, owners, excerpts)


def in_order(files: Sequence[Imported], kind: Kind) -> list[Imported]:
    """The files of one kind, oldest content first, independent of the order they came in."""
    return sorted(
        (file for file in files if file.kind is kind),
        key=lambda f: (f.taken_on, f.modified_at.isoformat() if f.modified_at else "", f.hash),
    )


def _complete(exports: Sequence[Imported], owner: Mapping[str, int]) -> list[bool]:
    before = 0
    complete = []
    for export in exports:
        count = len({owner[row.key] for row in export.rows if isinstance(row, ConnectionRow)})
        complete.append(count >= SMALLEST_SHARE * before)
        if complete[-1]:
            before = count
    return complete


def _person(
    group: tuple[str, ...],
    seen: Sequence[tuple[int, ConnectionRow]],
    exports: Sequence[Imported],
    newest: date | None,
) -> Person:
    rows = [row for _, row in reversed(seen)]
    last_seen = exports[seen[-1][0]].taken_on
    return Person(
        keys=group,
        name=next((display_name(r) for r in rows if r.first_name or r.last_name), "")
        or display_name(rows[0]),
        profile_url=next((r.url for r in rows if r.url), None),
        email=next((r.email for r in rows if r.email), None),
        connected_on=next((r.connected_on for r in rows if r.connected_on), None),
        first_seen=exports[seen[0][0]].taken_on,
        last_seen=last_seen,
        linked=newest is None or last_seen >= newest,
    )


def _runs(seen: Sequence[_Seen], key: EmployerKey) -> list[Employment]:
    """Employments from one person's sightings, oldest first. A blank employer between two equal
    ones is a gap in the profile; at the end it is a question."""
    named = [(at, s) for at, s in enumerate(seen) if s.employer]
    runs: list[list[int]] = []
    for at, sighting in named:
        if runs and key(seen[runs[-1][-1]].employer or "") == key(sighting.employer or ""):
            runs[-1].append(at)
        else:
            runs.append([at])
    employments = []
    for number, run in enumerate(runs):
        first, last = seen[run[0]], seen[run[-1]]
        # What the sighting before shows is another employer or none: this one began after it.
        since = _between(seen[run[0] - 1].on, first.on) if run[0] else None
        follower = seen[runs[number + 1][0]] if number + 1 < len(runs) else None
        if follower is None and run[-1] + 1 < len(seen):
            follower = seen[run[-1] + 1]
        left_for_nothing = follower is not None and follower.employer is None
        employments.append(
            Employment(
                employer=last.employer or "",
                title=next((seen[at].title for at in reversed(run) if seen[at].title), None),
                is_current=follower is None,
                since=since,
                until=_between(last.on, follower.on) if follower else None,
                until_after=last.on if follower else None,
                until_by=follower.on if follower else None,
                first_seen=first.on,
                last_seen=last.on,
                as_of=follower.on if follower else seen[-1].on,
                confidence=Confidence.SUGGESTED if left_for_nothing else Confidence.REPORTED,
                source=CONNECTIONS,
                note=None,
            )
        )
    return employments


def _between(after: date, by: date) -> str:
    """The partial date that says as much as is known of a day in (after, by]."""
    if (after.year, after.month) == (by.year, by.month):
        return f"{by.year:04}-{by.month:02}"
    return f"{by.year:04}"


def _owners(
    histories: Sequence[Imported],
    owner: Mapping[str, int],
    sightings: Sequence[Sequence[tuple[int, ConnectionRow]]],
) -> dict[tuple[str, int], tuple[int, ...]]:
    if not histories:
        return {}
    by_mail: dict[str, set[int]] = {}
    by_name: dict[str, set[int]] = {}
    for index, seen in enumerate(sightings):
        for _, shown in seen:
            if shown.email:
                by_mail.setdefault(shown.email, set()).add(index)
            if shown.first_name or shown.last_name:
                by_name.setdefault(name_key(shown.first_name, shown.last_name), set()).add(index)
    found: dict[tuple[str, int], tuple[int, ...]] = {}
    for file in histories:
        for row in file.rows:
            assert isinstance(row, WorkHistoryRow)
            scheme, _, rest = row.contact_key.partition(":")
            if scheme == "linkedin":
                people = {owner[row.contact_key]} if row.contact_key in owner else set()
            elif scheme == "email":
                people = by_mail.get(rest, set())
            else:
                people = by_name.get(name_key(rest), set())
            found[file.hash, row.line] = tuple(sorted(people))
    return found


def _stated(
    histories: Sequence[Imported],
    owners: Mapping[tuple[str, int], tuple[int, ...]],
    key: EmployerKey,
) -> dict[int, list[tuple[WorkHistoryRow, date]]]:
    """Each person's rows with their file's day. A newer file replaces what an older one says of
    the same person and employer, so that a corrected file corrects."""
    latest: dict[tuple[int, str], tuple[str, list[tuple[WorkHistoryRow, date]]]] = {}
    for file in histories:
        for row in file.rows:
            assert isinstance(row, WorkHistoryRow)
            named = owners[file.hash, row.line]
            if len(named) != 1:
                continue
            place = (named[0], key(row.employer))
            if place not in latest or latest[place][0] != file.hash:
                latest[place] = (file.hash, [])
            latest[place][1].append((row, file.taken_on))
    stated: dict[int, list[tuple[WorkHistoryRow, date]]] = {}
    for (person, _), (_, rows) in latest.items():
        stated.setdefault(person, []).extend(rows)
    return stated


def _merge(
    shown: list[Employment], stated: list[tuple[WorkHistoryRow, date]], key: EmployerKey
) -> list[Employment]:
    """What the user stated wins over what exports show of the same time at the same employer,
    unless it is less sure."""
    left = list(shown)
    merged: list[Employment] = []
    for row, on in sorted(stated, key=lambda s: (s[0].start or s[0].end or "", s[0].line)):
        here = [e for e in left if key(e.employer) == key(row.employer)]
        if any(_SURENESS[e.confidence] > _SURENESS[row.confidence] for e in here):
            continue
        covered = [e for e in here if _covers(row, e)]
        left = [e for e in left if e not in covered]
        merged.append(_combined(row, on, covered[-1] if covered else None))
    return sorted(
        {*left, *merged},
        key=lambda e: (
            e.is_current,
            e.until or "",
            e.since or "",
            e.first_seen or date.min,
            key(e.employer),
            e.employer,
            e.title or "",
            e.note or "",
        ),
    )


def _covers(row: WorkHistoryRow, shown: Employment) -> bool:
    assert shown.first_seen and shown.last_seen
    if row.end and dates.latest(row.end) + SAME_STINT < shown.first_seen:
        return False
    return not (row.start and dates.earliest(row.start) - SAME_STINT > shown.last_seen)


def _combined(row: WorkHistoryRow, on: date, shown: Employment | None) -> Employment:
    if row.is_current is not None:
        current = row.is_current
    elif row.end:
        current = False
    else:
        current = shown.is_current if shown else False
    moved = shown and shown.confidence is not Confidence.SUGGESTED and shown.until_by
    if current and moved and moved > on:
        current = False  # they have moved on since the user wrote this
    employment = Employment(
        employer=row.employer,
        title=row.title or (shown.title if shown else None),
        is_current=current,
        since=row.start or (shown.since if shown else None),
        until=None if current else row.end,
        until_after=None,
        until_by=None,
        first_seen=shown.first_seen if shown else None,
        last_seen=shown.last_seen if shown else None,
        as_of=max(on, shown.as_of) if shown else on,
        confidence=row.confidence,
        source=WORK_HISTORY,
        note=row.note,
    )
    if shown and not current and not row.end:
        employment = replace(
            employment,
            until=shown.until,
            until_after=shown.until_after,
            until_by=shown.until_by,
        )
    return employment
