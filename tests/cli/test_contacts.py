"""`inroad contacts` as a user meets it."""

import csv
import io
import json
import os
import zipfile

HEADER = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
ILSE = (
    "Ilse,Vandermolen,https://www.linkedin.com/in/ilse-v-example,ilse@quay.example,{},Cook,"
    "14 Mar 2019\n"
)
KOFI = "Kofi,Mensah,https://www.linkedin.com/in/kofi-m-example,,{},Clerk,15 Mar 2019\n"
HOSTILE = (
    "Eve\x1b[2J,=cmd|' /C calc'!A0,https://www.linkedin.com/in/eve-example,,\"+HYPERLINK(1)\","
    "@SUM,16 Mar 2019\n"
)


def book(folder, name="Connections 2026-05-01.csv", *rows):
    path = folder / name
    path.write_text(HEADER + "".join(rows), encoding="utf-8")
    return path


def test_an_import_says_what_it_read_and_what_changed(inroad, tmp_path):
    older = book(
        tmp_path, "Connections 2025-05-01.csv", ILSE.format("Oldquay"), KOFI.format("X"), ",,,,,,\n"
    )
    newer = tmp_path / "Basic_LinkedInDataExport_05-01-2026.zip"
    with zipfile.ZipFile(newer, "w") as target:
        target.writestr(
            "Connections.csv", HEADER + ILSE.format("Bramblewick") + ",,,,,,05 Feb 2018\n"
        )
        target.writestr("messages.csv", "x")
    out = inroad("contacts", "import", older, newer).out
    assert "Connections 2025-05-01.csv: connections as of 2025-05-01 (by its name)" in out
    assert "2 read, 1 kept, 1 skipped" in out
    assert "1 without a name (members who left) (line 3)" in out
    assert "Not read: messages.csv" in out
    assert "2 contacts, 2 of them new." in out
    assert "Ilse Vandermolen: formerly Oldquay (2026), now at Bramblewick" in out
    assert "1 no longer among your connections, so left out of the match: Kofi Mensah" in out
    again = inroad("contacts", "import", older, newer).out
    assert again.count("already imported") == 2 and "Nothing changed: 2 contacts." in again


def test_some_files_failing_is_exit_3_and_all_failing_exit_1(inroad, tmp_path):
    good = book(tmp_path, "good.csv", ILSE.format("Oldquay"))
    empty = tmp_path / "empty.csv"
    empty.write_bytes(b"")
    partly = inroad("contacts", "import", good, empty, tmp_path / "nope.csv", code=3)
    assert "1 contact, 1 of them new." in partly.out
    assert [line.split(": ")[1] for line in partly.err.splitlines()] == ["empty.csv", "nope.csv"]
    assert len(inroad("contacts", "import", empty, code=1).err.splitlines()) == 1
    inroad("contacts", "import", code=2)
    inroad("contacts", "import", good, "--taken-on", "yesterday", code=2)


def test_the_day_given_is_the_day_taken(inroad, tmp_path):
    path = book(tmp_path, "Connections.csv", ILSE.format("Oldquay"))
    assert "as of 2019-03-14" in inroad("contacts", "import", path).out
    again = inroad("contacts", "import", path, "--taken-on", "2025-02-03").out
    assert "already imported, now connections as of 2025-02-03 (as you said)" in again
    contradiction = inroad("contacts", "import", path, "--taken-on", "2010-02-03", code=1)
    assert "cannot be from 2010-02-03" in contradiction.err


def test_a_rename_in_the_alias_table_is_no_move(inroad, tmp_path):
    older = book(tmp_path, "Connections 2021-05-01.csv", ILSE.format("Facebook"))
    newer = book(tmp_path, "Connections 2022-05-01.csv", ILSE.format("Meta"))
    assert "former" not in inroad("contacts", "import", older, newer).out


def test_lists_in_every_shape(inroad, tmp_path):
    assert "No contacts yet" in inroad("contacts", "list").out
    older = book(
        tmp_path, "Connections 2025-05-01.csv", ILSE.format("Oldquay"), KOFI.format("Quillback")
    )
    newer = book(
        tmp_path, "Connections 2026-05-01.csv", ILSE.format("Bramblewick"), KOFI.format("Quillback")
    )
    inroad("contacts", "import", older, newer)
    table = inroad("contacts", "list").out
    assert "Cook, Bramblewick" in table and "Oldquay (2026)" in table and "2 contacts." in table
    assert "1 of 2 contacts" in inroad("contacts", "list", "--former").out
    assert "Kofi" in inroad("contacts", "list", "--employer", "QUILL").out
    assert "0 of 2" in inroad("contacts", "list", "--employer", "quill", "--former").out
    assert "and 1 more" in inroad("contacts", "list", "--limit", "1").out
    people = json.loads(inroad("contacts", "list", "--format", "json").out)
    assert [(p["name"], len(p["employments"])) for p in people] == [
        ("Ilse Vandermolen", 3),
        ("Kofi Mensah", 1),
    ]
    jobs = {job["employer"]: job for job in people[0]["employments"]}
    assert jobs["Oldquay"]["until"] == "2026"
    assert jobs["Quay"]["confidence"] == "suggested"  # by her address at quay.example
    rows = list(csv.DictReader(io.StringIO(inroad("contacts", "list", "--format", "csv").out)))
    assert [(r["name"], r["employer"], r["is_current"]) for r in rows] == [
        ("Ilse Vandermolen", "Bramblewick", "True"),
        ("Ilse Vandermolen", "Oldquay", "False"),
        ("Ilse Vandermolen", "Quay", "False"),
        ("Kofi Mensah", "Quillback", "True"),
    ]


def test_one_contact_by_number_name_address_and_mail(inroad, tmp_path):
    path = book(
        tmp_path, "Connections 2026-05-01.csv", ILSE.format("Oldquay"), KOFI.format("Quillback")
    )
    inroad("contacts", "import", path)
    for who in ("1", "vander", "ILSE", "www.linkedin.com/in/Ilse-v-example/", "ilse@quay.example"):
        shown = inroad("contacts", "show", who).out
        assert shown.startswith("Ilse Vandermolen  [1]")
        assert "now       Cook, Oldquay" in shown
        assert "reported, from LinkedIn connections; shown 2026-05-01" in shown
    assert "2 contacts fit" in inroad("contacts", "show", "e", code=1).err
    assert "Nobody fits" in inroad("contacts", "show", "zzz", code=1).err
    assert "No contact has the number 9" in inroad("contacts", "show", "9", code=1).err


def test_forgetting_asks_and_leaves_no_trace(inroad, tmp_path):
    path = book(tmp_path, "Connections 2026-05-01.csv", ILSE.format("Oldquay"), KOFI.format("X"))
    inroad("contacts", "import", path)
    assert "Nothing was erased" in inroad("contacts", "forget", "ilse", stdin="n\n").out
    assert "Ilse" in inroad("contacts", "list").out
    assert "Erased Ilse Vandermolen: 1 imported row" in inroad("contacts", "forget", "1", "-y").out
    for file in inroad.home.rglob("*"):
        if file.is_file():
            content = file.read_bytes().lower()
            assert b"ilse" not in content and b"vandermolen" not in content
    assert "1 contact." in inroad("contacts", "list").out


def test_nothing_a_file_says_reaches_the_terminal_or_a_spreadsheet_as_a_command(inroad, tmp_path):
    path = book(tmp_path, "Connections 2026-05-01.csv", HOSTILE)
    if os.name == "posix":
        path = path.rename(tmp_path / "Connections \x1b[31m 2026-05-01.csv")
    said = inroad("contacts", "import", path).out
    said += inroad("contacts", "list").out + inroad("contacts", "show", "1").out
    assert "\x1b" not in said and "Eve" in said
    rows = list(csv.reader(io.StringIO(inroad("contacts", "list", "--format", "csv").out)))
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)
    assert "'+HYPERLINK(1)" in rows[1]
