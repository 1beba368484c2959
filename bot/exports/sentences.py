"""What each kind of entry says in the timeline, the terminal and the page: one sentence, no subject.

The subject stands in a column of its own (`who`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import assert_never

from bot.chat.card import Shown
from bot.domain import entries as e
from bot.domain.entries_command import CommandWhy
from bot.domain.entries_talk import STAYS_INSIDE
from bot.domain.event import EventStatus
from bot.domain.ids import EventId
from bot.domain.parties import DepartmentRef, EventKind, Member
from bot.domain.record import Entry
from bot.exports.programme_sentences import drill_sentence, duty_sentence, instead
from bot.text import Moment, Span, Text, Words, plural, text

ENDINGS = "。？：.?: "
"""Marks that a text may end with."""


def who(entry: Entry) -> Shown:
    """The actor of an entry, standing in for whom where that is so."""
    return entry.actor.name or text("record.bot")


def people(members: tuple[Member, ...]) -> Words:
    """Several names as one list."""
    return Words("、".join(m.name.zh for m in members), ", ".join(m.name.en for m in members))


def status_name(status: EventStatus, merged_into: EventId | None = None) -> Text:
    """How an event stands, as people read it; `merged_into` where it is known."""
    match status:
        case "open":
            return text("status.open")
        case "standing_down":
            return text("status.standing_down")
        case "stood_down":
            return text("status.stood_down")
        case "closed":
            return text("status.closed")
        case "false_alarm":
            return text("status.false_alarm")
        case "merged" if merged_into is not None:
            return text("status.merged", other=merged_into)
        case "merged":
            return text("status.merged_away")


def label(words: Words) -> Words:
    """A question or a task before a colon: without the mark it ends with."""
    return Words(words.zh.rstrip(ENDINGS), words.en.rstrip(ENDINGS))


def place_said(place: Words) -> Words | Text:
    """The place of a report, honest where nobody has said it."""
    return place if place.zh else text("place.unknown")


def places(departments: tuple[DepartmentRef, ...]) -> Words:
    """Several departments as one list."""
    return Words(
        "、".join(d.name.zh for d in departments),
        ", ".join(d.name.en for d in departments),
    )


def how(name: str) -> Shown:
    """Over which way a report came."""
    match name:
        case "web":
            return text("how.web")
        case "terminal":
            return text("how.terminal")
        case "slack":
            return text("how.slack")
        case "telegram":
            return text("how.telegram")
        case "email":
            return text("how.email")
        case _:
            return Words(name, name)


@dataclass(frozen=True, slots=True)
class Names:
    """What tasks, departments and a drill's injects are called, gathered from the record itself, and whose it is."""

    tasks: Mapping[str, Words]
    departments: Mapping[str, Words]
    injects: Mapping[int, Words] = field(default_factory=dict[int, Words])
    kind: EventKind = "live"

    def task(self, task: str) -> Words:
        """A task's text as it stands inside a sentence; its id where the record does not say."""
        found = self.tasks.get(task, Words(task, task))
        return Words(found.zh.rstrip("。"), found.en.rstrip("."))

    def department(self, department: str) -> Words:
        """A department's name; its id where the record does not say."""
        return self.departments.get(department, Words(department, department))


def names_of(entries: Iterable[Entry]) -> Names:
    """Collect the names a record uses."""
    tasks: dict[str, Words] = {}
    departments: dict[str, Words] = {}
    injects: dict[int, Words] = {}
    kind: EventKind = "live"
    for entry in entries:
        match entry.payload:
            case e.TaskReleased() as released:
                tasks[released.task] = released.text
            case e.Opened() as opened:
                departments.update({ref.id: ref.name for ref in opened.departments})
                kind = opened.event_kind
            case e.DrillStarted() as started:
                injects.update({inject.number: inject.text for inject in started.injects})
            case _:
                pass
    return Names(tasks, departments, injects, kind)


def sentence(entry: Entry, names: Names) -> Text:
    """What happened, in one sentence."""
    payload = entry.payload
    if names.kind != "live" and (told := instead(payload, names.kind, names.task)) is not None:
        return told
    match payload:
        case e.Opened() | e.Confirmed() | e.PhaseEntered() | e.LevelChanged() | e.StandDownAsked():
            return _course(payload)
        case e.AllClear() | e.AllClearTaken() | e.StoodDown() | e.FalseAlarm() | e.Closed():
            return _ending(payload, names)
        case e.MergeOffered() | e.MergedInto() | e.MergeTook() | e.MergeUndone():
            return _merging(payload)
        case e.TaskReleased() | e.TaskAnswered() | e.TaskExtended() | e.TaskGiven() | e.EvidenceGiven() | e.Withdrawn():
            return _task(payload, names)
        case e.Reminded() | e.Escalated() | e.Overdue():
            return _deadline(payload, names)
        case e.CommandPassed() | e.CommandReminded() | e.AbsenceMarked() | e.Returned() | e.Seen():
            return _people(payload)
        case e.FactSet():
            return text("record.fact", label=label(payload.label), shown=payload.shown)
        case e.RuleFired():
            return text("record.rule", number=payload.rule + 1)
        case e.Said() | e.Edited() | e.Deleted() | e.Noted() | e.FileKept() | e.MessageSent() | e.MessageFailed():
            return _talk(payload)
        case e.RoomDark() | e.RoomBack():
            return _room(payload)
        case e.Destroyed():
            return plural("record.destroyed", len(payload.sequences), ground=payload.ground)
        case e.HouseNote():
            return Text(payload.what, payload.about)
        case (
            e.DrillStarted() | e.DrillPaused() | e.DrillResumed() | e.InjectGiven() | e.InjectAnswered()
            | e.InjectMissed() | e.DrillEnded() | e.DrillMeasured() | e.HotWashAsked() | e.HotWashAnswered()
        ):  # fmt: skip
            return drill_sentence(payload, names.injects)
        case (
            e.DutyOpened() | e.DutyNoticed() | e.PostponeAsked() | e.PostponeDecided() | e.DutyDrill() | e.DutyEnded()
        ):  # fmt: skip
            return duty_sentence(payload)
        case _:
            assert_never(payload)


def _course(
    payload: e.Opened | e.Confirmed | e.PhaseEntered | e.LevelChanged | e.StandDownAsked,
) -> Text:
    match payload:
        case e.Opened():
            return text(
                "record.opened",
                title=payload.title,
                place=place_said(payload.place),
                level=payload.level_name,
            )
        case e.Confirmed():
            return text("record.confirmed")
        case e.PhaseEntered():
            return text("record.phase", phase=phase_name(payload.phase))
        case e.LevelChanged():
            if payload.raised:
                return text("record.level.raised", level=payload.name)
            return text("record.level.lowered", level=payload.name, reason=payload.reason)
        case e.StandDownAsked():
            return text("record.standdown.asked")


def phase_name(phase: str) -> Text:
    """The phase as people read it."""
    match phase:
        case "warning":
            return text("phase.warning")
        case "response":
            return text("phase.response")
        case "recovery":
            return text("phase.recovery")
        case _:
            return text("phase.review")


def _ending(
    payload: e.AllClear | e.AllClearTaken | e.StoodDown | e.FalseAlarm | e.Closed,
    names: Names,
) -> Text:
    match payload:
        case e.AllClear():
            return text("record.clear", department=names.department(payload.department))
        case e.AllClearTaken():
            return text("record.unclear", department=names.department(payload.department))
        case e.StoodDown():
            if payload.override is None:
                return text("record.stood_down")
            return text(
                "record.stood_down.override",
                missing=places(payload.missing),
                reason=payload.override,
            )
        case e.FalseAlarm():
            return text("record.false_alarm", reason=payload.reason)
        case e.Closed():
            if payload.override is None:
                return text("record.closed", head=payload.head[:16])
            return text("record.closed.override", head=payload.head[:16], reason=payload.override)


def _merging(
    payload: e.MergeOffered | e.MergedInto | e.MergeTook | e.MergeUndone,
) -> Text:
    match payload:
        case e.MergeOffered():
            return text("record.merge.offered", other=payload.other, title=payload.other_title)
        case e.MergedInto():
            return text("record.merge.into", other=payload.other)
        case e.MergeTook():
            return text("record.merge.took", other=payload.other, reporter=payload.reporter)
        case e.MergeUndone():
            return text("record.merge.undone", other=payload.other)


def _task(
    payload: e.TaskReleased | e.TaskAnswered | e.TaskExtended | e.TaskGiven | e.EvidenceGiven | e.Withdrawn,
    names: Names,
) -> Text:
    task = names.task(payload.task)
    match payload:
        case e.TaskReleased():
            return text(
                "record.task.released",
                task=task,
                role=payload.role_name,
                at=Moment(payload.finish_at),
            )
        case e.TaskAnswered():
            return _answer(payload, task)
        case e.TaskExtended():
            return text("record.task.extended", task=task, at=Moment(payload.finish_at))
        case e.TaskGiven():
            return text("record.task.given", task=task, person=payload.to.name)
        case e.EvidenceGiven():
            return _evidence(payload, task)
        case e.Withdrawn():
            return text("record.withdrawn", task=task)


def _answer(payload: e.TaskAnswered, task: Words) -> Text:
    match payload.answer:
        case "acknowledge":
            return text("record.task.acknowledge", task=task)
        case "start":
            return text("record.task.start", task=task)
        case "done":
            return text("record.task.done", task=task)
        case "cannot":
            return text("record.task.cannot", task=task, reason=payload.reason or "")


def _evidence(payload: e.EvidenceGiven, task: Words) -> Text:
    if payload.file is not None:
        return text("record.evidence.file", task=task)
    if payload.evidence == "text":
        return text("record.evidence.written", task=task)
    shown = payload.words or Words(f"{payload.value}", f"{payload.value}")
    return text("record.evidence.value", task=task, shown=shown)


def _deadline(payload: e.Reminded | e.Escalated | e.Overdue, names: Names) -> Text:
    task = names.task(payload.task)
    late = Span(payload.late)
    match payload:
        case e.Reminded() if payload.late:
            return text("record.reminded.late", task=task, people=people(payload.to), late=late)
        case e.Reminded():
            return text("record.reminded", task=task, people=people(payload.to))
        case e.Escalated() if not payload.to:
            return text("record.escalated.commander", task=task, silent=people(payload.silent))
        case e.Escalated() if payload.late:
            return text(
                "record.escalated.late",
                task=task,
                people=people(payload.to),
                silent=people(payload.silent),
                late=late,
            )
        case e.Escalated():
            return text(
                "record.escalated",
                task=task,
                people=people(payload.to),
                silent=people(payload.silent),
            )
        case e.Overdue() if payload.step:
            return text("record.overdue.commander", task=task)
        case e.Overdue():
            return text("record.overdue", task=task)


def _people(payload: e.CommandPassed | e.CommandReminded | e.AbsenceMarked | e.Returned | e.Seen) -> Text:
    match payload:
        case e.CommandPassed():
            return _command(payload)
        case e.CommandReminded():
            return text("record.command.reminded", person=payload.to.name)
        case e.AbsenceMarked():
            return _absence(payload)
        case e.Returned():
            return text("record.back", person=payload.name)
        case e.Seen():
            return text("record.seen")


def _absence(payload: e.AbsenceMarked) -> Text:
    if payload.until is None:
        return text("record.absent", person=payload.name)
    return text("record.absent.until", person=payload.name, until=Moment(payload.until))


def _command(payload: e.CommandPassed) -> Text:
    if payload.to is None:
        return text("record.command.nobody")
    return text("record.command", person=payload.to.name, why=command_why(payload.why))


def command_why(why: CommandWhy) -> Text:
    """Why somebody commands, in words."""
    match why:
        case "opened":
            return text("command.why.opened")
        case "absent":
            return text("command.why.absent")
        case "silent":
            return text("command.why.silent")
        case "handed_over":
            return text("command.why.handed_over")
        case "taken_back":
            return text("command.why.taken_back")
        case "directs_on_site":
            return text("command.why.directs_on_site")
        case "confirmed":
            return text("command.why.confirmed")


def _talk(
    payload: e.Said | e.Edited | e.Deleted | e.Noted | e.FileKept | e.MessageSent | e.MessageFailed,
) -> Text:
    match payload:
        case e.Said():
            return text("record.said", room=payload.room_name)
        case e.Edited():
            return text("record.edited")
        case e.Deleted():
            return text("record.deleted")
        case e.Noted():
            return text("record.noted")
        case e.FileKept():
            return text("record.file", kind=payload.media_type, size=payload.size)
        case e.MessageSent():
            return text("record.sent", room=payload.room_name, platform=how(payload.platform))
        case e.MessageFailed():
            return text(
                "record.failed",
                room=payload.room_name,
                platform=how(payload.platform),
                why=why_failed(payload.why),
            )


def why_failed(why: str) -> Text | str:
    """As the platform said it; of a drill, that it stays inside."""
    return text("drill.outside") if why == STAYS_INSIDE else why


def _room(payload: e.RoomDark | e.RoomBack) -> Text:
    room, platform, since = payload.room_name, how(payload.platform), Moment(payload.since)
    match payload:
        case e.RoomDark():
            if payload.next is None:
                return text("record.room.dark.telephone", room=room, platform=platform, since=since)
            return text("record.room.dark", room=room, platform=platform, since=since, next=how(payload.next))
        case e.RoomBack():
            return text("record.room.back", room=room, platform=platform, since=since, until=Moment(payload.until))
