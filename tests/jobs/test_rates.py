"""Windows of what left: as much as a platform allows at any time, and never more."""

from __future__ import annotations

import random
from collections import deque
from datetime import UTC, datetime, timedelta

from bot.chat.adapter import Budget
from bot.chat.effect import Priority
from bot.jobs.rates import ANSWERS, MARGIN, MOST_IDLE, WIRE, Draw, Rates, Ticket, hurried, is_wide

NOW = datetime(2026, 3, 5, 6, 0, tzinfo=UTC)
ALL = Budget("all", 30, 1.0)
GROUP = Budget("group/-1", 20, 60.0, edits_every=3.0)
CHANNEL = Budget("channel/C1", 1, 1.0, edits_every=1.0)
SECOND = timedelta(seconds=1)
MILLISECOND = timedelta(milliseconds=1)


def draw(*budgets: Budget, edit: bool = False, rank: int | None = None) -> Draw:
    usual = Priority.EDIT if edit else Priority.CARD
    return Draw("telegram", budgets, usual if rank is None else rank, edit)


def send(rates: Rates, wanted: Draw, now: datetime, answered: datetime | None = None) -> None:
    ticket = rates.take(wanted, now)
    rates.leaves(ticket, now)
    rates.lands(ticket, answered or now)


def test_nothing_waits_where_there_are_no_limits() -> None:
    rates = Rates()
    for _ in range(100):
        assert rates.free_at(draw(), NOW) == NOW
        send(rates, draw(), NOW)
    assert rates.closed(NOW) == {}


def test_a_window_takes_its_count_at_once_and_the_next_when_the_first_is_out() -> None:
    rates = Rates()
    for number in range(30):
        at = NOW + number * MILLISECOND
        assert rates.free_at(draw(ALL), at + 2 * SECOND) == at + 2 * SECOND
        send(rates, draw(ALL), at)
    assert rates.free_at(draw(ALL), NOW + 30 * MILLISECOND) == NOW + SECOND + MARGIN
    assert rates.closed(NOW + 30 * MILLISECOND) == {"telegram": NOW + SECOND + MARGIN}
    send(rates, draw(ALL), NOW + SECOND + MARGIN)
    assert rates.free_at(draw(ALL), NOW + SECOND + MARGIN) == NOW + SECOND + MARGIN + MILLISECOND
    assert rates.closed(NOW + 2 * SECOND) == {}


def test_a_message_counts_when_it_is_answered() -> None:
    rates = Rates()
    ticket = rates.take(draw(CHANNEL), NOW)
    assert not rates.leaves(ticket, NOW)
    rates.lands(ticket, NOW + 150 * MILLISECOND)
    assert rates.free_at(draw(CHANNEL), NOW + SECOND) == NOW + 150 * MILLISECOND + SECOND + MARGIN


def test_where_a_platform_always_thinks_long_it_counts_no_later_than_the_wire_takes() -> None:
    rates, at = Rates(), NOW
    for _ in range(ANSWERS):
        ticket = rates.take(draw(CHANNEL), at)
        assert not rates.leaves(ticket, at)
        rates.lands(ticket, at + 150 * MILLISECOND)
        at += 2 * SECOND
    ticket = rates.take(draw(CHANNEL), at)
    assert rates.leaves(ticket, at)
    rates.arrives(ticket, at + WIRE)
    rates.lands(ticket, at + 150 * MILLISECOND)
    assert rates.free_at(draw(CHANNEL), at + SECOND) == at + SECOND + WIRE + MARGIN
    send(rates, draw(CHANNEL), at + 2 * SECOND, at + 2 * SECOND + MILLISECOND)
    assert not rates.leaves(rates.take(draw(CHANNEL), at + 4 * SECOND), at + 4 * SECOND)


def test_what_is_let_go_early_knows_its_moment() -> None:
    rates = Rates()
    assert rates.take(draw(ALL), NOW).not_before == NOW
    send(rates, draw(CHANNEL), NOW)
    assert rates.take(draw(CHANNEL), NOW + SECOND).not_before == NOW + SECOND + MARGIN


def test_one_that_is_not_answered_holds_up_nobody_longer_than_its_window() -> None:
    rates = Rates()
    ticket = rates.take(draw(CHANNEL), NOW)
    assert rates.free_at(draw(CHANNEL), NOW) == NOW + SECOND + MARGIN
    rates.leaves(ticket, NOW)
    rates.arrives(ticket, NOW + WIRE)
    assert rates.free_at(draw(CHANNEL), NOW + 5 * SECOND) == NOW + 5 * SECOND


def test_files_are_counted_when_they_have_arrived() -> None:
    rates = Rates()
    ticket = rates.take(draw(CHANNEL), NOW)
    rates.leaves(ticket, NOW)
    assert rates.free_at(draw(CHANNEL), NOW + 4 * SECOND) > NOW + 4 * SECOND
    rates.lands(ticket, NOW + 4 * SECOND)
    assert rates.free_at(draw(CHANNEL), NOW + 4 * SECOND) == NOW + 5 * SECOND + MARGIN


def test_what_did_not_leave_takes_no_place() -> None:
    rates = Rates()
    rates.lands(rates.take(draw(CHANNEL), NOW), NOW)
    rates.give_back(rates.take(draw(CHANNEL, edit=True), NOW))
    assert rates.free_at(draw(CHANNEL, edit=True), NOW) == NOW


def test_edits_are_paced_and_a_new_card_does_not_wait_for_them() -> None:
    rates = Rates()
    send(rates, draw(GROUP, edit=True), NOW, NOW + MILLISECOND)
    at = NOW + SECOND
    assert rates.free_at(draw(GROUP, edit=True), at) == NOW + MILLISECOND + 3 * SECOND + MARGIN
    assert rates.free_at(draw(GROUP), at) == at
    ticket = rates.take(draw(GROUP, edit=True), NOW + 4 * SECOND)
    assert rates.free_at(draw(GROUP, edit=True), NOW + 4 * SECOND) == NOW + 7 * SECOND + MARGIN
    rates.give_back(ticket)


def test_a_busy_card_leaves_room_for_alarms() -> None:
    rates, at = Rates(), NOW
    for _ in range(18):
        at = rates.free_at(draw(GROUP, edit=True), at)
        send(rates, draw(GROUP, edit=True), at)
    assert rates.free_at(draw(GROUP, edit=True), at) == NOW + 60 * SECOND + MARGIN
    assert rates.free_at(draw(GROUP, rank=Priority.REMINDER), at) == NOW + 60 * SECOND + MARGIN
    for _ in range(2):
        assert rates.free_at(draw(GROUP, rank=Priority.ALARM), at) == at
        send(rates, draw(GROUP, rank=Priority.ALARM), at)
    assert rates.free_at(draw(GROUP, rank=Priority.ALARM), at) == NOW + 60 * SECOND + MARGIN


def test_the_narrowest_of_several_budgets_decides_and_platforms_are_apart() -> None:
    rates = Rates()
    send(rates, draw(ALL, GROUP, edit=True), NOW)
    assert rates.free_at(draw(ALL, GROUP, edit=True), NOW) == NOW + 3 * SECOND + MARGIN
    assert rates.free_at(draw(ALL), NOW) == NOW
    send(rates, draw(CHANNEL), NOW)
    assert rates.free_at(Draw("slack", (CHANNEL,)), NOW) == NOW
    assert [is_wide(budget) for budget in (ALL, GROUP, CHANNEL)] == [True, False, False]
    assert hurried(draw(ALL, GROUP, edit=True)) == Draw("telegram", (GROUP,), Priority.ALARM)


def test_a_clock_that_is_put_back_stops_nothing() -> None:
    rates = Rates()
    send(rates, draw(CHANNEL, edit=True), NOW)
    hour_ago = NOW - 3600 * SECOND
    assert rates.free_at(draw(CHANNEL, edit=True), hour_ago) == hour_ago + SECOND + MARGIN


def test_windows_that_have_run_out_are_forgotten() -> None:
    rates, at = Rates(), NOW
    landed_late = rates.take(draw(CHANNEL), at)
    rates.leaves(landed_late, NOW)
    rates.arrives(landed_late, at)
    for person in range(5 * MOST_IDLE):
        at += timedelta(milliseconds=34)
        send(rates, draw(ALL, Budget(f"chat/{person}", 1, 1.0)), at)
    assert len(rates) <= 2 * MOST_IDLE
    rates.lands(landed_late, NOW)
    assert rates.free_at(draw(ALL), at + 2 * SECOND) == at + 2 * SECOND


def test_no_window_anywhere_holds_more_than_it_may_and_none_is_left_half_empty() -> None:
    """A platform that counts at some moment between leaving and answer, and a house that always has something."""
    dice, rates, now, seen = random.Random(3), Rates(), NOW, deque[datetime]()  # noqa: S311  the dice of a test
    flying: list[tuple[datetime, Ticket]] = []
    for _ in range(20_000):
        for arrival, ticket in [each for each in flying if each[0] <= now]:
            rates.arrives(ticket, now)
            flying.remove((arrival, ticket))
        if rates.free_at(draw(ALL), now) <= now:
            ticket = rates.take(draw(ALL), now)
            rates.leaves(ticket, now)
            wire = timedelta(milliseconds=dice.randint(1, 15))
            seen.append(now + wire)
            flying.append((now + min(WIRE, wire + timedelta(milliseconds=dice.randint(0, 200))), ticket))
        now += MILLISECOND
    counted = sorted(seen)
    assert all(later - earlier >= SECOND for earlier, later in zip(counted, counted[30:], strict=False))
    assert len(counted) >= 0.97 * 30 * 20
