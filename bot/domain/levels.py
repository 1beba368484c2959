"""Facts set by a person, the response level, the phase, and the confirmation of a stranger's report."""

from __future__ import annotations

from bot.domain.commands import ChangeLevel, ConfirmReport, EnterPhase, SetFact
from bot.domain.conditions import same_value
from bot.domain.course import Course
from bot.domain.entries_course import Confirmed, LevelChanged
from bot.domain.facts import placed, read_fact
from bot.domain.guard import require
from bot.domain.people import listed
from bot.domain.playbook import PHASES
from bot.domain.release import entered, settle
from bot.errors import Refused
from bot.text import text


def set_fact(course: Course, command: SetFact) -> None:
    """/fact name value: the rules are asked again."""
    require(course, command.by, "fact.set")
    said = placed(course.setting.company, read_fact(course.setting.playbook, command.fact, command.value))
    known = course.event.facts.get(command.fact)
    if known is not None and same_value(known.value, said.value):
        return
    course.add(said, command.by)
    settle(course, "rule")


def change_level(course: Course, command: ChangeLevel) -> None:
    """/level: raised freely by those who lead, lowered by the commander with a reason (P13)."""
    levels = course.setting.company.levels
    level = levels.get(command.level)
    if level is None:
        raise Refused(text("refused.no_level", levels=listed(each.name for each in levels.values())))
    before = levels.get(course.event.level)
    raised = before is None or level.severity >= before.severity
    require(course, command.by, "level.raise" if raised else "level.lower")
    if command.level == course.event.level:
        return
    reason = command.reason.strip()
    if not raised and not reason:
        raise Refused(text("refused.level_reason"))
    course.add(LevelChanged(level.id, level.name, raised, reason), command.by)


def enter_phase(course: Course, command: EnterPhase) -> None:
    """The event moves on; the tasks of the phase are asked for."""
    require(course, command.by, "phase.enter")
    event = course.event
    if command.phase == event.phase:
        return
    if command.phase == "review":
        raise Refused(text("refused.review_after_stand_down"))
    if PHASES.index(command.phase) < PHASES.index(event.phase):
        raise Refused(text("refused.phase_back"))
    course.add(entered(event, command.phase), command.by)
    settle(course, "phase")


def confirm_report(course: Course, command: ConfirmReport) -> None:
    """A stranger's report is true: everybody is called."""
    require(course, command.by, "event.confirm")
    if course.event.confirmed:
        return
    course.add(Confirmed(), command.by)
    settle(course, "opened")
