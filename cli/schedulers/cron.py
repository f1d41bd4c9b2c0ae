"""A line for crontab(5): there is nothing to enable, and a start that is missed stays missed."""

from __future__ import annotations

import shlex

from cli.schedulers.job import Job


def cron_line(job: Job) -> str:
    """The line, its command quoted for sh and its percent signs for cron.

    Raises:
        ValueError: a path has a line break, which no quoting brings into a crontab.
    """
    command = shlex.join(job.command)
    if "\n" in command or "\r" in command:
        raise ValueError("a path with a line break in it cannot stand in a crontab")
    hour, minute, days = job.by_chance()
    when = ",".join(str((day + 1) % 7) for day in days) or "*"
    return f"{minute} {hour} * * {when} {command.replace('%', chr(92) + '%')}"
