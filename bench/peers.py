"""What one could pick instead: scores of given pairs, and links of two lists, by other means.

`PAIRS` map pairs of names to scores; what learns is told which pairs it may learn from. `LISTS`
find (employer, workplace, score) between two lists. All need the `bench` extra.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np

from bench.labelled import FOLDS, Pair, Truth

Scores = list[float]
Found = list[tuple[str, str, float]]
_APART = 1_000_000


@cache
def basename(name: str) -> str:
    """The name without legal forms, as cleanco has it."""
    from cleanco import basename as of

    return (of(name) or name).casefold()


def _folded(name: str) -> str:
    return name.casefold()


def _rapidfuzz(
    scorer: str, clean: Callable[[str], str]
) -> Callable[[Sequence[Pair], Truth], Scores]:
    def scores(pairs: Sequence[Pair], truth: Truth) -> Scores:
        from rapidfuzz import fuzz
        from rapidfuzz.distance import JaroWinkler

        if scorer == "jaro_winkler":
            return [JaroWinkler.similarity(clean(p.a), clean(p.b)) for p in pairs]
        score = getattr(fuzz, scorer)
        return [score(clean(pair.a), clean(pair.b)) / 100 for pair in pairs]

    return scores


def _vectorised(names: Sequence[str]) -> tuple[Any, Any]:
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectors = TfidfVectorizer(analyzer="char", ngram_range=(3, 3), min_df=1)
    return vectors, vectors.fit_transform(names)


def trigrams(pairs: Sequence[Pair], truth: Truth) -> Scores:
    """Cosine of TF-IDF of three letters, as string_grouper has it."""
    names = sorted({_folded(name) for pair in pairs for name in (pair.a, pair.b)})
    at = {name: number for number, name in enumerate(names)}
    _, matrix = _vectorised(names)
    ones = matrix[[at[_folded(pair.a)] for pair in pairs]]
    others = matrix[[at[_folded(pair.b)] for pair in pairs]]
    return np.asarray(ones.multiply(others).sum(axis=1)).ravel().tolist()


def _table(rows: Sequence[tuple[int, str]], start: int) -> Any:
    import pandas

    clean = [basename(name) for _, name in rows]
    return pandas.DataFrame(
        {
            "unique_id": range(start, start + len(rows)),
            "pair": [number for number, _ in rows],
            "name": clean,
            "words": [sorted(set(name.split())) or [""] for name in clean],
            "first": [name.split(" ")[0] for name in clean],
            "start": [name[:5] for name in clean],
        }
    )


def _splink(blocking: Sequence[str], prior: float) -> Any:
    import splink.comparison_library as comparisons
    from splink import SettingsCreator, block_on

    return SettingsCreator(
        link_type="link_only",
        comparisons=[
            comparisons.JaroWinklerAtThresholds("name", [0.97, 0.92, 0.85]),
            comparisons.ArrayIntersectAtSizes("words", [3, 2, 1]),
            comparisons.ExactMatch("first").configure(term_frequency_adjustments=True),
        ],
        blocking_rules_to_generate_predictions=[block_on(rule) for rule in blocking],
        probability_two_random_records_match=prior,
        retain_intermediate_calculation_columns=False,
    )


def _linker(tables: Sequence[Any], settings: Any) -> Any:
    import logging

    from splink import DuckDBAPI, Linker

    logging.getLogger("splink").setLevel(logging.ERROR)
    database = DuckDBAPI()
    return Linker([database.register(table) for table in tables], settings)


def splink(pairs: Sequence[Pair], truth: Truth) -> Scores:
    """Splink on DuckDB: m from the labels of the other folds, u from random pairs of them."""
    scores = [0.0] * len(pairs)
    folds = [truth.fold(pair.a) for pair in pairs]
    for fold in range(FOLDS):
        model = _trained([pair for pair, of in zip(pairs, folds, strict=True) if of != fold])
        here = [at for at in range(len(pairs)) if folds[at] == fold]
        linker = _linker(_tables([pairs[at] for at in here]), model)
        found = linker.inference.predict(threshold_match_probability=0.0).as_pandas_dataframe()
        for one, score in zip(found["unique_id_l"], found["match_weight"], strict=True):
            scores[here[int(one) % _APART]] = float(score)
    return scores


def _tables(pairs: Sequence[Pair]) -> list[Any]:
    return [
        _table([(at, pair.a) for at, pair in enumerate(pairs)], 0),
        _table([(at, pair.b) for at, pair in enumerate(pairs)], _APART),
    ]


def _trained(pairs: Sequence[Pair], blocking: Sequence[str] = ("pair",), prior: float = 0) -> Any:
    same = [pair for pair in pairs if pair.same]
    linker = _linker(_tables(same), _splink(blocking, prior or len(same) / len(pairs)))
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    linker.training.estimate_m_from_label_column("pair")
    return linker.misc.save_model_to_json(None)


PAIRS: dict[str, Callable[[Sequence[Pair], Truth], Scores]] = {
    "RapidFuzz ratio": _rapidfuzz("ratio", _folded),
    "RapidFuzz token_set_ratio": _rapidfuzz("token_set_ratio", _folded),
    "RapidFuzz WRatio": _rapidfuzz("WRatio", _folded),
    "Jaro-Winkler": _rapidfuzz("jaro_winkler", _folded),
    "cleanco + ratio": _rapidfuzz("ratio", basename),
    "cleanco + WRatio": _rapidfuzz("WRatio", basename),
    "3-gram cosine": trigrams,
    "Splink on DuckDB": splink,
}


Finder = Callable[[Sequence[str], Sequence[str], Sequence[Pair]], Found]


def cdist(clean: Callable[[str], str]) -> Finder:
    def found(employers: Sequence[str], workplaces: Sequence[str], _: Sequence[Pair]) -> Found:
        from rapidfuzz import fuzz, process

        others = [clean(name) for name in workplaces]
        links: Found = []
        for start in range(0, len(employers), 250):
            ones = employers[start : start + 250]
            scores = process.cdist(
                [clean(name) for name in ones],
                others,
                scorer=fuzz.WRatio,
                score_cutoff=88,
                dtype=np.uint8,
                workers=-1,
            )
            for one, other in zip(*scores.nonzero(), strict=True):
                links.append((ones[one], workplaces[other], float(scores[one, other])))
        return links

    return found


def trigrams_of_lists(
    employers: Sequence[str], workplaces: Sequence[str], pairs: Sequence[Pair]
) -> Found:
    from sparse_dot_topn import sp_matmul_topn

    vectors, theirs = _vectorised([_folded(name) for name in workplaces])
    mine = vectors.transform([_folded(name) for name in employers])
    top = sp_matmul_topn(mine, theirs.T.tocsr(), top_n=30, threshold=0.45, n_threads=2).tocoo()
    return [
        (employers[one], workplaces[other], float(score))
        for one, other, score in zip(top.row, top.col, top.data, strict=True)
    ]


def duckdb_jaro_winkler(
    employers: Sequence[str], workplaces: Sequence[str], pairs: Sequence[Pair]
) -> Found:
    import duckdb
    import pandas

    ones = pandas.DataFrame({"name": employers, "clean": [basename(n) for n in employers]})
    others = pandas.DataFrame({"name": workplaces, "clean": [basename(n) for n in workplaces]})
    with duckdb.connect() as database:
        database.register("ones", ones)
        database.register("others", others)
        return database.execute(
            """
            SELECT one.name, other.name, jaro_winkler_similarity(one.clean, other.clean) AS score
            FROM ones AS one JOIN others AS other ON one.clean[:4] = other.clean[:4]
            WHERE jaro_winkler_similarity(one.clean, other.clean) >= 0.85
            """
        ).fetchall()


def splink_of_lists(
    employers: Sequence[str], workplaces: Sequence[str], pairs: Sequence[Pair]
) -> Found:
    """Its m is from all labels, those of the names sought too: more than it could know."""
    model = _trained(pairs, ("start", "first"), 1 / len(workplaces))
    tables = [_table(list(enumerate(employers)), 0), _table(list(enumerate(workplaces)), _APART)]
    linker = _linker(tables, model)
    found = linker.inference.predict(threshold_match_probability=0.05).as_pandas_dataframe()
    return [
        (employers[int(one)], workplaces[int(other) - _APART], float(score))
        for one, other, score in zip(
            found["unique_id_l"], found["unique_id_r"], found["match_weight"], strict=True
        )
    ]


LISTS: dict[str, Finder] = {
    "DuckDB Jaro-Winkler, blocked": duckdb_jaro_winkler,
    "3-gram cosine": trigrams_of_lists,
    "Splink on DuckDB": splink_of_lists,
    "RapidFuzz WRatio": cdist(_folded),
    "cleanco + WRatio": cdist(basename),
}
