"""Targets as table rows: one per target and posting, safe to open in a spreadsheet.

The guard follows OWASP's "CSV Injection": a cell a spreadsheet would run gets an apostrophe.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence

from matcher.asks.outlook import Outlook
from matcher.targets.rank import Opening, Target
from store.postings import OpenPosting

COLUMNS = (
    "rank",
    "employer",
    "posting_title",
    "posting_location",
    "posting_url",
    "published",
    "contact_name",
    "contact_title",
    "contact_workplace",
    "relation",
    "since",
    "until",
    "match",
    "reason",
    "score",
    "profile_url",
    "email",
    "ask_status",
    "blocked",
    "blocked_until",
    "suggested_draft",
    "next_step",
)

UNCONFIRMED = "; unconfirmed: only a directory says whose board this is"

_TRIGGERS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_TO_GUARD = re.compile("[ \u00a0]*[-=+@\t＝＋－＠]|[^\r\n]*[\r\n]")
"""How a text begins that may need a guard, or has another line."""


def _nothing(_target: Target, _posting: OpenPosting) -> Outlook:
    return Outlook()


def cell(value: object) -> str:
    """Text no spreadsheet takes for a formula, whichever line of the cell it stands in."""
    text = "" if value is None else str(value)
    if not _TO_GUARD.match(text):
        return text
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    guarded = (f"'{x}" if x.lstrip(" \u00a0").startswith(_TRIGGERS) else x for x in lines)
    return "\n".join(guarded)


def rows(
    openings: Sequence[Opening], outlook: Callable[[Target, OpenPosting], Outlook] = _nothing
) -> list[list[object]]:
    """Rows of COLUMNS, best target first and those not to be asked now last; `rank` counts targets,
    not rows. Who is not to leave this machine in any list is left out."""
    found: list[list[object]] = []
    pairs = [(o, t) for o in openings for t in o.targets]
    pairs.sort(key=lambda pair: (pair[1].stop is not None, -pair[1].score))
    rank = 0
    for opening, target in pairs:
        seen = [(posting, outlook(target, posting)) for posting in opening.postings]
        seen = [(posting, one) for posting, one in seen if one.may_export]
        rank += bool(seen)
        found += [_row(rank, opening, target, posting, one) for posting, one in seen]
    return found


def _row(
    rank: int, opening: Opening, target: Target, posting: OpenPosting, outlook: Outlook
) -> list[object]:
    return [
        rank,
        opening.employer,
        posting.title,
        "; ".join(posting.locations),
        posting.url,
        posting.published_at.date().isoformat() if posting.published_at else "",
        target.contact,
        target.title,
        target.workplace,
        target.relation,
        target.since,
        target.until,
        str(target.match),
        target.reason + (UNCONFIRMED if posting.unconfirmed else ""),
        target.score,
        target.profile_url,
        target.email,
        outlook.ask_status,
        outlook.blocked,
        outlook.blocked_until,
        outlook.suggested_draft,
        outlook.next_step,
    ]


def render(
    table: Iterable[Sequence[object]], columns: Sequence[str] = COLUMNS, *, plain: bool = False
) -> str:
    """CSV per RFC 4180, guarded: CRLF for people, LF where `plain` is for machines."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n" if plain else "\r\n")
    writer.writerow(columns)
    writer.writerows([cell(value) for value in row] for row in table)
    return out.getvalue()
