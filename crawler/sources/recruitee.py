"""Recruitee's (Tellent's) Careers Site API: https://docs.recruitee.com/reference/intro-to-careers-site-api

From 10 February 2027 it answers 401 without the employer's own token.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from crawler.fields import each, employer_name, employment_type, items, language, mapping, posting
from crawler.moments import end, first_moment
from crawler.pay import pay
from crawler.places import common_country, places, workplace_among, written_out
from crawler.posting import Posting, WorkplaceType
from crawler.sources.base import Board, Fetch, Malformed, Need, Refused, Reply, Source, Yield
from crawler.text import line, sections, web_address

_MODES = {
    "remote": WorkplaceType.REMOTE,
    "hybrid": WorkplaceType.HYBRID,
    "on_site": WorkplaceType.ON_SITE,
}


class Recruitee(Source):
    """The token is the name before .recruitee.com, or the host of an employer's own domain."""

    name = "recruitee"
    title = "Recruitee"
    examples = {
        "https://lumenhaus.recruitee.com/o/senior-accountant-fmd-berlin": "lumenhaus",
        "https://Lumenhaus.recruitee.com/api/offers/": "lumenhaus",
        "https://jobs.lumenhaus.example/api/offers/": "jobs.lumenhaus.example",
    }
    addresses = (
        re.compile(
            r"(?<![\w.-])(?P<token>[a-z0-9][a-z0-9-]{0,100})\.recruitee\.com\b", re.IGNORECASE
        ),
        # Only as an address by itself: a page that mentions one is not one.
        re.compile(
            r"^https://(?P<token>(?![\w.-]*\.recruitee\.com/)[\w-]+(?:\.[\w-]+)+)/api/offers/?$",
            re.IGNORECASE,
        ),
    )
    reserved = frozenset(
        ("www", "app", "api", "docs", "support", "help", "career", "careers-analytics")
    )
    needs = (
        Need(
            "tokens",
            "the employer, whose Careers Site API asks for it from 10 February 2027",
            header="X-Careers-Sites-Token",
            required=False,
            per_board=True,
        ),
    )
    terms = "documented public API; from 10 February 2027 with a token of the employer's only"

    def token(self, match: re.Match[str]) -> str:
        return match["token"].lower()

    def board_url(self, token: str) -> str:
        own_domain = "." in token
        return f"https://{token}/api/offers/" if own_domain else f"https://{token}.recruitee.com/"

    def start(self, board: Board) -> Iterable[Fetch]:
        host = board.token if "." in board.token else f"{board.token}.recruitee.com"
        yield Fetch(f"https://{host}/api/offers/", accept_status=(401,))

    def parse(self, reply: Reply, board: Board) -> Iterator[Yield]:
        if reply.status == 401:
            raise Refused(
                f"{reply.host} wants the employer's own token, as Recruitee does from 10 February "
                f"2027 on; without one, jobposting:https://{reply.host} may do"
            )
        offers = mapping(reply.json()).get("offers")
        if not isinstance(offers, list):
            raise Malformed(f"{reply.url} has no list of offers")
        yield from each(offers, _posting)


def _posting(offer: Mapping[str, Any]) -> Posting | None:
    status = offer.get("status")
    if isinstance(status, str) and status != "published":
        return None
    found = posting(offer.get("id"), offer.get("title"), offer.get("careers_url"))
    found.employer = employer_name(offer.get("company_name"))
    found.apply_url = web_address(offer.get("careers_apply_url"))
    at = [mapping(place) for place in items(offer.get("locations"))]
    at = at or [{**offer, "state": offer.get("state_name"), "name": offer.get("location")}]
    found.locations = places(_written_out(place) for place in at)
    found.country = common_country(
        place.get("country_code") or place.get("country") for place in at
    )
    modes = [mode for name, mode in _MODES.items() if offer.get(name) is True]
    found.workplace_type = modes[0] if len(modes) == 1 else workplace_among(found.locations)
    found.employment_type = employment_type(offer.get("employment_type_code"))
    found.department = line(offer.get("department"), 200)
    found.description = sections(offer.get("description"), offer.get("requirements"))
    salary = mapping(offer.get("salary"))
    found.pay = pay(
        salary.get("min"), salary.get("max"), salary.get("currency"), salary.get("period")
    )
    translations = mapping(offer.get("translations"))
    found.language = language(next(iter(translations))) if len(translations) == 1 else None
    found.published_at, found.published_precision = first_moment(
        offer.get("published_at"), offer.get("created_at")
    )
    found.valid_through = end(offer.get("close_at"))
    return found


def _written_out(place: Mapping[str, Any]) -> Any:
    if place.get("city"):
        return written_out(place.get("city"), place.get("state"), place.get("country"))
    return place.get("name") or place.get("country")
