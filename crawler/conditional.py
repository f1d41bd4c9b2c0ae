"""Conditional requests (RFC 9110, 13): asking a board only whether it has changed.

Only where its last read was one reply that told everything and left nothing to do. A page of
several says nothing about the others: postings move from page to page.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from scrapy.http import Response

from crawler.posting import digest
from crawler.sources.base import Fetch
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


def validator_in(response: Response, name: str) -> str | None:
    """A validator of the response, as it may be sent back."""
    value = (response.headers.get(name) or b"").decode("latin-1").strip()
    return value if _SENDABLE.fullmatch(value) else None
