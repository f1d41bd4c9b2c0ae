"""Approved drafts as a table for mail-merge programs, safe to open in a spreadsheet.

A guard that adds an apostrophe would be read aloud in the merged mail. So subject and body get a
leading word instead, where a line of theirs begins with what a spreadsheet would run.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from matcher.asks.drafts import Draft
from matcher.asks.errors import NotAMail
from matcher.asks.facts import Facts
from matcher.asks.outputs.mail import recipient
from matcher.targets.sheet import cell, render

APPROVED = "approved"
COLUMNS = (
    *("Email", "First Name", "Last Name", "Subject", "Body", "Company", "Job Title", "Job URL"),
    *("Connector", "Ask ID", "Send On", "Email Sent"),
)
PRESETS: Mapping[str, Mapping[str, str]] = {
    # MailMerge365 and others: one column called Email, the first and never blank.
    "generic": {},
    # The sample script of Google Sheets, which fills Email Sent.
    "google": {"Email": "Recipient"},
    # Variables of Thunderbird's Mail Merge are {{PrimaryEmail}}: no blanks in them.
    "thunderbird": {
        "Email": "PrimaryEmail",
        **{name: name.replace(" ", "") for name in COLUMNS if " " in name},
    },
}
_BULLET = re.compile(r"^(\s*)-(?= )", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Merge:
    """The table as text, how many rows it has, and what was left out: ask id and why."""

    text: str
    rows: int
    skipped: tuple[tuple[str, str], ...]


def mail_merge(
    asks: Iterable[tuple[Facts, Draft]], preset: str = "generic", *, plain: bool = False
) -> Merge:
    """One row for each approved ask whose recipient has an address.

    Args:
        preset: one of PRESETS; it names the columns.
        plain: for machines: LF line ends. To people's CRLF the caller adds the byte-order mark.
    """
    rows: list[Sequence[object]] = []
    skipped: list[tuple[str, str]] = []
    seen: set[str] = set()
    for facts, draft in asks:
        number = facts.ask.id.value if facts.ask.id else "?"
        why = _reason_to_skip(facts, draft, number in seen)
        if why:
            skipped.append((number, why))
            continue
        seen.add(number)
        rows.append(_row(facts, draft, number))
    names = [PRESETS[preset].get(name, name) for name in COLUMNS]
    return Merge(render(rows, names, plain=plain), len(rows), tuple(skipped))


def _reason_to_skip(facts: Facts, draft: Draft, again: bool) -> str:
    if facts.ask.stage is None or facts.ask.stage.value != APPROVED:
        return "not approved"
    if again:
        return "a row for this ask is there already"
    try:
        address = recipient(draft)
    except NotAMail as error:
        return str(error).rstrip(".")
    return "its address begins like a formula" if cell(address) != address else ""


def _row(facts: Facts, draft: Draft, number: str) -> list[object]:
    person = facts.connector if draft.to == "connector" else facts.target
    name, first = _value(person.name), _value(person.first_name)
    last = name.removeprefix(first).strip() if first and name.startswith(first) else ""
    return [
        recipient(draft),
        first or name,
        last,
        _spoken(draft.subject or ""),
        _spoken(draft.full_body),
        _value(facts.employer.name),
        _value(facts.posting.title),
        _value(facts.posting.url),
        _value(facts.connector.name),
        number,
        _value(facts.ask.due_on),
        "",
    ]


def _spoken(text: str) -> str:
    """Text no line of which a spreadsheet would run, and which still reads well in a mail."""
    lines = _BULLET.sub(r"\1–", text).split("\n")
    return "\n".join(line if cell(line) == line else f"Text: {line.lstrip()}" for line in lines)


def _value(fact: object) -> str:
    value = getattr(fact, "value", None)
    return "" if value is None else str(value)
