"""Facts about employers: what the files say, and that they do not contradict themselves."""

import json
from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest

from bench.make_facts import FILE, facts
from matcher.employers.errors import KnowledgeError
from matcher.employers.knowledge import Kind, Knowledge
from matcher.employers.load import FACTS, load_knowledge
from matcher.employers.normalise import key

SHIPPED_FOLDER = Path(__file__).resolve().parents[2] / "config" / "employers"
SHIPPED = load_knowledge(SHIPPED_FOLDER)


def test_shipped_facts_are_many_and_each_says_something():
    assert len(SHIPPED.facts) >= 200
    assert {fact.kind for fact in SHIPPED.facts} == set(Kind)
    pairs = Counter(frozenset((key(fact.employer), key(fact.name))) for fact in SHIPPED.facts)
    assert [pair for pair, n in pairs.items() if n > 1 or len(pair) < 2] == []


def test_shipped_facts_are_read_as_the_files_have_them():
    made = json.loads(FILE.read_text(encoding="utf-8"))
    assert made == facts(), "config/employers or normalise has changed: python -m bench.make_facts"
    slowly = [
        Knowledge.from_toml((SHIPPED_FOLDER / name).read_text(encoding="utf-8"), told_by=name)
        for name in FACTS
    ]
    assert SHIPPED.facts == tuple(fact for known in slowly for fact in known.facts)
    assert SHIPPED.distinct == tuple(names for known in slowly for names in known.distinct)


def test_a_changed_file_is_read_anew(tmp_path):
    text = (SHIPPED_FOLDER / "tickers.toml").read_text(encoding="utf-8")
    entry = '{ employer = "Contoso", name = "Contosa", kind = "rename" },'
    more = text.replace("alias = [", f"alias = [\n{entry}")
    (tmp_path / "tickers.toml").write_text(more, encoding="utf-8")
    assert load_knowledge(tmp_path).identity("contoso", "contosa")


def test_shipped_facts_do_not_contradict_one_another():
    merged = [
        (one, other)
        for names in SHIPPED.distinct
        for one, other in combinations(names, 2)
        if SHIPPED.group(key(one)) == SHIPPED.group(key(other)) and not SHIPPED.sharing(key(one))
    ]
    owned_by_itself = [
        fact
        for fact in SHIPPED.facts
        if not fact.kind.is_identity
        and SHIPPED.group(key(fact.employer)) == SHIPPED.group(key(fact.name))
    ]
    assert (merged, owned_by_itself) == ([], [])


def test_no_group_of_shipped_names_grows_by_accident():
    """Two unlike employers would be one if a name stood in facts of both."""
    sizes = Counter(
        SHIPPED.group(k)
        for k in {key(n) for f in SHIPPED.facts if f.kind.is_identity for n in (f.employer, f.name)}
    )
    assert max(sizes.values()) <= 7


def test_one_employer_by_several_facts():
    relation = SHIPPED.identity(key("WellPoint"), key("Elevance Health"))
    assert str(relation) == (
        "WellPoint renamed Anthem, Inc. in 2014-12; "
        "Anthem, Inc. renamed Elevance Health in 2022-06 (aliases.toml)"
    )
    assert SHIPPED.identity("stripe", "stripe") is None
    assert SHIPPED.identity("stripe", "meta") is None


def test_owners_of_owners():
    owners = SHIPPED.owners_of_group(SHIPPED.group(key("Bethesda Softworks")))
    assert SHIPPED.group(key("Microsoft")) in owners


def test_owners_in_a_circle_end():
    circle = Knowledge.from_toml(
        'alias = [{ employer = "A1", name = "B1", kind = "brand" },'
        ' { employer = "B1", name = "A1", kind = "brand" }]'
    )
    assert set(circle.owners_of_group("a1")) == {"b1"}


def test_distinct_names_stay_distinct_under_their_other_names():
    assert SHIPPED.are_distinct(key("General Electric"), key("GE HealthCare"))


def test_alias_tables_may_be_written_out():
    text = '[[alias]]\nemployer = "Quillfeather"\nname = "Tamberlane"\nkind = "rename"\n'
    assert Knowledge.from_toml(text).identity("tamberlane", "quillfeather")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("alias = [", "not TOML"),
        ("alias = 3", "alias must be a list"),
        ("alias = [3]", "alias 1: write {"),
        ('alias = [{ employer = "A", name = "B", kind = "friend" }]', "kind 'friend' is not one"),
        ('alias = [{ employer = "A", name = "B" }]', "kind '' is not one"),
        ('alias = [{ employer = "A", kind = "brand" }]', "name is missing"),
        ('alias = [{ employer = "!!", name = "B", kind = "brand" }]', "employer is missing"),
        ('alias = [{ employer = 1, name = "B", kind = "brand" }]', "employer must be text"),
        (
            'alias = [{ employer = "A", name = "B", kind = "brand", since = "last year" }]',
            "since 'last year'",
        ),
        (
            'alias = [{ employer = "A", name = "B", kind = "brand", until = "2020" }]',
            "'until' is not one of",
        ),
        ('distinct = ["A", "B"]', "distinct 1: must be a list"),
        ('distinct = [["A"]]', "distinct 1: must be a list of two or more"),
    ],
)
def test_a_bad_file_is_refused_in_one_line(text, words):
    with pytest.raises(KnowledgeError) as error:
        Knowledge.from_toml(text, origins=("mine.toml", "x.toml"))
    assert str(error.value).startswith("mine.toml: ")
    assert words in str(error.value)
    assert "\n" not in str(error.value)


def test_the_users_folder_adds_to_the_shipped_one(tmp_path):
    (tmp_path / "aliases.toml").write_text(
        'alias = [{ employer = "Quillfeather", name = "Tamberlané", kind = "rename" }]',
        encoding="utf-8-sig",
    )
    (tmp_path / "non_employers.toml").write_text('[names]\nmine = ["On a boat"]', encoding="utf-8")
    both = load_knowledge(SHIPPED_FOLDER, tmp_path, tmp_path / "missing")
    assert both.identity("tamberlane", "quillfeather")
    assert both.identity("facebook", "meta")
    assert both.non_employers.is_non_employer("On a boat")
    assert both.non_employers.is_non_employer("Freelance")


def test_a_file_that_is_not_text_is_named(tmp_path):
    (tmp_path / "aliases.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(KnowledgeError, match=r"aliases\.toml: cannot be read as UTF-8"):
        load_knowledge(tmp_path)
