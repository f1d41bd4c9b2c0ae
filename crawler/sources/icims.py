"""iCIMS careers portals, by the pages visitors see: there is no public API.

The list is read as it is framed in employers' sites (`in_iframe=1`), a page at a time. Each
posting's page carries a schema.org/JobPosting.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

import lxml.html

from crawler.fields import each, employment_type, posting
from crawler.moments import moment
from crawler.paging import Pages
from crawler.places import common_country, country, places, workplace_among, written_out
from crawler.posting import EmploymentType, NameOrigin, Posting
from crawler.schemaorg import fill_from_page
from crawler.sources.base import (
    Board,
    Employer,
    Fetch,
    Listed,
    Malformed,
    NotFound,
    OnFailure,
    Refused,
    Reply,
    Source,
    Throttled,
    Truncated,
    Unreadable,
    Yield,
)
from crawler.structured import get, tree
from crawler.text import line
from crawler.titles import employer_in_title

_JOB = re.compile(r"/jobs/(?P<id>\d{1,12})/(?P<slug>[^/?#\s]{1,300}/)?job(?=[?#]|$)")
_PAGE_OF = re.compile(r"\bPage\s+(\d{1,5})\s+of\s+(\d{1,5})\b", re.IGNORECASE)
_CODED_PLACE = re.compile(
    r"(?P<country>[A-Z]{2,3})(?:-(?P<state>[A-Z0-9]{1,3}))?(?:-(?P<city>.+))?"
)
_WRITTEN = re.compile(r"(\d{1,2}/\d{1,2}/\d{4}) \d{1,2}:\d{2} [AP]M")
# How it asks whoever does not look like a browser to prove that somebody is there.
_PROVE_IT = (202, 405)
_GONE = "job could not be found"
_A_YEAR = timedelta(days=364), timedelta(days=367)


class ICIMS(Source):
    """The token is the first label of the portal's host: an employer may have several."""

    name = "icims"
    title = "iCIMS"
    examples = {
        "https://careers-wexley.icims.com/jobs/search?ss=1": "careers-wexley",
        "https://uscareers-wexley.icims.com/jobs/8214/payroll-specialist/job": "uscareers-wexley",
        "https://wexley.icims.com": "wexley",
    }
    addresses = (
        re.compile(
            r"(?<![\w.-])(?P<token>(?!cdn\d*\.)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)\.icims\.com\b",
            re.IGNORECASE,
        ),
    )
    reserved = frozenset(
        ("www", "www2", "api", "login", "app", "admin", "static", "media", "developer", "help",
         "support", "community", "marketplace", "care", "email", "status")
    )  # fmt: skip
    terms = "careers pages as visitors see them; each portal's robots.txt decides"

    def token(self, match: re.Match[str]) -> str:
        return match["token"].lower()

    def slug(self, token: str) -> str:
        return re.sub(r"^(?:[a-z]*careers[a-z0-9]*|jobs|external)-", "", token)

    def board_url(self, token: str) -> str:
        return f"https://{token}.icims.com/jobs/search"

    def start(self, board: Board) -> Iterable[Fetch]:
        yield _list(board, Pages())

    def parse(self, reply: Reply, board: Board) -> Iterator[Yield]:
        if reply.status in _PROVE_IT:
            # In the middle of a read it means that we ask too much.
            why = f"{reply.host} wants a browser ({reply.status})"
            raise Throttled(why) if reply.listed else Refused(why)
        if reply.listed is not None:
            yield _detailed(reply.listed, reply)
            return
        root = tree(reply.text)
        if root is None or "iCIMS_" not in reply.text:
            raise Malformed(f"{reply.url} has no list of iCIMS's")
        rows = _rows(root)
        yield from each(rows.values(), lambda row: _listed(row["link"], board))
        for card in root.find_class("iCIMS_JobCardItem"):
            if not any(_JOB.search(link.get("href") or "") for link in card.iter("a")):
                yield Unreadable(None, "a posting without a link to it")
        pages: Pages = reply.note
        if pages.number == 0 and board.employer is None:
            if name := employer_in_title(reply.text, "icims"):
                yield Employer(name, NameOrigin.PAGE)
        if onward := _onward(pages, list(rows), " ".join(root.itertext())):
            yield _list(board, onward)


def _list(board: Board, pages: Pages) -> Fetch:
    address = f"https://{board.token}.icims.com/jobs/search?ss=1&in_iframe=1&pr={pages.number}"
    on_failure = OnFailure.PARTIAL if pages.number else OnFailure.FATAL
    return Fetch(address, note=pages, on_failure=on_failure, accept_status=_PROVE_IT)


def _onward(pages: Pages, ids: list[str], text: str) -> Pages | None:
    """The next page. The list says "Page 1 of 3"; where it does not, it ends with a page that is
    empty or that repeats the last."""
    said = _PAGE_OF.search(text)
    onward = pages.next(ids)
    if said and pages.number + 1 >= int(said[2]):
        return None
    if said and onward is None:
        raise Truncated(f"page {pages.number + 1} of {said[2]} shows nothing that is new")
    return onward


def _rows(root: lxml.html.HtmlElement) -> dict[str, dict[str, Any]]:
    """Posting id -> its link. A row may have several: the one with the heading counts."""
    found: dict[str, dict[str, Any]] = {}
    for link in root.iter("a"):
        if match := _JOB.search(link.get("href") or ""):
            known = found.get(match["id"])
            if known is None or not known["link"].text_content().strip():
                found[match["id"]] = {"link": link}
    return found


def _listed(link: lxml.html.HtmlElement, board: Board) -> Listed:
    match = _JOB.search(link.get("href"))
    assert match is not None
    site = f"https://{board.token}.icims.com/jobs/{match['id']}"
    heading = next(link.iter("h1", "h2", "h3", "h4"), link)
    found = posting(match["id"], heading.text_content(), f"{site}/{match['slug'] or ''}job")
    row = _row_of(link)
    said = _labelled(row)
    where = [_place(part.strip()) for part in _said(said, "location").split("|")]
    found.locations = places(text for text, _ in where)
    found.country = common_country(code for _, code in where)
    found.workplace_type = workplace_among(text for text, _ in where)
    found.department = line(_said(said, "category"), 200)
    found.employment_type = employment_type(_said(said, "type"))
    for node in row.iter("span"):
        if written := _WRITTEN.match(node.get("title") or ""):
            found.published_at, found.published_precision = moment(written[1])
    return Listed(Fetch(f"{site}/job?in_iframe=1", accept_status=_PROVE_IT), found)


def _row_of(link: lxml.html.HtmlElement) -> lxml.html.HtmlElement:
    marks = {"iCIMS_JobCardItem", "iCIMS_JobListingRow", "row"}
    around = (node for node in link.iterancestors() if marks & set(node.get("class", "").split()))
    return next(around, link)


def _labelled(row: lxml.html.HtmlElement) -> dict[str, str]:
    """What stands behind each label of a row. A label may be there for screen readers only."""
    found: dict[str, str] = {}
    for label in [*row.iter("dt"), *row.find_class("field-label")]:
        value = next(label.itersiblings("dd", "span"), None)
        name, text = line(label.text_content(), 100), value is not None and value.text_content()
        if name and (said := line(text)):
            found.setdefault(name.lower(), said)
    return found


def _said(said: dict[str, str], word: str) -> str:
    return next((value for label, value in said.items() if word in label), "")


def _place(text: str) -> tuple[str, str | None]:
    """ "US-MA-Boston" as one says it, and its country."""
    coded = _CODED_PLACE.fullmatch(text)
    nation = country(coded["country"]) if coded else None
    if coded is None or nation is None:
        return text, country(text)
    return written_out(coded["city"], coded["state"], coded["country"]), nation


def _detailed(found: Posting, reply: Reply) -> Posting:
    """What the list said, filled in from the posting's own page."""
    listed = found.employment_type
    try:
        job = fill_from_page(found, reply, "iCIMS_InfoMsg_Job")
    except Malformed:
        if _GONE in reply.text:
            raise NotFound(f"{reply.url} is not there any more") from None
        raise
    if found.employment_type is EmploymentType.OTHER and listed is not None:
        found.employment_type = listed
    found.department = found.department or line(get(job, "occupationalCategory"), 200)
    # A year from the publication is what stands where nobody set an end.
    if found.valid_through and found.published_at:
        if _A_YEAR[0] < found.valid_through - found.published_at < _A_YEAR[1]:
            found.valid_through = None
    return found
