"""A drill of the small plant: who runs it, its injects, and how it is begun and ended in a story."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Literal

from bot.domain.commands_drill import EndDrill, NextInject, PauseDrill, ResumeDrill
from bot.domain.drill import Drill, Inject
from bot.domain.drill_plan import starting
from bot.domain.entries import Payload
from bot.domain.entries_drill import DrillStarted
from bot.domain.event import Event
from bot.domain.ids import DrillId, EventId, FactId, FileId, PersonId, PlaybookId, RoleId, TaskId
from bot.domain.measures import Measures
from bot.domain.setting import Setting
from bot.domain.state import DrillState, GivenInject
from bot.domain.timers import timers
from bot.text import Words
from tests.domain.plant import COMPANY, MINUTE, PLAYBOOK, SETTING, Story, actor

LIVE_EVENT = EventId("EV-2026-0008")
PHOTOS = {"smoke.png": FileId("cd" * 32)}


def inject(
    at: timedelta, to: str = "sales", *, within: timedelta = 4 * MINUTE, task: str | None = None,
    fact: str | None = None, value: str | int | None = None, photo: str | None = None,
) -> Inject:  # fmt: skip
    """Something the participants learn; four minutes to answer it."""
    return Inject(
        at=at,
        to=RoleId(to),
        text=Words("模拟：烟更大了", "Simulated: more smoke"),
        expects=Words("撤离", "Leaves"),
        within=within,
        fact=None if fact is None else FactId(fact),
        value=value,
        photo=photo,
        task=None if task is None else TaskId(task),
    )


DRILL = Drill(
    id=DrillId("outage-drill"),
    playbook=PlaybookId("utility-outage"),
    title=Words("停电综合演练", "Outage drill"),
    scenario=Words("模拟：全厂停电", "Simulated: the plant has no power"),
    objectives=(Words("五分钟内全员收到", "Everybody answers within five minutes"),),
    type="comprehensive",
    place="w3",
    organiser=RoleId("office"),
    safety=RoleId("production"),
    stop_word=Words("停止演练", "STOP THE DRILL"),
    participants=(),
    injects=(
        inject(10 * MINUTE, photo="smoke.png"),
        inject(20 * MINUTE, "production", task="repair"),
        inject(30 * MINUTE, "office", fact="repair_hours", value=10),
    ),
)
"""Wei of the office runs it, Sun of production watches over safety."""


def plan(drill: Drill = DRILL, organiser: str = "wei") -> DrillStarted:
    """What the record of a drill keeps at STARTEX."""
    return starting(drill, PLAYBOOK, COMPANY, organiser=actor(organiser), photos=PHOTOS)


def drilled(
    *,
    speed: float = 1.0,
    injects: Iterable[Inject] | None = None,
    absent: Iterable[str] = (),
    setting: Setting = SETTING,
) -> Story:
    """A drill that has just started."""
    drill = replace(DRILL, absent=tuple(map(PersonId, absent)), clock_speed=speed)
    if injects is not None:
        drill = replace(drill, injects=tuple(injects))
    story = Story(setting)
    story.opens(actor("wei"), kind="drill", clock_speed=speed, starting=plan(drill), confirmed=False)
    return story


def state(story: Story) -> DrillState:
    """What is true of the drill."""
    assert story.event.drill is not None
    return story.event.drill


def given(story: Story, number: int) -> GivenInject:
    """An inject as it stands."""
    return state(story).given[number]


def pauses(story: Story, by: str = "wei") -> list[Payload]:
    """The drill halts."""
    return story.does(PauseDrill(actor(by)))


def resumes(story: Story, by: str = "wei") -> list[Payload]:
    """It goes on."""
    return story.does(ResumeDrill(actor(by)))


def halts(story: Story, span: timedelta) -> None:
    """It halts for a while."""
    pauses(story)
    story.passes(span)
    resumes(story)


def next_one(story: Story, by: str = "wei") -> list[Payload]:
    """The next inject, by hand."""
    return story.does(NextInject(actor(by)))


def ends(story: Story, by: str = "wei", why: Literal["ended", "real"] = "ended") -> list[Payload]:
    """ENDEX, or a real emergency."""
    live = LIVE_EVENT if why == "real" else None
    return story.does(EndDrill(actor(by), why, tuple(story.record), live))


def measured(story: Story) -> Measures:
    """What was measured at ENDEX."""
    measures = state(story).measures
    assert measures is not None
    return measures


def sound_drill(event: Event, drill: DrillState) -> None:
    """What is true of every drill at any time."""
    assert event.kind == "drill"
    assert drill.running or timers(event) == frozenset()
    assert event.status not in ("false_alarm", "merged")
    assert set(drill.given) <= {inject.number for inject in drill.injects}
    assert (drill.ended_at is None) == (drill.why_ended is None) == (drill.measures is None)
    assert drill.ended_at is None or event.status in ("stood_down", "closed")
    assert event.status != "closed" or drill.ended_at is not None
    assert drill.said <= {each.person for each in drill.asked}
    for each in drill.given.values():
        assert (each.status == "answered") == (each.answered_at is not None)
    if drill.measures is not None:
        make_sense(drill.measures)


def make_sense(measures: Measures) -> None:
    """First before half before all; nobody answered who was not asked; nothing took longer than the drill."""
    assert measures.answered <= len(measures.posts)
    reached = [each for each in (measures.first, measures.half, measures.ninety, measures.all) if each is not None]
    assert reached == sorted(reached)
    assert reached == [] or reached[-1] <= measures.lasted
    assert (measures.all is not None) == (measures.answered == len(measures.posts) > 0)
    assert (measures.first is not None) == (measures.answered > 0)
    assert not {each.person for each in measures.silent} & {each.by.person for each in measures.posts if each.by}
    for post in measures.posts:
        assert post.answered_after is None or 0 <= post.asked_after + post.answered_after <= measures.lasted
    for task in measures.tasks:
        assert task.finished_after is None or 0 <= (task.acknowledged_after or 0) <= task.finished_after
    for inject in measures.injects:
        assert inject.answered_after is None or 0 <= inject.answered_after <= measures.lasted
