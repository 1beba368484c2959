"""What is asked before a duty is put off: may this person, and until when do they mean."""

from __future__ import annotations

import re
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from bot.domain.course import Course
from bot.domain.duty_plan import THE_TASK
from bot.domain.guard import require
from bot.errors import Refused
from bot.text import text

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from bot.domain.event import Event
    from bot.domain.permissions import Action
    from bot.domain.state import DutyState
    from bot.services.context import Context

_DAY = r"(?:(\d{4})\s*[-/.年]\s*)?(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?"
_LATER = re.compile(rf"\s*{_DAY}(?:[\sT]+(\d{{1,2}})\s*[:：]\s*(\d{{2}}))?\s*")


def duty_of(event: Event) -> DutyState:
    """What is owed. Raises Refused where the event is no duty."""
    if event.duty is None:
        raise Refused(text("refused.old_card"))
    return event.duty


async def require_on_duty(context: Context, event: Event, action: Action) -> None:
    """Ask the table before a form is shown: nobody fills one in vain. Raises Refused."""
    duty_of(event)
    setting = context.house.setting(await context.work.playbook(event.playbook_digest))
    require(Course(event, setting, context.now), context.actor, action, task=event.tasks.get(THE_TASK))


def read_later(typed: str, due_at: datetime, now: datetime, zone: ZoneInfo) -> datetime:
    """`2026-07-05 17:00`, `7月5日 17:00`, `07-05`: without a year the next such day, without an hour that of `due_at`.

    Raises Refused for what is no time.
    """
    found = _LATER.fullmatch(typed)
    if found is None:
        raise Refused(text("refused.no_time", typed=typed))
    year, month, day, hour, minute = (None if part is None else int(part) for part in found.groups())
    today, due = now.astimezone(zone), due_at.astimezone(zone)
    if hour is None:
        hour, minute = due.hour, due.minute
    try:
        at = due.replace(year=year or today.year, month=month or 1, day=day or 1, hour=hour, minute=minute or 0)
        if year is None and at < today - timedelta(days=1):
            at = at.replace(year=at.year + 1)
    except ValueError as error:
        raise Refused(text("refused.no_time", typed=typed)) from error
    return at.astimezone(UTC)
