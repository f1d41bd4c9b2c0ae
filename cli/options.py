"""Options that many commands have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])


def format_option(*shapes: str) -> Callable[[Command], Command]:
    """`--format`, given to the command as `shape`; the first is what it is when nothing is said."""
    return click.option(
        "--format",
        "shape",
        type=click.Choice(shapes),
        default=shapes[0],
        show_default=True,
        help="How to print it.",
    )
