"""Cards of address books, made of what their formats call things."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache

from matcher.contacts.decode import clean
from matcher.contacts.hints import former_workplaces
from matcher.contacts.identity import address, name_key, profile_url, slug_of
from matcher.contacts.reading import Reading
from store.rows import Card, Job

_FORMER = re.compile(
    r"(?<![^\W_])(?:ex|former(?:ly)?|previous(?:ly)?|prev|past|old|alum\w*|ehemal\w*|früher\w*|alte[rs]?"
    r"|ancien\w*|précédent\w*|anterior\w*|antigu[oa]s?|precedente)(?![^\W_])",
    re.IGNORECASE,
)
_WORKPLACE = re.compile(
    r"employer|compan|organi[sz]ation|work|job|firm|arbeitgeber|employeur|entreprise|empresa"
    r"|azienda|société",
    re.IGNORECASE,
)
_PERIOD = re.compile(
    r"\s*[(\[]?\s*(?P<start>(?:19|20)\d\d(?:-\d\d)?)\s*(?:[-–—]|to|bis)\s*"
    r"(?P<end>(?:19|20)\d\d(?:-\d\d)?)?\s*[)\]]?\s*$"
)


class Cards:
    """Fills a reading with cards; what cannot be one is skipped and named."""

    def __init__(self, reading: Reading, today: date) -> None:
        self.reading = reading
        self.today = today
        self._seen: dict[str, Card] = {}

    def add(
        self,
        line: int,
        name: str,
        *,
        urls: Iterable[str] = (),
        emails: Sequence[str] = (),
        old_emails: Iterable[str] = (),
        jobs: Iterable[Job] = (),
        notes: str = "",
        labels: Iterable[str] = (),
        uid: str | None = None,
        as_of: date | None = None,
        is_organisation: bool = False,
    ) -> None:
        """Add one person.

        Args:
            old_emails: addresses out of use; they may be among `emails` as well.
            notes, labels: looked through for former workplaces, and not kept.
            is_organisation: the book itself says that this is no person.
        """
        name = clean(name)
        slug = next(filter(None, map(slug_of, urls)), None)
        mails = self._addresses(line, emails)
        old = self._addresses(line, old_emails)
        if old:
            mails = (*mails, *(mail for mail in old if mail not in mails))
        stated = tuple(dict.fromkeys([job for job in jobs if job.employer]))
        if is_organisation or (stated and not name and not mails and not slug):
            self.reading.skip(line, "an organisation or a group, not a person")
            return
        if not (name or mails or slug):
            self.reading.skip(line, "without a name or address")
            return
        hints = former_workplaces(notes, "note", self.today) if notes else []
        for label in labels:
            hints += former_workplaces(clean(label), "label", self.today)
        card = Card(
            line,
            card_key(slug, mails, name, stated),
            name,
            profile_url("", slug),
            mails,
            old,
            clean(uid or "") or None,
            as_of if as_of and as_of <= self.today else None,
            (*stated, *dict.fromkeys(hints)),
        )
        twin = self._seen.setdefault(card.key, card)
        if twin is not card and twin[1:] == card[1:]:
            self.reading.skip(line, "listed twice")
            return
        self.reading.rows.append(card)

    def _addresses(self, line: int, emails: Iterable[str]) -> tuple[str, ...]:
        found = []
        for email in emails:
            mail = address(clean(email))
            if mail is not None:
                found.append(mail)
            elif clean(email):
                self.reading.note(line, "e-mail address not understood")
        return tuple(dict.fromkeys(found)) if len(found) > 1 else tuple(found)


def card_key(slug: str | None, emails: Sequence[str], name: str, jobs: Sequence[Job]) -> str:
    """What a card alone says about who it is: the surest address it has with the name, or the name
    with the employer."""
    if slug:
        known = f"linkedin:{slug}"
    elif emails:
        known = f"email:{emails[0]}"
    else:
        known = name_key(jobs[0].employer) if jobs else ""
    return f"card:{known}|{name_key(name) if name else ''}"


@lru_cache(maxsize=1024)
def says_former(label: str) -> bool:
    """Whether a label, a type or the name of a field speaks of the past."""
    return bool(_FORMER.search(label))


@lru_cache(maxsize=1024)
def says_former_employer(label: str) -> bool:
    """Whether the name of a field speaks of an earlier workplace."""
    return bool(_FORMER.search(label) and _WORKPLACE.search(label))


def several_employers(cell: str) -> Iterable[Job]:
    """The former workplaces in a cell such as "Acme (2016-2020); Bolt": parted by `;` or line
    breaks, each with a period or without."""
    for part in re.split(r"[;\n\r]+", cell):
        period = _PERIOD.search(part)
        name = clean(part[: period.start()] if period else part).strip(" ,-–—")
        if name:
            start, end = (period["start"], period["end"]) if period else (None, None)
            yield Job(name, None, start, end, False)


def parts(cell: str, separator: str = ":::") -> list[str]:
    """The values of a cell that holds several, without blank ones."""
    return [value for value in map(clean, cell.split(separator)) if value]


def profile_addresses(cells: Iterable[str]) -> list[str]:
    """Every cell that is the address of a LinkedIn profile, whatever its column."""
    return [clean(cell) for cell in cells if "linkedin.com/" in cell]
