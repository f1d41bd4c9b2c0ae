"""Boards to crawl in a bench: real ones where they lie beside the checkout, else coined ones."""

from __future__ import annotations

import json
import random
import uuid
from pathlib import Path
from urllib.parse import unquote

REAL = Path(__file__).resolve().parents[2] / "shared/data/captures/ashby/boards"


def ashby_boards(count: int = 40) -> tuple[str, dict[str, bytes]]:
    """(where they come from, board token -> what the posting API answers)."""
    files = sorted(REAL.glob("*.json"))[:count]
    if files:
        return f"{len(files)} real boards", {unquote(f.stem): f.read_bytes() for f in files}
    return f"{count} coined boards", {f"coined-{n}": _coined(n) for n in range(count)}


def _coined(seed: int) -> bytes:
    chance = random.Random(seed)
    words = [f"word{n}" for n in range(400)]
    jobs = [
        {
            "id": str(uuid.UUID(int=chance.getrandbits(128))),
            "title": f"Engineer {n}",
            "department": "Engineering",
            "employmentType": "FullTime",
            "location": "Berlin",
            "isListed": True,
            "publishedAt": "2026-10-01T09:00:00.000+00:00",
            "jobUrl": f"https://jobs.ashbyhq.com/coined-{seed}/{n}",
            "descriptionPlain": " ".join(chance.choices(words, k=600)),
            "descriptionHtml": "<p>" + " ".join(chance.choices(words, k=600)) + "</p>",
        }
        for n in range(chance.randint(2, 25))
    ]
    return json.dumps({"apiVersion": "1", "jobs": jobs}).encode()
