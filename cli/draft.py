"""`inroad draft`: one message out of a template and facts."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.context import Home, pass_home
from cli.safe import clean

if TYPE_CHECKING:
    from matcher.asks.drafts import Draft
    from matcher.asks.facts import Fact, Facts
    from matcher.asks.templates import Shelf

LARGEST = 1_000_000
"""Bytes beyond which a file holds no facts for one message."""
SHAPES = ("text", "json", "eml", "mailto", "ics", "markdown", "html")


@click.command()
@click.argument("template")
@click.option(
    "--facts",
    "files",
    multiple=True,
    type=click.Path(dir_okay=False, path_type=Path, allow_dash=True),
    metavar="FILE",
    help='Facts as JSON: {"ask": {"topic": "…"}, …}; "-" is standard input (repeatable).',
)
@click.option("--set", "pairs", multiple=True, metavar="NAME=VALUE", help="One fact (repeatable).")
@click.option("--lang", metavar="CODE", help="The language, else [user] language.")
@click.option(
    "--as",
    "shape",
    type=click.Choice(SHAPES),
    default="text",
    show_default=True,
    help="Text to copy, an e-mail, an address to click, a calendar entry, or the call's one page.",
)
@click.option("--discreet", is_flag=True, help="No names in the calendar entry.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write it there instead of printing it.",
)
@pass_home
def draft(
    home: Home,
    template: str,
    files: tuple[Path, ...],
    pairs: tuple[str, ...],
    lang: str | None,
    shape: str,
    discreet: bool,
    out: Path | None,
) -> None:
    """Draft a message from facts you give. It is never sent.

    TEMPLATE is a name of `inroad templates list`; `inroad templates show` says which facts it
    needs. Nothing is made up: a fact that is missing stops the draft. Beside the text (on standard
    error) stand its length, every fact with where it comes from, and what the linter says of it.
    """
    language = str(lang or home.settings.user["language"])
    facts = _facts(home, files, pairs)
    made = drafted(home, template, language, facts, "--set {}=… or --facts FILE")
    deliver(home, made, facts, shape, discreet, out)


def drafted(home: Home, template: str, language: str, facts: Facts, how: str) -> Draft:
    """The draft; where facts are missing, an error that says how to give them ("{}" is the first
    of them), and reasons that the facts there are bear out."""
    from matcher.asks import drafts
    from matcher.asks.errors import MissingFacts

    shelf = _shelf(home)
    try:
        return drafts.draft(shelf, template, language, facts)
    except MissingFacts as missing:
        if "ask.reason_line" in missing.fields:
            _suggest(drafts.suggestions(shelf, language, facts))
        hint = how.replace("{}", missing.fields[0])
        raise click.ClickException(f"{missing} Give them with {hint}.") from None


def deliver(
    home: Home, made: Draft, facts: Facts, shape: str, discreet: bool, out: Path | None
) -> None:
    """Print or write a draft in its shape, and beside it what there is to say of it."""
    content = _shaped(shape, discreet)(home, made, facts)
    if out is None:
        click.get_binary_stream("stdout").write(content)
    else:
        from cli.files import write

        if write(out, content):
            click.echo(f"Wrote {out}.", err=True)
    if shape != "json":
        _say(home, made)


def _facts(home: Home, files: tuple[Path, ...], pairs: tuple[str, ...]) -> Facts:
    """The settings' facts, over them those of files, over them single ones."""
    from cli.drafting import user_facts
    from matcher.asks.facts import facts_of
    from matcher.asks.given import from_pair

    values = user_facts(home)
    for file in files:
        values |= _from_file(file)
    values |= dict(from_pair(pair) for pair in pairs)
    return with_zone(facts_of(values))


def _from_file(file: Path) -> dict[str, Fact[Any]]:
    from matcher.asks.facts import Origin
    from matcher.asks.given import from_json

    if str(file) == "-":
        data, origin = click.get_binary_stream("stdin").read(LARGEST), Origin("standard input")
    elif not file.is_file():
        raise click.UsageError(f"{file}: no such file.")
    else:
        with file.open("rb") as source:
            data = source.read(LARGEST)
        changed = datetime.fromtimestamp(file.stat().st_mtime, UTC).astimezone()
        origin = Origin(file.name, changed.date())
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise click.ClickException(f"{file} is not UTF-8 text.") from None
    return from_json(text, origin)


def with_zone(facts: Facts) -> Facts:
    """A call whose time has no zone is by the clock of this machine."""
    from dataclasses import replace

    call = facts.ask.call_at
    if call is None or call.value.tzinfo is not None:
        return facts
    here = replace(call, value=call.value.astimezone())
    return replace(facts, ask=replace(facts.ask, call_at=here))


def _shelf(home: Home) -> Shelf:
    from cli.drafting import shelf

    return shelf(home)


def _suggest(sentences: list[str]) -> None:
    if sentences:
        click.echo("Reasons your facts bear out, for ask.reason_line:", err=True)
    for one in sentences:
        click.echo(f"  {clean(one)}", err=True)


def _shaped(shape: str, discreet: bool) -> Callable[[Home, Draft, Facts], bytes]:
    """What turns a draft into bytes."""

    def text(home: Home, made: Draft, facts: Facts) -> bytes:
        from cli.drafting import clean_lines

        return f"{clean_lines(made.text)}\n".encode()

    def as_json(home: Home, made: Draft, facts: Facts) -> bytes:
        from cli.drafting import checked, findings_record

        record = _record(made) | {"findings": findings_record(checked(home, made).findings)}
        return f"{json.dumps(record, ensure_ascii=False, indent=2)}\n".encode("utf-8", "replace")

    def eml(home: Home, made: Draft, facts: Facts) -> bytes:
        from matcher.asks.outputs.mail import eml

        return eml(made, facts.user)

    def mailto(home: Home, made: Draft, facts: Facts) -> bytes:
        from matcher.asks.outputs.mail import mailto

        return f"{mailto(made)}\n".encode()

    def ics(home: Home, made: Draft, facts: Facts) -> bytes:
        from matcher.asks.outputs.calendar import entry

        words = _shelf(home).words(made.language)
        return entry(made, facts, words, home.now, discreet=discreet)

    def page(home: Home, made: Draft, facts: Facts) -> bytes:
        from matcher.asks.outputs import brief

        if made.kind != "agenda":
            raise click.UsageError(f"--as {shape} makes the page for a call: draft call_agenda.")
        one = brief.brief(made, facts, _shelf(home).words(made.language))
        return (brief.html(one) if shape == "html" else brief.markdown(one)).encode()

    makers = {"text": text, "json": as_json, "eml": eml, "mailto": mailto, "ics": ics}
    return makers.get(shape, page)


def _say(home: Home, made: Draft) -> None:
    """Beside the text: how long it is, where everything comes from, what the linter says."""
    from cli.drafting import checked, say_findings
    from matcher.asks.drafts import all_used

    for one in filter(None, (made, made.enclosed)):
        click.echo(
            f"{one.template}: {one.words} words, {one.code_points} characters; "
            f"at most {one.limit}.",
            err=True,
        )
    click.echo("Facts in it, and where they come from:", err=True)
    for used in all_used(made):
        click.echo(f"  {used.path}: {clean(used.value)}  ({clean(used.origin)})", err=True)
    found = checked(home, made)
    say_findings(found.findings, err=True)
    if not found.findings:
        click.echo("The linter has nothing to say.", err=True)


def _record(made: Draft) -> dict[str, Any]:
    record: dict[str, Any] = {
        name: getattr(made, name)
        for name in (
            *("template", "language", "channel", "kind", "to", "recipient", "address"),
            *("subject", "body", "text", "words", "code_points"),
        )
    }
    record["limit"] = {"most": made.limit.most, "unit": made.limit.unit}
    record["facts"] = [
        {
            "name": used.path,
            "value": used.value,
            "from": used.origin.source,
            "on": used.origin.on and used.origin.on.isoformat(),
        }
        for used in made.used
    ]
    record["enclosed"] = _record(made.enclosed) if made.enclosed else None
    return record
