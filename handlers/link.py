"""/link 绑定: a code for my phone's chat account, and the code typed there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat.card import Button, Card, Line, Reply
from bot.chat.router import Router
from bot.domain.ids import HOUSE
from bot.errors import Refused
from bot.services.context import Context
from bot.services.linking import TELEGRAM_BOT, how_to_link, new_code, person_of_code, redeem, void_codes
from bot.text import Text, text
from handlers.asked import pressed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.chat.card import Shown
    from bot.domain.company import Person

ROUTER: Router[Context] = Router()


@ROUTER.word("link", "绑定", help_line=text("help.link"), example=text("example.link"))
async def link(context: Context) -> Reply:
    """Without a code: one for whoever asks. With one: whose account this is, once it is confirmed by name."""
    code = context.words_after.strip()
    if code:
        return await _typed(context, code)
    if context.person is None:
        raise Refused(how_to_link(context))
    settings = context.house.settings
    if not (settings.slack.on or settings.telegram.on):
        raise Refused(text("link.nowhere"))
    made = await new_code(context.work, context.house, context.person.id, context.actor)
    lines = tuple(Line(line, "point") for line in _ways(context, made, await context.work.setting(TELEGRAM_BOT)))
    head, lead = text("link.code", code=made), (text("link.code_lasts"),)
    return Reply(card=Card(None, "plain", head, lead=lead, lines=lines, shown_at=context.now), secret=True)


def _ways(context: Context, code: str, bot: str | None) -> Iterator[Shown]:
    settings = context.house.settings
    if settings.slack.on:
        yield text("link.on_slack", code=code)
    if settings.telegram.on:
        yield text("link.on_telegram", bot=bot, code=code) if bot else text("link.on_telegram_by_hand", code=code)


async def _typed(context: Context, code: str) -> Reply:
    found = await person_of_code(context, code)
    if isinstance(found, Text):
        return Reply(text=found, stored=False)
    mine = context.person
    if mine is not None:
        known = (
            text("link.already", name=mine.name) if mine == found else text("refused.code_of_another", name=mine.name)
        )
        return Reply(text=known, stored=mine == found)
    return Reply(card=_ask(context, found, code))


def _ask(context: Context, person: Person, code: str) -> Card:
    department = context.house.company.departments[person.department].name
    head = text("link.ask", name=person.name, department=department)
    target = f"{context.inbound.account.account}/{code}"
    buttons = (
        Button("link.yes", text("link.yes"), HOUSE, target=target, style="primary"),
        Button("link.no", text("link.no"), HOUSE, target=target),
    )
    lead = (text("link.ask_why", name=person.name),)
    return Card(None, "plain", head, lead=lead, buttons=buttons, shown_at=context.now)


@ROUTER.press("link.yes")
async def yes(context: Context) -> Reply:
    """It is me."""
    if context.person is not None:
        return Reply(text=text("link.already", name=context.person.name))
    found = await redeem(context, _code_asked_about(context))
    if isinstance(found, Text):
        return Reply(text=found, stored=False)
    return Reply(text=text("link.done", name=found.name))


@ROUTER.press("link.no")
async def no(context: Context) -> Reply:
    """Somebody else's code came to the wrong hands: nobody uses it any more."""
    found = await person_of_code(context, _code_asked_about(context))
    if isinstance(found, Text):
        return Reply(text=found, stored=False)
    await void_codes(context.work, found.id)
    return Reply(text=text("link.declined"))


def _code_asked_about(context: Context) -> str:
    """The code in the button. Raises Refused for another account: in a shared room anybody can press it."""
    account, _, code = pressed(context).target.partition("/")
    if account != context.inbound.account.account:
        raise Refused(text("refused.code_not_asked"))
    return code
