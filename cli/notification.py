"""The command that a user wants started when there is something new."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from cli.safe import clean
from cli.words import count

if TYPE_CHECKING:
    from cli.context import Home
    from cli.matching import Findings

PATIENCE = 60.0
"""Seconds the command may take."""
NAMED = 3
"""Employers that the one-line summary names."""


def totals(findings: Findings) -> tuple[int, int]:
    """How many targets there are, and at how many employers."""
    return sum(len(o.targets) for o in findings.openings), len(findings.openings)


def summary(findings: Findings) -> str:
    """One line: counts and employers."""
    people, employers = totals(findings)
    names = [clean(o.employer) for o in findings.openings[:NAMED]]
    more = f" and {employers - NAMED} more" if employers > NAMED else ""
    return f"{count(people, 'new target')} at {', '.join(names)}{more}"


def text(findings: Findings, *, contacts: bool) -> str:
    """A line an employer; where `contacts` is true, its people below it."""
    lines = [summary(findings), ""]
    for opening in findings.openings:
        people = f"{len(opening.targets)} {'person' if len(opening.targets) == 1 else 'people'}"
        lines.append(f"{clean(opening.employer)}: {people}, {count(opening.total, 'posting')}")
        if contacts:
            lines += [f"  {clean(target.contact)}" for target in opening.targets]
    return "\n".join([*lines, "", "Who they are: inroad match --new", ""])


def notify(home: Home, findings: Findings) -> str | None:
    """Start the user's command; None, or what went wrong. Its own words are not passed on: they
    may repeat what it was given."""
    wish = home.settings.schedule
    command = [word.replace("{summary}", summary(findings)) for word in wish["notify"]]
    if command[0].lower().endswith((".bat", ".cmd")):
        return "the notification was not sent: a batch file would read employers' names as commands"
    try:
        done = subprocess.run(  # noqa: S603
            command,
            input=text(findings, contacts=wish["notify_contacts"]).encode(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=PATIENCE,
        )
    except subprocess.TimeoutExpired:
        return f"the notification command was not done after {PATIENCE:g} s and was stopped"
    except (OSError, ValueError) as error:
        return f"the notification command cannot be started ({type(error).__name__})"
    if done.returncode:
        return f"the notification command failed (exit {done.returncode})"
    return None
