"""workhistory.csv: what the user knows about where contacts worked.

`contact_key,employer,title,start,end,is_current,source,confidence,note`. The key is a profile
address or `linkedin:slug`, an e-mail address or `email:address`, or a name. Dates may be partial.
"""

from __future__ import annotations

from datetime import date

from matcher.contacts.identity import address, slug_of
from matcher.contacts.reading import DateColumn, Reading, TableReader, check_dates
from matcher.contacts.tables import Table
from store.rows import Confidence, Kind, WorkHistoryRow

_COLUMNS = {
    "contact": ("contactkey", "contact"),
    "employer": ("employer", "company"),
    "title": ("title", ""),
    "start": ("start", ""),
    "end": ("end", ""),
    "is_current": ("iscurrent", ""),
    "source": ("source", ""),
    "confidence": ("confidence", ""),
    "note": ("note", ""),
}
_YES = {"yes", "y", "true", "1", "current", "x"}
_NO = {"no", "n", "false", "0", "former"}
_STILL = {"present", "now", "current", "today", "heute", "présent", "actual", "actualidad", "-"}


def _take(table: Table, reading: Reading, today: date) -> None:
    start = DateColumn("start", reading, today)
    end = DateColumn("end", reading, today)
    for line, cells in table.records():
        confidence = cells.get("confidence", "").casefold() or Confidence.CONFIRMED
        if not cells["contact"]:
            reading.skip(line, "without a contact")
        elif not cells["employer"]:
            reading.skip(line, "without an employer")
        elif confidence not in list(Confidence):
            reading.skip(line, "confidence is not confirmed, reported, inferred or suggested")
        else:
            still = cells.get("end", "").casefold() in _STILL
            reading.rows.append(
                WorkHistoryRow(
                    line=line,
                    contact_key=contact_key(cells["contact"]),
                    employer=cells["employer"],
                    title=cells.get("title") or None,
                    start=start.partial(line, cells.get("start", "")),
                    end=None if still else end.partial(line, cells.get("end", "")),
                    is_current=_truth(line, cells.get("is_current", ""), reading, still),
                    source=cells.get("source") or None,
                    confidence=Confidence(confidence),
                    note=cells.get("note") or None,
                )
            )
    check_dates([start, end])


def contact_key(cell: str) -> str:
    """`linkedin:slug`, `email:address` or `name:…` for what a person writes to name a contact."""
    scheme, colon, rest = cell.partition(":")
    if colon and scheme.casefold() == "linkedin":
        slug = slug_of(rest) or slug_of(f"linkedin.com/in/{rest.strip()}")
        return f"linkedin:{slug}" if slug else f"name:{rest.strip()}"
    if colon and scheme.casefold() == "email":
        return f"email:{address(rest) or rest.strip().lower()}"
    if colon and scheme.casefold() == "name":
        return f"name:{rest.strip()}"
    if slug := slug_of(cell):
        return f"linkedin:{slug}"
    if mail := address(cell):
        return f"email:{mail}"
    return f"name:{cell}"


def _truth(line: int, cell: str, reading: Reading, still: bool) -> bool | None:
    word = cell.casefold()
    if word and word not in _YES | _NO:
        reading.note(line, "is_current is neither yes nor no")
    return True if word in _YES or (still and not word) else False if word in _NO else None


READERS = (TableReader(Kind.WORK_HISTORY, _COLUMNS, _take),)
