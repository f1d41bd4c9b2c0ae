"""XML from strangers: entities left alone, nothing fetched, lies about the encoding survived."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeAlias

import lxml.etree

from crawler.sources.base import Malformed, Reply, Truncated

Element: TypeAlias = "lxml.etree._Element"

_BEGINS = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\0]*<")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")


def xml_root(reply: Reply) -> Element:
    """The document's root.

    Raises:
        Truncated: it ends before it is closed.
        Malformed: it is not XML (an HTML page, say).
    """
    if not _BEGINS.match(reply.body):
        raise Malformed(f"{reply.url} did not answer with XML")
    try:
        return _parsed(reply.body, reply.url)
    except Malformed as error:
        # The declared encoding may be a lie: the header's, or UTF-8 with what is wrong replaced.
        text = _DECLARATION.sub("", reply.text.removeprefix("\ufeff"), count=1)
        plain = text.replace("\0", "").strip().encode("utf-8", "replace")
        if plain == reply.body:
            raise
        try:
            return _parsed(plain, reply.url)
        except Malformed:
            raise error from None


def local_name(node: Element) -> str:
    """The tag without its namespace, as it is written; "" for comments and the like."""
    return node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""


def children(node: Element | None, *path: str) -> Iterator[Element]:
    """Those that a path of local names leads to: `children(position, "jobs", "job")`."""
    if node is None:
        return
    name, *rest = path
    for child in node:
        if local_name(child) == name:
            if rest:
                yield from children(child, *rest)
            else:
                yield child


def text_at(node: Element | None, *path: str) -> str | None:
    """The text of the first element on the path that has any, CDATA or not."""
    for found in children(node, *path):
        if text := "".join(found.itertext()).strip():
            return text
    return None


def texts_at(node: Element | None, *path: str) -> list[str]:
    """The texts of all elements on the path."""
    found = ("".join(one.itertext()).strip() for one in children(node, *path))
    return [text for text in found if text]


def record(node: Element) -> dict[str, str]:
    """An element's children as name -> text: of those with one name, the first that has any."""
    found: dict[str, str] = {}
    for child in node:
        if text := "".join(child.itertext()).strip():
            found.setdefault(local_name(child), text)
    return found


def _parsed(body: bytes, address: str) -> Element:
    parser = lxml.etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        parser.feed(body)
    except lxml.etree.XMLSyntaxError as error:
        why = str(error.msg or "no reason given").splitlines()[0][:100]
        raise Malformed(f"{address} did not answer with XML ({why})") from error
    try:
        # All of it was well-formed so far; what is wrong now is that it stops.
        return parser.close()
    except lxml.etree.XMLSyntaxError as error:
        raise Truncated(f"{address} ends in the middle of its XML") from error
