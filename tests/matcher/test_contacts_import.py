"""Files, folders and zips → the network database, and what is forgotten again."""

import io
import os
import random
import struct
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.contacts import archive
from matcher.contacts.errors import ContactsError, DateImpossible
from matcher.contacts.importing import import_files
from store import network
from store.database import Database
from store.forgetting import forget
from store.imports import list_imports
from store.rows import Confidence, Kind
from store.verdicts import Verdict, add_verdicts, list_verdicts

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "contacts"
NOW = datetime(2026, 11, 23, 3)
HEADER = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
ILSE = "Ilse,Vandermolen,https://www.linkedin.com/in/ilse-v-example,ilse@quay.example,{},Cook,"
KOFI = "Kofi,Mensah,https://www.linkedin.com/in/kofi-m-example,,{},Clerk,"
DAY = "14 Mar 2019\n"


@pytest.fixture
def db(tmp_path):
    return Database(tmp_path / "home" / "network.duckdb", "network")


@pytest.fixture
def older(tmp_path):
    path = tmp_path / "Connections 2025-05-01.csv"
    path.write_text(HEADER + ILSE.format("Oldquay Ltd") + DAY + KOFI.format("Quillback") + DAY)
    return path


@pytest.fixture
def newer(tmp_path):
    path = tmp_path / "Connections 2026-05-01.csv"
    path.write_text(HEADER + ILSE.format("Bramblewick") + DAY + KOFI.format("Quillback") + DAY)
    return path


def zipped(path, members, when=(2026, 11, 20, 10, 0, 0)):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in members.items():
            target.writestr(zipfile.ZipInfo(name, when), content, zipfile.ZIP_DEFLATED)
    return path


def state(db):
    """Everything derived, without the numbers that depend on who came first."""
    return sorted(
        (c.name, c.profile_url, c.linked, c.employments) for c in network.list_contacts(db)
    )


def test_an_export_zip_is_taken_as_a_whole(db, tmp_path):
    path = zipped(
        tmp_path / "Basic_LinkedInDataExport_11-22-2026.zip",
        {
            "Export/CONNECTIONS.CSV": (FIXTURES / "connections_native.csv").read_bytes(),
            "Export/Positions.csv": (FIXTURES / "positions.csv").read_bytes(),
            "Education.csv": (FIXTURES / "education.csv").read_bytes(),
            "messages.csv": "FROM,TO,DATE,SUBJECT,CONTENT\nMe,Ilse Vandermolen,"
            "2024-05-01 10:00:00 UTC,top,secret\n",
            "Company Follows.csv": "Organization,Followed On\n"
            "Oldquay,Fri Mar 22 10:11:12 UTC 2024\n",
            "Rich_Media.jpg": b"\xff\xd8\xff",
            "Shares.csv": "Date,ShareLink\n2020-01-01,x\n",
        },
    )
    report = import_files(db, [path], NOW)
    assert [(f.kind, f.taken_on, f.taken_from, f.read, f.kept) for f in report.files] == [
        (Kind.CONNECTIONS, date(2026, 11, 22), "by its name", 7, 6),
        (Kind.POSITIONS, date(2026, 11, 22), "by its name", 3, 3),
        (Kind.EDUCATION, date(2026, 11, 22), "by its name", 1, 1),
        (Kind.MESSAGES, date(2026, 11, 22), "by its name", 1, 1),
        (Kind.FOLLOWS, date(2026, 11, 22), "by its name", 1, 1),
    ]
    assert [n.rpartition(": ")[2] for n in report.not_read] == ["Rich_Media.jpg", "Shares.csv"]
    assert (report.people, report.new) == (6, 6)
    assert [p.employer for p in network.own_positions(db)] == [
        "Oldquay Ltd",
        "Halvorsen Tidewater",
        "Lumenfjord GmbH",
    ]
    assert [s.school for s in network.own_education(db)] == ["Fjordside University"]
    assert b"secret" not in db.path.read_bytes()


def test_private_members_are_never_opened(db, tmp_path, monkeypatch):
    opened = []
    real = zipfile.ZipFile.open
    monkeypatch.setattr(
        zipfile.ZipFile,
        "open",
        lambda self, member, *a, **k: opened.append(member.filename) or real(self, member, *a, **k),
    )
    private = [
        "guide_messages.csv", "coach_messages.csv", "learning_role_play_messages.csv",
        "Logins.csv", "Receipts_v2.csv", "Security Challenges.csv", "Ad_Targeting.csv",
        "Job Applicant Saved Answers.csv", "Jobs/Job Applicant Saved Answers.csv",
        "Job Applicant Saved Screening Question Responses.csv",
        "Jobs/Job Seeker Preferences.csv", "Screening Question Responses.csv",
        "Profile.csv", "PhoneNumbers.csv", "Email Addresses.csv", "SearchQueries.csv",
        "Verifications/Verifications.csv", "Inferences_about_you.csv", "Registration.csv",
    ]  # fmt: skip
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as target:
        for name in private:
            target.writestr(name, "canary")
        target.writestr("Connections.csv", HEADER + ILSE.format("Oldquay") + DAY)
    opened.clear()
    report = import_files(db, [path], NOW)
    assert report.people == 1
    assert opened == ["Connections.csv"]
    assert len(report.not_read) == len(private)
    assert b"canary" not in db.path.read_bytes()


@pytest.mark.parametrize("name", ["Job Applicant Saved Answers.csv", "Logins.csv"])
def test_private_files_are_not_opened_when_named_one_by_one(db, tmp_path, name, monkeypatch):
    (tmp_path / name).write_text(HEADER + ILSE.format("Oldquay") + DAY)
    opened = []
    real = Path.open
    monkeypatch.setattr(
        Path, "open", lambda self, *a, **k: opened.append(self.name) or real(self, *a, **k)
    )
    (file,) = import_files(db, [tmp_path / name], NOW).files
    assert "private matters" in file.error and name not in opened


def test_two_exports_show_a_former_workplace(db, older, newer):
    assert import_files(db, [older], NOW).moves == []
    report = import_files(db, [newer], NOW)
    (move,) = report.moves
    assert (move.name, move.left, move.until, move.now) == (
        "Ilse Vandermolen",
        "Oldquay Ltd",
        "2026",
        "Bramblewick",
    )
    assert (report.new, report.people) == (0, 2)
    assert [(w.name, w.employer, w.relation, w.until) for w in network.workplaces(db)] == [
        ("Ilse Vandermolen", "Bramblewick", "current", None),
        ("Ilse Vandermolen", "Oldquay Ltd", "former", "2026"),
        ("Kofi Mensah", "Quillback", "current", None),
    ]


def test_the_same_bytes_again_change_nothing(db, older, newer):
    import_files(db, [older, newer], NOW)
    before = state(db), list_imports(db)
    report = import_files(db, [newer, older, newer], datetime(2026, 11, 24))
    assert [f.status for f in report.files] == ["known"] * 3
    assert (report.new, report.moves, report.people) == (0, [], 2)
    assert (state(db), list_imports(db)) == before


def test_any_order_gives_the_same_network(tmp_path, older, newer):
    history = tmp_path / "workhistory 2026-06-01.csv"
    history.write_text(
        "contact_key,employer,start,end\nKofi Mensah,Oldquay,2001,2004\nNo One,Oldquay,2001,\n"
    )
    zip_ = zipped(
        tmp_path / "Complete_LinkedInDataExport_11-01-2026.zip",
        {"Connections.csv": HEADER + ILSE.format("Bramblewick") + DAY},
    )
    copy = tmp_path / "copy.csv"
    copy.write_bytes(newer.read_bytes())
    paths = [older, newer, history, zip_, copy]
    states = []
    for number in range(6):
        random.Random(number).shuffle(paths)
        db = Database(tmp_path / f"home{number}" / "network.duckdb", "network")
        for path in paths:
            import_files(db, [path], NOW)
        states.append((state(db), network.workplaces(db)[0].employer))
    assert all(s == states[0] for s in states)
    assert len(states[0][0]) == 2


def test_numbers_of_contacts_outlive_later_imports(db, older, newer):
    import_files(db, [newer], NOW)
    numbers = {c.name: c.contact_id for c in network.list_contacts(db)}
    import_files(db, [older, FIXTURES / "connections_native.csv"], NOW)
    after = {c.name: c.contact_id for c in network.list_contacts(db)}
    assert {name: after[name] for name in numbers} == numbers
    # Six more, one of whom is Ilse under another profile address.
    assert len(set(after.values())) == len(after) == 7


def test_who_left_and_what_is_only_suggested_stay_out_of_the_match(db, older, tmp_path):
    newer = tmp_path / "Connections 2026-05-01.csv"
    newer.write_text(HEADER + ILSE.format("") + DAY)
    report = import_files(db, [older, newer], NOW)
    assert report.unlinked == ["Kofi Mensah"]
    assert network.workplaces(db) == []
    ilse, kofi = network.list_contacts(db)
    assert ilse.employments[0].confidence is Confidence.SUGGESTED
    assert (kofi.linked, kofi.employments[0].employer) == (False, "Quillback")


def test_an_unusable_file_never_costs_the_others(db, older, tmp_path):
    (tmp_path / "empty.csv").write_bytes(b"")
    (tmp_path / "picture.csv").write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04 but not really")
    report = import_files(
        db,
        [
            tmp_path / "empty.csv",
            tmp_path / "picture.csv",
            tmp_path / "broken.zip",
            tmp_path / "missing.csv",
            FIXTURES / "connections_header_only.csv",
            older,
        ],
        NOW,
    )
    assert [f.name for f in report.failed] == [
        "empty.csv", "picture.csv", "broken.zip", "missing.csv", "connections_header_only.csv",
    ]  # fmt: skip
    assert all(f.error and "\n" not in f.error for f in report.failed)
    assert report.people == 2


def test_a_folder_is_searched_and_strange_files_in_it_are_named(db, older, newer, tmp_path):
    folder = tmp_path / "folder"
    (folder / "deep").mkdir(parents=True)
    older.rename(folder / "deep" / older.name)
    newer.rename(folder / newer.name)
    (folder / "shopping.csv").write_text("item,price\ntea,3\n")
    (folder / "photo.jpg").write_bytes(b"\xff\xd8\xff")
    (folder / ".hidden.csv").write_text("x")
    report = import_files(db, [folder], NOW)
    assert [f.status for f in report.files] == ["imported", "imported"]
    assert sorted(report.not_read) == ["photo.jpg", "shopping.csv"]
    assert len(report.moves) == 1


def test_a_folder_with_nothing_known_is_an_error(db, tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "shopping.csv").write_text("item,price\ntea,3\n")
    report = import_files(db, [tmp_path / "folder"], NOW)
    assert [f.status for f in report.files] == ["failed"]
    assert report.not_read == ["shopping.csv"]


class TestTheDayOfAFile:
    def day(self, db, path, **given):
        (file,) = import_files(db, [path], NOW, **given).files
        return file.taken_on, file.taken_from, file.status

    def plain(self, tmp_path, name="Connections.csv"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(HEADER + ILSE.format("Oldquay") + DAY)
        return path

    def test_the_users_word_comes_first(self, db, older):
        given = date(2025, 6, 6)
        assert self.day(db, older, taken_on=given)[:2] == (given, "as you said")

    def test_then_the_name_of_the_zip(self, db, tmp_path):
        path = zipped(
            tmp_path / "Basic_LinkedInDataExport_10-31-2026 (1).zip",
            {"Connections.csv": HEADER + ILSE.format("Oldquay") + DAY},
        )
        assert self.day(db, path)[:2] == (date(2026, 10, 31), "by its name")

    def test_or_of_the_folder(self, db, tmp_path):
        path = self.plain(tmp_path, "Basic_LinkedInDataExport_10-31-2026/Connections.csv")
        assert self.day(db, path)[:2] == (date(2026, 10, 31), "by its name")

    def test_then_the_time_in_the_zip(self, db, tmp_path):
        path = zipped(
            tmp_path / "export.zip", {"Connections.csv": HEADER + ILSE.format("Oldquay") + DAY}
        )
        assert self.day(db, path)[:2] == (date(2026, 11, 20), "by its date in the zip")

    def test_then_the_newest_connection(self, db, tmp_path):
        path = self.plain(tmp_path)
        assert self.day(db, path)[:2] == (date(2019, 3, 14), "by its newest connection")

    def test_then_the_files_own_date(self, db, tmp_path):
        path = tmp_path / "workhistory.csv"
        path.write_text("contact_key,employer\nIlse,Oldquay\n")
        os.utime(path, (1_700_000_000, 1_700_000_000))
        assert self.day(db, path)[:2] == (date(2023, 11, 14), "by the file's date")

    def test_a_name_that_contradicts_the_content_is_not_believed(self, db, tmp_path):
        path = self.plain(tmp_path, "Connections 2010-01-01.csv")
        assert self.day(db, path)[1] == "by its newest connection"

    def test_the_users_word_against_the_content_is_an_error(self, db, older):
        report = import_files(db, [older], NOW, taken_on=date(2010, 1, 1))
        assert "2019-03-14" in report.failed[0].error
        with pytest.raises(DateImpossible):
            import_files(db, [older], NOW, taken_on=date(2027, 1, 1))

    def test_a_known_file_can_be_given_another_day(self, db, tmp_path):
        path = self.plain(tmp_path)
        self.day(db, path)
        assert self.day(db, path, taken_on=date(2025, 1, 1))[2] == "redated"
        assert self.day(db, path)[::2] == (date(2025, 1, 1), "known")
        assert network.list_contacts(db)[0].last_seen == date(2025, 1, 1)


def test_exports_of_one_day_are_pointed_out(db, tmp_path):
    for name, employer in (("a.csv", "Oldquay"), ("b.csv", "Quillback")):
        (tmp_path / name).write_text(HEADER + ILSE.format(employer) + DAY)
    report = import_files(db, [tmp_path / "a.csv", tmp_path / "b.csv"], NOW)
    assert report.same_day == ["a.csv", "b.csv"]


def test_rows_of_a_work_history_that_find_nobody_wait_and_are_named(db, older, tmp_path):
    path = tmp_path / "workhistory.csv"
    path.write_text("contact_key,employer\nlinkedin:ilse-v-example,Oldquay\nNo One,Oldquay\n")
    report = import_files(db, [path], NOW)
    assert list(report.files[0].noted.values()) == [[2, 3]]
    report = import_files(db, [older], NOW)
    assert network.list_contacts(db)[0].employments[0].confidence is Confidence.CONFIRMED


class TestHostileZips:
    def refused(self, db, path, word):
        report = import_files(db, [path], NOW)
        assert [f.status for f in report.files] == ["failed"]
        assert word in report.files[0].error and "\n" not in report.files[0].error
        assert list_imports(db) == []

    @pytest.mark.parametrize(
        "name", ["../Connections.csv", "a/../../Connections.csv", "/etc/Connections.csv",
                 "C:\\Connections.csv", "..\\Connections.csv"],
    )  # fmt: skip
    def test_a_path_that_leads_out(self, db, tmp_path, name):
        path = zipped(tmp_path / "z.zip", {name: HEADER + ILSE.format("X") + DAY})
        self.refused(db, path, "leads out")
        assert not (tmp_path / "Connections.csv").exists()

    def test_a_bomb(self, db, tmp_path):
        path = zipped(tmp_path / "z.zip", {"Connections.csv": b"0" * (8 << 20)})
        self.refused(db, path, "zip bomb")

    def test_a_bomb_in_a_member_nobody_would_read(self, db, tmp_path):
        path = zipped(tmp_path / "z.zip", {"x.bin": b"0" * (8 << 20), "Connections.csv": HEADER})
        self.refused(db, path, "zip bomb")

    def test_a_bomb_that_lies_about_its_size(self, db, tmp_path):
        path = zipped(tmp_path / "z.zip", {"Connections.csv": b"0" * (8 << 20)})
        real = (8 << 20).to_bytes(4, "little")
        path.write_bytes(path.read_bytes().replace(real, struct.pack("<I", 100)))
        self.refused(db, path, "damaged")

    def test_too_many_members(self, db, tmp_path):
        path = zipped(tmp_path / "z.zip", {f"{n}.csv": "x" for n in range(501)})
        self.refused(db, path, "501 files")

    def test_an_encrypted_member(self, db, tmp_path):
        path = zipped(tmp_path / "z.zip", {"Connections.csv": HEADER + ILSE.format("X") + DAY})
        data = bytearray(path.read_bytes())
        data[6] |= 1
        data[data.index(b"PK\x01\x02") + 8] |= 1
        path.write_bytes(data)
        self.refused(db, path, "encrypted")

    def test_a_workbook_that_is_none(self, db, tmp_path):
        path = zipped(tmp_path / "book.xlsx", {"xl/workbook.xml": "<x/>"})
        self.refused(db, path, "workbook is damaged")

    def test_a_damaged_member_does_not_cost_the_others(self, db, tmp_path):
        path = zipped(
            tmp_path / "z.zip",
            {
                "Connections.csv": HEADER + ILSE.format("Oldquay") + DAY,
                "Positions.csv": (FIXTURES / "positions.csv").read_bytes(),
            },
        )
        data = bytearray(path.read_bytes())
        start = data.index(b"Positions.csv") + len("Positions.csv")
        data[start : start + 20] = bytes(20)
        path.write_bytes(data)
        report = import_files(db, [path], NOW)
        assert [f.status for f in report.files] == ["imported", "failed"]
        assert report.people == 1

    @settings(max_examples=150, deadline=None)
    @given(st.data())
    def test_no_damage_makes_the_archive_reader_crash(self, data):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
            target.writestr("Connections.csv", HEADER + ILSE.format("Oldquay") + DAY)
            target.writestr("a/b.csv", "x,y\n" * 50)
        whole = bytearray(buffer.getvalue())
        for _ in range(data.draw(st.integers(1, 6))):
            whole[data.draw(st.integers(4, len(whole) - 1))] = data.draw(st.integers(0, 255))
        try:
            tables, _ = archive.members(io.BytesIO(bytes(whole)))
        except ContactsError:
            return
        for member in tables:
            try:
                assert len(member.load()) <= archive.MAX_MEMBER
            except ContactsError:
                continue


class TestForget:
    def test_nothing_of_the_person_remains_in_the_file(self, db, older, newer, tmp_path):
        history = tmp_path / "Kofi Mensah and others.csv"
        history.write_text(
            "contact_key,employer,note\nlinkedin:ilse-v-example,Oldquay,met in Antwerp\n"
            "Ilse Vandermolen,Tidewrack,\nKofi Mensah,Oldquay,by way of ILSE Vandermolen\n"
        )
        renamed = tmp_path / "Connections 2026-06-01.csv"
        renamed.write_text(
            HEADER
            + "Ilse,Vandermolen,https://www.linkedin.com/in/ilse-renamed,,Fathomworks,,"
            + DAY
            + KOFI.format("Quillback")
            + DAY
        )
        import_files(db, [older], NOW)
        import_files(db, [newer, history], NOW)
        import_files(db, [renamed], NOW)
        kept = Verdict("q", "quillback", "Q", "Quillback", False, NOW)
        add_verdicts(db, [Verdict("fathomworks", "fw", "FW Ltd", "Fathomworks", True, NOW), kept])
        ilse, kofi = network.list_contacts(db)
        assert ilse.profile_url.endswith("ilse-renamed")
        traces = [b"ilse", b"vandermolen", b"tidewrack", b"fathomworks", b"antwerp", b"bramblewick"]
        assert all(trace in self.bytes(db) for trace in traces)
        assert forget(db, ilse.contact_id) == 5
        assert [trace for trace in traces if trace in self.bytes(db)] == []
        assert [c.contact_id for c in network.list_contacts(db)] == [kofi.contact_id]
        assert {w.employer for w in network.workplaces(db)} == {"Quillback", "Oldquay"}
        assert list_verdicts(db) == [kept]
        forget(db, kofi.contact_id)
        assert b"mensah" not in self.bytes(db) and b"kofi" not in self.bytes(db)

    def test_the_same_file_does_not_bring_them_back(self, db, older):
        import_files(db, [older], NOW)
        forget(db, network.list_contacts(db)[0].contact_id)
        assert import_files(db, [older], NOW).files[0].status == "known"
        assert [c.name for c in network.list_contacts(db)] == ["Kofi Mensah"]

    def test_nobody_else_is_touched(self, db):
        import_files(db, [FIXTURES / "connections_native.csv"], NOW)
        before = network.list_contacts(db)
        forget(db, before[2].contact_id)
        assert network.list_contacts(db) == before[:2] + before[3:]
        assert forget(db, 999) == 0
        assert network.list_contacts(db) == before[:2] + before[3:]

    def bytes(self, db):
        files = [p for p in db.path.parent.iterdir() if p.is_file()]
        return b"".join(p.read_bytes() for p in files).lower()


@pytest.mark.skipif(os.name != "posix", reason="POSIX permissions")
def test_the_file_is_the_users_alone(db, older):
    import_files(db, [older], NOW)
    assert db.path.stat().st_mode & 0o777 == 0o600
    assert db.path.parent.stat().st_mode & 0o777 == 0o700


def test_verdicts_are_replaced_by_later_ones(db):
    add_verdicts(db, [Verdict("a", "b", "A", "B", True, NOW)])
    later = Verdict("a", "b", "A", "B", False, NOW)
    add_verdicts(db, [later])
    assert list_verdicts(db) == [later]


def test_text_of_any_kind_survives_the_database(db, tmp_path):
    path = tmp_path / "Connections.csv"
    path.write_text(
        HEADER + "O'Neil\"; DROP TABLE,x,https://www.linkedin.com/in/o,,林 🚀 株式会社,%_\\,,\n",
        encoding="utf-8",
    )
    import_files(db, [path], NOW)
    (contact,) = network.list_contacts(db)
    assert contact.employments[0].employer == "林 🚀 株式会社"


SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "reference" / "contacts" / "samples"


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="no samples beside the checkout")
def test_the_sample_pair_of_exports(db):
    report = import_files(db, [SAMPLES / "linkedin" / "synthetic" / "snapshots"], NOW)
    assert (report.people, len(report.moves), len(report.unlinked)) == (8, 1, 2)
    assert len(network.workplaces(db)) == 7
