"""config/boards.toml: the boards a newcomer begins with."""

import csv
import re
import tomllib
from pathlib import Path
from urllib.parse import unquote

import pytest

ROOT = Path(__file__).resolve().parents[1]
DIRECTORIES = ROOT.parent / "shared" / "data" / "boards"
BOARDS = tomllib.loads((ROOT / "config" / "boards.toml").read_text("utf-8"))["board"]

TOKENS = {
    "greenhouse": re.compile(r"[a-z0-9]+"),
    "lever": re.compile(r"(eu/)?[\w.-]+"),
    "ashby": re.compile(r"[\w.-]+"),
}


def test_there_are_enough_to_begin_with():
    assert len(BOARDS) >= 150


def test_no_board_and_no_employer_twice():
    boards = [(b["source"], b["token"].lower()) for b in BOARDS]
    employers = [b["employer"].casefold() for b in BOARDS]
    assert len(set(boards)) == len(boards)
    assert len(set(employers)) == len(employers)


@pytest.mark.parametrize("board", BOARDS, ids=lambda b: f"{b['source']}:{b['token']}")
def test_each_is_a_board_of_a_known_source(board):
    assert set(board) == {"source", "token", "employer"}
    assert TOKENS[board["source"]].fullmatch(board["token"])
    assert board["employer"] == board["employer"].strip() != ""


@pytest.mark.skipif(not DIRECTORIES.is_dir(), reason="no board directories beside the checkout")
def test_nearly_all_are_in_the_directories():
    known = set()
    for source in TOKENS:
        with (DIRECTORIES / f"{source}.csv").open(encoding="utf-8", newline="") as file:
            known |= {(source, unquote(row["slug"]).lower()) for row in csv.DictReader(file)}
    missing = [b for b in BOARDS if (b["source"], b["token"].lower()) not in known]
    assert len(missing) <= 0.05 * len(BOARDS), missing
