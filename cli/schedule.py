"""`inroad schedule`: crawl and match every day, by the system's own scheduler."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.context import Home, pass_home
from cli.safe import clean

if TYPE_CHECKING:
    from pathlib import Path

    from cli.schedulers.job import Job, Scheduler

FORMS = ("systemd", "launchd", "windows", "cron")


@click.group()
def schedule() -> None:
    """Crawl and match every day, by itself."""


@schedule.command()
@click.option(
    "--print",
    "form",
    type=click.Choice(FORMS),
    help="Only print what would be written, for any system; install nothing.",
)
@pass_home
def install(home: Home, form: str | None) -> None:
    """Have this machine start `inroad schedule run` at the time of [schedule].

    A systemd user timer, a launchd agent or a Windows task, whichever the machine has; where it
    has none, a line for your crontab is printed. Repeat it after a change of [schedule] or a
    move of Inroad.
    """
    from cli.schedulers.choice import SCHEDULERS, of_this_machine
    from cli.schedulers.job import SchedulerError, job_of

    job = job_of(home)
    if form == "cron":
        click.echo(_cron(job))
        return
    if form:
        for file, text in SCHEDULERS[form].files(job).items():
            click.echo(
                f"# {clean(file)}" if form == "systemd" else f"<!-- {clean(file)} -->", err=True
            )
            click.echo(text)
        return
    scheduler = of_this_machine()
    if scheduler is None:
        click.echo("This machine has no scheduler that Inroad can set up. Put into `crontab -e`:")
        click.echo(_cron(job))
        return
    _replace(scheduler, job)
    try:
        scheduler.enable(job)
    except SchedulerError as error:
        raise click.ClickException(
            f"The {scheduler.title} is written but not enabled: {clean(error)}\n"
            f"  Enable it yourself: {scheduler.by_hand(job)}\n"
            f"  Or use cron instead: {_cron(job)}"
        ) from error
    click.echo(f"Installed a {scheduler.title}. {_times(job)}")
    if scheduler.title.startswith("systemd"):
        click.echo("It runs while you are logged in; `loginctl enable-linger` makes it run always.")


@schedule.command()
@pass_home
def show(home: Home) -> None:
    """Say what is scheduled, and when it runs next."""
    import shlex

    from cli.schedulers.choice import installed
    from cli.schedulers.job import job_of

    job = job_of(home)
    found = installed(job)
    if found is None:
        click.echo("Nothing is scheduled (inroad schedule install).")
        return
    scheduler, files = found
    click.echo(f"A {scheduler.title}: {_times(job)}")
    click.echo(f"  next     {next_run(home, job, scheduler)}")
    for file in files:
        same = file.read_text(encoding=_encoding(file)) == scheduler.files(job)[file]
        old = "" if same else "  (of other settings: inroad schedule install)"
        click.echo(f"  file     {clean(file)}{old}")
    click.echo(f"  runs     {clean(shlex.join(job.command))}")
    click.echo(f"  log      {clean(home.path / 'schedule.log')}")


@schedule.command()
@pass_home
def remove(home: Home) -> None:
    """Take the schedule away again. Nothing that was crawled is touched."""
    from cli.schedulers.choice import installed
    from cli.schedulers.job import SchedulerError, job_of

    job = job_of(home)
    found = installed(job)
    if found is None:
        click.echo("Nothing is scheduled. A line in a crontab is yours to remove (crontab -e).")
        return
    scheduler, files = found
    try:
        scheduler.disable(job)
    except SchedulerError as error:
        click.echo(f"It could not be disabled first: {clean(error)}", err=True)
    for file in files:
        file.unlink()
        click.echo(f"Removed {clean(file)}.")


@schedule.command()
@click.pass_context
@pass_home
def run(home: Home, ctx: click.Context) -> None:
    """Crawl, match what is new, and notify: what the scheduler starts.

    Follows [schedule]; writes schedule.log in your data folder (never a contact's name) and one
    line on the screen. `inroad match --new` then shows what is new. Exit codes: 0 done, 1 error,
    3 done but some boards failed, 4 another run is under way, 130 stopped.
    """
    from cli.scheduled_run import scheduled_run

    done = scheduled_run(home)
    click.echo(done.summary)
    if done.code:
        ctx.exit(done.code)


def next_run(home: Home, job: Job, scheduler: Scheduler | None) -> str:
    """When the scheduler says it starts the job; where it does not say, from the settings."""
    from datetime import UTC

    from cli.schedulers.job import SchedulerError

    try:
        if scheduler and (said := scheduler.next_run(job)):
            return f"{clean(said)} (says the {scheduler.title})"
    except SchedulerError:
        pass
    now = home.now.replace(tzinfo=UTC).astimezone()
    later = f", or up to {job.random_delay} min later" if job.random_delay else ""
    return f"{job.next_start(now):%a %Y-%m-%d %H:%M}{later} (by your settings)"


def _replace(scheduler: Scheduler, job: Job) -> None:
    """Write a job's files in place of earlier ones, which the scheduler lets go of first."""
    from cli.schedulers.job import SchedulerError

    wanted = scheduler.files(job)
    if any(file.exists() for file in wanted):
        try:
            scheduler.disable(job)
        except SchedulerError:
            pass  # it was written, but never enabled
    for file, text in wanted.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding=_encoding(file))
        click.echo(f"Wrote {clean(file)}.")


def _encoding(file: Path) -> str:
    return "utf-16" if file.suffix == ".xml" else "utf-8"


def _cron(job: Job) -> str:
    from cli.schedulers.cron import cron_line

    try:
        return cron_line(job)
    except ValueError as error:
        raise click.ClickException(f"{error}.") from error


def _times(job: Job) -> str:
    from cli.settings import DAYS

    days = ", ".join(DAYS[day] for day in job.days) or "every day"
    later = f", up to {job.random_delay} min later by chance" if job.random_delay else ""
    return f"Starts {days} at {job.hour:02}:{job.minute:02}{later}."
