"""The kinds of messages, and what each must hold to.

A message has a kind of its own, finer than that of the ask it belongs to: one ask begins with a
request, may need a follow-up, and ends with thanks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

WORDS, CODE_POINTS = "words", "code points"


@dataclass(frozen=True, slots=True)
class Limit:
    """How long a text may be, in words or Unicode code points."""

    most: int
    unit: str = WORDS

    def __str__(self) -> str:
        return f"{self.most} {self.unit}"


@dataclass(frozen=True, slots=True)
class Kind:
    """`needs` are the rules about what must not be missing. `asks` is what such a message asks
    for; where it is None the message asks for nothing at all."""

    about: str
    limit: Limit
    needs: tuple[str, ...] = ()
    asks: tuple[str, ...] | None = ("talk",)


_REQUEST = ("no-question", "no-reason", "no-way-out", "no-time-limit")
_BOTH = ("talk", "introduction")

KINDS: Mapping[str, Kind] = {
    "information": Kind("asks somebody you know for fifteen minutes", Limit(125), _REQUEST),
    "introduction": Kind(
        "asks somebody you know to introduce you",
        Limit(90),
        ("no-reason", "no-way-out"),
        _BOTH,
    ),
    "forward": Kind(
        "is forwarded to the person you would like to talk to",
        Limit(80),
        ("no-question", "no-reason", "no-time-limit"),
    ),
    "second_step": Kind(
        "asks somebody you were named to or announced to for fifteen minutes",
        Limit(125),
        (*_REQUEST, "no-referrer"),
    ),
    "note_200": Kind("a LinkedIn note, free account", Limit(200, CODE_POINTS), ("no-question",)),
    "note_300": Kind("a LinkedIn note, Premium", Limit(300, CODE_POINTS), ("no-question",)),
    "reconnect": Kind("says hello and asks for nothing", Limit(100), (), None),
    "follow_up": Kind("asks again, once", Limit(60), ("no-way-out",), _BOTH),
    "thanks": Kind("thanks for a talk or an introduction", Limit(90), ("nothing-learned",), None),
    "thanks_for_no": Kind("thanks for a no", Limit(60), (), None),
    "give": Kind("gives something", Limit(90), (), None),
    "update": Kind("tells how it ended", Limit(100), (), None),
    "script": Kind("what the connector says on the phone", Limit(60), (), _BOTH),
    "agenda": Kind("your own notes for the call", Limit(200), (), _BOTH),
}
