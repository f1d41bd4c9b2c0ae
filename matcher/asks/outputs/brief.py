"""One page for the call: who it is, why this person, the questions, room for notes, what comes
after. As Markdown, and as a page that prints and loads nothing.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from importlib import resources
from typing import Any

from jinja2.sandbox import ImmutableSandboxedEnvironment

from matcher.asks import moments
from matcher.asks.drafts import Draft, all_used
from matcher.asks.facts import Facts, Origin
from matcher.markdown import escape, link


@dataclass(frozen=True, slots=True)
class Row:
    """A label, what is to be said, and the address it leads to, or ""."""

    label: str
    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Brief:
    """The page in parts. `sources` are (where from, which facts)."""

    language: str
    title: str
    rows: tuple[Row, ...]
    agenda: tuple[str, ...]
    after: tuple[str, ...]
    sources: tuple[tuple[str, str], ...]
    headings: Mapping[str, str]


def brief(agenda: Draft, facts: Facts, words: Mapping[str, Any]) -> Brief:
    """The page for a call, around the notes that the agenda's template makes.

    `words` are those of the language, as `Shelf.words` gives them.
    """
    say = {name: str(text) for name, text in words["brief"].items()}
    look = _Look(facts, agenda.language, str(words["moment"]))
    name = look("target.name") or look("target.role") or "?"
    rows, after = _rows(look, say), _after(look, say, name)
    origins = look.origins | {one.path: one.origin for one in all_used(agenda)}
    return Brief(
        language=agenda.language,
        title=say["title"].replace("{name}", name),
        rows=tuple(rows),
        agenda=tuple(agenda.body.split("\n")),
        after=tuple(after),
        sources=tuple(_sources(origins)),
        headings={key: say[key] for key in ("agenda", "notes", "after", "sources")},
    )


def markdown(page: Brief) -> str:
    """The page as Markdown; nothing in a value is taken for markup."""
    lines = [f"# {escape(page.title)}", ""]
    for row in page.rows:
        text = f"[{escape(row.text)}]({link(row.url)})" if row.url else escape(row.text)
        lines.append(f"- **{escape(row.label)}:** {text}")
    lines += ["", f"## {escape(page.headings['agenda'])}", ""]
    lines += [f"{escape(one)}  " if one else "" for one in page.agenda]
    lines += ["", f"## {escape(page.headings['after'])}", ""]
    lines += [f"- [ ] {escape(one)}" for one in page.after]
    lines += ["", f"## {escape(page.headings['sources'])}", ""]
    lines += [f"- {escape(origin)}: {escape(names)}" for origin, names in page.sources]
    return "\n".join(lines) + "\n"


def html(page: Brief) -> str:
    """The page as one HTML file: no script, no address that is loaded, all values escaped, and a
    policy that would forbid the rest."""
    here = resources.files("matcher.asks.outputs")
    style = (here / "brief.css").read_text(encoding="utf-8")
    layout = (here / "brief.html.j2").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    environment = ImmutableSandboxedEnvironment(autoescape=True, keep_trailing_newline=True)
    made = environment.from_string(layout)
    return made.render(page=page, style=style, digest=digest)


class _Look:
    """Facts as text, and a note of where those looked at come from."""

    def __init__(self, facts: Facts, language: str, moment: str) -> None:
        self._facts, self._language, self._moment = facts, language, moment
        self.origins: dict[str, Origin] = {}

    def __call__(self, path: str) -> str:
        """The text of a fact; empty where nobody knows it."""
        fact = self._facts.get(path)
        if fact is None:
            return ""
        self.origins[path] = fact.origin
        if isinstance(fact.value, datetime):
            return moments.time(fact.value, self._language, self._moment)
        if isinstance(fact.value, date):
            return moments.day(fact.value, self._language)
        return str(fact.value)


def _rows(look: _Look, say: Mapping[str, str]) -> list[Row]:
    when = look("ask.call_at")
    title = look("posting.title")
    url = look("posting.url") if title else ""
    profile = look("target.link")
    kind = look("ask.kind")
    rows = [
        Row(say["when"], f"{when}, {look('ask.minutes')} min" if when else ""),
        Row(say["who"], _who(look, say)),
        Row(say["profile"], profile, _address(profile)),
        Row(say["shared"], _with(look("target.shared_employer"), look("target.shared_years"))),
        Row(
            say["posting"],
            title and _list(title, look("posting.department"), look("employer.name")),
            _address(url),
        ),
        Row(say["through"], _through(look, say)),
        Row(say["topic"], look("ask.topic")),
        Row(
            say["reason"],
            look("ask.target_reason" if kind == "introduction" else "ask.reason_line"),
        ),
    ]
    return [row for row in rows if row.text]


def _who(look: _Look, say: Mapping[str, str]) -> str:
    """ "Lee Ito: formerly Head of Data, Tailspin, until 2024"."""
    place = _list(look("target.role"), look("target.employer"))
    if place and look("target.relation") == "former":
        place = f"{say['formerly']} {place}"
    since, until = look("target.since"), look("target.until")
    told = _list(
        place,
        since and say["since"].replace("{date}", since),
        until and say["until"].replace("{date}", until),
    )
    return ": ".join(filter(None, [look("target.name"), told]))


def _through(look: _Look, say: Mapping[str, str]) -> str:
    ahead = look("ask.heads_up_on")
    who = look("connector.name") or look("ask.came_via")
    return _list(who, ahead and say["heads_up"].replace("{day}", ahead)) if who else ""


def _after(look: _Look, say: Mapping[str, str], name: str) -> list[str]:
    connector = look("connector.name")
    found = [
        say["after_thanks"].replace("{name}", name),
        connector and say["after_connector"].replace("{name}", connector),
        say["after_names"],
    ]
    return [one for one in found if one]


def _sources(origins: Mapping[str, Origin]) -> Iterator[tuple[str, str]]:
    for origin in dict.fromkeys(origins.values()):
        yield str(origin), ", ".join(path for path, one in origins.items() if one == origin)


def _list(*parts: str) -> str:
    return ", ".join(filter(None, parts))


def _with(text: str, remark: str) -> str:
    return f"{text} ({remark})" if text and remark else text


def _address(text: str) -> str:
    """Where a link leads; what was written without its scheme gets one."""
    return text if "://" in text or not text else f"https://{text}"
