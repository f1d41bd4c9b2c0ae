"""The life of an ask: its stages, and what may happen to it at each.

The user says what happened; nothing moves by itself. An introduction is opted into twice: the
connector agrees, then the target does, and only then do two strangers meet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from matcher.asks.errors import NotNow

if TYPE_CHECKING:
    # The verbs are shown by --help, which is not to wait for a database.
    from store.asks import Ask, Event

PATHS: Mapping[str, tuple[str, ...]] = {
    "information": ("draft", "approved", "sent", "agreed", "talked", "thanked", "closed"),
    "second_step": ("draft", "approved", "sent", "agreed", "talked", "thanked", "closed"),
    "reconnect": ("draft", "approved", "sent", "agreed", "talked", "thanked", "closed"),
    "introduction": (
        *("draft", "approved", "sent", "agreed", "target_ok", "introduced", "talked"),
        *("thanked", "closed"),
    ),
}
"""Kind → the stages of an ask that goes well."""
SIDE = ("declined", "no_reply", "paused", "withdrawn")
OVER = ("closed", "declined", "no_reply", "withdrawn")
WAITING = ("sent", "agreed", "target_ok", "introduced")
"""Stages at which somebody else has something to answer or to do."""
OPEN = ("draft", "approved", *WAITING, "paused")
"""Stages at which nobody should be asked anything else."""


@dataclass(frozen=True, slots=True)
class Verb:
    """One thing that may happen: from which stages, to which one ("" stays), and how it is told."""

    since: tuple[str, ...]
    to: str
    about: str
    only: tuple[str, ...] = ()
    """The kinds of asks it may happen to; none named is all."""
    needs_reason: bool = False


VERBS: Mapping[str, Verb] = {
    "approve": Verb(("draft",), "approved", "You have read the draft and stand by it."),
    "sent": Verb(("approved",), "sent", "You have sent the message yourself."),
    "follow-up": Verb(("sent",), "", "You have asked once more."),
    "agreed": Verb(("sent",), "agreed", "The person you asked has said yes."),
    "heads-up": Verb(
        ("draft", "approved", "sent", "agreed", "target_ok"),
        "",
        "The connector has told the target that you will write.",
        ("introduction", "second_step"),
    ),
    "target-ok": Verb(
        ("agreed",), "target_ok", "The target has said yes as well.", ("introduction",)
    ),
    "introduced": Verb(
        ("target_ok",), "introduced", "The connector has introduced you.", ("introduction",)
    ),
    "talked": Verb(("agreed", "target_ok", "introduced"), "talked", "You have talked."),
    "thanked": Verb(
        ("introduced", "talked", "declined", "thanked", "closed"), "", "You have said thank you."
    ),
    "decline": Verb((*WAITING,), "declined", "Somebody has said no."),
    "no-reply": Verb(("sent", "agreed"), "no_reply", "No answer has come; you let it rest."),
    "pause": Verb(("draft", "approved", *WAITING), "paused", "You let it rest for a while."),
    "resume": Verb(("paused",), "", "You go on where you paused."),
    "withdraw": Verb(
        ("draft", "approved", *WAITING, "paused"), "withdrawn", "You take the ask back."
    ),
    "close": Verb(
        (*WAITING, "talked", "thanked", "declined", "no_reply", "withdrawn"),
        "closed",
        "It is over. One that has not run its course needs a reason.",
    ),
    "reopen": Verb(OVER, "", "It goes on after all, where it ended.", needs_reason=True),
    "general": Verb(
        ("draft", "approved", "paused"),
        "",
        "Speak of the employer in general: the posting has closed.",
    ),
}
"""What may happen to an ask. `Verb.to` is empty where it depends, or where the stage stays."""

_DAY_OF = {
    "sent": "sent_on",
    "agreed": "agreed_on",
    "introduced": "introduced_on",
    "talked": "talked_on",
}


def allowed(ask: Ask) -> list[str]:
    """The verbs that are possible now."""
    return [name for name in VERBS if _may(ask, name)]


_NOT_YET = {
    ("introduction", "talked"): ("agreed",),
    # Nobody calls ahead before they agreed to; who named the target did so in a talk.
    ("introduction", "heads-up"): ("draft", "approved", "sent"),
}
"""Stages at which a verb waits for one kind of ask only."""


def _may(ask: Ask, name: str) -> bool:
    verb = VERBS[name]
    if verb.only and ask.kind not in verb.only:
        return False
    return ask.stage in verb.since and ask.stage not in _NOT_YET.get((ask.kind, name), ())


def move(
    ask: Ask,
    name: str,
    on: date,
    reason: str | None = None,
    back_to: str | None = None,
) -> Ask:
    """The ask after something happened to it on a day.

    Args:
        back_to: where `resume` and `reopen` lead, from the ask's events (`before`).

    Raises:
        NotNow: it cannot happen at this stage; the message names what can.
    """
    verb = VERBS[name]
    if not _may(ask, name):
        options = ", ".join(allowed(ask)) or "nothing"
        stage = ask.stage.replace("_", " ")
        raise NotNow(
            f"Ask {ask.ask_id} ({ask.kind.replace('_', ' ')}) is {stage}: "
            f"{name} is not possible now. Possible: {options}."
        )
    wanted = verb.needs_reason or (name == "close" and ask.stage in WAITING)
    if wanted and not (reason or "").strip():
        raise NotNow(f"Ask {ask.ask_id} is {ask.stage}: say why with --reason.")
    stage = verb.to or (back_to if name in ("resume", "reopen") and back_to else ask.stage)
    moved = replace(ask, stage=stage)
    if name in _DAY_OF:
        changes: dict[str, Any] = {_DAY_OF[name]: on, "due_on": None}
        moved = replace(moved, **changes)
    return _AFTER[name](moved, on) if name in _AFTER else moved


def _followed_up(ask: Ask, on: date) -> Ask:
    return replace(ask, follow_ups=ask.follow_ups + 1, followed_up_on=on, due_on=None)


def _ended(outcome: str) -> Callable[[Ask, date], Ask]:
    return lambda ask, on: replace(ask, outcome=outcome, outcome_on=on, due_on=None)


_AFTER: Mapping[str, Callable[[Ask, date], Ask]] = {
    "follow-up": _followed_up,
    "decline": _ended("declined"),
    "no-reply": _ended("no reply"),
    "withdraw": _ended("withdrawn"),
    "reopen": lambda ask, on: replace(ask, outcome=None, outcome_on=None, due_on=None),
    "general": lambda ask, on: replace(
        ask, is_general=True, stage="draft" if ask.stage == "approved" else ask.stage
    ),
}


def before(ask: Ask, events: list[Event]) -> str | None:
    """The stage an ask was in before it was paused or ended."""
    stages = [event.stage for event in events if event.ask_id == ask.ask_id]
    apart = ("paused", *OVER) if ask.stage != "paused" else ("paused",)
    return next((stage for stage in reversed(stages) if stage not in apart), None)


def thanked(ask: Ask, who: str, on: date) -> Ask:
    """The ask after a thank-you to its "target" or "connector"; with the last one due after a talk
    its stage is "thanked".

    Raises:
        NotNow: there is nothing to thank that person for yet.
    """
    field = {"target": "thanked_target_on", "connector": "thanked_connector_on"}[who]
    changes: dict[str, Any] = {field: on}
    moved = move(replace(ask, **changes), "thanked", on)
    if moved.stage == "talked" and not owed(moved):
        moved = replace(moved, stage="thanked")
    return moved


def owed(ask: Ask) -> dict[str, date]:
    """Who is to be thanked and is not yet: "target" or "connector" → the day it is due.

    A talk is thanked for the same day, an introduction and a no as well. Of an introduction the
    connector is thanked as soon as it was made, and so is who named the person of a second step.
    """
    found: dict[str, date] = {}
    if ask.kind == "introduction":
        introduced = ask.introduced_on or ask.talked_on
        if introduced and not ask.thanked_connector_on:
            found["connector"] = introduced
        if ask.talked_on and not ask.thanked_target_on:
            found["target"] = ask.talked_on
        if _said_no(ask) and not ask.thanked_connector_on and not introduced:
            found["connector"] = ask.outcome_on or ask.created_on
        return found
    if ask.talked_on and not ask.thanked_target_on:
        found["target"] = ask.talked_on
    if ask.talked_on and ask.via_id is not None and not ask.thanked_connector_on:
        found["connector"] = ask.talked_on
    if _said_no(ask) and not ask.talked_on and not ask.thanked_target_on:
        found["target"] = ask.outcome_on or ask.created_on
    return found


def _said_no(ask: Ask) -> bool:
    return ask.outcome == "declined"


def thanks_contact(ask: Ask, who: str) -> int | None:
    """The contact behind "target" or "connector" of an ask; None where that is none."""
    if ask.kind == "introduction":
        return ask.contact_id if who == "connector" else ask.target_id
    return ask.via_id if who == "connector" else ask.contact_id


def talked_with(ask: Ask) -> int:
    """The contact who was talked with, and so names others: the target, where that is a contact,
    else who led to the talk."""
    return ask.target_id if ask.target_id is not None else ask.contact_id


HEADS_UP = "heads-up"
"""Under what name it is kept that a message went out without anybody calling ahead."""


def is_unlocked(ask: Ask) -> bool:
    """Whether a message to the target of an introduction may be written: the connector agreed to be
    named and has called ahead. Who was named to the user by a contact is announced likewise."""
    if ask.kind not in ("introduction", "second_step"):
        return True
    return ask.may_use_name == "yes" and ask.heads_up_on is not None
