"""Employers on postings, workplaces of contacts: which names are one employer, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from matcher.employers.candidates import candidates
from matcher.employers.compare import Tokens, reaches
from matcher.employers.judge import RANK, UNSURE, Finding, Judge, Relation, Tier, noted
from matcher.employers.knowledge import Knowledge
from matcher.employers.names import Names, initials_of, statistics
from matcher.employers.normalise import Normalised
from matcher.employers.rarity import Rarity


@dataclass(frozen=True, slots=True)
class Link:
    """An employer name joined to a workplace name; `score` is between 0 and 1.

    `relation` is "part of" where one is a brand or subsidiary of the other, `since` when that began
    (YYYY, YYYY-MM, YYYY-MM-DD or ""): who left before then worked for the old owner only.
    """

    employer: str
    workplace: str
    tier: Tier
    score: float
    reason: str
    relation: Relation = Relation.SAME
    since: str = ""


def surest_first(found: Link) -> tuple[int, float, str, str]:
    """The order of links: by tier and score, then by name."""
    return (-RANK[found.tier], -found.score, found.employer, found.workplace)


Found = tuple[Normalised, Normalised, Finding]
_NOTHING: Mapping[tuple[str, str], bool] = {}


def link(
    employers: Iterable[str],
    workplaces: Iterable[str],
    knowledge: Knowledge,
    verdicts: Mapping[tuple[str, str], bool] = _NOTHING,
) -> list[Link]:
    """Joins two lists of names; the result is the same in whatever order they come.

    `verdicts` are a person's decisions on pairs of keys (see normalise.key), in either order: True
    makes a pair `same`, False takes it out, whatever the names look like. Names of no employer
    (freelance, stealth…) join nothing. Links come the surest first, then by name. Long lists are
    shared out among processes (see batch).
    """
    from matcher.employers import batch

    employers, workplaces = list(dict.fromkeys(employers)), list(dict.fromkeys(workplaces))
    if len(employers) + len(workplaces) >= batch.LARGE:
        return batch.link_in_processes(employers, workplaces, knowledge, verdicts)
    ones = Names(employers, knowledge)
    others = Names(workplaces, knowledge)
    return Joiner(ones, others, knowledge, verdicts, statistics(ones, others)).links()


class Joiner:
    def __init__(
        self,
        ones: Names,
        others: Names,
        knowledge: Knowledge,
        verdicts: Mapping[tuple[str, str], bool],
        rarity: Rarity,
    ) -> None:
        self.ones, self.others, self.knowledge = ones, others, knowledge
        self.rarity = rarity
        self.judge = Judge(knowledge, rarity)
        self.verdicts = {**{(b, a): v for (a, b), v in verdicts.items()}, **verdicts}
        self.found: dict[tuple[str, str], Finding] = {}

    def links(self) -> list[Link]:
        for one, other, finding in self._all():
            pair = (one.raw, other.raw)
            if self.verdicts.get((one.key, other.key)) is not None:
                continue
            if finding.tier is Tier.DIFFERENT:
                continue
            known = self.found.get(pair)
            if known is None or finding.order > known.order:
                self.found[pair] = finding
        self._apply_verdicts()
        return sorted(
            (
                Link(
                    employer,
                    workplace,
                    finding.tier,
                    round(finding.score, 4),
                    finding.reason,
                    finding.relation,
                    finding.since,
                )
                for (employer, workplace), finding in self.found.items()
            ),
            key=surest_first,
        )

    def _all(self) -> Iterator[Found]:
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
                        self.found[one.raw, other.raw] = Finding(Tier.SAME, 1.0, "you said so")

    def _one_key(self) -> Iterator[Found]:
        for key, names in self.ones.by_key.items():
            for other in self.others.by_key.get(key, ()):
                for one in names:
                    yield one, other, self.judge.same_key(one, other)

    def _facts(self) -> Iterator[Found]:
        knowledge = self.knowledge
        for key in self.ones.by_key:
            for other_key in self.others.keys_of(knowledge.group(key)):
                if key != other_key and (finding := self.judge.known(key, other_key)):
                    yield from self._each(key, other_key, finding)
        yield from self._parts(self.ones, self.others, swapped=False)
        yield from self._parts(self.others, self.ones, swapped=True)

    def _parts(self, parts: Names, wholes: Names, *, swapped: bool) -> Iterator[Found]:
        for part_group in self.knowledge.parts:
            part_keys = parts.keys_of(part_group)
            if not part_keys:
                continue
            for whole_group, facts in self.knowledge.owners_of_group(part_group).items():
                for whole_key in wholes.keys_of(whole_group):
                    finding = self.judge.part_of(facts, whole_key)
                    for part_key in part_keys:
                        pair = (whole_key, part_key) if swapped else (part_key, whole_key)
                        yield from self._each(*pair, finding)

    def _each(self, key: str, other_key: str, finding: Finding) -> Iterator[Found]:
        for one in self.ones.by_key.get(key, ()):
            for other in self.others.by_key.get(other_key, ()):
                yield one, other, finding

    def _alternatives(self) -> Iterator[Found]:
        ones, others, group = self.ones, self.others, self.knowledge.group
        for names in ones.by_key.values():
            for one in names:
                for alternative in one.alternatives:
                    for key in others.keys_of(group(alternative.key)):
                        for other in others.by_key[key]:
                            if finding := self.judge.alternative(one, other, alternative.kind):
                                yield one, other, finding
                    for other, kind in others.by_alternative.get(alternative.key, ()):
                        if {kind, alternative.kind} <= {"spelling", "script"}:
                            if finding := self.judge.alternative(one, other, kind):
                                yield one, other, finding
        for key, names in ones.by_key.items():
            for other, kind in others.by_alternative_group.get(group(key), ()):
                for one in names:
                    if finding := self.judge.alternative(other, one, kind):
                        yield one, other, finding

    def _acronyms(self) -> Iterator[Found]:
        for tokens in self.ones.forms:
            if len(tokens) == 1:
                for long in self.others.by_initials.get(tokens[0], ()):
                    yield from self._initials(tokens, long)
            else:
                for initials in initials_of(tokens):
                    if initials in self.others.by_key:
                        yield from self._initials(tokens, (initials,))

    def _initials(self, tokens: Tokens, other_tokens: Tokens) -> Iterator[Found]:
        for one in self.ones.named(tokens):
            for other in self.others.named(other_tokens):
                yield one, other, self.judge.judge(one, other)

    def _compared(self) -> Iterator[Found]:
        spellings = self.others.slips(self.ones)
        distinct = self.knowledge.are_distinct
        found = candidates(self.ones.forms, self.others, self.rarity, spellings)
        for tokens, other_tokens, shared, whole in found:
            key, other_key = "".join(tokens), "".join(other_tokens)
            if key == other_key or distinct(key, other_key):
                continue
            if not reaches(key, other_key, shared, whole):
                continue
            finding = self.judge.compared(tokens, other_tokens, UNSURE)
            if finding.score >= UNSURE:
                for one in self.ones.named(tokens):
                    for other in self.others.named(other_tokens):
                        yield one, other, noted(finding, one, other)
