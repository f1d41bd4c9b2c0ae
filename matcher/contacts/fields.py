"""Values of JSON documents in which anything may be missing or of the wrong type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from matcher.contacts.decode import clean


def text(value: Any) -> str:
    """A text or number as one clean line, else nothing."""
    if isinstance(value, str):
        return clean(value)
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def lines(value: Any) -> str:
    """A text with its line breaks, else nothing."""
    return value if isinstance(value, str) else ""


def mapping(value: Any) -> Mapping[str, Any]:
    """An object, else an empty one."""
    return value if isinstance(value, dict) else {}


def items(value: Any) -> Iterator[Mapping[str, Any]]:
    """The objects of a list; those of another kind are left out."""
    return (one for one in value if isinstance(one, dict)) if isinstance(value, list) else iter(())


def texts(value: Any) -> list[str]:
    """The texts of a list, without blank ones."""
    return [found for one in value if (found := text(one))] if isinstance(value, list) else []


def all_objects(entries: Sequence[Any]) -> bool:
    """Whether a list holds objects and nothing else, one at least."""
    return bool(entries) and all(isinstance(entry, dict) for entry in entries)
