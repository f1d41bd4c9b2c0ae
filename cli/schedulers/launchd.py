"""A launchd agent: launchd.plist(5). It makes up for a start that was slept through."""

from __future__ import annotations

import os
import plistlib
from collections.abc import Mapping
from pathlib import Path

from cli.schedulers.job import Job, ask


class Launchd:
    title = "launchd agent"

    def files(self, job: Job) -> Mapping[Path, str]:
        file = Path.home() / "Library" / "LaunchAgents" / f"{_label(job)}.plist"
        return {file: _plist(job)}

    def enable(self, job: Job) -> None:
        (file,) = self.files(job)
        ask("launchctl", "bootstrap", _domain(), str(file))

    def disable(self, job: Job) -> None:
        ask("launchctl", "bootout", f"{_domain()}/{_label(job)}")

    def by_hand(self, job: Job) -> str:
        (file,) = self.files(job)
        return f'launchctl bootstrap {_domain()} "{file}"'

    def next_run(self, job: Job) -> str | None:
        return None


def _label(job: Job) -> str:
    return f"org.{job.name}.schedule"


def _domain() -> str:
    return f"gui/{os.getuid() if hasattr(os, 'getuid') else 0}"


def _plist(job: Job) -> str:
    hour, minute, days = job.by_chance()
    at = {"Hour": hour, "Minute": minute}
    # launchd counts days from Sunday, as cron does.
    when = [{"Weekday": (day + 1) % 7, **at} for day in days] if days else at
    return plistlib.dumps(
        {
            "Label": _label(job),
            "ProgramArguments": list(job.command),
            "StartCalendarInterval": when,
            "ProcessType": "Background",
            "LowPriorityIO": True,
            "Nice": 10,
            "Umask": 0o077,
        },
        sort_keys=False,
    ).decode()
