"""The sources Inroad can read. A module here that defines a `Source` is found by itself."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from crawler.sources.base import Source

SOURCES: Mapping[str, Source]
"""Name -> source, in the order of names. Loaded at first use: sources need the rest of the room,
and the rest of the room needs `crawler.sources.base`."""


def __getattr__(name: str) -> Any:
    if name == "SOURCES":
        return _discover()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


@cache
def _discover() -> Mapping[str, Source]:
    found: dict[str, Source] = {}
    for module_info in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{module_info.name}")
        for kind in vars(module).values():
            if not isinstance(kind, type) or kind.__module__ != module.__name__:
                continue
            if issubclass(kind, Source) and not inspect.isabstract(kind):
                if kind.name in found:
                    raise TypeError(f"two sources are called {kind.name!r}")
                found[kind.name] = kind()
    return MappingProxyType(dict(sorted(found.items())))
