"""An update is stored and answered in one transaction; nothing acknowledged is lost."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
import structlog
from sqlalchemy import literal, select

from bot.chat.card import Reply
from bot.chat.inbound import Raw, Said
from bot.domain.entries import Draft
from bot.domain.entries_house import HouseNote
from bot.domain.ids import HOUSE
from bot.errors import NotSaved, Refused, RetryLater
from bot.jobs import backlog
from bot.jobs import intake as intakes
from bot.jobs.intake import Intake
from bot.jobs.limiter import Limiter
from bot.services.context import Context
from bot.store import tables
from bot.store.codec import effect_codec
from bot.store.work import Work
from bot.text import text
from tests.jobs.conftest import Office, Running, key_of, quiet

STORED = text("reply.already")


async def note(context: Context) -> Reply:
    """Answer by writing something down."""
    await context.work.append(HOUSE, [Draft(HouseNote("house.tested", {"update": context.inbound.update}))])
    return Reply(STORED)


async def refuse_late(context: Context) -> Reply:
    """Refuse after having written."""
    await note(context)
    raise Refused(text("refused.stranger"))


async def break_down(context: Context) -> Reply:
    """A mistake of ours."""
    await note(context)
    message = "broken"
    raise RuntimeError(message)


async def _rows(office: Office) -> Sequence[tuple[str, str]]:
    columns = tables.inbox.c
    found = await office.store.rows(select(columns.update, columns.state).order_by(columns.update))
    return [(update, state) for update, state in found]


async def _noted(office: Office) -> int:
    return len(await office.store.entries(HOUSE))


async def test_an_update_is_answered_and_kept(office: Office) -> None:
    async def prelude(work: Work) -> None:
        await work.put_setting("prelude", "x")

    reply = await office.intake(note).receive(office.inbound("hello", update="u1"), prelude)
    assert reply == Reply(STORED)
    assert await _rows(office) == [("u1", "done")]
    assert await office.store.rows(select(tables.settings.c.key)) == [("prelude",)]


async def test_the_same_update_again_gets_the_same_answer_and_no_second_entry(office: Office) -> None:
    intake = office.intake(note)
    inbound = office.inbound("hello", update="u1")
    replies = await asyncio.gather(*(intake.receive(inbound) for _ in range(4)))
    replies.append(await intake.receive(inbound))
    assert replies == [Reply(STORED)] * 5
    assert await _noted(office) == 1


async def test_what_the_house_refuses_leaves_no_entry_but_is_kept(office: Office) -> None:
    reply = await office.intake(refuse_late).receive(office.inbound("hello", update="u1"))
    assert reply == Reply(text("refused.stranger"), stored=False)
    assert await _rows(office) == [("u1", "done")]
    assert await _noted(office) == 0
    assert await office.intake(note).receive(office.inbound("hello", update="u1")) == reply


async def test_a_mistake_of_ours_becomes_a_dead_letter_and_people_hear_of_it(office: Office) -> None:
    with structlog.testing.capture_logs() as logs:
        reply = await office.intake(break_down).receive(office.inbound("hello", update="u1"))
        again = await office.intake(note).receive(office.inbound("hello", update="u1"))
    assert key_of(reply) == key_of(again) == "intake.failed"
    assert [line["event"] for line in logs if line["log_level"] == "error"] == ["intake.failed"]
    assert await _rows(office) == [("u1", "failed")]
    assert await _noted(office) == 0
    (told,) = await office.store.rows(select(tables.outbox.c.effect))
    assert "intake.failed_admins" in effect_codec().write(effect_codec().read(told[0]))


async def test_a_mistake_of_the_database_becomes_a_dead_letter_too(office: Office) -> None:
    async def prelude(work: Work) -> None:
        await asyncio.sleep(0)
        work.insert(tables.settings, {"key": "no value"})

    with structlog.testing.capture_logs():
        replies = await asyncio.gather(
            office.intake(note).receive(office.inbound("bad", update="u1"), prelude),
            office.intake(note).receive(office.inbound("good", update="u2")),
        )
    assert [key_of(reply) for reply in replies] == ["intake.failed", STORED.key]
    assert await _rows(office) == [("u1", "failed"), ("u2", "done")]


async def test_nothing_is_kept_where_it_cannot_be(office: Office) -> None:
    async def no_room(context: Context) -> Reply:
        await note(context)
        raise NotSaved

    with pytest.raises(NotSaved):
        await office.intake(no_room).receive(office.inbound("hello"))
    assert await _rows(office) == []
    await office.intake(note).receive(office.inbound("hello"))


async def test_who_sends_too_much_is_told_once(office: Office) -> None:
    office.limiter = Limiter(2, 20)
    intake = office.intake(note)
    with structlog.testing.capture_logs():
        replies = [await intake.receive(office.inbound(str(number))) for number in range(5)]
    keys = [key_of(reply) for reply in replies]
    assert keys == [STORED.key, STORED.key, "intake.limited", None, None]
    assert [reply.stored for reply in replies] == [True, True, False, False, False]
    assert len(await _rows(office)) == 2


async def test_a_message_of_a_hundred_kilobytes_is_refused(office: Office) -> None:
    reply = await office.intake(note).receive(office.inbound("火" * 100_000))
    assert reply == Reply(text("intake.too_long", limit=4000), stored=False)
    assert await _rows(office) == []


def raw(office: Office, update: str, chat: str = "U1", words: str | None = "hello", **more: str) -> Raw:
    """Somebody of this chat says something on the platform that is acknowledged first; None: nothing for us."""
    payload = json.dumps(None if words is None else {"words": words, **more})
    return Raw("slack", update, chat, payload, office.clock.now())


async def settled(office: Office, intake: Intake) -> None:
    await quiet(office.store, intake)


async def test_updates_stored_first_are_answered_in_the_order_of_their_chat(office: Office) -> None:
    answered: list[str] = []

    async def hear(context: Context) -> Reply:
        assert isinstance(context.inbound.what, Said)
        answered.append(f"{context.inbound.account.account} {context.inbound.what.words}")
        return await note(context)

    intake = office.intake(hear)
    updates = [raw(office, f"{who}{number}", who, str(number)) for number in range(30) for who in ("wang", "lin")]
    await intake.keep(updates[:40])
    assert not await intake.quiet()
    assert {state for _, state in await _rows(office)} == {"new"}
    async with Running(intake):
        await settled(office, intake)
        await asyncio.gather(*(intake.keep([update]) for update in updates[40:]), intake.keep(updates[:50]))
        await settled(office, intake)
    for who in ("wang", "lin"):
        assert [line for line in answered if line.startswith(who)] == [f"{who} {number}" for number in range(30)]
    assert {state for _, state in await _rows(office)} == {"done"}
    assert await _noted(office) == 60
    assert sorted(told.update for told in office.later.told) == sorted(update.update for update in updates)
    assert all(told.reply == Reply(STORED) for told in office.later.told)


async def test_an_update_that_comes_twice_is_answered_once(office: Office) -> None:
    intake = office.intake(note)
    async with Running(intake):
        await settled(office, intake)
        await intake.keep([raw(office, "u1"), raw(office, "u1")])
        await asyncio.gather(*(intake.keep([raw(office, "u1"), raw(office, "u2")]) for _ in range(4)))
        await settled(office, intake)
        await intake.keep([raw(office, "u2")])
        await settled(office, intake)
    assert await _noted(office) == 2
    assert sorted(told.update for told in office.later.told) == ["u1", "u2"]


async def test_what_was_kept_beside_updates_is_in_their_transaction(office: Office) -> None:
    async def prelude(work: Work) -> None:
        await work.put_setting("slack/offset", "7")

    await office.intake(note).keep([], prelude)
    await office.intake(note).keep([raw(office, "u1")], prelude)
    assert await office.store.setting("slack/offset") == "7"
    assert await _rows(office) == [("u1", "new")]


async def test_an_update_that_is_nothing_for_the_house_is_done_and_nothing_of_it_kept(office: Office) -> None:
    intake = office.intake(note)
    await intake.keep([raw(office, "u1", words=None)])
    async with Running(intake):
        await settled(office, intake)
    assert await office.store.rows(select(tables.inbox.c.state, tables.inbox.c.payload)) == [("done", "")]
    assert office.later.told == []


async def test_what_nobody_can_read_becomes_a_dead_letter_and_the_admins_are_told_once(office: Office) -> None:
    office.later.troubles["u7"] = [KeyError("ts")]
    intake = office.intake(note)
    bad = [Raw("slack", f"u{number}", f"C{number % 3}", "?", office.clock.now()) for number in range(8)]
    with structlog.testing.capture_logs() as logs:
        await intake.keep([*bad, raw(office, "good")])
        async with Running(intake):
            await settled(office, intake)
    assert [state for _, state in await _rows(office)] == ["done", *["failed"] * 8]
    assert [line["event"] for line in logs if line["log_level"] == "error"] == ["intake.unreadable"] * 8
    (told,) = await office.store.rows(select(tables.outbox.c.effect))
    assert "intake.unreadable_admins" in told[0]
    assert [told.update for told in office.later.told] == ["good"]


async def test_a_platform_that_is_away_holds_its_chat_and_no_other(office: Office) -> None:
    office.later.troubles["a1"] = [RetryLater("away"), RetryLater("throttled", 20), NotSaved()]
    intake = office.intake(note)
    await intake.keep([raw(office, "a1", "A"), raw(office, "b1", "B"), raw(office, "a2", "A")])
    async with Running(intake):
        await settled(office, intake)
        assert [told.update for told in office.later.told] == ["b1"]
        await intake.keep([raw(office, "a3", "A"), raw(office, "b2", "B")])
        await settled(office, intake)
        assert [told.update for told in office.later.told] == ["b1", "b2"]
        for seconds in (2, 20, 1):
            assert office.later.read_so_far.count("a2") == 0
            office.clock.set(office.clock.now() + timedelta(seconds=seconds))
            await settled(office, intake)
    assert [told.update for told in office.later.told] == ["b1", "b2", "a1", "a2", "a3"]


async def test_a_chat_whose_file_takes_its_time_holds_up_nobody_else(office: Office) -> None:
    office.later.slow["A"] = asyncio.Event()
    intake = office.intake(note)
    async with Running(intake):
        await settled(office, intake)
        await intake.keep([raw(office, "a1", "A"), raw(office, "a2", "A")])
        await intake.keep([raw(office, f"b{number}", "B") for number in range(40)])
        while len(office.later.told) < 40:
            await office.store.rows(select(literal(1)))
        assert not await intake.quiet()
        office.later.slow["A"].set()
        await settled(office, intake)
    assert [told.update for told in office.later.told[40:]] == ["a1", "a2"]


async def test_after_a_crash_the_house_goes_on_with_what_it_had_stored(office: Office) -> None:
    office.later.slow["A"] = asyncio.Event()
    before = office.intake(note)
    await before.keep([raw(office, "a1", "A"), raw(office, "b1", "B")])
    async with Running(before):
        while not office.later.told:
            await office.store.rows(select(literal(1)))
    del office.later.slow["A"]
    after = office.intake(note)
    async with Running(after):
        await settled(office, after)
    assert [told.update for told in office.later.told] == ["b1", "a1"]
    assert await _noted(office) == 2


async def test_more_than_fits_into_memory_is_read_from_its_rows(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backlog, "MOST_IN_MEMORY", 5)
    monkeypatch.setattr(backlog, "AT_ONCE", 4)
    intake = office.intake(note)
    updates = [raw(office, f"{number:03}") for number in range(40)]
    async with Running(intake):
        await settled(office, intake)
        for start in range(0, 40, 8):
            await intake.keep(updates[start : start + 8])
        await settled(office, intake)
    assert [told.update for told in office.later.told] == [update.update for update in updates]


async def test_rows_of_a_platform_that_is_gone_are_left_alone(office: Office) -> None:
    intake = office.intake(note)
    await intake.keep([Raw("pigeons", "u1", "roof", "coo", office.clock.now())])
    with structlog.testing.capture_logs() as logs:
        async with Running(intake):
            while not logs:
                await office.store.rows(select(literal(1)))
            await settled(office, intake)
    assert [(line["event"], line["platforms"]) for line in logs] == [("intake.left_alone", ["pigeons"])]
    assert await _rows(office) == [("u1", "new")]


async def test_what_is_refused_before_any_handler_is_answered_too(office: Office) -> None:
    office.limiter = Limiter(2, 20)
    intake = office.intake(note)
    with structlog.testing.capture_logs():
        await intake.keep([raw(office, f"u{number}") for number in range(4)])
        await intake.keep([raw(office, "long", words="火" * 30)])
        async with Running(intake):
            await settled(office, intake)
    told = {told.update: key_of(told.reply) for told in office.later.told}
    said = {"u0": STORED.key, "u1": STORED.key, "u2": "intake.limited", "u3": None, "long": "intake.too_long"}
    assert told == said
    assert {state for _, state in await _rows(office)} == {"done"}


async def test_ten_minutes_of_talk_that_come_at_once_are_not_too_much(office: Office) -> None:
    office.limiter = Limiter(2, 20)
    intake = office.intake(note)
    start = office.clock.now()
    for number in range(10):
        office.clock.set(start + timedelta(minutes=number))
        await intake.keep([raw(office, f"u{number}")])
    async with Running(intake):
        await settled(office, intake)
    assert all(told.reply == Reply(STORED) for told in office.later.told)


async def test_a_mistake_of_ours_in_a_stored_update_is_told_to_whoever_sent_it(office: Office) -> None:
    intake = office.intake(break_down)
    with structlog.testing.capture_logs() as logs:
        await intake.keep([raw(office, "u1"), raw(office, "u2", "U2", language="en")])
        async with Running(intake):
            await settled(office, intake)
    assert [line["event"] for line in logs] == ["intake.failed"] * 2
    assert {(told.update, key_of(told.reply), told.language) for told in office.later.told} == {
        ("u1", "intake.failed", "zh"),
        ("u2", "intake.failed", "en"),
    }
    assert [state for _, state in await _rows(office)] == ["failed", "failed"]
    assert len(await office.store.rows(select(tables.outbox.c.key))) == 1


async def test_a_database_that_objects_makes_a_dead_letter_of_a_stored_update(office: Office) -> None:
    async def no_value(context: Context) -> Reply:
        await note(context)
        context.work.insert(tables.settings, {"key": "no value"})
        return Reply(STORED)

    intake = office.intake(no_value)
    with structlog.testing.capture_logs():
        await intake.keep([raw(office, "u1")])
        async with Running(intake):
            await settled(office, intake)
    assert await _rows(office) == [("u1", "failed")]
    assert [key_of(told.reply) for told in office.later.told] == ["intake.failed"]


async def test_no_room_on_the_disk_holds_the_chat_until_there_is(office: Office) -> None:
    full = [True]

    async def no_room(context: Context) -> Reply:
        await note(context)
        if full.pop():
            raise NotSaved
        return Reply(STORED)

    intake = office.intake(no_room)
    await intake.keep([raw(office, "u1")])
    async with Running(intake):
        await settled(office, intake)
        assert await _rows(office) == [("u1", "new")]
        full[:] = [False]
        office.clock.set(office.clock.now() + timedelta(seconds=1))
        await settled(office, intake)
    assert await _rows(office) == [("u1", "done")]
    assert len(office.later.told) == 1


async def test_what_is_tried_while_the_disk_is_full_counts_once_however_often_it_is_tried(office: Office) -> None:
    office.limiter = Limiter(2, 20)
    tries = [0]

    async def no_room(context: Context) -> Reply:
        tries[0] += 1
        if tries[0] < 5:
            raise NotSaved
        return await note(context)

    intake = office.intake(no_room)
    await intake.keep([raw(office, "u1")])
    async with Running(intake):
        await settled(office, intake)
        for _ in range(4):
            office.clock.set(office.clock.now() + timedelta(seconds=1))
            await settled(office, intake)
        assert [told.reply for told in office.later.told] == [Reply(STORED)]
        tries[0] = 0
        inbound = office.inbound("hello")
        for _ in range(4):
            with pytest.raises(NotSaved):
                await intake.receive(inbound)
        assert await intake.receive(inbound) == Reply(STORED)
    assert await _noted(office) == 2


async def test_an_answer_that_cannot_be_shown_changes_nothing(office: Office) -> None:
    office.later.breaks = True
    intake = office.intake(note)
    with structlog.testing.capture_logs() as logs:
        await intake.keep([raw(office, "u1")])
        async with Running(intake):
            await settled(office, intake)
    assert [line["event"] for line in logs] == ["intake.not_shown"]
    assert await _rows(office) == [("u1", "done")]


async def test_answers_that_pile_up_are_not_shown(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intakes, "MOST_ANSWERS", 0)
    intake = office.intake(note)
    with structlog.testing.capture_logs() as logs:
        await intake.keep([raw(office, "u1")])
        async with Running(intake):
            await settled(office, intake)
    assert [line["event"] for line in logs] == ["intake.not_shown"]
    assert office.later.told == []


async def test_a_stored_update_is_answered_in_the_language_of_its_account(office: Office) -> None:
    office.house.company = replace(
        office.house.company,
        people={
            name: replace(person, email=f"{name}@plant.example") for name, person in office.house.company.people.items()
        },
    )
    intake = office.intake(note)
    async with Running(intake):
        await intake.keep([raw(office, "u1", "U1", language="en", email="lin@plant.example")])
        await intake.keep([raw(office, "u2", "U2", language="zh", email="nobody@plant.example")])
        await settled(office, intake)
    assert [(told.update, told.language) for told in sorted(office.later.told, key=lambda told: told.update)] == [
        ("u1", "en"),
        ("u2", "zh"),
    ]
    assert office.store.links.person("slack", "U1") == "lin"
    assert office.store.links.person("slack", "U2") is None


async def test_two_replicas_that_find_the_same_rows_answer_each_once(office: Office) -> None:
    office.limiter = Limiter(2, 20)
    first, second = office.intake(break_down), office.intake(break_down)
    good = [raw(office, f"u{number}", f"U{number}") for number in range(4)]
    bad = Raw("slack", "u9", "C9", "?", office.clock.now())
    long = raw(office, "long", "U5", words="火" * 30)
    with structlog.testing.capture_logs() as logs:
        await first.keep([*good, bad, long])
        office.later.slow = {each.chat: asyncio.Event() for each in (*good, bad, long)}
        async with Running(first), Running(second):
            while len(office.later.read_so_far) < 12:
                await office.store.rows(select(literal(1)))
            for slow in office.later.slow.values():
                slow.set()
            await quiet(office.store, first, second)
    assert sorted(line["event"] for line in logs) == [*["intake.failed"] * 4, "intake.unreadable"]
    assert sorted(told.update for told in office.later.told) == ["long", "u0", "u1", "u2", "u3"]


async def test_without_a_room_for_admins_a_dead_letter_is_kept_all_the_same(office: Office) -> None:
    company = office.house.company
    rooms = {name: room for name, room in company.rooms.items() if room.purpose != "admins"}
    office.house.company = replace(company, rooms=rooms)
    intake = office.intake(note)
    with structlog.testing.capture_logs():
        await intake.keep([Raw("slack", "u1", "C1", "?", office.clock.now())])
        async with Running(intake):
            await settled(office, intake)
    assert await _rows(office) == [("u1", "failed")]
    assert await office.store.rows(select(tables.outbox.c.key)) == []


async def test_what_cannot_even_become_a_dead_letter_is_left_alone_for_a_while(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    intake = office.intake(break_down)
    await intake.keep([raw(office, "u1")])
    with structlog.testing.capture_logs() as logs, monkeypatch.context() as patched:
        patched.delattr(type(office.house), "emergency_line")
        async with Running(intake):
            await settled(office, intake)
            assert logs[-1]["event"] == "intake.not_settled"
            assert await _rows(office) == [("u1", "new")]
            patched.undo()
            office.clock.set(office.clock.now() + intakes.REST)
            await settled(office, intake)
    assert await _rows(office) == [("u1", "failed")]
