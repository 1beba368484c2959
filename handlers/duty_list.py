"""What is owed, as one card: mine, my department's, the company's; the late first."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.cards.duty import done, postpone
from bot.cards.wording import short
from bot.chat.card import Button, Card, Line, Link
from bot.domain.duty_plan import THE_TASK
from bot.domain.ids import HOUSE
from bot.services.duties import owed
from bot.text import Moment, plural, text

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Sequence

    from bot.chat.card import Mark
    from bot.domain.event import Event
    from bot.services.context import Context
    from bot.services.occurrences import Occurrence
    from bot.text import Text

MOST_MINE, MOST_OF_DEPARTMENT, MOST = 6, 6, 10
MOST_BUTTONS = 3
"""Duties of mine that have buttons here: their cards have them all."""


async def duty_list(context: Context) -> Card:
    """The card for whoever asks."""
    now = context.now
    found = _nearest(await owed(context.work, context.house))
    mine = [each for each in found if _mine(context, each)]
    ours = [each for each in found if each not in mine and _ours(context, each)]
    others = [each for each in found if each not in mine and each not in ours]
    late = sum(each.overdue(now) for each in found)
    lines = (
        *_part(text("duty.list.mine"), mine[:MOST_MINE], context),
        *_part(text("duty.list.department"), ours[:MOST_OF_DEPARTMENT], context),
        *_part(text("duty.list.company"), others[:MOST], context),
    )
    return Card(
        kind=None,
        tone="plain",
        head=text("duty.list.head") if found else text("duty.list.none"),
        lead=(plural("duty.list.overdue", late) if late else text("duty.list.in_time"),) if found else (),
        lines=lines,
        buttons=(*[button async for button in _buttons(context, mine)], _feed()),
        links=(Link(text("duty.readiness"), "readiness"),),
        shown_at=now,
    )


def _nearest(found: Sequence[Occurrence]) -> list[Occurrence]:
    """What is open, and the next time of each entry of which nothing is."""
    opened = {each.duty for each in found if each.state == "open"}
    return [each for each in found if each.state == "open" or each.duty not in opened]


def _mine(context: Context, each: Occurrence) -> bool:
    return context.person is not None and each.is_owned_by(context.person.id)


def _ours(context: Context, each: Occurrence) -> bool:
    """Of the department I belong to."""
    role = None if each.owner is None else context.house.company.roles.get(each.owner)
    return role is not None and context.person is not None and role.department == context.person.department


def _part(title: Text, found: Sequence[Occurrence], context: Context) -> Iterator[Line]:
    if found:
        yield Line(title)
        yield from (_line(each, context) for each in found)


def _line(each: Occurrence, context: Context) -> Line:
    late = each.overdue(context.now)
    mark: Mark = "late" if late else "waiting" if each.state == "open" else "point"
    if each.event is None:
        return Line(each.title, mark, _when(each, late=late))
    return Line(text("duty.list.line", title=each.title, number=each.event), mark, _when(each, late=late))


def _when(each: Occurrence, *, late: bool) -> Text:
    """When it is due and who owes it. Of a drill with a hidden hour, its window."""
    at, role = Moment(each.due_at), each.owner_name
    if late:
        return text("duty.list.late", at=at, role=role)
    if each.hidden and each.window_from is not None:
        return text("duty.list.window", since=Moment(each.window_from), until=at, role=role)
    return text("duty.list.due", at=at, role=role)


async def _buttons(context: Context, mine: Sequence[Occurrence]) -> AsyncIterator[Button]:
    """Done and postpone for those of mine that are open."""
    opened = [each.event for each in mine if each.event is not None and each.state == "open"][:MOST_BUTTONS]
    for number in opened:
        event = await context.work.look(number)
        if event.tasks[THE_TASK].open:
            for button in _of_duty(event):
                yield button


def _of_duty(event: Event) -> Iterator[Button]:
    title = short(event.title, 12, 30)
    for each in done(event):
        yield replace(each, label=text("duty.done.of", title=title))
    for each in postpone(event):
        yield replace(each, label=text("duty.postpone.of", title=title))


def _feed() -> Button:
    return Button("calendar.feed", text("calendar.feed"), HOUSE)
