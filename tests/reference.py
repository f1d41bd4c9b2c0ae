"""REFERENCE.md from the commands and settings themselves: python tests/reference.py --write."""

import sys
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from cli.main import cli  # noqa: E402

COMMON = ("home", "client", "verbose", "help")


def commands(group: click.Group, path: str):
    """(full name, command) of every command below a group."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        yield f"{path} {name}", command
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")


def reference() -> str:
    lines = [
        "# Reference",
        "",
        "Every command takes `--home DIR` (your data folder, else `INROAD_HOME`, else the",
        "platform's own), `--client NAME` (whose people, in an office), `-v` (the traceback of an",
        "error) and `--help`.",
        "",
        "## Commands",
    ]
    for name, command in commands(cli, "inroad"):
        context = click.Context(command, info_name=name)
        usage = " ".join(command.collect_usage_pieces(context))
        lines += ["", f"### `{name}`", "", f"```\n{name} {usage}\n```", "", prose(command.help)]
        options = [
            record
            for parameter in command.params
            if parameter.name not in COMMON
            and (record := parameter.get_help_record(context)) is not None
        ]
        if options:
            lines += ["", "| option | |", "|---|---|"]
            lines += [f"| `{cell(flag)}` | {cell(text)} |" for flag, text in options]
    settings = (ROOT / "config" / "defaults.toml").read_text(encoding="utf-8")
    lines += ["", "## Settings", "", "`config/defaults.toml`:", "", f"```toml\n{settings}```", ""]
    return "\n".join(lines)


def prose(text: str) -> str:
    return "\n\n".join(" ".join(part.split()) for part in (text or "").split("\n\n"))


def cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    if "--write" in sys.argv:
        (ROOT / "REFERENCE.md").write_text(reference(), encoding="utf-8")
    else:
        print(reference())
