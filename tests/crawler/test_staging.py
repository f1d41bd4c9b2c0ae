from __future__ import annotations

import errno
import json
import threading
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import staging
from crawler.posting import Posting
from crawler.staging import Merger, Spool, SpoolError, recover, scrubbed
from store.database import Database
from store.errors import DatabaseBusy, StoreError
from store.merge import begin_run, run_summary


def posting(number: int, board: str = "acme", text: str = "") -> dict[str, Any]:
    found = Posting(str(number), f"Job {number}", f"https://a.example/{number}", description=text)
    stamp = {"kind": "posting", "source": "plain", "board": board}
    return {
        **stamp,
        "seen_at": "2026-03-01 12:00:00.000000",
        **found.record(),
        "employer": "Acme",
        "employer_origin": "board",
    }


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(tmp_path / "postings.duckdb", "postings", wait=0.1)


def stored(database: Database) -> list[str]:
    with database.read() as db:
        rows = db.execute("SELECT external_id FROM postings ORDER BY external_id::INT").fetchall()
    return [row[0] for row in rows]


def spooled(folder: Path, *batches: list[dict[str, Any]]) -> list[Path]:
    """The segments of a run that finished them, the last one's `.part` left as it is."""
    done: list[Path] = []
    spool = Spool(folder, done.append)
    for batch in batches[:-1]:
        spool.append(batch)
        spool.rotate()
    spool.append(batches[-1])
    return [*done, folder / f"{len(batches):06}.jsonl.part"]


def test_a_segment_appears_under_its_name_when_it_is_whole(tmp_path: Path) -> None:
    done: list[Path] = []
    spool = Spool(tmp_path / "run", done.append)
    spool.append([posting(1), posting(2)])
    part = tmp_path / "run" / "000001.jsonl.part"
    assert part.exists() and done == []
    spool.append([])
    spool.append([posting(3)])
    spool.rotate()
    spool.rotate()
    assert done == [tmp_path / "run" / "000001.jsonl"] and not part.exists()
    lines = [json.loads(line) for line in done[0].read_text(encoding="utf-8").splitlines()]
    assert [line["n"] for line in lines] == [1, 2, 3]


@pytest.mark.parametrize("limit", ["MAX_SEGMENT_BYTES", "MAX_SEGMENT_LINES"])
def test_segments_rotate_but_never_within_a_response(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    monkeypatch.setattr(staging, limit, 3)
    done: list[Path] = []
    spool = Spool(tmp_path / "run", done.append)
    spool.append([posting(n) for n in range(5)])
    assert len(done) == 1
    assert len(done[0].read_text(encoding="utf-8").splitlines()) == 5


def test_a_full_disk_keeps_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = Spool(tmp_path / "run", lambda _: None)
    spool.append([posting(1)])
    part = tmp_path / "run" / "000001.jsonl.part"
    before = part.read_bytes()
    real_open = Path.open

    class Full:
        """A disk that takes ten bytes more."""

        def __init__(self, file: Any) -> None:
            self.file = file
            self.left = 10

        def __enter__(self) -> Full:
            return self

        def __exit__(self, *_: object) -> None:
            self.file.close()

        def tell(self) -> int:
            return self.file.tell()

        def truncate(self, size: int) -> int:
            return self.file.truncate(size)

        def write(self, data: memoryview) -> int:
            if not self.left:
                raise OSError(errno.ENOSPC, "No space left on device")
            taken = min(self.left, len(data))
            self.left -= taken
            return self.file.write(data[:taken])

    with monkeypatch.context() as patched:
        patched.setattr(Path, "open", lambda self, *a, **k: Full(real_open(self, *a, **k)))
        with pytest.raises(SpoolError, match="No space left"):
            spool.append([posting(2)])
    assert part.read_bytes() == before


def test_a_spool_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(SpoolError, match="cannot be made"):
        Spool(tmp_path / "file" / "run", lambda _: None)


def test_merged_segments_are_gone_and_their_postings_there(
    tmp_path: Path, database: Database
) -> None:
    begin_run(database, "run", datetime(2026, 3, 1))
    merger = Merger(database, "run")
    spool = Spool(tmp_path / "run", merger.add)
    for number in range(1, 4):
        spool.append([posting(number)])
        spool.rotate()
    merger.finish()
    assert stored(database) == ["1", "2", "3"]
    assert list((tmp_path / "run").iterdir()) == []


def test_segments_wait_until_several_can_be_merged_together(
    tmp_path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin_run(database, "run", datetime(2026, 3, 1))
    enough, real, merged = staging.SEGMENTS_WORTH_A_MERGE, staging.merge_segments, []
    together = threading.Event()

    def merge(db: Database, run: str, segments: Sequence[Path]) -> Any:
        merged.append(len(segments))
        found = real(db, run, segments)
        together.set()
        return found

    monkeypatch.setattr(staging, "merge_segments", merge)
    merger = Merger(database, "run")
    spool = Spool(tmp_path / "run", merger.add)
    for number in range(enough):
        spool.append([posting(number)])
        spool.rotate()
    assert together.wait(30)  # while the crawl goes on
    spool.append([posting(enough)])
    spool.rotate()
    merger.finish()
    assert merged == [enough, 1]
    assert len(stored(database)) == enough + 1


def test_a_locked_database_is_tried_again_at_the_end(
    tmp_path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin_run(database, "run", datetime(2026, 3, 1))
    real, busy = staging.merge_segments, [True, True]

    def merge(*arguments: Any) -> bool:
        if busy and busy.pop():
            raise DatabaseBusy("in use by another process")
        return real(*arguments)

    monkeypatch.setattr(staging, "merge_segments", merge)
    monkeypatch.setattr(staging, "SEGMENTS_WORTH_A_MERGE", 1)
    merger = Merger(database, "run")
    spool = Spool(tmp_path / "run", merger.add)
    for number in (1, 2):
        spool.append([posting(number)])
        spool.rotate()
    merger.finish()
    assert stored(database) == ["1", "2"]


def test_a_database_that_stays_locked_loses_nothing(
    tmp_path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin_run(database, "run", datetime(2026, 3, 1))

    def busy(*_: Any) -> bool:
        raise DatabaseBusy("in use by another process")

    with monkeypatch.context() as patched:
        patched.setattr(staging, "merge_segments", busy)
        merger = Merger(database, "run")
        Spool(tmp_path / "spool" / "run", merger.add)
        spooled(tmp_path / "spool" / "run", [posting(1)], [posting(2)])
        merger.add(tmp_path / "spool" / "run" / "000001.jsonl")
        with pytest.raises(DatabaseBusy):
            merger.finish()
    assert [r.segments for r in recover(tmp_path / "spool", database)] == [2]
    assert stored(database) == ["1", "2"]


def test_any_other_trouble_of_the_worker_is_raised_in_the_end(
    tmp_path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> bool:
        raise StoreError("the file is not a database")

    monkeypatch.setattr(staging, "merge_segments", broken)
    monkeypatch.setattr(staging, "SEGMENTS_WORTH_A_MERGE", 1)
    merger = Merger(database, "run")
    spool = Spool(tmp_path / "run", merger.add)
    spool.append([posting(1)])
    spool.rotate()
    with pytest.raises(StoreError, match="not a database"):
        merger.finish()
    assert (tmp_path / "run" / "000001.jsonl").exists()


def test_a_damaged_segment_is_set_aside_and_the_others_merged(
    tmp_path: Path, database: Database
) -> None:
    folder = tmp_path / "spool" / "20260101T000000-aaaaaa"
    first, second, _ = spooled(folder, [posting(1)], [posting(2)], [posting(3)])
    first.write_bytes(b'{"kind":"posting","n":\n\x00\xff\n')
    recovered = list(recover(tmp_path / "spool", database))
    assert [(r.segments, r.damaged) for r in recovered] == [(3, [Path(f"{first}.bad")])]
    assert stored(database) == ["2", "3"]
    assert not second.exists()
    assert [p.name for p in folder.iterdir()] == ["000001.jsonl.bad"]
    assert list(recover(tmp_path / "spool", database)) == []


@given(st.integers(0, 5000), st.binary(max_size=40).filter(lambda b: b"\n" not in b))
def test_a_torn_last_line_is_cut_off_wherever_it_tore(
    tmp_path_factory: pytest.TempPathFactory, cut: int, garbage: bytes
) -> None:
    folder = tmp_path_factory.mktemp("spool") / "run"
    (part,) = spooled(folder, [posting(n) for n in range(1, 4)])
    whole = part.read_bytes()
    torn = whole[: cut % len(whole)]
    part.write_bytes(torn + garbage)
    segments = staging._segments(folder)
    kept = b"".join(s.read_bytes() for s in segments)
    assert kept == torn[: torn.rfind(b"\n") + 1]
    assert not list(folder.glob("*.part"))


def test_runs_are_recovered_in_their_order_and_closed(tmp_path: Path, database: Database) -> None:
    spool = tmp_path / "spool"
    for run, number in (("20260102T000000-bbbbbb", 2), ("20260101T000000-aaaaaa", 1)):
        spooled(spool / run, [posting(number)])
    (spool / "20260103T000000-cccccc").mkdir()
    (spool / "a file").write_text("", encoding="utf-8")
    recovered = list(recover(spool, database))
    assert [(r.run[:8], r.segments) for r in recovered] == [
        ("20260101", 1),
        ("20260102", 1),
        ("20260103", 0),
    ]
    assert run_summary(database, "20260103T000000-cccccc").finish_reason == "cut short"
    assert stored(database) == ["1", "2"]
    assert [p.name for p in spool.iterdir()] == ["a file"]


def test_a_segment_merged_but_not_deleted_is_not_merged_twice(
    tmp_path: Path, database: Database
) -> None:
    run = tmp_path / "spool" / "20260101T000000-aaaaaa"
    (part,) = spooled(run, [posting(1)])
    begin_run(database, run.name, datetime(2026, 1, 1))
    copy = part.read_bytes()
    segment = part.replace(run / "000001.jsonl")
    assert staging.merge_or_set_aside(database, run.name, [segment]) == []
    segment.write_bytes(copy)
    list(recover(tmp_path / "spool", database))
    assert run_summary(database, run.name).new == 1


def test_many_segments_are_merged_together_and_a_damaged_one_costs_only_itself(
    tmp_path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = tmp_path / "spool" / "20260101T000000-aaaaaa"
    spooled(run, *([posting(n)] for n in range(staging.MAX_SEGMENTS_AT_ONCE + 3)))
    (run / "000004.jsonl").write_text("{not json\n")
    (recovered,) = recover(tmp_path / "spool", database)
    assert [one.name for one in recovered.damaged] == ["000004.jsonl.bad"]
    assert len(stored(database)) == staging.MAX_SEGMENTS_AT_ONCE + 2


def test_no_spool_yet(tmp_path: Path, database: Database) -> None:
    assert list(recover(tmp_path / "spool", database)) == []


@given(st.text(st.characters(exclude_categories=())))
def test_what_is_scrubbed_can_be_written_and_read_by_the_database(text: str) -> None:
    clean = scrubbed({"a": text, "b": [text], "c": 1})
    line = json.dumps(clean, ensure_ascii=False).encode("utf-8")
    assert json.loads(line) == clean
    assert not any(c < " " and c not in "\t\n" for c in clean["a"])
    assert duckdb.execute("SELECT ?::VARCHAR", [clean["a"]]).fetchall() == [(clean["a"],)]
