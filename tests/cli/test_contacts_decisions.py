"""`inroad contacts confirm`, `review`, `merge`, `split`: what only the user can tell."""

import csv
import io
import json
from datetime import datetime

import pytest

from crawler.posting import Posting
from store.boards import NewBoard, add_boards
from store.database import Database
from store.merge import begin_run, finish_run, merge_segment

NOW = datetime(2026, 11, 23, 3)
CARD = "BEGIN:VCARD\nFN:{}\nORG:{}\nNOTE:{}\nEND:VCARD\n"
HEADER = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
ILSE = "Ilse,Vandermolen,https://www.linkedin.com/in/ilse-v-example,,{},Cook,14 Mar 2019\n"


@pytest.fixture
def give(inroad, tmp_path):
    """Import a file of this name and text."""

    def give(name, text):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return inroad("contacts", "import", tmp_path / name)

    return give


def hire(home, **postings):
    """Open postings, as a crawl leaves them: employer → how many."""
    home.mkdir(parents=True, exist_ok=True)
    db = Database(home / "postings.duckdb", "postings")
    add_boards(
        db,
        [NewBoard("greenhouse", e.lower(), f"https://x.example/{e}", e, "user") for e in postings],
        NOW,
    )
    segment = home / "000001.jsonl"
    numbered = [(e, n) for e, count in postings.items() for n in range(count)]
    segment.write_text(
        "".join(
            json.dumps(
                Posting(f"{e}{n}", "Cook", f"https://jobs.{e.lower()}.example/{n}", e).record()
                | {
                    "kind": "posting", "n": number, "source": "greenhouse", "board": e.lower(),
                    "seen_at": NOW.isoformat(" "), "employer_origin": "payload",
                }
            )
            + "\n"
            for number, (e, n) in enumerate(numbered)
        ),
        encoding="utf-8",
    )  # fmt: skip
    begin_run(db, "r", NOW)
    merge_segment(db, "r", segment)
    finish_run(db, "r", NOW, "finished")
    segment.unlink()


def jobs(inroad, who):
    (found,) = [
        p
        for p in json.loads(inroad("contacts", "list", "--format", "json").out)
        if p["name"] == who
    ]
    return {e["employer"]: (e["is_current"], e["confidence"]) for e in found["employments"]}


class TestConfirm:
    @pytest.fixture
    def asked(self, inroad, give):
        give(
            "book.vcf",
            CARD.format("Ann Bell", "Bramblewick", "ex-Quillback")
            + CARD.format("Cy Dorn", "Bramblewick", "Oldquay alumni")
            + CARD.format("Eve Fox", "Bramblewick", "formerly at Lumenfjord (2011-2016)"),
        )
        hire(inroad.home, Oldquay=2, Bramblewick=1)
        return inroad

    def test_the_walk_asks_what_opens_postings_first(self, asked):
        said = asked("contacts", "confirm", stdin="y\nk\nn\n").out
        order = [said.index(f"Did {name}") for name in ("Cy Dorn", "Eve Fox", "Ann Bell")]
        assert order == sorted(order)
        assert "a yes opens 2 postings where you know nobody yet" in said
        assert "formerly at Lumenfjord (2011-2016)" in said
        assert "2 answers, 1 left" in said
        assert jobs(asked, "Cy Dorn")["Oldquay"] == (False, "confirmed")
        assert "Quillback" not in jobs(asked, "Ann Bell")
        assert jobs(asked, "Eve Fox")["Lumenfjord"] == (False, "suggested")

    def test_only_a_yes_brings_somebody_into_the_match(self, asked):
        before = asked("match", "--format", "json", "--employer", "Oldquay").out
        assert "Cy Dorn" not in before
        asked("contacts", "confirm", stdin="y\nq\n")
        assert "Cy Dorn" in asked("match", "--format", "json", "--employer", "Oldquay").out

    def test_quitting_and_the_end_of_input_keep_what_was_said(self, asked):
        assert "1 answer, 2 left" in asked("contacts", "confirm", stdin="y\n").out
        assert "0 answers, 2 left" in asked("contacts", "confirm", stdin="q\n").out

    def test_without_a_terminal_by_a_file(self, asked, tmp_path):
        listed = asked("contacts", "confirm", "--list", "--format", "csv").out
        rows = list(csv.DictReader(io.StringIO(listed)))
        assert [(r["contact"], r["employer"], r["postings"]) for r in rows] == [
            ("Cy Dorn", "Oldquay", "2"), ("Eve Fox", "Lumenfjord", "0"),
            ("Ann Bell", "Quillback", "0"),
        ]  # fmt: skip
        for row, answer in zip(rows, ("yes", "", "no"), strict=True):
            row["answer"] = answer
        out = io.StringIO()
        writer = csv.DictWriter(out, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
        (tmp_path / "answers.csv").write_text(out.getvalue(), encoding="utf-8")
        said = asked("contacts", "confirm", "--answers", tmp_path / "answers.csv").out
        assert "2 answers taken, 0 bad rows" in said
        assert jobs(asked, "Cy Dorn")["Oldquay"] == (False, "confirmed")
        assert [q["contact"] for q in json.loads(
            asked("contacts", "confirm", "--list", "--format", "json").out
        )] == ["Eve Fox"]  # fmt: skip

    def test_bad_rows_are_named_and_the_good_ones_taken(self, asked):
        given = (
            "contact,employer,answer\nCy Dorn,Oldquay,yes\nCy Dorn,Oldquay,perhaps\n"
            "Nobody,Oldquay,yes\nAnn Bell,Quillback,n\n"
        )
        ran = asked("contacts", "confirm", "--answers", "-", stdin=given, code=3)
        assert "2 answers taken, 2 bad rows" in ran.out
        assert "line 3" in ran.err and "line 4" in ran.err

    def test_answers_are_listed_and_taken_back(self, asked):
        asked("contacts", "confirm", stdin="y\nq\n")
        assert "Cy Dorn  worked at Oldquay: yes" in asked("contacts", "confirm", "--answered").out
        assert "Undone" in asked("contacts", "confirm", "--undo").out
        assert jobs(asked, "Cy Dorn")["Oldquay"] == (False, "suggested")
        assert "Nothing answered yet" in asked("contacts", "confirm", "--undo", code=1).err
        asked("contacts", "confirm", "--undo", "--list", code=2)

    def test_nothing_to_ask(self, inroad):
        assert "Nothing to confirm" in inroad("contacts", "confirm").out
        assert inroad("contacts", "confirm", "--list", "--format", "json").out == "[]\n"


class TestReview:
    @pytest.fixture
    def doubtful(self, inroad, give):
        give("Connections 2026-05-01.csv", HEADER + ILSE.format("Oldquay"))
        give("book.vcf", CARD.format("Ilse Vandermolen", "Bramblewick", ""))
        return inroad

    def people(self, inroad):
        return len(json.loads(inroad("contacts", "list", "--format", "json").out))

    def test_a_pair_is_shown_with_its_reason_and_decided(self, doubtful):
        (pair,) = json.loads(doubtful("contacts", "review", "--list", "--format", "json").out)
        assert pair["reason"] == "one name, no employer in common"
        assert "1 of 1" in doubtful("contacts", "review", "--list").out
        said = doubtful("contacts", "review", stdin="s\n").out
        assert "Oldquay" in said and "Bramblewick" in said and "1 decided, 0 left" in said
        assert set(jobs(doubtful, "Ilse Vandermolen")) == {"Oldquay", "Bramblewick"}
        assert "Nothing to decide" in doubtful("contacts", "review").out
        assert "=" in doubtful("contacts", "review", "--decided").out
        assert "Undone" in doubtful("contacts", "review", "--undo").out
        assert self.people(doubtful) == 2
        assert "1 of 1" in doubtful("contacts", "review", "--list").out

    def test_different_is_not_asked_again(self, doubtful):
        doubtful("contacts", "review", stdin="d\n")
        assert self.people(doubtful) == 2
        assert "Nothing to decide" in doubtful("contacts", "review", "--list").out
        assert "≠" in doubtful("contacts", "review", "--decided").out

    def test_merged_split_and_taken_back_with_every_number_as_before(self, inroad, give):
        give("Connections 2026-05-01.csv", HEADER + ILSE.format("Oldquay"))
        give("book.vcf", CARD.format("I. Molen", "Lumenfjord", "") + CARD.format("X Y", "", ""))
        listed = inroad("contacts", "list").out
        said = inroad("contacts", "merge", "ilse", "molen", code=1)
        assert "2 contacts fit" in said.err  # each name has "molen" in it
        assert "are one person now: [1]" in inroad("contacts", "merge", "1", "2").out
        assert self.people(inroad) == 2
        assert set(jobs(inroad, "Ilse Vandermolen")) == {"Oldquay", "Lumenfjord"}
        made_of = inroad("contacts", "split", "1").out
        assert "I. Molen" in made_of and "Connections 2026-05-01.csv" in made_of
        number = next(line.split()[0] for line in made_of.splitlines() if "I. Molen" in line)
        assert "two people now" in inroad("contacts", "split", "1", number).out
        assert inroad("contacts", "list").out == listed
        inroad("contacts", "review", "--undo")
        assert self.people(inroad) == 2
        inroad("contacts", "review", "--undo")
        assert inroad("contacts", "list").out == listed

    def test_a_split_outlives_the_next_import(self, inroad, give):
        give("Connections 2026-05-01.csv", HEADER + ILSE.format("Oldquay"))
        give("book.vcf", CARD.format("Ilse Vandermolen", "Oldquay", ""))
        assert self.people(inroad) == 1
        inroad("contacts", "split", "1", "1")
        assert self.people(inroad) == 2
        give("Connections 2026-06-01.csv", HEADER + ILSE.format("Quillback"))
        assert self.people(inroad) == 2

    def test_what_cannot_be_merged_or_split(self, doubtful):
        assert "is one contact" in doubtful("contacts", "merge", "1", "1", code=1).err
        doubtful("contacts", "split", "1", "1", code=2)
        doubtful("contacts", "split", "1", "9", code=2)
        assert "Nothing decided yet" in doubtful("contacts", "review", "--undo", code=1).err
        doubtful("contacts", "review", "--undo", "--list", code=2)


def test_show_tells_schools_and_what_passed(inroad, give):
    give(
        "resume.json",
        json.dumps(
            {
                "basics": {"name": "Ilse Vandermolen"},
                "work": [{"name": "Oldquay", "position": "Cook", "startDate": "2016"}],
                "education": [
                    {"institution": "Fjordside University", "startDate": "2006", "endDate": "2009"}
                ],
            }
        ),
    )
    give(
        "Endorsement_Given_Info.csv",
        "Endorsement Date,Skill Name,Endorsee First Name,Endorsee Last Name,Endorsee Public Url\n"
        "2020/03/06 11:02:03 UTC,x,Ilse,Vandermolen,\n",
    )
    said = inroad("contacts", "show", "ilse").out
    assert "now       Cook, Oldquay, 2016 – now" in said
    assert "school    Fjordside University, 2006 – 2009" in said
    assert "1 endorsement given, the last on 2020-03-06" in said


class TestStatsAndWanted:
    def test_nothing_yet(self, inroad):
        assert "Nothing imported yet" in inroad("contacts", "stats").out
        assert "Nothing yet" in inroad("contacts", "wanted").out
        assert json.loads(inroad("contacts", "stats", "--format", "json").out)["people"] == 0

    def test_counts_freshness_and_advice(self, inroad, give):
        inroad.environment["INROAD_NOW"] = "2026-11-23T03:00:00"
        kofi = "Kofi,Mensah,https://www.linkedin.com/in/kofi-m-example,,{},,15 Mar 2019\n"
        give("Connections 2025-05-01.csv", HEADER + ILSE.format("Oldquay") + kofi.format("X Corp"))
        said = inroad("contacts", "stats").out
        assert "Only one LinkedIn export" in said and "571 days old" in said
        assert "older than 30 days" in said and "Positions.csv is missing" in said
        give("Connections 2026-11-01.csv", HEADER + ILSE.format("Quillback") + kofi.format(""))
        give("book.vcf", CARD.format("Cy Dorn", "Quillback GmbH", "ex-Oldquay"))
        found = json.loads(inroad("contacts", "stats", "--format", "json").out)
        assert (found["people"], found["with_workplace"], found["without_workplace"]) == (3, 2, 1)
        assert found["former"] == {"LinkedIn connections": 1}
        assert found["confidence"] == {"reported": 3, "suggested": 2}
        assert found["employers"][0][1:] == [2, 0]
        assert {book["kind"]: book["days_old"] for book in found["books"]}["connections"] == 22
        text = inroad("contacts", "stats").out
        assert "older than 30 days" not in text and "inroad contacts confirm" in text
        # Thirty days are still fresh, thirty-one are not.
        for day, stale in (("2026-12-01", False), ("2026-12-02", True)):
            inroad.environment["INROAD_NOW"] = f"{day}T03:00:00"
            assert ("a new one shows who has moved" in inroad("contacts", "stats").out) is stale

    def test_wanted_employers_with_who_is_known_there(self, inroad, give):
        give("Connections 2026-05-01.csv", HEADER + ILSE.format("Oldquay Ltd"))
        give(
            "Saved Jobs.csv",
            "Saved Date,Job Url,Job Title,Company Name\n"
            '"11/2/26, 8:15 AM",https://www.linkedin.com/jobs/view/1,Data Lead,Oldquay\n'
            '"11/3/26, 8:15 AM",https://www.linkedin.com/jobs/view/2,Cook,Bramblewick\n',
        )
        hire(inroad.home, Oldquay=1)
        said = inroad("contacts", "wanted").out
        assert "Ilse Vandermolen (current)" in said
        assert said.count("no board of theirs is watched") == 1
        found = json.loads(inroad("contacts", "wanted", "--format", "json").out)
        assert [(w["employer"], w["watched"], len(w["contacts"])) for w in found] == [
            ("Bramblewick", False, 0),
            ("Oldquay", True, 1),
        ]
