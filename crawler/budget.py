"""Requests counted over all runs, for hosts that grant so many in so much time.

The count lives in one small file of the home (`requests.json`: host names and times, nothing
else). It is written before a request leaves, so that a run that is killed has counted it.
"""

from __future__ import annotations

import json
import math
import time
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from crawler.sources.base import Budget

EVEN_PACE_UP_TO = 3600.0
"""Seconds. A budget by the minute or hour is spread evenly, one by the day is not: a run would
take the day."""


def even_pause(budget: Sequence[Budget]) -> float:
    """Seconds between two requests that keep within the short budgets."""
    short = (b.seconds / b.requests for b in budget if b.seconds <= EVEN_PACE_UP_TO)
    return max(short, default=0.0)


def span(seconds: float) -> str:
    """ "10 min", "2 h", "3 d": a rounded time for a message."""
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 1.5 * size or (seconds >= size and seconds % size == 0):
            return f"{math.ceil(seconds / size)} {unit}"
    return f"{math.ceil(seconds)} s"


class Budgets:
    """What was asked of each host, against what it grants.

    Args:
        granted: host -> its budgets.
        file: where the count is kept; None keeps it for this run only.
    """

    def __init__(
        self,
        granted: Mapping[str, Sequence[Budget]],
        file: Path | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._granted = {host: tuple(budget) for host, budget in granted.items() if budget}
        self._file = file
        self._clock = clock
        self._asked: dict[str, list[float]] = _read(file) if self._granted else {}

    def wait(self, host: str) -> tuple[float, Budget | None]:
        """Seconds until the host may be asked again, and the budget that says so."""
        now = self._clock()
        asked = self._asked.get(host, [])
        longest, whose = 0.0, None
        for budget in self._granted.get(host, ()):
            within = asked[bisect_right(asked, now - budget.seconds) :]
            if len(within) >= budget.requests:
                seconds = within[-budget.requests] + budget.seconds - now
                if seconds > longest:
                    longest, whose = seconds, budget
        return longest, whose

    def spend(self, host: str) -> None:
        """Count a request that is about to leave."""
        if host not in self._granted:
            return
        now = self._clock()
        longest = max(budget.seconds for budget in self._granted[host])
        kept = [t for t in self._asked.get(host, []) if now - longest < t <= now]
        self._asked[host] = [*kept, now]
        if self._file is not None:
            draft = self._file.with_name(f".{self._file.name}.part")
            draft.write_text(json.dumps(self._asked), encoding="utf-8")
            draft.replace(self._file)


def _read(file: Path | None) -> dict[str, list[float]]:
    """The count so far. A damaged file is worth an empty one: it only guards our manners."""
    if file is None or not file.exists():
        return {}
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
        return {host: sorted(filter(math.isfinite, times)) for host, times in kept.items()}
    except (ValueError, TypeError, AttributeError):
        return {}
