"""How much one person may send."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.chat.inbound import Account, EditedMessage, Inbound, Pressed, Said, Submitted, What
from bot.domain.ids import EventId, RoomId
from bot.jobs import limiter as limiters
from bot.jobs.limiter import Limiter

NOW = datetime(2026, 3, 5, 6, 0, tzinfo=UTC)
SAID = Said("m", "hello")
PRESSED = Pressed("task.done", EventId("EV-2026-0001"))


def _inbound(what: What = SAID, account: str = "wang") -> Inbound:
    return Inbound("u", Account("web", account, account), RoomId("office"), what, NOW)


def test_who_sends_too_fast_is_told_once_until_the_minute_is_over() -> None:
    limiter = Limiter(3, 100)
    verdicts = [limiter.admit(_inbound(), NOW + timedelta(seconds=second)) for second in range(6)]
    assert verdicts == ["admitted", "admitted", "admitted", "told", "silent", "silent"]
    assert limiter.admit(_inbound(account="lin"), NOW) == "admitted"
    assert limiter.admit(_inbound(), NOW + timedelta(seconds=60)) == "admitted"
    assert limiter.admit(_inbound(), NOW + timedelta(seconds=60)) == "told"


def test_presses_have_a_larger_allowance_of_their_own() -> None:
    limiter = Limiter(1, 100)
    assert limiter.admit(_inbound(), NOW) == "admitted"
    assert [limiter.admit(_inbound(PRESSED), NOW) for _ in range(11)] == [*["admitted"] * 10, "told"]
    assert limiter.admit(_inbound(), NOW) == "told"


@pytest.mark.parametrize(
    "report", [Submitted("report.details", {}, {}), Said("m", "/report fire"), Said("m", "／报险情")]
)
def test_who_talked_too_much_can_still_report(report: What) -> None:
    limiter = Limiter(2, 100)
    assert [limiter.admit(_inbound(), NOW) for _ in range(3)] == ["admitted", "admitted", "told"]
    assert [limiter.admit(_inbound(report), NOW) for _ in range(3)] == ["admitted", "admitted", "told"]


def test_ten_thousand_messages_in_a_minute_get_one_warning() -> None:
    limiter = Limiter(60, 100)
    verdicts = [limiter.admit(_inbound(), NOW + timedelta(milliseconds=5 * number)) for number in range(10_000)]
    assert (verdicts.count("admitted"), verdicts.count("told")) == (60, 1)


def test_what_is_longer_than_a_message_may_be() -> None:
    limiter = Limiter(3, 5)
    long, short = "火" * 6, "火" * 5
    assert limiter.is_too_long(Said("m", long))
    assert not limiter.is_too_long(Said("m", short))
    assert limiter.is_too_long(EditedMessage("m", long))
    assert limiter.is_too_long(Submitted("report", {}, {"what": long}))
    assert not limiter.is_too_long(Submitted("report", {}, {"what": short}))
    assert not limiter.is_too_long(PRESSED)


def test_who_was_silent_for_longest_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limiters, "MOST_SENDERS", 3)
    limiter = Limiter(1, 5)
    for account in ("a", "b", "c", "d"):
        limiter.admit(_inbound(account=account), NOW)
    assert limiter.admit(_inbound(account="d"), NOW) == "told"
    assert limiter.admit(_inbound(account="a"), NOW) == "admitted"
