"""Reads what is known of employers from the folders it is kept in."""

from __future__ import annotations

from importlib.resources.abc import Traversable
from pathlib import Path

from matcher.employers.errors import KnowledgeError
from matcher.employers.knowledge import Knowledge

FACTS = ("aliases.toml", "universities.toml", "native_names.toml", "tickers.toml")
NON_EMPLOYERS = "non_employers.toml"


def load_knowledge(*folders: Path | Traversable) -> Knowledge:
    """The facts of all folders together: the shipped ones, then the user's, which add to them.

    A folder that lacks a file, or does not exist, adds nothing. Raises KnowledgeError for a file
    that cannot be read or does not hold facts.
    """
    knowledge = Knowledge()
    for number, folder in enumerate(folders):
        others = folder / NON_EMPLOYERS
        knowledge |= Knowledge.from_toml(non_employers=_text(others), origins=("", str(others)))
        for name in FACTS:
            file = folder / name
            told_by = f"your {name}" if number else name
            knowledge |= Knowledge.from_toml(_text(file), origins=(str(file), ""), told_by=told_by)
    return knowledge


def _text(file: Path | Traversable) -> str:
    if not file.is_file():
        return ""
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise KnowledgeError(f"{file}: cannot be read as UTF-8 text: {error}") from error
