"""The linter's words in one language: shipped lists, and the user's changes to them.

The user's file names the same tables. In it `phrases` puts a list in the place of the shipped one,
`add` and `drop` change it, and `severity` is "error", "warning" or "off".
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources.abc import Traversable
from pathlib import Path
from re import Pattern
from typing import Any

from matcher.asks.errors import LanguageUnknown, WordsError
from matcher.asks.phrases import pattern, patterns

Folder = Path | Traversable
SEVERITIES = ("error", "warning", "off")
_LISTS = (
    *("stop_words", "question_words", "second_person", "greetings", "subject_labels"),
    *("forward_marks", "negators", "not_negators", "not_names"),
    *("first_person", "employers", "bad_words"),
)
_OTHER = (
    *("requests", "offers", "talk", "introduction", "review", "endorsement"),
    *("referral", "self", "pleasantries", "conditions"),
    *("is_agenda", "is_thanks", "is_follow_up"),
)
"""Tables of phrases that belong to no rule of their own: what is asked for, what a message is."""


@dataclass(frozen=True)
class Words:
    """Everything the linter knows of one language."""

    language: str
    lists: Mapping[str, tuple[str, ...]]
    tables: Mapping[str, Mapping[str, Any]]

    @cached_property
    def phrases(self) -> Mapping[str, tuple[Pattern[str], ...]]:
        """Table → its phrases, compiled."""
        return self._compiled("phrases")

    @cached_property
    def unless(self) -> Mapping[str, tuple[Pattern[str], ...]]:
        """Table → phrases around which the table's own do not count."""
        return self._compiled("unless")

    @cached_property
    def sets(self) -> Mapping[str, frozenset[str]]:
        """The lists of single words."""
        return {name: frozenset(words) for name, words in self.lists.items()}

    @cached_property
    def name(self) -> Pattern[str]:
        """What may be the name of a person."""
        return pattern("{name}", self.lists["not_names"])

    @cached_property
    def greeting(self) -> Pattern[str]:
        """A greeting with the name behind it, at the beginning of a sentence."""
        words = "|".join(self.lists["greetings"]) or "(?!)"
        return re.compile(rf"\s*(?:{words})\b[^,!.:;?]{{0,60}}[,!]\s*", re.IGNORECASE)

    @cached_property
    def not_negators(self) -> tuple[Pattern[str], ...]:
        return tuple(patterns(self.lists["not_negators"]))

    def instead(self, table: str) -> str:
        """What to write instead, in the language itself."""
        return str(self.tables.get(table, {}).get("instead", ""))

    def severity(self, table: str, default: str) -> str:
        return str(self.tables.get(table, {}).get("severity", default))

    def _compiled(self, key: str) -> Mapping[str, tuple[Pattern[str], ...]]:
        found = {}
        for name, table in self.tables.items():
            try:
                found[name] = tuple(patterns(table.get(key, ()), self.lists["not_names"]))
            except ValueError as error:
                raise WordsError(f"lint/{self.language}.toml: [{name}] {key}: {error}.") from None
        return found


class WordLists:
    """The lists of every language there is."""

    def __init__(self, rules: Iterable[str], shipped: Folder, own: Folder) -> None:
        self._tables = (*rules, *_OTHER)
        self._folders = (shipped, own)
        self._words: dict[str, Words] = {}

    def languages(self) -> list[str]:
        names = {f.name for folder in self._folders if folder.is_dir() for f in folder.iterdir()}
        return sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml"))

    def words(self, language: str) -> Words:
        """Raises LanguageUnknown where there are no lists, WordsError where one is not right."""
        if language not in self.languages():
            known = ", ".join(self.languages())
            raise LanguageUnknown(f'There are no word lists for "{language[:12]}"; known: {known}.')
        if language not in self._words:
            self._words[language] = self._read(language)
        return self._words[language]

    def everywhere(self, name: str) -> frozenset[str]:
        """One list of all languages together, case folded."""
        words = (self.words(language).lists[name] for language in self.languages())
        return frozenset(word.casefold() for some in words for word in some)

    def guess(self, text: str) -> str:
        """The language with the most stop words in a text.

        Raises:
            LanguageUnknown: none has more than the others.
        """
        said = [word.strip(".,;:!?()\"'„“”").casefold() for word in text.split()]
        votes = {
            language: sum(word in self.words(language).lists["stop_words"] for word in said)
            for language in self.languages()
        }
        best = max(votes.values(), default=0)
        winners = [language for language, count in votes.items() if count == best]
        if not best or len(winners) > 1:
            raise LanguageUnknown(
                f"Which language is this? Say it with --lang ({', '.join(self.languages())})."
            )
        return winners[0]

    def _read(self, language: str) -> Words:
        lists: dict[str, list[str]] = {name: [] for name in _LISTS}
        tables: dict[str, dict[str, Any]] = {}
        for folder in self._folders:
            file = folder / f"{language}.toml"
            if file.is_file():
                for name, value in _toml(file).items():
                    if name in _LISTS:
                        lists[name] = _changed(lists[name], value, f"{file}: {name}")
                    elif name in self._tables:
                        tables[name] = _table(tables.get(name, {}), value, f"{file}: [{name}]")
                    else:
                        raise _unknown(name, [*_LISTS, *self._tables], str(file))
        ready = {name: tuple(words) for name, words in lists.items()}
        return Words(language, ready, tables)


def _toml(file: Path | Traversable) -> Mapping[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise WordsError(f"{file} is not valid TOML: {error}") from None


def _table(before: dict[str, Any], value: object, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise WordsError(f"{where} must be a table.")
    after = dict(before)
    for key, given in value.items():
        if key in ("phrases", "unless"):
            after[key] = _texts(given, f"{where} {key}")
        elif key in ("add", "drop"):
            changes = {key: given}
            after["phrases"] = _changed(after.get("phrases", []), changes, f"{where} {key}")
        elif _is_setting(key, given):
            after[key] = given
        else:
            known = ["phrases", "unless", "add", "drop", "instead", "severity"]
            if key in known:
                raise WordsError(f"{where} {key} is not what it must be.")
            raise _unknown(key, known, where)
    return after


def _is_setting(key: str, given: object) -> bool:
    return given in SEVERITIES if key == "severity" else key == "instead" and isinstance(given, str)


def _changed(before: list[str], value: object, where: str) -> list[str]:
    """A list in the place of `before`, or { add = [...], drop = [...] } of it."""
    if not isinstance(value, dict):
        return _texts(value, where)
    if set(value) - {"add", "drop"}:
        raise WordsError(f"{where} takes add and drop only.")
    dropped = _texts(value.get("drop", []), where)
    return [x for x in before if x not in dropped] + _texts(value.get("add", []), where)


def _texts(value: object, where: str) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise WordsError(f"{where} must be a list of texts.")
    return list(value)


def _unknown(name: str, known: Iterable[str], where: str) -> WordsError:
    near = difflib.get_close_matches(name, list(known), 1)
    hint = f"; is {near[0]} meant?" if near else ""
    return WordsError(f'{where} has an unknown "{name}"{hint}')


def matches(
    text: str, found: Iterable[Pattern[str]], unless: Iterable[Pattern[str]] = ()
) -> Iterator[tuple[int, int]]:
    """Where the patterns occur, but not within what `unless` matches."""
    spans = [m.span() for one in unless for m in one.finditer(text)]
    for one in found:
        for match in one.finditer(text):
            start, end = match.span()
            if not any(a <= start and end <= b for a, b in spans):
                yield start, end
