"""The templates of drafts: where they lie, what their headers say, and the user's own copies.

A template is `<language>/<name>.j2`: a Jinja comment that holds its header in TOML, a line
"Subject: …" where it has one, and the body. A file of the same name in the user's folder wins.
"""

from __future__ import annotations

import difflib
import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from matcher.asks.errors import TemplateError, WordsError
from matcher.asks.facts import FIELDS
from matcher.asks.kinds import KINDS, Limit

Folder = Path | Traversable
CHANNELS = ("email", "linkedin_message", "linkedin_note", "phone", "call", "forward")
TO = ("target", "connector", "asked")
WORDS = "words.toml"
_WORDS = {"subject": str, "moment": str, "suggest": dict, "brief": dict, "calendar": dict}
_KEYS = {"purpose", "channel", "kind", "to", "language", "requires"}
_MORE = {"max_words", "max_code_points", "encloses", "forbids", "copied_from"}
_NAME = re.compile(r"[a-z0-9][a-z0-9_]*")
_HEADER = re.compile(r"\{#-?(.*?)-?#\}[ \t]*\r?\n?", re.DOTALL)
_SUBJECT = re.compile(r"Subject: ?(.*)(?:\r?\n)*")


@dataclass(frozen=True, slots=True)
class Template:
    """One template as read. `requires` are paths of facts, or path=value where it must be just
    that; of several in one entry one will do.

    `to` is whom it is written to, "asked" being whomever the ask is made of; `kind` is what the
    linter holds it to; `encloses` is the template whose text goes below it, to be forwarded.
    """

    name: str
    language: str
    purpose: str
    channel: str
    kind: str
    to: str
    limit: Limit
    requires: tuple[tuple[str, ...], ...]
    encloses: str | None
    forbids: tuple[str, ...]
    subject: str | None
    body: str
    body_line: int
    """The line of the file on which the body begins."""
    source: str
    file: str
    is_own: bool
    copied_from: str | None
    """The stamp of the shipped template that this one was copied from."""


class Shelf:
    """All templates: the shipped ones, and over them the user's."""

    def __init__(self, shipped: Folder, own: Folder) -> None:
        self._shipped, self._own = shipped, own
        self._words: dict[str, Mapping[str, Any]] = {}

    def languages(self) -> list[str]:
        """Language codes with at least one template."""
        return sorted({language for language, _ in self._all()})

    def names(self, language: str) -> list[str]:
        """The templates there are in one language."""
        return sorted({name for spoken, name in self._all() if spoken == language})

    def get(self, name: str, language: str) -> Template:
        """The user's template of that name, else the shipped one.

        Raises:
            TemplateError: there is none, or its header is not what it must be.
        """
        for folder, is_own in ((self._own, True), (self._shipped, False)):
            if (language, name) in set(_listed(folder)):
                return _parsed(folder / language / f"{name}.j2", name, language, is_own)
        near = difflib.get_close_matches(name, self.names(language), 1)
        hint = f" Did you mean {near[0]}?" if near else ""
        known = ", ".join(self.languages())
        raise TemplateError(
            f'There is no template "{name[:60]}" in "{language[:12]}" (languages: {known}).{hint}'
        )

    def shipped(self, name: str, language: str) -> Template | None:
        """The shipped template, whatever the user has; None where only the user has it."""
        if (language, name) not in set(_listed(self._shipped)):
            return None
        return _parsed(self._shipped / language / f"{name}.j2", name, language, False)

    def copied(self, name: str, language: str) -> str:
        """The text of a copy to edit: the shipped template and, in its header, its stamp, by which
        a later `changed_since` is known.

        Raises:
            TemplateError: there is no shipped one.
        """
        shipped = self.shipped(name, language)
        if shipped is None:
            self.get(name, language)
            raise TemplateError(f"{name} is a template of yours already; there is nothing to copy.")
        at = shipped.source.index("#}")
        return (
            f'{shipped.source[:at]}copied_from = "{stamp(shipped.source)}"\n{shipped.source[at:]}'
        )

    def changed_since(self, own: Template) -> bool:
        """Whether the shipped template is another one now than the user's was copied from."""
        shipped = self.shipped(own.name, own.language)
        return bool(own.copied_from and shipped and stamp(shipped.source) != own.copied_from)

    def difference(self, own: Template) -> list[str]:
        """The lines of a unified diff from the shipped template to the user's; empty where they
        say the same. Only the stamp of the copy is left out.

        Raises:
            TemplateError: it is no copy of a shipped one.
        """
        shipped = self.shipped(own.name, own.language)
        if shipped is None:
            raise TemplateError(f"{own.file} has no shipped template to be compared with.")
        lines = [x for x in own.source.splitlines() if not x.startswith("copied_from = ")]
        names = (f"shipped {own.language}/{own.name}", "yours")
        return list(difflib.unified_diff(shipped.source.splitlines(), lines, *names, lineterm=""))

    def words(self, language: str) -> Mapping[str, Any]:
        """The small words of one language: headings, calendar titles, questions to start from.
        Those the user's own file leaves out are the shipped ones.

        Raises:
            WordsError: a file of them is not TOML or lacks some, or the language has none.
        """
        if language not in self._words:
            self._words[language] = self._read_words(language)
        return self._words[language]

    def _read_words(self, language: str) -> Mapping[str, Any]:
        files = [folder / language / WORDS for folder in (self._shipped, self._own)]
        files = [file for file in files if _NAME.fullmatch(language) and file.is_file()]
        if not files:
            raise WordsError(
                f'There is no {WORDS} for "{language[:12]}"; translate the shipped one of another '
                f"language into {self._own / language[:12] / WORDS}."
            )
        found: dict[str, Any] = {}
        for file in files:
            try:
                read = tomllib.loads(file.read_text(encoding="utf-8-sig"))
            except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
                raise WordsError(f"{file} is not valid TOML: {error}") from None
            for name, value in read.items():
                both = isinstance(value, dict) and isinstance(found.get(name), dict)
                found[name] = {**found[name], **value} if both else value
        for name, kind in _WORDS.items():
            if not isinstance(found.get(name), kind):
                what = "a table" if kind is dict else "text"
                raise WordsError(f"{files[-1]}: {name} must be there and be {what}.")
        return found

    def _all(self) -> Iterator[tuple[str, str]]:
        yield from _listed(self._shipped)
        yield from _listed(self._own)


def stamp(source: str) -> str:
    """What tells one text of a template from another."""
    return hashlib.sha256(source.encode()).hexdigest()[:12]


def _listed(folder: Folder) -> Iterator[tuple[str, str]]:
    """(language, name) of every template in a folder; a folder that is not there has none."""
    if not folder.is_dir():
        return
    for language in folder.iterdir():
        if _NAME.fullmatch(language.name) and language.is_dir():
            for file in language.iterdir():
                name = file.name.removesuffix(".j2")
                if name != file.name and _NAME.fullmatch(name):
                    yield language.name, name


def _parsed(file: Folder, name: str, language: str, is_own: bool) -> Template:
    try:
        source = file.read_text(encoding="utf-8-sig")
    except (UnicodeDecodeError, OSError):
        raise TemplateError(f"{file} cannot be read as UTF-8 text.") from None
    head = _HEADER.match(source)
    if head is None:
        raise TemplateError(f"{file} does not begin with a header: {{# purpose = … #}}.")
    try:
        header = tomllib.loads(head[1])
    except tomllib.TOMLDecodeError as error:
        raise TemplateError(f"{file}: its header is not valid TOML: {error}") from None
    _check(header, file, language)
    rest = source[head.end() :]
    subject = _SUBJECT.match(rest)
    body = rest[subject.end() :] if subject else rest
    unit = "words" if "max_words" in header else "code points"
    return Template(
        name=name,
        language=language,
        purpose=header["purpose"],
        channel=header["channel"],
        kind=header["kind"],
        to=header["to"],
        limit=Limit(header.get("max_words") or header["max_code_points"], unit),
        requires=tuple(tuple(one.split("|")) for one in header["requires"]),
        encloses=header.get("encloses"),
        forbids=tuple(header.get("forbids", ())),
        subject=subject[1] if subject else None,
        body=body,
        body_line=source[: len(source) - len(body)].count("\n") + 1,
        source=source,
        file=str(file),
        is_own=is_own,
        copied_from=header.get("copied_from"),
    )


def _check(header: Mapping[str, Any], file: Folder, language: str) -> None:
    """Raises TemplateError for the first thing that is not as it must be."""

    def wrong(what: str) -> TemplateError:
        return TemplateError(f"{file}: {what}.")

    for key in sorted(_KEYS - set(header)):
        raise wrong(f"its header lacks {key}")
    for key in sorted(set(header) - _KEYS - _MORE):
        near = difflib.get_close_matches(key, _KEYS | _MORE, 1)
        raise wrong(f"its header has an unknown {key}" + (f"; is {near[0]} meant?" if near else ""))
    for key in ("purpose", "channel", "kind", "to", "language", "encloses", "copied_from"):
        if not isinstance(header.get(key, "x"), str) or not header.get(key, "x"):
            raise wrong(f"{key} must be text")
    words_of = {"channel": CHANNELS, "to": TO, "language": (language,), "kind": tuple(KINDS)}
    for key, words in words_of.items():
        if header[key] not in words:
            raise wrong(f"{key} must be one of {', '.join(words)}")
    for key in ("requires", "forbids"):
        value = header.get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise wrong(f"{key} must be a list of texts")
    for path in (p.partition("=")[0] for one in header["requires"] for p in one.split("|")):
        if path not in FIELDS:
            near = difflib.get_close_matches(path, FIELDS, 1)
            hint = f"; is {near[0]} meant?" if near else ""
            raise wrong(f'requires names "{path}", which is no fact{hint}')
    limits = [header[key] for key in ("max_words", "max_code_points") if key in header]
    if len(limits) != 1 or type(limits[0]) is not int or limits[0] < 1:
        raise wrong("it needs either max_words or max_code_points, a whole number")
