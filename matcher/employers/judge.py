"""Two names, all that is known of them, one finding: what they are to each other, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, Protocol

from matcher.employers.compare import Evidence, Tokens, compare
from matcher.employers.features import EVERYDAY, NAME, classes, initials, is_light
from matcher.employers.knowledge import Fact, Knowledge, told
from matcher.employers.lexicon import LegalForm, words
from matcher.employers.normalise import Alternative, Normalised
from matcher.employers.rarity import Rarity


class Tier(StrEnum):
    """How far a link may be trusted: `unsure` is for a person to decide, never for a report."""

    SAME = "same"
    LIKELY = "likely"
    UNSURE = "unsure"
    DIFFERENT = "different"


class Relation(StrEnum):
    """What two linked names are to each other."""

    SAME = "same"
    PART_OF = "part of"


LIKELY = 0.9
LIKELY_LIGHT = 0.8
"""The least score of a likely pair: when a word that may be a name is left over, and when not."""
UNSURE = 0.6
RANK = {Tier.SAME: 3, Tier.LIKELY: 2, Tier.UNSURE: 1, Tier.DIFFERENT: 0}
_TELLING_INITIALS = 4
_OF_AN_ALTERNATIVE = 0.95
"""How far a comparison with another name that a text gives is believed."""


class Finding(NamedTuple):
    """What is thought of two names; `since` is the date of a "part of", as its fact gives it."""

    tier: Tier
    score: float
    reason: str
    relation: Relation = Relation.SAME
    since: str = ""

    @property
    def order(self) -> tuple[int, float, str]:
        return (RANK[self.tier], self.score, self.reason)


def _tier(evidence: Evidence) -> Tier:
    if evidence.score < UNSURE:
        return Tier.DIFFERENT
    light = all(map(is_light, evidence.left)) and all(map(is_light, evidence.right))
    light = light and bool(evidence.shared)
    likely = evidence.score >= (LIKELY_LIGHT if light else LIKELY) and not evidence.doubt
    return Tier.LIKELY if likely else Tier.UNSURE


@dataclass(frozen=True)
class Judge:
    """Judges pairs one at a time: a finding depends on the two names, the facts and the rarity."""

    knowledge: Knowledge
    rarity: Rarity

    def judge(self, one: Normalised, other: Normalised) -> Finding:
        """The strongest finding on two names, neither of them empty or of no employer."""
        if one.key == other.key:
            return self.same_key(one, other)
        if self.knowledge.are_distinct(one.key, other.key):
            return Finding(Tier.DIFFERENT, 0.0, "known to be two employers")
        findings = [self.known(one.key, other.key)]
        for holder, named in ((one, other), (other, one)):
            findings.append(self.initials(holder, named))
            for alternative in holder.alternatives:
                findings.append(self._with_alternative(holder, alternative, named))
        best = max(filter(None, findings), key=lambda finding: finding.order, default=None)
        if best is not None and best.tier in (Tier.SAME, Tier.LIKELY):
            return best
        compared = noted(self.compared(one.tokens, other.tokens), one, other)
        if best is None or best.order[:2] < compared.order[:2]:
            return compared
        return best

    def same_key(self, one: Normalised, other: Normalised) -> Finding:
        """Of two names of one key: the same, unless several employers have it."""
        if owners := self.knowledge.sharing(one.key):
            mine, theirs = _owner(one, owners), _owner(other, owners)
            if mine and theirs and mine != theirs:
                return Finding(Tier.DIFFERENT, 0.0, f"{mine} and {theirs} are two employers")
            if not (mine and theirs):
                named = " and ".join(owner.raw for owner in owners)
                return Finding(Tier.UNSURE, 0.7, f"one name of several employers: {named}")
        elif clash := _contradiction(one.legal, other.legal):
            distinctive = any(self.rarity.weight(t) >= 0.9 for t in one.tokens)
            tier, score = (Tier.LIKELY, 0.96) if distinctive else (Tier.UNSURE, 0.8)
            return Finding(tier, score, f"same name; but {clash}")
        reason = _same_name(one, other)
        if doubt := self._ambiguous(one, other):
            return Finding(Tier.LIKELY, 0.97, f"{reason}; but {doubt}")
        return Finding(Tier.SAME, 1.0, reason)

    def _ambiguous(self, one: Normalised, other: Normalised) -> str:
        """Why one key may be the name of several employers; "" when there is no reason."""
        if len(one.tokens) > 1 or set(one.legal) & set(other.legal):
            return ""
        everyday = classes().get(one.key, NAME) == EVERYDAY
        if everyday and (also := _other_names(one) ^ _other_names(other)):
            return f"an everyday word, also called {quoted(sorted(map(' '.join, also)))}"
        if self.knowledge.knows(one.key):
            return ""
        if everyday:
            return "an everyday word may name several employers"
        if len(one.key) < _TELLING_INITIALS:
            return "so short a name may be that of several employers"
        return ""

    def is_usual(self, text: str) -> bool:
        """Whether all that same_key finds in names of these words, spaces between, hangs on what
        stands beside them; for names that agree() in that."""
        if self.knowledge.sharing(text.replace(" ", "")):
            return False
        short = len(text) < _TELLING_INITIALS
        return " " in text or not (short or classes().get(text, NAME) == EVERYDAY)

    def known(self, key: str, other_key: str) -> Finding | None:
        """What the facts say of two different keys."""
        if (identity := self.knowledge.identity(key, other_key)) is not None:
            if self.knowledge.sharing(key) or self.knowledge.sharing(other_key):
                return Finding(
                    Tier.UNSURE, 0.7, f"{identity}; but several employers have that name"
                )
            one_letter = min(len(key), len(other_key)) == 1
            tier, score = (Tier.LIKELY, 0.9) if one_letter else (Tier.SAME, 0.99)
            return Finding(tier, score, str(identity))
        group, other_group = self.knowledge.group(key), self.knowledge.group(other_key)
        for part, whole, whole_key in (
            (group, other_group, other_key),
            (other_group, group, key),
        ):
            if facts := self.knowledge.owners_of_group(part).get(whole):
                return self.part_of(facts, whole_key)
        return None

    def part_of(self, facts: tuple[Fact, ...], whole_key: str) -> Finding:
        """Of a brand or subsidiary and its owner."""
        shared = bool(self.knowledge.sharing(whole_key))
        tier, score = (Tier.UNSURE, 0.7) if shared else (Tier.LIKELY, 0.9)
        since = max((fact.since for fact in facts), default="")
        return Finding(tier, score, told(facts), Relation.PART_OF, since)

    def _with_alternative(
        self, holder: Normalised, alternative: Alternative, named: Normalised
    ) -> Finding | None:
        group = self.knowledge.group
        if group(alternative.key) == group(named.key):
            return self.alternative(holder, named, alternative.kind)
        for other in named.alternatives:
            if other.key == alternative.key and {other.kind, alternative.kind} <= _SPELLINGS:
                return self.alternative(holder, named, alternative.kind)
        found = compare(alternative.tokens, named.tokens, self.rarity, UNSURE)
        score = _OF_AN_ALTERNATIVE * found.score
        if score < UNSURE:
            return None
        written = " ".join(alternative.tokens)
        reason = f"{holder.raw!r} read as {written!r}: {explained(found)}"
        return Finding(Tier.UNSURE, score, reason, _relation(alternative.kind))

    def alternative(self, holder: Normalised, named: Normalised, kind: str) -> Finding | None:
        """Of a text that gives another name, by the kind of Alternative, and the name it gives."""
        if holder.key == named.key or self.knowledge.are_distinct(holder.key, named.key):
            return None
        vague = all(self.rarity.weight(token) < 0.6 for token in named.tokens)
        tier = Tier.UNSURE if vague else Tier.LIKELY
        match kind:
            case "spelling":
                return Finding(Tier.SAME, 0.99, "same name; umlauts written out")
            case "script":
                return Finding(tier, 0.97, "same name in another script")
            case "name":
                reason = f"{holder.raw!r} gives {named.raw!r} as another name"
                return Finding(Tier.LIKELY, 0.97, reason)
            case "role":
                return Finding(tier, 0.96, f"{holder.raw!r} reads as people of {named.raw!r}")
            case "owner":
                reason = f"{holder.raw!r} names {named.raw!r} as its owner"
                return Finding(Tier.LIKELY, 0.9, reason, Relation.PART_OF)
            case _:
                return Finding(tier, 0.97, f"web address or slug of {named.raw!r}")

    def initials(self, short: Normalised, long: Normalised) -> Finding | None:
        """Of a name that is the initials of the other, as far as letters alone can tell."""
        size = len(short.key)
        if len(short.tokens) != 1 or not 2 <= size <= 8 or len(long.tokens) < 2:
            return None
        if short.key not in initials(long.tokens):
            return None
        score = compare(short.tokens, long.tokens, self.rarity, UNSURE).score
        if size >= _TELLING_INITIALS and len(long.tokens) > 2:
            score = max(score, min(0.92, 0.7 + 0.05 * size))
        reason = f"{short.raw!r} are the initials of {long.raw!r}"
        return Finding(Tier.UNSURE if score >= UNSURE else Tier.DIFFERENT, score, reason)

    def compared(self, tokens: Tokens, other_tokens: Tokens, least: float = 0.0) -> Finding:
        """What the words alone say of two names of different keys; not why, below `least`."""
        evidence = compare(tokens, other_tokens, self.rarity, min(least, UNSURE))
        reason = explained(evidence) if evidence.score >= least else ""
        return Finding(_tier(evidence), evidence.score, reason)


def agree(one: Normalised, other: Normalised) -> bool:
    """Whether two names of one key have nothing beside it that may speak against them."""
    return not (one.alternatives or other.alternatives or _contradiction(one.legal, other.legal))


def _other_names(name: Normalised) -> set[Tokens]:
    return {a.tokens for a in name.alternatives if a.kind in ("name", "owner")}


_SPELLINGS = {"spelling", "script"}


def _relation(kind: str) -> Relation:
    return Relation.PART_OF if kind == "owner" else Relation.SAME


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


class Beside(Protocol):
    """What is left out of a name's key, as Normalised has it."""

    @property
    def legal(self) -> tuple[LegalForm, ...]: ...
    @property
    def notes(self) -> tuple[str, ...]: ...


def noted(finding: Finding, one: Beside, other: Beside) -> Finding:
    """A comparison of words, and what was left out of it: legal forms and remarks."""
    if not finding.reason or not (one.legal or other.legal or one.notes or other.notes):
        return finding
    left_out = _left_out(one, other)
    if clash := _contradiction(one.legal, other.legal):
        left_out.append(clash)
    return finding._replace(reason="; ".join([finding.reason, *left_out]))


def _same_name(one: Normalised, other: Normalised) -> str:
    return "; ".join(["same name", *_left_out(one, other)])


def _left_out(one: Beside, other: Beside) -> list[str]:
    both = sorted({form.name for form in one.legal} & {form.name for form in other.legal})
    forms = sorted({form.name for form in one.legal} ^ {form.name for form in other.legal})
    notes = sorted(set(one.notes) ^ set(other.notes))
    parts = []
    if both:
        parts.append(f"legal form {quoted(both)} on both sides")
    if forms:
        parts.append(f"legal form {quoted(forms)} ignored")
    if notes:
        parts.append(f"{quoted(notes)} ignored")
    return parts


def quoted(texts: Iterable[str]) -> str:
    return ", ".join(f'"{text}"' for text in texts)


_HOW_RARE = ((0.75, "rare"), (0.45, "uncommon"), (0.0, "common"))


def explained(evidence: Evidence) -> str:
    """A comparison in words: what is mended, shared and how rare, left over; and the doubt."""
    parts = []
    if slips := [f'"{one}" ~ "{other}"' for one, other, _ in evidence.respelt]:
        parts.append("spelling: " + ", ".join(slips))
    for at, (least, name) in enumerate(_HOW_RARE):
        most = _HOW_RARE[at - 1][0] if at else 2.0
        found = [one for one, _, weight in evidence.shared if least <= weight < most]
        if found:
            parts.append(f"shares the {name} word{'s' * (len(found) > 1)} {quoted(found)}")
    kin = [f'"{one}" = "{other}"' for one, other, _ in evidence.shared if one != other]
    if kin:
        parts.append(", ".join(kin))
    if evidence.left or evidence.right:
        parts.append(_left_over(evidence.left, evidence.right))
    if evidence.doubt:
        parts.append(evidence.doubt)
    return "; ".join(parts)


def _left_over(left: Sequence[str], right: Sequence[str]) -> str:
    kind = words().kind
    named = {"generic": "only says what kind", "place": "a place", "stop": "a filler"}

    def side(tokens: Sequence[str]) -> str:
        kinds = {kind.get(token, "") for token in tokens}
        note = named.get(kinds.pop(), "") if len(kinds) == 1 else ""
        return quoted(tokens) + (f" ({note})" if note else "")

    if left and right:
        return f"{side(left)} left over here, {side(right)} there"
    return f"{side(left or right)} left over"
