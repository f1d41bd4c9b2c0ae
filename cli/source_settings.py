"""[sources] of config.toml: which sources are read, and with which keys.

In a file of its own because it has to load the sources, which commands that do not crawl only do
where a user has written such a table.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli.settings import SettingsError

if TYPE_CHECKING:
    from crawler.choices import Choice
    from crawler.sources.base import Need, Source

SHORTEST_KEY = 6
"""Anything shorter is no key, and could not be blacked out of a text without ruining it."""
SET = "(set)"


def check(chosen: Any, file: Path) -> dict[str, Any]:
    """The table as it stands, once every name in it is known and every value fits.

    Raises:
        SettingsError: a source or key that does not exist, or a value of the wrong kind. The
            message never shows a value: it may be a key put in the wrong place.
    """
    from crawler.sources import SOURCES

    if not isinstance(chosen, dict):
        raise SettingsError(f"{file}: sources is a table: [sources].")
    for name, value in chosen.items():
        if name not in SOURCES:
            raise SettingsError(f"{file}: there is no source {name}.{_near(name, SOURCES)}")
        if isinstance(value, dict):
            _check_table(SOURCES[name], value, file)
        elif not isinstance(value, bool):
            raise SettingsError(
                f"{file}: sources.{name} must be true or false, or a table [sources.{name}]."
            )
    return chosen


def choices(chosen: Mapping[str, Any]) -> dict[str, Choice]:
    """A table that passed `check`, as the crawler wants it."""
    from crawler.choices import Choice

    found = {}
    for name, value in chosen.items():
        if isinstance(value, bool):
            found[name] = Choice(value)
        else:
            values = {key: inner for key, inner in value.items() if key != "on"}
            found[name] = Choice(value.get("on"), values)
    return found


def masked(chosen: Mapping[str, Any]) -> dict[str, Any]:
    """The table without the values of its keys, for showing."""
    return {name: _masked(value) for name, value in chosen.items()}


def _masked(value: Any) -> Any:
    return masked(value) if isinstance(value, dict) else SET if isinstance(value, str) else value


def _check_table(source: Source, table: Mapping[str, Any], file: Path) -> None:
    where = f"sources.{source.name}"
    needs = {need.name: need for need in source.needs}
    for key, value in table.items():
        if key == "on":
            if not isinstance(value, bool):
                raise SettingsError(f"{file}: {where}.on must be true or false.")
        elif key not in needs:
            has = f"it has {', '.join(needs)}" if needs else "it needs no keys"
            hint = _near(key, needs) or f" {has[0].upper()}{has[1:]}."
            raise SettingsError(f"{file}: there is no setting {where}.{key}.{hint}")
        else:
            _check_value(needs[key], value, file, f"{where}.{key}")


def _check_value(need: Need, value: Any, file: Path, where: str) -> None:
    if need.per_board:
        if not isinstance(value, dict):
            raise SettingsError(f'{file}: {where} is a table, a line a board: acme = "its token".')
        for token, inner in value.items():
            _check_key(inner, file, f"{where}.{token}")
    else:
        _check_key(value, file, where)


def _check_key(value: Any, file: Path, where: str) -> None:
    if not isinstance(value, str):
        raise SettingsError(f"{file}: {where} must be text.")
    if len(value) < SHORTEST_KEY or not value.isascii() or not value.isprintable():
        raise SettingsError(
            f"{file}: {where} cannot be a key: it needs {SHORTEST_KEY} or more plain characters."
        )
    if value != value.strip():
        raise SettingsError(f"{file}: {where} has a space before or behind it.")


def _near(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(known), 1)
    return f" Did you mean {near[0]}?" if near else ""
