"""Employers on postings, workplaces of contacts: which names are one employer, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from matcher.employers.engine import engine, memory
from matcher.employers.joining import Joiner, Link, as_links, surest_first
from matcher.employers.judge import Relation, Tier
from matcher.employers.knowledge import Knowledge
from matcher.employers.names import meet, take_apart
from matcher.employers.processes import link_in_processes, processors
from matcher.employers.tally import count, total
from matcher.uncollected import uncollected

__all__ = ["Link", "Relation", "Tier", "link", "surest_first"]

LARGE = 40_000
"""Names from which on a second process is worth its start."""
_NOTHING: Mapping[tuple[str, str], bool] = {}


def link(
    employers: Iterable[str],
    workplaces: Iterable[str],
    knowledge: Knowledge,
    verdicts: Mapping[tuple[str, str], bool] = _NOTHING,
    *,
    processes: int = 0,
) -> list[Link]:
    """Joins two lists of names; the result is the same in whatever order they come.

    `verdicts` are a person's decisions on pairs of keys (see normalise.key), in either order: True
    makes a pair `same`, False takes it out, whatever the names look like. Names of no employer
    (freelance, stealth…) join nothing. Links come the surest first, then by name. Long lists are
    worked on in as many processes as there are processors, or as `processes` says; where these
    have to be spawned, the main module of a program must be safe to import.

    Raises TooLarge when the lists do not fit into memory, WorkerError when a process ends early.
    """
    employers, workplaces = list(dict.fromkeys(employers)), list(dict.fromkeys(workplaces))
    if not processes and len(employers) + len(workplaces) >= LARGE:
        processes = processors()
    with uncollected():
        if processes > 1:
            return link_in_processes(employers, workplaces, knowledge, verdicts, processes)
        with memory():
            db = engine(knowledge)
            ones, others = take_apart(db, knowledge, employers=employers, workplaces=workplaces)
            count(others)
            meet(ones, others)
            return as_links(Joiner(ones, others, knowledge, verdicts, total(ones, others)).rows())
