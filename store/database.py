"""Short-lived connections to one DuckDB file: opened, used and closed within one `with`.

DuckDB lets one process write or several read. Nobody here keeps a connection, so whoever
meets a lock waits a little and tries again, and says who holds it when the wait is over.
"""

from __future__ import annotations

import os
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib import resources
from pathlib import Path
from typing import Literal

import duckdb

from store.errors import DatabaseBusy, DatabaseDamaged, DatabaseTooNew, StoreError
from store.instance import attach, connect, disconnect

Connection = duckdb.DuckDBPyConnection
Kind = Literal["postings", "network", "register"]
PRIVATE: tuple[Kind, ...] = ("network", "register")
"""Kinds of files that are their owner's alone to read."""

# One open connection at a time within this process: DuckDB refuses a reader beside a writer.
_locks: dict[Path, threading.RLock] = {}
_locks_guard = threading.Lock()


class Database:
    """A DuckDB file and the numbered migrations that made it.

    Args:
        path: the file; made, with its folder, at first use.
        kind: which folder of migrations it follows.
        wait: seconds to wait for another process's lock before `DatabaseBusy`.
    """

    def __init__(self, path: Path, kind: Kind, wait: float = 15.0) -> None:
        self.path = path
        self.kind = kind
        self.wait = wait
        self._current = False

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A read-only connection."""
        with self._alone():
            if self.path.exists():
                with self._open(read_only=True) as connection:
                    if self._current or self._is_current(connection):
                        yield connection
                        return
            with self.open():
                pass
            with self._open(read_only=True) as connection:
                yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A connection within one transaction: committed at the end, rolled back on any error."""
        with self.open() as connection, transaction(connection):
            yield connection

    @contextmanager
    def open(self) -> Iterator[Connection]:
        """A writing connection without a transaction, for work that brings its own.

        While it is open, others that its thread opens cost next to nothing: opening the file is
        what takes time, and that has been done.
        """
        with self._alone():
            if not self.path.exists():
                self._make_folder()
                self._current = False
            with self._open(read_only=False) as connection:
                if not (self._current or self._is_current(connection)):
                    self._migrate(connection)
                yield connection

    def rewrite(self) -> None:
        """Copy the live rows into a new file and put it in place of the old one, so that
        nothing deleted remains in the file's free blocks."""
        with self._alone():
            fresh = self.path.with_name(self.path.name + ".new")
            _remove(fresh)
            with self.open() as connection:
                connection.execute("CHECKPOINT")
                attach(connection, fresh, "fresh", "READ_WRITE")
                name = connection.execute("SELECT current_database()").fetchall()[0][0]
                connection.execute(f'COPY FROM DATABASE "{name}" TO fresh')
                connection.execute("DETACH fresh")
            self._private(fresh)
            fresh.replace(self.path)
            _remove(_wal(self.path))

    def remove(self) -> None:
        """Delete the file and everything that ever lay beside it, once nobody else uses it; a
        damaged one too."""
        with self._alone():
            if self.path.exists():
                with suppress(DatabaseDamaged), self._open(read_only=False):
                    pass
            for file in self.path.parent.glob(f"{self.path.name}*"):
                shutil.rmtree(file) if file.is_dir() else _remove(file)
            self._current = False

    def size(self) -> int:
        """Bytes on disk, the write-ahead log included."""
        return sum(p.stat().st_size for p in (self.path, _wal(self.path)) if p.exists())

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with _locks_guard:
            lock = _locks.setdefault(self.path.absolute(), threading.RLock())
        with lock:
            yield

    @contextmanager
    def _open(self, *, read_only: bool) -> Iterator[Connection]:
        path = self.path.absolute()
        connection = self._patiently(lambda: connect(path, read_only=read_only))
        try:
            yield connection
        finally:
            disconnect(path, connection)

    def _patiently(self, connect: Callable[[], Connection]) -> Connection:
        deadline = time.monotonic() + self.wait
        pause = 0.02
        while True:
            try:
                return connect()
            except duckdb.Error as error:
                if not _is_lock(error):
                    raise DatabaseDamaged(
                        f"{self.path} is not a database this version can open "
                        f"({_first_line(error)}). Move it away to start afresh."
                    ) from error
                if time.monotonic() + pause > deadline:
                    raise DatabaseBusy(
                        f"{self.path} is in use by {_holder(error)}, still after "
                        f"{self.wait:g} s. Try again when it has finished."
                    ) from error
            time.sleep(pause)
            pause = min(pause * 1.6, 0.5)

    def _is_current(self, connection: Connection) -> bool:
        """Whether the file has every migration.

        Raises:
            DatabaseTooNew: it has more.
        """
        version, known = _version(connection), len(_migrations(self.kind))
        if version > known:
            raise DatabaseTooNew(
                f"{self.path} was made by a newer Inroad (its schema is {version}, this "
                f"version knows {known}). Upgrade Inroad, or use another --home."
            )
        self._current = version == known
        return self._current

    def _migrate(self, connection: Connection) -> None:
        self._private(self.path)
        steps, version = _migrations(self.kind), _version(connection)
        keep = self.path.with_name(self.path.name + ".before-migration")
        if version:
            connection.execute("CHECKPOINT")
            shutil.copyfile(self.path, keep)
            self._private(keep)
        for number, (name, sql) in enumerate(steps[version:], start=version + 1):
            try:
                with transaction(connection):
                    connection.execute(sql)
                    connection.execute(
                        "INSERT INTO schema_version VALUES (?, ?, now()::TIMESTAMP)",
                        [number, name],
                    )
            except duckdb.Error as error:
                raise StoreError(
                    f"{self.path}: migration {name} failed ({_first_line(error)}); "
                    f"the file is as it was before"
                    + (f", and a copy is at {keep}." if keep.exists() else ".")
                ) from error
        # The copy holds the same people as the file: it must not outlive its purpose.
        _remove(keep)
        self._current = True

    def _make_folder(self) -> None:
        folder = self.path.parent
        if not folder.exists():
            folder.mkdir(parents=True, mode=0o700)
        elif self.kind in PRIVATE and os.name == "posix" and not any(folder.iterdir()):
            folder.chmod(0o700)

    def _private(self, path: Path) -> None:
        if self.kind in PRIVATE and os.name == "posix":
            path.chmod(0o600)


@contextmanager
def transaction(connection: Connection) -> Iterator[None]:
    """BEGIN … COMMIT, or ROLLBACK when anything is raised inside."""
    connection.execute("BEGIN")
    try:
        yield
    except BaseException:
        try:
            connection.execute("ROLLBACK")
        except duckdb.Error:
            pass  # DuckDB has already rolled back, and the first error is the one to show
        raise
    connection.execute("COMMIT")


def _migrations(kind: Kind) -> list[tuple[str, str]]:
    folder = resources.files("store") / "migrations" / kind
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".sql")), key=lambda f: f.name)
    return [(f.name.removesuffix(".sql"), f.read_text(encoding="utf-8")) for f in files]


def _version(connection: Connection) -> int:
    try:
        found = connection.execute("SELECT max(version) FROM schema_version").fetchall()
    except duckdb.CatalogException:
        return 0  # a new file
    return int(found[0][0] or 0)


def _is_lock(error: duckdb.Error) -> bool:
    text = str(error).lower()
    return (
        "conflicting lock" in text
        or "could not set lock" in text
        or "being used by another process" in text
        or "different configuration" in text
    )


def _holder(error: duckdb.Error) -> str:
    text = str(error)
    pid = re.search(r"PID (\d+)", text)
    program = re.search(r"held in ([^(]+?)\s*\(", text)
    if not pid:
        return "another process"
    return f"{program[1] if program else 'another process'} (PID {pid[1]})"


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0][:200] if str(error) else type(error).__name__


def _wal(path: Path) -> Path:
    return path.with_name(path.name + ".wal")


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)
