from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.origins import asked_location, at_origin, host_of, is_loopback, origin_of

ORIGINS = {
    "boards-api.greenhouse.io": "http://127.0.0.1:8080/greenhouse/",
    "*": "http://127.0.0.1:9090/{host}",
}
GREENHOUSE = "http://127.0.0.1:8080/greenhouse"


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        (
            "https://boards-api.greenhouse.io/v1/boards/acme/jobs?content=true",
            f"{GREENHOUSE}/v1/boards/acme/jobs?content=true",
        ),
        ("https://Boards-API.Greenhouse.io:443/x", f"{GREENHOUSE}/x"),
        ("https://boards-api.greenhouse.io", f"{GREENHOUSE}/"),
        ("https://api.lever.co/v0?skip=1", "http://127.0.0.1:9090/api.lever.co/v0?skip=1"),
    ],
)
def test_where_a_request_goes(url: str, asked: str) -> None:
    origin = origin_of(url, ORIGINS)
    assert origin is not None
    assert at_origin(url, origin) == asked


def test_without_an_origin_a_host_answers_for_itself() -> None:
    assert origin_of("https://api.lever.co/", {"api.ashbyhq.com": GREENHOUSE}) is None


@pytest.mark.parametrize(
    ("location", "asked"),
    [
        (f"{GREENHOUSE}/new", "https://boards-api.greenhouse.io/new"),
        (f"{GREENHOUSE}?a=1", "https://boards-api.greenhouse.io?a=1"),
        ("/greenhouse/new?a=1", "https://boards-api.greenhouse.io/new?a=1"),
        ("sibling", "https://boards-api.greenhouse.io/v1/sibling"),
        ("/v2/new", "/v2/new"),
        ("https://elsewhere.example/x", "https://elsewhere.example/x"),
        (f"{GREENHOUSE}-too/new", f"{GREENHOUSE}-too/new"),
        ("http://[::1", "http://[::1"),
    ],
)
def test_a_redirect_to_the_origin_is_one_to_the_host(location: str, asked: str) -> None:
    url = "https://boards-api.greenhouse.io/v1/old"
    assert asked_location(location, url, GREENHOUSE) == asked


@given(st.text(string.ascii_letters + string.digits + "-_.~%/", max_size=40))
def test_a_path_comes_back_as_it_went(path: str) -> None:
    url = f"https://api.lever.co/{path}"
    origin = origin_of(url, ORIGINS)
    assert origin is not None
    assert asked_location(at_origin(url, origin), "https://api.lever.co/", origin) == url


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://WWW.Acme.com:8443/x", "www.acme.com"),
        ("https://acme.com./x", "acme.com"),
        ("https://user:secret@acme.com/x", "acme.com"),
        ("http://[::1]:80/", "::1"),
        ("http://[broken/", ""),
        ("mailto:me", ""),
    ],
)
def test_host_of(url: str, host: str) -> None:
    assert host_of(url) == host


@pytest.mark.parametrize(
    ("host", "ours"),
    [
        ("localhost", True),
        ("api.localhost", True),
        ("127.8.0.1", True),
        ("::1", True),
        ("10.0.0.1", False),
        ("localhost.example.com", False),
        ("127.0.0.1.example.com", False),
    ],
)
def test_loopback(host: str, ours: bool) -> None:
    assert is_loopback(host) is ours
