"""The whole program on three platforms at once: a process, real sockets, a Slack and a Telegram that answer it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.cli.firm import PATIENCE, Ended, Firm, Phone
from tests.cli.firm import until as until_it_is
from tests.slack.fake import FakeSlack
from tests.telegram.fake import FakeTelegram

if TYPE_CHECKING:
    from tests.cli.firm import Bot
    from tests.slack.people import User as SlackUser
    from tests.slack.state import Channel
    from tests.telegram.people import User as TelegramUser
    from tests.telegram.things import Chat

pytestmark = pytest.mark.uncounted

PRESS = "按一下试试 Press to try it"
ROOM = '{ id = "office", name = { zh = "办公室", en = "Office" }, purpose'
EMAIL = "zhao@ningjiang.example"


@dataclass(slots=True)
class Works:
    """The firm, and where its office talks."""

    firm: Firm
    slack: FakeSlack
    telegram: FakeTelegram
    channel: Channel
    group: Chat
    zhao: SlackUser
    qian: TelegramUser

    async def start(self) -> Bot:
        """The bot as a process."""
        return await asyncio.to_thread(self.firm.start)

    async def tocsin(self, *words: str, language: str = "en") -> Ended:
        """A command as a process; the platforms answer meanwhile."""
        return await asyncio.to_thread(lambda: self.firm.tocsin(*words, language=language))


@pytest.fixture
async def works(firm: Firm) -> AsyncIterator[Works]:
    """The sample company; its office is on Slack, on Telegram and on the built-in chat."""
    async with FakeSlack() as slack, FakeTelegram() as telegram:
        zhao, qian = slack.user("Zhao Min", email=EMAIL), telegram.user("Qian Fang")
        channel = slack.channel("office", [zhao])
        group = telegram.group("Office", admin=True, members=[qian])
        firm.change('slack.bot_token = ""', f'slack.bot_token = "{slack.bot_token}"')
        firm.change('slack.app_token = ""', f'slack.app_token = "{slack.app_token}"')
        firm.change('"https://slack.com/api/"', f'"{slack.base_url}"')
        firm.change('telegram.bot_token = ""', f'telegram.bot_token = "{telegram.token}"')
        firm.change('"https://api.telegram.org"', f'"{telegram.base_url.removesuffix("/bot")}"')
        bound = f'slack = "{channel.id}", telegram = "{group.id}", purpose'
        firm.change(ROOM, ROOM.replace("purpose", bound))
        yield Works(firm, slack, telegram, channel, group, zhao, qian)
    assert slack.invalid == []
    assert telegram.invalid == []


async def until(holds: Callable[[], bool]) -> None:
    """Let the platforms answer until it is so."""
    async with asyncio.timeout(PATIENCE):
        while not holds():  # noqa: ASYNC110  the fakes have no event for each thing that happens
            await asyncio.sleep(0)


def waited(holds: Callable[[], bool], look: Callable[[], str]) -> str:
    """Ask the other process until it is so, in a thread of its own; what it shows then."""
    until_it_is(holds)
    return look()


async def test_a_test_card_stands_on_every_platform_and_its_button_is_heard(works: Works) -> None:
    before = await works.tocsin("doctor", "--room", "office")
    assert before.code == 1
    assert "✗ The bot is not running, so nothing comes in." in before.out
    await works.start()
    ended = await works.tocsin("doctor", "--room", "office")
    assert ended.err == ""
    for platform in ("Slack", "Telegram", "Built-in chat"):
        assert f"✓ {platform}: the card is there. Press its button." in ended.out
    assert ended.code == 0, ended.out
    card = await works.telegram.next_message(works.group, "A test: Office gets messages from Tocsin.")
    assert "The button works" in (await works.qian.presses(card, PRESS).answered()).text
    messages = works.slack.messages(works.channel)
    message = next(each for each in messages if any(button.label == PRESS for button in each.buttons))
    await works.zhao.presses(message, PRESS)
    await until(lambda: any("The button works" in each.text for each in works.zhao.ephemerals))


async def test_the_doctor_is_read_in_chinese_and_asks_what_it_is_told_to(works: Works) -> None:
    ended = await works.tocsin("doctor", "--platform", "telegram", "--platform", "email", language="zh")
    assert "✓ Telegram 认得机器人 @tocsin_bot" in ended.out
    assert "Slack" not in ended.out
    assert "✗ 没有启用：`mail.host`空着。" in ended.out
    assert ended.code == 1
    refused = await works.tocsin("doctor", "--platform", "fax", language="zh")
    assert (refused.code, refused.err) == (2, "没有平台“fax”，可以写：slack telegram email。\n")
    refused = await works.tocsin("doctor", "--room", "ofice")
    assert refused.code == 2
    assert "There is no room “ofice”. There are: all command_group" in refused.err


async def test_one_person_on_each_platform(works: Works) -> None:
    """Zhao is known on Slack by her address, Qian on Telegram by a link; both answer as themselves."""
    await works.start()
    qian = works.qian
    qian.starts()
    told = await works.telegram.next_message(qian.private, "/link")
    assert "report" in told.text
    code = (await works.tocsin("people", "link", "qian")).out.split("?start=", 1)[1].split()[0]
    qian.starts(code)
    ask = await works.telegram.next_message(qian.private, "Qian Fang")
    assert "You are" in str((await qian.presses(ask, "Yes, that is me").answered()).text).replace("you are", "You are")
    await works.zhao.commands("/myrole", "", works.channel)
    await until(lambda: any("Head of office" in each.text for each in works.zhao.ephemerals))


async def test_bad_tokens_leave_the_built_in_chat_alone_and_are_told_there(works: Works) -> None:
    works.telegram.revoke()
    await works.slack.revokes()
    await works.start()
    bao = await asyncio.to_thread(Phone.sign_in, works.firm, "bao")

    def admins() -> str:
        return bao.client.get("/room/admins").text

    seen = await asyncio.to_thread(waited, lambda: "Telegram" in admins() and "Slack" in admins(), admins)
    assert "tocsin doctor" in seen
    assert (await asyncio.to_thread(bao.says, "/report fire Workshop 3")).status_code == httpx.codes.OK
    ended = await works.tocsin("doctor")
    assert ended.code == 1
    assert "✗ Telegram does not accept the bot's token." in ended.out
    works.slack.invalid.clear()
