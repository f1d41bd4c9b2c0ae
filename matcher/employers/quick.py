"""The short way through normalise for names that have nothing to it: most of a long list."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

from matcher.employers.lexicon import LegalForm, legal_forms, words
from matcher.employers.normalise import (
    LONGEST,
    Alternative,
    Normalised,
    _core,
    _slug,
    normalise,
)
from matcher.employers.text import _join_initials, join_dotted

_ODD = re.compile(r"[^A-Za-z0-9 ]")
_PLAIN = re.compile(r"[A-Za-z0-9 ,.&'-]+")
_ASIDE = re.compile(r"[A-Za-z0-9]+(?:[ -][A-Za-z0-9]+)*")
_BREAKS = str.maketrans(",.-", "   ", "'")
_READ_ON = (
    "via behalf contracted former formerly previously fka dba aka also known trading at with for ex"
    " team part acquired owned"
)
"""Words that may begin a remark, a role or another name, which only normalise takes apart."""


class _Tables(NamedTuple):
    read_on: frozenset[str]
    places: frozenset[str]
    firsts: frozenset[str]
    lasts: frozenset[str]
    tails: frozenset[str]
    abbreviations: dict[str, str]
    inner: frozenset[str]
    single: dict[str, tuple[LegalForm, ...]]


@cache
def _tables() -> _Tables:
    forms, lexicon = legal_forms(), words()
    listed = lexicon.listed
    generic = (word for word, kind in lexicon.kind.items() if kind == "generic")
    places = (word for word, kind in lexicon.kind.items() if kind == "place")
    slugs = (*listed["slug_forms"], *listed["slug_tails"], *generic)
    return _Tables(
        frozenset(_READ_ON.split()),
        frozenset((*places, *listed["place_codes"], *listed["place_parts"])),
        frozenset(("the", *forms.leading)),
        frozenset(("and", *listed["tails"], *(form[-1] for form in forms.by_words))),
        frozenset(tail[-3:] for tail in slugs),
        lexicon.abbreviations,
        frozenset(form[-2] for form in forms.by_words if len(form) > 1),
        {form[0]: (found,) for form, found in forms.by_words.items() if len(form) == 1},
    )


def quick(name: str) -> Normalised:
    """The same as normalise(name), several times sooner for most names; remembers nothing."""
    if len(name) <= LONGEST:
        head, aside = name, ""
        if name[-1:] == ")":
            head, _, aside = name[:-1].partition(" (")
        elif " - " in name:
            head, _, aside = name.partition(" - ")
        if not aside:
            found = _plain(name)
        elif "." not in head and _is_aside(aside):
            found = _plain(head)
        else:
            found = None
        if found is not None:
            tokens, key, all_words, legal, also = found
            notes = (aside,) if aside else ()
            return tuple.__new__(Normalised, (name, tokens, key, all_words, legal, also, notes))
    return normalise.__wrapped__(name)


@lru_cache(maxsize=4096)
def _is_aside(text: str) -> bool:
    """Whether a text in brackets or behind a dash is a remark or a place, and nothing more."""
    if len(text) > 30 or _ASIDE.fullmatch(text) is None:
        return False
    found = normalise(f"Zyxwvut ({text})")
    behind = normalise(f"Zyxwvut - {text}")
    bare = (("zyxwvut",), (), (text,))
    return all((n.words, n.alternatives, n.notes) == bare for n in (found, behind))


def _plain(
    name: str,
) -> (
    tuple[tuple[str, ...], str, tuple[str, ...], tuple[LegalForm, ...], tuple[Alternative, ...]]
    | None
):
    """Tokens, key, words, legal forms and other names; None when there may be more to the name."""
    read_on, places, firsts, lasts, tails, abbreviations, inner, single = _tables()
    name = name.strip()
    text = name.lower()
    comma = False
    if _ODD.search(name):
        if not _PLAIN.fullmatch(name) or " - " in text:
            return None
        if "&" in text:
            text = text.replace(" & ", " and ")
            if "&" in text:
                return None
        comma = "," in text
        if "." in text:
            if " " not in text or ".com" in text:
                return None
            text = join_dotted(text.replace("'", ""))
        text = text.translate(_BREAKS)
    found = text.split()
    if not found or not read_on.isdisjoint(found):
        return None
    if min(map(len, found)) == 1:
        found = _join_initials(found)
    all_words = tuple([abbreviations.get(word, word) for word in found])
    last = all_words[-1]
    if comma and (last in places or "a" in found or "an" in found):
        return None
    tokens = all_words
    legal: tuple[LegalForm, ...] = ()
    if all_words[0] in firsts:
        tokens, legal = _core(list(all_words))
    elif last in lasts and len(all_words) > 1:
        before = all_words[-2]
        if last in single and before not in lasts and before not in inner:
            tokens, legal = all_words[:-1], single[last]
        else:
            tokens, legal = _core(list(all_words))
    key = "".join(tokens)
    also: tuple[Alternative, ...] = ()
    if len(tokens) == 1 and len(key) > 6 and (key[-3:] in tails or key[-2:] in tails):
        also = tuple(other for other in _slug(key, name) if other.key != key)
    return tokens, key, all_words, legal, also
