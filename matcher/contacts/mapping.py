"""Tables whose columns are the user's own (Notion, Airtable, HubSpot, a spreadsheet): which column
is what is guessed, corrected by the user, and remembered by the table's set of headers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import NamedTuple

from matcher.contacts.cards import Cards, profile_addresses, several_employers
from matcher.contacts.decode import clean, squash
from matcher.contacts.errors import HeaderMissing, MappingImpossible
from matcher.contacts.identity import full_name
from matcher.contacts.reading import DateColumn, Reading, TableReader, check_dates
from matcher.contacts.recognise import grids_of
from matcher.contacts.tables import Header, Table, headers
from store.rows import Job, Kind

SHOWN = 5
"""Rows of a preview."""

FIELDS: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "fullname", "contactname", "contact", "person", "displayname", "kontakt",
             "nomcomplet", "nombrecompleto", "nomecompleto"),
    "first": ("firstname", "givenname", "first", "vorname", "prénom", "prenom", "nombre", "nome",
              "voornaam"),
    "last": ("lastname", "surname", "familyname", "last", "nachname", "nom", "apellidos",
             "apellido", "cognome", "sobrenome", "achternaam"),
    "email": ("email", "emailaddress", "mail", "emails", "emailadresse", "primaryemail",
             "workemail",              "courriel", "correo", "correoelectrónico", "eposta"),
    "linkedin": ("linkedin", "linkedinurl", "linkedinprofile", "linkedinbio", "profile",
                 "profileurl", "url"),
    "employer": ("company", "employer", "organization", "organisation", "companyname", "workplace",
                 "currentcompany", "associatedcompany", "account", "accountname", "firma",
                 "unternehmen", "unternehmensname", "arbeitgeber", "société", "entreprise",
                 "empresa", "azienda", "nombredelaempresa", "nomdelentreprise", "nomedaempresa",
                 "bedrijf"),
    "title": ("title", "jobtitle", "role", "position", "job", "currenttitle", "berufsbezeichnung",
              "poste", "intituléduposte", "cargo", "puesto", "qualifica", "functie", "stelle"),
    "since": ("since", "startdate", "start", "startedon", "seit"),
    "previous": ("previouscompanies", "previouscompany", "previousemployers", "previousemployer",
                 "formeremployers", "formeremployer", "formercompanies", "formercompany",
                 "pastcompanies", "pastemployers", "excompanies", "exemployers", "workhistory",
                 "frühereunternehmen", "früherearbeitgeber", "anciennesentreprises",
                 "empresasanteriores"),
    "labels": ("tags", "labels", "groups", "categories", "lists", "etiquetas", "kategorien"),
    "notes": ("notes", "note", "comments", "description", "notizen", "remarks", "notas",
              "howwemet"),
}  # fmt: skip
"""Field → the headers it usually goes by, squashed."""


class Proposal(NamedTuple):
    """A table and what its columns are taken for: field → column, as the header writes it."""

    columns: tuple[str, ...]
    fields: dict[str, str]
    rows: list[list[str]]
    """The first few, in the order of `columns`."""

    @property
    def headers(self) -> tuple[str, ...]:
        """What the mapping is remembered by."""
        return header_set(map(squash, self.columns))


def propose(data: bytes, known: Iterable[tuple[Sequence[str], Mapping[str, str]]] = ()) -> Proposal:
    """The table in a file, and which column is probably what.

    Args:
        known: remembered mappings, (headers, field → column); one that fits is taken.

    Raises:
        FileEmpty, FileBinary, FileTooLarge, WorkbookUnreadable…: as `recognise.read` does.
        HeaderMissing: nothing in it looks like a header.
    """
    header = _likeliest(list(headers(grids_of(data))))
    if header is None:
        raise HeaderMissing("There is no line of column names near the top of this file.")
    table = Table(header, {})
    names = _as_written(header)
    rows = [[clean(cell) for cell in cells] for _, cells in islice(table.rows(), SHOWN)]
    found = Proposal(names, _guess(header.names, names), rows)
    for remembered, fields in known:
        if tuple(remembered) == found.headers:
            return found._replace(fields=dict(fields))
    return found


def checked(fields: Mapping[str, str], columns: Sequence[str]) -> dict[str, str]:
    """A mapping as the user wrote it, with columns as the header writes them.

    Raises MappingImpossible for a field or column that does not exist, and when nothing in it
    names a person.
    """
    by_name = {squash(column): column for column in columns}
    found = {}
    for name, column in fields.items():
        if name not in FIELDS:
            raise MappingImpossible(f"{name!r} is no field. The fields are: {', '.join(FIELDS)}.")
        if squash(column) not in by_name:
            shown = ", ".join(clean(one) for one in columns if one)
            raise MappingImpossible(f"There is no column {column!r}. The columns are: {shown}.")
        found[name] = by_name[squash(column)]
    if not {"name", "first", "last", "email", "linkedin"} & found.keys():
        raise MappingImpossible(
            "Nothing says who the people are: map name, first and last, email or linkedin."
        )
    return found


def reader(headers: Iterable[str], fields: Mapping[str, str]) -> TableReader:
    """The reader of the one kind of table that has these (squashed) headers."""
    columns = {name: (squash(column),) for name, column in fields.items()}
    return TableReader(Kind.TABLE, columns, _take, frozenset(headers))


def header_set(names: Iterable[str]) -> tuple[str, ...]:
    """Squashed headers in an order of their own, each once, without blank ones."""
    return tuple(sorted({name for name in names if name}))


def _take(table: Table, reading: Reading, today: date) -> None:
    cards = Cards(reading, today)
    since = DateColumn("start", reading, today)
    for line, cells, record in table.raw():
        names = (clean(record.get(name, "")) for name in ("first", "last", "name"))
        start = since.partial(line, clean(record.get("since", "")))
        employer, title = clean(record.get("employer", "")), clean(record.get("title", ""))
        url = clean(record.get("linkedin", ""))
        is_bare = url and "/" not in url and " " not in url
        cards.add(
            line,
            full_name(*names),
            urls=[f"linkedin.com/in/{url}" if is_bare else url, *profile_addresses(cells)],
            emails=record.get("email", "").replace(",", ";").split(";"),
            jobs=[
                Job(employer, title or None, start),
                *several_employers(record.get("previous", "")),
            ],
            notes=record.get("notes", ""),
            labels=record.get("labels", "").replace(",", ";").split(";"),
        )
    check_dates([since])


def _likeliest(found: Sequence[Header]) -> Header | None:
    """The header with most columns that have a usual name; else the first with two columns."""
    best = max(found, key=lambda header: len(_guess(header.names, header.names)), default=None)
    if best is not None and _guess(best.names, best.names):
        return best
    return next((h for h in found if sum(map(bool, h.names)) > 1), None)


def _as_written(header: Header) -> tuple[str, ...]:
    rows = header.grid.records(header.line - 1, [])
    return tuple(map(clean, next(rows, (0, []))[1]))


def _guess(names: Sequence[str], written: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    taken: set[int] = set()
    for name, usual in FIELDS.items():
        at = next((names.index(u) for u in usual if u in names and names.index(u) not in taken), -1)
        if at >= 0:
            found[name] = written[at]
            taken.add(at)
    if "first" in found and "last" in found:
        found.pop("name", None)
    return found
