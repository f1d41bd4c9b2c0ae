"""A simulated week at small scale: whatever fails, the database says what is true."""

from bench.week import Ledger, compared, week
from bench.week_world import FAILURES, World


def test_after_every_run_the_database_says_what_is_true(tmp_path):
    world = World(24, seed=7, failing=0.3)
    done = week(tmp_path / "home", world, runs=5, changing=0.08, show=False, timeout=4)
    for ledger, _ in done:
        assert ledger.wrong == 0, ledger.examples
    last = done[-1][0]
    # It was put to the test: things failed, closed, were repeated and were on two boards.
    assert world.books.failures.total() >= len(FAILURES)
    assert last.closed and last.groups and last.pending
    assert sum(said["changed"] for _, said in done) > 10
    assert sum(said["failed"] for _, said in done) > 5


def test_the_ledger_sees_what_is_wrong(tmp_path):
    """Each kind of untruth, done to the database by hand, is found."""
    world = World(4, seed=1, failing=0)
    week(tmp_path / "home", world, runs=1, changing=0, show=False)
    from store.database import Database

    database = Database(tmp_path / "home" / "postings.duckdb", "postings")
    assert compared(database, world).wrong == 0
    one = "board = 'site1' AND external_id = (SELECT min(external_id) FROM postings "
    one += "WHERE board = 'site1')"
    for untruth, what in (
        (f"UPDATE postings SET closed_at = now()::TIMESTAMP WHERE {one}", "false_closes"),
        (f"UPDATE postings SET closed_at = NULL, title = 'x' WHERE {one}", "stale"),
        (f"UPDATE postings SET repost_of = 'a:b:c' WHERE {one}", "wrong_reposts"),
        ("DELETE FROM twins", "missed_groups"),
        (f"DELETE FROM postings WHERE {one}", "missing"),
    ):
        with database.write() as connection:
            connection.execute(untruth)
        ledger = compared(database, world)
        assert getattr(ledger, what) > 0, what
        assert isinstance(ledger, Ledger)
