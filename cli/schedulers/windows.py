"""A task of the Windows Task Scheduler, in its XML (Task Scheduler schema 1.2)."""

from __future__ import annotations

import csv
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from pathlib import Path

from cli.schedulers.job import DESCRIPTION, Job, ask

_NAMESPACE = "http://schemas.microsoft.com/windows/2004/02/mit/task"
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SINCE = "2020-01-01"
"""A start boundary that has passed, so that the first day is the next one due."""


class Windows:
    title = "Windows task"

    def files(self, job: Job) -> Mapping[Path, str]:
        return {job.home / f"{job.name}-task.xml": _task(job)}

    def enable(self, job: Job) -> None:
        (file,) = self.files(job)
        ask("schtasks", "/Create", "/TN", job.name, "/XML", str(file), "/F")

    def disable(self, job: Job) -> None:
        ask("schtasks", "/Delete", "/TN", job.name, "/F")

    def by_hand(self, job: Job) -> str:
        (file,) = self.files(job)
        return f'schtasks /Create /TN {job.name} /XML "{file}" /F'

    def next_run(self, job: Job) -> str | None:
        said = ask("schtasks", "/Query", "/TN", job.name, "/FO", "CSV", "/NH")
        row = next(csv.reader(said.splitlines()), [])
        return row[1] if len(row) > 1 else None


def _task(job: Job) -> str:
    task = ET.Element("Task", version="1.2", xmlns=_NAMESPACE)
    _texts(ET.SubElement(task, "RegistrationInfo"), Description=DESCRIPTION)
    trigger = ET.SubElement(ET.SubElement(task, "Triggers"), "CalendarTrigger")
    _texts(trigger, StartBoundary=f"{_SINCE}T{job.hour:02}:{job.minute:02}:00", Enabled="true")
    if job.random_delay:
        _texts(trigger, RandomDelay=f"PT{job.random_delay}M")
    if job.days:
        week = ET.SubElement(trigger, "ScheduleByWeek")
        days = ET.SubElement(week, "DaysOfWeek")
        for day in job.days:
            ET.SubElement(days, _DAYS[day])
        _texts(week, WeeksInterval="1")
    else:
        _texts(ET.SubElement(trigger, "ScheduleByDay"), DaysInterval="1")
    principal = ET.SubElement(ET.SubElement(task, "Principals"), "Principal", id="Author")
    _texts(principal, LogonType="InteractiveToken", RunLevel="LeastPrivilege")
    _texts(
        ET.SubElement(task, "Settings"),
        MultipleInstancesPolicy="IgnoreNew",
        DisallowStartIfOnBatteries="false",
        StopIfGoingOnBatteries="false",
        StartWhenAvailable="true",
        RunOnlyIfNetworkAvailable="true",
        ExecutionTimeLimit="PT0S",
        Priority="7",
    )
    run = ET.SubElement(ET.SubElement(task, "Actions", Context="Author"), "Exec")
    # The quoting of CommandLineToArgvW, which is what the program takes its arguments apart by.
    arguments = subprocess.list2cmdline(job.command[1:])
    _texts(run, Command=job.command[0], Arguments=arguments, WorkingDirectory=str(job.home))
    ET.indent(task)
    text = ET.tostring(task, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-16"?>\n{text}\n'


def _texts(parent: ET.Element, **texts: str) -> None:
    for name, text in texts.items():
        ET.SubElement(parent, name).text = text
