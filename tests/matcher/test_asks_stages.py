"""The life of an ask: what may follow what, and who is to be thanked."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.asks import stages
from matcher.asks.errors import NotNow
from store.asks import Ask, Event

DAY = date(2026, 11, 24)
GOOD = ["approve", "sent", "agreed", "talked"]


def ask(kind="information", stage="draft", **fields):
    return Ask(1, kind, stage, 7, "Tallgrass", DAY, **fields)


def after(one, *verbs, on=DAY):
    for verb in verbs:
        one = stages.move(one, verb, on)
    return one


@pytest.mark.parametrize("kind", ["information", "second_step", "reconnect"])
def test_the_way_of_an_ask_that_goes_well(kind):
    talked = after(ask(kind), *GOOD)
    assert (talked.stage, talked.sent_on, talked.agreed_on, talked.talked_on) == (
        *("talked", DAY, DAY, DAY),
    )
    thanked = stages.thanked(talked, "target", DAY)
    assert thanked.stage == "thanked"
    assert after(thanked, "close").stage == "closed"


def test_an_introduction_is_opted_into_twice():
    agreed = after(ask("introduction"), "approve", "sent", "agreed")
    for verb in ("introduced", "talked"):
        with pytest.raises(NotNow, match="Possible: .*target-ok"):
            stages.move(agreed, verb, DAY)
    made = after(agreed, "target-ok", "introduced", "talked")
    assert stages.owed(made) == {"connector": DAY, "target": DAY}
    once = stages.thanked(made, "connector", DAY)
    assert once.stage == "talked", "the other one is not thanked yet"
    assert stages.thanked(once, "target", DAY).stage == "thanked"


@pytest.mark.parametrize(
    ("stage", "verb"),
    [("draft", "sent"), ("draft", "talked"), ("sent", "talked"), ("closed", "sent")],
)
def test_a_wrong_step_is_refused_and_the_right_ones_named(stage, verb):
    one = ask(stage=stage)
    with pytest.raises(NotNow) as refused:
        stages.move(one, verb, DAY)
    assert f"{verb} is not possible now" in str(refused.value)
    for name in stages.allowed(one):
        assert name in str(refused.value)


def test_a_pause_ends_where_it_began():
    sent = after(ask(), "approve", "sent")
    paused = after(sent, "pause")
    events = [
        Event(1, datetime(2026, 11, 24, 8, n), DAY, what, stage)
        for n, (what, stage) in enumerate((("new", "draft"), ("sent", "sent"), ("pause", "paused")))
    ]
    assert stages.move(paused, "resume", DAY, back_to=stages.before(paused, events)) == sent


def test_what_is_over_is_reopened_only_with_a_reason():
    over = after(ask(), "approve", "sent", "no-reply")
    with pytest.raises(NotNow, match="--reason"):
        stages.move(over, "reopen", DAY)
    again = stages.move(over, "reopen", DAY, reason="wrote back", back_to="sent")
    assert (again.stage, again.outcome, again.outcome_on) == ("sent", None, None)


def test_what_has_not_run_its_course_is_closed_only_with_a_reason():
    agreed = after(ask(), "approve", "sent", "agreed")
    with pytest.raises(NotNow, match="--reason"):
        stages.move(agreed, "close", DAY)
    assert stages.move(agreed, "close", DAY, reason="they left").stage == "closed"


def test_a_no_is_thanked_for_as_well():
    refused = after(ask(), "approve", "sent", "decline")
    assert stages.owed(refused) == {"target": DAY}
    assert stages.thanked(refused, "target", DAY).stage == "declined"
    of_connector = after(ask("introduction"), "approve", "sent", "decline")
    assert stages.owed(of_connector) == {"connector": DAY}


def test_the_message_to_the_target_is_locked_until_the_connector_called_ahead():
    one = ask("introduction", "agreed")
    assert not stages.is_unlocked(one)
    assert not stages.is_unlocked(replace(one, may_use_name="yes"))
    assert not stages.is_unlocked(replace(one, heads_up_on=DAY))
    assert stages.is_unlocked(replace(one, may_use_name="yes", heads_up_on=DAY))
    assert stages.is_unlocked(ask("information"))
    assert "heads-up" not in stages.allowed(ask("introduction", "sent"))


@given(
    st.sampled_from(list(stages.PATHS)),
    st.lists(st.sampled_from([v for v in stages.VERBS if v != "thanked"]), max_size=25),
)
def test_whatever_happens_an_ask_is_at_a_stage_there_is_and_never_stuck(kind, verbs):
    one = ask(kind)
    for number, verb in enumerate(verbs):
        on = DAY + timedelta(days=number)
        try:
            one = stages.move(one, verb, on, reason="so it was", back_to="sent")
        except NotNow as refused:
            assert verb not in stages.allowed(one)
            assert all(name in str(refused) for name in stages.allowed(one))
        assert one.stage in (*stages.PATHS[kind], *stages.SIDE)
        assert stages.allowed(one)
