"""What passed between the user and each contact, gathered from messages, invitations,
recommendations and endorsements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from matcher.contacts.facts import Facts
from matcher.contacts.identity import name_key, slug_of
from store.network import Employment, Evidence
from store.rows import Imported, Interaction, Kind

KINDS = {
    Kind.MESSAGES: "message",
    Kind.INVITATIONS: "invitation",
    Kind.RECOMMENDATIONS: "recommendation",
    Kind.ENDORSEMENTS: "endorsement",
}


class Directory(NamedTuple):
    """Profile slug → person's index; e-mail address and name → indexes of all it may mean;
    `profiled` are the people whose profile address is known."""

    by_slug: Mapping[str, int]
    by_mail: Mapping[str, set[int]]
    by_name: Mapping[str, set[int]]
    profiled: Collection[int] = frozenset()

    def find(self, name: str, url: str | None) -> tuple[int, ...]:
        """Whom a name with or without a profile address may mean. Who has another address than
        the one given is somebody else of that name."""
        slug = slug_of(url) if url else None
        if slug and slug in self.by_slug:
            return (self.by_slug[slug],)
        named = self.by_name.get(name_key(name), ()) if name else ()
        return tuple(sorted(p for p in named if not slug or p not in self.profiled))


class Passed(NamedTuple):
    """One row that is about one other person."""

    file: Imported
    row: Interaction
    kind: str
    direction: str | None
    people: tuple[int, ...]


def owners(
    files: Sequence[Imported], directory: Directory
) -> Iterator[tuple[tuple[str, int], tuple[int, ...]]]:
    """(file hash, line) of every interaction, and everybody it may be about."""
    for file in files:
        if file.kind in KINDS:
            for row in file.rows:
                assert isinstance(row, Interaction)
                found = set(directory.find(row.name, row.url))
                found.update(directory.find(row.other_name or "", row.other_url))
                yield (file.hash, row.line), tuple(sorted(found))


def passed(
    files: Sequence[Imported],
    directory: Directory,
    jobs: Sequence[Sequence[Employment]],
    facts: Facts,
) -> list[Passed]:
    """Every interaction with whom it may mean, each once though many exports tell it. Messages are
    counted in each export anew, so of them the newest one counts.

    Args:
        jobs: each person's employments: of several people of one name it is whoever works or
            worked where a recommendation says.
    """
    found: dict[tuple[object, ...], Passed] = {}
    own = _own(files)
    newest = max((f.taken_on for f in files if f.kind is Kind.MESSAGES), default=None)
    for file in files:
        if file.kind not in KINDS or (file.kind is Kind.MESSAGES and file.taken_on != newest):
            continue
        rows: Iterable[Interaction] = (row for row in file.rows if isinstance(row, Interaction))
        if file.kind is Kind.MESSAGES:
            rows = _turned(list(rows), own, directory)
        for row in rows:
            place = (file.kind, file.hash if file.kind is Kind.MESSAGES else "", row[1:])
            people = directory.find(row.name, row.url)
            if len(people) > 1 and row.employer:
                agreeing = tuple(
                    p for p in people if any(facts.agree(e.employer, row.employer) for e in jobs[p])
                )
                people = agreeing or people
            found.setdefault(place, Passed(file, row, KINDS[file.kind], row.direction, people))
    return list(found.values())


def evidence(rows: Sequence[Passed], people: int) -> list[list[Evidence]]:
    """For each person, one piece of evidence a kind and direction; what may mean several people
    counts for none."""
    by_person: list[dict[tuple[str, str | None], list[Interaction]]] = [{} for _ in range(people)]
    for found in rows:
        if len(found.people) == 1:
            mine = by_person[found.people[0]]
            mine.setdefault((found.kind, found.direction), []).append(found.row)
    return [
        [
            _sum(kind, direction, same)
            for (kind, direction), same in sorted(mine.items(), key=lambda m: (m[0][0], str(m[0])))
        ]
        for mine in by_person
    ]


def _sum(kind: str, direction: str | None, rows: Sequence[Interaction]) -> Evidence:
    notes = [row.with_note for row in rows if row.with_note is not None]
    return Evidence(
        kind,
        direction,
        sum(row.times for row in rows),
        min((row.first_at for row in rows if row.first_at), default=None),
        max((row.last_at for row in rows if row.last_at), default=None),
        any(notes) if notes else None,
    )


def _own(files: Sequence[Imported]) -> set[str]:
    """The user's own profile addresses, as invitations tell them."""
    rows = (row for file in files if file.kind is Kind.INVITATIONS for row in file.rows)
    return {row.other_url for row in rows if isinstance(row, Interaction) and row.other_url}


def _turned(
    rows: Sequence[Interaction], own: set[str], directory: Directory
) -> Iterator[Interaction]:
    """Messages from the user's side. Where the file does not tell who that is, it is whom the
    invitations name, else whoever is in all of them and no contact."""
    unsure = [row for row in rows if row.direction is None]
    if not unsure:
        yield from rows
        return
    present: Counter[tuple[str, str | None]] = Counter()
    for row in unsure:
        present[row.name, row.url] += row.times
        present[row.other_name or "", row.other_url] += row.times
    ranked = sorted(
        present,
        key=lambda who: (
            who[1] not in own,
            -present[who],
            bool(directory.find(*who)),
            who[0],
            who[1] or "",
        ),
    )
    user = ranked[0]
    second = ranked[1] if len(ranked) > 1 else user
    # Two who are in all of them alike, both contacts or neither: then nothing tells them apart.
    if (
        user[1] not in own
        and present[user] == present[second]
        and bool(directory.find(*user)) == bool(directory.find(*second))
    ):
        return
    for row in rows:
        if row.direction is not None:
            yield row
        elif (row.name, row.url) == user:
            yield row._replace(
                direction="sent",
                name=row.other_name or "",
                url=row.other_url,
                other_name=None,
                other_url=None,
            )
        elif (row.other_name, row.other_url) == user:
            yield row._replace(direction="received", other_name=None, other_url=None)
