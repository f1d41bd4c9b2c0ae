"""The notation of the linter's word lists, made for people who do not write programs.

refer me              these words, whatever their case
opening|vacanc*       one of these; a star is any end of a word
put in a [good] word  what stands in brackets may be there or not
pass .. cv            two dots are up to six other words
{name} suggested      a name: one or more words with capitals that no list rules out
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_PIECE = re.compile(r"\[[^\]]*\]|\S+")
_WORD = r"[\w'&-]+"
_BETWEEN = r"[\W_]{1,4}"
# A letter that is no small one. Scripts without small letters have no other.
_CAPITAL = r"(?-i:(?![a-zß-öø-ÿ])[^\W\d_])"
_NAME_MORE = (
    rf"(?:\s+(?:(?-i:van|von|de|del|di|da|der|den|la|le|al|el|bin|zu)\s+)*{_CAPITAL}[\w'.-]*)"
)
# Umlauts are also written without their dots.
_UMLAUTS = {"ä": "(?:ä|ae)", "ö": "(?:ö|oe)", "ü": "(?:ü|ue)", "ß": "(?:ß|ss)"}


def pattern(phrase: str, not_names: Sequence[str] = ()) -> re.Pattern[str]:
    """The phrase as a regular expression over one sentence, case ignored but for names.

    Raises:
        ValueError: the phrase is empty, or has nothing but gaps and what may be left out.
    """
    parts: list[str] = []
    gap = False
    solid = False
    for piece in _PIECE.findall(phrase):
        if piece == "..":
            gap = True
            continue
        optional = piece.startswith("[")
        word = _alternatives(piece.strip("[]"), not_names)
        between = rf"(?:{_BETWEEN}{_WORD}){{0,6}}?{_BETWEEN}" if gap else _BETWEEN
        if optional:
            parts.append(rf"(?:{between}{word})?" if solid else rf"(?:{word}{_BETWEEN})?")
        else:
            parts.append(f"{between}{word}" if solid else word)
        solid, gap = solid or not optional, False
    if not solid:
        raise ValueError(f'"{phrase}" has no word that must be there')
    return re.compile(rf"(?<![\w']){''.join(parts)}(?!'?\w)", re.IGNORECASE)


def patterns(phrases: Iterable[str], not_names: Sequence[str] = ()) -> list[re.Pattern[str]]:
    """Each phrase as `pattern` makes it."""
    return [pattern(phrase, not_names) for phrase in phrases]


def _alternatives(piece: str, not_names: Sequence[str]) -> str:
    words = [_word(word, not_names) for word in piece.split("|") if word]
    if not words:
        raise ValueError(f'"{piece}" has no word')
    return rf"(?:{'|'.join(words)})"


def _word(word: str, not_names: Sequence[str]) -> str:
    if word == "{name}":
        others = "|".join(map(re.escape, not_names)) or "(?!)"
        return rf"(?!(?:{others})\b){_CAPITAL}[\w'.-]*{_NAME_MORE}{{0,3}}"
    folded = word.replace("’", "'").casefold() if "ß" not in word else word.replace("’", "'")
    escaped = re.escape(folded).replace(r"\*", r"\w*")
    return "".join(_UMLAUTS.get(letter, letter) for letter in escaped)
