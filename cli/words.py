"""Numbers with their nouns."""


def count(number: int, noun: str) -> str:
    """ "1 board", "2,000 boards"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
