"""The plainest source there can be, for crawls of the server in conftest.py.

A board's token is the address of its list: `{"employer": …, "jobs": [{"id", "title"}], "next": …,
"also": […]}`. What a job lacks makes it unreadable.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from crawler.posting import NameOrigin, Posting
from crawler.sources.base import (
    Board,
    Employer,
    Fetch,
    Malformed,
    OnFailure,
    Reply,
    Source,
    Truncated,
    Unreadable,
    Yield,
)


class Plain(Source):
    name = "plain"
    title = "Plain"
    examples = {"http://plain.example/acme": "acme"}
    addresses = (re.compile(r"https?://plain\.example/(?P<token>\w+)"),)

    def board_url(self, token: str) -> str:
        return token

    def start(self, board: Board) -> Iterable[Fetch]:
        if board.token == "start fails":
            raise RuntimeError("no such thing")
        yield Fetch(board.token)

    def parse(self, reply: Reply, board: Board) -> Iterable[Yield]:
        data = reply.json()
        if not isinstance(data, dict) or not isinstance(data.get("jobs"), list):
            raise Malformed(f"{reply.url} has no list of jobs")
        for job in data["jobs"]:
            if job == "bug":
                raise KeyError("a bug in the source")
            if job == "nameless":
                yield Unreadable(None, "it is not a job")
            elif "title" not in job:
                yield Unreadable(job["id"], "it has no title")
            else:
                yield Posting(
                    external_id=job["id"],
                    title=job["title"],
                    url=f"http://plain.example/{job['id']}",
                    employer=job.get("employer"),
                    description=job.get("text", ""),
                )
        if data.get("employer"):
            yield Employer(data["employer"], NameOrigin.BOARD)
        if data.get("next"):
            yield Fetch(data["next"], on_failure=OnFailure.PARTIAL)
        for url in data.get("also", ()):
            yield Fetch(url, on_failure=OnFailure.IGNORE)
        if data.get("more"):
            raise Truncated(f"{reply.url} has more than will be read")


class Slow(Plain):
    """Plain, on a host whose source asks for a longer pause."""

    name = "slow"
    hosts = ("slow.example",)
    delay = 30.0


class Shrugging(Plain):
    """Plain, for which no single fetch matters."""

    name = "shrugging"

    def start(self, board: Board) -> Iterable[Fetch]:
        yield Fetch(board.token, on_failure=OnFailure.IGNORE)


SOURCES = {source.name: source for source in (Plain(), Slow(), Shrugging())}
