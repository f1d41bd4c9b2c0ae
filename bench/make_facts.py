"""Makes matcher/employers/facts.json: the shipped facts as they are soon read, and the keys of
their names.

Usage: python -m bench.make_facts, whenever config/employers or normalise changes; a test says when.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from matcher.employers import load
from matcher.employers.knowledge import Knowledge
from matcher.employers.normalise import normalise

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "config" / "employers"
FILE = Path(load.__file__).with_name("facts.json")


def facts() -> dict[str, Any]:
    """`files`: of each by its digest, facts as (employer, name, kind, since), and `distinct`;
    `keys`: name → key."""
    names: set[str] = set()
    files = {}
    for file in (FOLDER / name for name in load.FACTS):
        text = file.read_text(encoding="utf-8")
        known = Knowledge.from_toml(text)
        names.update(name for fact in known.facts for name in (fact.employer, fact.name))
        names.update(name for group in known.distinct for name in group)
        rows = [[fact.employer, fact.name, fact.kind, fact.since] for fact in known.facts]
        files[load.digest(text)] = {"facts": rows, "distinct": [list(x) for x in known.distinct]}
    return {"files": files, "keys": {name: normalise(name).key for name in sorted(names)}}


if __name__ == "__main__":
    made = facts()
    files = json.dumps(made["files"], ensure_ascii=False).replace("], [", "],\n[")
    keys = json.dumps(made["keys"], ensure_ascii=False, indent=0)
    FILE.write_text(f'{{"files": {files},\n"keys": {keys}}}\n', encoding="utf-8")
