"""Exports of different days → identities and employments."""

import random
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.contacts import deriving
from matcher.contacts.facts import Facts, employer_key
from matcher.contacts.identity import name_key, row_key, slug_of
from store.derivation import Ground
from store.rows import Confidence, ConnectionRow, Imported, Kind, WorkHistoryRow

MAY, NOV = date(2026, 5, 1), date(2026, 11, 1)


def derive(files, same=employer_key):
    return deriving.derive(Ground(files), Facts(same))


def row(name, company, *, slug="", email=None, on=date(2019, 3, 14), title=None, line=1):
    first, _, last = name.partition(" ")
    url = f"https://www.linkedin.com/in/{slug}" if slug else None
    key = row_key(slug, email, first, last, on)
    return ConnectionRow(line, key, first, last, url, email, company, title, on)


def export(day, *rows, tag=""):
    rows = [ConnectionRow(n, *_rest(r)) for n, r in enumerate(rows, 2)]
    hashed = f"{day}{tag}"
    return Imported(
        hashed, Kind.CONNECTIONS, "Connections.csv", day, "", None, len(rows), len(rows), rows
    )


def _rest(r):
    return (r.key, r.first_name, r.last_name, r.url, r.email, r.company, r.position, r.connected_on)


def history(*rows, day=NOV, tag="w"):
    return Imported(
        tag, Kind.WORK_HISTORY, "workhistory.csv", day, "", None, len(rows), len(rows), list(rows)
    )


def said(
    who, employer, start=None, end=None, current=None, sure=Confidence.CONFIRMED, title=None, line=2
):
    return WorkHistoryRow(line, who, employer, title, start, end, current, "user", sure, None)


def jobs(derived, person=0):
    return [
        (e.employer, "now" if e.is_current else "was", e.since, e.until, str(e.confidence))
        for e in derived.employments[person]
    ]


def one(*states, days=None):
    """The derived employments of one person with these employers on successive days."""
    days = days or [date(2020 + n, 1, 1) for n in range(len(states))]
    return derive(
        [export(day, row("Ilse V", s, slug="ilse")) for day, s in zip(days, states, strict=True)]
    )


def test_a_changed_employer_ends_the_old_employment_between_the_exports():
    derived = one("Oldquay Ltd", "Quillback", days=[MAY, NOV])
    old, new = derived.employments[0]
    assert (old.employer, old.until, old.until_after, old.until_by) == (
        "Oldquay Ltd",
        "2026",
        MAY,
        NOV,
    )
    assert (old.is_current, old.confidence) == (False, Confidence.REPORTED)
    assert (new.employer, new.since, new.is_current, new.as_of) == ("Quillback", "2026", True, NOV)


def test_within_a_month_the_month_is_known():
    derived = one("Oldquay", "Quillback", days=[date(2026, 5, 1), date(2026, 5, 30)])
    assert jobs(derived)[0][3] == "2026-05"


def test_another_spelling_is_no_move_and_the_newest_one_is_shown():
    derived = one("Lumenfjord GmbH", "LUMENFJORD", "Lumenfjord, Inc.", "Lumenfjörd")
    assert jobs(derived) == [("Lumenfjörd", "now", None, None, "reported")]


def test_a_rename_the_caller_knows_is_no_move():
    exports = [
        export(MAY, row("Ilse V", "Oldquay", slug="ilse")),
        export(NOV, row("Ilse V", "Newquay", slug="ilse")),
    ]
    known = derive(exports, lambda name: "quay" if "quay" in name else name)
    assert jobs(known) == [("Newquay", "now", None, None, "reported")]


def test_another_title_is_the_same_employment_with_the_newest_title():
    derived = derive(
        [
            export(MAY, row("Ilse V", "Oldquay", slug="ilse", title="Deckhand")),
            export(NOV, row("Ilse V", "Oldquay", slug="ilse", title="Captain")),
        ]
    )
    (job,) = derived.employments[0]
    assert (job.title, job.first_seen, job.last_seen) == ("Captain", MAY, NOV)


def test_blank_then_an_employer_is_a_new_employment():
    assert jobs(one(None, "Quillback")) == [("Quillback", "now", "2021", None, "reported")]


def test_an_employer_then_blank_is_only_a_suggestion():
    assert jobs(one("Quillback", None)) == [("Quillback", "was", None, "2021", "suggested")]


def test_a_blank_between_is_a_gap_in_the_profile():
    assert jobs(one("Quillback", None, "Quillback Inc")) == [
        ("Quillback Inc", "now", None, None, "reported")
    ]


def test_a_blank_before_another_employer_does_not_make_the_move_less_sure():
    assert jobs(one("Oldquay", None, "Quillback")) == [
        ("Oldquay", "was", None, "2022", "reported"),
        ("Quillback", "now", "2022", None, "reported"),
    ]


def test_a_return_is_a_second_employment():
    assert jobs(one("Oldquay", "Quillback", "Oldquay")) == [
        ("Oldquay", "was", None, "2021", "reported"),
        ("Quillback", "was", "2021", "2022", "reported"),
        ("Oldquay", "now", "2022", None, "reported"),
    ]


def test_five_yearly_exports_tell_one_history():
    derived = one("Oldquay", "Oldquay Ltd", "Quillback", None, "Bramblewick")
    assert jobs(derived) == [
        ("Oldquay Ltd", "was", None, "2022", "reported"),
        ("Quillback", "was", "2022", "2024", "reported"),
        ("Bramblewick", "now", "2024", None, "reported"),
    ]


def test_a_renamed_slug_is_one_person_by_name_and_day_of_connection():
    derived = derive(
        [
            export(MAY, row("Zoë Brückner, PhD", "Oldquay", slug="zoë-b")),
            export(NOV, row("Zoe Bruckner", "Quillback", slug="zoe-bruckner")),
        ]
    )
    (person,) = derived.people
    assert person.keys == ("linkedin:zoe-bruckner", "linkedin:zoë-b")
    assert (person.name, person.linked) == ("Zoe Bruckner", True)
    assert person.profile_url == "https://www.linkedin.com/in/zoe-bruckner"
    assert [j[0] for j in jobs(derived)] == ["Oldquay", "Quillback"]


def test_namesakes_in_one_export_stay_two():
    derived = derive(
        [
            export(MAY, row("Ana Silva", "Oldquay", slug="ana1"), row("Ana Silva", "X", slug="a2")),
            export(NOV, row("Ana Silva", "Oldquay", slug="ana3"), row("Ana Silva", "X", slug="a2")),
        ]
    )
    assert [p.keys for p in derived.people] == [
        ("linkedin:a2",),
        ("linkedin:ana1",),
        ("linkedin:ana3",),
    ]


def test_the_2018_form_without_addresses_is_joined_by_email_and_by_name():
    day = date(2018, 3, 1)
    derived = derive(
        [
            export(
                day,
                row("Zoë Maiden", "Oldquay", email="zoe@x.example", on=date(2018, 1, 1)),
                row("Kofi Mensah", "Oldquay", on=date(2018, 2, 2)),
            ),
            export(
                NOV,
                row("Zoë Married", "X", slug="zoe", email="zoe@x.example", on=date(2018, 1, 1)),
                row("Kofi Mensah", "X", slug="kofi", on=date(2018, 2, 2)),
            ),
        ]
    )
    assert len(derived.people) == 2
    assert all(p.linked and p.first_seen == day for p in derived.people)


def test_one_email_of_two_different_people_does_not_join_them():
    derived = derive(
        [
            export(MAY, row("Ana Silva", "X", slug="ana", email="info@x.example")),
            export(
                NOV,
                row("Ben Holt", "X", slug="ben", email="info@x.example", on=date(2020, 1, 1)),
            ),
        ]
    )
    assert len(derived.people) == 2


def test_who_is_missing_from_a_newer_export_is_unlinked_with_history():
    derived = derive(
        [
            export(MAY, row("Ana Silva", "X", slug="ana"), row("Ben Holt", "Y", slug="ben")),
            export(NOV, row("Ana Silva", "X", slug="ana")),
        ]
    )
    assert [(p.name, p.linked) for p in derived.people] == [
        ("Ana Silva", True),
        ("Ben Holt", False),
    ]
    assert jobs(derived, 1) == [("Y", "now", None, None, "reported")]


def test_who_comes_back_is_linked_again():
    people = [row("Ana Silva", "X", slug="ana"), row("Ben Holt", "Y", slug="ben")]
    derived = derive(
        [export(MAY, *people), export(date(2026, 8, 1), people[0]), export(NOV, *people)]
    )
    assert all(p.linked for p in derived.people)


def test_an_excerpt_is_no_proof_that_anybody_left():
    people = [row(f"P{n} Q", "X", slug=f"p{n}", on=date(2019, 1, 1 + n)) for n in range(9)]
    derived = derive([export(MAY, *people), export(NOV, *people[:4], tag="excerpt")])
    assert all(p.linked for p in derived.people)
    assert derived.excerpts == {f"{NOV}excerpt"}


def test_what_the_user_confirmed_wins_over_what_exports_show():
    exports = [
        export(MAY, row("Ilse V", "Oldquay Ltd", slug="ilse", title="Cook")),
        export(NOV, row("Ilse V", "Quillback", slug="ilse")),
    ]
    derived = derive([*exports, history(said("linkedin:ilse", "OLDQUAY", "2016", "2025-12"))])
    assert jobs(derived) == [
        ("OLDQUAY", "was", "2016", "2025-12", "confirmed"),
        ("Quillback", "now", "2026", None, "reported"),
    ]
    assert derived.employments[0][0].title == "Cook"


def test_a_confirmed_row_without_dates_keeps_the_dates_the_exports_show():
    exports = [
        export(MAY, row("Ilse V", "Oldquay", slug="ilse")),
        export(NOV, row("Ilse V", "Quillback", slug="ilse")),
    ]
    derived = derive([*exports, history(said("linkedin:ilse", "Oldquay"))])
    assert jobs(derived)[0] == ("Oldquay", "was", None, "2026", "confirmed")


def test_a_stated_time_long_before_is_another_stint():
    derived = derive(
        [
            export(NOV, row("Ilse V", "Oldquay", slug="ilse")),
            history(said("linkedin:ilse", "Oldquay", "2010", "2014")),
        ]
    )
    assert jobs(derived) == [
        ("Oldquay", "was", "2010", "2014", "confirmed"),
        ("Oldquay", "now", None, None, "reported"),
    ]


def test_a_suggestion_never_overrides_a_report():
    derived = derive(
        [
            export(NOV, row("Ilse V", "Oldquay", slug="ilse")),
            history(
                said("linkedin:ilse", "Oldquay", "2010", "2026", sure=Confidence.SUGGESTED),
                said("linkedin:ilse", "Quillback", sure=Confidence.SUGGESTED, line=3),
            ),
        ]
    )
    assert jobs(derived) == [
        ("Quillback", "was", None, None, "suggested"),
        ("Oldquay", "now", None, None, "reported"),
    ]


def test_a_move_seen_after_the_user_wrote_ends_what_was_current_then():
    derived = derive(
        [
            export(MAY, row("Ilse V", "Oldquay", slug="ilse")),
            history(said("linkedin:ilse", "Oldquay", "2016", current=True), day=MAY),
            export(NOV, row("Ilse V", "Quillback", slug="ilse")),
        ]
    )
    assert jobs(derived)[0] == ("Oldquay", "was", "2016", "2026", "confirmed")


def test_a_corrected_file_corrects_and_keeps_other_employers():
    derived = derive(
        [
            export(NOV, row("Ilse V", "X", slug="ilse")),
            history(
                said("linkedin:ilse", "Oldquay", "2010", "2014"),
                said("linkedin:ilse", "Bramblewick", "2008", "2010", line=3),
                day=MAY,
                tag="w1",
            ),
            history(said("linkedin:ilse", "Oldquay", "2011", "2015"), day=NOV, tag="w2"),
        ]
    )
    assert jobs(derived)[:2] == [
        ("Bramblewick", "was", "2008", "2010", "confirmed"),
        ("Oldquay", "was", "2011", "2015", "confirmed"),
    ]


def test_names_find_their_contact_and_ambiguous_ones_are_not_used():
    derived = derive(
        [
            export(
                NOV,
                row("Ana Silva", "X", slug="a1"),
                row("Ana Silva", "Y", slug="a2"),
                row("Ilsé Vand, MBA", "X", slug="ilse", email="i@x.example"),
            ),
            history(
                said("name:Ana Silva", "Oldquay", line=2),
                said("name:ilse vand", "Oldquay", line=3),
                said("name:Nobody Here", "Oldquay", line=4),
                said("email:i@x.example", "Quillback", line=5),
                said("linkedin:nobody", "Quillback", line=6),
            ),
        ]
    )
    assert derived.owners == {
        ("w", 2): (0, 1), ("w", 3): (2,), ("w", 4): (), ("w", 5): (2,), ("w", 6): (),
    }  # fmt: skip
    assert [j[0] for j in jobs(derived, 0)] == ["X"]
    assert {j[0] for j in jobs(derived, 2)} == {"X", "Oldquay", "Quillback"}


def test_slugs_and_names_as_compared():
    assert slug_of("https://de.linkedin.com/in/Zo%C3%AB-B?trk=x") == "zoë-b"
    assert slug_of("https://www.linkedin.com/in/zoe%CC%88-b/") == "zoë-b"
    assert slug_of("https://example.com/in/zoe") is None
    assert name_key("José 🚀", "da Silva, PhD") == name_key("jose", "Da  SILVA")
    assert name_key("Mei", "林") != name_key("Mei", "森")
    assert name_key("が") != name_key("か")


EMPLOYERS = [None, "Oldquay", "Oldquay Ltd", "Quillback", "Bramblewick", "Self-employed"]
people_in_export = st.lists(
    st.tuples(st.sampled_from("abcd"), st.booleans(), st.sampled_from(EMPLOYERS)), max_size=4,
    unique_by=lambda p: p[0],
)  # fmt: skip
stated = st.lists(
    st.tuples(
        st.sampled_from(["linkedin:a", "name:b x", "email:c@x.example", "name:nobody"]),
        st.sampled_from(EMPLOYERS[1:]),
        st.sampled_from([None, "2009", "2020-05"]),
        st.sampled_from([None, "2015", "2021-07"]),
        st.sampled_from([None, True, False]),
        st.sampled_from(list(Confidence)),
    ),
    max_size=4,
)


def _files(exports, histories):
    files = []
    for number, (day, people) in enumerate(exports):
        rows = [
            row(f"{p} x", company, slug=p + "-renamed" * renamed, email=f"{p}@x.example")
            for p, renamed, company in people
        ]
        files.append(export(date(2020 + day, 1, 1), *rows, tag=f"-{number}"))
    for number, (day, rows) in enumerate(histories):
        said_rows = [said(*r, line=n) for n, r in enumerate(rows, 2)]
        files.append(history(*said_rows, day=date(2020 + day, 6, 1), tag=f"w{number}"))
    return files


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 4), people_in_export), max_size=5),
    st.lists(st.tuples(st.integers(0, 4), stated), max_size=3),
    st.randoms(use_true_random=False),
)
def test_the_order_of_imports_never_matters(exports, histories, shuffler: random.Random):
    files = _files(exports, histories)
    shuffled = list(files)
    shuffler.shuffle(shuffled)
    assert derive(shuffled) == derive(files)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 4), people_in_export), min_size=1, max_size=5),
    st.lists(st.tuples(st.integers(0, 4), stated), max_size=3),
)
def test_nobody_and_no_shown_employer_is_lost(exports, histories):
    files = _files(exports, histories)
    derived = derive(files)
    keys = {r.key for f in files if f.kind is Kind.CONNECTIONS for r in f.rows}
    assert sorted(k for p in derived.people for k in p.keys) == sorted(keys)
    for index, person in enumerate(derived.people):
        shown = {
            employer_key(r.company)
            for f in files
            if f.kind is Kind.CONNECTIONS
            for r in f.rows
            if r.key in person.keys and r.company
        }
        assert shown <= {employer_key(e.employer) for e in derived.employments[index]}
        for job in derived.employments[index]:
            assert not (job.is_current and job.until)
