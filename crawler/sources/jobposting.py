"""Any careers site whose job pages carry schema.org/JobPosting, as Google for Jobs asks.

Job pages are found through the site's sitemaps (https://www.sitemaps.org/protocol.html), else
through the links of its listing: https://developers.google.com/search/docs/appearance/structured-data/job-posting
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

import lxml.etree
import lxml.html
from protego import Protego

from crawler.fields import Unusable, employer_name, identifier, language, posting
from crawler.posting import NameOrigin, Posting, digest
from crawler.schemaorg import fill, first
from crawler.sitemap import UNDATED, read_sitemap
from crawler.sources.base import (
    Board,
    Employer,
    Fetch,
    Listed,
    Malformed,
    OnFailure,
    Reply,
    Source,
    Truncated,
    Unreadable,
    Yield,
)
from crawler.structured import Thing, get, meta, things, tree
from crawler.text import web_address

_JOB_WORDS = (
    "jobs?|jobdetails?|job-details?|vacanc(?:y|ies)|vacatures?|positions?|openings?|roles?"
    "|stellenangebote?|stellen|stelle|emplois?|offres?|ofertas?|vagas?|opportunit(?:y|ies)"
)
# A page below such a word, not the list itself: /jobs/12-baker, /job?id=12, but not /jobs/.
_JOB_PAGE = re.compile(rf"/(?:{_JOB_WORDS})(?:[/-][^/?]|/?\?)", re.IGNORECASE)
_CAREERS_PAGE = re.compile(r"/(?:careers?|karriere|carrieres?)(?:[/-][^/?]|/?\?)", re.IGNORECASE)
_JOB_SITEMAP = re.compile(rf"{_JOB_WORDS}|career|karriere", re.IGNORECASE)
_ASSET = re.compile(r"\.(?:pdf|jpe?g|png|gif|svg|webp|css|js|docx?|zip|xml|rss)$", re.IGNORECASE)
_TRACKING = re.compile(
    r"utm_\w+|gclid|fbclid|msclkid|mc_[ce]id|gh_src|lever-source|source|src|ref|trk",
    re.IGNORECASE,
)
# Parameters that leaf through a list, sort it or narrow it.
_LIST_QUERY = re.compile(
    r"(?:page\w*|p|pg|offset|start|from|limit|per_page|sort\w*|order\w*|q|query|search\w*|keywords?"
    r"|location\w*|country|city|departments?|category|categories|teams?|types?|filters?\w*|lang"
    r"|language|locale|view)(?:\[\]|%5B%5D)?(?:=|$)",
    re.IGNORECASE,
)
_SITE_NOISE = re.compile(r"(?:\s+|\s*[|:–-]\s*)(?:careers?|jobs?|karriere)$", re.IGNORECASE)

_ALNUM = re.compile("[a-z0-9]")

# Answers that say the thing is not there for us; whether that matters is ours to judge.
_NO_SUCH_FILE = (400, 401, 403, 404, 405, 406, 410, 451, 500, 502, 504)
_GONE = (404, 410)
_MAX_SITEMAPS = 20
_MAX_LISTINGS = 20


@dataclass(frozen=True, slots=True)
class _Search:
    """How far the search for a site's job pages has come; travels as the note of its fetches."""

    site: str
    """The page the search began at, after redirects."""
    step: str
    """robots, sitemap or listing."""
    sitemaps: tuple[str, ...] = ()
    """Still to read."""
    asked: frozenset[str] = frozenset()
    expected: bool = False
    """Whether the site itself named the sitemap now asked for."""
    pages: tuple[tuple[datetime, str], ...] = ()
    """The newest job pages so far, with their lastmod."""
    listed: tuple[str, ...] = ()
    """Job pages the listing links to."""
    listings: int = 1
    next: str | None = None
    """The listing's next page."""


class JobPosting(Source):
    """The token is the https address of the careers site or one page of it.

    At most `max_pages` job pages are read, the newest first; where there are more, the read
    says so and counts as incomplete. A page whose date in the sitemap is the one it was read at
    is only read again once a week.
    """

    name = "jobposting"
    title = "Careers pages (schema.org/JobPosting)"
    examples = {
        "https://careers.moorcroft.example": "https://careers.moorcroft.example",
        "http://Careers.Moorcroft.example:80/jobs/?utm_source=feed#top": (
            "https://careers.moorcroft.example/jobs"
        ),
        "https://www.moorcroft.example/karriere/stellen?lang=de": (
            "https://www.moorcroft.example/karriere/stellen?lang=de"
        ),
    }
    addresses = ()
    terms = "what employers publish for search engines; each site's robots.txt decides"
    max_pages: ClassVar[int] = 200

    def board_url(self, token: str) -> str:
        return token

    def start(self, board: Board) -> Iterable[Fetch]:
        if urlsplit(board.token).path.endswith((".xml", ".xml.gz")):
            found = _Search(board.token, "sitemap", expected=True, asked=frozenset((board.token,)))
            yield Fetch(board.token, note=found)
        else:
            yield Fetch(board.token)

    def parse(self, reply: Reply, board: Board) -> Iterator[Yield]:
        if isinstance(reply.note, _Search):
            if reply.note.step == "robots":
                yield from self._robots(reply, reply.note)
            elif reply.note.step == "sitemap":
                yield from self._sitemap(reply, reply.note)
            else:
                yield from self._listing(reply, reply.note)
        elif reply.note == "job":
            if reply.status not in _GONE:
                yield from postings_of(tree(reply.text), reply.url)
        else:
            yield from self._start_page(reply, board)

    def _start_page(self, reply: Reply, board: Board) -> Iterator[Yield]:
        root = tree(reply.text)
        yield from postings_of(root, reply.url)
        if root is not None and board.employer is None:
            name = employer_name(_SITE_NOISE.sub("", meta(root, "og:site_name") or ""))
            if name:
                yield Employer(name, NameOrigin.PAGE)
        search = _Search(reply.url, "robots")
        search = replace(
            search, listed=job_links(root, search.site), next=_next_page(root, reply.url)
        )
        yield _fetch(urljoin(reply.url, "/robots.txt"), search)

    def _robots(self, reply: Reply, search: _Search) -> Iterator[Yield]:
        rules = Protego.parse(reply.text[:500_000] if reply.status == 200 else "")
        named = (web_address(_joined(reply.url, one)) for one in islice(rules.sitemaps, 500))
        sitemaps = _ordered(one for one in named if one and _same_site(one, search.site))
        if sitemaps:
            yield from self._go_on(reply, replace(search, sitemaps=sitemaps, expected=True))
            return
        guesses = dict.fromkeys(
            urljoin(search.site, path)
            for path in (_folder(search.site) + "sitemap.xml", "/sitemap.xml", "/sitemap_index.xml")
        )
        allowed = tuple(address for address in guesses if rules.can_fetch(address, "inroad"))
        yield from self._go_on(reply, replace(search, sitemaps=allowed, expected=False))

    def _sitemap(self, reply: Reply, search: _Search) -> Iterator[Yield]:
        """One sitemap or index of sitemaps. A guessed address that holds none costs nothing."""
        try:
            if reply.status != 200:
                raise Malformed(f"the sitemap {reply.url} answered {reply.status}")
            listed = read_sitemap(reply.body, reply.url)
        except Malformed:
            yield from self._go_on(reply, search)
            if search.expected:
                raise
            return
        more = _ordered(
            address
            for address in listed.sitemaps
            if _same_site(address, search.site) and address not in search.asked
        )
        jobs = _job_pages(url for url in listed.pages if _same_site(url, search.site))
        known = {*search.pages, *((listed.pages[url], url) for url in jobs)}
        found = replace(
            search,
            sitemaps=(*search.sitemaps, *more) if search.expected else more or search.sitemaps,
            expected=search.expected or bool(more),
            pages=tuple(heapq.nlargest(10 * self.max_pages, known)),
        )
        if jobs and not search.expected and not more:
            found = replace(found, sitemaps=())  # the right guess: the others would repeat it
        yield from self._go_on(reply, found)
        if not listed.whole:
            raise Truncated(f"the sitemap {reply.url} is damaged or too long to read in full")

    def _listing(self, reply: Reply, search: _Search) -> Iterator[Yield]:
        root = tree(reply.text)
        yield from postings_of(root, reply.url)
        links = tuple(dict.fromkeys((*search.listed, *job_links(root, search.site))))
        found = replace(
            search,
            listed=links[: 10 * self.max_pages],
            listings=search.listings + 1,
            next=_next_page(root, reply.url),
        )
        yield from self._go_on(reply, found)

    def _go_on(self, reply: Reply, search: _Search) -> Iterator[Yield]:
        """The next file of the search or, when there is none, the job pages it found."""
        if search.sitemaps and len(search.asked) < _MAX_SITEMAPS:
            address, *rest = search.sitemaps
            asked = search.asked | {address}
            onward = replace(search, step="sitemap", sitemaps=tuple(rest), asked=asked)
            if address in search.asked:
                yield from self._go_on(reply, onward)
            else:
                yield _fetch(address, onward)
            return
        if not search.pages and search.next and search.listings < _MAX_LISTINGS:
            yield _fetch(search.next, replace(search, step="listing", sitemaps=(), next=None))
            return
        modified = {url: day for day, url in reversed(search.pages)}
        by_age = [url for _, url in search.pages]
        chosen = list(dict.fromkeys((*search.listed, *by_age)))
        for url in chosen[: self.max_pages]:
            page = Fetch(url, note="job", on_failure=OnFailure.PARTIAL, accept_status=_GONE)
            if modified.get(url, UNDATED) == UNDATED:
                yield page
            else:
                yield Listed(page, version=f"{modified[url]} {_turn(url, reply.at)}")
        if len(chosen) > self.max_pages:
            raise Truncated(
                f"{search.site} has {len(chosen)} job pages or more; {self.max_pages} were read"
            )
        if search.sitemaps:
            raise Truncated(f"{search.site} has more than {_MAX_SITEMAPS} sitemaps")
        if not search.pages and search.next:
            raise Truncated(f"{search.site} lists jobs on more than {_MAX_LISTINGS} pages")


def site_token(address: str) -> str | None:
    """The token for a careers address: https, lower-case host, no fragment or tracking.

    Plain http stays only with a port of its own, where there can be no https. None when it is
    not an http(s) address.
    """
    known = web_address(address)
    if known is None:
        return None
    parts = urlsplit(known)
    host = parts.hostname or ""
    if ":" in host:
        host = f"[{host}]"
    scheme = "https"
    if parts.port not in (None, 80, 443):
        host += f":{parts.port}"
        scheme = parts.scheme
    query = [
        (key, value)
        for key, value in parse_qsl(parts.query, keep_blank_values=True)
        if not _TRACKING.fullmatch(key)
    ]
    return urlunsplit((scheme, host, parts.path.rstrip("/"), urlencode(query), ""))


def postings_of(root: lxml.html.HtmlElement | None, address: str) -> Iterator[Posting | Unreadable]:
    """The JobPostings a page carries. Of several, one at most may be without its own address:
    that is the page's, the others are elsewhere."""
    if root is None:
        return
    jobs = {repr(_identity(job)): job for job in things(root, "JobPosting") if _is_job(job)}
    own: dict[str, Thing] = {}
    nameless = []
    for job in jobs.values():
        url = web_address(_joined(address, first(get(job, "url"))))
        if url is None or len(jobs) == 1:
            nameless.append((job, url))
        else:
            own.setdefault(url, job)
    if len(nameless) > 1:
        why = f"{address} holds {len(nameless)} postings without an address of their own"
        yield Unreadable(None, why)
        nameless = []
    pairs = [(job, _canonical(root, url, address)) for job, url in nameless]
    pairs += [(job, url) for url, job in own.items()]
    for job, url in pairs:
        try:
            yield _posting(job, url, root)
        except Unusable as error:
            yield Unreadable(error.external_id, f"{url}: {error}")


def _is_job(thing: Thing) -> bool:
    """What tells an open job from a page that merely speaks of one."""
    dated = get(thing, "datePosted") or get(thing, "identifier")
    return bool(get(thing, "title") and dated and get(thing, "hiringOrganization"))


def _identity(thing: Thing) -> tuple[Any, ...]:
    return tuple(get(thing, key) for key in ("title", "identifier", "url", "jobLocation"))


def _posting(job: Thing, url: str, root: lxml.html.HtmlElement) -> Posting:
    found = posting(_external_id(job, url), get(job, "title"), url)
    fill(found, job)
    found.language = found.language or language(root.get("lang"))
    return found


def _external_id(job: Thing, url: str) -> str:
    """The job's identifier where it also stands in the address; else a digest of the address.

    An identifier alone is not enough: some sites give one to all their postings, or to all
    the places of one requisition, and those are postings of their own.
    """
    given = first(get(job, "identifier"))
    known = identifier(get(given, "value") if isinstance(given, dict) else given)
    return known if known and _stands_in(known.lower(), url.lower()) else digest([url])


def _stands_in(word: str, text: str) -> bool:
    """Whether it stands there with no letter or digit before or behind it. Not by a pattern: to
    make one for each posting takes longer than to read its page."""
    at = text.find(word)
    while at >= 0:
        end = at + len(word)
        if not (at and _ALNUM.match(text, at - 1)) and not _ALNUM.match(text, end):
            return True
        at = text.find(word, at + 1)
    return False


def _canonical(root: lxml.html.HtmlElement, own: str | None, address: str) -> str:
    """The page's own word for its address, if it means this page and not the site's front."""
    links = (node.get("href") for node in root.iter("link") if node.get("rel") == "canonical")
    for href in (next(links, None), own):
        url = web_address(_joined(address, href))
        if url and _same_site(url, address) and urlsplit(url).path.strip("/"):
            return url
    return address


def job_links(root: lxml.html.HtmlElement | None, site: str) -> tuple[str, ...]:
    """The addresses on the same site a page links to that look like job pages."""
    if root is None:
        return ()
    links = (_joined(site, node.get("href")) for node in islice(root.iter("a"), 20_000))
    addresses = (web_address(link.partition("#")[0]) for link in links if link)
    here = (url for url in addresses if url and url != site)
    return _job_pages(url for url in here if _same_site(url, site))


def _next_page(root: lxml.html.HtmlElement | None, address: str) -> str | None:
    if root is None:
        return None
    for node in root.iter("a", "link"):
        if "next" in (node.get("rel") or "").lower().split():
            url = web_address(_joined(address, node.get("href")))
            if url and _same_site(url, address) and url != address:
                return url
    return None


def _job_pages(addresses: Iterable[str]) -> tuple[str, ...]:
    """Those that look like one job's page: below a word for jobs, or failing that, careers."""
    paths = {url: _path(url) for url in addresses}
    for words in (_JOB_PAGE, _CAREERS_PAGE):
        if found := tuple(url for url, path in paths.items() if path and words.search(path)):
            return found
    return ()


def _path(url: str) -> str:
    """Path and what of the query may name a page; nothing for pictures and the like."""
    parts = urlsplit(url)
    if _ASSET.search(parts.path):
        return ""
    names = [pair for pair in parts.query.split("&") if pair and not _LIST_QUERY.match(pair)]
    return parts.path.rstrip("/") + (f"?{'&'.join(names)}" if names else "")


def _ordered(sitemaps: Iterable[str]) -> tuple[str, ...]:
    """Each once, those that speak of jobs first."""
    unique = dict.fromkeys(islice(sitemaps, 1_000))
    return tuple(
        sorted(unique, key=lambda address: not _JOB_SITEMAP.search(urlsplit(address).path))
    )


def _same_site(one: str, other: str) -> bool:
    hosts = [(urlsplit(url).hostname or "").removeprefix("www.") for url in (one, other)]
    return hosts[0] == hosts[1]


def _joined(base: str, href: Any) -> str | None:
    try:
        return urljoin(base, href.strip()) if isinstance(href, str) and href.strip() else None
    except ValueError:
        return None


def _folder(url: str) -> str:
    path = urlsplit(url).path
    return (path if path.endswith("/") else f"{path}/") if path.strip("/") else "/"


def _turn(url: str, at: datetime) -> int:
    """Changes once a week, for each page on a day of its own: a sitemap may go on listing a page
    whose job is gone, with the date it always had."""
    return (at.toordinal() + int(digest([url])[:4], 16)) // 7


def _fetch(url: str, search: _Search) -> Fetch:
    return Fetch(url, note=search, on_failure=OnFailure.PARTIAL, accept_status=_NO_SUCH_FILE)
