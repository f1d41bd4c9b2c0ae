"""The network database: upgraded from its first version, and rid of people without a trace."""

import zipfile
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

import store
from matcher.contacts import deriving
from matcher.contacts.importing import import_files
from store import network
from store.database import Database
from store.decisions import Answer, Identity, Mapping, Question, save_mapping
from store.derivation import answer, decide
from store.forgetting import forget
from store.verdicts import Verdict, add_verdicts

NOW = datetime(2026, 11, 23, 3)
FIRST = Path(store.__file__).parent / "migrations" / "network" / "0001_network.sql"
HEADER = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"


@pytest.fixture
def db(tmp_path):
    return Database(tmp_path / "home" / "network.duckdb", "network")


def test_a_database_of_the_first_version_is_upgraded_with_everybody_in_it(tmp_path):
    path = tmp_path / "home" / "network.duckdb"
    path.parent.mkdir(mode=0o700)
    with duckdb.connect(path) as old:
        old.execute(FIRST.read_text("utf-8"))
        old.execute("INSERT INTO schema_version VALUES (1, '0001_network.sql', now()::TIMESTAMP)")
        old.execute(
            """
            INSERT INTO imports VALUES (1, 'h', 'connections', 'Connections.csv', '2025-05-01',
                'by its name', NULL, '2025-05-02', 1, 1);
            INSERT INTO connections VALUES (1, 2, 'linkedin:ilse-v', 'Ilse', 'Vandermolen',
                'https://www.linkedin.com/in/ilse-v', 'ilse@oldquay.example', 'Oldquay', 'Cook',
                NULL);
            INSERT INTO contacts VALUES (7, 'Ilse Vandermolen', 'https://www.linkedin.com/in/ilse-v',
                'ilse@oldquay.example', NULL, '2025-05-01', '2025-05-01', true);
            INSERT INTO contact_keys VALUES (7, 'linkedin:ilse-v');
            INSERT INTO employments VALUES (7, 'Oldquay', 'Cook', true, NULL, NULL, NULL, NULL,
                '2025-05-01', '2025-05-01', '2025-05-01', 'reported', 'LinkedIn connections', NULL);
            INSERT INTO verdicts VALUES ('a', 'b', 'A', 'B', true, '2025-05-02');
            """
        )
    db = Database(path, "network")
    (before,) = network.list_contacts(db)
    assert (before.contact_id, before.emails) == (7, ("ilse@oldquay.example",))
    card = tmp_path / "book.vcf"
    card.write_text("BEGIN:VCARD\nFN:Ilse Vandermolen\nORG:Oldquay Ltd\nEND:VCARD\n")
    newer = tmp_path / "Connections 2026-05-01.csv"
    newer.write_text(
        HEADER + "Ilse,Vandermolen,https://www.linkedin.com/in/ilse-v,,Quillback,Cook,\n"
    )
    import_files(db, [card, newer], NOW)
    (after,) = network.list_contacts(db)
    assert after.contact_id == 7
    assert {(e.employer, e.is_current) for e in after.employments} == {
        ("Quillback", True),
        ("Oldquay", False),
    }


MARK = "zzcanary"
"""In every cell about the person that any file has."""


def everything(db, tmp_path):
    """A network in which one person is named in every table that can name one."""
    files = {
        "Connections 2025-05-01.csv": HEADER
        + f"Mark,{MARK}son,https://www.linkedin.com/in/{MARK}-1,,{MARK}corp,{MARK}x,1 May 2019\n"
        + "Kofi,Mensah,https://www.linkedin.com/in/kofi-m,,Quillback,Clerk,2 May 2019\n",
        "Connections 2026-05-01.csv": HEADER
        + f"Mark,{MARK}son,https://www.linkedin.com/in/{MARK}-1,,{MARK}next,,1 May 2019\n"
        + "Kofi,Mensah,https://www.linkedin.com/in/kofi-m,,Quillback,Clerk,2 May 2019\n",
        f"{MARK}son.vcf": f"BEGIN:VCARD\nUID:{MARK}-uid\nFN:Mark {MARK}son\nORG:{MARK}next\n"
        f"EMAIL:m@{MARK}old.example\nEMAIL;TYPE=old:mm@{MARK}older.example\n"
        f"NOTE:ex-{MARK}note\nEND:VCARD\n"
        f"BEGIN:VCARD\nFN:Mark {MARK}son\nORG:{MARK}else\nEND:VCARD\n"
        f"BEGIN:VCARD\nFN:Kofi Mensah\nORG:Quillback\nNOTE:ex-Oldquay\nEND:VCARD\n",
        "resume.json": '{"basics": {"name": "Mark MARKson", "profiles": [{"url": '
        '"https://www.linkedin.com/in/MARK-1"}]}, "work": [{"name": "MARKwork", "endDate": "2010"}'
        '], "education": [{"institution": "MARKschool"}]}'.replace("MARK", MARK),
        "people.csv": f"Who,Firm\nMark {MARK}son,{MARK}next\n",
        "workhistory.csv": "contact_key,employer,note\n"
        f"linkedin:{MARK}-1,{MARK}history,{MARK}\nKofi Mensah,Oldquay,through Mark {MARK}son\n",
        "messages.csv": "FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE,CONTENT\n"
        f"Me,https://www.linkedin.com/in/me,Mark {MARK}son,https://www.linkedin.com/in/{MARK}-1,"
        "2024-05-01 10:00:00 UTC,x\n"
        "Me,https://www.linkedin.com/in/me,Kofi Mensah,https://www.linkedin.com/in/kofi-m,"
        "2024-05-01 10:00:00 UTC,x\n",
        "Invitations.csv": "From,To,Sent At,Message,Direction,inviterProfileUrl,inviteeProfileUrl\n"
        f'Mark {MARK}son,Me,"1/2/26, 9:12 AM",,INCOMING,https://www.linkedin.com/in/{MARK}-1,'
        "https://www.linkedin.com/in/me\n",
        "Recommendations_Given.csv": "First Name,Last Name,Company,Job Title,Text,Creation Date\n"
        f'Mark,{MARK}son,{MARK}next,{MARK},x,"03/02/20, 04:10 PM"\n',
        "Endorsement_Given_Info.csv": "Endorsement Date,Skill Name,Endorsee First Name,"
        "Endorsee Last Name,Endorsee Public Url\n"
        f"2020/03/06 11:02:03 UTC,x,Mark,{MARK}son,www.linkedin.com/in/{MARK}-1\n",
        "Contacts.csv": "Source,FirstName,LastName,Companies,Title,Emails,FullName\n"
        f"MOBILE_CONTACTS,Mark,{MARK}son,{MARK}next,,m@{MARK}old.example,\n",
    }
    save_mapping(db, Mapping(("firm", "who"), ("name", "employer"), ("Who", "Firm"), NOW))
    for name, text in files.items():
        (tmp_path / name).write_text(text, "utf-8")
    report = import_files(db, [tmp_path / name for name in files], NOW)
    assert not report.failed, report.failed


def tables_naming(db, mark):
    """Every table with a cell that holds the mark."""
    found = set()
    with db.read() as duck:
        for (table,) in duck.execute(
            "SELECT table_name FROM duckdb_tables() WHERE NOT internal"
        ).fetchall():
            rows = duck.execute(f"SELECT * FROM {table}").fetchall()
            if mark in repr(rows).casefold():
                found.add(table)
    return found


def test_forgetting_leaves_no_trace_in_any_table_or_byte(db, tmp_path):
    everything(db, tmp_path)
    people = {c.contact_id: c for c in network.list_contacts(db)}
    marked = [c for c in people.values() if MARK in c.name]
    first, other = sorted(marked, key=lambda c: c.contact_id)[:2]
    kofi = next(c for c in people.values() if c.name == "Kofi Mensah")
    keys = {c.contact_id: network.keys_of(db, c.contact_id) for c in people.values()}
    decide(
        db,
        [Identity(keys[first.contact_id][0], keys[kofi.contact_id][0], False, NOW)],
        deriving.derive,
    )
    given = [
        Answer(keys[who.contact_id][0], employer, Question.WORKED, True, None, None, None, NOW)
        for who, employer in ((first, f"{MARK}note"), (kofi, "Oldquay"))
    ]
    answer(db, given, deriving.derive)
    add_verdicts(db, [Verdict("x", f"{MARK}next", "X", f"{MARK}next", True, NOW)])
    assert tables_naming(db, MARK) == {
        "imports", "connections", "cards", "card_jobs", "work_history", "interactions", "contacts",
        "contact_keys", "employments", "schools", "identities", "answers", "verdicts",
    }  # fmt: skip
    forget(db, first.contact_id)
    assert MARK in "".join(c.name for c in network.list_contacts(db))
    forget(db, other.contact_id)
    assert tables_naming(db, MARK) == set()
    left = b"".join(f.read_bytes() for f in db.path.parent.iterdir() if f.is_file()).lower()
    assert MARK.encode() not in left
    # Everything about the other person is still there.
    (still,) = network.list_contacts(db)
    assert still.contact_id == kofi.contact_id
    assert {e.employer for e in still.employments} == {"Quillback", "Oldquay"}
    assert [e.kind for e in network.evidence(db)[kofi.contact_id]] == ["message"]
    with db.read() as duck:
        for table in ("row_owners", "evidence", "doubts", "contact_keys", "schools", "employments"):
            rows = duck.execute(f"SELECT DISTINCT contact_id FROM {table}").fetchall()
            assert rows in ([], [(kofi.contact_id,)]), table


def test_undo_takes_the_rows_of_every_kind(db, tmp_path):
    everything(db, tmp_path)
    from store.derivation import take_back
    from store.imports import list_imports

    take_back(db, [one.import_id for one in list_imports(db)], deriving.derive)
    assert network.list_contacts(db) == [] and network.evidence(db) == {}
    assert tables_naming(db, MARK) == set()
    left = b"".join(f.read_bytes() for f in db.path.parent.iterdir() if f.is_file()).lower()
    assert MARK.encode() not in left


def test_a_zip_inside_a_zip_is_not_opened(db, tmp_path):
    inner = tmp_path / "inner.zip"
    with zipfile.ZipFile(inner, "w") as z:
        z.writestr("Connections.csv", HEADER + "A,B,https://www.linkedin.com/in/a,,X,,\n")
    with zipfile.ZipFile(tmp_path / "outer.zip", "w") as z:
        z.write(inner, "inner.zip")
        z.writestr("Education.csv", "School Name,Start Date,End Date\nFjordside,2010,2014\n")
    report = import_files(db, [tmp_path / "outer.zip"], NOW)
    assert report.people == 0 and report.not_read == ["outer.zip: inner.zip"]
