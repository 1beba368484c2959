"""A duty as a playbook of one task, so that acknowledging, escalating and being late are the same code as a task's."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.duty import Duty
from bot.domain.ids import LevelId, PlaybookId, TaskId
from bot.domain.playbook import PlannedTask, Playbook, PlaybookVersion, Review
from bot.text import Words

THE_TASK = TaskId("duty")


def plan_of(duty: Duty, finish_for: timedelta) -> PlaybookVersion:
    """The playbook that an occurrence opens with; `finish_for` from its opening until it is due."""
    task = PlannedTask(
        id=THE_TASK,
        role=duty.owner,
        phase="response",
        text=duty.task,
        acknowledge_for=duty.acknowledge_for,
        finish_for=max(finish_for, timedelta(0)),
        evidence=duty.evidence,
        covers=duty.covers,
    )
    playbook = Playbook(
        id=PlaybookId(f"duty:{duty.id}"),
        title=duty.title,
        covers=duty.covers,
        owner=duty.owner,
        commander=duty.approve,
        level=LevelId(""),
        tile="other",
        opens="response",
        first_call=(duty.owner,),
        report=(),
        tasks=(task,),
        rules=(),
        all_clear=(),
        review=Review(duty.owner, timedelta(days=1), duty.approve),
        at_once=Words("", ""),
    )
    return PlaybookVersion(playbook, f"duty:{duty.id}:{duty.digest}:{finish_for.total_seconds():.0f}", "", "")
