"""What imported files said, row by row, before anything is made of it.

Partial dates are strings `YYYY`, `YYYY-MM` or `YYYY-MM-DD`. Times are naive UTC. `line` is the
row's place in its file: a line, or the number of a card or entry where a file has no lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple


class Kind(StrEnum):
    """What an imported file was recognised as."""

    CONNECTIONS = "connections"
    WORK_HISTORY = "work history"
    POSITIONS = "positions"
    EDUCATION = "education"
    GOOGLE_CSV = "Google contacts"
    GOOGLE_PEOPLE = "Google People contacts"
    VCARD = "vCards"
    OUTLOOK = "Outlook contacts"
    GRAPH = "Microsoft Graph contacts"
    THUNDERBIRD = "Thunderbird contacts"
    RESUME = "JSON Resume"
    LINKEDIN_CONTACTS = "imported contacts"
    TABLE = "table of contacts"
    NAMED = "people named to you"
    MESSAGES = "messages"
    INVITATIONS = "invitations"
    RECOMMENDATIONS = "recommendations"
    ENDORSEMENTS = "endorsements"
    FOLLOWS = "followed employers"
    SAVED_JOBS = "saved jobs"
    APPLICATIONS = "job applications"


class Confidence(StrEnum):
    """How sure an employment is, the surest first."""

    CONFIRMED = "confirmed"
    REPORTED = "reported"
    INFERRED = "inferred"
    SUGGESTED = "suggested"


class ConnectionRow(NamedTuple):
    """One person in one Connections.csv. `key` is what the row alone says about who it is."""

    line: int
    key: str
    first_name: str
    last_name: str
    url: str | None
    email: str | None
    company: str | None
    position: str | None
    connected_on: date | None


class WorkHistoryRow(NamedTuple):
    """One employment the user wrote down. `contact_key` is `linkedin:slug`, `email:address`
    or `name:…`."""

    line: int
    contact_key: str
    employer: str
    title: str | None
    start: str | None
    end: str | None
    is_current: bool | None
    source: str | None
    confidence: Confidence
    note: str | None


class Job(NamedTuple):
    """A workplace as a card states it, or a school where `is_school`.

    `is_current` is None where the card does not say: then it is so on the day of the file.
    `source` is where it stands: in the card itself, a note, a label.
    """

    employer: str
    title: str | None = None
    start: str | None = None
    end: str | None = None
    is_current: bool | None = None
    is_school: bool = False
    confidence: Confidence = Confidence.REPORTED
    source: str = "card"
    note: str | None = None


class Card(NamedTuple):
    """One person in an address book. Birthdays, telephones, homes and whole notes are not kept.

    `old_emails` are those of `emails` that the book says are out of use; `as_of` the day the card
    was last changed; `uid` what the book itself calls the card.
    """

    line: int
    key: str
    name: str
    url: str | None
    emails: tuple[str, ...]
    old_emails: tuple[str, ...] = ()
    uid: str | None = None
    as_of: date | None = None
    jobs: tuple[Job, ...] = ()


class OwnPosition(NamedTuple):
    line: int
    employer: str
    title: str | None
    location: str | None
    start: str | None
    end: str | None


class OwnEducation(NamedTuple):
    line: int
    school: str
    degree: str | None
    start: str | None
    end: str | None


class Interaction(NamedTuple):
    """What passed between the user and somebody, without a word of its content.

    `direction` is sent · received (messages, invitations) or given · received (recommendations,
    endorsements), from the user's side; `name` and `url` are then the other person's. None where
    the file does not say: of messages `name` wrote to `other_name`, one of whom is the user.
    """

    line: int
    direction: str | None
    name: str
    url: str | None
    other_name: str | None = None
    other_url: str | None = None
    times: int = 1
    first_at: datetime | None = None
    last_at: datetime | None = None
    with_note: bool | None = None
    employer: str | None = None
    title: str | None = None


class WantedRow(NamedTuple):
    """An employer the user follows, or a posting they saved or applied for."""

    line: int
    employer: str
    title: str | None = None
    url: str | None = None
    on: date | None = None


Row = ConnectionRow | WorkHistoryRow | Card | OwnPosition | OwnEducation | Interaction | WantedRow


@dataclass(frozen=True, slots=True)
class Imported:
    """One file, by the hash of its bytes. `taken_on` is the day its content was true."""

    hash: str
    kind: Kind
    name: str
    taken_on: date
    taken_from: str
    modified_at: datetime | None
    read: int
    kept: int
    rows: Sequence[Row] = field(repr=False)


def names(columns: str) -> str:
    """The names in `name TYPE, name TYPE, …`."""
    return ", ".join(column.split()[0] for column in columns.split(", "))


class Table(NamedTuple):
    """Where rows of one shape lie: `columns` is `name TYPE, name TYPE, …` in the order of the
    shape's fields."""

    name: str
    shape: type[Any]
    columns: str

    @property
    def names(self) -> str:
        return names(self.columns)


CONNECTIONS = Table(
    "connections",
    ConnectionRow,
    "line INTEGER, key VARCHAR, first_name VARCHAR, last_name VARCHAR, url VARCHAR, "
    "email VARCHAR, company VARCHAR, position VARCHAR, connected_on DATE",
)
WORK_HISTORY = Table(
    "work_history",
    WorkHistoryRow,
    "line INTEGER, contact_key VARCHAR, employer VARCHAR, title VARCHAR, start_on VARCHAR, "
    "end_on VARCHAR, is_current BOOLEAN, source VARCHAR, confidence VARCHAR, note VARCHAR",
)
OWN_POSITIONS = Table(
    "own_positions",
    OwnPosition,
    "line INTEGER, employer VARCHAR, title VARCHAR, location VARCHAR, start_on VARCHAR, "
    "end_on VARCHAR",
)
OWN_EDUCATION = Table(
    "own_education",
    OwnEducation,
    "line INTEGER, school VARCHAR, degree VARCHAR, start_on VARCHAR, end_on VARCHAR",
)
# The jobs of a card lie in a table of their own, behind the card's line.
CARDS = Table(
    "cards",
    Card,
    "line INTEGER, key VARCHAR, name VARCHAR, url VARCHAR, addresses VARCHAR[], "
    "old_addresses VARCHAR[], uid VARCHAR, as_of DATE",
)
CARD_JOBS = Table(
    "card_jobs",
    Job,
    "employer VARCHAR, title VARCHAR, start_on VARCHAR, end_on VARCHAR, is_current BOOLEAN, "
    "is_school BOOLEAN, confidence VARCHAR, source VARCHAR, note VARCHAR",
)
INTERACTIONS = Table(
    "interactions",
    Interaction,
    "line INTEGER, direction VARCHAR, name VARCHAR, url VARCHAR, other_name VARCHAR, "
    "other_url VARCHAR, times INTEGER, first_at TIMESTAMP, last_at TIMESTAMP, with_note BOOLEAN, "
    "employer VARCHAR, title VARCHAR",
)
WANTED = Table(
    "wanted",
    WantedRow,
    "line INTEGER, employer VARCHAR, title VARCHAR, url VARCHAR, wanted_on DATE",
)

TABLE_OF = {
    Kind.CONNECTIONS: CONNECTIONS,
    Kind.WORK_HISTORY: WORK_HISTORY,
    Kind.POSITIONS: OWN_POSITIONS,
    Kind.EDUCATION: OWN_EDUCATION,
    Kind.GOOGLE_CSV: CARDS,
    Kind.GOOGLE_PEOPLE: CARDS,
    Kind.VCARD: CARDS,
    Kind.OUTLOOK: CARDS,
    Kind.GRAPH: CARDS,
    Kind.THUNDERBIRD: CARDS,
    Kind.RESUME: CARDS,
    Kind.LINKEDIN_CONTACTS: CARDS,
    Kind.TABLE: CARDS,
    Kind.NAMED: CARDS,
    Kind.MESSAGES: INTERACTIONS,
    Kind.INVITATIONS: INTERACTIONS,
    Kind.RECOMMENDATIONS: INTERACTIONS,
    Kind.ENDORSEMENTS: INTERACTIONS,
    Kind.FOLLOWS: WANTED,
    Kind.SAVED_JOBS: WANTED,
    Kind.APPLICATIONS: WANTED,
}
ADDRESS_BOOKS = tuple(kind for kind, table in TABLE_OF.items() if table is CARDS)
