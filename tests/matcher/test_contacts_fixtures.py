"""Every reader against its fixtures, and against the samples that may lie beside the checkout."""

import json
import re
from pathlib import Path

import pytest

from matcher.contacts import readers, recognise
from tests.matcher.address_books import CASES, TODAY, accounted, input_of, made_of

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "reference" / "contacts" / "samples"


def name(case):
    return f"{case.parent.name}-{case.name}"


@pytest.mark.parametrize("case", CASES, ids=name)
def test_a_fixture_is_read_as_its_output_says(case):
    assert made_of(case) == json.loads((case / "output.json").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=name)
def test_it_is_found_by_content_not_by_name(case):
    file = input_of(case)
    made = made_of(case)
    if "error" not in made:
        reading = recognise.read(file.read_bytes(), "whatever.bin", TODAY)
        assert (reading.kind, reading.read, reading.kept) == (
            made["kind"],
            made["read"],
            made["kept"],
        )
        assert accounted(reading)


def test_every_reader_has_fixtures():
    modules = {
        file.stem for file in Path(readers.__file__).parent.glob("*.py") if file.stem != "__init__"
    }
    assert {case.parent.name for case in CASES} == modules


def test_no_word_of_what_is_private_is_kept():
    """Letters, subjects, answers, resumes: the fixtures call all of it secret."""
    said = [case for case in CASES if b"secret" in input_of(case).read_bytes()]
    assert len(said) >= 6
    for case in said:
        assert "secret" not in json.dumps(made_of(case)).casefold()


def test_people_in_fixtures_are_invented():
    for case in CASES:
        text = input_of(case).read_bytes().replace(b"\0", b"")
        for host in re.findall(rb"\w@([\w-]+(?:\.[\w-]+)+)", text):
            assert host.endswith(b".example"), (name(case), host)


# What a person sees in each file: kind, cards or lines, people or rows of use, workplaces (what is
# only suggested is not among them), titles.
SEEN = {
    "google_csv/roundcube_gmail_old.csv": ("Google contacts", 1, 1, 1, 1),
    "google_csv/synthetic_new_2024.csv": ("Google contacts", 1, 1, 2, 1),
    "google_csv/synthetic_old_two_orgs.csv": ("Google contacts", 1, 1, 2, 2),
    "other/google_people_api.json": ("Google People contacts", 1, 1, 2, 2),
    "other/ms_graph_contacts.json": ("Microsoft Graph contacts", 1, 1, 1, 1),
    "outlook_csv/roundcube_all.csv": ("Outlook contacts", 1, 1, 1, 1),
    "outlook_csv/roundcube_outlook_min.csv": ("Outlook contacts", 1, 1, 0, 0),
    "outlook_csv/synthetic_de_cp1252_semicolon.csv": ("Outlook contacts", 1, 1, 1, 1),
    "outlook_csv/synthetic_outlook_live.csv": ("Outlook contacts", 1, 1, 1, 1),
    "thunderbird_csv/roundcube_tb_plain.csv": ("Thunderbird contacts", 1, 1, 1, 1),
    "jsonresume/sample.resume.json": ("JSON Resume", 1, 1, 1, 1),
    "jsonresume/synthetic_contact_resume.json": ("JSON Resume", 1, 1, 2, 2),
    "vcard/roundcube_thebat.vcf": ("vCards", 1, 1, 0, 0),
    "vcard/roundcube_utf16.vcf": ("vCards", 1, 1, 0, 0),
    "vcard/sabre_issue153.vcf": ("vCards", 1, 1, 0, 0),
    "vcard/synthetic_21_qp_utf8.vcf": ("vCards", 1, 1, 1, 1),
    "vcard/synthetic_30_apple_groups.vcf": ("vCards", 2, 1, 2, 1),
    "vcard/synthetic_40_multi_org.vcf": ("vCards", 1, 1, 2, 2),
    "vcard/vobject_radicale-1587.vcf": ("vCards", 1, 1, 0, 0),
    "linkedin/synthetic/Contacts.csv": ("imported contacts", 1, 1, 0, 0),
    "linkedin/synthetic/Connections_2018_no_url.csv": ("connections", 2, 2, 2, 2),
    "linkedin/synthetic/Connections_bom_crlf.csv": ("connections", 8, 7, 6, 6),
    "linkedin/synthetic/Connections_current_preamble.csv": ("connections", 8, 7, 6, 6),
    "linkedin/synthetic/Connections_excel_es_mixed_dates.csv": ("connections", 2, 2, 2, 2),
    "linkedin/synthetic/Connections_excel_resaved_dd-Mon-yy.csv": ("connections", 1, 1, 1, 1),
    "linkedin/synthetic/Connections_excel_semicolon_cp1252.csv": ("connections", 1, 1, 1, 1),
    "linkedin/synthetic/Connections_no_preamble.csv": ("connections", 8, 7, 6, 6),
    "linkedin/synthetic/snapshots/2026-05-01/Connections.csv": ("connections", 8, 7, 6, 6),
    "linkedin/synthetic/snapshots/2026-11-01/Connections.csv": ("connections", 7, 6, 6, 6),
    "linkedin/synthetic/Positions.csv": ("positions", 3, 3, 3, 3),
    "linkedin/synthetic/Education.csv": ("education", 1, 1, 0, 0),
    "linkedin/synthetic/messages.csv": ("messages", 2, 2, 0, 0),
    "linkedin/synthetic/Invitations.csv": ("invitations", 1, 1, 0, 0),
    "linkedin/synthetic/Recommendations_Given.csv": ("recommendations", 1, 1, 1, 1),
    "linkedin/synthetic/Recommendations_Received.csv": ("recommendations", 1, 1, 1, 1),
    "linkedin/synthetic/Endorsement_Given_Info.csv": ("endorsements", 1, 1, 0, 0),
    "linkedin/synthetic/Endorsement_Received_Info.csv": ("endorsements", 1, 1, 0, 0),
    "linkedin/synthetic/Company Follows.csv": ("followed employers", 1, 1, 1, 0),
    "linkedin/synthetic/Jobs/Saved Jobs.csv": ("saved jobs", 1, 1, 1, 1),
    "linkedin/synthetic/Jobs/Job Applications.csv": ("job applications", 1, 1, 1, 1),
    "other/workhistory.csv": ("work history", 2, 2, 2, 2),
}


def places(row):
    """(employer, title) of every workplace a row names for sure."""
    if hasattr(row, "jobs"):
        sure = [j for j in row.jobs if not j.is_school and j.confidence != "suggested"]
        return [(job.employer, job.title) for job in sure]
    employer = getattr(row, "employer", None) or getattr(row, "company", None)
    title = getattr(row, "title", None) or getattr(row, "position", None)
    return [(employer, title)] if employer else []


def counted(path):
    """What a sample is read as, in the form of SEEN."""
    reading = recognise.read(path.read_bytes(), path.name, TODAY)
    assert accounted(reading)
    found = [place for row in reading.rows for place in places(row)]
    titles = sum(bool(title) for _, title in found)
    return (str(reading.kind), reading.read, reading.kept, len(found), titles)


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="no samples beside the checkout")
@pytest.mark.parametrize("sample", SEEN)
def test_samples_beside_the_checkout_are_read_as_a_person_sees_them(sample):
    assert counted(SAMPLES / sample) == SEEN[sample]
