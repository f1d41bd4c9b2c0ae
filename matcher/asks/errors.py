"""Why there is no draft, or no file of one. No message ever quotes a fact: facts are people."""

from __future__ import annotations

from collections.abc import Sequence


class AsksError(Exception):
    """Base of all errors of this room: one line saying what, where and what to do."""


class TemplateError(AsksError):
    """A template that cannot be used: which file, where in it, and what is wrong."""


class WordsError(AsksError):
    """A file of words (lists of the linter, headings, functions) that cannot be used."""


class FactsUnreadable(AsksError):
    """Facts that are not of the form they must have."""


class BadFact(AsksError):
    """One fact that cannot be what it is given for; `field` is its path, like `ask.reason_line`."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"{field} {why}" + ("" if why.endswith("?") else "."))
        self.field = field
        self.why = why


class MissingFacts(AsksError):
    """A draft needs facts nobody has given; `fields` are their paths."""

    def __init__(self, template: str, fields: Sequence[str], lines: Sequence[str]) -> None:
        super().__init__(f"{template} cannot be drafted yet; it needs {'; '.join(lines)}.")
        self.template = template
        self.fields = tuple(fields)


class TooLong(AsksError):
    """A draft over the limit of its template: a hard stop, because channels cut or refuse it."""


class NotAMail(AsksError):
    """A draft that cannot become an e-mail: no address, or one no mail header can carry."""


class NotInACalendar(AsksError):
    """A draft for which there is no day or time to put into a calendar."""


class MessageUnreadable(AsksError):
    """A file given to the linter that is no message."""


class LanguageUnknown(AsksError):
    """No language was given and none could be guessed, or there are no lists for it."""


class NotNow(AsksError):
    """Something that cannot happen to an ask at its stage; the message names what can."""


class Locked(AsksError):
    """A message to somebody who has not been told of the user yet."""
