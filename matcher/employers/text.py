"""Text to comparable words."""

from __future__ import annotations

import re
import unicodedata

from matcher.employers.lexicon import words

_FOLD = str.maketrans(
    {"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "ı": "i", "đ": "d", "ð": "d", "þ": "th", "ß": "ss"}
    | dict.fromkeys("'’‘`´ʼ＇", "")
)
_INITIALS = re.compile(r"\b(?:[^\W\d_]\.){2,}(?:[^\W\d_]\b)?\.?")
# The vowel signs of Indic scripts, Thai, Khmer and Burmese belong to the letters they stand on.
_ASCII_WORD = re.compile("[a-z0-9]+")
_BREAK = re.compile("(?:[^\\w\u0900-\u0dff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]|_)+")


def _fold(text: str) -> str:
    text = text.casefold()
    if text.isascii():
        return text.replace("'", "").replace("`", "")
    # Marks of class 9 and below (kana voicing, Indic nukta, virama) are letters, not accents.
    text = unicodedata.normalize("NFKD", text)
    text = "".join(c for c in text if unicodedata.combining(c) <= 9)
    return unicodedata.normalize("NFKC", text).translate(_FOLD)


def split(text: str) -> list[str]:
    """The folded words of a text: lower case, no accents, initials joined, & spelt out."""
    text = _fold(text)
    if "&" in text:
        text = text.replace("&", " and ")
    if "+" in text:
        text = text.replace(" + ", " and ").replace("+", " plus ")
    if "." in text:
        text = join_dotted(text)
    tokens = _ASCII_WORD.findall(text) if text.isascii() else _BREAK.sub(" ", text).split()
    if 1 in map(len, tokens):
        tokens = _join_initials(tokens)
    abbreviations = words().abbreviations
    if abbreviations.keys().isdisjoint(tokens):
        return tokens
    return [abbreviations.get(t, t) for t in tokens]


def join_dotted(text: str) -> str:
    """Initials with full stops as one word: "s.p.a." is "spa "."""
    return _INITIALS.sub(lambda m: m.group().replace(".", "") + " ", text)


def _join_initials(tokens: list[str]) -> list[str]:
    joined: list[str] = []
    run = ""
    for token in tokens:
        if len(token) == 1 and token.isalpha() and token.isascii():
            run += token
            continue
        if run:
            joined.append(run)
            run = ""
        joined.append(token)
    if run:
        joined.append(run)
    return joined
