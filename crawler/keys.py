"""Keys and tokens: added beneath everything that logs, stores or follows, and taken out again.

A request carries its `Keys` in its meta, where nobody prints them; the handler nearest the
network puts them on it, so that the address everybody else sees is without. What the server
says back of them (a link to the next page, say) is blacked out before anybody reads it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, quote_plus, urlencode, urlsplit, urlunsplit

from scrapy import Request
from scrapy.http import Response

from crawler.choices import Choice
from crawler.origins import host_of
from crawler.sources.base import Source

BLACKED_OUT = "***"


@dataclass(frozen=True, slots=True)
class Keys:
    """What is sent to these hosts, and to no other."""

    hosts: frozenset[str]
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)


def keys_for(source: Source, choice: Choice, token: str, board_host: str) -> Keys | None:
    """The keys that one board is read with; None where it needs none."""
    headers, query, secrets = {}, {}, []
    for need in source.needs:
        if value := choice.value(need, token):
            secrets.append(value)
            if need.header:
                headers[need.header] = need.prefix + value
            if need.query:
                query[need.query] = value
    if not secrets:
        return None
    return Keys(frozenset(source.hosts or (board_host,)), headers, query, tuple(secrets))


def keyed(request: Request) -> Request:
    """The request as it leaves: with its keys, if it goes where they may go."""
    keys: Keys | None = request.meta.get("keys")
    if keys is None or host_of(request.url) not in keys.hosts or request.url[:6] != "https:":
        return request
    url = request.url
    if keys.query:
        parts = urlsplit(url)
        # A link the server gave us may hold the place of the key.
        others = [
            pair for pair in parse_qsl(parts.query, keep_blank_values=True)
            if pair[0] not in keys.query
        ]  # fmt: skip
        query = urlencode([*others, *keys.query.items()])
        url = urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))
    headers = request.headers.copy()
    headers.update(keys.headers)
    return request.replace(url=url, headers=headers)


def unkeyed_headers(response: Response, request: Request) -> Response:
    """The response, whose headers (a Location, say) do not repeat the request's keys."""
    keys: Keys | None = request.meta.get("keys")
    if keys is None:
        return response
    headers = {
        name: [redacted(value.decode("latin-1"), keys.secrets) for value in values]
        for name, values in response.headers.items()
    }
    return response.replace(headers=headers)


def unkeyed_body(response: Response, request: Request) -> Response:
    """Likewise its body, once that is decompressed."""
    keys: Keys | None = request.meta.get("keys")
    if keys is None:
        return response
    body = response.body
    for secret in _written(keys.secrets):
        body = body.replace(secret.encode(), BLACKED_OUT.encode())
    return response.replace(body=body)


def redacted(text: str, secrets: Iterable[str]) -> str:
    """The text with every secret in it blacked out."""
    for secret in _written(secrets):
        text = text.replace(secret, BLACKED_OUT)
    return text


def _written(secrets: Iterable[str]) -> list[str]:
    """Each as it is and as addresses have it, longer ones first: one may be part of another."""
    forms = {form for s in secrets if s for form in (s, quote(s, safe=""), quote_plus(s))}
    return sorted(forms, key=len, reverse=True)
