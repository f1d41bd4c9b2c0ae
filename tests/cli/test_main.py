"""The command itself: instant help, lazy imports, usage errors."""

import subprocess
import sys

import click
import pytest

from cli.main import COMMANDS, cli


@pytest.mark.parametrize("words", [["--help"], ["match", "--help"], ["boards", "--help"]])
def test_help_imports_nothing_heavy(words):
    script = (
        "import sys\n"
        "from cli.main import main\n"
        "try:\n"
        f"    main({words!r})\n"
        "except SystemExit as stop:\n"
        "    assert not stop.code, stop.code\n"
        "heavy = {'scrapy', 'duckdb', 'rapidfuzz', 'twisted', 'rich', 'babel', 'lxml'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stderr.strip() == "[]"
    assert "Usage:" in done.stdout


def test_the_overview_says_what_each_command_says_of_itself():
    context = click.Context(cli)
    for name, (_, line) in COMMANDS.items():
        assert cli.get_command(context, name).help.splitlines()[0] == line


def test_an_unknown_command_is_a_usage_error(inroad):
    assert "No such command" in inroad("frobnicate", code=2).err


def test_version(inroad):
    assert inroad("--version").out.startswith("inroad, version ")


def test_a_closed_pipe_is_no_error(inroad):
    done = subprocess.run(
        f"{sys.executable} -m cli boards list --format json | true",
        shell=True,
        env=inroad.environment,
        capture_output=True,
        text=True,
    )
    assert "Traceback" not in done.stderr
