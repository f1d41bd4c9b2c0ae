"""The settings: defaults.toml, and over it the user's own config.toml, strictly read."""

from __future__ import annotations

import difflib
import re
import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cli.shipped import config_folder

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class SettingsError(Exception):
    """A setting that is unknown or cannot be what it says; names the file and the key."""


@dataclass(frozen=True)
class Settings:
    """The merged tables. The keys of `crawl.origins` are the user's, those of `sources` the names
    of sources; what is below them are secrets."""

    user: dict[str, Any]
    crawl: dict[str, Any]
    sources: dict[str, Any]
    search: dict[str, Any]
    match: dict[str, Any]
    rank: dict[str, Any]
    limits: dict[str, Any]
    office: dict[str, Any]
    suggest: dict[str, Any]
    schedule: dict[str, Any]
    database: dict[str, Any]


def load(config_file: Path, *more: Path) -> Settings:
    """Defaults overlaid with the user's file, if there is one, and with further ones.

    Raises:
        SettingsError: not TOML, an unknown key, or a value of the wrong type.
    """
    merged = tomllib.loads((config_folder() / "defaults.toml").read_text(encoding="utf-8"))
    for file in (config_file, *more):
        if file.exists():
            _read(file, merged)
    _check(merged, config_file)
    return Settings(**merged)


def _read(file: Path, merged: dict[str, Any]) -> None:
    try:
        user = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file} is not valid TOML: {error}") from error
    if chosen := user.pop("sources", None):
        from cli.source_settings import check

        merged["sources"] = check(chosen, file)
    _overlay(merged, user, file, "")


def _overlay(base: dict[str, Any], user: dict[str, Any], file: Path, where: str) -> None:
    for key, value in user.items():
        name = f"{where}{key}"
        if where == "crawl.origins.":
            if not isinstance(value, str) or not value.startswith(("http://", "https://")):
                raise SettingsError(f"{file}: {name} must be an http:// or https:// address.")
            base[key] = value
            continue
        if key not in base:
            near = difflib.get_close_matches(key, base, 1)
            hint = f" Did you mean {where}{near[0]}?" if near else ""
            raise SettingsError(f"{file}: there is no setting {name}.{hint}")
        default = base[key]
        if isinstance(default, dict):
            if not isinstance(value, dict):
                raise SettingsError(f"{file}: {name} is a table: [{name}].")
            _overlay(default, value, file, f"{name}.")
        else:
            base[key] = _as(default, value, file, name)


def _as(default: Any, value: Any, file: Path, name: str) -> Any:
    if isinstance(default, bool) or isinstance(value, bool):
        fits = isinstance(default, bool) and isinstance(value, bool)
    elif isinstance(default, float):
        fits = isinstance(value, int | float)
        value = float(value) if fits else value
    elif isinstance(default, list):
        value = [value] if isinstance(value, str) else value
        fits = isinstance(value, list) and all(isinstance(v, str) for v in value)
    else:
        fits = isinstance(value, type(default))
    if not fits:
        kind = {bool: "true or false", float: "a number", int: "a whole number", str: "text"}
        wanted = kind.get(type(default), "a list of texts")
        raise SettingsError(f"{file}: {name} must be {wanted}, not {value!r}.")
    return value


def _check(merged: dict[str, Any], file: Path) -> None:
    crawl, search = merged["crawl"], merged["search"]
    for key in ("delay", "timeout", "max_body_mib", "concurrent_hosts", "retry_after_max"):
        if crawl[key] < 0 or (crawl[key] == 0 and key != "delay"):
            raise SettingsError(f"{file}: crawl.{key} must be more than 0, not {crawl[key]}.")
    if any(c in crawl["contact"] for c in "\r\n"):
        raise SettingsError(f"{file}: crawl.contact must be one line.")
    if search["relation"] not in ("both", "current", "former"):
        raise SettingsError(f'{file}: search.relation must be "both", "current" or "former".')
    if merged["match"]["part_of"] not in ("lower", "same", "off"):
        raise SettingsError(f'{file}: match.part_of must be "lower", "same" or "off".')
    if merged["user"]["tone"] not in ("", "informal", "formal"):
        raise SettingsError(f'{file}: user.tone must be "informal" or "formal", or "" for neither.')
    for table in ("rank", "limits", "office"):
        for key, value in merged[table].items():
            if value < 0:
                raise SettingsError(f"{file}: {table}.{key} must be 0 or more, not {value}.")
    if search["limit"] < 0:
        raise SettingsError(f"{file}: search.limit must be 0 or more.")
    if min(merged["suggest"].values()) < 1:
        raise SettingsError(f"{file}: the numbers of [suggest] must be 1 or more.")
    _check_schedule(merged["schedule"], file)
    now = datetime(2026, 1, 1)  # noqa: DTZ001
    for key, parse in (("since", lambda text: parse_since(text, now)), ("pay", parse_pay)):
        try:
            parse(search[key])
        except ValueError as error:
            raise SettingsError(f"{file}: search.{key}: {error}") from error


def parse_pay(text: str) -> tuple[float, str | None] | None:
    """ "80000", "80k" or "80,000 EUR" as (amount, currency); None for the empty text.

    Raises:
        ValueError: something else.
    """
    if not text.strip():
        return None
    said = re.fullmatch(r"(\d+(?:[,.' ]\d{3})*)\s*(k?)\s*([a-z]{3})?", text.strip().lower())
    if said is None:
        raise ValueError(f'"{text}" is not an amount such as 80000, 80k or 80kEUR')
    amount = float(re.sub(r"\D", "", said[1])) * (1000 if said[2] else 1)
    return amount, said[3].upper() if said[3] else None


def _check_schedule(schedule: dict[str, Any], file: Path) -> None:
    from cli.durations import parse_duration

    hour, _, minute = schedule["at"].partition(":")
    if not (re.fullmatch(r"\d{1,2}:\d\d", schedule["at"]) and int(hour) < 24 and int(minute) < 60):
        raise SettingsError(f'{file}: schedule.at must be a time of day such as "07:30".')
    if odd := [day for day in schedule["days"] if day not in DAYS]:
        raise SettingsError(f"{file}: schedule.days may hold {', '.join(DAYS)}, not {odd[0]!r}.")
    if not 0 <= schedule["random_delay"] <= 24 * 60:
        raise SettingsError(f"{file}: schedule.random_delay must be 0 to 1440 minutes.")
    try:
        if schedule["budget"]:
            parse_duration(schedule["budget"])
    except ValueError as error:
        raise SettingsError(f"{file}: schedule.budget: {error}.") from error


def parse_since(text: str, now: datetime) -> datetime | None:
    """ "14d", "2w", "36h" back from `now`, or an ISO date; None for the empty text.

    Raises:
        ValueError: neither.
    """
    text = text.strip().lower()
    if not text:
        return None
    units = {"h": "hours", "d": "days", "w": "weeks"}
    if text[:-1].isdecimal() and text[-1] in units and len(text) < 7:
        return now - timedelta(**{units[text[-1]]: int(text[:-1])})
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        raise ValueError(f'"{text}" is neither a span such as 14d or 2w nor a date') from None
