"""Postings compared with one another: reposts are marked, and one job on several boards is grouped.

Only what a run brought is compared, and only with open or lately closed postings that share an
employer and words of the title (the blocks are made in `store.unsettled`). The employer of two
boards is one where the matcher's key of their names is.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from matcher.employers.normalise import key as employer_key
from matcher.postings.alike import LONGEST_TEXT, places_fit, same_title, twins
from store import unsettled
from store.database import Database
from store.unsettled import PostingKey

KEYS_VERSION = 1
"""Raised when `normalise.key` gives other keys than before."""
REPOST_DAYS = 60
"""A posting that comes no later after another of its title closed is a repost of it."""
_AT_ONCE = 5_000
_FEW = 2_000
"""Postings that are compared so soon that nobody need be let at the database meanwhile."""

Pair = tuple[PostingKey, PostingKey]


@dataclass(frozen=True, slots=True)
class Compared:
    """What a comparison found."""

    reposts: int = 0
    grouped: int = 0
    """Postings that were put into a group of several."""


def compare(db: Database) -> Compared:
    """Compare what finished crawls brought and nobody has compared. What is not reached because
    it is interrupted is compared the next time.

    Raises:
        DatabaseBusy: another process kept the database locked.
    """
    # One open connection makes the short ones below it cheap, but for what may take long.
    with db.open():
        runs = unsettled.unsettled_runs(db)
        if not runs:
            return Compared()
        names = unsettled.employers_without_key(db, KEYS_VERSION)
        unsettled.store_employer_keys(db, {name: employer_key(name) for name in names})
        reposts = _reposts(db, runs)
        unsettled.store_reposts(db, reposts)
        fresh = unsettled.unsettled_open(db, runs)
        if len(fresh) <= _FEW:
            return Compared(len(reposts), _group(db, runs, fresh))
    return Compared(len(reposts), _group(db, runs, fresh))


def _group(db: Database, runs: list[str], fresh: Mapping[PostingKey, str | None]) -> int:
    """Put the postings of these runs into groups; returns how many of a group there are now."""
    with db.read():
        regrouped = regroup(fresh, *_twins(db, runs), seed=runs[-1])
    leaving = [one for one, group in fresh.items() if group and one not in regrouped.groups]
    with db.open():
        unsettled.store_groups(db, leaving, regrouped.renamed, regrouped.groups)
        unsettled.settle(db, runs)
    return len(regrouped.groups)


def _reposts(db: Database, runs: list[str]) -> dict[PostingKey, PostingKey]:
    """Each closed posting is repeated once, by the first that fits."""
    candidates = unsettled.repost_candidates(db, runs, REPOST_DAYS)
    if not candidates:
        return {}
    about = unsettled.ads(db, {one for pair in candidates for one in pair})
    found: dict[PostingKey, PostingKey] = {}
    taken: set[PostingKey] = set()
    for later, earlier in candidates:
        fits = later not in found and earlier not in taken
        if fits and places_fit(about[later], about[earlier]):
            found[later] = earlier
            taken.add(earlier)
    return found


def _twins(db: Database, runs: list[str]) -> tuple[list[Pair], dict[PostingKey, str | None]]:
    """(pairs that are one job, the group each of their postings was in)."""
    likely: list[Pair] = []
    for some in unsettled.twin_candidates(db, runs):
        likely += [(a, b) for a, title, b, other in some if same_title(title, other)]
    pairs: list[Pair] = []
    groups: dict[PostingKey, str | None] = {}
    for start in range(0, len(likely), _AT_ONCE):
        some_pairs = likely[start : start + _AT_ONCE]
        about = unsettled.ads(db, {one for pair in some_pairs for one in pair})
        near = [(about[a], about[b]) for a, b in some_pairs if a in about and b in about]
        near = [(a, b) for a, b in near if places_fit(a, b)]
        texts = unsettled.texts(db, {x.text_hash for pair in near for x in pair}, LONGEST_TEXT)
        for one, other in near:
            if twins(one, other, texts):
                pairs.append((one.key, other.key))
                groups |= {one.key: one.group, other.key: other.group}
    return pairs, groups


@dataclass(frozen=True, slots=True)
class Regrouped:
    groups: Mapping[PostingKey, str]
    """Postings to be put into a group."""
    renamed: Mapping[str, str]
    """Groups that became part of another."""


def regroup(
    fresh: Collection[PostingKey] | Mapping[PostingKey, str | None],
    pairs: Iterable[Pair],
    groups: Mapping[PostingKey, str | None],
    seed: str,
) -> Regrouped:
    """Groups out of pairs.

    `fresh` postings are out of their groups and come into those their pairs are in; the others
    stay together. A group that comes together again has the id it had.
    """
    before = dict(fresh) if isinstance(fresh, Mapping) else dict.fromkeys(fresh)
    parents: dict[PostingKey | str, PostingKey | str] = {}

    def root(node: PostingKey | str) -> PostingKey | str:
        while (parent := parents.setdefault(node, node)) != node:
            node = parent
        return node

    def join(one: PostingKey | str, other: PostingKey | str) -> None:
        parents[root(one)] = root(other)

    for pair in pairs:
        join(*pair)
        for one in pair:
            group = groups.get(one)
            if group and one not in before:
                join(one, group)
    members: dict[PostingKey | str, list[PostingKey | str]] = {}
    for node in list(parents):
        members.setdefault(root(node), []).append(node)
    standing = {node for node in parents if isinstance(node, str)}
    found: dict[PostingKey, str] = {}
    renamed: dict[str, str] = {}
    used = set(standing)
    for component in sorted(members.values(), key=lambda nodes: min(map(_order, nodes))):
        names = sorted(node for node in component if isinstance(node, str))
        postings = sorted(node for node in component if not isinstance(node, str))
        if names:
            name = names[0]
        else:
            earlier = Counter(filter(None, (before.get(one) for one in postings)))
            free = sorted((-n, old) for old, n in earlier.items() if old not in used)
            name = free[0][1] if free else _name(postings[0], seed)
        used.add(name)
        found |= dict.fromkeys(postings, name)
        renamed |= dict.fromkeys(names[1:], name)
    return Regrouped(found, renamed)


def _order(node: PostingKey | str) -> tuple[str, ...]:
    return (node,) if isinstance(node, str) else tuple(node)


def _name(first: PostingKey, seed: str) -> str:
    return hashlib.blake2b("\0".join((*first, seed)).encode(), digest_size=8).hexdigest()
