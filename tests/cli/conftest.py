"""Homes to copy: one crawled, with the sample network, and one with a few contacts beside a server
that answers for every host."""

import io
import json
import os
import shutil
import sys
import threading
from datetime import date
from importlib import resources

import pytest

from cli.main import main
from cli.samples.server import SampleServer, sample_boards
from matcher.employers import load
from tests import facts
from tests.cli.invented import PEOPLE, know
from tests.conftest import Inroad, Ran
from tests.crawler.loopback import Server

NOW = "2026-11-24T09:00:00"
SAMPLES = resources.files("cli.samples")
ME = (
    '[user]\nname = "Alex Seeker"\nheadline = "a data analyst with ten years in transport"\n'
    'email = "alex@seeker.example"\n'
)


@pytest.fixture(scope="session")
def crawled(tmp_path_factory):
    """The home every copy is made of, and the samples' LinkedIn archive."""
    inroad = Here(tmp_path_factory.mktemp("crawled") / "home")
    inroad.environment["INROAD_NOW"] = NOW
    with SampleServer(SAMPLES, date(2026, 11, 24)) as server:
        origins = "".join(f'"{k}" = "{v}"\n' for k, v in server.origins.items())
        inroad.configure(
            f'[crawl]\ndelay = 0.0\ncontact = "me@seeker.example"\n[crawl.origins]\n{origins}'
        )
        inroad("boards", "add", *(f"{s}:{t}" for s, t, _ in sample_boards(SAMPLES)))
        inroad("crawl", code=3)
    with resources.as_file(SAMPLES / "linkedin") as files:
        inroad("contacts", "import", "--taken-on", "2025-11-24", files / "Connections-older.csv")
        newer = (files / n for n in ("Connections.csv", "Positions.csv", "workhistory.csv"))
        inroad("contacts", "import", "--taken-on", "2026-11-24", *newer)
    return inroad.home


CRAWLING = {"crawl", "run", "add", "detect", "demo", "--probe", "--look"}
"""Words of commands that may start a crawler, which a process can do only once."""


class Here(Inroad):
    """The command in this process where it can be, which saves a start for each."""

    def __call__(self, *args, stdin="", code=0, terminal=False):
        words = [str(word) for word in args]
        elsewhere = self.environment.get("TZ") != os.environ.get("TZ")
        if elsewhere or CRAWLING & set(words):
            return super().__call__(*args, stdin=stdin, code=code)
        streams = {
            name: io.TextIOWrapper(io.BytesIO(data), encoding="utf-8", newline="")
            for name, data in (("stdin", stdin.encode()), ("stdout", b""), ("stderr", b""))
        }
        if terminal:
            streams["stdin"].isatty = lambda: True
        mask = os.umask(0o077)
        try:
            with pytest.MonkeyPatch.context() as patch:
                for name, stream in streams.items():
                    patch.setattr(sys, name, stream)
                for name, value in self.environment.items():
                    patch.setenv(name, value)
                with pytest.raises(SystemExit) as ended:
                    main(words)
        finally:
            os.umask(mask)
        said = []
        for name in ("stdout", "stderr"):
            streams[name].flush()
            said.append(streams[name].buffer.getvalue().decode("utf-8"))
        return self.checked(Ran(int(ended.value.code or 0), *said), code)


@pytest.fixture
def inroad(tmp_path):
    """A fresh home and the command that uses it."""
    return Here(tmp_path / "home")


class Asker(Here):
    """On a copy of the crawled home, at a day that can be moved."""

    def on(self, day):
        self.environment["INROAD_NOW"] = f"{day}T09:00:00"
        return self

    def json(self, *args):
        return json.loads(self(*args, "--format", "json").out)

    def posting(self, employer, title):
        """The id of one sample posting."""
        for opening in self.json("match", "--employer", employer):
            for posting in opening["postings"]:
                if posting["title"] == title:
                    return posting["id"]
        raise AssertionError(title)

    def contact(self, name):
        """The number of a contact."""
        (found,) = [c for c in self.json("contacts", "list") if c["name"] == name]
        return found["id"]


@pytest.fixture(scope="session", autouse=True)
def _shipped_facts():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(load, "load_knowledge", facts.read_once())
        yield


@pytest.fixture
def asker(crawled, tmp_path):
    home = tmp_path / "home"
    shutil.copytree(crawled, home)
    (home / "config.toml").write_text(ME, encoding="utf-8")
    return Asker(home).on("2026-11-24")


@pytest.fixture
def web():
    server = Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.leave.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def contacts(tmp_path_factory):
    """A network database with the six of PEOPLE, to be copied."""
    folder = tmp_path_factory.mktemp("contacts")
    inroad = Here(folder / "home")
    know(inroad, folder, PEOPLE)
    return inroad.home / "network.duckdb"


@pytest.fixture
def home(inroad, web, contacts):
    """Six contacts, and every host answered by the server."""
    inroad.configure(
        '[crawl]\ndelay = 0.0\ncontact = "me@seeker.example"\n'
        f'[crawl.origins]\n"*" = "{web.url}/{{host}}"\n'
    )
    shutil.copy(contacts, inroad.home)
    return inroad
