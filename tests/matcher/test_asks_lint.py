"""The linter's parts: its notation, how it reads a message, what its lists can be made to say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.asks.errors import LanguageUnknown, MessageUnreadable, WordsError
from matcher.asks.kinds import KINDS, Limit
from matcher.asks.lint import RULES, lint
from matcher.asks.message import parse, read
from matcher.asks.phrases import pattern
from matcher.asks.wordlists import WordLists
from tests.matcher.messages import LISTS, ROOT

LABELS, FORWARD = LISTS.everywhere("subject_labels"), LISTS.everywhere("forward_marks")


def found(text, kind="information", language="en", lists=LISTS, **more):
    return lint(parse(text, LABELS, FORWARD), lists, kind, language, **more)


def rules(text, *args, **more):
    return [f.rule.name for f in found(text, *args, **more).findings]


GOOD = (
    "Hi Lee,\n\nI read your talk on flight logs. How do you decide what to keep?\n\n"
    "Would 15 minutes by phone suit you? If not, no problem."
)


# The notation of phrases


@pytest.mark.parametrize(
    ("phrase", "text", "fits"),
    [
        ("refer me", "Could you REFER me?", True),
        ("refer me", "preferme refer men", False),
        ("refer me", "refer, me", True),
        ("vacanc*|opening", "two vacancies", True),
        ("vacanc*|opening", "openings", False),
        ("put in a [good|kind] word", "put in a word", True),
        ("put in a [good|kind] word", "put in a kind word", True),
        ("put in a [good|kind] word", "put in a bad word", False),
        ("pass .. cv", "pass on my old and short cv", True),
        ("pass .. cv", "pass a b c d e f g cv", False),
        ("pass .. cv", "pass cv", True),
        ("if you can", "if you can't", False),
        ("can't", "You can’t", False),
        ("für mich", "fuer mich", True),
        ("größter Fan", "groesster fan", True),
        ("{name} suggested", "Dana van der Berg suggested", True),
        ("{name} suggested", "dana suggested", False),
        ("{name} suggested", "Someone suggested", False),
        ("{name} suggested", "小林 suggested", True),
        ("[please] help", "help", True),
        ("[please] help", "please help", True),
    ],
)
def test_the_notation(phrase, text, fits):
    assert bool(pattern(phrase, ["Someone"]).search(text)) is fits


@pytest.mark.parametrize("phrase", ["", "..", "[only]", "|", "a []"])
def test_a_phrase_of_nothing_is_refused(phrase):
    with pytest.raises(ValueError, match="has no word"):
        pattern(phrase)


def test_typographic_apostrophes_are_those_of_the_lists():
    assert "claims-not-looking" in rules(GOOD + " I’m not looking for a job.")


# What turns a phrase around


@pytest.mark.parametrize(
    "harmless",
    [
        "I'm not asking for a job for me.",
        "Please don't refer me to anybody.",
        "I would never ask you to put in a good word.",
        "You need not do anything; I ask for no referral.",
        "A referral is not what I am after.",
        "There is nothing attached, and no CV enclosed.",
    ],
)
def test_what_is_denied_is_not_asked(harmless):
    assert rules(f"{GOOD} {harmless}") == []


@pytest.mark.parametrize(
    "asking",
    [
        "I'm not sure, but could you refer me?",
        "If not, could you refer me?",
        "No problem if you can't; otherwise, refer me please!",
        "Why not hire me?",
    ],
)
def test_a_not_elsewhere_does_not_excuse(asking):
    assert "asks-for-a-job" in rules(f"{GOOD} {asking}")


# How a message is read


def test_lines_are_those_of_the_file():
    text = "Subject: Urgent\n\n\nHi Lee,\n\nYour talk was fine.\nPlease\nhire me.\n"
    at = {f.rule.name: f.line for f in found(text).findings}
    assert at["desperation"] == 3 or at["desperation"] == 1
    assert at["asks-for-a-job"] == 7
    assert found(text).findings[0].line <= found(text).findings[-1].line


def test_what_was_quoted_or_stands_in_the_signature_is_somebody_elses():
    quoted = f"{GOOD}\n\n> Hire me, I attached my CV.\n\n-- \nHire me Ltd. My CV is attached."
    assert rules(quoted) == []
    assert found(quoted).words == found(GOOD).words


def test_what_is_to_be_forwarded_is_a_message_of_its_own():
    text = (
        "Hi Dana,\n\nyou and Lee worked at Northwind. Would you ask Lee whether 15 minutes "
        "are all right? If not, no problem.\n\n--- Forward from here ---\n\nHi, hire me.\n"
    )
    linted = found(text, kind=None, language=None)
    assert linted.kinds == ("introduction", "forward")
    assert [(f.rule.name, f.line) for f in linted.findings if f.severity == "error"] == [
        ("asks-for-a-job", 7),
        ("no-question", 7),
    ]


def test_an_attachment_of_an_e_mail_is_found():
    from email.message import EmailMessage

    mail = EmailMessage()
    mail["Subject"], mail["X-Unsent"] = "Urgent", "1"
    mail.set_content(GOOD)
    mail.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="me.pdf")
    linted = lint(read(bytes(mail), LABELS, FORWARD), LISTS, "information", "en")
    assert {(f.rule.name, f.excerpt) for f in linted.findings} == {
        ("attaches-cv", "me.pdf"),
        ("desperation", "Urgent"),
    }


@pytest.mark.parametrize(
    "data", [b"", b"  \n", bytes(range(256)), b"%PDF-1.7", b"MIME-Version: 1.0\n\n", b"a" * 300_000]
)
def test_what_is_no_message_is_refused(data):
    with pytest.raises(MessageUnreadable):
        read(data, LABELS, FORWARD)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_any_usual_encoding_is_read(encoding):
    text = "Hallo Müller,\n\nich bin verzweifelt."
    (part,) = read(text.encode(encoding), LABELS, FORWARD).parts
    assert part.body == text


@given(st.binary(max_size=400))
def test_no_bytes_break_it(data):
    try:
        message = read(data, LABELS, FORWARD)
    except MessageUnreadable:
        return
    lint(message, LISTS, "information", "en")


@given(
    st.lists(
        st.one_of(
            st.text(max_size=40),
            st.sampled_from(["Hire me.", "\n\n", "> x", "--", "Subject: y", "to forward", "?"]),
        ),
        max_size=12,
    ),
    st.sampled_from(sorted(KINDS)),
    st.sampled_from(["en", "de"]),
)
def test_no_text_breaks_it_and_every_line_exists(pieces, kind, language):
    text = "\n".join(pieces)
    for finding in found(text, kind, language).findings:
        assert 1 <= finding.line <= text.count("\n") + text.count("\r") + 2
        assert len(finding.excerpt) <= 80
        assert finding.rule.name in RULES


# Limits and what a template forbids


def test_length_is_counted_in_the_unit_of_the_kind():
    assert "too-long" in rules("a " * 126 + "?", "information")
    assert "too-long" not in rules("a " * 125 + "?", "information")
    assert "too-long" in rules("🛫" * 200 + "?", "note_200")
    assert "too-long" not in rules("🛫" * 199 + "?", "note_200")
    assert "too-long" in rules(GOOD, limit=Limit(10))
    (finding,) = (f for f in found(GOOD, limit=Limit(10)).findings if f.rule.name == "too-long")
    assert "and 10 words are allowed" in finding.excerpt


def test_a_template_may_forbid_words():
    assert rules(GOOD, forbids=["flight logs"]) == ["forbidden"]
    assert rules(GOOD, forbids=["flight data"]) == []


# The user's own lists


@pytest.fixture
def own(tmp_path):
    def own(text, language="en"):
        (tmp_path / f"{language}.toml").write_text(text, encoding="utf-8")
        return WordLists(RULES, ROOT / "config" / "lint", tmp_path)

    return own


def test_a_users_file_adds_drops_and_replaces(own):
    sly = GOOD + " Slide me in."
    assert rules(sly) == []
    assert rules(sly, lists=own('[asks-for-a-job]\nadd = ["slide me in"]\n')) == ["asks-for-a-job"]
    hire = GOOD + " Please hire me."
    assert rules(hire) == ["asks-for-a-job"]
    dropped = own('[asks-for-a-job]\ndrop = ["hire|employ|recruit me"]\n')
    assert rules(hire, lists=dropped) == []
    assert rules(hire, lists=own('[asks-for-a-job]\nphrases = ["only this"]\n')) == []
    denied = GOOD + " I'd hardly say hire me."
    assert rules(denied) == ["asks-for-a-job"]
    assert rules(denied, lists=own('negators = { add = ["hardly"] }\n')) == []


def test_a_users_file_says_how_much_a_rule_counts(own):
    hire = GOOD + " Please hire me."
    assert found(hire).errors == 1
    assert found(hire, lists=own('[asks-for-a-job]\nseverity = "warning"\n')).errors == 0
    assert rules(hire, lists=own('[asks-for-a-job]\nseverity = "off"\n')) == []
    changed = found(hire, lists=own('[asks-for-a-job]\ninstead = "Ask how they work."\n'))
    assert changed.findings[0].instead == "Ask how they work."


def test_a_language_of_ones_own(own):
    lists = own(
        'stop_words = ["bonjour", "vous", "je"]\n[asks-for-a-job]\nphrases = ["embauchez moi"]\n',
        "fr",
    )
    linted = found("Bonjour, embauchez moi. Je vous prie.", "script", None, lists)
    assert (linted.language, [f.rule.name for f in linted.findings]) == ("fr", ["asks-for-a-job"])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[asks-for-a-jobb]\n", "is asks-for-a-job meant"),
        ("[negative]\nphrase = []\n", "is phrases meant"),
        ("[negative]\nphrases = 3\n", "must be a list of texts"),
        ("[negative]\nseverity = 'loud'\n", "severity is not what it must be"),
        ("negators = 3\n", "negators must be a list of texts"),
        ("negators = { plus = [] }\n", "takes add and drop only"),
        ("negative = 3\n", "must be a table"),
        ("[negative\n", "is not valid TOML"),
        ("[negative]\nadd = ['..']\n", "has no word that must be there"),
    ],
)
def test_what_is_wrong_in_a_list_is_named_with_its_place(own, text, said):
    with pytest.raises(WordsError) as stopped:
        found(GOOD, lists=own(text))
    assert said in str(stopped.value) and "en.toml" in str(stopped.value)


def test_a_language_nobody_knows_is_asked_for():
    with pytest.raises(LanguageUnknown, match="--lang"):
        found("xyzzy", language=None)
    with pytest.raises(LanguageUnknown, match="known: de, en"):
        found(GOOD, language="tlh")


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_shipped_lists_are_in_order(language):
    words = LISTS.words(language)
    assert set(RULES) <= set(words.tables), "every rule has a table"
    for rule in RULES:
        assert words.instead(rule), f"{rule} says nothing to write instead"
    for name, table in words.tables.items():
        for key in ("phrases", "unless"):
            assert len(set(table.get(key, []))) == len(table.get(key, [])), f"{name} {key}"
    assert words.phrases and words.unless
