"""inroad crawl from the outside: hostile boards, overlapping runs, Ctrl-C, exit codes."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

ESCAPE = "\x1b]0;owned\x07\x1b[31m"


def job(number, **fields):
    return {
        "id": f"00000000-0000-4000-8000-{number:012}",
        "title": f"Role {number}",
        "jobUrl": f"https://jobs.ashbyhq.com/tallgrass/{number}",
        "isListed": True,
        "location": "Oslo",
        "publishedAt": "2026-11-20T09:00:00.000+00:00",
        "descriptionPlain": "What you will do.",
    } | fields


class Boards(ThreadingHTTPServer):
    """Answers /posting-api/job-board/TOKEN from `boards`; a token in `held` waits for `release`."""

    request_queue_size = 64

    def __init__(self):
        self.boards = {}
        self.held = {}
        self.asked = threading.Semaphore(0)
        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def origin(self):
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        token = self.path.partition("?")[0].rpartition("/")[2]
        if token in self.server.held:
            self.server.asked.release()
            self.server.held[token].wait(60)
        jobs = self.server.boards.get(token)
        body = json.dumps({"apiVersion": "1", "jobs": jobs or []}).encode()
        self.send_response(404 if jobs is None else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words):
        pass


@pytest.fixture
def server():
    with Boards() as running:
        yield running
        for event in running.held.values():
            event.set()
        running.shutdown()


@pytest.fixture
def crawler(inroad, server):
    inroad.configure(
        f'[crawl]\ndelay = 0.0\ncontact = "me@seeker.example"\n'
        f'[crawl.origins]\n"*" = "{server.origin}"\n'
    )

    def start():
        return subprocess.Popen(
            [sys.executable, "-m", "cli", "crawl"],
            env=inroad.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    inroad.start = start
    return inroad


def test_exit_codes_follow_the_boards(crawler, server):
    server.boards = {"good": [job(1)], "bare": []}
    crawler("boards", "add", "ashby:good", "ashby:bare")
    out = crawler("crawl").out
    assert "1 ok" in out and "1 empty" in out and "ashby:bare" in out
    crawler("boards", "add", "ashby:gone")
    out = crawler("crawl", code=3).out
    assert "ashby:gone" in out and "not_found" in out


def test_hostile_text_is_harmless_everywhere(crawler, server, tmp_path):
    server.boards = {
        "tallgrass": [
            job(1, title=f"{ESCAPE}=HYPERLINK(1)", location=f"@Oslo{ESCAPE}", department=ESCAPE),
            job(2, title="<b>+cmd</b>\u202e", descriptionPlain=f"a{ESCAPE}b"),
        ]
    }
    crawler("boards", "add", "ashby:tallgrass", "--employer", "=Tallgrass")
    ran = crawler("crawl")
    contacts = tmp_path / "Connections.csv"
    contacts.write_text(
        "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
        f'Ana,"=1+1{ESCAPE}",https://www.linkedin.com/in/ana-example,,=Tallgrass,@boss,'
        "14 Mar 2019\n",
        encoding="utf-8",
    )
    printed = [ran.out, ran.err, crawler("contacts", "import", contacts).out]
    for shape in ("table", "json", "markdown", "csv"):
        printed.append(crawler("match", "--format", shape).out)
    printed.append(crawler("export", "--plain", "-").out)
    printed.append(crawler("boards", "list").out)
    printed.append(crawler("contacts", "list").out)
    for text in printed:
        assert not any((ord(c) < 32 and c not in "\n\r") or 127 <= ord(c) < 160 for c in text), text
        assert "\u202e" not in text
    for row in csv.reader(io.StringIO(crawler("export", "--plain", "-").out)):
        for value in row:
            assert not value.lstrip().startswith(("=", "+", "-", "@")), value
    assert "Ana" in printed[3]


def test_a_second_run_gives_way_at_once(crawler, server):
    server.boards = {"slow": [job(1)]}
    server.held["slow"] = threading.Event()
    crawler("boards", "add", "ashby:slow")
    first = crawler.start()
    assert server.asked.acquire(timeout=60)
    error = crawler("crawl", code=4).err
    assert "Another crawl" in error and len(error.strip().splitlines()) == 1
    server.held["slow"].set()
    out, _ = first.communicate(timeout=60)
    assert first.returncode == 0 and "1 new" in out


@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C cannot be sent to one process on Windows")
def test_ctrl_c_keeps_what_was_read(crawler, server):
    server.boards = {"quick": [job(1), job(2)], "slow": [job(3)], "later": [job(4)]}
    server.held["slow"] = threading.Event()
    crawler("boards", "add", "ashby:quick", "ashby:slow", "ashby:later")
    process = crawler.start()
    assert server.asked.acquire(timeout=60)
    process.send_signal(signal.SIGINT)
    server.held["slow"].set()
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "Everything read so far is kept" in out
    assert "Traceback" not in err
    listed = {b["token"]: b for b in json.loads(crawler("boards", "list", "--format", "json").out)}
    assert sum(b["open_postings"] for b in listed.values()) >= 2
    crawler("crawl")
    listed = json.loads(crawler("boards", "list", "--format", "json").out)
    assert sum(b["open_postings"] for b in listed) == 4


def test_an_unchanged_reply_is_touched_and_not_read_again(crawler, server):
    server.boards = {"tallgrass": [job(1), job(2)]}
    crawler("boards", "add", "ashby:tallgrass", "--employer", "Tallgrass")
    crawler("crawl")
    assert "0 new, 0 changed, 2 unchanged, 0 closed" in crawler("crawl").out
    server.boards = {"tallgrass": [job(1)]}
    assert "0 new, 0 changed, 1 unchanged, 0 closed" in crawler("crawl").out
    # The same bytes as last time: the second complete read without posting 2.
    assert "0 new, 0 changed, 1 unchanged, 1 closed" in crawler("crawl").out
    server.boards = {"tallgrass": [job(1, title="Another"), job(2)]}
    assert "0 new, 1 changed, 1 unchanged, 0 closed" in crawler("crawl").out
