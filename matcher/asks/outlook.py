"""What is to be done about a target: the ask there is, the limit that stands, or how to begin."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from matcher.asks.limits import NEVER, OPEN_ASK, History
from matcher.asks.stages import OPEN
from matcher.asks.steps import Pace, first_template, next_step
from matcher.targets.rank import Target
from store.postings import OpenPosting

INTRODUCTION_TIE = 0.7
"""How good a tie must be to ask for an introduction rather than for advice."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """`ask_status` is the stage of the newest ask about that employer; `may_export` is false where
    the target is not to leave this machine in any list."""

    ask_status: str = ""
    blocked: str = ""
    blocked_until: date | None = None
    suggested_draft: str = ""
    next_step: str = ""
    may_export: bool = True


def suggested_kind(target: Target) -> str:
    """The kind of ask to begin with: a hello after a long silence; the next step with somebody who
    was named; an introduction through somebody well known whose own work is another; else
    fifteen minutes."""
    if target.named_by:
        return "second_step"
    if target.silent_months:
        return "reconnect"
    function = next((p.value for p in target.parts if p.name == "function"), 1.0)
    if target.relation == "current" and function <= 0.3 and target.tie >= INTRODUCTION_TIE:
        return "introduction"
    return "information"


def outlook(target: Target, posting: OpenPosting, limits: History, pace: Pace) -> Outlook:
    """What is to be done about a target and a posting."""
    made = [a for a in limits.asks_of(target.contact_id) if a.employer == posting.employer]
    ask = made[-1] if made else None
    status = f"{ask.stage.replace('_', ' ')} (ask {ask.ask_id})" if ask else ""
    stop = limits.stop(target.contact_id, posting.employer, posting.id)
    if stop and stop.block in NEVER:
        return Outlook(status, str(stop), stop.until, "", "", False)
    if ask and ask.stage in OPEN:
        step = next_step(ask, limits.today, pace, target.relation, bool(target.email))
        template, text = (step.template or "", step.text) if step else ("", "")
        if stop is None or stop.block == OPEN_ASK:
            return Outlook(status, suggested_draft=template, next_step=text)
        return Outlook(status, str(stop), stop.until, template, text)
    if stop:
        step_text = f"wait until {stop.until}" if stop.until else stop.why
        return Outlook(status, str(stop), stop.until, "", step_text)
    kind = suggested_kind(target)
    template = first_template(kind, target.relation, bool(target.email))
    begin = f"inroad ask new {target.contact_id} --posting {posting.id} --kind {kind}"
    return Outlook(status, suggested_draft=template, next_step=begin)
