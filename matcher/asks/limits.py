"""How much one may ask: the limits, and the one function that every command asks.

Hard stops come in this order: do not contact, unthanked, open ask, cool-down, confidential
employer, caps. Every block says why and until when; one that ends with a deed says which.
The numbers are judgement, not measurement, and are settings.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from matcher.asks.stages import OPEN, owed, thanks_contact
from store.asks import Ask, Override
from store.people import Block

DO_NOT_CONTACT = "do not contact"
UNTHANKED = "unthanked"
OPEN_ASK = "open ask"
COOL_DOWN = "cool-down"
CONFIDENTIAL = "confidential employer"
CAP = "cap"
NEVER = (DO_NOT_CONTACT, CONFIDENTIAL)
"""Blocks that stand whatever stage an ask is at, and that no export passes."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The numbers, as [limits] gives them; days where nothing else is said."""

    open_asks: int = 1
    days_between: int = 30
    per_90_days: int = 2
    per_year: int = 4
    after_no: int = 180
    second_after: int = 5
    """Working days after which somebody else may be asked about one posting."""
    per_posting: int = 3
    per_week: int = 10
    office_days: int = 60


@dataclass(frozen=True, slots=True)
class Stop:
    """One limit that stands against asking somebody now. `until` is None where it ends with a deed
    (`why` says which) or never."""

    block: str
    why: str
    until: date | None = None

    def __str__(self) -> str:
        until = f", until {self.until}" if self.until else ""
        return f"{self.block}: {self.why}{until}"


class History:
    """What the limits look at, arranged once for many questions.

    Args:
        today: the user's day.
        blocks: people and employers not to be asked.
        own: the user's own employers, where the search must stay unknown → where that is from.
        same_group: whether two employer names are one employer or of one group.
        works_at: contact → where they work now.
        elsewhere: contact → the day somebody of the same office asked them last.
    """

    def __init__(
        self,
        today: date,
        limits: Limits = Limits(),
        asks: Iterable[Ask] = (),
        blocks: Iterable[Block] = (),
        overrides: Iterable[Override] = (),
        own: Mapping[str, str] = MappingProxyType({}),
        same_group: Callable[[str, str], bool] = str.__eq__,
        works_at: Mapping[int, Collection[str]] = MappingProxyType({}),
        elsewhere: Mapping[int, date] = MappingProxyType({}),
    ) -> None:
        self.today, self.limits, self.asks = today, limits, tuple(asks)
        self.own, self._same_group = own, same_group
        self._works_at, self._elsewhere = works_at, elsewhere
        holding = [b for b in blocks if b.until is None or b.until > today]
        self._people = {b.contact_id: b for b in holding if b.contact_id is not None}
        self._refused = [b for b in holding if b.employer is not None]
        self._barred: dict[str, Stop | None] = {}
        self._by_contact: dict[int, list[Ask]] = {}
        self._by_posting: dict[str, list[Ask]] = {}
        for ask in self.asks:
            people = (ask.contact_id, *(thanks_contact(ask, x) for x in ("target", "connector")))
            for contact in {one for one in people if one is not None}:
                self._by_contact.setdefault(contact, []).append(ask)
            if ask.posting:
                self._by_posting.setdefault(ask.posting, []).append(ask)
        self._aside: dict[int, set[str]] = {}
        for one in overrides:
            self.set_aside(one)
        lately = today - timedelta(days=7)
        self._week = [a for a in self.asks if a.sent_on and a.sent_on > lately and _counts(a)]

    def stop(
        self,
        contact_id: int,
        employer: str,
        posting: str | None = None,
        ask: Ask | None = None,
        kind: str = "information",
    ) -> Stop | None:
        """The first limit against asking a contact about an employer, or None.

        Args:
            posting: its id, where one is asked about.
            ask: the ask this is about, where there is one already: it does not stand in its own
                way, and what was set aside for it stays so. Once it was sent only NEVER holds.
            kind: of the ask; a `reconnect` asks for nothing and wears nobody out.
        """
        kind = ask.kind if ask else kind
        aside = self._aside.get(ask.ask_id, set()) if ask else set()
        mine = self._by_contact.get(contact_id, ())
        others = [a for a in mine if ask is None or a.ask_id != ask.ask_id]
        checks: list[tuple[str, Callable[[], Stop | None]]] = [
            (DO_NOT_CONTACT, lambda: self._do_not_contact(contact_id)),
            (UNTHANKED, lambda: self._unthanked(contact_id, others)),
            (OPEN_ASK, lambda: self._open(contact_id, others)),
            (COOL_DOWN, lambda: self._cool_down(contact_id, others, kind)),
            (CONFIDENTIAL, lambda: self._barred_employer(employer)),
            (CAP, lambda: self._caps(contact_id, posting, ask) if kind != "reconnect" else None),
        ]
        sent = ask is not None and ask.sent_on is not None
        for name, check in checks:
            if name not in aside and (name in NEVER or not sent) and (found := check()):
                return found
        return None

    def set_aside(self, override: Override) -> None:
        """A limit the user sets aside for one ask, from now on."""
        self._aside.setdefault(override.ask_id, set()).add(override.block)

    def asks_of(self, contact_id: int) -> list[Ask]:
        """The asks made of a contact, the oldest first."""
        return [a for a in self._by_contact.get(contact_id, ()) if a.contact_id == contact_id]

    def asks_with(self, contact_id: int) -> list[Ask]:
        """The asks a contact had any part in."""
        return self._by_contact.get(contact_id, [])

    def asked_lately(self, contact_id: int) -> int:
        """How often a contact was asked within 90 days."""
        since = self.today - timedelta(days=90)
        return sum(on > since for on in _days(self.asks_of(contact_id)))

    def _do_not_contact(self, contact_id: int) -> Stop | None:
        if block := self._people.get(contact_id):
            return Stop(DO_NOT_CONTACT, block.reason, block.until)
        for employer in self._works_at.get(contact_id, ()):
            if stop := self._barred_employer(employer):
                return Stop(DO_NOT_CONTACT, f"works at {stop.why}", stop.until)
        return None

    def _barred_employer(self, employer: str) -> Stop | None:
        if employer not in self._barred:
            self._barred[employer] = self._bar(employer)
        return self._barred[employer]

    def _bar(self, employer: str) -> Stop | None:
        for name, origin in self.own.items():
            if self._same_group(name, employer):
                return Stop(CONFIDENTIAL, f"{name}, your own employer ({origin})")
        for block in self._refused:
            assert block.employer is not None
            if self._same_group(block.employer, employer):
                return Stop(CONFIDENTIAL, f"{block.employer}: {block.reason}", block.until)
        return None

    def _unthanked(self, contact_id: int, asks: list[Ask]) -> Stop | None:
        for ask in asks:
            for who, due in owed(ask).items():
                if thanks_contact(ask, who) == contact_id:
                    return Stop(
                        UNTHANKED,
                        f"thank them first for ask {ask.ask_id} (due {due}): "
                        f"inroad ask thanked {ask.ask_id} --to {who}",
                    )
        return None

    def _open(self, contact_id: int, asks: list[Ask]) -> Stop | None:
        still = [a for a in asks if a.contact_id == contact_id and a.stage in OPEN]
        if len(still) < self.limits.open_asks:
            return None
        ask = still[0]
        return Stop(OPEN_ASK, f"ask {ask.ask_id} about {ask.employer} is {ask.stage}")

    def _cool_down(self, contact_id: int, asks: list[Ask], kind: str) -> Stop | None:
        made = [a for a in asks if a.contact_id == contact_id]
        refused = [a.outcome_on for a in made if a.outcome == "declined" and a.outcome_on]
        if refused:
            until = max(refused) + timedelta(days=self.limits.after_no)
            if until > self.today:
                return Stop(COOL_DOWN, f"they said no on {max(refused)}", until)
        if kind == "reconnect":
            return None
        days = _days(made)
        elsewhere = self._elsewhere.get(contact_id)
        ends = [
            (days[-1] + timedelta(days=self.limits.days_between), f"last asked on {days[-1]}")
            if days
            else None,
            self._window(days, 90, self.limits.per_90_days),
            self._window(days, 365, self.limits.per_year),
            (elsewhere + timedelta(days=self.limits.office_days), "asked by this office lately")
            if elsewhere
            else None,
        ]
        until, why = max((end for end in ends if end), default=(self.today, ""))
        return Stop(COOL_DOWN, why, until) if until > self.today else None

    def _window(self, days: list[date], length: int, most: int) -> tuple[date, str] | None:
        """When the oldest of the last `most` asks leaves a window of `length` days."""
        if len(days) < most:
            return None
        oldest = days[-most]
        return oldest + timedelta(days=length), f"asked {most} times in {length} days"

    def _caps(self, contact_id: int, posting: str | None, mine: Ask | None) -> Stop | None:
        number = mine.ask_id if mine else None
        if posting and not (mine and mine.is_general):
            about = [a for a in self._by_posting.get(posting, ()) if a.ask_id != number]
            if stop := self._per_posting(contact_id, about):
                return stop
        week = sorted(a.sent_on for a in self._week if a.sent_on and a.ask_id != number)
        if len(week) >= self.limits.per_week:
            until = week[-self.limits.per_week] + timedelta(days=7)
            return Stop(CAP, f"{len(week)} new asks within a week", until)
        return None

    def _per_posting(self, contact_id: int, about: list[Ask]) -> Stop | None:
        others = [
            a
            for a in about
            if not a.is_general
            and a.contact_id != contact_id
            and _counts(a)
            and (a.sent_on or a.stage != "withdrawn")
        ]
        if len({a.contact_id for a in others}) >= self.limits.per_posting:
            return Stop(CAP, f"{self.limits.per_posting} people were asked about this posting")
        for ask in others:
            if ask.outcome or ask.stage in ("talked", "thanked", "closed"):
                continue
            if ask.sent_on is None:
                return Stop(CAP, f"ask {ask.ask_id} about this posting has not gone out yet")
            until = working_days_after(ask.sent_on, self.limits.second_after)
            if until > self.today:
                why = f"somebody was asked about this posting on {ask.sent_on} (ask {ask.ask_id})"
                return Stop(CAP, why, until)
        return None


def working_days_after(day: date, days: int) -> date:
    """The day so many working days (Monday to Friday) later."""
    while days > 0:
        day += timedelta(days=1)
        days -= day.weekday() < 5
    return day


def _days(asks: Iterable[Ask]) -> list[date]:
    """The days on which something was asked, in order."""
    return sorted(a.sent_on for a in asks if a.sent_on and _counts(a))


def _counts(ask: Ask) -> bool:
    """Whether an ask asks for anything."""
    return ask.kind != "reconnect"
