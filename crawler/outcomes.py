"""What a status or a failure says about the reading of a board."""

from __future__ import annotations

import gzip
import re
import unicodedata
import zlib
from dataclasses import dataclass

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
    NotSupported,
    ResponseDataLossError,
)

from crawler.sources.base import Fetch, Outcome, SourceError

_BY_STATUS = {
    401: Outcome.REFUSED,
    403: Outcome.REFUSED,
    404: Outcome.NOT_FOUND,
    410: Outcome.NOT_FOUND,
    429: Outcome.THROTTLED,
    451: Outcome.REFUSED,
    503: Outcome.THROTTLED,
}
MAX_DETAIL = 300


@dataclass(frozen=True, slots=True)
class Problem:
    """Why something could not be read: an outcome and one clean line."""

    outcome: Outcome
    detail: str


class NotFetched(IgnoreRequest):
    """A request that politeness or a bound did not let through.

    Args:
        chain: the addresses a redirect led through, the refused one last.
    """

    def __init__(self, outcome: Outcome, detail: str, chain: tuple[str, ...] = ()) -> None:
        super().__init__(detail)
        self.problem = Problem(outcome, one_line(detail))
        self.chain = chain


class Interrupted(NotFetched):
    """A request that had not left when the user stopped the run."""

    def __init__(self) -> None:
        super().__init__(Outcome.FAILED, "the run was stopped")


def judge_status(status: int, fetch: Fetch) -> Problem | None:
    """None where the body may be handed to the source."""
    if status == 200 or status in fetch.accept_status:
        return None
    unasked = Outcome.MALFORMED if 200 <= status < 300 else Outcome.FAILED
    outcome = _BY_STATUS.get(status, unasked)
    return Problem(outcome, one_line(f"{fetch.url} answered {status}"))


def judge_failure(error: BaseException, url: str) -> Problem:
    """The outcome of a request that got no whole answer."""
    if isinstance(error, NotFetched):
        return error.problem
    if isinstance(error, SourceError):
        return Problem(error.outcome, one_line(str(error)))
    outcome = Outcome.FAILED
    match error:
        case DownloadCancelledError():
            outcome, what = Outcome.TRUNCATED, "is larger than this run takes"
        case ResponseDataLossError():
            outcome, what = Outcome.TRUNCATED, "broke off before its end"
        case zlib.error() | EOFError() | gzip.BadGzipFile():
            outcome, what = Outcome.MALFORMED, "is not compressed as it says"
        case DownloadTimeoutError():
            what = "did not answer in time"
        case DownloadConnectionRefusedError():
            what = "refused the connection"
        case CannotResolveHostError():
            what = "has a host name that cannot be found"
        case NotSupported():
            what = "is not an http address"
        case _:
            what = f"could not be fetched ({_innermost(error)})"
    return Problem(outcome, one_line(f"{url} {what}"))


def one_line(text: str) -> str:
    """Without control, format and private characters, on one line, at most `MAX_DETAIL` long."""
    visible = "".join(" " if unicodedata.category(c)[0] == "C" else c for c in text[:2000])
    line = re.sub(r"\s+", " ", visible).strip()
    return line if len(line) <= MAX_DETAIL else line[: MAX_DETAIL - 1] + "…"


def _innermost(error: BaseException) -> str:
    """Twisted wraps the reason in lists of failures; a person wants the reason."""
    while True:
        reasons = getattr(error, "reasons", None)
        inner = reasons[0].value if reasons else error.__cause__
        if inner is None:
            break
        error = inner
    text = str(error)
    name = type(error).__name__
    return f"{name}: {text}" if text and not text.startswith("[") else name
