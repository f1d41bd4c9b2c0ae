"""The employer's name out of what its careers page says of itself, where it names one."""

from __future__ import annotations

import re
from typing import Any

from crawler.fields import employer_name
from crawler.structured import meta, page_title, tree
from crawler.text import line

_NOISE = (
    r"(?:our )?(?:current |open |latest |all )*"
    r"(?:careers?(?: (?:page|site|cent(?:er|re)|portal|home|opportunities))?"
    r"|jobs?(?: (?:board|listings?|openings?|opportunities|search|page|postings?))?"
    r"|openings?|positions?|vacancies|opportunities|karriere(?:portal|seite)?|stellenangebote"
    r"|stellenmarkt|offene stellen|carri[eè]res?|emplois?)"
)
_ALL_NOISE = re.compile(
    rf"(?:{_NOISE}|home|search|welcome|log ?in|sign ?in|error|(?:page )?not found|\d{{3}}"
    r"|just a moment\W*|human verification|candidate experience(?: site)?|loading\W*)",
    re.IGNORECASE,
)
_AT = re.compile(rf"\b{_NOISE} (?:at|with|bei|chez|@) (?P<name>.+)", re.IGNORECASE)
_TRAILING = re.compile(rf"(?:[:,]?\s+|'s\s+){_NOISE}$", re.IGNORECASE)
_PARTS = re.compile(r"\s+[|·•–—-]+\s+|\s*\|\s*")


def employer_on_page(page: str, *vendor: str) -> str | None:
    """Whose careers page it says it is (`og:site_name`), else whom its title names."""
    root = tree(page)
    name = None if root is None else _name(meta(root, "og:site_name") or "", vendor)
    return name or employer_in_title(page, *vendor)


def employer_in_title(page: str, *vendor: str) -> str | None:
    """Whom a page's title names."""
    return employer_in(page_title(page), *vendor)


def employer_in(title: Any, *vendor: str) -> str | None:
    """ "Careers at Acme", "Acme Jobs", "Current Openings | Acme": Acme. None for a title that
    names nobody, or only the system's `vendor`."""
    parts = [part for part in _PARTS.split(line(title) or "") if part]
    for part in parts:
        if match := _AT.search(part):
            return _name(match["name"], vendor)
    return next(filter(None, (_name(part, vendor) for part in parts)), None)


def _name(text: str, vendor: tuple[str, ...]) -> str | None:
    if _ALL_NOISE.fullmatch(text.strip()):
        return None
    name = employer_name(_TRAILING.sub("", text.strip()))
    return None if name is None or name.casefold() in vendor else name
