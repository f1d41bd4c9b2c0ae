"""LinkedIn's messages.csv: who wrote to whom, how often and when. Subjects and texts stay unread.

The user is in every message, as its sender or among those who get it: so whoever is in all of them
is the user, and what others wrote to each other is not counted. `FOLDER` tells spam, drafts have a
column of their own; `Direction` (2018) tells the user's own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import zip_longest

from matcher.contacts.identity import name_key, profile_url, slug_of
from matcher.contacts.reading import DateColumn, Reading, TableReader, check_dates
from matcher.contacts.tables import Table
from store.rows import Interaction, Kind

_COLUMNS = {
    "from": ("from",),
    "from_url": ("senderprofileurl", ""),
    "to": ("to",),
    "to_urls": ("recipientprofileurls", ""),
    "date": ("date",),
    "folder": ("folder", ""),
    "direction": ("direction", ""),
    "draft": ("ismessagedraft", ""),
    "content": ("content",),
}
_YES = ("yes", "true", "1", "draft")
MOST_RECIPIENTS = 50
"""Of one message; a letter to more is no conversation."""


@dataclass(slots=True)
class _Party:
    name: str
    url: str | None

    @property
    def key(self) -> str:
        return self.url or name_key(self.name)


@dataclass(slots=True)
class _Pair:
    """The messages of one party to another."""

    line: int
    sender: _Party
    recipient: _Party
    times: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None


def _take(table: Table, reading: Reading, today: date) -> None:
    sent_at = DateColumn("date", reading, today)
    pairs: dict[tuple[str, str], _Pair] = {}
    present: Counter[str] = Counter()
    told: Counter[str] = Counter()
    counted: list[tuple[int, list[tuple[str, str]]]] = []
    for line, cells in table.records():
        sender = _Party(cells["from"], _url(cells.get("from_url", "")))
        recipients = list(_recipients(cells))
        if cells.get("draft", "").casefold() in _YES:
            reading.skip(line, "drafts")
        elif cells.get("folder", "").casefold() == "spam":
            reading.skip(line, "in the spam folder")
        elif not sender.key or not recipients:
            reading.skip(line, "without a sender or recipient")
        elif len(recipients) > MOST_RECIPIENTS:
            reading.skip(line, f"to over {MOST_RECIPIENTS} people")
        else:
            at = sent_at.moment(line, cells["date"])
            mine = []
            for recipient in recipients:
                known = pairs.setdefault(
                    (sender.key, recipient.key), _Pair(line, sender, recipient)
                )
                _count(known, at)
                mine.append((sender.key, recipient.key))
            counted.append((line, mine))
            present.update({sender.key, *(one.key for one in recipients)})
            if cells.get("direction", "").casefold() == "outgoing":
                told[sender.key] += 1
    check_dates([sent_at])
    user = told.most_common(1)[0][0] if told else _user(present, len(counted))
    kept = {k: p for k, p in pairs.items() if user is None or user in k}
    for line, mine in counted:
        if not any(pair in kept for pair in mine):
            reading.skip(line, "between other people")
    reading.rows += (_row(number, pair, user) for number, pair in enumerate(kept.values(), 1))
    reading.merged = sum(any(p in kept for p in mine) for _, mine in counted) - len(kept)


def _recipients(cells: Mapping[str, str]) -> Iterator[_Party]:
    urls = [_url(url) for url in cells.get("to_urls", "").split(",") if url.strip()]
    names = [name.strip() for name in cells["to"].split(",") if name.strip()]
    if urls and len(names) != len(urls):
        # There is a comma within a name, so that only the addresses tell.
        names = [cells["to"]] if len(urls) == 1 else []
    for name, url in zip_longest(names, urls):
        party = _Party(name or "", url)
        if party.key:
            yield party


def _url(text: str) -> str | None:
    return profile_url("", slug_of(text.strip()))


def _count(pair: _Pair, at: datetime | None) -> None:
    pair.times += 1
    if at:
        pair.first_at = min(pair.first_at or at, at)
        pair.last_at = max(pair.last_at or at, at)


def _user(present: Counter[str], messages: int) -> str | None:
    """Whoever is in nearly all messages, if that is only one."""
    most = present.most_common(2)
    if not most or most[0][1] < 0.75 * messages:
        return None
    return most[0][0] if len(most) == 1 or most[0][1] > most[1][1] else None


def _row(number: int, pair: _Pair, user: str | None) -> Interaction:
    one, other = pair.sender, pair.recipient
    direction = None
    if user is not None:
        direction = "sent" if one.key == user else "received"
        one, other = (other, one) if direction == "sent" else (one, other)
    return Interaction(
        number,
        direction,
        one.name,
        one.url,
        other.name if direction is None else None,
        other.url if direction is None else None,
        pair.times,
        pair.first_at,
        pair.last_at,
    )


READERS = (TableReader(Kind.MESSAGES, _COLUMNS, _take),)
