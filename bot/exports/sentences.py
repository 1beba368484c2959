"""What each kind of entry says in the timeline, the terminal and the page: one sentence, no subject.

The subject stands in a column of its own (`who`).
"""

from __future__ import annotations

from typing import assert_never

from bot.cards.wording import phase_name
from bot.domain import entries as e
from bot.domain.record import Entry
from bot.exports.names import Names
from bot.exports.programme_sentences import drill_sentence, duty_sentence, instead
from bot.exports.wording import command_why, how, label, people, place_said, places, why_failed
from bot.text import Moment, Span, Text, Words, plural, text


def sentence(entry: Entry, names: Names) -> Text:
    """What happened, in one sentence."""
    payload = entry.payload
    if names.kind != "live" and (told := instead(payload, names.kind, names.task)) is not None:
        return told
    match payload:
        case e.Opened() | e.Confirmed() | e.FactSet() | e.RuleFired() | e.LevelChanged() | e.PhaseEntered():
            return _course(payload)
        case e.StandDownAsked() | e.AllClear() | e.AllClearTaken() | e.StoodDown() | e.FalseAlarm() | e.Closed():
            return _ending(payload, names)
        case e.MergeOffered() | e.MergedInto() | e.MergeTook() | e.MergeUndone():
            return _merging(payload)
        case e.TaskReleased() | e.TaskAnswered() | e.TaskExtended() | e.TaskGiven() | e.EvidenceGiven() | e.Withdrawn():
            return _task(payload, names)
        case e.Reminded() | e.Escalated() | e.Overdue():
            return _deadline(payload, names)
        case e.CommandPassed() | e.CommandReminded() | e.AbsenceMarked() | e.Returned() | e.Seen():
            return _people(payload)
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
    payload: e.Opened | e.Confirmed | e.FactSet | e.RuleFired | e.LevelChanged | e.PhaseEntered,
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
        case e.FactSet():
            return text("record.fact", label=label(payload.label), shown=payload.shown)
        case e.RuleFired():
            return text("record.rule", number=payload.rule + 1)
        case e.LevelChanged():
            if payload.raised:
                return text("record.level.raised", level=payload.name)
            return text("record.level.lowered", level=payload.name, reason=payload.reason)
        case e.PhaseEntered():
            return text("record.phase", phase=phase_name(payload.phase))


def _ending(
    payload: e.StandDownAsked | e.AllClear | e.AllClearTaken | e.StoodDown | e.FalseAlarm | e.Closed,
    names: Names,
) -> Text:
    match payload:
        case e.StandDownAsked():
            return text("record.standdown.asked")
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


def _room(payload: e.RoomDark | e.RoomBack) -> Text:
    room, platform, since = payload.room_name, how(payload.platform), Moment(payload.since)
    match payload:
        case e.RoomDark():
            if payload.next is None:
                return text("record.room.dark.telephone", room=room, platform=platform, since=since)
            return text("record.room.dark", room=room, platform=platform, since=since, next=how(payload.next))
        case e.RoomBack():
            return text("record.room.back", room=room, platform=platform, since=since, until=Moment(payload.until))
