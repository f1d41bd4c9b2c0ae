"""What is left of a name when everything that does not name the employer is gone."""

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from matcher.employers.normalise import key, normalise


@pytest.mark.parametrize(
    ("name", "tokens"),
    [
        ("Stripe, Inc.", "stripe"),
        ("Contoso Health GmbH", "contoso health"),
        ("Merck & Co., Inc.", "merck"),
        ("GmbH", "gmbh"),
        ("The Home Depot", "home depot"),
        ("AT&T", "at and t"),
        ("J. P. Morgan", "jp morgan"),
        ("Compañía Quetzal S. de R.L. de C.V.", "compania quetzal"),
        ("University of California, Berkeley", "university of california berkeley"),
        ("Brambleworks, Austin, TX", "brambleworks"),
        ("Brambleworks, Texas Instruments", "brambleworks texas instruments"),
        ("Google – contract", "google"),
        ("Ex Libris", "ex libris"),
        ("Character.AI", "character ai"),
        ("Booking.com", "booking"),
        ("Amazon.com Services LLC", "amazon services"),
        ("Ｆｕｌｌ　Ｗｉｄｔｈ", "full width"),
        ("株式会社ガギグ", "ガギグ"),
        ("Bram\u200bble\u00adworks", "brambleworks"),
        ("\x1b[31mBrambleworks\x1b[0m", "brambleworks"),
        ("Bramble\x00works", "bramble works"),
        ("=Brambleworks", "brambleworks"),
        ("<script>Brambleworks</script>", "brambleworks"),
        ("!!!", ""),
        ("🚀", ""),
        ("", ""),
        ("(株)", "株"),
        ("(via Adecco)", "via adecco"),
    ],
)
def test_tokens(name, tokens):
    found = normalise(name)
    assert found.tokens == tuple(tokens.split())
    assert found.key == tokens.replace(" ", "")


@pytest.mark.parametrize(
    ("name", "kind", "other"),
    [
        ("Elevate (formerly Bloom)", "name", "bloom"),
        ("Twitter (now X)", "name", "x"),
        ("Fitbit (acquired by Google)", "owner", "google"),
        ("Quillfeather, part of Brambleworks", "owner", "brambleworks"),
        ("Quillfeather (a Brambleworks company)", "owner", "brambleworks"),
        ("Quillfeather d/b/a Tamberlane", "name", "tamberlane"),
        ("Müller", "spelling", "mueller"),
        ("Яндекс", "script", "yandex"),
        ("https://quillfeather.ai", "site", "quillfeatherai"),
        ("quillfeatherjobs", "site", "quillfeather"),
        ("Team Quillfeather", "role", "quillfeather"),
    ],
)
def test_other_names_that_a_name_gives(name, kind, other):
    assert (kind, other) in {(a.kind, a.key) for a in normalise(name).alternatives}


@pytest.mark.parametrize(
    "note",
    [
        "via Adecco",
        "YC W21",
        "contract",
        "NASDAQ: QUIL",
        "London",
        "remote",
        "acquired",
        "we're hiring",
    ],
)
def test_remarks_in_brackets_give_no_other_name(note):
    found = normalise(f"Quillfeather ({note})")
    assert (found.key, found.alternatives, found.notes) == ("quillfeather", (), (note,))


def test_legal_forms_are_kept_apart_and_named_for_people():
    assert [form.name for form in normalise("Quillfeather GmbH & Co. KG").legal] == [
        "GmbH & Co. KG"
    ]
    assert [form.name for form in normalise("OOO Quillfeather").legal] == ["OOO"]
    assert normalise("Quillfeather").legal == ()


def test_only_so_much_of_a_name_is_looked_at():
    assert len(key("x" * 10_000_000)) == 256


text = st.one_of(
    st.text(max_size=300),
    st.text(alphabet="abcXYZ .,&()[]-–|/@'Üßé株社Яя(\u0301\u200b\x1b<>", max_size=80),
    st.lists(
        st.sampled_from(
            "Acme The GmbH Inc. & Co. KG (via Adecco) ex- formerly , London - a company of AG S.A. "
            "de C.V. .com LLC and St. Univ. Ltd OOO team at".split()
        ),
        max_size=9,
    ).map(" ".join),
)


@given(text)
@example("\ud800")
@example("&#" * 150)
@example("(" * 300)
@example("a(" * 150)
@example(" - " * 100)
@settings(max_examples=500, deadline=None)
def test_key_of_a_normalised_name_is_itself(name):
    found = normalise(name)
    again = normalise(" ".join(found.tokens))
    assert again.key == found.key
    assert again.tokens == found.tokens


@given(text)
@settings(max_examples=300, deadline=None)
def test_key_holds_only_letters_and_digits(name):
    found = key(name)
    assert found == "" or found.isprintable()
    assert not any(unicodedata.category(c)[0] in "CZ" for c in found)


@given(text)
@settings(max_examples=300, deadline=None)
def test_case_and_outer_space_do_not_matter_to_plain_words(name):
    plain = " ".join(normalise(name).tokens)
    assert key(f"  {plain.upper()} ") == key(plain.upper())


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("jobs.lever.co/tailspin", "Tailspin"),
        ("https://boards.greenhouse.io/tallgrass-analytics", "Tallgrass Analytics"),
        ("https://jobs.ashbyhq.com/Moorcroft%20Fleet/8d0d7c0a", "Moorcroft Fleet"),
    ],
)
def test_on_a_job_boards_site_the_employer_is_the_folder(address, name):
    assert key(address) == key(name)
