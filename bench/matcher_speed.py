"""How soon two long lists are linked, beside what else one could take for it.

    python -m bench.matcher_speed [--sizes 10000x100000,100000x1000000] [--only inroad,duckdb]
                                  [--growth 5000x50000] [--warm 2000x1000000]

Every method gets the same lists (bench/lists.py) and runs in a process of its own, one after the
other. Peers that are not installed are left out and named (`pip install inroad[bench]`). Recall is
the share of the planted truth among the pairs a method returns; pairs counts all it returns.
`~` marks times extrapolated from a slice of the employers, which is what the method costs by row.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bench.lists import Lists, lists

ROOT = Path(__file__).resolve().parent.parent
Pairs = Iterable[tuple[str, str]]
Outcome = tuple[Pairs, float]
"""The pairs, and how many times as long all employers would have taken."""
ENOUGH = 10_000_000_000
"""Comparisons from which on a method that makes them all is tried on a slice."""


def inroad(made: Lists) -> Outcome:
    from matcher.employers.link import link
    from matcher.employers.load import load_knowledge

    links = link(made.employers, made.workplaces, load_knowledge(ROOT / "config" / "employers"))
    return [(found.employer, found.workplace) for found in links], 1


def inroad_one_process(made: Lists) -> Outcome:
    from matcher.employers.link import link
    from matcher.employers.load import load_knowledge

    knowledge = load_knowledge(ROOT / "config" / "employers")
    links = link(made.employers, made.workplaces, knowledge, processes=1)
    return [(found.employer, found.workplace) for found in links], 1


def _in_duckdb(made: Lists, join: str) -> Outcome:
    import csv
    import tempfile

    import duckdb

    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as db:
        for name, values in (("e", made.employers), ("w", made.workplaces)):
            file = Path(folder) / f"{name}.csv"
            with file.open("w", encoding="utf-8", newline="") as lines:
                writer = csv.writer(lines, quoting=csv.QUOTE_ALL)
                writer.writerow(["name"])
                writer.writerows([value] for value in values)
            db.execute(
                f"CREATE TABLE {name} AS SELECT name, trim(regexp_replace(lower(strip_accents(name"
                "||'')), '[^a-z0-9]+|(inc|llc|ltd|limited|gmbh|corp|co|ag|plc)[.]?$', ' ', 'g')) k "
                f"FROM read_csv('{file}', header = true, all_varchar = true, quote = '\"')"
            )
        return db.execute(join).fetchall(), 1


def duckdb_exact(made: Lists) -> Outcome:
    return _in_duckdb(made, "SELECT e.name, w.name FROM e JOIN w USING (k)")


def duckdb_jaro_winkler(made: Lists) -> Outcome:
    """Blocked on the first four letters of the cleaned name, as tutorials do."""
    return _in_duckdb(
        made,
        "SELECT e.name, w.name FROM e JOIN w ON left(e.k, 4) = left(w.k, 4) "
        "WHERE jaro_winkler_similarity(e.k, w.k) >= 0.92",
    )


def rapidfuzz_cdist(made: Lists) -> Outcome:
    import numpy
    from rapidfuzz import fuzz, process, utils

    rows = max(1, min(len(made.employers), 10_000_000 // len(made.workplaces)))
    employers = [utils.default_process(name) for name in made.employers[:rows]]
    workplaces = [utils.default_process(name) for name in made.workplaces]
    pairs = []
    for at in range(0, rows, 50):
        scores = process.cdist(
            employers[at : at + 50],
            workplaces,
            scorer=fuzz.WRatio,
            score_cutoff=85,
            workers=-1,
            dtype=numpy.uint8,
        )
        for row, column in zip(*numpy.nonzero(scores), strict=True):
            pairs.append((made.employers[at + row], made.workplaces[column]))
    return pairs, len(made.employers) / rows


def sparse_dot_topn(made: Lists) -> Outcome:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sparse_dot_topn import sp_matmul_topn

    whole = len(made.employers) * len(made.workplaces)
    rows = len(made.employers) if whole <= ENOUGH else len(made.employers) // 10
    vectors = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 3), min_df=1)
    workplaces = vectors.fit_transform(made.workplaces)
    employers = vectors.transform(made.employers[:rows])
    found = sp_matmul_topn(
        employers, workplaces.T.tocsr(), top_n=20, threshold=0.7, n_threads=os.cpu_count()
    ).tocoo()
    pairs = [
        (made.employers[row], made.workplaces[column])
        for row, column in zip(found.row, found.col, strict=True)
    ]
    return pairs, len(made.employers) / rows


def string_grouper(made: Lists) -> Outcome:
    import pandas
    from string_grouper import match_strings

    found = match_strings(
        pandas.Series(made.workplaces), pandas.Series(made.employers), min_similarity=0.8
    )
    return list(zip(found["right_side"], found["left_side"], strict=True)), 1


def splink(made: Lists) -> Outcome:
    import pandas
    import splink.comparison_library as comparisons
    from splink import SettingsCreator, block_on

    tables = [
        pandas.DataFrame({"unique_id": range(len(names)), "name": [n.lower() for n in names]})
        for names in (made.employers, made.workplaces)
    ]
    settings = SettingsCreator(
        link_type="link_only",
        comparisons=[
            comparisons.JaroWinklerAtThresholds("name", [0.97, 0.92, 0.85]).configure(
                m_probabilities=[0.55, 0.15, 0.15, 0.1, 0.05]
            )
        ],
        blocking_rules_to_generate_predictions=[
            block_on("substr(name, 1, 5)"),
            block_on("split_part(name, ' ', 1)"),
        ],
        probability_two_random_records_match=0.3 / len(made.employers),
    )
    linker = _linker(tables, settings)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    found = linker.inference.predict(threshold_match_probability=0.05).as_pandas_dataframe()
    return [
        (made.employers[one], made.workplaces[other])
        for one, other in zip(found["unique_id_l"], found["unique_id_r"], strict=True)
    ], 1


def _linker(tables: list[object], settings: object) -> Any:
    from splink import DuckDBAPI, Linker

    database = DuckDBAPI()
    try:
        return Linker([database.register(table) for table in tables], settings)
    except (AttributeError, TypeError):
        return Linker(tables, settings, database)


METHODS: dict[str, tuple[str, Callable[[Lists], Outcome]]] = {
    "inroad": ("", inroad),
    "inroad-one-process": ("", inroad_one_process),
    "duckdb-exact": ("duckdb", duckdb_exact),
    "duckdb-jaro-winkler": ("duckdb", duckdb_jaro_winkler),
    "rapidfuzz-cdist": ("numpy", rapidfuzz_cdist),
    "sparse_dot_topn": ("sparse_dot_topn", sparse_dot_topn),
    "string_grouper": ("string_grouper", string_grouper),
    "splink": ("splink", splink),
}


def _measure(method: str, employers: int, workplaces: int) -> None:
    made = lists(employers, workplaces)
    before = os.times()
    started = time.perf_counter()
    pairs, times = METHODS[method][1](made)
    seconds = time.perf_counter() - started
    after = os.times()
    found = set(pairs)
    known = _truth_of(made.employers[: round(len(made.employers) / times)], made)
    outcome = {
        "seconds": seconds * times,
        "processor": sum(after[:4]) - sum(before[:4]),
        "recall": len(found & known) / max(1, len(known)),
        "pairs": round(len(found) * times),
        "megabytes": _peak(),
        "extrapolated": times != 1,
    }
    print(json.dumps(outcome))


def _truth_of(employers: Iterable[str], made: Lists) -> set[tuple[str, str]]:
    tried = set(employers)
    return {pair for pair in made.truth if pair[0] in tried}


def _measure_warm(employers: int, workplaces: int) -> None:
    from matcher.employers.index import Index
    from matcher.employers.load import load_knowledge

    made = lists(employers, workplaces)
    started = time.perf_counter()
    index = Index(made.workplaces, load_knowledge(ROOT / "config" / "employers"))
    index.link(["Contoso"])
    built = time.perf_counter() - started
    started = time.perf_counter()
    links = index.link(made.employers)
    many = time.perf_counter() - started
    ones = []
    for name in made.employers[:200]:
        started = time.perf_counter()
        index.link([name])
        ones.append(time.perf_counter() - started)
    found = {(link.employer, link.workplace) for link in links}
    outcome = {
        "built": built,
        "many": many,
        "one": sorted(ones)[len(ones) // 2],
        "slowest": max(ones),
        "recall": len(found & made.truth) / max(1, len(made.truth)),
        "megabytes": _peak(),
    }
    print(json.dumps(outcome))


def _peak() -> float:
    """The most memory at once: of this process, and of the largest child for every processor but
    the one this has; pages they share count in each."""
    try:
        import resource
    except ImportError:
        return float("nan")
    unit = 1 if sys.platform == "darwin" else 1024
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return (own + children * max(1, (os.cpu_count() or 1) - 1)) * unit / 1e6


def _in_a_process(*arguments: str) -> dict[str, float]:
    run = subprocess.run(
        [sys.executable, "-m", "bench.matcher_speed", *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=ROOT,
    )
    if run.returncode:
        return {"failed": 1.0}
    return json.loads(run.stdout.strip().splitlines()[-1])


def _size(text: str) -> tuple[int, int]:
    employers, _, workplaces = text.partition("x")
    return int(employers), int(workplaces)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", default="10000x100000")
    parser.add_argument("--only", default=",".join(METHODS))
    parser.add_argument("--growth", type=_size, help="this size, twice, four and eight times it")
    parser.add_argument("--warm", type=_size)
    parser.add_argument("--run", nargs=3, metavar=("METHOD", "N", "M"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.run:
        method, employers, workplaces = asked.run[0], int(asked.run[1]), int(asked.run[2])
        if method == "warm":
            _measure_warm(employers, workplaces)
        else:
            _measure(method, employers, workplaces)
        return 0
    chosen = [name for name in asked.only.split(",") if name]
    missing = [name for name in chosen if METHODS[name][0] and not find_spec(METHODS[name][0])]
    print(f"{lists(10, 10).source}; {os.cpu_count()} processors; load {_load()}")
    if missing:
        print(f"not installed, left out: {', '.join(missing)}")
    runs = [
        (name, *_size(size))
        for size in asked.sizes.split(",")
        if size
        for name in chosen
        if name not in missing
    ]
    if asked.growth:
        employers, workplaces = asked.growth
        runs += [("inroad", employers * times, workplaces * times) for times in (1, 2, 4, 8)]
    header = ("N", "M", "seconds", "cpu s", "recall", "pairs", "peak MB")
    print(f"{'method':20}" + "".join(f"{title:>11}" for title in header))
    for name, employers, workplaces in runs:
        outcome = _in_a_process("--run", name, str(employers), str(workplaces))
        row = f"{name:20}{employers:>11,}{workplaces:>11,}"
        if "failed" in outcome:
            print(f"{row}     failed (no memory, or not fit for this version)", flush=True)
            continue
        seconds = f"{'~' if outcome['extrapolated'] else ''}{outcome['seconds']:,.2f}"
        print(
            f"{row}{seconds:>11}{outcome['processor']:>11.2f}{outcome['recall']:>11.4f}"
            f"{outcome['pairs']:>11,}{outcome['megabytes']:>11,.0f}",
            flush=True,
        )
    if asked.warm:
        employers, workplaces = asked.warm
        found = _in_a_process("--run", "warm", str(employers), str(workplaces))
        print(
            f"warm, {workplaces:,} known workplaces: {employers:,} new employers "
            f"{found['many']:.2f} s (recall {found['recall']:.4f}); one employer "
            f"{found['one'] * 1000:.1f} ms, the slowest of 200 {found['slowest'] * 1000:.1f} ms; "
            f"index built in {found['built']:.1f} s; {found['megabytes']:,.0f} MB"
        )
    return 0


def _load() -> str:
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"


if __name__ == "__main__":
    raise SystemExit(main())
