"""A template and facts to a draft.

Templates run in Jinja's sandbox and see facts only: no Python object, no file, no other template.
Values are data and are never looked at for template marks. A fact nobody knows stops the draft,
and every fact that is used is kept with where it comes from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from jinja2 import (
    DictLoader,
    StrictUndefined,
    TemplateNotFound,
    TemplateSyntaxError,
    UndefinedError,
    is_undefined,
)
from jinja2.exceptions import TemplateError as JinjaError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from matcher.asks import moments
from matcher.asks.clean import line
from matcher.asks.counts import code_points, words
from matcher.asks.errors import MissingFacts, TemplateError, TooLong
from matcher.asks.facts import FIELDS, Fact, Facts, Origin
from matcher.asks.kinds import Limit
from matcher.asks.templates import WORDS, Shelf, Template

_GROUPS = ("user", "connector", "target", "posting", "employer", "ask")
_GAPS = re.compile(r"\n{3,}")
_STATEMENT = re.compile(r"^[ \t]*%%[ \t]*(.*?)[ \t]*\r?\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Used:
    """A fact a draft was made with: its path, its value as text, and where it comes from."""

    path: str
    value: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Draft:
    """A message nobody has sent. `words` and `code_points` count the body alone."""

    template: str
    language: str
    channel: str
    kind: str
    to: str
    """Whom it is written to: "target" or "connector"."""
    recipient: str | None
    address: str | None
    subject: str | None
    subject_label: str
    body: str
    limit: Limit
    used: tuple[Used, ...]
    forbids: tuple[str, ...] = ()
    enclosed: Draft | None = None
    """What is to be forwarded, below the body."""

    @property
    def words(self) -> int:
        return words(self.body)

    @property
    def code_points(self) -> int:
        return code_points(self.body)

    @property
    def full_body(self) -> str:
        """The body with what it encloses."""
        return f"{self.body}\n\n{self.enclosed.text}" if self.enclosed else self.body

    @property
    def text(self) -> str:
        """Everything, as it is copied: the subject in the first line, where there is one."""
        if not self.subject:
            return self.full_body
        return f"{self.subject_label}: {self.subject}\n\n{self.full_body}"


def draft(shelf: Shelf, name: str, language: str, facts: Facts) -> Draft:
    """The draft that a template makes of facts.

    Raises:
        TemplateError: there is no such template, or it cannot be used.
        MissingFacts: the facts do not suffice; all that are missing are named.
        TooLong: the text is over the template's limit.
    """
    return _draft(shelf, shelf.get(name, language), facts, frozenset())


def suggestions(shelf: Shelf, language: str, facts: Facts) -> list[str]:
    """Sentences for `ask.reason_line` that the facts bear out, for the user to choose from or
    better: those of the language's words whose facts are all known, and that are long enough."""
    found = []
    for pattern in shelf.words(language).get("suggest", {}).get("reason_line", ()):
        try:
            text = line(_Page(shelf, facts, language, facts.asked).render(pattern, WORDS, 1))
            found.append(str(FIELDS["ask.reason_line"].shape.read(text)))
        except (_Missing, ValueError):
            continue
    return found


def _draft(shelf: Shelf, template: Template, facts: Facts, outer: frozenset[str]) -> Draft:
    to = facts.asked if template.to == "asked" else template.to
    _require(template, facts, to)
    page = _Page(shelf, facts, template.language, to)
    try:
        subject = None
        if template.subject is not None:
            subject = line(page.render(template.subject, template.file, template.body_line))
        body = _tidy(page.render(template.body, template.file, template.body_line))
    except _Missing as missing:
        raise _missing(template, [(missing.path,)]) from None
    enclosed = None
    if template.encloses is not None:
        if template.name in outer:
            raise TemplateError(f"{template.file} encloses itself.")
        below = shelf.get(template.encloses, template.language)
        enclosed = _draft(shelf, below, facts, outer | {template.name})
    person = getattr(facts, to)
    made = Draft(
        template=template.name,
        language=template.language,
        channel=template.channel,
        kind=template.kind,
        to=to,
        recipient=person.name.value if person.name else None,
        address=person.email.value if person.email else None,
        subject=subject,
        subject_label=str(shelf.words(template.language)["subject"]),
        body=body,
        limit=template.limit,
        used=tuple(Used(p, _text(f.value), f.origin) for p, f in page.used.items()),
        forbids=template.forbids,
        enclosed=enclosed,
    )
    _hold(made)
    return made


def _require(template: Template, facts: Facts, to: str) -> None:
    wanted = [*template.requires, ("user.name",)]
    if template.channel not in ("call", "forward"):
        wanted.append((f"{to}.name",))
    missing = [one for one in dict.fromkeys(wanted) if not any(_is_met(facts, x) for x in one)]
    if missing:
        raise _missing(template, missing)


def _is_met(facts: Facts, wanted: str) -> bool:
    """Whether "ask.topic" is known, or "target.relation=former" is so."""
    path, equals, value = wanted.partition("=")
    fact = facts.get(path)
    return fact is not None and (not equals or fact.value == value)


def _missing(template: Template, wanted: Sequence[Sequence[str]]) -> MissingFacts:
    lines = [" or ".join(f"{x} ({FIELDS[_path(x)].about})" for x in one) for one in wanted]
    return MissingFacts(template.name, [_path(x) for one in wanted for x in one], lines)


def _path(wanted: str) -> str:
    return wanted.partition("=")[0]


def _hold(made: Draft) -> None:
    """Raises TooLong for a draft over its limit, and says which of the user's words are longest."""
    count = made.words if made.limit.unit == "words" else made.code_points
    if count <= made.limit.most:
        return
    measure = words if made.limit.unit == "words" else code_points
    longest = sorted(made.used, key=lambda one: -measure(one.value))[:2]
    which = " and ".join(f"{one.path} ({measure(one.value)})" for one in longest)
    raise TooLong(
        f"{made.template} has {count} {made.limit.unit}, and {made.limit} are allowed. "
        f"The longest of what went in: {which}."
    )


def _tidy(text: str) -> str:
    lines = [one.rstrip() for one in text.replace("\r\n", "\n").split("\n")]
    return _GAPS.sub("\n\n", "\n".join(lines)).strip()


def _text(value: object) -> str:
    if isinstance(value, tuple):
        return "; ".join(map(_text, value))
    return value.isoformat(" ", "minutes") if isinstance(value, datetime) else str(value)


class _Missing(UndefinedError):
    """A template asked for a fact that nobody knows."""

    def __init__(self, path: str | None = None) -> None:
        super().__init__(path)
        self.path = path or ""


class _Group:
    """The facts of one subject as a template sees them: `user.name` and nothing else."""

    def __init__(self, page: _Page, name: str) -> None:
        self._page, self._name = page, name

    def __getitem__(self, name: str) -> Any:
        return self._page.value(f"{self._name}.{name}")


class _Page:
    """One rendering: what a template may see, and what it looked at."""

    def __init__(self, shelf: Shelf, facts: Facts, language: str, to: str) -> None:
        self._facts = facts
        moment = str(shelf.words(language)["moment"])
        self.used: dict[str, Fact[Any]] = {}
        self._environment = environment = ImmutableSandboxedEnvironment(
            undefined=StrictUndefined, autoescape=False, loader=DictLoader({})
        )
        person = getattr(facts, to)
        tone = person.tone or facts.user.tone
        informal = tone.value == "informal" if tone else to == "connector"
        groups = {name: _Group(self, name) for name in _GROUPS}
        environment.globals = {
            **groups,
            "to": groups[to],
            "say": lambda familiar, polite: familiar if informal else polite,
        }
        environment.filters["day"] = lambda value: moments.day(_of(value, date), language)
        environment.filters["time"] = lambda value: moments.time(
            _of(value, datetime), language, moment
        )
        environment.filters["either"] = lambda values: moments.either(
            (moments.time(_of(value, datetime), language, moment) for value in values), language
        )
        environment.tests["saying"] = lambda value, word: not is_undefined(value) and value == word

    def value(self, path: str) -> Any:
        if path not in FIELDS:
            raise KeyError(path)
        fact = self._facts.get(path)
        if fact is None:
            return StrictUndefined(hint=path, name=path, exc=_Missing)
        self.used[path] = fact
        return fact.value

    def render(self, source: str, file: str, at: int) -> str:
        """Raises _Missing, and TemplateError with the file and its line for all else."""
        try:
            # A line of its own leaves none behind; inside the tag its end still counts as one.
            source = _STATEMENT.sub(r"{% \1 \n%}", source)
            return self._environment.from_string(source).render()
        except _Missing:
            raise
        except TemplateSyntaxError as error:
            where = f"{file}, line {at + error.lineno - 1}"
            raise TemplateError(f"{where}: {str(error.message).rstrip('.')}.") from None
        except TemplateNotFound:
            raise TemplateError(f"{file} takes in another template; only encloses can.") from None
        except JinjaError as error:
            raise TemplateError(f"{file}: {str(error.message).rstrip('.')}.") from None
        except (TypeError, ValueError, ArithmeticError, LookupError, RecursionError) as error:
            raise TemplateError(
                f"{file} does with a fact what cannot be done with it ({type(error).__name__})."
            ) from None


def _of(value: object, kind: type) -> Any:
    if not isinstance(value, kind):
        raise TypeError
    return value


def all_used(made: Draft) -> Iterable[Used]:
    """The facts of a draft and of what it encloses, each once."""
    found = {one.path: one for one in made.used}
    if made.enclosed:
        found |= {one.path: one for one in all_used(made.enclosed)}
    return found.values()
