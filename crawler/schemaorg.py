"""A schema.org/JobPosting object, from a page, a feed or an API, read into a posting.

https://developers.google.com/search/docs/appearance/structured-data/job-posting
"""

from __future__ import annotations

import re
from typing import Any

import lxml.html

from crawler.fields import employer_name, employment_type, language
from crawler.moments import end, moment
from crawler.pay import pay
from crawler.places import country, country_among, places, workplace_among, workplace_type
from crawler.posting import Pay, Posting, Precision, WorkplaceType
from crawler.sources.base import Malformed, Reply
from crawler.structured import Thing, get, things, tree
from crawler.text import from_html, line

_JUNK_PLACE = re.compile(r"unavailable|n/?a|none|null|undefined|-+|\.+", re.IGNORECASE)


def fill(found: Posting, job: Thing) -> Posting:
    """Put what the object says into a posting; what it does not say stays as it is. Id, title and
    address are the caller's. Returns the same posting."""
    organization = first(get(job, "hiringOrganization"))
    name = organization if isinstance(organization, str) else get(organization, "name")
    found.employer = employer_name(first(name)) or found.employer
    department = first(get(organization, "department"))
    found.department = line(get(department, "name") or department, 200) or found.department
    _locate(found, job)
    found.employment_type = employment_type(get(job, "employmentType")) or found.employment_type
    found.description = from_html(get(job, "description")) or found.description
    found.pay = _pay(job) or found.pay
    found.language = language(get(job, "inLanguage")) or found.language
    published, precision = moment(first(get(job, "datePosted")))
    # A time that is known is not given up for a mere date.
    exact = found.published_precision is Precision.INSTANT and precision is Precision.DATE
    if published is not None and not exact:
        found.published_at, found.published_precision = published, precision
    found.valid_through = end(first(get(job, "validThrough"))) or found.valid_through
    return found


def fill_from_page(found: Posting, reply: Reply, described_in: str = "") -> Thing:
    """Put what a posting's own page says of it into the posting: its JobPosting, or, where a page
    has none, the text of the elements with the class `described_in`.

    Returns:
        The object, for what a system adds of its own; empty where there was none.

    Raises:
        Malformed: the page has neither.
    """
    root = tree(reply.text)
    if root is None:
        raise Malformed(f"{reply.url} is an empty page")
    found.language = found.language or language(root.get("lang"))
    if jobs := things(root, "JobPosting"):
        fill(found, jobs[0])
        return jobs[0]
    found.description = _text_in(root, described_in) if described_in else ""
    if not found.description:
        raise Malformed(f"{reply.url} does not describe a job")
    return {}


def first(value: Any) -> Any:
    """The first of several, where a page gives several of what there is one of."""
    if isinstance(value, list):
        return value[0] if value else None
    return value


def _text_in(root: lxml.html.HtmlElement, name: str) -> str:
    """The text of all elements with a class, those within one another once."""
    found = root.find_class(name)
    within = {inner for node in found for inner in node.iterdescendants()}
    markup = "".join(
        lxml.html.tostring(node, encoding="unicode", with_tail=False)
        for node in found
        if node not in within
    )
    return from_html(markup)


def _locate(found: Posting, job: Thing) -> None:
    addresses = [_address(place) for place in _many(get(job, "jobLocation"))]
    wanted = [
        get(area, "name") or area for area in _many(get(job, "applicantLocationRequirements"))
    ]
    where = places(text for text, _ in addresses) or places(wanted)
    if where:
        found.locations = where
    countries = {code for _, code in addresses} if addresses else {country(one) for one in wanted}
    if countries:
        found.country = countries.pop() if len(countries) == 1 else None
    mode = workplace_type(first(get(job, "jobLocationType")))
    if mode == WorkplaceType.UNKNOWN:
        mode = workplace_among(text for text, _ in addresses)
    found.workplace_type = mode if mode != WorkplaceType.UNKNOWN else found.workplace_type


def _address(place: Any) -> tuple[str, str | None]:
    """A Place in one line, and its country."""
    address = first(get(place, "address")) or place
    if isinstance(address, str):
        return address, country_among([address])
    nation = first(get(address, "addressCountry"))
    nation = get(nation, "name") or get(nation, "@id") if isinstance(nation, dict) else nation
    parts = [first(get(address, key)) for key in ("addressLocality", "addressRegion")]
    lines = [line(part, 100) for part in (*parts, nation)]
    known = [part for part in lines if part and not _JUNK_PLACE.fullmatch(part)]
    text = ", ".join(dict.fromkeys(known)) or line(get(place, "name"), 200) or ""
    return text, country(nation)


def _pay(job: Thing) -> Pay | None:
    salary = first(get(job, "baseSalary"))
    value = first(get(salary, "value")) if isinstance(salary, dict) else salary
    if not isinstance(value, dict):
        value = {"value": value} if value is not None else salary
    single = get(value, "value")
    low, high = get(value, "minValue"), get(value, "maxValue")
    if low is None and high is None:
        low = high = single
    currency = get(salary, "currency") or get(value, "currency") or get(job, "salaryCurrency")
    return pay(low, high, currency, get(value, "unitText") or get(salary, "unitText"))


def _many(value: Any) -> list[Any]:
    return value[:50] if isinstance(value, list) else [] if value is None else [value]
