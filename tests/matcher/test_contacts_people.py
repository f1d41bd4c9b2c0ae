"""Who is one person across files: joined, kept apart, asked about; decided and taken back."""

import random
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.contacts import deriving
from matcher.contacts.cards import Cards
from matcher.contacts.facts import Facts
from matcher.contacts.identity import profile_url, row_key, slug_of
from matcher.contacts.reading import Reading
from store.decisions import Identity
from store.derivation import Ground
from store.rows import ConnectionRow, Imported, Job, Kind

DAY = date(2026, 5, 1)
NOW = datetime(2026, 11, 23, 3)
TODAY = date(2026, 11, 23)


def book(*people, kind=Kind.VCARD, on=DAY, tag="book"):
    """An address book of (name, {slug, mails, employer, uid, line})."""
    reading = Reading(kind)
    cards = Cards(reading, TODAY)
    for line, (name, about) in enumerate(people, 1):
        cards.add(
            line,
            name,
            urls=[f"linkedin.com/in/{about['slug']}"] if "slug" in about else [],
            emails=about.get("mails", ()),
            jobs=[Job(about["employer"])] if about.get("employer") else [],
            uid=about.get("uid"),
        )
    return Imported(f"{tag}{on}{kind}", kind, tag, on, "", None, 1, 1, reading.rows)


def export(*people, on=DAY, tag="export"):
    rows = []
    for line, (name, about) in enumerate(people, 2):
        first, _, last = name.partition(" ")
        slug, mail = about.get("slug"), about.get("mail")
        url = profile_url("", slug_of(f"linkedin.com/in/{slug}")) if slug else None
        met = about.get("on", date(2019, 3, 14))
        key = row_key(slug, mail, first, last, met)
        rows.append(
            ConnectionRow(line, key, first, last, url, mail, about.get("employer"), None, met)
        )
    return Imported(f"{tag}{on}", Kind.CONNECTIONS, tag, on, "", None, 1, 1, rows)


def derive(*files, said=(), facts=Facts()):  # noqa: B008
    return deriving.derive(Ground(files, said), facts)


def names(derived):
    return sorted(person.name for person in derived.people)


def doubts(derived):
    return [
        (derived.people[d.contact_id].name, derived.people[d.other_id].name, d.reason)
        for d in derived.doubts
    ]


ILSE = ("Ilse Vandermolen", {"slug": "ilse-v", "employer": "Oldquay Ltd"})


class TestJoined:
    def test_by_profile_address_whatever_the_name(self):
        derived = derive(export(ILSE), book(("I. V.", {"slug": "ILSE-V"})))
        assert names(derived) == ["Ilse Vandermolen"]

    @pytest.mark.parametrize("name", ["Ilse Vandermolen", "Ilse", "I. Vandermolen", ""])
    def test_by_e_mail_address_with_a_name_that_agrees(self, name):
        listed = ("Ilse Vandermolen", {"slug": "ilse-v", "mail": "ilse@home.example"})
        derived = derive(export(listed), book((name, {"mails": ["ilse@home.example"]})))
        assert names(derived) == ["Ilse Vandermolen"] and not derived.doubts

    @pytest.mark.parametrize("employer", ["Oldquay Ltd", "OLDQUAY", "Oldquay GmbH"])
    def test_by_name_with_an_employer_that_agrees(self, employer):
        derived = derive(export(ILSE), book(("ilse vandermolen", {"employer": employer})))
        assert names(derived) == ["Ilse Vandermolen"] and not derived.doubts

    def test_by_name_and_the_employer_their_address_speaks_of(self):
        derived = derive(export(ILSE), book((ILSE[0], {"mails": ["ilse@oldquay.example"]})))
        assert len(derived.people) == 1

    def test_by_what_the_book_calls_its_card_from_export_to_export(self):
        older = book(("Ilse Vandermolen", {"uid": "c1", "employer": "Oldquay"}))
        newer = book(
            ("Ilse Vandermolen", {"uid": "c1", "employer": "Bramblewick"}),
            on=date(2026, 6, 1),
        )
        (jobs,) = derive(older, newer).employments
        assert [(job.employer, job.is_current) for job in jobs] == [
            ("Oldquay", False),
            ("Bramblewick", True),
        ]

    def test_two_cards_of_one_book_at_one_employer_with_other_addresses_stay_two(self):
        derived = derive(
            book(
                ("Ann Bell", {"mails": ["ann@oldquay.example"], "employer": "Oldquay"}),
                ("Ann Bell", {"mails": ["ann.bell2@oldquay.example"], "employer": "Oldquay"}),
            )
        )
        assert len(derived.people) == 2


class TestAskedAbout:
    def test_one_name_and_other_employers(self):
        derived = derive(export(ILSE), book((ILSE[0], {"employer": "Bramblewick"})))
        assert doubts(derived) == [(ILSE[0], ILSE[0], "one name, no employer in common")]

    def test_one_name_and_no_employer(self):
        derived = derive(export(ILSE), book((ILSE[0], {"mails": ["x@gmail.com"]})))
        assert [reason for *_, reason in doubts(derived)] == ["one name, and no employer to tell"]

    def test_one_address_and_two_names(self):
        listed = ("Ilse Vandermolen", {"slug": "ilse-v", "mail": "family@home.example"})
        derived = derive(export(listed), book(("Kofi Mensah", {"mails": ["family@home.example"]})))
        assert [reason for *_, reason in doubts(derived)] == ["one e-mail address, two names"]

    def test_two_namesakes_of_whom_either_may_be_meant(self):
        """Both work where the card says, so that nothing tells which of them it is."""
        other = ("Ilse Vandermolen", {"slug": "ilse-2", "employer": "Oldquay"})
        derived = derive(export(ILSE, other), book((ILSE[0], {"employer": "Oldquay"})))
        assert len(derived.people) == 3 and len(derived.doubts) == 2

    def test_a_first_name_alone_is_nobody_in_particular(self):
        derived = derive(export(ILSE), book(("Ilse", {"employer": "Oldquay"})))
        assert len(derived.people) == 2 and not derived.doubts

    def test_an_offices_address_joins_nobody(self):
        people = [(f"Ann{n} Bell{n}", {"mails": ["desk@oldquay.example"]}) for n in range(6)]
        derived = derive(book(*people))
        assert len(derived.people) == 6 and not derived.doubts


def key(derived, at):
    return derived.people[at].keys[0]


class TestDecided:
    files = (export(ILSE), book((ILSE[0], {"employer": "Bramblewick"})))

    def said(self, same, days=0):
        before = derive(*self.files)
        return Identity(key(before, 0), key(before, 1), same, NOW + timedelta(days=days))

    def test_same_joins_and_both_workplaces_are_kept(self):
        derived = derive(*self.files, said=[self.said(True)])
        (jobs,) = derived.employments
        assert {job.employer for job in jobs} == {"Oldquay Ltd", "Bramblewick"}
        assert not derived.doubts

    def test_different_is_not_asked_again(self):
        derived = derive(*self.files, said=[self.said(False)])
        assert len(derived.people) == 2 and not derived.doubts

    def test_the_last_word_counts_whatever_the_order_of_the_keys(self):
        no = self.said(False, days=1)
        turned = Identity(no.other_key, no.one_key, False, no.decided_at)
        assert len(derive(*self.files, said=[self.said(True), turned]).people) == 2

    def test_told_apart_wins_over_every_rule(self):
        listed = ("Ilse Vandermolen", {"slug": "ilse-v", "mail": "i@home.example"})
        files = (
            export(listed),
            book(("Ilse Vandermolen", {"slug": "ilse-v", "mails": ["i@home.example"]})),
        )
        (person,) = derive(*files).people
        apart = derive(*files, said=[Identity(*person.keys, False, NOW)])
        assert len(apart.people) == 2 and not apart.doubts


NAMES = st.sampled_from(["Ann Bell", "A. Bell", "Ann", "Cy Dorn", "Bell, Ann", ""])
ABOUT = st.fixed_dictionaries(
    {},
    optional={
        "slug": st.sampled_from(["ann", "ann-2", "cy"]),
        "mails": st.lists(st.sampled_from(["a@home.example", "b@oldquay.example"]), max_size=2),
        "employer": st.sampled_from(["Oldquay", "Oldquay Ltd", "Bramblewick"]),
        "uid": st.sampled_from(["1", "2"]),
    },
)
BOOKS = st.builds(
    lambda people, kind, day: book(*people, kind=kind, on=DAY + timedelta(days=day)),
    st.lists(st.tuples(NAMES, ABOUT), max_size=4),
    st.sampled_from([Kind.VCARD, Kind.GOOGLE_CSV]),
    st.integers(0, 3),
)
EXPORTS = st.builds(
    lambda people, day: export(*people, on=DAY + timedelta(days=day)),
    st.lists(
        st.tuples(
            NAMES.filter(bool),
            st.fixed_dictionaries(
                {"slug": st.sampled_from(["ann", "ann-2", "cy"])},
                optional={"mail": st.just("a@home.example"), "employer": st.just("Oldquay")},
            ),
        ),
        max_size=3,
        unique_by=lambda person: person[1]["slug"],
    ),
    st.integers(0, 3),
)
FILES = st.lists(BOOKS | EXPORTS, max_size=5, unique_by=lambda file: file.hash)


def rows_of(files):
    return {row.key for file in files for row in file.rows}


@settings(max_examples=300, deadline=None)
@given(FILES, st.data())
def test_nobody_is_ever_lost_and_the_last_word_counts(files, data):
    """Every row belongs to exactly one person, whatever is joined, merged or split."""
    keys = sorted(rows_of(files))
    said = []
    if len(keys) > 1:
        pair = st.lists(st.sampled_from(keys), min_size=2, max_size=2, unique=True)
        for number, (one, other) in enumerate(data.draw(st.lists(pair, max_size=4))):
            same = data.draw(st.booleans())
            said.append(Identity(one, other, same, NOW + timedelta(minutes=number)))
    derived = derive(*files, said=said)
    assert sorted(k for person in derived.people for k in person.keys) == keys
    person_of = {k: n for n, person in enumerate(derived.people) for k in person.keys}
    last = {frozenset((one.one_key, one.other_key)): one for one in said}
    for decision in last.values():
        if decision.same:
            assert person_of[decision.one_key] == person_of[decision.other_key]
    for doubt in derived.doubts:
        assert doubt.contact_id != doubt.other_id
    # Taken back, everything is as if it had never been said.
    assert derive(*files) == derive(*files, said=[])


@settings(max_examples=200, deadline=None)
@given(FILES, st.randoms(use_true_random=False))
def test_the_order_of_address_books_never_matters(files, shuffler: random.Random):
    shuffled = list(files)
    shuffler.shuffle(shuffled)
    assert derive(*shuffled) == derive(*files)


@settings(max_examples=200, deadline=None)
@given(FILES)
def test_what_a_card_states_is_never_lost(files):
    """Every workplace that a row states is among the person's, whatever it was joined with."""
    derived = derive(*files)
    same = Facts().same
    for person, jobs in zip(derived.people, derived.employments, strict=True):
        known = {same(job.employer) for job in jobs}
        for file in files:
            for row in file.rows:
                if row.key in person.keys:
                    stated = (
                        [row.company] if isinstance(row, ConnectionRow) else
                        [job.employer for job in row.jobs]
                    )  # fmt: skip
                    assert {same(name) for name in stated if name} <= known
