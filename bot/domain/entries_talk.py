"""What was said, kept and sent: entries that change nothing of what is true of the event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from bot.domain.ids import DepartmentId, FileId, RoomId, TaskId
from bot.text import Words


@dataclass(frozen=True, slots=True)
class Said:
    """Somebody said something that belongs to the event. `message` is the platform's id of it."""

    message: str
    room: RoomId
    room_name: Words
    speaker: Words
    department: DepartmentId | None = None
    """The department whose card it replies to, where it does."""
    task: TaskId | None = None
    files: tuple[FileId, ...] = ()
    words: str | None = None
    kind: Literal["message.said"] = "message.said"
    PRIVATE: ClassVar[frozenset[str]] = frozenset({"words"})


@dataclass(frozen=True, slots=True)
class Edited:
    """A message was edited: the old text stays where it was, the new one is here. Never changes an answer."""

    message: str
    speaker: Words
    words: str | None = None
    kind: Literal["message.edited"] = "message.edited"
    PRIVATE: ClassVar[frozenset[str]] = frozenset({"words"})


@dataclass(frozen=True, slots=True)
class Deleted:
    """A message was deleted on the platform; the record keeps what it said."""

    message: str
    speaker: Words
    kind: Literal["message.deleted"] = "message.deleted"


@dataclass(frozen=True, slots=True)
class Noted:
    """/note. Where the entry's `at` is earlier than `recorded_at` it is a late entry and marked as such."""

    speaker: Words
    words: str | None = None
    kind: Literal["note.added"] = "note.added"
    PRIVATE: ClassVar[frozenset[str]] = frozenset({"words"})


@dataclass(frozen=True, slots=True)
class FileKept:
    """A photo or file arrived, stored under its SHA-256, linked to the task it answers where it does."""

    file: FileId
    media_type: str
    size: int
    speaker: Words
    task: TaskId | None = None
    name: str | None = None
    kind: Literal["file.kept"] = "file.kept"
    PRIVATE: ClassVar[frozenset[str]] = frozenset({"name"})


@dataclass(frozen=True, slots=True)
class MessageSent:
    """A message of the bot was accepted by a platform for the first time, with the texts as sent."""

    message: str
    room: RoomId
    room_name: Words
    platform: str
    shown: Words
    queued_at: datetime
    kind: Literal["message.sent"] = "message.sent"


STAYS_INSIDE = "drill.outside"
"""Why a message of a drill was not sent: it would have left the house."""


@dataclass(frozen=True, slots=True)
class MessageFailed:
    """A message of the bot will not arrive. `why` as the platform says it, or `STAYS_INSIDE`."""

    message: str
    room: RoomId
    room_name: Words
    platform: str
    why: str
    kind: Literal["message.failed"] = "message.failed"
