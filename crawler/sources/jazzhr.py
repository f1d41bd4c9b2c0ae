"""JazzHR's feed for careers pages, made once a day: see "Integrate JazzHR with Your Career
Page/Website" in its help.

The feed holds all but pay. It may be empty, or not be there, where the board itself has postings;
then the board's page is read, and each posting's own page for the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any

import lxml.html

from crawler.fields import each, employer_name, employment_type, posting
from crawler.moments import moment
from crawler.places import country, country_among, places, workplace_among, written_out
from crawler.posting import NameOrigin, Posting
from crawler.schemaorg import fill_from_page
from crawler.sources.base import Board, Employer, Fetch, Listed, Malformed, Reply, Source, Yield
from crawler.structured import tree
from crawler.text import from_html, line
from crawler.titles import employer_in_title
from crawler.xml import children, local_name, record, text_at, xml_root

_FEED = "https://app.jazz.co/feeds/export/jobs"
_SITE = r"(?P<token>[A-Za-z0-9][A-Za-z0-9-]{0,62})"
_CODE = re.compile(r"/apply/(?:jobs/details/)?(?P<code>[A-Za-z0-9_-]{4,40})(?=[/?#]|$)")
_MADE = re.compile(r"job_(\d{8})\d{6}_")


class JazzHR(Source):
    name = "jazzhr"
    title = "JazzHR"
    examples = {
        "https://millbrook.applytojob.com/apply": "millbrook",
        "https://Millbrook.applytojob.com/apply/ABCDEFGHIJ/Inventory-Analyst": "millbrook",
        "https://app.jazz.co/feeds/export/jobs/millbrook": "millbrook",
    }
    addresses = (
        re.compile(rf"(?<![\w.-]){_SITE}\.applytojob\.com(?![\w.-]*\w)", re.IGNORECASE),
        re.compile(rf"\bapp\.jazz\.co/(?:feeds|widgets)/(?:\w+/){{1,3}}{_SITE}", re.IGNORECASE),
    )
    reserved = frozenset(("www", "app", "api", "static"))
    terms = "documented feed for careers pages, made once a day; no key"
    hosts = ("app.jazz.co",)
    delay = 2.0
    read_every = timedelta(hours=20)

    def token(self, match: re.Match[str]) -> str:
        return match["token"].lower()

    def board_url(self, token: str) -> str:
        return f"https://{token}.applytojob.com/apply"

    def start(self, board: Board) -> Iterable[Fetch]:
        yield Fetch(f"{_FEED}/{board.token}", accept_status=(404,))

    def parse(self, reply: Reply, board: Board) -> Iterator[Yield]:
        if reply.listed is not None:
            fill_from_page(reply.listed, reply, "job_description")
            yield reply.listed
        elif reply.note == "page":
            yield from _on_page(reply, board)
        else:
            jobs, employer = _in_feed(reply)
            yield from each(jobs, lambda job: _posting(job, employer))
            if not jobs:
                yield Fetch(f"https://{board.token}.applytojob.com/apply/jobs", note="page")


def _in_feed(reply: Reply) -> tuple[list[dict[str, str]], str | None]:
    """The jobs of the feed and the employer's name."""
    if reply.status == 404:
        return [], None
    root = xml_root(reply)
    if local_name(root) != "jobs":
        raise Malformed(f"{reply.url} is no list of jobs: it holds <{local_name(root)[:40]}>")
    return [record(job) for job in children(root, "job")], employer_name(text_at(root, "company"))


def _posting(job: Mapping[str, Any], employer: str | None) -> Posting | None:
    if job.get("status", "open").lower() != "open":
        return None
    url = job.get("url", "")
    code = _CODE.search(url)
    found = posting(code["code"] if code else job.get("id"), job.get("title"), url)
    found.employer = employer
    where = written_out(job.get("city"), job.get("state"), job.get("country"))
    found.locations = places([where])
    found.country = country(job.get("country"))
    found.workplace_type = workplace_among([where])
    found.employment_type = employment_type(job.get("type"))
    found.department = line(job.get("department"), 200)
    found.description = from_html(job.get("description"))
    # There is no date but this, which is the one that the posting's own page shows.
    made = _MADE.match(job.get("id", ""))
    found.published_at, found.published_precision = moment(made[1] if made else None)
    return found


def _on_page(reply: Reply, board: Board) -> Iterator[Yield]:
    """The board's own list: a table, a row a posting."""
    root = tree(reply.text)
    links = [] if root is None else root.find_class("job_title_link")
    if not links and 'id="job_listings_wrapper"' not in reply.text:
        raise Malformed(f"{reply.url} has no list of jobs")
    rows = ({"link": link} for link in links)
    yield from each(rows, lambda row: _listed(row["link"], board))
    if board.employer is None and (name := employer_in_title(reply.text, "jazzhr")):
        yield Employer(name, NameOrigin.PAGE)


def _listed(link: lxml.html.HtmlElement, board: Board) -> Listed:
    code = _CODE.search(link.get("href") or "")
    address = (
        f"https://{board.token}.applytojob.com/apply/jobs/details/{code['code']}" if code else ""
    )
    found = posting(code and code["code"], link.text_content(), address)
    row = next(link.iterancestors("tr"), link)
    department = next(iter(row.find_class("resumator_department")), None)
    found.department = None if department is None else line(department.text_content(), 200)
    cells = row.findall("td")
    where = [line(cell.text_content(), 200) for cell in cells[1:][-1:]]
    found.locations, found.workplace_type = places(where), workplace_among(where)
    found.country = country_among(found.locations)
    return Listed(Fetch(address), found)
