"""What people do, where a name alone cannot tell whose it is: the field of their titles beside that
of an employer's open jobs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from matcher.employers.clues import everyday, lowered
from matcher.employers.judge import Tier
from matcher.employers.link import Link, surest_first
from matcher.employers.normalise import key

PEOPLE = 3
"""So many have to be known at a workplace before what they do speaks against a link."""
JOBS = 10
"""And so many jobs of an employer."""


def in_doubt(link: Link) -> bool:
    """Whether a link rests on an everyday word alone, which several employers may be called."""
    return (
        link.tier in (Tier.SAME, Tier.LIKELY)
        and key(link.employer) == key(link.workplace)
        and everyday(link.employer)
    )


def weigh_fields(
    links: Iterable[Link],
    jobs: Mapping[str, Sequence[str]],
    people: Mapping[str, Sequence[str]],
    near: Mapping[str, frozenset[str]],
    verdicts: Mapping[tuple[str, str], bool],
) -> list[Link]:
    """The links, those in doubt a tier lower where nobody works in a field the employer hires in.

    `jobs` are the fields of each employer's open jobs, one a job, `people` those of the contacts at
    each workplace, one a contact; unknown ones are left out, and fields `near` one another are one.
    What few people or few jobs say counts for nothing, nor does a field in common speak for a link:
    every employer has engineers. A person's verdicts (by pairs of keys) stand.
    """
    found = []
    for link in links:
        hired, known = jobs.get(link.employer, ()), people.get(link.workplace, ())
        if len(hired) >= JOBS and len(known) >= PEOPLE and in_doubt(link):
            alike = set(known).union(*(near.get(field, ()) for field in known))
            decided = (key(link.employer), key(link.workplace)) in verdicts
            if alike.isdisjoint(hired) and not decided:
                fields = ", ".join(sorted(set(known)))
                why = f"but the fields of your {len(known)} contacts there ({fields})"
                link = lowered(link, f"{why} are those of none of its {len(hired)} jobs")
        found.append(link)
    return sorted(found, key=surest_first)
