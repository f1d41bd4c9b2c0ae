"""LinkedIn's Connections.csv, in every form it has had or is given by spreadsheets.

Native: `First Name,Last Name,URL,Email Address,Company,Position,Connected On` under a note;
2018: no URL and no note. Header names other than English are known from other projects only.
"""

from __future__ import annotations

from datetime import date
from functools import cache

from matcher.contacts import dates
from matcher.contacts.identity import address, name_key, profile_url, row_key, slug_of
from matcher.contacts.reading import DateColumn, Reading, TableReader, check_dates
from matcher.contacts.tables import Table
from store.rows import ConnectionRow, Kind

_COLUMNS = {
    "first": ("firstname", "vorname", "prénom", "prenom", "nombre", "nome", "voornaam", "förnamn"),
    "last": ("lastname", "nachname", "nom", "apellidos", "apellido", "sobrenome", "cognome",
             "achternaam", "efternamn", ""),
    "url": ("url", "profileurl", "profilurl", "urlduprofil", ""),
    "email": ("emailaddress", "emailadresse", "adresseemail", "email", "correoelectrónico",
              "direccióndecorreoelectrónico", "endereçodeemail", "indirizzoemail", "emailadres",
              "epostadress", ""),
    "company": ("company", "unternehmen", "firma", "entreprise", "société", "empresa", "azienda",
                "bedrijf", "företag"),
    "position": ("position", "poste", "cargo", "puesto", "posizione", "functie", "befattning", ""),
    "on": ("connectedon", "verbundenam", "datedeconnexion", "conectadoel", "fechadeconexión",
           "conectadoem", "datadiconnessione", "collegatoil", "verbondenop", "ansluten"),
}  # fmt: skip


def _take(table: Table, reading: Reading, today: date) -> None:
    @cache
    def day_first() -> bool:
        return dates.slashes_are_day_first(table.column("on"))

    connected = DateColumn("connection date", reading, today)
    kept: dict[str, ConnectionRow] = {}
    for line, cells in table.records():
        slashed = "/" in cells["on"] and day_first()
        row = _row(line, cells, connected, reading, slashed)
        if row is None:
            reading.skip(line, "without a name (members who left)")
            continue
        twin = kept.get(row.key)
        if twin is not None and row.key.startswith("name:") and not _alike(row, twin):
            # Two people of one name, connected on one day, in a file without addresses.
            row = row._replace(key=f"{row.key}|{name_key(row.company or '')}")
            twin = kept.get(row.key)
        if twin is not None:
            reading.skip(line, "listed twice")
            continue
        kept[row.key] = row
    check_dates([connected])
    reading.rows.extend(kept.values())


def _row(
    line: int, cells: dict[str, str], connected: DateColumn, reading: Reading, day_first: bool
) -> ConnectionRow | None:
    first, last = cells["first"], cells.get("last", "")
    slug = slug_of(cells.get("url", ""))
    url = profile_url(cells.get("url", ""), slug)
    email = address(cells.get("email", ""))
    if not (first or last or url or email):
        return None
    if cells.get("url") and not url:
        reading.note(line, "profile address not understood")
    if cells.get("email") and not email:
        reading.note(line, "e-mail address not understood")
    on = connected.day(line, cells["on"], day_first=day_first)
    return ConnectionRow(
        line,
        row_key(slug, email, first, last, on),
        first,
        last,
        url,
        email,
        cells["company"] or None,
        cells.get("position") or None,
        on,
    )


def _alike(one: ConnectionRow, other: ConnectionRow) -> bool:
    return name_key(one.company or "") == name_key(other.company or "")


READERS = (TableReader(Kind.CONNECTIONS, _COLUMNS, _take),)
