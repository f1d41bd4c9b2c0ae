"""`inroad contacts imports`, `undo` and `map`: files come, are listed, and go."""

import json
import zipfile
from io import BytesIO

import pytest
from openpyxl import Workbook

HEADER = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
ILSE = "Ilse,Vandermolen,https://www.linkedin.com/in/ilse-v-example,,{},Cook,14 Mar 2019\n"
KOFI = "Kofi,Mensah,https://www.linkedin.com/in/kofi-m-example,,Quillback,Clerk,15 Mar 2019\n"
TABLE = (
    "Who,Works for,As,Reach,Once at,Tags,Shoe size\n"
    "Ilse Vandermolen,Halvorsen Tidewater,Cook,ilse@tidewater.example,"
    '"Oldquay (2011-2016); Bramblewick",friend,38\n'
    "Kofi Mensah,Quillback,,kofi@home.example,,Lumenfjord alumni,44\n"
)
FIELDS = ("name=Who", "employer=Works for", "title=As", "email=Reach", "previous=Once at")


def written(folder, name, text):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def people(inroad):
    found = json.loads(inroad("contacts", "list", "--format", "json").out)
    return {p["name"]: [(e["employer"], e["is_current"]) for e in p["employments"]] for p in found}


class TestUndo:
    def test_an_import_is_listed_and_taken_back(self, inroad, tmp_path):
        older = written(tmp_path, "Connections 2025-05-01.csv", HEADER + ILSE.format("Oldquay"))
        newer = written(
            tmp_path, "Connections 2026-05-01.csv", HEADER + ILSE.format("Bramblewick") + KOFI
        )
        inroad("contacts", "import", newer)
        before = people(inroad)
        inroad("contacts", "import", older)
        assert ("Oldquay", False) in people(inroad)["Ilse Vandermolen"]
        listed = json.loads(inroad("contacts", "imports", "--format", "json").out)
        assert [(one["name"], one["taken_on"], one["kept"]) for one in listed] == [
            ("Connections 2025-05-01.csv", "2025-05-01", 1),
            ("Connections 2026-05-01.csv", "2026-05-01", 2),
        ]
        assert "2025-05-01" in inroad("contacts", "imports").out
        number = listed[0]["id"]
        assert "Nothing was taken back" in inroad("contacts", "undo", number, stdin="n\n").out
        assert len(people(inroad)["Ilse Vandermolen"]) == 2
        said = inroad("contacts", "undo", number, "-y").out
        assert "Took back Connections 2025-05-01.csv: 1 row. 0 contacts gone, 2 left." in said
        assert people(inroad) == before
        assert b"Oldquay" not in (inroad.home / "network.duckdb").read_bytes()
        # And it can come again.
        inroad("contacts", "import", older)
        assert ("Oldquay", False) in people(inroad)["Ilse Vandermolen"]

    def test_a_whole_zip_goes_together(self, inroad, tmp_path):
        with zipfile.ZipFile(tmp_path / "Complete_LinkedInDataExport_11-01-2026.zip", "w") as z:
            z.writestr("Connections.csv", HEADER + KOFI)
            z.writestr("Education.csv", "School Name,Start Date,End Date\nFjordside,2010,2014\n")
        book = written(tmp_path, "book.vcf", "BEGIN:VCARD\nFN:Ilse Vandermolen\nEND:VCARD\n")
        inroad("contacts", "import", tmp_path / "Complete_LinkedInDataExport_11-01-2026.zip")
        inroad("contacts", "import", book)
        said = inroad("contacts", "undo", "1", "--together", "-y").out
        assert "2 rows. 1 contact gone, 1 left." in said
        assert list(people(inroad)) == ["Ilse Vandermolen"]

    def test_a_number_that_is_none(self, inroad):
        assert "No import has the number 7" in inroad("contacts", "undo", "7", "-y", code=1).err
        assert "Nothing imported yet" in inroad("contacts", "imports").out
        inroad("contacts", "undo", code=2)

    def test_answers_outlive_the_file_they_are_about(self, inroad, tmp_path):
        card = "BEGIN:VCARD\nFN:Ilse Vandermolen\nORG:Quillback\nNOTE:ex-Oldquay\nEND:VCARD\n"
        book = written(tmp_path, "book.vcf", card)
        inroad("contacts", "import", book)
        inroad("contacts", "confirm", stdin="y\n")
        inroad("contacts", "undo", "1", "-y")
        assert people(inroad) == {}
        inroad("contacts", "import", book)
        assert people(inroad) == {"Ilse Vandermolen": [("Quillback", True), ("Oldquay", False)]}
        assert "Nothing to confirm" in inroad("contacts", "confirm", "--list").out


class TestMap:
    def test_columns_are_named_without_a_terminal_and_remembered(self, inroad, tmp_path):
        path = written(tmp_path, "people.csv", TABLE)
        assert "inroad contacts map FILE" in inroad("contacts", "import", path, code=1).err
        given = [word for field in FIELDS for word in ("--map", field)]
        said = inroad("contacts", "map", path, *given).out
        assert "Remembered" in said and "table of contacts as of" in said
        assert people(inroad) == {
            "Ilse Vandermolen": [
                ("Halvorsen Tidewater", True), ("Oldquay", False), ("Bramblewick", False),
            ],
            "Kofi Mensah": [("Quillback", True), ("Lumenfjord", False)],
        }  # fmt: skip
        # Another file with the same columns, in another order, is known by itself.
        again = written(tmp_path, "later.csv", "Shoe size,Who,Works for,As,Reach,Once at,Tags\n"
                        "40,Zoë Brückner,Lumenfjord,,,,\n")  # fmt: skip
        inroad("contacts", "import", again)
        assert people(inroad)["Zoë Brückner"] == [("Lumenfjord", True)]

    def test_a_guess_is_shown_with_five_rows_and_asked_about(self, inroad, tmp_path):
        rows = "".join(f"Ann{n} Bell,Firm{n},a{n}@home.example\n" for n in range(9))
        path = written(tmp_path, "people.csv", "Name,Company,Mail\n" + rows)
        said = inroad("contacts", "map", path, stdin="\n").out
        assert "Ann4 Bell" in said and "Ann5 Bell" not in said
        assert "employer" in said and len(people(inroad)) == 9

    def test_a_guess_is_changed_dropped_or_given_up(self, inroad, tmp_path):
        path = written(tmp_path, "people.csv", TABLE)
        said = inroad(
            "contacts", "map", path,
            stdin="name=Nothing\nshoes=Who\nname=Who\nlabels=\nemployer=works for\n\n",
        ).out  # fmt: skip
        assert "There is no column 'Nothing'" in said and "'shoes' is no field" in said
        assert people(inroad) == {
            "Ilse Vandermolen": [("Halvorsen Tidewater", True)],
            "Kofi Mensah": [("Quillback", True)],
        }
        other = written(tmp_path, "other.csv", "Name,Company\nCy Dorn,Oldquay\n")
        inroad("contacts", "map", other, stdin="q\n", code=None)
        assert "Cy Dorn" not in people(inroad)

    def test_a_mapping_corrected_reads_the_same_file_anew(self, inroad, tmp_path):
        path = written(tmp_path, "people.csv", TABLE)
        inroad("contacts", "map", path, "--map", "name=Who", "--map", "employer=As")
        assert people(inroad)["Ilse Vandermolen"][0] == ("Cook", True)
        inroad("contacts", "map", path, "--map", "employer=Works for")
        assert people(inroad)["Ilse Vandermolen"][0] == ("Halvorsen Tidewater", True)
        assert len(json.loads(inroad("contacts", "imports", "--format", "json").out)) == 1

    @pytest.mark.parametrize(
        ("given", "code", "words"),
        [
            (("--map", "employer=Works for"), 1, "Nothing says who the people are"),
            (("--map", "who=Who"), 1, "is no field"),
            (("--map", "name=Nobody"), 1, "There is no column"),
            (("--map", "nonsense"), 2, "FIELD=COLUMN"),
        ],
    )
    def test_what_cannot_be_is_said(self, inroad, tmp_path, given, code, words):
        path = written(tmp_path, "people.csv", TABLE)
        assert words in inroad("contacts", "map", path, *given, code=code).err
        assert people(inroad) == {}

    def test_only_remembered(self, inroad, tmp_path):
        path = written(tmp_path, "people.csv", TABLE)
        inroad("contacts", "map", path, "--map", "name=Who", "--no-import")
        assert people(inroad) == {}
        inroad("contacts", "import", path)
        assert set(people(inroad)) == {"Ilse Vandermolen", "Kofi Mensah"}

    def test_workbooks_and_documents_alike(self, inroad, tmp_path):
        made = Workbook()
        made.create_sheet("Leads", 0)
        for row in (["My list"], [], ["Contact", "Firma", "Stelle", "Seit"],
                    ["Ilse Vandermolen", "Halvorsen Tidewater", "Köchin", 2016],
                    [None, "Nobody", None, None]):  # fmt: skip
            made["Leads"].append(row)
        out = BytesIO()
        made.save(out)
        book = tmp_path / "list.xlsx"
        book.write_bytes(out.getvalue())
        said = inroad("contacts", "map", book, "-y").out
        assert "2 read, 1 kept" in said and "row 5" in said
        document = {"contacts": [{"full_name": "Kofi Mensah", "company": "Quillback",
                                  "job_title": "Clerk", "linkedin": "kofi-m-example"}]}  # fmt: skip
        path = written(tmp_path, "crm.json", json.dumps(document))
        inroad("contacts", "map", path, "-y")
        assert people(inroad) == {
            "Ilse Vandermolen": [("Halvorsen Tidewater", True)],
            "Kofi Mensah": [("Quillback", True)],
        }
        assert "linkedin.com/in/kofi-m-example" in inroad("contacts", "show", "Kofi").out

    def test_a_folder_says_what_may_be_mapped(self, inroad, tmp_path):
        folder = tmp_path / "export"
        folder.mkdir()
        written(folder, "people.csv", TABLE)
        written(folder, "Connections 2026-05-01.csv", HEADER + KOFI)
        said = inroad("contacts", "import", folder).out
        assert "table of contacts in people.csv: inroad contacts map FILE" in said


@pytest.mark.parametrize(
    "header",
    [
        "First Name,Last Name,Email,Company Name,Job Title,Associated Company",  # HubSpot
        "Vorname,Nachname,E-Mail-Adresse,Unternehmensname,Berufsbezeichnung,Zugeordnet",
        "Nombre,Apellidos,Correo,Nombre de la empresa,Cargo,Etiquetas",
        "Name,Company,Role,Email,LinkedIn,Previous companies",  # Notion, Airtable
        "Full Name,Organization,Position,Email Address,LinkedIn URL,Notes",
    ],
)
def test_headers_of_other_programs_are_guessed(inroad, tmp_path, header):
    cells = dict.fromkeys(header.split(","), "")
    first, second, *_ = cells
    cells[first] = "Ilse Vandermolen"
    if header.startswith(("First", "Vor", "Nombre")):
        cells[first], cells[second] = "Ilse", "Vandermolen"
    for name in cells:
        if name.casefold() in ("company name", "company", "organization", "unternehmensname",
                               "nombre de la empresa"):  # fmt: skip
            cells[name] = "Oldquay"
    path = written(tmp_path, "crm.csv", header + "\n" + ",".join(cells.values()) + "\n")
    inroad("contacts", "map", path, "-y")
    assert people(inroad) == {"Ilse Vandermolen": [("Oldquay", True)]}
