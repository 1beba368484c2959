"""The platforms of an installation, as its settings ask for them. What each needs is loaded only where it is on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Protocol, runtime_checkable
from zoneinfo import ZoneInfo

from bot.app import WEB, built_in_chat
from bot.clock import RealClock
from handlers import house_router

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from starlette.routing import Route

    from bot.adapters.mail.adapter import MailAdapter
    from bot.adapters.slack.adapter import SlackAdapter
    from bot.adapters.telegram.adapter import TelegramAdapter
    from bot.chat.adapter import Adapter
    from bot.chat.card import Shown
    from bot.chat.checkup import Check
    from bot.config import Settings, WebSettings
    from bot.i18n import Catalogs
    from bot.services.house import House
    from bot.store.store import Store
    from bot.text import Language


@runtime_checkable
class CalledBack(Protocol):
    """A platform that calls addresses of ours."""

    @property
    def routes(self) -> tuple[Route, ...]:
        """To be mounted on the built-in chat's server; none where it is not set so."""
        ...


def make_adapters(store: Store, house: House) -> Mapping[str, Adapter]:
    """The built-in chat, and every platform that is on. The order is that of the house: the built-in chat first."""
    settings = house.settings
    others: dict[str, Adapter] = {}
    if settings.slack.on:
        slack = slack_adapter(store, house)
        others[slack.name] = slack
    if settings.telegram.on:
        telegram = telegram_adapter(store, house)
        others[telegram.name] = telegram
    if settings.mail.on:
        mail = mail_adapter(house)
        others[mail.name] = mail
    hooks = [route for each in others.values() if isinstance(each, CalledBack) for route in each.routes]
    return {WEB: built_in_chat(store, house, demo=False, hooks=hooks), **others}


def slack_adapter(store: Store, house: House) -> SlackAdapter:
    """The company's Slack. Connects to nothing yet."""
    from bot.adapters.slack.adapter import SlackAdapter

    settings = house.settings
    return SlackAdapter(
        store,
        settings.slack,
        house,
        house.clock,
        web_address=linked_to(settings.web),
        upload_limit_mb=settings.web.upload_limit_mb,
    )


def telegram_adapter(store: Store, house: House) -> TelegramAdapter:
    """The company's Telegram bot. Connects to nothing yet."""
    from bot.adapters.telegram.adapter import TelegramAdapter

    settings = house.settings
    return TelegramAdapter(
        store,
        settings.telegram,
        house,
        public_url=linked_to(settings.web),
        upload_limit_mb=settings.web.upload_limit_mb,
        words=[(name, word.help) for word in house_router().words for name in (word.name, *word.also)],
        default_language=settings.default_language,
    )


def mail_adapter(house: House) -> MailAdapter:
    """The company's mail server, for rooms that no chat reaches any more."""
    from bot.adapters.mail.adapter import MailAdapter

    settings = house.settings
    return MailAdapter(settings.mail, house, house.clock, web=linked_to(settings.web))


def slack_manifest(settings: Settings, catalogs: Catalogs) -> str:
    """What Slack makes the app from, as JSON. No token is needed."""
    from bot.adapters.slack.manifest import manifest

    now, zone = RealClock().now(), ZoneInfo(settings.company.time_zone)

    def say(shown: Shown, language: Language) -> str:
        return catalogs.render(shown, language, zone, now)

    written = manifest(settings.slack, house_router().words, say, settings.web.public_url)
    return json.dumps(written, ensure_ascii=False, indent=2)


def reached_at(web: WebSettings) -> str:
    """How phones reach the chat: where it listens everywhere, by this machine's address on its network."""
    return web.reached_at


def linked_to(web: WebSettings) -> str:
    """Before the links of a card on another platform; empty where only this machine could follow them."""
    from bot.adapters.web.front import is_loopback

    return "" if not web.public_url and is_loopback(web.host) else reached_at(web)


def examine_platform(platform: str, store: Store, house: House) -> AsyncIterator[Check] | None:
    """What `tocsin doctor` looks at on a platform; None where it is off."""
    settings = house.settings
    match platform:
        case "slack" if settings.slack.on:
            return _examine_slack(house)
        case "telegram" if settings.telegram.on:
            return _examine_telegram(store, house)
        case "email" if settings.mail.on:
            from bot.adapters.mail.doctor import examine

            return examine(settings.mail, house.company)
        case _:
            return None


async def _examine_slack(house: House) -> AsyncIterator[Check]:
    from bot.adapters.slack.doctor import examine

    settings = house.settings
    async for check in examine(settings.slack, house.company, house.clock, settings.web.public_url):
        yield check


async def _examine_telegram(store: Store, house: House) -> AsyncIterator[Check]:
    from bot.adapters.telegram.doctor import examine

    adapter = telegram_adapter(store, house)
    try:
        async for check in examine(adapter.wire):
            yield check
    finally:
        await adapter.close()
