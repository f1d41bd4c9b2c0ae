"""Whether two employer names belong together: one employer, or parts of one group."""

from __future__ import annotations

from collections.abc import Mapping

from matcher.employers.judge import Tier
from matcher.employers.knowledge import Knowledge
from matcher.employers.normalise import key
from matcher.employers.pairs import score_pairs


class Groups:
    """Answers for pairs of names; what was found once is kept.

    Two names belong together when they are the same or likely the same employer, one is part of
    the other, or both are parts of a third. `verdicts` are the user's, by keys.
    """

    def __init__(
        self, knowledge: Knowledge, verdicts: Mapping[tuple[str, str], bool] | None = None
    ) -> None:
        self._knowledge = knowledge
        self._verdicts = verdicts or {}
        self._keys: dict[str, str] = {}
        self._families: dict[str, frozenset[str]] = {}
        self._words: dict[str, frozenset[str]] = {}

    def are_one(self, one: str, other: str) -> bool:
        """Whether two names are of one group of employers."""
        keys = self._key(one), self._key(other)
        said = self._verdicts.get(keys, self._verdicts.get((keys[1], keys[0])))
        if said is not None:
            return said
        if self._family(one, keys[0]) & self._family(other, keys[1]):
            return True
        if not self._share_a_word(one, keys[0], other, keys[1]):
            return False
        (scored,) = score_pairs([(one, other)], self._knowledge)
        return scored.tier in (Tier.SAME, Tier.LIKELY)

    def _key(self, name: str) -> str:
        if name not in self._keys:
            self._keys[name] = key(name)
        return self._keys[name]

    def _family(self, name: str, of: str) -> frozenset[str]:
        if name not in self._families:
            group = self._knowledge.group(of or name.casefold())
            owners = self._knowledge.owners_of_group(group)
            self._families[name] = frozenset((group, *owners))
        return self._families[name]

    def _share_a_word(self, one: str, one_key: str, other: str, other_key: str) -> bool:
        """A quick look that spares most pairs the comparison: names with no four letters of one
        word in common are not one employer by their looks."""
        return bool(self._starts(one, one_key) & self._starts(other, other_key))

    def _starts(self, name: str, of: str) -> frozenset[str]:
        if name not in self._words:
            self._words[name] = frozenset(word[:4] for word in of.split())
        return self._words[name]
