"""Every playbook is walked from report to close, with every answer the reporter can give and many others can."""

from __future__ import annotations

import pytest

from bot.domain.ids import FactId, TaskId
from tests.playbooks.shelf import KINDS, playbook
from tests.playbooks.walk import begin, reports

pytestmark = pytest.mark.uncounted

WALKS = 56
SEEDS = range(12)


@pytest.mark.parametrize("kind", KINDS)
def test_an_event_ends_closed_whatever_people_answer(kind: str) -> None:
    """No task is out of reach, and no card ever holds more than six that are still to be done."""
    plan = playbook(kind)
    reached: set[TaskId] = set()
    ways = reports(plan)
    for seed in range(WALKS):
        facts = ways[seed % len(ways)]
        walk = begin(plan, facts, seed)
        walk.time_passes((0, 1, 9, 50)[seed // len(ways) % 4])
        walk.works()
        walk.ends()
        assert walk.event.status == "closed"
        assert max(walk.most.values()) <= 6
        reached |= set(walk.event.tasks)
    assert {task.id for task in plan.tasks} - reached == set()


def test_delivery_stays_locked_until_the_verdict_is_good() -> None:
    """G18."""
    for seed in SEEDS:
        walk = begin(playbook("transport-damage"), (), seed)
        walk.works()
        verdict = walk.event.facts[FactId("verdict")].value
        assert (TaskId("deliver") in walk.event.tasks) == (verdict == "good")


def test_eight_hours_without_a_system_release_the_call_to_customers() -> None:
    """G21: time alone decides."""
    walk = begin(playbook("it-failure"), ())
    walk.time_passes(7.9)
    assert TaskId("tell-customers") not in walk.event.tasks
    walk.time_passes(0.2)
    assert TaskId("tell-customers") in walk.event.tasks


def test_a_missing_person_is_searched_for_at_once() -> None:
    """G8."""
    walks = [begin(playbook("fire"), (), seed) for seed in SEEDS]
    for walk in walks:
        walk.works()
        missing = walk.event.facts[FactId("missing")].value
        trapped = walk.event.facts[FactId("hurt")].value == "trapped"
        assert (TaskId("search") in walk.event.tasks) == (bool(missing) or trapped)
