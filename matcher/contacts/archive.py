"""A zip read member by member in memory: nothing is ever unpacked to disk."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import BinaryIO

from matcher.contacts.errors import ArchiveBomb, ArchiveDamaged, ArchiveUnsafe

MAX_MEMBERS = 500
MAX_TOTAL = 1 << 30
MAX_MEMBER = 256 << 20
MAX_RATIO = 200
"""A table of people shrinks to a fifth; a thousandth is a bomb."""
RATIO_MATTERS_ABOVE = 4 << 20

_TABLE = re.compile(r"\.(csv|tsv|tab|txt)$", re.IGNORECASE)
# Letters, applications, health and money matters, sign-ins. Compared squashed.
_PRIVATE = re.compile(
    r"(.*messages|jobapplica.*|screeningquestion.*|jobseeker.*|logins?|receipts.*|registration"
    r"|securitychallenges|adtargeting|adsclicked|searchqueries|verifications?.*|phonenumbers"
    r"|whatsapp.*|emailaddresses|inferences.*|identity.*|payment.*|profile)"
)


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive: its path there, and its time of writing as the archive says."""

    path: str
    modified_at: datetime | None
    load: Callable[[], bytes]
    """Raises ArchiveDamaged or ArchiveBomb; the other members can still be read."""


def is_archive(head: bytes) -> bool:
    """Whether a file that begins with these bytes is a zip."""
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"))


def may_be_opened(path: str) -> bool:
    """Whether a file of this name may hold a table of people, and no private matters."""
    name = path.rpartition("/")[2]
    return bool(_TABLE.search(name)) and not name.startswith(".") and not is_private(name)


def is_private(name: str) -> bool:
    """Whether an export's file of this name holds what no import should ever look at."""
    stem = "".join(c for c in _TABLE.sub("", name).casefold() if c.isalnum())
    return bool(_PRIVATE.fullmatch(stem))


def members(stream: BinaryIO) -> tuple[list[Member], list[str]]:
    """The members that may be tables, to be loaded while `stream` is open, and the paths of
    the others.

    Raises:
        ArchiveDamaged: truncated, or no zip at all.
        ArchiveUnsafe: a path that leads out of the archive, or over 500 members.
        ArchiveBomb: over 1 GiB in all, 256 MiB in one table, or 200 times the packed size.
    """
    with _explained():
        archive = zipfile.ZipFile(stream)
    infos = [i for i in archive.infolist() if not i.filename.endswith("/")]
    if len(infos) > MAX_MEMBERS:
        raise ArchiveUnsafe(
            f"The zip holds {len(infos)} files; an export has fewer than {MAX_MEMBERS}. "
            "Give the Connections.csv alone."
        )
    if any(_leads_out(name) for i in archive.infolist() for name in (i.orig_filename, i.filename)):
        raise ArchiveUnsafe(
            "The zip holds a file whose path leads out of it (.. or an absolute path). "
            "An export never does: nothing of it was read."
        )
    if "xl/workbook.xml" in {i.filename for i in infos}:
        raise ArchiveDamaged("This is an Excel workbook. Save it as CSV (UTF-8) and import that.")
    if sum(i.file_size for i in infos) > MAX_TOTAL or any(map(_swells, infos)):
        raise _bomb()
    tables = [i for i in infos if may_be_opened(_path(i))]
    others = [_path(i) for i in infos if i not in tables and "__MACOSX/" not in i.filename]
    loaded = _Budget(MAX_TOTAL)
    found = [Member(_path(i), _written(i), partial(_load, archive, i, loaded)) for i in tables]
    return found, others


@dataclass(slots=True)
class _Budget:
    """Bytes that may still be unpacked from one archive."""

    left: int


def _load(archive: zipfile.ZipFile, info: zipfile.ZipInfo, budget: _Budget) -> bytes:
    if info.flag_bits & 1:
        raise ArchiveDamaged("The zip is encrypted. Unpack it and import the CSV files.")
    limit = min(MAX_MEMBER, budget.left)
    with _explained(), archive.open(info) as member:
        content = member.read(limit + 1)
    if len(content) > limit:
        raise _bomb()
    budget.left -= len(content)
    return content


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except Exception as error:
        # zipfile answers damage with whatever its parsing trips over: BadZipFile, zlib.error,
        # struct.error, IndexError, NotImplementedError and more.
        raise ArchiveDamaged("The zip is damaged or not complete. Download it again.") from error


def _bomb() -> ArchiveBomb:
    return ArchiveBomb(
        "The zip would unpack to far more than an export holds (a zip bomb): it was not read."
    )


def _swells(info: zipfile.ZipInfo) -> bool:
    if info.file_size > MAX_MEMBER and may_be_opened(_path(info)):
        return True
    return info.file_size > RATIO_MATTERS_ABOVE and info.file_size > MAX_RATIO * max(
        info.compress_size, 1
    )


def _path(info: zipfile.ZipInfo) -> str:
    return info.filename.replace("\\", "/")


def _leads_out(path: str) -> bool:
    path = path.replace("\\", "/")
    return (
        path.startswith("/")
        or bool(re.match(r"[A-Za-z]:", path))
        or ".." in path.split("/")
        or "\0" in path
    )


def _written(info: zipfile.ZipInfo) -> datetime | None:
    try:
        # 1980 is what a zip says when it was not told.
        return datetime(*info.date_time) if info.date_time[0] > 1980 else None  # noqa: DTZ001
    except ValueError:
        return None
