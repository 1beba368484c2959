"""Injects: given by the drill's clock or by the organiser's hand, answered by whoever they were for, or missed."""

from __future__ import annotations

from bot.domain.changed import changed
from bot.domain.command_chain import is_holder
from bot.domain.commands import Due
from bot.domain.commands_drill import AnswerInject, NextInject
from bot.domain.conditions import same_value
from bot.domain.course import Course
from bot.domain.entries import Draft
from bot.domain.entries_course import FactSet
from bot.domain.entries_drill import InjectAnswered, InjectGiven, InjectMissed, PlannedInject
from bot.domain.entries_tasks import TaskAnswered
from bot.domain.facts import placed, reported_fact
from bot.domain.guard import require
from bot.domain.parties import Actor, Member
from bot.domain.people import listed, members, role_of
from bot.domain.release import settle
from bot.domain.state import DrillState, GivenInject
from bot.domain.timers import INJECT, inject_at
from bot.errors import Refused
from bot.text import text


def inject_due(course: Course, command: Due) -> None:
    """An inject is to be given, or its time to answer is over (steps `inject:3`, `missed:3`)."""
    step, _, number = command.step.partition(":")
    drill = course.event.drill
    if drill is None:
        return
    if step == INJECT:
        inject = next(each for each in drill.injects if each.number == int(number))
        _give(course, inject, late=course.late(inject_at(course.event, drill, inject)))
    else:
        given = drill.given[int(number)]
        course.add(InjectMissed(given.number, course.late(given.answer_by)))


def next_inject(course: Course, command: NextInject, drill: DrillState) -> None:
    """The organiser lets the next inject happen now; while the drill halts nothing happens."""
    require(course, command.by, "drill.inject")
    if drill.paused_at is not None:
        raise Refused(text("refused.drill.paused"))
    left = [inject for inject in drill.injects if inject.number not in drill.given]
    if not left:
        raise Refused(text("refused.drill.no_more_injects"))
    _give(course, min(left, key=lambda inject: (inject.at, inject.number)), by=command.by)


def _give(course: Course, inject: PlannedInject, late: float = 0.0, by: Actor | None = None) -> None:
    """The first of the role who is there is told; what the inject says is so becomes a fact, and rules read it."""
    given = InjectGiven(inject.number, _told(course, inject), course.after(inject.within), by is not None, late)
    course.add(given) if by is None else course.add(given, by)
    if inject.fact is None or inject.value is None:
        return
    said = placed(course.setting.company, reported_fact(course.setting.playbook, inject.fact, inject.value))
    known = course.event.facts.get(inject.fact)
    if known is None or not same_value(known.value, said.value):
        course.add(said)
        settle(course, "rule")


def _told(course: Course, inject: PlannedInject) -> tuple[Member, ...]:
    holders = _holders(course, inject)
    return next(((each,) for each in holders if not course.absent(each.person)), ())


def _holders(course: Course, inject: PlannedInject) -> tuple[Member, ...]:
    company = course.setting.company
    return members(company, role_of(company, inject.role, course.event.place).holders)


def answer_inject(course: Course, command: AnswerInject, drill: DrillState) -> None:
    """Somebody says that they acted: whoever was told, another of the role, or one of those who lead."""
    require(course, command.by, "drill.answer")
    inject = next((each for each in drill.injects if each.number == command.number), None)
    given = drill.given.get(command.number)
    if inject is None or given is None:
        raise Refused(text("refused.drill.no_inject", number=command.number))
    told = dict.fromkeys((*given.to, *_holders(course, inject)))
    if not _leads(course, command.by) and command.by.person not in {each.person for each in told}:
        names = listed(each.name for each in told or course.event.chain)
        raise Refused(text("refused.drill.inject_of_others", number=command.number, names=names))
    if given.answered_at is None:
        written = command.written.strip()
        answered = InjectAnswered(
            given.number, course.member(command.by), "press", _late(course, given), written or None
        )
        course.add(answered, _for(command.by, given))


def _leads(course: Course, by: Actor) -> bool:
    event = course.event
    return is_holder(event, by.person) or any(each.person == by.person for each in event.chain)


def _for(by: Actor, given: GivenInject) -> Actor:
    first = given.to[0].person if given.to else None
    return by if first in (None, by.person) else changed(by, standing_in_for=first)


def _late(course: Course, given: GivenInject) -> bool:
    return given.status == "missed" or course.clock > given.answer_by


def acted_on(course: Course) -> None:
    """Whatever was just answered or reported answers the injects that wait for it."""
    for draft in tuple(course.drafts):
        if draft.actor.person is not None and isinstance(draft.payload, TaskAnswered | FactSet):
            _act_on(course, draft, draft.payload)


def _act_on(course: Course, draft: Draft, payload: TaskAnswered | FactSet) -> None:
    drill = course.event.drill
    for inject in () if drill is None else drill.injects:
        given = None if drill is None else drill.given.get(inject.number)
        if given is None or given.answered_at is not None or not _answers(inject, payload):
            continue
        how = "task" if isinstance(payload, TaskAnswered) else "fact"
        answered = InjectAnswered(inject.number, course.member(draft.actor), how, _late(course, given))
        course.add(answered, _for(changed(draft.actor, standing_in_for=None), given))


def _answers(inject: PlannedInject, payload: TaskAnswered | FactSet) -> bool:
    """A task by its answer; a fact that the inject asks for (it names no value of its own) by being reported."""
    if isinstance(payload, TaskAnswered):
        return inject.task == payload.task
    return inject.value is None and inject.fact == payload.fact
