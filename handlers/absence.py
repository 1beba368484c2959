"""/absent 不在, /back 回来: who is away until when; oneself, or somebody one leads."""

from __future__ import annotations

import re
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from bot.chat.card import Choice, Form, Reply, Written
from bot.chat.router import Router
from bot.domain.ids import PersonId
from bot.errors import Refused
from bot.services.commanding import mark_absent, mark_back
from bot.services.context import Context
from bot.text import Moment, text
from handlers.asked import submitted
from handlers.checklist_forms import options_of
from handlers.people import person_at_start, person_named

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from bot.domain.company import Person

ROUTER: Router[Context] = Router()
_UNTIL = re.compile(
    r"(?:until|till|to|到|至)?\s*(?:(?:(\d{4})-)?(\d{1,2})-(\d{1,2})\s+)?(\d{1,2})[:：](\d{2})\s*", re.IGNORECASE
)


@ROUTER.word("absent", "不在", help_line=text("help.absent"), example=text("example.absent"))
async def absent(context: Context) -> Reply:
    """`lin 18:00`, `18:00` for oneself, a name alone until marked back; nothing: it is asked."""
    if not context.words_after:
        return ask_absence(context)
    person, rest = person_at_start(context.house.company, context.words_after)
    if person is None:
        person = _oneself(context)
    return await _mark(context, person, parse_until(rest, context.now, context.house.zone))


def parse_until(typed: str, now: datetime, zone: ZoneInfo) -> datetime | None:
    """`18:00` (the next one), `03-12 08:00`; nothing: until marked back. Raises Refused for what is no time."""
    if not typed.strip():
        return None
    found = _UNTIL.fullmatch(typed.strip())
    if found is None:
        raise Refused(text("refused.no_time", typed=typed))
    here = now.astimezone(zone)
    year, month, day, hour, minute = (None if part is None else int(part) for part in found.groups())
    try:
        at = here.replace(
            year=year or here.year,
            month=month or here.month,
            day=day or here.day,
            hour=hour or 0,
            minute=minute or 0,
            second=0,
            microsecond=0,
        )
    except ValueError as error:
        raise Refused(text("refused.no_time", typed=typed)) from error
    if at <= here and month is None:
        at += timedelta(days=1)
    return at.astimezone(UTC)


def ask_absence(context: Context) -> Reply:
    """Who, and until when."""
    company = context.house.company
    me = _oneself(context)
    people = tuple(dict.fromkeys((me.id, *(each.id for each in company.people.values()))))
    fields = (
        Choice("person", text("ask.absent.who"), options_of(company, people)),
        Written("until", text("ask.absent.until"), required=False),
    )
    return Reply(form=Form("absence.until", text("ask.absent.title"), fields, text("ask.send")))


@ROUTER.form("absence.until")
async def until(context: Context) -> Reply:
    """Who and until when are here."""
    values = submitted(context).values
    person = person_named(context.house.company, values.get("person", ""))
    return await _mark(context, person, parse_until(values.get("until", ""), context.now, context.house.zone))


async def _mark(context: Context, person: Person, at: datetime | None) -> Reply:
    await mark_absent(context, person.id, at)
    if at is None:
        return Reply(text=text("reply.absent", person=person.name))
    return Reply(text=text("reply.absent_until", person=person.name, at=Moment(at)))


@ROUTER.word("back", "回来", help_line=text("help.back"), example=text("example.back"))
async def back(context: Context) -> Reply:
    """Oneself, or the person named."""
    named = context.words_after
    person = person_named(context.house.company, named) if named else _oneself(context)
    await mark_back(context, PersonId(person.id))
    return Reply(text=text("reply.back", person=person.name))


def _oneself(context: Context) -> Person:
    if context.person is None:
        raise Refused(text("refused.stranger"))
    return context.person
