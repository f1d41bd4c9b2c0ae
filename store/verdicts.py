"""The user's word on pairs of names. It lies in the network database: workplaces are people's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple, dataclass
from datetime import datetime
from operator import attrgetter

from store.database import Connection as Duck
from store.database import Database


@dataclass(frozen=True, slots=True)
class Verdict:
    """The user's word on whether two names are one employer, and when it was given."""

    employer_key: str
    workplace_key: str
    employer: str
    workplace: str
    same: bool
    decided_at: datetime


def list_verdicts(db: Database) -> list[Verdict]:
    """Every verdict, the oldest first."""
    with db.read() as duck:
        rows = duck.execute(
            "SELECT employer_key, workplace_key, employer, workplace, same, decided_at "
            "FROM verdicts ORDER BY decided_at, rowid"
        ).fetchall()
    return [Verdict(*row) for row in rows]


def add_verdicts(db: Database, verdicts: Iterable[Verdict]) -> int:
    """Store verdicts, unless a later one on the same two names, in either order, is there.

    Returns how many were new or changed what was decided.
    """
    with db.write() as duck:
        known = {
            frozenset((employer, workplace)): (decided_at, same)
            for employer, workplace, decided_at, same in duck.execute(
                "SELECT employer_key, workplace_key, decided_at, same FROM verdicts"
            ).fetchall()
        }
        changed = 0
        for verdict in sorted(verdicts, key=attrgetter("decided_at")):
            names = frozenset((verdict.employer_key, verdict.workplace_key))
            before = known.get(names)
            if before is not None and before[0] > verdict.decided_at:
                continue
            changed += before is None or before[1] != verdict.same
            known[names] = (verdict.decided_at, verdict.same)
            if before is not None:
                _forget_verdict(duck, verdict)
            duck.execute("INSERT INTO verdicts VALUES (?, ?, ?, ?, ?, ?)", [*astuple(verdict)])
    return changed


def remove_verdict(db: Database, verdict: Verdict) -> None:
    """Take the user's word on two names back: they are as if never decided."""
    with db.write() as duck:
        _forget_verdict(duck, verdict)


def _forget_verdict(duck: Duck, verdict: Verdict) -> None:
    keys = [verdict.employer_key, verdict.workplace_key]
    duck.execute(
        "DELETE FROM verdicts WHERE (employer_key = $1 AND workplace_key = $2) "
        "OR (employer_key = $2 AND workplace_key = $1)",
        keys,
    )
