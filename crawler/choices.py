"""What the user decided about sources: which are read, and with which keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from crawler.sources.base import Need, Source


class State(StrEnum):
    ON = "on"
    OFF = "off"
    NEEDS_KEY = "needs key"


@dataclass(frozen=True, slots=True)
class Choice:
    """`[sources.NAME]`. Values are secrets: a repr of this does not show them."""

    on: bool | None = None
    """None: as the source ships."""
    values: Mapping[str, str | Mapping[str, str]] = field(default_factory=dict, repr=False)
    """By the name of the need; where each board has its own, by board token below that."""

    def value(self, need: Need, token: str) -> str | None:
        found = self.values.get(need.name)
        if isinstance(found, str):
            return found
        return (found or {}).get(token)

    def secrets(self) -> Iterator[str]:
        for value in self.values.values():
            yield from (value,) if isinstance(value, str) else value.values()


AS_SHIPPED = Choice()


def state_of(source: Source, choice: Choice = AS_SHIPPED, token: str | None = None) -> State:
    """The state of a source, or of one of its boards where each has its own key."""
    on = source.on if choice.on is None else choice.on
    if not on:
        return State.OFF
    return State.NEEDS_KEY if any(missing_needs(source, choice, token)) else State.ON


def missing_needs(source: Source, choice: Choice, token: str | None = None) -> Iterator[Need]:
    """Keys that nothing can be read without, and that are not there."""
    for need in source.needs:
        given = choice.values.get(need.name) if token is None else choice.value(need, token)
        if need.required and not given:
            yield need


def why_unread(source: Source, choice: Choice = AS_SHIPPED, token: str | None = None) -> str | None:
    """Why a source's boards (or this one) are not read, with what to do; None where they are."""
    match state_of(source, choice, token):
        case State.OFF:
            why = source.why_off if not source.on and source.why_off else "you turned it off"
            return (
                f"{source.title} is off: {why} (to have it read: {source.name} = true in [sources])"
            )
        case State.NEEDS_KEY:
            missing = list(missing_needs(source, choice, token))
            settings = ", ".join(_setting(need, source, token) for need in missing)
            return f"{source.title} needs {settings}; from {missing[0].where}"
        case _:
            return None


def may_help(source: Source, choice: Choice, token: str) -> str:
    """What to say where a board refuses us: of the key that it knows of and was not given, or of
    the one that was."""
    given = [need for need in source.needs if choice.value(need, token) is not None]
    for need in source.needs:
        if not need.required and need not in given:
            return f"it may want a key: {_setting(need, source, token)}; from {need.where}"
    if given:
        settings = ", ".join(_setting(need, source, token) for need in given)
        return f"is {settings} right? From {given[0].where}"
    return ""


def _setting(need: Need, source: Source, token: str | None) -> str:
    """Where a key goes in config.toml."""
    if not need.per_board:
        return f"{need.name} in [sources.{source.name}]"
    return f"{token or 'a line a board'} in [sources.{source.name}.{need.name}]"
