"""Fetches as Scrapy requests, and responses as sources know them."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from typing import Any

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.keys import Keys
from crawler.origins import host_of, is_loopback
from crawler.posting import Posting
from crawler.sources.base import Fetch, Reply

MAX_URL = 4096


def request_for(
    fetch: Fetch,
    replied: Callable[..., Any],
    failed: Callable[..., Any],
    *,
    headers: Mapping[str, str],
    keys: Keys | None,
    **passed_on: Any,
) -> Request:
    """The request for a fetch. `passed_on` comes back to both callbacks.

    Raises:
        ValueError: the address is none.
    """
    sent = {**fetch.headers, **headers}
    if fetch.method == "POST":
        sent["Content-Type"] = "application/json"
    return Request(
        fetch.url,
        replied,
        method=fetch.method,
        body=fetch.body,
        headers=sent,
        errback=failed,
        dont_filter=True,
        meta={"keys": keys} if keys else {},
        cb_kwargs={"fetch": fetch, **passed_on},
    )


def reply_of(response: Response, note: Any = None, listed: Posting | None = None) -> Reply:
    """Scrapy's response as sources know it."""
    headers = {
        name.decode("latin-1").lower(): b", ".join(values).decode("latin-1")
        for name, values in response.headers.items()
    }
    return Reply(response.url, response.status, response.body, headers, note, listed)


def failed_request(failure: Failure) -> tuple[Request, BaseException]:
    """What an errback is called about. Scrapy hangs the request onto Twisted's Failure."""
    request: Request = failure.request  # type: ignore[attr-defined]
    assert failure.value is not None
    return request, failure.value


def may_ask(url: str, board_host: str) -> bool:
    """An address from outside must not lead to this machine or its local network."""
    host = host_of(url)
    if not host or len(url) > MAX_URL or not url.lower().startswith(("http://", "https://")):
        return False
    if host == board_host:
        return True
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host and not is_loopback(host) and not host.endswith((".local", ".internal"))
