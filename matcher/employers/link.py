"""Employers on postings, workplaces of contacts: which names are one employer, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from matcher.employers.candidates import candidates, misspellings
from matcher.employers.compare import Evidence, Tokens, compare, reaches
from matcher.employers.knowledge import Fact, Knowledge
from matcher.employers.lexicon import LegalForm, words
from matcher.employers.normalise import Normalised, normalise
from matcher.employers.rarity import Rarity


class Tier(StrEnum):
    """How far a link may be trusted: `unsure` is for a person to decide, never for a report."""

    SAME = "same"
    LIKELY = "likely"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Link:
    """An employer name joined to a workplace name; `score` is between 0 and 1."""

    employer: str
    workplace: str
    tier: Tier
    score: float
    reason: str


LIKELY = 0.88
UNSURE = 0.55

_RANK = {Tier.SAME: 2, Tier.LIKELY: 1, Tier.UNSURE: 0}
_NOTHING: Mapping[tuple[str, str], bool] = {}


@dataclass(frozen=True, slots=True)
class _Finding:
    tier: Tier
    score: float
    reason: str


def link(
    employers: Iterable[str],
    workplaces: Iterable[str],
    knowledge: Knowledge,
    verdicts: Mapping[tuple[str, str], bool] = _NOTHING,
) -> list[Link]:
    """Joins two lists of names; the result is the same in whatever order they come.

    `verdicts` are a person's decisions on pairs of keys (see normalise.key), in either order: True
    makes a pair `same`, False takes it out, whatever the names look like. Names of no employer
    (freelance, stealth…) join nothing. Links come the surest first, then by name.
    """
    ones = _Names(employers, knowledge)
    others = _Names(workplaces, knowledge)
    joiner = _Joiner(ones, others, knowledge, verdicts)
    return joiner.links()


class _Names:
    """One list: its names taken apart, and by key."""

    def __init__(self, names: Iterable[str], knowledge: Knowledge) -> None:
        is_non_employer = knowledge.non_employers.is_non_employer
        self.all = [normalise(name) for name in sorted(set(names)) if not is_non_employer(name)]
        self.by_key: dict[str, list[Normalised]] = defaultdict(list)
        self.by_group: dict[str, list[str]] = defaultdict(list)
        self.by_tokens: dict[Tokens, list[Normalised]] = defaultdict(list)
        for name in self.all:
            self.by_key[name.key].append(name)
            self.by_tokens[name.tokens].append(name)
        for key in self.by_key:
            self.by_group[knowledge.group(key)].append(key)


class _Joiner:
    def __init__(
        self,
        ones: _Names,
        others: _Names,
        knowledge: Knowledge,
        verdicts: Mapping[tuple[str, str], bool],
    ) -> None:
        self.ones, self.others, self.knowledge = ones, others, knowledge
        self.verdicts = {**{(b, a): v for (a, b), v in verdicts.items()}, **verdicts}
        self.found: dict[tuple[str, str], _Finding] = {}
        forms = {*ones.by_tokens, *others.by_tokens}
        self.rarity = Rarity(_one_form_a_key(forms))

    def links(self) -> list[Link]:
        for one, other, finding in self._all():
            pair = (one.raw, other.raw)
            if self.verdicts.get((one.key, other.key)) is not None:
                continue
            known = self.found.get(pair)
            if known is None or _order(finding) > _order(known):
                self.found[pair] = finding
        self._apply_verdicts()
        return sorted(
            (
                Link(employer, workplace, finding.tier, round(finding.score, 4), finding.reason)
                for (employer, workplace), finding in self.found.items()
            ),
            key=lambda found: (-_RANK[found.tier], -found.score, found.employer, found.workplace),
        )

    def _all(self) -> Iterator[tuple[Normalised, Normalised, _Finding]]:
        yield from self._one_key()
        yield from self._facts()
        yield from self._alternatives()
        yield from self._acronyms()
        yield from self._compared()

    def _apply_verdicts(self) -> None:
        for (key, other_key), same in self.verdicts.items():
            if same:
                for one in self.ones.by_key.get(key, ()):
                    for other in self.others.by_key.get(other_key, ()):
                        self.found[one.raw, other.raw] = _Finding(Tier.SAME, 1.0, "you said so")

    def _one_key(self) -> Iterator[tuple[Normalised, Normalised, _Finding]]:
        for key, names in self.ones.by_key.items():
            for other in self.others.by_key.get(key, ()):
                for one in names:
                    finding = self._same_key(one, other)
                    if finding is not None:
                        yield one, other, finding

    def _same_key(self, one: Normalised, other: Normalised) -> _Finding | None:
        owners = self.knowledge.sharing(one.key)
        if owners:
            mine, theirs = _owner(one, owners), _owner(other, owners)
            if mine and theirs and mine != theirs:
                return None
            if not (mine and theirs):
                named = " and ".join(owner.raw for owner in owners)
                return _Finding(Tier.UNSURE, 0.7, f"one name of several employers: {named}")
        elif clash := _contradiction(one.legal, other.legal):
            distinctive = any(self.rarity.weight(t) >= 0.9 for t in one.tokens)
            tier, score = (Tier.LIKELY, 0.92) if distinctive else (Tier.UNSURE, 0.8)
            return _Finding(tier, score, f"same name; but {clash}")
        return _Finding(Tier.SAME, 1.0, _same_name(one, other))

    def _facts(self) -> Iterator[tuple[Normalised, Normalised, _Finding]]:
        knowledge = self.knowledge
        for group, keys in self.ones.by_group.items():
            for other_key in self.others.by_group.get(group, ()):
                for key in keys:
                    relation = knowledge.identity(key, other_key)
                    if relation is not None:
                        one_letter = min(len(key), len(other_key)) == 1
                        tier, score = (Tier.LIKELY, 0.9) if one_letter else (Tier.SAME, 0.99)
                        yield from self._each(key, other_key, tier, score, str(relation))
        yield from self._parts(self.ones, self.others, swapped=False)
        yield from self._parts(self.others, self.ones, swapped=True)

    def _parts(
        self, parts: _Names, wholes: _Names, *, swapped: bool
    ) -> Iterator[tuple[Normalised, Normalised, _Finding]]:
        for part_group, part_keys in parts.by_group.items():
            for whole_group, facts in self.knowledge.owners_of_group(part_group).items():
                for whole_key in wholes.by_group.get(whole_group, ()):
                    shared = bool(self.knowledge.sharing(whole_key))
                    tier, score = (Tier.UNSURE, 0.7) if shared else (Tier.LIKELY, 0.9)
                    for part_key in part_keys:
                        pair = (whole_key, part_key) if swapped else (part_key, whole_key)
                        yield from self._each(*pair, tier, score, _sentence(facts))

    def _each(
        self, key: str, other_key: str, tier: Tier, score: float, reason: str
    ) -> Iterator[tuple[Normalised, Normalised, _Finding]]:
        finding = _Finding(tier, score, reason)
        for one in self.ones.by_key.get(key, ()):
            for other in self.others.by_key.get(other_key, ()):
                yield one, other, finding

    def _alternatives(self) -> Iterator[tuple[Normalised, Normalised, _Finding]]:
        by_group = self.others.by_group
        by_alternative: dict[str, list[tuple[Normalised, str]]] = defaultdict(list)
        for other in self.others.all:
            for alternative in other.alternatives:
                by_alternative[alternative.key].append((other, alternative.kind))
        for one in self.ones.all:
            for alternative in one.alternatives:
                for key in by_group.get(self.knowledge.group(alternative.key), ()):
                    for other in self.others.by_key[key]:
                        if finding := self._alternative(one, other, alternative.kind):
                            yield one, other, finding
                for other, kind in by_alternative.get(alternative.key, ()):
                    if {kind, alternative.kind} <= {"spelling", "script"} and one.key != other.key:
                        if finding := self._alternative(one, other, kind):
                            yield one, other, finding
        if by_alternative:
            for alternative_key, holders in by_alternative.items():
                for key in self.ones.by_group.get(self.knowledge.group(alternative_key), ()):
                    for one in self.ones.by_key[key]:
                        for other, kind in holders:
                            if finding := self._alternative(other, one, kind):
                                yield one, other, finding

    def _alternative(self, holder: Normalised, named: Normalised, kind: str) -> _Finding | None:
        if holder.key == named.key or self.knowledge.are_distinct(holder.key, named.key):
            return None
        vague = all(self.rarity.weight(token) < 0.75 for token in named.tokens)
        match kind:
            case "spelling":
                return _Finding(Tier.SAME, 0.99, "same name; umlauts written out")
            case "script":
                return _Finding(
                    Tier.UNSURE if vague else Tier.LIKELY, 0.92, "same name in another script"
                )
            case "name":
                reason = f"{holder.raw!r} gives {named.raw!r} as another name"
                return _Finding(Tier.LIKELY, 0.93, reason)
            case "role":
                reason = f"{holder.raw!r} reads as people of {named.raw!r}"
                return _Finding(Tier.UNSURE if vague else Tier.LIKELY, 0.9, reason)
            case "owner":
                reason = f"{holder.raw!r} names {named.raw!r} as its owner"
                return _Finding(Tier.LIKELY, 0.9, reason)
            case _:
                reason = f"web address or slug of {named.raw!r}"
                return _Finding(Tier.UNSURE if vague else Tier.LIKELY, 0.91, reason)

    def _acronyms(self) -> Iterator[tuple[Normalised, Normalised, _Finding]]:
        yield from self._initials(self.ones, self.others, swapped=False)
        yield from self._initials(self.others, self.ones, swapped=True)

    def _initials(
        self, shorts: _Names, longs: _Names, *, swapped: bool
    ) -> Iterator[tuple[Normalised, Normalised, _Finding]]:
        by_initials: dict[str, set[Tokens]] = defaultdict(set)
        for tokens in longs.by_tokens:
            for initials in _initials_of(tokens):
                by_initials[initials].add(tokens)
        for tokens, holders in shorts.by_tokens.items():
            if len(tokens) != 1:
                continue
            for long_tokens in sorted(by_initials.get(tokens[0], ())):
                for short in holders:
                    for long in longs.by_tokens[long_tokens]:
                        finding = _Finding(
                            Tier.UNSURE,
                            min(0.86, 0.6 + 0.06 * len(tokens[0])),
                            f"{short.raw!r} are the initials of {long.raw!r}",
                        )
                        yield (long, short, finding) if swapped else (short, long, finding)

    def _compared(self) -> Iterator[tuple[Normalised, Normalised, _Finding]]:
        ones, others = list(self.ones.by_tokens), list(self.others.by_tokens)
        spellings = misspellings(
            (t for tokens in ones for t in tokens), (t for tokens in others for t in tokens)
        )
        distinct = self.knowledge.are_distinct
        found = candidates(ones, others, self.rarity, spellings)
        for at, other_at, shared, whole in found:
            tokens, other_tokens = ones[at], others[other_at]
            key, other_key = "".join(tokens), "".join(other_tokens)
            if key == other_key or distinct(key, other_key):
                continue
            if not reaches(UNSURE, key, other_key, shared, whole):
                continue
            evidence = compare(tokens, other_tokens, self.rarity, spellings)
            if evidence.score < UNSURE:
                continue
            sure = evidence.score >= LIKELY and not evidence.doubt
            tier = Tier.LIKELY if sure else Tier.UNSURE
            finding = _Finding(tier, evidence.score, _explain(evidence))
            for one in self.ones.by_tokens[tokens]:
                for other in self.others.by_tokens[other_tokens]:
                    yield one, other, finding


def _one_form_a_key(forms: Iterable[Tokens]) -> list[Tokens]:
    by_key: dict[str, Tokens] = {}
    for tokens in forms:
        key = "".join(tokens)
        by_key[key] = max(by_key.get(key, ()), tokens, key=lambda t: (len(t), t))
    return sorted(by_key.values())


def _order(finding: _Finding) -> tuple[int, float, str]:
    return (_RANK[finding.tier], finding.score, finding.reason)


def _owner(name: Normalised, owners: tuple[Normalised, ...]) -> str:
    """Which of the employers that share a key a name means, by its legal form; "" if it is open."""
    for owner in owners:
        if name.legal and set(name.legal) & set(owner.legal):
            return owner.raw
    return ""


def _contradiction(ones: tuple[LegalForm, ...], others: tuple[LegalForm, ...]) -> str:
    if not ones or not others:
        return ""
    here = frozenset[str]().union(*(form.countries for form in ones))
    there = frozenset[str]().union(*(form.countries for form in others))
    if here & there:
        return ""
    return f'legal forms of different countries: "{ones[-1].name}" and "{others[-1].name}"'


def _same_name(one: Normalised, other: Normalised) -> str:
    forms = sorted({form.name for form in one.legal} ^ {form.name for form in other.legal})
    notes = sorted(set(one.notes) ^ set(other.notes))
    parts = ["same name"]
    if forms:
        parts.append(f"legal form {_quoted(forms)} ignored")
    if notes:
        parts.append(f"{_quoted(notes)} ignored")
    return "; ".join(parts)


def _sentence(facts: tuple[Fact, ...]) -> str:
    return "; ".join(map(str, facts)) + " (alias table)"


def _quoted(texts: Iterable[str]) -> str:
    return ", ".join(f'"{text}"' for text in texts)


def _initials_of(tokens: Tokens) -> set[str]:
    if len(tokens) < 3:
        return set()
    stop = words().kind
    short = "".join(token[0] for token in tokens if stop.get(token) != "stop")
    long = "".join(token[0] for token in tokens)
    return {found for found in (short, long) if 4 <= len(found) <= 8 and found.isalpha()}


def _explain(evidence: Evidence) -> str:
    parts = []
    slips = [f'"{one}" ~ "{other}"' for one, other, _ in evidence.respelt]
    if slips:
        parts.append("spelling: " + ", ".join(slips))
    rare = [one for one, _, weight in evidence.shared if weight >= 0.3]
    if rare:
        word = "rare word" if len(rare) == 1 else "rare words"
        parts.append(f"shares the {word} {_quoted(rare)}")
    rest = [*evidence.left, *evidence.right]
    if rest:
        parts.append(f"{_quoted(rest)} left over")
    if evidence.doubt:
        parts.append(evidence.doubt)
    return "; ".join(parts)
