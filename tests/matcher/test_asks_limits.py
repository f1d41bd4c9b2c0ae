"""How much may be asked: every limit says why and until when, and gives way in time."""

from datetime import date, datetime, timedelta

import pytest

from matcher.asks import limits
from matcher.asks.limits import History, Limits, Stop, working_days_after
from store.asks import Ask, Override
from store.people import Block

DAY = date(2026, 11, 24)
POSTING = "lever:tallgrass:1"


def days(number):
    return DAY - timedelta(days=number)


def ask(number=1, contact=7, stage="closed", sent=40, **fields):
    sent_on = days(sent) if sent is not None else None
    defaults = {"kind": "information", "employer": "Tallgrass", "created_on": days(sent or 0)}
    if stage in ("talked", "thanked"):
        defaults["talked_on"] = days(1)
    return Ask(
        **(defaults | fields), ask_id=number, stage=stage, contact_id=contact, sent_on=sent_on
    )


def stop(asks=(), contact=7, employer="Tallgrass", posting=None, ask=None, **more):
    kind = more.pop("kind", "information")
    return History(DAY, asks=asks, **more).stop(contact, employer, posting, ask, kind)


def test_nobody_is_blocked_without_a_reason():
    assert stop() is None
    assert stop([ask(sent=31)]) is None
    assert stop([ask(contact=8, stage="sent", sent=1)]) is None


def test_do_not_contact_comes_first_and_may_end():
    block = Block(7, None, "asked me not to", None, days(3))
    assert stop([ask(stage="sent")], blocks=[block]) == Stop(
        limits.DO_NOT_CONTACT, "asked me not to"
    )
    until = block._replace(until=DAY + timedelta(days=9))
    assert stop(blocks=[until]).until == DAY + timedelta(days=9)
    assert stop(blocks=[block._replace(until=DAY)]) is None


def test_who_is_not_thanked_is_not_asked():
    found = stop([ask(stage="talked", sent=60)])
    assert found.block == limits.UNTHANKED
    assert "inroad ask thanked 1 --to target" in found.why
    assert stop([ask(stage="thanked", sent=60, thanked_target_on=DAY)]) is None


def test_a_connector_is_thanked_before_the_next_ask():
    made = ask(
        kind="introduction", stage="introduced", contact=9, target_id=7, introduced_on=days(1)
    )
    assert stop([made], contact=9).block == limits.UNTHANKED
    assert stop([made], contact=7) is None


@pytest.mark.parametrize("stage", ["draft", "approved", "sent", "agreed", "paused"])
def test_one_open_ask_at_a_time(stage):
    found = stop([ask(3, stage=stage)])
    assert (found.block, found.until) == (limits.OPEN_ASK, None)
    assert "ask 3" in found.why


def test_cool_down_after_an_ask():
    found = stop([ask(sent=10)])
    assert found == Stop(limits.COOL_DOWN, f"last asked on {days(10)}", days(10 - 30))


@pytest.mark.parametrize(
    ("sent", "until"),
    [((80, 50), 80 - 90), ((360, 300, 200, 100), 360 - 365), ((95, 50), None)],
)
def test_so_many_within_a_span(sent, until):
    found = stop([ask(n, sent=ago) for n, ago in enumerate(sent)])
    assert (found and found.until) == (days(until) if until is not None else None)


def test_a_no_holds_for_half_a_year():
    refused = ask(stage="declined", sent=60, outcome="declined", outcome_on=days(50))
    thanked = ask(
        *(1, 7, "declined", 60), outcome="declined", outcome_on=days(50), thanked_target_on=days(50)
    )
    assert stop([refused]).block == limits.UNTHANKED
    assert stop([thanked]).until == days(50 - 180)


def test_a_hello_wears_nobody_out():
    assert stop([ask(sent=3, kind="reconnect")]) is None
    assert stop([ask(sent=3)], kind="reconnect") is None


def test_the_users_own_employer_and_its_group_stay_unaware():
    groups = {"Tallgrass": "T", "Tailspin": "T"}
    same = {"same_group": lambda a, b: groups.get(a, a) == groups.get(b, b)}
    own = {"Tailspin": "Positions.csv"}
    found = stop(own=own, **same)
    assert found.block == limits.CONFIDENTIAL
    assert "your own employer (Positions.csv)" in found.why
    elsewhere = stop(employer="Other", own=own, works_at={7: ["Tallgrass"]}, **same)
    assert elsewhere.block == limits.DO_NOT_CONTACT
    refused = Block(None, "Tailspin", "a client", None, days(1))
    assert "a client" in stop(blocks=[refused], **same).why


def test_one_person_a_posting_then_another_after_five_working_days():
    first = ask(1, contact=8, stage="sent", sent=2, posting=POSTING)
    found = stop([first], posting=POSTING)
    assert (found.block, found.until) == (limits.CAP, working_days_after(days(2), 5))
    assert stop([first], posting="lever:tallgrass:2") is None
    assert stop([ask(1, contact=8, stage="sent", sent=8, posting=POSTING)], posting=POSTING) is None
    said_no = ask(1, contact=8, stage="declined", sent=2, posting=POSTING, outcome="declined")
    assert stop([said_no], posting=POSTING) is None
    three = [ask(n, contact=10 + n, sent=30 + n, posting=POSTING) for n in range(3)]
    assert "3 people" in stop(three, posting=POSTING).why


def test_ten_new_asks_a_week():
    many = [ask(n, contact=100 + n, stage="sent", sent=n % 7) for n in range(10)]
    found = stop(many)
    assert (found.block, found.until) == (limits.CAP, days(6 - 7))
    assert stop(many[1:]) is None
    assert stop(many, limits=Limits(per_week=11)) is None


def test_an_ask_does_not_stand_in_its_own_way():
    own = ask(1, stage="draft", sent=None)
    assert stop([own], ask=own) is None
    assert stop([own, ask(2, stage="sent", sent=3)], ask=own).block == limits.OPEN_ASK


def test_what_was_set_aside_stays_so_for_that_ask_alone():
    own = ask(2, stage="draft", sent=None)
    asks = [ask(1, sent=10), own]
    aside = [Override(2, limits.COOL_DOWN, "she offered", datetime(2026, 11, 24))]
    assert stop(asks, ask=own).block == limits.COOL_DOWN
    assert stop(asks, ask=own, overrides=aside) is None
    assert stop([ask(1, sent=10)], overrides=aside).block == limits.COOL_DOWN


def test_once_sent_only_never_holds():
    sent = ask(1, stage="sent", sent=1)
    assert stop([sent, ask(2, sent=3)], ask=sent) is None
    block = Block(7, None, "please don't", None, DAY)
    assert stop([sent], ask=sent, blocks=[block]).block == limits.DO_NOT_CONTACT


def test_two_clients_do_not_wear_out_one_contact():
    assert stop(elsewhere={7: days(20)}).until == days(20 - 60)
    assert stop(elsewhere={7: days(60)}) is None


def test_working_days_leave_the_weekend_out():
    friday = date(2026, 11, 27)
    assert working_days_after(friday, 1) == date(2026, 11, 30)
    assert working_days_after(friday, 5) == date(2026, 12, 4)
