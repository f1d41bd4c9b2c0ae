"""`inroad lint`: a message held to the rules of considerate asking."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.context import Home, pass_home
from cli.options import format_option
from cli.safe import clean
from matcher.asks.kinds import KINDS

if TYPE_CHECKING:
    from matcher.asks.lint import Linted


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path, allow_dash=True))
@click.option("--kind", type=click.Choice(list(KINDS)), help="What the message is; else guessed.")
@click.option("--lang", metavar="CODE", help="Its language; else guessed by its most common words.")
@click.option("--strict", is_flag=True, help="Warnings count like errors.")
@format_option("text", "json")
@click.pass_context
@pass_home
def lint(
    home: Home,
    ctx: click.Context,
    file: Path,
    kind: str | None,
    lang: str | None,
    strict: bool,
    shape: str,
) -> None:
    """Check a message before you send it.

    FILE is a text file or an e-mail (.eml); "-" is standard input. Looks for requests for a job,
    CVs nobody asked for, bad words on employers, a missing reason, question or way out, second
    requests, thanks that name nothing, and length. The word lists are config/lint/*.toml; a file
    of the same name in your data folder's lint/ changes them.

    Exit code 0: nothing to change, or warnings only. 1: errors. 2: wrong use, or no such file.
    """
    from cli.drafting import word_lists
    from matcher.asks.lint import lint as check
    from matcher.asks.message import LARGEST, read

    lists = word_lists(home)
    if str(file) == "-":
        data = click.get_binary_stream("stdin").read(LARGEST + 1)
    elif not file.is_file():
        raise click.UsageError(f"{file}: no such file.")
    else:
        with file.open("rb") as source:
            data = source.read(LARGEST + 1)
    marks = lists.everywhere("subject_labels"), lists.everywhere("forward_marks")
    found = check(read(data, *marks), lists, kind, lang)
    guessed = [name for name, told in (("language", lang), ("kind", kind)) if told is None]
    if shape == "json":
        _print_json(found, guessed)
    else:
        _print(found, guessed)
    if found.errors or (strict and found.findings):
        ctx.exit(1)


def _print(found: Linted, guessed: list[str]) -> None:
    from cli.drafting import count, say_findings

    guesses = [
        *(
            [f"--kind {found.kinds[0]} (a message that {_about(found)})"]
            if "kind" in guessed
            else []
        ),
        *([f"--lang {clean(found.language)}"] if "language" in guessed else []),
    ]
    if guesses:
        click.echo(f"Taken for {', '.join(guesses)}.")
    say_findings(found.findings)
    warnings = len(found.findings) - found.errors
    limit = KINDS[found.kinds[0]].limit
    click.echo(
        f"{count(found.errors, 'error')}, {count(warnings, 'warning')}. "
        f"{count(found.words, 'word')}, {count(found.code_points, 'character')}; "
        f"at most {limit} for this kind."
    )


def _about(found: Linted) -> str:
    return KINDS[found.kinds[0]].about


def _print_json(found: Linted, guessed: list[str]) -> None:
    from cli.drafting import findings_record

    record = {
        "language": found.language,
        "kind": found.kinds[0],
        "guessed": guessed,
        "words": found.words,
        "code_points": found.code_points,
        "errors": found.errors,
        "warnings": len(found.findings) - found.errors,
        "findings": findings_record(found.findings),
    }
    click.echo(json.dumps(record, ensure_ascii=False, indent=2))
