"""A world of boards that change from day to day, and a server on loopback that speaks for all of
them and fails now and then, in every way there is.

It keeps its own books: what exists, and what it has answered truly. Nothing in here knows how the
product decides anything.
"""

from __future__ import annotations

import gzip
import itertools
import json
import random
import threading
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PAGE = 40
"""Jobs on a page of a list."""
WORDS = [
    f"{a}{b}{c}"
    for a, b, c in itertools.product(
        ("bar", "kel", "mon", "sti", "dra", "vel", "tor", "pin", "gru", "hal"),
        ("a", "e", "i", "o", "u"),
        ("n", "st", "rk", "ling", "der", "mp", "ck", "th", "sk", "nd"),
    )
]
PLACES = ("Oslo, Norway", "Austin, TX", "Lagos, Nigeria", "Pune, India", "Remote", "Lyon, France")
FAILURES = (
    "500", "502", "503", "429", "403", "404", "410", "empty body", "garbage", "html",
    "wrong shape", "cut", "reset", "hang", "redirect loop", "redirect away", "bad gzip",
    "no id", "no title", "empty list", "half the list",
)  # fmt: skip
LIES = ("empty list", "half the list")
"""Those that nobody can tell from a true answer. A board tells none two runs in a row: whoever
believes a board that says the same thing twice is right to."""


@dataclass(slots=True)
class Job:
    id: str
    title: str
    place: str
    text: str
    repeats: str | None = None
    """The id of the removed job it is the repost of."""

    def said(self) -> dict[str, str]:
        return {"id": self.id, "title": self.title, "place": self.place, "text": self.text}

    def content(self) -> tuple[str, str, str]:
        return self.title, "" if self.place == "Remote" else self.place, self.text


@dataclass(slots=True)
class Site:
    """One board. `mirror` is another on which the same employer lists the same jobs."""

    token: str
    employer: str
    jobs: dict[str, Job] = field(default_factory=dict)
    mirror: Site | None = None
    labels: bool = False
    """Whether it gives validators and honours them."""

    # Of the run that is going on.
    pages_said: set[int] = field(default_factory=set)
    lied: bool = False
    lied_before: bool = False


@dataclass(slots=True)
class Books:
    """What really is, and what was truly said of it."""

    said: dict[tuple[str, str], tuple[str, str, str]] = field(default_factory=dict)
    """(token, job id) -> its content when it was last said."""
    gone: dict[tuple[str, str], int] = field(default_factory=dict)
    """Removed jobs that had been said, and how many times their board was read whole since."""
    repeats: dict[tuple[str, str], str] = field(default_factory=dict)
    failures: Counter[str] = field(default_factory=Counter)
    responses: int = 0
    counted: Counter[str] = field(default_factory=Counter)


class World:
    def __init__(self, boards: int, seed: int = 20261124, failing: float = 0.01) -> None:
        self.chance = random.Random(seed)
        self.failing = failing
        self.books = Books()
        self.lock = threading.Lock()
        self.sites: dict[str, Site] = {}
        self._number = itertools.count()
        self._titles = itertools.count()
        self._failures = itertools.cycle(FAILURES)
        for n in range(boards):
            site = Site(f"site{n}", self._name(n), labels=n % 3 == 0)
            self.sites[site.token] = site
            for _ in range(max(1, min(150, round(self.chance.lognormvariate(2.8, 0.8))))):
                self._add(site)
        for n in range(0, boards, 50):
            self._mirror(self.sites[f"site{n}"])

    def day(self, changing: float) -> None:
        """One day: this share of the jobs changes, a third of them by going."""
        for site in [s for s in self.sites.values() if not s.token.startswith("mirror")]:
            for job in list(site.jobs.values()):
                if self.chance.random() >= changing:
                    continue
                kind = self.chance.choices(("edit", "go", "come", "repost"), (34, 33, 28, 5))[0]
                self.books.counted[kind] += 1
                if kind == "edit":
                    self._edit(site, job)
                elif kind == "come":
                    self._add(site)
                else:
                    self._remove(site, job)
                    if kind == "repost":
                        self._add(site, job)

    def begin_run(self) -> None:
        for site in self.sites.values():
            site.pages_said, site.lied_before, site.lied = set(), site.lied, False

    def end_run(self) -> None:
        """Count a whole read for what was gone on boards that said all of themselves."""
        for (token, job), times in self.books.gone.items():
            site = self.sites[token]
            whole = len(site.pages_said) == _pages(site) and not site.lied
            self.books.gone[token, job] = times + whole

    def answer(self, token: str, page: int) -> tuple[str, list[dict[str, str]], bool]:
        """(how to fail or "", the jobs to say, whether there are more) for one request."""
        site = self.sites[token]
        with self.lock:
            self.books.responses += 1
            how = ""
            if self.chance.random() < self.failing:
                how = next(self._failures)
                if how in LIES and site.lied_before:
                    how = "500"
                self.books.failures[how] += 1
            listed = list(site.jobs.values())[page * PAGE : (page + 1) * PAGE]
            more = (page + 1) * PAGE < len(site.jobs)
            if how == "empty list":
                listed, more = [], False
            elif how == "half the list":
                listed = listed[::2]
            site.lied |= how in LIES
            jobs = [job.said() for job in listed]
            if how in ("no id", "no title") and jobs:
                del jobs[0]["id" if how == "no id" else "title"]
            if how in ("", "no id", "no title", *LIES):
                for job in listed[how in ("no id", "no title") :]:
                    self._say(site, job)
            if how == "":
                site.pages_said.add(page)
            return how, jobs, more

    def unchanged(self, token: str) -> None:
        """A 304 says everything again."""
        site = self.sites[token]
        with self.lock:
            self.books.responses += 1
            site.pages_said = set(range(_pages(site)))
            for job in site.jobs.values():
                self._say(site, job)

    def _say(self, site: Site, job: Job) -> None:
        self.books.said[site.token, job.id] = job.content()

    def _name(self, number: int) -> str:
        words = WORDS[number % 500].title(), WORDS[(number * 7 + number // 500 + 3) % 500].title()
        return f"{words[0]} {words[1]} {number}"

    def _add(self, site: Site, repeated: Job | None = None) -> None:
        number = next(self._number)
        job = Job(
            f"j{number}",
            repeated.title if repeated else self._title(),
            repeated.place if repeated else self.chance.choice(PLACES),
            self._text(),
            repeated.id if repeated else None,
        )
        self._put(site, job)
        if site.mirror is not None:
            twin = repeated.id if repeated else None
            self._put(site.mirror, Job(f"m{job.id}", job.title, job.place, job.text,
                                       twin and f"m{twin}"))  # fmt: skip

    def _put(self, site: Site, job: Job) -> None:
        site.jobs[job.id] = job
        if job.repeats:
            self.books.repeats[site.token, job.id] = job.repeats

    def _remove(self, site: Site, job: Job) -> None:
        for one, id in ((site, job.id), (site.mirror, f"m{job.id}")):
            if one is not None:
                del one.jobs[id]
                if (one.token, id) in self.books.said:
                    self.books.gone[one.token, id] = 0

    def _edit(self, site: Site, job: Job) -> None:
        what = self.chance.choice(("title", "place", "text"))
        new = {
            "title": self._title,
            "place": lambda: self.chance.choice(PLACES),
            "text": lambda: f"{job.text} {self.chance.choice(WORDS)}.",
        }[what]()
        setattr(job, what, new)
        if site.mirror is not None:
            setattr(site.mirror.jobs[f"m{job.id}"], what, new)

    def _mirror(self, site: Site) -> None:
        mirror = Site(f"mirror-{site.token}", f"{site.employer}, Inc.")
        self.sites[mirror.token] = mirror
        site.mirror = mirror
        for job in site.jobs.values():
            mirror.jobs[f"m{job.id}"] = Job(f"m{job.id}", job.title, job.place, job.text)

    def _title(self) -> str:
        return f"{' '.join(self.chance.choices(WORDS, k=2))} {next(self._titles)}".title()

    def _text(self) -> str:
        lines = (" ".join(self.chance.choices(WORDS, k=12)) for _ in range(6))
        return "\n".join(f"{line.capitalize()}." for line in lines)


def _pages(site: Site) -> int:
    return max(1, -(-len(site.jobs) // PAGE))


class Server(ThreadingHTTPServer):
    """All hosts of a world: /{host}/jobs, and robots.txt."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 512

    def __init__(self, world: World) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.world = world
        self.leave = threading.Event()
        self.hits: defaultdict[str, int] = defaultdict(int)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/{{host}}"

    def close(self) -> None:
        self.leave.set()
        self.shutdown()
        self.server_close()

    def handle_error(self, request: object, client_address: object) -> None:
        pass


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Server

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        _, host, name = path.split("/", 2)
        if name == "robots.txt":
            self._say(404, b"")
            return
        world, token, page = self.server.world, host.removesuffix(".example"), int(query or 0)
        site = world.sites[token]
        label = ""
        if site.labels and len(site.jobs) <= PAGE:
            label = f'"{hash(tuple(job.content() for job in site.jobs.values())) & 0xFFFFFFFF:x}"'
            if self.headers.get("If-None-Match") == label:
                world.unchanged(token)
                self._say(304, b"", ETag=label)
                return
        how, jobs, more = world.answer(token, page)
        answer = {"employer": site.employer, "jobs": jobs}
        if more:
            answer["next"] = f"http://{host}/jobs?{page + 1}"
        body = json.dumps(answer).encode()
        honest = how in ("", "no id", "no title", "empty list", "half the list")
        if honest:
            told = {"ETag": label} if label and how == "" else {}
            self._say(200, body, **told)
        elif how.isdecimal():
            more_headers = {"Retry-After": "0"} if how in ("503", "429") else {}
            self._say(int(how), b"<h1>Sorry</h1>", **more_headers)
        else:
            self._misbehave(how, body, host)

    def _misbehave(self, how: str, body: bytes, host: str) -> None:
        if how == "empty body":
            self._say(200, b"")
        elif how == "garbage":
            self._say(200, body[: len(body) // 2])
        elif how == "html":
            self._say(200, b"<html><body>Please log in</body></html>")
        elif how == "wrong shape":
            self._say(200, b'{"jobs": {"count": 3}}')
        elif how == "bad gzip":
            self._say(200, gzip.compress(body)[:-20], Content_Encoding="gzip")
        elif how == "redirect loop":
            self._say(302, b"", Location=f"http://{host}/jobs?{self.path.partition('?')[2]}")
        elif how == "redirect away":
            self._say(302, b"", Location="https://www.linkedin.com/jobs")
        elif how == "cut":
            self._say(200, body[: len(body) // 2], length=len(body))
            self.close_connection = True
        else:
            if how == "hang":
                self.server.leave.wait(30)
            self.close_connection = True

    def _say(self, status: int, body: bytes, length: int | None = None, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None: ...
