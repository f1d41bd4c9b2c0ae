"""Everything imported and decided → people, their employments, evidence, and what is in doubt.

A pure function: it does not matter in which order files arrive, or how often.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from matcher.contacts import evidence as gathered
from matcher.contacts import suggestions
from matcher.contacts.evidence import Directory
from matcher.contacts.facts import Facts
from matcher.contacts.history import Stated, employments
from matcher.contacts.identity import name_key, slug_of
from matcher.contacts.people import People, Sighting, mails_of, name_of, people
from matcher.uncollected import uncollected
from store.derivation import Derived, Ground, Person
from store.network import Doubt, School
from store.rows import Card, ConnectionRow, Imported, Kind, WorkHistoryRow

SMALLEST_SHARE = 0.5
"""An export with less than this share of the people of the one before is an excerpt: whoever is
missing from it may still be connected."""


def derive(ground: Ground, facts: Facts = Facts()) -> Derived:  # noqa: B008
    """People, their employments, schools and evidence; whom each row without a key names."""
    with uncollected():
        files = in_order(ground.files)
        found = people(files, ground.identities, facts)
        keyless = any(f.kind in gathered.KINDS or f.kind is Kind.WORK_HISTORY for f in files)
        directory = _directory(found, keyless)
        complete = _complete(files, found.owner)
        newest = max((files[n].taken_on for n, whole in complete.items() if whole), default=None)
        persons = [
            _person(keys, seen, files, newest)
            for keys, seen in zip(found.keys, found.sightings, strict=True)
        ]
        owners, stated = _work_history(files, found, directory, facts)
        owners.update(gathered.owners(files, directory))
        jobs = [
            employments(seen, files, stated.get(index, ()), facts.same)
            for index, seen in enumerate(found.sightings)
        ]
        rows = gathered.passed(files, directory, jobs, facts)
        jobs = suggestions.added(persons, found.sightings, jobs, files, rows, ground.answers, facts)
        return Derived(
            persons,
            jobs,
            owners,
            frozenset(files[n].hash for n, whole in complete.items() if not whole),
            [_schools(seen) for seen in found.sightings],
            gathered.evidence(rows, len(persons)),
            [Doubt(*doubt) for doubt in found.doubts],
        )


def in_order(files: Iterable[Imported]) -> list[Imported]:
    """The files, oldest content first, independent of the order they came in."""
    return sorted(
        files,
        key=lambda f: (f.taken_on, f.modified_at.isoformat() if f.modified_at else "", f.hash),
    )


def _complete(files: Sequence[Imported], owner: Mapping[str, int]) -> dict[int, bool]:
    """Which connection files are no excerpt, by their number."""
    before = 0
    complete = {}
    for number, file in enumerate(files):
        if file.kind is Kind.CONNECTIONS:
            count = len({owner[row.key] for row in file.rows if isinstance(row, ConnectionRow)})
            complete[number] = count >= SMALLEST_SHARE * before
            if complete[number]:
                before = count
    return complete


def _person(
    keys: tuple[str, ...],
    seen: Sequence[Sighting],
    files: Sequence[Imported],
    newest: date | None,
) -> Person:
    """One contact; what LinkedIn says comes before what address books say, the newest first."""
    if len(seen) == 1:
        return _seen_once(keys, seen[0][1], files[seen[0][0]].taken_on, newest)
    connections = [(n, row) for n, row in reversed(seen) if isinstance(row, ConnectionRow)]
    cards = [(n, row) for n, row in reversed(seen) if isinstance(row, Card)]
    rows: list[ConnectionRow | Card] = [row for _, row in connections]
    rows += [row for _, row in cards]
    mails = _mails(connections, cards)
    last = files[connections[0][0]].taken_on if connections else None
    named = next((row for row in rows if name_of(row)), rows[0])
    return Person(
        keys=keys,
        name=_name(named),
        profile_url=next((row.url for row in rows if row.url), None),
        email=mails[0] if mails else None,
        connected_on=next((row.connected_on for _, row in connections if row.connected_on), None),
        first_seen=files[seen[0][0]].taken_on,
        last_seen=files[seen[-1][0]].taken_on,
        linked=bool(cards) or newest is None or last is None or last >= newest,
        emails=mails,
    )


def _seen_once(
    keys: tuple[str, ...], row: ConnectionRow | Card, on: date, newest: date | None
) -> Person:
    if isinstance(row, Card):
        mails = _mails([], [(0, row)]) if row.old_emails else row.emails
        mail = mails[0] if mails else None
        return Person(keys, _name(row), row.url, mail, None, on, on, True, mails)
    mails = (row.email,) if row.email else ()
    linked = newest is None or on >= newest
    return Person(keys, _name(row), row.url, row.email, row.connected_on, on, on, linked, mails)


def _mails(
    connections: Sequence[tuple[int, ConnectionRow]], cards: Sequence[tuple[int, Card]]
) -> tuple[str, ...]:
    """Every address, those in use first."""
    old = {mail for _, card in cards for mail in card.old_emails}
    found = [row.email for _, row in connections if row.email]
    found += [mail for _, card in cards for mail in card.emails]
    return tuple(dict.fromkeys(sorted(found, key=lambda mail: mail in old)))


def _name(row: ConnectionRow | Card) -> str:
    if isinstance(row, Card):
        return row.name or (row.emails[0] if row.emails else slug_of(row.url or "") or "")
    return f"{row.first_name} {row.last_name}".strip() or row.key.partition(":")[2]


def _directory(found: People, wanted: bool) -> Directory:
    """How rows without a key find people, if there are such rows."""
    by_slug: dict[str, int] = {}
    by_mail: dict[str, set[int]] = {}
    by_name: dict[str, set[int]] = {}
    if not wanted:
        return Directory(by_slug, by_mail, by_name)
    for index, seen in enumerate(found.sightings):
        for _, row in seen:
            if slug := _slug(row):
                by_slug[slug] = index
            for mail in mails_of(row):
                by_mail.setdefault(mail, set()).add(index)
            if name := name_of(row):
                by_name.setdefault(name, set()).add(index)
    return Directory(by_slug, by_mail, by_name, frozenset(by_slug.values()))


def _slug(row: ConnectionRow | Card) -> str | None:
    if row.key.startswith("linkedin:"):
        return row.key.removeprefix("linkedin:")
    return slug_of(row.url) if row.url else None


def _work_history(
    files: Sequence[Imported], found: People, directory: Directory, facts: Facts
) -> tuple[dict[tuple[str, int], tuple[int, ...]], dict[int, list[Stated]]]:
    """Whom each row of a work history names, and each person's rows. A newer file replaces what an
    older one says of the same person and employer, so that a corrected file corrects."""
    owners: dict[tuple[str, int], tuple[int, ...]] = {}
    latest: dict[tuple[int, str], tuple[str, list[Stated]]] = {}
    for file in files:
        for row in file.rows if file.kind is Kind.WORK_HISTORY else ():
            assert isinstance(row, WorkHistoryRow)
            owners[file.hash, row.line] = named = _named(row.contact_key, directory)
            if len(named) != 1:
                continue
            place = (named[0], facts.same(row.employer))
            if place not in latest or latest[place][0] != file.hash:
                latest[place] = (file.hash, [])
            latest[place][1].append(Stated.of_row(row, file.taken_on))
    stated: dict[int, list[Stated]] = {}
    for (person, _), (_, rows) in latest.items():
        stated.setdefault(person, []).extend(rows)
    return owners, stated


def _named(contact_key: str, directory: Directory) -> tuple[int, ...]:
    scheme, _, rest = contact_key.partition(":")
    if scheme == "linkedin":
        return (directory.by_slug[rest],) if rest in directory.by_slug else ()
    if scheme == "email":
        return tuple(sorted(directory.by_mail.get(rest, ())))
    return tuple(sorted(directory.by_name.get(name_key(rest), ())))


def _schools(seen: Sequence[Sighting]) -> list[School]:
    found = {
        School(job.employer, job.start, job.end)
        for _, row in seen
        if isinstance(row, Card)
        for job in row.jobs
        if job.is_school
    }
    return sorted(found, key=lambda school: (school.since or "", school.school, school.until or ""))
