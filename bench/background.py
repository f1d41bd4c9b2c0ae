"""Makes common.toml: how many names of organisations hold a word, before any list is looked at.

    python -m bench.background                     from the counts handed to the project
    python -m bench.background --names a.csv …     from lists of names (column `name`)

Counts are `word,names` lines after a first line `__N__,total`. They are scaled to
rarity.BACKGROUND names and rounded to classes a factor of three apart: what they are for is the
logarithm. Kept are words of the lexicon, and letters and numerals. A name of a group with many
companies is in as many names, and yet it tells whose they are: those are left out.
"""

from __future__ import annotations

import argparse
import csv
import math
import sys
import textwrap
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.labelled import ROOT, SHARED
from matcher.employers.features import ROMAN
from matcher.employers.lexicon import words
from matcher.employers.normalise import normalise
from matcher.employers.rarity import BACKGROUND

COUNTS = SHARED / "matching" / "token_df.csv"
FILE = ROOT / "matcher" / "employers" / "common.toml"
CLASSES = [8 * 3**step for step in range(6)]
_HEAD = """\
# How many of fifty thousand names of organisations hold a word, in classes a factor of three apart:
# words of the lexicon (words.toml), letters and numerals. Any other word is taken to be rare until
# the lists that are matched say otherwise.
# Made by `python -m bench.background`, which says from what.
"""


def counted(files: Sequence[Path]) -> tuple[int, Mapping[str, int]]:
    """From lists of names: how many there are, and in how many each word is."""
    found: dict[str, tuple[str, ...]] = {}
    for file in files:
        with file.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                name = normalise(row["name"])
                found[name.key] = name.tokens
    return len(found), Counter(word for tokens in found.values() for word in set(tokens))


def read_counts(file: Path) -> tuple[int, Mapping[str, int]]:
    with file.open(encoding="utf-8", newline="") as lines:
        counts = {word: int(count) for word, count in csv.reader(lines)}
    return counts.pop("__N__"), counts


def in_classes(total: int, counts: Mapping[str, int]) -> dict[int, list[str]]:
    lexicon = words()
    found: dict[int, list[str]] = defaultdict(list)
    for word, count in counts.items():
        scaled = count * BACKGROUND / total
        known = word in lexicon.weight or word in lexicon.kin or _is_sign(word)
        if known and scaled >= CLASSES[0] / 2 and lexicon.kind.get(word) != "family":
            nearest = min(CLASSES, key=lambda of: abs(math.log(of / scaled)))
            found[nearest].append(word)
    return found


def _is_sign(word: str) -> bool:
    return len(word) < 3 or word in ROMAN or word.isdigit()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--counts", type=Path, default=COUNTS)
    parser.add_argument("--names", nargs="+", type=Path, default=[])
    asked = parser.parse_args()
    total, counts = counted(asked.names) if asked.names else read_counts(asked.counts)
    text = _HEAD
    for count, of_class in sorted(in_classes(total, counts).items(), reverse=True):
        listed = textwrap.fill(" ".join(sorted(of_class)), 100, break_long_words=False)
        text += f'\n[[class]]\ncount = {count}\nwords = """\n{listed}\n"""\n'
    FILE.write_text(text, encoding="utf-8")
    print(f"{FILE}: {len(text)} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
