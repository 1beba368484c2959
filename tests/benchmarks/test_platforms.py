"""The benchmarks of Slack and Telegram start, finish and fill their rows: no timing is asserted here."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import on_slack, on_telegram
from benchmarks.on_slack import SlackMeasured, SlackPlan
from benchmarks.on_telegram import TelegramMeasured, TelegramPlan, part_of_limit
from benchmarks.platforms import OnPlatforms, platform_rows
from benchmarks.slack_load import Acknowledged, is_checklist_of

pytestmark = pytest.mark.uncounted


async def test_presses_are_acknowledged_and_processed_beside_a_bare_app(tmp_path: Path) -> None:
    plan = SlackPlan("press", str(tmp_path), people=3, seconds=0.4, rounds=1, at_once=4)
    measured = await on_slack.measure(plan)
    assert [load.answers > 0 for load in measured.house] == [True]
    assert [load.answers > 0 for load in measured.bare] == [True, True]
    assert measured.broken == 0


async def test_reports_and_presses_are_measured_while_slack_is_slow(tmp_path: Path) -> None:
    plan = SlackPlan("slow", str(tmp_path), people=3, seconds=0.4, rounds=1, at_once=4, delay=0.02)
    measured = await on_slack.measure(plan)
    assert min(measured.reports[0], measured.reports_made[0]) > 20
    assert len(measured.house) == 1
    assert measured.broken == 0


async def test_a_storm_of_presses_on_slack_ends_in_the_last_state(tmp_path: Path) -> None:
    measured = await on_slack.measure(SlackPlan("storm", str(tmp_path), people=6, presses=6, within=0.3))
    assert measured.broken == 0


async def test_a_roll_on_telegram_reaches_everybody(tmp_path: Path) -> None:
    measured = await on_telegram.measure(TelegramPlan("roll", str(tmp_path), people=5))
    assert (measured.sent, measured.broken) == (5, 0)


async def test_a_storm_of_presses_on_telegram_ends_in_the_last_state(tmp_path: Path) -> None:
    measured = await on_telegram.measure(TelegramPlan("storm", str(tmp_path), people=6, presses=6, within=0.3))
    assert measured.broken == 0


def test_every_goal_of_the_platforms_has_its_row() -> None:
    load, telegram = Acknowledged(900, 1.0, 80.0), TelegramMeasured(3000, 100.0, 0.99)
    slack = SlackMeasured([load], [load, load], [350.0], [400.0], [12.0], [0.002], [0.0005], [290.0], [250.0])
    found = platform_rows(OnPlatforms(slack, slack, slack, telegram, telegram))
    goals = [row.goal for row in found if row.goal is not None]
    assert goals == [0.7, 300, 30, 300, 300, 3, 0, 0.97, 0, 7, 0]
    assert all(row.met for row in found if row.goal is not None)
    assert len({row.name for row in found}) == len(found)


def test_the_part_of_the_limit_is_one_where_nothing_could_be_faster() -> None:
    assert part_of_limit(3000, 99.0) == pytest.approx(1.0)
    assert part_of_limit(3000, 110.0) == pytest.approx(0.9)
    assert part_of_limit(5, 0.1) == 1.0


def test_checklists_are_told_from_other_messages() -> None:
    assert is_checklist_of("EV-2026-0001/office", "")
    assert not is_checklist_of("EV-2026-0001/command", "")
    assert not is_checklist_of("EV-2026-0001/office/late", "")
    assert not is_checklist_of("lost/slack/office", "")
    assert not is_checklist_of("EV-2026-0001/office", "EV-2026-0002")
