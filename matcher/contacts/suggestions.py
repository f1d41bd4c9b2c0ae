"""Workplaces that something hints at, and the user's answers about them.

Hints: notes, labels and further entries of cards, e-mail addresses at employers, recommendations,
and connections made while the user worked somewhere. Only an address at a known employer is enough
to infer a workplace; everything else is suggested, and stays out of every report until confirmed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from matcher.contacts import dates
from matcher.contacts.domains import Employers, domain_of
from matcher.contacts.evidence import Passed
from matcher.contacts.facts import Facts
from matcher.contacts.history import Stated, in_order, merge, suggested
from matcher.contacts.identity import name_key
from matcher.contacts.people import Sighting
from store.decisions import Answer, Question
from store.derivation import Person
from store.network import Employment
from store.rows import Card, Confidence, ConnectionRow, Imported, Kind, OwnPosition

ADDRESS = "e-mail address"
RECOMMENDATION = "recommendation"
OVERLAP = "your own time there"
ANSWER = "your answer"


def added(
    people: Sequence[Person],
    sightings: Sequence[Sequence[Sighting]],
    known: Sequence[list[Employment]],
    files: Sequence[Imported],
    rows: Sequence[Passed],
    answers: Sequence[Answer],
    facts: Facts,
) -> list[list[Employment]]:
    """Each person's employments with what is suggested, and as the user's answers make them."""
    addresses = _Addresses(sightings, known, facts)
    recommended = _recommended(rows)
    own = list(_own_positions(files))
    answered = _answers(people, answers)
    found = []
    for index, (person, seen, jobs) in enumerate(zip(people, sightings, known, strict=True)):
        hints: list[Employment] = []
        if not (len(seen) == 1 and isinstance(seen[0][1], ConnectionRow)):
            hints += map(_suggestion, suggested(seen, files))
        hints += recommended.get(index, ())
        if person.emails:
            hints += addresses.hints(person.name, seen, files, jobs)
        if own and person.connected_on:
            hints += _overlaps(person.connected_on, own, jobs, seen, files)
        jobs = _with(jobs, hints, facts) if hints else jobs
        found.append(_answered(jobs, answered[index], facts) if index in answered else jobs)
    return found


def _with(jobs: list[Employment], hints: Iterable[Employment], facts: Facts) -> list[Employment]:
    """Employments and the hints at workplaces that are not among them yet; of several hints at one
    workplace the surest, then the one that knows the years, and the words of all."""
    new: dict[str, Employment] = {}
    for hint in sorted(hints, key=_promise):
        if not facts.is_employer(hint.employer) or _is_known(hint.employer, jobs, facts):
            continue
        twin = next((k for k, one in new.items() if _same(one.employer, hint.employer, facts)), "")
        if twin:
            notes = [note for note in (new[twin].note, hint.note) if note]
            new[twin] = new[twin]._replace(note="; ".join(dict.fromkeys(notes)) or None)
        else:
            new[hint.employer] = hint
    return in_order([*jobs, *new.values()], facts.same) if new else jobs


def _promise(hint: Employment) -> tuple[int, bool, bool, str, str, str]:
    order = (ADDRESS, "note", "label", "further employer", RECOMMENDATION, OVERLAP)
    rank = order.index(hint.source) if hint.source in order else len(order)
    sure = hint.confidence is not Confidence.INFERRED
    return (rank, sure, not hint.since, hint.employer, hint.until or "", hint.note or "")


def _is_known(employer: str, jobs: Iterable[Employment], facts: Facts) -> bool:
    return any(_same(e.employer, employer, facts) for e in jobs)


def _same(one: str, other: str, facts: Facts) -> bool:
    return one == other or facts.agree(one, other)


def _suggestion(stated: Stated) -> Employment:
    return Employment(
        *(stated.employer, stated.title, False, stated.start, stated.end),
        *(None, None, None, None, stated.on),
        *(Confidence.SUGGESTED, stated.source, stated.note),
    )


class _Addresses:
    """The workplaces that e-mail addresses speak of."""

    def __init__(
        self,
        sightings: Sequence[Sequence[Sighting]],
        known: Sequence[list[Employment]],
        facts: Facts,
    ) -> None:
        self.facts = facts
        self._known = known
        self._employers: Employers | None = None
        self._named: dict[str, tuple[str, bool]] = {}
        self._explained: dict[tuple[str, str], bool] = {}

    def hints(
        self,
        name: str,
        seen: Sequence[Sighting],
        files: Sequence[Imported],
        jobs: Sequence[Employment],
    ) -> Iterator[Employment]:
        """A hint for each work address that none of the person's workplaces explains, nor the
        person's own name. It is one of today's where nothing else is and the book does not call
        the address old."""
        current = any(e.is_current for e in jobs)
        shown: dict[str, tuple[date, bool, str]] = {}
        for number, row in seen:
            mails = row.emails if isinstance(row, Card) else filter(None, (row.email,))
            for mail in mails:
                if domain := domain_of(mail):
                    old = isinstance(row, Card) and mail in row.old_emails
                    shown[domain] = (files[number].taken_on, old, mail)
        for domain, (on, old, mail) in shown.items():
            employer, is_known = self._named_by(domain)
            if not is_known and _is_called_after(domain, name):
                continue
            if any(self._explains(e.employer, domain, employer) for e in jobs):
                continue
            yield Employment(
                *(employer, None, not (current or old), None, None, None, None, None, None, on),
                Confidence.INFERRED if is_known else Confidence.SUGGESTED,
                *(ADDRESS, mail),
            )

    def _named_by(self, domain: str) -> tuple[str, bool]:
        if self._employers is None:
            names = (e.employer for jobs in self._known for e in jobs)
            self._employers = Employers(names, self.facts)
        if domain not in self._named:
            self._named[domain] = self._employers.at(domain)
        return self._named[domain]

    def _explains(self, workplace: str, domain: str, employer: str) -> bool:
        pair = (workplace, domain)
        if pair not in self._explained:
            self._explained[pair] = _explains(workplace, domain, employer, self.facts)
        return self._explained[pair]


def _explains(workplace: str, domain: str, employer: str, facts: Facts) -> bool:
    """Whether an address at this domain is one of this workplace's."""
    label = domain.partition(".")[0]
    bare, letters = _letters(label), _letters(workplace)
    if letters.startswith(bare) or (len(letters) > 3 and bare.startswith(letters)):
        return True
    if bare == "".join(word[0] for word in workplace.casefold().split()):
        return True
    return facts.agree(workplace, employer) or facts.agree(workplace, label.replace("-", " "))


def _is_called_after(domain: str, name: str) -> bool:
    """Whether a domain is a person's own: jane@doe.example of Jane Doe."""
    bare = _letters(domain.partition(".")[0])
    return any(len(word) > 2 and word in bare for word in name_key(name).split())


def _letters(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


def _recommended(rows: Sequence[Passed]) -> dict[int, list[Employment]]:
    """Where people worked when a recommendation was written, or work now: it does not say."""
    found: dict[int, list[Employment]] = {}
    for one in rows:
        if one.kind == "recommendation" and one.row.employer and len(one.people) == 1:
            year = f"{one.row.first_at:%Y}" if one.row.first_at else "unknown year"
            found.setdefault(one.people[0], []).append(
                Employment(
                    *(one.row.employer, one.row.title, False, None, None),
                    *(None, None, None, None, one.file.taken_on),
                    *(Confidence.SUGGESTED, RECOMMENDATION, f"in a recommendation of {year}"),
                )
            )
    return found


def _own_positions(files: Sequence[Imported]) -> Iterator[OwnPosition]:
    """The user's own jobs, from the newest file that tells them."""
    newest = next((f for f in reversed(files) if f.kind is Kind.POSITIONS), None)
    for row in newest.rows if newest else ():
        assert isinstance(row, OwnPosition)
        if row.start:
            yield row


def _overlaps(
    connected_on: date,
    own: Sequence[OwnPosition],
    jobs: Sequence[Employment],
    seen: Sequence[Sighting],
    files: Sequence[Imported],
) -> Iterator[Employment]:
    """The user's workplaces on the day of the connection: the contact, elsewhere now, may have
    worked there too."""
    for position in own:
        start = dates.earliest(position.start or "")
        end = dates.latest(position.end) if position.end else date.max
        if start <= connected_on <= end:
            yield Employment(
                *(position.employer, None, False, None, None),
                *(None, None, None, None, files[seen[-1][0]].taken_on),
                *(Confidence.SUGGESTED, OVERLAP, f"you connected on {connected_on}"),
            )


def _answers(people: Sequence[Person], answers: Sequence[Answer]) -> Mapping[int, list[Answer]]:
    if not answers:
        return {}
    owner = {key: index for index, person in enumerate(people) for key in person.keys}
    found: dict[int, list[Answer]] = {}
    for answer in answers:
        if answer.key in owner:
            found.setdefault(owner[answer.key], []).append(answer)
    return found


def _answered(jobs: list[Employment], answers: Sequence[Answer], facts: Facts) -> list[Employment]:
    """Yes confirms; no takes what was only suggested or inferred away, or confirms that they are
    still there. Of several answers to one question the last one counts."""
    last = {(facts.same(answer.employer), answer.question): answer for answer in answers}
    for answer in last.values():
        about = [e for e in jobs if facts.same(e.employer) == facts.same(answer.employer)]
        stays = answer.question is Question.LEFT
        if answer.yes or stays:
            current = answer.question is Question.WORKS or (stays and not answer.yes)
            stated = Stated(
                *(answer.employer, answer.title, answer.start, None if current else answer.end),
                *(current, Confidence.CONFIRMED, ANSWER),
                next((e.note for e in about if e.note), None),
                answer.answered_at.date(),
            )
            jobs = merge(jobs, [stated], facts.same)
        else:
            doubtful = (Confidence.SUGGESTED, Confidence.INFERRED)
            jobs = [e for e in jobs if e not in about or e.confidence not in doubtful]
    return jobs
