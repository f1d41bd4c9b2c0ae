"""Which rows of different files are one person.

The user's word comes first, then the profile address, the e-mail address with a name that agrees,
and the name with an employer that agrees. Where that leaves a doubt nobody is joined, and the pair
is one for the user to decide. Nobody is ever lost: joining only groups keys.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any, NamedTuple

from matcher.contacts.domains import label_of
from matcher.contacts.facts import Facts
from matcher.contacts.identity import name_key, slug_of
from store.decisions import Identity
from store.rows import ADDRESS_BOOKS, Card, Confidence, ConnectionRow, Imported, Kind

MOST_SHARING = 3
"""Names at one e-mail address; one with more is an office's, not a person's."""
MOST_NAMESAKES = 8
"""People of one name; among more of them no pair is worth a question."""

Sighting = tuple[int, ConnectionRow | Card]
"""The number of a file, and a row of it."""


class People(NamedTuple):
    """`keys` are those of each person, sorted; `owner` maps a key to its person's index, `doubts`
    are pairs of indexes with the reason."""

    keys: list[tuple[str, ...]]
    owner: dict[str, int]
    sightings: list[list[Sighting]]
    doubts: list[tuple[int, int, str]]


def people(files: Sequence[Imported], identities: Sequence[Identity], facts: Facts) -> People:
    """The people in connection files and address books.

    Args:
        files: in their order; a sighting's number is a place in it.
    """
    seen: dict[str, list[Sighting]] = {}
    for number, file in enumerate(files):
        if file.kind is Kind.CONNECTIONS or file.kind in ADDRESS_BOOKS:
            for row in file.rows:
                assert isinstance(row, ConnectionRow | Card)
                seen.setdefault(row.key, []).append((number, row))
    groups = _Groups(seen, files, identities)
    groups.join_decided()
    if sum(file.kind is Kind.CONNECTIONS for file in files) > 1:
        groups.join_connections()
    groups.join_cards(facts)
    keys = sorted(tuple(sorted(group)) for group in groups.members.values())
    owner = {key: index for index, group in enumerate(keys) for key in group}
    sightings = [
        sorted((s for key in group for s in seen[key]), key=lambda s: (s[0], s[1].line))
        if len(group) > 1
        else seen[group[0]]
        for group in keys
    ]
    doubts: dict[tuple[int, int], str] = {}
    for one, other, reason in groups.doubts:
        if owner[one] != owner[other] and not groups.told_apart(one, other):
            pair = min(owner[one], owner[other]), max(owner[one], owner[other])
            doubts[pair] = min(reason, doubts.get(pair, reason))
    pairs = [(one, other, reason) for (one, other), reason in sorted(doubts.items())]
    return People(keys, owner, sightings, pairs)


class _Groups:
    """Keys that are one person, joined one by one; `members` is root → keys."""

    def __init__(
        self,
        seen: Mapping[str, list[Sighting]],
        files: Sequence[Imported],
        identities: Sequence[Identity],
    ) -> None:
        self.seen = seen
        self.files = files
        self.parent = {key: key for key in seen}
        self.members: dict[str, list[str]] = {key: [key] for key in seen}
        self.doubts: list[tuple[str, str, str]] = []
        self.same: list[tuple[str, str]] = []
        self.apart: dict[str, set[str]] = {}
        self._names: dict[str, frozenset[str]] = {}
        # The last word on two keys counts.
        last = {frozenset((i.one_key, i.other_key)): i for i in identities}
        for one, other, same, _ in last.values():
            if one in seen and other in seen:
                if same:
                    self.same.append((one, other))
                else:
                    self.apart.setdefault(one, set()).add(other)
                    self.apart.setdefault(other, set()).add(one)

    def root(self, key: str) -> str:
        while self.parent[key] != key:
            self.parent[key] = self.parent[self.parent[key]]
            key = self.parent[key]
        return key

    def join(self, one: str, other: str) -> None:
        """Make two keys, and all that is joined to them, one person."""
        one, other = sorted((self.root(one), self.root(other)))
        if one != other:
            self.parent[other] = one
            self.members[one] += self.members.pop(other)

    def told_apart(self, one: str, other: str) -> bool:
        """Whether the user said that these are two people."""
        if not self.apart:
            return False
        others = set(self.members[self.root(other)])
        return any(
            not others.isdisjoint(self.apart.get(key, ())) for key in self.members[self.root(one)]
        )

    def may_be_one(self, keys: Iterable[str]) -> bool:
        """Whether no export lists two of these, as it would not one member, and the user has not
        told them apart."""
        listed: set[int] = set()
        roots = sorted({self.root(key) for key in keys})
        for root in roots:
            exports = set(self._exports(root))
            if not listed.isdisjoint(exports):
                return False
            listed |= exports
        return not any(self.told_apart(a, b) for a, b in combinations(roots, 2))

    def join_decided(self) -> None:
        for one, other in self.same:
            self.join(one, other)

    def join_connections(self) -> None:
        """Two keys of exports are one person when they share the name and the day of connection,
        or the e-mail address and either of the two. Where that leaves a doubt, nobody is joined."""
        by_day: dict[tuple[str, object], set[str]] = {}
        by_mail: dict[str, set[str]] = {}
        for key, sightings in self.seen.items():
            for _, row in sightings:
                if isinstance(row, ConnectionRow):
                    name = name_key(row.first_name, row.last_name)
                    if row.connected_on and name:
                        by_day.setdefault((name, row.connected_on), set()).add(key)
                    if row.email:
                        by_mail.setdefault(row.email, set()).add(key)
        joined: list[set[str]] = []
        for keys in by_day.values():
            if len(keys) > 1 and self.may_be_one(keys):
                joined.append(keys)
        for keys in by_mail.values():
            if len(keys) > 1 and self.may_be_one(keys) and self._agree(keys):
                joined.append(keys)
        if joined:
            self._join_consistent(joined)

    def join_cards(self, facts: Facts) -> None:
        """Cards with each other and with connections."""
        cards = [key for key, seen in self.seen.items() if isinstance(seen[0][1], Card)]
        if not cards:
            return
        self._join_by_profile(cards)
        self._join_by_uid(cards)
        self._join_by_mail()
        _Namesakes(self, facts).join()

    def _join_consistent(self, joined: list[set[str]]) -> None:
        """Join sets of keys; what then would be in one export twice is not joined at all."""
        trial = {key: key for keys in joined for key in keys}

        def root(key: str) -> str:
            while trial[key] != key:
                key = trial[key]
            return key

        for keys in joined:
            first, *rest = sorted(keys)
            for key in rest:
                trial[root(key)] = root(first)
        together: dict[str, list[str]] = {}
        for key in trial:
            together.setdefault(root(key), []).append(key)
        for group in together.values():
            if self.may_be_one(group):
                for key in group[1:]:
                    self.join(group[0], key)

    def _join_by_profile(self, cards: Iterable[str]) -> None:
        """A profile address is one member's, whatever else the cards say."""
        by_slug: dict[str, str] = {}
        for key in cards:
            for slug in self._slugs(key):
                member = f"linkedin:{slug}"
                known = by_slug.setdefault(slug, member if member in self.seen else key)
                if not self.told_apart(known, key):
                    self.join(known, key)

    def _join_by_uid(self, cards: Iterable[str]) -> None:
        """What an address book calls its card stays from export to export."""
        uids = (
            ((self.files[number].kind, row.uid), key)
            for key in cards
            for number, row in self.seen[key]
            if isinstance(row, Card) and row.uid
        )
        for keys in _shared(uids):
            books = [n for key in keys for n in {number for number, _ in self.seen[key]}]
            if len(set(books)) == len(books) and self.may_be_one(keys):
                first, *rest = keys
                for key in rest:
                    if _names_agree(self.names(first), self.names(key)):
                        self.join(first, key)

    def _join_by_mail(self) -> None:
        mails = (
            (mail, key)
            for key, seen in self.seen.items()
            for _, row in seen
            for mail in _mails_of(row)
        )
        for keys in _shared(mails):
            if len({name for key in keys for name in self.names(key)}) > MOST_SHARING:
                continue
            for one, other in combinations(keys, 2):
                if self.root(one) == self.root(other) or not self._has_card(one, other):
                    continue
                if not _names_agree(self.names(one), self.names(other)):
                    self.doubts.append((one, other, "one e-mail address, two names"))
                elif self.may_be_one((one, other)):
                    self.join(one, other)
                else:
                    self.doubts.append((one, other, "one name and e-mail address, two profiles"))

    def _agree(self, keys: Iterable[str]) -> bool:
        """Whether all share a name or a day of connection."""
        names, days = [], []
        for key in keys:
            rows = [row for _, row in self.seen[key] if isinstance(row, ConnectionRow)]
            names.append({name_key(row.first_name, row.last_name) for row in rows})
            days.append({row.connected_on for row in rows if row.connected_on})
        return bool(set.intersection(*names) or set.intersection(*days))

    def _exports(self, root: str) -> Iterator[int]:
        for key in self.members[root]:
            for number, row in self.seen[key]:
                if isinstance(row, ConnectionRow):
                    yield number

    def _has_card(self, *keys: str) -> bool:
        return any(isinstance(self.seen[key][0][1], Card) for key in keys)

    def _slugs(self, key: str) -> set[str]:
        slugs = {slug_of(row.url) for _, row in self.seen[key] if row.url}
        return {slug for slug in slugs if slug}

    def _mails(self, key: str) -> set[str]:
        return {mail for _, row in self.seen[key] for mail in _mails_of(row)}

    def names(self, key: str) -> frozenset[str]:
        if key not in self._names:
            names = {name_of(row) for _, row in self.seen[key]}
            self._names[key] = frozenset(names - {""})
        return self._names[key]

    def slugs_of(self, key: str) -> set[str]:
        return {slug for mate in self.members[self.root(key)] for slug in self._slugs(mate)}

    def mails_of(self, key: str) -> set[str]:
        return {mail for mate in self.members[self.root(key)] for mail in self._mails(mate)}

    def sightings_of(self, key: str) -> list[Sighting]:
        return [seen for mate in self.members[self.root(key)] for seen in self.seen[mate]]


class _Namesakes:
    """People of one name, one of whom at least is a card."""

    def __init__(self, groups: _Groups, facts: Facts) -> None:
        self.groups = groups
        self.facts = facts

    def join(self) -> None:
        groups = self.groups
        names = ((name, key) for key in groups.seen for name in groups.names(key) if _is_full(name))
        for keys in _shared(names):
            roots = sorted({groups.root(key) for key in keys})
            if 1 < len(roots) <= MOST_NAMESAKES:
                self._join_alike(roots)

    def _join_alike(self, roots: list[str]) -> None:
        groups = self.groups
        pairs = [
            pair
            for pair in combinations(roots, 2)
            if self._has_card(pair) and not groups.told_apart(*pair)
        ]
        alike = [
            pair for pair in pairs if self._one_employer(*pair) or self._one_book(*pair, roots)
        ]
        for one, other in alike:
            rivals = {end for pair in alike for end in pair if one in pair or other in pair}
            if all(self._may_be_one(*pair) for pair in combinations(sorted(rivals), 2)):
                groups.join(one, other)
            else:
                groups.doubts.append((one, other, self._doubt(one, other)))
        for one, other in pairs:
            if groups.root(one) != groups.root(other):
                groups.doubts.append((one, other, self._doubt(one, other)))

    def _one_employer(self, one: str, other: str) -> bool:
        """Whether an employer of one agrees with one of the other, or with where they write from;
        two addresses at one employer are two people's."""
        domains = self._domains(one) & self._domains(other)
        mails = self.groups.mails_of(one), self.groups.mails_of(other)
        if domains and mails[0].isdisjoint(mails[1]):
            return False
        mine, theirs = self._employers(one), self._employers(other)
        return any(self.facts.agree(a, b) for a in sorted(mine) for b in sorted(theirs))

    def _one_book(self, one: str, other: str, namesakes: Sequence[str]) -> bool:
        """Whether several exports of one address book list one card of this name each."""
        books = {root: self._books(root) for root in namesakes}
        kinds = {kind for kind, _ in books[one]} & {kind for kind, _ in books[other]}
        for kind in sorted(kinds):
            numbers = [n for mine in books.values() for of, n in mine if of is kind]
            if len(numbers) == len(set(numbers)):
                return True
        return False

    def _books(self, root: str) -> set[tuple[Kind, int]]:
        return {
            (self.groups.files[number].kind, number)
            for number, row in self.groups.sightings_of(root)
            if isinstance(row, Card)
        }

    def _may_be_one(self, one: str, other: str) -> bool:
        slugs = self.groups.slugs_of(one), self.groups.slugs_of(other)
        if slugs[0] and slugs[1] and slugs[0].isdisjoint(slugs[1]):
            return False
        return self.groups.may_be_one((one, other))

    def _has_card(self, pair: tuple[str, str]) -> bool:
        return any(
            isinstance(row, Card) for root in pair for _, row in self.groups.sightings_of(root)
        )

    def _employers(self, root: str) -> set[str]:
        found: set[str] = set()
        for _, row in self.groups.sightings_of(root):
            if isinstance(row, ConnectionRow):
                found.add(row.company or "")
            else:
                found |= {
                    job.employer
                    for job in row.jobs
                    if not job.is_school and job.confidence is not Confidence.SUGGESTED
                }
                found |= {label_of(mail) or "" for mail in row.emails}
        return {name for name in found if name and self.facts.is_employer(name)}

    def _domains(self, root: str) -> set[str]:
        return {label for mail in self.groups.mails_of(root) if (label := label_of(mail))}

    def _doubt(self, one: str, other: str) -> str:
        if self._one_employer(one, other):
            return "one name and employer, two profiles"
        mine, theirs = self._employers(one), self._employers(other)
        if mine and theirs:
            return "one name, no employer in common"
        return "one name, and no employer to tell"


def _shared(pairs: Iterable[tuple[Any, str]]) -> list[list[str]]:
    """The keys of everything that has more than one, sorted, in the order of what they share."""
    first: dict[Any, str] = {}
    shared: dict[Any, set[str]] = {}
    for what, key in pairs:
        known = first.setdefault(what, key)
        if known != key:
            shared.setdefault(what, {known}).add(key)
    return [sorted(keys) for _, keys in sorted(shared.items())]


def _mails_of(row: ConnectionRow | Card) -> tuple[str, ...]:
    if isinstance(row, Card):
        return row.emails
    return (row.email,) if row.email else ()


def name_of(row: ConnectionRow | Card) -> str:
    """A row's name as compared, or nothing."""
    if isinstance(row, Card):
        return name_key(row.name) if row.name else ""
    return name_key(row.first_name, row.last_name) if row.first_name or row.last_name else ""


def _is_full(name: str) -> bool:
    """Whether a name has more than one part, or is written where names have no gap."""
    return " " in name or any(ord(c) > 0x2E7F for c in name)


def _names_agree(ones: Iterable[str], others: Iterable[str]) -> bool:
    """Whether names of one e-mail address are one person's: equal first names or an initial, or
    one name within the other; or there is no name on one side."""
    ones, others = set(ones), set(others)
    return not ones or not others or any(_alike(a, b) for a in ones for b in others)


def _alike(one: str, other: str) -> bool:
    a, b = one.split(), other.split()
    if set(a) <= set(b) or set(b) <= set(a):
        return True
    first, second = sorted((a[0], b[0]), key=len)
    if len(first) == 1:
        return second.startswith(first) and a[-1] == b[-1]
    return first == second or (len(first) > 2 and second.startswith(first) and a[-1] == b[-1])
