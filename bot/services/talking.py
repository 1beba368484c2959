"""Plain talk: which event it belongs to, what it answers, and what is kept of it (finer points, "Rooms").

A reply decides; else the command room; else there being one open event that the room takes part in.
Otherwise it is kept aside, and one tap assigns it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.cards.marks import named
from bot.cards.wording import where
from bot.chat.card import Button, Card, Reply
from bot.chat.inbound import DeletedMessage, EditedMessage, Said
from bot.domain.commands import Record
from bot.domain.commands_tasks import GiveEvidence
from bot.domain.entries_talk import Deleted, Edited
from bot.domain.entries_talk import Said as SaidEntry
from bot.domain.ids import COMMAND_GROUP, DepartmentId, EventId, TaskId
from bot.domain.permissions import allowed, standings
from bot.errors import Refused
from bot.services.acting import act
from bot.services.answering import Target, answer, answered
from bot.services.aside import change_aside, keep_aside, take_from_aside
from bot.services.asking import require
from bot.services.bridge import mirror_change, mirrored
from bot.services.context import context_for
from bot.services.keeping import event_of_message, keep_files, keep_said
from bot.services.linking import how_to_link
from bot.services.meaning import department_here, event_of, events_here, takes_part
from bot.store.spoken import load_last_of
from bot.text import Moment, text

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.event import Event, Task
    from bot.services.context import Context

_GOT_IT = re.compile(
    r"(?:好的|好|嗯)?[,，、 ]*收到(?:了|啦)?|ok(?:ay)?|got it|roger(?: that)?|copy(?: that)?|acknowledged",
    re.IGNORECASE,
)
_AROUND = " \t\n,，.。!！~～…、"


@dataclass(frozen=True, slots=True)
class Place:
    """Where something said belongs: the event, and the department or the task it answers where it does."""

    event: Event
    department: DepartmentId | None
    task: TaskId | None = None


def is_got_it(words: str) -> bool:
    """Whether a message says 收到 and nothing else."""
    return _GOT_IT.fullmatch(words.strip(_AROUND)) is not None


async def hear(context: Context, said: Said) -> Reply:
    """Keep what was said where it belongs; 收到 acknowledges as well."""
    place = await place_of_message(context, said)
    if place is not None:
        return await hear_in(context, said, place)
    if context.person is None and context.inbound.room.startswith("@"):
        raise Refused(how_to_link(context))
    here = events_here(context, await context.work.open_events()) if _shared(context) else ()
    if context.person is None:
        if here and is_got_it(said.words):  # they believe that they have answered
            return Reply(how_to_link(context), stored=False, general=True)
        return Reply(stored=False)
    if not here:
        return Reply(text=None)
    await keep_aside(context, said)
    return Reply(card=which_event(context, here, said.message))


def _shared(context: Context) -> bool:
    """Whether talk here may belong to an event: the admins' room is the house's own."""
    room = context.house.company.rooms.get(context.inbound.room)
    return room is None or room.purpose != "admins"


async def hear_in(context: Context, said: Said, place: Place, at: datetime | None = None) -> Reply:
    """Keep it in this event; `at` where it was said earlier than now."""
    task = photo_wanted(place, said)
    await keep_said(context, place.event.id, department=place.department, task=task or place.task, at=at)
    await keep_files(context, place.event.id, said.files, task or place.task)
    if task is not None and _may_answer(context, place.event, place.event.tasks[task]):
        await act(context, place.event.id, GiveEvidence(context.actor, task, file=said.files[0]))
    if place.department is not None and is_got_it(said.words) and not place.event.over:
        return await _acknowledge(context, place.event, Target(place.department, place.task))
    return Reply(text=None)


def photo_wanted(place: Place, said: Said) -> TaskId | None:
    """Find the task a photo under a card answers: the only one that wants such, else the only open one."""
    if not said.files or place.department is None:
        return None
    if place.task is not None:
        return place.task
    tasks = [task for task in place.event.of_department(place.department) if task.open]
    wanting = [task for task in tasks if task.evidence is not None and task.evidence.kind in ("photo", "file")]
    for found in (wanting, tasks):
        if len(found) == 1:
            return found[0].id
    return None


def _may_answer(context: Context, event: Event, task: Task) -> bool:
    wants = task.evidence is not None and task.evidence.kind in ("photo", "file")
    person = None if context.person is None else context.person.id
    standing = standings(event, person, context.house.company, task=task)
    return wants and task.open and allowed(standing, "task.evidence", event.status)


async def _acknowledge(context: Context, event: Event, target: Target) -> Reply:
    written = await answer(context, event, "acknowledge", target)
    sequences = answered(written)
    if not sequences:
        waiting = any(task.status == "waiting" for task in event.of_department(target.department))
        return Reply(text=text("reply.seen") if waiting else text("reply.seen_all"))
    undo = Button("answer.withdraw", text("answer.withdraw"), event.id, target=",".join(map(str, sequences)))
    return Reply(text=text("reply.recorded", at=Moment(context.now)), undo=undo)


async def place_of_message(context: Context, said: Said) -> Place | None:
    """Which event a message belongs to, None where nobody can tell."""
    if said.reply_to is not None and (found := event_of(said.reply_to)) is not None:
        event = await context.work.event(found)
        return _under(context, event, said.reply_to)
    if said.reply_to is not None and (found := await mirrored(context, said.reply_to)) is not None:
        return Place(await context.work.event(found), department_here(context))
    if (found := event_of(context.inbound.room)) is not None:
        event = await context.work.event(found)
        return Place(event, COMMAND_GROUP if event.of_department(COMMAND_GROUP) else None)
    here = events_here(context, await context.work.open_events())
    if len(here) != 1 or context.person is None or not _shared(context):
        return None
    return _only(context, here[0])


def _under(context: Context, event: Event, key: str) -> Place:
    """A reply to a card: its department; to a call: the task the person was called for."""
    part = key.removeprefix(event.id).strip("/").partition("/")[0]
    if takes_part(event, DepartmentId(part)):
        return Place(event, DepartmentId(part))
    if context.inbound.room.startswith("@"):
        return _called(context, event)
    return Place(event, department_here(context) or (COMMAND_GROUP if event_of(context.inbound.room) else None))


def _only(context: Context, event: Event) -> Place:
    if context.inbound.room.startswith("@"):
        return _called(context, event)
    return Place(event, department_here(context))


def _called(context: Context, event: Event) -> Place:
    """In a direct message: the department of the tasks this person is asked for, the one task where it is one.

    A duty is one task, so whatever is said under its call is about that.
    """
    person = None if context.person is None else context.person.id
    asked = [
        task
        for task in event.tasks.values()
        if task.status == "waiting" and any(member.person == person for member in task.chain[: task.called])
    ]
    if event.duty is not None:
        asked = list(event.tasks.values())
    departments = {task.department for task in asked}
    if len(departments) != 1:
        return Place(event, None)
    return Place(event, asked[0].department, asked[0].id if len(asked) == 1 else None)


def which_event(context: Context, events: tuple[Event, ...], message: str) -> Card:
    """Several events are open here: one tap says to which the message belongs."""
    buttons = tuple(
        Button(
            "room.assign",
            named(event.id, text("room.assign", title=event.title, place=where(event), number=event.id)),
            event.id,
            target=message,
        )
        for event in events
    )
    return Card(kind=None, tone="plain", head=text("room.which_event"), buttons=buttons, shown_at=context.now)


async def assign(context: Context, event: Event, message: str) -> Reply:
    """One tap: the message that was kept aside goes into this event's record, as of when it was said."""
    if event.over:
        raise Refused(text("refused.over", event=event.id))
    aside = await take_from_aside(context, message)
    if aside is None or not isinstance(said := aside.inbound.what, Said):
        raise Refused(text("refused.assigned_already"))
    speaking = await context_for(
        context.work, context.house, aside.inbound, abilities=context.abilities, signer=context.signer
    )
    if speaking.actor != context.actor:
        require(context, "room.assign", event)
    await hear_in(speaking, said, Place(event, department_here(speaking)), at=aside.inbound.at)
    for changed, at in aside.later:
        await _keep_change(speaking, event.id, changed, at)
    return Reply(text=text("reply.assigned", number=event.id))


async def keep_word(context: Context, said: Said) -> None:
    """A word said in a command room or under a card is part of what was said there."""
    key = context.inbound.room if said.reply_to is None else said.reply_to
    found = event_of(key) or event_of(context.inbound.room)
    if found is not None:
        await keep_said(context, found)


async def keep_change(context: Context, changed: EditedMessage | DeletedMessage) -> Reply:
    """A message was edited or deleted: the old text stays, and no answer changes by it."""
    event = await event_of_message(context, changed.message)
    if event is None:
        await change_aside(context, changed)
    else:
        await _keep_change(context, event, changed)
    return Reply(text=None)


async def _keep_change(
    context: Context, event: EventId, changed: EditedMessage | DeletedMessage, at: datetime | None = None
) -> None:
    """A platform may tell of a change that nobody can see: what reads as before was not edited."""
    match changed:
        case EditedMessage(message=message, words=words):
            last = await load_last_of(context.work.rows, event, context.inbound.platform, message)
            if isinstance(last, SaidEntry | Edited) and last.words == words:
                return
            payload = Edited(message, context.speaker, words)
        case DeletedMessage(message=message):
            payload = Deleted(message, context.speaker)
    await act(context, event, Record(context.actor, payload, at))
    await mirror_change(context, await context.work.event(event), changed)
