"""Former workplaces in prose: "ex-Acme", "Acme alumni", "formerly at Acme (2016–2020)".

What a note or a label says is only ever a suggestion: people write about others, about themselves
and about places they never worked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from itertools import islice

from matcher.contacts.decode import clean
from store.rows import Confidence, Job

LONGEST = 1000
"""Characters of a note that are looked at."""
_MOST = 10
_TRIED = 40

_YEARS = (
    r"(?P<start>(?:19|20)\d\d)(?:\s*[-–—]\s*|\s+to\s+|\s+bis\s+)"
    r"(?P<end>(?:19|20)\d\d|now|present|today|heute)"
)
_PERIOD = re.compile(rf"[\s,(\[]*{_YEARS}[)\]]?", re.IGNORECASE)
_UNTIL = re.compile(
    r"[\s,(\[]*(?:until|till|bis|jusqu'en|hasta)\s+(?P<end>(?:19|20)\d\d)[)\]]?", re.IGNORECASE
)
# What stands before the name of a former workplace. "ex" alone needs a name behind it.
_BEFORE = re.compile(
    r"(?<![\w-])(?:"
    r"(?:former(?:ly)?|previous(?:ly)?|prev\.?|past|(?:used\s+to|once)\s+work(?:ed)?|worked"
    r"|was(?!\s+(?:very\s+|really\s+)?(?:great|good|excellent|best|bad|brilliant)\b)|old)"
    r"\s+(?:(?:employer|company|job|workplace)\s*:\s*|(?:[\w&/+.\-]+\s+){0,3}?(?:at|@)\s+)"
    r"|(?:formerly|previously|prev\.|before)(?:\s*:\s*|\s+(?:with\s+)?)"
    r"|(?:former|previous|ex)\s*:\s*"
    r"|(?:früher|vorher|ehemals|zuvor)(?:\s*:\s*|\s+(?:(?:bei|der|die|das)\s+)?)"
    r"|ehem(?:alige[rs]?|\.)\s*:?\s*(?:bei\s+)?"
    r"|anciennement(?:\s*:\s*|\s+(?:chez\s+)?)|ancien(?:ne)?\s+(?:de\s+|chez\s+)"
    r"|antes\s+(?:en|de)\s+|anteriormente\s+(?:en\s+)?"
    r"|ex[-\s‑–]\s?(?:(?:[\w&/+.]+\s+){1,3}?(?:at|@)\s+)?"
    r")",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"(?P<name>[^\n,;|()]{2,60}?)\s+(?:alum(?:n(?:i|us|a|ae))?s?|alums|ehemalige)\b", re.IGNORECASE
)
_ALUMNI = re.compile(r"alum|ehemalige", re.IGNORECASE)
_BRACKETED_YEAR = re.compile(r"[(\[]\s*(?:19|20)\d\d")
_NAME_AND_YEARS = re.compile(rf"(?P<name>[^\n;|()\d]{{2,60}}?)\s*[(\[]\s*{_YEARS}\s*[)\]]", re.I)
_END = re.compile(
    r"[\n;|,()\[\]–—]|/\s*ex\b|\.\s|\.$|\s-\s|\s(?:and|und|et|y|now|jetzt|until|till|before|when|where|who"
    r"|but|then|since|from|met|knows|as)\b|\s(?=(?:19|20)\d\d\b)",
    re.IGNORECASE,
)
# Behind "ex" or "former" these are people and things, not employers.
_NOT_EMPLOYERS = frozenset(
    """
    alumni boss boyfriend brother business chef chief classmate classmates client clients
    co-worker co-workers coworker coworkers colleague colleagues collega collegas collègue
    collègues collaborateur contractor customer customers director employee employees employer
    employers friend friends flatmate girlfriend head husband intern interns job kollege
    kollegen kollegin kolleginnen known landlord lead manager member mitarbeiter neighbor
    neighbors neighbour neighbours nachbar nachbarn partner partners president roommate
    roommates student students supervisor team teammate teammates tenant vendor wife work
    workplace compañero compañeros jefe
    """.split()
)
_SCHOOLS = re.compile(
    r"\b(?:universi\w+|college|school|uni|hochschule|schule|lycée|école|institute of technology"
    r"|academy|mba|class of|fh|eth|gymnasium)\b",
    re.IGNORECASE,
)
# Small words that stand inside names.
_INSIDE = frozenset(
    "of and for the de du des la le les der die das von van y e di & + und et".split()
)
_STILL = frozenset(("now", "present", "today", "heute"))


def former_workplaces(text: str, source: str, today: date) -> list[Job]:
    """The former workplaces a note or a label tells of, each with the words that tell it.

    Args:
        source: "note" or "label".
        today: no year behind it is believed.
    """
    text = text[:LONGEST]
    found: dict[str, Job] = {}
    for at, name, behind in islice(_candidates(text), _TRIED):
        job = _job(text, at, name, behind, source, today)
        if job is not None:
            key = job.employer.casefold()
            if key not in found or (job.start and not found[key].start):
                found[key] = job
            if len(found) == _MOST:
                break
    return list(found.values())


def _candidates(text: str) -> Iterator[tuple[int, str, int]]:
    """(where it begins, the name, where the name ends) of all that may be told."""
    for before in _BEFORE.finditer(text):
        end = _END.search(text, before.end())
        stop = end.start() if end else len(text)
        yield before.start(), text[before.end() : stop], stop
    if _ALUMNI.search(text):
        for after in _AFTER.finditer(text):
            if not _BEFORE.search(after["name"]):
                yield after.start(), after["name"], after.end()
    if _BRACKETED_YEAR.search(text):
        for years in _NAME_AND_YEARS.finditer(text):
            if not _BEFORE.search(years["name"]):
                yield years.start(), years["name"], years.end("name")


def _job(text: str, at: int, name: str, behind: int, source: str, today: date) -> Job | None:
    name = clean(name).strip(" .:-–—\"'“”„«»*#•")
    words = _large(name.split())
    name = " ".join(words)
    if not 1 <= len(words) <= 6 or len(name) > 60 or _SCHOOLS.search(name):
        return None
    if len(name) == 1 and not name.isupper():
        return None
    if {words[0].casefold(), words[-1].casefold()} & _NOT_EMPLOYERS or _is_prose(name, text):
        return None
    period = _PERIOD.match(text, behind) or _UNTIL.match(text, behind)
    stop = period.end() if period else behind
    parts = period.groupdict() if period else {}
    start, end = parts.get("start"), parts.get("end")
    still = bool(end) and str(end).casefold() in _STILL
    if any(y and y.isdigit() and int(y) > today.year for y in (start, end)):
        return None
    if still or (start and end and start > end):
        return None
    said = clean(text[at:stop])
    return Job(name, None, start, end, False, False, Confidence.SUGGESTED, source, said)


def _large(words: list[str]) -> list[str]:
    """A name that begins large without the small words behind it: "Acme engineer" is Acme's."""
    if not words or not words[0][:1].isupper():
        return words
    for at, word in enumerate(words):
        if word.islower() and word not in _INSIDE:
            words = words[:at]
            break
    while words and words[-1] in _INSIDE:
        words = words[:-1]
    return words


def _is_prose(name: str, text: str) -> bool:
    """Whether these words are more likely a sentence than a name: nothing in them is written large,
    and there is more beside them."""
    if any(c.isupper() or c.isdigit() or ord(c) > 0x2E7F for c in name):
        return False
    if name.split()[0] in _INSIDE:
        return True
    return len(name.split()) > 2 or len(text) > len(name) + 24
