"""The employers that e-mail addresses speak of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

from matcher.contacts.facts import Facts
from matcher.employers.clues import clues

_SCHOOLS = (".edu", ".ac.uk", ".ac.jp", ".ac.nz", ".ac.za", ".edu.au")


def domain_of(email: str) -> str | None:
    """The registrable domain of an address at work; None where anybody, or a school, has its
    addresses."""
    return _domain(email.rpartition("@")[2])


@lru_cache(maxsize=8192)
def _domain(host: str) -> str | None:
    if host.startswith("alum") or host.endswith(_SCHOOLS) or ".edu." in f"{host}.":
        return None
    return next(iter(clues(host).domains), None)


def label_of(email: str) -> str | None:
    """What a work address calls the employer: northwind of ana@mail.northwind.example."""
    domain = domain_of(email)
    return domain.partition(".")[0] if domain else None


def by_domain(sites: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Registrable domain → employer, of the web addresses each employer is known by; a domain of
    several employers is a host's."""
    found: dict[str, set[str]] = {}
    for employer, addresses in sites.items():
        for domain in clues(" ".join(addresses)).domains:
            found.setdefault(domain, set()).add(employer)
    return {domain: min(names) for domain, names in found.items() if len(names) == 1}


class Employers:
    """Domain → employer: by the boards that are watched, else by a workplace of somebody, or an
    employer that is hiring, that is spelled like the domain.

    `names` are the workplaces known; the most frequent spelling of one employer counts.
    """

    def __init__(self, names: Iterable[str], facts: Facts) -> None:
        self.facts = facts
        self._by_label: dict[str, dict[str, int]] = {}
        for name, times in Counter((*names, *facts.hiring)).items():
            for label in _labels(name):
                self._by_label.setdefault(label, {})[name] = times

    def at(self, domain: str) -> tuple[str, bool]:
        """The employer's name, and whether it is more than a guess from the domain."""
        if domain in self.facts.at_domain:
            return self.facts.at_domain[domain], True
        label = domain.partition(".")[0]
        spellings: Mapping[str, int] = self._by_label.get(_squash(label), {})
        known = [n for n in spellings if _squash(self.facts.same(n)) == _squash(label)]
        if known:
            return min(known, key=lambda name: (-spellings[name], name)), True
        words = label.replace("-", " ").strip()
        return words.title() if words.isascii() else words, False


def _labels(name: str) -> set[str]:
    """How a domain may spell an employer: the whole name, or without its last words, one of which
    may be a legal form."""
    words = name.casefold().split()
    return {_squash("".join(words[:end])) for end in range(max(1, len(words) - 2), len(words) + 1)}


def _squash(text: str) -> str:
    return "".join(c for c in text if c.isalnum())
