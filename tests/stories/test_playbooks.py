"""One story for each playbook: from the report to the sealed record, every task answered with its evidence.

Each is told over one real platform, in turn: what differs from playbook to playbook is whether its cards and forms fit
there. Every way an event may go is walked in tests/playbooks, without a platform.
"""

from __future__ import annotations

from itertools import cycle
from typing import TYPE_CHECKING

import pytest

from bot.domain.ids import PlaybookId
from bot.domain.permissions import is_head
from bot.plays.stage import Gives
from tests.stories.town import COMMAND, sample
from tests.stories.ways import EVERY, marks

if TYPE_CHECKING:
    from bot.chat.card import Button
    from bot.domain.event import Event, Task
    from tests.stories.town import Somebody, Town

pytestmark = pytest.mark.uncounted

PLAYBOOKS = sorted(sample()[1])
MOST_ROUNDS = 40


@pytest.mark.on
@pytest.mark.parametrize(
    ("playbook", "way"),
    [pytest.param(each, way, marks=list(marks(way, "sqlite"))) for each, way in zip(PLAYBOOKS, cycle(EVERY[1:]))],
)
async def test_from_the_report_to_the_sealed_record(playbook: str, town: Town) -> None:
    (reporter,) = town.people("xu")
    title = town.playbooks[PlaybookId(playbook)].playbook.title.zh
    (await reporter.says(f"/报险情 {title} 3号车间")).says("EV-2026-0001")
    assert (await town.event()).playbook == playbook
    commander = town.person((await town.event()).chain[0].person)
    await commander.presses("command.take", on=COMMAND)

    await do_what_is_asked(town)
    while (enter := phase_button(town)) is not None:
        (await commander.presses_button(enter, town.command.id)).kept()
        await do_what_is_asked(town)

    await commander.presses("standdown.ask", on=COMMAND)
    await all_clear(town)
    (await commander.presses("standdown.confirm", on=COMMAND)).kept()
    await do_what_is_asked(town)
    (await commander.presses("event.close", on=COMMAND)).kept().says("sealed")

    event = await town.event()
    assert event.status == "closed"
    assert all(not task.open for task in event.tasks.values())
    assert (await town.record())[-1].payload.kind in ("event.closed", "message.sent")
    town.command.reads("command", "实施记录")


def phase_button(town: Town) -> Button | None:
    """The next phase, where the command card offers one."""
    buttons = town.command.card("command").buttons
    return next((button for button in buttons if button.action == "phase.enter"), None)


async def do_what_is_asked(town: Town) -> None:
    """Answer every open task until nothing more follows."""
    for _ in range(MOST_ROUNDS):
        event = await town.event()
        todo = [task for task in event.tasks.values() if task.open]
        for task in todo:
            await do(town, event, task)
        if not todo:
            return
    pytest.fail("tasks are released over and over")


async def do(town: Town, event: Event, task: Task) -> None:
    """One task, by whoever was called for it."""
    somebody = called(town, event, task)
    answered = await somebody.presses("task.done", on=task.department, task=task.id, gives=await evidence(town, task))
    answered.kept().says("Recorded")


def called(town: Town, event: Event, task: Task) -> Somebody:
    """The first of the chain; whoever leads, where the chain is empty."""
    if task.chain:
        return town.person(task.chain[0].person)
    assert event.command.holder is not None
    return town.person(event.command.holder.person)


async def evidence(town: Town, task: Task) -> Gives:
    """What the task wants, as somebody would give it."""
    match None if task.evidence is None else task.evidence.kind:
        case "number":
            return Gives(value="9")
        case "choice":
            assert task.evidence is not None
            assert task.evidence.choices
            return Gives(value=next(iter(task.evidence.choices)))
        case "photo" | "file":
            return Gives(file=await town.photo())
        case "text" | None:
            return Gives(value="已办好")


async def all_clear(town: Town) -> None:
    """Each department that is asked confirms by its head."""
    event = await town.event()
    for department in event.clear_from:
        head = town.house.company.departments[department].head
        somebody = town.person(town.house.company.roles[head].holders[0])
        assert is_head(somebody.id, town.house.company, department)
        (await somebody.presses("standdown.clear", on=department)).kept()
