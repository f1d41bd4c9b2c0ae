"""Two long lists of employer names with the truth planted: which workplace is which employer.

    python -m bench.lists 10000 100000 --out folder   (employers.csv, workplaces.csv, truth.csv)

Employers are real names where they lie beside the checkout, coined ones otherwise and beyond; a
workplace is a name as people write it: another legal form, case or punctuation, a slug, a domain, a
typing slip, a country behind it, a remark. Three workplaces in ten belong to a listed employer, ten
to one at most.
"""

from __future__ import annotations

import argparse
import csv
import random
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

REAL = Path(__file__).resolve().parents[2] / "shared" / "data" / "boards"
PLANTED = 0.3
MOST_SPELLINGS = 10

_LEGAL = ["Inc.", "Inc", "LLC", "Ltd", "Ltd.", "Limited", "GmbH", "Corp.", "Corporation"]
_LEGAL += ["S.A.", "AG", "B.V.", "Pty Ltd", "PLC", "S.p.A.", "AB", "Co.", "SAS", "Pvt. Ltd.", "LLP"]
_PLACES = ["Germany", "UK", "India", "USA", "France", "Canada", "Brasil", "Japan", "Poland"]
_EXTRA = ["Group", "Technologies", "Solutions", "Labs", "Holdings", "Global", "International"]
_REMARKS = ["(via Adecco)", "(contract)", "(acquired)", "- Remote", "(YC W21)", "(part-time)"]
_TRADES = (
    "Health Bank Capital Energy Logistics Consulting Foods Media Software Systems Robotics Pharma "
    "Insurance Engineering Construction Studios Security Analytics Therapeutics Motors Airlines "
    "Partners Ventures Designs Marketing Education Hospital University Realty Biosciences Mining "
    "Shipping Textiles Chemicals Packaging Interiors Hotels Travel Legal Staffing Aerospace Games"
).split()
_SURNAMES = (
    "Anderson Baker Castillo Dubois Eriksen Fischer Garcia Hughes Ibrahim Jansen Kowalski "
    "Moreau Nakamura Okafor Petrov Quinn Rossi Schneider Tanaka Ueda Vasquez Weber Xu Zhang "
    "Abbott Bennett Chandra Delgado Edwards Ferrari Goldberg Harris Iyer Johansson Keller Laurent"
).split()
_STARTS = "b br c ch cl d dr f fl g gr h j k kl l m n p pl qu r s sh sk st t tr v w x z".split()
_VOWELS = "a e i o u ai ea io ou y".split()
_ENDS = "l n r s t x d k m rn nt lt va ra na ro lo no ix ex us um on en an ia io eo ly fy".split()


@dataclass(frozen=True)
class Lists:
    """`truth` holds (employer, workplace) as written; `source` says where the names come from."""

    employers: list[str]
    workplaces: list[str]
    truth: set[tuple[str, str]]
    source: str


@cache
def real_names() -> tuple[str, ...]:
    names: dict[str, None] = {}
    for file in sorted(REAL.glob("*.csv")):
        with file.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                name = (row.get("name") or "").strip()
                if name and len(name) <= 80:
                    names.setdefault(name)
    return tuple(names)


def _coined_word(chance: random.Random) -> str:
    parts = [
        chance.choice(_STARTS) + chance.choice(_VOWELS) for _ in range(chance.choice((2, 2, 3, 3)))
    ]
    return "".join([*parts, chance.choice(_ENDS)]).capitalize()


def coined_name(chance: random.Random) -> str:
    """A name that no one has yet, in the make of real ones."""
    roll = chance.random()
    if roll < 0.3:
        return _coined_word(chance)
    if roll < 0.6:
        return f"{_coined_word(chance)} {chance.choice(_TRADES)}"
    if roll < 0.75:
        return f"{_coined_word(chance)} {_coined_word(chance)}"
    if roll < 0.9:
        return f"{chance.choice(_SURNAMES)} {_coined_word(chance)} {chance.choice(_TRADES)}"
    return f"{_coined_word(chance)} {chance.choice(_TRADES)} {chance.choice(_EXTRA)}"


def _slip(name: str, chance: random.Random) -> str:
    """One letter of a longer word dropped, doubled, swapped or struck wrongly; not the first."""
    spots = [m.start() for m in re.finditer(r"(?<=[A-Za-z])[a-z](?=[a-z])", name)]
    longest = max(re.findall(r"[A-Za-z]+", name), key=len, default="")
    if not spots or len(longest) < 6:
        return name
    start = name.index(longest)
    inside = [at for at in spots if start < at < start + len(longest) - 1]
    if not inside:
        return name
    at = chance.choice(inside)
    match chance.randrange(4):
        case 0:
            return name[:at] + name[at + 1 :]
        case 1:
            return name[:at] + name[at] + name[at:]
        case 2:
            return name[:at] + name[at + 1] + name[at] + name[at + 2 :]
        case _:
            return name[:at] + chance.choice("aeiorstln") + name[at + 1 :]


def variant(name: str, chance: random.Random) -> str:
    """The name as somebody might write it."""
    roll = chance.random()
    if roll < 0.3:
        return name
    if roll < 0.38:
        return name.upper()
    if roll < 0.45:
        return name.lower()
    if roll < 0.65:
        return f"{name}{chance.choice((', ', ' '))}{chance.choice(_LEGAL)}"
    if roll < 0.72:
        return f"{name} {chance.choice(_PLACES)}"
    if roll < 0.77:
        return f"{name} {chance.choice(_EXTRA)}"
    if roll < 0.82:
        return f"{name} {chance.choice(_REMARKS)}"
    if roll < 0.92:
        return _slip(name, chance)
    words = re.findall(r"[a-z0-9]+", name.lower())
    if roll < 0.95 and len(words) > 1:
        return "-".join(words)
    if roll < 0.975 and sum(map(len, words)) >= 5:
        return "".join(words) + chance.choice((".com", ".io", "", "inc"))
    return re.sub(r"[-&',.]+", " ", name).strip() or name


def lists(employers: int, workplaces: int, seed: int = 1) -> Lists:
    """Distinct employers, distinct workplaces; the same for the same seed and the same names."""
    chance = random.Random(seed)
    real = list(real_names())
    chance.shuffle(real)
    universe: dict[str, None] = {}
    others = workplaces // 2
    # Two real names in three may be employers; the rest are workplaces of nobody listed.
    for name in real[: min(len(real) * 2 // 3, employers)]:
        universe.setdefault(name)
    while len(universe) < employers:
        universe.setdefault(coined_name(chance))
    listed = list(universe)
    strangers = real[len(real) * 2 // 3 :]
    while len(strangers) < others:
        name = coined_name(chance)
        if name not in universe:
            strangers.append(name)
    truth: set[tuple[str, str]] = set()
    found: dict[str, str] = {}
    planted = min(round(workplaces * PLANTED), MOST_SPELLINGS * employers)
    while len(found) < planted:
        name = chance.choice(listed)
        found.setdefault(variant(name, chance), name)
    truth = {(name, written) for written, name in found.items()}
    while len(found) < workplaces:
        found.setdefault(variant(chance.choice(strangers), chance), "")
    written = list(found)
    chance.shuffle(written)
    chance.shuffle(listed)
    source = f"{len(real):,} real names, the rest coined" if real else "coined names"
    return Lists(listed, written, truth, source)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("employers", type=int)
    parser.add_argument("workplaces", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path())
    asked = parser.parse_args()
    made = lists(asked.employers, asked.workplaces, asked.seed)
    asked.out.mkdir(parents=True, exist_ok=True)
    for name, header, rows in (
        ("employers.csv", ["employer"], ([e] for e in made.employers)),
        ("workplaces.csv", ["workplace"], ([w] for w in made.workplaces)),
        ("truth.csv", ["employer", "workplace"], sorted(made.truth)),
    ):
        with (asked.out / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(header)
            writer.writerows(rows)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
