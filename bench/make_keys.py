"""Makes matcher/employers/keys.json: the keys of the names in the shipped facts, worked out ahead.

Usage: python -m bench.make_keys, whenever config/employers or normalise changes; a test says when.
"""

from __future__ import annotations

import json
from pathlib import Path

from matcher.employers import knowledge
from matcher.employers.load import load_knowledge
from matcher.employers.normalise import normalise

ROOT = Path(__file__).resolve().parents[1]
FILE = Path(knowledge.__file__).with_name("keys.json")


def keys() -> dict[str, str]:
    """Name → key, of all names in the shipped facts."""
    shipped = load_knowledge(ROOT / "config" / "employers")
    names = {name for fact in shipped.facts for name in (fact.employer, fact.name)}
    return {name: normalise(name).key for name in sorted(names)}


if __name__ == "__main__":
    FILE.write_text(json.dumps(keys(), ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
