"""softgarden's careers pages: a schema.org DataFeed of all postings, in one reply.

Boards of the older kind have no feed but a page of links, and a JobPosting on each posting's page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import lxml.html

from crawler.fields import count, each, identifier, mapping, posting
from crawler.moments import moment
from crawler.places import country_among, places, workplace_among
from crawler.posting import Posting
from crawler.schemaorg import fill, fill_from_page, first
from crawler.sources.base import (
    Board,
    Fetch,
    Listed,
    Malformed,
    Reply,
    Source,
    Truncated,
    Yield,
)
from crawler.structured import Thing, get, tree
from crawler.text import line

_OLD = "io/"
_SITE = r"(?<![\w.-])(?P<token>[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)"
_NUMBER = re.compile(r"/jobs?/(\d{1,18})(?=[/?#]|$)")
_OLD_ID = re.compile(r"job_id_(\d{1,18})")


class Softgarden(Source):
    """The token is the first label of the board's host; for the older boards, `io/<label>`."""

    name = "softgarden"
    title = "softgarden"
    examples = {
        "https://kessler.career.softgarden.de/": "kessler",
        "https://kessler.career.softgarden.de/jobs/48677018/Controller/": "kessler",
        "https://kessler-gruppe.softgarden.io/de/widgets/jobs": "io/kessler-gruppe",
    }
    addresses = (
        re.compile(rf"{_SITE}\.career\.softgarden\.de\b", re.IGNORECASE),
        re.compile(rf"{_SITE}\.(?P<old>softgarden\.io)\b", re.IGNORECASE),
    )
    reserved = frozenset(
        f"{old}{word}"
        for old in ("", _OLD)
        for word in ("www", "api", "app", "static", "cdn", "matomo", "certificate", "tracker")
    )
    terms = "public schema.org feed of the careers page, no key"

    def token(self, match: re.Match[str]) -> str:
        return (_OLD if match.groupdict().get("old") else "") + match["token"].lower()

    def slug(self, token: str) -> str:
        return token.removeprefix(_OLD)

    def board_url(self, token: str) -> str:
        label = self.slug(token)
        old = label != token
        return f"https://{label}.{'softgarden.io' if old else 'career.softgarden.de'}/"

    def start(self, board: Board) -> Iterable[Fetch]:
        old = board.token.startswith(_OLD)
        page = "de/widgets/jobs" if old else "jobs.feed.json"
        yield Fetch(self.board_url(board.token) + page, note="old" if old else None)

    def parse(self, reply: Reply, board: Board) -> Iterator[Yield]:
        if reply.listed is not None:
            fill_from_page(reply.listed, reply)
            yield reply.listed
        elif reply.note == "old":
            yield from self._on_page(reply, board)
        else:
            yield from _in_feed(reply)

    def _on_page(self, reply: Reply, board: Board) -> Iterator[Yield]:
        root = tree(reply.text)
        if root is None or "softgarden" not in reply.text:
            raise Malformed(f"{reply.url} is no list of softgarden's")
        rows = ({"row": row} for row in root.find_class("matchElement"))
        yield from each(rows, lambda job: _listed(job["row"], self.board_url(board.token)))


def _in_feed(reply: Reply) -> Iterator[Yield]:
    feed = mapping(reply.json())
    elements = feed.get("dataFeedElement")
    if not isinstance(elements, list):
        raise Malformed(f"{reply.url} is no DataFeed: it has no dataFeedElement")
    yield from each((get(one, "item") or one for one in elements), _posting)
    if (count(feed.get("numberOfItems")) or 0) > len(elements):
        raise Truncated(f"{reply.url} holds {len(elements)} of {feed['numberOfItems']} postings")


def _posting(job: Thing) -> Posting:
    given = first(get(job, "identifier"))
    url = first(get(job, "url"))
    number = _NUMBER.search(url) if isinstance(url, str) else None
    known = identifier(get(given, "value") if isinstance(given, dict) else given)
    found = posting(known or (number and number[1]), get(job, "title"), url)
    return fill(found, job)


def _listed(row: lxml.html.HtmlElement, site: str) -> Listed:
    number = _OLD_ID.fullmatch(row.get("id") or "")
    address = f"{site}job/{number[1]}?l=de" if number else None
    title = next(
        (node.text_content() for at in row.find_class("title") for node in at.iter("a")), None
    )
    found = posting(number and number[1], title, address)
    where = [line(node.text_content(), 200) for node in row.find_class("location-view-item")]
    found.locations, found.workplace_type = places(where), workplace_among(where)
    found.country = country_among(found.locations)
    dates = [line(node.text_content(), 40) for node in row.find_class("date")]
    found.published_at, found.published_precision = moment(next(iter(dates), None))
    return Listed(Fetch(found.url), found)
