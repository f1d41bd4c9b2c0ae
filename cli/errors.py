"""One clear line and an exit code for every error."""

from __future__ import annotations

import traceback
from pathlib import Path

from cli.safe import clean

OUR_ROOMS = ("cli.", "crawler.", "matcher.", "store.")


def explanation(error: Exception, verbose: bool) -> str:
    """What a person should read.

    Errors our rooms raise were written for people. Of any other only its kind and place are
    shown: its message may quote somebody's data.
    """
    kind = type(error)
    if kind.__module__.startswith(OUR_ROOMS):
        return clean(error)
    if isinstance(error, OSError) and error.strerror:
        place = f": {error.filename}" if error.filename else ""
        return clean(f"{error.strerror}{place}")
    frame = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{Path(frame.filename).name}:{frame.lineno}"
    again = "" if verbose else " Run the same with -v to see where it comes from."
    return f"something unexpected went wrong ({kind.__name__} in {where}).{again}"


def exit_code(error: Exception) -> int:
    """4 when another run holds the lock, else 1."""
    return 4 if type(error).__name__ == "RunInProgress" else 1
