"""After every event the responsible department sums up and its leader approves (G22)."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.course import Course
from bot.domain.ids import RoleId, TaskId
from bot.domain.playbook import Evidence, PlannedTask
from bot.domain.release import enter, release
from bot.text import Words

REVIEW = TaskId("review")
REVIEW_APPROVE = TaskId("review-approve")
APPROVE, SEND_BACK = "approve", "send_back"
ACKNOWLEDGE_FOR = timedelta(days=1)


def ask_review(course: Course) -> None:
    """Ask whoever the playbook names for the review."""
    plan, words = course.setting.playbook.review, course.setting.review
    _ask(course, REVIEW, plan.by, words.task, Evidence("text"))


def after_done(course: Course, task: TaskId) -> None:
    """A review goes to approval; sent back it is asked for again. The last recovery task opens the review phase."""
    if task == REVIEW:
        plan, words = course.setting.playbook.review, course.setting.review
        choices = {APPROVE: words.approve, SEND_BACK: words.send_back}
        _ask(course, REVIEW_APPROVE, plan.approve, words.approve_task, Evidence("choice", choices=choices))
    elif task == REVIEW_APPROVE and course.event.tasks[task].given[-1].value == SEND_BACK:
        ask_review(course)
    if course.event.status == "stood_down" and not _unfinished(course):
        enter(course, "review")


def _unfinished(course: Course) -> bool:
    return any(task.open and task.phase != "review" for task in course.event.tasks.values())


def _ask(course: Course, task: TaskId, role: RoleId, words: Words, evidence: Evidence) -> None:
    within = course.setting.playbook.review.within
    planned = PlannedTask(
        id=task,
        role=role,
        phase="review",
        text=words,
        acknowledge_for=min(ACKNOWLEDGE_FOR, within / 2),
        finish_for=within,
        evidence=evidence,
    )
    release(course, planned, "standdown")
