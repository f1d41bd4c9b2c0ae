"""Connections that wait, migrations that hold, files that keep their secrets."""

import os
import subprocess
import sys
import textwrap
import time

import duckdb
import pytest

from store.database import Database
from store.errors import DatabaseBusy, DatabaseDamaged, DatabaseTooNew


@pytest.fixture
def held(tmp_path):
    """A database another process keeps open until its stdin closes."""
    path = tmp_path / "postings.duckdb"
    with Database(path, "postings").write():
        pass
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            textwrap.dedent(f"""
                import duckdb, sys
                connection = duckdb.connect({str(path)!r})
                print("held", flush=True)
                sys.stdin.read()
            """),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout.readline() == "held\n"
    yield path, holder
    holder.stdin.close()
    holder.wait(10)


def test_a_reader_waits_then_says_who_holds_the_file(held):
    path, holder = held
    started = time.monotonic()
    with pytest.raises(DatabaseBusy, match=rf"PID {holder.pid}.*after 0.4 s"):
        with Database(path, "postings", wait=0.4).read():
            pass
    assert 0.2 < time.monotonic() - started < 3


def test_a_reader_gets_in_when_the_holder_leaves(held):
    path, holder = held
    # The holder leaves while the reader is already waiting.
    leave = subprocess.Popen([sys.executable, "-c", "pass"], stdout=holder.stdin)
    leave.wait(10)
    holder.stdin.close()
    with Database(path, "postings", wait=10).read() as connection:
        assert connection.execute("SELECT count(*) FROM boards").fetchall() == [(0,)]


def test_a_newer_database_is_refused(tmp_path):
    path = tmp_path / "postings.duckdb"
    with Database(path, "postings").write() as connection:
        connection.execute("INSERT INTO schema_version VALUES (99, 'future', now()::TIMESTAMP)")
    with pytest.raises(DatabaseTooNew, match="newer Inroad"), Database(path, "postings").read():
        pass


def test_a_file_that_is_no_database_is_named_and_left_alone(tmp_path):
    path = tmp_path / "postings.duckdb"
    path.write_bytes(b"not a database at all" * 100)
    with pytest.raises(DatabaseDamaged, match="postings.duckdb is not a database"):
        with Database(path, "postings").read():
            pass
    assert path.read_bytes().startswith(b"not a database")


def test_long_tables_are_scanned_by_all_processors(tmp_path):
    database = Database(tmp_path / "postings.duckdb", "postings")
    with database.write() as connection:
        connection.execute(
            "INSERT INTO posting_texts SELECT i, 'text', NULL FROM range(50_000) t(i)"
        )
    database.rewrite()
    with database.read() as connection:
        groups = connection.execute(
            "SELECT count(DISTINCT row_group_id) FROM pragma_storage_info('posting_texts')"
        ).fetchall()
    assert groups[0][0] >= 3


@pytest.mark.parametrize("kind", ["postings", "network"])
def test_every_migration_is_recorded(tmp_path, kind):
    database = Database(tmp_path / "x.duckdb", kind)
    with database.read() as connection:
        rows = connection.execute("SELECT version, name FROM schema_version").fetchall()
    assert [r[0] for r in rows] == list(range(1, len(rows) + 1))
    assert rows[0][1].startswith("0001_")


def test_a_failed_transaction_leaves_nothing(tmp_path):
    database = Database(tmp_path / "postings.duckdb", "postings")
    with pytest.raises(ZeroDivisionError), database.write() as connection:
        connection.execute("INSERT INTO runs (run, started_at) VALUES ('r', now()::TIMESTAMP)")
        raise ZeroDivisionError
    with database.read() as connection:
        assert connection.execute("SELECT * FROM runs").fetchall() == []


def test_a_migration_that_fails_leaves_the_file_as_it_was(tmp_path, monkeypatch):
    import store.database

    path = tmp_path / "postings.duckdb"
    with Database(path, "postings").write() as connection:
        connection.execute("INSERT INTO runs (run, started_at) VALUES ('r', now()::TIMESTAMP)")
    steps = store.database._migrations("postings")
    bad = [*steps, ("9999_bad", "CREATE TABLE fresh (a INTEGER); SELECT * FROM nowhere")]
    monkeypatch.setattr(store.database, "_migrations", lambda kind: bad)
    with pytest.raises(store.errors.StoreError, match="9999_bad failed"):
        with Database(path, "postings").read():
            pass
    monkeypatch.setattr(store.database, "_migrations", lambda kind: steps)
    with Database(path, "postings").read() as connection:
        assert connection.execute("SELECT run FROM runs").fetchall() == [("r",)]
        tables = {
            t for (t,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()
        }
    assert "fresh" not in tables


@pytest.mark.skipif(os.name != "posix", reason="file modes are a POSIX notion")
def test_the_network_file_is_private_and_the_public_one_need_not_be(tmp_path):
    database = Database(tmp_path / "home" / "network.duckdb", "network")
    with database.write():
        pass
    assert (tmp_path / "home").stat().st_mode & 0o777 == 0o700
    assert database.path.stat().st_mode & 0o777 == 0o600
    database.rewrite()
    assert database.path.stat().st_mode & 0o777 == 0o600


def test_rewrite_leaves_no_trace_of_what_was_deleted(tmp_path):
    database = Database(tmp_path / "postings.duckdb", "postings")
    secret = "Zxqvortolomeus-the-unlikely"
    with database.write() as connection:
        connection.execute(
            "INSERT INTO runs (run, started_at) "
            "SELECT 'keep' || i, now()::TIMESTAMP FROM range(3000) t(i)"
        )
        connection.execute(
            "INSERT INTO runs (run, started_at) VALUES (?, now()::TIMESTAMP)", [secret]
        )
    with duckdb.connect(str(database.path)) as connection:
        connection.execute("CHECKPOINT")
    assert secret.encode() in database.path.read_bytes()
    with database.write() as connection:
        connection.execute("DELETE FROM runs WHERE run = ?", [secret])
    database.rewrite()
    assert secret.encode() not in database.path.read_bytes()
    assert not database.path.with_name("postings.duckdb.wal").exists()
    with database.read() as connection:
        assert connection.execute("SELECT count(*) FROM runs").fetchall() == [(3000,)]
        assert connection.execute("SELECT count(*) FROM schema_version").fetchall()[0][0] >= 1


def test_within_an_open_connection_others_share_its_file(tmp_path):
    db = Database(tmp_path / "postings.duckdb", "postings", wait=0.1)
    with db.open():
        with db.write() as connection:
            connection.execute("INSERT INTO employer_keys VALUES ('Acme', 'acme')")
        with db.read() as connection:
            assert connection.execute("SELECT key FROM employer_keys").fetchall() == [("acme",)]
    with db.read() as connection:
        with pytest.raises(duckdb.InvalidInputException, match="read-only"):
            connection.execute("DELETE FROM employer_keys")
