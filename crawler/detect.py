"""Which boards an address or a careers page leads to, and how that is known.

Nothing is guessed from an employer's name: a token that happens to exist is often somebody
else's board.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import islice
from operator import itemgetter
from urllib.parse import urlsplit

from crawler.settings import CrawlSettings
from crawler.sources import SOURCES
from crawler.sources.jobposting import job_links, site_token
from crawler.structured import things, tree
from crawler.text import plain_line

_GENERIC = "jobposting"
_LONGEST_PAGE = 4_000_000
_MOST_MATCHES = 2_000
_CAREERS = re.compile(
    r"\b(?:careers?|jobs?|karriere|stellen|carrieres?|vacatures|vacancies|emploi|recrutement"
    r"|join-us|work-with-us)\b",
    re.IGNORECASE,
)
_NAMES_OF_ELEMENTS = {"a": "link", "iframe": "iframe", "script": "script", "form": "form"}
_KINDS = ("iframe", "script", "form", "link", "page text")


@dataclass(frozen=True, slots=True)
class Detection:
    """A board, and in words a person can check why it is taken for one."""

    source: str
    token: str
    evidence: str


class BoardError(ValueError):
    """A board cannot be had; the message says why and what to do."""


class Refused(BoardError):
    """A site Inroad never reads."""


class UnreadSystem(BoardError):
    """A job-board system that is known but cannot be read yet."""


@dataclass(frozen=True, slots=True)
class _System:
    """A system without a source of its own yet: what all its addresses hold, and their pattern
    (by default, any subdomain but the vendor's own)."""

    title: str
    needle: str
    pattern: str = ""
    reserved: str = "www|app|api|docs|support|help|static|cdn|developers?|info|blog|go"

    def in_text(self, text: str) -> str | None:
        """The first address of the system in a text, as it stands there."""
        if self.needle not in text:
            return None
        pattern = self.pattern or rf"(?!(?:{self.reserved})\.)[\w-]+\.{re.escape(self.needle)}"
        found = re.search(rf"(?<![\w.-]){pattern}", text)
        return found[0] if found else None


# One that gets a source needs no removing: it is passed over from then on.
_SYSTEMS = {
    "jobvite": _System(
        "Jobvite",
        "jobvite.com",
        r"(?:jobs\.jobvite\.com/(?:careers/)?(?!search|api|static|support|widget)[\w-]+"
        r"|app\.jobvite\.com/[^\"'\s]*[?&]c=[\w-]+)",
    ),
    "successfactors": _System(
        "SuccessFactors",
        "",
        r"(?:career\d*\.successfactors\.(?:com|eu)|[\w.-]+\.sapsf\.(?:com|eu)"
        r"|rmkcdn\.successfactors\.com)",
    ),
    "eightfold": _System("Eightfold", "eightfold.ai"),
    "phenom": _System("Phenom", "phenompeople.com", r"[\w.-]*\bphenompeople\.com"),
    "comeet": _System(
        "Comeet", "comeet.co", r"(?:www\.)?comeet\.com?/(?:jobs|careers-api)/[\w.-]+"
    ),
    "dover": _System("Dover", "app.dover.com", r"app\.dover\.com/(?:jobs/)?[\w-]+"),
    "polymer": _System("Polymer", "jobs.polymer.co", r"jobs\.polymer\.co/[\w-]+"),
    "homerun": _System("Homerun", "homerun.co"),
    "manatal": _System("Manatal", "careers-page.com", r"(?:[\w-]+\.)?careers-page\.com"),
    "paylocity": _System("Paylocity", "recruiting.paylocity.com", r"recruiting\.paylocity\.com"),
    "ukg": _System("UKG", "ultipro.com", r"recruiting\d*\.ultipro\.(?:com|ca)/[\w-]+"),
    "adp": _System("ADP", "workforcenow.adp.com", r"workforcenow\.adp\.com"),
    "taleo": _System("Taleo", "taleo.net"),
    "avature": _System("Avature", "avature.net"),
    "cornerstone": _System("Cornerstone", "csod.com"),
    "dayforce": _System("Dayforce", "dayforcehcm.com", r"(?:jobs|www)\.dayforcehcm\.com/[\w-]+"),
    "zoho": _System("Zoho Recruit", "zohorecruit.", r"[\w-]+\.zohorecruit\.(?:com|eu|in)"),
}


def find_in_url(url: str) -> list[Detection]:
    """The boards an address names by itself; none for an employer's own site.

    Raises:
        Refused: the address is on a site that is never read.
        UnreadSystem: it is on a known system that has no source yet.
    """
    refuse_denied(url)
    found = list(_in_address(url))
    if not found:
        _refuse_unread(url)
    return found


def find_in_page(url: str, page: str) -> list[Detection]:
    """Every board a page names, the surest first; else the page's own site, if it publishes
    schema.org/JobPosting or looks like a careers site.

    Raises:
        UnreadSystem: all it leads to is a known system that has no source yet.
    """
    text = _unescaped(page[:_LONGEST_PAGE])
    found: dict[tuple[str, str], Detection] = {}
    for _, _, detection in sorted(islice(_all_in(url, text), _MOST_MATCHES), key=itemgetter(0, 1)):
        found.setdefault((detection.source, detection.token.lower()), detection)
    return list(found.values()) or _own_site(url, page, text)


def unread_system(name: str) -> str | None:
    """How people write the name of a known system without a source, from its short name."""
    system = unread_systems().get(name)
    return system.title if system else None


@cache
def unread_systems() -> Mapping[str, _System]:
    """The known systems that have no source."""
    return {name: system for name, system in _SYSTEMS.items() if name not in SOURCES}


def refuse_denied(url: str) -> None:
    """Let an address pass, unless its site is never read.

    Raises:
        Refused: it is.
    """
    try:
        host = (urlsplit(url).hostname or "").lower().rstrip(".")
    except ValueError:
        return
    for denied in CrawlSettings.deny_hosts:
        brand = denied.partition(".")[0]
        if re.search(rf"(?:^|\.){brand}\.(?:[a-z]{{2,3}}\.)?[a-z]{{2,3}}$", host):
            raise Refused(
                f"{host} is never read: its members' rules forbid it. Give the employer's own "
                "careers page instead."
            )


def _in_address(url: str) -> Iterator[Detection]:
    seen = set()
    url = re.sub(r"^\s*[A-Za-z]+://[^/?#]*", lambda origin: origin[0].lower(), url)
    for source in SOURCES.values():
        for match, token in source.matches(url, source.addresses):
            if (source.name, token) not in seen:
                seen.add((source.name, token))
                yield Detection(source.name, token, f"the address itself: {_shown(match[0])}")


def _all_in(url: str, text: str) -> Iterator[tuple[int, int, Detection]]:
    """How sure, where on the page, and what."""
    for detection in _in_address(url):
        yield -1, 0, detection
    for source in SOURCES.values():
        for match, token in source.matches(text, (*source.addresses, *source.markers)):
            marker = match.re in source.markers
            kind = "script" if marker else _kind_of(text, match.start())
            detection = Detection(source.name, token, f"{kind}: {_shown(match[0])}")
            yield _KINDS.index(kind), match.start(), detection


def _own_site(url: str, page: str, text: str) -> list[Detection]:
    token = site_token(url)
    root = tree(page)
    if token and root is not None and things(root, "JobPosting"):
        return [Detection(_GENERIC, token, "schema.org/JobPosting data in the page")]
    _refuse_unread(url)
    _refuse_unread(text, url)
    links = len(job_links(root, url))
    if token and links >= 3:
        return [Detection(_GENERIC, token, f"{links} links to what look like job pages")]
    if token and (word := _CAREERS.search(token)):
        return [Detection(_GENERIC, token, f"an address that speaks of {word[0]}")]
    return []


def _refuse_unread(text: str, page: str | None = None) -> None:
    for system in unread_systems().values():
        address = system.in_text(text)
        if address is None:
            continue
        if page is not None:
            raise UnreadSystem(
                f"{_shown(page)} leads to {_shown(address)}, and {system.title} boards are not "
                f"read yet. If its job pages carry schema.org data, jobposting:{_shown(page)} "
                "may do."
            )
        raise UnreadSystem(
            f"{system.title} boards are not read yet ({_shown(text)}). If its job pages carry "
            f"schema.org data, jobposting:{_shown(text)} may do."
        )


def _unescaped(page: str) -> str:
    """Addresses as they are meant, out of attributes, JSON and scripts."""
    for written, meant in (("\\/", "/"), ("\\u002F", "/"), ("\\u002f", "/"), ("\\u0026", "&")):
        page = page.replace(written, meant)
    return html.unescape(page)


def _kind_of(text: str, at: int) -> str:
    """What kind of element stands around a position of a page."""
    start = text.rfind("<", max(0, at - 2_000), at)
    if start >= 0 and text.find(">", start, at) < 0:
        tag = re.compile(r"[a-zA-Z]{0,10}").match(text, start + 1)
        return _NAMES_OF_ELEMENTS.get(tag[0].lower() if tag else "", "page text")
    opened = text.rfind("<script", max(0, at - 200_000), at)
    closed = text.rfind("</script", max(0, at - 200_000), at)
    return "script" if opened > closed else "page text"


def _shown(words: str) -> str:
    return plain_line(words, 120) or ""
