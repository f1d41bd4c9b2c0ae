"""Boards that say what they said last time: recognised by hash, or asked only whether they have
changed (conditional requests, RFC 9110, 13).

Only where its last read was one reply that told everything and left nothing to do. A page of
several says nothing about the others: postings move from page to page.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import blake2b

from scrapy.http import Response

from crawler.posting import digest
from crawler.reading import Reading
from crawler.recording import now
from crawler.sources.base import Fetch, OnFailure
from store.known import LastReply

DATE_TRUSTED_FOR = timedelta(hours=20)
"""A Last-Modified is exact to the second and often merely a file's. What has nothing better is
read in full once a day, that is, by the first run of a day."""
_SENDABLE = re.compile(r"[\x20-\x7e]{1,500}")


def request_hash(version: str, fetch: Fetch) -> str:
    """What was asked, and by which version: a newer one may read more out of the answer."""
    return digest([version, fetch.identity, *(f"{k}: {v}" for k, v in fetch.headers.items())])


def validators(last: LastReply | None, asked: str, now: datetime) -> Mapping[str, str]:
    """The headers that make a fetch conditional, or none.

    None while a posting is missing that was there before. An equal body closes such a posting
    on the second read, because the server has said the same again. A 304 says no such thing: it
    may be a cache that saw one bad answer and repeats its label. So the second look is always a
    full one, and a 304 only ever confirms what is open.
    """
    if last is None or last.request_hash != asked or last.missing:
        return {}
    if last.etag:
        return {"If-None-Match": last.etag}
    read_at = last.body_read_at
    if last.last_modified and read_at and timedelta(0) <= now - read_at < DATE_TRUSTED_FOR:
        return {"If-Modified-Since": last.last_modified}
    return {}


def is_unchanged(reading: Reading, response: Response, fetch: Fetch) -> bool:
    """Note what a reply is to be known by; True where it is the whole of what the board said
    last time, by its hash or by the server's word (304)."""
    if fetch.on_failure is OnFailure.IGNORE:
        return False
    if len(reading.asked) > 1:
        reading.body_hash = None
        return False
    last = reading.last
    confirmed = response.status == 304 and bool(reading.validators)
    if confirmed and last is not None:
        reading.body_hash, reading.body_read_at = last.body_hash, last.body_read_at
        reading.etag, reading.last_modified = last.etag, last.last_modified
    elif response.status == 200:
        state = blake2b(f"{reading.request_hash} ".encode(), digest_size=16)
        state.update(response.body)
        reading.body_hash, reading.body_read_at = state.hexdigest(), now()
    else:
        return False
    reading.etag = _validator(response, "ETag") or reading.etag
    reading.last_modified = _validator(response, "Last-Modified") or reading.last_modified
    if last is None or last.body_hash != reading.body_hash:
        return False
    reading.unchanged = last
    return True


def _validator(response: Response, name: str) -> str | None:
    """A validator of the response, as it may be sent back."""
    value = (response.headers.get(name) or b"").decode("latin-1").strip()
    return value if _SENDABLE.fullmatch(value) else None
