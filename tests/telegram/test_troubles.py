"""Limits, and everything that goes wrong with the real one."""

from __future__ import annotations

import asyncio
import time

import httpx
import pytest
import telegram as ptb
from telegram.error import InvalidToken, NetworkError, TelegramError

from tests.telegram.fake import FakeTelegram
from tests.telegram.limits import Limits


class Time:
    """A clock that goes when told."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(telegram: FakeTelegram) -> Time:
    telegram.clock = Time()
    telegram.limits = Limits()
    return telegram.clock


async def retry_after(http: httpx.AsyncClient, method: str, **given: object) -> int:
    """The seconds that a refused call has to wait, 0 for one that was done."""
    answer = await http.post(f"/{method}", json=given)
    body = answer.json()
    if answer.status_code == 200:
        return 0
    assert (answer.status_code, body["error_code"]) == (429, 429)
    seconds = int(body["parameters"]["retry_after"])
    assert body["description"] == f"Too Many Requests: retry after {seconds}"
    return seconds


async def test_a_second_between_messages_to_a_person(
    telegram: FakeTelegram, http: httpx.AsyncClient, clock: Time
) -> None:
    xu = telegram.user("Xu Liang")
    telegram.private(xu)
    assert await retry_after(http, "sendMessage", chat_id=xu.id, text="one") == 0
    clock.now += 0.5
    assert await retry_after(http, "sendMessage", chat_id=xu.id, text="two") == 1
    assert await retry_after(http, "sendChatAction", chat_id=xu.id, action="typing") == 0
    clock.now += 0.5
    assert await retry_after(http, "sendMessage", chat_id=str(xu.id), text="three") == 0
    assert [each.given["text"] for each in telegram.throttled] == ["two"]
    assert [each.text for each in telegram.from_bot(xu.private)] == ["one", "three"]


async def test_twenty_a_minute_in_a_group_with_its_topics_and_edits(
    telegram: FakeTelegram, http: httpx.AsyncClient, clock: Time
) -> None:
    forum = telegram.group("Plant", forum=True, admin=True)
    thread = telegram.topic(forum, "EV-2026-0001")
    await retry_after(http, "sendMessage", chat_id=forum.id, text="0", message_thread_id=thread)
    (card,) = telegram.from_bot(forum)
    edit = {"chat_id": forum.id, "message_id": card.id}
    for number in range(1, 20):
        clock.now += 1
        if number % 2:
            assert await retry_after(http, "editMessageText", **edit, text=f"{number}") == 0
        else:
            assert await retry_after(http, "sendMessage", chat_id=forum.id, text=f"{number}") == 0
    assert await retry_after(http, "editMessageText", **edit, text="late") == 41
    assert await retry_after(http, "sendMessage", chat_id=telegram.group("Workshop 3").id, text="its own") == 0
    clock.now += 41
    assert await retry_after(http, "editMessageText", **edit, text="late") == 0


async def test_thirty_a_second_overall(telegram: FakeTelegram, http: httpx.AsyncClient, clock: Time) -> None:
    people = [telegram.user(f"Person {number}") for number in range(31)]
    for each in people:
        telegram.private(each)
    for each in people[:30]:
        assert await retry_after(http, "sendMessage", chat_id=each.id, text="alarm") == 0
    assert await retry_after(http, "sendMessage", chat_id=people[30].id, text="alarm") == 1
    clock.now += 1
    assert await retry_after(http, "sendMessage", chat_id=people[30].id, text="alarm") == 0
    assert len(telegram.throttled) == 1


async def test_an_album_counts_each_photo(telegram: FakeTelegram, http: httpx.AsyncClient, clock: Time) -> None:
    group = telegram.group("Workshop 3")
    photo = telegram.add_photo(b"x")[0]["file_id"]
    media = [{"type": "photo", "media": photo}] * 7
    assert [await retry_after(http, "sendMediaGroup", chat_id=group.id, media=media) for _ in range(3)] == [0, 0, 60]


def test_windows() -> None:
    limits = Limits(overall=100, group=20, jitter=0.1)
    assert limits.take(5, 0.0, messages=10) == 0, "an album larger than the window passes alone"
    assert limits.take(5, 0.8) == 1
    assert limits.take(5, 0.9) == 0
    assert limits.take(-5, 0.0, messages=19) == 0
    assert limits.take(-5, 1.0, messages=2) == 59
    assert limits.take(-5, 1.0) == 0


async def test_away(telegram: FakeTelegram, bot: ptb.Bot) -> None:
    xu = telegram.user("Xu Liang")
    file = xu.says(telegram.private(xu), document=("a.txt", b"x")).parts["document"]
    path = (await bot.get_file(file["file_id"])).file_path
    assert path is not None
    for away in (True, 502):
        telegram.away = away
        with pytest.raises(NetworkError):
            await bot.send_message(xu.id, "x")
        with pytest.raises(NetworkError):
            await bot.get_updates()
        async with httpx.AsyncClient(trust_env=False) as client:
            if away == 502:
                assert (await client.get(path)).status_code == 502
            else:
                with pytest.raises(httpx.TransportError):
                    await client.get(path)
    telegram.away = False
    assert telegram.from_bot(xu.private) == []
    assert await bot.send_message(xu.id, "back")


async def test_unplugged(telegram: FakeTelegram, http: httpx.AsyncClient) -> None:
    group = telegram.group("Workshop 3")
    poll = asyncio.create_task(http.post("/getUpdates", json={"timeout": 20}))
    await telegram.wait_for(lambda: telegram.updates.is_polled)
    async with telegram.unplugged():
        with pytest.raises(httpx.TransportError):
            await poll
        with pytest.raises(httpx.ConnectError):
            await http.post("/sendMessage", json={"chat_id": group.id, "text": "x"})
    assert (await http.post("/sendMessage", json={"chat_id": group.id, "text": "back"})).status_code == 200
    assert [each.text for each in telegram.from_bot(group)] == ["back"]


async def test_away_while_polled(telegram: FakeTelegram, http: httpx.AsyncClient) -> None:
    poll = asyncio.create_task(http.post("/getUpdates", json={"timeout": 20}))
    await telegram.wait_for(lambda: telegram.updates.is_polled)
    telegram.away = True
    with pytest.raises(httpx.TransportError):
        await poll


async def test_done_but_not_answered(telegram: FakeTelegram, bot: ptb.Bot) -> None:
    xu = telegram.user("Xu Liang")
    telegram.private(xu)
    telegram.drop_answers("sendMessage", times=2)
    for _ in range(2):
        with pytest.raises(NetworkError, match=r"RemoteProtocolError|ReadError"):
            await bot.send_message(xu.id, "EV-2026-0001 · 3")
    assert (await bot.send_message(xu.id, "EV-2026-0001 · 3")).message_id == 3
    assert len(telegram.from_bot(xu.private)) == 3
    assert [each.status for each in telegram.calls[-3:]] == [0, 0, 200]


async def test_failing_on_demand(telegram: FakeTelegram, bot: ptb.Bot, http: httpx.AsyncClient) -> None:
    xu = telegram.user("Xu Liang")
    telegram.private(xu)
    telegram.fail_next("sendMessage", 500, "Internal Server Error")
    telegram.fail_next("sendMessage", 429, "Too Many Requests: retry after 7", retry_after=7)
    with pytest.raises(NetworkError, match="Internal Server Error"):
        await bot.send_message(xu.id, "x")
    assert await retry_after(http, "sendMessage", chat_id=xu.id, text="x") == 7
    assert telegram.sent == []
    assert len(telegram.throttled) == 1
    assert await bot.send_message(xu.id, "x")


async def test_slow(telegram: FakeTelegram, bot: ptb.Bot) -> None:
    telegram.delay = 0.15
    before = time.monotonic()
    await bot.get_me()
    assert time.monotonic() - before >= 0.15


async def test_a_revoked_token(telegram: FakeTelegram, bot: ptb.Bot) -> None:
    xu = telegram.user("Xu Liang")
    file = xu.says(telegram.private(xu), document=("a.txt", b"x")).parts["document"]
    found = await bot.get_file(file["file_id"])
    telegram.revoke()
    with pytest.raises(InvalidToken):
        await bot.get_updates()
    with pytest.raises(TelegramError):
        await found.download_as_bytearray()
    async with ptb.Bot(telegram.token, base_url=telegram.base_url, base_file_url=telegram.file_url) as renewed:
        assert len(await renewed.get_updates()) == 1


async def test_waiting_ends(telegram: FakeTelegram) -> None:
    with pytest.raises(TimeoutError):
        await telegram.wait_for(lambda: telegram.sent, within=0.01)
