"""The `inroad` command: finds the subcommand, and turns errors into one line and an exit code."""

from __future__ import annotations

import gc
import importlib
import os
import sys
from pathlib import Path

import click

from cli.context import Home

# Name -> (module, first line of its help). Kept here so that `--help` imports no command;
# a test holds the lines equal to the commands' own.
COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("cli.demo", "Show the whole main job, offline, on bundled samples."),
    "boards": ("cli.boards", "Choose whose job boards are watched."),
    "sources": ("cli.sources", "Show what can be read, and what each source needs."),
    "crawl": ("cli.crawl", "Read every board and keep its postings."),
    "postings": ("cli.postings", "List and search postings, each job once."),
    "schedule": ("cli.schedule", "Crawl and match every day, by itself."),
    "status": ("cli.status", "Show the last runs, the next one, and what is due."),
    "contacts": ("cli.contacts", "Import and look after the people you know."),
    "match": ("cli.match", "Show who you know at the employers that are hiring."),
    "today": ("cli.today", "Show what is to be done this morning."),
    "review": ("cli.review", "Decide the employer names that are too close to call."),
    "link": ("cli.link", "Link two lists of employer names."),
    "export": ("cli.export", "Write the intro targets as a CSV file."),
    "ask": ("cli.ask", "Ask one contact one thing, and keep track of it until the thank-you."),
    "asks": ("cli.asks", "Look at all your asks together."),
    "give": (
        "cli.give",
        "Remember what you gave, and see whose turn it is.",
    ),
    "templates": ("cli.templates", "See and change the templates of your drafts."),
    "draft": ("cli.draft", "Draft a message from facts you give. It is never sent."),
    "lint": ("cli.lint", "Check a message before you send it."),
    "office": ("cli.office", "Look after the clients of a career office: `[office] on = true`."),
    "purge": ("cli.purge", "Delete everything about people, for good."),
    "config": ("cli.config", "Show or start your own settings."),
}


class LazyGroup(click.Group):
    """A group that imports a subcommand only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(COMMANDS[cmd_name][0])
        command: click.Command = getattr(module, cmd_name)
        return _with_common_options(command)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


def _set_home(ctx: click.Context, param: click.Parameter, value: Path | None) -> None:
    if value is not None:
        ctx.ensure_object(Home).move(value)


def _set_verbose(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value:
        ctx.ensure_object(Home).verbose = True


def _set_client(ctx: click.Context, param: click.Parameter, value: str | None) -> None:
    if value is not None:
        ctx.ensure_object(Home).choose(value)


def _common_options() -> list[click.Option]:
    return [
        click.Option(
            ["--home"],
            type=click.Path(file_okay=False, path_type=Path),
            metavar="DIR",
            callback=_set_home,
            expose_value=False,
            help="Your data folder (else INROAD_HOME, else the platform's own).",
        ),
        click.Option(
            ["--client"],
            metavar="NAME",
            callback=_set_client,
            expose_value=False,
            help="Whose people, in an office ([office] on = true).",
        ),
        click.Option(
            ["-v", "--verbose"],
            is_flag=True,
            callback=_set_verbose,
            expose_value=False,
            help="Show the traceback of an error.",
        ),
    ]


def _with_common_options(command: click.Command) -> click.Command:
    """The same two options behind every command word, where people look for them."""
    if not any(p.name == "home" for p in command.params):
        command.params += _common_options()
        if isinstance(command, click.Group):
            for child in command.commands.values():
                _with_common_options(child)
    return command


@click.command(
    cls=LazyGroup,
    params=_common_options(),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="inroad", prog_name="inroad")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """See who you know behind every job posting.

    Watches employers' public job boards, knows where your contacts work and used to work,
    and shows who could open the door. Nothing is ever sent for you.
    """
    ctx.ensure_object(Home)


def main(args: list[str] | None = None) -> None:
    """Run the command line and exit: 0 done, 1 error, 2 usage, 3 partly, 4 locked, 130 stopped."""
    # What a command makes, modules above all, mostly stays: it is looked through less often.
    gc.set_threshold(10_000)
    # Files made from here on hold people's names: nobody else's to read.
    os.umask(0o077)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    home = Home()
    try:
        code = cli.main(args=args, prog_name="inroad", standalone_mode=False, obj=home)
    except click.UsageError as error:
        error.show()
        code = error.exit_code
    except click.ClickException as error:
        click.echo(f"inroad: {error.format_message()}", err=True)
        code = error.exit_code
    except click.exceptions.Abort:
        click.echo("Stopped.", err=True)
        code = 130
    except BrokenPipeError:
        # The reader has gone (`inroad match | head`): not an error of ours.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except KeyboardInterrupt:
        click.echo("Stopped.", err=True)
        code = 130
    except Exception as error:
        code = _explain(error, home.verbose)
    sys.exit(code if isinstance(code, int) else 0)


def _explain(error: Exception, verbose: bool) -> int:
    from cli.errors import exit_code, explanation, trace

    if verbose:
        click.echo(trace(error), err=True)
    click.echo(f"inroad: {explanation(error, verbose)}", err=True)
    return exit_code(error)
