"""Facts as people and programs hand them over: JSON, or "ask.topic=…" one at a time.

In JSON a fact is a plain value, or {"value": …, "from": "Connections.csv", "on": "2026-11-01"}.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from matcher.asks.clean import line
from matcher.asks.errors import BadFact, FactsUnreadable
from matcher.asks.facts import FIELDS, OWN_WORDS, Fact, Origin, unknown
from matcher.asks.shapes import Day

SHAPE = '{"user": {"name": "…"}, "target": {…}, "ask": {…}}'


def from_json(text: str, origin: Origin) -> dict[str, Fact[Any]]:
    """Path → fact. `origin` is that of values which name none of their own; nulls are no facts.

    Raises:
        FactsUnreadable: not JSON, or not an object of objects.
        BadFact: a name there is not, or a value without its form.
    """
    try:
        data = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        at = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise FactsUnreadable(f"{origin.source} is not JSON{at}. It looks like {SHAPE}.") from None
    groups = data.items() if isinstance(data, dict) else [("", None)]
    found: dict[str, Fact[Any]] = {}
    for group, values in groups:
        if not isinstance(values, dict):
            raise FactsUnreadable(f"{origin.source} must look like {SHAPE}.")
        for name, value in values.items():
            if value is not None:
                found[f"{group}.{name}"] = _fact(f"{group}.{name}", value, origin)
    return found


def from_pair(text: str) -> tuple[str, Fact[Any]]:
    """The path and the fact of "ask.topic=night trains", which are the user's own words.

    Raises:
        FactsUnreadable: there is no "=".
        BadFact: a name there is not.
    """
    path, equals, value = text.partition("=")
    path = path.strip()
    if not equals:
        raise FactsUnreadable("A fact is given as name=value, such as ask.topic=night trains.")
    if path not in FIELDS:
        raise unknown(path)
    return path, Fact(value, OWN_WORDS)


def _fact(path: str, value: object, origin: Origin) -> Fact[Any]:
    if path not in FIELDS:
        raise unknown(path)
    if not isinstance(value, Mapping):
        return Fact(value, origin)
    if not {"value"} <= set(value) <= {"value", "from", "on"}:
        raise BadFact(path, 'must be a value, or {"value": …, "from": …, "on": …}')
    on: date | None = None
    if value.get("on") is not None:
        try:
            on = Day().read(value["on"])
        except ValueError as error:
            raise BadFact(path, f"is from a day that {error}") from None
    source = line(str(value["from"]))[:200] if value.get("from") else ""
    return Fact(value["value"], Origin(source or origin.source, on))
