"""A stored update → Inbound: who spoke, in which of our rooms, which card it answers, which files it brings."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

import structlog
from sqlalchemy import select

from bot.adapters.receiving import HURRIED_FOR, WAITS_FOR
from bot.adapters.slack.heard import (
    Attachment,
    Change,
    Command,
    Filled,
    Heard,
    HomeOpened,
    Member,
    Press,
    Removal,
    Revoked,
    RoomGone,
    Talk,
    Update,
)
from bot.adapters.slack.inbound import PLATFORM, parse
from bot.adapters.slack.people import account_of, bare
from bot.adapters.slack.posting import message_id
from bot.adapters.slack.senders import Place, parse_place
from bot.adapters.slack.taking import take
from bot.adapters.slack.tokens import mentioned, plain_words
from bot.chat.inbound import DeletedMessage, EditedMessage, Inbound, Pressed, Said, Submitted
from bot.domain.ids import HOUSE, RoomId, direct, stranger_room
from bot.errors import Refused, RetryLater, Unknown
from bot.store import tables
from bot.text import text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.adapters.slack.client import SlackClient
    from bot.adapters.slack.people import People
    from bot.adapters.slack.senders import Profile
    from bot.adapters.view import HouseView
    from bot.chat.adapter import Inlet
    from bot.chat.card import Shown
    from bot.chat.inbound import Account, Raw, What
    from bot.domain.ids import FileId
    from bot.store.store import Store
    from bot.text import Language

Complain = Callable[["Place", "Shown", "Language | None"], Awaitable[None]]
SLASHES = ("/", "／")
SOON = 3.0
"""Seconds that a line about a file may take: the words it came with wait meanwhile."""
REPORT_WORDS = ("报险情", "报警", "险情")
"""The words of a report that are heard without a slash; a test holds them to those of the house."""
REPORTS = "report."
"""How the names of the forms begin that report an event."""
_REPORT_WORD = re.compile(rf"({'|'.join(REPORT_WORDS)})($|[\s:：,，])")
Name = TypeVar("Name")

log = structlog.get_logger(__name__)


class Hearing:
    """Reads what is stored. Slack is asked who somebody is and for files; all else is known here."""

    def __init__(
        self,
        store: Store,
        view: HouseView,
        client: SlackClient,
        people: People,
        upload_limit_mb: int,
        complain: Complain,
    ) -> None:
        """`complain` tells a sender that a file was not kept, and why."""
        self._store = store
        self._view = view
        self._client = client
        self._people = people
        self._limit = upload_limit_mb
        self._complain = complain

    async def read(self, raw: Raw, inlet: Inlet | None, doubtful: asyncio.Event) -> Inbound | None:
        """What an update says; None: nothing for the house. Raises Unreadable, RetryLater, Unknown.

        `doubtful` is set where Slack says that the app's token is worth nothing any more.
        """
        update = parse(raw.payload)
        if update is None:
            return None
        match update.what:
            case Member(user=user):
                profile = await self._people.learn(user)
                if inlet is not None and profile.email:
                    await inlet.meet([account_of(profile)])
                return None
            case Revoked():
                log.error("slack.revoked")
                doubtful.set()
                return None
            case RoomGone():
                log.warning("slack.room_gone", channel=update.channel)
                return None
            case _:
                return await self._inbound(raw, update)

    async def _inbound(self, raw: Raw, update: Update) -> Inbound | None:
        profile = await self._profile(raw, update)
        if profile.bot:
            return None
        account = account_of(profile, update.name)
        room = await self._room(update)
        what = None if room is None else await self._what(raw, update, account)
        if room is None or what is None:
            return None
        return Inbound(raw.update, account, room, what, raw.at)

    async def _profile(self, raw: Raw, update: Update) -> Profile:
        """Whoever is linked is known here: no report of theirs waits until Slack has told who they are."""
        links = self._store.links
        person = links.person(PLATFORM, update.user)
        if person is None:
            return await self._stranger(raw, update)
        return self._people.known(update.user) or bare(update.user, update.name, links.language(PLATFORM, person) or "")

    async def _stranger(self, raw: Raw, update: Update) -> Profile:
        """Slack is asked; a report that has waited its time for the answer goes on without a name."""
        try:
            return await self._people.profile(update.user)
        except (RetryLater, Unknown) as error:
            if not _reports(update.what) or self._store.clock.now() - raw.at < WAITS_FOR:
                raise
            log.warning("slack.not_asked", user=update.user, why=str(error))
            return bare(update.user, update.name)

    async def _room(self, update: Update) -> RoomId | None:
        """Our name of the place; talk in a channel that is none of ours is not for the house (None)."""
        if update.direct:
            person = self._store.links.person(PLATFORM, update.user)
            return stranger_room(PLATFORM, update.user) if person is None else direct(person)
        for room in self._view.company.rooms.values():
            if any(bound.platform == PLATFORM and bound.address == update.channel for bound in room.bindings):
                return room.id
        columns = tables.addresses.c
        query = select(columns.room).where(columns.platform == PLATFORM, columns.address == update.channel)
        found = await self._store.rows(query)
        if found:
            return RoomId(found[0][0])
        match update.what:
            case Talk(typed=typed) if not typed.lstrip().startswith(SLASHES):
                return None
            case Change() | Removal():
                return None
            case _:
                return RoomId(f"{PLATFORM}:{update.channel}")

    async def _what(self, raw: Raw, update: Update, account: Account) -> What | None:
        match update.what:
            case Talk(ts=ts, thread=thread) as talk:
                return await self._said(raw, update, talk, f"{PLATFORM}/{message_id(update.channel, ts)}", thread)
            case Change(ts=ts, typed=typed):
                words = await self._words(typed)
                return EditedMessage(f"{PLATFORM}/{message_id(update.channel, ts)}", words)
            case Removal(ts=ts):
                return DeletedMessage(f"{PLATFORM}/{message_id(update.channel, ts)}")
            case Command(trigger=trigger, typed=typed):
                return Said(f"{PLATFORM}/{trigger}", await self._words(typed))
            case Press(pressed=pressed):
                return pressed
            case Filled() as filled:
                return await self._submitted(raw, filled, account)
            case HomeOpened():
                return Pressed("home.show", HOUSE)
            case Member() | Revoked() | RoomGone():
                return None

    async def _said(self, raw: Raw, update: Update, talk: Talk, message: str, thread: str) -> Said | None:
        alarm = _alarms(talk.typed)
        files = tuple((await self._kept(raw, dict(enumerate(talk.files)), None, alarm=alarm)).values())
        words = await self._words(talk.typed)
        if not words.strip() and not files:
            return None
        return Said(message, words, await self._key_of(update.channel, thread), files)

    async def _words(self, typed: str) -> str:
        return plain_words(typed, await self._people.names(mentioned(typed)))

    async def _key_of(self, channel: str, thread: str) -> str | None:
        """The name of the card that a message answers."""
        if not thread:
            return None
        columns = tables.deliveries.c
        message = message_id(channel, thread)
        query = select(columns.key).where(columns.platform == PLATFORM, columns.message == message)
        found = await self._store.rows(query)
        return found[0][0] if found else None

    async def _submitted(self, raw: Raw, filled: Filled, account: Account) -> Submitted:
        language = filled.kept.language or account.language
        files = await self._kept(raw, filled.files, language, alarm=filled.kept.form.startswith(REPORTS))
        values = {name: value for name, value in filled.values.items() if name not in filled.files}
        return Submitted(filled.kept.form, filled.kept.context, values, files, skipped=filled.skipped)

    async def _kept(
        self, raw: Raw, sent: Mapping[Name, Attachment], language: Language | None, *, alarm: bool
    ) -> dict[Name, FileId]:
        """The files as the house keeps them, but for those it does not want: their sender knows why. Raises NotSaved.

        An alarm waits for no file, nor does anything that has waited its time. Raises RetryLater or Unknown for
        all else while Slack does not hand them over.
        """
        hurried = alarm or self._store.clock.now() - raw.at >= WAITS_FOR
        until = asyncio.get_running_loop().time() + HURRIED_FOR if hurried else None
        kept: dict[Name, FileId] = {}
        complaints: list[Shown] = []
        for name, file in sent.items():
            try:
                kept[name] = await take(self._client, self._store, file, self._limit, until)
            except Refused as refused:
                complaints.append(refused.reason)
            except (RetryLater, Unknown) as error:
                if not hurried:
                    raise
                log.warning("slack.file_given_up", update=raw.update, file=file.id, why=str(error))
                complaints.append(text("receiving.not_arrived"))
        for at, why in enumerate(complaints):
            if why in complaints[:at]:
                continue
            with suppress(TimeoutError):
                async with asyncio.timeout(SOON):
                    await self._complain(replace(parse_place(raw.payload), answer_url=""), why, language)
        return kept


def _alarms(typed: str) -> bool:
    """Whether words typed may be a report: anything after a slash, or a word that is heard without one."""
    shown = typed.lstrip()
    return shown.startswith(SLASHES) or _REPORT_WORD.match(shown) is not None


def _reports(what: Heard) -> bool:
    """Whether it may be the report of an emergency."""
    match what:
        case Command():
            return True
        case Talk(typed=typed):
            return _alarms(typed)
        case Filled(kept=kept):
            return kept.form.startswith(REPORTS)
        case _:
            return False
