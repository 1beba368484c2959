"""What happened to a drill or a duty, each entry in one sentence of the record.

A drill's report is simulated and a duty is no emergency: `instead` says so where an event's own sentence would mislead.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from bot.domain import entries as e
from bot.domain.parties import EventKind
from bot.exports.wording import inside, people
from bot.text import Moment, Span, Text, Words, plural, text

if TYPE_CHECKING:
    from bot.domain.drill import DrillType
    from bot.domain.fold_drill import DrillEntry
    from bot.domain.fold_duty import DutyEntry

Injects = Mapping[int, Words]
"""What each inject says, by its number."""


def drill_sentence(payload: DrillEntry, injects: Injects) -> Text:
    """What happened to a drill."""
    match payload:
        case e.DrillStarted():
            return _started(payload)
        case e.DrillPaused():
            return text("record.drill.paused")
        case e.DrillResumed():
            return text("record.drill.resumed", span=Span(payload.seconds))
        case e.InjectGiven() | e.InjectAnswered() | e.InjectMissed():
            return _inject(payload, injects)
        case e.DrillEnded():
            return _ended(payload)
        case e.DrillMeasured():
            measures = payload.measures
            return plural("record.drill.measured", len(measures.posts), answered=measures.answered)
        case e.HotWashAsked():
            return plural("record.drill.hot_wash", len(payload.people))
        case e.HotWashAnswered():
            return text("record.drill.said")


def _started(started: e.DrillStarted) -> Text:
    known = {"title": started.title, "type": drill_type(started.drill_type), "organiser": started.organiser.name}
    if started.safety is None:
        return text("record.drill.started.unsafe", word=started.stop_word, **known)
    return text("record.drill.started", safety=started.safety.name, word=started.stop_word, **known)


def drill_type(kind: DrillType) -> Text:
    """桌面, 单项 or 综合, as people read it."""
    match kind:
        case "tabletop":
            return text("record.drill.tabletop")
        case "single":
            return text("record.drill.single")
        case "comprehensive":
            return text("record.drill.comprehensive")


def _inject(payload: e.InjectGiven | e.InjectAnswered | e.InjectMissed, injects: Injects) -> Text:
    number = payload.number
    words = inside(injects.get(number, Words("", "")))
    match payload:
        case e.InjectGiven(to=()):
            return text("record.drill.inject.nobody", number=number, words=words)
        case e.InjectGiven():
            to = people(payload.to)
            if payload.late:
                return text("record.drill.inject.late", number=number, words=words, to=to, late=Span(payload.late))
            return text("record.drill.inject", number=number, words=words, to=to, by=Moment(payload.answer_by))
        case e.InjectAnswered():
            how = _how(payload)
            if payload.late:
                return text("record.drill.answered.late", number=number, words=words, how=how)
            return text("record.drill.answered", number=number, words=words, how=how)
        case e.InjectMissed():
            return text("record.drill.missed", number=number, words=words)


def _how(answered: e.InjectAnswered) -> Text:
    match answered.how:
        case "press":
            return text("record.drill.by.press")
        case "task":
            return text("record.drill.by.task")
        case "fact":
            return text("record.drill.by.fact")


def _ended(ended: e.DrillEnded) -> Text:
    if ended.why == "ended":
        return text("record.drill.ended.itself") if ended.by is None else text("record.drill.ended")
    if ended.live is None:
        return text("record.drill.ended.real")
    return text("record.drill.ended.live", live=ended.live)


def duty_sentence(payload: DutyEntry) -> Text:
    """What happened to a duty."""
    match payload:
        case e.DutyOpened():
            return _opened(payload)
        case e.DutyNoticed():
            return _noticed(payload)
        case e.PostponeAsked():
            return text(
                "record.duty.postpone",
                until=Moment(payload.until),
                reason=payload.reason,
                approver=payload.approver.name,
            )
        case e.PostponeDecided():
            return _decided(payload)
        case e.DutyDrill():
            return _drilled(payload)
        case e.DutyEnded():
            return _over(payload)


def _opened(opened: e.DutyOpened) -> Text:
    due, late = Moment(opened.due_at), Span(opened.late)
    if opened.skipped:
        return plural("record.duty.opened.skipped", len(opened.skipped), due=due)
    if opened.late:
        return text("record.duty.opened.late", due=due, late=late)
    if opened.window_from is not None:
        return text("record.duty.opened.window", since=Moment(opened.window_from), due=due)
    return text("record.duty.opened", due=due)


def _drilled(drilled: e.DutyDrill) -> Text:
    if drilled.held:
        return text("record.duty.drill.held", drill=drilled.drill)
    if drilled.stopped:
        return text("record.duty.drill.stopped", drill=drilled.drill)
    return text("record.duty.drill", drill=drilled.drill)


def _noticed(noticed: e.DutyNoticed) -> Text:
    if noticed.hour and noticed.late:
        return text("record.duty.noticed.hour.late", late=Span(noticed.late))
    if noticed.hour:
        return text("record.duty.noticed.hour")
    if noticed.late:
        return text("record.duty.noticed.late", late=Span(noticed.late))
    if not noticed.before:
        return text("record.duty.noticed.now")
    return text("record.duty.noticed", before=Span(noticed.before))


def _decided(decided: e.PostponeDecided) -> Text:
    until = Moment(decided.until)
    if decided.agreed:
        return text("record.duty.postponed", until=until)
    if decided.reason:
        return text("record.duty.refused.because", until=until, reason=decided.reason)
    return text("record.duty.refused", until=until)


def _over(ended: e.DutyEnded) -> Text:
    match ended.outcome:
        case "done" if ended.done_late:
            return text("record.duty.done.late", late=Span(ended.done_late))
        case "done":
            return text("record.duty.done")
        case "missed":
            return text("record.duty.missed")
        case "dropped":
            return text("record.duty.dropped")


def instead(payload: e.Payload, kind: EventKind, task: Callable[[str], Words]) -> Text | None:
    """The sentence of an entry that means something else in a drill or a duty. `task` names a task."""
    match kind, payload:
        case "drill", e.Opened():
            return text("record.drill.opened", title=payload.title, level=payload.level_name)
        case "duty", e.Opened():
            return text("record.duty.begun", title=payload.title)
        case "duty", e.CommandPassed() if payload.to is not None:
            return text("record.duty.supervised", person=payload.to.name)
        case "duty", e.CommandPassed():
            return text("record.duty.unsupervised")
        case "duty", e.Escalated() if not payload.to:
            return text("record.duty.escalated", task=task(payload.task), silent=people(payload.silent))
        case "duty", e.Overdue() if payload.step:
            return text("record.duty.overdue", task=task(payload.task))
        case _:
            return None
