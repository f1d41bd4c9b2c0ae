"""DuckDB files, opened and closed by instances of DuckDB that stay: to start one takes ten times as
long as to open a file with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import duckdb


@dataclass
class _Attached:
    instance: duckdb.DuckDBPyConnection
    read_only: bool
    connections: int = 0


_attached: dict[Path, _Attached] = {}


def connect(path: Path, *, read_only: bool) -> duckdb.DuckDBPyConnection:
    """A connection to a file, which is made if it is not there; to be given to `disconnect`.

    The file is locked as long as it has one. All of them either read or write, and belong to one
    thread at a time.

    Raises:
        duckdb.Error: it is locked, or no database; or open to read and now to be written.
    """
    file = _attached.get(path)
    if file is None:
        file = _Attached(_instance(path), read_only)
        attach(file.instance, path, "file", "READ_ONLY" if read_only else "READ_WRITE")
        _attached[path] = file
    elif file.read_only and not read_only:
        raise duckdb.ConnectionException(f"{path} is open in a different configuration")
    file.connections += 1
    connection = file.instance.cursor()
    connection.execute("USE file; SET TimeZone = 'UTC'; SET enable_progress_bar = false")
    return connection


def disconnect(path: Path, connection: duckdb.DuckDBPyConnection) -> None:
    """Close one connection, and with the last of them the file."""
    connection.close()
    file = _attached[path]
    file.connections -= 1
    if not file.connections:
        del _attached[path]
        file.instance.execute("DETACH file")
        if _spilled(path).exists():
            _instance.cache_clear()


def attach(instance: duckdb.DuckDBPyConnection, path: Path, name: str, how: str) -> None:
    # A row group is what one processor scans. By DuckDB's own measure, 122,880 rows, a home of a
    # hundred thousand postings would keep one busy and the others waiting.
    instance.execute(f"ATTACH {_quoted(path)} AS {name} (TYPE duckdb, ROW_GROUP_SIZE 16384, {how})")


@lru_cache(maxsize=4)
def _instance(path: Path) -> duckdb.DuckDBPyConnection:
    """One for each file, so that what does not fit into memory is spilled beside it, and goes with
    the instance."""
    return duckdb.connect(
        ":memory:",
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "temp_directory": str(_spilled(path)),
        },
    )


def _spilled(path: Path) -> Path:
    return path.with_name(f"{path.name}.tmp")


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
