"""Give and take: what passed between the user and those who help, in words and never as a score."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from matcher.asks.stages import owed, talked_with, thanks_contact
from store.asks import Ask
from store.people import Gift


@dataclass(frozen=True, slots=True)
class Balance:
    """What one contact gave and got. `helped` are asks they answered, `introduced` those in which
    they introduced somebody."""

    contact_id: int
    helped: tuple[Ask, ...]
    introduced: int
    named: int
    thanked: int
    unthanked: int
    given: tuple[Gift, ...]
    received: tuple[Gift, ...]

    def words(self) -> str:
        """The balance in a sentence or two."""
        if not (self.helped or self.named or self.given or self.received):
            return "Nothing has passed between you yet."
        theirs = [
            _times(len(self.helped) - self.introduced, "a yes to you", "times yes to you"),
            _times(self.introduced, "an introduction", "introductions"),
            _times(self.named, "a name", "names"),
            _times(len(self.received), "something else", "other things"),
        ]
        yours = [
            _times(self.thanked, "a thank-you", "thank-yous"),
            *(_gift(one) for one in self.given),
        ]
        got = ", ".join(filter(None, theirs)) or "nothing yet"
        gave = ", ".join(filter(None, yours)) or "nothing yet"
        text = f"From them: {got}. From you: {gave}."
        if self.unthanked:
            text += " You owe them a thank-you."
        elif self.helped and not self.given:
            text += " It is your turn to give."
        return text


def balances(
    asks: Iterable[Ask], named: Mapping[int, int], gifts: Iterable[Gift]
) -> dict[int, Balance]:
    """Contact → balance, of everybody who helped or was given something.

    Args:
        named: contact → how many people they named.
    """
    helped: dict[int, list[Ask]] = {}
    thanked: dict[int, int] = {}
    unthanked: dict[int, int] = {}
    introduced: dict[int, int] = {}
    for ask in asks:
        if ask.agreed_on or ask.talked_on:
            for contact in {ask.contact_id, talked_with(ask) if ask.talked_on else ask.contact_id}:
                helped.setdefault(contact, []).append(ask)
        if ask.introduced_on:
            introduced[ask.contact_id] = introduced.get(ask.contact_id, 0) + 1
        done = {"target": ask.thanked_target_on, "connector": ask.thanked_connector_on}
        for who, on in done.items():
            contact_id = thanks_contact(ask, who)
            if contact_id is not None and on:
                thanked[contact_id] = thanked.get(contact_id, 0) + 1
        for who in owed(ask):
            contact_id = thanks_contact(ask, who)
            if contact_id is not None:
                unthanked[contact_id] = unthanked.get(contact_id, 0) + 1
    passed: dict[int, list[Gift]] = {}
    for gift in gifts:
        passed.setdefault(gift.contact_id, []).append(gift)
    everybody = helped.keys() | passed.keys() | named.keys() | thanked.keys()
    return {
        contact: Balance(
            contact,
            tuple(helped.get(contact, ())),
            introduced.get(contact, 0),
            named.get(contact, 0),
            thanked.get(contact, 0),
            unthanked.get(contact, 0),
            tuple(g for g in passed.get(contact, ()) if g.direction == "given"),
            tuple(g for g in passed.get(contact, ()) if g.direction == "received"),
        )
        for contact in sorted(everybody)
    }


def give_first(found: Mapping[int, Balance], today: date, every: int) -> list[Balance]:
    """Those who helped and were given nothing in so many days, the longest waiting first."""
    since = today - timedelta(days=every)
    waiting = [
        one for one in found.values() if one.helped and not any(g.on > since for g in one.given)
    ]
    return sorted(waiting, key=lambda one: (_last_help(one), one.contact_id))


@dataclass(frozen=True, slots=True)
class Idea:
    """Something that might be of use to somebody, and why."""

    what: str
    text: str


def ideas(
    family: str | None,
    employer: Sequence[str],
    saved: Iterable[tuple[str, str, str | None]],
    others: Iterable[tuple[str, str, str | None]],
) -> list[Idea]:
    """What could be given, out of the user's own data: a posting in their field, and somebody of
    their field they could meet (who is to be asked first as well).

    Args:
        family: the contact's work, None where nobody knows.
        employer: where they work now.
        saved: (title, employer, family) of postings, the most fitting first.
        others: (name, workplace, family) of people the user knows well.
    """
    if family is None:
        return []
    found = []
    for title, at, of in saved:
        if of == family and at not in employer:
            found.append(Idea("posting", f"{title} at {at}, for somebody they know"))
            break
    for name, at, of in others:
        if of == family and at not in employer:
            found.append(Idea("person", f"{name} ({at}), who does the same work: ask both first"))
            break
    return found


def _last_help(one: Balance) -> date:
    return max((a.talked_on or a.agreed_on or a.created_on) for a in one.helped)


def _times(count: int, single: str, several: str) -> str:
    return "" if count < 1 else single if count == 1 else f"{count} {several}"


def _gift(gift: Gift) -> str:
    article = "an" if gift.kind[0] in "aeio" else "a"
    what = "something" if gift.kind == "other" else f"{article} {gift.kind}"
    return f"{'time' if gift.kind == 'time' else what} ({gift.on})"
