"""How updates reach the bot: by polling, by webhook, and who is told of what."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
import telegram as ptb
from aiohttp import web
from telegram.error import BadRequest, Conflict

from tests.telegram.fake import FakeTelegram
from tests.telegram.updates import SECRET_HEADER


class Hook:
    """The bot's own web server: what was posted to it, and what it answers."""

    def __init__(self) -> None:
        self.posts: list[tuple[str | None, int]] = []
        self.answers: list[int] = []
        self.url = ""

    async def post(self, request: web.Request) -> web.Response:
        update = await request.json()
        self.posts.append((request.headers.get(SECRET_HEADER), update["update_id"]))
        return web.Response(status=self.answers.pop(0) if self.answers else 200)


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    there = Hook()
    app = web.Application()
    app.router.add_post("/telegram", there.post)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    there.url = f"http://127.0.0.1:{runner.addresses[0][1]}/telegram"
    yield there
    await runner.cleanup()


async def polling(telegram: FakeTelegram) -> None:
    await telegram.wait_for(lambda: telegram.updates.is_polled)


async def test_offset_confirms(telegram: FakeTelegram, bot: ptb.Bot) -> None:
    xu = telegram.user("Xu Liang")
    private = telegram.private(xu)
    for number in range(5):
        xu.says(private, f"{number}")
    first, second = await bot.get_updates(limit=2)
    assert first in await bot.get_updates()
    assert len(await bot.get_updates(offset=second.update_id + 1)) == 3
    (last,) = await bot.get_updates(offset=-1)
    assert last.message is not None
    assert last.message.text == "4"
    assert await bot.get_updates(offset=last.update_id + 1) == ()
    assert len(telegram.updates.all) == 5


async def test_a_poll_waits_for_news(telegram: FakeTelegram, bot: ptb.Bot) -> None:
    xu = telegram.user("Xu Liang")
    async with asyncio.TaskGroup() as group:
        poll = group.create_task(bot.get_updates(timeout=20))
        await polling(telegram)
        xu.starts()
    assert len(poll.result()) == 1


async def test_quiet(telegram: FakeTelegram, http: httpx.AsyncClient) -> None:
    assert telegram.is_quiet
    telegram.user("Xu Liang").starts()
    assert not telegram.is_quiet
    (update,) = (await http.post("/getUpdates", json={"timeout": 20})).json()["result"]
    assert not telegram.is_quiet, "the update is not confirmed yet"
    poll = asyncio.create_task(http.post("/getUpdates", json={"timeout": 20, "offset": update["update_id"] + 1}))
    await telegram.wait_for(lambda: telegram.is_quiet)
    assert telegram.updates.is_polled
    telegram.updates.interrupt()
    assert (await poll).json()["result"] == []


async def test_a_poll_ends_without_news(telegram: FakeTelegram, http: httpx.AsyncClient) -> None:
    answer = await http.post("/getUpdates", json={"timeout": 1})
    assert answer.json() == {"ok": True, "result": []}


async def test_two_pollers(telegram: FakeTelegram, bot: ptb.Bot, http: httpx.AsyncClient) -> None:
    older = asyncio.create_task(bot.get_updates(timeout=20))
    await polling(telegram)
    newer = asyncio.create_task(http.post("/getUpdates", json={"timeout": 20}, timeout=20))
    with pytest.raises(Conflict, match="terminated by other getUpdates request"):
        await older
    await polling(telegram)
    telegram.user("Xu Liang").starts()
    assert len((await newer).json()["result"]) == 1
    assert len(telegram.conflicts) == 1


async def test_kinds_that_were_not_asked_for(telegram: FakeTelegram, bot: ptb.Bot) -> None:
    xu, guo = telegram.user("Xu Liang"), telegram.user("Guo Min")
    group = telegram.group("Workshop 3", members=[xu], admin=True)
    guo.joins(group)
    (joined,) = await bot.get_updates()
    assert joined.message is not None
    assert [each.id for each in joined.message.new_chat_members] == [guo.id]
    await bot.get_updates(offset=joined.update_id + 1, allowed_updates=["chat_member"])
    guo.leaves(group)
    (left,) = await bot.get_updates()
    assert left.chat_member is not None
    assert left.chat_member.new_chat_member.status == "left"
    await bot.get_updates(offset=left.update_id + 1, allowed_updates=[])
    xu.says(group, "back to normal")
    assert len(await bot.get_updates()) == 1


async def test_privacy_mode(telegram: FakeTelegram, bot: ptb.Bot) -> None:
    xu = telegram.user("Xu Liang")
    group = telegram.group("Workshop 3", members=[xu])
    card = group.messages[(await bot.send_message(group.id, "card")).message_id]
    heard = [
        xu.says(group, "/report fire"),
        xu.says(group, "火 /report@tocsin_bot fire"),
        xu.says(group, photo=b"smoke", caption="/evidence"),
        xu.says(group, "yes", reply_to=card),
        xu.says(group, photo=b"smoke", reply_to=card),
    ]
    unheard = [
        xu.says(group, "smoke!"),
        xu.says(group, "/report@weather_bot"),
        xu.says(group, photo=b"smoke"),
        xu.says(group, "see https://example.org/a #fire @someone", reply_to=heard[0]),
    ]
    assert [each["message"]["message_id"] for each in telegram.updates.all] == [each.id for each in heard]
    telegram.can_read_all_group_messages = True
    xu.edits(unheard[0], "smoke! lots of it")
    xu.adds_bot(group, "can_manage_chat")
    telegram.can_read_all_group_messages = False
    xu.says(group, "heard by an administrator")
    xu.removes_bot(group)
    xu.says(group, "not any more")
    kinds = [next(kind for kind in each if kind != "update_id") for each in telegram.updates.all[len(heard) :]]
    assert kinds == ["edited_message", "my_chat_member", "message", "my_chat_member"]
    assert (await bot.get_updates())[-2].message is not None


async def test_who_says_it(telegram: FakeTelegram, bot: ptb.Bot) -> None:
    group = telegram.group("Workshop 3", admin=True)
    channel = telegram.channel("Announcements")
    telegram.anonymous_admin_says(group, "/report fire")
    telegram.says_as_channel(channel, group, "in its name")
    telegram.other_bot_says(group, "rain")
    telegram.channel_says(channel, "a post")
    anonymous, as_channel, other, post = [each.effective_message for each in await bot.get_updates()]
    assert anonymous is not None
    assert anonymous.from_user is not None
    assert anonymous.sender_chat is not None
    assert (anonymous.from_user.username, anonymous.sender_chat.id) == ("GroupAnonymousBot", group.id)
    assert as_channel is not None
    assert as_channel.sender_chat is not None
    assert as_channel.sender_chat.id == channel.id
    assert other is not None
    assert other.from_user is not None
    assert other.from_user.is_bot
    assert post is not None
    assert (post.from_user, post.chat.type) == (None, "channel")


async def test_what_people_send(telegram: FakeTelegram, bot: ptb.Bot) -> None:
    xu = telegram.user("Xu Liang")
    private = telegram.private(xu)
    xu.says(private, "🔥 /report fire")
    said = xu.says(private, photo=b"x", caption="before")
    xu.edits(said, "after /done")
    xu.says(private, location={"latitude": 31.2, "longitude": 121.5})
    text, _, edited, place = [each.effective_message for each in await bot.get_updates()]
    assert text is not None
    assert text.parse_entities() == {text.entities[0]: "/report"}
    assert edited is not None
    assert (edited.caption, edited.edit_date is not None) == ("after /done", True)
    assert place is not None
    assert place.location is not None
    with pytest.raises(AssertionError, match=r"voice\.duration: Integer expected"):
        xu.says(private, voice={"duration": "long"})
    with pytest.raises(ValueError, match="deep-link"):
        xu.starts("not a payload")


async def test_said_in_a_topic(telegram: FakeTelegram, bot: ptb.Bot) -> None:
    xu = telegram.user("Xu Liang")
    forum = telegram.group("Plant", forum=True, admin=True, members=[xu])
    thread = telegram.topic(forum, "EV-2026-0001")
    xu.says(forum, "in it", thread=thread)
    xu.says(forum, "in General")
    _, inside, general = [each.message for each in await bot.get_updates()]
    assert inside is not None
    assert inside.is_topic_message
    assert inside.reply_to_message is not None
    assert inside.reply_to_message.forum_topic_created is not None
    assert general is not None
    assert (general.message_thread_id, general.reply_to_message) == (None, None)


async def test_twice_backwards_and_garbage(telegram: FakeTelegram, http: httpx.AsyncClient) -> None:
    xu = telegram.user("Xu Liang")
    private = telegram.private(xu)
    with telegram.updates.backwards():
        xu.says(private, "first")
        xu.says(private, "second")
    later, earlier = (await http.post("/getUpdates")).json()["result"]
    assert later["update_id"] == earlier["update_id"] + 1
    telegram.repeats(later)
    garbage = telegram.sends_garbage({"message": {"what": 1}})
    result = (await http.post("/getUpdates", json={"offset": later["update_id"] + 1})).json()["result"]
    assert result == [later, garbage]
    assert (await http.post("/getUpdates")).json()["result"] == [garbage]


async def test_webhook(telegram: FakeTelegram, bot: ptb.Bot, hook: Hook) -> None:
    hook.answers = [500, 200]
    await bot.set_webhook(hook.url, secret_token="s3cret", max_connections=2, allowed_updates=["message"])
    xu = telegram.user("Xu Liang")
    xu.starts()
    xu.says(xu.private, "hello")
    await telegram.wait_for(lambda: len(hook.posts) == 3 and not telegram.updates.pending)
    numbers = [each["update_id"] for each in telegram.updates.all]
    assert hook.posts == [("s3cret", numbers[0]), ("s3cret", numbers[0]), ("s3cret", numbers[1])]
    assert telegram.updates.refused == telegram.updates.all[:1]
    info = await bot.get_webhook_info()
    assert info.url == hook.url
    assert info.last_error_message == "Wrong response from the webhook: 500 Internal Server Error"
    with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
        await bot.get_updates()
    assert await bot.delete_webhook()
    xu.says(xu.private, "polled")
    assert len(await bot.get_updates()) == 1


async def test_a_webhook_that_is_not_there(telegram: FakeTelegram, bot: ptb.Bot, hook: Hook) -> None:
    xu = telegram.user("Xu Liang")
    await bot.set_webhook("http://127.0.0.1:1/nobody")
    xu.starts()
    await telegram.wait_for(lambda: telegram.updates.refused)
    assert (await bot.get_webhook_info()).last_error_message == "Connection failed: ClientConnectorError"
    telegram.away = True
    xu.says(xu.private, "meanwhile")
    telegram.away = False
    await bot.set_webhook(hook.url)
    await telegram.wait_for(lambda: not telegram.updates.pending)
    assert [secret for secret, _ in hook.posts] == [None, None]
    await bot.set_webhook("", drop_pending_updates=True)
    assert (await bot.get_webhook_info()).url == ""


async def test_a_webhook_ends_the_poll(telegram: FakeTelegram, bot: ptb.Bot, hook: Hook) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=20))
    await polling(telegram)
    await bot.set_webhook(hook.url)
    with pytest.raises(Conflict, match="terminated by setWebhook request"):
        await poll
    with pytest.raises(BadRequest, match=r"(?i)An HTTPS URL must be provided for webhook"):
        await bot.set_webhook("http://example.org/hook")
