"""inroad sources, [sources] in config.toml, feeds, and boards that are skipped."""

import csv
import io
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import crawler.sources
from cli import source_settings
from cli.settings import SettingsError
from crawler.sources import SOURCES
from crawler.sources.base import Kind, Need
from tests.conftest import ROOT

KEY = "0123-secret-key"


def test_every_source_is_listed_with_what_it_needs(inroad):
    rows = json.loads(inroad("sources", "--format", "json").out)
    assert [row["name"] for row in rows] == list(SOURCES)
    for row in rows:
        source = SOURCES[row["name"]]
        assert (row["title"], row["kind"]) == (source.title, str(source.kind))
        needs_key = any(need.required for need in source.needs)
        state = "off" if not source.on else "needs key" if needs_key else "on"
        assert row["state"] == state
    table = list(csv.DictReader(io.StringIO(inroad("sources", "--format", "csv").out)))
    assert [row["name"] for row in table] == list(SOURCES)
    shown = inroad("sources").out
    assert all(name in shown for name in SOURCES)


@pytest.mark.parametrize("source", SOURCES.values(), ids=list(SOURCES))
def test_a_source_says_of_itself_what_a_user_has_to_know(inroad, source):
    assert source.kind in Kind
    assert source.on or source.why_off, "a source that is off says why"
    for need in source.needs:
        assert need.where and (need.header or need.query)
    for text in (source.why_off, source.terms, source.attribution):
        assert "\n" not in text and text == text.strip()
    if source.budget:
        assert source.hosts, "a budget is kept for each of `hosts`"
    if source.kind is Kind.FEED:
        assert source.tokens


def test_one_source(inroad):
    shown = inroad("sources", "show", "workday").out
    assert "Workday (workday), a board: on" in shown
    assert "robots.txt" in shown
    assert "there is no source 'monster'" in inroad("sources", "show", "monster", code=2).err


def test_off_and_on_again(inroad):
    line = inroad("sources", "off", "workday").out
    assert "[sources]\nworkday = false" in line and str(inroad.home / "config.toml") in line
    inroad.configure("[sources]\nworkday = false\n")
    added = inroad("boards", "add", "workday:acme.wd1/Jobs").out
    assert "Workday is off: you turned it off" in added and "skipped" in added
    rows = json.loads(inroad("sources", "--format", "json").out)
    assert {r["name"]: (r["state"], r["boards"]) for r in rows}["workday"] == ("off", 1)
    ran = inroad("crawl")
    assert "1 skipped" in ran.out
    assert "skipped     workday:acme.wd1/Jobs: Workday is off" in ran.out
    assert "Skipping workday:acme.wd1/Jobs" in ran.err
    shown = inroad("sources", "show", "workday").out
    assert "[sources]\nworkday = true" in shown


@pytest.mark.parametrize(
    "source",
    [s for s in SOURCES.values() if any(need.required for need in s.needs)],
    ids=lambda s: s.name,
)
def test_a_source_without_its_keys_says_which_and_where_from(inroad, source):
    board = f"{source.name}:{next(iter(source.examples.values()))}"
    added = inroad("boards", "add", board).out
    ran = inroad("crawl")
    assert "1 skipped" in ran.out
    for said in (added, ran.out, inroad("sources", "show", source.name).out):
        for need in source.needs:
            assert f"{need.name} in [sources.{source.name}]" in said
        assert source.needs[0].where in said
    lines = inroad("sources", "on", source.name).out
    assert all(f'{need.name} = "…"   # {need.where}' in lines for need in source.needs)


def test_feeds_are_added_together_and_one_by_one(inroad):
    out = inroad("boards", "add", "hackernews:whoishiring").out
    assert "Watching hackernews:whoishiring." in out
    inroad("boards", "add", "--feeds")
    rows = json.loads(inroad("boards", "list", "--format", "json").out)
    on = [s for s in SOURCES.values() if s.kind is Kind.FEED and s.on]
    on = [s for s in on if not any(need.required for need in s.needs)]
    found = {(row["source"], row["token"]) for row in rows}
    assert found == {(source.name, token) for source in on for token in source.tokens}
    inroad.configure("[sources]\n" + "".join(f"{s.name} = false\n" for s in SOURCES.values()))
    assert "No feed is on" in inroad("boards", "add", "--feeds").err


def test_a_feed_is_known_by_its_address_and_not_by_a_link(inroad):
    out = inroad("boards", "add", "https://news.ycombinator.com/submitted?id=whoishiring").out
    assert "hackernews:whoishiring" in out
    assert "cannot be a board" in inroad("boards", "add", "hackernews:other", code=1).err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[sources]\nmonster = true\n", "there is no source monster"),
        ("[sources]\nworkdai = true\n", "Did you mean workday?"),
        ("[sources]\nworkday = 1\n", "sources.workday must be true or false"),
        ('[sources]\nworkday = "on"\n', "sources.workday must be true or false"),
        ("[sources.workday]\non = 1\n", "sources.workday.on must be true or false"),
        (f'[sources.workday]\nkey = "{KEY}"\n', "no setting sources.workday.key. It needs no keys"),
        ("sources = 3\n", "sources is a table"),
    ],
)
def test_a_table_of_sources_that_is_wrong_is_one_line_without_a_secret(inroad, text, said):
    inroad.configure(text)
    for words in (("crawl",), ("config", "show"), ("match",)):
        ran = inroad(*words, code=1)
        assert said in ran.err and len(ran.err.strip().splitlines()) == 1
        assert KEY not in ran.err + ran.out


NEEDY = type(
    "Needy",
    (type(SOURCES["ashby"]),),
    {
        "name": "needy",
        "title": "Needy",
        "needs": (
            Need("key", "https://needy.example/keys", header="X-Key"),
            Need("tokens", "the employer", header="X-Token", required=False, per_board=True),
        ),
    },
)()


@pytest.fixture
def needy(monkeypatch):
    monkeypatch.setattr(crawler.sources, "SOURCES", {"needy": NEEDY}, raising=False)


def test_keys_reach_the_crawler_and_no_screen(needy):
    table = {"needy": {"on": True, "key": KEY, "tokens": {"acme": KEY + "2"}}}
    assert source_settings.check(table, Path("config.toml")) == table
    choice = source_settings.choices(table)["needy"]
    assert choice.on is True
    assert [choice.value(need, "acme") for need in NEEDY.needs] == [KEY, KEY + "2"]
    assert choice.value(NEEDY.needs[1], "other") is None
    assert sorted(choice.secrets()) == [KEY, KEY + "2"]
    shown = source_settings.masked(table)
    assert shown == {"needy": {"on": True, "key": "(set)", "tokens": {"acme": "(set)"}}}


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"kee": KEY}, "there is no setting sources.needy.kee. Did you mean key?"),
        ({"secret": KEY}, "It has key, tokens."),
        ({"key": 5}, "sources.needy.key must be text"),
        ({"key": "short"}, "sources.needy.key cannot be a key"),
        ({"key": f"{KEY}\r\nX-Evil: 1"}, "sources.needy.key cannot be a key"),
        ({"key": f" {KEY}"}, "has a space before or behind it"),
        ({"tokens": KEY}, "sources.needy.tokens is a table"),
        ({"tokens": {"acme": ""}}, "sources.needy.tokens.acme cannot be a key"),
    ],
)
def test_keys_that_cannot_be_meant(needy, table, said):
    with pytest.raises(SettingsError) as caught:
        source_settings.check({"needy": table}, Path("config.toml"))
    assert said in str(caught.value) and KEY not in str(caught.value)


# The walk through "Add a source" in CONTRIBUTING.md, as a newcomer takes it.


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    target = tmp_path_factory.mktemp("checkout") / "inroad"
    skipped = shutil.ignore_patterns(".git", ".venv", "__pycache__", ".*_cache", ".hypothesis")
    shutil.copytree(ROOT, target, ignore=skipped)
    return target


def run(checkout, *words):
    return subprocess.run(
        [sys.executable, "-m", *words],
        cwd=checkout,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(checkout), "HOME": str(checkout)},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )


def checked(checkout, name):
    ran = run(
        checkout,
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        f"tests/crawler/test_{name}.py",
        "tests/crawler/test_sources.py",
        "-k",
        name,
    )
    return ran.returncode, ran.stdout


FILLED = re.search(
    r"```python\n(def _posting\(.*?)```",
    (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"),
    re.DOTALL,
)[1]
IMPORTS = (
    "from crawler.fields import each, employer_name, items, mapping, posting\n"
    "from crawler.moments import moment\n"
    "from crawler.places import places\n"
    "from crawler.text import from_html\n"
)


@pytest.mark.parametrize(("name", "options"), [("hirely", []), ("jobstream", ["--feed"])])
def test_a_new_source_from_the_template(checkout, name, options):
    made = run(checkout, "cli", "sources", "new", name, *options)
    assert made.returncode == 0, made.stderr
    source = checkout / "crawler" / "sources" / f"{name}.py"
    assert f"Wrote crawler/sources/{name}.py" in made.stdout
    again = run(checkout, "cli", "sources", "new", name, *options)
    assert again.returncode == 1 and "already there" in again.stderr

    code, out = checked(checkout, name)
    assert code == 1
    assert "test_a_posting_says_what_the_board_shows" in out
    assert "assert [] == ['Oslo, Norway']" in out, out

    text = source.read_text("utf-8")
    head, _ = text.split("\ndef _posting(")
    lines = [line for line in head.splitlines() if not line.startswith("from crawler.fields")]
    at = next(i for i, line in enumerate(lines) if line.startswith("from crawler."))
    head = "\n".join([*lines[:at], IMPORTS.rstrip(), *lines[at:]])
    source.write_text(head + "\n\n" + FILLED, encoding="utf-8")
    written = run(checkout, "tests.crawler.reading", "--write")
    assert f"tests/fixtures/{name}/normal/output.json" in written.stdout, written.stderr
    code, out = checked(checkout, name)
    assert code == 0, out
    for case, problem in (("malformed", "malformed"), ("unknown", "404"), ("empty", "")):
        read = json.loads(
            (checkout / "tests" / "fixtures" / name / case / "output.json").read_text("utf-8")
        )
        assert read["postings"] == [] and problem in "".join(read["problems"])
    assert name in run(checkout, "cli", "sources").stdout


@pytest.mark.parametrize("name", ["Bad", "x", "a-b", "../evil", "1st"])
def test_names_that_are_none(checkout, name):
    made = run(checkout, "cli", "sources", "new", "--", name)
    assert made.returncode == 2 and "lower-case letters" in made.stderr


def test_without_a_checkout_it_says_so(tmp_path, monkeypatch):
    import click

    from cli import new_source

    monkeypatch.setattr(new_source, "TEMPLATES", tmp_path / "none")
    with pytest.raises(click.ClickException, match="checkout"):
        list(new_source.write("hirely", None, feed=False))
