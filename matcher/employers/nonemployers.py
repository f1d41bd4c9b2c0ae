"""What people write in an employer's place: freelance, stealth, retired, confidential."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from typing import Self

from matcher.employers.errors import KnowledgeError
from matcher.employers.normalise import LONGEST, Normalised, normalise
from matcher.employers.text import split


@dataclass(frozen=True, slots=True)
class Combination:
    """Openings, run together ("stealth"), and the words that may follow one ("mode", "startup")."""

    openings: frozenset[str]
    followers: frozenset[str]

    def holds(self, words: tuple[str, ...]) -> bool:
        """Whether the words are an opening and then nothing but followers, one at least."""
        if words[-1] not in self.followers:
            return False
        return any(
            "".join(words[:at]) in self.openings and self.followers.issuperset(words[at:])
            for at in range(1, min(len(words), 5))
        )


@dataclass(frozen=True, slots=True)
class NonEmployers:
    """Texts that name no employer: whole texts, run together, and combinations of words."""

    names: frozenset[str] = frozenset()
    combinations: tuple[Combination, ...] = ()
    _followers: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        followers = (combination.followers for combination in self.combinations)
        object.__setattr__(self, "_followers", frozenset[str]().union(*followers))

    @classmethod
    def from_toml(cls, text: str, origin: str = "non_employers.toml") -> Self:
        """Reads `names` (lists of texts by language) and `[[combination]]` (openings, followers).

        Raises KnowledgeError when the text is not TOML or a value is not a list of texts.
        """
        try:
            data = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise KnowledgeError(f"{origin}: not TOML: {error}") from error
        languages, entries = data.get("names", {}), data.get("combination", [])
        if not isinstance(languages, dict):
            raise KnowledgeError(f"{origin}: write the texts by language under [names]")
        if not isinstance(entries, list) or not all(isinstance(e, dict) for e in entries):
            raise KnowledgeError(f"{origin}: write combinations as [[combination]] tables")
        names = {
            "".join(split(name))
            for language, texts in languages.items()
            for name in _texts(texts, f"{origin}: [names] {language}")
        }
        where = f"{origin}: [[combination]]"
        combinations = []
        for entry in entries:
            openings = _texts(entry.get("openings"), f"{where} openings")
            followers = _texts(entry.get("followers"), f"{where} followers")
            combinations.append(
                Combination(
                    frozenset("".join(split(opening)) for opening in openings),
                    frozenset(word for text in followers for word in split(text)),
                )
            )
        return cls(frozenset(names - {""}), tuple(combinations))

    def __or__(self, other: NonEmployers) -> NonEmployers:
        return NonEmployers(self.names | other.names, self.combinations + other.combinations)

    def is_non_employer(self, name: str) -> bool:
        """Whether the whole name, remarks aside, names no employer; so too when nothing is left.

        Part of a name never decides: Freelancer.com, Self Financial, The Home Depot are employers.
        """
        return self.covers(normalise(name))

    def covers(self, found: Normalised) -> bool:
        """The same of a name already taken apart."""
        if not found.key or "".join(found.words) in self.names:
            return True
        if found.notes and "".join(split(found.raw[:LONGEST])) in self.names:
            return True
        return found.words[-1] in self._followers and any(
            combination.holds(found.words) for combination in self.combinations
        )


def _texts(value: object, where: str) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise KnowledgeError(f'{where}: write a list of texts, such as ["Freelance"]')
    return value
