"""inroad match --new: what appeared since it was last shown."""

import json

import duckdb

from tests.cli.invented import greenhouse, know


def new(home, *words):
    return {
        o["employer"]: (
            {t["contact"] for t in o["targets"]},
            {p["title"] for p in o["postings"]},
        )
        for o in json.loads(home("match", "--new", "--format", "json", *words).out)
    }


def crawled(home, web, **titles):
    for token, listed in titles.items():
        greenhouse(
            web, token, {"tallgrass": "Tallgrass Robotics"}.get(token, token.title()), *listed
        )
        home("boards", "add", f"greenhouse:{token}")
    home("crawl")


ILSE, KOFI, NOOR = "Ilse Vandermolen", "Kofi Mensah", "Noor Haddad"


def test_only_what_appeared_since_is_shown(home, web, tmp_path):
    crawled(home, web, tallgrass=["Baker", "Cook"], quillmere=["Smith"])
    everything = {
        "Tallgrass Robotics": ({ILSE, KOFI}, {"Baker", "Cook"}),
        "Quillmere": ({NOOR}, {"Smith"}),
    }
    assert new(home, "--peek") == everything, "a look does not mark"
    assert new(home) == everything
    assert new(home) == {}
    assert "Nothing new since it was last shown" in home("match", "--new").out
    assert "Tallgrass Robotics" in home("match").out, "the whole report stays whole"
    # A new posting is shown with everybody who knows the employer.
    crawled(home, web, tallgrass=["Baker", "Cook", "Driver"])
    assert new(home) == {"Tallgrass Robotics": ({ILSE, KOFI}, {"Driver"})}
    # A new person is shown with every posting.
    know(home, tmp_path, [("Sora", "Ishii", "Quillmere")], "Later.csv")
    assert new(home, "--peek") == {"Quillmere": ({"Sora Ishii"}, {"Smith"})}
    assert "Quillmere — 1 open posting" in home("match", "--new").out, "the table marks, too"
    assert new(home) == {}


def test_a_filter_marks_only_what_it_showed(home, web):
    crawled(home, web, tallgrass=["Baker", "Cook"], quillmere=["Smith"])
    assert new(home, "--title", "baker") == {"Tallgrass Robotics": ({ILSE, KOFI}, {"Baker"})}
    assert new(home, "--limit", "1") == {"Quillmere": ({NOOR}, {"Smith"})}, "by score"
    assert new(home, "--former") == {}
    assert new(home) == {"Tallgrass Robotics": ({ILSE, KOFI}, {"Cook"})}


def test_the_table_counts_what_is_new_and_marks_what_it_left_to_be_counted(home, web):
    crawled(home, web, tallgrass=[f"Role {n}" for n in range(9)])
    assert "… and 7 more postings" in home("match", "--new", "--postings", "2").out
    assert new(home) == {}


def test_to_forget_a_person_is_to_forget_that_they_were_shown(home, web):
    crawled(home, web, tallgrass=["Baker"])
    new(home)

    def kept():
        with duckdb.connect(str(home.home / "network.duckdb"), read_only=True) as db:
            return db.execute("SELECT count(*) FROM seen_targets").fetchall()[0][0]

    assert kept() == 2
    home("contacts", "forget", "--yes", ILSE)
    assert kept() == 1
    postings = (home.home / "postings.duckdb").read_bytes()
    assert b"seen_targets" not in postings, "what was shown lies with the people"


def test_peek_goes_with_new(home):
    assert "--peek goes with --new" in home("match", "--peek", code=2).err
