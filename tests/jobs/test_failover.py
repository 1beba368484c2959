"""A room takes no messages: its people are reached in another way, whoever leads knows, and coming back is said."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import pytest
import structlog
from sqlalchemy import select, update

from bot.app import platforms_of
from bot.chat.adapter import Abilities, Accepted, Delivery, Showing, outside
from bot.chat.card import CardRef
from bot.chat.effect import Outgoing, Post, Priority, ShowCard
from bot.domain.commands_ending import CallFalse
from bot.domain.commands_tasks import Answer
from bot.domain.company import Binding, Room
from bot.domain.entries_rooms import RoomBack, RoomDark
from bot.domain.fold import replay
from bot.domain.ids import DepartmentId, EventId, PersonId, RoomId
from bot.domain.parties import Actor
from bot.domain.proof import verify
from bot.errors import NotSaved, RetryLater, Undeliverable
from bot.jobs import failover as job
from bot.jobs.failover import Failover
from bot.jobs.quiet import all_quiet
from bot.jobs.relay import Relay
from bot.services.acting import act_alone
from bot.services.failover import Network, Steps, carry_out
from bot.store import tables
from bot.store.web_tables import web_sessions
from bot.text import LANGUAGES
from tests.jobs.conftest import Office, show
from tests.stories.platform import Message, Platform

if TYPE_CHECKING:
    from bot.chat.card import Card
    from bot.domain.event import Event
    from bot.store.work import Work

OFFICE, PRODUCTION = RoomId("office"), RoomId("production")
MAIL = Abilities(
    outside=True, forms=False, threads=False, edits=False, opens_rooms=False, direct_messages=False, in_need_only=True
)  # fmt: skip
ORDER = ("email", "slack", "telegram")
"""As the office's room is bound: e-mail named first is used last all the same."""


@dataclass(slots=True)
class Workspace(Platform):
    """A platform whose rooms can be deleted."""

    gone: set[RoomId] = field(default_factory=set[RoomId])

    async def deliver(self, delivery: Delivery) -> Accepted:
        """Refuse what goes to a room that is not there."""
        if isinstance(delivery, Showing) and delivery.room in self.gone:
            raise Undeliverable("channel not found")
        return await Platform.deliver(self, delivery)


@dataclass(slots=True)
class Net:
    """The office's house with a room for each department on Slack and Telegram, and e-mail for the office."""

    office: Office
    platforms: Mapping[str, Platform]
    failover: Failover
    relay: Relay

    def say(self, card: Card) -> str:
        """A card as it reads, in both languages, with its telephones."""
        shown = [card.head, *card.lead, *(each for line in card.lines for each in (line.text, line.note) if each)]
        texts = [self.office.house.render(each, language) for each in shown for language in LANGUAGES]
        return "\n".join([*texts, *(telephone.number for telephone in card.telephones)])

    def read(self, platform: str, room: str, *words: str) -> list[Message]:
        """The messages of a room on one platform that say all of these now."""
        found = self.platforms[platform].in_room(RoomId(room))
        return [message for message in found if all(word in self.say(message.card) for word in words)]

    async def passes(self, seconds: float, step: float = 10) -> None:
        """Time goes by, and everything that is due is done."""
        end = self.office.clock.now() + timedelta(seconds=seconds)
        while self.office.clock.now() < end:
            self.office.clock.set(min(end, self.office.clock.now() + timedelta(seconds=step)))
            await self.rests()

    async def rests(self) -> None:
        """Nothing is left to do at this moment."""
        while not await all_quiet(self.office.store, self.failover, self.relay):
            await _turn()

    async def event(self, event: EventId) -> Event:
        return await self.office.store.event(event)

    async def said(self, event: EventId, kind: type[RoomDark | RoomBack]) -> list[RoomDark | RoomBack]:
        """What the record says of rooms."""
        found = (entry.payload for entry in await self.office.store.entries(event))
        return [payload for payload in found if isinstance(payload, kind)]

    async def outages(self) -> list[tuple[str, str, str | None]]:
        columns = tables.outages.c
        found = await self.office.store.rows(select(columns.platform, columns.room, columns.next))
        return sorted((platform, room, next_) for platform, room, next_ in found)

    async def acts(self, event: EventId, command: Answer | CallFalse) -> None:
        await self.office.store.write(lambda work: act_alone(work, self.office.house, event, command))


async def _turn() -> None:
    """Let the others run for once."""
    await asyncio.sleep(0)


def _bound(room: Room) -> Room:
    if room.purpose != "department" or room.department == "command_group":
        return replace(room, bindings=(Binding("web", room.id),))
    names = ORDER if room.id == OFFICE else ("slack", "telegram") if room.id == PRODUCTION else ("slack",)
    return replace(room, bindings=tuple(Binding(name, f"{name}-{room.id}") for name in names))


@pytest.fixture
async def net(office: Office) -> Net:
    company = office.house.company
    office.house.reload(company=replace(company, rooms={name: _bound(room) for name, room in company.rooms.items()}))
    platforms = {
        "web": office.platform,
        "slack": Workspace("slack", Abilities(outside=False)),
        "telegram": Platform("telegram", Abilities(outside=False)),
        "email": Platform("email", MAIL),
    }
    office.store.route(partial(platforms_of, office.house, office.store.links, platforms), outside(platforms))
    failover, relay = (
        Failover(office.store, office.house, platforms),
        Relay(office.store, office.house, platforms, show),
    )
    return Net(office, platforms, failover, relay)


@asynccontextmanager
async def running(net: Net, *others: Failover) -> AsyncGenerator[None]:
    """The relay and whoever watches it, while the block lasts."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(each.run()) for each in (net.relay, net.failover, *others)]
        await net.rests()
        yield
        for task in tasks:
            task.cancel()


def lin(event: Event) -> Answer:
    """Somebody of the office has got it."""
    member = next(each for each in event.of_department(DepartmentId("office"))[0].chain)
    return Answer(Actor(member.person, member.name, "web"), "acknowledge", DepartmentId("office"))


async def test_a_silent_room_is_followed_by_its_next_and_whoever_leads_sees_whom_to_ring(net: Net) -> None:
    net.platforms["slack"].away = True
    async with running(net):
        event = await net.office.report()
        await net.passes(50)
        assert await net.outages() == []
        assert (await net.event(event)).dark == {}
        assert await net.failover.next_due() is not None
        await net.passes(10)
        dark = (await net.event(event)).dark
        assert dark["slack/office"].next == "telegram"
        assert dark["slack/purchasing"].next is None
        assert dark[f"slack/{event}"].next == "telegram"
        assert ("slack", "office", "telegram") in await net.outages()
        assert len(net.read("telegram", "office", "请在这里继续处理", "Work from here: Slack")) == 1
        assert len(net.read("telegram", event, "Work from here: Slack")) == 1
        assert net.read("email", "office") == []
        header = net.read("web", event, "Office", "now reached by Telegram", "已改用Telegram")
        assert [message.key for message in header] == [f"{event}/command"]
        head = dark["slack/office"].people[0]
        assert head.telephone in net.say(header[0].card)
        assert net.read("web", event, "please phone") == header


async def test_coming_back_is_said_and_what_waited_arrives(net: Net) -> None:
    net.platforms["slack"].away = True
    async with running(net):
        event = await net.office.report()
        await net.passes(120)
        net.platforms["slack"].away = False
        await net.passes(60)
        assert await net.outages() == []
        state = await net.event(event)
        assert state.dark == {}
        back = await net.said(event, RoomBack)
        assert len(back) == len(await net.said(event, RoomDark))
        assert net.read("slack", "office")[0].key == f"{event}/office"
        assert len(net.read("telegram", "office", "You can go back to Slack")) == 1
        assert net.read("web", event, "now reached by") == []
        chain = await net.office.store.entries(event)
        assert verify(chain).good
        assert replay(chain) == state


async def test_where_every_chat_is_silent_the_card_goes_out_by_mail_and_again_as_it_changes(net: Net) -> None:
    net.platforms["slack"].away = net.platforms["telegram"].away = True
    async with running(net):
        event = await net.office.report()
        await net.passes(60)
        state = await net.event(event)
        assert {state.dark[key].next for key in ("slack/office", "telegram/office")} == {"email"}
        assert {state.dark[key].next for key in ("slack/production", "telegram/production")} == {None}
        notices = net.read("email", "office", "report by telephone", "Office")
        assert len(notices) == 1
        assert notices[0].card.lines
        assert notices[0].card.telephones
        assert not notices[0].card.buttons
        await net.passes(120)
        assert len(net.read("email", "office")) == 1
        await net.acts(event, lin(state))
        await net.rests()
        cards = net.read("email", "office")[1:]
        assert [message.key for message in cards] == [f"{event}/office"]
        assert cards[0].card.revision == (await net.event(event)).revisions["office"]
        await net.passes(120)
        assert len(net.read("email", "office")) == 2
        net.platforms["telegram"].away = False
        await net.passes(60)
        assert (await net.event(event)).dark["slack/office"].next == "telegram"
        assert len(net.read("email", "office", "You can go back to Telegram")) == 1


def everywhere(net: Net) -> None:
    """Each department's room is on the built-in chat as well, as the configuration has it."""
    company = net.office.house.company
    rooms = {
        name: replace(room, bindings=(*room.bindings, Binding("web", room.id)))
        for name, room in company.rooms.items()
        if all(binding.platform != "web" for binding in room.bindings)
    }
    net.office.house.reload(company=replace(company, rooms={**company.rooms, **rooms}))


async def signs_in(net: Net, person: str, *, ago: timedelta, revoked: bool = False) -> None:
    """Somebody used the built-in chat some time ago."""
    now = net.office.clock.now()
    row = {"token": f"{person}'s", "person": person, "created_at": now - ago, "last_seen": now - ago}
    await net.office.store.write(lambda work: _put(work, {**row, "revoked_at": now if revoked else None}))


async def _put(work: Work, row: dict[str, object]) -> None:
    work.put(web_sessions, row)


async def ways(net: Net, event: EventId) -> dict[str, str | None]:
    """How the people of each room that fell silent are reached."""
    return {name: room.next for name, room in (await net.event(event)).dark.items()}


async def test_the_built_in_chat_that_nobody_reads_comes_after_mail(net: Net) -> None:
    everywhere(net)
    net.platforms["slack"].away = net.platforms["telegram"].away = True
    await signs_in(net, "zhang", ago=timedelta(days=8))
    async with running(net):
        event = await net.office.report()
        await net.passes(60)
        found = await ways(net, event)
        assert (found["slack/office"], found["telegram/office"]) == ("email", "email")
        assert (found["slack/production"], found["slack/purchasing"]) == ("web", "web")
        assert (found[f"slack/{event}"], found[f"telegram/{event}"]) == ("web", "web")
        assert len(net.read("email", "office", "report by telephone")) == 1
        assert len(net.read("web", "production", "Work from here: Slack")) == 1
        net.platforms["telegram"].away = False
        await net.passes(60)
        found = await ways(net, event)
        assert (found["slack/office"], found["slack/production"], found[f"slack/{event}"]) == ("telegram",) * 3


@pytest.mark.parametrize(
    ("ago", "revoked", "way"),
    [
        (timedelta(days=7), False, "web"),
        (timedelta(days=7, seconds=1), False, "email"),
        (timedelta(hours=1), True, "email"),
    ],
)
async def test_who_used_the_built_in_chat_lately_is_reached_there(
    net: Net, ago: timedelta, *, revoked: bool, way: str
) -> None:
    everywhere(net)
    net.platforms["slack"].away = net.platforms["telegram"].away = True
    net.office.clock.set(net.office.clock.now() - timedelta(seconds=60))
    member = next(iter(net.office.house.people_who_see(OFFICE)))
    await signs_in(net, member, ago=ago - timedelta(seconds=60), revoked=revoked)
    async with running(net):
        event = await net.office.report()
        await net.passes(60)
        assert (await ways(net, event))["slack/office"] == way


async def test_whoever_signs_in_during_an_outage_is_reached_there_from_then_on(net: Net) -> None:
    everywhere(net)
    net.platforms["slack"].away = net.platforms["telegram"].away = True
    async with running(net):
        event = await net.office.report()
        await net.passes(60)
        assert (await ways(net, event))["slack/office"] == "email"
        await signs_in(net, net.office.house.people_who_see(OFFICE)[0], ago=timedelta())
        await net.passes(60, step=60)
        assert (await ways(net, event))["slack/office"] == "web"
        net.platforms["telegram"].away = False
        await net.passes(60)
        assert (await ways(net, event))["slack/office"] == "web"


async def test_a_command_room_is_looked_for_where_one_who_was_invited_reads(net: Net) -> None:
    net.platforms["slack"].away = True
    async with running(net):
        event = await net.office.report()
        await signs_in(net, (await net.event(event)).chain[0].person, ago=timedelta(days=1))
        await net.passes(60)
        assert (await ways(net, event))[f"slack/{event}"] == "web"
        assert len(net.read("web", event, "Work from here: Slack")) == 1


async def test_a_false_alarm_is_mailed_too_and_the_next_event_hears_at_once(net: Net) -> None:
    net.platforms["slack"].away = net.platforms["telegram"].away = True
    async with running(net):
        event = await net.office.report()
        await net.passes(60)
        await net.acts(event, CallFalse(Actor(PersonId("chen"), None, "web")))
        await net.rests()
        assert (await net.event(event)).dark == {}
        assert net.read("email", "office")[-1].key == f"{event}/office"
        other = await net.office.report("/report flood Warehouse 2")
        await net.rests()
        dark = (await net.event(other)).dark
        assert dark["slack/office"].next == "email"
        assert len(net.read("email", "office", other, "report by telephone")) == 1


async def test_outages_end_with_the_last_event_once_nothing_waits(net: Net) -> None:
    net.platforms["slack"].away = True
    async with running(net):
        event = await net.office.report()
        await net.passes(60)
        await net.acts(event, CallFalse(Actor(PersonId("chen"), None, "web")))
        await net.rests()
        assert ("slack", event, "telegram") in await net.outages()
        net.platforms["slack"].away = False
        await net.passes(60)
        assert await net.outages() == []
        assert await net.said(event, RoomBack) == []


async def test_a_lane_that_only_waits_for_its_turn_is_not_dark(net: Net) -> None:
    await net.office.report()
    net.office.clock.set(net.office.clock.now() + timedelta(minutes=10))
    task = asyncio.create_task(net.failover.run())
    while not await all_quiet(net.office.store, net.failover):
        await _turn()
    assert await net.outages() == []
    assert await net.failover.next_due() is None
    task.cancel()


async def test_a_message_that_never_comes_back_makes_its_lane_dark(net: Net) -> None:
    event = await net.office.report()
    now = net.office.clock.now()

    async def leased(work: Work) -> None:
        lane = tables.lanes.c
        flying = update(tables.lanes).where(lane.platform == "slack", lane.room == OFFICE)
        await work.connection.execute(flying.values(claimed_by="somebody:1", tried_at=now, free_at=now))

    await net.office.store.write(leased)
    task = asyncio.create_task(net.failover.run())
    for seconds in (59, 1):
        assert await net.outages() == []
        assert await net.failover.next_due() == now + timedelta(seconds=60)
        net.office.clock.set(net.office.clock.now() + timedelta(seconds=seconds))
        while not await all_quiet(net.office.store, net.failover):
            await _turn()
    assert await net.outages() == [("slack", "office", "telegram")]
    assert list((await net.event(event)).dark) == ["slack/office"]
    task.cancel()


async def test_a_room_that_is_gone_is_dark_though_nothing_waits_for_it(net: Net) -> None:
    async with running(net):
        event = await net.office.report()
        await net.passes(1)
        slack = net.platforms["slack"]
        assert isinstance(slack, Workspace)
        slack.gone.add(OFFICE)
        await net.acts(event, lin(await net.event(event)))
        await net.passes(50)
        assert await net.outages() == []
        await net.passes(20)
        assert await net.outages() == [("slack", "office", "telegram")]
        await net.acts(event, CallFalse(Actor(PersonId("chen"), None, "web")))
        await net.rests()
        assert await net.outages() == []


async def test_time_that_passes_while_it_looks_is_not_slept_through(net: Net) -> None:
    async with running(net):
        event = await net.office.report()
        slack = net.platforms["slack"]
        assert isinstance(slack, Workspace)
        slack.gone.add(OFFICE)
        await net.acts(event, lin(await net.event(event)))
        await net.passes(50)
    job = cast("Any", net.failover)  # no event loop can be told to let time pass just there
    seen = await job._look()
    net.office.clock.set(net.office.clock.now() + timedelta(seconds=30))
    assert not job._todo(seen)
    assert job._next(seen) < net.office.clock.now()
    assert job._todo(await job._look())


async def test_a_message_refused_for_what_it_is_says_nothing_of_its_room(net: Net) -> None:
    async with running(net):
        event = await net.office.report()
        await net.passes(1)
        net.platforms["slack"].refuses = [Undeliverable("too long")]
        card = net.platforms["telegram"].in_room(OFFICE)[0].card
        await _send(net, Outgoing(Post(f"{event}/99/office", OFFICE, card), Priority.CARD, event, only="slack"))
        await net.passes(120)
        assert await net.outages() == []


async def test_where_not_even_mail_is_taken_the_telephone_is_left(net: Net) -> None:
    net.platforms["slack"].away = net.platforms["telegram"].away = True
    net.platforms["email"].refuses = [Undeliverable("no such mailbox")]
    async with running(net):
        event = await net.office.report()
        await net.passes(60)
        assert (await net.event(event)).dark["slack/office"].next == "email"
        await net.passes(70)
        assert (await net.event(event)).dark["slack/office"].next is None
        assert ("email", "office", None) not in await net.outages()
        assert net.read("email", "office") == []


async def test_a_room_that_the_configuration_takes_off_a_platform_is_no_concern_of_later_events(net: Net) -> None:
    net.platforms["slack"].away = True
    async with running(net):
        event = await net.office.report()
        await net.passes(60)
        said = await net.said(event, RoomDark)
        company = net.office.house.company
        moved = replace(company.rooms[OFFICE], bindings=(Binding("telegram", "office"),))
        opened = replace(company.rooms[PRODUCTION], purpose="all")
        rooms = {**company.rooms, OFFICE: moved, PRODUCTION: opened}
        net.office.house.reload(company=replace(company, rooms=rooms))
        other = await net.office.report("/report flood Warehouse 2")
        await net.passes(10)
        assert await net.said(event, RoomDark) == said
        dark = (await net.event(other)).dark
        assert f"slack/{event}" not in dark
        assert not {"slack/office", "slack/production"} & set(dark)
        assert "slack/purchasing" in dark


async def test_a_lane_that_takes_something_now_and_then_is_not_dark(net: Net) -> None:
    async with running(net):
        event = await net.office.report()
        for revision in range(100, 108):
            net.platforms["slack"].refuses = [RetryLater("slow down", 29)] * 20
            show_again = ShowCard(CardRef(event, "checklist", DepartmentId("office")), OFFICE, revision)
            await _send(net, Outgoing(show_again, Priority.EDIT, event))
            await net.rests()
            net.platforms["slack"].refuses = []
            await net.passes(30)
        assert await net.said(event, RoomDark) == []


async def _send(net: Net, *messages: Outgoing) -> None:
    async def sending(work: Work) -> None:
        for message in messages:
            work.send(message)

    await net.office.store.write(sending)


async def test_a_card_that_keeps_changing_does_not_put_the_outage_off(net: Net) -> None:
    async with running(net):
        event = await net.office.report()
        await net.rests()
        net.platforms["slack"].away = True
        for revision in range(100, 107):
            show_again = ShowCard(CardRef(event, "checklist", DepartmentId("office")), OFFICE, revision)
            await _send(net, Outgoing(show_again, Priority.EDIT, event))
            await net.passes(10)
        assert list((await net.event(event)).dark) == ["slack/office"]


async def test_a_restart_and_a_second_replica_change_nothing(net: Net) -> None:
    net.platforms["slack"].away = True
    second = Failover(net.office.store, net.office.house, net.platforms)
    async with running(net, second):
        event = await net.office.report()
        await net.passes(60)
    said = await net.said(event, RoomDark)
    assert len({(each.platform, each.room) for each in said}) == len(said)
    after = Net(
        net.office,
        net.platforms,
        Failover(net.office.store, net.office.house, net.platforms),
        Relay(net.office.store, net.office.house, net.platforms, show),
    )  # fmt: skip
    async with running(after):
        await after.passes(60)
        assert await after.said(event, RoomDark) == said
        net.platforms["slack"].away = False
        await after.passes(60)
        assert len(await after.said(event, RoomBack)) == len(said)
        assert await after.outages() == []


async def test_what_cannot_be_carried_out_rests_and_is_tried_again(net: Net, monkeypatch: pytest.MonkeyPatch) -> None:
    failures: list[Exception] = [RuntimeError("broken"), NotSaved()]

    async def sometimes(work: Work, network: Network) -> Steps:
        if failures:
            raise failures.pop()
        return await carry_out(work, network)

    monkeypatch.setattr(job, "carry_out", sometimes)
    net.platforms["slack"].away = True
    with structlog.testing.capture_logs() as logs:
        async with running(net):
            event = await net.office.report()
            await net.passes(60)
            assert (await net.event(event)).dark == {}
            await net.passes(10)
            assert (await net.event(event)).dark == {}
            await net.passes(60)
            assert (await net.event(event)).dark
    assert [line["event"] for line in logs if line["log_level"] == "error"] == ["failover.failed"]


async def test_steps_that_change_nothing_are_reported(net: Net, monkeypatch: pytest.MonkeyPatch) -> None:
    async def nothing(work: Work, network: Network) -> Steps:
        del work, network
        return Steps()

    monkeypatch.setattr(job, "carry_out", nothing)
    net.platforms["slack"].away = True
    with structlog.testing.capture_logs() as logs:
        async with running(net):
            await net.office.report()
            await net.passes(60)
    assert [line["event"] for line in logs if line["log_level"] == "error"] == ["failover.stuck"]
