"""LinkedIn's Contacts.csv ("Imported Contacts.csv" of 2018): the address books the member once
handed to LinkedIn. Mostly e-mail addresses of people known already."""

from __future__ import annotations

import re
from datetime import date

from matcher.contacts.cards import Cards, profile_addresses
from matcher.contacts.decode import clean
from matcher.contacts.identity import full_name
from matcher.contacts.reading import Reading, TableReader
from matcher.contacts.tables import Table
from store.rows import Job, Kind

_COLUMNS = {
    "source": ("source",),
    "first": ("firstname",),
    "last": ("lastname",),
    "companies": ("companies",),
    "title": ("title", ""),
    "emails": ("emails",),
    "shown": ("fullname", ""),
}
_APART = re.compile(r"[,;\s]+")


def _take(table: Table, reading: Reading, today: date) -> None:
    cards = Cards(reading, today)
    for line, cells, record in table.raw():
        names = (clean(record.get(name, "")) for name in ("first", "last", "shown"))
        companies = [c for c in map(clean, re.split(r"[;\n]", record["companies"])) if c]
        titles = [t for t in map(clean, re.split(r"[;\n]", record.get("title", ""))) if t]
        paired = len(titles) == len(companies)
        cards.add(
            line,
            full_name(*names),
            urls=profile_addresses(cells),
            emails=[mail for mail in _APART.split(record["emails"]) if mail],
            jobs=[
                Job(company, titles[at] if paired else None) for at, company in enumerate(companies)
            ],
        )


READERS = (TableReader(Kind.LINKEDIN_CONTACTS, _COLUMNS, _take),)
