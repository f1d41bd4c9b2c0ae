"""Python programs in processes of their own, without the second that each takes to import Scrapy.

One process imports what they have in common, and is forked for each. A reactor runs once a process,
so crawls cannot share one. Where there is no fork, programs are started as ever.
"""

from __future__ import annotations

import atexit
import json
import os
import pkgutil
import runpy
import selectors
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from matcher.employers import load
from tests import facts

ROOT = Path(__file__).resolve().parents[1]
IMPORTED = (
    *("cli.acquaintances", "cli.crawl", "cli.main", "cli.probing", "cli.source_settings"),
    *("cli.trust", "cli.turns", "crawler.relative", "crawler.run", "matcher.employers.link"),
    *("matcher.employers.load", "matcher.postings.grouping", "matcher.targets.rank"),
    *("scrapy.core.downloader.handlers.http11", "scrapy.dupefilters", "scrapy.squeues"),
    *("scrapy.extensions.feedexport", "scrapy.extensions.memusage"),
    *("scrapy.extensions.remote_control", "scrapy.extensions.telnet"),
)
ALL_OF = ("crawler.sources", "scrapy.downloadermiddlewares")
"""What crawls import, and packages of which they import nearly all."""


def run(
    arguments: Sequence[str],
    *,
    stdin: bytes = b"",
    env: Mapping[str, str] = os.environ,
    cwd: Path | None = None,
    timeout: float = 120,
) -> subprocess.CompletedProcess[bytes]:
    """`python ARGUMENTS`, which are a script's path or -m and a module, then its own.

    Raises subprocess.TimeoutExpired.
    """
    where = str(cwd or Path.cwd())
    if not hasattr(os, "fork"):
        return subprocess.run(
            [sys.executable, *arguments],
            input=stdin,
            capture_output=True,
            env=env,
            cwd=where,
            timeout=timeout,
        )
    with _streams(stdin) as streams:
        job = {"arguments": arguments, "streams": streams, "env": dict(env), "cwd": where}
        code = _original().ask(job, timeout)
        out, err = (Path(stream).read_bytes() for stream in streams[1:])
    return subprocess.CompletedProcess(arguments, code, out, err)


@contextmanager
def _streams(stdin: bytes) -> Iterator[list[str]]:
    """Files that stand for the three standard streams."""
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / str(number) for number in range(3)]
        for file, data in zip(files, (stdin, b"", b""), strict=True):
            file.write_bytes(data)
        yield list(map(str, files))


class _Original:
    """The process that is forked."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.warm"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,  # what is read ahead would not be seen to have come
            env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        )
        atexit.register(self._process.communicate)  # it ends with its input

    def ask(self, job: Mapping[str, Any], timeout: float) -> int:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(job).encode() + b"\n")
        self._process.stdin.flush()
        with selectors.DefaultSelector() as answers:
            answers.register(self._process.stdout, selectors.EVENT_READ)
            pid = int(self._process.stdout.readline())
            if not answers.select(timeout):
                os.kill(pid, 9)
                self._process.stdout.readline()
                raise subprocess.TimeoutExpired(job["arguments"], timeout)
        return int(self._process.stdout.readline())


@cache
def _original() -> _Original:
    return _Original()


def _fork_for_each_job() -> None:
    for package in map(import_module, ALL_OF):
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            import_module(module.name)
    for name in IMPORTED:
        import_module(name)
    load.load_knowledge = facts.read_once()
    assert "twisted.internet.reactor" not in sys.modules, "each process is to have its own"
    for line in sys.stdin:
        job = json.loads(line)
        if not (pid := os.fork()):
            _become(job)
            break
        print(pid, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)


def _become(job: Mapping[str, Any]) -> None:
    """Run a job as if this process had been started for it."""
    for number, stream in enumerate(job["streams"]):
        os.dup2(os.open(stream, os.O_RDWR), number)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    os.environ.clear()
    os.environ.update(job["env"])
    time.tzset()
    os.chdir(job["cwd"])
    first, *rest = job["arguments"]
    if first == "-m":
        sys.argv = rest
        runpy.run_module(rest[0], run_name="__main__", alter_sys=True)
    else:
        sys.argv = job["arguments"]
        sys.path.insert(0, str(Path(first).parent))
        runpy.run_path(first, run_name="__main__")


if __name__ == "__main__":
    _fork_for_each_job()
