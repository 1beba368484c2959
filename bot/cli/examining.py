"""What `tocsin doctor` looks at besides the chat platforms: the store, the built-in chat, the bot itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.chat.checkup import Check
from bot.cli.house import MISSING
from bot.clock import RealClock
from bot.errors import Broken
from bot.text import text

if TYPE_CHECKING:
    from bot.config import Settings, WebSettings

ANSWERS_WITHIN: Final = 5.0
"""Seconds."""


async def examine_store(settings: Settings) -> list[Check]:
    """Whether the record can be read."""
    from bot.store.store import Store

    kept = settings.store
    try:
        store = await Store.open_to_read(kept.url, kept.files, kept.keys, RealClock())
    except Broken as broken:
        if broken.reason.key == MISSING:
            return [Check(text("doctor.store_new"))]
        return [Check(text("doctor.store_wrong"), "wrong", broken.reason)]
    try:
        count = sum(row.kind != "duty" for row in await store.events())
    finally:
        await store.close()
    return [Check(text("doctor.store_fine", count=count))]


async def examine_web(settings: Settings, *, running: bool) -> list[Check]:
    """Whether the bot runs, and whether phones and platforms reach it by its public address."""
    checks = [Check(text("doctor.running"))] if running else [not_running()]
    if running and settings.web.public_url:
        checks.append(await _reached(settings.web, needed=_is_called(settings)))
    return checks


def not_running() -> Check:
    """Nothing is wrong with that, but nothing arrives either."""
    return Check(text("doctor.not_running"), "note", text("doctor.start_it", command="tocsin run"))


def _is_called(settings: Settings) -> bool:
    """Whether a platform calls us, so that the public address has to work."""
    slack, telegram = settings.slack, settings.telegram
    return (slack.on and slack.mode == "http") or (telegram.on and telegram.mode == "webhook")


async def _reached(web: WebSettings, *, needed: bool) -> Check:
    import httpx

    address = f"{web.public_url}/healthz"
    try:
        async with httpx.AsyncClient(timeout=ANSWERS_WITHIN) as browser:
            answer = await browser.get(address)
    except httpx.HTTPError as error:
        why = str(error) or type(error).__name__
    else:
        if answer.is_success:
            return Check(text("doctor.public_fine", address=web.public_url))
        why = str(answer.status_code)
    mend = text("doctor.public_mend", setting="web.public_url")
    return Check(text("doctor.public_wrong", address=address, why=why), "wrong" if needed else "note", mend)
