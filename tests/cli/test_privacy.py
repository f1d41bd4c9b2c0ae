"""People's data stays in network.duckdb: names are planted, errors provoked, bytes searched."""

import json
import socket
from pathlib import Path

import duckdb
import pytest

from tests.conftest import Inroad

MARK = "zqmark"
NAME = "Zqmark Zqmarkson"
FILES = {
    "Connections.csv": (
        "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
        "Zqmark,Zqmarkson,https://www.linkedin.com/in/zqmark-example,zqmark@zqmark.example,"
        "Marrowfield Health,Zqmark Engineer,11 Aug 2024\n"
    ),
    "messages.csv": (
        "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,"
        "DATE,SUBJECT,CONTENT,FOLDER\n"
        "1,,Zqmark Zqmarkson,https://www.linkedin.com/in/zqmark-example,Alex Seeker,"
        "https://www.linkedin.com/in/alex-example,2024-05-01 10:00:00 UTC,zqmark,zqmark,INBOX\n"
    ),
    "Recommendations_Received.csv": (
        "First Name,Last Name,Company,Job Title,Text,Creation Date,Status\n"
        'Zqmark,Zqmarkson,Zqmark Works,Zqmark Lead,zqmark,"01/02/20, 03:04 PM",VISIBLE\n'
    ),
    "workhistory.csv": (
        "contact_key,employer,title,start,end,is_current,source,confidence,note\n"
        "linkedin:zqmark-example,Zqmark Old Works,Zqmark Baker,2010,2014,no,user,confirmed,zqmark\n"
    ),
    "Zqmark Zqmarkson.vcf": (
        "BEGIN:VCARD\nVERSION:3.0\nFN:Zqmark Zqmarkson\nEMAIL:zqmark@zqmark.example\n"
        "ORG:Marrowfield Health\nTITLE:Zqmark Engineer\nNOTE:Previously at Zqmark Foundry\n"
        "END:VCARD\n"
    ),
}
SETS = (
    *("--set", "ask.topic=zqmark pipelines", "--set", "ask.purpose_line=How does zqmark work?"),
    *("--set", "ask.reason_line=You, zqmark, know this work better than anybody else I could ask."),
)
TWICE = ("--override", "zqmark offered", "--override", "zqmark offered")


def bytes_with_mark(folder, allowed=()):
    """Files below a folder that hold the mark, apart from those that may."""
    return [
        str(file.relative_to(folder))
        for file in folder.rglob("*")
        if file.is_file()
        and not file.name.startswith(allowed or ("\0",))
        and MARK.encode() in file.read_bytes().lower()
    ]


@pytest.fixture
def planted(asker, tmp_path):
    """A home in which somebody marked is in every input and every table of the ledger."""
    books = tmp_path / "books"
    books.mkdir()
    for name, text in FILES.items():
        (books / name).write_text(text, encoding="utf-8")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    asker.environment |= {
        name: str(scratch) for name in ("TMPDIR", "HOME", "XDG_CACHE_HOME", "TMP", "TEMP")
    }
    asker("contacts", "import", *sorted(books.iterdir()))
    asker.zq = zq = asker.contact(NAME)
    asker("contacts", "rate", zq, 3)
    asker("ask", "new", zq, "--employer", "Marrowfield Health", *SETS)
    for verb in ("approve", "sent"):
        asker("ask", verb, 1, "--reason", "zqmark said so")
    asker("ask", "agreed", 1)
    asker("ask", "talked", 1, "--learned", "what zqmark told me about it.", "--none")
    asker("ask", "new", zq, "--employer", "Quillmere", *TWICE)
    asker(
        *("ask", "new", "Desta Worku", "--kind", "introduction", "--to", zq),
        *("--set", "ask.topic=zqmark", "--set", "target.role=Zqmark Chief"),
    )
    for verb in ("approve", "sent", "agreed"):
        asker("ask", verb, 3, "--reason", "zqmark")
    asker("ask", "heads-up", 3, "--may-use-name", "yes")
    asker("ask", "target-ok", 3)
    asker("ask", "talked", 3, "--referral", "Wim Other, Clerk, Quillmere", "--reason", "by zqmark")
    asker("ask", "new", "Wim Other", "--set", "ask.topic=as zqmark-example said")
    asker("give", "to", zq, "--what", "article", "--note", "zqmark likes it")
    asker("give", "from", "Desta Worku", "--note", "told me of Zqmark Zqmarkson")
    asker("contacts", "block", zq, "--reason", "zqmark asked for it")
    asker("contacts", "block", "Desta Worku", "--reason", "knows Zqmark Zqmarkson")
    asker("contacts", "unblock", zq)
    return asker


def test_nothing_of_people_is_written_elsewhere_or_told_by_errors(planted, tmp_path, monkeypatch):
    home = planted.home
    for words in (
        ("match", "--explain"),
        ("today",),
        ("ask", "list", "--all"),
        ("ask", "show", 1),
        ("asks", "tree"),
        ("give", "first"),
        ("contacts", "stats"),
        ("ask", "draft", 1, "thanks_target"),
        ("asks", "landed", "--news", "I have started at Quillmere this week."),
    ):
        planted(*words)
    broken = tmp_path / "books" / "broken-facts.json"
    broken.write_text('{"target": {"name": "Zqmark', encoding="utf-8")
    garbage = tmp_path / "books" / "garbage.csv"
    garbage.write_bytes(b'First Name,Last Name,URL\n"Zqmark\x00,\xff\xfe zqmark')
    (home / "templates" / "en").mkdir(parents=True)
    (home / "templates" / "en" / "mine.j2").write_text(
        '{#\npurpose = "x"\nchannel = "email"\nkind = "information"\nto = "target"\n'
        'language = "en"\nmax_words = 9\nrequires = []\n#}\n{{ target.name.no.such }}\n'
    )
    failing = (
        ("draft", "info_direct_email", "--facts", broken),
        ("ask", "draft", 1, "no_such_template"),
        ("ask", "draft", 1, "mine"),
        ("ask", "edit", 1, "--set", f"ask.reason_line={MARK}"),
        ("ask", "edit", 1, "--set", f"target.email={MARK} at nowhere"),
        ("ask", "sent", 1),
        ("ask", "draft", 1, "thanks_target", "--as", "mailto", "--out", home / "no" / "such"),
        ("ask", "draft", 3, "call_agenda", "--as", "ics"),
        ("ask", "new", planted.zq, "--employer", "Kestrelline Robotics"),
        ("asks", "merge", home / "no" / "such.csv"),
        ("export", home / "no" / "such.csv"),
        ("contacts", "import", garbage, tmp_path / "books" / "absent.csv"),
    )
    for words in failing:
        ran = planted(*words, "-v", code=None)
        assert ran.code, words
        assert MARK not in (ran.out + ran.err).lower(), words

    def unforeseen(*_):
        raise ValueError(f"could not convert '{NAME}'") from KeyError(NAME)

    monkeypatch.setattr("store.asks.list_asks", unforeseen)
    ran = planted("ask", "list", "-v", code=1)
    assert "ValueError" in ran.err and "Traceback" in ran.err
    assert MARK not in (ran.out + ran.err).lower()
    monkeypatch.undo()

    (home / "config.toml").write_text('[crawl.origins]\n"*" = "http://127.0.0.1:9/{host}"\n')
    crawled = Inroad.__call__(planted, "crawl", "lever:quillmere", "-v", code=None)
    assert MARK not in (crawled.out + crawled.err).lower()
    damaged = home / "network.duckdb"
    kept = damaged.read_bytes()
    damaged.write_bytes(b"\0" * 4096 + kept[4096:])
    ran = planted("match", "-v", code=1)
    assert MARK not in (ran.out + ran.err).lower()
    damaged.write_bytes(kept)

    assert bytes_with_mark(home, allowed="network.duckdb") == []
    assert bytes_with_mark(tmp_path / "scratch") == []


def test_one_persons_whole_data_and_then_not_a_byte_of_it(planted):
    exported = json.loads(planted("contacts", "export", planted.zq).out)
    assert exported["person"] == NAME
    for table, column in rows_with_mark(planted.home):
        assert table in exported["rows"] or (table, column) in NOT_THEIRS, (table, column)
    assert {"asks", "ask_facts", "ask_events", "overrides", "ratings", "gifts", "referrals"} <= (
        exported["rows"].keys()
    )
    planted("contacts", "forget", planted.zq, "--yes")
    assert list(rows_with_mark(planted.home)) == []
    assert bytes_with_mark(planted.home) == []
    left = planted.json("ask", "list", "--all")
    assert {a["contact"] for a in left} == {"Desta Worku", "Wim Other"}
    assert planted("ask", "show", 3).out and planted("asks", "tree").out
    assert planted("give", "list").out.count("Desta Worku") == 1


NOT_THEIRS = {
    # What was written about somebody else; forgetting strikes it out all the same.
    *(("imports", "name"), ("blocks", "reason")),
}


def rows_with_mark(home):
    """(table, column) of everything in the database that holds the mark."""
    with duckdb.connect(str(home / "network.duckdb"), read_only=True) as db:
        columns = db.execute(
            "SELECT table_name, column_name FROM duckdb_columns() JOIN duckdb_tables() "
            "USING (table_name)"
        ).fetchall()
        for table, column in columns:
            (found,) = db.execute(
                f'SELECT count(*) FROM {table} WHERE lower("{column}"::VARCHAR) LIKE ?',
                [f"%{MARK}%"],
            ).fetchone()
            if found:
                yield table, column


def test_forgetting_and_export_know_every_table(planted):
    """A new table with people in it must be told to both."""
    from store import forgetting, subject

    known = {
        *("schema_version", "imports", "mappings", "verdicts", "contact_numbers", "last_contact"),
        *("last_ask", "own_positions", "own_education", "wanted", "seen_postings"),
    }
    sources = (forgetting.__file__, subject.__file__)
    texts = [Path(file).read_text(encoding="utf-8") for file in sources]
    with duckdb.connect(str(planted.home / "network.duckdb"), read_only=True) as db:
        tables = {t for (t,) in db.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    for table in tables - known:
        for text in texts:
            assert f'"{table}' in text or f" {table} " in text or f"{table} WHERE" in text, table


def test_a_purge_leaves_nobody(planted):
    assert MARK in (planted.home / "network.duckdb").read_bytes().decode("latin-1").lower()
    assert "Nothing was deleted" in planted("purge", stdin="n\n").out
    planted("purge", "--yes")
    assert not list(planted.home.glob("network.duckdb*"))
    assert bytes_with_mark(planted.home) == []
    assert "No contacts with a workplace" in planted("match").out
    assert planted.json("boards", "list"), "postings stay"


def test_a_damaged_file_is_purged_as_well(planted):
    file = planted.home / "network.duckdb"
    file.write_bytes(b"Zqmark" * 2000)
    assert "a file is damaged" in planted("purge", stdin="y\n").out
    assert not file.exists()


def test_matching_ranking_and_drafting_open_no_socket(planted, monkeypatch):
    def refused(*_, **__):
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refused)
    monkeypatch.setattr(socket, "create_connection", refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)
    for words in (
        ("match", "--explain"),
        ("match", "--format", "json"),
        ("today",),
        ("export", "--plain", "-"),
        ("ask", "draft", 1, "thanks_target"),
        ("ask", "draft", 1, "thanks_target", "--as", "eml"),
        ("ask", "draft", 1, "--as", "html", "--set", "ask.purpose_line=How does it work?"),
        ("asks", "landed", "--news", "I have started at Quillmere this week."),
        ("asks", "tree"),
        ("give", "first"),
        ("contacts", "export", planted.zq),
    ):
        planted(*words)
