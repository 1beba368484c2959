"""The rules of a duty: announced, put off with somebody's agreement, done, missed."""

from __future__ import annotations

from bot.domain.commands import DecidePostpone, Due, EndDuty, NoteDrill, Postpone
from bot.domain.course import Course

DutyCommand = Postpone | DecidePostpone | NoteDrill | EndDuty


def decide_duty(course: Course, command: DutyCommand) -> None:
    """Carry out what somebody, or the house, asked of a duty. Raises Refused where the event is none."""
    raise NotImplementedError(type(command).__name__, course.event.id)


def duty_due(course: Course, command: Due) -> None:
    """A notice is due, or what was done is settled (steps `notice:604800`, `done`)."""
    raise NotImplementedError(command.step, course.event.id)
