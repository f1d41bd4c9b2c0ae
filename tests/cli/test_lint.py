"""`inroad lint`: what it prints, and its exit codes."""

import json

import pytest

GOOD = """\
Subject: 15 minutes on data work?

Dear Lee,

I read your talk on flight logs. How do you decide what to keep?

Would 15 minutes by phone suit you? If not, no problem.
"""


@pytest.fixture
def file(tmp_path):
    def file(text, name="message.txt"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return file


def test_a_good_message_leaves_nothing_to_say(inroad, file):
    ran = inroad("lint", file(GOOD))
    assert ran.out == (
        "Taken for --kind information (a message that asks somebody you know for fifteen "
        "minutes), --lang en.\n"
        "0 errors, 0 warnings. 27 words, 132 characters; at most 125 words for this kind.\n"
    )
    assert not inroad.home.exists()


def test_each_finding_says_where_what_why_and_what_instead(inroad, file):
    text = GOOD.replace("How do", "Could you hire me?\nHow do")
    ran = inroad("lint", file(text), "--kind", "information", "--lang", "en", code=1)
    assert ran.out.splitlines() == [
        "line 5: error: It asks for a job. Ask about the work instead. (asks-for-a-job, rule 1)",
        "    found:   Could you hire me?",
        "    instead: I've seen the posting and will apply in the usual way; I'd value your view "
        "on one question.",
        "1 error, 0 warnings. 31 words, 151 characters; at most 125 words for this kind.",
    ]


def test_warnings_alone_are_no_failure_unless_strict(inroad, file):
    path = file(GOOD.replace(" If not, no problem.", ""))
    assert "0 errors, 1 warning." in inroad("lint", path).out
    assert "0 errors, 1 warning." in inroad("lint", path, "--strict", code=1).out


def test_standard_input_and_json(inroad):
    ran = inroad("lint", "-", "--format", "json", stdin="Hallo Lee, stell mich bitte ein.", code=1)
    found = json.loads(ran.out)
    assert (found["language"], found["errors"]) == ("de", 1)
    first = found["findings"][0]
    assert first == {
        "rule": "asks-for-a-job",
        "number": 1,
        "severity": "error",
        "line": 1,
        "excerpt": "Hallo Lee, stell mich bitte ein.",
        "why": "It asks for a job. Ask about the work instead.",
        "instead": first["instead"],
    }
    assert first["instead"].startswith("Die Ausschreibung habe ich gesehen")


def test_an_eml_of_a_draft_is_read_like_its_text(inroad, tmp_path):
    from tests.matcher.asks_samples import FOLDER

    out = tmp_path / "d.eml"
    facts = FOLDER / "facts.de.json"
    inroad(
        "draft", "intro_request_cover", "--lang", "de", "--facts", facts, "--as", "eml",
        "--out", out,
    )  # fmt: skip
    ran = inroad("lint", out)
    assert "--kind introduction" in ran.out and "--lang de" in ran.out
    assert "0 errors, 0 warnings." in ran.out


def test_the_users_lists_change_it(inroad, file):
    lists = inroad.home / "lint"
    lists.mkdir(parents=True)
    (lists / "en.toml").write_text('[no-way-out]\nseverity = "off"\n', encoding="utf-8")
    assert "0 warnings" in inroad("lint", file(GOOD.replace(" If not, no problem.", ""))).out
    (lists / "en.toml").write_text("[no-way-owt]\n", encoding="utf-8")
    error = inroad("lint", file(GOOD), code=1).err
    assert "is no-way-out meant" in error and "en.toml" in error


def test_wrong_use_has_its_own_code(inroad, file, tmp_path):
    assert "no such file" in inroad("lint", tmp_path / "no.txt", code=2).err
    assert "Invalid value for '--kind'" in inroad("lint", file(GOOD), "--kind", "x", code=2).err
    assert "--lang" in inroad("lint", file("xyzzy"), code=1).err
    assert "empty or not text" in inroad("lint", file(""), code=1).err


def test_excerpts_carry_no_controls(inroad, file):
    ran = inroad("lint", file("Please hire me \x1b[2J\u202enow, the job is mine."), code=1)
    assert "\x1b" not in ran.out and "\u202e" not in ran.out
