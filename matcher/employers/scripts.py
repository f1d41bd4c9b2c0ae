"""Names in other scripts than the Latin one: their words set apart, and read in Latin letters."""

from __future__ import annotations

import re
from functools import cache

from matcher.employers.lexicon import words

_FOREIGN = re.compile(r"[^\W\d_A-Za-zªºÀ-ʯḀ-ỿ]")
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_UKRAINIAN = re.compile("[іїєґ]")
_AS_UKRAINIAN = str.maketrans({"и": "y", "ї": "i", "є": "ie", "г": "h", "ґ": "g"})
_SMALL_Y, _SMALL_VOWELS, _DOUBLING, _LONG = "ゃゅょャュョ", "ぁぃぅぇぉァィゥェォ", "っッ", "ー"


def is_foreign(text: str) -> bool:
    """Whether any letter is of another script."""
    return _FOREIGN.search(text) is not None


@cache
def _known() -> re.Pattern[str]:
    """The words of the lexicon that are written without spaces before and behind them."""
    found = sorted(filter(_UNSPACED.match, words().kin), key=lambda word: (-len(word), word))
    return re.compile("|".join(map(re.escape, found)))


def spaced(text: str) -> str:
    """The known words of a text without spaces set apart: 國立中央大學 is 國立 中央 大學."""
    return _known().sub(r" \g<0> ", text) if _UNSPACED.search(text) else text


def parts(text: str) -> tuple[str, ...]:
    """The Latin words of a text and the others, when each of them may be a name."""
    of_latin: list[str] = []
    others: list[str] = []
    for word in text.split():
        (others if is_foreign(word) else of_latin).append(word)
    return (" ".join(of_latin), " ".join(others)) if _names(of_latin) and _names(others) else ()


def _names(found: list[str]) -> bool:
    kind = words().kind
    letters = sum(map(str.isalpha, "".join(found)))
    return letters > 1 and any(kind.get(word.casefold()) not in _NO_NAME for word in found)


_NO_NAME = ("stop", "generic", "place", "trade")


def readings(text: str) -> list[str]:
    """The text in Latin letters: by its sound alone, and with words of the lexicon in English."""
    sounds, meanings = [], []
    ukrainian = _UKRAINIAN.search(text.casefold()) is not None
    for word in text.casefold().split():
        sound = _romanised(word, ukrainian=ukrainian) if is_foreign(word) else word
        meaning = words().kin.get(word, word)
        sounds.append(sound)
        meanings.append(meaning if meaning.isascii() else sound)
    found = [" ".join(sounds), " ".join(meanings)]
    return list(dict.fromkeys([*found, *(each.replace("ks", "x") for each in found)]))


def _romanised(word: str, *, ukrainian: bool = False) -> str:
    from anyascii import anyascii

    if ukrainian:
        word = word.translate(_AS_UKRAINIAN)
    read: list[str] = []
    doubled = False
    for letter in word.replace("ου", "ou"):
        latin = anyascii(letter).casefold()
        before = read[-1] if read else ""
        if letter in _SMALL_Y and before.endswith("i"):
            sound = before[:-1]
            read[-1] = sound + (latin[-1:] if sound in ("sh", "ch", "j") else latin)
        elif letter in _SMALL_VOWELS and before:
            read[-1] = before[:-1] + latin
        elif letter in _DOUBLING:
            doubled = True
        elif letter != _LONG:
            read.append(latin[:1] * doubled + latin)
            doubled = False
    return "".join(read).replace("'", "").replace("`", "")
