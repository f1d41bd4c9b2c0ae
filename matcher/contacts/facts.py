"""What is known about employers, as far as contacts need it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from matcher.employers import normalise
from matcher.employers.judge import Tier
from matcher.employers.knowledge import Knowledge
from matcher.employers.pairs import score_pairs

EmployerKey = Callable[[str], str]


def employer_key(name: str) -> str:
    """Two spellings of one employer have one key: legal form, case, punctuation and accents
    aside."""
    return normalise.key(name) or name.casefold()


def _same_key(one: str, other: str) -> bool:
    return employer_key(one) == employer_key(other)


def _anything(_: str) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Facts:
    """`same` gives one key for all names of an employer: a change between them is no move.
    `agree` tells whether two names are likely one employer, `is_employer` whether a name is one of
    an employer at all. `at_domain` is registrable domain → employer, of job boards that are
    watched."""

    same: EmployerKey = employer_key
    agree: Callable[[str, str], bool] = _same_key
    is_employer: Callable[[str], bool] = _anything
    at_domain: Mapping[str, str] = field(default_factory=dict)
    hiring: tuple[str, ...] = ()


def facts(
    known: Knowledge, at_domain: Mapping[str, str] | None = None, hiring: tuple[str, ...] = ()
) -> Facts:
    """Facts from the knowledge of the employers' matcher."""
    keys: dict[str, str] = {}
    agreed: dict[tuple[str, str], bool] = {}

    def same(name: str) -> str:
        if name not in keys:
            keys[name] = known.group(employer_key(name))
        return keys[name]

    def agree(one: str, other: str) -> bool:
        if same(one) == same(other):
            return True
        pair = (one, other)
        if pair not in agreed:
            (scored,) = score_pairs([pair], known)
            agreed[pair] = scored.tier in (Tier.SAME, Tier.LIKELY)
        return agreed[pair]

    def is_employer(name: str) -> bool:
        return not known.non_employers.is_non_employer(name)

    return Facts(same, agree, is_employer, at_domain or {}, hiring)
