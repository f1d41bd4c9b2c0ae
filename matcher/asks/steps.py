"""What comes next: for every ask its next step, and for everybody together what is due today."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from matcher.asks.limits import working_days_after
from matcher.asks.stages import is_unlocked, owed, thanks_contact
from store.asks import Ask


@dataclass(frozen=True, slots=True)
class Pace:
    """When things are due, as [limits] gives them."""

    follow_up_after: int = 5
    """Working days."""
    follow_up_again_after: int = 14
    thanks_overdue_hours: int = 48
    silent_after: int = 730
    give_every: int = 90


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do about an ask. `do` is the command that records it, `template` what helps with
    it; `overdue` is said of thank-yous, which are due the same day."""

    ask_id: int
    kind: str
    """thanks · follow-up · heads-up · write · talk · answer · end."""
    text: str
    contact_id: int | None
    do: str = ""
    template: str | None = None
    due: date | None = None
    overdue: bool = False


def first_template(kind: str, relation: str | None = None, has_email: bool = True) -> str:
    """The template a first message of a kind is best made with."""
    if kind == "introduction":
        return "intro_request_cover"
    if kind == "reconnect":
        return "reconnect_no_ask"
    if kind == "second_step":
        return "to_target_after_heads_up"
    if relation == "former":
        return "former_employee_info"
    return "info_direct_email" if has_email else "info_direct_linkedin_message"


def first_of(ask: Ask, relation: str | None, has_email: bool) -> str:
    """The template of an ask's first message, by the channel the user chose for it."""
    by_mail = ask.channel == "email" or (has_email and ask.channel != "linkedin")
    return first_template(ask.kind, relation, by_mail)


def thanks(ask: Ask, today: date, pace: Pace) -> list[Step]:
    """The thank-yous an ask still owes."""
    refused = ask.outcome == "declined" and not ask.talked_on
    found = []
    for who, due in owed(ask).items():
        late = (today - due) > timedelta(hours=pace.thanks_overdue_hours)
        no = refused and not (ask.kind == "introduction" and ask.introduced_on)
        template = "thanks_for_no" if no else f"thanks_{who}" if ask.talked_on else None
        found.append(
            Step(
                ask.ask_id,
                "thanks",
                f"thank the {who}",
                thanks_contact(ask, who),
                f"inroad ask thanked {ask.ask_id} --to {who}",
                template,
                due,
                late,
            )
        )
    return found


def next_step(
    ask: Ask, today: date, pace: Pace, relation: str | None = None, has_email: bool = True
) -> Step | None:
    """What to do about an ask now; None for one that is over and owes nothing."""
    if due := thanks(ask, today, pace):
        return due[0]
    step = _Steps(ask)
    first = first_of(ask, relation, has_email)
    if ask.kind == "second_step" and ask.stage in ("draft", "approved") and not is_unlocked(ask):
        return step(
            "heads-up",
            "have the one who named them call ahead, and ask whether you may say so",
            "inroad ask heads-up ID --may-use-name yes",
            "connector_phone_script",
        )
    if ask.stage == "draft":
        return step("write", "read the draft and approve it", "inroad ask approve ID", first)
    if ask.stage == "approved":
        return step("write", "send it yourself", "inroad ask sent ID", first)
    if ask.stage == "sent":
        return _after_sending(ask, pace, step)
    if ask.stage == "agreed" and ask.kind == "introduction":
        if not is_unlocked(ask):
            return step(
                "heads-up",
                "have the connector call ahead, and ask whether you may name them",
                "inroad ask heads-up ID --may-use-name yes",
                "connector_phone_script",
            )
        return step(
            "write",
            "write to the target",
            "inroad ask target-ok ID",
            "to_target_after_heads_up",
        )
    if ask.stage == "target_ok":
        return step("answer", "be introduced", "inroad ask introduced ID")
    if ask.stage in ("agreed", "introduced"):
        return step("talk", "talk, fifteen minutes", "inroad ask talked ID", "call_agenda")
    if ask.stage == "paused":
        return (
            step("answer", "go on, or take it back", "inroad ask resume ID") if ask.due_on else None
        )
    if ask.stage in ("talked", "thanked", "declined"):
        return step("end", "tell how it ended, some day; then close it", "inroad ask close ID")
    if ask.stage == "no_reply":
        return step("end", "close it", "inroad ask close ID")
    return None


@dataclass(frozen=True, slots=True)
class _Steps:
    """Makes steps of one ask; "ID" in a command is its number."""

    ask: Ask

    def __call__(
        self, kind: str, text: str, do: str, template: str | None = None, due: date | None = None
    ) -> Step:
        ask = self.ask
        do = do.replace("ID", str(ask.ask_id))
        return Step(ask.ask_id, kind, text, ask.contact_id, do, template, ask.due_on or due)


def _after_sending(ask: Ask, pace: Pace, step: _Steps) -> Step:
    sent = ask.sent_on or ask.created_on
    if ask.follow_ups == 0:
        due = working_days_after(sent, pace.follow_up_after)
        return step("follow-up", "ask once more", "inroad ask follow-up ID", "followup_1", due)
    again = (ask.followed_up_on or sent) + timedelta(days=pace.follow_up_again_after)
    if ask.follow_ups == 1:
        last = "followup_last"
        return step("follow-up", "ask a last time", "inroad ask follow-up ID", last, again)
    return step("follow-up", "let it rest, kindly", "inroad ask no-reply ID", None, again)


def due(asks: Iterable[Ask], today: date, pace: Pace) -> list[Step]:
    """Everything due by today, and what waits for the user with no day set; thank-yous come before
    all else, then what is due the longest."""
    found: list[Step] = []
    for ask in asks:
        owing = thanks(ask, today, pace)
        found += owing
        step = None if owing else next_step(ask, today, pace)
        if step and (step.due <= today if step.due else step.kind in ("write", "heads-up")):
            found.append(step)
    return sorted(found, key=lambda s: (s.kind != "thanks", s.due or today, s.ask_id))
