"""Drafts as files: no value breaks out of a header, a calendar line, a cell or a page."""

import csv
import io
import re
import string
from dataclasses import replace
from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from urllib.parse import parse_qs, unquote, urlsplit

import lxml.html
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from icalendar import Calendar

from matcher.asks.drafts import draft
from matcher.asks.errors import BadFact, MissingFacts, NotAMail, NotInACalendar, TooLong
from matcher.asks.facts import User
from matcher.asks.outputs import brief
from matcher.asks.outputs.calendar import entry
from matcher.asks.outputs.mail import MAILTO_LIMIT, eml, mailto
from matcher.asks.outputs.mail_merge import COLUMNS, PRESETS, mail_merge
from tests.matcher.asks_samples import LANGUAGES, SHELF, full

NOW = datetime(2026, 11, 24, 9, 30)
NASTY = st.one_of(
    st.text(min_size=1, max_size=60),
    st.sampled_from(
        [
            "a\r\nBcc: victim@x.example",
            "=?utf-8?q?a=0D=0ABcc:_victim@x.example?=",
            "=cmd|' /C calc'!A0",
            "+1 @SUM(1+1)",
            "－1",
            "x\nEND:VEVENT\nEND:VCALENDAR\nBEGIN:VCALENDAR",
            "a;b,c:d\\n\\",
            "<script>alert(1)</script>",
            '"><img src=http://x.example/i.png onerror=alert(1)>',
            "[click](javascript:alert(1))",
            "{{ page.title }}",
            "\u202egpj.exe",
            "ü" * 60,
            "🛫" * 50,
        ]
    ),
)


def made(name, language="en", **more):
    """Facts and the draft they make; nothing where a value is refused."""
    try:
        facts = full(language, name, **more)
        return facts, draft(SHELF, name, language, facts)
    except (BadFact, MissingFacts, TooLong):
        assume(False)


def opened(data):
    return message_from_bytes(data, policy=policy.default)


def body_of(mail):
    return mail.get_content().replace("\r\n", "\n").rstrip("\n")


# E-mail


def test_an_eml_opens_as_an_unsent_draft_to_one_person():
    facts, letter = made("intro_request_cover", "de", connector__name="Dana Okafór")
    mail = opened(eml(letter, facts.user))
    assert dict(mail.items()).keys() == {
        *("To", "From", "Subject", "X-Unsent"),
        *("Content-Type", "Content-Transfer-Encoding", "MIME-Version"),
    }
    assert mail["X-Unsent"] == "1"
    assert [a.addr_spec for a in mail["To"].addresses] == ["dana@okafor.example"]
    assert mail["To"].addresses[0].display_name == "Dana Okafór"
    assert mail["From"].addresses[0].addr_spec == "alex@seeker.example"
    assert mail["Subject"] == "Eine kleine Bitte: jemand bei Tailspin?"
    assert body_of(mail) == letter.full_body
    assert "ab hier weiterleiten" in letter.full_body


def test_without_an_address_of_the_users_there_is_no_from():
    _, letter = made("info_direct_email")
    assert opened(eml(letter, User()))["From"] is None


@given(NASTY, NASTY, NASTY, NASTY)
@example("=?utf-8?q?a=0D=0ABcc:_v@x.example?=", "=?utf-8?b?DQpCY2M6IHZAeC5leGFtcGxl?=", "x", "y")
def test_no_value_breaks_a_mail(name, topic, title, sender):
    facts, letter = made(
        "info_direct_email", target__name=name, ask__topic=topic, posting__title=title,
        user__name=sender,
    )  # fmt: skip
    data = eml(letter, facts.user)
    head, _, _ = data.partition(b"\r\n\r\n")
    names = re.findall(rb"^([A-Za-z-]+):", head, re.MULTILINE)
    assert sorted(names) == sorted(set(names)) and b"Bcc" not in names and b"Cc" not in names
    assert all(len(line) <= 998 for line in data.split(b"\r\n")) and data.isascii()
    mail = opened(data)
    assert not mail.defects and not mail["To"].defects
    assert [a.addr_spec for a in mail["To"].addresses] == ["lee.ito@tailspin.example"]
    assert "\n" not in str(mail["Subject"])
    assert body_of(mail) == letter.full_body


@pytest.mark.parametrize(
    "address", ["lée@tailspin.example", "lee@tail..spin.example", "lee@" + "a" * 70 + ".example"]
)
def test_an_address_no_header_can_carry_is_refused_unquoted(address):
    _, letter = made("info_direct_email")
    with pytest.raises(NotAMail) as stopped:
        eml(replace(letter, address=address), User())
    assert address not in str(stopped.value)


def test_an_international_domain_travels_in_ascii():
    _, letter = made("info_direct_email", target__email="lee@müller.example")
    assert "lee@xn--mller-kva.example" in mailto(letter)


def test_what_is_no_mail_is_refused():
    facts, note = made("linkedin_note_200")
    with pytest.raises(NotAMail, match="for: linkedin note"):
        eml(note, facts.user)
    facts, letter = made("info_direct_email", target__email=None)
    with pytest.raises(NotAMail, match="no e-mail address is known"):
        mailto(letter)


@given(NASTY, NASTY)
def test_a_mailto_gives_back_what_went_in(topic, title):
    _, letter = made("followup_1", ask__topic=topic, posting__title=title)
    try:
        address = mailto(letter)
    except NotAMail as error:
        assert ".eml" in str(error)
        return
    assert len(address) <= MAILTO_LIMIT and set(address) <= set(string.printable[:94]) - set('"<>')
    parts = urlsplit(address)
    assert (parts.scheme, unquote(parts.path)) == ("mailto", "lee.ito@tailspin.example")
    fields = parse_qs(parts.query, strict_parsing=True)
    assert fields["subject"] == [letter.subject]
    assert fields["body"] == [letter.full_body.replace("\n", "\r\n")]
    assert "+" not in parts.query, "a blank is %20: a plus would stay a plus"


def test_a_long_mailto_points_to_the_eml():
    _, letter = made("followup_1", user__name="ü" * 80, ask__topic="ü" * 60)
    _, long = made("intro_request_cover")
    assert "%C3%BC" in mailto(letter)
    body = long.body + "\n" + "ü" * 300
    with pytest.raises(NotAMail, match=r"characters, and many programs cut it at 1,800"):
        mailto(replace(long, body=body))


# Mail merge


def merged(asks, preset="generic", plain=False):
    result = mail_merge(asks, preset, plain=plain)
    return result, list(csv.reader(io.StringIO(result.text, newline="")))


def test_only_approved_asks_with_an_address_become_rows():
    approved = made("intro_request_cover", ask__stage="approved", ask__id="1")
    asks = [
        approved,
        approved,
        made("info_direct_email", ask__stage="draft", ask__id="2"),
        made("info_direct_email", ask__stage="approved", ask__id="3", target__email=None),
        made("linkedin_note_200", ask__stage="approved", ask__id="4"),
        made("info_direct_email", ask__stage="approved", ask__id="5", target__email="=a@b.example"),
        made("info_direct_email", ask__stage="approved", ask__id="6"),
    ]
    result, rows = merged(asks)
    assert rows[0] == list(COLUMNS)
    assert [row[9] for row in rows[1:]] == ["1", "6"] and result.rows == 2
    assert dict(rows for rows in result.skipped) == {
        "1": "a row for this ask is there already",
        "2": "not approved",
        "3": "info_direct_email has nobody to go to: no e-mail address is known",
        "4": "linkedin_note_200 is no e-mail but for: linkedin note",
        "5": "its address begins like a formula",
    }
    first = dict(zip(COLUMNS, rows[1], strict=True))
    assert (first["Email"], first["First Name"], first["Last Name"]) == (
        *("dana@okafor.example", "Dana", "Okafor"),
    )
    assert first["Connector"] == "Dana Okafor" and first["Job URL"].startswith("https://jobs.")
    assert first["Send On"] == "2026-12-02" and first["Email Sent"] == ""
    assert first["Body"] == approved[1].full_body


@pytest.mark.parametrize("preset", PRESETS)
def test_presets_name_the_columns_their_programs_want(preset):
    _, rows = merged([made("info_direct_email", ask__stage="approved")], preset)
    head = rows[0]
    assert len(head) == len(set(head)) == len(COLUMNS)
    assert (
        head[0]
        == {"generic": "Email", "google": "Recipient", "thunderbird": "PrimaryEmail"}[preset]
    )
    if preset == "google":
        assert "Email Sent" in head
    if preset == "thunderbird":
        assert not any(" " in name for name in head)


def test_line_ends_are_for_people_or_machines():
    asks = [made("info_direct_email", ask__stage="approved")]
    assert merged(asks)[0].text.split("\r\n")[0] == ",".join(COLUMNS)
    assert "\r" not in merged(asks, plain=True)[0].text


@given(NASTY, NASTY, NASTY, NASTY)
@example("=1+1", "@x", "-2", "+3")
def test_no_value_is_a_formula_in_any_line_of_any_cell(name, topic, title, learned):
    asks = [
        made(
            "info_direct_email", ask__stage="approved", target__name=name, ask__topic=topic,
            posting__title=title, target__first_name=None, target__tone="informal",
        ),
        made("thanks_target", ask__id="13", ask__stage="approved",
             ask__learned="- " + learned.ljust(20, ".")),
    ]  # fmt: skip
    _, rows = merged(asks)
    assert len(rows) == 3 and {len(row) for row in rows} == {len(COLUMNS)}
    for row in rows[1:]:
        for cell in row:
            for line in cell.split("\n"):
                assert not line.lstrip(" \u00a0").startswith(
                    ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
                )
        subject, body = row[3], row[4]
        assert "'" not in (subject[:1], body[:1]), "an apostrophe would be read in the mail"


def test_a_formula_in_a_body_gets_a_word_and_a_bullet_a_dash():
    facts, letter = made("info_direct_email", ask__stage="approved")
    letter = replace(letter, subject="=HYPERLINK()", body="- one\n  - two\n+49 30 1\n'=x")
    _, rows = merged([(facts, letter)])
    assert rows[1][3] == "Text: =HYPERLINK()"
    assert rows[1][4] == "– one\n  – two\nText: +49 30 1\n'=x"


# Calendar


def events(data):
    calendar = Calendar.from_ical(data)
    assert [c.name for c in calendar.walk()] == ["VCALENDAR", "VEVENT"]
    return calendar.walk("VEVENT")[0]


def calendar_of(name, language="en", discreet=False, **more):
    facts, letter = made(name, language, **more)
    return entry(letter, facts, SHELF.words(language), NOW, discreet=discreet)


def test_the_call_is_a_moment_and_takes_its_minutes():
    event = events(calendar_of("call_agenda"))
    assert event.decoded("DTSTART") == datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
    assert event.decoded("DTEND") == datetime(2026, 12, 1, 9, 15, tzinfo=UTC)
    assert b"DTSTART:20261201T090000Z" in event.to_ical()
    assert event["UID"] == "ask-12-call@inroad.invalid"
    assert event["SUMMARY"] == "15 minutes with Lee Ito"
    assert event["TRANSP"] == "OPAQUE" and event["CLASS"] == "PRIVATE"
    assert event.decoded("DTSTAMP") == NOW.replace(tzinfo=UTC)
    assert "How do you decide" in event["DESCRIPTION"]


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("followup_1", "Follow up with Lee Ito"),
        ("followup_last", "Follow up with Lee Ito"),
        ("thanks_target", "Thank Lee Ito"),
        ("thanks_connector", "Thank Dana Okafor"),
    ],
)
def test_what_belongs_to_a_day_floats_and_leaves_it_free(name, title):
    event = events(calendar_of(name))
    assert event.decoded("DTSTART") == date(2026, 12, 2)
    assert event.decoded("DTEND") == date(2026, 12, 3)
    assert event["TRANSP"] == "TRANSPARENT"
    assert event["SUMMARY"] == title
    assert event["UID"] == f"ask-12-{name.replace('_', '-')}@inroad.invalid"


def test_a_thank_you_without_a_day_is_due_the_day_you_talked():
    event = events(calendar_of("thanks_target", ask__due_on=None))
    assert event.decoded("DTSTART") == date(2026, 12, 1)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["call_agenda", "followup_1", "thanks_connector"])
def test_discreet_entries_name_nobody(name, language):
    data = calendar_of(name, language, discreet=True)
    text = data.decode().replace("\r\n ", "")
    for secret in ("Ito", "Lee", "Okafor", "Dana", "Tailspin", "Alex", "aerospace", "Luftfahrt"):
        assert secret not in text
    assert "#12" in events(data)["SUMMARY"]


def test_an_entry_keeps_its_uid_when_its_time_changes():
    first, second = (
        events(calendar_of("call_agenda", ask__call_at=when))
        for when in ("2026-12-01T10:00+01:00", "2026-12-04T16:30 America/New_York")
    )
    assert first["UID"] == second["UID"]
    assert second.decoded("DTSTART") == datetime(2026, 12, 4, 21, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "more", "said"),
    [
        ("call_agenda", {"ask__call_at": None}, "ask.call_at is missing"),
        ("call_agenda", {"ask__call_at": "2026-12-01T10:00"}, "needs a time zone"),
        ("followup_1", {"ask__due_on": None}, "ask.due_on is missing"),
        ("followup_1", {"ask__id": None}, "needs ask.id"),
        ("info_direct_email", {}, "has no place in a calendar"),
    ],
)
def test_what_cannot_be_in_a_calendar_is_said(name, more, said):
    with pytest.raises(NotInACalendar, match=said):
        calendar_of(name, **more)


@given(NASTY, NASTY, NASTY)
@example("x\r\nBEGIN:VALARM", "é" * 60, 'a\\;,:"')
def test_no_value_breaks_a_calendar(name, number, question):
    question = question[:100] + "?"
    facts, letter = made(
        "call_agenda", target__name=name, ask__id=number, ask__questions=[question]
    )
    data = entry(letter, facts, SHELF.words("en"), NOW)
    assert all(len(line) <= 75 for line in data.split(b"\r\n")), "folded at 75 octets"
    assert b"\n" not in data.replace(b"\r\n", b"")
    event = events(data)
    assert event["SUMMARY"] == f"15 minutes with {letter.recipient}"
    assert event["DESCRIPTION"] == letter.text
    assert re.fullmatch(r"ask-[A-Za-z0-9-]*-call@inroad\.invalid", event["UID"])


# The page for the call


def page(language="en", **more):
    facts, agenda = made("call_agenda", language, **more)
    return brief.brief(agenda, facts, SHELF.words(language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_has_everything_for_the_call(language):
    one = page(language)
    text = lxml.html.fromstring(brief.html(one)).text_content()
    for part in ("Lee Ito", "2024", "Data Lead", "Dana Okafor", "15", "sample.json", "target.name"):
        assert part in text and part in brief.markdown(one).replace("\\", "")
    assert text.count("?") >= 4
    assert f'<html lang="{language}">' in brief.html(one)


def test_a_page_of_little_says_little():
    one = page(
        connector__name=None, ask__came_via=None, posting__title=None, target__role=None,
        ask__call_at=None, target__employer=None, target__until=None, target__link=None,
    )  # fmt: skip
    assert [row.label for row in one.rows] == ["Who", "Topic", "Why this person"]
    assert one.after[1:] == ("Write down who was named, or that nobody was.",)


@given(NASTY, NASTY, NASTY, NASTY)
@example("<script>x</script>", '" onmouseover="x', "'><style>", "javascript:x")
def test_no_value_breaks_the_page(name, role, topic, source):
    facts, agenda = made(
        "call_agenda",
        target__name=name,
        target__role=role,
        ask__topic=topic,
        posting__title=source,
    )
    one = brief.brief(agenda, facts, SHELF.words("en"))
    document = lxml.html.document_fromstring(brief.html(one))
    assert not document.xpath("//script|//img|//iframe|//link|//object|//form|//base")
    assert len(document.xpath("//style")) == 1 and len(document.xpath("//meta")) == 4
    assert not [a for e in document.iter() for a in e.attrib if a.startswith("on")]
    assert not document.xpath("//@src|//@style")
    for href in document.xpath("//@href"):
        assert href.startswith("https://")
    assert document.xpath("//h1")[0].text == f"Call with {facts.target.name.value}"
    shown = " ".join(document.text_content().split())
    for fact in (facts.target.role, facts.ask.topic, facts.posting.title):
        assert " ".join(fact.value.split()) in shown
    lines = brief.markdown(one).split("\n")
    assert sum(line.startswith("#") for line in lines) == 4, "no value is a heading"
    links = re.findall(r"(?<!\\)\]\(([^)]*)\)", "\n".join(lines))
    assert all(link.startswith("https://") for link in links)


def test_the_page_loads_nothing_and_forbids_it():
    text = brief.html(page())
    policy_ = re.search(r'Content-Security-Policy" content="([^"]+)"', text)[1]
    assert policy_.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy_ and "url(" not in text and "@import" not in text
    import base64
    import hashlib

    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert digest in policy_, "browsers compare it with what stands between the tags"
