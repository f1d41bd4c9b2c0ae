"""Files, folders and archives → readings → the network database, with an account of each."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from matcher.contacts import (
    history,
    linkedin_connections,
    linkedin_education,
    linkedin_positions,
    workhistory,
)
from matcher.contacts.decode import clean, table_of
from matcher.contacts.errors import ContactsError, DateImpossible, HeaderMissing, RowsMissing
from matcher.contacts.finding import Found, Skipped, Unreadable, find
from matcher.contacts.reading import Reading
from store import network
from store.database import Database
from store.network import (
    Confidence,
    ConnectionRow,
    Contact,
    Derived,
    Employment,
    Imported,
    Kind,
    Snapshot,
    WorkHistoryRow,
)

FORMATS = (
    linkedin_connections.FORMAT,
    linkedin_positions.FORMAT,
    linkedin_education.FORMAT,
    workhistory.FORMAT,
)

ORIGINS = (
    "as you said",
    "by its name",
    "by its date in the zip",
    "by its newest connection",
    "by the file's date",
    "today",
)
"""What may tell the day of a file's content, the surest first. Copying changes a file's own date,
while on the day of its newest connection the content was surely true: that comes before it."""


@dataclass(slots=True)
class FileReport:
    """What became of one file; line numbers by reason in `skipped` and `noted`.

    `status` is imported · known (these bytes are already there) · redated (known, but now their
    day is known better) · empty (of no consequence) · failed (`error` says why).
    """

    name: str
    status: str
    kind: Kind | None = None
    taken_on: date | None = None
    taken_from: str = ""
    read: int = 0
    kept: int = 0
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
    new: int = 0
    """People who were not there before."""
    moves: list[Move] = field(default_factory=list)
    unlinked: list[str] = field(default_factory=list)
    """Names of those whom a newer export no longer lists, as this import shows."""
    same_day: list[str] = field(default_factory=list)
    """Connection files that share their day with another: which came first is a guess."""

    @property
    def failed(self) -> list[FileReport]:
        return [f for f in self.files if f.status == "failed"]


def import_files(
    db: Database,
    paths: Iterable[Path],
    now: datetime,
    taken_on: date | None = None,
    same: history.EmployerKey = history.employer_key,
) -> ImportReport:
    """Read the files, folders and zips at `paths` and bring the network up to date.

    A file that cannot be read never keeps another from being imported: see `failed`. The same
    bytes again change nothing, unless they now say more surely of which day they are.

    Args:
        now: naive UTC; the time of the import, and the latest day a file can be from.
        taken_on: the day the content was true, when the user knows it.
        same: see `history.derive`.

    Raises:
        DateImpossible: `taken_on` is in the future.
        StoreError: the database cannot be opened or written; nothing was changed.
    """
    if taken_on and taken_on > now.date() + timedelta(days=1):
        raise DateImpossible(f"{taken_on} is in the future. Give the day the export was made.")
    before = network.list_contacts(db)
    known = {s.hash: (s.taken_on, s.taken_from) for s in network.list_imports(db)}
    reports: list[FileReport] = []
    not_read: list[str] = []
    new: dict[str, Imported] = {}
    for path in paths:
        count = len(reports)
        for found in find(path):
            try:
                imported = _take(found, known, now, taken_on, reports)
            except _NotATable:
                not_read.append(found.name)
            except ContactsError as error:
                reports.append(FileReport(found.name, "failed", error=str(error)))
            else:
                if imported:
                    new[imported.hash] = imported
                    known[imported.hash] = (imported.taken_on, imported.taken_from)
        if len(reports) == count:
            nothing = "Nothing in it is a contact file this import knows."
            reports.append(FileReport(path.name, "failed", error=nothing))
    if not new:
        return ImportReport(reports, not_read, len(before))
    derived: list[Derived] = []

    def derive(files: Sequence[Imported]) -> Derived:
        derived.append(history.derive(files, same))
        return derived[-1]

    network.add_imports(db, new.values(), derive, now)
    for report in reports:
        _explain(report, new.get(report.hash), derived[-1])
    after = network.list_contacts(db)
    was = {contact.contact_id: contact for contact in before}
    return ImportReport(
        files=reports,
        not_read=not_read,
        people=len(after),
        new=sum(contact.contact_id not in was for contact in after),
        moves=[move for c in after for move in _moves(was.get(c.contact_id), c, same)],
        unlinked=[
            c.name
            for c in after
            if not c.linked and (c.contact_id not in was or was[c.contact_id].linked)
        ],
        same_day=_same_day(network.list_imports(db), set(new)),
    )


class _NotATable(Exception):
    pass


def _take(
    found: Found | Skipped | Unreadable,
    known: Mapping[str, tuple[date, str]],
    now: datetime,
    taken_on: date | None,
    reports: list[FileReport],
) -> Imported | None:
    """Read one file, report it, and return what is to be stored."""
    if isinstance(found, Skipped):
        raise _NotATable
    if isinstance(found, Unreadable):
        raise found.error
    data = found.load()
    hashed = hashlib.blake2b(data, digest_size=16).hexdigest()
    try:
        index, table = table_of(data, [f.columns for f in FORMATS])
    except HeaderMissing as error:
        raise error if found.chosen else _NotATable from error
    kind = FORMATS[index].kind
    report = FileReport(found.name, "imported", kind, hash=hashed)
    try:
        reading = FORMATS[index].read(table, now.date())
    except RowsMissing:
        if found.chosen or kind in (Kind.CONNECTIONS, Kind.WORK_HISTORY):
            raise
        report.status = "empty"
        reports.append(report)
        return None
    day, origin = _day(found, reading, now.date(), taken_on)
    report.taken_on, report.taken_from = day, origin
    report.read, report.kept = reading.read, len(reading.rows)
    report.skipped, report.noted = reading.skipped, reading.noted
    reports.append(report)
    if hashed in known:
        if not _surer((day, origin), known[hashed]):
            report.status = "known"
            report.taken_on, report.taken_from = known[hashed]
            return None
        report.status = "redated"
    modified = found.written_at or found.modified_at
    return Imported(
        hashed, kind, clean(found.name), day, origin, modified, reading.read, reading.rows
    )


def _day(found: Found, reading: Reading, today: date, taken_on: date | None) -> tuple[date, str]:
    """The day a file's content was true, and which of ORIGINS says so."""
    tomorrow = today + timedelta(days=1)
    connected = [r.connected_on for r in reading.rows if isinstance(r, ConnectionRow)]
    newest = max((day for day in connected if day and day <= tomorrow), default=None)
    if taken_on:
        if newest and taken_on < newest - timedelta(days=1):
            raise DateImpossible(
                f"It holds a connection made on {newest}, so it cannot be from {taken_on}."
            )
        return taken_on, ORIGINS[0]
    candidates = (
        found.named_on,
        found.written_at.date() if found.written_at else None,
        newest,
        found.modified_at.date() if found.modified_at else None,
    )
    for day, origin in zip(candidates, ORIGINS[1:], strict=False):
        if day and day <= tomorrow and (newest is None or day >= newest - timedelta(days=1)):
            return day, origin
    return today, ORIGINS[-1]


def _surer(now: tuple[date, str], before: tuple[date, str]) -> bool:
    """Whether the same bytes are better dated now. Of two equally good days the earlier one
    holds, so that it does not matter which was met first."""
    if now[1] == before[1] == ORIGINS[0]:
        return now[0] != before[0]
    return (ORIGINS.index(now[1]), now[0]) < (ORIGINS.index(before[1]), before[0])


def _explain(report: FileReport, imported: Imported | None, derived: Derived) -> None:
    """Add to a file's report what only shows beside all the other files."""
    if imported is None:
        return
    report.excerpt = imported.hash in derived.excerpts
    for row in imported.rows:
        if isinstance(row, WorkHistoryRow):
            named = len(derived.owners[imported.hash, row.line])
            if named == 0:
                reason = "names nobody you know yet, kept until you do"
            elif named > 1:
                reason = "fits several contacts, not used: name them by profile address"
            else:
                continue
            report.noted.setdefault(reason, []).append(row.line)


def _moves(before: Contact | None, after: Contact, same: history.EmployerKey) -> list[Move]:
    known = Counter(same(e.employer) for e in _former(before)) if before else Counter[str]()
    now = next((e.employer for e in after.employments if e.is_current), None)
    moves = []
    for job in _former(after):
        if known[same(job.employer)]:
            known[same(job.employer)] -= 1
        else:
            moves.append(Move(after.contact_id, after.name, job.employer, job.until, now))
    return moves


def _former(contact: Contact) -> list[Employment]:
    return [
        e
        for e in contact.employments
        if not e.is_current and e.confidence is not Confidence.SUGGESTED
    ]


def _same_day(snapshots: Sequence[Snapshot], new: set[str]) -> list[str]:
    exports = [s for s in snapshots if s.kind is Kind.CONNECTIONS]
    days = Counter(s.taken_on for s in exports)
    doubtful = {s.taken_on for s in exports if s.hash in new and days[s.taken_on] > 1}
    return [s.name for s in exports if s.taken_on in doubtful]
