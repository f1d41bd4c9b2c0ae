"""`inroad draft`: a message out of given facts, on the command line."""

import json
import re
import subprocess
import sys

import pytest
from icalendar import Calendar

from tests.conftest import ROOT
from tests.matcher.asks_samples import FOLDER

FACTS = FOLDER / "facts.en.json"
DEUTSCH = FOLDER / "facts.de.json"


def test_the_text_is_on_standard_output_and_the_rest_beside_it(inroad):
    ran = inroad("draft", "followup_1", "--facts", FACTS)
    assert ran.out == (
        "Subject: Once more: data work in aerospace\n\nHi Dana,\n\n"
        "On November 16 I asked whether you might put a question of mine to Lee Ito. "
        "In case it got buried: would that still be possible? If it doesn't suit, "
        "no answer needed.\n\nBest wishes,\nAlex Seeker\n"
    )
    assert "followup_1: 39 words, 202 characters; at most 60 words." in ran.err
    assert re.search(
        r"  ask\.topic: data work in aerospace  \(facts\.en\.json, \d{4}-\d\d-\d\d\)", ran.err
    )
    assert "The linter has nothing to say." in ran.err
    assert not inroad.home.exists(), "a draft leaves no trace in the data folder"


def test_single_facts_win_over_files_and_files_over_settings(inroad, tmp_path):
    inroad.configure('[user]\nname = "From Settings"\ntone = "formal"\nlanguage = "de"\n')
    more = tmp_path / "more.json"
    more.write_text(
        json.dumps(
            {"ask": {"topic": {"value": "Nachtzüge", "from": "my notes", "on": "2026-11-01"}}}
        ),
        encoding="utf-8",
    )
    words = ["draft", "thanks_for_no", "--facts", more, "--set", "target.name=Lee Ito"]
    ran = inroad(*words)
    assert "Guten Tag Lee Ito," in ran.out and ran.out.rstrip().endswith("From Settings")
    assert "ask.topic: Nachtzüge  (my notes, 2026-11-01)" in ran.err
    assert "user.name: From Settings  (config.toml)" in ran.err
    assert "target.name: Lee Ito  (your own words)" in ran.err
    ran = inroad(*words, "--set", "user.name=Me", "--lang", "en")
    assert "Dear Lee Ito," in ran.out and ran.out.rstrip().endswith("Me")


def test_facts_come_from_standard_input(inroad):
    ran = inroad("draft", "thanks_for_no", "--facts", "-", stdin=FACTS.read_text("utf-8"))
    assert "Thank you for your answer about data work in aerospace." in ran.out
    assert "(standard input)" in ran.err


def test_what_is_missing_stops_it_and_is_named(inroad):
    ran = inroad("draft", "info_direct_email", "--set", "target.name=Lee Ito", code=1)
    assert ran.out == ""
    assert ran.err == (
        "inroad: info_direct_email cannot be drafted yet; it needs "
        "ask.topic (what you want to understand, as a few words); "
        "ask.reason_line (why you ask this very person, in a sentence they can check); "
        "ask.purpose_line (your question about the work, the team, the skills or the market); "
        "user.name (your name as you sign it). Give them with --set ask.topic=… or --facts FILE.\n"
    )


def test_reasons_are_offered_and_not_taken(inroad, tmp_path):
    facts = json.loads(FACTS.read_text(encoding="utf-8"))
    del facts["ask"]["reason_line"]
    file = tmp_path / "facts.json"
    file.write_text(json.dumps(facts), encoding="utf-8")
    ran = inroad("draft", "intro_request_cover", "--facts", file, code=1)
    lines = ran.err.splitlines()
    assert lines[0] == "Reasons your facts bear out, for ask.reason_line:"
    assert "  We both worked at Northwind (2018–2021), and I saw the Data Lead" in lines[1]
    assert "ask.reason_line (why you ask" in lines[-1]
    assert ran.out == ""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--set", "ask.reason_line=too short"], "ask.reason_line has 9 characters; 40 to 200"),
        (["--set", "ask.purpose_line=No question"], 'ask.purpose_line must end in "?"'),
        (["--set", "ask.topik=x"], "ask.topik is not a fact Inroad knows; did you mean ask.topic?"),
        (["--set", "nonsense"], "given as name=value"),
        (["--set", "ask.slots=2026-12-01"], "ask.slots must be a date and time"),
        (["--set", "target.email=nobody"], "target.email must be one e-mail address"),
        (["--set", "user.link=javascript:alert(1)"], "user.link must be a web address"),
        (["--set", "ask.minutes=90"], "ask.minutes must be a whole number from 5 to 60"),
        (["--set", "user.tone=rude"], "user.tone must be one of informal, formal"),
        (["--set", "ask.call_at=2026-12-01T10:00 Mars/Base"], "ask.call_at must be a date and"),
    ],
)
def test_a_fact_that_does_not_fit_is_named_and_never_quoted(inroad, words, said):
    ran = inroad("draft", "info_direct_email", "--facts", FACTS, *words, code=1)
    assert said in ran.err and len(ran.err.strip().splitlines()) == 1
    assert "alert(1)" not in ran.err and "too short" not in ran.err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"ask": ', "is not JSON (line 1)"),
        ("[]", "must look like"),
        ('{"ask": 3}', "must look like"),
        ('{"ask": {"topic": {"of": 3}}}', 'ask.topic must be a value, or {"value": …'),
        ('{"ask": {"topic": {"value": "x", "on": "soon"}}}', "ask.topic is from a day that must"),
        ('{"aks": {"topic": "x"}}', "did you mean ask.topic?"),
        ("[" * 100_000, "is not JSON"),
    ],
)
def test_a_file_that_is_not_facts_is_named(inroad, tmp_path, text, said):
    file = tmp_path / "f.json"
    file.write_text(text, encoding="utf-8")
    assert said in inroad("draft", "followup_1", "--facts", file, code=1).err


def test_a_file_that_is_not_there_is_a_usage_error(inroad, tmp_path):
    assert "no such file" in inroad("draft", "x", "--facts", tmp_path / "no.json", code=2).err
    (tmp_path / "b.json").write_bytes(b"\xff\xfe\x00")
    assert "is not UTF-8" in inroad("draft", "x", "--facts", tmp_path / "b.json", code=1).err


def test_a_note_over_its_limit_is_not_drafted(inroad):
    topic = "ask.topic=" + "x" * 60
    name = "user.name=" + "n" * 80
    ran = inroad(
        "draft", "linkedin_note_200", "--facts", FACTS, "--set", topic, "--set", name, code=1
    )
    assert "200 code points are allowed" in ran.err and ran.out == ""


def test_the_linter_speaks_beside_the_draft(inroad):
    said = "ask.gift=Could you pass on my CV to your boss? Thank you so much."
    ran = inroad("draft", "give_first", "--facts", FACTS, "--set", said)
    assert "line 5: error: It asks for a job." in ran.err
    assert "(asks-for-a-job, rule 1)" in ran.err
    assert "found:   Could you pass on my CV" in ran.err and "instead: " in ran.err


def test_json_holds_everything(inroad):
    made = json.loads(inroad("draft", "intro_request_cover", "--facts", FACTS, "--as", "json").out)
    assert made["recipient"] == "Dana Okafor" and made["address"] == "dana@okafor.example"
    assert made["limit"] == {"most": 90, "unit": "words"} and made["words"] == 75
    assert made["enclosed"]["template"] == "forwardable_blurb"
    topic = next(f for f in made["enclosed"]["facts"] if f["name"] == "ask.topic")
    assert topic["value"] == "data work in aerospace" and topic["from"] == "facts.en.json"
    assert made["findings"] == []


def test_files_for_other_programs(inroad, tmp_path):
    out = tmp_path / "letter.eml"
    ran = inroad("draft", "info_direct_email", "--facts", FACTS, "--as", "eml", "--out", out)
    assert ran.out == "" and f"Wrote {out}." in ran.err
    assert b"X-Unsent: 1\r\n" in out.read_bytes()
    assert [p.name for p in tmp_path.iterdir()] == ["letter.eml"]
    address = inroad("draft", "followup_1", "--facts", FACTS, "--as", "mailto").out
    assert address.startswith("mailto:dana@okafor.example?subject=Once%20more")
    page = inroad("draft", "call_agenda", "--facts", DEUTSCH, "--lang", "de", "--as", "html").out
    assert "<title>Gespräch mit Lee Ito</title>" in page
    assert inroad("draft", "call_agenda", "--facts", FACTS, "--as", "markdown").out.startswith(
        "# Call with Lee Ito\n"
    )


def test_a_calls_time_without_a_zone_is_by_the_users_clock(inroad):
    inroad.environment["TZ"] = "Asia/Tokyo"
    inroad.environment["INROAD_NOW"] = "2026-11-24T09:30:00"
    call = ["--set", "ask.call_at=2026-12-01T10:00"]
    ran = inroad("draft", "call_agenda", "--facts", FACTS, *call, "--as", "ics")
    event = Calendar.from_ical(ran.out).walk("VEVENT")[0]
    assert event["DTSTART"].dt.isoformat() == "2026-12-01T01:00:00+00:00"
    assert event["DTSTAMP"].dt.isoformat() == "2026-11-24T09:30:00+00:00"
    discreet = inroad("draft", "call_agenda", "--facts", FACTS, "--as", "ics", "--discreet").out
    assert "SUMMARY:Call #12" in discreet and "Ito" not in discreet


def test_what_a_draft_cannot_be_is_said(inroad):
    def err(*words, code=1):
        return inroad("draft", *words, "--facts", FACTS, code=code).err

    assert "is no e-mail but for: linkedin note" in err("linkedin_note_200", "--as", "eml")
    assert "draft call_agenda" in err("followup_1", "--as", "html", code=2)
    assert "has no place in a calendar" in err("give_first", "--as", "ics")
    assert "Use the .eml file" in err(
        "intro_request_cover", "--as", "mailto", "--set", "connector.name=" + "ü" * 100
    )
    assert "Did you mean followup_1" in err("folowup_1")
    assert "languages: de, en" in err("followup_1", "--lang", "tlh")


def test_terminal_controls_never_reach_the_terminal(inroad, tmp_path):
    facts = json.loads(FACTS.read_text(encoding="utf-8"))
    facts["ask"]["topic"] = "night\x1b[2J\u202etrains"
    facts["user"]["name"] = {"value": "Alex", "from": "x\x1b]0;y\x07"}
    file = tmp_path / "f.json"
    file.write_text(json.dumps(facts), encoding="utf-8")
    ran = inroad("draft", "thanks_for_no", "--facts", file)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", ran.out + ran.err)


def test_names_reach_neither_errors_nor_tracebacks(inroad, tmp_path):
    folder = inroad.home / "templates" / "en"
    folder.mkdir(parents=True)
    head = '{#\npurpose = "x"\nchannel = "email"\nkind = "give"\nto = "target"\nlanguage = "en"\n'
    body = "max_words = 9\nrequires = []\n#}\n{{ target.name // 2 }}\n"
    (folder / "mine.j2").write_text(head + body, encoding="utf-8")
    secret = ["--set", "target.name=Zyxwvut", "--set", "user.name=Qponmlk"]
    for more in ([], ["-v"]):
        ran = inroad("draft", "mine", *secret, *more, code=1)
        assert "cannot be done with it (TypeError)" in ran.err
        assert "Zyxwvut" not in ran.err and "Qponmlk" not in ran.err


SOCKETLESS = """
import sys
def audit(event, args):
    if event.startswith("socket.") or event in ("subprocess.Popen", "os.system"):
        raise RuntimeError("forbidden: " + event)
sys.addaudithook(audit)
from cli.main import main
main(sys.argv[1:])
"""


@pytest.mark.parametrize(
    "words",
    [
        ["draft", "intro_request_cover", "--as", "eml"],
        ["draft", "call_agenda", "--as", "html"],
        ["draft", "call_agenda", "--as", "ics"],
        ["draft", "followup_1", "--as", "mailto"],
        ["draft", "followup_1", "--as", "json"],
        ["lint", str(ROOT / "README.md"), "--lang", "en"],
        ["templates", "list"],
    ],
)
def test_no_socket_is_opened(inroad, words):
    if words[0] == "draft":
        words = [*words, "--facts", str(FACTS)]
    done = subprocess.run(
        [sys.executable, "-c", SOCKETLESS, *words],
        env=inroad.environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert "forbidden" not in done.stderr and done.stdout
    assert done.returncode in (0, 1)
