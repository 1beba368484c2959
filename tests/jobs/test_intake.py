"""An update is stored and answered in one transaction; nothing acknowledged is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
import structlog
from sqlalchemy import select

from bot.chat.card import Reply
from bot.chat.inbound import Said
from bot.domain.entries import Draft, HouseNote
from bot.domain.ids import HOUSE
from bot.errors import NotSaved, Refused
from bot.jobs.limiter import Limiter
from bot.services.context import Context
from bot.store import tables
from bot.store.codec import effect_codec
from bot.store.work import Work
from bot.text import text
from tests.jobs.conftest import Office, key_of

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


async def test_updates_that_were_stored_first_are_answered_in_the_order_of_their_chat(office: Office) -> None:
    answered: list[str] = []

    async def slow(context: Context) -> Reply:
        assert isinstance(context.inbound.what, Said)
        answered.append(f"{context.inbound.account.account} {context.inbound.what.words}")
        return await note(context)

    intake = office.intake(slow)
    updates = [office.inbound(f"{number}", account) for number in range(8) for account in ("wang", "lin")]
    await intake.store(updates)
    await intake.store(updates[:3])
    assert not await intake.quiet()
    assert {state for _, state in await _rows(office)} == {"new"}
    await intake.process_pending()
    assert await intake.quiet()
    assert len(answered) == 16
    for account in ("wang", "lin"):
        mine = [line for line in answered if line.startswith(account)]
        assert mine == [f"{account} {number}" for number in range(8)]
    assert {state for _, state in await _rows(office)} == {"done"}
    assert await intake.receive(updates[0]) == Reply(STORED)
    assert await _noted(office) == 16
