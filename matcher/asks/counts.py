"""How long a text is."""

from __future__ import annotations


def words(text: str) -> int:
    """What stands between blanks and has a letter or a digit in it."""
    return sum(any(c.isalnum() for c in word) for word in text.split())


def code_points(text: str) -> int:
    """Unicode code points, which is how LinkedIn counts."""
    return len(text)
