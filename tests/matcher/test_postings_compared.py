"""Reposts and twins: what is one job, what is not, and groups that stay what they were."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.postings.alike import same_text, same_title
from matcher.postings.grouping import REPOST_DAYS, compare, regroup
from store.searching import PostingFilter
from store.unsettled import LARGEST_BLOCK, PostingKey
from tests.store.shop import START, Shop

TEXT = (
    "You will keep the kettles of our distillery at the right heat, taste what comes out of "
    "them, write down what you tasted, and teach two apprentices to do the same. We ask for "
    "three years at a still, a sound nose and a driving licence. We pay weekly and close on "
    "Sundays. Write to us with a few lines on the best batch you ever made and what went wrong."
)
OTHER = (
    "You will sell casks to merchants in the north, travel three days a week, and keep the book "
    "of orders. We ask for experience in trade, two languages besides your own, and patience. "
    "The car is ours, the fuel is ours, the sandwiches are yours. Tell us whom you would call "
    "on first and why, and what you would say when they tell you that the price is too high."
)


@pytest.fixture
def shop(tmp_path):
    made = Shop(tmp_path)
    made.follow("feed", "himalayas")
    made.follow("other")
    return made


def still(shop, external_id="1", **fields):
    """A posting on the employer's own board."""
    told = {"title": "Still Operator", "employer": "Inverlochty Distillers", "description": TEXT}
    return shop.posting(external_id, **(told | fields))


def on_feed(shop, external_id="f", **fields):
    """The same job, as a feed has it."""
    told = {"employer": "Inverlochty Distillers Ltd", "description": f"About the job\n{TEXT}"}
    return still(shop, external_id, board="feed", source="himalayas", **(told | fields))


def read(shop, board="acme", source="greenhouse"):
    return shop.read(listed=9) | {"board": board, "source": source}


def run(shop, *lines):
    """A run that reads all boards whole, and what is compared after it."""
    boards = [read(shop), read(shop, "feed", "himalayas"), read(shop, "other")]
    shop.run(*lines, *boards)
    return compare(shop.db)


def groups(shop):
    rows = shop.rows("SELECT external_id, group_id FROM twins ORDER BY external_id")
    return dict(rows)


# Reposts


def closed(shop):
    """A database in which posting 1 was open for two runs and has been closed."""
    run(shop, still(shop, published_at=START - timedelta(days=5)), still(shop, "2", title="Cook"))
    for _ in range(2):
        run(shop, still(shop, "2", title="Cook"))
    assert shop.open() == ["2"]


def test_a_posting_of_the_same_title_after_a_close_is_a_repost(shop):
    closed(shop)
    again = still(
        shop, "9", title="Still operator ", employer="Inverlochty Distillers, Ltd.",
        published_at=shop.now,
    )  # fmt: skip
    assert run(shop, again, still(shop, "2", title="Cook")).reposts == 1
    (found,) = [p for p in shop.jobs() if p.external_id == "9"]
    assert found.repost_of == "greenhouse:acme:1"
    assert found.first_published_at == found.since == START - timedelta(days=5)
    assert shop.open(PostingFilter(reposts=False)) == ["2"]
    assert shop.open(PostingFilter(since=START)) == ["2"], "its age counts from the first time"


def test_it_may_come_before_the_close_is_certain(shop):
    run(shop, still(shop))
    run(shop, still(shop, "9"))
    assert shop.open() == ["1", "9"], "a posting of that title on the same board is another job"
    assert run(shop, still(shop, "9")).reposts == 1
    assert [p.repost_of for p in shop.jobs()] == ["greenhouse:acme:1"]


def test_a_repost_of_a_repost_has_the_first_publication(shop):
    closed(shop)
    cook = still(shop, "2", title="Cook")
    run(shop, still(shop, "9", published_at=shop.now), cook)
    for _ in range(2):
        run(shop, cook)
    run(shop, still(shop, "10", published_at=shop.now), cook)
    (found,) = [p for p in shop.jobs() if p.external_id == "10"]
    assert found.repost_of == "greenhouse:acme:9"
    assert found.since == START - timedelta(days=5)


def test_each_closed_posting_is_repeated_once(shop):
    closed(shop)
    assert run(shop, still(shop, "9"), still(shop, "10")).reposts == 1


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"title": "Head of Stills"}, "another title"),
        ({"employer": "Castellane Freight"}, "another employer"),
        ({"locations": ["Lagos"]}, "another place"),
    ],
)
def test_what_is_no_repost(shop, fields, why):
    run(shop, still(shop, locations=["Oslo"]))
    for _ in range(2):
        run(shop)
    assert run(shop, still(shop, "9", **({"locations": ["Oslo"]} | fields))).reposts == 0, why


def test_after_sixty_days_it_is_a_new_posting(shop):
    closed(shop)
    shop.day += REPOST_DAYS + 1
    assert run(shop, still(shop, "9"), still(shop, "2", title="Cook")).reposts == 0


def test_a_board_that_moved_brings_reposts(shop):
    closed(shop)
    moved = still(shop, "m", board="other", published_at=shop.now)
    assert run(shop, moved, still(shop, "2", title="Cook")).reposts == 1


# Twins


def test_one_job_on_a_board_and_on_a_feed_is_shown_once_with_both_addresses(shop):
    run(shop, still(shop), on_feed(shop, title="Still Operator (m/f/d)"))
    (found,) = shop.jobs()
    assert (found.external_id, found.also) == ("1", ("https://x.example/f",))
    assert len(set(groups(shop).values())) == 1 and len(groups(shop)) == 2


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"description": OTHER}, "another text"),
        ({"title": "Cask Salesman"}, "another title"),
        ({"employer": "Castellane Freight"}, "another employer"),
        ({"locations": ["Lagos"]}, "another place"),
        ({"description": "Apply now."}, "too little text to tell"),
        ({"description": ""}, "no text"),
    ],
)
def test_what_is_no_twin(shop, fields, why):
    run(shop, still(shop, locations=["Oslo"]), on_feed(shop, **({"locations": ["Oslo"]} | fields)))
    assert groups(shop) == {}, why
    assert len(shop.jobs()) == 2


def test_two_postings_of_one_title_on_one_board_are_two_jobs(shop):
    run(shop, still(shop, "1"), still(shop, "2"))
    assert groups(shop) == {}


def test_an_address_they_share_says_as_much_as_a_text(shop):
    run(
        shop,
        still(shop, apply_url="https://apply.example/77"),
        on_feed(shop, url="https://apply.example/77", description=""),
    )
    assert len(groups(shop)) == 2


def test_a_text_that_a_feed_cuts_is_the_same(shop):
    cut = " ".join(TEXT.split()[:40]) + " …"
    run(shop, still(shop), on_feed(shop, description=cut))
    assert len(groups(shop)) == 2


def test_a_group_keeps_its_id_whatever_comes_and_goes(shop):
    run(shop, still(shop), on_feed(shop))
    (name,) = set(groups(shop).values())
    # A third one comes, the others change, and what was there changes back.
    third = still(shop, "o", board="other")
    run(shop, still(shop), on_feed(shop), third)
    assert groups(shop) == {"1": name, "f": name, "o": name}
    changed = {"department": "Spirits"}
    run(shop, still(shop, **changed), on_feed(shop, **changed), third)
    assert groups(shop) == {"1": name, "f": name, "o": name}
    # One becomes another job, and is by itself; then it is the same again.
    run(shop, still(shop, description=OTHER), on_feed(shop, **changed), third)
    assert groups(shop) == {"f": name, "o": name}
    run(shop, still(shop), on_feed(shop, **changed), third)
    assert groups(shop) == {"1": name, "f": name, "o": name}


def test_only_the_open_ones_of_a_group_are_shown(shop):
    run(shop, still(shop), on_feed(shop))
    for _ in range(2):
        run(shop, on_feed(shop))
    (found,) = shop.jobs()
    assert (found.external_id, found.also) == ("f", ())


def test_what_was_compared_is_not_compared_again(shop):
    assert run(shop, still(shop), on_feed(shop)).grouped == 2
    assert run(shop, still(shop), on_feed(shop)).grouped == 0
    assert compare(shop.db).grouped == 0


def test_a_run_that_goes_on_is_left_for_later(shop):
    run(shop, still(shop))
    with shop.db.write() as connection:
        connection.execute("UPDATE runs SET finished_at = NULL")
        connection.execute("INSERT INTO unsettled VALUES ('run0001', 'greenhouse', 'acme', '1')")
    compare(shop.db)
    assert shop.rows("SELECT count(*) FROM unsettled") == [(1,)]


def test_a_thousand_postings_of_one_title_are_no_cross_product(shop):
    """Each is compared with those of its own town only."""
    towns = LARGEST_BLOCK * 3
    shop.run(
        *(still(shop, f"a{n}", locations=[f"Town {n}"], title="Clerk") for n in range(towns)),
        *(on_feed(shop, f"b{n}", locations=[f"Town {n}"], title="Clerk") for n in range(towns)),
    )
    from store.unsettled import employers_without_key, store_employer_keys, twin_candidates

    store_employer_keys(shop.db, dict.fromkeys(employers_without_key(shop.db, 1), "k"))
    pairs = [pair for some in twin_candidates(shop.db, ["run0001"]) for pair in some]
    assert len(pairs) == towns
    assert compare(shop.db).grouped == 2 * towns


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Senior Data Engineer", "Data Engineer, Senior"),
        ("Köchin (m/w/d)", "Köchin"),
        ("Nurse – Night Shift", "Nurse - night shift"),
    ],
)
def test_titles_that_are_one(one, other):
    assert same_title(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Senior Engineer", "Junior Engineer"),
        ("Cook", "Cashier"),
        ("Engineer", "Engineer II, Data"),
    ],
)
def test_titles_that_are_not(one, other):
    assert not same_title(one, other)


def test_a_shuffled_text_is_not_the_same():
    words = TEXT.split()
    assert same_text(TEXT, TEXT.upper().replace(" ", "\n"))
    assert not same_text(TEXT, " ".join(sorted(words)))


KEYS = st.integers(0, 7).map(lambda n: PostingKey("s", f"b{n}", str(n)))


@given(
    st.lists(st.tuples(KEYS, KEYS), max_size=12),
    st.dictionaries(KEYS, st.sampled_from("GHI"), max_size=6),
    st.sets(KEYS),
)
def test_pairs_end_up_together_and_groups_come_from_somewhere(pairs, before, fresh):
    pairs = [(a, b) for a, b in pairs if a != b]
    known = {x: before.get(x) for pair in pairs for x in pair}
    result = regroup({x: before.get(x) for x in fresh}, pairs, known, "seed")
    for one, other in pairs:
        assert result.groups[one] == result.groups[other]
    assert set(result.groups) == {x for pair in pairs for x in pair}
    for old, new in result.renamed.items():
        assert old in before.values() and new not in result.renamed
    # Postings that are not fresh and were together still are.
    for one in result.groups:
        for other in result.groups:
            if (
                before.get(one)
                and before.get(one) == before.get(other)
                and not {one, other} & fresh
            ):
                assert result.groups[one] == result.groups[other]
