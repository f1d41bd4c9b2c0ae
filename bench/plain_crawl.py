"""The peer: the shortest honest script for the same work, without politeness or safety.

Fetches every board at once with aiohttp, maps the same fields, and bulk-inserts them into a
DuckDB file with the descriptions compressed alike. Usage: plain_crawl ORIGIN DATABASE TOKENS
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

import aiohttp
import duckdb


async def fetch(session: aiohttp.ClientSession, origin: str, token: str) -> list[dict]:
    async with session.get(f"{origin}/posting-api/job-board/{quote(token)}") as response:
        jobs = json.loads(await response.read())["jobs"]
    return [
        {
            "board": token,
            "external_id": job["id"],
            "title": job["title"],
            "locations": [job.get("location")]
            + [x.get("location") for x in job.get("secondaryLocations") or []],
            "department": job.get("department"),
            "team": job.get("team"),
            "employment_type": job.get("employmentType"),
            "workplace_type": job.get("workplaceType"),
            "pay": job.get("compensation", {}).get("compensationTierSummary"),
            "url": job["jobUrl"],
            "apply_url": job.get("applyUrl"),
            "published_at": job.get("publishedAt"),
            "description": job.get("descriptionPlain") or "",
            "hash": hashlib.blake2b(json.dumps(job).encode(), digest_size=16).hexdigest(),
        }
        for job in jobs
        if job.get("isListed", True)
    ]


async def main(origin: str, database: Path, tokens: list[str]) -> None:
    async with aiohttp.ClientSession() as session:
        boards = await asyncio.gather(*(fetch(session, origin, t) for t in tokens))
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as lines:
        for jobs in boards:
            lines.writelines(json.dumps(job) + "\n" for job in jobs)
        lines.flush()
        with duckdb.connect(str(database)) as connection:
            connection.execute(
                "CREATE TABLE IF NOT EXISTS postings (board VARCHAR, external_id VARCHAR, "
                "title VARCHAR, locations VARCHAR[], department VARCHAR, team VARCHAR, "
                "employment_type VARCHAR, workplace_type VARCHAR, pay VARCHAR, url VARCHAR, "
                "apply_url VARCHAR, published_at VARCHAR, "
                "description VARCHAR USING COMPRESSION zstd, hash VARCHAR, "
                "PRIMARY KEY (board, external_id))"
            )
            connection.execute(
                f"INSERT INTO postings SELECT * FROM read_json('{lines.name}', "
                "format = 'newline_delimited') ON CONFLICT DO UPDATE SET hash = excluded.hash"
            )


if __name__ == "__main__":
    started = time.perf_counter()
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), json.loads(Path(sys.argv[3]).read_text())))
    print(f"Duration: {time.perf_counter() - started:.2f} s")
