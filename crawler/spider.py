"""The one spider: asks sources what to fetch, hands them the replies, spools what they find."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from dataclasses import replace

from scrapy import Request, Spider
from scrapy.exceptions import CloseSpider
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.choices import AS_SHIPPED, may_help
from crawler.conditional import is_unchanged, request_hash, validators
from crawler.keys import keys_for, redacted, unkeyed_body
from crawler.lanes import Lane, sort_into_lanes
from crawler.origins import host_of
from crawler.outcomes import Interrupted, Problem, judge_failure, judge_status, one_line
from crawler.politeness import Politeness
from crawler.posting import Posting
from crawler.progress import BoardDone, BoardStarted, PostingsRead, Progress, unwatched
from crawler.reading import Detail, Reading
from crawler.recording import (
    NotAPosting,
    Record,
    listed_count,
    listed_record,
    mark_of,
    now,
    posting_record,
    read_record,
    same_record,
    seen_record,
)
from crawler.requests import failed_request, may_ask, reply_of, request_for
from crawler.settings import CrawlSettings
from crawler.sources.base import (
    NOT_HERE,
    Board,
    Employer,
    Fetch,
    Listed,
    Outcome,
    Source,
    SourceError,
    Unreadable,
)
from crawler.staging import Spool, SpoolError
from store.known import Known

FETCHES_PER_BOARD = 4

log = logging.getLogger(__name__)


class BoardSpider(Spider):
    """Reads every board once.

    Args:
        known: what earlier runs learned.
        known_ids: the ids of all postings a board had when it was last read whole.
    """

    name = "boards"

    def __init__(
        self,
        boards: Sequence[Board],
        sources: Mapping[str, Source],
        crawl: CrawlSettings,
        spool: Spool,
        known: Known,
        known_ids: Callable[[Board], Collection[str]],
        progress: Progress = unwatched,
    ) -> None:
        super().__init__()
        self._sources = sources
        self._crawl = crawl
        self._spool = spool
        self._known = known
        self._known_ids = known_ids
        self._progress = progress
        self._boards = len(boards)
        self._done = 0
        self._postings = 0
        self._lanes = sort_into_lanes(boards, self._host_of)
        self._politeness: Politeness | None = None
        self.spool_error: SpoolError | None = None

    async def start(self) -> AsyncIterator[Request]:
        self._politeness = self.crawler.get_downloader_middleware(Politeness)
        for _ in range(self._crawl.concurrent_hosts):
            for request in self._open_lane():
                yield request

    # Boards

    def _host_of(self, board: Board) -> str:
        fetches = self._first_fetches(board)
        return host_of(fetches[0].url) if isinstance(fetches, list) else ""

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
            requests = self._open_boards(self._lanes.popleft())
            if requests:
                return requests
        return []

    def _open_boards(self, lane: Lane) -> list[Request]:
        requests: list[Request] = []
        while not self._interrupted and (board := lane.take()):
            requests += self._open_board(board, lane)
        return requests

    def _open_board(self, board: Board, lane: Lane) -> list[Request]:
        self._progress(BoardStarted(board))
        fetches = self._first_fetches(board)
        reading = Reading(board, self._sources.get(board.source), lane, now())
        if isinstance(fetches, Problem):
            reading.fatal = fetches
        else:
            self._begin(reading, fetches)
        requests = self._requests(reading)
        if not reading.in_flight:
            self._finish(reading, [])
        return requests

    def _begin(self, reading: Reading, fetches: list[Fetch]) -> None:
        assert reading.source is not None
        board = reading.board
        reading.host = host_of(fetches[0].url)
        choice = self._crawl.choices.get(board.source, AS_SHIPPED)
        reading.keys = keys_for(reading.source, choice, board.token, reading.host)
        if len(fetches) == 1:
            reading.last = self._known.replies.get((board.source, board.token))
            reading.request_hash = request_hash(self._crawl.version, fetches[0])
            reading.validators = validators(reading.last, reading.request_hash, now())
        for fetch in fetches:
            self._want(reading, fetch)

    @property
    def _interrupted(self) -> bool:
        return self._politeness is not None and self._politeness.interrupted

    # Fetches

    def _want(self, reading: Reading, fetch: Fetch) -> None:
        if fetch.identity in reading.asked:
            return
        problem = self._objection(reading, fetch)
        if problem is None and len(reading.asked) >= self._crawl.max_pages:
            problem = Problem(
                Outcome.TRUNCATED, f"stopped after {self._crawl.max_pages} pages of one board"
            )
        if problem is None:
            reading.asked.add(fetch.identity)
            reading.todo.append(fetch)
        else:
            reading.account(fetch, problem)

    def _objection(self, reading: Reading, fetch: Fetch) -> Problem | None:
        """Why a fetch must not be made, whatever it is for."""
        if not may_ask(fetch.url, reading.host):
            why = f"{fetch.url[:200]} is not an address to fetch"
        elif fetch.method == "POST" and not (reading.source and reading.source.posts):
            why = f"{fetch.url[:200]} would be sent a POST, which its source does not declare"
        else:
            return None
        return Problem(Outcome.MALFORMED, one_line(why))

    def _requests(self, reading: Reading) -> list[Request]:
        """As many as may be under way for one board at once."""
        requests = []
        while reading.in_flight < FETCHES_PER_BOARD and (wanted := reading.next_fetch()):
            fetch, detail = wanted
            problem = self._objection(reading, fetch) if detail else None
            conditional = not detail and len(reading.asked) == 1
            try:
                request = request_for(
                    fetch,
                    self._replied,
                    self._failed,
                    headers=reading.validators if conditional else {},
                    keys=reading.keys,
                    reading=reading,
                    detail=detail,
                )
            except ValueError as error:
                problem = judge_failure(error, fetch.url)
            if problem is not None:
                self._account(reading, fetch, detail, problem)
                continue
            reading.in_flight += 1
            reading.lists_in_flight += detail is None
            requests.append(request)
        return requests

    def _replied(
        self, response: Response, reading: Reading, fetch: Fetch, detail: Detail | None
    ) -> list[Request]:
        assert response.request is not None
        reading.lists_in_flight -= detail is None
        response = unkeyed_body(response, response.request)
        if detail is None and is_unchanged(reading, response, fetch):
            reading.replies += 1
            return self._advance(reading, [])
        problem = judge_status(response.status, fetch)
        if problem is not None:
            return self._missed(reading, fetch, detail, problem)
        records: list[Record] = []
        problem = self._read(reading, response, fetch, detail, records)
        if problem is not None:
            self._account(reading, fetch, detail, problem)
            if problem.outcome is Outcome.THROTTLED and self._politeness is not None:
                self._politeness.stop(host_of(response.url), problem.outcome, problem.detail)
        elif detail is None:
            reading.replies += 1
        return self._advance(reading, records)

    def _failed(self, failure: Failure) -> list[Request]:
        request, error = failed_request(failure)
        reading: Reading = request.cb_kwargs["reading"]
        fetch: Fetch = request.cb_kwargs["fetch"]
        detail: Detail | None = request.cb_kwargs["detail"]
        reading.lists_in_flight -= detail is None
        if isinstance(error, Interrupted):
            reading.interrupted = True
            reading.todo.clear()
            reading.details.clear()
            return self._advance(reading, [])
        problem = judge_failure(error, fetch.url)
        return self._missed(reading, fetch, detail, problem)

    def _missed(
        self, reading: Reading, fetch: Fetch, detail: Detail | None, problem: Problem
    ) -> list[Request]:
        self._account(reading, fetch, detail, problem)
        if detail is None and reading.fatal is not None:
            reading.todo.clear()
            reading.drop_details()
        return self._advance(reading, [])

    def _account(
        self, reading: Reading, fetch: Fetch, detail: Detail | None, problem: Problem
    ) -> None:
        if detail is None and fetch.otherwise and problem.outcome in NOT_HERE:
            reading.instead = fetch.otherwise, problem
            self._want(reading, fetch.otherwise)
            return
        choice = self._crawl.choices.get(reading.board.source, AS_SHIPPED)
        said = problem.detail
        if problem.outcome is Outcome.REFUSED and reading.source is not None:
            if hint := may_help(reading.source, choice, reading.board.token):
                said = one_line(f"{said}; {hint}")
        problem = Problem(problem.outcome, redacted(said, choice.secrets()))
        if detail is not None:
            reading.leave(detail, problem)
        else:
            reading.account(fetch, problem)

    def _advance(self, reading: Reading, records: list[Record]) -> list[Request]:
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

    # Replies

    def _read(
        self,
        reading: Reading,
        response: Response,
        fetch: Fetch,
        detail: Detail | None,
        records: list[Record],
    ) -> Problem | None:
        """Collect what one reply yields. What came before an error is kept."""
        listed = detail.listed.posting if detail else None
        reply = reply_of(response, fetch.note, replace(listed) if listed else None)
        postings: list[Posting | Listed] = []
        onward: list[Fetch] = []
        problem = None
        assert reading.source is not None
        try:
            for found in reading.source.parse(reply, reading.board):
                match found:
                    case Posting() | Listed():
                        postings.append(found)
                    case Unreadable():
                        self._note_unreadable(reading, found, records)
                    case Employer() if found.name.strip():
                        reading.learn(found)
                    case Fetch():
                        onward.append(found)
        except SourceError as error:
            problem = judge_failure(error, reply.url)
        except Exception as error:
            log.exception("%s: the reply could not be read", one_line(reply.url))
            why = f"{reply.url} answered what its source cannot read ({type(error).__name__})"
            problem = Problem(Outcome.MALFORMED, one_line(why))
        self._go_on(reading, onward, postings)
        # Afterwards, because the employer's name may stand behind the postings.
        for posting in postings:
            if isinstance(posting, Listed):
                self._note_listed(reading, posting, records)
            else:
                self._note_posting(reading, posting, records, detail)
        return problem

    def _go_on(
        self, reading: Reading, onward: Sequence[Fetch], found: Sequence[Posting | Listed]
    ) -> None:
        for fetch in onward:
            if fetch.until_known:
                if reading.known_ids is None:
                    reading.known_ids = self._known_ids(reading.board)
                ids = {one.external_id for one in found if isinstance(one, Posting)}
                if not ids.isdisjoint(reading.known_ids):
                    continue
            self._want(reading, fetch)

    def _note_posting(
        self, reading: Reading, posting: Posting, records: list[Record], detail: Detail | None
    ) -> None:
        try:
            record = posting_record(reading, posting, mark=detail.mark if detail else None)
        except NotAPosting as error:
            self._note_unusable(reading, posting, error, records)
            return
        new = record["external_id"] not in reading.seen
        if not new and detail is None:
            return
        reading.seen.add(record["external_id"])
        reading.postings += new
        records.append(record)

    def _note_listed(self, reading: Reading, listed: Listed, records: list[Record]) -> None:
        """A posting with details known already is as it was; the others are asked for theirs,
        and meanwhile kept as the list has them."""
        if listed.key in reading.listed:
            return
        reading.listed.add(listed.key)
        try:
            detail = Detail(listed, mark_of(reading, listed))
            known = detail.mark in self._known.marks
            if known:
                records.append(listed_record(reading, detail.mark))
            elif listed.posting is not None:
                records.append(posting_record(reading, listed.posting, from_list=True))
        except NotAPosting as error:
            self._note_unusable(reading, listed.posting, error, records)
            return
        if known or listed.posting is not None:
            reading.postings += listed.key not in reading.seen
            reading.seen.add(listed.key)
        if not known:
            self._want_detail(reading, detail)

    def _want_detail(self, reading: Reading, detail: Detail) -> None:
        assert reading.source is not None
        if reading.details_asked < reading.source.max_details:
            reading.details_asked += 1
            reading.details.append(detail)
        else:
            reading.leave(detail)

    def _note_unusable(
        self, reading: Reading, posting: Posting | None, why: Exception, records: list[Record]
    ) -> None:
        known = posting.external_id if posting else None
        found = Unreadable(known if isinstance(known, str) and known else None, str(why))
        self._note_unreadable(reading, found, records)

    def _note_unreadable(self, reading: Reading, found: Unreadable, records: list[Record]) -> None:
        if reading.note_unreadable(found) and found.external_id:
            records.append(seen_record(reading, found.external_id))

    # The spool

    def _finish(self, reading: Reading, records: list[Record]) -> None:
        """Write the last records of a board and, after them, how its read ended."""
        end = reading.verdict()
        if reading.unchanged:
            records = [same_record(reading, reading.unchanged)]
            reading.postings = reading.unchanged.listed
        self._write(reading, [*records, read_record(reading)])
        reading.lane.open -= 1
        self._done += 1
        self._progress(
            BoardDone(
                board=reading.board,
                outcome=end.outcome,
                listed=listed_count(reading),
                complete=reading.whole,
                detail=end.detail or None,
                done=self._done,
                boards=self._boards,
            )
        )

    def _write(self, reading: Reading, records: list[Record]) -> None:
        try:
            self._spool.append(records)
        except SpoolError as error:
            self.spool_error = error
            raise CloseSpider("spool") from error
        if new := reading.postings - reading.told:
            reading.told = reading.postings
            self._postings += new
            self._progress(PostingsRead(reading.board, new, self._postings))
