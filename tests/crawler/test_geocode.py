"""Locations to places, where that is sure and only there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import make_cldr, make_gazetteer
from crawler.gazetteer import folded, gazetteer
from crawler.geocode import Place, geocode
from crawler.places import location_parts


@pytest.mark.parametrize(
    ("text", "city", "region", "country"),
    [
        ("Berlin", "Berlin", "Berlin", "DE"),
        ("München", "Munich", "Bayern", "DE"),
        ("Munich, Germany", "Munich", "Bayern", "DE"),
        ("Bangalore, India", "Bengaluru", "Karnataka", "IN"),
        ("Remote - Austin, TX", "Austin", "Texas", "US"),
        ("Austin, TX, United States", "Austin", "Texas", "US"),
        ("Portland, OR", "Portland", "Oregon", "US"),
        ("Atlanta, Georgia", "Atlanta", "Georgia", "US"),
        ("Cambridge, MA", "Cambridge", "Massachusetts", "US"),
        ("Vienna, VA", "Vienna", "Virginia", "US"),
        ("Toronto, ON", "Toronto", "Ontario", "CA"),
        ("NYC", "New York City", "New York", "US"),
        ("Bavaria", None, "Bayern", "DE"),
        ("United Kingdom", None, None, "GB"),
        ("Remote - US", None, None, "US"),
        ("Home office, Deutschland", None, None, "DE"),
    ],
)
def test_what_is_sure(text, city, region, country):
    assert geocode(text) == Place(city, region, country)


@pytest.mark.parametrize(
    "text",
    ["Cambridge", "Georgia", "CA", "IT", "Remote", "EMEA", "Berlin / Hamburg", "Ontario, CA",
     "Reading", "Engineering", "Portland", "Multiple locations", "", "x" * 5000, "a, " * 500],
)  # fmt: skip
def test_what_is_not(text):
    assert geocode(text) is None


def test_the_country_of_a_posting_tells_cities_of_one_name_apart():
    assert geocode("Cambridge", "GB") == Place("Cambridge", "England", "GB")
    assert geocode("Cambridge", "US") == Place("Cambridge", "Massachusetts", "US")


@given(st.text(max_size=60), st.sampled_from([None, "DE", "US", "GB"]))
def test_any_text_means_a_place_of_the_gazetteer_or_none(text, nation):
    found = geocode(text, nation)
    if found is not None:
        assert len(found.country) == 2
        assert found.city is None or gazetteer().cities(folded(found.city))


@given(st.sampled_from(["Oslo", "Lyon", "Pune"]), st.sampled_from(["Remote - {}", "{} (Hybrid)"]))
def test_ways_of_working_are_no_places(city, frame):
    assert geocode(frame.format(city)) == geocode(city)
    assert location_parts(frame.format(city)) == [city]


def test_the_bundled_names_of_countries_are_those_of_babel():
    made = "".join(f"{line}\n" for line in make_cldr.lines())
    assert made == make_cldr.TARGET.read_text(encoding="utf-8"), "python -m bench.make_cldr"


def test_the_gazetteer_is_in_the_order_it_is_bisected_in():
    lines = make_gazetteer.TARGET.read_text(encoding="utf-8").removesuffix("\n").split("\n")
    assert lines == sorted(lines)
    assert len({line.partition("\t")[0] for line in lines}) == len(lines)
