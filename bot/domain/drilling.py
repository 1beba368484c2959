"""The rules of a drill: halting and going on, ENDEX, the three questions (P4, practice.md "A good drill").

Injects have a file of their own (`injects`). Whatever else people do in a drill is decided as in any event, so what
is exercised is what will happen.
"""

from __future__ import annotations

from bot.domain.commands import AnyCommand, ComeBack, Due, GoAbsent, LoseRoom, OfferMerge, Record, RegainRoom
from bot.domain.commands_drill import AnswerHotWash, AnswerInject, EndDrill, NextInject, PauseDrill, ResumeDrill
from bot.domain.commands_ending import Close
from bot.domain.course import Course
from bot.domain.drill_steps import Happened, happened
from bot.domain.entries_drill import DrillEnded, DrillMeasured, DrillPaused, DrillResumed, HotWashAnswered, HotWashAsked
from bot.domain.event import Event
from bot.domain.guard import require
from bot.domain.injects import answer_inject, inject_due, next_inject
from bot.domain.measuring import measure_all, took_part
from bot.domain.parties import Actor, Member
from bot.domain.people import listed, member
from bot.domain.state import DrillState
from bot.errors import Refused
from bot.text import Text, text

__all__ = ["DrillCommand", "after_endex", "decide_drill", "inject_due"]

DrillCommand = PauseDrill | ResumeDrill | NextInject | AnswerInject | EndDrill | AnswerHotWash
AFTER_ENDEX = Record | Close | LoseRoom | RegainRoom | Due | OfferMerge | EndDrill | AnswerHotWash
"""What a drill still takes once it has ended."""


def decide_drill(course: Course, command: DrillCommand) -> None:
    """Carry out what somebody asked of a drill. Raises Refused where the event is none, or has ended."""
    drill = drill_of(course.event)
    match command:
        case PauseDrill():
            _pause(course, command, drill)
        case ResumeDrill():
            _resume(course, command, drill)
        case NextInject():
            next_inject(course, command, drill)
        case AnswerInject():
            answer_inject(course, command, drill)
        case EndDrill():
            _end(course, command, drill)
        case AnswerHotWash():
            _say(course, command, drill)


def drill_of(event: Event) -> DrillState:
    """What is true of the drill. Raises Refused where the event is none."""
    if event.drill is None:
        raise Refused(text("refused.drill.none", event=event.id))
    return event.drill


def after_endex(course: Course, command: AnyCommand) -> bool:
    """Whether a drill that has ended lets a command pass; what it would change is refused.

    Who is away concerns the person, not the drill, so it is neither kept nor refused: other events must hear of it.
    """
    event = course.event
    if event.drill is None or event.drill.ended_at is None or event.over or isinstance(command, AFTER_ENDEX):
        return True
    if isinstance(command, GoAbsent | ComeBack):
        return False
    raise Refused(text("refused.drill.ended", event=event.id))


def _pause(course: Course, command: PauseDrill, drill: DrillState) -> None:
    require(course, command.by, "drill.pause")
    if drill.paused_at is None:
        course.add(DrillPaused(course.member(command.by)), command.by)


def _resume(course: Course, command: ResumeDrill, drill: DrillState) -> None:
    require(course, command.by, "drill.pause")
    if drill.paused_at is not None:
        seconds = (course.now - drill.paused_at).total_seconds()
        course.add(DrillResumed(course.member(command.by), seconds), command.by)


def _end(course: Course, command: EndDrill, drill: DrillState) -> None:
    """ENDEX: everything stops, and what was measured is kept in the same breath."""
    real = command.why == "real"
    if real and (course.event.over or drill.ended_at is not None):
        return
    require(course, command.by, "drill.real" if real else "drill.end")
    if drill.ended_at is not None:
        raise Refused(text("refused.drill.ended_already", event=course.event.id))
    course.add(DrillEnded(command.why, _known(course, command.by), command.live), command.by)
    record = (*happened(command.record), *_decided(course))
    course.add(DrillMeasured(measure_all(record)))
    if not real:
        course.add(HotWashAsked(_to_ask(course, record, drill)))


def _known(course: Course, by: Actor) -> Member | None:
    return course.member(by) if by.person in course.setting.company.people else None


def _decided(course: Course) -> tuple[Happened, ...]:
    first = course.event.sequence - len(course.drafts) + 1
    return tuple(
        Happened(sequence, draft.payload, draft.actor, course.now)
        for sequence, draft in enumerate(course.drafts, first)
    )


def _to_ask(course: Course, record: tuple[Happened, ...], drill: DrillState) -> tuple[Member, ...]:
    """Whoever runs the drill and all who took part, each once; who only looks on is asked nothing."""
    company = course.setting.company
    runs = (drill.organiser.person, *(() if drill.safety is None else (drill.safety.person,)))
    people = dict.fromkeys((*runs, *took_part(record)))
    known = (person for person in people if person in company.people)
    return tuple(member(company, person) for person in known if company.people[person].access != "auditor")


def _say(course: Course, command: AnswerHotWash, drill: DrillState) -> None:
    """One person's answers, word for word; what is blank was not answered."""
    if drill.ended_at is None:
        raise Refused(text("refused.drill.not_ended", event=course.event.id))
    require(course, command.by, "drill.said")
    if command.by.person not in {each.person for each in drill.asked}:
        raise Refused(_only_those_asked(drill, course.event))
    worked, failed, change = (
        each if each.strip() else None for each in (command.worked, command.failed, command.change)
    )
    if worked is None and failed is None and change is None:
        raise Refused(text("refused.drill.hot_wash_empty"))
    course.add(HotWashAnswered(course.member(command.by), worked, failed, change), command.by)


def _only_those_asked(drill: DrillState, event: Event) -> Text:
    if not drill.asked:
        return text("refused.drill.nobody_asked", event=event.id)
    return text("refused.drill.hot_wash_others", names=listed(each.name for each in drill.asked))
