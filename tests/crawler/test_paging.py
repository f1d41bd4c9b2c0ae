"""A walk through a list ends, whatever the list does."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.paging import Pages
from crawler.sources.base import Truncated


def walk(pages: Pages, answer: Any) -> tuple[list[Any], bool]:
    """What a list brings, and whether all of it. `answer(pages)` is (ids, more arguments)."""
    found: list[Any] = []
    at: Pages | None = pages
    while at is not None:
        ids, more = answer(at)
        found += ids
        try:
            at = at.next(ids, **more)
        except Truncated:
            return found, False
    return found, True


@given(st.integers(0, 200), st.integers(1, 30), st.booleans(), st.booleans())
def test_all_entries_once(count: int, size: int, says_total: bool, only_once: bool) -> None:
    entries = list(range(count))

    def answer(at: Pages) -> Any:
        total = count if says_total and (at.number == 0 or not only_once) else None
        return entries[at.offset : at.offset + size], {"total": total}

    assert walk(Pages(size), answer) == (entries, True)


@given(st.integers(1, 100), st.integers(1, 30))
def test_by_cursor(count: int, size: int) -> None:
    entries = list(range(count))

    def answer(at: Pages) -> Any:
        start = at.cursor or 0
        end = start + size
        return entries[start:end], {"cursor": end if end < count else None, "by_cursor": True}

    assert walk(Pages(), answer) == (entries, True)


def test_servers_that_send_less_than_was_asked_for() -> None:
    entries = list(range(50))
    found = walk(Pages(20), lambda at: (entries[at.offset : at.offset + 7], {"total": 50}))
    assert found == (entries, True)


def test_a_last_page_that_is_repeated_ends_a_list_without_a_total() -> None:
    pages = [[1, 2], [3, 4], [3, 4]]
    found, whole = walk(Pages(), lambda at: (pages[min(at.number, 2)], {}))
    assert (found, whole) == ([1, 2, 3, 4, 3, 4], True)


@pytest.mark.parametrize(
    "answer",
    [
        lambda at: ([1, 2], {"total": 90}),
        lambda at: ([at.number], {"cursor": "same", "by_cursor": True}),
        lambda at: ([1], {"cursor": at.number + 1, "by_cursor": True}),
        lambda at: ([at.number], {"total": 10_000}),
        lambda at: ([1, 2] if at.number == 0 else [], {"total": 90}),
    ],
)
def test_what_is_not_all_says_so(answer: Any) -> None:
    _, whole = walk(Pages(2, most=20), answer)
    assert whole is False


def test_a_few_that_went_while_we_read_do_not_matter() -> None:
    found, whole = walk(
        Pages(20), lambda at: (list(range(20)) if not at.number else [], {"total": 21})
    )
    assert (len(found), whole) == (20, True)


@pytest.mark.parametrize("total", ["many", -1, None, 0, True, [], 10**12, 2.5])
def test_a_total_that_is_none_is_not_believed(total: Any) -> None:
    assert walk(Pages(2), lambda at: ([1, 2] if not at.number else [3], {"total": total})) == (
        [1, 2, 3],
        True,
    )


@given(st.data())
def test_no_list_is_walked_for_ever(data: st.DataObject) -> None:
    ids = st.lists(st.integers(0, 3) | st.none(), max_size=3)
    steps = 0

    def answer(at: Pages) -> Any:
        nonlocal steps
        steps += 1
        more = {"total": data.draw(st.none() | st.integers(0, 9)), "cursor": data.draw(ids)}
        return data.draw(ids), more | {"by_cursor": data.draw(st.booleans())}

    walk(Pages(2, most=15), answer)
    assert steps <= 15
