"""Reads what is known of employers from the folders it is kept in."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from matcher.employers.errors import KnowledgeError
from matcher.employers.knowledge import Fact, Kind, Knowledge, keys_are_known

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
            knowledge |= _facts(_text(file), str(file), told_by)
    return knowledge


def digest(text: str) -> str:
    """What the text of a file is known by in facts.json."""
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _facts(text: str, origin: str, told_by: str) -> Knowledge:
    """The facts of a file; of a shipped one, unless somebody has changed it, as bench/make_facts.py
    has put them down."""
    read = _shipped().get(digest(text))
    if read is None:
        return Knowledge.from_toml(text, origins=(origin, ""), told_by=told_by)
    kinds = {kind.value: kind for kind in Kind}
    facts = (Fact(a, b, kinds[kind], since, told_by) for a, b, kind, since in read["facts"])
    return Knowledge(tuple(facts), tuple(map(tuple, read["distinct"])))


@cache
def _shipped() -> dict[str, Any]:
    file = files(__package__).joinpath("facts.json")
    data = json.loads(file.read_text(encoding="utf-8"))
    keys_are_known(data["keys"])
    return dict(data["files"])


def _text(file: Path | Traversable) -> str:
    if not file.is_file():
        return ""
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise KnowledgeError(f"{file}: cannot be read as UTF-8 text: {error}") from error
