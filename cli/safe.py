"""Text from outside, made harmless for a terminal."""

import re

# C0 and C1 controls, DEL, line separators, and the marks that reorder or hide text.
_UNPRINTABLE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff"
    r"\ud800-\udfff]+"
)


def clean(text: object) -> str:
    """One line without anything a terminal would act on. None is the empty string."""
    told = "" if text is None else str(text)
    return (told if told.isprintable() else _UNPRINTABLE.sub(" ", told)).strip()


def clean_text(text: str) -> str:
    """Several lines, each harmless; indentation stays."""
    lines = (_UNPRINTABLE.sub(" ", line).rstrip() for line in text.split("\n"))
    return "\n".join(lines)
