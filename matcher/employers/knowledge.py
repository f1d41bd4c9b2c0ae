"""Facts about employers that their names do not tell: renames, acronyms, brands, subsidiaries."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Any

from matcher.employers.errors import KnowledgeError
from matcher.employers.nonemployers import NonEmployers
from matcher.employers.normalise import Normalised, normalise

_known_keys: dict[str, str] = {}


def keys_are_known(keys: Mapping[str, str]) -> None:
    """Spares working out the keys of these names: name → key, as normalise gives it."""
    _known_keys.update(keys)


def _key(name: str) -> str:
    return _known_keys.get(name) or _worked_out(name)


@lru_cache(maxsize=1 << 14)
def _worked_out(name: str) -> str:
    return normalise(name).key


class Kind(StrEnum):
    """How a name belongs to an employer; the first three are the same employer."""

    RENAME = "rename"
    LEGAL = "legal"
    ACRONYM = "acronym"
    BRAND = "brand"
    SUBSIDIARY = "subsidiary"

    @property
    def is_identity(self) -> bool:
        return self in (Kind.RENAME, Kind.LEGAL, Kind.ACRONYM)


@dataclass(frozen=True, slots=True)
class Fact:
    """`name` is another name of `employer`, or (brand, subsidiary) a part of it, `since` a date.

    `since` is YYYY, YYYY-MM, YYYY-MM-DD or "", `origin` the file that says so.
    """

    employer: str
    name: str
    kind: Kind
    since: str = ""
    origin: str = "alias table"

    def __str__(self) -> str:
        since = f" since {self.since}" if self.since else ""
        match self.kind:
            case Kind.RENAME:
                when = f" in {self.since}" if self.since else ""
                return f"{self.name} renamed {self.employer}{when}"
            case Kind.LEGAL:
                return f"{self.name} and {self.employer} are one employer{since}"
            case Kind.ACRONYM:
                short, long = sorted((self.name, self.employer), key=lambda n: (len(n), n))
                return f"{short} is short for {long}"
            case Kind.BRAND:
                return f"{self.name} is a brand of {self.employer}{since}"
            case _:
                return f"{self.name} is part of {self.employer}{since}"


@dataclass(frozen=True, slots=True)
class Relation:
    """What the facts say of two names: one employer, or one a part of the other; and why."""

    same: bool
    facts: tuple[Fact, ...]

    def __str__(self) -> str:
        return told(self.facts)


def told(facts: Iterable[Fact]) -> str:
    """The facts, and where they are from."""
    facts = list(facts)
    origins = ", ".join(dict.fromkeys(fact.origin for fact in facts))
    return "; ".join(map(str, facts)) + f" ({origins})"


@dataclass(frozen=True)
class Knowledge:
    """Facts, names that must be told apart, and what names no employer.

    `distinct` are groups of names of different employers, however alike they look. Where names of a
    group have one key (Merck & Co., Merck KGaA), that key belongs to several employers.
    """

    facts: tuple[Fact, ...] = ()
    distinct: tuple[tuple[str, ...], ...] = ()
    non_employers: NonEmployers = field(default_factory=NonEmployers)

    @classmethod
    def from_toml(
        cls,
        aliases: str = "",
        non_employers: str = "",
        *,
        origins: tuple[str, str] = ("aliases.toml", "non_employers.toml"),
        told_by: str = "aliases.toml",
    ) -> Knowledge:
        """Reads `alias`, tables of (employer, name, kind, since), and `distinct`, lists of names.

        `told_by` is what a reason calls the file. Raises KnowledgeError, naming the file and the
        entry, for anything else.
        """
        origin = origins[0]
        try:
            data = tomllib.loads(aliases)
        except tomllib.TOMLDecodeError as error:
            raise KnowledgeError(f"{origin}: not TOML: {error}") from error
        return cls(
            tuple(
                _fact(entry, f"{origin}: alias {at}", told_by)
                for at, entry in enumerate(_entries(data, "alias", origin), start=1)
            ),
            tuple(
                _distinct(entry, f"{origin}: distinct {at}")
                for at, entry in enumerate(_entries(data, "distinct", origin), start=1)
            ),
            NonEmployers.from_toml(non_employers, origins[1]),
        )

    def __or__(self, other: Knowledge) -> Knowledge:
        return Knowledge(
            self.facts + other.facts,
            self.distinct + other.distinct,
            self.non_employers | other.non_employers,
        )

    @cached_property
    def _group(self) -> Mapping[str, str]:
        """Key of every name in an identity fact → one key that stands for all of its names."""
        parent: dict[str, str] = {}

        def root(key: str) -> str:
            parent.setdefault(key, key)
            while parent[key] != key:
                parent[key] = parent[parent[key]]
                key = parent[key]
            return key

        for fact in self.facts:
            if fact.kind.is_identity:
                employer, name = _key(fact.employer), _key(fact.name)
                one, other = root(employer), root(name)
                parent[max(one, other)] = min(one, other)
        return {key: root(key) for key in parent}

    @cached_property
    def _identity_facts(self) -> Mapping[str, list[Fact]]:
        """Group → its facts, in the order of the file."""
        facts: dict[str, list[Fact]] = {}
        for fact in self.facts:
            if fact.kind.is_identity:
                facts.setdefault(self.group(_key(fact.name)), []).append(fact)
        return facts

    @cached_property
    def _owners(self) -> Mapping[str, list[tuple[str, Fact]]]:
        """Group of a brand or subsidiary → groups it is a part of."""
        owners: dict[str, list[tuple[str, Fact]]] = {}
        for fact in self.facts:
            if not fact.kind.is_identity:
                part = self.group(_key(fact.name))
                owners.setdefault(part, []).append((self.group(_key(fact.employer)), fact))
        return owners

    @cached_property
    def _distinct_groups(self) -> frozenset[tuple[str, str]]:
        pairs: set[tuple[str, str]] = set()
        for names in self.distinct:
            keys = {self.group(_key(name)) for name in names}
            pairs.update((one, other) for one in keys for other in keys if one != other)
        return frozenset(pairs)

    @cached_property
    def _shared_names(self) -> Mapping[str, tuple[Normalised, ...]]:
        """Key that several employers share → those employers' full names."""
        shared: dict[str, tuple[Normalised, ...]] = {}
        for names in self.distinct:
            by_key: dict[str, list[str]] = {}
            for name in names:
                by_key.setdefault(_key(name), []).append(name)
            for key, owners in by_key.items():
                if len(owners) > 1:
                    shared[key] = tuple(map(normalise, owners))
        return shared

    def group(self, key: str) -> str:
        """One key for all names of an employer; the key itself when nothing is known of it."""
        return self._group.get(key, key)

    @cached_property
    def _members(self) -> Mapping[str, list[str]]:
        members: dict[str, list[str]] = {}
        for key, group in self._group.items():
            members.setdefault(group, []).append(key)
        return members

    def names_of(self, group: str) -> Iterable[str]:
        """The keys that group() gives this group for."""
        return self._members.get(group) or (group,)

    def derive(self) -> None:
        """Works out all that questions hang on; what is pickled from then on has it with it."""
        _ = self._group, self._owners, self._distinct_groups, self._shared_names, self._members
        _ = self.keys

    @cached_property
    def keys(self) -> frozenset[str]:
        """The keys of all names in facts."""
        names = (name for fact in self.facts for name in (fact.employer, fact.name))
        return frozenset(map(_key, names))

    def owners_of_group(self, group: str) -> Mapping[str, tuple[Fact, ...]]:
        """Groups an employer is a part of, its owners' owners too, and the facts that say so."""
        found: dict[str, tuple[Fact, ...]] = {}
        todo: list[tuple[str, tuple[Fact, ...]]] = [(group, ())]
        while todo:
            at, path = todo.pop(0)
            for owner, fact in self._owners.get(at, ()):
                if owner not in found and owner != group:
                    found[owner] = (*path, fact)
                    todo.append((owner, found[owner]))
        return found

    def knows(self, key: str) -> bool:
        """Whether any fact is about the employer of this key."""
        return self.group(key) in self._told_of

    @cached_property
    def _told_of(self) -> frozenset[str]:
        return frozenset(
            self.group(_key(name)) for fact in self.facts for name in (fact.employer, fact.name)
        )

    def identity(self, one: str, other: str) -> Relation | None:
        """Whether facts say that two different keys are names of one employer."""
        group = self.group(one)
        if one == other or group != self.group(other):
            return None
        return Relation(True, _path(self._identity_facts[group], one, other))

    def are_distinct(self, one: str, other: str) -> bool:
        """Whether two keys are known to belong to different employers."""
        return (self.group(one), self.group(other)) in self._distinct_groups

    def sharing(self, key: str) -> tuple[Normalised, ...]:
        """The employers that share this key; empty for most keys."""
        return self._shared_names.get(key, ())


def _path(facts: Iterable[Fact], one: str, other: str) -> tuple[Fact, ...]:
    """The fewest facts that lead from one key to another."""
    edges: dict[str, list[tuple[str, Fact]]] = {}
    for fact in facts:
        a, b = _key(fact.employer), _key(fact.name)
        edges.setdefault(a, []).append((b, fact))
        edges.setdefault(b, []).append((a, fact))
    paths: dict[str, tuple[Fact, ...]] = {one: ()}
    todo = [one]
    while todo and other not in paths:
        at = todo.pop(0)
        for neighbour, fact in edges.get(at, ()):
            if neighbour not in paths:
                paths[neighbour] = (*paths[at], fact)
                todo.append(neighbour)
    return paths[other]


def _entries(data: Mapping[str, Any], name: str, origin: str) -> list[Any]:
    entries = data.get(name, [])
    if not isinstance(entries, list):
        raise KnowledgeError(f"{origin}: {name} must be a list")
    return entries


_DATE = re.compile(r"(\d{4}(-\d{2}(-\d{2})?)?)?")


def _fact(entry: object, where: str, told_by: str) -> Fact:
    if not isinstance(entry, dict):
        raise KnowledgeError(f'{where}: write {{ employer = "…", name = "…", kind = "rename" }}')
    values = {name: entry.get(name, "") for name in ("employer", "name", "kind", "since")}
    if unknown := sorted(set(entry) - set(values)):
        raise KnowledgeError(f"{where}: {unknown[0]!r} is not one of employer, name, kind, since")
    for name, value in values.items():
        if not isinstance(value, str):
            raise KnowledgeError(f"{where}: {name} must be text in quotes")
    for name in ("employer", "name"):
        if not _key(values[name]):
            raise KnowledgeError(f"{where}: {name} is missing or holds no name")
    if values["kind"] not in list(Kind):
        raise KnowledgeError(f"{where}: kind {values['kind']!r} is not one of {', '.join(Kind)}")
    if not _DATE.fullmatch(values["since"]):
        raise KnowledgeError(
            f"{where}: since {values['since']!r} is not YYYY, YYYY-MM or YYYY-MM-DD"
        )
    return Fact(values["employer"], values["name"], Kind(values["kind"]), values["since"], told_by)


def _distinct(names: object, where: str) -> tuple[str, ...]:
    if (
        not isinstance(names, list)
        or len(names) < 2
        or not all(isinstance(name, str) and _key(name) for name in names)
    ):
        raise KnowledgeError(f"{where}: must be a list of two or more names")
    return tuple(names)
