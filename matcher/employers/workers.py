"""The part of the work that is Python's, on every processor where there is enough of it."""

from __future__ import annotations

import gc
import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Any, Self, TypeVar

from matcher.employers.errors import WorkerError
from matcher.employers.knowledge import Knowledge

MOST_PROCESSES = 8
Task = TypeVar("Task")
Result = TypeVar("Result")
Job = Callable[[Knowledge, Task], Result]
"""A function of a module: what is known, and the task."""


class Workers:
    """Does jobs in this process, or in others once it is told to start some.

    The processes are spawned, so the main module of a program must be safe to import.
    """

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.number = 1
        self._pool: ProcessPoolExecutor | None = None

    def start(self, processes: int = 0) -> None:
        """From here on in as many processes as there are processors to be had, or as given."""
        number = processes or min(MOST_PROCESSES, _processors())
        if number == 1 or multiprocessing.current_process().daemon:
            return
        self.number = number
        self.knowledge.derive()
        self._pool = ProcessPoolExecutor(
            number,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_begin,
            initargs=(self.knowledge,),
        )
        for _ in range(number):
            self._pool.submit(int)  # They get ready while SQL is at work here.

    def run(self, job: Job[Task, Result], tasks: Sequence[Task]) -> Iterator[Result]:
        """The results in the order of the tasks; all of which are under way before the first.

        Raises WorkerError, here or as they are read, when a process ends early.
        """
        if self._pool is None or len(tasks) == 1:
            return (job(self.knowledge, task) for task in tasks)
        with _all_alive():
            return _results([self._pool.submit(_work, job, task) for task in tasks])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None


def _results(futures: list[Future[Result]]) -> Iterator[Result]:
    with _all_alive():
        for future in futures:
            yield future.result()


@contextmanager
def _all_alive() -> Iterator[None]:
    try:
        yield
    except BrokenProcessPool as error:
        raise WorkerError(
            "a matcher process ended early; there may be too little memory"
        ) from error


_knowledge: Knowledge


def _begin(knowledge: Knowledge) -> None:
    global _knowledge
    _knowledge = knowledge
    gc.disable()


def _work(job: Job[Any, Result], task: Any) -> Result:
    return job(_knowledge, task)


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
