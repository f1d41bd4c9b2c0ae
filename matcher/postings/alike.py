"""Whether two postings of one employer are one job: their titles, places and texts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel

from store.unsettled import Ad

SAME_TITLE = 90.0
"""Least rapidfuzz token_sort_ratio of two titles."""
SAME_TEXT = 0.75
"""Least normalised Indel similarity of two texts, word by word."""
FEWEST_WORDS = 25
"""A shorter text says too little of a job."""
LONGEST_TEXT = 4_000
"""Characters that are compared."""
_WORD = re.compile(r"\w+")
# "(m/f/d)" and its like, which some boards add and others do not.
_ANYONE = re.compile(
    r"\(?\b(?:[mfwdxhn]|gn|all genders?|div|mwd)(?:\s?[/|*]\s?(?:[mfwdxhn]|div|gn|all))+\b\)?",
    re.IGNORECASE,
)
_NOT_PLACES = frozenset(
    "remote anywhere worldwide hybrid onsite site office hq and or of the in area greater".split()
)


def same_title(one: str, other: str) -> bool:
    if one == other:
        return True
    return fuzz.token_sort_ratio(_title(one), _title(other), score_cutoff=SAME_TITLE) > 0


def places_fit(one: Ad, other: Ad) -> bool:
    """Whether they may be in one place. Where either says nothing of it, they may."""
    if _told(one) and _told(other):
        return any(_fits(a, b) for a in one.places for b in other.places)
    mine, theirs = _words(one), _words(other)
    return not mine or not theirs or bool(mine & theirs)


def same_text(one: str, other: str) -> bool:
    """Near enough: a board may cut a text, or put a line before it."""
    mine, theirs = _WORD.findall(one.lower()), _WORD.findall(other.lower())
    shorter = min(len(mine), len(theirs))
    if shorter < FEWEST_WORDS:
        return False
    return Indel.normalized_similarity(mine[:shorter], theirs[:shorter]) >= SAME_TEXT


def twins(one: Ad, other: Ad, texts: Mapping[str, str]) -> bool:
    """Whether two postings with the same title are one job. `texts` are by hash."""
    if not places_fit(one, other):
        return False
    if set(one.addresses) & set(other.addresses):
        return True
    mine, theirs = texts.get(one.text_hash, ""), texts.get(other.text_hash, "")
    if one.text_hash == other.text_hash:
        return len(mine) > 0
    return same_text(mine, theirs)


def _title(text: str) -> str:
    return " ".join(_WORD.findall(_ANYONE.sub(" ", text).casefold()))


def _told(ad: Ad) -> bool:
    """Whether every place it names is known."""
    return bool(ad.places) and len(ad.places) >= len([x for x in ad.locations if _place_words(x)])


def _fits(one: Mapping[str, str | None], other: Mapping[str, str | None]) -> bool:
    levels: Sequence[str] = ("country", "region", "city")
    return all(
        one[level] is None or other[level] is None or one[level] == other[level] for level in levels
    )


def _words(ad: Ad) -> set[str]:
    return {word for location in ad.locations for word in _place_words(location)}


def _place_words(location: str) -> set[str]:
    return set(_WORD.findall(location.casefold())) - _NOT_PLACES
