"""What a source is: where its boards live, and how a reply becomes postings.

Sources know nothing of Scrapy. They are pure functions from replies to postings and
further fetches, so that a fixture file is all a test needs, and `inroad boards` can ask
them about an address without loading a crawler.
"""

from __future__ import annotations

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar
from urllib.parse import urlsplit

from crawler.posting import NameOrigin, Posting


class Outcome(StrEnum):
    """How the reading of one board ended. Only a complete ok (or empty) read is evidence."""

    OK = "ok"
    EMPTY = "empty"
    NOT_FOUND = "not_found"
    REFUSED = "refused"
    THROTTLED = "throttled"
    MALFORMED = "malformed"
    TRUNCATED = "truncated"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Board:
    """One employer's list on one source."""

    source: str
    token: str
    employer: str | None = None
    employer_origin: NameOrigin | None = None

    def __str__(self) -> str:
        return f"{self.source}:{self.token}"


class OnFailure(StrEnum):
    """What a failed fetch means for the board that asked for it."""

    FATAL = "fatal"  # the read ends with the failure's outcome
    PARTIAL = "partial"  # the read goes on, but is no longer evidence that anything closed
    IGNORE = "ignore"  # nothing is lost (the employer's name, a sitemap that may not exist)


@dataclass(frozen=True, slots=True)
class Fetch:
    """A read the source wants made for a board: a GET, or with `json` a POST of that, which
    only a source whose `posts` is true may ask for. `note` comes back with the reply."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    note: Any = None
    on_failure: OnFailure = OnFailure.FATAL
    accept_status: tuple[int, ...] = ()
    """Statuses besides 200 that the source wants to see itself rather than have judged."""
    json: Any = None
    until_known: bool = False
    """Not made once the reply that asks for it brought a posting of an earlier read that was
    whole: for feeds whose newest pages are all that is new."""
    otherwise: Fetch | None = None
    """Made in place of this one where what it asks for is not there, is refused, or is something
    else altogether: for boards that live at one of two addresses."""

    @property
    def method(self) -> str:
        return "GET" if self.json is None else "POST"

    @property
    def body(self) -> bytes:
        return b"" if self.json is None else json.dumps(self.json).encode()

    @property
    def identity(self) -> str:
        """What makes two fetches the same request."""
        return f"{self.method} {self.url} {self.body.decode()}".rstrip()


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer, body decompressed. `url` is the asked-for address after redirects."""

    url: str
    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    """Lower-case names."""
    note: Any = None
    listed: Posting | None = None
    """To a `Listed.detail`: a copy of what the list said of the posting, to be filled in."""
    at: datetime = field(default_factory=_now)
    """When it came, naive UTC: what "3 days ago" counts from."""

    @property
    def host(self) -> str:
        """Who answered: another one than was asked, after a redirect within its site."""
        return urlsplit(self.url).hostname or ""

    @property
    def text(self) -> str:
        match = re.search(r"charset=[\"']?([\w.:-]+)", self.headers.get("content-type", ""))
        for encoding in (match and match[1], "utf-8"):
            try:
                return self.body.decode(encoding or "utf-8")
            except (LookupError, UnicodeDecodeError):
                continue
        return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        """The body as JSON.

        Raises:
            Truncated: the document ends before it is complete.
            Malformed: it is not JSON at all (an HTML page, say).
        """
        try:
            return json.loads(self.body)
        except UnicodeDecodeError as error:
            raise Malformed(f"{self.url} is not UTF-8 JSON") from error
        except RecursionError as error:
            raise Malformed(f"{self.url} nests too deeply to be a job list") from error
        except ValueError as error:
            if _breaks_off(self.body, error):
                raise Truncated(f"{self.url} ends in the middle of its JSON") from error
            raise Malformed(f"{self.url} did not answer with JSON") from error


def _breaks_off(body: bytes, error: ValueError) -> bool:
    """Whether a JSON document stops before its last bracket is closed, rather than being wrong."""
    whole = body.strip()
    closed = {b"{": b"}", b"[": b"]"}.get(whole[:1])
    if closed is None or not isinstance(error, json.JSONDecodeError) or error.msg == "Extra data":
        return False
    at_the_end = error.pos >= len(error.doc.rstrip())
    return at_the_end or whole[-1:] != closed or error.msg.startswith("Unterminated string")


@dataclass(frozen=True, slots=True)
class Employer:
    """The employer's name, learned while reading a board."""

    name: str
    origin: NameOrigin


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A posting that is there but could not be read. Without an id the read stops being
    evidence that anything closed; with one, that posting simply counts as seen."""

    external_id: str | None
    why: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A posting that a list names and another page tells more of.

    `detail` is fetched once, and again only when the list says something else of the posting:
    other fields in `posting`, or another `version` (what the list has besides, such as the time
    of the last edit). Until it was read, `posting` is what is stored. Where a list has nothing
    but addresses there is no `posting`, and what becomes of the page is `detail.on_failure`'s.
    """

    detail: Fetch
    posting: Posting | None = None
    version: str = ""

    @property
    def key(self) -> str:
        """What the entry is known by from one read to the next."""
        return self.posting.external_id if self.posting else self.detail.identity


class SourceError(Exception):
    """A board could not be read; `outcome` says how, the message says what and where."""

    outcome: ClassVar[Outcome] = Outcome.FAILED


class Malformed(SourceError):
    outcome = Outcome.MALFORMED


class Truncated(SourceError):
    outcome = Outcome.TRUNCATED


class NotFound(SourceError):
    outcome = Outcome.NOT_FOUND


class Refused(SourceError):
    outcome = Outcome.REFUSED


class Throttled(SourceError):
    """It asks for fewer requests, in a way of its own: by a 403, say. Its host is asked for
    nothing more in this run."""

    outcome = Outcome.THROTTLED


NOT_HERE = (Outcome.NOT_FOUND, Outcome.REFUSED, Outcome.MALFORMED)
"""Outcomes of a fetch after which its `otherwise` is made."""

Yield = Posting | Listed | Unreadable | Employer | Fetch


class Kind(StrEnum):
    """A board is one employer's list (a group's, at most); a feed carries many employers'."""

    BOARD = "board"
    FEED = "feed"


@dataclass(frozen=True, slots=True)
class Need:
    """A key or token that is sent with every request to the source's hosts, as a header or as a
    part of the query. The source itself never sees it, nor does anything that is kept."""

    name: str
    """In `[sources.NAME]` of the user's config.toml."""
    where: str
    """Where to get one."""
    header: str = ""
    prefix: str = ""
    """Before the value in the header ("Bearer ")."""
    query: str = ""
    required: bool = True
    per_board: bool = False
    """Whether each board has its own: the setting is a table of board token and value."""


@dataclass(frozen=True, slots=True)
class Budget:
    """So many requests in so many seconds to each of a source's hosts, whatever the run."""

    requests: int
    seconds: float


class Source(ABC):
    """One applicant-tracking system or feed. One subclass, one file, one fixture folder."""

    name: ClassVar[str]
    """Lower-case, as in `greenhouse:acme`."""
    title: ClassVar[str]
    """As people write it."""
    examples: ClassVar[Mapping[str, str]]
    """Board or posting address -> token. Every example is claimed by exactly one source."""
    addresses: ClassVar[tuple[re.Pattern[str], ...]]
    """Found anywhere in an address or a page; group `token` is the token."""
    markers: ClassVar[tuple[re.Pattern[str], ...]] = ()
    """Like `addresses`, but sought only in pages: scripts and embeds that name the token."""
    reserved: ClassVar[frozenset[str]] = frozenset()
    """Words of the vendor's own that stand where a token would. Per source, never global."""

    # What it says of itself.
    kind: ClassVar[Kind] = Kind.BOARD
    on: ClassVar[bool] = True
    """Whether it is read without the user having said so."""
    why_off: ClassVar[str] = ""
    """Why it is not, in a sentence for the user."""
    needs: ClassVar[tuple[Need, ...]] = ()
    terms: ClassVar[str] = ""
    """Its licence, limits and what its robots.txt says, in a line."""
    attribution: ClassVar[str] = ""
    """What has to stand beside its postings wherever they are shown."""

    # How it may be asked.
    hosts: ClassVar[tuple[str, ...]] = ()
    """Shared API hosts: all its boards are asked for there, and only they are sent `needs`.
    Where there are none, that is each board's own host."""
    delay: ClassVar[float] = 1.0
    """Seconds between two requests to each of `hosts`, at the least."""
    budget: ClassVar[tuple[Budget, ...]] = ()
    """Kept for each of `hosts`, over all runs."""
    read_every: ClassVar[timedelta] = timedelta(0)
    """A board read less than this ago is left for a later run."""
    posts: ClassVar[bool] = False
    """Whether its `Fetch.json` are reads, as the vendor's own pages make them."""

    # What its replies mean.
    max_details: ClassVar[int] = 500
    """How many `Listed.detail` one run fetches for one board; the rest has its turn later."""
    detail_version: ClassVar[int] = 1
    """Raised when details that were read before should be read anew."""
    expires_after: ClassVar[timedelta | None] = None
    """None where a complete read names every open posting, so that absence is evidence. A feed
    that only shows the newest says here how old a posting without a closing date may get once
    it is not shown any more."""

    def find(self, text: str) -> Iterator[str]:
        """Every token named by an address in `text` (one URL, or a whole page unescaped)."""
        for _, token in self.matches(text, self.addresses):
            yield token

    def matches(
        self, text: str, patterns: Iterable[re.Pattern[str]]
    ) -> Iterator[tuple[re.Match[str], str]]:
        """Every match of `patterns` in `text` that names a token, with the token."""
        for pattern in patterns:
            for match in pattern.finditer(text):
                token = self.token(match)
                if token and token.lower() not in self.reserved:
                    yield match, token

    def token(self, match: re.Match[str]) -> str:
        """The token from one match of `addresses`; sources that lower-case theirs override."""
        return match["token"]

    def slug(self, token: str) -> str:
        """The part of a token that stands for the employer: the name of last resort."""
        return token

    @abstractmethod
    def board_url(self, token: str) -> str:
        """The public page a person would open."""

    @abstractmethod
    def start(self, board: Board) -> Iterable[Fetch]:
        """The first fetches of one read."""

    @abstractmethod
    def parse(self, reply: Reply, board: Board) -> Iterable[Yield]:
        """One reply to postings, an employer name, further fetches.

        Raises:
            SourceError: the reply as a whole is not what this source answers with, or there is
                more than will be read. What was yielded before is kept, and the error counts
                as the fetch's failure. One bad posting among good ones is an `Unreadable`,
                never an error.
        """


class Feed(Source):
    """A source with one list for many employers, or a few that have names of their own.

    Every posting must name its employer; one that does not is unreadable.
    """

    kind = Kind.FEED
    home: ClassVar[str]
    """The page a person would open. The address alone leads here, never a link on a page."""
    tokens: ClassVar[tuple[str, ...]] = ("all",)
    """Its lists, as `inroad boards add --feeds` adds them."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if home := cls.__dict__.get("home"):
            bare = re.escape(home.removeprefix("https://").rstrip("/"))
            cls.addresses = (re.compile(rf"^https?://{bare}/?$"),)
            cls.examples = {home: cls.tokens[0]}

    def token(self, match: re.Match[str]) -> str:
        return self.tokens[0]

    def board_url(self, token: str) -> str:
        return self.home
