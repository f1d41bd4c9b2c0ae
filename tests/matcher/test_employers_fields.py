"""What people do speaks against a link only where the name alone cannot tell."""

import pytest

from matcher.employers.fields import JOBS, PEOPLE, in_doubt, weigh_fields
from matcher.employers.link import Link, Tier

NEAR = {"software": frozenset({"data"})}


def weighed(name="Mercury", hired=("sales",) * JOBS, known=("healthcare",) * PEOPLE, **more):
    link = Link(name, more.pop("workplace", name), more.pop("tier", Tier.SAME), 1.0, "same name")
    verdicts = more.pop("verdicts", {})
    (found,) = weigh_fields([link], {name: hired}, {link.workplace: known}, NEAR, verdicts)
    return found


def test_an_everyday_name_whose_people_do_something_else_is_for_a_person_to_decide():
    found = weighed()
    assert found.tier is Tier.UNSURE
    assert found.reason == (
        "same name; but the fields of your 3 contacts there (healthcare) are those of none of its "
        "10 jobs"
    )


@pytest.mark.parametrize(
    "given",
    [
        {"name": "Brambleworks"},
        {"known": ("healthcare",) * (PEOPLE - 1)},
        {"hired": ("sales",) * (JOBS - 1)},
        {"known": ("healthcare", "healthcare", "sales")},
        {"known": ("software",) * PEOPLE, "hired": ("data",) * JOBS},
        {"verdicts": {("mercury", "mercury"): True}},
        {"workplace": "Mercury Labs"},
        {"hired": ()},
    ],
)
def test_everything_else_stays_as_it_is(given):
    assert weighed(**given).tier is Tier.SAME


def test_what_waits_for_a_person_anyway_is_not_lowered_further():
    assert not in_doubt(Link("Mercury", "Mercury", Tier.UNSURE, 0.8, ""))
    assert weighed(tier=Tier.UNSURE).reason == "same name"
