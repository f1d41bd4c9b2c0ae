"""An office: walls between clients, one register of digests, and people deleted in time."""

import csv
import io
import stat
from importlib import resources

import pytest

BOOK = resources.files("cli.samples") / "linkedin" / "Connections.csv"
OFFICE = '[office]\non = true\n[user]\nname = "Alex Seeker"\n'


@pytest.fixture
def office(asker):
    """An office with two clients who know the same people."""
    for file in asker.home.glob("network.duckdb*"):
        file.unlink()
    asker.configure(OFFICE)
    for client in ("c1", "c2"):
        asker("office", "add", client)
        with resources.as_file(BOOK) as book:
            asker("contacts", "import", "--taken-on", "2026-11-24", book, "--client", client)
    return asker


def ask(office, client):
    office("ask", "new", "Desta Worku", "--client", client)
    for verb in ("approve", "sent"):
        office("ask", verb, 1, "--client", client)


def test_without_an_office_there_are_no_clients(asker):
    assert "[office] on = true" in asker("match", "--client", "c1", code=2).err
    assert "[office] on = true" in asker("office", "add", "c1", code=2).err


def test_every_command_wants_to_know_whose_people(office):
    assert "Whose people? Say --client NAME" in office("match", code=2).err
    assert "There is no client 'c3'" in office("match", "--client", "c3", code=2).err
    for name in ("../c1", "C1", "c1/x", ""):
        assert "is of small letters" in office("match", "--client", name, code=2).err
    assert "There is a client c1 already" in office("office", "add", "c1", code=1).err


def test_clients_see_nothing_of_each_other(office):
    ask(office, "c1")
    office("contacts", "rate", "Desta Worku", "4", "--client", "c1")
    assert "No asks" in office("ask", "list", "--client", "c2").out
    assert "not rated" in office("contacts", "rate", "Desta Worku", "--client", "c2").out
    assert "Looked at 60 postings" in office("match", "--client", "c2").out, "one crawl for all"
    mode = (office.home / "clients" / "c1").stat().st_mode
    assert stat.S_IMODE(mode) == 0o700


def test_two_clients_do_not_wear_out_one_contact(office):
    ask(office, "c1")
    assert "asked by this office lately, until 2027-01-23" in (
        office("match", "--client", "c2", "--employer", "marrowfield").out
    )
    blocked = office("ask", "new", "Desta Worku", "--client", "c2", code=1).err
    assert "Blocked: cool-down: asked by this office lately, until 2027-01-23" in blocked
    office("ask", "new", "Ciarán Ó Dálaigh", "--client", "c2")
    office.on("2027-01-23")("ask", "new", "Desta Worku", "--client", "c2")


def test_the_register_knows_digests_only(office):
    ask(office, "c1")
    register = (office.home / "register.duckdb").read_bytes().lower()
    for name in (b"desta", b"worku", b"linkedin", b"marrowfield"):
        assert name not in register
    key = office.home / "register.key"
    assert len(key.read_bytes()) == 32
    for file in (key, office.home / "register.duckdb"):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    office("contacts", "forget", "Desta Worku", "--yes", "--client", "c1")
    office("ask", "new", "Desta Worku", "--client", "c2")


def test_a_hello_is_not_in_the_register(office):
    office("ask", "new", "Desta Worku", "--kind", "reconnect", "--client", "c1")
    for verb in ("approve", "sent"):
        office("ask", verb, 1, "--client", "c1")
    asked = office("ask", "new", "Desta Worku", "--client", "c2")
    assert asked.out.startswith("Ask 1: information, Desta Worku")


def test_the_caseload_has_numbers_and_no_names(office, tmp_path):
    ask(office, "c1")
    file = tmp_path / "caseload.csv"
    assert "Wrote 2 clients" in office("office", "caseload", file).out
    text = file.read_text("utf-8-sig")
    rows = {r["client"]: r for r in csv.DictReader(io.StringIO(text))}
    assert (rows["c1"]["contacts"], rows["c1"]["sent"], rows["c1"]["open"]) == ("60", "1", "1")
    assert (rows["c2"]["asks"], rows["c2"]["last_used"]) == ("0", "2026-11-24")
    for word in ("Desta", "Marrowfield", "Alex"):
        assert word not in text


def test_people_nobody_uses_are_deleted_after_it_was_announced(office):
    assert "Nobody's people" in office("office", "retention").out
    office.on("2027-11-01")("match", "--client", "c2")
    announced = office("office", "retention", "--delete").out
    assert announced == "c1: not used since 2026-11-24; deleted from 2027-12-01 on.\n"
    assert "c1: to be deleted from 2027-12-01 on" in office("office", "caseload").err
    assert "is to be deleted" in office.on("2027-11-30")("office", "retention", "--delete").out
    assert "is due for deletion" in office.on("2027-12-01")("office", "retention").out
    assert "c1: deleted." in office("office", "retention", "--delete").out
    assert not (office.home / "clients" / "c1").exists()
    assert (office.home / "clients" / "c2" / "network.duckdb").exists()


def test_using_a_client_takes_the_announcement_back(office):
    office.on("2027-11-01")("office", "retention")
    office("match", "--client", "c1")
    said = office.on("2027-12-20")("office", "retention", "--delete").out
    assert "c1" not in said and "c2: deleted." in said


def test_a_client_has_settings_of_their_own(office):
    own = office.home / "clients" / "c1" / "config.toml"
    own.write_text('[user]\nname = "Bo Client"\n', encoding="utf-8")
    assert "Bo Client" in office("config", "show", "--client", "c1").out
    assert "Alex Seeker" in office("config", "show", "--client", "c2").out


def test_a_purge_of_one_client_and_of_all(office):
    ask(office, "c1")
    office("purge", "--yes", "--client", "c1")
    assert not (office.home / "clients" / "c1").exists()
    assert len(office.json("contacts", "list", "--client", "c2")) == 60
    office("purge", "--yes")
    assert not (office.home / "clients").exists()
    assert not list(office.home.glob("register*"))
