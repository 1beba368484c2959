"""Who reports in a hurry says where it is afterwards. It goes to the record as part of the report, whoever reported."""

from __future__ import annotations

from datetime import datetime

from bot.domain.course import Course
from bot.domain.entries import Draft
from bot.domain.event import Event
from bot.domain.facts import placed, reported_fact
from bot.domain.parties import Actor
from bot.domain.playbook import PLACE
from bot.domain.release import settle
from bot.domain.setting import Setting


def told_where(event: Event, by: Actor, place: str, setting: Setting, now: datetime) -> tuple[Draft, ...]:
    """The place of an event that was reported without one; once it is known, only those in charge change it."""
    if not place.strip() or event.over or PLACE in event.facts:
        return ()
    course = Course(event, setting, now)
    course.add(placed(setting.company, reported_fact(setting.playbook, PLACE, place.strip())), by)
    settle(course, "rule")
    return tuple(course.drafts)
