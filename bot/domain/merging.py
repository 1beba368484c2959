"""Two reports of the same thing: the second event goes on in the first, and can be taken out again."""

from __future__ import annotations

from bot.domain.commands import MergeInto, OfferMerge, Record, TakeMerged, UndoMerge
from bot.domain.course import Course
from bot.domain.entries_course import Confirmed
from bot.domain.entries_house import Destroyed
from bot.domain.entries_merging import MergedInto, MergeOffered, MergeTook, MergeUndone
from bot.domain.entries_talk import Noted
from bot.domain.fold import QUIET
from bot.domain.guard import require
from bot.domain.release import settle
from bot.errors import Refused
from bot.text import text


def offer_merge(course: Course, command: OfferMerge) -> None:
    """Another event looks like this one. Nothing stops until a person says so."""
    event = course.event
    if not event.over and command.other != event.id and command.other not in event.merge_offers:
        course.add(MergeOffered(command.other, command.other_title))


def merge_into(course: Course, command: MergeInto) -> None:
    """This is the same as `other`: its timers stop and its cards point there."""
    event = course.event
    if event.merged_into == command.other:
        return
    require(course, command.by, "event.merge")
    if command.other == event.id:
        raise Refused(text("refused.merge_itself", event=event.id))
    if command.other_kind != event.kind:
        raise Refused(text("refused.merge_kind", event=event.id, other=command.other))
    if event.drill is not None:
        raise Refused(text("refused.drill.no_merge", event=event.id))
    course.add(MergedInto(command.other), command.by)


def take_merged(course: Course, command: TakeMerged) -> None:
    """The first event keeps who else reported it. A stranger's report that an employee's joins is confirmed by it."""
    if course.event.over or course.event.status == "stood_down":
        raise Refused(text("refused.merge_over", event=course.event.id))
    course.add(MergeTook(command.other, command.reporter, command.reported_at), command.by)
    if command.confirmed and not course.event.confirmed:
        course.add(Confirmed(), command.by)
        settle(course, "opened")


def undo_merge(course: Course, command: UndoMerge) -> None:
    """The merge was wrong: the event goes on by itself."""
    other = course.event.merged_into
    require(course, command.by, "merge.undo")
    if other is not None:
        course.add(MergeUndone(other), command.by)


def record(course: Course, command: Record) -> None:
    """Keep what changes no state; after closing it is an addendum in the same chain."""
    payload = command.payload
    if not isinstance(payload, QUIET):
        raise Refused(text("refused.record_kind"))
    match payload:
        case Noted():
            require(course, command.by, "record.note")
        case Destroyed():
            require(course, command.by, "data.destroy")
        case _:
            require(course, command.by, "record.keep")
    at = command.at if command.at is not None and command.at < course.now else None
    course.add(payload, command.by, at)
