"""Whether a drill went better than the last one of its playbook, figure by figure."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Literal

from bot.domain.measures import Measures, TaskMeasure

Figure = Literal["first", "half", "ninety", "all", "command", "posts", "tasks", "injects", "silent", "deliveries"]
Verdict = Literal["better", "worse", "same"]
CLOSE = 1.0
"""Seconds within which two times are the same."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One figure of the last drill and of this one. Times in seconds (None: it never came to that), shares of 1."""

    figure: Figure
    before: float | None
    now: float | None
    verdict: Verdict


def compare(now: Measures, before: Measures) -> dict[Figure, Compared]:
    """Every figure that both drills have: a drill without injects says nothing about injects."""
    times: dict[Figure, tuple[float | None, float | None]] = {
        "first": (before.first, now.first),
        "half": (before.half, now.half),
        "ninety": (before.ninety, now.ninety),
        "all": (before.all, now.all),
        "command": (before.command_after, now.command_after),
    }
    shares: dict[Figure, tuple[float | None, float | None]] = {
        "posts": (_share(len(before.posts) - before.answered, len(before.posts)),
                  _share(len(now.posts) - now.answered, len(now.posts))),
        "tasks": (_share(len(late_tasks(before)), len(before.tasks)), _share(len(late_tasks(now)), len(now.tasks))),
        "injects": (_not_in_time(before), _not_in_time(now)),
        "silent": (float(len(before.silent)), float(len(now.silent))),
        "deliveries": (float(before.deliveries_failed), float(now.deliveries_failed)),
    }  # fmt: skip
    compared: dict[Figure, Compared] = {}
    for name, (was, is_) in times.items():
        compared[name] = Compared(name, was, is_, _verdict(was, is_, CLOSE))
    for name, (was, is_) in shares.items():
        if was is not None and is_ is not None:
            compared[name] = Compared(name, was, is_, _verdict(was, is_, 0))
    return compared


def late_tasks(measures: Measures) -> tuple[TaskMeasure, ...]:
    """The tasks whose limits passed before they were answered or finished, or at ENDEX still were not."""
    return tuple(task for task in measures.tasks if _is_late(task, measures.lasted - task.asked_after))


def _is_late(task: TaskMeasure, had: float) -> bool:
    """`had`: seconds from its release to ENDEX."""
    answered = had if task.acknowledged_after is None else task.acknowledged_after
    finished = had if task.finished_after is None else task.finished_after
    return answered > task.acknowledge_limit or finished > task.finish_limit


def _not_in_time(measures: Measures) -> float | None:
    return _share(sum(not inject.in_time for inject in measures.injects), len(measures.injects))


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _verdict(before: float | None, now: float | None, close: float) -> Verdict:
    """Less is better in every figure; what never came about is the worst."""
    was, is_ = inf if before is None else before, inf if now is None else now
    if was == is_ or abs(is_ - was) <= close:
        return "same"
    return "better" if is_ < was else "worse"
