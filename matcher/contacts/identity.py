"""Who a row is, and which rows of different exports are the same person."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from urllib.parse import quote, unquote

from store.network import ConnectionRow, Imported

_PROFILE = re.compile(
    r"(?:https?://)?(?:[a-z0-9-]+\.)*linkedin\.com/(in|pub)/([^?#\s]+)", re.IGNORECASE
)
_MAIL = re.compile(r"[^\s@<>,;:\"()\[\]]+@[^\s@<>,;:\"()\[\]]+")


def slug_of(url: str) -> str | None:
    """The member's name in a profile address: percent-decoded, NFC, lower case. Slugs in other
    scripts come encoded in some exports and plain in others."""
    found = _PROFILE.match(url.strip())
    if not found:
        return None
    path = unquote(found[2]).strip("/")
    slug = path if found[1].lower() == "pub" else path.partition("/")[0]
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", slug).lower()) or None


def profile_url(url: str) -> str | None:
    """A LinkedIn profile address in one form, or any other web address as it is, or None."""
    slug = slug_of(url)
    if slug:
        folder = "pub" if re.search(r"/pub/", url, re.IGNORECASE) else "in"
        return f"https://www.linkedin.com/{folder}/{quote(slug, safe='/')}"
    return url if re.match(r"https?://[^\s/]+\.[^\s]+$", url, re.IGNORECASE) else None


def address(email: str) -> str | None:
    """An e-mail address in lower case, or None if the text is not one."""
    email = email.strip().removeprefix("mailto:")
    return email.lower() if _MAIL.fullmatch(email) else None


def row_key(url: str | None, email: str | None, first: str, last: str, on: date | None) -> str:
    """What one row alone says about who it is: the slug, else the e-mail address, else the name
    with the day of connection."""
    if url and (slug := slug_of(url)):
        return f"linkedin:{slug}"
    if email:
        return f"email:{email}"
    return f"name:{name_key(first, last)}|{on.isoformat() if on else ''}"


@lru_cache(maxsize=200_000)
def name_key(first: str, last: str = "") -> str:
    """A name as compared: without what follows a comma (degrees), case, accents and symbols."""
    name = f"{first} {last.partition(',')[0]}" if last else first.partition(",")[0]
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    kept = "".join(
        c if c.isalnum() or unicodedata.category(c) in ("Mn", "Mc") else " "
        for c in decomposed
        if not "\u0300" <= c <= "\u036f" and c not in "'’.\u200c\u200d"
    )
    return unicodedata.normalize("NFC", " ".join(kept.split())) or name.casefold().strip()


def display_name(row: ConnectionRow) -> str:
    """First and last name as written; where the export has none, the slug or address."""
    name = f"{row.first_name} {row.last_name}".strip()
    return name or row.key.partition(":")[2]


@dataclass(slots=True)
class _Traces:
    """Where a key occurs, and with what."""

    exports: set[int] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    days: set[date] = field(default_factory=set)


def same_people(exports: Sequence[Imported]) -> list[tuple[str, ...]]:
    """The keys of each person, sorted, in a sorted list.

    Two keys are one person when they share the name and the day of connection, or the e-mail
    address and either of the two; but never when both stand in one export, which lists a member
    once. Where that leaves a doubt, nobody is joined.
    """
    traces: dict[str, _Traces] = {}
    by_name: dict[tuple[str, date], set[str]] = {}
    by_mail: dict[str, set[str]] = {}
    for number, export in enumerate(exports):
        for row in export.rows:
            assert isinstance(row, ConnectionRow)
            trace = traces.setdefault(row.key, _Traces())
            name = name_key(row.first_name, row.last_name)
            trace.exports.add(number)
            trace.names.add(name)
            if row.connected_on:
                trace.days.add(row.connected_on)
                if name:
                    by_name.setdefault((name, row.connected_on), set()).add(row.key)
            if row.email:
                by_mail.setdefault(row.email, set()).add(row.key)
    parent = {key: key for key in traces}
    for keys in by_name.values():
        if len(keys) > 1 and _apart(keys, traces):
            _join(keys, parent)
    for keys in by_mail.values():
        if len(keys) > 1 and _apart(keys, traces) and _agree(keys, traces):
            _join(keys, parent)
    groups: dict[str, list[str]] = {}
    for key in traces:
        groups.setdefault(_root(key, parent), []).append(key)
    people: list[tuple[str, ...]] = []
    for group in groups.values():
        if _apart(group, traces):
            people.append(tuple(sorted(group)))
        else:
            people += [(key,) for key in group]
    return sorted(people)


def _apart(keys: Iterable[str], traces: Mapping[str, _Traces]) -> bool:
    seen: set[int] = set()
    for key in keys:
        if not seen.isdisjoint(traces[key].exports):
            return False
        seen |= traces[key].exports
    return True


def _agree(keys: Iterable[str], traces: Mapping[str, _Traces]) -> bool:
    every = [traces[key] for key in keys]
    return bool(
        set.intersection(*(t.names for t in every)) or set.intersection(*(t.days for t in every))
    )


def _join(keys: Iterable[str], parent: dict[str, str]) -> None:
    first, *rest = sorted(keys)
    for key in rest:
        parent[_root(key, parent)] = _root(first, parent)


def _root(key: str, parent: dict[str, str]) -> str:
    while parent[key] != key:
        parent[key] = parent[parent[key]]
        key = parent[key]
    return key
