"""Joins two lists that have been taken apart: what every pair of their names is found to be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from typing import NamedTuple

import duckdb

from matcher.employers.candidates import candidates
from matcher.employers.engine import fill
from matcher.employers.judge import RANK, UNSURE, Finding, Judge, Relation, Tier, agree, noted
from matcher.employers.knowledge import Fact, Knowledge
from matcher.employers.names import Names
from matcher.employers.normalise import Normalised, normalise
from matcher.employers.rarity import Rarity
from matcher.employers.slips import misspellings


class Link(NamedTuple):
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


Row = tuple[int, float, str, str, str, Relation, str]
"""A link as it sorts and travels: rank and score below zero, employer, workplace, reason, relation
and since."""
_ONE_BY_ONE = 30
_TIER = {-rank: tier for tier, rank in RANK.items()}


def as_links(rows: Iterable[Row]) -> list[Link]:
    """The rows as links, in their order."""
    return [
        Link._make((employer, workplace, _TIER[rank], -score, reason, relation, since))
        for rank, score, employer, workplace, reason, relation, since in rows
    ]


Found = tuple[int, int, Finding]
"""Places of an employer and a workplace in their lists, and what they are to each other."""


class Joiner:
    """Joins two lists of one database, given twin, and total(word, n) over `keys` keys."""

    def __init__(
        self,
        ones: Names,
        others: Names,
        knowledge: Knowledge,
        verdicts: Mapping[tuple[str, str], bool],
        keys: int,
    ) -> None:
        self.ones, self.others, self.knowledge, self.keys = ones, others, knowledge, keys
        self.db, self.mine, self.theirs = ones.db, ones.prefix, others.prefix
        self.judge = Judge(self.knowledge, Rarity.counted(_Counts(self.db), keys))
        self.verdicts = {**{(b, a): v for (a, b), v in verdicts.items()}, **verdicts}

    def rows(self) -> list[Row]:
        """The links, the surest first."""
        # Names of one key are in no other part.
        found = {(one, other): finding for one, other, finding in self._one_key()}
        best: dict[tuple[int, int], Finding] = {}
        for part in (self._facts(), self._alternatives(), self._acronyms(), self._compared()):
            for one, other, finding in part:
                known = best.get((one, other))
                if known is None or finding.order > known.order:
                    best[one, other] = finding
        found.update(best)
        found.update(self._decided())
        employers, workplaces = self.ones.raw, self.others.raw
        return sorted(
            (-RANK[tier], -round(score, 4), employers[one], workplaces[other], reason, kind, since)
            for (one, other), (tier, score, reason, kind, since) in found.items()
            if tier is not Tier.DIFFERENT
        )

    def _decided(self) -> Iterator[tuple[tuple[int, int], Finding]]:
        """What a person has decided of the names there are."""
        if not self.verdicts:
            return
        keys = [key for key, _ in self.verdicts], [key for _, key in self.verdicts]
        table = "decided(key VARCHAR, other VARCHAR, same BOOLEAN)"
        fill(self.db, table, *keys, list(self.verdicts.values()))
        rows = self.db.execute(
            f"""
            SELECT a.id, b.id, same FROM decided
            JOIN {self.mine}_form AS one ON one.key = decided.key
            JOIN {self.theirs}_form AS other ON other.key = decided.other
            JOIN {self.mine}_name AS a ON a.form = one.form
            JOIN {self.theirs}_name AS b ON b.form = other.form"""
        ).fetchall()
        for one, other, same in rows:
            tier = Tier.SAME if same else Tier.DIFFERENT
            yield (one, other), Finding(tier, float(same), "you said so")

    def _one_key(self) -> Iterator[Found]:
        rows = self.db.execute(
            f"""
            SELECT a.id, a_form.text, a.signature, b.id, b_form.text, b.signature FROM twin
            JOIN {self.mine}_form AS a_form ON a_form.form = one
            JOIN {self.theirs}_form AS b_form ON b_form.form = other
            JOIN {self.mine}_name AS a ON a.form = one
            JOIN {self.theirs}_name AS b ON b.form = other"""
        )
        usual: dict[tuple[int, int], Finding] = {}
        is_usual = cache(self.judge.is_usual)
        for one, text, signature, other, other_text, other_signature in rows.fetchall():
            beside = signature, other_signature
            finding = usual.get(beside) if is_usual(text) else None
            if finding is None:
                name = self.ones.normalised(one, text, signature)
                other_name = self.others.normalised(other, other_text, other_signature)
                finding = self.judge.same_key(name, other_name)
                if is_usual(text) and agree(name, other_name):
                    usual[beside] = finding
            yield one, other, finding

    def _facts(self) -> Iterator[Found]:
        knowledge = self.knowledge
        ones, others = self.ones.known, self.others.known
        for key in ones:
            for other_key in knowledge.names_of(knowledge.group(key)):
                if key != other_key and other_key in others:
                    if finding := self.judge.known(key, other_key):
                        yield from _each(ones[key], others[other_key], finding)
        for part, whole, facts in self._parts(ones, others):
            yield from _each(ones[part], others[whole], self.judge.part_of(facts, whole))
        for part, whole, facts in self._parts(others, ones):
            yield from _each(ones[whole], others[part], self.judge.part_of(facts, whole))

    def _parts(
        self, parts: Mapping[str, Sequence[int]], wholes: Mapping[str, Sequence[int]]
    ) -> Iterator[tuple[str, str, tuple[Fact, ...]]]:
        """Keys of a brand or subsidiary and of its owner, and the facts that say so."""
        knowledge = self.knowledge
        for part in parts:
            for owner, facts in knowledge.owners_of_group(knowledge.group(part)).items():
                for whole in knowledge.names_of(owner):
                    if whole in wholes:
                        yield part, whole, facts

    def _alternatives(self) -> Iterator[Found]:
        """Names that give another name: to those that have it, and to those that give it too."""
        for holders, named, swapped in (
            (self.ones, self.others, False),
            (self.others, self.ones, True),
        ):
            if holders.gives_others:
                pair = "name.id, also.id" if swapped else "also.id, name.id"
                given = f"""
                    SELECT {pair}, kind
                    FROM {holders.prefix}_other AS also JOIN {named.prefix}_form USING (key)
                    JOIN {named.prefix}_name AS name USING (form)"""
                for one, other, at, other_at, kind in self._named(given):
                    found = (other, one) if swapped else (one, other)
                    if finding := self.judge.alternative(*found, kind):
                        yield at, other_at, finding
        if self.ones.gives_others and self.others.gives_others:
            both = f"""
                SELECT one.id, other.id, other.kind
                FROM {self.mine}_other AS one JOIN {self.theirs}_other AS other USING (key)
                WHERE one.kind IN ('spelling', 'script') AND other.kind IN ('spelling', 'script')"""
            for one, other, at, other_at, kind in self._named(both):
                if finding := self.judge.alternative(one, other, kind):
                    yield at, other_at, finding

    def _acronyms(self) -> Iterator[Found]:
        pairs = f"""
            SELECT short.form AS one, long.form AS other
            FROM {self.mine}_form AS short JOIN {self.others.initials} AS long ON key = initials
            WHERE short.text = key
            UNION ALL
            SELECT long.form, short.form
            FROM {self.theirs}_form AS short JOIN {self.ones.initials} AS long ON key = initials
            WHERE short.text = key"""
        query = f"""
            SELECT a.id, b.id, NULL FROM ({pairs}) JOIN {self.mine}_name AS a ON a.form = one
            JOIN {self.theirs}_name AS b ON b.form = other"""
        for one, other, at, other_at, _ in self._named(query):
            yield at, other_at, self.judge.judge(one, other)

    def _compared(self) -> Iterator[Found]:
        """What the words alone say."""
        misspellings(self.ones, self.others)
        ones: list[int] = []
        others: list[int] = []
        findings: list[Finding] = []
        are_distinct, compared = self.knowledge.are_distinct, self.judge.compared
        for one, other, text, other_text in candidates(self.ones, self.others, self.keys):
            if not are_distinct(text.replace(" ", ""), other_text.replace(" ", "")):
                finding = compared(tuple(text.split(" ")), tuple(other_text.split(" ")), UNSURE)
                if finding.score >= UNSURE:
                    ones.append(one)
                    others.append(other)
                    findings.append(finding)
        table = "found(nth INTEGER, one INTEGER, other INTEGER)"
        fill(self.db, table, range(len(ones)), ones, others)
        rows = self.db.execute(
            f"""
            SELECT nth, a.id, a.signature, b.id, b.signature FROM found
            JOIN {self.mine}_name AS a ON a.form = one
            JOIN {self.theirs}_name AS b ON b.form = other"""
        )
        beside, other_beside = self.ones.signatures, self.others.signatures
        for nth, at, signature, other_at, other_signature in rows.fetchall():
            yield (
                at,
                other_at,
                noted(findings[nth], beside[signature], other_beside[other_signature]),
            )

    def _named(self, pairs: str) -> Iterator[tuple[Normalised, Normalised, int, int, str]]:
        """The few pairs of places that a query finds, with their names and what stands beside."""
        for one, other, kind in self.db.execute(pairs).fetchall():
            yield normalise(self.ones.raw[one]), normalise(self.others.raw[other]), one, other, kind


class _Counts:
    """total(word, n), read when many words are asked for: the findings of most names hang on none,
    those of a few names on few."""

    def __init__(self, db: duckdb.DuckDBPyConnection) -> None:
        self._db = db
        self._asked = 0

    def get(self, word: str, default: int = 0) -> int:
        self._asked += 1
        if self._asked > _ONE_BY_ONE:
            return self._words.get(word, default)
        found = self._db.execute("SELECT n FROM total WHERE word = ?", [word]).fetchone()
        return int(found[0]) if found else default

    @cached_property
    def _words(self) -> Mapping[str, int]:
        return dict(self._db.execute("FROM total").fetchall())


def _each(ones: Iterable[int], others: Sequence[int], finding: Finding) -> Iterator[Found]:
    return ((one, other, finding) for one in ones for other in others)
