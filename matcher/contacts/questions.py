"""What only the user can tell: suggested workplaces as questions, the most useful first."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from matcher.contacts import suggestions
from store.decisions import Answer, Question
from store.network import Contact, Employment
from store.rows import Confidence

# What says more comes first, where nothing hangs on the answer.
_SOURCES = (
    "note",
    "label",
    "further employer",
    suggestions.ADDRESS,
    suggestions.RECOMMENDATION,
    suggestions.OVERLAP,
)


class Asked(NamedTuple):
    """One question about one contact. `postings` are the open ones at that employer now; `opens`
    says that nobody known works or worked there, so that a yes would open them."""

    contact_id: int
    contact: str
    question: Question
    employer: str
    title: str | None
    since: str | None
    until: str | None
    source: str
    note: str | None
    postings: int
    opens: bool
    counts_already: bool
    """It is inferred, so that the match uses it until the user says no."""

    @property
    def text(self) -> str:
        """The question in words; the names in it are as the files have them."""
        verb = {Question.WORKED: "Did {} work", Question.WORKS: "Does {} work"}
        if self.question is Question.LEFT:
            return f"Has {self.contact} left {self.employer}?"
        return f"{verb[self.question].format(self.contact)} at {self.employer}?"


def questions(
    contacts: Iterable[Contact], postings: Mapping[str, int], reached: Collection[str]
) -> list[Asked]:
    """Every open question, in the order of use: a yes that opens postings nobody else leads to,
    then one at an employer that is hiring, then the likelier ones.

    Args:
        postings: workplace name → open postings at that employer.
        reached: workplace names at whose employer somebody is known already.
    """
    asked = [
        _asked(contact, job, postings, reached)
        for contact in contacts
        if contact.linked
        for job in contact.employments
        if job.confidence in (Confidence.SUGGESTED, Confidence.INFERRED)
    ]
    return sorted(asked, key=_use)


def _use(one: Asked) -> tuple[bool, bool, int, int, bool, str, str]:
    rank = _SOURCES.index(one.source) if one.source in _SOURCES else -1
    return (
        one.counts_already,
        not one.opens,
        -one.postings,
        rank,
        not one.since,
        one.contact.casefold(),
        one.employer,
    )


def answered(one: Asked, yes: bool, key: str, now: datetime) -> Answer:
    """The user's answer to one question, about the person with this key."""
    return Answer(key, one.employer, one.question, yes, one.title, one.since, one.until, now)


def _asked(
    contact: Contact, job: Employment, postings: Mapping[str, int], reached: Collection[str]
) -> Asked:
    if job.is_current:
        question = Question.WORKS
    elif job.last_seen and job.confidence is Confidence.SUGGESTED:
        question = Question.LEFT  # an export that showed it shows nothing now
    else:
        question = Question.WORKED
    count = postings.get(job.employer, 0)
    return Asked(
        *(contact.contact_id, contact.name, question, job.employer, job.title),
        *(job.since, job.until, job.source, job.note),
        *(count, bool(count) and job.employer not in reached),
        job.confidence is Confidence.INFERRED,
    )
