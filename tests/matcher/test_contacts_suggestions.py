"""Workplaces that something hints at: suggested, inferred, and what answers make of them."""

from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.contacts import deriving
from matcher.contacts.domains import by_domain, domain_of
from matcher.contacts.facts import Facts, employer_key
from matcher.contacts.hints import former_workplaces
from matcher.contacts.importing import import_files
from matcher.contacts.questions import answered, questions
from store import network
from store.database import Database
from store.decisions import Answer, Question
from store.derivation import answer, undo_answer
from store.rows import Confidence

NOW = datetime(2026, 11, 23, 3)
TODAY = NOW.date()
HEADER = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
ILSE = "Ilse,Vandermolen,https://www.linkedin.com/in/ilse-v-example,{},{},Cook,14 Mar 2019\n"


def told(text, source="note"):
    return [(job.employer, job.start, job.end) for job in former_workplaces(text, source, TODAY)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ex-Oldquay", [("Oldquay", None, None)]),
        ("Ex Oldquay, now sailing", [("Oldquay", None, None)]),
        ("Oldquay alumni", [("Oldquay", None, None)]),
        ("Halvorsen Tidewater Alumnus", [("Halvorsen Tidewater", None, None)]),
        ("formerly at Oldquay (2016–2020)", [("Oldquay", "2016", "2020")]),
        ("Formerly Halvorsen Tidewater", [("Halvorsen Tidewater", None, None)]),
        ("previously with Oldquay; likes tea", [("Oldquay", None, None)]),
        ("former engineer at Oldquay, now at Bramblewick", [("Oldquay", None, None)]),
        ("worked at Oldquay until 2016", [("Oldquay", None, "2016")]),
        ("früher bei Oldquay", [("Oldquay", None, None)]),
        ("ehemals Oldquay GmbH", [("Oldquay GmbH", None, None)]),
        ("anciennement chez Oldquay", [("Oldquay", None, None)]),
        ("Oldquay (2016-2020)\nBramblewick (2020-2024)",
         [("Oldquay", "2016", "2020"), ("Bramblewick", "2020", "2024")]),
        ("former: Oldquay", [("Oldquay", None, None)]),
        # What is none.
        ("ex-colleague", []), ("ex-boyfriend of Ann", []), ("former boss", []), ("ex", []),
        ("University of Fjordside alumni", []), ("alumni", []), ("Excellent cook", []),
        ("next Oldquay meeting", []), ("Oldquay (2016-now)", []), ("Oldquay (2030-2031)", []),
        ("Texas", []), ("exchange of ideas", []), ("", []),
    ],
)  # fmt: skip
def test_former_workplaces_in_prose(text, found):
    assert told(text) == found


@settings(max_examples=400, deadline=None)
@given(st.text(max_size=200) | st.lists(st.sampled_from(
    ["ex-", "formerly at ", "alumni", "(2016-2020)", "Oldquay", " ", "\n", "former ", "x" * 40]
), max_size=20).map("".join))  # fmt: skip
def test_no_note_makes_a_suggestion_that_is_not_in_it(text):
    for job in former_workplaces(text, "note", TODAY):
        assert job.confidence is Confidence.SUGGESTED and not job.is_current
        assert 0 < len(job.employer) <= 60
        assert job.employer.replace(" ", "") in "".join(text.split())


def test_a_long_note_takes_no_time():
    for text in (
        "former " * 500_000,
        "x " * 500_000 + "alumni",
        "ex-" * 500_000,
        "(2016-2020)" * 9**5,
    ):
        assert len(told(text)) <= 10


@pytest.mark.parametrize(
    ("mail", "domain"),
    [
        ("ilse@oldquay.example", "oldquay.example"),
        ("ilse@mail.oldquay.example", "oldquay.example"),
        ("ilse@oldquay.co.uk", "oldquay.co.uk"),
        ("ilse@gmail.com", None),
        ("ilse@gmx.at", None),
        ("ilse@alumni.fjordside.example", None),
        ("ilse@fjordside.edu", None),
        ("ilse@cs.fjordside.ac.uk", None),
    ],
)
def test_domains_at_work(mail, domain):
    assert domain_of(mail) == domain


def test_domains_of_watched_boards_name_their_employers():
    sites = {"Oldquay": ["https://jobs.oldquay.example/x"], "A": ["x.example"], "B": ["x.example"]}
    assert by_domain(sites) == {"oldquay.example": "Oldquay"}


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path)


class Home:
    """A network, files beside it, and what is known about employers."""

    def __init__(self, folder):
        self.folder = folder
        self.db = Database(folder / "home" / "network.duckdb", "network")
        self.facts = Facts()

    def give(self, name, text):
        (self.folder / name).write_text(text, "utf-8")
        report = import_files(self.db, [self.folder / name], NOW, facts=self.facts)
        assert not report.failed, report.failed

    def jobs(self, name="Ilse Vandermolen"):
        (contact,) = [c for c in network.list_contacts(self.db) if c.name == name]
        return {
            e.employer: ("now" if e.is_current else "was", str(e.confidence), e.source)
            for e in contact.employments
        }

    def derive(self, ground):
        return deriving.derive(ground, self.facts)

    def say(self, employer, yes, at=NOW):
        (asked,) = [
            q for q in questions(network.list_contacts(self.db), {}, ()) if q.employer == employer
        ]
        key = network.keys_of(self.db, asked.contact_id)[0]
        given = answered(asked, yes, key, at)
        answer(self.db, [given], self.derive)
        return given


class TestOldAddresses:
    def test_an_address_nobody_explains_is_a_suggestion(self, home):
        home.give("a 2026-05-01.csv", HEADER + ILSE.format("ilse@oldquay.example", "Bramblewick"))
        assert home.jobs()["Oldquay"] == ("was", "suggested", "e-mail address")

    def test_at_a_known_employer_it_is_inferred(self, home):
        home.facts = Facts(at_domain={"oldquay.example": "Oldquay Holding"})
        home.give("a 2026-05-01.csv", HEADER + ILSE.format("ilse@oldquay.example", "Bramblewick"))
        assert home.jobs()["Oldquay Holding"] == ("was", "inferred", "e-mail address")

    def test_a_workplace_of_somebody_else_is_a_known_employer(self, home):
        kofi = "Kofi,Mensah,https://www.linkedin.com/in/k-example,,Oldquay Ltd,,14 Mar 2019\n"
        home.give(
            "a 2026-05-01.csv", HEADER + ILSE.format("ilse@oldquay.example", "Bramblewick") + kofi
        )
        assert home.jobs()["Oldquay Ltd"][1] == "inferred"

    def test_it_is_todays_where_nothing_else_is(self, home):
        home.give("a 2026-05-01.csv", HEADER + ILSE.format("ilse@oldquay.example", ""))
        assert home.jobs()["Oldquay"][:2] == ("now", "suggested")

    @pytest.mark.parametrize(
        ("mail", "employer"),
        [
            ("ilse@oldquay.example", "Oldquay Ltd"),
            ("ilse@oq.example", "Old Quay"),
            ("ilse@vandermolen.example", "Bramblewick"),
            ("ilse@gmail.com", "Bramblewick"),
        ],
    )
    def test_an_address_that_is_explained_says_nothing(self, home, mail, employer):
        home.give("a 2026-05-01.csv", HEADER + ILSE.format(mail, employer))
        assert list(home.jobs()) == [employer]

    def test_a_provider_that_nobody_has_heard_of_is_no_employer(self, home):
        row = "Ann{0},Bell,https://www.linkedin.com/in/a{0},a{0}@post.example,Firm{0},,1 May 2020\n"
        rows = [row.format(n) for n in range(150)]
        home.give("a 2026-05-01.csv", HEADER + "".join(rows))
        everybody = network.list_contacts(home.db)
        assert {len(contact.employments) for contact in everybody} == {1}
        # Few of one employer, all of whom have left, are a good question.
        home.give("b 2026-05-01.csv", HEADER + "".join(rows[:40]).replace("post", "oldquay"))
        assert sum(len(c.employments) > 1 for c in network.list_contacts(home.db)) == 40

    def test_colleagues_of_whom_only_addresses_are_known_are_asked_about(self, home):
        row = "Ann{0},Bell,https://www.linkedin.com/in/a{0},a{0}@oldquay.example,,,1 May 2020\n"
        home.give("a 2026-05-01.csv", HEADER + "".join(map(row.format, range(150))))
        found = [c.employments for c in network.list_contacts(home.db)]
        assert [[(e.employer, e.is_current) for e in jobs] for jobs in found] == [
            [("Oldquay", True)]
        ] * 150


class TestTheUsersOwnTime:
    POSITIONS = (
        "Company Name,Title,Description,Location,Started On,Finished On\n"
        "Oldquay,Clerk,,,Jun 2017,Dec 2020\nLumenfjord,Lead,,,Jan 2021,\n"
    )

    def test_who_was_met_while_there_and_is_elsewhere_now_is_a_question(self, home):
        home.give("a 2026-05-01.csv", HEADER + ILSE.format("", "Bramblewick"))
        home.give("Positions.csv", self.POSITIONS)
        assert home.jobs()["Oldquay"] == ("was", "suggested", "your own time there")
        assert "Lumenfjord" not in home.jobs()

    def test_who_works_or_worked_there_is_none(self, home):
        home.give("a 2026-05-01.csv", HEADER + ILSE.format("", "Oldquay Ltd"))
        home.give("Positions.csv", self.POSITIONS)
        assert list(home.jobs()) == ["Oldquay Ltd"]


class TestAnswers:
    @pytest.fixture
    def asked(self, home):
        home.give(
            "book.vcf",
            "BEGIN:VCARD\nFN:Ilse Vandermolen\nORG:Bramblewick\nNOTE:ex-Oldquay (2011-2016)\n"
            "END:VCARD\n",
        )
        assert home.jobs()["Oldquay"] == ("was", "suggested", "note")
        return home

    def test_what_is_suggested_never_reaches_the_match_until_confirmed(self, asked):
        assert [w.employer for w in network.workplaces(asked.db)] == ["Bramblewick"]
        asked.say("Oldquay", True)
        assert [
            (w.employer, w.relation, w.since, w.until) for w in network.workplaces(asked.db)
        ] == [
            ("Bramblewick", "current", None, None),
            ("Oldquay", "former", "2011", "2016"),
        ]
        assert asked.jobs()["Oldquay"] == ("was", "confirmed", "your answer")

    def test_no_takes_it_away_for_good(self, asked):
        asked.say("Oldquay", False)
        assert list(asked.jobs()) == ["Bramblewick"]
        asked.give("again.vcf", "BEGIN:VCARD\nFN:Ilse Vandermolen\nORG:Bramblewick\n"
                   "CATEGORIES:Oldquay alumni\nEND:VCARD\n")  # fmt: skip
        assert list(asked.jobs()) == ["Bramblewick"]

    def test_an_answer_taken_back_is_a_question_again(self, asked):
        before = asked.jobs()
        undo_answer(asked.db, asked.say("Oldquay", True), asked.derive)
        assert asked.jobs() == before

    def test_a_profile_that_goes_blank_is_asked_and_no_means_still_there(self, home):
        home.give("a 2025-05-01.csv", HEADER + ILSE.format("", "Oldquay"))
        home.give("a 2026-05-01.csv", HEADER + ILSE.format("", ""))
        (asked,) = questions(network.list_contacts(home.db), {}, ())
        assert (asked.question, asked.text) == (
            Question.LEFT,
            "Has Ilse Vandermolen left Oldquay?",
        )
        home.say("Oldquay", False)
        assert home.jobs()["Oldquay"] == ("now", "confirmed", "your answer")
        undone = [a for a in [home_answer(home)] if a]
        undo_answer(home.db, undone[0], home.derive)
        home.say("Oldquay", True)
        assert home.jobs()["Oldquay"] == ("was", "confirmed", "your answer")

    def test_an_inferred_workplace_counts_until_the_user_says_no(self, home):
        home.facts = Facts(at_domain={"oldquay.example": "Oldquay"})
        home.give("a 2026-05-01.csv", HEADER + ILSE.format("i@oldquay.example", "Bramblewick"))
        assert {w.employer for w in network.workplaces(home.db)} == {"Bramblewick", "Oldquay"}
        home.say("Oldquay", False)
        assert {w.employer for w in network.workplaces(home.db)} == {"Bramblewick"}


def home_answer(home):
    from store.decisions import list_answers

    found = list_answers(home.db)
    return found[-1] if found else None


def test_the_most_useful_question_comes_first(home):
    card = "BEGIN:VCARD\nFN:{}\nORG:{}\nNOTE:ex-{}\nEND:VCARD\n"
    home.give(
        "book.vcf",
        card.format("Ann Bell", "Bramblewick", "Quillback")
        + card.format("Cy Dorn", "Bramblewick", "Oldquay")
        + card.format("Eve Fox", "Oldquay", "Lumenfjord")
        + card.format("Gus Hill", "Bramblewick", "Tidewater"),
    )
    postings = {"Oldquay": 9, "Lumenfjord": 2, "Tidewater": 5}
    found = questions(network.list_contacts(home.db), postings, {"Oldquay"})
    assert [(q.employer, q.postings, q.opens) for q in found] == [
        ("Tidewater", 5, True),
        ("Lumenfjord", 2, True),
        ("Oldquay", 9, False),
        ("Quillback", 0, False),
    ]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["Oldquay", "Bramblewick", "Lumenfjord"]),
            st.sampled_from(list(Question)),
            st.booleans(),
        ),
        max_size=6,
    )
)
def test_answers_never_lose_what_a_file_reports(said):
    from matcher.contacts import recognise
    from store.derivation import Ground
    from store.rows import Imported

    text = "BEGIN:VCARD\nFN:Ilse Vandermolen\nORG:Bramblewick\nNOTE:ex-Oldquay\nEND:VCARD\n"
    reading = recognise.read(text.encode(), "x", TODAY)
    file = Imported("h", reading.kind, "x", date(2026, 5, 1), "", None, 1, 1, reading.rows)
    (row,) = reading.rows
    given_answers = [
        Answer(row.key, employer, question, yes, None, None, None, NOW.replace(minute=n))
        for n, (employer, question, yes) in enumerate(said)
    ]
    (jobs,) = deriving.derive(Ground([file], (), given_answers)).employments
    assert employer_key("Bramblewick") in {employer_key(job.employer) for job in jobs}
    assert len({(job.employer, job.is_current) for job in jobs}) == len(jobs)
