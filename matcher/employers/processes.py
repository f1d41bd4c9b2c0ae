"""One share of long lists a process, on every processor there is."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from matcher.employers.batch import Share, sliced
from matcher.employers.errors import WorkerError
from matcher.employers.joining import Link, as_links
from matcher.employers.knowledge import Knowledge
from matcher.employers.tally import Tally
from matcher.uncollected import uncollected

MOST_PROCESSES = 8


def processors() -> int:
    """Processors that may be used; 1 in a process that may have no others of its own."""
    if multiprocessing.current_process().daemon:
        return 1
    if hasattr(os, "sched_getaffinity"):
        return min(MOST_PROCESSES, len(os.sched_getaffinity(0)))
    return min(MOST_PROCESSES, os.cpu_count() or 1)


def link_in_processes(
    employers: Sequence[str],
    workplaces: Sequence[str],
    knowledge: Knowledge,
    verdicts: Mapping[tuple[str, str], bool],
    number: int,
) -> list[Link]:
    """As link(): this process takes the first of so many shares, others the rest."""
    knowledge.derive()
    first, *rest = sliced(employers, workplaces, number)
    with _others([(part, number, knowledge, verdicts) for part in rest]) as others:
        share = Share(*first, knowledge, shares=number, threads=1)
        told = [share.forms(), *map(_received, others)]
        for at, other in enumerate(others, start=1):
            _send(other, [texts[at] for texts in told])
        tallies = [share.tally([texts[0] for texts in told]), *map(_received, others)]
        total = Tally.total(tallies)
        for other in others:
            _send(other, total)
        rows = share.rows(total, verdicts)
        for other in others:
            rows += _received(other)
        rows.sort()
        return as_links(rows)


def _serve(
    here: Connection,
    elsewhere: Sequence[Connection],
    part: tuple[Sequence[str], Sequence[str], int, bool],
    shares: int,
    knowledge: Knowledge,
    verdicts: Mapping[tuple[str, str], bool],
) -> None:
    """The other end: a share of its own, its three steps, and what goes wrong in them."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # It ends with the process that asked.
    for connection in elsewhere:
        connection.close()
    with uncollected():
        try:
            share = Share(*part, knowledge, shares=shares, threads=1)
            here.send(share.forms())
            here.send(share.tally(here.recv()))
            here.send(share.rows(here.recv(), verdicts))
        except EOFError:
            pass
        except Exception as error:
            here.send(error)
    os._exit(0)  # Nothing is left to be put away, and the memory is let go of sooner.


@contextmanager
def _others(tasks: Sequence[tuple[Any, ...]]) -> Iterator[list[Connection]]:
    """The near ends of pipes to processes that _serve() each task; which end with the block."""
    context = _context()
    near: list[Connection] = []
    started = []
    try:
        for task in tasks:
            here, there = context.Pipe()
            near.append(here)
            # Forked processes have the near ends of all pipes too, and would never see one close.
            inherited = near if context.get_start_method() == "fork" else []
            process = context.Process(target=_serve, args=(there, inherited, *task), daemon=True)
            process.start()
            started.append(process)
            there.close()
        yield near
    finally:
        for connection in near:
            connection.close()
        for process in started:  # What it was asked has been answered, or nobody waits for it.
            process.kill()
            process.join()
            process.close()


def _context() -> Any:
    """Forked, which is soon done, where no other thread could be in the midst of something."""
    alone = sys.platform == "linux" and len(list(Path("/proc/self/task").iterdir())) == 1
    return multiprocessing.get_context("fork" if alone else "spawn")


def _received(other: Connection) -> Any:
    with _alive():
        found = other.recv()
    if isinstance(found, Exception):
        raise found
    return found


def _send(other: Connection, what: Any) -> None:
    with _alive():
        other.send(what)


@contextmanager
def _alive() -> Iterator[None]:
    try:
        yield
    except (EOFError, OSError) as error:
        raise WorkerError(
            "a matcher process ended early; there may be too little memory"
        ) from error
