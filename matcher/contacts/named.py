"""People whom a contact named in a talk, as cards: derived from and matched like any other."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from matcher.contacts.cards import card_key
from matcher.contacts.decode import clean
from matcher.contacts.errors import NameMissing
from matcher.contacts.identity import address
from store.rows import Card, Imported, Job, Kind


class Named(NamedTuple):
    """Somebody who was named, as far as was said."""

    name: str
    title: str | None = None
    employer: str | None = None
    email: str | None = None

    @property
    def jobs(self) -> tuple[Job, ...]:
        return (Job(self.employer, self.title),) if self.employer else ()

    @property
    def key(self) -> str:
        return card_key(None, (self.email,) if self.email else (), self.name, self.jobs)


def parse(text: str) -> Named:
    """The person in "Lee Ito, Head of Data, Tailspin": the name first, the employer last. With
    semicolons between them parts may have commas; an e-mail address may stand anywhere.

    Raises:
        NameMissing: there is no name in it.
    """
    separator = ";" if ";" in text else ","
    parts = [part for part in (clean(one) for one in text.split(separator)) if part]
    mails = [part for part in parts if address(part)]
    parts = [part for part in parts if part not in mails]
    if not parts:
        raise NameMissing('A person is given as "Name, title, employer".')
    title = ", ".join(parts[1:-1]) or None
    employer = parts[-1] if len(parts) > 1 else None
    return Named(parts[0], title, employer, address(mails[0]) if mails else None)


def imported(people: Sequence[Named], label: str, on: date) -> Imported:
    """The people named on one occasion as an imported file; the same again is the same file."""
    rows = [
        Card(line, one.key, one.name, None, (one.email,) if one.email else (), jobs=one.jobs)
        for line, one in enumerate(people, start=1)
    ]
    digest = hashlib.sha256(repr((label, on, people)).encode("utf-8", "replace")).hexdigest()
    count = len(rows)
    return Imported(digest, Kind.NAMED, label, on, "as you said", None, count, count, rows)
