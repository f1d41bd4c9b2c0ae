"""A postings database that is fed a run a day, without a crawl."""

import json
from datetime import datetime, timedelta

from crawler.posting import Posting
from store.boards import NewBoard, add_boards
from store.database import Database
from store.merge import begin_run, finish_run, merge_segment, run_summary
from store.postings import hiring_employers, open_postings
from store.searching import PostingFilter

START = datetime(2026, 11, 1, 6, 0)


class Shop:
    """A database, a spool folder and a clock that ticks one day a run."""

    def __init__(self, folder):
        self.db = Database(folder / "postings.duckdb", "postings")
        self.folder = folder
        self.day = 0
        self.seen = START  # the moment that stands in the lines of the last run
        self.follow("acme")

    def follow(self, board, source="greenhouse", **fields):
        url = f"https://boards.{source}.example/{board}"
        add_boards(self.db, [NewBoard(source, board, url, None, None, **fields)], START)

    @property
    def now(self):
        return START + timedelta(days=self.day)

    def posting(self, external_id, board="acme", source="greenhouse", **fields):
        fields = {"title": f"Job {external_id}", "url": f"https://x.example/{external_id}"} | fields
        record = Posting(external_id=external_id, **fields).record()
        record["employer"] = record["employer"] or "acme"
        record["employer_origin"] = "payload" if fields.get("employer") else "slug"
        seen = {"kind": "posting", "seen_at": self.now.isoformat(" "), **record}
        return seen | {"board": board, "source": source}

    def read(self, outcome="ok", complete=True, **fields):
        return {
            "kind": "read",
            "outcome": outcome,
            "complete": complete,
            "started_at": self.now.isoformat(" "),
            "finished_at": self.now.isoformat(" "),
            **fields,
        }

    def segment(self, run, name, lines):
        path = self.folder / f"{run}-{name}.jsonl"
        path.write_text(
            "".join(
                json.dumps({"n": n, "source": "greenhouse", "board": "acme"} | line) + "\n"
                for n, line in enumerate(lines)
            ),
            encoding="utf-8",
        )
        return path

    def run(self, *lines, days=1):
        self.seen = self.now
        self.day += days
        run = f"run{self.day:04}"
        begin_run(self.db, run, self.now)
        merge_segment(self.db, run, self.segment(run, "1", lines))
        finish_run(self.db, run, self.now, "finished")
        return run_summary(self.db, run)

    def open(self, wanted=None):
        return sorted(p.external_id for p in self.jobs(wanted))

    def jobs(self, wanted=None):
        wanted = wanted or PostingFilter()
        hiring = list(hiring_employers(self.db, wanted, self.now))
        return open_postings(self.db, hiring, wanted, self.now)

    def rows(self, sql):
        with self.db.read() as connection:
            return connection.execute(sql).fetchall()
