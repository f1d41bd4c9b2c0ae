"""The linter of drafts: what in a message goes against the rules of considerate asking.

It reads words, not meanings: its lists (config/lint) say what sounds like a request for a job, a
way out, a reason. An error is something to change, a warning something to look at again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from matcher.asks.counts import code_points
from matcher.asks.counts import words as count_words
from matcher.asks.kinds import KINDS, WORDS, Limit
from matcher.asks.message import Message, Part, Sentence, excerpt
from matcher.asks.phrases import patterns
from matcher.asks.wordlists import WordLists, Words, matches

_AROUND = 6
"""Words before a phrase among which a "not" makes it harmless."""
_AFTER = 5
_TURN = re.compile(r"\b(?:but|aber|sondern|doch)\b|[;:]", re.IGNORECASE)
_CLAUSE = re.compile(r"[,;:()–—]| - ")
_MINUTES = re.compile(r"(?<![\d.:,])(\d{1,3})\s?-?\s?(?:to \d+ |bis \d+ )?min", re.IGNORECASE)
_PLACEHOLDER = re.compile(
    r"\{\{.*?\}\}|\{%.*?%\}|\[(?![xX ]\])[A-Za-zÄÖÜäöü][\w äöüÄÖÜß'/.-]{1,40}\]"
    r"|<(?!https?:|mailto:)[A-Za-zÄÖÜäöü][\w äöüÄÖÜß'-]{1,40}>|\bX{3,}\b|_{3,}|\bTODO\b"
)
_QUESTIONS = 3
_AGENDA_QUESTIONS = 4


@dataclass(frozen=True, slots=True)
class Rule:
    """`number` is that of the eight rules it belongs to; 0 is no rule but a slip."""

    name: str
    number: int
    severity: str
    why: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to change. `line` counts from 1; `instead` is in the message's language."""

    rule: Rule
    severity: str
    line: int
    excerpt: str
    instead: str


@dataclass(frozen=True, slots=True)
class Linted:
    """What the linter found, and what it took the message for."""

    language: str
    kinds: tuple[str, ...]
    words: int
    code_points: int
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> int:
        return sum(f.severity == "error" for f in self.findings)


RULES: Mapping[str, Rule] = {
    rule.name: rule
    for rule in (
        Rule("asks-for-a-job", 1, "error", "It asks for a job. Ask about the work instead."),
        Rule("attaches-cv", 1, "error", "It brings a CV nobody has asked for."),
        Rule("no-question", 1, "error", "It asks nothing about the work, the team or the market."),
        Rule("desperation", 1, "error", "It puts the reader under pressure."),
        Rule("says-looking", 1, "warning", "It is about your search instead of their work."),
        Rule(
            "claims-not-looking",
            1,
            "warning",
            "It denies a search. Say what you do about the posting instead of what you do not.",
        ),
        Rule("no-referrer", 2, "error", "Its first sentences do not say who named this person."),
        Rule("no-reason", 3, "warning", "It gives no reason the reader could check."),
        Rule("negative", 3, "error", "It speaks badly of an employer."),
        Rule("layoff", 3, "error", "It tells of a dismissal."),
        Rule("pity", 3, "error", "It asks for pity."),
        Rule("flattery", 3, "warning", "It flatters and gives no reason."),
        # A warning, because there are more ways to leave one than any list knows.
        Rule("no-way-out", 4, "warning", "It leaves no easy way to say no."),
        Rule("no-time-limit", 4, "warning", "It does not say how long the talk will take."),
        Rule("too-much-time", 4, "warning", "It asks for more than fifteen minutes."),
        Rule("too-long", 4, "error", "It is longer than its reader has time for."),
        Rule("too-many-questions", 4, "warning", "It asks more than fits into the time."),
        Rule("two-asks", 4, "warning", "It asks for a second thing at once."),
        Rule("nothing-learned", 6, "error", "It names nothing that was learned."),
        Rule("new-request", 6, "error", "It asks for something in a message that should not."),
        Rule("placeholder", 0, "error", "Something is still to be filled in."),
        Rule("forbidden", 0, "error", "Its template forbids these words."),
    )
}
_SAID = (
    *("asks-for-a-job", "attaches-cv", "desperation", "says-looking", "claims-not-looking"),
    *("negative", "layoff", "pity"),
)
"""Rules that are broken by what a sentence says."""
_AFFIRMED = ("claims-not-looking", "negative", "layoff", "pity")
"""Of these the ones in which a "not" changes nothing: their phrases hold it, or it is no excuse."""
_ASKS = ("talk", "introduction", "review", "endorsement")


def lint(
    message: Message,
    lists: WordLists,
    kind: str | None = None,
    language: str | None = None,
    *,
    limit: Limit | None = None,
    forbids: Sequence[str] = (),
) -> Linted:
    """Hold a message to the rules of its kind.

    Args:
        kind: one of KINDS; guessed where it is None.
        language: guessed by its stop words where it is None.
        limit: in the place of the kind's own.
        forbids: phrases that must not occur, as in the header of a template.

    Raises:
        LanguageUnknown, WordsError: see `WordLists`.
    """
    body = "\n".join(part.body for part in message.parts)
    known = lists.words(language or lists.guess(body))
    first = kind or _guess(message, known)
    kinds = [first, *("forward" for _ in message.parts[1:])]
    findings: list[Finding] = []
    for part, name in zip(message.parts, kinds, strict=True):
        check = _Check(part, name, known, limit if part is message.parts[0] else None)
        findings += check.findings(forbids if part is message.parts[0] else ())
    rule = RULES["attaches-cv"]
    if message.attachments and known.severity(rule.name, rule.severity) != "off":
        severity = known.severity(rule.name, rule.severity)
        names = excerpt(", ".join(message.attachments))
        findings.append(Finding(rule, severity, 1, names, known.instead(rule.name)))
    findings.sort(key=lambda f: (f.line, f.severity, f.rule.name))
    counted = message.parts[0].body
    return Linted(
        known.language,
        tuple(kinds),
        count_words(counted),
        code_points(counted),
        tuple(findings),
    )


def _guess(message: Message, known: Words) -> str:
    """What kind of message this is: by its first words, and by what it asks for."""
    part = message.parts[0]
    if len(message.parts) > 1:
        return "introduction"
    look = _Check(part, "information", known, None)
    asked = [one for one in part.sentences if look.is_request(one)]
    for name in ("agenda", "thanks", "follow_up"):
        near = part.everything if name == "thanks" and not asked else part.everything[:3]
        if any(look.says(f"is_{name}", one) for one in near):
            return name
    if any(look.says("introduction", one) for one in asked):
        return "introduction"
    if look.names_referrer():
        return "second_step"
    if asked and "\n" not in part.body and code_points(part.body) <= KINDS["note_300"].limit.most:
        return "note_300"
    return "information" if asked or any("?" in one.text for one in part.sentences) else "reconnect"


class _Check:
    """One part of a message, held to one kind."""

    def __init__(self, part: Part, kind: str, known: Words, limit: Limit | None) -> None:
        self._part, self._known = part, known
        self._kind = KINDS[kind]
        self._name = kind
        self._limit = limit or self._kind.limit
        self._needs: Mapping[str, Callable[[], Iterator[Sentence]]] = {
            "no-question": self._no_question,
            "no-reason": self._no_reason,
            "no-way-out": self._no_way_out,
            "no-time-limit": self._no_time_limit,
            "no-referrer": self._no_referrer,
            "nothing-learned": self._nothing_learned,
        }

    def findings(self, forbids: Sequence[str]) -> Iterator[Finding]:
        """Everything that is wrong with the part; of one rule at most one finding a line."""
        seen = set()
        for name, where in self._broken(forbids):
            rule = RULES[name]
            severity = self._known.severity(name, rule.severity)
            if severity != "off" and (name, where.line) not in seen:
                seen.add((name, where.line))
                shown = excerpt(where.text)
                yield Finding(rule, severity, where.line, shown, self._known.instead(name))

    def _broken(self, forbids: Sequence[str]) -> Iterator[tuple[str, Sentence]]:
        for one in self._part.everything:
            for name in _SAID:
                if name == "says-looking" and self.says("asks-for-a-job", one):
                    continue  # the greater fault says enough
                if self.says(name, one, negated=name not in _AFFIRMED):
                    yield name, one
            if self._disparages(one):
                yield "negative", one
            if _PLACEHOLDER.search(one.text):
                yield "placeholder", one
        for name in self._kind.needs:
            yield from ((name, one) for one in self._needs[name]())
        if self._flatters() and not self._has("no-reason"):
            yield "flattery", next(self._saying("flattery"))
        for one in self._part.sentences:
            if self._takes_long(one):
                yield "too-much-time", one
        yield from (("two-asks", one) for one in self._second_asks())
        if self._kind.asks is None:
            yield from (("new-request", one) for one in self._requests())
        yield from (("too-many-questions", one) for one in self._many_questions())
        yield from (("too-long", one) for one in self._too_long())
        banned = patterns(forbids)
        for one in self._part.everything:
            if any(matches(one.text, banned)):
                yield "forbidden", one

    def says(self, table: str, one: Sentence, negated: bool = True) -> bool:
        """Whether a phrase of a table stands in a sentence; with `negated`, and is not denied."""
        found = self._known.phrases.get(table, ())
        spans = matches(one.text, found, self._known.unless.get(table, ()))
        return any(not (negated and self._denied(one.text, *span)) for span in spans)

    def is_request(self, one: Sentence) -> bool:
        """Whether a sentence asks for something to be done."""
        return "?" in one.text or self.says("requests", one)

    def opening(self) -> list[Sentence]:
        """The first two sentences after the greeting."""
        return [one for one in self._part.sentences if len(one.text.split()) > 4][:2]

    def _has(self, table: str) -> bool:
        return any(True for _ in self._saying(table))

    def _saying(self, table: str) -> Iterator[Sentence]:
        return (one for one in self._part.everything if self.says(table, one, negated=False))

    def _denied(self, text: str, start: int, end: int) -> bool:
        """Whether a "not" stands shortly before a phrase, in it, or behind it in its clause."""
        before = text[:start]
        for turn in _TURN.finditer(before):
            before = text[turn.end() : start]
        after = _CLAUSE.split(text[end:], maxsplit=1)[0]
        near = " ".join([*before.split()[-_AROUND:], text[start:end], *after.split()[:_AFTER]])
        for one in self._known.not_negators:
            near = one.sub(" ", near)
        said = _said(near)
        return self._negates(said)

    def _negates(self, said: set[str]) -> bool:
        return bool(said & self._known.sets["negators"]) or any(x.endswith("n't") for x in said)

    def _disparages(self, one: Sentence) -> bool:
        """Whether a statement has a bad word, an employer's, and one that says whose it is."""
        said = _said(one.text)
        lists = (self._known.sets[name] for name in ("first_person", "employers", "bad_words"))
        return "?" not in one.text and all(said & words for words in lists)

    # What must not be missing. A list of what people may write for it would never be complete, so
    # each of these asks for a sentence of the right make and takes the lists as further evidence.

    def _top(self) -> Sentence:
        sentences = self._part.sentences
        return sentences[0] if sentences else Sentence("", self._part.line)

    def _no_question(self) -> Iterator[Sentence]:
        """A question that asks for more than a meeting, or what somebody would like to know."""
        questions = [one for one in self._part.everything if "?" in one.text]
        if self._name in ("information", "second_step", "forward"):
            asked = any(self._is_about_something(one) for one in self._part.sentences)
        else:
            asked = bool(questions)
        if not asked and not any(self._wonders(one) for one in self._part.sentences):
            yield questions[0] if questions else self._top()

    def _is_about_something(self, one: Sentence) -> bool:
        if "?" not in one.text:
            return False
        meeting = self._names_time(one) or (
            self.says("talk", one, negated=False) and self.says("requests", one)
        )
        return self._asks_what(one) or not meeting

    def _wonders(self, one: Sentence) -> bool:
        return self.says("no-question", one, negated=False) and self._asks_what(one)

    def _asks_what(self, one: Sentence) -> bool:
        return bool(_said(one.text) & self._known.sets["question_words"])

    def _is_about_meeting(self, one: Sentence) -> bool:
        return self.says("talk", one, negated=False) or self._names_time(one)

    def _names_time(self, one: Sentence) -> bool:
        return self.says("no-time-limit", one, negated=False) or bool(_MINUTES.search(one.text))

    def _no_reason(self) -> Iterator[Sentence]:
        """A statement about the reader, or about both, before anything is asked for; a referrer's
        word counts as one."""
        if self._name == "second_step" and self.names_referrer():
            return
        before = True
        for one in self._part.sentences:
            asks = self._is_about_meeting(one) and self.is_request(one)
            before = before and not asks and not self._names_time(one)
            if self._gives_reason(one, before):
                return
        yield self._top()

    def _gives_reason(self, one: Sentence, before: bool) -> bool:
        text = self._known.greeting.sub("", one.text)
        if self.says("no-reason", Sentence(text, one.line), negated=False):
            return True
        if not before or ("?" in text and self._asks_what(one)):
            return False
        # What stands before the words that ask is still a statement.
        asking = [start for start, _ in matches(text, self._known.phrases["requests"])]
        stated = text[: min(asking, default=len(text))].split()
        told = " ".join(stated)
        return (
            len(stated) > 4
            and bool(_said(told) & self._known.sets["second_person"])
            and not any(self.says(name, one, negated=False) for name in ("flattery", "self"))
        )

    def _no_way_out(self) -> Iterator[Sentence]:
        """One of the usual words, a condition that is not itself an invitation to say yes, or a
        "no" in what is said after the request."""
        if self._has("no-way-out") or self._has("conditions"):
            return
        asked = [at for at, one in enumerate(self._part.sentences) if self.is_request(one)]
        after = self._part.sentences[asked[0] if asked else 0 :]
        if not any(self._negates(_said(one.text)) for one in after if "?" not in one.text):
            yield self._part.sentences[asked[-1]] if asked else self._top()

    def _no_time_limit(self) -> Iterator[Sentence]:
        bounded = any(self._names_time(one) for one in self._part.everything)
        if not bounded and not any(self._takes_long(one) for one in self._part.sentences):
            asking = [one for one in self._part.sentences if self.says("talk", one)]
            yield asking[0] if asking else self._top()

    def _no_referrer(self) -> Iterator[Sentence]:
        if not self.names_referrer():
            yield from [*self.opening(), self._top()][:1]

    def names_referrer(self) -> bool:
        return any(self._names_referrer(one) for one in self.opening())

    def _names_referrer(self, one: Sentence) -> bool:
        """Somebody's name, and what a referrer does."""
        one = Sentence(self._known.greeting.sub("", one.text), one.line)
        if self.says("no-referrer", one, negated=False):
            return True
        named = self._known.name.search(one.text) and not self.says("self", one)
        return bool(named) and self.says("referral", one, negated=False)

    def _nothing_learned(self) -> Iterator[Sentence]:
        """One of the usual words, or a sentence that is more than a pleasantry."""
        told = (
            len(part.split()) > 5
            and not self.says("pleasantries", Sentence(part, one.line), negated=False)
            for one in self._part.sentences
            if not self.is_request(one)
            for part in self._known.greeting.sub("", one.text).split(": ")
        )
        if not self._has("nothing-learned") and not any(told):
            yield self._top()

    # What there is too much of

    def _flatters(self) -> bool:
        return self._name in ("information", "introduction", "second_step") and self._has(
            "flattery"
        )

    def _takes_long(self, one: Sentence) -> bool:
        if not self.is_request(one) and not self.says("talk", one):
            return False
        long = any(int(found[1]) > 15 for found in _MINUTES.finditer(one.text))
        return long or self.says("too-much-time", one)

    def _second_asks(self) -> Iterator[Sentence]:
        """What is asked for besides what such a message is for; a job has a rule of its own."""
        allowed = self._kind.asks
        if allowed is None:
            return
        others = [name for name in _ASKS if name not in allowed]
        for one in self._part.sentences:
            if self.says("asks-for-a-job", one) or self.says("attaches-cv", one):
                continue
            asked = self.is_request(one) and any(self.says(name, one) for name in others)
            if asked or self.says("two-asks", one):
                yield one

    def _requests(self) -> Iterator[Sentence]:
        """What is asked for in a message that should ask for nothing."""
        for one in self._part.sentences:
            if self.says("offers", one, negated=False):
                continue
            asked = self.is_request(one) and any(self.says(name, one) for name in _ASKS)
            closed = self._name != "reconnect" and "?" in one.text and not self._asks_what(one)
            if asked or closed or self.says("new-request", one) or self.says("asks-for-a-job", one):
                yield one

    def _many_questions(self) -> Iterator[Sentence]:
        most = _AGENDA_QUESTIONS if self._name == "agenda" else _QUESTIONS
        questions = [one for one in self._part.sentences if "?" in one.text]
        if self._name == "agenda":
            questions = [one for one in questions if re.match(r"\d+[.)]|[-*•]", one.text)]
        if len(questions) > most:
            yield questions[most]

    def _too_long(self) -> Iterator[Sentence]:
        body, limit = self._part.body, self._limit
        count = count_words(body) if limit.unit == WORDS else code_points(body)
        if count > limit.most:
            yield Sentence(f"{count} {limit.unit}, and {limit} are allowed", self._part.line)


def _said(text: str) -> set[str]:
    """The words of a text, case folded, without what surrounds them."""
    return {word.strip(".,;:!?()\"'„“”»«*").casefold() for word in text.split()}


def rule_names() -> Iterable[str]:
    """The names the word lists may have tables for."""
    return RULES
