"""Text from strangers to plain text: no markup, no control characters, bounded length."""

from __future__ import annotations

import html
import re
import unicodedata
from typing import Any
from urllib.parse import urlsplit

import html_text
import lxml.etree
import lxml.html
from w3lib.url import safe_url_string

LINE_LIMIT = 500
TEXT_LIMIT = 100_000
URL_LIMIT = 2_048
_HTML_LIMIT = 8 * TEXT_LIMIT

# Escape sequences go whole, so that "\x1b[31mEngineer" does not become "[31mEngineer".
# The bodies of OSC, DCS and their like are bounded: an unfinished one must not eat a text.
_ESCAPES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]{0,64}[ -/]{0,8}[@-~]?"
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c\n]{0,256}(?:\x07|\x1b\\|\x9c)"
    r"|\x1b[ -/]{0,4}[0-~]?"
)
# C0 and C1 but tab and newline, soft hyphen, bidi marks and overrides, zero-width and
# invisible characters, byte order marks, tags, lone surrogates, non-characters.
_JUNK = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\ud800-\udfff"
    "\U000e0000-\U000e007f]"
)
# A joiner means something between Arabic or Indic letters and within an emoji; beside
# Latin text or a space it only hides a difference.
_IDLE_JOINER = re.compile(
    "(?<![\u0300-\u1fff\u2100-\U0010ffff])[\u200c\u200d]|[\u200c\u200d](?![\u0300-\U0010ffff])"
)
_ASCII_CONTROLS = bytes((*range(9), *range(11, 32), 127))
_CONTROL = re.compile("[\x0b-\x1f\x80-\x9f\u2028\u2029]")
_BREAKS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_TAG = re.compile(r"<[a-zA-Z/!]")
_ENCODED_TAG = re.compile(r"&(?:amp;)?(?:lt|#0*60|#x0*3c);", re.IGNORECASE)
_INLINE_TAG = re.compile(
    r"</?(?:a|abbr|b|br|div|em|font|h[1-6]|i|img|iframe|p|script|small|span|strong|style|sub|sup"
    r"|svg|u|wbr)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_GAPS = re.compile(r"\n{3,}")
_PLAIN_URL = re.compile(r"https?://[A-Za-z0-9.-]+(?P<port>:\d{1,5})?(?:[/?#][!#-;=?-Z_a-z~\[\]]*)?")

# fmt: off
_SKIPPED = (
    lxml.etree.Comment,
    lxml.etree.ProcessingInstruction,
    *(
        "script style template noscript head title iframe object embed svg math canvas audio "
        "video form button input select textarea option"
    ).split(),
)
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


def line(value: Any, limit: int = LINE_LIMIT) -> str | None:
    """One clean line of text out of a string that may hold entities and inline markup.

    None for anything that is not a string or has nothing to read in it.
    """
    if not isinstance(value, str):
        return None
    value = value[: 8 * limit]
    for _ in range(2):
        decoded = html.unescape(value)
        if decoded == value:
            break
        value = decoded
    return plain_line(_INLINE_TAG.sub(" ", value) if "<" in value else value, limit)


def plain_line(value: Any, limit: int = LINE_LIMIT) -> str | None:
    """Like `line` for a string that is not HTML: entities and markup are left as they are."""
    if not isinstance(value, str):
        return None
    value = clean(value[: 8 * limit])
    value = unicodedata.normalize("NFC", " ".join(value.split()))
    if len(value) > limit:
        value = value[: limit - 1].rstrip() + "…"
    return value or None


def clean(value: str) -> str:
    """`value` without terminal escapes, controls, bidi overrides and invisible characters."""
    if is_plain(value):
        return value
    if _CONTROL.search(value):
        value = _ESCAPES.sub("", _BREAKS.sub("\n", value))
    value = _JUNK.sub("", value)
    if "\u200c" in value or "\u200d" in value:
        value = _IDLE_JOINER.sub("", value)
    return value


def is_plain(value: str) -> bool:
    """Whether it is ASCII without controls other than tab and newline, as most text is. Several
    times cheaper than to search it for a pattern."""
    return value.isascii() and len(value.encode().translate(None, _ASCII_CONTROLS)) == len(value)


def paragraphs(value: Any, limit: int = TEXT_LIMIT) -> str:
    """Plain text of many lines: clean, trailing spaces gone, at most one empty line at a time."""
    if not isinstance(value, str):
        return ""
    lines = [" ".join(one.split()) for one in clean(value[: 2 * limit]).split("\n")]
    text = "\n".join(lines).strip()
    if "\n\n\n" in text:
        text = _GAPS.sub("\n\n", text)
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def from_html(value: Any, limit: int = TEXT_LIMIT) -> str:
    """HTML to paragraphs and bullets, however often it was entity-encoded (0 to 2 times).

    Scripts, comments, forms and hidden elements are dropped. Linear in the input, which is
    cut at eight times the text limit.
    """
    if not isinstance(value, str):
        return ""
    value = value[:_HTML_LIMIT]
    for _ in range(2):
        if _TAG.search(value) or not _ENCODED_TAG.search(value):
            break
        value = html.unescape(value)
    if not _TAG.search(value):
        return paragraphs(html.unescape(html.unescape(value)), limit)
    root = parse_html(value)
    if root is None:
        return ""
    # What is still encoded after parsing was encoded once too often.
    return paragraphs(html.unescape(_render(root)), limit)


def sections(*parts: Any) -> str:
    """Several pieces of HTML as one text. One that is a pair begins with its heading, which is
    left out where there is nothing below it."""
    found: list[str | None] = []
    for part in parts:
        heading, value = part if isinstance(part, tuple) else (None, part)
        if text := from_html(value):
            found += [line(heading), text]
    return paragraphs("\n\n".join(filter(None, found)))


def parse_html(value: str) -> lxml.html.HtmlElement | None:
    """The tree of any HTML, or None when there is nothing in it."""
    if not value.strip():
        return None
    parser = lxml.html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False)
    try:
        root = lxml.html.document_fromstring(
            value.replace("\0", "").encode("utf-8", "ignore"), parser=parser, ensure_head_body=False
        )
    except (lxml.etree.ParserError, lxml.etree.XMLSyntaxError):
        return None
    return root


def _render(root: lxml.html.HtmlElement) -> str:
    """The text of a tree as a browser would lay it out, roughly: blocks apart, bullets kept."""
    lxml.etree.strip_elements(root, *_SKIPPED, with_tail=False)
    # One walk, whose elements stay: making them anew for every question is most of the work.
    nodes = list(root.iter())
    for node in nodes:
        if _is_hidden(node):
            node.clear(keep_tail=True)
    tags: dict[str, list[lxml.html.HtmlElement]] = {}
    for node in nodes:
        if node is root or node.getparent() is not None:
            tags.setdefault(node.tag, []).append(node)
    for node in tags.get("pre", ()):
        _keep_lines(node)
    for node in list(root.iter("br")):
        following = node.getnext()
        if following is not None and following.tag == "br" and not (node.tail or "").strip():
            following.tag = "p"  # an empty line, which is how many write paragraphs
    for row in tags.get("tr", ()):
        for cell in [c for c in row if c.tag in ("td", "th") and c.text_content().strip()][1:]:
            cell.text = f"| {cell.text or ''}"
    for ordered in tags.get("ol", ()):
        for number, item in enumerate(ordered.iterchildren("li"), 1):
            _mark(item, f"{number}.")
    for item in tags.get("li", ()):
        outer = item.getparent()
        if outer is None or outer.tag != "ol":
            _mark(item, "-" if next(item.iterancestors("li"), None) is not None else "*")
    for nested in [*tags.get("ul", ()), *tags.get("ol", ())]:
        if next(nested.iterancestors("li"), None) is not None:
            nested.tag = "div"  # no empty lines around it
    return str(html_text.etree_to_text(root))


def _keep_lines(node: lxml.html.HtmlElement) -> None:
    """Line ends of preformatted text as <br>."""
    for element in list(node.iter()):
        if element is not node and element.tail and "\n" in element.tail:
            first, *rest = element.tail.split("\n")
            element.tail = None
            for text in reversed(rest):
                element.addnext(_line_break(text))
            element.tail = first
        if element.text and "\n" in element.text:
            element.text, *rest = element.text.split("\n")
            element[:0] = [_line_break(text) for text in rest]


def _line_break(text: str) -> lxml.html.HtmlElement:
    made: lxml.html.HtmlElement = lxml.html.Element("br")
    made.tail = text
    return made


def _mark(item: lxml.html.HtmlElement, mark: str) -> None:
    """A bullet before an item, or its number; a dash where it belongs to another item."""
    # One line an item, even where each holds a paragraph of its own.
    for block in item.iter("p"):
        block.tag = "div"
    first = item
    while not (first.text or "").strip() and len(first):
        if first[0].tag in ("li", "ul", "ol"):
            return  # a list within a list: its own items have their bullets
        if first[0].tag == "br":
            first[0].drop_tag()
        else:
            first = first[0]
    first.text = f"{mark} {clean(first.text or '').lstrip()}"


def _is_hidden(node: lxml.html.HtmlElement) -> bool:
    if node.get("hidden") is not None:
        return True
    style = node.get("style")
    return style is not None and _HIDDEN_STYLE.search(style) is not None


def web_address(value: Any) -> str | None:
    """An absolute http(s) address without credentials, percent-encoded; None for all others."""
    if not isinstance(value, str):
        return None
    address = clean(value).strip()
    if not address or len(address) > URL_LIMIT:
        return None
    plain = _PLAIN_URL.fullmatch(address)
    if plain and not plain["port"]:
        return address
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
        if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc:
            return None
        return address if plain else str(safe_url_string(address))
    except (ValueError, UnicodeError):
        return None
