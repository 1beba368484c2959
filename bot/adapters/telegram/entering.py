"""An event's command room: a topic of the configured group, or the group itself; and who is asked into it.

A bot adds nobody to a group (https://core.telegram.org/bots/api has no method for it): people get a link.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

import structlog
from sqlalchemy import select

from bot.adapters.telegram.client import Moved
from bot.adapters.telegram.inbound import PLATFORM
from bot.adapters.telegram.places import parse_address
from bot.chat.adapter import Accepted
from bot.chat.effect import Invite, OpenRoom
from bot.chat.inbound import Account
from bot.domain.ids import is_drill
from bot.errors import RetryLater, Undeliverable, Unknown
from bot.store import tables
from bot.text import text

if TYPE_CHECKING:
    from bot.adapters.telegram.topics import Topics
    from bot.adapters.telegram.wire import Wire
    from bot.chat.adapter import Entering
    from bot.domain.ids import RoomId
    from bot.text import Text

LINK_LIVES_FOR: Final = timedelta(days=1)
INSIDE: Final = ("creator", "administrator", "member", "restricted")
PAUSE: Final = 2.0
"""Seconds until an invitation is tried again where Telegram is away and does not say for how long."""
TRIES: Final = 5
"""Of a call whose answer is lost."""
TURN_WITHIN: Final = 30.0
"""Seconds that a link waits while much is said."""

log = structlog.get_logger(__name__)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Invitation:
    """Accounts that are asked into a room's group."""

    chat: int
    room: RoomId
    accounts: Sequence[str]


def _asking(room: RoomId, link: str) -> Text:
    """Please come in; marked like every message of an event."""
    if is_drill(room):
        return text("telegram.invited.drill", room=room, link=link)
    return text("telegram.invited.live", room=room, link=link)


class Rooms:
    """Makes command rooms, and asks people in."""

    def __init__(self, wire: Wire, topics: Topics) -> None:
        """No room has been made."""
        self._wire = wire
        self._topics = topics
        self._opened: dict[RoomId, str] = {}

    async def enter(self, entering: Entering) -> tuple[Accepted, Invitation | None]:
        """Make a room or find it again, and say who is to be invited. Raises as `deliver`."""
        match entering.effect:
            case OpenRoom(room=room, name=name):
                shown = name.zh if name.zh == name.en else f"{name.zh} {name.en}"
                address = await self._open(room, self._topics.fitted(room, shown))
            case Invite(room=room):
                address = await self._wire.places.now_at(entering.address)
        found = parse_address(address)
        if found is None:
            raise Undeliverable(f"no chat: {address}")
        invited = Invitation(found[0], room, entering.accounts) if entering.accounts else None
        return Accepted(address), invited

    async def _open(self, room: RoomId, name: str) -> str:
        """The room's address; made once, however often it is asked for."""
        known = self._opened.get(room) or await self._kept(room)
        if known is not None:
            return known
        group = self._wire.settings.command_group
        try:
            address = await self._made(await self._wire.places.now_at(group), name)
        except Moved as moved:
            await self._wire.places.remember(group, str(moved.chat))
            address = await self._made(str(moved.chat), name)
        self._opened[room] = address
        return address

    async def _kept(self, room: RoomId) -> str | None:
        columns = tables.addresses.c
        query = select(columns.address).where(columns.platform == PLATFORM, columns.room == room)
        found = await self._wire.store.rows(query)
        return found[0][0] if found else None

    async def _made(self, group: str, name: str) -> str:
        """A topic where the group has topics, else the group."""
        found = parse_address(group)
        if found is None:
            raise Undeliverable("no command group")
        chat, _ = found
        shown = await self._wire.client.ask("getChat", chat_id=chat)
        if not shown.get("is_forum"):
            return str(chat)
        topic = await self._topics.make(chat, name)
        return str(chat) if topic is None else f"{chat}/{topic}"

    async def invite(self, invitation: Invitation) -> None:
        """A link for each who is not in the group yet; nobody is passed by because Telegram is throttled or away.

        Never raises for what Telegram does.
        """
        chat = invitation.chat
        try:
            outside = [each for each in invitation.accounts if not await _lasting(partial(self._is_inside, chat, each))]
            if outside:
                link = await _lasting(partial(self._link, invitation, len(outside)))
                for account in outside:
                    await _lasting(partial(self._ask_in, account, invitation.room, link))
        except (Undeliverable, Unknown) as error:
            log.warning("telegram.not_invited", chat=invitation.chat, why=str(error))

    async def _is_inside(self, chat: int, account: str) -> bool:
        try:
            member = await self._wire.client.ask("getChatMember", chat_id=chat, user_id=int(account))
        except (Undeliverable, Unknown, ValueError):  # a link too many does no harm
            return False
        return member.get("status") in INSIDE and member.get("is_member", True) is True

    async def _link(self, invitation: Invitation, people: int) -> str:
        until = self._wire.store.clock.now() + LINK_LIVES_FOR
        made = await self._wire.client.ask(
            "createChatInviteLink",
            chat_id=invitation.chat,
            name=invitation.room[:32],
            expire_date=int(until.timestamp()),
            member_limit=people,
        )
        return str(made.get("invite_link", ""))

    async def _ask_in(self, account: str, room: RoomId, link: str) -> None:
        language = await self._wire.language_of(Account(PLATFORM, account, ""))
        words = self._wire.say(_asking(room, link), language)
        try:
            await self._wire.client.pace.turn(int(account), TURN_WITHIN)
            await self._wire.client.call("sendMessage", chat_id=int(account), text=words)
        except (Undeliverable, Unknown, ValueError) as error:
            log.info("telegram.not_invited", chat=account, why=str(error))


async def _lasting(call: Callable[[], Awaitable[T]]) -> T:
    """What a call answers, however long Telegram is away: it runs beside everything else, and nothing waits for it.

    Raises Unknown where its answer is lost again and again.
    """
    lost = 0
    while True:
        try:
            return await call()
        except RetryLater as later:
            log.info("telegram.invitation_waits", why=str(later))
            await asyncio.sleep(PAUSE if later.after is None else later.after)
        except Unknown as error:
            lost += 1
            if lost == TRIES:
                raise
            log.info("telegram.invitation_waits", why=str(error))
            await asyncio.sleep(PAUSE)
