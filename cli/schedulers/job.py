"""The one job that is scheduled, and what every scheduler can be asked to do with it."""

from __future__ import annotations

import random
import subprocess
import sys
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from cli.settings import DAYS

if TYPE_CHECKING:
    from cli.context import Home

PATIENCE = 30.0
"""Seconds that a scheduler's own command may take."""
DESCRIPTION = "Inroad: read job boards and look for people you know there"


class SchedulerError(Exception):
    """The system's scheduler is not there or refused; the message says what it said."""


@dataclass(frozen=True, slots=True)
class Job:
    """A command line to start at a time of day, on some days of the week (0 is Monday)."""

    name: str
    command: tuple[str, ...]
    home: Path
    hour: int
    minute: int
    days: tuple[int, ...] = ()
    """None is every day."""
    random_delay: int = 0
    """Minutes that a start may be put off by chance."""

    def by_chance(self) -> tuple[int, int, tuple[int, ...]]:
        """Hour, minute and days with a delay thrown once: for schedulers that cannot throw one.
        The same home on the same machine throws the same."""
        chance = random.Random(f"{self.home}\0{uuid.getnode()}")
        total = self.hour * 60 + self.minute + chance.randint(0, self.random_delay)
        over, minutes = divmod(total, 24 * 60)
        days = tuple(sorted((day + over) % 7 for day in self.days))
        return minutes // 60, minutes % 60, days

    def next_start(self, now: datetime) -> datetime:
        """The first time after `now` (local) that it is due, without the delay by chance."""
        at = now.replace(hour=self.hour, minute=self.minute, second=0, microsecond=0)
        while at <= now or (self.days and at.weekday() not in self.days):
            at += timedelta(days=1)
        return at


class Scheduler(Protocol):
    """A system's scheduler. Paths are those of the user who runs the command."""

    title: str

    def files(self, job: Job) -> Mapping[Path, str]:
        """What it reads, by where it stands."""

    def enable(self, job: Job) -> None:
        """Make it take up the files that were written.

        Raises:
            SchedulerError
        """

    def disable(self, job: Job) -> None:
        """Make it let go of the job, before the files are removed.

        Raises:
            SchedulerError
        """

    def by_hand(self, job: Job) -> str:
        """What to type where enabling failed."""

    def next_run(self, job: Job) -> str | None:
        """When it will start the job, in its own words; None where it does not say."""


def job_of(home: Home) -> Job:
    """The scheduled run of a home, as its settings have it."""
    schedule = home.settings.schedule
    hour, _, minute = schedule["at"].partition(":")
    folder = home.path.absolute()
    return Job(
        name=_name(folder),
        command=(*_inroad(), "--home", str(folder), "schedule", "run"),
        home=folder,
        hour=int(hour),
        minute=int(minute),
        days=tuple(sorted({DAYS.index(day) for day in schedule["days"]})),
        random_delay=schedule["random_delay"],
    )


def ask(*command: str) -> str:
    """What a scheduler's own command says.

    Raises:
        SchedulerError: it is not there, does not answer, or fails.
    """
    try:
        done = subprocess.run(  # noqa: S603
            command, capture_output=True, text=True, errors="replace", timeout=PATIENCE
        )
    except FileNotFoundError:
        raise SchedulerError(f"there is no {command[0]} on this machine") from None
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SchedulerError(f"{command[0]} does not answer ({type(error).__name__})") from error
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip()).splitlines()
        why = said[0] if said else f"exit code {done.returncode}"
        raise SchedulerError(f"{command[0]} says: {why}")
    return done.stdout.strip()


def _name(folder: Path) -> str:
    """One name a home, so that several people's runs stand beside each other."""
    from platformdirs import user_data_path

    if folder == user_data_path("inroad", appauthor=False):
        return "inroad"
    return f"inroad-{sha256(str(folder).encode()).hexdigest()[:8]}"


def _inroad() -> Sequence[str]:
    """The installed command beside this Python, else the module, whatever folder it starts in."""
    python = Path(sys.executable).absolute()
    script = python.with_name("inroad.exe" if sys.platform == "win32" else "inroad")
    if script.exists():
        return [str(script)]
    return [str(python), "-P", "-m", "cli"]
