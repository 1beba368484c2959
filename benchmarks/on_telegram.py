"""The house on Telegram, measured from Telegram's side, with its limits on. It is this process, the house another.

`python -m benchmarks.on_telegram` reads a `TelegramPlan` as JSON from standard input and writes a `TelegramMeasured`
likewise.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Literal

from pydantic import TypeAdapter
from sqlalchemy import select

from benchmarks import company
from benchmarks.company import OnPlatform, Worker, furnish, served, unsent, until_none, waiting
from benchmarks.house import Folder, looking
from benchmarks.processes import free_port, say
from bot.app import App
from bot.chat.card import Button, Card
from bot.chat.effect import Outgoing, Post, Priority
from bot.chat.inbound import Account
from bot.clock import RealClock
from bot.domain.ids import EventId, PersonId, direct
from bot.files.config import load_settings
from bot.files.home import PLAYBOOKS
from bot.i18n import Catalogs
from bot.platforms import make_adapters
from bot.store import tables
from bot.text import Words, text
from tests.telegram.fake import FakeTelegram
from tests.telegram.limits import Limits

if TYPE_CHECKING:
    from bot.store.store import Store
    from bot.store.work import Work
    from tests.telegram.people import User
    from tests.telegram.things import Chat, Message

PLATFORM = "telegram"
LIMIT = 30
"""Messages a second, https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this."""
ROLL_WITHIN = 600.0
SETTLES_WITHIN = 120.0

What = Literal["roll", "storm"]


@dataclass(frozen=True, slots=True)
class TelegramPlan:
    """roll: one message to each of the people. storm: `presses` on one card within so many seconds."""

    what: What
    folder: str
    people: int
    presses: int = 0
    within: float = 10.0


@dataclass(slots=True)
class TelegramMeasured:
    """What came of it; times in seconds."""

    sent: int = 0
    seconds: float = 0.0
    """From the first message of the roll until the last."""
    of_limit: float = 0.0
    """The part of the limit that was reached: 1 where nothing could be faster."""
    visible_after: float = 0.0
    """From the last press until the last change of its card."""
    throttled: int = 0
    """Calls answered 429: of the whole roll; from the first press of the storm."""
    broken: int = 0
    """Calls that Telegram's documentation does not allow."""


@dataclass(frozen=True, slots=True)
class TelegramHouse:
    """The house, and the Telegram it is on; `groups` by room."""

    telegram: FakeTelegram
    folder: Folder
    workers: Sequence[Worker]
    people: Sequence[User]
    reporter: User
    groups: dict[str, Chat]

    @property
    def linked(self) -> dict[PersonId, User]:
        """Everybody's account."""
        known = {PersonId(each.id): user for each, user in zip(self.workers, self.people, strict=True)}
        return {PersonId(company.REPORTER): self.reporter, **known}


@asynccontextmanager
async def telegram_house(plan: TelegramPlan) -> AsyncGenerator[TelegramHouse]:
    """A Telegram with everybody on it, and the house's configuration; the house does not run yet."""
    folder = Folder(Path(plan.folder), free_port())
    async with FakeTelegram(limits=Limits()) as telegram:
        reporter = telegram.user("Zhang Wei", language_code="zh-hans")
        more = company.workers(plan.people)
        people = [telegram.user(each.name, language_code="zh-hans") for each in more]
        for user in (reporter, *people):
            telegram.private(user)
        groups = {room: telegram.group(room, supergroup=True, members=[reporter]) for room in company.rooms()}
        settings = {
            "telegram.bot_token": f'"{telegram.token}"',
            "telegram.api_url": f'"{telegram.base_url.removesuffix("/bot")}"',
        }
        addresses = {room: str(group.id) for room, group in groups.items()}
        furnish(folder, OnPlatform(PLATFORM, settings, addresses), more)
        yield TelegramHouse(telegram, folder, more, people, reporter, groups)


async def prepare(house: TelegramHouse, posts: Sequence[Post] = ()) -> None:
    """Link everybody, and put messages into the outbox of a house that does not run."""
    settings = load_settings(house.folder.config)
    app = await App.open(settings, PLAYBOOKS, Catalogs.load(), RealClock(), make_adapters, calendar=False)

    async def job(work: Work) -> None:
        for person, user in house.linked.items():
            work.link(Account(PLATFORM, str(user.id), user.account["first_name"]), person)

    async def send(work: Work) -> None:
        for post in posts:
            work.send(Outgoing(post, Priority.CARD))

    try:
        await app.store.write(job)
        await app.store.write(send)
    finally:
        await app.close()


async def roll(plan: TelegramPlan, measured: TelegramMeasured) -> None:
    """One message to everybody, through outbox, relay and adapter."""
    async with telegram_house(plan) as house:
        await prepare(house, [_call(each) for each in house.workers])
        async with served(house.folder, "telegram.log"), looking(house.folder) as store:
            await until_none(store, unsent(), within=ROLL_WITHIN)
        telegram = house.telegram
        sent = [call.at for call in telegram.calls if call.method == "sendMessage" and call.status == 200]
        assert len(sent) == plan.people, (len(sent), plan.people)
        assert all(len(telegram.from_bot(user.private)) == 1 for user in house.people)
        measured.sent, measured.seconds = len(sent), max(sent) - min(sent)
        measured.of_limit = part_of_limit(len(sent), measured.seconds)
        say(f"{len(sent)} messages in {measured.seconds:.1f} s, {measured.of_limit:.3f} of the limit")
        _note(house, measured)


def part_of_limit(sent: int, seconds: float) -> float:
    """A full window may leave at once; whatever follows can come at the limit at most."""
    return (sent - LIMIT) / seconds / LIMIT if sent > LIMIT and seconds else 1.0


def _call(worker: Worker) -> Post:
    event, person = EventId("EV-2026-0001"), PersonId(worker.id)
    button = Button("task.acknowledge", text("task.acknowledge"), event, "production")
    head = Words("3号车间火灾，请按“收到”。", "Fire in Workshop 3. Press “Got it”.")
    return Post(f"roll/{worker.id}", direct(person), Card("live", "alarm", head, event, buttons=(button,)))


async def storm(plan: TelegramPlan, measured: TelegramMeasured) -> None:
    """Many press on one card in a group within seconds."""
    async with telegram_house(plan) as house:
        await prepare(house)
        async with served(house.folder, "telegram.log"), looking(house.folder) as store:
            telegram, group = house.telegram, house.groups["production"]
            house.reporter.says(group, "/report fire Workshop 1")
            card = await telegram.wait_for(lambda: _card(house, group), SETTLES_WITHIN)
            await _settled(store)
            label, before = card.buttons[0][0], len(telegram.throttled)
            begun, pause = perf_counter(), plan.within / plan.presses
            for number in range(plan.presses):
                await asyncio.sleep(max(begun + number * pause - perf_counter(), 0))
                house.people[number % len(house.people)].presses(card, label)
            pressed_at = telegram.clock()
            await telegram.wait_for(lambda: not telegram.updates.pending, SETTLES_WITHIN)
            await _settled(store)
            await _stands(store, card)
            measured.visible_after = max(card.edits[-1].until - pressed_at, 0.0)
            say(f"visible after {measured.visible_after:.1f} s")
        _note(house, measured)
        measured.throttled -= before


def _card(house: TelegramHouse, group: Chat) -> Message | None:
    """The department's checklist, once it stands."""
    posted = house.telegram.from_bot(group)
    return next((each for each in posted if len([data for _, data in each.buttons if data]) > 2), None)


async def _settled(store: Store) -> None:
    await until_none(store, waiting(PLATFORM), unsent(), within=SETTLES_WITHIN)


async def _stands(store: Store, card: Message) -> None:
    """The card that stands is of the last revision: everybody's press is in it."""
    columns = tables.deliveries.c
    message = f"{card.chat.id}/{card.id}"
    query = select(columns.key, columns.revision).where(columns.platform == PLATFORM, columns.message == message)
    ((key, revision),) = await store.rows(query)
    event, _, department = key.partition("/")
    state = await store.event(EventId(event))
    assert revision == state.revisions[department], (revision, state.revisions)


def _note(house: TelegramHouse, measured: TelegramMeasured) -> None:
    for call in house.telegram.throttled:
        say(f"answered 429: {call.method} to {call.given.get('chat_id')}")
    measured.throttled = len(house.telegram.throttled)
    measured.broken = len(house.telegram.invalid)


async def measure(plan: TelegramPlan) -> TelegramMeasured:
    """Carry the plan out."""
    measured = TelegramMeasured()
    match plan.what:
        case "roll":
            await roll(plan, measured)
        case "storm":
            await storm(plan, measured)
    return measured


def main() -> None:
    """Measure what standard input asks for."""
    import uvloop

    plan = TypeAdapter(TelegramPlan).validate_json(sys.stdin.read())
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        print(json.dumps(asdict(runner.run(measure(plan)))))


if __name__ == "__main__":
    main()
