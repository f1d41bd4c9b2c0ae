"""The facts of an ask out of the two databases, each with where it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from matcher.asks.facts import FIELDS, Fact, Origin
from matcher.targets.ties import Overlap
from store.asks import Ask
from store.network import Contact, Employment
from store.postings import OpenPosting


@dataclass(frozen=True, slots=True)
class Party:
    """One person of an ask: the contact, the employment that links them to the employer, and the
    time they shared a workplace with the user."""

    contact: Contact
    job: Employment | None = None
    shared: Overlap | None = None
    first_name: str | None = None


def gather(
    ask: Ask,
    asked: Party,
    target: Party | None,
    via: Party | None,
    posting: OpenPosting | None,
    due: date | None = None,
) -> dict[str, Fact[Any]]:
    """Path → fact, of everything the databases know; what they do not know is not in it.

    Args:
        asked: whom the ask is made of.
        target: whom an introduction is to lead to, where that is a contact.
        via: who named the contact of a second step.
        posting: as it is now, while it is open.
        due: the day of the next step.
    """
    ledger = Origin(f"ask {ask.ask_id}", ask.created_on)
    found: dict[str, object] = {}
    if ask.kind == "introduction":
        found |= _person("connector", asked)
        found |= _person("target", target) if target else {}
    else:
        found |= _person("target", asked)
        if via:
            found |= _person("connector", via)
            name = Fact(via.contact.name, _origin(via))
            found["ask.came_via"] = name
    values: dict[str, object] = {
        "employer.name": ask.employer,
        "ask.id": str(ask.ask_id),
        "ask.kind": ask.kind,
        "ask.stage": ask.stage,
        "ask.may_use_name": ask.may_use_name,
        "ask.heads_up_on": ask.heads_up_on,
        "ask.sent_on": ask.sent_on,
        "ask.due_on": ask.due_on or due,
        "ask.talked_on": ask.talked_on,
    }
    found |= {path: Fact(value, ledger) for path, value in values.items()}
    if not ask.is_general:
        found |= _posting(ask, posting, ledger)
    kept = {p: f for p, f in found.items() if isinstance(f, Fact) and f.value not in (None, "")}
    return {path: fact for path, fact in kept.items() if _fits(path, fact)}


def _person(role: str, party: Party) -> dict[str, Fact[Any] | None]:
    contact, job = party.contact, party.job
    here = _origin(party)
    values: dict[str, object] = {
        "name": contact.name,
        "first_name": party.first_name,
        "email": contact.email,
        "link": contact.profile_url,
    }
    if job:
        values |= {
            "role": job.title,
            "employer": job.employer,
            "relation": "current" if job.is_current else "former",
            "since": job.since,
            "until": job.until,
        }
    found: dict[str, Fact[Any] | None] = {
        f"{role}.{name}": Fact(value, here) for name, value in values.items()
    }
    if party.shared:
        both = Origin("your positions and theirs", here.on)
        found[f"{role}.shared_employer"] = Fact(party.shared.employer, both)
        found[f"{role}.shared_years"] = Fact(party.shared.years, both)
    return found


def _origin(party: Party) -> Origin:
    if party.job:
        return Origin(party.job.source, party.job.as_of)
    return Origin("your contacts", party.contact.last_seen)


def _posting(ask: Ask, posting: OpenPosting | None, ledger: Origin) -> dict[str, Fact[Any] | None]:
    if posting is None:
        return {
            "posting.title": Fact(ask.posting_title, ledger),
            "posting.url": Fact(ask.posting_url, ledger),
        }
    on: date = posting.since.date()
    here = Origin(posting.url, on)
    published = posting.published_at.date() if posting.published_at else None
    return {
        "posting.title": Fact(posting.title, here),
        "posting.url": Fact(posting.url, here),
        "posting.published_on": Fact(published, here) if published else None,
    }


def _fits(path: str, fact: Fact[Any]) -> bool:
    """Whether a value from outside has the form of its field; one that has not is left out, as
    nobody vouches for it."""
    try:
        FIELDS[path].shape.read(fact.value)
    except ValueError:
        return False
    return True
