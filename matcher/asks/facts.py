"""What a draft is made of: facts about the user, two people, a posting, an employer and the ask.

Nothing is ever made up: each value carries where it comes from, and what nobody knows is None.
All values are clean once they are in here: one line, no control characters, within their limits.

    connector   who introduces the user, calls ahead or named the target
    target      whose fifteen minutes are asked for: a contact, or somebody a contact named
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from matcher.asks.clean import line
from matcher.asks.errors import BadFact
from matcher.asks.shapes import Choice, Day, Line, Mail, Moment, Number, Several, Shape, Web

T_co = TypeVar("T_co", covariant=True)

KINDS = ("information", "introduction", "reconnect", "second_step")
"""What is asked: fifteen minutes, to be introduced, nothing, fifteen minutes of somebody named by
an earlier contact. There is deliberately no kind that asks for a job."""
REASON = Line(least=40, most=200)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value comes from: a file, an address, or words such as "your own words"."""

    source: str
    on: date | None = None
    """The day the source is of."""

    def __str__(self) -> str:
        return f"{self.source}, {self.on}" if self.on else self.source


OWN_WORDS = Origin("your own words")
DEFAULT = Origin("Inroad's default")


@dataclass(frozen=True, slots=True)
class Fact(Generic[T_co]):
    """A value and where it comes from."""

    value: T_co
    origin: Origin = OWN_WORDS


def _fact(shape: Shape, about: str, default: Fact[Any] | None = None) -> Any:
    return field(default=default, metadata={"shape": shape, "about": about})


@dataclass(frozen=True, slots=True)
class _Group:
    """Facts of one subject, read by their shapes when they are put together."""

    def __post_init__(self) -> None:
        for spec in fields(self):
            fact = getattr(self, spec.name)
            if fact is None:
                continue
            try:
                value = spec.metadata["shape"].read(fact.value)
            except ValueError as error:
                name = f"{type(self).__name__.lower()}.{spec.name}"
                raise BadFact(name, str(error)) from None
            object.__setattr__(self, spec.name, replace(fact, value=value))


@dataclass(frozen=True, slots=True)
class User(_Group):
    """Who writes."""

    name: Fact[str] | None = _fact(Line(80), "your name as you sign it")
    headline: Fact[str] | None = _fact(Line(120), "who you are, in a few words")
    link: Fact[str] | None = _fact(Web(), "a page about you")
    email: Fact[str] | None = _fact(Mail(), "your e-mail address")
    tone: Fact[str] | None = _fact(Choice(("informal", "formal")), "how you address people")


@dataclass(frozen=True, slots=True)
class Person(_Group):
    """The connector or the target. `employer` is the workplace that links the person to the
    employer asked about, `relation` and the partial dates (YYYY, YYYY-MM, YYYY-MM-DD) tell when."""

    name: Fact[str] | None = _fact(Line(80), "the person's name")
    first_name: Fact[str] | None = _fact(Line(40), "the name to say hello with, if not the whole")
    role: Fact[str] | None = _fact(Line(100), "the person's role, or who is meant if not by name")
    email: Fact[str] | None = _fact(Mail(), "the person's e-mail address")
    link: Fact[str] | None = _fact(Web(), "the person's profile")
    tone: Fact[str] | None = _fact(Choice(("informal", "formal")), "how you address this person")
    employer: Fact[str] | None = _fact(Line(120), "the workplace the person is asked about")
    relation: Fact[str] | None = _fact(Choice(("current", "former")), "works there, or used to")
    since: Fact[str] | None = _fact(Line(10), "since when the person worked there")
    until: Fact[str] | None = _fact(Line(10), "until when the person worked there")
    shared_employer: Fact[str] | None = _fact(Line(120), "where you both worked")
    shared_years: Fact[str] | None = _fact(Line(40), "when you both worked there")


@dataclass(frozen=True, slots=True)
class Posting(_Group):
    """The opening that made the user think of the person."""

    title: Fact[str] | None = _fact(Line(160), "the posting's title")
    url: Fact[str] | None = _fact(Web(), "the posting's address")
    department: Fact[str] | None = _fact(Line(120), "the posting's department")
    published_on: Fact[date] | None = _fact(Day(), "the day it was published")


@dataclass(frozen=True, slots=True)
class Employer(_Group):
    """Whom the talk is about."""

    name: Fact[str] | None = _fact(Line(120), "the employer the talk is about")


@dataclass(frozen=True, slots=True)
class Ask(_Group):
    """One request made of one contact. `reason_line` is written to whoever is asked, so in an
    introduction to the connector, and `target_reason` is what the target may read there."""

    id: Fact[str] | None = _fact(Line(40), "the ask's number")
    kind: Fact[str] | None = _fact(Choice(KINDS), "what is asked")
    stage: Fact[str] | None = _fact(Line(20), "how far the ask is")
    channel: Fact[str] | None = _fact(Line(40), "how it is sent")
    topic: Fact[str] | None = _fact(Line(60), "what you want to understand, as a few words")
    purpose_line: Fact[str] | None = _fact(
        Line(160, end="?"), "your question about the work, the team, the skills or the market"
    )
    reason_line: Fact[str] | None = _fact(
        REASON, "why you ask this very person, in a sentence they can check"
    )
    target_reason: Fact[str] | None = _fact(
        REASON, "why this person is meant, in a sentence the target may read"
    )
    minutes: Fact[int] = _fact(Number(5, 60), "how many minutes you ask for", Fact(15, DEFAULT))
    slots: Fact[tuple[datetime, ...]] | None = _fact(Several(Moment(), 3), "times you propose")
    may_use_name: Fact[str] | None = _fact(
        Choice(("yes", "no", "unknown")), "whether the connector may be named"
    )
    heads_up_on: Fact[date] | None = _fact(Day(), "the day the connector called ahead")
    came_via: Fact[str] | None = _fact(Line(80), "the contact who named the target")
    sent_on: Fact[date] | None = _fact(Day(), "the day the message was sent")
    due_on: Fact[date] | None = _fact(Day(), "the day the next step is due")
    call_at: Fact[datetime] | None = _fact(Moment(), "when the call is")
    talked_on: Fact[date] | None = _fact(Day(), "the day you talked")
    questions: Fact[tuple[str, ...]] | None = _fact(
        Several(Line(160, end="?"), 3), "more questions for the call, three at most"
    )
    learned: Fact[str] | None = _fact(
        Line(240, least=15), "one thing you learned, as it goes on after “What helped me most: ”"
    )
    gift: Fact[str] | None = _fact(Line(240, least=15), "what you give, in a sentence or two")
    gift_link: Fact[str] | None = _fact(Web(), "where the gift is")
    news: Fact[str] | None = _fact(Line(240, least=15), "how it ended, in a sentence or two")


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is known for one ask."""

    user: User = User()
    connector: Person = Person()
    target: Person = Person()
    posting: Posting = Posting()
    employer: Employer = Employer()
    ask: Ask = Ask()

    @property
    def asked(self) -> str:
        """Who the ask is made of: "connector" for an introduction, else "target"; where the kind
        is not known, the target if there is one."""
        if self.ask.kind is not None:
            return "connector" if self.ask.kind.value == "introduction" else "target"
        known = self.target.name or self.target.role or not self.connector.name
        return "target" if known else "connector"

    def get(self, path: str) -> Fact[Any] | None:
        """The fact at "group.name". A first name nobody has given is the whole name."""
        group, _, name = path.partition(".")
        found: Fact[Any] | None = getattr(getattr(self, group), name)
        if found is None and name == "first_name":
            return self.get(f"{group}.name")
        return found


@dataclass(frozen=True, slots=True)
class Field:
    """What a fact is for, and the form it has."""

    path: str
    about: str
    shape: Shape


def _fields() -> Iterator[Field]:
    for group in fields(Facts):
        for spec in fields(group.default):  # type: ignore[arg-type]
            about, shape = spec.metadata["about"], spec.metadata["shape"]
            yield Field(f"{group.name}.{spec.name}", about, shape)


FIELDS: Mapping[str, Field] = {one.path: one for one in _fields()}
"""Path → what it is, for every fact there can be."""


def facts_of(values: Mapping[str, Fact[Any]]) -> Facts:
    """Facts from their paths.

    Raises:
        BadFact: a path there is not, or a value that does not fit it.
    """
    groups: dict[str, dict[str, Fact[Any]]] = {}
    for path, fact in values.items():
        if path not in FIELDS:
            raise unknown(path)
        try:
            read = replace(fact, value=FIELDS[path].shape.read(fact.value))
        except ValueError as error:
            raise BadFact(path, str(error)) from None
        group, _, name = path.partition(".")
        groups.setdefault(group, {})[name] = read
    made = {g.name: type(g.default)(**groups.get(g.name, {})) for g in fields(Facts)}
    return Facts(**made)


def unknown(path: str) -> BadFact:
    """The refusal of a path there is not, with the nearest one there is."""
    near = difflib.get_close_matches(path, FIELDS, 1)
    hint = f"; did you mean {near[0]}?" if near else ""
    return BadFact(line(path)[:60] or '""', f"is not a fact Inroad knows{hint}")
