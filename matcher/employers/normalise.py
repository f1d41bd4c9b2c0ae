"""Turns an employer's name, as people and sites write it, into something two of them compare by."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

from matcher.employers import scripts
from matcher.employers.lexicon import LegalForm, legal_forms, words
from matcher.employers.text import split

LONGEST = 256
"""Characters of a name that are looked at; what follows is not a name any more."""


class Alternative(NamedTuple):
    """Another name that the text itself gives.

    `kind` is "name" (formerly, also known as, a bracketed name), "owner" (acquired by, part of),
    "role" (a team of it, once of it), "site" (the words of a web address or slug), "spelling" (ü
    as ue) or "script" (in Latin letters).
    """

    kind: str
    tokens: tuple[str, ...]
    key: str


class Normalised(NamedTuple):
    """A name taken apart.

    `tokens` are the folded words that name the employer, `key` those words run together ("" when
    nothing is left), `words` all words before legal forms were taken off, `legal` the forms taken
    off, `notes` the remarks and places left out, as written.
    """

    raw: str
    tokens: tuple[str, ...]
    key: str
    words: tuple[str, ...]
    legal: tuple[LegalForm, ...]
    alternatives: tuple[Alternative, ...]
    notes: tuple[str, ...]


_INVISIBLE = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]")
_SIGNS = str.maketrans(dict.fromkeys("®™℠©\x00", " "))
_ESCAPE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[@-_])?")
_DOT_COM = re.compile(r"(?<=\w)\.com\b", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
_HAS_UMLAUT = re.compile("[äöüøå]")
_BRACKETS = re.compile(r"[(\[{]([^()\[\]{}]*)[)\]}]?")
_SITE_TLD = (
    r"com|org|net|edu|gov|info|biz|co\.uk|org\.uk|ac\.uk|com\.au|com\.br|co\.jp|co\.in|co\.nz|"
    r"de|fr|uk|eu|ch|at|nl|be|it|es|pt|pl|cz|se|no|dk|fi|ie|us|ca|jp|cn|kr|ru|br|mx|in|ua|ro|gr"
)
_BARE_TLD = r"io|co|app|dev|so|me|tv|xyz|gg"
_NAME_TLD = rf"{_BARE_TLD}|ai|tech|inc|cloud|health|bio|energy|finance|games|team"
_SITE = re.compile(
    rf"(?P<url>https?://)?(?P<www>(?:www|careers|jobs|apply|join)\.)?(?P<stem>[a-z0-9][a-z0-9-]*)"
    rf"\.(?P<tld>{_SITE_TLD}|{_NAME_TLD})(?P<path>[/?#]\S*)?",
    re.IGNORECASE,
)
# On a job board's own site the employer is the folder, not the host.
_BOARD_PAGE = re.compile(
    r"(?:https?://)?(?:[a-z-]+\.)*(?:greenhouse\.io|lever\.co|ashbyhq\.com|workable\.com"
    r"|smartrecruiters\.com|gem\.com|rippling\.com)/(?P<board>[\w.%-]+)\S*",
    re.IGNORECASE,
)
_ALSO = re.compile(
    r"(?:formerly|former|previously|prev\.?|was|fka|f/k/a|f\.k\.a\.?|née|nee|ex|now|now at|aka|"
    r"a/k/a|a\.k\.a\.?|also|dba|d/b/a|d\.b\.a\.?|trading as|t/a|ehemals|früher|vormals|"
    r"anciennement|ex-|rebranded (?:as|to)|renamed(?: to)?)"
    r"(?:\s+known as|\s+called)?[\s:]+(?P<name>\S.*)",
    re.IGNORECASE,
)
_OWNER = re.compile(
    r"(?:(?:(?:now )?(?:part|a (?:division|subsidiary|brand|unit|member)|division|subsidiary"
    r"|member) of|(?:was )?(?:acquired|bought|owned) by|by|powered by|merged (?:with|into))"
    r"\s+(?P<a>\S.*)|an?\s+(?P<b>\S.*?)\s+"
    r"(?:company|brand|business|venture|subsidiary|portfolio company))",
    re.IGNORECASE,
)
_REMARK = re.compile(
    r"(?:(?:via|through|c/o|on behalf of|at|for|with|on assignment|seconded)\b.*"
    r"|contract(?:or|ed|ing)?|consult(?:ing|ant|ancy)?|part[ -]?time|full[ -]?time|temp(?:orary)?"
    r"|intern(?:ship)?|working student|werkstudent|remote(?:ly)?|hybrid|on-?site|freelance"
    r"|acquired.*|closed|defunct|ipo.*|exited?|stealth.*|yc|y ?combinator.*|yc ?[a-z]{1,2}\d\d.*"
    r"|[wsfx]\d\d|techstars.*|series [a-h]|(?:we.?re |now |we are )?hiring.*|remote.*|tm|r|c"
    r"|(?:nasdaq|nyse|nyse american|lse|tsx|tsxv|asx|amex|otc\w*|bse|nse|hkex|sgx|xetra|fwb|"
    r"euronext|six|tse|jse|aim|ticker|isin|adr|cse)\b.*|former|formerly|current|retired|public|publ)"
    r"[\s!.]*",
    re.IGNORECASE,
)
_LEAD_IN = re.compile(
    r"(?:@\s*|ex\s?[-–:]\s*|ex\s+@|(?:former(?:ly)?|previously)(?:\s+(?:at|@|of))?[\s:-]+"
    r"|(?:intern(?:ship)?|contractor|consultant|engineer|working|employed|working student|"
    r"jobs?|careers?|employee|freelance(?:r)?|consulting)\s+(?:at|@|with|for)\s+)(?=\S)",
    re.IGNORECASE,
)
_VIA = re.compile(r"\s+(?:via|c/o|on behalf of|contracted (?:through|via))\s+\S.*", re.IGNORECASE)
_INLINE_ALSO = re.compile(
    r"[\s,]+(?:f/k/a|fka|f\.k\.a\.?|formerly(?: known as)?|d/b/a|dba|d\.b\.a\.?|aka|a/k/a|"
    r"also known as|trading as)\s+(?P<name>\S.*)",
    re.IGNORECASE,
)
_INLINE_OWNER = re.compile(
    r"(?:,|\s[-–—|])\s*(?P<note>(?:(?:part|a (?:division|subsidiary|member|brand|unit)) of|"
    r"acquired by|an?\s+(?=\S.*\s(?:company|brand|business)$))\s*(?P<name>\S.*?))"
    r"(?:\s(?:company|brand|business))?$",
    re.IGNORECASE,
)
_READS_ON = frozenset(
    "via behalf contracted former formerly previously fka dba aka known trading at with for".split()
)
_PARTED = re.compile("[,|·•–—/:-]")
"""What there is in every text that _INLINE_OWNER, _SEPARATOR or a comma parts."""
_SEPARATOR = re.compile(r"\s*[|·•]\s*|\s+[–—/:]\s+|\s+-\s+")
_REGISTRY_SUFFIX = re.compile(r"\s*[/\\](?:ADR|[A-Z]{2,4})[/\\]?\s*$")
_CAMEL = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_MOJIBAKE = re.compile("[ÃÂâ][\u0080-\u00bf\u2010-\u2044\u20ac\u2122\u0152-\u0192]")


def _core(tokens: list[str]) -> tuple[tuple[str, ...], tuple[LegalForm, ...]]:
    """Takes legal forms, a leading article and a trailing "careers" off, never the last word."""
    forms = legal_forms()
    found: list[LegalForm] = []
    start, end = 0, len(tokens)
    moved = True
    while moved and end - start > 1:
        moved = False
        longest = forms.longest if tokens[end - 1] in forms.last_words else 0
        for n in range(min(longest, end - start - 1), 0, -1):
            form = forms.by_words.get(tuple(tokens[end - n : end]))
            if form is not None:
                found.append(form)
                end -= n
                moved = True
                break
        if moved:
            continue
        first, last = tokens[start], tokens[end - 1]
        if last in words().listed["tails"] or last == "and":
            end -= 1
            moved = True
        elif first == "the":
            start += 1
            moved = True
        elif first in forms.leading:
            found.append(forms.leading[first])
            start += 1
            moved = True
    return tuple(tokens[start:end]), tuple(dict.fromkeys(reversed(found)))


def _is_place(text: str) -> bool:
    kind = words().kind
    tokens = split(text)
    return bool(tokens) and all(
        kind.get(t) == "place"
        or t in words().listed["place_codes"]
        or t in words().listed["place_parts"]
        for t in tokens
    )


def _alternative(kind: str, text: str) -> Alternative | None:
    tokens, _ = _core(split(text))
    return Alternative(kind, tokens, "".join(tokens)) if tokens else None


def _brackets(text: str, also: list[Alternative], notes: list[str]) -> str:
    outside = " ".join(_BRACKETS.sub(" ", text).strip(" )]},-").split())
    if not split(outside):
        inside = [part for part in _BRACKETS.findall(text) if split(part)]
        return inside[0] if inside else ""
    by_words = legal_forms().by_words
    for part in _BRACKETS.findall(text):
        part = part.strip(" ,;")
        if not part:
            continue
        if tuple(split(part)) in by_words or tuple(split(part)) in (("p",), ("privat",)):
            outside += " " + part
            continue
        notes.append(part)
        if match := _ALSO.fullmatch(part):
            found = _alternative("name", match["name"])
        elif match := _OWNER.fullmatch(part):
            found = _alternative("owner", match["a"] or match["b"])
        elif _REMARK.fullmatch(part) or _is_place(part):
            continue
        else:
            found = _alternative("name", part)
        if found:
            also.append(found)
    return outside


def _segments(text: str, notes: list[str]) -> str:
    parts = [part for part in _SEPARATOR.split(text) if split(part)]
    if len(parts) < 2:
        return text
    kept = [parts[0]]
    for part in parts[1:]:
        if (
            _REMARK.fullmatch(part)
            or _is_place(part)
            or all(t in words().listed["departments"] for t in split(part))
        ):
            notes.append(part)
        else:
            kept.append(part)
    return " ".join(kept)


def _without_place(text: str, notes: list[str]) -> str:
    """Drops ", San Francisco" and ", Austin, TX" from firms; places are names of institutions."""
    head, *rest = (part.strip() for part in text.split(","))
    first_place = len(rest)
    while first_place and _is_place(rest[first_place - 1]):
        first_place -= 1
    if first_place == len(rest) or not head:
        return text
    kept = ", ".join([head, *rest[:first_place]])
    tokens = split(kept)
    if not tokens or any(t in words().listed["institutions"] for t in tokens) or _is_place(kept):
        return text
    if len(rest) - first_place == 1 and "".join(split(rest[-1])) in ("co", "de", "in", "sa", "ca"):
        return text
    notes.append(", ".join(rest[first_place:]))
    return kept


def _other_spellings(text: str, tokens: Sequence[str], key: str) -> list[Alternative]:
    """The name with umlauts written out, and read in Latin letters; legal forms left out."""
    kept = [word for word in text.casefold().split() if set(split(word)) <= set(tokens)]
    text = " ".join(kept)
    found = []
    if _HAS_UMLAUT.search(text):
        found.append(_alternative("spelling", text.translate(_UMLAUTS)))
    if scripts.is_foreign(text):
        found.extend(_alternative("script", reading) for reading in scripts.readings(text))
        found.extend(_alternative("script", part) for part in scripts.parts(text))
    return [other for other in found if other and other.key != key]


@lru_cache(maxsize=1 << 17)
def normalise(name: str) -> Normalised:
    """Takes a name apart. Never fails: what is no name comes out with an empty key.

    >>> normalise("Contoso Health GmbH (via Adecco)").tokens
    ('contoso', 'health')
    """
    text = name[:LONGEST]
    if "&" in text:
        text = html.unescape(html.unescape(text))
    if "\x1b" in text:
        text = _ESCAPE.sub("", text)
    if "<" in text:
        text = _TAG.sub(" ", text)
    plain = text.isascii()
    if not plain:
        if _MOJIBAKE.search(text):
            text = _unmangled(text)
        text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text.translate(_SIGNS)))
    if not text.isprintable():
        text = "".join(c if c.isprintable() else " " for c in text)
    text = text.strip()
    also: list[Alternative | None] = []
    notes: list[str] = []
    glued: list[LegalForm] = []
    if not plain:
        for suffix, form in legal_forms().glued:
            if suffix in text and len(text.strip()) > len(suffix):
                text = text.replace(suffix, " ").strip()
                glued.append(form)
        text = scripts.spaced(text)
    words_override: list[str] | None = None
    if "/" in text and (page := _BOARD_PAGE.fullmatch(text)):
        text = unquote(page["board"]).replace("-", " ")
    if "." in text and (match := _SITE.fullmatch(text)):
        words_override = split(text)
        stem, tld = match["stem"].replace("-", " "), match["tld"].lower()
        is_address = bool(match["url"] or match["www"] or match["path"])
        if is_address or re.fullmatch(_SITE_TLD, tld):
            text = stem
            if not is_address or re.fullmatch(_NAME_TLD, tld):
                also.append(_alternative("site", f"{stem} {tld}"))
        else:
            text = f"{stem} {tld}"
            if re.fullmatch(_BARE_TLD, tld):
                also.append(_alternative("site", stem))
    else:
        if "/" in text or "\\" in text:
            text = _REGISTRY_SUFFIX.sub("", text) or text
        if "(" in text or "[" in text or "{" in text:
            names: list[Alternative] = []
            text = _brackets(text, names, notes)
            also.extend(names)
        text = _LEAD_IN.sub("", text, count=1) if _LEAD_IN.match(text) else text
        if " " in text:
            text = _DOT_COM.sub("", text) if "." in text else text
            text = _phrases(text, also, notes)
    all_words = split(text)
    tokens, legal = _core(all_words)
    left = " ".join(tokens)
    if left != name and not _READS_ON.isdisjoint(tokens):
        # "Foo-via-Bar" becomes a remark only once its hyphens are gone.
        further = normalise(left)
        tokens, legal = further.tokens, legal + further.legal
        also.extend(further.alternatives)
        notes.extend(further.notes)
    key = "".join(tokens)
    if not plain:
        also.extend(_other_spellings(text, tokens, key))
    elif len(tokens) == 1 and len(key) > 6:
        also.extend(_slug(key, text))
    if len(tokens) > 1 and tokens[0] in ("ex", "team"):
        also.append(Alternative("role", tokens[1:], "".join(tokens[1:])))
    alternatives = tuple(dict.fromkeys(a for a in also if a and a.key and a.key != key))
    return Normalised(
        name,
        tokens,
        key,
        tuple(words_override or all_words),
        (*glued, *legal) if glued else legal,
        alternatives,
        tuple(notes),
    )


def _unmangled(text: str) -> str:
    """UTF-8 that was read as Windows-1252 ("TÃ¼bingen"), put right where that is possible."""
    try:
        return text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return text


def _phrases(text: str, also: list[Alternative | None], notes: list[str]) -> str:
    lower = text.casefold()
    if (" via " in lower or " c/o " in lower or "behalf of" in lower or "contracted" in lower) and (
        match := _VIA.search(text)
    ):
        notes.append(match.group().strip())
        text = text[: match.start()] or text
    if match := _INLINE_ALSO.search(text):
        if head := text[: match.start()].strip():
            also.append(_alternative("name", match["name"]))
            notes.append(match.group().strip(" ,"))
            text = head
    elif not _PARTED.search(text):
        return text
    elif match := _INLINE_OWNER.search(text):
        if head := text[: match.start()].strip():
            also.append(_alternative("owner", match["name"]))
            notes.append(match["note"].strip())
            text = head
    if _SEPARATOR.search(text):
        text = _segments(text, notes)
    if "," in text:
        text = _without_place(text, notes)
    return text


def _slug(key: str, text: str) -> list[Alternative]:
    """A name without spaces often carries a tail: "acmehealthcareers", "AcmeLabs", "acmeinc"."""
    for tail in words().listed["slug_forms"]:
        stem = key.removesuffix(tail)
        if stem != key and len(stem) >= 4:
            return [Alternative("site", (stem,), stem)]
    parts = [part.casefold() for part in _CAMEL.findall(text)]
    if len(parts) > 1 and "".join(parts) == key and words().kind.get(parts[-1]) == "generic":
        stem = "".join(parts[:-1])
        if len(stem) >= 4:
            return [Alternative("site", tuple(parts[:-1]), stem)]
    if text.islower():
        for tail in words().listed["slug_tails"]:
            stem = key.removesuffix(tail)
            if stem != key and len(stem) >= 5:
                return [Alternative("site", (stem,), stem)]
    return []


def key(name: str) -> str:
    """What two spellings of one employer's name have in common; "" when there is no name in it.

    Case, accents, punctuation, spaces, legal forms, remarks in brackets and the like are gone.

    >>> key("Stripe, Inc."), key("stripe.com"), key("STRIPE (via Adecco)")
    ('stripe', 'stripe', 'stripe')
    """
    return normalise(name).key
