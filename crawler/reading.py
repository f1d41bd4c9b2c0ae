"""One board while it is being read: what was asked, what came, and how it ends."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from crawler.keys import Keys
from crawler.lanes import Lane
from crawler.outcomes import Problem, one_line
from crawler.posting import NameOrigin, Posting
from crawler.sources.base import (
    Board,
    Employer,
    Fetch,
    Listed,
    OnFailure,
    Outcome,
    Source,
    Unreadable,
)
from crawler.staging import scrubbed
from store.known import LastReply


@dataclass(frozen=True, slots=True)
class Detail:
    """A fetch for more about one listed posting, and the mark of the entry that asked for it."""

    listed: Listed
    mark: int


@dataclass(slots=True, eq=False)
class Reading:
    """One board while it is being read."""

    board: Board
    source: Source | None
    lane: Lane
    started_at: datetime
    host: str = ""
    """The one host it may ask even if that is not on the public internet."""
    keys: Keys | None = None
    last: LastReply | None = None
    """What the board answered last time, if that was one reply that told everything."""
    validators: Mapping[str, str] = field(default_factory=dict)
    """Headers that make the first fetch conditional."""

    todo: deque[Fetch] = field(default_factory=deque)
    details: deque[Detail] = field(default_factory=deque)
    """Behind all of `todo`: what is open comes before what is in it."""
    asked: set[str] = field(default_factory=set)
    """Identities of fetches, those of details left out."""
    in_flight: int = 0
    lists_in_flight: int = 0
    """Of those, the ones that are not for details."""
    interrupted: bool = False

    seen: set[str] = field(default_factory=set)
    listed: set[str] = field(default_factory=set)
    """Keys of `Listed` entries."""
    known_ids: Collection[str] | None = None
    """Of postings of earlier runs; None until somebody wants to know."""
    postings: int = 0
    told: int = 0
    """Of those, how many the progress has been told of."""
    unreadable: int = 0
    first_unreadable: str = ""
    details_asked: int = 0
    details_left: int = 0
    first_detail_problem: Problem | None = None
    employer: Employer | None = None
    unnamed: bool = False
    """Whether a posting goes by the board's token for want of a name."""

    complete: bool = True
    fatal: Problem | None = None
    gaps: int = 0
    first_gap: Problem | None = None
    ignored: Problem | None = None
    instead: tuple[Fetch, Problem] | None = None
    """A fetch made in place of one that failed, and how that one did."""
    replies: int = 0

    request_hash: str | None = None
    body_hash: str | None = None
    """Of the one reply that told everything; None where it took several."""
    etag: str | None = None
    last_modified: str | None = None
    body_read_at: datetime | None = None
    unchanged: LastReply | None = None
    """The earlier reply that this board's reply repeats to the byte."""

    def next_fetch(self) -> tuple[Fetch, Detail | None] | None:
        """What to ask for now. Details wait until the list is through: it is the evidence."""
        if self.todo:
            return self.todo.popleft(), None
        if self.details and not self.lists_in_flight:
            detail = self.details.popleft()
            return detail.listed.detail, detail
        return None

    @property
    def whole(self) -> bool:
        """Whether the read was of every posting, so that an absent one means something."""
        return self.complete and self.verdict().outcome in (Outcome.OK, Outcome.EMPTY)

    @property
    def settled(self) -> bool:
        """Whether the same reply again would leave nothing to do.

        What left anything open is read anew next time, whatever it answers. A page that is not
        there leaves nothing open: there is no name to be had.
        """
        nameless = self.ignored is not None and self.ignored.outcome is Outcome.NOT_FOUND
        named = self.employer is not None or not self.unnamed or nameless
        return self.whole and not self.verdict().detail and named

    def account(self, fetch: Fetch, problem: Problem) -> None:
        """What a failed fetch means for the read. Where one in place of another fails as well, the
        first says why, unless all it said was that there is nothing."""
        if self.instead and self.instead[0] is fetch:
            first = self.instead[1]
            problem = problem if first.outcome is Outcome.NOT_FOUND else first
        if fetch.on_failure is OnFailure.IGNORE:
            self.ignored = self.ignored or problem
            return
        self.complete = False
        if fetch.on_failure is OnFailure.PARTIAL:
            self.gaps += 1
            self.first_gap = self.first_gap or problem
            return
        self.fatal = self.fatal or problem

    def leave(self, detail: Detail, problem: Problem | None = None) -> None:
        """A posting keeps what the list says of it until a later run; that closes nothing."""
        if detail.listed.posting is None:
            why = f"{detail.listed.detail.url} has to wait for a later run"
            self.account(detail.listed.detail, problem or Problem(Outcome.TRUNCATED, one_line(why)))
            return
        self.details_left += 1
        self.first_detail_problem = self.first_detail_problem or problem

    def drop_details(self) -> None:
        while self.details:
            self.leave(self.details.popleft())

    def note_unreadable(self, found: Unreadable) -> bool:
        """Count it; True where it still counts as seen."""
        self.unreadable += 1
        self.first_unreadable = self.first_unreadable or one_line(found.why)
        if not found.external_id:
            self.complete = False
            return False
        new = found.external_id not in self.seen
        self.seen.add(found.external_id)
        return new

    def learn(self, found: Employer) -> None:
        self.employer = _surer(self.employer, found)

    def name_of(self, posting: Posting) -> tuple[str, NameOrigin]:
        """The surest name: the payload's, one learned in this read, the board's own, the token."""
        if posting.employer and posting.employer.strip():
            return scrubbed({"name": posting.employer})["name"], NameOrigin.PAYLOAD
        known = None
        if self.board.employer:
            known = Employer(self.board.employer, self.board.employer_origin or NameOrigin.USER)
        best = known if self.employer is None else _surer(known, self.employer)
        if best is None:
            slug = self.source.slug(self.board.token) if self.source else self.board.token
            return slug, NameOrigin.SLUG
        return best.name, best.origin

    def verdict(self) -> Problem:
        """How the read ended, and in one line what was wrong with it (or "")."""
        if self.fatal is not None:
            return self.fatal
        if self.ignored is not None and not self.replies:
            return self.ignored  # where nothing at all answered, nothing was empty
        if self.postings or (self.unchanged and self.unchanged.listed):
            outcome = Outcome.OK
        elif self.first_gap is not None:
            outcome = self.first_gap.outcome
        elif self.unreadable:
            outcome = Outcome.MALFORMED
        else:
            outcome = Outcome.EMPTY
        return Problem(outcome, one_line("; ".join(self._remarks())))

    def _remarks(self) -> list[str]:
        remarks = []
        if self.first_gap is not None:
            more = f" (and {self.gaps - 1} more)" if self.gaps > 1 else ""
            remarks.append(self.first_gap.detail + more)
        if self.unreadable:
            noun = "posting" if self.unreadable == 1 else "postings"
            remarks.append(f"{self.unreadable} {noun} could not be read: {self.first_unreadable}")
        if self.details_left:
            noun = "posting waits" if self.details_left == 1 else "postings wait"
            why = f" ({self.first_detail_problem.detail})" if self.first_detail_problem else ""
            remarks.append(f"{self.details_left} {noun} for the next run to read the details{why}")
        return remarks


def _surer(known: Employer | None, found: Employer) -> Employer:
    order = list(NameOrigin)
    if known is None or order.index(found.origin) < order.index(known.origin):
        return Employer(scrubbed({"name": found.name})["name"], found.origin)
    return known
