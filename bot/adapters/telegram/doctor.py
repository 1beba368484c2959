"""What `tocsin doctor` finds out about Telegram: what is missing, and where to click."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final, cast

import httpx

from bot.adapters.telegram.client import TokenRefused
from bot.adapters.telegram.inbound import PLATFORM
from bot.adapters.telegram.places import parse_address
from bot.adapters.telegram.polling import BOTFATHER, TOKEN_SETTING, token_refused
from bot.adapters.telegram.webhook import PATH
from bot.chat.checkup import Check
from bot.errors import RetryLater, Undeliverable, Unknown
from bot.text import Text, Words, same, text

if TYPE_CHECKING:
    from bot.adapters.telegram.inbound import Json
    from bot.adapters.telegram.wire import Me, Wire

CLOCKS_APART: Final = timedelta(seconds=60)
ADMINS: Final = ("creator", "administrator")
INSIDE: Final = (*ADMINS, "member", "restricted")
LATELY: Final = timedelta(hours=1)
MANY: Final = 100
"""Updates that wait at Telegram while nothing is wrong: fewer."""
GROUP_SETTING: Final = "telegram.command_group"


@dataclass(frozen=True, slots=True)
class Standing:
    """A group the house uses, and what the bot is there. `moved`: it is elsewhere than configured."""

    name: Words | Text
    moved: tuple[Check, ...]
    forum: bool
    status: str
    rights: Mapping[str, object]
    members: Mapping[str, object]
    """What those may do who are no administrators."""

    def may(self, right: str) -> bool:
        """Whether the bot has one of an administrator's rights."""
        return self.status == "creator" or self.rights.get(right) is True

    @property
    def may_post(self) -> bool:
        """Whether it may write there."""
        if self.status in ADMINS:
            return True
        allowed = self.rights if self.status == "restricted" else self.members
        return allowed.get("can_send_messages") is not False


async def examine(wire: Wire) -> AsyncGenerator[Check]:
    """Token, clock, the way updates come in, and each group. Ends after the first where the token is of no use."""
    try:
        me = await wire.me()
    except TokenRefused:
        yield Check(text("telegram.doctor.token_wrong"), "wrong", token_refused().reason)
        return
    except (RetryLater, Undeliverable, Unknown) as error:
        yield Check(text("telegram.doctor.away", why=str(error)), "wrong", text("telegram.doctor.away_mend"))
        return
    yield Check(text("telegram.doctor.token_fine", name=f"@{me.username}", setting=TOKEN_SETTING))
    yield await _clock(wire)
    yield await _updates(wire)
    for name, address in groups_of(wire):
        for check in await _group(wire, me, name, address):
            yield check
    if wire.settings.command_group:
        for check in await _command_group(wire):
            yield check


def groups_of(wire: Wire) -> list[tuple[Words, str]]:
    """The configured rooms that stand on Telegram, with their addresses."""
    rooms = wire.view.company.rooms.values()
    return [(room.name, binding.address) for room in rooms for binding in room.bindings if binding.platform == PLATFORM]


async def _clock(wire: Wire) -> Check:
    """Telegram's time against this machine's, from the Date of any answer."""
    try:
        async with httpx.AsyncClient(timeout=5.0) as browser:
            answer = await browser.get(wire.settings.api_url)
        theirs = parsedate_to_datetime(answer.headers["date"])
    except (httpx.HTTPError, KeyError, ValueError):
        return Check(text("telegram.doctor.clock_unknown"), "note")
    apart = abs(theirs - wire.store.clock.now())
    if apart <= CLOCKS_APART:
        return Check(text("telegram.doctor.clock_fine"))
    seconds = round(apart.total_seconds())
    return Check(text("telegram.doctor.clock_wrong", seconds=seconds), "wrong", text("telegram.doctor.clock_mend"))


async def _updates(wire: Wire) -> Check:
    try:
        hook = await wire.client.ask("getWebhookInfo")
    except (RetryLater, Undeliverable, Unknown) as error:
        return Check(text("telegram.doctor.away", why=str(error)), "wrong", text("telegram.doctor.away_mend"))
    url, waiting = str(hook.get("url", "")), hook.get("pending_update_count")
    if wire.settings.mode == "polling" and url:
        return Check(text("telegram.doctor.hook_left", url=url), "note", text("telegram.doctor.hook_left_mend"))
    if wire.settings.mode == "webhook" and url != f"{wire.public_url.rstrip('/')}{PATH}":
        return Check(text("telegram.doctor.hook_missing", url=url or "-"), "wrong", text("telegram.doctor.hook_mend"))
    if url and _failed_lately(hook, wire.store.clock.now()):
        why = str(hook.get("last_error_message", ""))
        mend = text("telegram.doctor.hook_failing_mend", url=url)
        return Check(text("telegram.doctor.hook_failing", why=why), "wrong", mend)
    if isinstance(waiting, int) and waiting > MANY:
        return Check(text("telegram.doctor.waiting", count=waiting), "note", text("telegram.doctor.waiting_mend"))
    return Check(text("telegram.doctor.updates_fine"))


def _failed_lately(hook: Json, now: datetime) -> bool:
    at = hook.get("last_error_date")
    return isinstance(at, int) and now.timestamp() - at < LATELY.total_seconds()


async def _standing(wire: Wire, me: Me, name: Words, address: str) -> Standing | Check:
    """What the bot is in a group, or what is wrong with the address."""
    now = await wire.places.now_at(address)
    found = parse_address(now)
    if found is None:
        return Check(
            text("telegram.doctor.no_address", room=name, address=address),
            "wrong",
            text("telegram.doctor.address_mend"),
        )
    chat, _ = found
    try:
        shown = await wire.client.ask("getChat", chat_id=chat)
        member = await wire.client.ask("getChatMember", chat_id=chat, user_id=me.number)
    except (RetryLater, Undeliverable, Unknown) as error:
        mend = text("telegram.doctor.add_bot", name=f"@{me.username}")
        return Check(text("telegram.doctor.unreachable", room=name, address=address, why=str(error)), "wrong", mend)
    moved = () if now == address else (_moved(name, address, now),)
    given = shown.get("permissions")
    members: Json = cast("Json", given) if isinstance(given, dict) else {}
    return Standing(name, moved, bool(shown.get("is_forum")), str(member.get("status", "")), member, members)


def _moved(name: Words, old: str, new: str) -> Check:
    """A group that became a supergroup, or a topic made anew: only this store knows where it went."""
    says = text("telegram.doctor.moved", room=name, old=old, new=new)
    return Check(says, "note", text("telegram.doctor.moved_mend"))


async def _group(wire: Wire, me: Me, name: Words, address: str) -> list[Check]:
    standing = await _standing(wire, me, name, address)
    if isinstance(standing, Check):
        return [standing]
    if standing.status not in INSIDE:
        mend = text("telegram.doctor.add_bot", name=f"@{me.username}")
        return [*standing.moved, Check(text("telegram.doctor.outside", room=name), "wrong", mend)]
    if not standing.may_post:
        mute = Check(text("telegram.doctor.mute", room=name), "wrong", text("telegram.doctor.mute_mend"))
        return [*standing.moved, mute]
    return [*standing.moved, _hearing(me, standing)]


def _hearing(me: Me, standing: Standing) -> Check:
    """In privacy mode a bot that is no administrator hears commands and answers only."""
    if me.sees_all or standing.status in ADMINS:
        return Check(text("telegram.doctor.group_fine", room=standing.name))
    mend = text(
        "telegram.doctor.privacy_mend", botfather=BOTFATHER, path=same("/mybots → Bot Settings → Group Privacy")
    )
    return Check(text("telegram.doctor.privacy", room=standing.name), "wrong", mend)


async def _command_group(wire: Wire) -> list[Check]:
    me, group = await wire.me(), wire.settings.command_group
    name = Words(GROUP_SETTING, GROUP_SETTING)
    standing = await _standing(wire, me, name, group)
    if isinstance(standing, Check):
        return [standing]
    checks: list[Check] = []
    if not standing.forum:
        checks.append(Check(text("telegram.doctor.no_topics"), "note", text("telegram.doctor.topics_mend")))
    elif not standing.may("can_manage_topics"):
        checks.append(Check(text("telegram.doctor.no_topic_right"), "wrong", text("telegram.doctor.rights_mend")))
    if not standing.may("can_invite_users"):
        checks.append(Check(text("telegram.doctor.no_invite_right"), "note", text("telegram.doctor.rights_mend")))
    if not standing.may("can_pin_messages"):
        checks.append(Check(text("telegram.doctor.no_pin", room=name), "note", text("telegram.doctor.pin_mend")))
    return [*standing.moved, *(checks or [Check(text("telegram.doctor.command_group_fine"))])]
