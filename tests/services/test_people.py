"""Personal links, sessions, lists of people: on a real store, with the house's own record of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.chat.adapter import Abilities
from bot.chat.inbound import Account, Inbound, Said
from bot.clock import VirtualClock
from bot.domain.company import Person
from bot.domain.entries_house import HouseNote
from bot.domain.ids import HOUSE, DepartmentId, PersonId, RoomId
from bot.domain.parties import Actor
from bot.errors import Refused
from bot.files.config import load_settings
from bot.i18n import Catalogs
from bot.services.context import context_for, language_for
from bot.services.house import House
from bot.services.importing import import_people
from bot.services.inviting import accept, hashed, invite, revoke
from bot.store.sign_in import live_sessions
from bot.store.store import Store
from bot.text import Words

ROOT = Path(__file__).parents[2]
LIN, BAO = PersonId("lin"), PersonId("bao")


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(datetime(2026, 3, 5, 6, 0, tzinfo=UTC))


@pytest.fixture
async def store(sqlite_url: str, tmp_path: Path, clock: VirtualClock) -> AsyncIterator[Store]:
    store = await Store.open(sqlite_url, tmp_path / "files", tmp_path / "keys", clock)
    yield store
    await store.close()


@pytest.fixture
def house(catalogs: Catalogs, clock: VirtualClock) -> House:
    return House(load_settings(ROOT / "config.example.toml"), {}, catalogs, clock)


async def notes(store: Store) -> list[str]:
    return [entry.payload.what for entry in await store.entries(HOUSE) if isinstance(entry.payload, HouseNote)]


async def test_a_personal_link_signs_in_once_and_is_stored_as_a_hash_only(store: Store, house: House) -> None:
    token = await store.write(lambda work: invite(work, house, LIN, Actor(BAO)))
    assert len(token) >= 43
    accepted = await store.write(lambda work: accept(work, house, token, "phone"))
    assert accepted.person.id == LIN
    assert await store.write(lambda work: live_sessions(work, LIN)) == (hashed(accepted.session),)
    with pytest.raises(Refused, match=r"refused\.invite_used"):
        await store.write(lambda work: accept(work, house, token))
    assert await notes(store) == ["house.invited", "house.signed_in"]


async def test_a_link_that_has_run_out_or_never_was_signs_nobody_in(
    store: Store, house: House, clock: VirtualClock
) -> None:
    token = await store.write(lambda work: invite(work, house, LIN))
    clock.set(clock.now() + timedelta(days=7))
    with pytest.raises(Refused, match=r"refused\.invite_expired"):
        await store.write(lambda work: accept(work, house, token))
    with pytest.raises(Refused, match=r"refused\.invite_unknown"):
        await store.write(lambda work: accept(work, house, "guess"))
    with pytest.raises(Refused, match=r"refused\.no_person"):
        await store.write(lambda work: invite(work, house, PersonId("nobody")))


async def test_revoking_ends_sessions_and_unused_links(store: Store, house: House) -> None:
    first = await store.write(lambda work: invite(work, house, LIN))
    second = await store.write(lambda work: invite(work, house, LIN))
    await store.write(lambda work: accept(work, house, first))
    assert await store.write(lambda work: revoke(work, house, LIN)) == 2
    assert await store.write(lambda work: live_sessions(work, LIN)) == ()
    with pytest.raises(Refused, match=r"refused\.invite_used"):
        await store.write(lambda work: accept(work, house, second))
    with pytest.raises(Refused, match=r"refused\.no_person"):
        await store.write(lambda work: revoke(work, house, PersonId("nobody")))


async def test_an_imported_list_is_in_force_at_once_and_after_a_restart(store: Store, house: House) -> None:
    newcomer = Person(PersonId("new"), Words("新人", "New Comer"), DepartmentId("office"))
    await store.write(lambda work: import_people(work, house, [newcomer], {}, source="people.xlsx", by=Actor(BAO)))
    assert house.company.people[newcomer.id].name.en == "New Comer"
    assert [person.id for person in await store.people()] == [newcomer.id]
    assert await notes(store) == ["house.imported"]


async def test_a_stranger_whose_language_nobody_knows_is_spoken_to_in_the_companys(store: Store, house: House) -> None:
    house.settings = replace(house.settings, default_language="en")
    account = Account("telegram", "7", "Xiao")
    inbound = Inbound("u1", account, RoomId("@telegram:7"), Said("m", "hello"), house.clock.now())
    context = await store.write(
        lambda work: context_for(work, house, inbound, abilities=Abilities(outside=False), signer=store.signer)
    )
    assert (context.language, await language_for(store, house, account)) == ("en", "en")
    known = replace(account, language="zh")
    assert await language_for(store, house, known) == "zh"
