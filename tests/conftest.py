"""What tests of every room share."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import pytest
from hypothesis import settings

from tests import warm

ROOT = Path(__file__).resolve().parents[1]

# How long an example takes says how busy the machine is, not whether the code is right.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@dataclass(frozen=True)
class Ran:
    """A finished command: exit code, standard output, standard error."""

    code: int
    out: str
    err: str

    @classmethod
    def of(cls, done: subprocess.CompletedProcess[bytes]) -> Self:
        return cls(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))


class Inroad:
    """The command as a user runs it, in a process of its own, with one home."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.environment = os.environ | {
            "INROAD_HOME": str(home),
            "PYTHONPATH": str(ROOT),
            "PYTHONIOENCODING": "utf-8",
            "COLUMNS": "120",
        }

    def __call__(self, *args: object, stdin: str = "", code: int | None = 0) -> Ran:
        words = ["-m", "cli", *map(str, args)]
        done = warm.run(words, stdin=stdin.encode(), env=self.environment)
        return self.checked(Ran.of(done), code)

    def checked(self, ran: Ran, code: int | None) -> Ran:
        if code is not None:
            assert ran.code == code, f"exit {ran.code}\n{ran.out}\n{ran.err}"
        return ran

    def configure(self, text: str) -> None:
        self.home.mkdir(parents=True, exist_ok=True)
        (self.home / "config.toml").write_text(text, encoding="utf-8")


@pytest.fixture
def inroad(tmp_path):
    """A fresh home and the command that uses it."""
    return Inroad(tmp_path / "home")
