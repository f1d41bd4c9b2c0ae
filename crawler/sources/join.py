"""JOIN's company pages, which carry their data (`__NEXT_DATA__`), and each posting's own page.

There is no public API. A list has five postings a page and says little.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from crawler.fields import each, employer_name, employment_type, in_path, mapping, posting
from crawler.moments import moment
from crawler.paging import Pages
from crawler.pay import pay
from crawler.places import country, places, workplace_type, written_out
from crawler.posting import Pay
from crawler.schemaorg import fill_from_page
from crawler.sources.base import Board, Fetch, Listed, Malformed, Reply, Source, Yield
from crawler.structured import script_data, tree
from crawler.text import line

_COMPANIES = "https://join.com/companies"
_PAGE = 5


class Join(Source):
    name = "join"
    title = "JOIN"
    examples = {
        "https://join.com/companies/geomar": "geomar",
        "https://www.join.com/companies/Geomar/16362471-consultant-umwelt-m-w-d": "geomar",
        "https://join.com/companies/geomar?page=2": "geomar",
    }
    addresses = (
        re.compile(r"(?<![\w.-])(?:www\.)?join\.com/companies/(?P<token>[A-Za-z0-9][\w-]{0,150})"),
    )
    terms = "public company pages, no API; five postings a page"
    hosts = ("join.com",)

    def token(self, match: re.Match[str]) -> str:
        return match["token"].lower()

    def board_url(self, token: str) -> str:
        return f"{_COMPANIES}/{token}"

    def start(self, board: Board) -> Iterable[Fetch]:
        yield _list(board, Pages(_PAGE))

    def parse(self, reply: Reply, board: Board) -> Iterator[Yield]:
        if reply.listed is not None:
            fill_from_page(reply.listed, reply)
            yield reply.listed
            return
        root = tree(reply.text)
        data = None if root is None else script_data(root, "__NEXT_DATA__")
        for key in ("props", "pageProps", "initialState"):
            data = mapping(data).get(key)
        company, listed = mapping(mapping(data).get("company")), mapping(mapping(data).get("jobs"))
        jobs = listed.get("items")
        if not isinstance(jobs, list):
            raise Malformed(f"{reply.url} has no list of jobs")
        domain = line(company.get("domain"))
        if domain and domain.lower() != board.token:
            raise Malformed(f"{reply.url} shows the postings of another company, {domain}")
        name = employer_name(company.get("name"))
        yield from each(jobs, lambda job: _listed(job, board, name))
        total = mapping(listed.get("pagination")).get("total")
        if onward := reply.note.next([mapping(job).get("id") for job in jobs], total):
            yield _list(board, onward)


def _list(board: Board, pages: Pages) -> Fetch:
    return Fetch(f"{_COMPANIES}/{board.token}?page={pages.number + 1}", note=pages)


def _listed(job: Mapping[str, Any], board: Board, employer: str | None) -> Listed:
    at = in_path(job.get("idParam"))
    address = f"{_COMPANIES}/{board.token}/{at}" if at else None
    found = posting(job.get("id"), job.get("title"), address)
    found.employer = employer
    city = mapping(job.get("city"))
    found.locations = places([written_out(city.get("cityName"), city.get("countryName"))])
    found.country = country(mapping(job.get("country")).get("iso3166"))
    found.workplace_type = workplace_type(job.get("workplaceType"))
    found.employment_type = employment_type(mapping(job.get("employmentType")).get("name"))
    found.department = line(mapping(job.get("category")).get("name"), 200)
    if mapping(job.get("settings")).get("showSalary") is True:
        found.pay = _pay(job)
    found.published_at, found.published_precision = moment(job.get("createdAt"))
    return Listed(Fetch(found.url), found)


def _pay(job: Mapping[str, Any]) -> Pay | None:
    low, high = (mapping(job.get(key)) for key in ("salaryAmountFrom", "salaryAmountTo"))
    currency = low.get("currency") or high.get("currency")
    return pay(_amount(low), _amount(high), currency, job.get("salaryFrequency"))


def _amount(money: Mapping[str, Any]) -> float | None:
    """It is written in hundredths."""
    found = money.get("amount")
    if isinstance(found, bool) or not isinstance(found, int | float) or abs(found) > 1e15:
        return None
    return found / 100
