"""`inroad templates`: seen, copied, changed, compared."""

import json

import pytest

from tests.matcher.asks_samples import FOLDER, NAMES

FACTS = FOLDER / "facts.en.json"


def test_all_are_listed_with_what_they_are_for(inroad):
    out = inroad("templates", "list", "--lang", "en").out
    for name in NAMES:
        assert name in out
    assert "200 code points" in out and "Say hello after more than two years" in " ".join(
        out.split()
    )
    found = json.loads(inroad("templates", "list", "--format", "json").out)
    assert len(found) == 36 and {t["language"] for t in found} == {"de", "en"}
    assert not any(t["yours"] for t in found)
    assert "known: de, en" in inroad("templates", "list", "--lang", "tlh", code=1).err


def test_one_is_shown_with_its_needs_and_text(inroad):
    out = inroad("templates", "show", "thanks_target", "--lang", "de").out
    assert out.startswith("thanks_target (de, shipped): Thank the person you talked with")
    assert "needs:    ask.learned (one thing you learned" in out
    assert "at most:  90 words" in out and "danke für" in out
    assert "Did you mean thanks_target" in inroad("templates", "show", "thank_target", code=1).err


@pytest.fixture
def copied(inroad):
    out = inroad("templates", "copy", "thanks_for_no").out
    file = inroad.home / "templates" / "en" / "thanks_for_no.j2"
    assert f"Wrote {file}." in out
    return file


def test_a_copy_is_the_same_until_it_is_changed(inroad, copied):
    assert copied.stat().st_mode & 0o077 == 0
    words = ["draft", "thanks_for_no", "--facts", FACTS]
    before = inroad(*words).out
    assert "the same as the shipped one" in inroad("templates", "diff", "thanks_for_no").out
    text = copied.read_text(encoding="utf-8")
    copied.write_text(text.replace("I quite understand", "That is fine"), encoding="utf-8")
    assert "That is fine" in inroad(*words).out and "That is fine" not in before
    assert "Das verstehe ich gut" in inroad(*words, "--lang", "de").out, (
        "the German one is as it was"
    )
    out = inroad("templates", "diff").out
    assert "-Thank you for your answer" in out and "+Thank you for your answer" in out
    assert "That is fine" in out and "copied_from" not in out
    assert "yours" in inroad("templates", "list", "--lang", "en").out


def test_a_copy_of_an_older_one_is_known(inroad, copied):
    text = copied.read_text(encoding="utf-8")
    start = text.index('copied_from = "') + len('copied_from = "')
    copied.write_text(text[:start] + "0" * 12 + text[start + 12 :], encoding="utf-8")
    assert "the shipped one has changed since you copied it" in inroad("templates", "diff").out
    assert "of an older one" in " ".join(inroad("templates", "list", "--lang", "en").out.split())


def test_a_copy_is_never_overwritten(inroad, copied):
    copied.write_text("mine", encoding="utf-8")
    assert "already there" in inroad("templates", "copy", "thanks_for_no", code=1).err
    assert copied.read_text(encoding="utf-8") == "mine"


def test_without_copies_there_is_nothing_to_compare(inroad):
    assert "All templates are the shipped ones" in inroad("templates", "diff").out
    assert "templates copy followup_1" in inroad("templates", "diff", "followup_1", code=1).err


def test_a_template_of_ones_own_is_listed_drafted_and_told_apart(inroad, copied):
    own = copied.with_name("mine.j2")
    text = copied.read_text(encoding="utf-8")
    own.write_text(
        "\n".join(x for x in text.split("\n") if "copied_from" not in x), encoding="utf-8"
    )
    assert "mine" in inroad("templates", "list").out
    assert "Thank you for your answer" in inroad("draft", "mine", "--facts", FACTS).out
    assert "none of that name is shipped" in inroad("templates", "diff", "mine").out
    assert "nothing to copy" in inroad("templates", "copy", "mine", code=1).err


def test_a_broken_template_is_named_and_the_others_still_work(inroad, copied):
    copied.write_text("{# purpose = 3 #}\n", encoding="utf-8")
    error = inroad("draft", "thanks_for_no", "--facts", FACTS, code=1).err
    assert "thanks_for_no.j2" in error and len(error.strip().splitlines()) == 1
    assert inroad("draft", "followup_1", "--facts", FACTS).out


def test_questions_to_start_from(inroad):
    for language in ("en", "de"):
        out = inroad("templates", "questions", "--lang", language).out.splitlines()
        heads = [line for line in out if not line.startswith(" ")]
        asked = [line for line in out if line.startswith(" ")]
        assert len(asked) == 3 * len(heads) >= 30
        assert all(line.endswith("?") and len(line.strip()) <= 160 for line in asked)
    out = inroad("templates", "questions", "data").out
    assert len(out.splitlines()) == 4
    assert "there are some about software" in inroad("templates", "questions", "x", code=1).err
