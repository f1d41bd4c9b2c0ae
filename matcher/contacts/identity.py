"""Who a row is by itself: addresses, names, and the key made of them."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from functools import lru_cache
from urllib.parse import quote, unquote

from store.rows import ConnectionRow

_PROFILE = re.compile(
    r"(?:https?://)?(?:[a-z0-9-]+\.)*linkedin\.com/(in|pub)/([^?#\s]+)", re.IGNORECASE
)
_MAIL = re.compile(r"[^\s@<>,;:\"()\[\]]+@[^\s@<>,;:\"()\[\]]+")
_PAGE = re.compile(r"https?://[^\s/]+\.[^\s]+$", re.IGNORECASE)
_PLAIN_NAME = re.compile(r"[a-z0-9]+(?: [a-z0-9]+)*")
_DEGREE = re.compile(
    r"[A-Z]{2,6}|I{1,3}|IV|[JS]r|Esq|Dr|Ph\.?D|[MB]Sc|[MB]Eng|LLM|DPhil|EdD|PsyD|PharmD|Dipl\S*"
)


@lru_cache(maxsize=4096)
def slug_of(url: str) -> str | None:
    """The member's name in a profile address: percent-decoded, NFC, lower case. Slugs in other
    scripts come encoded in some exports and plain in others."""
    found = _PROFILE.match(url.strip()) if url else None
    if not found:
        return None
    path = found[2].strip("/")
    if "%" in path:
        path = unquote(path).strip("/")
    slug = path if found[1].lower() == "pub" else path.partition("/")[0]
    if slug.isascii():
        return slug.lower() or None
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", slug).lower()) or None


def profile_url(url: str, slug: str | None) -> str | None:
    """A LinkedIn profile address of this slug in one form, or any other web address as it is, or
    None."""
    if slug:
        folder = "pub" if "/pub/" in url.lower() else "in"
        return f"https://www.linkedin.com/{folder}/{quote(slug, safe='/')}"
    return url if _PAGE.match(url) else None


def address(email: str) -> str | None:
    """An e-mail address in lower case, or None if the text is not one."""
    email = email.strip().removeprefix("mailto:")
    return email.lower() if "@" in email and _MAIL.fullmatch(email) else None


def row_key(slug: str | None, email: str | None, first: str, last: str, on: date | None) -> str:
    """What one connection alone says about who it is: the slug, else the e-mail address, else the
    name with the day of connection."""
    if slug:
        return f"linkedin:{slug}"
    if email:
        return f"email:{email}"
    return f"name:{name_key(first, last)}|{on.isoformat() if on else ''}"


def name_key(first: str, last: str = "") -> str:
    """A name as compared: without what follows a comma (degrees), case, accents and symbols."""
    name = f"{first} {last.partition(',')[0]}" if last else first.partition(",")[0]
    name = name.casefold().strip()
    if name.isascii() and _PLAIN_NAME.fullmatch(name):
        return name
    decomposed = unicodedata.normalize("NFKD", name)
    kept = "".join(
        c if c.isalnum() or unicodedata.category(c) in ("Mn", "Mc") else " "
        for c in decomposed
        if not "\u0300" <= c <= "\u036f" and c not in "'’.\u200c\u200d"
    )
    return unicodedata.normalize("NFC", " ".join(kept.split())) or name


def full_name(first: str, last: str, shown: str = "") -> str:
    """A name as people say it, of its parts or of how a card shows it ("Okafor, Dana" too)."""
    if first or last:
        return f"{first} {last}".strip()
    family, comma, given = (part.strip() for part in shown.partition(","))
    if comma and given and " " not in family:
        degrees = all(map(_DEGREE.fullmatch, re.split(r"[\s,./]+", given.strip(" .,"))))
        if not degrees or family.isupper():
            return f"{given} {family}"
    return shown


def display_name(row: ConnectionRow) -> str:
    """First and last name as written; where the export has none, the slug or address."""
    name = f"{row.first_name} {row.last_name}".strip()
    return name or row.key.partition(":")[2]
