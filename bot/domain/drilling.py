"""The rules of a drill: start, pause, injects, end (P4, practice.md "A good drill")."""

from __future__ import annotations

from bot.domain.commands import AnswerHotWash, AnswerInject, Due, EndDrill, NextInject, PauseDrill, ResumeDrill
from bot.domain.course import Course

DrillCommand = PauseDrill | ResumeDrill | NextInject | AnswerInject | EndDrill | AnswerHotWash


def decide_drill(course: Course, command: DrillCommand) -> None:
    """Carry out what somebody asked of a drill. Raises Refused where the event is none, or has ended."""
    raise NotImplementedError(type(command).__name__, course.event.id)


def inject_due(course: Course, command: Due) -> None:
    """An inject is to be given, or its time to answer is over (steps `inject:3`, `missed:3`)."""
    raise NotImplementedError(command.step, course.event.id)
