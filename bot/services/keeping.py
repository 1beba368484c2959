"""What is said and shown goes into an event's record; which event a message went into is remembered for edits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat.inbound import Said
from bot.domain.commands import Record
from bot.domain.entries_talk import FileKept
from bot.domain.entries_talk import Said as SaidEntry
from bot.domain.ids import EventId
from bot.services.acting import act
from bot.services.bridge import mirror
from bot.services.rooms import room_name

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bot.domain.ids import DepartmentId, FileId, TaskId
    from bot.services.context import Context


async def keep_said(
    context: Context,
    event: EventId,
    *,
    department: DepartmentId | None = None,
    task: TaskId | None = None,
    files: Iterable[FileId] = (),
    at: datetime | None = None,
) -> bool:
    """Keep the message at hand as said, `at` an earlier time where given.

    False where the update is no message (a form, a press).
    """
    said = context.inbound.what
    if not isinstance(said, Said):
        return False
    payload = SaidEntry(
        message=said.message,
        room=context.inbound.room,
        room_name=room_name(context.house, context.inbound.room),
        speaker=context.speaker,
        department=department,
        task=task,
        files=tuple(dict.fromkeys((*said.files, *files))),
        words=said.words,
    )
    await act(context, event, Record(context.actor, payload, at))
    await remember(context, said.message, event)
    mirror(context, await context.work.event(event), said)
    return True


async def keep_files(context: Context, event: EventId, files: Iterable[FileId], task: TaskId | None = None) -> None:
    """Keep photos and files that are stored already, linked to the task they answer where they do."""
    for file in files:
        kept = await context.work.file(file)
        payload = FileKept(
            file=file,
            media_type=kept.media_type,
            size=kept.size,
            speaker=context.speaker,
            task=task,
            name=kept.name or None,
        )
        await act(context, event, Record(context.actor, payload))


async def remember(context: Context, message: str, event: EventId) -> None:
    """Which event a platform's message went into."""
    await context.work.put_setting(message_key(context.inbound.platform, message), event)


async def event_of_message(context: Context, message: str) -> EventId | None:
    """Where a message went, None where it belongs to no event (yet)."""
    found = await context.work.setting(message_key(context.inbound.platform, message))
    return EventId(found) if found else None


def message_key(platform: str, message: str) -> str:
    """The name under which a message's event is kept."""
    return f"message/{platform}/{message}"
