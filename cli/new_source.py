"""Starts a source: its class, its fixtures and a test that fails until the work is done."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from string import Template

import click

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "tests" / "source_template"


def write(name: str, title: str | None, *, feed: bool) -> Iterator[Path]:
    """Write every file and give its path, relative to the checkout.

    Raises:
        click.ClickException: this is no checkout, the name cannot be one, or it is taken.
    """
    if not TEMPLATES.is_dir() or not (ROOT / "crawler" / "sources").is_dir():
        raise click.ClickException(
            "This is an installed Inroad; a new source is written in a checkout of it "
            "(git clone, then the same command there)."
        )
    if not re.fullmatch(r"[a-z][a-z0-9]{1,30}", name):
        raise click.BadParameter("NAME is lower-case letters and digits, as in greenhouse:acme.")
    title = title or name.capitalize()
    if not re.fullmatch(r"[\w .&:?!+-]{1,60}", title):
        raise click.BadParameter("--title is a few plain words.", param_hint="--title")
    words = {
        "name": name,
        "title": title,
        "Class": re.sub(r"\W", "", title.title()) if title[:1].isalpha() else name.capitalize(),
    }
    plan = dict(_plan(name, "feed.py.txt" if feed else "board.py.txt"))
    for target in plan:
        if target.exists():
            raise click.ClickException(f"{target} is already there; choose another name.")
    for target, template in plan.items():
        target.parent.mkdir(parents=True, exist_ok=True)
        text = Template((TEMPLATES / template).read_text(encoding="utf-8")).substitute(words)
        target.write_text(text, encoding="utf-8", newline="\n")
        yield target.relative_to(ROOT)


def _plan(name: str, source: str) -> Iterator[tuple[Path, str]]:
    yield ROOT / "crawler" / "sources" / f"{name}.py", source
    yield ROOT / "tests" / "crawler" / f"test_{name}.py", "test.py.txt"
    for case in ("normal", "empty", "one_bad", "malformed"):
        yield ROOT / "tests" / "fixtures" / name / case / "input.json", f"{case}.json"
    yield ROOT / "tests" / "fixtures" / name / "unknown" / "site.json", "unknown.json"
