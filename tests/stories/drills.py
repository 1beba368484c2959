"""Drills for the stories: the company's own as shipped, and some that a story needs, in force in a town."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from bot.domain.drill import Drill
from bot.domain.ids import DrillId, FactId, PlaybookId, RoleId
from bot.domain.programme import Programme
from bot.files.drills import load_drills
from bot.files.yaml_source import Shelf
from bot.plays.stage import Gives
from bot.services.drill_photos import with_photos
from bot.text import Words
from tests.stories.town import ROOT, sample

if TYPE_CHECKING:
    from bot.chat.card import Button
    from bot.domain.ids import EventId
    from bot.domain.state import DrillState
    from tests.stories.town import Answered, Somebody, Town

FIRE, IT = DrillId("fire-drill"), DrillId("it-failure-drill")


@cache
def shipped() -> Programme:
    """The drills of the sample company; what its calendar owes is another story."""
    settings, playbooks = sample()
    read = load_drills(ROOT / "playbooks", settings, playbooks, Shelf())
    drills = {loaded.id: loaded.drill for loaded in read if loaded.drill is not None}
    return Programme(drills, folder=ROOT / "playbooks" / "drills")


def small(name: str, playbook: str = "it-failure", *roles: str, organiser: str = "it_engineer") -> Drill:
    """A drill without injects."""
    return Drill(
        id=DrillId(name),
        playbook=PlaybookId(playbook),
        title=Words(f"小演练{name}", f"Small drill {name}"),
        scenario=Words("模拟：网络不通。", "Simulated: the network is down."),
        objectives=(Words("会用纸质单据。", "Paper forms work."),),
        type="single",
        place="workshop_1",
        organiser=RoleId(organiser),
        safety=RoleId("security"),
        stop_word=Words("停止演练", "STOP THE DRILL"),
        participants=tuple(RoleId(role) for role in roles),
        injects=(),
        lasts=timedelta(minutes=30),
        facts=((FactId("trouble"), "network"),) if playbook == "it-failure" else (),
    )


async def plans(town: Town, *more: Drill) -> None:
    """These drills can be held, with those that are shipped."""
    known = shipped()
    every = {**known.drills, **{drill.id: drill for drill in more}}
    town.programme = await with_photos(town.store.files, replace(known, drills=every))
    await town.restart()


SURE = Gives(more={"beside": "no"})
"""The second look is answered; beside a real event nothing is to start."""
ALL_THE_SAME = Gives(more={"beside": "yes"})


async def starts(somebody: Somebody, drill: str, speed: str = "", gives: Gives = SURE) -> Answered:
    """Say so, and confirm it."""
    return await somebody.says(f"/drill start {drill} {speed}".strip(), gives=gives)


async def drill_of(town: Town, number: EventId | None = None) -> DrillState:
    """The drill as it stands."""
    drill = (await town.event(number)).drill
    assert drill is not None
    return drill


def button(somebody: Somebody, action: str, number: EventId | None = None, target: str = "") -> Button:
    """The newest button of an action in somebody's direct messages."""
    for message in reversed(somebody.direct.messages):
        for each in message.card.buttons:
            fits = (number is None or each.event == number) and (not target or each.target == target)
            if each.action == action and fits:
                return each
    raise AssertionError(f"no {action} for {somebody.id}")
