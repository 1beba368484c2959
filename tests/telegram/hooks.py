"""The methods by which the bot gets its updates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from tests.telegram.refusal import bad, invalid
from tests.telegram.rules import SECRET
from tests.telegram.updates import Webhook
from tests.telegram.world import World

if TYPE_CHECKING:
    from collections.abc import Callable

Json = dict[str, Any]

AT_ONCE: Final = 8
"""How many updates are posted side by side at most, of the up to 100 that a bot may allow."""
POLL: Final = 50
"""Seconds that a poll is held at most."""


async def get_updates(world: World, given: Json) -> list[Json]:
    world.updates.allow(given.get("allowed_updates"))
    seconds = min(max(given.get("timeout", 0), 0), POLL)
    return await world.updates.poll(given.get("offset", 0), given.get("limit", 100), seconds)


async def set_webhook(world: World, given: Json) -> bool:
    address = urlsplit(str(given["url"]))
    drop = bool(given.get("drop_pending_updates"))
    if not given["url"]:
        await world.updates.set_webhook(None, drop=drop)
        return True
    if address.scheme != "https" and address.hostname != "127.0.0.1":
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    secret: str | None = given.get("secret_token")
    if secret is not None and not SECRET.fullmatch(secret):
        raise invalid("secret token contains unallowed characters")
    connections = given.get("max_connections", 40)
    if not 1 <= connections <= 100:
        raise invalid("max_connections must be 1-100")
    world.updates.allow(given.get("allowed_updates"))
    await world.updates.set_webhook(Webhook(given["url"], secret, min(connections, AT_ONCE)), drop=drop)
    return True


async def delete_webhook(world: World, given: Json) -> bool:
    await world.updates.set_webhook(None, drop=bool(given.get("drop_pending_updates")))
    return True


def webhook_info(world: World, given: Json) -> Json:
    webhook = world.updates.webhook
    shown: Json = {
        "url": "" if webhook is None else webhook.url,
        "has_custom_certificate": False,
        "pending_update_count": len(world.updates.pending),
    }
    if webhook is not None and webhook.failed_at is not None:
        shown |= {"last_error_date": webhook.failed_at, "last_error_message": webhook.failure}
    return shown


METHODS: Final[dict[str, Callable[[World, Json], object]]] = {
    "getUpdates": get_updates,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": webhook_info,
}
