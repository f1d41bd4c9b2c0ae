"""Bytes → lines of text, whatever their encoding, one at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO

from matcher.contacts.errors import FileBinary, FileEmpty, FileTooLarge

LONGEST_LINE = 1 << 20
"""Bytes of a line; a longer one is never looked into."""
MOST_LINES = 10_000_000

_SIGNATURES = {
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"\x1f\x8b": "a gzip file",
    b"\xd0\xcf\x11\xe0": "an old Excel or Word file (save it as .xlsx or CSV)",
    b"SQLite format 3": "a database",
    b"PK\x03\x04": "a zip file",
}
_CONTROL = re.compile(
    r"[\s\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]+"
)
# Windows-1252 where it is not Latin-1; bytes it has no letter for stay what they are.
_WINDOWS = {
    byte: letter
    for byte in range(0x80, 0xA0)
    if (letter := bytes([byte]).decode("cp1252", "ignore"))
}
_FROM_WINDOWS = {ord(letter): byte for byte, letter in _WINDOWS.items()}
_BREAK = re.compile(r"(?<=\r)(?!\n)|(?<=\n)")

Line = tuple[int, str | None]
"""A line's number and its text with its end; None for one that is too long to be read."""


@dataclass(slots=True)
class Text:
    """The lines of a text file. `data` is UTF-8 where it is not the encoding of an older age."""

    data: bytes
    odd: list[int] = field(default_factory=list)
    """Numbers of the lines that are not in the encoding of the others, once all are read."""

    def lines(self) -> Iterator[Line]:
        """Every line, ended by LF, CR or both. Raises FileTooLarge after ten million."""
        odd: list[int] = []
        beyond_ascii = False
        number = 0
        # Old files end their lines by CR alone.
        data = self.data if b"\n" in self.data else self.data.replace(b"\r", b"\n")
        for raw in BytesIO(data):
            if len(raw) > LONGEST_LINE:
                number += 1
                yield number, None
                continue
            if number > MOST_LINES:
                raise FileTooLarge(f"It has over {MOST_LINES:,} lines: no address book has.")
            was_odd = False
            try:
                line = raw.decode("utf-8")
                beyond_ascii = beyond_ascii or not raw.isascii()
            except UnicodeDecodeError:
                line, was_odd = raw.decode("latin-1").translate(_WINDOWS), True
            if not was_odd and "\r" not in line[:-2]:
                number += 1
                yield number, line
                continue
            for part in _BREAK.split(line):
                if part:
                    number += 1
                    if was_odd:
                        odd.append(number)
                    yield number, part
        self.odd[:] = odd if beyond_ascii else []

    def whole(self) -> str:
        """All of it; lines that are too long to be read are left out."""
        return "".join(line for _, line in self.lines() if line is not None)


def text_of(data: bytes) -> Text:
    """Recognise a text file: UTF-16 or UTF-32 by its mark, UTF-16 without one by its zeros,
    UTF-8, and Windows-1252 for the lines that are not UTF-8.

    Raises:
        FileEmpty: no characters but blanks.
        FileBinary: not text.
    """
    if not data or data.isspace():
        raise _empty()
    for signature, what in _SIGNATURES.items():
        if data.startswith(signature):
            raise _binary(what)
    if wide := _wide(data):
        text = data.decode(wide, "replace").removeprefix("\ufeff")
        data = text.encode("utf-8", "replace")
    elif b"\0" in data[:65536]:
        raise _binary("not text")
    data = data.removeprefix(b"\xef\xbb\xbf")
    if not data or data.isspace():
        raise _empty()
    if sum(byte < 32 and byte not in b"\t\n\r\f\v" for byte in data[:4096]) > 40:
        raise _binary("not text")
    return Text(data)


def in_encoding(text: str, encoding: str) -> str:
    """A text that was taken for Windows-1252, in the encoding it says it is in; or as it was."""
    try:
        return text.translate(_FROM_WINDOWS).encode("latin-1").decode(encoding)
    except (LookupError, UnicodeError):
        return text


def clean(cell: str) -> str:
    """One line without control, bidirectional-override and surplus blank characters."""
    if cell.isprintable() and "  " not in cell:
        return cell.strip()
    return _CONTROL.sub(" ", cell).strip()


def squash(header: str) -> str:
    """A column name as compared: letters and digits only, case ignored."""
    return "".join(c for c in header.casefold() if c.isalnum())


def _wide(data: bytes) -> str | None:
    """The encoding of a text with two or four bytes a letter."""
    if data.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        return "utf-32"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    sample = data[:2048]
    half = max(len(sample) // 2, 1)
    if sample[1::2].count(0) > 0.4 * half and sample[::2].count(0) < 0.1 * half:
        return "utf-16-le"
    if sample[::2].count(0) > 0.4 * half and sample[1::2].count(0) < 0.1 * half:
        return "utf-16-be"
    return None


def _empty() -> FileEmpty:
    return FileEmpty("The file is empty. Ask for the export again, or give another file.")


def _binary(what: str) -> FileBinary:
    return FileBinary(
        f"This is {what}, and not an address book (CSV, vCard, JSON, .xlsx) or a zip of these."
    )
