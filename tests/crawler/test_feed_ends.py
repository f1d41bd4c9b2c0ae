"""Where the walks of long feeds end: at what a host shows, and at what is asked of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from reading import FIXTURES, Answer, read_board

from crawler.boards import BoardError, parse_spec
from crawler.sources import SOURCES, adzuna, himalayas, themuse, usajobs
from crawler.sources.base import Board, Fetch


def normal(source: str, *path: str) -> Any:
    """The first entry of a source's normal case."""
    found = json.loads((FIXTURES / source / "normal" / "input.json").read_text("utf-8"))
    for step in path:
        found = found[step]
    return found[0]


def read(source: str, answer: Callable[[Fetch], Any]) -> dict[str, Any]:
    def site(fetch: Fetch) -> Answer:
        return Answer(200, json.dumps(answer(fetch)).encode())

    return read_board(SOURCES[source], Board(source, SOURCES[source].tokens[0]), site)


@pytest.mark.parametrize(
    ("total", "seen", "asked", "problem"),
    [
        (3, 3, ["Desc 1", "Desc 2"], ""),
        (4, 4, ["Desc 1", "Desc 2"], ""),
        (7, 7, ["Desc 1", "Desc 2", "Asc 1", "Asc 2"], ""),
        (8, 8, ["Desc 1", "Desc 2", "Asc 1", "Asc 2"], ""),
        (9, 8, ["Desc 1", "Desc 2", "Asc 1", "Asc 2"], "USAJOBS shows 8 of its 9 postings"),
    ],
)
def test_what_a_capped_list_hides_is_read_from_its_other_end(
    monkeypatch: pytest.MonkeyPatch, total: int, seen: int, asked: list[str], problem: str
) -> None:
    monkeypatch.setattr(usajobs, "_PAGE", 2)
    monkeypatch.setattr(usajobs, "_CAP", 4)
    row = normal("usajobs", "SearchResult", "SearchResultItems")
    pages: list[str] = []

    def answer(fetch: Fetch) -> Any:
        query = dict(pair.split("=") for pair in fetch.url.partition("?")[2].split("&"))
        pages.append(f"{query['SortDirection']} {query['Page']}")
        ids = list(range(total))[:: 1 if query["SortDirection"] == "Asc" else -1][:4]
        first = 2 * (int(query["Page"]) - 1)
        rows = [row | {"MatchedObjectId": str(n)} for n in ids[first : first + 2]]
        return {"SearchResult": {"SearchResultCountAll": total, "SearchResultItems": rows}}

    result = read("usajobs", answer)
    assert len(result["postings"]) == seen
    assert pages == asked
    assert problem in "".join(result["problems"]) and bool(problem) == bool(result["problems"])


@pytest.mark.parametrize("source", [himalayas, themuse, adzuna])
def test_a_feed_of_the_newest_ends_where_it_says(
    monkeypatch: pytest.MonkeyPatch, source: Any
) -> None:
    """Behind it there is more; that is no failure, its terms say so."""
    monkeypatch.setattr(source, "_MOST_PAGES", 3)
    name = source.__name__.rpartition(".")[2]
    entry = {
        "himalayas": lambda n: normal(name, "jobs") | {"guid": f"https://himalayas.app/{n}"},
        "themuse": lambda n: normal(name, "results") | {"id": n},
        "adzuna": lambda n: normal(name, "results") | {"id": str(n)},
    }[name]
    pages = iter(range(100))

    def answer(fetch: Fetch) -> Any:
        number = next(pages)
        entries = [entry(n) for n in range(50 * number, 50 * number + 50)]
        more = {"nextCursor": f"c{number}", "totalCount": 9_999, "page_count": 900, "count": 9_999}
        return {"jobs": entries, "results": entries, **more}

    result = read(name, answer)
    assert (len(result["asked"]), len(result["postings"])) == (3, 150)
    assert result["problems"] == []


@pytest.mark.parametrize(
    ("written", "token"),
    [
        ("https://www.adzuna.de/", "de"),
        ("https://adzuna.com.au/search?q=nurse&loc=1&sb=date", "au/nurse"),
        ("https://www.adzuna.co.uk/jobs/search?w=Leeds&q=c%2B%2B", "gb/c++/Leeds"),
        ("https://www.adzuna.fr/search?q=ui%2Fux&w=", "fr/ui ux"),
        ("adzuna:us/data engineer/New York", "us/data engineer/New York"),
        ("adzuna:nl//Utrecht", "nl//Utrecht"),
    ],
)
def test_a_search_at_adzuna_is_a_list_of_its_own(written: str, token: str) -> None:
    board = parse_spec(written)
    assert board == Board("adzuna", token)
    assert parse_spec(str(board)) == board
    assert parse_spec(SOURCES["adzuna"].board_url(token)) == board


@pytest.mark.parametrize("token", ["xx", "", "gb/", "gb/a/b/c", "GB", "gb/\x1b[31m"])
def test_what_is_no_search_at_adzuna(token: str) -> None:
    with pytest.raises(BoardError, match="cannot be a board"):
        parse_spec(f"adzuna:{token}")
