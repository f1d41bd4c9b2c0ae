"""What files of different days say of one person → where they worked, and when.

An export says only what was true on its day, so a change is dated to the span between the last one
that shows the old state and the first that shows the new one. Each address book is a story of its
own. LinkedIn is kept up by the person, so it tells what is current; an address book that still
names another employer tells of a former one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from matcher.contacts import dates
from store.network import Employment
from store.rows import Card, Confidence, ConnectionRow, Imported, Job, Kind, WorkHistoryRow

CONNECTIONS = "LinkedIn connections"
WORK_HISTORY = "work history"

SAME_STINT = timedelta(days=366)
"""Profiles are kept up slowly: an employer still shown this long after the stated end is no
return to it."""

_SURENESS = {confidence: rank for rank, confidence in enumerate(reversed(Confidence))}

Key = Callable[[str], str]
"""One key for all names of an employer."""


class Stated(NamedTuple):
    """An employment that somebody wrote down, on a day."""

    employer: str
    title: str | None
    start: str | None
    end: str | None
    is_current: bool | None
    confidence: Confidence
    source: str
    note: str | None
    on: date
    order: tuple[str, int] = ("", 0)

    @classmethod
    def of_row(cls, row: WorkHistoryRow, on: date) -> Stated:
        return cls(
            *(row.employer, row.title, row.start, row.end, row.is_current, row.confidence),
            *(WORK_HISTORY, row.note, on, ("", row.line)),
        )

    @classmethod
    def of_job(cls, job: Job, source: str, on: date, line: int) -> Stated:
        return cls(
            *(job.employer, job.title, job.start, job.end, job.is_current, job.confidence),
            *(source, job.note, on, (source, line)),
        )


class Seen(NamedTuple):
    """What one file shows of one person: (employer, title, since) of each current workplace."""

    on: date
    jobs: tuple[tuple[str, str | None, str | None], ...]


def employments(
    sightings: Sequence[tuple[int, ConnectionRow | Card]],
    files: Sequence[Imported],
    stated: Sequence[Stated],
    key: Key,
) -> list[Employment]:
    """One person's employments, oldest first, without what is only suggested.

    Args:
        sightings: in the order of files.
        stated: what the user wrote down about this person.
    """
    if len(sightings) == 1 and not stated:
        once = _shown_once(sightings[0][1], files[sightings[0][0]])
        if once is not None:
            return once
    stories: dict[Kind, list[Seen]] = {}
    written: list[Stated] = []
    for number, row in sightings:
        file = files[number]
        story = stories.setdefault(file.kind, [])
        if isinstance(row, ConnectionRow):
            jobs = ((row.company, row.position, None),) if row.company else ()
            story.append(Seen(file.taken_on, jobs))
        else:
            on = min(row.as_of or file.taken_on, file.taken_on)
            shown, said = _of_card(row, file.kind, on)
            written += said
            same_day = next((at for at, seen in enumerate(story) if seen.on == on), None)
            if same_day is None:
                story.append(Seen(on, shown))
            else:  # two cards of one person
                story[same_day] = Seen(on, (*story[same_day].jobs, *shown))
    told = {
        kind: _runs(sorted(story, key=lambda seen: seen.on), key, _source(kind))
        for kind, story in stories.items()
    }
    now = {key(e.employer) for e in told.get(Kind.CONNECTIONS, ()) if e.is_current}
    # A card that merely calls a workplace former is behind a profile that still shows it.
    written = [one for one in written if one.end or key(one.employer) not in now]
    return merge(merge(_reconciled(told, key), _newest(written, key), key), stated, key)


def suggested(
    sightings: Sequence[tuple[int, ConnectionRow | Card]], files: Sequence[Imported]
) -> list[Stated]:
    """The workplaces that notes, labels and further entries of a person's cards suggest."""
    return [
        Stated.of_job(job, job.source, files[number].taken_on, row.line)
        for number, row in sightings
        if isinstance(row, Card)
        for job in row.jobs
        if job.confidence is Confidence.SUGGESTED
    ]


def _source(kind: Kind) -> str:
    return CONNECTIONS if kind is Kind.CONNECTIONS else str(kind)


def _shown_once(row: ConnectionRow | Card, file: Imported) -> list[Employment] | None:
    """The employments of somebody whom one file lists with one workplace at most, as most people
    are; None of anybody else."""
    on, since = file.taken_on, None
    if isinstance(row, ConnectionRow):
        employer, title = row.company, row.position
    elif not row.jobs:
        return []
    else:
        employer, title, since, end, current, is_school, confidence, _, _ = row.jobs[0]
        if len(row.jobs) > 1 or end or is_school or current is False:
            return None
        if confidence is not Confidence.REPORTED:
            return None
        on = min(row.as_of or on, on)
    if not employer:
        return []
    seen = (None, None, None, on, on, on)
    source = (Confidence.REPORTED, _source(file.kind), None)
    return [Employment(employer, title, True, since, *seen, *source)]


def _of_card(
    card: Card, kind: Kind, on: date
) -> tuple[tuple[tuple[str, str | None, str | None], ...], list[Stated]]:
    """The workplaces a card shows as today's, and those it states with an end or as former."""
    shown, said = [], []
    for job in card.jobs:
        if job.is_school or job.confidence is Confidence.SUGGESTED:
            continue
        if job.is_current is False or (job.end and not job.is_current):
            said.append(Stated.of_job(job._replace(is_current=False), _source(kind), on, card.line))
        else:
            shown.append((job.employer, job.title, job.start))
    return tuple(shown), said


def _runs(seen: Sequence[Seen], key: Key, source: str) -> list[Employment]:
    """Employments from one book's sightings, oldest first. No employer between two equal ones is a
    gap in the profile; at the end it is a question."""
    places: dict[str, list[tuple[int, str, str | None, str | None]]] = {}
    for at, sighting in enumerate(seen):
        here: set[str] = set()
        for employer, title, since in sighting.jobs:
            place = key(employer) if len(seen) > 1 or len(sighting.jobs) > 1 else employer
            if place not in here:
                here.add(place)
                places.setdefault(place, []).append((at, employer, title, since))
    named = [at for at, sighting in enumerate(seen) if sighting.jobs]
    nth = {at: number for number, at in enumerate(named)}
    found = []
    for shown in places.values():
        run = [shown[0]]
        for one in shown[1:]:
            if nth[one[0]] - nth[run[-1][0]] > 1:
                found.append(_run(run, seen, named, source))
                run = []
            run.append(one)
        found.append(_run(run, seen, named, source))
    return found


def _run(
    run: Sequence[tuple[int, str, str | None, str | None]],
    seen: Sequence[Seen],
    named: Sequence[int],
    source: str,
) -> Employment:
    start, end = run[0][0], run[-1][0]
    first, last = seen[start], seen[end]
    follower = next((seen[at] for at in named if at > end), None)
    left_for_nothing = follower is None and end + 1 < len(seen)
    if left_for_nothing:
        follower = seen[end + 1]
    # What the sighting before shows is another employer or none: this one began after it.
    since = _between(seen[start - 1].on, first.on) if start else None
    return Employment(
        employer=run[-1][1],
        title=next((title for _, _, title, _ in reversed(run) if title), None),
        is_current=follower is None,
        since=next((stated for *_, stated in reversed(run) if stated), since),
        until=_between(last.on, follower.on) if follower else None,
        until_after=last.on if follower else None,
        until_by=follower.on if follower else None,
        first_seen=first.on,
        last_seen=last.on,
        as_of=follower.on if follower else seen[-1].on,
        confidence=Confidence.SUGGESTED if left_for_nothing else Confidence.REPORTED,
        source=source,
        note=None,
    )


def _between(after: date, by: date) -> str:
    """The partial date that says as much as is known of a day in (after, by]."""
    if (after.year, after.month) == (by.year, by.month):
        return f"{by.year:04}-{by.month:02}"
    return f"{by.year:04}"


def _reconciled(told: Mapping[Kind, list[Employment]], key: Key) -> list[Employment]:
    """The stories of several books as one. LinkedIn's comes first, then the newest: what another
    still shows as current beside it was left some time before, as far as can be inferred."""
    if len(told) == 1:
        return next(iter(told.values()))
    order = sorted(
        told,
        key=lambda kind: (
            kind is not Kind.CONNECTIONS,
            -max((e.as_of for e in told[kind]), default=date.min).toordinal(),
            kind,
        ),
    )
    whole: list[Employment] = []
    for kind in order:
        now = next((at for at, e in enumerate(whole) if e.is_current), None)
        for job in told[kind]:
            current = whole[now] if now is not None else None
            twins = [at for at, e in enumerate(whole) if key(e.employer) == key(job.employer)]
            if twins:
                at = max(twins, key=lambda at: (whole[at].is_current, whole[at].as_of))
                whole[at] = _with(whole[at], job)
            elif job.is_current and current and now is not None and _began_after(job, current):
                whole[now] = _left(current, job)
                whole.append(job)
            elif job.is_current and current and _is_behind(job, current):
                whole.append(_left(job, current))
            else:
                whole.append(job)
    return whole


def _began_after(job: Employment, current: Employment) -> bool:
    return bool(job.since) and dates.earliest(job.since or "") > current.as_of


def _is_behind(job: Employment, current: Employment) -> bool:
    """Whether a book tells less of today than the one before it."""
    return current.source == CONNECTIONS or job.as_of < current.as_of


def _left(job: Employment, other: Employment) -> Employment:
    """A workplace that another book has something else in place of."""
    why = f"not in the {other.source} of {other.as_of}"
    return job._replace(is_current=False, confidence=Confidence.INFERRED, note=why)


def _with(known: Employment, other: Employment) -> Employment:
    """An employment with what another book knows of it besides."""
    seen = [day for day in (known.first_seen, other.first_seen) if day]
    return known._replace(
        title=known.title or other.title,
        since=other.since if len(other.since or "") > len(known.since or "") else known.since,
        first_seen=min(seen, default=None),
    )


def _newest(written: Iterable[Stated], key: Key) -> list[Stated]:
    """Of what one book states of one employer, what its newest file does."""
    latest: dict[tuple[str, str], list[Stated]] = {}
    for one in written:
        place = (one.source, key(one.employer))
        if place in latest and latest[place][0].on != one.on:
            if latest[place][0].on > one.on:
                continue
            latest[place] = []
        latest.setdefault(place, []).append(one)
    return list(dict.fromkeys(one for several in latest.values() for one in several))


def merge(shown: list[Employment], stated: Sequence[Stated], key: Key) -> list[Employment]:
    """What somebody stated wins over what exports show of the same time at the same employer,
    unless it is less sure."""
    if not stated:
        return in_order(shown, key) if len(shown) > 1 else shown
    found = list(shown)
    for one in sorted(stated, key=_least_exact_first):
        here = [e for e in found if key(e.employer) == key(one.employer)]
        if any(_SURENESS[e.confidence] > _SURENESS[one.confidence] for e in here):
            continue
        # Two rows of one source are two times at the employer.
        covered = [e for e in here if _covers(one, e) and not _is_beside(one, e)]
        if not (one.start or one.end):
            covered = covered[-1:]
        found = [e for e in found if e not in covered]
        found.append(_combined(one, covered[-1] if covered else None))
    return in_order(dict.fromkeys(found), key)


def _least_exact_first(one: Stated) -> tuple[int, str, tuple[str, int]]:
    return (len(one.start or "") + len(one.end or ""), one.start or one.end or "", one.order)


def _is_beside(one: Stated, other: Employment) -> bool:
    """Whether an employment is another row of the same source."""
    return one.source == other.source and not other.first_seen


def in_order(found: Iterable[Employment], key: Key) -> list[Employment]:
    """Employments, oldest first, in an order that nothing else decides."""
    return sorted(
        found,
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


def _covers(one: Stated, known: Employment) -> bool:
    """Whether what is stated may be the same time at the employer as what is known."""
    begin = [known.first_seen] if known.first_seen else []
    begin += [dates.earliest(known.since)] if known.since else []
    end = [known.last_seen] if known.last_seen else []
    end += [dates.latest(known.until)] if known.until and not known.last_seen else []
    if one.end and begin and dates.latest(one.end) + SAME_STINT < min(begin):
        return False
    return not (one.start and end and dates.earliest(one.start) - SAME_STINT > max(end))


def _combined(one: Stated, shown: Employment | None) -> Employment:
    if one.is_current is not None:
        current = one.is_current
    elif one.end:
        current = False
    else:
        current = shown.is_current if shown else False
    moved = shown and shown.confidence is not Confidence.SUGGESTED and shown.until_by
    if current and moved and moved > one.on:
        current = False  # they have moved on since this was written
    employment = Employment(
        employer=one.employer,
        title=one.title or (shown.title if shown else None),
        is_current=current,
        since=one.start or (shown.since if shown else None),
        until=None if current else one.end,
        until_after=None,
        until_by=None,
        first_seen=shown.first_seen if shown else None,
        last_seen=shown.last_seen if shown else None,
        as_of=max(one.on, shown.as_of) if shown else one.on,
        confidence=one.confidence,
        source=one.source,
        note=one.note,
    )
    if shown and not current and not one.end:
        employment = employment._replace(
            until=shown.until,
            until_after=shown.until_after,
            until_by=shown.until_by,
        )
    return employment
