"""What somebody's work is and how high they stand, by the words of a title.

The words are data (config/functions.toml). A title is split into words and looked up: phrases
before single words, words that tell much before those that tell little.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from matcher.asks.errors import WordsError

LANGUAGES = ("en", "de")
RECRUITING = "people"
"""The family whose people know who is hired for what, whatever their own work is."""
_WORD = re.compile(r"[^\W_]+(?:[&'’.:+-][^\W_]+)*", re.UNICODE)
_LONGEST = 3


@dataclass(frozen=True, slots=True)
class Work:
    """The family and level of a title; None where its words do not tell."""

    family: str | None
    level: int | None


@dataclass(frozen=True)
class Functions:
    """The words of families and levels.

    `words` and `weak` are phrase → family, `levels` phrase → level, `near` family → families.
    """

    words: Mapping[str, str]
    weak: Mapping[str, str]
    levels: Mapping[str, int]
    near: Mapping[str, frozenset[str]]
    usual: int = 2
    near_above: int = 2
    """How many levels above a posting is still near it."""
    _known: dict[str, Work] = field(default_factory=dict, repr=False, compare=False)
    _words_known: dict[str, tuple[str | None, str | None, int | None]] = field(
        default_factory=dict, repr=False, compare=False
    )

    @classmethod
    def of(cls, files: Iterable[tuple[str, Mapping[str, Any]]]) -> Functions:
        """From tables as TOML gives them, each with its name; later ones add to earlier ones.

        Raises:
            WordsError: a table is not of that form; the message names the file and the key.
        """
        words: dict[str, str] = {}
        weak: dict[str, str] = {}
        levels: dict[str, int] = {}
        near: dict[str, set[str]] = {}
        numbers = {"usual": 2, "near_above": 2}
        for name, data in files:
            for family, lists in _tables(data, "families", name):
                near.setdefault(family, set()).update(_texts(lists, "near", name, family))
                for language in _languages(lists):
                    into = weak if language.startswith("weak_") else words
                    for word in _texts(lists, language, name, family):
                        into[word.casefold()] = family
            for level, lists in _tables(data, "levels", name):
                if level in numbers and isinstance(lists, int):
                    numbers[level] = lists
                    continue
                if not level.isdecimal():
                    raise WordsError(f"{name}: levels.{level} is no level; 0 to 7 are.")
                for language in _languages(lists):
                    for word in _texts(lists, language, name, f"levels.{level}"):
                        levels[word.casefold()] = int(level)
        known = frozenset(near)
        for family, others in near.items():
            if strange := sorted(others - known):
                raise WordsError(f"{name}: {family}.near names no family: {strange[0]}.")
        frozen = {family: frozenset(others) for family, others in near.items()}
        return cls(words, weak, levels, frozen, numbers["usual"], numbers["near_above"])

    def work(self, title: str | None) -> Work:
        """The family and level that a title tells of."""
        if not title:
            return Work(None, None)
        if title not in self._known:
            self._known[title] = self._read(title)
        return self._known[title]

    def _read(self, title: str) -> Work:
        parts = _WORD.findall(title.casefold())
        family = self._phrase(parts) or next(self._of_words(parts, 0), None)
        if family is None:
            family = next(self._of_words(parts, 1), None)
        found = [level for level in self._levels(parts) if level is not None]
        level = max(found) if found else self.usual if family else None
        if found and min(found) == 0:
            level = 0  # an intern of the director's office
        return Work(family, level)

    def _phrase(self, parts: Sequence[str]) -> str | None:
        for length in range(min(_LONGEST, len(parts)), 1, -1):
            if length in self._lengths:
                for at in range(len(parts) - length + 1):
                    if found := self.words.get(" ".join(parts[at : at + length])):
                        return found
        return None

    def _of_words(self, parts: Iterable[str], which: int) -> Iterator[str]:
        for part in parts:
            found = self._word(part)[which]
            if isinstance(found, str):
                yield found

    def _levels(self, parts: Sequence[str]) -> Iterator[int | None]:
        """The levels that words tell of; those of a phrase that tells one say nothing alone: a
        product manager need not lead anybody."""
        at = 0
        while at < len(parts):
            both = self.levels.get(" ".join(parts[at : at + 2])) if at + 1 < len(parts) else None
            yield self._word(parts[at])[2] if both is None else both
            at += 1 if both is None else 2

    def _word(self, word: str) -> tuple[str | None, str | None, int | None]:
        """The family, the weakly told family and the level of one word; words come again."""
        if word not in self._words_known:
            self._words_known[word] = (
                _look_up(word, self.words, self._patterns[0]),
                _look_up(word, self.weak, self._patterns[1]),
                _look_up(word, self.levels, self._patterns[2]),
            )
        return self._words_known[word]

    @cached_property
    def _lengths(self) -> frozenset[int]:
        return frozenset(phrase.count(" ") + 1 for phrase in self.words)

    @cached_property
    def _patterns(self) -> tuple[list[str], list[str], list[str]]:
        lists = (self.words, self.weak, self.levels)
        one, two, three = ([w for w in words if "*" in w and " " not in w] for words in lists)
        return one, two, three

    def fit(self, theirs: str | None, posting: str | None) -> tuple[float, str]:
        """How far somebody of one family can speak of a posting of another, and in words."""
        if theirs is None or posting is None:
            return 0.4, "their work or the posting's is not known"
        if theirs == posting:
            return 1.0, f"same work: {theirs}"
        if theirs == RECRUITING:
            return 0.7, "recruiting: knows who is hired for what"
        if posting in self.near[theirs] or theirs in self.near[posting]:
            return 0.6, f"{theirs} is close to {posting}"
        return 0.3, f"{theirs} is far from {posting}"

    def standing(self, theirs: int | None, posting: int | None) -> tuple[float, str]:
        """How useful somebody's level is for a posting of another, and in words."""
        if theirs is None or posting is None:
            return 0.6, "level not known"
        above = theirs - posting
        if above < 0:
            return 0.5, f"{-above} below the posting"
        if above <= self.near_above:
            return 1.0, "level with the posting" if above == 0 else f"{above} above the posting"
        return 0.7, f"{above} above the posting"


def _look_up(word: str, words: Mapping[str, Any], patterns: Sequence[str]) -> Any:
    if word in words:
        return words[word]
    best: tuple[int, Any] | None = None
    for pattern in patterns:
        bare = pattern.strip("*")
        starts, ends = pattern.endswith("*"), pattern.startswith("*")
        fits = (
            bare in word
            if starts and ends
            else word.startswith(bare)
            if starts
            else word.endswith(bare)
        )
        if fits and (best is None or len(bare) > best[0]):
            best = len(bare), words[pattern]
    return best[1] if best else None


def _tables(data: Mapping[str, Any], name: str, file: str) -> Iterator[tuple[str, Any]]:
    table = data.get(name, {})
    if not isinstance(table, Mapping):
        raise WordsError(f"{file}: {name} must be tables: [{name}.…].")
    yield from table.items()


def _languages(lists: object) -> list[str]:
    known = [*LANGUAGES, *(f"weak_{language}" for language in LANGUAGES)]
    return [language for language in known if isinstance(lists, Mapping) and language in lists]


def _texts(lists: object, key: str, file: str, where: str) -> list[str]:
    found = lists.get(key, []) if isinstance(lists, Mapping) else None
    if not isinstance(found, list) or not all(isinstance(text, str) for text in found):
        raise WordsError(f"{file}: {where}.{key} must be a list of texts.")
    return found
