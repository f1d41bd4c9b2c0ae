"""The files this import can read. A module here with `READERS` is found by itself."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from matcher.contacts.reading import Reader


@cache
def all_readers() -> tuple[Reader, ...]:
    """Every reader, in the order of module names."""
    found: list[Reader] = []
    for module in pkgutil.iter_modules(__path__):
        found += importlib.import_module(f"{__name__}.{module.name}").READERS
    return tuple(found)
