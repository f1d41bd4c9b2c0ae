"""Chains of referrals: who led to whom, how far, and where a chain ended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from matcher.asks.stages import talked_with
from store.asks import Ask, Referral


@dataclass(slots=True)
class Node:
    """A contact in a chain: how they came into it, what became of asking them, whom they named."""

    contact_id: int
    named_on: date | None = None
    asks: list[Ask] = field(default_factory=list)
    named: list[Node] = field(default_factory=list)

    @property
    def state(self) -> str:
        """How far it is with this person."""
        if not self.asks:
            return "not asked yet"
        return self.asks[-1].stage.replace("_", " ")

    @property
    def is_dead_end(self) -> bool:
        """Whether nobody was named where somebody might have been: after a talk, a no, silence."""
        ends = ("talked", "thanked", "closed", "declined", "no_reply")
        return not self.named and bool(self.asks) and self.asks[-1].stage in ends

    @property
    def depth(self) -> int:
        """The longest chain of namings from here."""
        return 1 + max(one.depth for one in self.named) if self.named else 0

    @property
    def led_to(self) -> int:
        """How many people this one led to, directly or through others."""
        return sum(1 + one.led_to for one in self.named)

    def walk(self, level: int = 0) -> Iterator[tuple[int, Node]]:
        """This node and all below it, each with its level."""
        yield level, self
        for one in self.named:
            yield from one.walk(level + 1)


def chains(asks: Sequence[Ask], referrals: Iterable[Referral]) -> list[Node]:
    """A tree for each contact with whom a chain began, the most fruitful first.

    Whoever was named by several stands where they were named first.
    """
    nodes: dict[int, Node] = {}
    for ask in asks:
        for contact in {ask.contact_id, talked_with(ask)}:
            nodes.setdefault(contact, Node(contact)).asks.append(ask)
    below: set[int] = set()
    for one in referrals:
        child = nodes.setdefault(one.contact_id, Node(one.contact_id))
        parent = nodes.setdefault(one.named_by, Node(one.named_by))
        if child.contact_id in below or any(child is n for _, n in parent.walk()):
            continue
        if any(parent is n for _, n in child.walk()):
            continue  # they named each other
        child.named_on = one.on
        parent.named.append(child)
        below.add(child.contact_id)
    roots = [n for n in nodes.values() if n.contact_id not in below]
    return sorted(roots, key=lambda n: (-n.led_to, -n.depth, n.contact_id))
