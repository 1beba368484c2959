"""Plays a story through the whole house on a virtual clock, shows it as it happens, and leaves the record."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from bot.clock import VirtualClock
from bot.domain import entries as e
from bot.domain.ids import COMMAND_GROUP, DepartmentId, EventId, PersonId, RoomId, command_room, direct
from bot.errors import Broken
from bot.exports.names import names_of
from bot.exports.sentences import sentence
from bot.exports.wording import who
from bot.plays.script import ACTIONS, Script, Step
from bot.plays.stage import Gives, NothingToPressError, Shows, Stage, UnansweredFormError, find_button
from bot.services.documents import last_drill, record_file, record_name
from bot.text import Words, plural, text

if TYPE_CHECKING:
    from bot.chat.card import Reply, Shown
    from bot.domain.record import Entry
    from bot.services.documents import Choice, Format
    from bot.services.house import House
    from bot.store.store import Store
    from bot.text import Text

LEFT: tuple[tuple[Format, Choice], ...] = (
    ("docx", "both"), ("docx", "zh"), ("docx", "en"), ("html", "both"), ("md", "zh"), ("md", "en"), ("json", "both"),
)  # fmt: skip
"""The files a play leaves: format and language."""
LONGEST_PAUSE = 5.0
"""Real seconds between two steps at most, so that a night of waiting does not take minutes."""
MOST_ROOMS = 6
"""Rooms and people named where many messages leave at once."""
COMMAND, CALL = "command", "call"
OF_A_DEPARTMENT = ("acknowledge", "start", "done", "cannot", "all-clear")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a play as it is shown. `who` is None where the story itself speaks."""

    at: datetime
    who: Shown | None
    what: Shown
    typed: str = ""
    style: str = ""
    """As rich writes it; empty: plain."""


STYLES: Mapping[type, str] = {
    e.Opened: "bold red",
    e.FalseAlarm: "bold yellow",
    e.Escalated: "yellow",
    e.Reminded: "yellow",
    e.CommandPassed: "magenta",
    e.AllClear: "green",
    e.StoodDown: "bold green",
    e.Closed: "bold green",
    e.DrillStarted: "bold magenta",
    e.DrillPaused: "yellow",
    e.InjectGiven: "cyan",
    e.InjectMissed: "yellow",
    e.DrillEnded: "bold magenta",
    e.DrillMeasured: "bold green",
}
"""What stands out on the terminal."""
Show = Callable[[Line], None]
NAMING = (e.Opened, e.TaskReleased, e.DrillStarted)
"""What tells the names that later sentences use."""


class Played(Protocol):
    """The house that a play is played in."""

    @property
    def house(self) -> House:
        """Who works there."""
        ...

    @property
    def store(self) -> Store:
        """Its records."""
        ...

    async def quiet(self) -> bool:
        """Whether nothing is on its way."""
        ...

    async def next_due(self) -> datetime | None:
        """When something is due next."""
        ...


@dataclass(slots=True)
class Player:
    """One play under way: what people do goes over `stage`, and `screen` is what they see."""

    app: Played
    clock: VirtualClock
    stage: Stage
    screen: Shows
    speed: float
    show: Show
    shown: dict[EventId, int] = field(default_factory=dict[EventId, int])
    """How far each record has been shown."""
    told: dict[EventId, list[Entry]] = field(default_factory=dict[EventId, list["Entry"]])
    """The entries that names come from."""

    async def play(self, script: Script) -> None:
        """Every step in its order."""
        self.show(Line(script.starts, None, script.title))
        for number, step in enumerate(script.steps, 1):
            await self.passes(step.after)
            if step.comment is not None:
                self.show(Line(self.clock.now(), None, step.comment))
            if step.who:
                await self._act(number, step)
            await self._settle()

    async def passes(self, seconds: float) -> None:
        """Let time pass, stopping at each deadline on the way."""
        until = self.clock.now() + timedelta(seconds=seconds)
        await self._settle()
        while (due := await self.app.next_due()) is not None and due <= until:
            await self._wait(due)
            await self._settle()
        await self._wait(until)
        await self._settle()

    async def _wait(self, until: datetime) -> None:
        seconds = (until - self.clock.now()).total_seconds()
        if self.speed and seconds > 0:
            await asyncio.sleep(min(seconds / self.speed, LONGEST_PAUSE))
        self.clock.set(until)

    async def _settle(self) -> None:
        """Wait until nothing is on its way, then show what was written."""
        while not await self.app.quiet():  # noqa: ASYNC110  relay and timers tell by their rows, not by an event
            await asyncio.sleep(0)
        for row in sorted(await self.app.store.events(), key=lambda row: row.id):
            await self._show_new(row.id)

    async def _show_new(self, event: EventId) -> None:
        fresh = await self.app.store.entries(event, after=self.shown.get(event, 0))
        if not fresh:
            return
        told = self.told.setdefault(event, [])
        told += [entry for entry in fresh if isinstance(entry.payload, NAMING)]
        names = names_of(told)
        sent: list[e.MessageSent] = []
        for entry in fresh:
            if isinstance(entry.payload, e.MessageSent):
                sent.append(entry.payload)
            else:
                self._show_entry(entry, sentence(entry, names))
        if sent:
            self.show(Line(self.clock.now(), text("record.bot"), _sent(sent), style="dim"))
        self.shown[event] = fresh[-1].sequence

    def _show_entry(self, entry: Entry, told: Shown) -> None:
        self.show(Line(entry.at, who(entry), told, _typed(entry.payload), STYLES.get(type(entry.payload), "")))

    async def _act(self, number: int, step: Step) -> None:
        person = next((each for each in self.app.house.company.people if each == step.who), None)
        if person is None:
            raise Broken(text("play.nobody", number=number, who=step.who))
        try:
            reply = await self._do(step)
        except NothingToPressError as nothing:
            on, presses = step.on or CALL, step.presses or ""
            raise Broken(text("play.no_button", number=number, presses=presses, on=on)) from nothing
        except UnansweredFormError as unanswered:
            raise Broken(text("play.unanswered", number=number, field=str(unanswered))) from unanswered
        if not reply.stored:
            raise Broken(text("play.refused", number=number, why=reply.text or ""))

    async def _do(self, step: Step) -> Reply:
        stage = self.stage
        person = self.app.house.company.people[PersonId(step.who)].id
        gives = Gives(task=step.task, value=step.gives, reason=step.reason or None, more=step.answers or {})
        if step.says is not None:
            room = self._room(step)
            reply = await stage.says(person, step.says, room)
            return reply if step.answers is None else await stage.answers(person, room, reply, gives)
        if step.presses is None:
            message = f"{step.who} does nothing"
            raise NothingToPressError(message)
        event = await self._event()
        on = _card_of(step)
        room = self._place(on, event) if on != CALL else direct(person)
        key = None if on == CALL else f"{event}/{on}"
        target = "" if on in (COMMAND, CALL) else on
        button = find_button(self.screen, room, ACTIONS[step.presses], key=key, target=target)
        reply = await stage.presses(person, room, button, gives)
        return reply if step.answers is None else await stage.answers(person, room, reply, gives)

    async def _event(self) -> EventId:
        rows = await self.app.store.events()
        if not rows:
            message = "no event has opened yet"
            raise NothingToPressError(message)
        return rows[0].id

    def _place(self, on: str, event: EventId) -> RoomId:
        room = command_room(event) if on == COMMAND else self.app.house.room_for(DepartmentId(on), event)
        if room is None:
            message = f"no room for {on}"
            raise NothingToPressError(message)
        return room

    def _room(self, step: Step) -> RoomId:
        person = self.app.house.company.people[PersonId(step.who)]
        if step.room == COMMAND:
            return command_room(max(self.shown))
        if step.room is not None:
            return RoomId(step.room)
        room = self.app.house.room_of(person.department)
        return direct(person.id) if room is None else room.id

    async def leave(self, out: Path) -> list[Path]:
        """Write each event's record in every format."""
        left: list[Path] = []
        await asyncio.to_thread(out.mkdir, parents=True, exist_ok=True)
        for event in self.shown:
            entries = await self.app.store.entries(event)
            before = await last_drill(self.app.store, entries)
            load, house = self.app.store.files.load, self.app.house
            for format_, lang in LEFT:
                content = await record_file(entries, house, load, format_, lang, before=before)
                path = out / record_name(event, house, lang, format_)
                path.write_bytes(content)
                left.append(path)
        return left


def _card_of(step: Step) -> str:
    """Whose card it is. The command group's own tasks stand in the command room too, on a card of their own."""
    if step.on == COMMAND and step.presses in OF_A_DEPARTMENT:
        return COMMAND_GROUP
    return step.on or CALL


def _sent(messages: Sequence[e.MessageSent]) -> Text:
    """Where messages went, in one line: a reader of the play need not see each of forty."""
    rooms = list(dict.fromkeys(message.room_name for message in messages))
    more = Words("…", "…") if len(rooms) > MOST_ROOMS else Words("", "")
    zh, en = "、".join(room.zh for room in rooms[:MOST_ROOMS]), ", ".join(room.en for room in rooms[:MOST_ROOMS])
    return plural("play.sent", len(messages), rooms=Words(zh + more.zh, en + more.en))


def _typed(payload: e.Payload) -> str:
    """What somebody wrote."""
    match payload:
        case e.Said(words=words) | e.Edited(words=words) | e.Noted(words=words):
            return words or ""
        case e.EvidenceGiven(written=written) | e.InjectAnswered(written=written):
            return written or ""
        case e.HotWashAnswered(worked=worked, failed=failed, change=change):
            return " / ".join(said for said in (worked, failed, change) if said)
        case _:
            return ""
