"""The shipped facts of employers, read once in a process instead of by every command."""

from collections.abc import Callable
from functools import cache
from typing import Any

from cli.shipped import config_folder
from matcher.employers import load


def read_once() -> Callable[..., Any]:
    """`load_knowledge` for many commands in one process; a user's own facts are read each time."""
    read = load.load_knowledge
    shipped = cache(read)

    def reading(first: Any, *more: Any) -> Any:
        return read(first, *more) if any(f.is_dir() for f in more) else shipped(first)

    reading(config_folder() / "employers")
    return reading
