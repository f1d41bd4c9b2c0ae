"""Templates to drafts: all of them, in both languages, and what values may not do to them."""

import re
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from matcher.asks.drafts import all_used, draft, suggestions
from matcher.asks.errors import BadFact, MissingFacts, TemplateError, TooLong
from matcher.asks.facts import FIELDS, Fact, Origin, facts_of
from matcher.asks.kinds import KINDS
from matcher.asks.lint import lint
from matcher.asks.message import parse
from matcher.asks.templates import Shelf
from tests.matcher.asks_samples import LANGUAGES, NAMES, ROOT, SHELF, bare, full, values
from tests.matcher.messages import LISTS

EIGHTEEN = {
    *("info_direct_email", "info_direct_linkedin_message", "linkedin_note_200"),
    *("linkedin_note_300", "intro_request_cover", "forwardable_blurb", "connector_phone_script"),
    *("to_target_after_heads_up", "reconnect_no_ask", "former_employee_info", "followup_1"),
    *("followup_last", "thanks_target", "thanks_connector", "thanks_for_no", "give_first"),
    *("landed_update", "call_agenda"),
}
EVERY = [(language, name) for language in LANGUAGES for name in NAMES]


def findings(made):
    marks = LISTS.everywhere("subject_labels"), LISTS.everywhere("forward_marks")
    found = lint(
        parse(made.text, *marks),
        LISTS,
        made.kind,
        made.language,
        limit=made.limit,
        forbids=made.forbids,
    )
    return [(f.rule.name, f.excerpt) for f in found.findings]


def test_the_eighteen_are_there_in_both_languages():
    assert SHELF.languages() == ["de", "en"]
    for language in LANGUAGES:
        assert set(SHELF.names(language)) == EIGHTEEN


@pytest.mark.parametrize(("language", "name"), EVERY)
@pytest.mark.parametrize("tone", ["informal", "formal", None])
@pytest.mark.parametrize("facts", [full, bare])
def test_no_shipped_template_trips_the_linter(language, name, tone, facts):
    known = facts(language, name)
    if tone:
        known = replace(known, user=replace(known.user, tone=Fact(tone)))
    made = draft(SHELF, name, language, known)
    assert findings(made) == []
    assert made.language == language
    assert "{{" not in made.text and "%%" not in made.text and "None" not in made.text
    assert "  " not in made.text and not re.search(r"[ \t]$|\n{3}", made.text, re.MULTILINE)


@pytest.mark.parametrize(("language", "name"), EVERY)
def test_a_draft_stays_within_what_its_kind_allows(language, name):
    template = SHELF.get(name, language)
    limit = KINDS[template.kind].limit
    assert template.limit.unit == limit.unit and template.limit.most <= limit.most


@pytest.mark.parametrize(("language", "name"), EVERY)
def test_each_required_fact_stops_the_draft_when_it_is_missing(language, name):
    known = values(language, name)
    for one in SHELF.get(name, language).requires:
        paths = [path.partition("=")[0] for path in one]
        lacking = {path: fact for path, fact in known.items() if path not in paths}
        if "ask.came_via" in paths or "target.name" in paths:
            lacking.pop("target.first_name", None)
        with pytest.raises(MissingFacts) as stopped:
            draft(SHELF, name, language, facts_of(lacking))
        assert set(paths) <= set(stopped.value.fields)
        assert name in str(stopped.value)
        assert all(FIELDS[path].about in str(stopped.value) for path in paths)


def test_all_that_is_missing_is_named_at_once():
    with pytest.raises(MissingFacts) as stopped:
        draft(SHELF, "info_direct_email", "en", facts_of({}))
    assert stopped.value.fields == (
        *("ask.topic", "ask.reason_line", "ask.purpose_line", "user.name", "target.name"),
    )


def test_every_fact_is_kept_with_where_it_comes_from():
    known = values("en", "intro_request_cover")
    known["target.role"] = Fact("Head of Data", Origin("Connections.csv", date(2026, 11, 1)))
    made = draft(SHELF, "intro_request_cover", "en", facts_of(known))
    used = {one.path: one for one in all_used(made)}
    assert str(used["target.role"].origin) == "Connections.csv, 2026-11-01"
    assert str(used["user.headline"].origin) == "sample.json", "the enclosed part counts, too"
    assert str(used["ask.minutes"].origin) == "Inroad's default"
    assert "connector.email" not in used and "ask.gift" not in used
    for path, one in used.items():
        if path not in ("ask.kind", "connector.relation", "ask.may_use_name", "connector.until"):
            assert one.value in made.text


def test_the_connector_is_named_only_with_permission():
    said = draft(SHELF, "to_target_after_heads_up", "en", full("en", "to_target_after_heads_up"))
    assert said.subject == "Dana Okafor suggested I write to you"
    assert "Dana Okafor suggested I write to you and told you about me on November 24." in said.body
    for answer in ("no", "unknown", None):
        facts = full("en", "to_target_after_heads_up", ask__may_use_name=answer)
        made = draft(SHELF, "to_target_after_heads_up", "en", facts)
        assert "Okafor" not in made.text
        assert "A former colleague of yours suggested" in made.body
    facts = full("en", "to_target_after_heads_up", ask__may_use_name="no", connector__relation=None)
    assert "Someone we both know" in draft(SHELF, "to_target_after_heads_up", "en", facts).body


def test_the_target_may_be_described_instead_of_named():
    facts = full(
        "en",
        "intro_request_cover",
        target__name=None,
        target__first_name=None,
        target__role="whoever looks after flight data",
    )
    made = draft(SHELF, "intro_request_cover", "en", facts)
    assert "asking whoever looks after flight data whether 15 minutes" in made.body
    assert findings(made) == []


def test_an_introduction_carries_what_is_to_be_forwarded():
    made = draft(SHELF, "intro_request_cover", "en", full("en", "intro_request_cover"))
    cover, below = made.text.split("— forward from here —")
    assert made.enclosed and below.strip() == made.enclosed.text
    assert made.words == sum(any(c.isalnum() for c in w) for w in made.body.split())
    assert "How do you decide" not in cover and "I read your team's talk" in below


def test_who_is_asked_depends_on_the_kind_of_ask():
    for name in ("followup_1", "followup_last", "give_first", "thanks_for_no", "landed_update"):
        for kind, expected in (("introduction", "connector"), ("second_step", "target")):
            made = draft(SHELF, name, "en", full("en", name, ask__kind=kind))
            assert made.to == expected, name
            assert made.address == ("dana" if expected == "connector" else "lee.ito") + (
                "@okafor.example" if expected == "connector" else "@tailspin.example"
            )


def test_tone_is_the_persons_before_the_users_before_what_is_usual():
    def greeting(name, **more):
        return draft(SHELF, name, "en", full("en", name, **more)).body.splitlines()[0]

    assert greeting("info_direct_email") == "Dear Lee Ito,"
    assert greeting("thanks_connector") == "Hi Dana,"
    assert greeting("info_direct_email", user__tone="informal") == "Hi Lee,"
    assert greeting("info_direct_email", user__tone="informal", target__tone="formal") == (
        "Dear Lee Ito,"
    )
    assert greeting("info_direct_email", target__tone="informal", target__first_name=None) == (
        "Hi Lee Ito,"
    ), "a first name is never guessed"


def test_times_are_written_in_the_language():
    en = draft(SHELF, "info_direct_email", "en", full("en", "info_direct_email"))
    assert "Tuesday, December 1 at 10:00 AM or Thursday, December 3 at 2:30 PM" in en.body
    slots = (datetime.fromisoformat("2026-12-01T10:00"),)
    facts = full("de", "info_direct_email", ask__slots=slots)
    assert "zum Beispiel Dienstag, 1. Dezember um 10:00 Uhr?" in (
        draft(SHELF, "info_direct_email", "de", facts).body
    )
    zoned = full("en", "info_direct_email", ask__slots="2026-12-01T10:00 Europe/Berlin")
    assert "at 10:00 AM (Central European Time)" in (
        draft(SHELF, "info_direct_email", "en", zoned).body
    )


def test_german_addresses_both_ways_and_names_no_gender():
    for name in NAMES:
        for tone in ("informal", "formal"):
            text = draft(SHELF, name, "de", full("de", name, user__tone=tone)).text
            assert not re.search(r"\b(?:Herr|Frau|Kollege|Kollegin|er|sie)\b(?! von)", text), name
            other = r"\b(?:Ihnen|Ihre|Ihrem)\b" if tone == "informal" else r"\b(?:du|dir|dich)\b"
            own = text.replace("Ihren Vortrag", "")
            assert not re.search(other, own), f"{name}: {tone}\n{text}"


def note(**more):
    return draft(SHELF, "linkedin_note_200", "en", full("en", "linkedin_note_200", **more))


@pytest.mark.parametrize("letter", ["e", "é", "e\u0301", "🛫", "語"])
def test_notes_are_counted_in_code_points(letter):
    """Whatever a letter needs in UTF-8 or UTF-16; one with a combining mark is read as one."""
    assert note(ask__topic="x" + letter * 3).code_points == note(ask__topic="x").code_points + 3


def test_a_note_stops_at_its_limit():
    room = 200 - note(user__name="A").code_points
    assert note(user__name="A" + "🛫" * room).code_points == 200
    with pytest.raises(TooLong) as stopped:
        note(user__name="Alexandra" + "🛫" * (room - 7))
    assert "201 code points, and 200 code points are allowed" in str(stopped.value)
    assert "user.name" in str(stopped.value) and "Alexandra" not in str(stopped.value)


def test_words_stop_an_e_mail():
    wordy = full("en", "followup_1", user__name=" ".join("abcdefghijklmnopqrstuvwxyz" + "abcdef"))
    with pytest.raises(TooLong, match="followup_1 has 7. words, and 60 words are allowed"):
        draft(SHELF, "followup_1", "en", wordy)


@pytest.mark.parametrize("language", LANGUAGES)
def test_reasons_are_suggested_only_from_known_facts(language):
    facts = full(language, "intro_request_cover")
    found = suggestions(SHELF, language, facts)
    assert len(found) >= 3 and all(40 <= len(one) <= 200 for one in found)
    assert all("Northwind" in one or "Tailspin" in one for one in found)
    assert suggestions(SHELF, language, facts_of({"user.name": Fact("Alex")})) == []


# Hostile values

NASTY = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        [
            "{{ 7 * 7 }}",
            "{% for x in range(9) %}x{% endfor %}",
            "%% set x = 1",
            "{# gone #}",
            "a\r\nBcc: victim@x.example",
            "\u202egnp.exe",
            "\x1b[2J\x07",
            "Subject: new",
            "— forward from here —",
            "{{ user.name.__class__.__mro__ }}",
        ]
    ),
)


@given(NASTY, NASTY, NASTY)
@example("{{ 7 * 7 }}", "%% endif", "a\r\nSubject: b")
def test_no_value_becomes_template_line_or_control(name, topic, employer):
    try:
        facts = full(
            "en", "info_direct_email", target__name=name, ask__topic=topic, posting__title=employer
        )
        made = draft(SHELF, "info_direct_email", "en", facts)
    except (BadFact, TooLong):
        assume(False)
    plain = draft(
        SHELF,
        "info_direct_email",
        "en",
        full("en", "info_direct_email", target__name="N", ask__topic="T", posting__title="P"),
    )
    assert made.body.count("\n") == plain.body.count("\n")
    assert "\n" not in (made.subject or "")
    for path in ("target.name", "ask.topic", "posting.title"):
        value = facts.get(path).value
        assert value in made.text, "merged as it is, once cleaned"
    assert not re.search(
        "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]", made.text
    )


@given(
    st.dictionaries(
        st.sampled_from(sorted(FIELDS)),
        st.one_of(st.text(), st.integers(), st.lists(st.text()), st.none()),
    )
)
def test_reading_a_fact_twice_changes_nothing(given_values):
    for path, value in given_values.items():
        shape = FIELDS[path].shape
        try:
            once = shape.read(value)
        except ValueError as error:
            assert str(value)[:20] not in str(error) or len(str(value)) < 4
            continue
        assert shape.read(once) == once


# The user's own templates


@pytest.fixture
def own(tmp_path):
    """Writes a template of the user's, and gives the shelf that has it."""

    def own(text, name="mine", language="en"):
        file = tmp_path / "templates" / language / f"{name}.j2"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return Shelf(ROOT / "config" / "templates", tmp_path / "templates")

    return own


HEAD = """{#
purpose = "Mine."
channel = "email"
kind = "give"
to = "target"
language = "en"
max_words = 50
requires = []
#}
"""


def test_a_users_template_wins_over_the_shipped_one(own):
    shelf = own(HEAD + "Subject: S {{ ask.topic }}\n\nHello {{ to.name }}\n", "followup_1")
    made = draft(shelf, "followup_1", "en", full("en", "followup_1"))
    assert (made.subject, made.body) == ("S data work in aerospace", "Hello Lee Ito")
    assert shelf.get("followup_1", "en").is_own
    assert not shelf.get("followup_1", "de").is_own


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("{{ 1 +* 2 }}", "line 10: "),
        ("a\n\n%% if x\nb\n", "line 13: Unexpected end of template"),
        ("{{ nonsense }}", "'nonsense' is undefined"),
        ("{{ user.nmae }}", "has no attribute 'nmae'"),
        ("{{ user.name.__class__ }}", "unsafe"),
        ("{{ user._page }}", "unsafe"),
        ("{{ say.__globals__ }}", "unsafe"),
        ("{{ ''.__class__.__mro__[1].__subclasses__() }}", "unsafe"),
        ("{% include 'followup_1' %}", "takes in another template; only encloses can"),
        ("{{ ask.topic | day }}", "does with a fact what cannot be done with it (TypeError)"),
        ("{{ range(3) }}", "'range' is undefined"),
        ("{{ 1 // 0 }}", "ZeroDivisionError"),
        ("{{ '%c' % 99999999999 }}", "OverflowError"),
    ],
)
def test_what_is_wrong_in_a_template_is_named_with_its_place(own, body, said):
    with pytest.raises(TemplateError) as stopped:
        draft(own(HEAD + body), "mine", "en", full("en", "followup_1"))
    assert said in str(stopped.value)
    assert "mine.j2" in str(stopped.value)
    assert "Alex" not in str(stopped.value) and "aerospace" not in str(stopped.value)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('kind = "give"', 'kind = "gift"'), "kind must be one of information,"),
        (('to = "target"', 'to = "boss"'), "to must be one of target, connector, asked"),
        (('language = "en"', 'language = "de"'), "language must be one of en"),
        (("max_words = 50", ""), "either max_words or max_code_points"),
        (("max_words = 50", "max_words = 50\nmax_code_points = 9"), "either max_words or"),
        (("max_words = 50", "max_words = true"), "either max_words or max_code_points"),
        (("requires = []", 'requires = ["ask.topik"]'), 'names "ask.topik"'),
        (("requires = []", "requires = 3"), "requires must be a list"),
        (("requires = []", ""), "lacks requires"),
        (('purpose = "Mine."', "purpose = 3"), "purpose must be text"),
        (('purpose = "Mine."', 'purpose = "Mine."\nforbid = []'), "unknown forbid; is forbids"),
        (('purpose = "Mine."', "purpose ="), "is not valid TOML"),
        (("{#", "{"), "does not begin with a header"),
    ],
)
def test_what_is_wrong_in_a_header_is_named(own, change, said):
    text = (HEAD + "Hello\n").replace(*change, 1)
    with pytest.raises(TemplateError) as stopped:
        draft(own(text), "mine", "en", full("en", "followup_1"))
    assert said in str(stopped.value) and "mine.j2" in str(stopped.value)


def test_a_template_may_not_enclose_itself(own):
    shelf = own(HEAD.replace("requires = []", 'requires = []\nencloses = "mine"') + "x\n")
    with pytest.raises(TemplateError, match="encloses itself"):
        draft(shelf, "mine", "en", full("en", "followup_1"))


def test_an_unknown_template_is_named_with_the_nearest(own):
    with pytest.raises(TemplateError, match="Did you mean followup_1"):
        draft(SHELF, "folowup_1", "en", full("en", "followup_1"))
    with pytest.raises(TemplateError, match="languages: de, en"):
        draft(SHELF, "followup_1", "xx", full("en", "followup_1"))
    with pytest.raises(TemplateError, match="There is no template"):
        draft(SHELF, "../en/followup_1", "en", full("en", "followup_1"))


def test_a_language_of_ones_own(own, tmp_path):
    shelf = own(
        HEAD.replace('"en"', '"fr"') + "Bonjour {{ to.name }}, {{ ask.slots | either }}\n",
        language="fr",
    )
    with pytest.raises(Exception, match=r"no words.toml for \"fr\""):
        draft(shelf, "mine", "fr", full("en", "followup_1"))
    words = (ROOT / "config/templates/en/words.toml").read_text(encoding="utf-8")
    (tmp_path / "templates/fr/words.toml").write_text(
        words.replace("{day} at {time}", "{day} à {time}"), encoding="utf-8"
    )
    shelf = Shelf(ROOT / "config" / "templates", tmp_path / "templates")
    made = draft(shelf, "mine", "fr", full("en", "followup_1"))
    assert made.body == "Bonjour Lee Ito, mardi 1 décembre à 10:00 ou jeudi 3 décembre à 14:30"


def test_a_byte_that_is_not_utf_8_is_named(own, tmp_path):
    shelf = own("x")
    (Path(tmp_path) / "templates/en/mine.j2").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(TemplateError, match="cannot be read as UTF-8"):
        shelf.get("mine", "en")
