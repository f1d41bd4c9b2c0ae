"""Sitemaps (https://www.sitemaps.org/protocol.html) from strangers: bounded, entities untouched."""

from __future__ import annotations

import io
import zlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import lxml.etree

from crawler.moments import moment
from crawler.sources.base import Malformed
from crawler.text import web_address

MAX_BYTES = 32 * 1024 * 1024
MAX_ENTRIES = 50_000
UNDATED = datetime.min  # noqa: DTZ901 - only ever compared, and older than every lastmod


@dataclass(slots=True)
class Sitemap:
    """What one sitemap or index of sitemaps lists."""

    pages: dict[str, datetime]
    """Address -> lastmod."""
    sitemaps: list[str]
    whole: bool
    """Whether nothing of it had to be left out."""

    def add(self, kind: str, location: str | None, modified: str | None) -> None:
        address = web_address(location)
        if address and kind == "url":
            self.pages[address] = moment(modified)[0] or UNDATED
        elif address:
            self.sitemaps.append(address)


def read_sitemap(body: bytes, address: str) -> Sitemap:
    """Plain or gzipped XML, or one address a line. Entities are not expanded, and what is
    damaged or beyond the bounds (32 MiB unpacked, 50,000 addresses) is left out.

    Raises:
        Malformed: it is no sitemap at all.
    """
    body, whole = _unpacked(body, address)
    found = Sitemap({}, [], whole)
    if body[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"http://", b"https://")):
        for one in body.decode("utf-8", "replace").splitlines():
            if location := web_address(one.strip()):
                found.pages[location] = UNDATED
        return found
    walk = lxml.etree.iterparse(
        io.BytesIO(body),
        events=("start", "end"),
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    is_sitemap = False
    try:
        for event, node in walk:
            kind = _local_name(node)
            if event == "start":
                is_sitemap = is_sitemap or kind in ("urlset", "sitemapindex")
                if not is_sitemap:
                    break
            elif kind in ("url", "sitemap"):
                found.add(kind, _child(node, "loc"), _child(node, "lastmod"))
                _forget(node)
                if len(found.pages) + len(found.sitemaps) >= MAX_ENTRIES:
                    found.whole = False
                    break
        else:
            found.whole = found.whole and not walk.error_log.filter_from_errors()
    except lxml.etree.XMLSyntaxError:
        found.whole = False
    if not is_sitemap:
        raise Malformed(f"{address} is not a sitemap")
    return found


def _unpacked(body: bytes, address: str) -> tuple[bytes, bool]:
    """The body out of its gzip, if it is in one, and whether that is all of it."""
    if body[:2] != b"\x1f\x8b":
        return body, True
    unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        plain = unpacker.decompress(body, MAX_BYTES)
    except zlib.error as error:
        raise Malformed(f"the sitemap {address} is not gzip") from error
    return plain, unpacker.eof and not unpacker.unused_data.strip(b"\0")


def _local_name(node: Any) -> str:
    return node.tag.rpartition("}")[2].lower() if isinstance(node.tag, str) else ""


def _child(node: Any, name: str) -> str | None:
    for child in node:
        if _local_name(child) == name:
            return (child.text or "").strip() or None
    return None


def _forget(node: Any) -> None:
    """Frees what has been read: sitemaps are long and flat."""
    node.clear()
    while node.getprevious() is not None:
        del node.getparent()[0]
