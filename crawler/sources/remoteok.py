"""Remote OK's newest jobs, about a hundred: https://remoteok.com/api"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any

from crawler.fields import each, employer_name, posting
from crawler.moments import from_epoch_seconds, moment
from crawler.pay import pay
from crawler.places import country, country_among, places, workplace_among
from crawler.posting import Posting, WorkplaceType
from crawler.sources.base import Board, Feed, Fetch, Malformed, Reply, Yield
from crawler.text import from_html

_MISREAD = re.compile("[\u00c2\u00c3\u00e2][\u0080-\u00bf\u0152-\u203a\u20ac\u2122]")
_ANYWHERE = frozenset(("", "worldwide", "anywhere", "global"))


class RemoteOK(Feed):
    name = "remoteok"
    title = "Remote OK"
    home = "https://remoteok.com"
    terms = "public API, no key; linked and named, its logo not shown; the newest 100, a day late"
    attribution = "via Remote OK"
    hosts = ("remoteok.com",)
    read_every = timedelta(hours=6)
    expires_after = timedelta(days=30)

    def start(self, board: Board) -> Iterable[Fetch]:
        yield Fetch("https://remoteok.com/api")

    def parse(self, reply: Reply, board: Board) -> Iterator[Yield]:
        rows = reply.json()
        if not isinstance(rows, list):
            raise Malformed(f"{reply.url} did not answer with a list")
        yield from each(rows, _posting)


def _posting(job: Mapping[str, Any]) -> Posting | None:
    if "legal" in job and "id" not in job:
        return None  # the first row says under what terms the others are given
    address = job.get("url")
    if isinstance(address, str):
        address = address.replace("//remoteOK.com/", "//remoteok.com/")
    found = posting(job.get("id"), _mended(job.get("position")), address)
    found.employer = employer_name(_mended(job.get("company")))
    where = _mended(job.get("location"))
    where = where.strip(" ,") if isinstance(where, str) else None
    found.locations = places([where])
    found.country = country_among(found.locations)
    found.workplace_type = workplace_among([where])
    # Many are collected elsewhere, and those that name a town may be done there only.
    if where is not None and (where.lower() in _ANYWHERE or country(where)):
        found.workplace_type = WorkplaceType.REMOTE
    found.description = from_html(_mended(job.get("description")))
    found.pay = pay(job.get("salary_min"), job.get("salary_max"), "USD", "year")
    found.published_at, found.published_precision = moment(job.get("date"))
    if found.published_at is None:
        found.published_at, found.published_precision = from_epoch_seconds(job.get("epoch"))
    return found


def _mended(value: Any) -> Any:
    """UTF-8 that was once taken for Windows-1252, set right; anything else as it is."""
    if not isinstance(value, str) or not _MISREAD.search(value):
        return value
    try:
        parts = (c.encode("latin-1" if c <= "\xff" else "cp1252") for c in value)
        return b"".join(parts).decode()
    except UnicodeError:
        return value
