"""Why a file given to the import was not taken. No message ever quotes a person's data."""

from __future__ import annotations

from store.rows import Kind


class ContactsError(Exception):
    """Base of all errors of this room: one line saying what, where and what to do."""


class FileUnreadable(ContactsError):
    """The path is missing, not allowed, or changed while it was read."""


class FileTooLarge(ContactsError):
    """More bytes than any address book has."""


class FilePrivate(ContactsError):
    """A file whose name says that it is none of an import's business."""


class FileEmpty(ContactsError):
    """Nothing in it, or nothing but blanks."""


class FileBinary(ContactsError):
    """Not text: a picture, a PDF, a workbook."""


class HeaderMissing(ContactsError):
    """No line near the top names columns that any reader knows."""


class RowsMissing(ContactsError):
    """A file of a known kind without anything in it that can be kept."""

    def __init__(self, message: str, kind: Kind) -> None:
        super().__init__(message)
        self.kind = kind


class DatesUnreadable(ContactsError):
    """So many dates are unreadable that the column was surely misunderstood."""


class DateImpossible(ContactsError):
    """The day given for a file contradicts the file."""


class ArchiveDamaged(ContactsError):
    """A zip that is truncated, encrypted or otherwise cannot be unpacked."""


class ArchiveUnsafe(ContactsError):
    """A zip whose members point outside it, or that has too many of them."""


class ArchiveBomb(ContactsError):
    """A zip that unpacks to far more than an export ever holds."""


class WorkbookUnreadable(ContactsError):
    """An .xlsx workbook that cannot be read as one."""


class LibraryMissing(ContactsError):
    """A format whose library is not installed."""


class MappingImpossible(ContactsError):
    """Columns and fields that do not go together."""


class NameMissing(ContactsError):
    """Somebody is to be added of whom no name is given."""
