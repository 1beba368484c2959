"""Two processes on one PostgreSQL are asked the same at the same moment: what works once works once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import Integer, literal_column, select
from sqlalchemy import text as sql

from bot.chat.adapter import Abilities
from bot.chat.card import Form, Reply
from bot.chat.inbound import Account, Inbound, Pressed, Said, What
from bot.clock import VirtualClock
from bot.domain.ids import HOUSE, PersonId, RoomId
from bot.errors import Refused
from bot.files.config import load_settings
from bot.i18n import Catalogs
from bot.services import dialogue
from bot.services.aside import keep_aside, take_from_aside
from bot.services.context import Context, context_for
from bot.services.house import House
from bot.services.inviting import accept, invite
from bot.services.linking import new_code, redeem
from bot.store.store import Store
from bot.store.work import Work
from bot.text import Text, text

pytestmark = pytest.mark.postgres

ROOT = Path(__file__).parents[2]
LIN = PersonId("lin")
WAITS = (
    select(literal_column("count(*)", Integer))
    .select_from(sql("pg_stat_activity"))
    .where(sql("datname = current_database() AND wait_event_type = 'Lock'"))
)
"""How many of this database's sessions wait for another."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Pair:
    """The two, and the house as both have it."""

    stores: Sequence[Store]
    house: House

    async def one(self, job: Callable[[Work], Awaitable[T]]) -> T:
        """Something that nobody is in the way of."""
        return await self.stores[0].write(job)

    async def both(self, job: Callable[[Work], Awaitable[T]]) -> list[T | BaseException]:
        """The second begins while the first has done its work and has not committed it yet."""
        done, go_on = asyncio.Event(), asyncio.Event()

        async def slowly(work: Work) -> T:
            result = await job(work)
            done.set()
            await go_on.wait()
            return result

        async with asyncio.timeout(30):
            first = asyncio.ensure_future(self.stores[0].write(slowly))
            await done.wait()
            second = asyncio.ensure_future(self.stores[1].write(job))
            while not second.done() and not (await self.stores[0].rows(WAITS))[0][0]:
                pass
            go_on.set()
            return [*await asyncio.gather(first, second, return_exceptions=True)]

    async def context(self, work: Work, what: What, account: str = "7") -> Context:
        """Somebody nobody knows does this on a phone."""
        room = RoomId(f"@telegram:{account}")
        inbound = Inbound("u1", Account("telegram", account, "Xiao"), room, what, work.now)
        return await context_for(
            work, self.house, inbound, abilities=Abilities(outside=False), signer=self.stores[0].signer
        )


@pytest.fixture
async def pair(postgres_url: str, tmp_path: Path, catalogs: Catalogs) -> AsyncIterator[Pair]:
    clock = VirtualClock(datetime(2026, 3, 5, 6, 0, tzinfo=UTC))
    stores = [await Store.open(postgres_url, tmp_path / "files", tmp_path / "keys", clock) for _ in range(2)]
    yield Pair(stores, House(load_settings(ROOT / "config.example.toml"), {}, catalogs, clock))
    for store in stores:
        await store.close()


async def test_a_personal_link_and_a_code_each_let_one_in(pair: Pair) -> None:
    token = await pair.one(lambda work: invite(work, pair.house, LIN))
    accepted, refused = await pair.both(lambda work: accept(work, pair.house, token))
    assert not isinstance(accepted, BaseException)
    assert isinstance(refused, Refused)
    code = await pair.one(lambda work: new_code(work, pair.house, LIN))
    accounts = iter(("7", "8"))

    async def redeemed(work: Work) -> object:
        return await redeem(await pair.context(work, Said("m", "x"), next(accounts)), code)

    _, late = await pair.both(redeemed)
    assert isinstance(late, Text)
    assert late.key == "refused.code_used"


async def test_a_question_is_answered_and_a_message_assigned_once(pair: Pair) -> None:
    async def begins(work: Work) -> str:
        context = await pair.context(work, Said("m", "/report"))
        await dialogue.begin(context, Form("report.test", text("report.title"), (), text("ask.send")))
        await keep_aside(context, Said("m", "which of them?"))
        held = await dialogue.current(context)
        assert held is not None
        return held.name

    name = await pair.one(begins)

    async def taps(work: Work) -> object:
        press = Pressed("dialogue.pick", HOUSE, f"{name}/0/0")
        return await dialogue.press(await pair.context(work, press), press)

    answered, late = await pair.both(taps)
    assert isinstance(answered, dialogue.Finished)
    assert late == Reply(text=text("dialogue.over"), stored=False)

    async def assigns(work: Work) -> bool:
        return await take_from_aside(await pair.context(work, Said("m", "x")), "m") is not None

    assert await pair.both(assigns) == [True, False]
