"""Files a command writes: whole or not at all."""

from __future__ import annotations

from pathlib import Path

import click


def write(file: Path, content: bytes) -> bool:
    """Write a file, or standard output for "-"; whether there is a file now.

    Beside the target first, so that a full disk never leaves half a file in its place.
    """
    if str(file) == "-":
        click.get_binary_stream("stdout").write(content)
        return False
    draft = file.with_name(f".{file.name}.part")
    try:
        draft.write_bytes(content)
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
    return True
