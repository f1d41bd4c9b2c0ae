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


def state_of(source: Source, choice: Choice = AS_SHIPPED) -> State:
    on = source.on if choice.on is None else choice.on
    if not on:
        return State.OFF
    return State.NEEDS_KEY if any(missing_needs(source, choice)) else State.ON


def missing_needs(source: Source, choice: Choice) -> Iterator[Need]:
    """Keys that nothing can be read without, and that are not there."""
    return (need for need in source.needs if need.required and not choice.values.get(need.name))


def why_unread(source: Source, choice: Choice = AS_SHIPPED) -> str | None:
    """Why boards of a source are not read, with what to do about it; None where they are."""
    match state_of(source, choice):
        case State.OFF:
            why = source.why_off if not source.on and source.why_off else "you turned it off"
            return f"{source.title} is off: {why} (on again: {source.name} = true in [sources])"
        case State.NEEDS_KEY:
            need = next(missing_needs(source, choice))
            return (
                f"{source.title} needs {need.name} in [sources.{source.name}]; get one at "
                f"{need.where}"
            )
        case _:
            return None


def may_help(source: Source, choice: Choice, token: str) -> str:
    """What to say where a board refuses us and a key that it knows of was not given."""
    for need in source.needs:
        if not need.required and choice.value(need, token) is None:
            table = f"sources.{source.name}" + (f".{need.name}" if need.per_board else "")
            key = token if need.per_board else need.name
            return f"it may want a key: {key} in [{table}], see {need.where}"
    return ""
