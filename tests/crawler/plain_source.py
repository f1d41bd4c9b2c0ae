"""The plainest source there can be, for crawls of the server in conftest.py.

A board's token is the address of its list: `{"employer": …, "jobs": [{"id", "title"}], "next": …,
"also": […]}`. What a job lacks makes it unreadable.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta

from crawler.fields import posting
from crawler.moments import moment
from crawler.paging import Pages
from crawler.posting import NameOrigin, Posting
from crawler.relative import relative
from crawler.sources.base import (
    Board,
    Budget,
    Employer,
    Feed,
    Fetch,
    Listed,
    Malformed,
    Need,
    OnFailure,
    Reply,
    Source,
    Throttled,
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


class Twofold(Plain):
    """Plain, at one of two addresses."""

    name = "twofold"

    def start(self, board: Board) -> Iterable[Fetch]:
        other = Fetch(board.token.replace("first.", "second."))
        yield Fetch(board.token, otherwise=other)


class Detailed(Plain):
    """A list whose jobs say `page`, the address of what else there is, and maybe a `version`."""

    name = "detailed"
    max_details = 3

    def parse(self, reply: Reply, board: Board) -> Iterable[Yield]:
        if reply.listed is not None:
            more = reply.json()
            if more.get("slower"):
                raise Throttled(f"{reply.url} asks for fewer requests")
            reply.listed.employer = more.get("employer")
            reply.listed.description = more["text"]
            yield reply.listed
            return
        data = reply.json()
        for job in data["jobs"]:
            found = posting(job["id"], job.get("title"), f"http://plain.example/{job['id']}")
            found.published_at, found.published_precision = relative(job.get("age"), reply.at)
            yield Listed(Fetch(job["page"]), found, version=job.get("version", ""))
        if data.get("next"):
            yield Fetch(data["next"])


class Addresses(Plain):
    """A list of mere addresses with a version each; the pages are Plain's lists."""

    name = "addresses"

    def parse(self, reply: Reply, board: Board) -> Iterable[Yield]:
        data = reply.json()
        if "pages" not in data:
            yield from super().parse(reply, board)
            return
        for url, version in data["pages"].items():
            yield Listed(Fetch(url, on_failure=OnFailure.PARTIAL), version=version)


class Posted(Plain):
    """Plain, asked by POST for page after page."""

    name = "posted"
    posts = True

    def start(self, board: Board) -> Iterable[Fetch]:
        yield Fetch(board.token, json={"page": 0}, note=Pages(2))

    def parse(self, reply: Reply, board: Board) -> Iterable[Yield]:
        yield from super().parse(reply, board)
        jobs = reply.json()["jobs"]
        if onward := reply.note.next([job["id"] for job in jobs]):
            yield Fetch(board.token, json={"page": onward.number}, note=onward)


class Undeclared(Posted):
    """Posted, without saying that it posts."""

    name = "undeclared"
    posts = False


class Keyed(Plain):
    name = "keyed"
    needs = (
        Need("key", "https://plain.example/keys", header="X-Key", prefix="Bearer "),
        Need("id", "https://plain.example/ids", query="app_id"),
    )
    hosts = ("keyed.example",)


class Tokened(Plain):
    """Each board may have a token, and is refused once it must."""

    name = "tokened"
    needs = (
        Need("tokens", "the employer", header="X-Token", required=False, per_board=True),
    )  # fmt: skip


class Off(Plain):
    name = "off"
    title = "Off"
    on = False
    why_off = "its terms ask not to be read by programs"


class Limited(Plain):
    name = "limited"
    hosts = ("limited.example",)
    budget = (Budget(4, 86_400),)


class Daily(Plain):
    name = "daily"
    read_every = timedelta(days=1)


class Newest(Feed):
    """A feed of the newest: pages of Plain's lists, read until a posting is known."""

    name = "newest"
    title = "Newest"
    home = "https://newest.example/jobs"
    expires_after = timedelta(days=30)

    def start(self, board: Board) -> Iterable[Fetch]:
        yield Fetch("http://newest.example/list")

    def parse(self, reply: Reply, board: Board) -> Iterable[Yield]:
        data = reply.json()
        for job in data["jobs"]:
            found = posting(job["id"], job["title"], f"http://newest.example/{job['id']}")
            found.employer = job.get("employer")
            found.published_at, found.published_precision = moment(job.get("published"))
            yield found
        if data.get("next"):
            yield Fetch(data["next"], until_known=True)


SOURCES = {
    kind.name: kind()
    for kind in (
        Plain,
        Slow,
        Shrugging,
        Twofold,
        Detailed,
        Addresses,
        Posted,
        Undeclared,
        Keyed,
        Tokened,
        Off,
        Limited,
        Daily,
        Newest,
    )
}
