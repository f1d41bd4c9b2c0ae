"""What the commands about drafts share: where templates and word lists are, and who the user is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from cli.context import Home
from cli.safe import clean

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matcher.asks.drafts import Draft
    from matcher.asks.facts import Fact
    from matcher.asks.lint import Finding, Linted
    from matcher.asks.templates import Shelf
    from matcher.asks.wordlists import WordLists


def shelf(home: Home) -> Shelf:
    """The shipped templates, and over them the user's own."""
    from cli.shipped import config_folder
    from matcher.asks.templates import Shelf

    return Shelf(config_folder() / "templates", home.path / "templates")


def word_lists(home: Home) -> WordLists:
    """The shipped lists of the linter, and the user's changes to them."""
    from cli.shipped import config_folder
    from matcher.asks.lint import RULES
    from matcher.asks.wordlists import WordLists

    return WordLists(RULES, config_folder() / "lint", home.path / "lint")


def user_facts(home: Home) -> dict[str, Fact[Any]]:
    """What the settings say of the user."""
    from matcher.asks.facts import FIELDS, Fact, Origin

    origin = Origin(home.config_file.name)
    said = {f"user.{name}": value for name, value in home.settings.user.items() if value}
    return {path: Fact(value, origin) for path, value in said.items() if path in FIELDS}


def checked(home: Home, draft: Draft) -> Linted:
    """What the linter says of a draft."""
    from matcher.asks.lint import lint
    from matcher.asks.message import parse

    lists = word_lists(home)
    marks = lists.everywhere("subject_labels"), lists.everywhere("forward_marks")
    return lint(
        parse(draft.text, *marks),
        lists,
        draft.kind,
        draft.language,
        limit=draft.limit,
        forbids=draft.forbids,
    )


def say_findings(findings: Iterable[Finding], *, err: bool = False) -> None:
    """Each finding in two or three lines: where and what, the words, what to write instead."""
    for one in findings:
        rule = f", rule {one.rule.number}" if one.rule.number else ""
        click.echo(
            f"line {one.line}: {one.severity}: {one.rule.why} ({one.rule.name}{rule})", err=err
        )
        if one.excerpt:
            click.echo(f"    found:   {clean(one.excerpt)}", err=err)
        if one.instead:
            click.echo(f"    instead: {clean(one.instead)}", err=err)


def findings_record(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Findings for JSON."""
    return [
        {
            "rule": one.rule.name,
            "number": one.rule.number,
            "severity": one.severity,
            "line": one.line,
            "excerpt": one.excerpt,
            "why": one.rule.why,
            "instead": one.instead,
        }
        for one in findings
    ]


def clean_lines(text: str) -> str:
    """Text of many lines without anything a terminal would act on."""
    return "\n".join(" " * (len(x) - len(x.lstrip(" "))) + clean(x) for x in text.split("\n"))


def count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
