"""Texts that name no employer, and employers whose names look like such texts."""

from pathlib import Path

import pytest

from matcher.employers.errors import KnowledgeError
from matcher.employers.load import load_knowledge
from matcher.employers.nonemployers import NonEmployers

SHIPPED = load_knowledge(Path(__file__).resolve().parents[2] / "config" / "employers").non_employers


@pytest.mark.parametrize(
    "name",
    [
        "Freelance",
        "SELF-EMPLOYED",
        "self employed (remote)",
        "Stealth Startup (YC W21)",
        "Stealth AI Startup",
        "Freelance Graphic Designer",
        "Self-employed | Consultant",
        "Seeking new opportunities!",
        "Retired",
        "Career Break",
        "N/A",
        "-",
        "",
        "🚀",
        "Confidential",
        "Selbständig",
        "Freiberuflich",
        "À mon compte",
        "En búsqueda de empleo",
        "Autônomo",
        "Libero professionista",
        "ZZP'er",
        "Własna działalność gospodarcza",
        "OSVČ",
        "Egenföretagare",
        "Selvstændig",
        "Yrittäjä",
        "İş arıyorum",
        "Самозанятый",
        "自由职业者",
        "フリーランス",
        "프리랜서",
        "عمل حر",
        "עצמאי",
    ],
)
def test_names_no_employer(name):
    assert SHIPPED.is_non_employer(name)


@pytest.mark.parametrize(
    "name",
    [
        "Freelancer.com",
        "Self Financial",
        "The Home Depot",
        "Home Instead",
        "The Independent",
        "Stealth Monitoring",
        "Confidential Records",
        "Retired Racehorse Project",
        "Student Loans Company",
        "Open to Work Ltd Services",
        "Private Eye",
        "Nothing Technology",
        "Unknown Worlds",
        "Independent Health",
        "Company.com",
        "Stripe",
    ],
)
def test_names_an_employer(name):
    assert not SHIPPED.is_non_employer(name)


def test_shipped_list_is_broad():
    assert len(SHIPPED.names) >= 150


def test_lists_add_up():
    mine = NonEmployers.from_toml('[names]\nmine = ["Between adventures"]')
    assert (SHIPPED | mine).is_non_employer("between adventures")
    assert (SHIPPED | mine).is_non_employer("Freelance")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("names = [", "not TOML"),
        ('names = ["a"]', "under [names]"),
        ("[names]\nen = 3", "[names] en"),
        ('[names]\nen = ["a", 3]', "[names] en"),
        ("combination = 1", "[[combination]]"),
        ('[[combination]]\nopenings = "x"', "openings"),
        ('[[combination]]\nopenings = ["x"]', "followers"),
    ],
)
def test_a_bad_file_is_refused_in_one_line(text, words):
    with pytest.raises(KnowledgeError) as error:
        NonEmployers.from_toml(text, "mine.toml")
    assert str(error.value).startswith("mine.toml: ")
    assert words in str(error.value)
