"""The house on Slack, measured from Slack's side. Slack and everybody on it are this process; the house is another.

`python -m benchmarks.on_slack` reads a `SlackPlan` as JSON from standard input and writes a `SlackMeasured` likewise.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Literal

from pydantic import TypeAdapter

from benchmarks import company
from benchmarks.company import OnPlatform, answered, count, furnish, served, unsent, until_linked, until_none, waiting
from benchmarks.house import Folder, looking
from benchmarks.processes import Server, free_port, say, serving
from benchmarks.slack_load import (
    Acknowledged,
    Presses,
    Template,
    cards,
    checklists,
    is_checklist_of,
    key_of,
    press_for,
    template,
)
from bot.adapters.slack.http import PATH
from bot.domain.ids import EventId
from tests.slack.fake import FakeSlack, Limit

if TYPE_CHECKING:
    from bot.store.store import Store
    from tests.slack.fake import User
    from tests.slack.state import Channel, Message

CARDS = 11
"""The ten departments' and the command group's."""
PLATFORM = "slack"
WARM_UP = 1.0
BACKLOG_WITHIN = 60.0
PLACES = ("Workshop 1", "Workshop 2", "Workshop 3", "Workshop 4", "Warehouse 1", "Warehouse 2", "Warehouse 3")

What = Literal["press", "slow", "storm"]


@dataclass(frozen=True, slots=True)
class SlackPlan:
    """press: against a bare app. slow: Slack takes `delay` for each call. storm: `presses` on one card."""

    what: What
    folder: str
    people: int
    events: int = 1
    seconds: float = 10.0
    rounds: int = 2
    at_once: int = 50
    delay: float = 0.0
    presses: int = 0
    within: float = 10.0


@dataclass(slots=True)
class SlackMeasured:
    """What came of it; loads in their order, reports in milliseconds, the rest in seconds."""

    house: list[Acknowledged] = field(default_factory=list[Acknowledged])
    bare: list[Acknowledged] = field(default_factory=list[Acknowledged])
    processed_meanwhile: list[float] = field(default_factory=list[float])
    """A second, while the load lasted."""
    processed: list[float] = field(default_factory=list[float])
    """A second, from the first press until none waited any more."""
    drained: list[float] = field(default_factory=list[float])
    """After the last acknowledgement, until no update waited."""
    processor: list[float] = field(default_factory=list[float])
    """Seconds of processor that a press cost the house: stored, acknowledged, processed, answered, shown."""
    bare_processor: list[float] = field(default_factory=list[float])
    """The same of the bare app, which only acknowledges."""
    reports: list[float] = field(default_factory=list[float])
    """From the command until each of the eleven departments has its card."""
    reports_made: list[float] = field(default_factory=list[float])
    """Until the command group's also stands in the channel that is made for the event."""
    visible_after: float = 0.0
    """From the last press until the last change of its card."""
    throttled: int = 0
    broken: int = 0
    """Calls that Slack's documentation does not allow."""


@dataclass(frozen=True, slots=True)
class SlackHouse:
    """The house, and the Slack it is on."""

    slack: FakeSlack
    server: Server
    store: Store
    reporter: User
    people: Sequence[User]
    standing: frozenset[str]
    """The channels that were there before any event."""

    @property
    def places(self) -> Sequence[Channel]:
        """Every channel."""
        return [channel for channel in self.slack.channels.values() if not channel.im]

    async def report(self, place: str, where: Channel) -> tuple[float, float]:
        """Report a fire: seconds until each of the eleven has its card, and until one stands in the new channel."""
        before, begun = set(checklists(self.slack)), self.slack.clock()
        await self.reporter.commands("/report", f"fire {place}", where)
        fresh = await self.slack.wait_for(lambda: self._fresh(before), 60.0)
        event = next(iter(fresh)).partition("/")[0]
        made = await self.slack.wait_for(lambda: self._in_new_channel(event), 60.0)
        return max(fresh.values()) - begun, made - begun

    def _fresh(self, before: set[str]) -> dict[str, float]:
        found = {key: at for key, at in checklists(self.slack).items() if key not in before}
        return found if len(found) == CARDS else {}

    def _in_new_channel(self, event: str) -> float:
        calls = self.slack.called("chat.postMessage")
        of_event = (each for each in calls if not each.error and is_checklist_of(key_of(each.args), event))
        return next((each.at for each in of_event if each.args["channel"] not in self.standing), 0.0)

    async def settled(self) -> float:
        """Wait until nothing waits any more, neither in nor out."""
        return await until_none(self.store, waiting(PLATFORM), unsent())


@asynccontextmanager
async def slack_house(plan: SlackPlan) -> AsyncGenerator[SlackHouse]:
    """A Slack with everybody on it, and `tocsin run` beside it, until all are linked."""
    folder = Folder(Path(plan.folder), free_port())
    async with FakeSlack(ack_within=60.0) as slack:
        slack.echo = False
        reporter = slack.user(company.REPORTER, email=f"{company.REPORTER}@ningjiang.example", locale="zh-CN")
        more = company.workers(plan.people)
        people = [slack.user(each.name, email=each.email, locale="zh-CN") for each in more]
        places = {room: slack.channel(room.replace("_", "-"), [reporter]) for room in company.rooms()}
        settings = {
            "slack.bot_token": f'"{slack.bot_token}"',
            "slack.signing_secret": f'"{slack.signing_secret}"',
            "slack.mode": '"http"',
            "slack.api_url": f'"{slack.base_url}"',
            "web.public_url": f'"https://127.0.0.1:{folder.port}"',
        }
        furnish(folder, OnPlatform(PLATFORM, settings, {room: each.id for room, each in places.items()}), more)
        slack.http_url = f"http://127.0.0.1:{folder.port}{PATH}"
        async with served(folder, "slack.log") as server, looking(folder) as store:
            await until_linked(store, len(people) + 1)
            yield SlackHouse(slack, server, store, reporter, people, frozenset(slack.channels))


async def press(plan: SlackPlan, measured: SlackMeasured) -> None:
    """Our acknowledgements and a bare app's, in turn, with the same client and the same presses."""
    async with AsyncExitStack() as stack:
        house = await stack.enter_async_context(slack_house(plan))
        bare = await _bare(stack, plan, house.slack.signing_secret)
        presses = Presses(house.slack, await _templates(house, plan.events), house.people)
        for server in (bare, house.server):
            await press_for(presses, server.port, min(WARM_UP, plan.seconds), plan.at_once)
        await house.settled()
        for _ in range(plan.rounds):
            await _press_bare(bare, presses, plan, measured)
            await _press_house(house, presses, plan, measured)
            await _press_bare(bare, presses, plan, measured)
        _note(house, measured)


async def _press_bare(bare: Server, presses: Presses, plan: SlackPlan, measured: SlackMeasured) -> None:
    used = bare.processor
    load = await press_for(presses, bare.port, plan.seconds / 2, plan.at_once)
    measured.bare.append(load)
    measured.bare_processor.append((bare.processor - used) / load.answers)
    say(f"bare {load.per_second:.0f} presses/s, p99 {load.p99:.0f} ms")


async def _press_house(house: SlackHouse, presses: Presses, plan: SlackPlan, measured: SlackMeasured) -> None:
    before = await count(house.store, answered(PLATFORM))
    used = house.server.processor
    load = await press_for(presses, house.server.port, plan.seconds, plan.at_once)
    meanwhile = await count(house.store, answered(PLATFORM)) - before
    drained = await until_none(house.store, waiting(PLATFORM), within=BACKLOG_WITHIN)
    done = await count(house.store, answered(PLATFORM)) - before
    assert done == load.answers, (done, load.answers)
    measured.house.append(load)
    measured.processed_meanwhile.append(meanwhile / load.seconds)
    measured.processed.append(done / (load.seconds + drained))
    measured.drained.append(drained)
    measured.processor.append((house.server.processor - used) / load.answers)
    say(f"{load.per_second:.0f} presses/s, p99 {load.p99:.0f} ms, none waits after {drained:.1f} s")
    await house.settled()


async def _bare(stack: AsyncExitStack, plan: SlackPlan, secret: str) -> Server:
    port = free_port()
    command = ("-m", "benchmarks.bare_slack", str(port), secret)
    process = serving(command, port, Path(plan.folder) / "bare.log")
    server = await asyncio.to_thread(process.__enter__)
    stack.push_async_callback(asyncio.to_thread, process.__exit__, None, None, None)
    return server


async def _templates(house: SlackHouse, events: int) -> Sequence[Template]:
    for place in PLACES[:events]:
        await house.report(place, house.places[0])
        await house.settled()
    found = [await template(card, house.reporter) for card in cards(house.slack, house.places)]
    assert len(found) >= CARDS * events, len(found)
    return found


async def slow(plan: SlackPlan, measured: SlackMeasured) -> None:
    """Reports, then acknowledgements, while each call of Slack's takes its time."""
    async with slack_house(plan) as house:
        await house.settled()
        house.slack.delay = plan.delay
        for place in PLACES[: plan.events]:
            last, made = await house.report(place, house.places[0])
            measured.reports.append(last * 1000)
            measured.reports_made.append(made * 1000)
            say(f"eleven cards after {last * 1000:.0f} ms, one in the new channel after {made * 1000:.0f} ms")
            await house.settled()
        found = [await template(card, house.reporter) for card in cards(house.slack, house.places)]
        await house.settled()
        presses = Presses(house.slack, found, house.people)
        for _ in range(plan.rounds):
            await _press_house(house, presses, plan, measured)
        _note(house, measured)


async def storm(plan: SlackPlan, measured: SlackMeasured) -> None:
    """Many press on one card within seconds; Slack takes one message a second in each channel."""
    async with slack_house(plan) as house:
        house.slack.per_channel = Limit(1, 1.0)
        await house.report(PLACES[0], house.places[0])
        await house.settled()
        card = next(each for each in cards(house.slack, house.places) if each.channel.name == "production")
        button = card.buttons[0].action_id
        begun, pause = perf_counter(), plan.within / plan.presses
        async with asyncio.TaskGroup() as group:
            for number in range(plan.presses):
                await asyncio.sleep(max(begun + number * pause - perf_counter(), 0))
                group.create_task(house.people[number % len(house.people)].presses(card, button))
        pressed_at = house.slack.clock()
        await house.settled()
        await _look_same(house, card)
        shown_at = max(call.at for call in house.slack.called("chat.update") if call.args.get("ts") == card.ts)
        measured.visible_after = max(shown_at - pressed_at, 0.0)
        say(f"visible after {measured.visible_after:.1f} s")
        _note(house, measured)


async def _look_same(house: SlackHouse, card: Message) -> None:
    """The card that stands is of the last revision: everybody's press is in it."""
    key = str((card.metadata or {})["event_payload"]["key"])
    event, _, department = key.partition("/")
    state = await house.store.event(EventId(event))
    shown = (card.metadata or {})["event_payload"]["revision"]
    assert shown == state.revisions[department], (shown, state.revisions)


def _note(house: SlackHouse, measured: SlackMeasured) -> None:
    for method, channel in house.slack.throttled:
        say(f"answered 429: {method} in {channel}")
    measured.throttled = len(house.slack.throttled)
    measured.broken = len(house.slack.invalid)


async def measure(plan: SlackPlan) -> SlackMeasured:
    """Carry the plan out."""
    measured = SlackMeasured()
    match plan.what:
        case "press":
            await press(plan, measured)
        case "slow":
            await slow(plan, measured)
        case "storm":
            await storm(plan, measured)
    return measured


def main() -> None:
    """Measure what standard input asks for."""
    import uvloop

    plan = TypeAdapter(SlackPlan).validate_json(sys.stdin.read())
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        print(json.dumps(asdict(runner.run(measure(plan)))))


if __name__ == "__main__":
    main()
