"""Slack as an adapter: updates are stored and acknowledged, then read and answered by the intake."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import select

from bot.adapters.slack import posting, rooms
from bot.adapters.slack.answering import answer, publish_home, say
from bot.adapters.slack.client import SlackClient
from bot.adapters.slack.doorstep import Doorstep
from bot.adapters.slack.fitting import ended
from bot.adapters.slack.hearing import Hearing
from bot.adapters.slack.inbound import PLATFORM
from bot.adapters.slack.naming import channel_name
from bot.adapters.slack.people import People, account_of
from bot.adapters.slack.render import Rendered
from bot.adapters.slack.senders import Place, parse_place
from bot.adapters.slack.tokens import escape
from bot.adapters.slack.voices import Voices
from bot.cards.marks import file_name
from bot.chat.adapter import Abilities, Accepted, Budget, Entering, Showing
from bot.chat.effect import Invite, OpenRoom
from bot.chat.inbound import Pressed
from bot.domain.ids import is_drill
from bot.errors import Broken, Refused, RetryLater, TocsinError, Undeliverable, Unknown
from bot.store import tables
from bot.text import LANGUAGES, text

if TYPE_CHECKING:
    from starlette.routing import Route

    from bot.adapters.view import HouseView
    from bot.chat.adapter import Delivery, Inlet
    from bot.chat.card import Reply, Shown
    from bot.chat.inbound import Inbound, Raw
    from bot.clock import Clock
    from bot.config import SlackSettings
    from bot.domain.ids import FileId
    from bot.domain.parties import Marked
    from bot.store.store import Store
    from bot.text import Language

HOME = "home.show"
"""The press that opening the home tab counts as."""
ALLOWED = Budget("", 1, 1.0, edits_every=1.0)
"""chat.postMessage: about one a second in a channel (docs.slack.dev, "Rate limits")."""
TRIES_AGAIN_AFTER = 60.0

log = structlog.get_logger(__name__)


class SlackAdapter:
    """The company's Slack workspace."""

    name: str = PLATFORM

    def __init__(
        self,
        store: Store,
        settings: SlackSettings,
        view: HouseView,
        clock: Clock,
        *,
        web_address: str = "",
        upload_limit_mb: int = 10,
        pings_every: float = 5.0,
    ) -> None:
        """`web_address`: how people reach the built-in chat, for links."""
        self.abilities = Abilities(
            outside=False,
            opens_rooms=settings.command_rooms != "off",
            acknowledge_within=3.0,
            text_limit=3000,
            buttons_limit=25,
        )
        self._store = store
        self._settings = settings
        self._clock = clock
        self._voices = Voices(view, clock, web_address)
        self._pings_every = pings_every
        self._group: asyncio.TaskGroup | None = None
        self._client = SlackClient(settings.bot_token, settings.api_url)
        self._people = People(self._client, clock)
        self._doorstep = Doorstep(clock, self._voices.say, self._voices.telephones, self._tell_beside)
        self._hearing = Hearing(store, view, self._client, self._people, upload_limit_mb, self._complain)

    @property
    def routes(self) -> tuple[Route, ...]:
        """HTTP mode: the address that Slack calls, for the server of the built-in chat. Empty in Socket Mode."""
        if self._settings.mode != "http":
            return ()
        from bot.adapters.slack.http import Events, verifier_of

        return (Events(verifier_of(self._settings.signing_secret, self._clock), self._doorstep).route,)

    def budgets(self, address: str) -> tuple[Budget, ...]:
        """One message a second in each channel; a person's direct messages are one."""
        return (Budget(f"channel/{address}", ALLOWED.count, ALLOWED.seconds, ALLOWED.edits_every),)

    async def run(self, inlet: Inlet) -> None:
        """Take updates in until cancelled. Raises Broken where the token has to be mended; it may run again then."""
        self._doorstep.inlet = inlet
        try:
            async with asyncio.TaskGroup() as group:
                self._group = group
                group.create_task(self._be_let_in(), name="slack.token")
                group.create_task(self._meet_everybody(inlet), name="slack.people")
                if self._settings.mode == "socket":
                    from bot.adapters.slack.sockets import Sockets

                    sockets = Sockets(
                        self._settings.app_token,
                        self._client.web,
                        self._clock,
                        self._doorstep.take,
                        pings_every=self._pings_every,
                    )
                    group.create_task(sockets.run(), name="slack.sockets")
                else:
                    await asyncio.Event().wait()
        except asyncio.CancelledError:
            await self.close()
            raise
        finally:
            self._doorstep.inlet, self._group = None, None

    async def _be_let_in(self) -> None:
        """A workspace that does not accept the token says so whatever is asked; everything else passes by itself."""
        while True:
            self._client.doubtful.clear()
            try:
                await self._client.tell("auth.test")
            except TocsinError as error:
                if self._client.not_let_in:
                    raise Broken(text("slack.token_refused", setting="slack.bot_token")) from error
                await self._pause(TRIES_AGAIN_AFTER)
            else:
                await self._client.doubtful.wait()

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.close()

    async def _meet_everybody(self, inlet: Inlet) -> None:
        """Link those of the workspace whose address the list of people has."""
        while True:
            try:
                async for page in self._people.everybody():
                    vouched = [account_of(profile) for profile in page if profile.email]
                    if vouched:
                        await inlet.meet(vouched)
            except TocsinError as error:
                pause = error.after if isinstance(error, RetryLater) and error.after else TRIES_AGAIN_AFTER
                log.warning("slack.people_not_read", error=str(error), again_in=pause)
                await self._pause(pause)
            else:
                return

    async def _pause(self, seconds: float) -> None:
        from datetime import timedelta

        await self._clock.sleep_until(self._clock.now() + timedelta(seconds=seconds), asyncio.Event())

    async def read(self, raw: Raw) -> Inbound | None:
        """What a stored update says. Raises Unreadable, or RetryLater where Slack has to be asked and is away."""
        try:
            return await self._hearing.read(raw, self._doorstep.inlet, self._client.doubtful)
        except Unknown as error:
            raise RetryLater(str(error)) from error

    async def answer(self, raw: Raw, inbound: Inbound, reply: Reply, language: Language) -> None:
        """Show the sender what the house says."""
        reader = self._voices.of(language)
        if isinstance(inbound.what, Pressed) and inbound.what.action == HOME:
            await publish_home(self._client, inbound.account.account, reply, reader)
            return
        await answer(self._client, parse_place(raw.payload), reply, reader, language)

    async def deliver(self, delivery: Delivery) -> Accepted:
        """Hand one message over. Raises RetryLater, Undeliverable or Unknown."""
        match delivery:
            case Showing():
                return Accepted(await self._show(delivery))
            case Entering(effect=effect, address=address, accounts=accounts):
                return Accepted(await self._enter(effect, address, accounts))

    async def _enter(self, effect: OpenRoom | Invite, address: str, accounts: tuple[str, ...]) -> str:
        match effect:
            case OpenRoom():
                return await self._open_room(effect, accounts)
            case Invite():
                await rooms.invite(self._client, address, accounts)
                return address

    async def _show(self, showing: Showing) -> str:
        if showing.standing is None and await self._people.left(showing.address):
            raise Undeliverable(f"{showing.address} is deactivated")
        message, fresh = await posting.show(self._client, showing, self._voices.of_room(showing.language))
        if fresh and showing.pin:
            await posting.pin(self._client, message)
        if fresh and showing.card.files:
            await self._send_files(message, showing)
        return message

    async def _send_files(self, message: str, showing: Showing) -> None:
        """Under the message. It stands there already, so what becomes of its files does not repeat it."""
        try:
            if showing.tried_at is not None and await posting.has_files(self._client, message):
                return
            for file in showing.card.files:
                name = await self._name_of(file, showing.card.kind)
                await posting.send_file(self._client, message, name, await self._store.files.load(file))
        except Refused:
            log.info("slack.file_gone", message=message)
        except TocsinError as error:
            log.error("slack.file_not_sent", message=message, error=str(error))  # noqa: TRY400  the sentence says it all

    async def _name_of(self, file: FileId, kind: Marked | None) -> str:
        columns = tables.files.c
        found = await self._store.rows(select(columns.name, columns.media_type).where(columns.file == file))
        name, media_type = found[0] if found else ("", "")
        zh, en = (partial(self._voices.say, language=language) for language in LANGUAGES)
        return file_name(name or f"{file[:8]}.{'jpg' if media_type == 'image/jpeg' else 'bin'}", kind, zh, en)

    async def _open_room(self, room: OpenRoom, accounts: tuple[str, ...]) -> str:
        """A drill's name has its mark already; where it is cut, the mark still comes last."""
        drill, reader = is_drill(room.event), self._voices.of(*LANGUAGES)
        topic = reader.say(room.name if drill else text("mark.first.live", head=room.name), " / ")
        name = room.name.zh if room.event in room.name.zh else f"{room.event} {room.name.zh}"
        last = self._voices.say(text("mark.last.drill"), "en").strip() if drill else ""
        channel = channel_name(last, name, last=last)
        private = self._settings.command_rooms == "private"
        return await rooms.open_room(
            self._client, channel, ended(topic, rooms.LONGEST_TOPIC, last), accounts, private=private
        )

    async def _tell_beside(self, url: str, sentence: str) -> None:
        """Answer at an address of Slack's without keeping the request waiting."""
        if self._group is not None:
            place = Place("", "", answer_url=url)
            self._group.create_task(self._tell(place, Rendered([], escape(sentence))), name="slack.not_saved")

    async def _complain(self, place: Place, why: Shown, language: Language | None) -> None:
        """Tell somebody that a file of theirs was not kept."""
        await self._tell(place, Rendered([], escape(self._voices.say(why, language))))

    async def _tell(self, place: Place, rendered: Rendered) -> None:
        try:
            await say(self._client, place, rendered)
        except TocsinError as error:
            log.info("slack.not_told", error=str(error))
