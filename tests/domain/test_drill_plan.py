"""What a drill's record keeps at STARTEX, and what stops a drill before it starts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.drill_plan import starting
from bot.domain.ids import EventId, PersonId, PlaybookId, RoleId
from tests.domain.drills import DRILL, PHOTOS, inject, plan
from tests.domain.plant import COMPANY, MINUTE, PLAYBOOK, actor, refused


def test_every_name_is_resolved() -> None:
    started = plan()
    assert (started.drill, started.announced, started.organiser.person) == (DRILL.id, True, "wei")
    assert started.safety is not None
    assert started.safety.name.en == "Sun Ping"
    assert [ref.name.en for ref in started.participants] == ["office", "production", "sales", "technical"]
    first, second, third = started.injects
    assert (first.number, first.at, first.within, first.photo) == (1, 600, 240, PHOTOS["smoke.png"])
    assert (second.role_name.zh, second.task) == ("岗位production", "repair")
    assert (third.fact, third.value) == ("repair_hours", 10)


def test_a_hidden_hour_a_duty_and_those_who_take_part() -> None:
    drill = replace(
        DRILL,
        hidden_within=timedelta(days=7),
        participants=(RoleId("sales"), RoleId("affected_head"), RoleId("production")),
    )
    duty = EventId("DU-2026-0001")
    started = starting(drill, PLAYBOOK, COMPANY, organiser=actor("lin"), photos=PHOTOS, duty=duty)
    assert not started.announced
    assert started.duty == duty
    assert [ref.id for ref in started.participants] == ["sales", "production"]


def test_whoever_watches_over_safety_is_not_played_as_absent() -> None:
    started = plan(replace(DRILL, absent=(PersonId("sun"),)))
    assert started.safety is not None
    assert started.safety.person == "he"
    assert [each.name.en for each in started.played_absent] == ["Sun Ping"]
    assert plan(replace(DRILL, safety=RoleId("technical"))).safety is None


def test_whoever_watches_over_safety_is_there() -> None:
    started = starting(DRILL, PLAYBOOK, COMPANY, organiser=actor("wei"), photos=PHOTOS, away={PersonId("sun"): None})
    assert started.safety is not None
    assert started.safety.person == "he"


@pytest.mark.parametrize("speed", [0.0, -1.0, 0.5, 1e6, float("inf"), float("nan")])
def test_a_clock_that_stands_still_or_runs_away(speed: float) -> None:
    with refused("refused.drill.speed"):
        plan(replace(DRILL, clock_speed=speed))


def test_a_playbook_or_a_place_that_is_not_there() -> None:
    with refused("refused.drill.no_playbook"):
        plan(replace(DRILL, playbook=PlaybookId("flood")))
    with refused("refused.drill.no_playbook"):
        starting(DRILL, None, COMPANY, organiser=actor("wei"), photos=PHOTOS)
    with refused("refused.drill.no_place"):
        plan(replace(DRILL, place="the moon"))


def test_people_and_roles_that_are_not_there() -> None:
    with refused("refused.drill.nobody"):
        plan(replace(DRILL, injects=(inject(MINUTE, "technical"),)))
    for drill in (
        replace(DRILL, injects=(inject(MINUTE, "kitchen"),)),
        replace(DRILL, safety=RoleId("kitchen")),
        replace(DRILL, participants=(RoleId("kitchen"),)),
    ):
        with refused("refused.drill.no_role"):
            plan(drill)
    with refused("refused.drill.no_person"):
        plan(replace(DRILL, absent=(PersonId("nobody"),)))


def test_injects_that_do_not_fit_the_playbook() -> None:
    for wrong, key in (
        (inject(MINUTE, photo="gone.png"), "no_photo"),
        (inject(MINUTE, task="sing"), "no_task"),
        (inject(MINUTE, fact="weather"), "no_fact"),
        (inject(MINUTE, fact="stage", value="over"), "no_fact"),
        (inject(MINUTE, fact="repair_hours", value="soon"), "no_fact"),
        (inject(-MINUTE), "no_inject_time"),
        (inject(MINUTE, within=timedelta(0)), "no_inject_time"),
    ):
        with refused(f"refused.drill.{key}"):
            plan(replace(DRILL, injects=(wrong,)))


def test_an_inject_may_ask_for_a_fact() -> None:
    (asks,) = plan(replace(DRILL, injects=(inject(MINUTE, fact="orders"),))).injects
    assert (asks.fact, asks.value) == ("orders", None)
