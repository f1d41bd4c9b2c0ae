"""Adzuna's ads, country by country: https://developer.adzuna.com/docs/search

A token is a country, and a search if there should be one: `gb`, `gb/data engineer`,
`gb/data engineer/leeds`, `gb//leeds`. The ads are collected from many sites, agencies' among them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode

from crawler.cldr import cldr
from crawler.fields import each, employer_name, employment_type, items, mapping, posting
from crawler.moments import moment
from crawler.paging import Pages
from crawler.pay import pay
from crawler.places import country, places, workplace_among
from crawler.posting import Posting
from crawler.sources.base import Board, Budget, Feed, Fetch, Malformed, Need, Reply, Yield
from crawler.text import from_html, line, plain_line

_PAGE = 50
_MOST_PAGES = 10
_SITES = {
    "gb": "co.uk", "us": "com", "at": "at", "au": "com.au", "be": "be", "br": "com.br", "ca": "ca",
    "ch": "ch", "de": "de", "es": "es", "fr": "fr", "in": "in", "it": "it", "mx": "com.mx",
    "nl": "nl", "nz": "co.nz", "pl": "pl", "sg": "sg", "za": "co.za",
}  # fmt: skip
_COUNTRIES = {site: code for code, site in _SITES.items()}
_ENDS = "|".join(re.escape(end) for end in sorted(_COUNTRIES, key=len, reverse=True))


class Adzuna(Feed):
    name = "adzuna"
    title = "Adzuna"
    tokens = ("gb", "us")
    examples = {f"https://www.adzuna.{end}": code for code, end in _SITES.items()} | {
        "https://www.adzuna.co.uk/jobs/search?q=data+engineer&w=Leeds": "gb/data engineer/Leeds",
        "https://www.adzuna.com/search?w=Denver": "us//Denver",
    }
    addresses = (
        re.compile(
            rf"^https?://(?:www\.)?adzuna\.(?P<site>{_ENDS})"
            r"(?:/(?:jobs/)?(?:search)?/?(?:\?(?P<query>[^\s\"'<>#]{0,500}))?)?$"
        ),
    )
    needs = (
        Need("app_id", "https://developer.adzuna.com/signup", query="app_id"),
        Need("app_key", "https://developer.adzuna.com/signup", query="app_key"),
    )
    terms = "free key for one's own use; the newest 500 ads of a country or search"
    attribution = "Jobs by Adzuna"
    hosts = ("api.adzuna.com",)
    budget = (
        Budget(25, 60),
        Budget(250, 86_400),
        Budget(1_000, 7 * 86_400),
        Budget(2_500, 30 * 86_400),
    )
    read_every = timedelta(hours=20)
    expires_after = timedelta(days=30)

    def token(self, match: re.Match[str]) -> str:
        asked = parse_qs(match["query"] or "")
        what, where = (_words(asked.get(name, [""])[0]) for name in ("q", "w"))
        return f"{_COUNTRIES[match['site'].lower()]}/{what}/{where}".rstrip("/")

    def board_url(self, token: str) -> str:
        nation, what, where = _parts(token)
        asked = urlencode({name: text for name, text in (("q", what), ("w", where)) if text})
        site = f"https://www.adzuna.{_SITES.get(nation, nation)}"
        folder = "/jobs/search" if nation == "gb" else "/search"
        return f"{site}{folder}?{asked}" if asked else site

    def start(self, board: Board) -> Iterable[Fetch]:
        yield _page(board, Pages(_PAGE))

    def parse(self, reply: Reply, board: Board) -> Iterator[Yield]:
        answer = mapping(reply.json())
        ads = answer.get("results")
        if not isinstance(ads, list):
            raise Malformed(f"{reply.url} has no list of results")
        nation = _parts(board.token)[0].upper()
        yield from each(ads, lambda ad: _posting(ad, nation))
        onward = reply.note.next([mapping(ad).get("id") for ad in ads], answer.get("count"))
        if onward and onward.number < _MOST_PAGES:
            yield _page(board, onward)


def _words(text: str) -> str:
    return plain_line(text.replace("/", " "), 100) or ""


def _parts(token: str) -> tuple[str, str, str]:
    """Country, what and where."""
    nation, _, search = token.partition("/")
    what, _, where = search.partition("/")
    return nation, what, where


def _page(board: Board, pages: Pages) -> Fetch:
    nation, what, where = _parts(board.token)
    asked = {"results_per_page": _PAGE, "sort_by": "date", "what": what, "where": where}
    query = urlencode({name: value for name, value in asked.items() if value})
    address = f"https://api.adzuna.com/v1/api/jobs/{nation}/search/{pages.number + 1}?{query}"
    return Fetch(address, note=pages, until_known=pages.number > 0)


def _posting(ad: Mapping[str, Any], nation: str) -> Posting:
    found = posting(ad.get("id"), ad.get("title"), ad.get("redirect_url"))
    found.employer = employer_name(mapping(ad.get("company")).get("display_name"))
    at = mapping(ad.get("location"))
    found.locations = places([at.get("display_name")])
    found.country = country(next(iter(items(at.get("area"))), None)) or nation
    found.workplace_type = workplace_among([at.get("display_name")])
    terms = (ad.get("contract_type"), ad.get("contract_time"))
    found.employment_type = employment_type(" ".join(t for t in terms if isinstance(t, str)))
    found.department = line(mapping(ad.get("category")).get("label"), 200)
    found.description = from_html(ad.get("description"))
    if ad.get("salary_is_predicted") in ("0", 0, False):
        currency = cldr().currency_of.get(nation)
        found.pay = pay(ad.get("salary_min"), ad.get("salary_max"), currency, "year")
    found.published_at, found.published_precision = moment(ad.get("created"))
    return found
