"""What `tocsin doctor` finds out about Slack: each finding says what is missing, and where to click."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

from bot.adapters.slack.client import Refusal, SlackClient
from bot.adapters.slack.http import PATH
from bot.adapters.slack.inbound import PLATFORM
from bot.adapters.slack.manifest import scopes
from bot.adapters.slack.naming import PREFIX
from bot.adapters.slack.posting import in_room
from bot.adapters.slack.reading import each, part, word, yes
from bot.adapters.slack.render import render_card
from bot.adapters.slack.senders import parse_profile
from bot.chat.checkup import Check
from bot.errors import RetryLater, TocsinError
from bot.text import Span, plural, same, text

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from datetime import datetime

    from bot.adapters.slack.render import Reader
    from bot.chat.card import Card
    from bot.clock import Clock
    from bot.config import SlackSettings
    from bot.domain.company import Company, Room
    from bot.domain.ids import RoomId

DRIFT: Final = 60.0
"""Seconds by which two clocks may differ."""
BOT_TOKEN: Final = "slack.bot_token"  # noqa: S105  the name of a setting
APP_TOKEN: Final = "slack.app_token"  # noqa: S105  likewise
SECRET: Final = "slack.signing_secret"  # noqa: S105  likewise
MODE: Final = "slack.mode"
PUBLIC: Final = "web.public_url"
ROOMS: Final = "rooms"
SEEN: Final = 200
"""Accounts of one page of users.list: enough to see whether addresses are shown."""


async def examine(
    settings: SlackSettings, company: Company, clock: Clock, public_url: str = ""
) -> AsyncIterator[Check]:
    """Everything that can be found out without a press. `public_url` is for HTTP mode."""
    client = SlackClient(settings.bot_token, settings.api_url)
    try:
        async for found in _examine(client, settings, company, clock, public_url):
            yield found
    except TocsinError as error:
        mend = text("doctor.slack.away.mend", address=settings.api_url)
        yield Check(text("doctor.slack.away", why=str(error)), "wrong", mend)
    finally:
        await client.close()


async def _examine(
    client: SlackClient, settings: SlackSettings, company: Company, clock: Clock, public_url: str
) -> AsyncIterator[Check]:
    if not settings.bot_token.startswith("xoxb-"):
        mend = text("doctor.slack.token_kind.mend", setting=BOT_TOKEN)
        yield Check(text("doctor.slack.token_kind"), "wrong", mend)
        return
    try:
        told, headers = await client.tell("auth.test")
    except (Refusal, RetryLater) as error:
        if not client.not_let_in:
            raise
        mend = text("doctor.slack.not_let_in.mend", setting=BOT_TOKEN)
        yield Check(text("doctor.slack.not_let_in", why=str(error)), "wrong", mend)
        return
    yield Check(text("doctor.slack.let_in", workspace=word(told, "team")))
    yield _scopes(settings, headers)
    yield _clock(headers, clock.now())
    yield await _way_in(settings, public_url)
    yield await _addresses(client, word(told, "team_id"))
    async for found in _rooms(client, company):
        yield found
    room = _to_try(company)
    if room is not None:
        command = f"tocsin doctor --platform {PLATFORM} --room {room}"
        yield Check(text("doctor.slack.events"), "note", text("doctor.slack.events.mend", command=command))


def _to_try(company: Company) -> RoomId | None:
    """A room for a test card: one of few people rather than everybody's."""
    bound = [room for room in company.rooms.values() if any(each.platform == PLATFORM for each in room.bindings)]
    return next((room.id for room in sorted(bound, key=lambda each: each.purpose == "all")), None)


def _scopes(settings: SlackSettings, headers: Mapping[str, str]) -> Check:
    granted = {each.strip() for each in headers.get("x-oauth-scopes", "").split(",")}
    missing = [scope for scope in scopes(settings) if scope not in granted]
    if not missing:
        return Check(text("doctor.slack.scopes"))
    mend = text("doctor.slack.scopes_missing.mend", command="tocsin slack manifest")
    return Check(text("doctor.slack.scopes_missing", scopes=", ".join(missing)), "wrong", mend)


def _clock(headers: Mapping[str, str], now: datetime) -> Check:
    try:
        drift = abs((parsedate_to_datetime(headers.get("date", "")) - now).total_seconds())
    except ValueError:
        drift = 0.0
    if drift <= DRIFT:
        return Check(text("doctor.slack.clock"))
    mend = text("doctor.slack.clock_wrong.mend")
    return Check(text("doctor.slack.clock_wrong", span=Span(drift)), "wrong", mend)


async def _way_in(settings: SlackSettings, public_url: str) -> Check:
    if settings.mode == "socket":
        return await _socket(settings)
    if not settings.signing_secret.strip():
        mend = text("doctor.slack.no_secret.mend", setting=SECRET)
        return Check(text("doctor.slack.no_secret"), "wrong", mend)
    if not public_url.startswith("https://"):
        mend = text("doctor.slack.no_address.mend", setting=PUBLIC, mode=MODE)
        return Check(text("doctor.slack.no_address"), "wrong", mend)
    return Check(text("doctor.slack.http", address=f"{public_url.rstrip('/')}{PATH}"))


async def _socket(settings: SlackSettings) -> Check:
    if not settings.app_token.startswith("xapp-"):
        mend = text("doctor.slack.app_token.mend", setting=APP_TOKEN)
        return Check(text("doctor.slack.app_token_kind"), "wrong", mend)
    client = SlackClient(settings.app_token, settings.api_url)
    try:
        await client.call("apps.connections.open")
    except (Refusal, RetryLater) as error:
        mend = text("doctor.slack.socket_wrong.mend", setting=APP_TOKEN)
        return Check(text("doctor.slack.socket_wrong", why=str(error)), "wrong", mend)
    finally:
        await client.close()
    return Check(text("doctor.slack.socket"))


async def _addresses(client: SlackClient, team: str) -> Check:
    told = await client.ask("users.list", limit=SEEN)
    seen = sum(bool(parse_profile(user, team).email) for user in each(told, "members"))
    if seen:
        return Check(plural("doctor.slack.emails", seen))
    return Check(text("doctor.slack.no_emails"), "note", text("doctor.slack.no_emails.mend"))


async def _rooms(client: SlackClient, company: Company) -> AsyncIterator[Check]:
    bound = [
        (room, binding.address)
        for room in company.rooms.values()
        for binding in room.bindings
        if binding.platform == PLATFORM
    ]
    for room, channel in bound:
        yield await _room(client, room, channel)
    if not bound:
        yield Check(text("doctor.slack.no_rooms"), "note", text("doctor.slack.no_rooms.mend", setting=ROOMS))


async def _room(client: SlackClient, room: Room, channel: str) -> Check:
    invite = text("doctor.slack.room_invite.mend", app=PREFIX, setting=ROOMS)
    try:
        told = part(await client.ask("conversations.info", channel=channel), "channel")
    except Refusal:
        return Check(text("doctor.slack.room_missing", room=room.name, channel=same(channel)), "wrong", invite)
    named = same(word(told, "name"))
    if yes(told, "is_archived"):
        mend = text("doctor.slack.room_archived.mend", setting=ROOMS)
        return Check(text("doctor.slack.room_archived", room=room.name, channel=named), "wrong", mend)
    if yes(told, "is_member"):
        return Check(text("doctor.slack.room", room=room.name, channel=named))
    return Check(text("doctor.slack.room_joins", room=room.name, channel=named), "note")


async def post_test_card(client: SlackClient, channel: str, card: Card, reader: Reader) -> None:
    """A card in a channel, without the relay. Raises RetryLater, Undeliverable or Unknown."""
    rendered = render_card(card, reader)
    await in_room(client, channel, "chat.postMessage", channel=channel, text=rendered.text, blocks=rendered.blocks)
