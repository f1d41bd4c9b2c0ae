"""Text from anywhere, made fit to be merged into a message."""

from __future__ import annotations

import re
import unicodedata

from matcher.contacts.decode import clean as one_line

# Soft hyphen, zero-width space, word joiner, what turns the direction of text, tag characters and
# lone surrogates: they show nothing, count as characters, and hide what a text says. Joiners
# stay: they are part of emoji and of several scripts.
_HIDDEN = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff"
    "\U000e0000-\U000e007f]"
)


def line(text: str) -> str:
    """One line, NFC, without control, bidirectional-override, hidden and surplus blank
    characters."""
    return unicodedata.normalize("NFC", " ".join(one_line(_HIDDEN.sub("", text)).split()))


def lines(text: str) -> str:
    """Like `line` for a text of many lines: line breaks stay, at most one empty line at a time."""
    kept = "\n".join(line(one) for one in re.split("\r\n?|[\n\v\f\x85\u2028\u2029]", text))
    return re.sub("\n{3,}", "\n\n", kept).strip("\n")
