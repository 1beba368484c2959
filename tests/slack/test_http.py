"""HTTP mode: who is let in, and what is answered before anything is done."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest

from bot.chat.card import Button
from bot.clock import VirtualClock
from bot.domain.ids import EventId
from bot.i18n import Catalogs
from bot.text import same
from tests.slack.fake import FakeSlack
from tests.slack.plant import Gate, Plant, built, card, served
from tests.slack.test_answer import FORM, show_form


@pytest.fixture
async def gate(http_plant: Plant) -> AsyncIterator[Gate]:
    async with http_plant.open_door() as gate:
        yield gate


async def test_what_is_signed_is_stored_and_then_acknowledged(http_plant: Plant, gate: Gate) -> None:
    zhang = http_plant.person("zhang")
    message = await zhang.says(http_plant.production, "smoke")
    command = await zhang.commands("/report", "fire", http_plant.production)
    assert command.acked
    assert command.response in (None, "")
    assert [json.loads(raw.payload).get("command") for raw in gate.kept] == [None, "/report"]
    assert message.ts in gate.kept[0].payload


@pytest.mark.parametrize("trouble", ["forges", "sends_old", "sends_unreadable_time"])
async def test_what_slack_has_not_signed_now_is_refused(
    http_plant: Plant, gate: Gate, trouble: str, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = await getattr(http_plant.slack, trouble)()
    assert answer.status == 401
    assert gate.kept == []
    assert "slack.not_signed" in capsys.readouterr().out


async def test_the_log_tells_of_unsigned_requests_once_a_minute(
    sqlite_url: str, tmp_path: Path, catalogs: Catalogs, slack: FakeSlack, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = VirtualClock(datetime.now(UTC))  # noqa: TID251  the fake's clock is the machine's
    async with built(sqlite_url, tmp_path, catalogs, slack, clock=clock, mode="http") as plant, plant.open_door():
        for seconds in (0, 59, 1):
            clock.set(clock.now() + timedelta(seconds=seconds))
            assert (await slack.forges()).status == 401
    assert capsys.readouterr().out.count("slack.not_signed") == 2


@pytest.mark.parametrize(
    ("timestamp", "signature"),
    [("", None), ("１７００００００００", None), ("9" * 5000, None), (None, ""), (None, "v0=é"), ("-1", None)],
)
async def test_odd_headers_are_refused(
    http_plant: Plant, gate: Gate, timestamp: str | None, signature: str | None
) -> None:
    stamp = None if timestamp is None else timestamp.encode().decode("latin-1")
    answer = await http_plant.slack.sends(b"{}", timestamp=stamp, signature=signature)
    assert answer.status == 401


async def test_the_clock_of_the_house_decides_what_is_old(
    sqlite_url: str, tmp_path: Path, catalogs: Catalogs, slack: FakeSlack
) -> None:
    clock = VirtualClock(datetime.now(UTC) + timedelta(minutes=6))  # noqa: TID251  the fake's clock is the machine's
    async with built(sqlite_url, tmp_path, catalogs, slack, clock=clock, mode="http") as plant, plant.open_door():
        assert (await slack.sends(b"{}")).status == 401


async def test_too_much_is_not_read(http_plant: Plant, gate: Gate) -> None:
    assert (await http_plant.slack.sends_too_much()).status == 413


async def test_too_much_without_its_length_is_not_read_either(http_plant: Plant, gate: Gate) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b"x" * 65_536

    async with httpx.AsyncClient() as browser:
        answer = await browser.post(http_plant.slack.http_url or "", content=chunks())
    assert answer.status_code == 413


async def test_address_of_slack_that_takes_no_answer(http_plant: Plant, gate: Gate) -> None:
    zhang = http_plant.person("zhang")
    await http_plant.post(card(buttons=(Button("task.done", same("Done"), EventId("EV-2026-0001")),)))
    gate.full = True
    http_plant.slack.fail_next("chat.postMessage", "channel_not_found")
    press = await zhang.presses(http_plant.slack.messages(http_plant.production)[0], "Done")
    assert press is not None
    for url in http_plant.slack.answer_urls.values():
        url.uses = 5
    assert not press.acked


async def test_signed_rubbish_is_refused(http_plant: Plant, gate: Gate) -> None:
    answer = await http_plant.slack.sends_rubbish()
    assert answer is not None
    assert answer.status == 400
    assert (await http_plant.slack.sends(b"\xff\xfe")).status == 401
    assert gate.kept == []


@pytest.mark.parametrize("said", ["100% sure, =3D", "a+b c", "火灾 😀", "== %% \n.\r\n", "%22 &amp; &payload="])
async def test_form_arrives_as_it_was_written(http_plant: Plant, gate: Gate, said: str) -> None:
    written = json.dumps({"type": "from the future", "said": said}, ensure_ascii=False)
    answer = await http_plant.slack.sends(urlencode({"payload": written}).encode(), "application/x-www-form-urlencoded")
    assert answer.status == 200
    assert [raw.payload for raw in gate.kept] == [written]


async def test_unknown_update_is_kept_for_the_dead_letters(http_plant: Plant, gate: Gate) -> None:
    for _ in range(2):
        assert (await http_plant.slack.sends(b'{"type":"from the future"}')).status == 200
    (raw,) = gate.kept
    assert raw.update.startswith("content/")


async def test_address_is_confirmed_and_certificate_checked(http_plant: Plant, gate: Gate) -> None:
    assert await http_plant.slack.verifies_url()
    assert (await http_plant.slack.checks_ssl()).status == 200
    assert gate.kept == []


async def test_full_disk_leaves_events_to_slack_and_tells_people_whom_to_call(http_plant: Plant, gate: Gate) -> None:
    zhang = http_plant.person("zhang")
    await http_plant.post(card(buttons=(Button("task.done", same("Done"), EventId("EV-2026-0001")),)))
    (standing,) = http_plant.slack.messages(http_plant.production)
    window = await show_form(http_plant, gate, zhang)
    kept = len(gate.kept)

    gate.full = True
    await zhang.says(http_plant.production, "smoke")
    assert len(http_plant.slack.pending) == 1

    await zhang.commands("/report", "fire", http_plant.production)
    assert "Not saved. Please telephone: " in zhang.ephemerals[-1].text
    assert "119" in zhang.ephemerals[-1].text

    press = await zhang.presses(standing, "Done")
    assert press is not None
    assert not press.acked
    await http_plant.until(lambda: len(zhang.ephemerals) == 2 or None)
    assert "Not saved" in zhang.ephemerals[-1].text

    await zhang.submits(window, {"kind": "a", "count": "1", "f-place": "here"})
    assert "Not saved" in next(iter(window.errors.values()))
    assert not window.closed
    assert len(gate.kept) == kept

    gate.full = False
    await http_plant.slack.retries()
    assert len(gate.kept) == kept + 1


async def test_form_without_questions_that_cannot_be_kept_is_not_acknowledged(http_plant: Plant, gate: Gate) -> None:
    from dataclasses import replace

    zhang = http_plant.person("zhang")
    window = await show_form(http_plant, gate, zhang, replace(FORM, fields=()))
    gate.full = True
    sent = await zhang.submits(window, {})
    assert not sent.acked


async def test_house_that_is_not_open_acknowledges_nothing(http_plant: Plant) -> None:
    zhang = http_plant.person("zhang")
    async with served(http_plant.adapter, http_plant.slack):
        await zhang.says(http_plant.production, "smoke")
        told = await zhang.commands("/report", "smoke", http_plant.production)
    assert len(http_plant.slack.pending) == 1
    assert "Not saved" in zhang.ephemerals[-1].text
    assert told.acked


async def test_acknowledgement_waits_for_no_call_of_the_api(http_plant: Plant, gate: Gate) -> None:
    http_plant.slack.delay = 30.0
    zhang = http_plant.person("zhang")
    sent = await zhang.commands("/report", "fire", http_plant.production)
    assert sent.acked
    assert sent.took < 1.0
