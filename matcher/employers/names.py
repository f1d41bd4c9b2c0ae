"""One list of names, taken apart once and kept so that another list can be looked up in it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property

from matcher.employers.compare import Tokens
from matcher.employers.knowledge import Knowledge
from matcher.employers.lexicon import words
from matcher.employers.normalise import Normalised
from matcher.employers.quick import quick
from matcher.employers.rarity import Rarity
from matcher.employers.slips import Gaps, Slips, misspellings

NOT_LOOKED_UP = ("stop", "generic")
"""Kinds of words that find no candidates."""
_NO_NAMES: list[Normalised] = []


class Names:
    """The employers among names; what is made of them beyond their keys waits until it is asked.

    `by_key` holds every name of a key, `forms` the different tokens in the order they first came.
    """

    def __init__(self, names: Iterable[str], knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        covers = knowledge.non_employers.covers
        by_key: dict[str, list[Normalised]] = {}
        known: dict[Tokens, Tokens] = {}
        for name in dict.fromkeys(names):
            found = quick(name)
            if covers(found):
                continue
            known.setdefault(found.tokens, found.tokens)
            same = by_key.get(found.key)
            if same is None:
                by_key[found.key] = [found]
            else:
                same.append(found)
        self.by_key: Mapping[str, list[Normalised]] = by_key
        self.forms = list(known)
        self._gaps: Gaps | None = None

    def named(self, tokens: Tokens) -> list[Normalised]:
        """The names of just these tokens."""
        found = self.by_key.get("".join(tokens), _NO_NAMES)
        if all(name.tokens == tokens for name in found):
            return found
        return [name for name in found if name.tokens == tokens]

    def keys_of(self, group: str) -> list[str]:
        """Keys in the list that facts make one employer (see Knowledge.group)."""
        return [key for key in self.knowledge.names_of(group) if key in self.by_key]

    def form(self, key: str) -> Tokens:
        """The one form a key is counted by: of the most words; () when the key is not there."""
        found = self.by_key.get(key)
        if not found:
            return ()
        if len(found) == 1:
            return found[0].tokens
        return max((name.tokens for name in found), key=fullness)

    @cached_property
    def counts(self) -> Counter[str]:
        """In how many keys each word is."""
        return count_words(map(self.form, self.by_key))

    @cached_property
    def by_alternative(self) -> Mapping[str, list[tuple[Normalised, str]]]:
        """Key of another name that a name gives → (that name, kind of the other name)."""
        found: dict[str, list[tuple[Normalised, str]]] = defaultdict(list)
        for names in self.by_key.values():
            for name in names:
                for other in name.alternatives:
                    found[other.key].append((name, other.kind))
        return found

    @cached_property
    def by_alternative_group(self) -> Mapping[str, list[tuple[Normalised, str]]]:
        """The same by group of that key."""
        found: dict[str, list[tuple[Normalised, str]]] = defaultdict(list)
        for key, holders in self.by_alternative.items():
            found[self.knowledge.group(key)].extend(holders)
        return found

    @cached_property
    def by_initials(self) -> Mapping[str, list[Tokens]]:
        """Initials of four to eight letters → forms they may stand for."""
        found: dict[str, list[Tokens]] = defaultdict(list)
        for tokens in self.forms:
            if len(tokens) > 2:
                for initials in initials_of(tokens):
                    found[initials].append(tokens)
        return found

    @cached_property
    def by_word(self) -> Mapping[str, list[int]]:
        """Word (the headword of its kin) → positions in `forms`; not for words that say nothing."""
        lexicon = words()
        kin, kind = lexicon.kin, lexicon.kind
        found: dict[str, list[int]] = {}
        for position, tokens in enumerate(self.forms):
            for token in tokens:
                if kind.get(token) in NOT_LOOKED_UP:
                    continue
                if token in kin:
                    token = kin[token]
                at = found.get(token)
                if at is None:
                    found[token] = [position]
                elif at[-1] != position:
                    at.append(position)
        return found

    def get_ready(self) -> None:
        """Works out all that other lists will ask for, which is worth it for a list that stays."""
        self._gaps = Gaps(self.vocabulary)
        del self.vocabulary
        for ready in (self.counts, self.by_alternative_group, self.by_initials, self.by_word):
            assert ready is not None

    def slips(self, others: Names) -> Slips:
        """Pairs of a word of another list and a word of this one that may be one word misspelt."""
        if self._gaps is not None:
            return self._gaps.misspellings(others.vocabulary)
        return misspellings(others.vocabulary, self.vocabulary)

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        return frozenset(token for tokens in self.forms for token in tokens)


def statistics(ones: Names, others: Names) -> Rarity:
    """How rare each word is in two lists together; what a partition must be told of the whole.

    Costs no more than the shorter list once the longer one has been counted.
    """
    new: Counter[str] = Counter()
    keys = len(others.by_key)
    for key in ones.by_key:
        mine, theirs = ones.form(key), others.form(key)
        if not theirs:
            keys += 1
            new.update(mine)
        elif fullness(mine) > fullness(theirs):
            new.update(mine)
            new.subtract(theirs)
    return Rarity.counted(Sum(others.counts, new), keys)


class Sum:
    """Counts that are kept apart, read together."""

    def __init__(self, many: Mapping[str, int], few: Mapping[str, int]) -> None:
        self._many, self._few = many.get, few.get

    def get(self, word: str, default: int = 0) -> int:
        return self._many(word, 0) + self._few(word, 0) or default


def fullness(tokens: Tokens) -> tuple[int, Tokens]:
    return len(tokens), tokens


def count_words(forms: Iterable[Tokens]) -> Counter[str]:
    return Counter(token for tokens in forms for token in tokens)


def initials_of(tokens: Tokens) -> set[str]:
    """The initials of three words or more, with and without the little words."""
    if len(tokens) < 3:
        return set()
    kind = words().kind
    short = "".join([token[0] for token in tokens if kind.get(token) != "stop"])
    long = "".join([token[0] for token in tokens])
    return {found for found in (short, long) if 4 <= len(found) <= 8 and found.isalpha()}
