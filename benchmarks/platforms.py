"""Slack and Telegram measured: each scenario a process with the platform in it, beside `tocsin run` as another."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from pydantic import TypeAdapter

from benchmarks.figures import middle, milliseconds, percentile
from benchmarks.on_slack import SlackMeasured, SlackPlan
from benchmarks.on_telegram import TelegramMeasured, TelegramPlan
from benchmarks.processes import ROOT, say
from benchmarks.table import Row

BUILD = ROOT / "build" / "bench-platforms"
SLACK_TAKES = 0.15
"""Seconds for a call, as the real one."""


@dataclass(frozen=True, slots=True)
class PlatformEffort:
    """How long, how many. A roll of 3,000 messages takes 100 seconds."""

    seconds: float = 10.0
    rounds: int = 2
    people: int = 300
    events: int = 3
    reports: int = 7
    presses: int = 500
    within: float = 10.0
    roll: int = 3_000

    @classmethod
    def quick(cls) -> Self:
        """To see that it works."""
        return cls(2.0, 1, 30, 1, 2, 100, 4.0, 120)

    @classmethod
    def tiny(cls) -> Self:
        """For tests: whether it starts at all."""
        return cls(0.3, 1, 3, 1, 1, 6, 0.3, 5)


@dataclass(frozen=True, slots=True)
class OnPlatforms:
    """All that was measured."""

    press: SlackMeasured
    slow: SlackMeasured
    slack_storm: SlackMeasured
    roll: TelegramMeasured
    telegram_storm: TelegramMeasured


def measure_platforms(effort: PlatformEffort, build: Path = BUILD) -> OnPlatforms:
    """Everything, one scenario after the other."""
    shutil.rmtree(build, ignore_errors=True)
    build.mkdir(parents=True)

    def slack(plan: SlackPlan) -> SlackMeasured:
        return TypeAdapter(SlackMeasured).validate_json(_process("benchmarks.on_slack", asdict(plan)))

    def telegram(plan: TelegramPlan) -> TelegramMeasured:
        return TypeAdapter(TelegramMeasured).validate_json(_process("benchmarks.on_telegram", asdict(plan)))

    def folder(name: str) -> str:
        return str(build / name)

    each = effort
    try:
        return OnPlatforms(
            slack(SlackPlan("press", folder("press"), each.people, each.events, each.seconds, each.rounds)),
            slack(
                SlackPlan(
                    "slow", folder("slow"), each.people, each.reports, each.seconds, each.rounds, delay=SLACK_TAKES
                )
            ),
            slack(SlackPlan("storm", folder("storm"), each.presses, presses=each.presses, within=each.within)),
            telegram(TelegramPlan("roll", folder("roll"), each.roll)),
            telegram(TelegramPlan("storm", folder("telegram"), each.presses, each.presses, each.within)),
        )
    finally:
        shutil.rmtree(build, ignore_errors=True)


def _process(module: str, plan: dict[str, object]) -> str:
    say(f"{module}: {plan['what']}")
    command = [sys.executable, "-m", module]
    done = subprocess.run(command, cwd=ROOT, input=json.dumps(plan), text=True, check=True, stdout=subprocess.PIPE)
    return done.stdout.splitlines()[-1]


def platform_rows(measured: OnPlatforms) -> Sequence[Row]:
    """Their part of the table."""
    return (
        *_press(measured.press),
        *_slow(measured.slow),
        *_storm("Slack", measured.slack_storm, 3),
        *_roll(measured.roll),
        *_storm("Telegram", measured.telegram_storm, 7),
    )


def _press(press: SlackMeasured) -> Iterator[Row]:
    house, bare = (middle([load.per_second for load in loads]) for loads in (press.house, press.bare))
    name = "Slack, 50 at once"
    yield Row(f"{name}: presses stored and acknowledged", house, "1/s", None, "more")
    yield Row(f"{name}: presses acknowledged by a bare bolt app", bare, "1/s", None, "more")
    yield Row(f"{name}: part of the bare bolt app", house / bare, "×", 0.7, "more")
    yield Row(f"{name}: processed while the load lasts", middle(press.processed_meanwhile), "1/s", None, "more")
    yield Row(f"{name}: processed until none waits", middle(press.processed), "1/s", 300, "more")
    yield Row(f"{name}: none waits after the last", max(press.drained), "s", 30, "less")
    yield Row(f"{name}: acknowledged, p99", middle([load.p99 for load in press.house]), "ms", None, "less")
    yield Row("Slack: processor for a press, all in", milliseconds(middle(press.processor)), "ms", None, "less")
    bare_processor = milliseconds(middle(press.bare_processor))
    yield Row("Slack: processor for a press, bare bolt app", bare_processor, "ms", None, "less")


def _slow(slow: SlackMeasured) -> Iterator[Row]:
    name = "Slack takes 150 ms a call"
    yield Row(f"{name}: acknowledged, 50 at once, p99", middle([load.p99 for load in slow.house]), "ms", 300, "less")
    last, slowest = middle(slow.reports), percentile(slow.reports, 1.0)
    yield Row(f"{name}: report to last of eleven departments' cards, median", last, "ms", 300, "less")
    yield Row(f"{name}: the same, slowest", slowest, "ms", None, "less")
    yield Row(f"{name}: until one stands in the event's new channel", middle(slow.reports_made), "ms", None, "less")
    yield Row(f"{name}: processed until none waits", middle(slow.processed), "1/s", None, "more")


def _storm(platform: str, storm: SlackMeasured | TelegramMeasured, goal: float) -> Iterator[Row]:
    name = f"{platform}, 500 presses on one card"
    yield Row(f"{name}: last state visible after", storm.visible_after, "s", goal, "less")
    yield Row(f"{name}: answered 429", storm.throttled, "", 0, "less")


def _roll(roll: TelegramMeasured) -> Iterator[Row]:
    name = f"Telegram, {roll.sent:,} direct messages"
    yield Row(f"{name}: part of the limit of 30/s", roll.of_limit, "×", 0.97, "more")
    yield Row(f"{name}: answered 429", roll.throttled, "", 0, "less")
    yield Row(f"{name}: from the first to the last", roll.seconds, "s", None, "less")
