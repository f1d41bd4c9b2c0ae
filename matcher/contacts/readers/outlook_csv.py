"""Outlook's CSV: the classic one, Outlook.com's, and Google's and Roundcube's imitations.

Headers come in the language of the program that wrote them, often as Windows-1252 and with `;`.
`Title` is the form of address; the job is in `Job Title`.
"""

from __future__ import annotations

import re
from datetime import date

from matcher.contacts.cards import Cards, profile_addresses
from matcher.contacts.decode import clean
from matcher.contacts.identity import full_name
from matcher.contacts.reading import Reading, TableReader
from matcher.contacts.tables import Table
from store.rows import Job, Kind

# Of an address column without its number: "E-mail 2 Address" is "emailaddress".
_EMAILS = (
    "emailaddress", "emailadresse", "adressedemessagerie", "adresseemail",
    "direccióndecorreoelectrónico", "direccióndelcorreoelectrónico", "indirizzoemail",
    "indirizzopostaelettronica", "indirizzodipostaelettronica", "endereçodeemail", "emailadres",
    "adresemail", "epostadress", "emailhome", "emailwork", "emailother",
)  # fmt: skip
_COLUMNS = {
    "first": ("firstname", "vorname", "prénom", "nombre", "nome", "voornaam", "imię", "förnamn"),
    "email": _EMAILS,
    "last": ("lastname", "nachname", "nom", "apellidos", "apellido", "cognome", "sobrenome",
             "achternaam", "nazwisko", "efternamn", ""),
    "shown": ("displayname", ""),
    "company": ("company", "firma", "société", "organización", "compañía", "empresa", "società",
                "azienda", "bedrijf", "företag", ""),
    "title": ("jobtitle", "position", "profession", "fonction", "puesto", "cargo", "qualifica",
              "posizione", "functie", "stanowisko", "befattning", ""),
    "notes": ("notes", "notizen", "notas", "note", "anotações", "observações", "notities",
              "notatki", "anteckningar", ""),
    "labels": ("categories", "kategorien", "catégories", "categorías", "categorie", "categorias",
               "categorieën", "kategorie", "kategorier", ""),
    "schools": ("schools", ""),
}  # fmt: skip
# What is left where somebody kept nothing but addresses.
_ADDRESSES = {"email": ("emailaddress",), "second": ("email2address",)}
_DIGIT = re.compile(r"\d")


def _take(table: Table, reading: Reading, today: date) -> None:
    cards = Cards(reading, today)
    header = enumerate(table.header.names)
    mails = [at for at, name in header if _DIGIT.sub("", name) in _EMAILS]
    for line, cells, record in table.raw():
        schools = re.split(r"[;\n]", record.get("schools", ""))
        names = (clean(record.get(name, "")) for name in ("first", "last", "shown"))
        cards.add(
            line,
            full_name(*names),
            urls=profile_addresses(cells),
            emails=[cells[at] for at in mails if at < len(cells)],
            jobs=[
                Job(clean(record.get("company", "")), clean(record.get("title", "")) or None),
                *(Job(clean(school), is_school=True) for school in schools),
            ],
            notes=record.get("notes", ""),
            labels=re.split(r"[;,]", record.get("labels", "")),
        )


READERS = (
    TableReader(Kind.OUTLOOK, _COLUMNS, _take),
    TableReader(Kind.OUTLOOK, _ADDRESSES, _take),
)
