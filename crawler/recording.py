"""What is found, as lines for the spool."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from crawler.posting import NameOrigin, Posting, digest
from crawler.reading import Reading
from crawler.sources.base import Kind, Listed
from crawler.staging import scrubbed
from store.known import LastReply

Record = dict[str, Any]


class NotAPosting(ValueError):
    """A source delivered something that cannot be kept."""


def mark_of(reading: Reading, listed: Listed) -> int:
    """64 bits that stay the same while a list says the same of a posting.

    Raises:
        NotAPosting: the entry holds something that cannot be kept.
    """
    try:
        content = "" if listed.posting is None else listed.posting.record()["content_hash"]
    except (AttributeError, TypeError, ValueError) as error:
        raise NotAPosting(str(error)) from error
    version = reading.source.detail_version if reading.source else 0
    board = reading.board
    parts = [board.source, board.token, listed.key, content, listed.version, str(version)]
    return int(digest(parts)[:16], 16)


def posting_record(
    reading: Reading, posting: Posting, *, mark: int | None = None, from_list: bool = False
) -> Record:
    """A posting. `mark` says that its details were read; `from_list` that they were not.

    Raises:
        NotAPosting: it lacks what every posting has.
    """
    try:
        record = _stamp("posting", reading, seen_at=text(now())) | scrubbed(posting.record())
        needed = [record[name] for name in ("external_id", "title", "url")]
    except (AttributeError, TypeError, ValueError) as error:
        raise NotAPosting(str(error)) from error
    if not all(isinstance(value, str) and value.strip() for value in needed):
        raise NotAPosting("it has no id, title or address")
    name, origin = reading.name_of(posting)
    if reading.source is not None and reading.source.kind is Kind.FEED:
        if origin is not NameOrigin.PAYLOAD:
            raise NotAPosting("it does not name its employer")
    reading.unnamed |= origin is NameOrigin.SLUG and not from_list
    record |= {"employer": name, "employer_origin": origin}
    if mark is not None:
        record["list_mark"] = mark
    if from_list:
        record["from_list"] = True
    return record


def listed_record(reading: Reading, mark: int) -> Record:
    """The list says of a posting what it said when its details were read."""
    return _stamp("listed", reading, list_mark=mark, seen_at=text(now()))


def seen_record(reading: Reading, external_id: str) -> Record:
    """A posting that is there, but could not be read."""
    return scrubbed(_stamp("seen", reading, external_id=external_id, seen_at=text(now())))


def same_record(reading: Reading, same: LastReply) -> Record:
    """The board says what it said in an earlier run."""
    return _stamp("same", reading, as_run=same.run, seen_at=text(now()))


def read_record(reading: Reading) -> Record:
    """How the read ended; the last line of a board."""
    end, learned, source = reading.verdict(), reading.employer, reading.source
    age = source.expires_after if source else None
    settled = reading.settled
    read = _stamp(
        "read",
        reading,
        started_at=text(reading.started_at),
        finished_at=text(now()),
        outcome=end.outcome,
        detail=end.detail or None,
        listed=listed_count(reading),
        complete=reading.whole,
        expires_after=None if age is None else int(age.total_seconds()),
        employer=learned.name if learned else None,
        employer_origin=learned.origin if learned else None,
    )
    if settled and reading.body_hash is not None:
        read |= {
            "body_hash": reading.body_hash,
            "request_hash": reading.request_hash,
            "etag": reading.etag,
            "last_modified": reading.last_modified,
            "body_read_at": text(reading.body_read_at) if reading.body_read_at else None,
        }
    return read


def listed_count(reading: Reading) -> int:
    return reading.unchanged.listed if reading.unchanged else len(reading.seen)


def now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def text(moment: datetime) -> str:
    return moment.isoformat(sep=" ", timespec="microseconds")


def _stamp(kind: str, reading: Reading, **rest: Any) -> Record:
    return {"kind": kind, "source": reading.board.source, "board": reading.board.token, **rest}
