"""What people can say and press: one file for each word of theirs. The list is explicit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat import router
from handlers import (
    absence,
    checklist,
    checklist_answers,
    command,
    contacts,
    drill,
    drill_real,
    duties,
    fact,
    falsealarm,
    feed,
    helping,
    home,
    language,
    level,
    link,
    merge,
    myrole,
    note,
    record,
    report,
    standdown,
    status,
    talk,
    tasks,
)

if TYPE_CHECKING:
    from bot.chat.router import Router
    from bot.services.context import Context

ROUTERS: tuple[Router[Context], ...] = (
    report.ROUTER,
    status.ROUTER,
    tasks.ROUTER,
    checklist.ROUTER,
    checklist_answers.ROUTER,
    note.ROUTER,
    fact.ROUTER,
    contacts.ROUTER,
    drill.ROUTER,
    drill_real.ROUTER,
    myrole.ROUTER,
    absence.ROUTER,
    command.ROUTER,
    level.ROUTER,
    merge.ROUTER,
    falsealarm.ROUTER,
    standdown.ROUTER,
    record.ROUTER,
    duties.ROUTER,
    feed.ROUTER,
    talk.ROUTER,
    language.ROUTER,
    link.ROUTER,
    home.ROUTER,
)


def house_router() -> Router[Context]:
    """Every word, press and form of the house as one router."""
    whole = router.merge(ROUTERS)
    return router.merge((whole, helping.router(whole.words)))
