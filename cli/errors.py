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


def trace(error: BaseException) -> str:
    """Where an error comes from: the files, lines and kinds of it and of what caused it.

    Messages of others are left out, as they may quote somebody's data (a database names the value
    it could not store), and so are those of system errors, whose files may be called after people.
    """
    chain: list[BaseException] = []
    at: BaseException | None = error
    while at is not None and at not in chain:
        chain.append(at)
        at = at.__cause__ or (None if at.__suppress_context__ else at.__context__)
    parts = []
    for one in reversed(chain):
        frames = "".join(traceback.format_tb(one.__traceback__))
        parts.append(f"Traceback (most recent call last):\n{frames}{type(one).__name__}")
    return "\n\nwhich led to\n\n".join(parts)


def exit_code(error: Exception) -> int:
    """4 when another run holds the lock, else 1."""
    return 4 if type(error).__name__ == "RunInProgress" else 1
