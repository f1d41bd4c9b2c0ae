"""A crawled home with the sample network, made once; every test gets a copy of its own."""

import io
import json
import os
import shutil
import sys
from datetime import date
from importlib import resources

import pytest

from cli.main import main
from cli.samples.server import SampleServer, sample_boards
from cli.shipped import config_folder
from matcher.employers import load
from tests.conftest import Inroad, Ran

NOW = "2026-11-24T09:00:00"
SAMPLES = resources.files("cli.samples")
ME = (
    '[user]\nname = "Alex Seeker"\nheadline = "a data analyst with ten years in transport"\n'
    'email = "alex@seeker.example"\n'
)


@pytest.fixture(scope="session")
def crawled(tmp_path_factory):
    """The home every copy is made of, and the samples' LinkedIn archive."""
    inroad = Inroad(tmp_path_factory.mktemp("crawled") / "home")
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


class Asker(Inroad):
    """`Inroad` on a copy of the crawled home, at a day that can be moved; within this process,
    because a story is many commands."""

    def __call__(self, *args, stdin="", code=0, terminal=False):
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
                    main([str(arg) for arg in args])
        finally:
            os.umask(mask)
        said = []
        for name in ("stdout", "stderr"):
            streams[name].flush()
            said.append(streams[name].buffer.getvalue().decode("utf-8"))
        ran = Ran(int(ended.value.code or 0), *said)
        if code is not None:
            assert ran.code == code, f"exit {ran.code}\n{ran.out}\n{ran.err}"
        return ran

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


@pytest.fixture(scope="session")
def facts():
    """What is known of employers, read once: nobody adds to it here."""
    return load.load_knowledge(config_folder() / "employers")


@pytest.fixture
def asker(crawled, facts, tmp_path, monkeypatch):
    monkeypatch.setattr(load, "load_knowledge", lambda *folders: facts)
    home = tmp_path / "home"
    shutil.copytree(crawled, home)
    (home / "config.toml").write_text(ME, encoding="utf-8")
    return Asker(home).on("2026-11-24")
