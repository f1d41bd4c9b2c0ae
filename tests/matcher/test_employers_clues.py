"""Domains and places decide where names alone cannot."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.employers.clues import MOST_SHARING, Known, clues, weigh
from matcher.employers.link import Tier, link
from matcher.employers.load import load_knowledge

KNOWLEDGE = load_knowledge(Path(__file__).resolve().parents[2] / "config" / "employers")


def found(one, other, one_clues, other_clues, verdicts=None):
    verdicts = verdicts or {}
    links = link([one], [other], KNOWLEDGE, verdicts)
    known = Known({one: one_clues}, {other: other_clues})
    return weigh(links, known, KNOWLEDGE, verdicts)


def tier(*args, **more):
    links = found(*args, **more)
    return links[0].tier.value if links else "different"


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("brambleworks.com", "brambleworks.com"),
        ("https://www.Brambleworks.com/careers?x=1", "brambleworks.com"),
        ("jane.doe@mail.brambleworks.co.uk", "brambleworks.co.uk"),
        ("http://user@brambleworks.io:8080", "brambleworks.io"),
        ("brambleworks.com.au.", "brambleworks.com.au"),
        ("müllerwerk.de", "müllerwerk.de"),
        ("jane@gmail.com", ""),
        ("boards.greenhouse.io/brambleworks", ""),
        ("brambleworks", ""),
        ("10.0.0.1", ""),
        ("-..-", ""),
        ("", ""),
    ],
)
def test_the_domain_of_a_text(text, domain):
    assert clues(text).domains == ({domain} if domain else set())


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_text_makes_clues_fail(domain, place):
    assert all("." in d for d in clues(domain, place).domains)


def test_a_common_domain_lifts_by_a_tier():
    both = clues("brambleworks.com"), clues("jo@mail.brambleworks.com")
    plain = link(["Genasys"], ["GenapSys"], KNOWLEDGE)
    assert [x.tier for x in plain] == [Tier.UNSURE]
    (lifted,) = found("Genasys", "GenapSys", *both)
    assert lifted.tier is Tier.LIKELY and lifted.score > plain[0].score
    assert lifted.reason.endswith("both use brambleworks.com")
    assert tier("Brambleworks Labs", "Brambleworks", *both) == "same"


def test_a_part_with_its_owners_domain_is_still_a_part():
    both = clues("google.com"), clues("google.com")
    assert tier("YouTube", "Google", *both) == "likely"


def test_one_name_with_two_domains_is_not_merged_silently():
    apart = clues("brambleworks.com"), clues("bramblewood.org")
    (lowered,) = found("Brambleworks", "Brambleworks", *apart)
    assert lowered.tier is Tier.LIKELY
    assert lowered.reason.endswith("but brambleworks.com is not bramblewood.org")
    everyday = clues("mercury.com"), clues("planetmercury.org")
    assert tier("Mercury", "Mercury", *everyday) == "unsure"
    several = clues("brambleworks.com") | clues("quillfeather.org"), clues()
    (open_,) = found("Brambleworks", "Brambleworks", *several)
    assert open_.tier is Tier.LIKELY and "several domains" in open_.reason


def test_a_country_of_ones_own_is_no_contradiction():
    countries = clues("brambleworks.com"), clues("brambleworks.de")
    assert tier("Brambleworks", "Brambleworks GmbH", *countries) == "same"


def test_facts_are_believed_before_domains():
    assert tier("Meta", "Facebook", clues("meta.com"), clues("fb.com")) == "same"


def test_a_domain_alone_is_for_a_person_to_decide():
    both = clues("quillfeather.com"), clues("quillfeather.com")
    (alone,) = found("Tamberlane Foods", "Hosk & Vane", *both)
    assert (alone.tier, alone.reason) == (
        Tier.UNSURE,
        "both use quillfeather.com; the names do not tell",
    )
    assert found("Freelance", "Hosk & Vane", *both) == []
    assert found("Merck & Co.", "Merck KGaA", *both) == []


def test_a_domain_of_very_many_is_nobodys():
    ones = {f"{chr(97 + n)}rambleworks": clues("hosting.example") for n in range(MOST_SHARING + 1)}
    known = Known(ones, {"Quillfeather": clues("hosting.example")})
    assert weigh([], known, KNOWLEDGE, {}) == []


def test_a_hospital_in_another_place_is_not_merged_silently():
    name = "St. Vexley Hospital"
    apart, same = (
        (clues(place="Leeds"), clues(place="York, UK")),
        (
            clues(place="York"),
            clues(place="York, UK"),
        ),
    )
    assert tier(name, name, *apart) == "likely"
    assert tier(name, name, *same) == "same"
    assert tier("Brambleworks", "Brambleworks", *apart) == "same", "a firm has many offices"


def test_verdicts_stand_whatever_the_clues():
    both = clues("quillfeather.com"), clues("quillfeather.com")
    apart = clues("a.com"), clues("b.com")
    yes, no = ({("brambleworks", "quillfeather"): said} for said in (True, False))
    assert tier("Brambleworks", "Quillfeather", *apart, verdicts=yes) == "same"
    assert tier("Brambleworks", "Quillfeather", *both, verdicts=no) == "different"
    assert tier("Quillfeather", "Brambleworks", *both, verdicts=no) == "different"


def test_of_clues_that_may_be_old_only_what_agrees_counts():
    links = link(["Brambleworks", "Genasys"], ["Brambleworks", "GenapSys"], KNOWLEDGE)
    employers = {"Brambleworks": clues("brambleworks.com"), "Genasys": clues("genasys.com")}
    workplaces = {"Brambleworks": clues("jo@before.org"), "GenapSys": clues("al@genasys.com")}
    known = Known(employers, workplaces, may_be_old=True)
    found = {x.employer: x.tier for x in weigh(links, known, KNOWLEDGE, {})}
    assert found == {"Brambleworks": Tier.SAME, "Genasys": Tier.LIKELY}


def test_without_clues_nothing_changes():
    links = link(["Brambleworks", "Meta"], ["Brambleworks Labs", "Facebook"], KNOWLEDGE)
    assert weigh(links, Known(), KNOWLEDGE, {}) == links
