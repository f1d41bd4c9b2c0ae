"""Which language a posting is written in, where its source does not say.

The model is fastText's lid.176.ftz, bundled, so that nothing is fetched; NOTICE says where it is
from and under which licence. Languages in Latin letters are near to one another in a few words:
what is short, or in two languages, is left unsaid.
"""

from __future__ import annotations

import re
from contextlib import ExitStack
from functools import cache
from importlib import resources
from typing import Any

SURE = 0.65
"""Least probability; the rest is spread over the 175 other languages."""
FEWEST_LETTERS = 60
WINDOW = 300
"""Characters looked at, at the beginning and in the middle: a posting that is in German below its
English introduction is in neither."""
VERSION = 1
"""Raised when texts that were looked at should be looked at again."""
_ADDRESS = re.compile(r"https?://\S+|\S+@\S+")
_NOT_LETTERS = re.compile(r"[\W\d_]+")
_ASCII_LETTERS = bytes(b | 32 if chr(b).isalpha() else 32 for b in range(128)).ljust(256)
"""Each byte in lower case, or a space."""


def detect(beginning: str, middle: str = "") -> str | None:
    """The ISO 639-1 code of a text's language, or None where it is not sure. 0.01 ms."""
    text = f"{beginning[:WINDOW]} {middle[:WINDOW]}"
    if "@" in text or "://" in text:
        text = _ADDRESS.sub(" ", text)
    words = _words(text)
    # A Chinese or Japanese letter says as much as several of an alphabet.
    if len(words) < (FEWEST_LETTERS if words.isascii() else FEWEST_LETTERS // 3):
        return None
    labels, probabilities = _model().predict(words, k=1)
    if not labels or probabilities[0] < SURE:
        return None
    code = str(labels[0]).removeprefix("__label__")
    return code if len(code) == 2 else None  # the others are rare, and rarely what they are


def _words(text: str) -> str:
    if text.isascii():
        return " ".join(text.encode().translate(_ASCII_LETTERS).decode().split())
    return _NOT_LETTERS.sub(" ", text).strip().lower()


@cache
def _model() -> Any:
    import fasttext

    load: Any = vars(fasttext)["load_model"]
    with ExitStack() as files:
        file = resources.files("crawler") / "lid.176.ftz"
        return load(str(files.enter_context(resources.as_file(file))))
