"""Files, folders and archives → readings → the network database, with an account of each."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path

from matcher.contacts import recognise
from matcher.contacts.dating import day_of, is_surer
from matcher.contacts.decode import clean
from matcher.contacts.deriving import derive
from matcher.contacts.errors import ContactsError, DateImpossible, HeaderMissing, RowsMissing
from matcher.contacts.facts import Facts
from matcher.contacts.finding import Found, Skipped, Unreadable, find
from matcher.contacts.mapping import reader
from matcher.contacts.reading import Reading
from matcher.uncollected import uncollected
from store.database import Database
from store.decisions import list_mappings
from store.derivation import Change, bring_in
from store.imports import Snapshot, list_imports
from store.network import Employment, count_contacts
from store.rows import ADDRESS_BOOKS, Card, Confidence, ConnectionRow, Imported, Kind

_NEVER_EMPTY = (Kind.CONNECTIONS, Kind.WORK_HISTORY, *ADDRESS_BOOKS)
"""Kinds of which an empty one is worth an error, wherever it lies."""


@dataclass(slots=True)
class FileReport:
    """What became of one file; line numbers by reason in `skipped` and `noted`.

    `status` is imported · known (these bytes are already there) · redated (known, but now their
    day is known better) · empty (of no consequence) · failed (`error` says why). `unit` is what is
    counted: lines, cards, rows or entries.
    """

    name: str
    status: str
    kind: Kind | None = None
    taken_on: date | None = None
    taken_from: str = ""
    unit: str = "line"
    read: int = 0
    kept: int = 0
    without_employer: int = 0
    """People of whom it names no workplace."""
    skipped: dict[str, list[int]] = field(default_factory=dict)
    noted: dict[str, list[int]] = field(default_factory=dict)
    error: str = ""
    excerpt: bool = False
    """Too few people to prove that anybody was removed."""
    hash: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """A former workplace that an import brought to light."""

    contact_id: int
    name: str
    left: str
    until: str | None
    now: str | None


@dataclass(frozen=True, slots=True)
class ImportReport:
    files: list[FileReport]
    not_read: list[str]
    """Files in folders and archives that no reader knows, or that are private."""
    people: int
    unknown: list[str] = field(default_factory=list)
    """Those of `not_read` that were looked into: they may be tables the user can map."""
    new: int = 0
    """People who were not there before."""
    moves: list[Move] = field(default_factory=list)
    unlinked: list[str] = field(default_factory=list)
    """Names of those whom a newer export no longer lists, as this import shows."""
    same_day: list[str] = field(default_factory=list)
    """Connection files that share their day with another: which came first is a guess."""
    suggested: int = 0
    """Workplaces that wait for the user's word."""
    doubts: int = 0
    """Pairs of contacts that may be one person."""

    @property
    def failed(self) -> list[FileReport]:
        return [f for f in self.files if f.status == "failed"]


def import_files(
    db: Database,
    paths: Iterable[Path],
    now: datetime,
    taken_on: date | None = None,
    facts: Facts = Facts(),  # noqa: B008
    again: bool = False,
) -> ImportReport:
    """Read the files, folders and zips at `paths` and bring the network up to date.

    A file that cannot be read never keeps another from being imported: see `failed`. The same
    bytes again change nothing, unless they now say more surely of which day they are.

    Args:
        now: naive UTC; the time of the import, and the latest day a file can be from.
        taken_on: the day the content was true, when the user knows it.
        again: read known files anew, in place of what was read of them before.

    Raises:
        DateImpossible: `taken_on` is in the future.
        StoreError: the database cannot be opened or written; nothing was changed.
    """
    if taken_on and taken_on > now.date() + timedelta(days=1):
        raise DateImpossible(f"{taken_on} is in the future. Give the day the export was made.")
    batch = _Batch(db, now, taken_on, again)
    with uncollected():
        change = bring_in(db, batch.files(paths), partial(derive, facts=facts), now, batch.replaced)
        if change is None:
            people = count_contacts(db)
            return ImportReport(batch.reports, batch.not_read, people, batch.unknown)
        return batch.report(change, facts)


class _Batch:
    """The files of one import, read one by one, and what became of each."""

    def __init__(self, db: Database, now: datetime, taken_on: date | None, again: bool) -> None:
        self.now = now
        self.taken_on = taken_on
        self.again = again
        self.reports: list[FileReport] = []
        self.not_read: list[str] = []
        self.unknown: list[str] = []
        self.replaced: set[str] = set()
        self._imports = list_imports(db)
        self._known = {s.hash: (s.taken_on, s.taken_from) for s in self._imports}
        self._mapped = [
            reader(m.headers, dict(zip(m.fields, m.columns, strict=True)))
            for m in list_mappings(db)
        ]
        self._new: dict[str, Snapshot] = {}

    def files(self, paths: Iterable[Path]) -> Iterator[Imported]:
        """What is to be stored. Nothing of a file is kept here once the next is asked for."""
        for path in paths:
            count = len(self.reports)
            for found in find(path):
                try:
                    imported = self._take(found)
                except _NotOurs:
                    self.not_read.append(found.name)
                except ContactsError as error:
                    self.reports.append(FileReport(found.name, "failed", error=str(error)))
                else:
                    if imported:
                        self._note(imported)
                        yield imported
                    del imported
            if len(self.reports) == count:
                nothing = "Nothing in it is a contact file this import knows."
                self.reports.append(FileReport(path.name, "failed", error=nothing))

    def _take(self, found: Found | Skipped | Unreadable) -> Imported | None:
        """Read one file, report it, and return what is to be stored."""
        if isinstance(found, Skipped):
            raise _NotOurs
        if isinstance(found, Unreadable):
            raise found.error
        data = found.load()
        hashed = hashlib.blake2b(data, digest_size=16).hexdigest()
        today = self.now.date()
        try:
            reading = recognise.read(data, found.name, today, self._mapped)
        except HeaderMissing as error:
            if found.chosen:
                raise
            self.unknown.append(found.name)
            raise _NotOurs from error
        except RowsMissing as error:
            if found.chosen or error.kind in _NEVER_EMPTY:
                raise
            self.reports.append(FileReport(found.name, "empty", error.kind, hash=hashed))
            return None
        report = _report(found, reading, hashed)
        day, origin = day_of(found, reading.rows, today, self.taken_on)
        report.taken_on, report.taken_from = day, origin
        self.reports.append(report)
        if hashed in self._known:
            if self.again and hashed not in self._new:
                self.replaced.add(hashed)
            elif is_surer((day, origin), self._known[hashed]):
                report.status = "redated"
            else:
                report.status = "known"
                report.taken_on, report.taken_from = self._known[hashed]
                return None
        modified = found.written_at or found.modified_at
        return Imported(
            *(hashed, reading.kind, clean(found.name), day, origin, modified),
            *(reading.read, reading.kept, reading.rows),
        )

    def _note(self, file: Imported) -> None:
        self._known[file.hash] = (file.taken_on, file.taken_from)
        self._new[file.hash] = Snapshot(
            *(0, file.hash, file.kind, file.name, file.taken_on, file.taken_from),
            *(self.now, file.read, file.kept),
        )

    def report(self, change: Change, facts: Facts) -> ImportReport:
        """The account of the import, with what only shows beside all other files."""
        derived = change.derived
        by_hash = {report.hash: report for report in self.reports if report.hash in self._new}
        for hashed, report in by_hash.items():
            report.excerpt = hashed in derived.excerpts
        for (hashed, line), people in sorted(derived.owners.items()):
            if (waiting := by_hash.get(hashed)) and waiting.kind is Kind.WORK_HISTORY:
                if not people:
                    reason = "names nobody you know yet, kept until you do"
                elif len(people) > 1:
                    reason = "fits several contacts, not used: name them by profile address"
                else:
                    continue
                waiting.noted.setdefault(reason, []).append(line)
        before = change.linked_before
        everybody = list(zip(change.numbers, derived.people, derived.employments, strict=True))
        return ImportReport(
            files=self.reports,
            not_read=self.not_read,
            people=len(derived.people),
            unknown=self.unknown,
            new=sum(number not in before for number in change.numbers),
            moves=[
                move
                for number, person, jobs in everybody
                for move in _moves(
                    number, person.name, jobs, change.left_before.get(number, ()), facts
                )
            ],
            unlinked=[
                person.name
                for number, person, _ in everybody
                if not person.linked and before.get(number, True)
            ],
            same_day=_same_day(self._imports, self._new),
            suggested=sum(
                e.confidence is Confidence.SUGGESTED for jobs in derived.employments for e in jobs
            ),
            doubts=len(derived.doubts),
        )


class _NotOurs(Exception):
    """A file in a folder or archive that no reader knows."""


def _report(found: Found, reading: Reading, hashed: str) -> FileReport:
    return FileReport(
        found.name,
        "imported",
        reading.kind,
        unit=reading.unit,
        read=reading.read,
        kept=reading.kept,
        without_employer=sum(
            not row.company if isinstance(row, ConnectionRow) else not row.jobs
            for row in reading.rows
            if isinstance(row, ConnectionRow | Card)
        ),
        skipped=reading.skipped,
        noted=reading.noted,
        hash=hashed,
    )


def _moves(
    number: int, name: str, jobs: Sequence[Employment], before: Sequence[str], facts: Facts
) -> list[Move]:
    left = [e for e in jobs if not e.is_current and e.confidence is not Confidence.SUGGESTED]
    if not left:
        return []
    known = Counter(map(facts.same, before))
    now = next((e.employer for e in jobs if e.is_current), None)
    moves = []
    for job in left:
        if known[facts.same(job.employer)]:
            known[facts.same(job.employer)] -= 1
        else:
            moves.append(Move(number, name, job.employer, job.until, now))
    return moves


def _same_day(before: Iterable[Snapshot], new: Mapping[str, Snapshot]) -> list[str]:
    both = {s.hash: s for s in before} | dict(new)
    exports = [s for s in both.values() if s.kind is Kind.CONNECTIONS]
    days = Counter(s.taken_on for s in exports)
    doubtful = {s.taken_on for s in exports if s.hash in new and days[s.taken_on] > 1}
    return [s.name for s in exports if s.taken_on in doubtful]
