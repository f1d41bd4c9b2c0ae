"""A systemd user timer: systemd.timer(5), systemd.service(5), quoting as in systemd.syntax(7)."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from cli.schedulers.job import DESCRIPTION, Job, ask

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "%": "%%", "\n": "\\n", "\t": "\\t"}

_NOT_IN_A_PROGRAM = re.compile(r"[\"'\\\x00-\x1f\x7f]")


class Systemd:
    title = "systemd user timer"

    def files(self, job: Job) -> Mapping[Path, str]:
        return {
            _folder() / f"{job.name}.service": _service(job),
            _folder() / f"{job.name}.timer": _timer(job),
        }

    def enable(self, job: Job) -> None:
        ask("systemctl", "--user", "daemon-reload")
        ask("systemctl", "--user", "enable", "--now", f"{job.name}.timer")

    def disable(self, job: Job) -> None:
        ask("systemctl", "--user", "disable", "--now", f"{job.name}.timer")

    def by_hand(self, job: Job) -> str:
        return f"systemctl --user daemon-reload && systemctl --user enable --now {job.name}.timer"

    def next_run(self, job: Job) -> str | None:
        unit = f"{job.name}.timer"
        return (
            ask("systemctl", "--user", "show", unit, "--property=NextElapseUSecRealtime", "--value")
            or None
        )


def quoted(word: str) -> str:
    """A word of a command line. The ":" before the command keeps "$" as it is."""
    return '"' + "".join(_ESCAPES.get(c, c) for c in word) + '"'


def _folder() -> Path:
    base = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(base) / "systemd" / "user"


def _service(job: Job) -> str:
    command = job.command
    if _NOT_IN_A_PROGRAM.search(command[0]):
        # systemd takes such a path as an argument, but not as the program.
        command = ("/bin/sh", "-c", 'exec "$0" "$@"', *command)
    line = " ".join(map(quoted, command))
    return f"""\
[Unit]
Description={DESCRIPTION}

[Service]
Type=oneshot
ExecStart=:{line}
# 3: done, but some boards failed. 4: another run was under way.
SuccessExitStatus=3 4
UMask=0077
Nice=10
IOSchedulingClass=idle
NoNewPrivileges=yes
"""


def _timer(job: Job) -> str:
    days = ",".join(_DAYS[day] for day in job.days)
    when = f"{days} *-*-* {job.hour:02}:{job.minute:02}:00".strip()
    return f"""\
[Unit]
Description={DESCRIPTION}

[Timer]
OnCalendar={when}
RandomizedDelaySec={job.random_delay}min
Persistent=true

[Install]
WantedBy=timers.target
"""
