"""Whose turn did not come, over several runs."""

from datetime import datetime, timedelta

from store.boards import NewBoard, add_boards
from store.database import Database
from store.unread import left_unread, note_turns

START = datetime(2026, 11, 24, 7)


def test_a_board_waits_from_the_run_that_wanted_it_until_one_reads_it(tmp_path):
    database = Database(tmp_path / "postings.duckdb", "postings")
    keys = [("plain", token) for token in "abc"]
    add_boards(database, [NewBoard(s, b, b, None, None) for s, b in keys], START)

    def run(day, wanted, *read):
        at = START + timedelta(days=day)
        note_turns(database, wanted, at)
        with database.write() as connection:
            for source, board in read:
                connection.execute(
                    "INSERT INTO board_reads (run, source, board, finished_at, outcome) "
                    "VALUES (?, ?, ?, ?, 'ok')",
                    [str(day), source, board, at + timedelta(minutes=1)],
                )
        return {board for _, board in left_unread(database)}

    a, b, c = keys
    assert run(0, keys, *keys) == set()
    assert run(1, keys, a) == {"b", "c"}
    assert run(2, [a], a) == {"b", "c"}, "a run of other boards leaves them waiting"
    assert run(3, keys, b) == {"a", "c"}
    assert run(4, [], c) == {"a"}
    assert run(5, keys, a, b, c) == set()
    assert run(6, keys) == {"a", "b", "c"}
