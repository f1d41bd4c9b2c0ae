"""RSS 2.0, Atom (RFC 4287) and JSON Feed 1.1, read alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from crawler.fields import items, mapping
from crawler.sources.base import Malformed, Reply
from crawler.xml import Element, children, local_name, text_at, xml_root


@dataclass(frozen=True, slots=True)
class FeedItem:
    """One entry, its fields as they are written: read them like any other from outside."""

    id: Any
    title: Any
    url: Any
    published: Any
    updated: Any
    content: Any
    """HTML, the longest form there is."""
    element: Element | None = None
    """The entry itself in a feed of XML, for what feeds add of their own (`text_at`)."""
    object: Mapping[str, Any] | None = None
    """The entry itself in a JSON Feed."""


@dataclass(frozen=True, slots=True)
class FeedDocument:
    title: Any
    items: list[FeedItem]
    next: Any
    """The address of the next page, where the feed names one."""


def read_feed(reply: Reply) -> FeedDocument:
    """A feed in any of the three formats.

    Raises:
        Truncated, Malformed: it is none, or ends before it is complete.
    """
    if reply.body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")):
        return _json_feed(reply)
    root = xml_root(reply)
    match local_name(root):
        case "rss" | "RDF":
            channel = next(children(root, "channel"), None)
            if channel is None:
                raise Malformed(f"{reply.url} is RSS without a channel")
            # RSS 1.0 has its items beside the channel.
            entries = [*children(channel, "item"), *children(root, "item")]
            return FeedDocument(
                text_at(channel, "title"), [_rss(item) for item in entries], _link(channel, "next")
            )
        case "feed":
            return FeedDocument(
                text_at(root, "title"),
                [_atom(entry) for entry in children(root, "entry")],
                _link(root, "next"),
            )
        case name:
            raise Malformed(f"{reply.url} is not a feed: it holds <{name[:40]}>")


def _json_feed(reply: Reply) -> FeedDocument:
    document = mapping(reply.json())
    version, entries = document.get("version"), document.get("items")
    if not isinstance(version, str) or "jsonfeed.org" not in version:
        raise Malformed(f"{reply.url} is not a JSON Feed")
    if not isinstance(entries, list):
        raise Malformed(f"{reply.url} has no list of items")
    found = [_json_item(mapping(entry)) for entry in items(entries)]
    return FeedDocument(document.get("title"), found, document.get("next_url"))


def _json_item(entry: Mapping[str, Any]) -> FeedItem:
    return FeedItem(
        id=entry.get("id"),
        title=entry.get("title"),
        url=entry.get("url") or entry.get("external_url"),
        published=entry.get("date_published"),
        updated=entry.get("date_modified"),
        content=entry.get("content_html") or entry.get("content_text") or entry.get("summary"),
        object=entry,
    )


def _rss(item: Element) -> FeedItem:
    link, guid = text_at(item, "link"), text_at(item, "guid")
    return FeedItem(
        id=guid or link,
        title=text_at(item, "title"),
        url=link or _link(item, "alternate") or guid,
        published=text_at(item, "pubDate") or text_at(item, "date"),
        updated=text_at(item, "updated"),
        content=text_at(item, "encoded") or text_at(item, "description"),
        element=item,
    )


def _atom(entry: Element) -> FeedItem:
    return FeedItem(
        id=text_at(entry, "id"),
        title=text_at(entry, "title"),
        url=_link(entry, "alternate") or text_at(entry, "id"),
        published=text_at(entry, "published") or text_at(entry, "updated"),
        updated=text_at(entry, "updated"),
        content=text_at(entry, "content") or text_at(entry, "summary"),
        element=entry,
    )


def _link(node: Element, relation: str) -> str | None:
    """The address of a `<link rel=… href=…>`; one without a relation is the alternate."""
    return next(_links(node, relation), None)


def _links(node: Element, relation: str) -> Iterator[str]:
    for link in children(node, "link"):
        if (href := link.get("href")) and link.get("rel", "alternate") == relation:
            yield href
