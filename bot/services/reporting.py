"""An event is reported: it opens at once, in doubt too; what the reporter said and showed goes into its record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.domain.commands import OfferMerge, Open, Record
from bot.domain.decide import decide_open
from bot.domain.entries_talk import Noted
from bot.domain.ids import PlaybookId
from bot.services.acting import act, write
from bot.services.asking import require
from bot.services.keeping import keep_files, keep_said

if TYPE_CHECKING:
    from bot.domain.event import Event
    from bot.domain.ids import EventId, FactId, FileId
    from bot.domain.playbook import FactValue, PlaybookVersion
    from bot.services.context import Context


GENERAL = PlaybookId("general")
"""The playbook of any event that no other one is for."""


@dataclass(frozen=True, slots=True)
class Report:
    """What somebody reports. `words` is what they wrote, kept whole; `facts` answers to the playbook's questions."""

    version: PlaybookVersion
    place: str = ""
    words: str = ""
    facts: tuple[tuple[FactId, FactValue], ...] = ()
    photos: tuple[FileId, ...] = ()


async def report_event(context: Context, report: Report) -> Event:
    """Open the event. A stranger's report calls the first-call roles only, until somebody confirms it."""
    require(context, "event.report")
    work = context.work
    await work.keep_playbook(report.version)
    number = await work.next_event_id("live", context.now.astimezone(context.house.zone).year)
    absent = await work.absences()
    command = Open(
        by=context.actor,
        event=number,
        event_kind="live",
        place=report.place,
        facts=report.facts,
        how=context.inbound.platform,
        began_at=context.now,
        confirmed=context.person is not None,
        absent=tuple(absent.items()),
    )
    others = await work.open_events()
    drafts = decide_open(command, context.house.setting(report.version), context.now)
    event, _ = await write(work, context.house, number, drafts, before=None)
    await _keep_words(context, number, report)
    return await _offer_merge(context, event, others)


async def _keep_words(context: Context, event: EventId, report: Report) -> None:
    """What was typed after /report as something said, so that an edit of it is followed; a form's as a note."""
    if not await keep_said(context, event, files=report.photos) and report.words:
        await act(context, event, Record(context.actor, Noted(context.speaker, report.words)))
    await keep_files(context, event, report.photos)


async def _offer_merge(context: Context, event: Event, others: tuple[Event, ...]) -> Event:
    """The same kind of event, reported within the window: one tap merges them, nothing waits for it."""
    window = context.house.settings.event.merge_window
    for other in others:
        fresh = context.now - other.opened_at <= window
        if fresh and other.kind == event.kind and other.playbook == event.playbook:
            event, _ = await act(context, event.id, OfferMerge(other.id, other.title))
            return event
    return event
