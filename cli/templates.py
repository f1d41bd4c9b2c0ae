"""`inroad templates`: the shipped drafts, and the user's own copies of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from cli.context import Home, pass_home
from cli.options import format_option
from cli.safe import clean

if TYPE_CHECKING:
    from matcher.asks.templates import Shelf, Template

_LANG = click.option("--lang", metavar="CODE", help="The language, else [user] language.")


@click.group()
def templates() -> None:
    """See and change the templates of your drafts."""


@templates.command("list")
@click.option("--lang", metavar="CODE", help="Only this language.")
@format_option("table", "json")
@pass_home
def list_(home: Home, lang: str | None, shape: str) -> None:
    """List the templates: what each is for, its channel, and how long it may be."""
    from cli.drafting import shelf

    found = shelf(home)
    every = [
        found.get(name, language)
        for language in found.languages()
        for name in found.names(language)
        if lang in (None, language)
    ]
    if not every:
        raise click.ClickException(
            f"There are no templates in {clean(lang)!r}; known: {', '.join(found.languages())}."
        )
    if shape == "json":
        click.echo(json.dumps([_record(t) for t in every], ensure_ascii=False, indent=2))
    else:
        _print_table(found, every)


@templates.command()
@click.argument("name")
@_LANG
@pass_home
def show(home: Home, name: str, lang: str | None) -> None:
    """Show one template: what it is for, which facts it needs, and its text."""
    from cli.drafting import clean_lines, shelf
    from matcher.asks.facts import FIELDS

    template = shelf(home).get(name, _language(home, lang))
    whose = "yours" if template.is_own else "shipped"
    click.echo(f"{template.name} ({template.language}, {whose}): {clean(template.purpose)}")
    click.echo(f"  file:     {clean(template.file)}")
    click.echo(f"  channel:  {template.channel.replace('_', ' ')}, to {_to(template)}")
    click.echo(f"  at most:  {template.limit}")
    for number, one in enumerate(template.requires):
        needed = " or ".join(f"{x} ({FIELDS[x.partition('=')[0]].about})" for x in one)
        click.echo(f"  {'needs:' if number == 0 else '':<9} {needed}")
    if template.encloses:
        click.echo(f"  encloses: {clean(template.encloses)}")
    click.echo(f"\n{clean_lines(template.source)}")


@templates.command()
@click.argument("name")
@_LANG
@pass_home
def copy(home: Home, name: str, lang: str | None) -> None:
    """Copy a shipped template into your data folder, to change it there.

    From then on yours is used. What you changed is shown by `inroad templates diff`.
    """
    from cli.drafting import shelf
    from cli.files import write

    language = _language(home, lang)
    text = shelf(home).copied(name, language)
    file = home.path / "templates" / language / f"{name}.j2"
    if file.exists():
        raise click.ClickException(f"{file} is already there; edit it as you like.")
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    write(file, text.encode("utf-8"))
    click.echo(f"Wrote {file}. See what it makes with: inroad draft {name} --lang {language}")


@templates.command()
@click.argument("name", required=False)
@_LANG
@pass_home
def diff(home: Home, name: str | None, lang: str | None) -> None:
    """Show what your templates say differently from the shipped ones.

    Without NAME, all of yours. A shipped template that has changed since you copied it is named.
    """
    from cli.drafting import shelf

    found = shelf(home)
    if name is None:
        own = [t for t in _own(found) if lang in (None, t.language)]
    else:
        own = [found.get(name, _language(home, lang))]
        if not own[0].is_own:
            raise click.ClickException(
                f"You have no {clean(name)} of your own. Make one: inroad templates copy {name}"
            )
    for template in own:
        _print_diff(found, template)
    if not own:
        click.echo("All templates are the shipped ones. Copy one: inroad templates copy NAME")


@templates.command()
@click.argument("work", required=False)
@_LANG
@pass_home
def questions(home: Home, work: str | None, lang: str | None) -> None:
    """Show questions to start from, by the kind of work they are about."""
    from cli.drafting import shelf

    known = shelf(home).words(_language(home, lang)).get("questions", {})
    if work is not None and work not in known:
        raise click.ClickException(
            f"No questions about {clean(work)!r}; there are some about {', '.join(known)}."
        )
    for name, some in known.items():
        if work in (None, name):
            click.secho(clean(name), bold=True)
            for one in some:
                click.echo(f"  {clean(one)}")


def _to(template: Template) -> str:
    return "whoever is asked" if template.to == "asked" else f"the {template.to}"


def _language(home: Home, lang: str | None) -> str:
    return str(lang or home.settings.user["language"])


def _own(found: Shelf) -> list[Template]:
    every = (
        found.get(n, language) for language in found.languages() for n in found.names(language)
    )
    return [template for template in every if template.is_own]


def _print_diff(found: Shelf, template: Template) -> None:
    name = f"{template.language}/{template.name}"
    if found.shipped(template.name, template.language) is None:
        click.echo(f"{name}: a template of your own; none of that name is shipped.")
        return
    lines = found.difference(template)
    for line in lines:
        indent = line[: len(line) - len(line[1:].lstrip(" "))] if line[:1] in "+- " else ""
        click.echo(indent + clean(line[len(indent) :]))
    if not lines:
        click.echo(f"{name}: the same as the shipped one.")
    if found.changed_since(template):
        click.echo(f"{name}: the shipped one has changed since you copied it.")


def _print_table(found: Shelf, every: list[Template]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("name", "", "channel", "at most", "for"):
        table.add_column(column, overflow="fold", no_wrap=column == "name")
    for t in every:
        whose = "yours" if t.is_own else ""
        if whose and found.changed_since(t):
            whose = "yours, of an older one"
        label = f"{t.language} {whose}".strip()
        table.add_row(t.name, label, t.channel.replace("_", " "), str(t.limit), clean(t.purpose))
    Console(highlight=False, markup=False, emoji=False).print(table)


def _record(template: Template) -> dict[str, object]:
    return {
        "name": template.name,
        "language": template.language,
        "purpose": template.purpose,
        "channel": template.channel,
        "kind": template.kind,
        "to": template.to,
        "limit": {"most": template.limit.most, "unit": template.limit.unit},
        "requires": [list(one) for one in template.requires],
        "encloses": template.encloses,
        "yours": template.is_own,
        "file": template.file,
    }
