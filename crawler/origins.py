"""Origins: who really answers for a host (a mirror, a caching proxy, a server on loopback).

The change of address happens beneath Scrapy's slots and middlewares, so delays, robots.txt,
redirects and a response's URL all stay those of the host that was asked for.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from urllib.parse import urljoin, urlsplit

from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.settings import CrawlSettings


class OriginHandler(BaseDownloadHandler):
    """Scrapy's HTTP handler, asking the host's origin where it has one."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        crawl: CrawlSettings = crawler.settings["CRAWL"]
        self._origins = crawl.origins
        self._http = _Http(crawler)

    async def download_request(self, request: Request) -> Response:
        origin = origin_of(request.url, self._origins)
        if origin is None:
            return _as_bytes(await self._http.download_request(request), request.url)
        response = await self._http.download_request(_redirected(request, origin))
        headers = response.headers
        if location := headers.get(b"Location"):
            headers[b"Location"] = asked_location(location.decode("latin-1"), request.url, origin)
        return _as_bytes(response, request.url)

    async def close(self) -> None:
        await self._http.close()


class _Http(HTTP11DownloadHandler):
    """Keeps a connection to an origin for each host it answers for, which is one request at a time
    each; Scrapy would keep one, and make the others anew for every request."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        crawl: CrawlSettings = crawler.settings["CRAWL"]
        self._pool.maxPersistentPerHost = crawl.concurrent_hosts if crawl.origins else 1


def origin_of(url: str, origins: Mapping[str, str]) -> str | None:
    """The origin that answers for the URL's host, without its last slash."""
    host = host_of(url)
    origin = origins.get(host, origins.get("*"))
    return origin.replace("{host}", host).rstrip("/") if origin is not None else None


def at_origin(url: str, origin: str) -> str:
    """The asked-for URL's path and query, at the origin."""
    parts = urlsplit(url)
    return origin + (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def asked_location(location: str, url: str, origin: str) -> str:
    """A Location that names the origin, as an address at the asked-for host."""
    try:
        absolute = urljoin(at_origin(url, origin), location)
    except ValueError:
        return location
    if absolute != origin and not absolute.startswith((origin + "/", origin + "?")):
        return location
    asked = urlsplit(url)
    return f"{asked.scheme}://{asked.netloc}{absolute.removeprefix(origin)}"


def host_of(url: str) -> str:
    """Lower-case host name without port and root dot; "" where there is none."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


def is_loopback(host: str) -> bool:
    """Whether the name can only mean this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _as_bytes(response: Response, url: str) -> Response:
    """The response at the asked-for URL, as nothing but bytes: one of text guesses its encoding out
    of the whole body whenever it is copied, and sources read it in their own way."""
    return Response(
        url,
        response.status,
        response.headers,
        response.body,
        response.flags,
        response.request,
        response.certificate,
        response.ip_address,
        response.protocol,
    )


def _redirected(request: Request, origin: str) -> Request:
    moved = request.replace(url=at_origin(request.url, origin))
    if is_loopback(host_of(origin)):
        moved.meta.pop("proxy", None)
        moved.headers.pop(b"Proxy-Authorization", None)
    return moved
