"""Files made to harm: bombs, endless lines, ways out, document types, private matters."""

import json
import os
import time
import zipfile
from datetime import datetime
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook

from matcher.contacts import archive, decode, finding, recognise, workbook
from matcher.contacts.errors import (
    ArchiveBomb,
    ArchiveDamaged,
    ArchiveUnsafe,
    FileTooLarge,
    LibraryMissing,
    WorkbookUnreadable,
)
from matcher.contacts.importing import import_files
from matcher.contacts.readers import vcard
from store.database import Database
from tests.matcher.address_books import CASES, TODAY, accounted, input_of

NOW = datetime(2026, 11, 23, 3)
HEADER = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
ILSE = "Ilse,Vandermolen,https://www.linkedin.com/in/ilse-v-example,,Oldquay,Cook,14 Mar 2019\n"


@pytest.fixture
def db(tmp_path):
    return Database(tmp_path / "home" / "network.duckdb", "network")


def read(data, name="x"):
    return recognise.read(data, name, TODAY)


class TestHugeFiles:
    def test_a_gigabyte_is_not_even_opened(self, db, tmp_path, monkeypatch):
        """One line of 1 GiB, on disk a hole."""
        path = tmp_path / "Connections.csv"
        path.write_text(HEADER + ILSE, "utf-8")
        os.truncate(path, 1 << 30)
        (tmp_path / "good.csv").write_text(HEADER + ILSE, "utf-8")
        started = time.perf_counter()
        report = import_files(db, [path, tmp_path / "good.csv"], NOW)
        assert time.perf_counter() - started < 30
        assert [f.status for f in report.files] == ["failed", "imported"]
        assert "256 MB" in report.files[0].error

    def test_a_file_that_grows_meanwhile_is_read_to_the_limit_only(self, db, tmp_path, monkeypatch):
        monkeypatch.setattr(finding, "MAX_BYTES", 5000)
        path = tmp_path / "Connections.csv"
        path.write_text(HEADER + ILSE, "utf-8")
        (found,) = finding.find(path)
        path.write_text(HEADER + ILSE * 1000, "utf-8")
        with pytest.raises(FileTooLarge):
            found.load()

    TEXTS = [c for c in CASES if input_of(c).suffix in (".csv", ".vcf") and c.name != "header_only"]

    @pytest.mark.parametrize("case", TEXTS, ids=[f"{c.parent.name}-{c.name}" for c in TEXTS])
    def test_a_line_without_end_costs_only_itself(self, case, monkeypatch):
        """Of every kind of text file; the limit is scaled down for the test."""
        monkeypatch.setattr(decode, "LONGEST_LINE", 4000)
        content = input_of(case).read_bytes()
        before = read(content, input_of(case).name)
        wide = content[:2] in (b"\xff\xfe", b"\0B")
        encoding = {b"\xff\xfe": "utf-16-le", b"\0B": "utf-16-be"}.get(content[:2], "utf-8")
        end = "\r" if case.name == "old_mac_line_ends" else "\n"
        after = read(content + (end + "x" * 10_000 + end).encode(encoding), input_of(case).name)
        assert accounted(after)
        if case.parent.name == "vcard":
            assert after.read == before.read
        else:
            assert (after.kept, after.read) == (before.kept, before.read + 1), wide

    def test_a_document_on_one_long_line_is_read(self, monkeypatch):
        monkeypatch.setattr(decode, "LONGEST_LINE", 4000)
        people = [
            {"resourceName": f"people/c{n}", "names": [{"displayName": f"Ann Bell{n}"}]}
            for n in range(100)
        ]
        content = json.dumps({"connections": people}).encode()
        assert len(content) > 4000 and read(content).kept == 100

    def test_a_document_that_is_too_large_is_refused_unparsed(self, monkeypatch):
        monkeypatch.setattr(recognise, "LARGEST_JSON", 1000)
        monkeypatch.setattr(json, "loads", None)
        with pytest.raises(FileTooLarge):
            read(b'{"connections": [' + b" " * 1000 + b"]}")

    def test_a_document_of_ten_thousand_brackets(self):
        for start in (b"[" * 100_000, b'{"a":' * 100_000):
            with pytest.raises(Exception, match="begins like JSON"):
                read(start)

    def test_cards_and_lines_without_number(self, monkeypatch):
        card = "BEGIN:VCARD\nFN:Ann Bell{}\nEND:VCARD\n"
        monkeypatch.setattr(vcard, "MOST_CARDS", 3)
        with pytest.raises(FileTooLarge):
            read("".join(map(card.format, range(4))).encode())
        monkeypatch.setattr(vcard, "MOST_LINES", 50)
        reading = read((card.format(1) + "BEGIN:VCARD\n" + "A:b\n" * 60).encode())
        assert (reading.read, reading.kept) == (2, 1) and accounted(reading)
        monkeypatch.setattr(decode, "MOST_LINES", 20)
        with pytest.raises(FileTooLarge):
            read((HEADER + ILSE * 30).encode())


def book(*rows):
    made = Workbook()
    for row in rows:
        made.active.append(row)
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def with_member(data, name, content):
    """A workbook with one of its parts replaced."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for info in old.infolist():
            new.writestr(info.filename, content if info.filename == name else old.read(info))
    return out.getvalue()


class TestHostileWorkbooks:
    good = book(HEADER.strip().split(","), ILSE.strip().split(","))
    sheet = "xl/worksheets/sheet1.xml"

    def test_a_good_one_is_read_as_the_csv_would_be(self):
        reading = read(self.good)
        assert (reading.kind, reading.unit, reading.kept) == ("connections", "row", 1)

    def test_entities_and_document_types(self):
        evil = (
            '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
            "<worksheet>&b;</worksheet>"
        )
        for encoding in ("utf-8", "utf-16", "utf-16-be"):
            with pytest.raises(ArchiveUnsafe):
                read(with_member(self.good, self.sheet, evil.encode(encoding)))

    def test_a_declaration_across_two_chunks(self, monkeypatch):
        evil = b" " * ((1 << 20) - 4) + b"<!DOCTYPE x>" + os.urandom(1000).hex().encode()
        with pytest.raises((ArchiveUnsafe, ArchiveBomb)):
            read(with_member(self.good, "docProps/app.xml", evil))

    def test_bombs(self, monkeypatch):
        with pytest.raises(ArchiveBomb):
            read(with_member(self.good, self.sheet, b" " * (8 << 20)))
        monkeypatch.setattr(archive, "MAX_WORKBOOK", 2000)
        with pytest.raises(ArchiveBomb):
            read(self.good)

    def test_cells_without_number(self, monkeypatch):
        monkeypatch.setattr(workbook, "MOST_CELLS", 10)
        with pytest.raises(WorkbookUnreadable):
            read(book(HEADER.strip().split(","), *[ILSE.strip().split(",")] * 5))

    def test_a_stray_cell_in_the_last_row_does_not_hold_up(self):
        made = Workbook()
        made.active.append(HEADER.strip().split(","))
        made.active.append(ILSE.strip().split(","))
        made.active["A1048576"] = "stray"
        out = BytesIO()
        made.save(out)
        assert read(out.getvalue()).kept == 1

    def test_any_damage_is_one_clear_line(self):
        for at in range(0, len(self.good), 97):
            damaged = bytearray(self.good)
            damaged[at] ^= 0xFF
            try:
                read(bytes(damaged))
            except Exception as error:
                assert "\n" not in str(error)
                assert type(error).__module__ == "matcher.contacts.errors", type(error)

    def test_without_the_library(self, monkeypatch):
        monkeypatch.setitem(__import__("sys").modules, "openpyxl", None)
        with pytest.raises(LibraryMissing, match="pip install"):
            read(self.good)

    def test_a_zip_that_only_looks_like_one(self):
        out = BytesIO()
        with zipfile.ZipFile(out, "w") as target:
            target.writestr("xl/workbook.xml", "<x/>")
            target.writestr("../evil.xml", "<x/>")
        with pytest.raises((ArchiveUnsafe, ArchiveDamaged)):
            read(out.getvalue())


PRIVATE = [
    "Job Applicant Saved Answers.csv",
    "Job Applicant Saved Screening Question Responses.csv",
    "Job Applicant Saved Screening Question Responses_1.csv",
    "Screening Question Responses.csv",
    "Jobs/Job Seeker Preferences.csv",
    "Logins.csv",
    "Receipts.csv",
    "Receipts_v2.csv",
    "Security Challenges.csv",
    "Ad_Targeting.csv",
    "Ads Clicked.csv",
    "coach_messages.csv",
    "guide_messages.csv",
    "learning_role_play_messages.csv",
    "LEARNING_COACH_MESSAGES.CSV",
    "PhoneNumbers.csv",
    "Whatsapp Phone Numbers.csv",
    "Email Addresses.csv",
    "SearchQueries.csv",
    "Search Queries.csv",
    "Verifications/Verifications.csv",
    "Inferences_about_you.csv",
    "Registration.csv",
    "Private_identity_asset.csv",
    "Profile.csv",
]
CANARY = "canary-7f3a"


class TestWhatIsNeverOpened:
    """A whole connections table in a private file would be kept if it were ever read."""

    def content(self):
        return HEADER + ILSE.replace("Ilse", CANARY)

    def check(self, db, report, opened):
        assert report.people == 1
        assert [name for name in opened if not name.endswith("Connections.csv")] == []
        left = b"".join(file.read_bytes() for file in db.path.parent.iterdir())
        assert CANARY.encode() not in left
        assert CANARY not in repr(report)

    def test_in_a_folder(self, db, tmp_path, monkeypatch):
        folder = tmp_path / "export"
        for name in PRIVATE:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(self.content(), "utf-8")
        (folder / "Connections.csv").write_text(HEADER + ILSE, "utf-8")
        opened = []
        real = Path.open
        monkeypatch.setattr(
            Path, "open", lambda self, *a, **k: opened.append(self.name) or real(self, *a, **k)
        )
        report = import_files(db, [folder], NOW)
        assert len(report.not_read) == len(PRIVATE)
        self.check(db, report, [name for name in opened if name.lower().endswith(".csv")])

    @pytest.mark.parametrize("prefix", ["", "Basic_Export/", "a/b/"])
    def test_in_a_zip(self, db, tmp_path, prefix, monkeypatch):
        path = tmp_path / "export.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
            for name in PRIVATE:
                target.writestr(prefix + name, self.content())
            target.writestr(prefix + "Connections.csv", HEADER + ILSE)
        opened = []
        real = zipfile.ZipFile.open
        monkeypatch.setattr(
            zipfile.ZipFile,
            "open",
            lambda self, one, *a, **k: opened.append(one.filename) or real(self, one, *a, **k),
        )
        report = import_files(db, [path], NOW)
        assert len(report.not_read) == len(PRIVATE)
        self.check(db, report, opened)

    @pytest.mark.parametrize("name", PRIVATE)
    def test_named_one_by_one(self, db, tmp_path, name):
        path = tmp_path / Path(name).name
        path.write_text(self.content(), "utf-8")
        (tmp_path / "Connections.csv").write_text(HEADER + ILSE, "utf-8")
        report = import_files(db, [path, tmp_path / "Connections.csv"], NOW)
        assert [f.status for f in report.files] == ["failed", "imported"]
        self.check(db, report, [])

    def test_letters_answers_and_numbers_beside_what_is_kept(self, db, tmp_path):
        """In files that are read, the columns that are nobody's business."""
        files = {
            "Connections.csv": HEADER + ILSE,
            "messages.csv": "FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE,SUBJECT,"
            "CONTENT,FOLDER\nMe,https://www.linkedin.com/in/me-example,Ilse Vandermolen,"
            "https://www.linkedin.com/in/ilse-v-example,2024-05-01 10:00:00 UTC,"
            f"{CANARY},{CANARY},INBOX\n",
            "Invitations.csv": "From,To,Sent At,Message,Direction,inviterProfileUrl,"
            f'inviteeProfileUrl\nMe,Ilse,"1/2/26, 9:12 AM",{CANARY},OUTGOING,,\n',
            "Recommendations_Given.csv": "First Name,Last Name,Company,Job Title,Text,"
            f'Creation Date,Status\nIlse,Vandermolen,,,{CANARY},"03/02/20, 04:10 PM",VISIBLE\n',
            "Job Applications.csv": "Application Date,Contact Email,Contact Phone Number,"
            "Company Name,Job Title,Job Url,Resume Name,Question And Answers\n"
            f'"11/5/26, 7:45 PM",{CANARY}@x.example,{CANARY},Oldquay,Cook,,{CANARY},{CANARY}\n',
            "book.vcf": f"BEGIN:VCARD\nFN:Ann Bell\nTEL:{CANARY}\nADR:;;{CANARY}\nBDAY:{CANARY}\n"
            f"NOTE:ex-Oldquay. {CANARY}\nPHOTO:{CANARY}\nEND:VCARD\n",
        }
        for name, content in files.items():
            (tmp_path / name).write_text(content, "utf-8")
        report = import_files(db, [tmp_path / name for name in files], NOW)
        assert [f.status for f in report.files] == ["imported"] * len(files)
        left = b"".join(file.read_bytes() for file in db.path.parent.iterdir())
        assert CANARY.encode() not in left


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="no symbolic links")
def test_a_link_in_a_folder_leads_nowhere(db, tmp_path):
    outside = tmp_path / "outside.csv"
    outside.write_text(HEADER + ILSE, "utf-8")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "Connections.csv").symlink_to(outside)
    report = import_files(db, [folder], NOW)
    assert report.people == 0


def test_encodings_mixed_within_one_file():
    """UTF-8, Windows-1252 and plain lines in one table: each is right, the odd one is named."""
    row = "{},Sol,https://www.linkedin.com/in/p{},,Lumenfjord,,14 Mar 2019\n"
    content = (
        HEADER.encode()
        + row.format("Zoë", 1).encode()
        + row.format("José", 2).encode("cp1252")
        + row.format("Ann", 3).encode()
        + row.format("Jürgen €", 4).encode("cp1252")
    )
    reading = read(content)
    assert [r.first_name for r in reading.rows] == ["Zoë", "José", "Ann", "Jürgen €"]
    assert list(reading.noted.values()) == [[3, 5]]
