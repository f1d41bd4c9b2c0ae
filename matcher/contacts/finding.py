"""What the user points at – a file, a folder, a zip – as a run of files that may be
address books."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

from matcher.contacts import archive
from matcher.contacts.errors import (
    ContactsError,
    FilePrivate,
    FileTooLarge,
    FileUnreadable,
)

MAX_BYTES = 256 << 20
MAX_FILES = 500

_US_DATE = re.compile(r"(?<!\d)(?P<month>\d{2})-(?P<day>\d{2})-(?P<year>\d{4})(?!\d)")
_ISO_DATE = re.compile(r"(?<!\d)(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})(?!\d)")


@dataclass(frozen=True, slots=True)
class Found:
    """A file that may be an address book, and everything that may tell the day of its content."""

    name: str
    load: Callable[[], bytes]
    """To be called before the next file is asked for. Raises ContactsError."""
    named_on: date | None = None
    written_at: datetime | None = None
    """When an archive says its member was written: surer than a file's own time."""
    modified_at: datetime | None = None
    """Naive UTC."""
    chosen: bool = False
    """The user named this very file, so that not knowing it is an error."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file in a folder or archive that is private, or no address book."""

    name: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A path, or an archive, that cannot be looked into."""

    name: str
    error: ContactsError


def find(path: Path) -> Iterator[Found | Skipped | Unreadable]:
    """Every file at the path, in its folders and archives, in a stable order."""
    try:
        if not path.is_dir():
            yield from _look_into(path, path.name, chosen=True)
            return
        inside = _inside(path)
    except ContactsError as error:
        yield Unreadable(path.name, error)
        return
    for file in inside:
        name = file.relative_to(path).as_posix()
        if file.suffix.lower() != ".zip" and not archive.may_be_opened(file.name):
            yield Skipped(name)
            continue
        try:
            yield from _look_into(file, name, chosen=False)
        except ContactsError as error:
            yield Unreadable(name, error)


def _inside(folder: Path) -> list[Path]:
    """The files of a folder and its subfolders, without hidden ones and links."""
    files: list[Path] = []
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        paths = [Path(root, name) for name in sorted(names) if not name.startswith(".")]
        files += [path for path in paths if not path.is_symlink()]
        if len(files) > MAX_FILES:
            raise FileUnreadable(
                f"The folder holds over {MAX_FILES} files. Give the export's own folder or file."
            )
    return files


def _look_into(path: Path, name: str, *, chosen: bool) -> Iterator[Found | Skipped]:
    if archive.is_private(path.name):
        raise FilePrivate(
            "By its name this holds private matters (answers, sign-ins, payments): no import opens "
            "it. Rename it if it is an address book."
        )
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise FileUnreadable("It is not a file.")
        if status.st_size > MAX_BYTES and not path.suffix.lower() == ".zip":
            raise _too_large()
        modified = datetime.fromtimestamp(status.st_mtime, UTC).replace(tzinfo=None)
        stream = path.open("rb")
    except OSError as error:
        raise FileUnreadable(f"It cannot be read ({error.strerror}).") from error
    with stream:
        if not archive.is_archive(stream.read(4)) or archive.is_workbook(stream):
            named = _named_on(path.name, path.absolute().parent.name)
            load = partial(_load, path)
            yield Found(name, load, named, modified_at=modified, chosen=chosen)
            return
        tables, others = archive.members(stream)
        yield from (Skipped(f"{name}: {other}") for other in others)
        for member in tables:
            named = _named_on(*reversed(member.path.split("/")), path.name)
            label = f"{name}: {member.path}"
            yield Found(label, member.load, named, member.modified_at, modified)


def _load(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise FileUnreadable(f"It cannot be read ({error.strerror}).") from error
    if len(data) > MAX_BYTES:
        raise _too_large()
    return data


def _too_large() -> FileTooLarge:
    return FileTooLarge(f"It has over {MAX_BYTES >> 20} MB: no address book is that large.")


def _named_on(*names: str) -> date | None:
    """The day in the first name that has one: LinkedIn writes MM-DD-YYYY, people YYYY-MM-DD."""
    for name in names:
        found = _ISO_DATE.search(name) or _US_DATE.search(name)
        if found:
            try:
                return date(int(found["year"]), int(found["month"]), int(found["day"]))
            except ValueError:
                continue
    return None
