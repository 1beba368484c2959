"""Socket Mode: two connections, replaced when Slack asks, thrown away when they hang."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.clock import VirtualClock
from bot.errors import RetryLater
from bot.i18n import Catalogs
from tests.slack.fake import FakeSlack
from tests.slack.plant import Gate, Plant, built, card

QUICK = 0.5
"""Seconds between two looks of the library at its connection: nobody waits here for a cable that was cut."""
START = datetime(2026, 3, 5, 6, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(START)


@pytest.fixture
async def plant(
    sqlite_url: str, tmp_path: Path, catalogs: Catalogs, slack: FakeSlack, clock: VirtualClock
) -> AsyncIterator[Plant]:
    async with built(sqlite_url, tmp_path, catalogs, slack, clock=clock, pings_every=QUICK) as plant:
        yield plant


@pytest.fixture
async def gate(plant: Plant) -> AsyncIterator[Gate]:
    async with plant.open_door() as gate:
        yield gate


async def test_two_connections_and_each_update_once(plant: Plant, gate: Gate) -> None:
    zhang = plant.person("zhang")
    for number in range(6):
        await zhang.says(plant.production, f"message {number}")
    assert len(plant.slack.sockets.connections) == 2
    assert len(gate.kept) == 6


async def test_what_is_not_stored_is_not_acknowledged(plant: Plant, gate: Gate) -> None:
    zhang = plant.person("zhang")
    plant.slack.ack_within = 0.2
    gate.full = True
    await zhang.says(plant.production, "smoke")
    assert len(plant.slack.pending) == 1
    told = await zhang.commands("/report", "fire", plant.production)
    assert told.acked
    assert "Not saved" in zhang.ephemerals[-1].text

    gate.full = False
    await plant.slack.retries()
    assert len(gate.kept) == 1


async def test_slack_replaces_connections_and_nothing_is_lost(plant: Plant, gate: Gate) -> None:
    zhang = plant.person("zhang")
    old = set(plant.slack.sockets.connections)
    await plant.slack.disconnects("refresh_requested")
    await plant.until(lambda: len(set(plant.slack.sockets.connections) - old) == 2 or None)
    await zhang.says(plant.production, "smoke")
    assert len(gate.kept) == 1


async def test_cut_cable_is_noticed(plant: Plant, gate: Gate) -> None:
    zhang = plant.person("zhang")
    old = set(plant.slack.sockets.connections)
    plant.slack.drops()
    await plant.until(lambda: len(set(plant.slack.sockets.connections) - old) == 2 or None)
    await zhang.says(plant.production, "smoke")
    assert len(gate.kept) == 1


async def test_ten_minutes_without_network(plant: Plant, gate: Gate, clock: VirtualClock) -> None:
    zhang = plant.person("zhang")
    await plant.slack.goes_away()
    await zhang.says(plant.production, "smoke")
    for _ in range(20):
        clock.set(clock.now() + timedelta(seconds=30))
        await plant.until(lambda: True)
    await plant.slack.comes_back()
    await plant.until(lambda: len(plant.slack.sockets.connections) >= 2 or _moved(clock), within=90)
    await plant.until(lambda: len(gate.kept) == 1 or _moved(clock), within=90)
    await plant.post(card())


def _moved(clock: VirtualClock) -> None:
    clock.set(clock.now() + timedelta(seconds=1))


async def test_connection_that_hangs_is_replaced(plant: Plant, gate: Gate, clock: VirtualClock) -> None:
    zhang = plant.person("zhang")
    old = set(plant.slack.sockets.connections)
    plant.slack.goes_silent()
    await plant.until(lambda: len(set(plant.slack.sockets.connections) - old) >= 2 or _moved(clock))
    plant.slack.drops(next(iter(old)))
    for each in old & set(plant.slack.sockets.connections):
        plant.slack.drops(each)
    await plant.until(lambda: len(set(plant.slack.sockets.connections) - old) >= 2 or _moved(clock))
    await plant.slack.retries()
    await zhang.says(plant.production, "smoke")
    assert len(gate.kept) == 1


async def test_refused_app_token_is_said_in_a_sentence(plant: Plant, clock: VirtualClock) -> None:
    plant.slack.app_scopes = set()
    running = asyncio.create_task(plant.adapter.run(Gate()))  # pyright: ignore[reportArgumentType]  as far as it is used
    await plant.until(lambda: _count(plant.slack, "apps.connections.open") >= 2 or None)
    await plant.until(lambda: running.done() or _moved(clock))
    assert "slack.app_token_refused" in repr(running.exception())


async def test_token_that_is_revoked_in_the_middle_ends_it_with_a_sentence(plant: Plant) -> None:
    running = asyncio.create_task(plant.adapter.run(Gate()))  # pyright: ignore[reportArgumentType]  as far as it is used
    await plant.until(lambda: len(plant.slack.sockets.connections) == 2 or None)
    plant.slack.revoked = True
    with pytest.raises(RetryLater):
        await plant.post(card())
    await plant.until(lambda: running.done() or None)
    assert "slack.token_refused" in repr(running.exception())


def _count(slack: FakeSlack, method: str) -> int:
    return sum(call.method == method for call in slack.calls)


async def test_connection_that_breaks_before_the_acknowledgement(plant: Plant, gate: Gate) -> None:
    zhang = plant.person("zhang")
    old = set(plant.slack.sockets.connections)
    plant.slack.ack_within = 1.0
    gate.waits.clear()
    async with asyncio.TaskGroup() as group:
        group.create_task(zhang.says(plant.production, "smoke"))
        await plant.until(lambda: plant.slack.deliveries or None)
        plant.slack.drops()
        await plant.until(lambda: len(set(plant.slack.sockets.connections) - old) == 2 or None)
        gate.waits.set()
    await plant.slack.retries()
    assert len(gate.kept) == 1


async def test_slack_is_away_when_the_house_opens(
    sqlite_url: str, tmp_path: Path, catalogs: Catalogs, slack: FakeSlack, clock: VirtualClock
) -> None:
    slack.fail_next("auth.test", "fatal_error")
    async with built(sqlite_url, tmp_path, catalogs, slack, clock=clock, pings_every=QUICK) as plant, plant.open_door():
        await plant.until(lambda: _count(slack, "auth.test") >= 3 or _moved(clock))


async def test_rubbish_on_the_wire_does_no_harm(plant: Plant, gate: Gate) -> None:
    await plant.slack.sends_rubbish()
    await plant.person("zhang").says(plant.production, "smoke")
    assert len(gate.kept) == 1


async def test_people_of_the_workspace_are_met_when_slack_is_back(
    sqlite_url: str, tmp_path: Path, catalogs: Catalogs, slack: FakeSlack, clock: VirtualClock
) -> None:
    slack.user("zhang", email="zhang@ningjiang.example")
    slack.user("guest", guest=True)
    slack.fail_next("users.list", "ratelimited", retry_after=20)
    slack.fail_next("users.list", "fatal_error")
    async with (
        built(sqlite_url, tmp_path, catalogs, slack, clock=clock, pings_every=QUICK) as plant,
        plant.open_door() as gate,
    ):
        await plant.until(lambda: gate.met or _moved(clock))
    assert [account.email for account in gate.met] == ["zhang@ningjiang.example"]
