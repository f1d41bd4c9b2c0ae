from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.sources.base import Malformed, Reply, Truncated

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=12,
)


@given(st.lists(VALUES, min_size=1) | st.dictionaries(st.text(), VALUES, min_size=1), st.data())
def test_a_document_that_ends_early_is_truncated_not_malformed(
    document: object, data: st.DataObject
) -> None:
    whole = json.dumps(document).encode()
    cut = data.draw(st.integers(1, len(whole) - 1))
    with pytest.raises(Truncated):
        Reply("http://a.example/", 200, whole[:cut]).json()
    assert Reply("http://a.example/", 200, whole).json() == document


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b'{"a":1}}',
        b'{"a":1} x',
        b'{"a" 1}',
        b"[1,]",
        b"null x",
        b"\xff\xfe{}",
        b"[" * 100_000 + b"]" * 100_000,
    ],
)
def test_what_is_not_json_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        Reply("http://a.example/", 200, body).json()
