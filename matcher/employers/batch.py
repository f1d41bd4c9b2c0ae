"""Long lists, linked in shares: a pure function of each share, given what is known of the whole.

A share is one list and a slice of the other. What a pair is found to be hangs on the two names, on
the knowledge and verdicts, and on how rare words are over all names; so a share is told only the
latter, and the links of all shares are the links of the lists, however they are sliced. Whatever
runs the three steps of Share (threads, processes, machines) gets the same links.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import threading
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields
from multiprocessing.connection import Connection
from typing import Any, NamedTuple
from zlib import crc32

from matcher.employers.errors import WorkerError
from matcher.employers.knowledge import Knowledge
from matcher.employers.lexicon import common
from matcher.employers.link import Joiner, Link, surest_first
from matcher.employers.names import Names, count_words, fullness
from matcher.employers.rarity import Rarity

LARGE = 40_000
"""Names from which on a second process is worth its start."""
MOST_PROCESSES = 8
_NOTHING: Mapping[tuple[str, str], bool] = {}
_TELLING = 3
"""A word in fewer names than this weighs like one in none."""


class Tally(NamedTuple):
    """How many keys there are, and in how many of them each word is."""

    keys: int
    words: Mapping[str, int]

    @classmethod
    def total(cls, tallies: Iterable[Tally]) -> Tally:
        """The tallies of all shares in one, without the words that it makes no difference for."""
        keys, words = 0, Counter[str]()
        for tally in tallies:
            keys += tally.keys
            words.update(tally.words)
        background = common()
        return cls(keys, {w: n for w, n in words.items() if n >= _TELLING or w in background})


class Share:
    """One of `shares`: all names of one list and a slice of the other's."""

    def __init__(
        self,
        employers: Iterable[str],
        workplaces: Iterable[str],
        knowledge: Knowledge,
        *,
        number: int,
        shares: int,
        employers_sliced: bool,
    ) -> None:
        self.ones = Names(employers, knowledge)
        self.others = Names(workplaces, knowledge)
        self.knowledge = knowledge
        self.number, self.shares = number, shares
        self.whole, self.slice = self.ones, self.others
        if employers_sliced:
            self.whole, self.slice = self.slice, self.whole

    def forms(self) -> list[str]:
        """Step 1: the forms of the keys of the slice, a text for the share that counts each."""
        texts: list[list[str]] = [[] for _ in range(self.shares)]
        for key in self.slice.by_key:
            texts[_counted_by(key, self.shares)].append(" ".join(self.slice.form(key)))
        return ["\n".join(forms) for forms in texts]

    def tally(self, texts: Iterable[str]) -> Tally:
        """Step 2: counts the keys this share is to count, of the whole list and of all slices."""
        best = {
            key: self.whole.form(key)
            for key in self.whole.by_key
            if _counted_by(key, self.shares) == self.number
        }
        for text in texts:
            for line in text.split("\n") if text else ():
                tokens = tuple(line.split(" "))
                key = "".join(tokens)
                known = best.get(key)
                if known is None or fullness(tokens) > fullness(known):
                    best[key] = tokens
        return Tally(len(best), count_words(best.values()))

    def links(self, total: Tally, verdicts: Mapping[tuple[str, str], bool]) -> list[Link]:
        """Step 3: the links of the share, given the tallies of all shares."""
        rarity = Rarity.counted(total.words, total.keys)
        return Joiner(self.ones, self.others, self.knowledge, verdicts, rarity).links()


def _counted_by(key: str, shares: int) -> int:
    return crc32(key.encode("utf-8", "surrogatepass")) % shares if shares > 1 else 0


def link_in_shares(
    employers: Sequence[str],
    workplaces: Sequence[str],
    knowledge: Knowledge,
    verdicts: Mapping[tuple[str, str], bool] = _NOTHING,
    *,
    shares: int = 1,
) -> list[Link]:
    """As link(), one share after the other in this process."""
    all_shares = [
        Share(ones, others, knowledge, number=number, shares=shares, employers_sliced=sliced)
        for number, (ones, others, sliced) in enumerate(_slices(employers, workplaces, shares))
    ]
    texts = [share.forms() for share in all_shares]
    total = Tally.total(share.tally([text[share.number] for text in texts]) for share in all_shares)
    return _together(share.links(total, verdicts) for share in all_shares)


def link_in_processes(
    employers: Sequence[str],
    workplaces: Sequence[str],
    knowledge: Knowledge,
    verdicts: Mapping[tuple[str, str], bool] = _NOTHING,
    *,
    processes: int = 0,
) -> list[Link]:
    """As link(), a share in each of as many processes as there are processors to be had.

    The processes are spawned, so the main module of a program must be safe to import. Raises
    WorkerError when one of them ends early.
    """
    processes = processes or min(MOST_PROCESSES, _processors())
    if processes == 1 or multiprocessing.current_process().daemon:
        with uncollected():
            return link_in_shares(employers, workplaces, knowledge, verdicts)
    context = multiprocessing.get_context("spawn")
    workers = []
    pipes: list[Connection] = []
    try:
        for number, (ones, others, sliced) in enumerate(_slices(employers, workplaces, processes)):
            pipe, end = context.Pipe()
            worker = context.Process(target=_work, args=(end,), daemon=True)
            worker.start()
            end.close()
            workers.append(worker)
            pipes.append(pipe)
            given = (ones, others, knowledge, verdicts, number, processes, sliced)
            # A pipe holds little: were all sent from here, the second would wait for the first.
            threading.Thread(target=_send, args=(pipe, given), daemon=True).start()
        texts = _receive(pipes)
        for number, pipe in enumerate(pipes):
            pipe.send([text[number] for text in texts])
        total = Tally.total(_receive(pipes))
        for pipe in pipes:
            pipe.send(total)
        with uncollected():
            return _together(_links(columns) for columns in _receive(pipes))
    finally:
        for pipe in pipes:
            pipe.close()
        for worker in workers:
            worker.terminate()
            worker.join()


def _send(pipe: Connection, value: object) -> None:
    try:
        pipe.send(value)
    except OSError:
        pass  # The worker is gone; whoever receives from it says so.


def _receive(pipes: Iterable[Connection]) -> list[Any]:
    try:
        return [pipe.recv() for pipe in pipes]
    except (EOFError, OSError) as error:
        raise WorkerError(
            "a matcher process ended early; there may be too little memory"
        ) from error


def _work(pipe: Connection) -> None:
    gc.disable()
    try:
        ones, others, knowledge, verdicts, number, shares, sliced = pipe.recv()
        share = Share(
            ones, others, knowledge, number=number, shares=shares, employers_sliced=sliced
        )
        del ones, others
        pipe.send(share.forms())
        pipe.send(share.tally(pipe.recv()))
        pipe.send(_columns(share.links(pipe.recv(), verdicts)))
    except EOFError:
        pass  # The parent gave up.


def _slices(
    employers: Sequence[str], workplaces: Sequence[str], shares: int
) -> Iterator[tuple[Sequence[str], Sequence[str], bool]]:
    sliced = len(employers) > len(workplaces)
    longer = employers if sliced else workplaces
    for number in range(shares):
        part = longer[len(longer) * number // shares : len(longer) * (number + 1) // shares]
        yield (part, workplaces, True) if sliced else (employers, part, False)


def _together(parts: Iterable[list[Link]]) -> list[Link]:
    links = [link for part in parts for link in part]
    links.sort(key=surest_first)
    return links


def _columns(links: Sequence[Link]) -> list[Any]:
    """Links by column: soon packed, and what many of them share is packed once."""
    reasons: dict[str, str] = {}
    columns: list[Any] = []
    for field in fields(Link):
        values: Any = [getattr(link, field.name) for link in links]
        if field.name == "score":
            values = array("d", values)
        elif field.name == "reason":
            values = [reasons.setdefault(reason, reason) for reason in values]
        columns.append(values)
    return columns


def _links(columns: Sequence[Any]) -> list[Link]:
    return [Link(*row) for row in zip(*columns, strict=True)]


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def uncollected() -> Iterator[None]:
    """A million tuples that stay are not worth looking through for rings again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
