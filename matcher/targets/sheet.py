"""Targets as table rows: one per target and posting, safe to open in a spreadsheet.

The guard follows OWASP's "CSV Injection": a cell a spreadsheet would run gets an apostrophe.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from matcher.targets.rank import Opening

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
)

UNCONFIRMED = "; unconfirmed: only a directory says whose board this is"

_TRIGGERS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def cell(value: object) -> str:
    """Text no spreadsheet takes for a formula, whichever line of the cell it stands in."""
    text = "" if value is None else str(value)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    guarded = (f"'{x}" if x.lstrip(" \u00a0").startswith(_TRIGGERS) else x for x in lines)
    return "\n".join(guarded)


def rows(openings: Sequence[Opening]) -> list[list[object]]:
    """Rows of COLUMNS, best target first; `rank` counts targets, not rows."""
    found: list[list[object]] = []
    pairs = [(o, t) for o in openings for t in o.targets]
    pairs.sort(key=lambda pair: -pair[1].score)
    for rank, (opening, target) in enumerate(pairs, start=1):
        found += [
            [
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
            ]
            for posting in opening.postings
        ]
    return found


def render(table: Iterable[Sequence[object]], *, plain: bool = False) -> str:
    """CSV per RFC 4180, guarded: CRLF for people, LF where `plain` is for machines."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n" if plain else "\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([cell(value) for value in row] for row in table)
    return out.getvalue()
