"""The words of employer names: legal forms, how telling a word is, and spellings of one word."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class LegalForm:
    """A legal form as shown to people, and the ISO 3166 codes of the places that know it."""

    name: str
    countries: frozenset[str]


@dataclass(frozen=True, slots=True)
class LegalForms:
    """Legal forms by their folded words; `longest` is the most words a form has, `last_words` are
    those that forms end in."""

    by_words: dict[tuple[str, ...], LegalForm]
    leading: dict[str, LegalForm]
    glued: tuple[tuple[str, LegalForm], ...]
    longest: int
    last_words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Words:
    """`weight` and `kind` by word, `abbreviations` to full words, `kin` to one headword.

    `listed` are the short lists that normalise goes by.
    """

    weight: dict[str, float]
    kind: dict[str, str]
    abbreviations: dict[str, str]
    kin: dict[str, str]
    listed: dict[str, tuple[str, ...]]


def _text(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


@cache
def legal_forms() -> LegalForms:
    """The legal forms that belong to the code (legal_forms.toml beside it)."""
    by_words: dict[tuple[str, ...], LegalForm] = {}
    leading: dict[str, LegalForm] = {}
    glued: list[tuple[str, LegalForm]] = []
    for entry in tomllib.loads(_text("legal_forms.toml"))["form"]:
        form = LegalForm(entry["name"], frozenset(entry["countries"].split()))
        for words in entry["words"]:
            by_words.setdefault(tuple(words.split()), form)
            if entry.get("leading"):
                leading.setdefault(words, form)
        glued.extend((text, form) for text in entry.get("glued", ()))
    glued.sort(key=lambda pair: -len(pair[0]))
    last = frozenset(words[-1] for words in by_words)
    return LegalForms(by_words, leading, tuple(glued), max(map(len, by_words)), last)


@cache
def words() -> Words:
    """The words that belong to the code (words.toml beside it).

    A word listed in several classes takes the smallest weight of them; of kin, those
    that are not listed are as telling as the first that is.
    """
    data = tomllib.loads(_text("words.toml"))
    weight: dict[str, float] = {}
    kind: dict[str, str] = {}
    for name, entry in data["class"].items():
        for word in entry["words"].split():
            if entry["weight"] < weight.get(word, 2.0):
                weight[word] = entry["weight"]
                kind[word] = name
    kin = {word: head for head, others in data["kin"].items() for word in [head, *others.split()]}
    for family in ([head, *others.split()] for head, others in data["kin"].items()):
        known = next((word for word in family if word in weight), "")
        for word in family if known else ():
            weight.setdefault(word, weight[known])
            kind.setdefault(word, kind[known])
    for word in list(weight):
        if word + "s" in weight and kind[word] in ("trade", "generic"):
            head = kin.setdefault(word, word)
            kin.setdefault(word + "s", head)
    listed = {name: tuple(text.split()) for name, text in data["listed"].items()}
    return Words(weight, kind, dict(data["abbreviations"]), kin, listed)


@cache
def listed(name: str) -> frozenset[str]:
    """A short list of words.toml to look words up in."""
    return frozenset(words().listed[name])


@cache
def common() -> dict[str, int]:
    """How many of rarity.BACKGROUND names hold a word, roughly (common.toml beside it)."""
    entries = tomllib.loads(_text("common.toml"))["class"]
    return {word: entry["count"] for entry in entries for word in entry["words"].split()}
