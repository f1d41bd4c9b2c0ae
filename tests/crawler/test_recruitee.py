"""Employers' own tokens, which Recruitee will want: sent where given, asked for where not."""

from __future__ import annotations

from loopback import Request, Server
from reading import FIXTURES

from tests.conftest import Inroad

KEY = "lumens-own-token"


def test_a_board_with_its_token_is_read_and_one_without_says_what_it_needs(
    inroad: Inroad, server: Server
) -> None:
    offers = (FIXTURES / "recruitee" / "normal" / "input.json").read_bytes()

    def answer(request: Request) -> None:
        known = request.headers.get("X-Careers-Sites-Token") == KEY
        request.say(200, offers) if known else request.say(401, '{"error": "Unauthorized"}')

    for board in ("lumenhaus", "moorcroft"):
        server.answers[f"{board}.recruitee.com/api/offers/"] = answer
    inroad.configure(
        f'[crawl]\ndelay = 0.0\n[crawl.origins]\n"*" = "{server.url}/{{host}}"\n'
        f'[sources.recruitee.tokens]\nlumenhaus = "{KEY}"\n'
    )
    inroad("boards", "add", "recruitee:lumenhaus")
    inroad("boards", "add", "https://moorcroft.recruitee.com/o/night-watch")
    ran = inroad("crawl", code=3)
    said = " ".join((ran.out + ran.err).split())
    assert "3 new" in said
    assert "from 10 February 2027" in said
    assert "moorcroft in [sources.recruitee.tokens]" in said
    assert KEY not in said
