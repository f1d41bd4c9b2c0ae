"""An ask from the first draft to the thank-you, from the command line."""

import json
import re

import pytest

WORDS = {
    "ask.topic": "data pipelines in healthcare",
    "ask.reason_line": "You know the data team at Marrowfield Health from the inside, and I would "
    "like to understand it.",
    "ask.target_reason": "The posting says that your team moves clinic data to event streams, "
    "which I did in retail.",
    "ask.purpose_line": "How do you test pipelines that clinics depend on?",
}
SETS = [part for name, value in WORDS.items() for part in ("--set", f"{name}={value}")]
LEARNED = "start with the event schema, not with the tool."
RUTH, LEE = "Ruth Keane, Data Platform Lead, Quillmere", "Lee Ito; Head of Data; Halvarsund Marine"


def introduction(asker, *more):
    posting = asker.posting("marrowfield", "Data Engineer")
    return asker(
        *("ask", "new", "Desta Worku", "--kind", "introduction", "--posting", posting),
        *("--set", "target.name=Aoife Brennan", "--set", "target.role=Head of Data", *SETS, *more),
    )


def talked(asker):
    introduction(asker)
    for verb in ("approve", "sent", "agreed"):
        asker("ask", verb, 1)
    asker("ask", "heads-up", 1, "--may-use-name", "yes")
    for verb in ("target-ok", "introduced"):
        asker("ask", verb, 1)
    return asker("ask", "talked", 1, "--learned", LEARNED, "--referral", RUTH, "--referral", LEE)


def test_an_introduction_from_draft_to_thanks(asker):
    assert "intro_request_cover" in introduction(asker).out
    draft = asker("ask", "draft", 1)
    assert "Hi Desta," in draft.out
    assert "asking Aoife Brennan (Head of Data)" in draft.out
    assert "connector.employer: Marrowfield Health  (LinkedIn connections, 2026-11-24)" in draft.err
    assert re.search(r"posting.title: Data Engineer  \(https://\S+, 2026-11-1\d\)", draft.err)
    assert "The linter has nothing to say." in draft.err

    refused = asker("ask", "sent", 1, code=1).err
    assert "sent is not possible now. Possible: approve" in refused
    for verb in ("approve", "sent", "agreed"):
        asker("ask", verb, 1)

    locked = asker("ask", "draft", 1, "to_target_after_heads_up", code=1).err
    assert "is locked" in locked and "heads-up 1 --may-use-name yes" in locked
    asker("ask", "heads-up", 1, "--may-use-name", "yes")
    to_target = asker("ask", "draft", 1).out
    assert to_target.startswith("Subject: Desta Worku suggested I write to you")
    assert "on November 24" in to_target

    asker("ask", "target-ok", 1)
    thank_first = asker("ask", "introduced", 1).out
    assert "thank the connector, due 2026-11-24" in thank_first
    assert "Who else did they name?" in asker("ask", "talked", 1, code=2).err
    asker("ask", "talked", 1, "--learned", LEARNED, "--none")
    assert "Two are to be thanked" in asker("ask", "thanked", 1, code=2).err
    thanks = asker("ask", "draft", 1, "thanks_target")
    assert LEARNED in thanks.out
    asker("ask", "thanked", 1, "--to", "connector")
    asker("ask", "thanked", 1, "--to", "target")
    assert asker.json("ask", "show", 1)["stage"] == "thanked"
    asker("ask", "close", 1)
    events = [e["what"] for e in asker.json("ask", "show", 1)["events"]]
    assert events == [
        *("new", "approve", "sent", "agreed", "heads-up", "target-ok", "introduced", "talked"),
        *("thanked", "thanked", "close"),
    ]


def test_who_is_named_is_a_contact_matched_like_any_other(asker):
    out = talked(asker).out
    assert "Ruth Keane" in out and "is a contact now" in out
    (opening,) = asker.json("match", "--employer", "Halvarsund Marine")
    lee = next(t for t in opening["targets"] if t["contact"] == "Lee Ito")
    assert lee["named_by"] == "Aoife Brennan"
    link = next(p for p in lee["parts"] if p["part"] == "link")
    assert (link["value"], link["evidence"]) == (0.6, "named by Aoife Brennan")
    begun = asker("ask", "new", "Lee Ito").out
    assert "second step, Lee Ito, named by Aoife Brennan" in begun
    assert "locked" in asker("ask", "draft", 2, "to_target_after_heads_up", code=1).err
    tree = asker("asks", "tree").out
    assert re.search(r"Desta Worku: talked\n└─ Aoife Brennan: talked.*\n   └─ ", tree)
    assert "led to 3, depth 2" in tree
    (root,) = asker.json("asks", "tree")
    assert [n["contact"] for n in root["named"]] == ["Aoife Brennan"]


@pytest.mark.parametrize(
    ("typed", "answer"),
    [(f"{RUTH}\n{LEE}\n\n", "named"), ("none\n", "none"), ("not asked\n", "not asked")],
)
def test_on_a_terminal_a_talk_asks_for_names(asker, typed, answer):
    asker("ask", "new", "Desta Worku")
    for verb in ("approve", "sent", "agreed"):
        asker("ask", verb, 1)
    assert "Nothing was said" in asker("ask", "talked", 1, stdin="\n", terminal=True, code=2).err
    asker("ask", "talked", 1, stdin=typed, terminal=True)
    (event,) = [e for e in asker.json("ask", "show", 1)["events"] if e["what"] == "talked"]
    assert event["reason"] == ("2 named" if answer == "named" else answer)


def test_a_referral_survives_later_imports_and_can_be_merged(asker, tmp_path):
    talked(asker)
    number = asker.contact("Lee Ito")
    book = tmp_path / "more.csv"
    book.write_text(
        "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
        "Lee,Ito,https://www.linkedin.com/in/lee-ito-example,,Halvarsund Marine,Head of Data,"
        "20 Nov 2026\n",
        encoding="utf-8",
    )
    asker("contacts", "import", "--taken-on", "2026-11-20", book)
    assert asker.contact("Lee Ito") == number, "one name and one employer are one person"
    assert "named by Aoife Brennan" in asker("match", "--employer", "Halvarsund Marine").out


def test_a_thank_you_is_due_the_same_day_overdue_after_two_and_blocks(asker):
    talked(asker)
    today = asker.json("today")["thanks"]
    assert {(t["kind"], t["due"], t["overdue"]) for t in today} == {("thanks", "2026-11-24", False)}
    assert len(today) == 2
    later = asker.on("2026-11-27").json("today")["thanks"]
    assert all(t["overdue"] for t in later)
    blocked = asker("ask", "new", "Desta Worku", "--employer", "Marrowfield Health", code=1).err
    assert "Blocked: unthanked: thank them first for ask 1 (due 2026-11-24)" in blocked
    assert "unthanked" in asker("match", "--employer", "marrowfield").out


def test_limits_hold_at_match_draft_and_export_alike(asker, tmp_path):
    desta = asker.contact("Desta Worku")
    asker("ask", "new", desta, *SETS)
    asker("ask", "approve", 1)
    asker("ask", "sent", 1)
    assert "blocked: open ask: ask 1" in asker("match", "--employer", "marrowfield").out
    again = asker("ask", "new", desta, code=1).err
    assert "Blocked: open ask: ask 1 about Marrowfield Health is sent" in again
    table = asker("export", "--plain", "-", "--employer", "marrowfield").out
    row = next(line for line in table.splitlines() if "Desta Worku" in line)
    assert "sent (ask 1)" in row and "followup_1" in row
    asker("ask", "no-reply", 1)
    row = next(
        line
        for line in asker("export", "--plain", "-", "--employer", "marrowfield").out.splitlines()
        if "Desta Worku" in line
    )
    assert "cool-down" in row and ",2026-12-24," in row and "wait until 2026-12-24" in row
    cool = asker("ask", "new", desta, code=1).err
    assert "Blocked: cool-down: last asked on 2026-11-24, until 2026-12-24" in cool
    asker.on("2026-12-24")("ask", "new", desta)


def test_an_override_needs_a_reason_and_is_kept(asker):
    desta = asker.contact("Desta Worku")
    asker("ask", "new", desta, *SETS)
    assert "Blocked" in asker("ask", "new", desta, "--override", " ", code=1).err
    made = asker("ask", "new", desta, *SETS, "--override", "she offered two talks").out
    assert "set aside: open ask" in made
    asker("ask", "approve", 2)
    shown = asker.json("ask", "show", 2)
    assert [(o["block"], o["reason"]) for o in shown["overrides"]] == [
        ("open ask", "she offered two talks")
    ]
    assert shown["blocked"] is None
    assert asker("ask", "draft", 2, "info_direct_email").out


def test_who_must_not_be_contacted_is_asked_nothing_and_in_no_export(asker):
    asker("contacts", "block", "Desta Worku", "--reason", "asked me not to")
    assert "do not contact: asked me not to" in asker("match", "--employer", "marrowfield").out
    exported = asker("export", "--plain", "-", "--employer", "marrowfield")
    assert "Desta Worku" not in exported.out and "Left out" in exported.err
    assert "do not contact" in asker("ask", "new", "Desta Worku", code=1).err
    asker("contacts", "unblock", "Desta Worku")
    asker("ask", "new", "Desta Worku")
    asker("contacts", "block", "Desta Worku", "--reason", "asked me not to")
    assert "do not contact" in asker("ask", "approve", 1, code=1).err
    assert "do not contact" in asker("ask", "draft", 1, code=1).err


def test_the_own_employer_and_its_people_stay_unaware(asker):
    asker.configure('[user]\nname = "A"\nemployer = "Marrowfield Health Ltd"\n')
    out = asker("match", "--employer", "marrowfield").out
    assert "do not contact: works at Marrowfield Health Ltd, your own employer (config.toml)" in out
    assert "confidential employer" in out, "who has left may not be asked about it either"
    exported = asker("export", "--plain", "-", "--employer", "marrowfield").out
    assert len(exported.splitlines()) == 1
    assert "Marrowfield Health Ltd: your own employer" in asker("contacts", "blocks").out
    assert "Ostrander & Vane: your own employer" in asker("contacts", "blocks").out
    asker("contacts", "block", "--employer", "Quillmere", "--reason", "a client")
    assert "a client" in asker("match", "--employer", "quillmere").out


def test_never_again_is_for_ever_and_a_no_for_half_a_year(asker):
    for number, name in ((1, "Desta Worku"), (2, "Sunniva Haugland")):
        asker("ask", "new", name)
        asker("ask", "approve", number)
        asker("ask", "sent", number)
    asker("ask", "decline", 1, "--never")
    asker("ask", "decline", 2)
    for number in (1, 2):
        assert "thanks_for_no" in asker("ask", "show", number).out
        asker("ask", "thanked", number)
    assert "asked not to be asked again" in asker("ask", "new", "Desta Worku", code=1).err
    refused = asker("ask", "new", "Sunniva Haugland", code=1).err
    assert "they said no on 2026-11-24, until 2027-05-23" in refused
    asker.on("2027-05-23")("ask", "new", "Sunniva Haugland")
    assert "do not contact" in asker("ask", "new", "Desta Worku", code=1).err


def test_the_day_may_be_said_and_is_never_to_come(asker):
    asker("ask", "new", "Desta Worku", "--on", "2026-11-20")
    asker("ask", "approve", 1, "--on", "3d")
    asker("ask", "sent", 1, "--on", "yesterday")
    assert asker.json("ask", "show", 1)["sent_on"] == "2026-11-23"
    assert "still to come" in asker("ask", "agreed", 1, "--on", "2026-11-25", code=2).err
    assert "is no date" in asker("ask", "agreed", 1, "--on", "soon", code=2).err


def test_follow_ups_come_due_and_end_kindly(asker):
    asker("ask", "new", "Desta Worku")
    asker("ask", "approve", 1)
    asker("ask", "sent", 1)
    assert asker.json("today")["due"] == []
    (first,) = asker.on("2026-12-01").json("today")["due"]
    assert (first["template"], first["due"]) == ("followup_1", "2026-12-01")
    entry = asker("ask", "draft", 1, "--set", "ask.topic=night trains", "--as", "ics").out
    assert "DTSTART;VALUE=DATE:20261201" in entry and "UID:ask-1-followup-1@" in entry
    asker("ask", "follow-up", 1)
    (last,) = asker.on("2026-12-15").json("today")["due"]
    assert last["template"] == "followup_last"
    asker("ask", "follow-up", 1)
    (end,) = asker.on("2026-12-29").json("today")["due"]
    assert end["do"] == "inroad ask no-reply 1"


def test_a_second_person_is_not_asked_about_one_posting_at_once(asker):
    posting = asker.posting("marrowfield", "Data Engineer")
    asker("ask", "new", "Desta Worku", "--posting", posting)
    asker("ask", "approve", 1)
    asker("ask", "sent", 1)
    blocked = asker("ask", "new", "Ciarán Ó Dálaigh", "--posting", posting, code=1).err
    assert "Blocked: cap: somebody was asked about this posting on 2026-11-24 (ask 1)" in blocked
    assert "until 2026-12-01" in blocked
    (opening,) = asker.json("match", "--employer", "marrowfield")
    picks = {p["id"]: p["portfolio"] for p in opening["postings"]}
    assert picks.pop(posting) == []
    assert all(picks.values()), "other postings still have somebody to ask"
    asker("ask", "note", 1, "met at the fair")
    assert "note: met at the fair" in asker("ask", "show", 1).out


def test_editing_what_was_approved_makes_it_a_draft_again(asker):
    asker("ask", "new", "Desta Worku")
    asker("ask", "approve", 1)
    out = asker("ask", "edit", 1, "--set", "ask.topic=night trains").out
    assert "It is a draft again" in out
    assert asker.json("ask", "show", 1)["stage"] == "draft"
    wrong = asker("ask", "edit", 1, "--set", "ask.tpic=x", code=1).err
    assert "did you mean ask.topic?" in wrong
    assert (
        "ask.reason_line has" in asker("ask", "edit", 1, "--set", "ask.reason_line=x", code=1).err
    )


def test_a_missing_fact_stops_the_draft_and_what_the_databases_know_is_offered(asker):
    asker("ask", "new", "Desta Worku", "--posting", asker.posting("marrowfield", "Data Engineer"))
    error = asker("ask", "draft", 1, "info_direct_email", code=1).err
    assert "ask.reason_line" in error and "inroad ask edit 1 --set" in error
    assert "You work at Marrowfield Health, and I saw the Data Engineer posting there." in error


def test_every_output_of_a_draft(asker, tmp_path):
    asker("ask", "new", "Desta Worku", *SETS, "--confidential")
    sets = ("--set", "target.email=desta@worku.example")
    mail = asker("ask", "draft", 1, "info_direct_email", *sets, "--as", "eml").out
    assert "X-Unsent: 1" in mail and "desta@worku.example" in mail
    assert asker("ask", "draft", 1, "info_direct_email", *sets, "--as", "mailto").out.startswith(
        "mailto:desta@worku.example?"
    )
    assert "# " in asker("ask", "draft", 1, "--as", "brief").out
    for verb in ("approve", "sent"):
        asker("ask", verb, 1)
    asker("ask", "agreed", 1, "--call-at", "2026-12-01T10:00+01:00")
    entry = asker("ask", "draft", 1, "--as", "ics").out
    assert "UID:ask-1-call@inroad.invalid" in entry and "DTSTART:20261201T090000Z" in entry
    assert "Desta" not in entry, "a confidential ask's entries name nobody"
    record = json.loads(asker("ask", "draft", 1, "--as", "json").out)
    assert record["findings"] == []


def test_approved_asks_go_into_one_mail_merge(asker, tmp_path):
    asker("ask", "new", "Shirin Daneshvar", *SETS)
    asker("ask", "new", "Desta Worku", *SETS)
    asker("ask", "approve", 1)
    asker("ask", "approve", 2)
    file = tmp_path / "merge.csv"
    done = asker("asks", "merge", "--preset", "google", file, code=3)
    assert "Wrote 1 rows" in done.out
    assert "Left out ask 2" in done.err and "is no e-mail" in done.err
    assert "shirin.daneshvar@umbrafield.example" in file.read_text("utf-8-sig")
    asker("contacts", "block", "Shirin Daneshvar", "--reason", "moved on")
    assert "Left out ask 1: blocked: do not contact" in asker("asks", "merge", "-", code=3).err


def test_give_and_take_in_words_and_the_closing_news(asker, tmp_path):
    talked(asker)
    assert asker("give", "first").out.count("You owe them a thank-you.") == 2
    asker("ask", "thanked", 1, "--to", "connector")
    asker("ask", "thanked", 1, "--to", "target")
    assert "It is your turn to give." in asker("give", "list", "Desta Worku").out
    gave = asker("give", "to", "Desta Worku", "--what", "article", "--note", "on schemas").out
    assert "From you: a thank-you, an article (2026-11-24)." in gave
    assert [b["contact"] for b in asker.json("give", "first")] == ["Aoife Brennan"]
    assert len(asker.on("2027-02-22").json("give", "first")) == 2
    asker("give", "undo", 1)
    assert "no entry 1" in asker("give", "undo", 1, code=1).err
    landed = asker("asks", "landed", "--news", "I have started at Quillmere this week.").out
    assert "Hi Desta," in landed and "Dear Aoife Brennan," in landed
    assert "2 drafts; nothing was sent." in landed
    out = tmp_path / "landed"
    asker("asks", "landed", "--news", "I have started at Quillmere this week.", "--out", out)
    assert len(list(out.iterdir())) == 2


def test_a_rating_wins_and_can_be_said_in_words(asker):
    assert "3, well" in asker("contacts", "rate", "Desta Worku", "Well").out
    explained = asker("match", "--employer", "marrowfield", "--explain").out
    assert "tie      30.0  you know them well (your rating) (2026-11-24)" in explained
    assert "100.0 × confidence 1.00 = 100; for Data Engineer" in explained
    assert "is none of" in asker("contacts", "rate", "Desta Worku", "9", code=2).err
    asker("contacts", "rate", "Desta Worku", "none")
    assert "not rated" in asker("contacts", "rate", "Desta Worku").out


@pytest.mark.parametrize("shape", ["table", "markdown"])
def test_the_morning_screen(asker, shape):
    out = asker("today", "--format", shape).out
    assert "Everybody is thanked." in out and "Nothing is due." in out
    assert "(best, " in out and "inroad ask new " in out
    if shape == "markdown":
        assert out.startswith("# 2026-11-24\n") and "- [ ] " in out


def test_who_moved_to_an_employer_that_is_hiring_is_news_for_a_month(asker):
    (moved,) = asker.json("today")["moved"]
    assert moved["text"] == "Yusuf Demirkol is at Quillmere now (seen 2026-11-24): 7 open postings"
    assert asker.on("2026-12-25").json("today")["moved"] == []


def test_an_ask_whose_posting_closed_speaks_in_general_or_ends(asker):
    import duckdb

    posting = asker.posting("marrowfield", "Data Engineer")
    asker("ask", "new", "Desta Worku", "--posting", posting, *SETS)
    with duckdb.connect(str(asker.home / "postings.duckdb")) as db:
        db.execute("UPDATE postings SET closed_at = '2026-11-24' WHERE title = 'Data Engineer'")
    (stale,) = asker.json("today")["stale"]
    assert stale["do"] == "inroad ask general 1"
    asker("ask", "general", 1)
    assert asker.json("today")["stale"] == []
    assert "posting" not in asker("ask", "draft", 1, "info_direct_email").out


def test_asks_follow_people_through_merges_and_outlive_their_files(asker, tmp_path):
    book = tmp_path / "phone.vcf"
    book.write_text(
        "BEGIN:VCARD\nVERSION:3.0\nFN:D. Worku\nEMAIL:desta@worku.example\nEND:VCARD\n",
        encoding="utf-8",
    )
    asker("contacts", "import", book)
    other = asker.contact("D. Worku")
    asker("ask", "new", other, "--employer", "Quillmere")
    asker("contacts", "merge", "Desta Worku", other)
    assert asker.json("ask", "show", 1)["contact"] == "Desta Worku"
    assert "open ask" in asker("ask", "new", "Desta Worku", code=1).err
    asker("contacts", "review", "--undo")
    assert asker.json("ask", "show", 1)["contact"] == "D. Worku"
    last = max(i["id"] for i in asker.json("contacts", "imports"))
    asker("contacts", "undo", last, "--yes")
    assert "in no file any more" in asker("ask", "list").out
    assert "in no file any more" in asker("ask", "show", 1).out
    assert "in no file any more" in asker("ask", "draft", 1, code=1).err
    asker("today")
    asker("ask", "withdraw", 1)


def test_the_channel_chooses_the_first_template(asker):
    new = ("ask", "new", "Shirin Daneshvar", "--employer", "Umbrafield Studios")
    assert "info_direct_email" in asker(*new).out
    asker("ask", "edit", 1, "--channel", "linkedin")
    assert "info_direct_linkedin_message" in asker("ask", "show", 1).out


def test_a_fresh_home_says_what_there_is_not(inroad):
    assert "No asks" in inroad("ask", "list").out
    assert "There is no ask 3" in inroad("ask", "show", "3", code=1).err
    assert "No asks yet" in inroad("asks", "tree").out
    out = inroad("today").out
    assert "No posting of the last 7 days has a path" in out
