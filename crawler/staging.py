"""The spool: what has been fetched, on disk before anything else is done with it.

A run's folder holds segments of JSON lines. The lines of one response are handed to the
system in one write, so a run killed at any moment leaves at most one torn last line. The
segment being written is `NNNNNN.jsonl.part`; finished ones are merged into the database by
one worker thread while the crawl goes on, and deleted once the database has them.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crawler.text import is_plain
from store.database import Database
from store.errors import DatabaseBusy
from store.merge import SegmentDamaged, begin_run, finish_run, merge_segments

MAX_SEGMENT_BYTES = 8 * 2**20
MAX_SEGMENT_LINES = 4000
SEGMENTS_WORTH_A_MERGE = 7
"""How many have to wait until they are merged while the crawl goes on. DuckDB compresses what is
new anew with each merge that follows: seven merges of one cost three times one of seven."""
MAX_SEGMENTS_AT_ONCE = 14
"""Merged together where the database is slower than the crawl."""

_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
# Neither a terminal nor a UTF-8 file wants these; tab and line feed are text.
_UNWANTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


class SpoolError(Exception):
    """The spool cannot be written: the disk is full, or the folder is not ours."""


class Spool:
    """Writes one run's segments.

    Args:
        folder: the run's own; made if missing.
        on_segment: told of every finished segment.
    """

    def __init__(self, folder: Path, on_segment: Callable[[Path], None]) -> None:
        self._folder = folder
        self._on_segment = on_segment
        self._number = 0
        self._line = 0
        self._bytes = 0
        self._lines = 0
        self._part: Path | None = None
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SpoolError(f"{folder} cannot be made ({error.strerror}).") from error

    def append(self, records: Iterable[Mapping[str, Any]]) -> None:
        """Write one response's records, numbered, in one piece.

        Raises:
            SpoolError: they could not be written; what was there before still is.
        """
        lines = []
        for record in records:
            self._line += 1
            numbered = {"n": self._line, **record}
            lines.append(_JSON.encode(numbered) + "\n")
        if not lines:
            return
        if self._part is None:
            self._number += 1
            self._part = self._folder / f"{self._number:06}.jsonl.part"
        data = "".join(lines).encode()
        self._write(self._part, data)
        self._bytes += len(data)
        self._lines += len(lines)
        if self._bytes >= MAX_SEGMENT_BYTES or self._lines >= MAX_SEGMENT_LINES:
            self.rotate()

    def rotate(self) -> None:
        """Finish the segment being written, if there is one."""
        if self._part is None:
            return
        segment = self._part.with_suffix("")
        self._part.replace(segment)
        self._part, self._bytes, self._lines = None, 0, 0
        self._on_segment(segment)

    def _write(self, part: Path, data: bytes) -> None:
        try:
            with part.open("ab", buffering=0) as file:
                start = file.tell()
                rest = memoryview(data)
                try:
                    while rest:
                        rest = rest[file.write(rest) :]
                except OSError:
                    file.truncate(start)
                    raise
        except OSError as error:
            raise SpoolError(
                f"{part} cannot be written ({error.strerror}). What was fetched before is kept."
            ) from error


class Merger:
    """Merges a run's finished segments, in order, in a thread of its own."""

    def __init__(self, database: Database, run: str) -> None:
        self._database = database
        self._run = run
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="merge")
        self._waiting: list[Path] = []
        self._error: Exception | None = None
        self.damaged: list[Path] = []

    def add(self, segment: Path) -> None:
        """Merge this segment when enough of them wait; returns at once."""
        self._waiting.append(segment)
        if len(self._waiting) >= SEGMENTS_WORTH_A_MERGE:
            self._worker.submit(self._work)

    def finish(self) -> None:
        """Wait for the worker, then merge what it could not.

        Raises:
            StoreError: the database could not take the rest, which stays in the spool.
        """
        self._worker.shutdown(wait=True)
        if self._error is not None:
            raise self._error
        self._merge_waiting(1)

    def _work(self) -> None:
        if self._error is not None:
            return
        try:
            self._merge_waiting(SEGMENTS_WORTH_A_MERGE)
        except DatabaseBusy:
            return  # someone is reading for long; the segment's turn comes again
        except Exception as error:
            self._error = error  # raised where the run can report it

    def _merge_waiting(self, least: int) -> None:
        while len(self._waiting) >= least:
            some = self._waiting[:MAX_SEGMENTS_AT_ONCE]
            self.damaged += merge_or_set_aside(self._database, self._run, some)
            del self._waiting[: len(some)]


@dataclass(frozen=True, slots=True)
class RecoveredRun:
    """An earlier run that was cut short, now in the database."""

    run: str
    segments: int
    damaged: list[Path] = field(default_factory=list)


def recover(spool: Path, database: Database) -> Iterable[RecoveredRun]:
    """Merge what interrupted runs left in the spool, the oldest run first.

    Raises:
        StoreError: the database cannot take it now; nothing is lost.
    """
    for folder in sorted(p for p in spool.glob("*") if p.is_dir()):
        segments = _segments(folder)
        if not segments and any(folder.iterdir()):
            continue  # only what was set aside before
        last = max((s.stat().st_mtime for s in segments), default=folder.stat().st_mtime)
        moment = datetime.fromtimestamp(last, UTC).replace(tzinfo=None)
        begin_run(database, folder.name, moment)
        damaged: list[Path] = []
        for start in range(0, len(segments), MAX_SEGMENTS_AT_ONCE):
            some = segments[start : start + MAX_SEGMENTS_AT_ONCE]
            damaged += merge_or_set_aside(database, folder.name, some)
        finish_run(database, folder.name, moment, "cut short")
        clear(folder)
        yield RecoveredRun(folder.name, len(segments), damaged)


def merge_or_set_aside(database: Database, run: str, segments: Sequence[Path]) -> list[Path]:
    """Merge and delete segments. Those that cannot be read are renamed `.bad`, and returned."""
    try:
        merge_segments(database, run, segments)
    except SegmentDamaged:
        if len(segments) > 1:
            return [bad for one in segments for bad in merge_or_set_aside(database, run, [one])]
        bad = _bad(segments[0])
        segments[0].replace(bad)
        return [bad]
    for segment in segments:
        segment.unlink(missing_ok=True)
    return []


def clear(folder: Path) -> None:
    """Remove a run's folder once nothing is left in it to merge."""
    if not any(folder.iterdir()):
        shutil.rmtree(folder, ignore_errors=True)


def scrubbed(record: Mapping[str, Any]) -> dict[str, Any]:
    """The record without control characters or lone surrogates in any of its texts."""
    if is_plain("".join(_texts(record.values()))):
        return dict(record)
    return {key: _scrub(value) for key, value in record.items()}


def _texts(values: Iterable[Any]) -> Iterator[str]:
    for value in values:
        if isinstance(value, str):
            yield value
        elif isinstance(value, list):
            yield from _texts(value)


def _scrub(value: Any) -> Any:
    if isinstance(value, str):
        return value if is_plain(value) else _UNWANTED.sub("", value)
    if isinstance(value, list):
        return [_scrub(item) for item in value]
    return value


def _segments(folder: Path) -> list[Path]:
    """Finished segments, with a torn last line cut off the one that was being written."""
    for part in folder.glob("*.jsonl.part"):
        whole = part.read_bytes()
        end = whole.rfind(b"\n") + 1
        if end < len(whole):
            with part.open("r+b") as file:
                file.truncate(end)
        if end:
            part.replace(part.with_suffix(""))
        else:
            part.unlink()
    return sorted(folder.glob("*.jsonl"))


def _bad(segment: Path) -> Path:
    return segment.with_name(segment.name + ".bad")
