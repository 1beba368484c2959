"""The store behind a command: looked at beside a running bot, or changed through it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bot.clock import RealClock
from bot.errors import Broken
from bot.files.home import CONFIG, settings_file
from bot.text import text

if TYPE_CHECKING:
    from bot.cli.terminal import Terminal
    from bot.config import Settings
    from bot.domain.company import Company
    from bot.store.store import Store


MISSING = "store.missing"
"""Why a store cannot be looked at: it is not there yet."""


def settings_of(config: Path | None) -> Settings:
    """The company's configuration: the file named, else `config.toml` here. Raises Broken."""
    from bot.files.config import load_settings

    path = config or settings_file()
    if path is None:
        raise Broken(text("cli.no_config", path=str(CONFIG)))
    return load_settings(path)


@asynccontextmanager
async def read_house(config: Path | None) -> AsyncGenerator[tuple[Settings, Store]]:
    """The settings and the store to look at. The bot may run beside it."""
    from bot.store.store import Store

    settings = settings_of(config)
    store = await Store.open_to_read(settings.store.url, settings.store.files, settings.store.keys, RealClock())
    try:
        yield settings, store
    finally:
        await store.close()


async def company_now(terminal: Terminal, settings: Settings) -> Company:
    """The company with everybody who was imported; as configured where nothing was stored yet. Raises Broken."""
    from bot.app import light_house
    from bot.store.store import Store

    try:
        store = await Store.open_to_read(settings.store.url, settings.store.files, settings.store.keys, RealClock())
    except Broken as broken:
        if broken.reason.key == MISSING:
            return settings.company
        raise
    try:
        house = light_house(settings, terminal.catalogs, RealClock())
        house.merge_people(await store.people(), await store.posts())
        return house.company
    finally:
        await store.close()


async def ask_house(terminal: Terminal, config: Path | None, order: str, asked: Mapping[str, str]) -> Mapping[str, str]:
    """Have an order carried out: by the running bot, else by this process while it holds the lock. Raises Broken."""
    from bot.app import door_of
    from bot.jobs.door import knock

    settings = settings_of(config)
    answer = await knock(door_of(settings), order, {**asked, "language": terminal.language})
    if answer is None:
        answer = await _alone(terminal, settings, order, asked)
    if "refused" in answer:
        raise Broken(text("cli.refused", why=answer["refused"]))
    return answer


async def _alone(terminal: Terminal, settings: Settings, order: str, asked: Mapping[str, str]) -> Mapping[str, str]:
    from bot.app import light_house
    from bot.orders import Orders
    from bot.store.store import Store

    store = await Store.open(settings.store.url, settings.store.files, settings.store.keys, RealClock())
    try:
        house = light_house(settings, terminal.catalogs, RealClock())
        house.merge_people(await store.people(), await store.posts())
        return await Orders(store, house).all()[order](asked)
    finally:
        await store.close()
