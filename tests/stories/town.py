"""The whole house in one process, and the sample company's people in it: stories are told with it.

Everything is real (store, playbooks, configuration, relay, timers, handlers) but time, which is a virtual
clock, and the platform, which keeps its rooms in memory.
"""

from __future__ import annotations

import asyncio
import io
import secrets
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image
from sqlalchemy import literal, select

from bot.app import platforms_of
from bot.cards.present import present
from bot.chat.adapter import outside
from bot.chat.card import Button, Card, CardRef, Form, Reply
from bot.clock import VirtualClock
from bot.domain.fold import replay
from bot.domain.ids import DepartmentId, EventId, FileId, PersonId, PlaybookId, RoomId, TaskId, command_room, direct
from bot.domain.programme import NOTHING_OWED, Programme
from bot.domain.proof import verify
from bot.domain.timers import Timer, timers
from bot.files.config import load_settings
from bot.files.finding import errors
from bot.files.playbooks import load_playbooks
from bot.jobs.duties import Duties
from bot.jobs.failover import Failover
from bot.jobs.intake import Intake
from bot.jobs.limiter import Limiter
from bot.jobs.quiet import all_quiet
from bot.jobs.relay import Relay
from bot.jobs.timers import Timers
from bot.plays.stage import NOTHING, Gives, Stage, find_button
from bot.services.house import House
from bot.services.meaning import event_of
from bot.services.owing import Choose
from bot.store import tables
from bot.store.store import Store
from bot.text import LANGUAGES
from handlers import house_router
from handlers.dispatch import handle
from tests.stories.lines.memory import MemoryLine
from tests.stories.platform import Message, Platform

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.chat.adapter import Adapter
    from bot.chat.card import Shown
    from bot.config import Settings
    from bot.domain.event import Event, Task
    from bot.domain.playbook import PlaybookVersion
    from bot.domain.record import Entry
    from bot.i18n import Catalogs
    from tests.stories.lines.line import Line

ROOT = Path(__file__).parents[2]
START = datetime(2026, 3, 5, 6, 0, tzinfo=UTC)
"""14:00 in the plant."""
COMMAND, CALL = "command", "call"
"""Where a button is: on the command card, or in a direct message."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What came back to somebody at once."""

    town: Town
    reply: Reply

    @property
    def words(self) -> str:
        """The reply as it can be read, in both languages."""
        parts: list[Shown | None] = [self.reply.text]
        if self.reply.card is not None:
            parts += _shown(self.reply.card)
        if self.reply.form is not None:
            parts += _asked(self.reply.form)
        card = self.reply.card
        numbers = () if card is None else tuple(telephone.number for telephone in card.telephones)
        return "\n".join([*(self.town.both(part) for part in parts if part is not None), *numbers])

    def says(self, *words: str) -> Answered:
        """The reply says all of these, in one language or the other."""
        missing = [word for word in words if word not in self.words]
        assert not missing, f"{missing} not in:\n{self.words}"
        return self

    def refused(self, *words: str) -> Answered:
        """Nothing was kept, and the reply says why."""
        assert not self.reply.stored, f"it was stored:\n{self.words}"
        return self.says(*words)

    def kept(self) -> Answered:
        """It was kept."""
        assert self.reply.stored, self.words
        return self

    @property
    def form(self) -> Form:
        """The form that is asked."""
        assert self.reply.form is not None, self.words
        return self.reply.form

    @property
    def undo(self) -> Button:
        """The button that takes it back."""
        assert self.reply.undo is not None, self.words
        return self.reply.undo

    @property
    def buttons(self) -> tuple[Button, ...]:
        """The buttons of the card only this person sees."""
        assert self.reply.card is not None, self.words
        return self.reply.card.buttons


def _shown(card: Card) -> list[Shown | None]:
    lines = [shown for line in card.lines for shown in (line.text, line.note)]
    telephones = [telephone.name for telephone in card.telephones]
    labels = [button.label for button in card.buttons]
    return [card.head, *card.lead, *lines, card.more, *telephones, *labels, card.foot]


def _asked(form: Form) -> list[Shown | None]:
    return [form.title, form.hint, *(each.label for each in form.fields), form.submit, form.skip]


@dataclass(frozen=True, slots=True)
class RoomView:
    """A room as its people see it."""

    town: Town
    id: RoomId

    @property
    def messages(self) -> list[Message]:
        """All messages of the bot here."""
        return self.town.platform.in_room(self.id)

    def expects(self, *words: str) -> Message:
        """A message nobody has expected yet says all of these."""
        fresh = [message for message in self.messages if not message.expected]
        for message in fresh:
            text = self.town.words_of(message.cards[0])
            if all(word in text for word in words):
                message.expected = True
                return message
        seen = "\n---\n".join(self.town.words_of(message.cards[0]) for message in fresh)
        raise AssertionError(f"no message with {words} in {self.id}; there are:\n{seen}")

    def has_nothing_with(self, *words: str) -> None:
        """No message, expected or not, says all of these."""
        for message in self.messages:
            text = self.town.words_of(message.card)
            assert not all(word in text for word in words), text

    def card(self, on: str, event: EventId | None = None) -> Card:
        """The card of a department, or the command card, as it stands here now."""
        key = f"{event or self.town.newest}/{on}"
        found = [message for message in self.messages if message.key == key]
        assert len(found) == 1, f"{len(found)} cards {key} in {self.id}"
        return found[0].card

    def reads(self, on: str, *words: str, event: EventId | None = None) -> None:
        """The card reads all of these, in one language or the other."""
        text = self.town.words_of(self.card(on, event))
        missing = [word for word in words if word not in text]
        assert not missing, f"{missing} not in:\n{text}"


@dataclass(frozen=True, slots=True)
class Somebody:
    """One of the company's people, or a stranger."""

    town: Town
    id: PersonId

    @property
    def direct(self) -> RoomView:
        """Their direct messages."""
        return RoomView(self.town, direct(self.id))

    async def says(
        self,
        words: str,
        room: str | None = None,
        *,
        under: str | None = None,
        files: tuple[FileId, ...] = (),
        message: str | None = None,
        gives: Gives = NOTHING,
    ) -> Answered:
        """Say something in a room (their direct one where none is named); `under`: the key of a card."""
        where = direct(self.id) if room is None else RoomId(room)
        reply = await self.town.stage.says(
            self.id, words, where, reply_to=under, files=files, message=message, gives=gives
        )
        return await self._answered(reply)

    async def presses(
        self,
        action: str,
        on: str = CALL,
        *,
        task: str | None = None,
        event: EventId | None = None,
        gives: Gives = NOTHING,
    ) -> Answered:
        """Press a button of a department's card, of the command card, or of a direct message."""
        number = event or self.town.newest
        room, key = self.town.place(self, on, number)
        wanted = "" if on in (COMMAND, CALL) or task is None else f"{on}/{task}"
        button = find_button(self.town.platform, room, action, key=key, target=wanted)
        return await self.presses_button(button, room, gives if task is None else replace(gives, task=task))

    async def presses_button(self, button: Button, room: str | None = None, gives: Gives = NOTHING) -> Answered:
        """Press this very button, also an old one."""
        where = direct(self.id) if room is None else RoomId(room)
        return await self._answered(await self.town.stage.presses(self.id, where, button, gives))

    async def edits(self, room: str, message: str, words: str) -> None:
        """Change what was said."""
        await self._answered(await self.town.stage.edits(self.id, RoomId(room), message, words))

    async def deletes(self, room: str, message: str) -> None:
        """Take a message off."""
        await self._answered(await self.town.stage.deletes(self.id, RoomId(room), message))

    async def _answered(self, reply: Reply) -> Answered:
        await self.town.quiet()
        return Answered(self.town, reply)


@dataclass(slots=True)
class Town:
    """Open it with `build`; `end` checks the house when the story is over."""

    url: str
    folder: Path
    catalogs: Catalogs
    clock: VirtualClock
    settings: Settings
    playbooks: Mapping[PlaybookId, PlaybookVersion]
    line: Line = field(default_factory=MemoryLine)
    """How its people reach the house."""
    others: tuple[Adapter, ...] = ()
    """Platforms besides the built-in chat; they are there from the next start on."""
    programme: Programme = NOTHING_OWED
    """Drills and duties; they are there from the next start on."""
    choose: Choose = secrets.choice
    """Draws hidden hours."""
    strict: bool = False
    """Whether each direct message must be expected."""
    allowed_errors: list[str] = field(default_factory=list[str])
    """What may stand in an error of the log."""
    store: Store = field(init=False)
    house: House = field(init=False)
    intake: Intake = field(init=False)
    relay: Relay = field(init=False)
    timers: Timers = field(init=False)
    duties: Duties = field(init=False)
    failover: Failover = field(init=False)
    stage: Stage = field(init=False)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list["asyncio.Task[None]"])

    @classmethod
    async def build(cls, url: str, folder: Path, catalogs: Catalogs, line: Line | None = None) -> Town:
        """Open the house; its people are on `line`."""
        settings, playbooks = sample()
        way = MemoryLine() if line is None else line
        town = cls(url, folder, catalogs, VirtualClock(START), await way.begin(settings), playbooks, way)
        await town.start()
        return town

    @property
    def platform(self) -> Platform:
        """What stands on the platform."""
        return self.line.platform

    async def start(self) -> None:
        """Start the process (again)."""
        self.store = await Store.open(self.url, self.folder / "files", self.folder / "keys", self.clock)
        self.house = House(self.settings, self.playbooks, self.catalogs, self.clock, self.programme)
        web = self.settings.web
        limiter = Limiter(web.messages_per_minute, web.message_limit)
        answers = partial(handle, router=house_router())
        own = await self.line.open(self)
        adapters: dict[str, Adapter] = {each.name: each for each in (*own, *self.others)}
        self.store.route(partial(platforms_of, self.house, self.store.links, adapters), outside(adapters))
        self.intake = Intake(self.store, self.house, answers, limiter, adapters)
        self.relay = Relay(self.store, self.house, adapters, _present)
        self.timers = Timers(self.store, self.house)
        self.duties = Duties(self.store, self.house, self.choose)
        self.stage = Stage(self.line.sends, self.clock.now, self.line.name)
        self.failover = Failover(self.store, self.house, adapters)
        jobs = (self.relay, self.timers, self.duties, self.failover, self.intake)
        self._tasks = [asyncio.create_task(job.run()) for job in jobs]
        self._tasks += [asyncio.create_task(adapter.run(self.intake)) for adapter in own]
        await self.line.ready()

    async def stop(self) -> None:
        """Stop the process, wherever it is."""
        for task in self._tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        await self.store.close()

    async def restart(self) -> None:
        """The process dies and comes back; the platform has seen nothing of it."""
        await self.stop()
        await self.start()
        await self.quiet()

    # People and rooms

    def people(self, *names: str) -> tuple[Somebody, ...]:
        """Some of the company's people, by their ids."""
        for name in names:
            assert name in self.settings.company.people, name
        return tuple(Somebody(self, PersonId(name)) for name in names)

    def person(self, name: str) -> Somebody:
        """One of them."""
        return self.people(name)[0]

    def stranger(self, name: str) -> Somebody:
        """An account nobody has linked."""
        return Somebody(self, PersonId(name))

    def room(self, name: str) -> RoomView:
        """A department's room by the department, or any other by its id."""
        return RoomView(self, self.room_of(name))

    def room_of(self, name: str) -> RoomId:
        """A department's room, or any other room."""
        room = self.house.room_of(DepartmentId(name))
        return RoomId(name) if room is None else room.id

    @property
    def command(self) -> RoomView:
        """The newest event's command room."""
        return RoomView(self, command_room(self.newest))

    def place(self, somebody: Somebody, on: str, event: EventId) -> tuple[RoomId, str | None]:
        """Where a button stands: the room, and the key of its card where it is on one."""
        if on == CALL:
            return direct(somebody.id), None
        if on == COMMAND:
            return command_room(event), f"{event}/command"
        room = self.house.room_for(DepartmentId(on), event)
        assert room is not None, on
        return room, f"{event}/{on}"

    # Events

    @property
    def newest(self) -> EventId:
        """The number of the event that opened last."""
        opened = sorted(found for message in self.platform.messages if (found := event_of(message.key)) is not None)
        assert opened, "no event has opened"
        return opened[-1]

    async def event(self, number: EventId | None = None) -> Event:
        """An event as it stands."""
        return await self.store.event(number or self.newest)

    async def task(self, task: str, number: EventId | None = None) -> Task:
        """A released task as it stands."""
        return (await self.event(number)).tasks[TaskId(task)]

    async def record(self, number: EventId | None = None) -> list[Entry]:
        """The record."""
        return await self.store.entries(number or self.newest)

    async def kinds(self, number: EventId | None = None) -> list[str]:
        """The kinds of its entries, in order."""
        return [entry.payload.kind for entry in await self.record(number)]

    async def photo(self) -> FileId:
        """A photo that a platform has taken in already."""
        return await self.store.files.keep(_PHOTO, "image/jpeg", "photo.jpg")

    # Time

    async def quiet(self) -> None:
        """Wait until nothing is left to do at this moment."""
        while not await all_quiet(self.store, self.intake, self.relay, self.timers, self.duties, self.failover):
            await self.store.rows(select(literal(1)))

    async def passes(self, *, minutes: float = 0, hours: float = 0, seconds: float = 0, days: float = 0) -> None:
        """Let time pass, stopping at each deadline on the way until the house is quiet."""
        until = self.clock.now() + timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        await self.quiet()
        while (due := await self.next_due()) is not None and due <= until:
            self.clock.set(max(due, self.clock.now()))
            await self.quiet()
        self.clock.set(until)
        await self.quiet()

    async def next_due(self) -> datetime | None:
        """When something is due next."""
        due = [await job.next_due() for job in (self.timers, self.duties, self.relay, self.failover)]
        return min((at for at in due if at is not None), default=None)

    # Words

    def both(self, shown: Shown) -> str:
        """A text in both languages."""
        return "\n".join(self.house.render(shown, language) for language in LANGUAGES)

    def words_of(self, card: Card) -> str:
        """Everything a card says, in both languages."""
        parts = [self.both(shown) for shown in _shown(card) if shown is not None]
        return "\n".join([*parts, *(telephone.number for telephone in card.telephones)])

    # The end

    async def end(self) -> None:
        """The story is over: check the house, then close it."""
        await self.quiet()
        await self._nothing_waits()
        for row in await self.store.events():
            await self._record_holds(row.id)
        if self.strict:
            self._everything_was_expected()
        await self.stop()
        await self.line.end()

    async def _nothing_waits(self) -> None:
        waiting = await self.store.rows(select(tables.outbox.c.room, tables.outbox.c.key))
        assert not waiting, f"not delivered: {waiting}"
        failed = await self.store.rows(select(tables.inbox.c.update).where(tables.inbox.c.state != "done"))
        assert not failed, f"not handled: {failed}"

    async def _record_holds(self, number: EventId) -> None:
        """It verifies, replays to the event as stored, and the deadlines in the store are the event's."""
        entries = await self.store.entries(number)
        verdict = verify(entries)
        assert verdict.good, f"{number}: entry {verdict.bad}"
        event = await self.store.event(number)
        assert replay(entries) == event
        columns = tables.timers.c
        rows = await self.store.rows(select(columns.step, columns.task, columns.due_at).where(columns.event == number))
        stored = {Timer(step, TaskId(task) if task else None, due_at) for step, task, due_at in rows}
        assert stored == set(timers(event))

    def _everything_was_expected(self) -> None:
        unexpected = [
            message for message in self.platform.messages if message.room.startswith("@") and not message.expected
        ]
        seen = "\n---\n".join(f"{message.room}: {self.words_of(message.cards[0])}" for message in unexpected)
        assert not unexpected, f"nobody expected:\n{seen}"

    def expects_all(self, *words: str) -> None:
        """Every direct message that says these was meant to come."""
        for message in self.platform.messages:
            if message.room.startswith("@") and all(word in self.words_of(message.cards[0]) for word in words):
                message.expected = True


def _taken() -> bytes:
    """A photo as the house keeps it: what comes of it when it is taken in again is the same."""
    written = io.BytesIO()
    Image.new("RGB", (16, 16), (200, 30, 30)).save(written, "JPEG", quality=90)
    return written.getvalue()


_PHOTO = _taken()


def _present(event: Event, ref: CardRef, house: House) -> Card:
    return present(event, ref, house.company, house.clock.now())


@cache
def sample() -> tuple[Settings, Mapping[PlaybookId, PlaybookVersion]]:
    """The sample company and its playbooks, read once for all stories."""
    settings = load_settings(ROOT / "config.example.toml")
    playbooks, findings = load_playbooks(ROOT / "playbooks", settings)
    assert not errors(findings), findings
    return settings, playbooks
