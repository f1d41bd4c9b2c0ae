"""What pages say about themselves to machines: JSON-LD, microdata, title and meta elements."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import lxml.etree
import lxml.html

from crawler.text import line, parse_html

Thing = Mapping[str, Any]

_TITLE = re.compile(r"<title(?:\s[^<>]*)?>([^<]{0,1000})", re.IGNORECASE)
# What scripts are wrapped in to hide them from something else.
_FRAMES = ("<!--", "-->", "//", "/*", "*/", "<![CDATA[", "]]>", ";")
_ENCODED_JSON = re.compile(r"[\[{\s]{1,20}&(?:quot|#0*34|#x0*22);", re.IGNORECASE)
_BETWEEN = re.compile(r"[\s;,]*")
_CONTAINERS = ("@graph", "mainEntity", "mainEntityOfPage", "dataFeedElement", "item",
               "itemListElement")  # fmt: skip
_DEPTH = 12
_MOST_THINGS = 5_000
_LONGEST_PAGE = 4_000_000
_LONGEST_SCRIPT = 4_000_000


def page_title(page: str) -> str | None:
    """The text of the first `<title>`."""
    found = _TITLE.search(page[:200_000])
    return line(found[1]) if found else None


def things(root: lxml.html.HtmlElement, type_name: str) -> list[Thing]:
    """Every object of a schema.org type on a page, from JSON-LD first, else from microdata.

    Keys are as the page has them; read them with `get`, which does not mind their case.
    """
    found = list(_json_ld(root, type_name))
    return found or list(_microdata(root, type_name))


def get(thing: Any, key: str) -> Any:
    """`thing[key]`, in whatever case the page writes the key; None if there is none."""
    if not isinstance(thing, dict):
        return None
    if key in thing:
        return thing[key]
    lowered = key.lower()
    return next((v for k, v in thing.items() if isinstance(k, str) and k.lower() == lowered), None)


def is_a(thing: Any, type_name: str) -> bool:
    """Whether `@type` names the type, bare, as a URL or among others."""
    kinds = get(thing, "@type")
    wanted = type_name.lower()
    return any(
        isinstance(kind, str) and re.split(r"[/#:]", kind)[-1].lower() == wanted
        for kind in (kinds if isinstance(kinds, list) else [kinds])
    )


def _json_ld(root: lxml.html.HtmlElement, type_name: str) -> Iterator[Thing]:
    for script in root.iter("script"):
        kind = (script.get("type") or "").partition(";")[0].strip().lower()
        if kind == "application/ld+json":
            for value in values_in(script.text_content()):
                yield from _walk(value, type_name)


def script_data(root: lxml.html.HtmlElement, element_id: str) -> Any:
    """The JSON in `<script id=…>`, where some frameworks keep what a page was made from."""
    for script in root.iter("script"):
        if script.get("id") == element_id:
            return next(iter(values_in(script.text_content())), None)
    return None


def values_in(script: str) -> list[Any]:
    """The JSON values of one script, past what is often wrong with it: raw line breaks in
    strings, comment and CDATA framing, entity-encoded whole, a closing semicolon, several
    values one after the other. What stays broken ends the list."""
    text = _unframed(script[:_LONGEST_SCRIPT])
    if _ENCODED_JSON.match(text):
        text = html.unescape(text)
    decoder = json.JSONDecoder(strict=False)
    values: list[Any] = []
    at = 0
    while len(values) < 200:
        between = _BETWEEN.match(text, at)
        at = between.end() if between else at
        if at == len(text):
            break
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            break
        values.append(value)
    return values


def _unframed(script: str) -> str:
    text = script.strip()
    while True:
        for frame in _FRAMES:
            text = text.removeprefix(frame).removesuffix(frame).strip()
        if not text.startswith(_FRAMES) and not text.endswith(_FRAMES):
            return text


def _walk(value: Any, type_name: str) -> Iterator[Thing]:
    """Objects of the type inside lists and the containers schema.org wraps them in."""
    waiting: list[tuple[Any, int]] = [(value, 0)]
    budget = _MOST_THINGS
    while waiting and budget:
        current, depth = waiting.pop()
        budget -= 1
        if isinstance(current, list):
            inner: list[Any] = current[:_MOST_THINGS]
        elif isinstance(current, dict):
            if is_a(current, type_name):
                yield current
                continue
            inner = [get(current, key) for key in _CONTAINERS]
        else:
            continue
        if depth < _DEPTH:
            waiting.extend((one, depth + 1) for one in reversed(inner) if one is not None)


def _microdata(root: lxml.html.HtmlElement, type_name: str) -> Iterator[Thing]:
    wanted = type_name.lower()
    walk = lxml.etree.iterwalk(root, events=("start",))
    for _, node in walk:
        if _item_type(node).lower() == wanted:
            walk.skip_subtree()
            yield _item(node, 0)


def _item(scope: lxml.html.HtmlElement, depth: int) -> dict[str, Any]:
    """One microdata item: https://html.spec.whatwg.org/multipage/microdata.html#values"""
    item: dict[str, Any] = {"@type": _item_type(scope)}
    waiting = list(reversed(list(scope)))
    while waiting:
        node = waiting.pop()
        if not isinstance(node.tag, str):
            continue
        nested = node.get("itemscope") is not None
        for name in (node.get("itemprop") or "").split():
            value = _item(node, depth + 1) if nested and depth < _DEPTH else _value(node, name)
            _add(item, name, value)
        if not nested:
            waiting.extend(reversed(list(node)))
    return item


def _add(item: dict[str, Any], name: str, value: Any) -> None:
    if name not in item:
        item[name] = value
    elif isinstance(item[name], list):
        item[name].append(value)
    else:
        item[name] = [item[name], value]


def _value(node: lxml.html.HtmlElement, name: str) -> str:
    for attribute in ("content", "datetime", "href", "src", "value"):
        if (value := node.get(attribute)) is not None:
            return str(value)
    if name == "description":
        return str(lxml.html.tostring(node, encoding="unicode", with_tail=False))
    return str(node.text_content())


def _item_type(node: lxml.html.HtmlElement) -> str:
    if node.get("itemscope") is None:
        return ""
    return re.split(r"[/#]", (node.get("itemtype") or "").split(" ")[0].rstrip("/"))[-1]


def meta(root: lxml.html.HtmlElement, name: str) -> str | None:
    """The content of `<meta name=… >` or `<meta property=… >`."""
    for node in root.iter("meta"):
        if (node.get("property") or node.get("name") or "").lower() == name:
            return line(node.get("content"))
    return None


def tree(page: str) -> lxml.html.HtmlElement | None:
    """A page as a tree, or None when there is nothing in it. Very long pages are cut."""
    return parse_html(page[:_LONGEST_PAGE])
