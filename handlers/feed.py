"""The calendar as a link for phones: shown once, to one person, and renewed with a press."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat.card import Button, Card, Reply
from bot.chat.router import Router
from bot.domain.ids import HOUSE
from bot.errors import Refused
from bot.services.asking import may_here, require
from bot.services.context import Context
from bot.services.feeds import made_at, new_feed
from bot.text import Moment, same, text
from handlers.asked import pressed

if TYPE_CHECKING:
    from bot.domain.ids import PersonId

ROUTER: Router[Context] = Router()
NEW = "new"
"""The target of the button that makes a new link, whether or not there is one."""


@ROUTER.press("calendar.feed")
async def mine(context: Context) -> Reply:
    """My link; with the button for a new one, a new one."""
    return await calendar_link(context, renew=pressed(context).target == NEW)


async def calendar_link(context: Context, *, renew: bool = False) -> Reply:
    """The link where there is none yet; else since when there is one. Raises Refused in a shared room."""
    require(context, "calendar.feed")
    _require_private(context)
    person = _oneself(context)
    since = await made_at(context.work, person)
    if since is not None and not renew:
        lead = (text("feed.once"),)
        return Reply(card=Card(None, "plain", text("feed.since", at=Moment(since)), lead=lead, buttons=_new(context)))
    address = await new_feed(context.work, context.house, person, context.actor)
    lead = (same(address), text("feed.how"), *((text("feed.old_is_void"),) if since is not None else ()))
    card = Card(None, "plain", text("feed.here"), lead=lead, buttons=_new(context), shown_at=context.now)
    return Reply(card=card, secret=True)


@ROUTER.press("calendar.renew")
async def company(context: Context) -> Reply:
    """The company's link, made or renewed by an administrator."""
    require(context, "calendar.renew")
    _require_private(context)
    address = await new_feed(context.work, context.house, None, context.actor)
    lead = (same(address), text("feed.how"), text("feed.old_is_void"))
    card = Card(None, "plain", text("feed.here.company"), lead=lead, shown_at=context.now)
    return Reply(card=card, secret=True)


def _new(context: Context) -> tuple[Button, ...]:
    """A new one of mine; for administrators also the company's."""
    asked = text("feed.new.confirm")
    own = Button("calendar.feed", text("feed.new"), HOUSE, target=NEW, confirm=asked)
    if not may_here(context, "calendar.renew"):
        return (own,)
    return (own, Button("calendar.renew", text("calendar.renew"), HOUSE, confirm=asked))


def _require_private(context: Context) -> None:
    """A secret is for one pair of eyes."""
    if not context.inbound.room.startswith("@"):
        raise Refused(text("refused.feed.private"))


def _oneself(context: Context) -> PersonId:
    if context.person is None:
        raise Refused(text("refused.stranger"))
    return context.person.id
