"""Hacker News "Ask HN: Who is hiring?", by the search API: https://hn.algolia.com/api

A posting is a comment at the top of this or the last month's thread. Both are read whole, so a
comment that is missing was deleted, or its thread has had its two months.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from crawler.fields import Unusable, each, identifier, items, mapping, posting
from crawler.firstline import first_line
from crawler.moments import moment
from crawler.posting import Posting
from crawler.sources.base import Board, Feed, Fetch, Malformed, Reply, Yield
from crawler.text import from_html, line, web_address

_API = "https://hn.algolia.com/api/v1"
_THREAD = re.compile(r"Ask HN: Who is hiring\? \(\w+ \d{4}\)", re.IGNORECASE)
_THREADS = 2
_LINK = re.compile(r"<a\s[^<>]{0,50}?href=\"([^\"<>]{1,2000})\"[^<>]{0,100}>[^<>]{0,500}</a>")
_PARAGRAPH = re.compile(r"<p>|\n", re.IGNORECASE)


class HackerNews(Feed):
    name = "hackernews"
    title = "Hacker News: Who is hiring?"
    home = "https://news.ycombinator.com/submitted?id=whoishiring"
    tokens = ("whoishiring",)
    terms = "public API without a key; this and the last month's thread"
    hosts = ("hn.algolia.com",)

    def start(self, board: Board) -> Iterable[Fetch]:
        yield Fetch(f"{_API}/search_by_date?tags=story,author_whoishiring&hitsPerPage=20")

    def parse(self, reply: Reply, board: Board) -> Iterator[Yield]:
        answer = mapping(reply.json())
        if reply.note == "thread":
            comments = answer.get("children")
            if not isinstance(comments, list):
                raise Malformed(f"{reply.url} has no comments")
            # What was deleted keeps its place, without text or author.
            yield from each((c for c in comments if _is_there(c)), _posting)
            return
        stories = answer.get("hits")
        if not isinstance(stories, list):
            raise Malformed(f"{reply.url} has no list of stories")
        hiring = (s for s in map(mapping, stories) if _THREAD.match(line(s.get("title")) or ""))
        threads = [known for story in hiring if (known := identifier(story.get("objectID")))]
        if not threads:
            raise Malformed(f"{reply.url} names no thread of who is hiring")
        for thread in threads[:_THREADS]:
            yield Fetch(f"{_API}/items/{thread}", note="thread")


def _is_there(comment: Any) -> bool:
    return not isinstance(comment, dict) or bool(comment.get("text") and comment.get("author"))


def _posting(comment: Mapping[str, Any]) -> Posting:
    known = identifier(comment.get("id"))
    text = comment.get("text")
    text = _LINK.sub(r"\1", text) if isinstance(text, str) else ""
    heading, *rest = _PARAGRAPH.split(text, maxsplit=1)
    said = first_line(heading)
    if known is None or said.employer is None:
        raise Unusable(known, f"comment {known} names no employer in its first line")
    title = said.title or line(re.sub(r"^.*?\|\s*", "", line(heading) or ""), 150)
    found = posting(known, title, f"https://news.ycombinator.com/item?id={known}")
    found.employer = said.employer
    found.locations, found.country = said.locations, said.country
    found.workplace_type = said.workplace_type
    found.employment_type = said.employment_type
    found.pay = said.pay
    found.apply_url = _first_link(comment.get("text"))
    found.description = from_html("<p>".join([heading, *rest]))
    found.published_at, found.published_precision = moment(comment.get("created_at"))
    return found


def _first_link(text: Any) -> str | None:
    links = _LINK.findall(text) if isinstance(text, str) else items(None)
    return next(filter(None, (web_address(html.unescape(link)) for link in links)), None)
