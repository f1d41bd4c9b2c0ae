"""What passed between the user and each contact, out of a LinkedIn archive."""

import zipfile
from datetime import datetime

import pytest

from matcher.contacts.importing import import_files
from store import network
from store.database import Database
from store.network import Evidence
from store.rows import Kind
from tests.matcher.address_books import FIXTURES

NOW = datetime(2026, 11, 23, 3)
CONNECTIONS = (
    "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
    "Ilse,Vandermolen,https://www.linkedin.com/in/ilse-v-example,,Oldquay,Cook,14 Mar 2019\n"
    "Kofi,Mensah,https://www.linkedin.com/in/kofi-m-example,,Quillback,,15 Mar 2019\n"
)
MEMBERS = {
    "messages.csv": "linkedin_messages/of_today",
    "Invitations.csv": "linkedin_invitations/of_today",
    "Recommendations_Given.csv": "linkedin_recommendations/given",
    "Recommendations_Received.csv": "linkedin_recommendations/received",
    "Endorsement_Given_Info.csv": "linkedin_endorsements/given",
    "Endorsement_Received_Info.csv": "linkedin_endorsements/received",
    "Company Follows.csv": "linkedin_wanted/follows",
    "Jobs/Saved Jobs.csv": "linkedin_wanted/saved_jobs",
    "Jobs/Job Applications.csv": "linkedin_wanted/applications",
    "Positions.csv": "linkedin_positions/normal",
    "Education.csv": "linkedin_education/normal",
}


@pytest.fixture
def db(tmp_path):
    return Database(tmp_path / "home" / "network.duckdb", "network")


def archive(path, connections=CONNECTIONS, **replaced):
    with zipfile.ZipFile(path, "w") as target:
        target.writestr("Connections.csv", connections)
        for name, case in MEMBERS.items():
            (file,) = (f for f in (FIXTURES / case).iterdir() if f.name != "output.json")
            content = replaced.get(name.partition(".")[0], file.read_bytes())
            if content:
                target.writestr(name, content)
    return path


def ties(db):
    people = {c.contact_id: c.name for c in network.list_contacts(db)}
    return {people[number]: found for number, found in network.evidence(db).items()}


def test_an_archive_tells_who_is_close(db, tmp_path):
    path = archive(tmp_path / "Complete_LinkedInDataExport_11-01-2026.zip")
    assert not import_files(db, [path], NOW).failed
    found = ties(db)
    day = datetime
    assert found["Ilse Vandermolen"] == [
        Evidence(
            "endorsement", "given", 2,
            day(2020, 3, 6, 11, 2, 3), day(2020, 3, 7, 11, 2, 3), None,
        ),
        Evidence(
            "endorsement", "received", 2,
            day(2020, 3, 6, 11, 2, 3), day(2020, 3, 7, 11, 2, 3), None,
        ),
        Evidence("invitation", "sent", 1, day(2026, 10, 3, 9, 12), day(2026, 10, 3, 9, 12), True),
        Evidence("message", "received", 1, day(2024, 5, 2, 8, 30), day(2024, 5, 2, 8, 30), None),
        Evidence("message", "sent", 2, day(2024, 5, 1, 10), day(2024, 5, 3, 10), None),
        Evidence(
            "recommendation", "given", 1, day(2020, 3, 2, 16, 10), day(2020, 3, 2, 16, 10), None
        ),
        Evidence(
            "recommendation", "received", 1, day(2020, 3, 5, 11), day(2020, 3, 5, 11), None
        ),
    ]  # fmt: skip
    # Who is in the letters of others is no evidence; drafts and spam are none either.
    assert found["Kofi Mensah"] == [
        Evidence(
            "invitation", "received", 1, day(2026, 9, 13, 12, 12), day(2026, 9, 13, 12, 12), False
        ),
        Evidence("message", "received", 1, day(2024, 6, 1, 10), day(2024, 6, 1, 10), None),
    ]
    assert [(w.kind, w.employer, w.title) for w in network.wanted(db)] == [
        (Kind.APPLICATIONS, "Quillback", "Cook"),
        (Kind.SAVED_JOBS, "Halvorsen Tidewater", "Data Lead"),
        (Kind.SAVED_JOBS, "Quillback", "Cook"),
        (Kind.FOLLOWS, "Halvorsen Tidewater", None),
    ]
    assert next(p.employer for p in network.own_positions(db)) == "Oldquay Ltd"
    assert [s.school for s in network.own_education(db)] == ["Fjordside University"]


def test_a_newer_archive_counts_nothing_twice(db, tmp_path):
    older = archive(tmp_path / "Complete_LinkedInDataExport_11-01-2025.zip")
    newer = archive(
        tmp_path / "Complete_LinkedInDataExport_11-01-2026.zip",
        connections=CONNECTIONS + "\n",
        messages=(FIXTURES / "linkedin_messages/of_today/input.csv").read_bytes() + b"\n",
        Endorsement_Given_Info=b"\n".join(
            (FIXTURES / "linkedin_endorsements/given/Endorsement_Given_Info.csv")
            .read_bytes()
            .splitlines()[:3]
        ),
    )
    import_files(db, [newer], NOW)
    before = ties(db)
    report = import_files(db, [older], NOW)
    assert "imported" in {f.status for f in report.files}
    assert ties(db) == before


def test_evidence_follows_a_person_to_another_profile_address(db, tmp_path):
    import_files(db, [archive(tmp_path / "Complete_LinkedInDataExport_11-01-2025.zip")], NOW)
    renamed = tmp_path / "Connections 2026-11-01.csv"
    renamed.write_text(CONNECTIONS.replace("ilse-v-example", "ilse-new-example"))
    import_files(db, [renamed], NOW)
    found = {e.kind for e in ties(db)["Ilse Vandermolen"]}
    assert found == {"endorsement", "invitation", "message", "recommendation"}


def test_a_name_that_may_be_two_people_is_evidence_for_neither(db, tmp_path):
    twin = "Ilse,Vandermolen,https://www.linkedin.com/in/ilse-2-example,,Bramblewick,,1 May 2020\n"
    path = archive(
        tmp_path / "Complete_LinkedInDataExport_11-01-2026.zip", connections=CONNECTIONS + twin
    )
    import_files(db, [path], NOW)
    ilses = [c for c in network.list_contacts(db) if c.name == "Ilse Vandermolen"]
    kinds = {
        c.employments[0].employer: {e.kind for e in network.evidence(db).get(c.contact_id, ())}
        for c in ilses
    }
    # A recommendation has no address, but names an employer: that tells.
    assert kinds == {
        "Oldquay": {"endorsement", "invitation", "message", "recommendation"},
        "Bramblewick": set(),
    }


def test_a_recommendation_suggests_where_somebody_worked(db, tmp_path):
    path = archive(
        tmp_path / "Complete_LinkedInDataExport_11-01-2026.zip",
        connections=CONNECTIONS.replace("Oldquay", "Bramblewick"),
    )
    import_files(db, [path], NOW)
    (ilse,) = [c for c in network.list_contacts(db) if c.name == "Ilse Vandermolen"]
    (hint,) = [e for e in ilse.employments if e.employer == "Oldquay"]
    assert (hint.source, str(hint.confidence)) == ("recommendation", "suggested")
    assert hint.note == "in a recommendation of 2020"


MESSAGE = "{},{},{},{},2024-05-0{} 10:00:00 UTC,,,INBOX\n"
HEAD = "FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE,SUBJECT,CONTENT,FOLDER\n"
ME, ILSE, KOFI = (
    (name, f"https://www.linkedin.com/in/{slug}-example")
    for name, slug in (("Alex", "me"), ("Ilse Vandermolen", "ilse-v"), ("Kofi Mensah", "kofi-m"))
)


@pytest.mark.parametrize("also", ["", "in both"])
def test_who_the_user_is_shows_in_the_letters(db, tmp_path, also):
    """Two letters to two people: whoever is in both is the user, who is no contact."""
    letters = HEAD + MESSAGE.format(*ME, *ILSE, 1) + MESSAGE.format(*KOFI, *ME, 2)
    if also:
        letters += MESSAGE.format(*ILSE, *ME, 3)
    (tmp_path / "Connections 2026-11-01.csv").write_text(CONNECTIONS)
    (tmp_path / "messages.csv").write_text(letters)
    import_files(db, [tmp_path / "Connections 2026-11-01.csv", tmp_path / "messages.csv"], NOW)
    found = {name: [(e.direction, e.times) for e in several] for name, several in ties(db).items()}
    received = [("received", 1)] if also else []
    assert found == {
        "Ilse Vandermolen": [*received, ("sent", 1)],
        "Kofi Mensah": [("received", 1)],
    }
