"""A message as the linter reads it: its parts, and their sentences with the lines they stand on."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from matcher.asks.errors import MessageUnreadable
from matcher.contacts.decode import text_of
from matcher.contacts.errors import ContactsError

LARGEST = 200_000
"""Bytes beyond which a file is no message somebody wrote."""

_HEADERS = re.compile(
    rb"\A(?:\xef\xbb\xbf)?(?:[A-Za-z-]+: ?[^\n]*\n(?:[ \t][^\n]*\n)*)*?(?:MIME-Version|X-Unsent):",
    re.IGNORECASE,
)
# A full stop ends a sentence unless a small letter or a digit follows, or it ends an
# abbreviation such as "z. B.", "e.g." or "Dr.", or a number such as "3.".
_END = re.compile(
    r"(?<![\s.][A-Za-z]\.)(?<!\bDr\.)(?<!\bMr\.)(?<!\bMs\.)(?<!\bNr\.)(?<!\bMrs\.)(?<!\bbzw\.)"
    r"(?<!\b\d\.)(?<!\b\d\d\.)(?<=[.!?…])[\"'”’“»)\]]*\s+(?=[^a-zäöü\d\s])"
    r"|(?<=[!?])[\"'”’“»)\]]*\s+"
)
_QUOTES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "\u00a0": " ", "\u202f": " "})


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence on one line of text, and the number of the line it begins on."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Part:
    """A message, or the part of it that is to be forwarded. `body` is without the quoted message
    and the signature below it."""

    subject: str | None
    body: str
    line: int
    """Where the body begins."""
    sentences: tuple[Sentence, ...]
    """Of the body, the greeting among them."""
    to_forward: bool = False

    @property
    def everything(self) -> tuple[Sentence, ...]:
        """The subject and the sentences of the body."""
        head = (Sentence(_plain(self.subject), max(1, self.line - 1)),) if self.subject else ()
        return head + self.sentences


@dataclass(frozen=True, slots=True)
class Message:
    """One file or draft. `attachments` are the names of what hangs on an e-mail."""

    parts: tuple[Part, ...]
    attachments: tuple[str, ...] = field(default=())


def read(data: bytes, labels: Collection[str], forward: Collection[str]) -> Message:
    """A message from a file: plain text, with or without a line "Subject: …", or an e-mail (.eml).

    Args:
        labels: words a subject may stand behind.
        forward: words that mark the line below which the text is to be forwarded.

    Raises:
        MessageUnreadable: empty, not text, or far longer than any message.
    """
    if len(data) > LARGEST:
        raise MessageUnreadable(f"This is longer than {LARGEST // 1000} kB, and so no message.")
    attachments: tuple[str, ...] = ()
    try:
        if _HEADERS.match(data):
            mail = message_from_bytes(data, policy=policy.default)
            text, attachments = _mail(mail)
        else:
            text = text_of(data).whole()
    except (ContactsError, LookupError, ValueError, AssertionError):
        raise MessageUnreadable("This is empty or not text.") from None
    return parse(text, labels, forward, attachments)


def parse(
    text: str,
    labels: Collection[str],
    forward: Collection[str],
    attachments: tuple[str, ...] = (),
) -> Message:
    """A message from its text; see `read`."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    cut = next((i for i, x in enumerate(lines) if _marks(x, forward)), None)
    if cut is None:
        return Message((_part(lines, 0, labels),), attachments)
    cover = _part(lines[:cut], 0, labels)
    below = _part(lines[cut + 1 :], cut + 1, labels, to_forward=True)
    return Message((cover, below), attachments)


def excerpt(text: str, most: int = 80) -> str:
    """One line of at most `most` characters."""
    text = " ".join(text.split())
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def _mail(mail: EmailMessage) -> tuple[str, tuple[str, ...]]:
    body = mail.get_body(("plain",))
    text = str(body.get_content()) if body else ""
    if not text.strip():
        raise MessageUnreadable("This e-mail has no plain text in it.")
    names = tuple(part.get_filename() or "?" for part in mail.iter_attachments())
    subject = " ".join(str(mail["Subject"] or "").split())
    return f"Subject: {subject}\n\n{text}" if subject else text, names


def _marks(line: str, forward: Collection[str]) -> bool:
    """Whether a line is nothing but the mark, dressed with dashes."""
    return line.strip(" \t-–—_=*>").casefold() in forward


def _part(lines: list[str], before: int, labels: Collection[str], to_forward: bool = False) -> Part:
    start = next((i for i, x in enumerate(lines) if x.strip()), len(lines))
    subject = None
    if start < len(lines):
        label, colon, rest = lines[start].partition(":")
        if colon and label.strip().casefold() in labels:
            subject, start = rest.strip(), start + 1
    while start < len(lines) and not lines[start].strip():
        start += 1
    kept = []
    for line in lines[start:]:
        if line.rstrip() == "--":
            break
        kept.append("" if line.lstrip().startswith(">") else line)
    body = "\n".join(kept).rstrip()
    first = before + start + 1
    return Part(subject, body.strip("\n"), first, tuple(_sentences(body, first)), to_forward)


def _sentences(body: str, first: int) -> Iterator[Sentence]:
    """Sentences end at their marks, at empty lines, and before the items of a list."""
    for block in re.finditer(r"(?:(?!\n\s*\n|\n\s*(?:\d+[.)]|[-*•])\s).)+", body, re.DOTALL):
        start = 0
        for end in [*_END.finditer(block[0]), None]:
            text = block[0][start : end.start() if end else None]
            line = first + body.count("\n", 0, block.start() + start + _indent(text))
            if text.strip():
                yield Sentence(_plain(text), line)
            start = end.end() if end else 0


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip())


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", " ".join(text.translate(_QUOTES).split()))
