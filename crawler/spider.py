"""The one spider: asks sources what to fetch, hands them the replies, spools what they find.

Boards wait in lanes, one a host, and a lane has only a few of its boards open at a time. So
memory does not grow with the number of boards, every host is kept busy, and no host with many
boards crowds out the others.
"""

from __future__ import annotations

import ipaddress
import logging
from collections import deque
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

from scrapy import Request, Spider
from scrapy.exceptions import CloseSpider
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.origins import host_of, is_loopback
from crawler.outcomes import Interrupted, Problem, judge_failure, judge_status, one_line
from crawler.politeness import Politeness
from crawler.posting import NameOrigin, Posting
from crawler.progress import BoardDone, BoardStarted, PostingsRead, Progress, unwatched
from crawler.settings import CrawlSettings
from crawler.sources.base import (
    Board,
    Employer,
    Fetch,
    OnFailure,
    Outcome,
    Reply,
    Source,
    SourceError,
    Unreadable,
)
from crawler.staging import Spool, SpoolError, scrubbed
from store.merge import LastReply

BOARDS_PER_LANE = 2
"""One on the wire, one waiting for its turn."""
FETCHES_PER_BOARD = 4
MAX_URL = 4096
_NOTHING_KNOWN: Mapping[tuple[str, str], LastReply] = {}

log = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class Lane:
    """The boards of one host that have not been opened yet."""

    waiting: deque[Board] = field(default_factory=deque)
    open: int = 0


@dataclass(slots=True, eq=False)
class Reading:
    """One board while it is being read."""

    board: Board
    source: Source | None
    lane: Lane
    started_at: datetime
    host: str = ""
    """The one host it may ask even if that is not on the public internet."""
    todo: deque[Fetch] = field(default_factory=deque)
    asked: set[str] = field(default_factory=set)
    in_flight: int = 0
    interrupted: bool = False
    seen: set[str] = field(default_factory=set)
    postings: int = 0
    unreadable: int = 0
    first_unreadable: str = ""
    complete: bool = True
    fatal: Problem | None = None
    gaps: int = 0
    first_gap: Problem | None = None
    replies: int = 0
    body_hash: str | None = None
    """Of the one reply that told everything; None where it took several."""
    unchanged: LastReply | None = None
    """The earlier reply that this board's reply repeats to the byte."""
    unnamed: bool = False
    """Whether a posting goes by the board's token for want of a name."""
    ignored: Problem | None = None
    employer: Employer | None = None


class BoardSpider(Spider):
    """Reads every board once."""

    name = "boards"

    def __init__(
        self,
        boards: Sequence[Board],
        sources: Mapping[str, Source],
        crawl: CrawlSettings,
        spool: Spool,
        known: Mapping[tuple[str, str], LastReply] = _NOTHING_KNOWN,
        progress: Progress = unwatched,
    ) -> None:
        super().__init__()
        self._sources = sources
        self._crawl = crawl
        self._spool = spool
        self._known = known
        self._progress = progress
        self._boards = len(boards)
        self._done = 0
        self._postings = 0
        self._lanes = self._sort_into_lanes(boards)
        self._politeness: Politeness | None = None
        self.spool_error: SpoolError | None = None

    async def start(self) -> AsyncIterator[Request]:
        self._politeness = self.crawler.get_downloader_middleware(Politeness)
        for _ in range(self._crawl.concurrent_hosts):
            for request in self._open_lane():
                yield request

    # Lanes and boards

    def _sort_into_lanes(self, boards: Iterable[Board]) -> deque[Lane]:
        lanes: dict[str, Lane] = {}
        for board in boards:
            fetches = self._first_fetches(board)
            host = host_of(fetches[0].url) if isinstance(fetches, list) else ""
            lanes.setdefault(host, Lane()).waiting.append(board)
        # The longest first: with a pause between requests it decides how long the run takes.
        return deque(sorted(lanes.values(), key=lambda lane: -len(lane.waiting)))

    def _first_fetches(self, board: Board) -> list[Fetch] | Problem:
        source = self._sources.get(board.source)
        if source is None:
            return Problem(Outcome.FAILED, one_line(f"there is no source called {board.source}"))
        try:
            fetches = list(source.start(board))
        except SourceError as error:
            return judge_failure(error, str(board))
        except Exception as error:
            log.exception("%s cannot begin", one_line(str(board)))
            return Problem(Outcome.MALFORMED, f"the source failed ({type(error).__name__})")
        return fetches or Problem(Outcome.FAILED, "the source has nothing to fetch for it")

    def _open_lane(self) -> list[Request]:
        while self._lanes:
            lane = self._lanes.popleft()
            requests = self._open_boards(lane)
            if requests:
                return requests
        return []

    def _open_boards(self, lane: Lane) -> list[Request]:
        requests: list[Request] = []
        while lane.waiting and lane.open < BOARDS_PER_LANE and not self._interrupted:
            requests += self._open_board(lane.waiting.popleft(), lane)
        return requests

    def _open_board(self, board: Board, lane: Lane) -> list[Request]:
        self._progress(BoardStarted(board))
        fetches = self._first_fetches(board)
        reading = Reading(board, self._sources.get(board.source), lane, _now())
        lane.open += 1
        if isinstance(fetches, Problem):
            reading.fatal = fetches
        else:
            reading.host = host_of(fetches[0].url)
            for fetch in fetches:
                self._want(reading, fetch)
        requests = self._requests(reading)
        if not reading.in_flight:
            self._finish(reading, [])
        return requests

    @property
    def _interrupted(self) -> bool:
        return self._politeness is not None and self._politeness.interrupted

    # Fetches

    def _want(self, reading: Reading, fetch: Fetch) -> None:
        if fetch.url in reading.asked:
            return
        problem = None
        if len(reading.asked) >= self._crawl.max_pages:
            problem = Problem(
                Outcome.TRUNCATED, f"stopped after {self._crawl.max_pages} pages of one board"
            )
        elif not _may_ask(fetch.url, reading.host):
            problem = Problem(
                Outcome.MALFORMED, one_line(f"{fetch.url[:200]} is not an address to fetch")
            )
        if problem is None:
            reading.asked.add(fetch.url)
            reading.todo.append(fetch)
        else:
            self._account(reading, fetch, problem)

    def _requests(self, reading: Reading) -> list[Request]:
        requests = []
        while reading.todo and reading.in_flight < FETCHES_PER_BOARD:
            fetch = reading.todo.popleft()
            try:
                request = Request(
                    fetch.url,
                    self._replied,
                    headers=dict(fetch.headers),
                    errback=self._failed,
                    dont_filter=True,
                    cb_kwargs={"reading": reading, "fetch": fetch},
                )
            except ValueError as error:
                self._account(reading, fetch, judge_failure(error, fetch.url))
                continue
            reading.in_flight += 1
            requests.append(request)
        return requests

    def _replied(self, response: Response, reading: Reading, fetch: Fetch) -> list[Request]:
        records: list[dict[str, Any]] = []
        problem = judge_status(response.status, fetch)
        if problem is not None:
            return self._missed(reading, fetch, problem)
        if self._is_unchanged(reading, response, fetch):
            return self._advance(reading, records)
        problem = self._read(reading, reply_of(response, fetch.note), records)
        if problem is not None:
            self._account(reading, fetch, problem)
        else:
            reading.replies += 1
        return self._advance(reading, records)

    def _is_unchanged(self, reading: Reading, response: Response, fetch: Fetch) -> bool:
        """Note a reply's hash; True where it is the whole of what the board said last time.

        The version is part of the hash, because a newer Inroad may read more out of a reply.
        """
        if fetch.on_failure is OnFailure.IGNORE:
            return False
        if len(reading.asked) > 1:
            reading.body_hash = None
            return False
        state = blake2b(f"{self._crawl.version} {fetch.url} ".encode(), digest_size=16)
        state.update(response.body)
        reading.body_hash = state.hexdigest()
        last = self._known.get((reading.board.source, reading.board.token))
        if last is None or last.body_hash != reading.body_hash:
            return False
        reading.unchanged = last
        reading.replies += 1
        return True

    def _failed(self, failure: Failure) -> list[Request]:
        request, error = failed_request(failure)
        reading: Reading = request.cb_kwargs["reading"]
        fetch: Fetch = request.cb_kwargs["fetch"]
        if isinstance(error, Interrupted):
            reading.interrupted = True
            reading.todo.clear()
            return self._advance(reading, [])
        return self._missed(reading, fetch, judge_failure(error, fetch.url))

    def _missed(self, reading: Reading, fetch: Fetch, problem: Problem) -> list[Request]:
        self._account(reading, fetch, problem)
        if fetch.on_failure is OnFailure.FATAL:
            reading.todo.clear()
        return self._advance(reading, [])

    def _advance(self, reading: Reading, records: list[dict[str, Any]]) -> list[Request]:
        """One fetch is over: ask for the next, or end the board and open another."""
        reading.in_flight -= 1
        requests = self._requests(reading)
        if reading.in_flight or reading.interrupted:
            self._write(reading, records)
            return requests
        self._finish(reading, records)
        requests += self._open_boards(reading.lane)
        if not reading.lane.open:
            requests += self._open_lane()
        return requests

    def _account(self, reading: Reading, fetch: Fetch, problem: Problem) -> None:
        if fetch.on_failure is OnFailure.IGNORE:
            reading.ignored = reading.ignored or problem
            return
        reading.complete = False
        if fetch.on_failure is OnFailure.PARTIAL:
            reading.gaps += 1
            reading.first_gap = reading.first_gap or problem
            return
        reading.fatal = reading.fatal or problem

    # Replies

    def _read(
        self, reading: Reading, reply: Reply, records: list[dict[str, Any]]
    ) -> Problem | None:
        """Collect what one reply yields. What came before an error is kept."""
        postings: list[Posting] = []
        problem = None
        assert reading.source is not None
        try:
            for found in reading.source.parse(reply, reading.board):
                match found:
                    case Posting():
                        postings.append(found)
                    case Unreadable():
                        self._note_unreadable(reading, found, records)
                    case Employer() if found.name.strip():
                        reading.employer = _surer(reading.employer, found)
                    case Fetch():
                        self._want(reading, found)
        except SourceError as error:
            problem = judge_failure(error, reply.url)
        except Exception as error:
            log.exception("%s: the reply could not be read", one_line(reply.url))
            why = f"{reply.url} answered what its source cannot read ({type(error).__name__})"
            problem = Problem(Outcome.MALFORMED, one_line(why))
        # Afterwards, because the employer's name may stand behind the postings.
        for posting in postings:
            self._note_posting(reading, posting, records)
        return problem

    def _note_posting(
        self, reading: Reading, posting: Posting, records: list[dict[str, Any]]
    ) -> None:
        try:
            record = _stamp("posting", reading.board, seen_at=_text(_now()))
            record |= scrubbed(posting.record())
            needed = [record[name] for name in ("external_id", "title", "url")]
            if not all(isinstance(value, str) and value.strip() for value in needed):
                raise ValueError("it has no id, title or address")
        except (AttributeError, TypeError, ValueError) as error:
            known = posting.external_id
            unreadable = Unreadable(known if isinstance(known, str) and known else None, str(error))
            self._note_unreadable(reading, unreadable, records)
            return
        if record["external_id"] in reading.seen:
            return
        reading.seen.add(record["external_id"])
        reading.postings += 1
        name, origin = _employer(posting, reading)
        reading.unnamed |= origin is NameOrigin.SLUG
        records.append(record | {"employer": name, "employer_origin": origin})

    def _note_unreadable(
        self, reading: Reading, found: Unreadable, records: list[dict[str, Any]]
    ) -> None:
        reading.unreadable += 1
        reading.first_unreadable = reading.first_unreadable or one_line(found.why)
        if not found.external_id:
            reading.complete = False
        elif found.external_id not in reading.seen:
            reading.seen.add(found.external_id)
            record = _stamp("seen", reading.board, external_id=found.external_id)
            records.append(scrubbed(record | {"seen_at": _text(_now())}))

    def _finish(self, reading: Reading, records: list[dict[str, Any]]) -> None:
        """Write the last records of a board and, after them, how its read ended."""
        end = verdict(reading)
        complete = reading.complete and end.outcome in (Outcome.OK, Outcome.EMPTY)
        learned = reading.employer
        same = reading.unchanged
        listed = same.listed if same else len(reading.seen)
        if same:
            as_run = {"as_run": same.run, "seen_at": _text(_now())}
            records = [_stamp("same", reading.board, **as_run)]
            self._count(reading.board, same.listed)
        # What left anything open is read anew next time, whatever it answers. A page that is
        # not there leaves nothing open: there is no name to be had.
        nameless = reading.ignored is not None and reading.ignored.outcome is Outcome.NOT_FOUND
        named = learned is not None or not reading.unnamed or nameless
        settled = complete and not end.detail and named
        read = _stamp(
            "read",
            reading.board,
            started_at=_text(reading.started_at),
            finished_at=_text(_now()),
            outcome=end.outcome,
            detail=end.detail or None,
            listed=listed,
            complete=complete,
            body_hash=reading.body_hash if settled else None,
            employer=learned.name if learned else None,
            employer_origin=learned.origin if learned else None,
        )
        self._write(reading, [*records, read])
        reading.lane.open -= 1
        self._done += 1
        self._progress(
            BoardDone(
                board=reading.board,
                outcome=end.outcome,
                listed=listed,
                complete=complete,
                detail=end.detail or None,
                done=self._done,
                boards=self._boards,
            )
        )

    def _write(self, reading: Reading, records: list[dict[str, Any]]) -> None:
        try:
            self._spool.append(records)
        except SpoolError as error:
            self.spool_error = error
            raise CloseSpider("spool") from error
        self._count(reading.board, sum(record["kind"] == "posting" for record in records))

    def _count(self, board: Board, postings: int) -> None:
        if postings:
            self._postings += postings
            self._progress(PostingsRead(board, postings, self._postings))


def verdict(reading: Reading) -> Problem:
    """How the read ended, and in one line what was wrong with it (or "")."""
    if reading.fatal is not None:
        return reading.fatal
    if reading.ignored is not None and not reading.replies:
        return reading.ignored  # where nothing at all answered, nothing was empty
    remarks = []
    if reading.first_gap is not None:
        more = f" (and {reading.gaps - 1} more)" if reading.gaps > 1 else ""
        remarks.append(reading.first_gap.detail + more)
    if reading.unreadable:
        noun = "posting" if reading.unreadable == 1 else "postings"
        why = reading.first_unreadable
        remarks.append(f"{reading.unreadable} {noun} could not be read: {why}")
    if reading.postings or (reading.unchanged and reading.unchanged.listed):
        outcome = Outcome.OK
    elif reading.first_gap is not None:
        outcome = reading.first_gap.outcome
    elif reading.unreadable:
        outcome = Outcome.MALFORMED
    else:
        outcome = Outcome.EMPTY
    return Problem(outcome, one_line("; ".join(remarks)))


def reply_of(response: Response, note: Any = None) -> Reply:
    """Scrapy's response as sources know it."""
    headers = {
        name.decode("latin-1").lower(): b", ".join(values).decode("latin-1")
        for name, values in response.headers.items()
    }
    return Reply(response.url, response.status, response.body, headers, note)


def failed_request(failure: Failure) -> tuple[Request, BaseException]:
    """What an errback is called about. Scrapy hangs the request onto Twisted's Failure."""
    request: Request = failure.request  # type: ignore[attr-defined]
    assert failure.value is not None
    return request, failure.value


def _may_ask(url: str, board_host: str) -> bool:
    """An address from outside must not lead to this machine or its local network."""
    host = host_of(url)
    if not host or len(url) > MAX_URL or not url.lower().startswith(("http://", "https://")):
        return False
    if host == board_host:
        return True
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host and not is_loopback(host) and not host.endswith((".local", ".internal"))


def _employer(posting: Posting, reading: Reading) -> tuple[str, NameOrigin]:
    """The surest name: the payload's, one learned in this read, the board's own, the token."""
    if posting.employer and posting.employer.strip():
        return scrubbed({"name": posting.employer})["name"], NameOrigin.PAYLOAD
    known = None
    if reading.board.employer:
        known = Employer(reading.board.employer, reading.board.employer_origin or NameOrigin.USER)
    best = known if reading.employer is None else _surer(known, reading.employer)
    if best is None:
        return reading.board.token, NameOrigin.SLUG
    return best.name, best.origin


def _surer(known: Employer | None, found: Employer) -> Employer:
    order = list(NameOrigin)
    if known is None or order.index(found.origin) < order.index(known.origin):
        return Employer(scrubbed({"name": found.name})["name"], found.origin)
    return known


def _stamp(kind: str, board: Board, **rest: Any) -> dict[str, Any]:
    return {"kind": kind, "source": board.source, "board": board.token, **rest}


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def _text(moment: datetime) -> str:
    return moment.isoformat(sep=" ", timespec="microseconds")
