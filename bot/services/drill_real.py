"""Something real happens during a drill: every drill ends at one press, and a live report opens in the same breath."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.commands import Record
from bot.domain.commands_drill import EndDrill
from bot.domain.entries_talk import Said
from bot.domain.told_later import told_where
from bot.services.acting import act, write
from bot.services.asking import require
from bot.services.drill_checks import runs
from bot.services.duties import drill_stopped
from bot.services.reporting import GENERAL, Report, report_event
from bot.services.rooms import room_name
from bot.store.queries import load_entries
from bot.text import text

if TYPE_CHECKING:
    from bot.domain.event import Event
    from bot.domain.ids import EventId
    from bot.domain.playbook import PlaybookVersion
    from bot.services.context import Context


async def real_emergency(context: Context, pressed: EventId) -> Event:
    """The live event, first; then no drill runs any more. A second press finds what the first one opened.

    Whoever presses may be a stranger; then it is a stranger's report, which those first called confirm.
    """
    require(context, "drill.real")
    opened = await context.work.open_events()
    known = await _opened_already(context, pressed)
    if known is not None and not any(runs(event) for event in opened):
        return known
    live = known or await _reported(context, pressed)
    for drill in opened:
        if runs(drill):
            await context.work.event(drill.id)  # locked, so that what is measured is all there is
            record = tuple(await load_entries(context.work.rows, drill.id))
            await act(context, drill.id, EndDrill(context.actor, "real", record, live.id))
            await _owed_again(context, drill)
    return live


async def _owed_again(context: Context, drill: Event) -> None:
    duty = None if drill.drill is None else drill.drill.duty
    if duty is not None:
        await drill_stopped(context.work, context.house, duty, drill.id)


async def _reported(context: Context, pressed: EventId) -> Event:
    live = await report_event(context, Report(_general(context)))
    return await _keep(context, live.id, _words(context, pressed))


async def _keep(context: Context, live: EventId, words: str) -> Event:
    """As something said, which strangers may too: a note is for those of the company."""
    room = context.inbound.room
    said = Said(f"form/{context.inbound.update}", room, room_name(context.house, room), context.speaker, words=words)
    return (await act(context, live, Record(context.actor, said)))[0]


async def _opened_already(context: Context, pressed: EventId) -> Event | None:
    """What an earlier press on a card of the same drill opened, while it goes on."""
    event = await context.work.event(pressed)
    if event.drill is None or event.drill.live is None:
        return None
    live = await context.work.event(event.drill.live)
    return None if live.over else live


def _words(context: Context, pressed: EventId) -> str:
    """What the record keeps as said, in the language of whoever pressed."""
    return context.house.render(text("drill.real.words", number=pressed), context.language)


def _general(context: Context) -> PlaybookVersion:
    """The playbook of any event; the first there is where the company has none."""
    playbooks = context.house.playbooks
    return playbooks.get(GENERAL) or next(iter(playbooks.values()))


async def tell_more(context: Context, live: EventId, what: str, where: str) -> Event:
    """What and where, as whoever pressed now says. The words are kept whole; a place becomes the event's."""
    event = await context.work.event(live)
    said = " ".join(part.strip() for part in (what, where) if part.strip())
    if said:
        event = await _keep(context, live, said)
    setting = context.house.setting(await context.work.playbook(event.playbook_digest))
    drafts = told_where(event, context.actor, where, setting, context.now)
    if drafts:
        event, _ = await write(context.work, context.house, live, drafts, before=event)
    return event
