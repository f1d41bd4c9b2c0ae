"""vCard 2.1, 3.0 and 4.0, one card at a time: a broken one costs only itself.

Real cards keep to no version: old encodings in new cards, binary without folding, no end. So the
same lenient grammar (RFC 6350 §3.3, vCard 2.1 §2) reads all of them. Binary is never decoded.
"""

from __future__ import annotations

import binascii
import codecs
import re
from bisect import bisect
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from matcher.contacts.cards import Cards, says_former
from matcher.contacts.decode import Text, clean, in_encoding
from matcher.contacts.errors import FileTooLarge
from matcher.contacts.identity import full_name
from matcher.contacts.reading import Reading, TextReader
from store.rows import Job, Kind

_HEAD = re.compile(r"(?:[^:\"]|\"[^\"]*\")*")
_PARAMETER = re.compile(r";((?:[^\";]|\"[^\"]*\")*)")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_COMPONENT = re.compile(r"(?:[^;\\]|\\.|\\$)*", re.DOTALL)
_USED = re.compile(
    r"(?:[\w-]+\.)?(?:FN|N|NICKNAME|ORG|TITLE|ROLE|EMAIL|URL|NOTE|CATEGORIES|UID|REV|IMPP|KIND"
    r"|X-SOCIALPROFILE|X-LINKEDIN|X-ABLABEL|X-ABSHOWAS|X-ADDRESSBOOKSERVER-KIND)[;:]",
    re.IGNORECASE,
)
_KINDS = ("KIND", "X-ABSHOWAS", "X-ADDRESSBOOKSERVER-KIND")
_URLS = ("URL", "X-SOCIALPROFILE", "X-LINKEDIN", "IMPP")
_DATE = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)")
MOST_CARDS = 1_000_000
MOST_LINES = 20_000
"""Lines of one card; what goes on longer has no end."""


class Head(NamedTuple):
    """What stands before the colon: group, name in capitals, parameters as NAME → values in lower
    case."""

    group: str
    name: str
    parameters: Mapping[str, list[str]]


class Property(NamedTuple):
    """One line of a card."""

    head: Head
    value: str


@dataclass(slots=True)
class Open:
    """A card being read: its logical lines that matter here, folded ones joined, and what tells
    that it is broken."""

    number: int
    lines: list[str] = field(default_factory=list)
    size: int = 0
    has_end: bool = False
    has_long_line: bool = False
    depth: int = 1
    """Over 1 within the card of another that stands in this one (AGENT)."""
    _last: str = ""
    _is_kept: bool = False
    _is_soft: bool = False

    def take(self, line: str) -> None:
        """Add a physical line. Quoted-printable ends a line that goes on by `=`."""
        self.size += 1
        if self.size > MOST_LINES:
            return
        folded = line[:1] in (" ", "\t") and not self._is_soft
        if folded or self._is_soft:
            if self._is_kept:
                whole = self.lines[-1]
                self.lines[-1] = whole + line[1:] if folded else whole[:-1] + line
        else:
            self._last = line
            self._is_kept = bool(_USED.match(line))
            if self._is_kept:
                self.lines.append(line)
        self._is_soft = line.endswith("=") and self._is_quoted_printable()

    def _is_quoted_printable(self) -> bool:
        return "QUOTED-PRINTABLE" in self._last.partition(":")[0].upper()

    @property
    def is_open_for_agent(self) -> bool:
        return self._last.upper().startswith("AGENT") and self._last.rstrip().endswith(":")


def _fits(head: str) -> bool:
    return bool(re.search(r"^\s*BEGIN\s*:\s*VCARD\s*$", head, re.IGNORECASE | re.MULTILINE))


def _take(text: Text, reading: Reading, today: date) -> None:
    reading.unit = "card"
    cards = Cards(reading, today)
    begins: list[int] = []
    for card in split(text, begins):
        if card.size > MOST_LINES:
            reading.skip(card.number, f"over {MOST_LINES:,} lines long")
            continue
        if not card.has_end:
            reading.note(card.number, "without an end")
        if card.has_long_line:
            reading.note(card.number, "with a line too long to be read")
        found, guessed = properties(card.lines)
        if guessed:
            reading.note(card.number, "in an encoding it does not name, read as Windows-1252")
        _add(cards, card.number, found)
    for line in text.odd:
        reading.note(bisect(begins, line), "not in the encoding of the rest, read as Windows-1252")


def split(text: Text, begins: list[int]) -> Iterator[Open]:
    """Every card, numbered from 1. Where one begins before the last has ended, that one is broken,
    unless it says that another's card stands in it. Lines where cards begin are added to
    `begins`. Raises FileTooLarge after a million."""
    card: Open | None = None
    for place, line in text.lines():
        if line is None:
            if card:
                card.has_long_line = True
            continue
        mark = line.strip().upper().replace(" ", "") if line[:1] in "BEbe \t" else ""
        if mark == "BEGIN:VCARD":
            if card and card.is_open_for_agent:
                card.depth += 1
                continue
            if card:
                yield card
            begins.append(place)
            if len(begins) > MOST_CARDS:
                raise FileTooLarge(f"It has over {MOST_CARDS:,} cards: no address book has.")
            card = Open(len(begins))
        elif card is None:
            continue
        elif mark == "END:VCARD":
            card.depth -= 1
            if not card.depth:
                card.has_end = True
                yield card
                card = None
        elif card.depth == 1:
            card.take(line.rstrip("\r\n"))
    if card:
        yield card


def properties(lines: Iterable[str]) -> tuple[list[Property], bool]:
    """The properties in logical lines, and whether an encoding had to be guessed."""
    found: list[Property] = []
    guessed = False
    for line in lines:
        text, colon, value = line.partition(":")
        if '"' in text:
            text = _HEAD.match(line)[0]  # type: ignore[index]
            colon, value = line[len(text) : len(text) + 1], line[len(text) + 1 :]
        if not colon:
            continue
        head = _head(text)
        if head.parameters:
            if "quoted-printable" in head.parameters.get("ENCODING", []):
                raw = binascii.a2b_qp(value.encode("utf-8", "replace"))
                charset = next(iter(head.parameters.get("CHARSET", [])), "")
                value, guess = _decoded(raw, charset)
                guessed = guessed or guess
            elif "CHARSET" in head.parameters and not value.isascii():
                value = in_encoding(value, head.parameters["CHARSET"][0])
        found.append(Property(head, value))
    return found, guessed


@lru_cache(maxsize=4096)
def _head(text: str) -> Head:
    """The few heads that all cards of a book have in common are taken apart once."""
    name, _, parameters = text.partition(";")
    group, _, name = name.strip().rpartition(".")
    return Head(group, name.upper(), _parameters(f";{parameters}") if parameters else {})


def _parameters(text: str) -> dict[str, list[str]]:
    """`;TYPE=work;PREF=1` and the bare words of 2.1 (`;WORK;QUOTED-PRINTABLE`)."""
    found: dict[str, list[str]] = {}
    for one in _PARAMETER.findall(text):
        name, equals, value = one.partition("=")
        name, value = name.strip().upper(), value.strip(' "\\').casefold()
        if not equals:
            value = name.casefold()
            name = "ENCODING" if value in ("quoted-printable", "base64", "8bit", "7bit") else "TYPE"
        found.setdefault(name, []).extend(value.split(","))
    return found


def _decoded(raw: bytes, charset: str) -> tuple[str, bool]:
    """Text of quoted-printable bytes, and whether its encoding is a guess."""
    for encoding in (charset, "utf-8"):
        try:
            codecs.lookup(encoding)
            return raw.decode(encoding), False
        except (LookupError, UnicodeError, ValueError):
            continue
    return raw.decode("cp1252", "replace"), True


def _add(cards: Cards, number: int, found: list[Property]) -> None:
    by_name: dict[str, list[Property]] = {}
    labels: dict[str, str] = {}
    for one in found:
        by_name.setdefault(one.head.name, []).append(one)
        if one.head.name == "X-ABLABEL" and one.head.group:
            labels[one.head.group] = _label(one.value)

    def first(name: str) -> str:
        for one in by_name.get(name, ()):
            if value := clean(_plain(one.value)):
                return value
        return ""

    name = next(iter(by_name.get("N", [])), None)
    family, given = [*(_components(name.value) if name else []), "", ""][:2]
    shown = full_name("", "", first("FN") or first("NICKNAME"))
    mails = sorted(by_name.get("EMAIL", ()), key=_rank)
    kinds = {first(name).casefold() for name in _KINDS if name in by_name}
    cards.add(
        number,
        full_name(clean(given), clean(family), shown) if clean(given) else shown or clean(family),
        urls=[_plain(one.value) for name in _URLS for one in by_name.get(name, ())],
        emails=[_plain(one.value) for one in mails],
        old_emails=[_plain(one.value) for one in mails if _is_former(one, labels)],
        jobs=list(_jobs(by_name, labels)),
        notes="\n".join(_plain(one.value) for one in by_name.get("NOTE", [])),
        labels=[
            clean(_plain(label))
            for one in by_name.get("CATEGORIES", [])
            for label in re.split(r"(?<!\\)[,;]", one.value)
        ],
        uid=first("UID"),
        as_of=_revised(first("REV")),
        is_organisation=not kinds.isdisjoint(("company", "org", "group")),
    )


def _jobs(by_name: dict[str, list[Property]], labels: dict[str, str]) -> Iterator[Job]:
    """Each ORG with the TITLE, else ROLE, of its group; without groups, by order where there are
    as many of both; else with none."""
    organisations = [
        (one, employer)
        for one in by_name.get("ORG", ())
        if (employer := clean(next(iter(_components(one.value)), "")))
    ]
    titles = by_name.get("TITLE", []) or by_name.get("ROLE", [])
    grouped = {one.head.group: clean(_plain(one.value)) for one in titles if one.head.group}
    loose = [clean(_plain(one.value)) for one in titles if not one.head.group]
    plain = [one for one, _ in organisations if one.head.group not in grouped]
    # An ORG that is labelled as former claims no title where there are not enough of them.
    if len(plain) > len(loose):
        plain = [one for one in plain if not _is_former(one, labels)]
    pairs = zip(plain, loose, strict=True) if len(plain) == len(loose) else ()
    by_order = {id(one): title for one, title in pairs}
    for one, employer in sorted(organisations, key=lambda pair: _rank(pair[0])):
        title = grouped.get(one.head.group) or by_order.get(id(one))
        former = False if _is_former(one, labels) else None
        yield Job(employer, title or None, None, None, former)


def _rank(one: Property) -> int:
    """The preferred ones first: PREF=1 of 4.0, TYPE=pref of 3.0, PREF of 2.1."""
    if not one.head.parameters:
        return 101
    pref = next(iter(one.head.parameters.get("PREF", [])), "")
    if pref.isdecimal():
        return min(int(pref[:4]), 101)
    return 1 if "pref" in one.head.parameters.get("TYPE", []) else 101


def _is_former(one: Property, labels: dict[str, str]) -> bool:
    types = one.head.parameters.get("TYPE", [])
    return any(map(says_former, types)) or says_former(labels.get(one.head.group, ""))


def _label(value: str) -> str:
    """Apple writes its own labels as `_$!<Work>!$_`."""
    return clean(_plain(value)).removeprefix("_$!<").removesuffix(">!$_")


def _components(value: str) -> list[str]:
    """The parts between semicolons that are not escaped."""
    if "\\" not in value:
        return value.split(";")
    parts, at = [], 0
    while at <= len(value):
        found = _COMPONENT.match(value, at)
        assert found is not None
        parts.append(_plain(found[0]))
        at = found.end() + 1
    return parts


def _plain(value: str) -> str:
    """Without the backslashes of escapes; `\\n` is a line break."""
    if "\\" not in value:
        return value
    return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], value)


def _revised(value: str) -> date | None:
    found = _DATE.match(value)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


READERS = (TextReader(Kind.VCARD, _fits, _take),)
