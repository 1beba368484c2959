"""Telegram over real HTTP, for tests and benchmarks.

`async with FakeTelegram() as telegram:` listens on 127.0.0.1; `telegram.base_url` and `telegram.file_url` are what
python-telegram-bot takes as `base_url` and `base_file_url`. People are Python objects (`telegram.user("Xu Liang")`),
what the bot sends is kept (`telegram.messages(chat)`), and whatever goes wrong with the real one can be asked for.
A request that breaks the documentation is answered 400 and kept in `telegram.invalid`, empty at the end of any test.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict, deque
from contextlib import asynccontextmanager
from itertools import count
from typing import TYPE_CHECKING, Any, Final, Self

from tests.telegram import rooms, sending
from tests.telegram.people import ANONYMOUS_ADMIN, CHANNEL_BOT, User
from tests.telegram.refusal import Invalid, Refusal
from tests.telegram.server import Server
from tests.telegram.things import RIGHTS, Chat, Member, Message
from tests.telegram.world import World

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Sequence
    from types import TracebackType

    from tests.telegram.calls import Call
    from tests.telegram.limits import Limits

Json = dict[str, Any]

TOKEN: Final = "123456:fake-token-of-the-bot-under-test"


class FakeTelegram(World):
    """The server, its people and its troubles."""

    def __init__(
        self,
        token: str = TOKEN,
        *,
        username: str = "tocsin_bot",
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,  # noqa: TID251 - Telegram has a clock of its own
        limits: Limits | None = None,
    ) -> None:
        super().__init__(token, username, clock, wall)
        self.limits = limits
        """None: nothing is throttled."""
        self.delay = 0.0
        """Real seconds that every call takes."""
        self.checks_answers = False
        """Every answer is validated as well; one that is not of the documented form gets 500."""
        self.calls: list[Call] = []
        self.invalid: list[Call] = []
        """What a correct bot never sends."""
        self.throttled: list[Call] = []
        """What was answered 429."""
        self.dropping: Counter[str] = Counter()
        self.failing: defaultdict[str, deque[Refusal]] = defaultdict(deque)
        self._away: int = False
        self._server = Server(self)
        self._users = count(5_000_001)
        self._groups = count(4_000_001)
        self._supergroups = count(1_001_000_000_001)

    async def __aenter__(self) -> Self:
        """Listens."""
        await self._server.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        """Posts and answers nothing more."""
        await self.updates.stop()
        await self._server.stop()

    @property
    def base_url(self) -> str:
        """`http://127.0.0.1:PORT/bot`: the token and `/method` follow."""
        return f"http://127.0.0.1:{self._server.port}/bot"

    @property
    def file_url(self) -> str:
        """`http://127.0.0.1:PORT/file/bot`: the token and `/path` follow."""
        return f"http://127.0.0.1:{self._server.port}/file/bot"

    # ---- reading

    def note(self, call: Call) -> None:
        """A call was answered."""
        self.calls.append(call)
        if isinstance(call.refusal, Invalid):
            self.invalid.append(call)
        if call.status == 429:
            self.throttled.append(call)

    @property
    def conflicts(self) -> list[Call]:
        """Calls that were answered 409: two polled at once, or one polled beside a webhook."""
        return [each for each in self.calls if each.status == 409]

    @property
    def is_quiet(self) -> bool:
        """Every update is confirmed and no call is being answered, but for a poll that waits for news."""
        return not self.updates.pending and self._server.in_progress == int(self.updates.is_polled)

    def messages(self, chat: Chat, thread: int | None = None) -> list[Message]:
        """What stands in a chat (in one topic of it), oldest first, deleted messages left out."""
        return [each for each in chat.messages.values() if thread is None or each.thread == thread]

    def from_bot(self, chat: Chat, thread: int | None = None) -> list[Message]:
        """What the bot has posted there, service messages left out."""
        posted = [each for each in self.messages(chat, thread) if each.by_bot]
        return [each for each in posted if each.parts.keys() & {"text", "photo", "document"}]

    async def next_message(self, chat: Chat, containing: str = "", within: float = 5.0) -> Message:
        """The last message of the bot in a chat, once there is one with these words."""

        def found() -> Message | None:
            return next((each for each in reversed(self.from_bot(chat)) if containing in each.text), None)

        return await self.wait_for(found, within)

    # ---- people and rooms

    def user(
        self, name: str, *, language_code: str | None = "en", username: str | None = None, is_bot: bool = False
    ) -> User:
        """A person who has not written to the bot yet (it cannot write to them)."""
        first, _, last = name.partition(" ")
        account: Json = {"id": next(self._users), "is_bot": is_bot, "first_name": first}
        given = {"last_name": last, "username": username, "language_code": language_code}
        account |= {key: value for key, value in given.items() if value}
        self.add_chat(
            Chat(
                account["id"],
                "private",
                name,
                Member(self.me, "member"),
                owner=account,
                started=False,
                username=username,
            )
        )
        return User(account, self)

    def private(self, user: User) -> Chat:
        """The private chat of a person who started the bot earlier."""
        user.private.started = True
        return user.private

    def group(
        self,
        title: str,
        *,
        forum: bool = False,
        supergroup: bool = False,
        members: Sequence[User] = (),
        bot: bool = True,
        admin: bool = False,
        rights: Sequence[str] = (),
    ) -> Chat:
        """A group that was there before the bot was; its first member owns it. A forum is a supergroup.

        `bot`: the bot is in it, with `admin` as an administrator with the usual rights, with `rights` with those.
        """
        wide = forum or supergroup
        given = frozenset(rights or (RIGHTS if admin else ()))
        status = ("administrator" if given else "member") if bot else "left"
        number = -next(self._supergroups) if wide else -next(self._groups)
        chat = Chat(number, "supergroup" if wide else "group", title, Member(self.me, status, given), forum)
        for user in members:
            chat.members[user.id] = Member(user.account, "member" if chat.members else "creator")
        return self.add_chat(chat)

    def channel(self, title: str) -> Chat:
        """A channel of which the bot is an administrator."""
        bot = Member(self.me, "administrator", frozenset({"can_post_messages"}))
        return self.add_chat(Chat(-next(self._supergroups), "channel", title, bot))

    def topic(self, chat: Chat, name: str, by: User | None = None) -> int:
        """A topic that somebody opens in a forum; its `message_thread_id`."""
        owner = next(iter(chat.members.values()), chat.bot).user
        return rooms.open_topic(self, chat, owner if by is None else by.account, name).thread

    def delete_topic(self, chat: Chat, thread: int) -> None:
        """Somebody deletes a topic; the bot is not told."""
        rooms.drop_topic(self, chat, thread)

    def delete_message(self, message: Message) -> None:
        """Somebody deletes a message; the bot is not told."""
        sending.remove(message.chat, message)
        self.changed()

    def migrate(self, group: Chat) -> Chat:
        """The group becomes a supergroup with another id. The bot is told in both; the old id is refused."""
        moved = Chat(-next(self._supergroups), "supergroup", group.title, group.bot, members=group.members)
        self.add_chat(moved)
        owner = next(iter(group.members.values()), group.bot).user
        self.tell(self.add_message(group, owner, {"migrate_to_chat_id": moved.id}))
        self.tell(
            self.add_message(moved, ANONYMOUS_ADMIN, {"migrate_from_chat_id": group.id, "sender_chat": moved.shown()})
        )
        group.moved_to = moved
        return moved

    def anonymous_admin_says(self, chat: Chat, text: str, thread: int | None = None) -> Message:
        """An administrator who stays anonymous: the sender is the group."""
        return User(ANONYMOUS_ADMIN, self).says(chat, text, thread=thread, sender_chat=chat.shown())

    def channel_says(self, channel: Chat, text: str) -> Message:
        """A post in a channel."""
        return User(CHANNEL_BOT, self).says(channel, text, sender_chat=channel.shown())

    def says_as_channel(self, channel: Chat, chat: Chat, text: str, thread: int | None = None) -> Message:
        """Somebody writes in a group in a channel's name."""
        return User(CHANNEL_BOT, self).says(chat, text, thread=thread, sender_chat=channel.shown())

    def other_bot_says(self, chat: Chat, text: str, thread: int | None = None) -> Message:
        """Another bot writes in a group, and this one is told."""
        return self.user("Weather bot", username="weather_bot", is_bot=True).says(chat, text, thread=thread)

    # ---- troubles

    @property
    def away(self) -> int:
        """True: every connection is cut at once. 502: every call is answered so by the machine in front."""
        return self._away

    @away.setter
    def away(self, away: int) -> None:
        self._away = away
        self.updates.online(online=not away)
        self.updates.interrupt()

    @asynccontextmanager
    async def unplugged(self) -> AsyncGenerator[None]:
        """No network: open connections are cut, new ones refused, so that nothing can have been sent."""
        self.away = True
        await self._server.deafen()
        try:
            yield
        finally:
            await self._server.listen()
            self.away = False

    def revoke(self) -> None:
        """BotFather has given out another token: 401 for the old one from now on, `telegram.token` is the new one."""
        self.token += "-next"
        self.updates.interrupt()

    def drop_answers(self, method: str, times: int = 1) -> None:
        """The next calls do what they ask, but the connection is cut before the answer."""
        self.dropping[method] += times

    def fail_next(self, method: str, status: int, description: str, *, times: int = 1, **parameters: int) -> None:
        """The next calls are answered so, and do nothing."""
        self.failing[method].extend([Refusal(status, description, **parameters)] * times)

    def sends_garbage(self, update: Json) -> Json:
        """An update of no documented form."""
        return self.updates.put_raw(update)

    def repeats(self, update: Json) -> None:
        """The same update once more; see `telegram.updates.all`, and `with telegram.updates.backwards():` for order."""
        self.updates.repeat(update)
