"""Which scheduler this machine has."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from cli.schedulers.job import Job, Scheduler
from cli.schedulers.launchd import Launchd
from cli.schedulers.systemd import Systemd
from cli.schedulers.windows import Windows

SCHEDULERS: Mapping[str, Scheduler] = {
    "systemd": Systemd(),
    "launchd": Launchd(),
    "windows": Windows(),
}


def of_this_machine() -> Scheduler | None:
    """None where there is only cron, or nothing."""
    if sys.platform == "win32":
        return SCHEDULERS["windows"]
    if sys.platform == "darwin":
        return SCHEDULERS["launchd"]
    return SCHEDULERS["systemd"] if shutil.which("systemctl") else None


def installed(job: Job) -> tuple[Scheduler, list[Path]] | None:
    """The scheduler whose files of this job are there, and the files."""
    for scheduler in SCHEDULERS.values():
        if found := [file for file in scheduler.files(job) if file.exists()]:
            return scheduler, found
    return None
