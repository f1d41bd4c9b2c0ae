"""Text from anywhere as Markdown: nothing in it is taken for markup."""

from __future__ import annotations


def escape(text: str) -> str:
    """One line of text as it is."""
    for mark in "\\`*_[]<>|#":
        text = text.replace(mark, f"\\{mark}")
    return text


def link(url: str) -> str:
    """An address fit for the brackets of a link."""
    url = url.replace(" ", "%20").replace("<", "%3C").replace(">", "%3E")
    return url.replace("(", "%28").replace(")", "%29")
