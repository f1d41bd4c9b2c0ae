"""What a draft is made of: facts about the user, two people, a posting, an employer and the ask.

Nothing is ever made up: each value carries where it comes from, and what nobody knows is None.
All values are clean once they are in here: one line, no control characters, within their limits.

    connector   who introduces the user, calls ahead or named the target
    target      whose fifteen minutes are asked for: a contact, or somebody a contact named
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Generic, TypeAlias, TypeVar, get_type_hints

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


Text: TypeAlias = Fact[str] | None
OnDay: TypeAlias = Fact[date] | None


@dataclass(frozen=True, slots=True)
class _Group:
    """Facts of one subject, read by their shapes when they are put together."""

    forms: ClassVar[Mapping[str, tuple[Shape, str]]]
    """Field → its shape and what it is, as annotated."""

    def __init_subclass__(cls) -> None:
        hints = get_type_hints(cls, include_extras=True)
        cls.forms = {name: hints[name].__metadata__ for name in cls.__annotations__}

    def __post_init__(self) -> None:
        for name, (shape, _) in self.forms.items():
            fact = getattr(self, name)
            if fact is None:
                continue
            try:
                value = shape.read(fact.value)
            except ValueError as error:
                raise BadFact(f"{type(self).__name__.lower()}.{name}", str(error)) from None
            object.__setattr__(self, name, replace(fact, value=value))


@dataclass(frozen=True, slots=True)
class User(_Group):
    """Who writes."""

    name: Annotated[Text, Line(80), "your name as you sign it"] = None
    headline: Annotated[Text, Line(120), "who you are, in a few words"] = None
    link: Annotated[Text, Web(), "a page about you"] = None
    email: Annotated[Text, Mail(), "your e-mail address"] = None
    tone: Annotated[Text, Choice(("informal", "formal")), "how you address people"] = None


@dataclass(frozen=True, slots=True)
class Person(_Group):
    """The connector or the target. `employer` is the workplace that links the person to the
    employer asked about, `relation` and the partial dates (YYYY, YYYY-MM, YYYY-MM-DD) tell when."""

    name: Annotated[Text, Line(120), "the person's name"] = None
    first_name: Annotated[Text, Line(80), "the name to say hello with, if not the whole"] = None
    role: Annotated[Text, Line(300), "the person's role, or who is meant if not by name"] = None
    email: Annotated[Text, Mail(), "the person's e-mail address"] = None
    link: Annotated[Text, Web(), "the person's profile"] = None
    tone: Annotated[Text, Choice(("informal", "formal")), "how you address this person"] = None
    employer: Annotated[Text, Line(200), "the workplace the person is asked about"] = None
    relation: Annotated[Text, Choice(("current", "former")), "works there, or used to"] = None
    since: Annotated[Text, Line(10), "since when the person worked there"] = None
    until: Annotated[Text, Line(10), "until when the person worked there"] = None
    shared_employer: Annotated[Text, Line(200), "where you both worked"] = None
    shared_years: Annotated[Text, Line(40), "when you both worked there"] = None


@dataclass(frozen=True, slots=True)
class Posting(_Group):
    """The opening that made the user think of the person."""

    title: Annotated[Text, Line(300), "the posting's title"] = None
    url: Annotated[Text, Web(), "the posting's address"] = None
    department: Annotated[Text, Line(200), "the posting's department"] = None
    published_on: Annotated[OnDay, Day(), "the day it was published"] = None


@dataclass(frozen=True, slots=True)
class Employer(_Group):
    """Whom the talk is about."""

    name: Annotated[Text, Line(200), "the employer the talk is about"] = None


@dataclass(frozen=True, slots=True)
class Ask(_Group):
    """One request made of one contact. `reason_line` is written to whoever is asked, so in an
    introduction to the connector, and `target_reason` is what the target may read there."""

    id: Annotated[Text, Line(40), "the ask's number"] = None
    kind: Annotated[Text, Choice(KINDS), "what is asked"] = None
    stage: Annotated[Text, Line(20), "how far the ask is"] = None
    topic: Annotated[Text, Line(60), "what you want to understand, as a few words"] = None
    purpose_line: Annotated[
        Text, Line(160, end="?"), "your question about the work, the team, the skills or the market"
    ] = None
    reason_line: Annotated[
        Text, REASON, "why you ask this very person, in a sentence they can check"
    ] = None
    target_reason: Annotated[
        Text, REASON, "why this person is meant, in a sentence the target may read"
    ] = None
    minutes: Annotated[Fact[int], Number(5, 60), "how many minutes you ask for"] = Fact(15, DEFAULT)
    slots: Annotated[
        Fact[tuple[datetime, ...]] | None, Several(Moment(), 3), "times you propose"
    ] = None
    may_use_name: Annotated[
        Text, Choice(("yes", "no", "unknown")), "whether the connector may be named"
    ] = None
    heads_up_on: Annotated[OnDay, Day(), "the day the connector called ahead"] = None
    came_via: Annotated[Text, Line(120), "the contact who named the target"] = None
    sent_on: Annotated[OnDay, Day(), "the day the message was sent"] = None
    due_on: Annotated[OnDay, Day(), "the day the next step is due"] = None
    call_at: Annotated[Fact[datetime] | None, Moment(), "when the call is"] = None
    talked_on: Annotated[OnDay, Day(), "the day you talked"] = None
    questions: Annotated[
        Fact[tuple[str, ...]] | None,
        Several(Line(160, end="?"), 3),
        "more questions for the call, three at most",
    ] = None
    learned: Annotated[
        Text,
        Line(240, least=15),
        "one thing you learned, as it goes on after “What helped me most: ”",
    ] = None
    gift: Annotated[Text, Line(240, least=15), "what you give, in a sentence or two"] = None
    gift_link: Annotated[Text, Web(), "where the gift is"] = None
    news: Annotated[Text, Line(240, least=15), "how it ended, in a sentence or two"] = None


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


_GROUPS: Mapping[str, type[_Group]] = {
    "user": User,
    "connector": Person,
    "target": Person,
    "posting": Posting,
    "employer": Employer,
    "ask": Ask,
}
FIELDS: Mapping[str, Field] = {
    f"{group}.{name}": Field(f"{group}.{name}", about, shape)
    for group, made_of in _GROUPS.items()
    for name, (shape, about) in made_of.forms.items()
}
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
    made: dict[str, Any] = {g: made_of(**groups.get(g, {})) for g, made_of in _GROUPS.items()}
    return Facts(**made)


def unknown(path: str) -> BadFact:
    """The refusal of a path there is not, with the nearest one there is."""
    near = difflib.get_close_matches(path, FIELDS, 1)
    hint = f"; did you mean {near[0]}?" if near else ""
    return BadFact(line(path)[:60] or '""', f"is not a fact Inroad knows{hint}")
