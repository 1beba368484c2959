"""A drill and a duty with everything their records must show: late, never, taken over, quotes, markup, a photo."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from bot.domain import entries as e
from bot.domain.entries_drill import PlannedInject
from bot.domain.ids import DrillId, DutyId, EventId, LevelId, PlaybookId, RoleId, TaskId
from bot.domain.measures import InjectMeasure, Measures, PostMeasure, TaskMeasure, TookOver
from bot.domain.parties import RoleRef
from bot.domain.playbook import Evidence
from bot.text import Words
from tests.exports import sample
from tests.exports.sample import BEGAN, GUO, LIN, PHOTO, TASK, WEI, by

DRILL = EventId("DR-2026-0001")
DUTY = EventId("DU-2026-0003")
QUOTE = "广播在仓库北侧听不清 <b>loud</b> | 2 min"
COUNT = TaskId("count-heads")


def planned() -> tuple[PlannedInject, ...]:
    """Two injects, one for somebody who is there."""
    return (
        PlannedInject(
            1, 120, RoleId("purchasing"), Words("采购部部长", "Head of Purchasing"),
            Words("模拟：烟压到头顶。", "Simulated: smoke is overhead."),
            Words("带人撤离。", "Leads everyone out."), 180,
        ),
        PlannedInject(
            2, 600, RoleId("security"), Words("安全员", "Safety officer"),
            Words("模拟：少1人。", "Simulated: one is missing."), Words("报总指挥。", "Tells the commander."), 180,
        ),
    )  # fmt: skip


def started() -> e.DrillStarted:
    """STARTEX."""
    return e.DrillStarted(
        drill=DrillId("fire-drill"),
        digest="cd" * 32,
        title=Words("2号仓库火灾演练", "Fire drill, Warehouse 2"),
        scenario=Words("模拟：包装材料起火。\n不动明火。", "Simulated: packaging burns.\nNo flames."),
        objectives=(Words("15分钟内到达集合点。", "At the assembly point within 15 minutes."),),
        drill_type="comprehensive",
        announced=True,
        organiser=GUO,
        safety=LIN,
        stop_word=Words("停止演练", "STOP THE DRILL"),
        participants=(RoleRef(RoleId("purchasing"), Words("采购部部长", "Head of Purchasing")),),
        injects=planned(),
        played_absent=(sample.member("chen", "陈建国", "Chen Jianguo"),),
        duty=DUTY,
    )


def measures(*, slower: float = 1.0) -> Measures:
    """Figures with everything in them; `slower` for a drill that went worse."""
    tasks = tuple(
        TaskMeasure(
            TaskId(f"t{number}"),
            Words(f"第{number}项：告诉消防员附近化学品种类和数量，安全时移开。",
                  f"No. {number}: tell the firefighters which chemicals are near and how much; move them if safe."),
            Words("采购部", "Purchasing"),
            None if number == 5 else 14.0 * number * slower,
            60.0,
            None if number in (3, 5) else 130.0 * number * slower,
            300.0 if number < 4 else 3600.0,
            None if number == 5 else WEI,
        )
        for number in range(1, 7)
    )  # fmt: skip
    posts = tuple(
        PostMeasure(
            RoleId(f"r{number}"),
            Words(f"第{number}岗位", f"Post {number}"),
            0.0 if number < 10 else 240.0,
            None if number == 11 else 4.0 * number * number * slower,
            None if number == 11 else WEI,
        )
        for number in range(1, 12)
    )
    injects = tuple(
        InjectMeasure(each.number, each.text, each.role_name, each.expects, took, each.within)
        for each, took in zip(planned(), (95.0, None), strict=True)
    )
    return Measures(
        lasted=1530.0, posts=posts, first=4.0 * slower, half=144.0 * slower, ninety=640.0 * slower, all=None,
        command_after=35.0, tasks=tasks, injects=injects, silent=(LIN,),
        took_over=(TookOver(WEI, LIN, Words("联系备用供应商。", "Call the reserve supplier.")),),
        deliveries=212, deliveries_failed=3,
    )  # fmt: skip


def drill_drafts() -> Iterator[tuple[float, e.Draft]]:
    """Every kind of entry that a drill has."""
    said = e.HotWashAnswered(WEI, worked="撤得快", failed=QUOTE, change="北侧加喇叭")
    again = e.HotWashAnswered(WEI, worked="撤得快，清点也快", failed=QUOTE, change="北侧加喇叭")
    yield 0, e.Draft(replace(sample.opened("drill"), event=DRILL), by(GUO))
    yield 0, e.Draft(started(), by(GUO))
    yield 1, e.Draft(e.CommandPassed(GUO, "opened"))
    yield 1, e.Draft(sample.released())
    yield 120, e.Draft(e.InjectGiven(1, (LIN, WEI), BEGAN + timedelta(seconds=300)))
    yield 130, e.Draft(e.DrillPaused(LIN), by(LIN))
    yield 190, e.Draft(e.DrillResumed(LIN, 60), by(LIN))
    yield 215, e.Draft(e.InjectAnswered(1, WEI, "press", written="已带人撤到B点"), by(WEI))
    yield 300, e.Draft(e.Escalated(TASK, 1, (WEI,), (LIN,), BEGAN + timedelta(minutes=10)))
    yield 400, e.Draft(e.TaskAnswered(TASK, "done", WEI), by(WEI))
    yield 600, e.Draft(e.InjectGiven(2, (), BEGAN + timedelta(seconds=780), by_hand=True), by(GUO))
    yield 780, e.Draft(e.InjectMissed(2))
    yield 900, e.Draft(e.InjectAnswered(2, WEI, "fact", late=True), by(WEI))
    yield 1530, e.Draft(e.DrillEnded("ended", GUO), by(GUO))
    yield 1530, e.Draft(e.DrillMeasured(measures()))
    yield 1530, e.Draft(e.HotWashAsked((GUO, LIN, WEI)))
    yield 1600, e.Draft(said, by(WEI))
    yield 1700, e.Draft(again, by(WEI))


def duty_drafts() -> Iterator[tuple[float, e.Draft]]:
    """A half-yearly inspection: announced, put off, refused once, done late with a photo."""
    day = 86400.0
    due = BEGAN + timedelta(days=14)
    opened = replace(
        sample.opened("duty"), event=DUTY, playbook=PlaybookId("duty:fire-points"), place=Words("", ""), clear_from=(),
        level=LevelId(""), level_name=Words("", ""), reporter=Words("", ""), how="calendar",
        title=Words("消防设施检查", "Inspection of fire equipment"),
    )  # fmt: skip
    task = replace(
        sample.released(), task=TaskId("duty"), finish_at=due, evidence=Evidence("photo"), covers=("G13", "P5"),
        text=Words("查全部灭火器和应急灯，写明结果。", "Check all extinguishers and lights. Note the result."),
    )  # fmt: skip
    yield 0, e.Draft(opened)
    yield 0, e.Draft(e.DutyOpened(DutyId("fire-points"), "inspection", due, (14 * day, day, 3600), 7 * day,
                                  ("G13", "P5"), (GUO,), skipped=(BEGAN - timedelta(days=180),), late=600))  # fmt: skip
    yield 0, e.Draft(e.CommandPassed(GUO, "opened"))
    yield 0, e.Draft(task)
    yield 2 * day, e.Draft(e.Escalated(TaskId("duty"), 1, (WEI,), (LIN,), None))
    yield 3 * day, e.Draft(e.TaskAnswered(TaskId("duty"), "acknowledge", WEI), by(WEI))
    yield 4 * day, e.Draft(e.PostponeAsked(due + timedelta(days=20), "检测单位没空", WEI, GUO), by(WEI))
    refused = e.PostponeDecided(agreed=False, until=due + timedelta(days=20), member=GUO, reason="太久")
    yield 5 * day, e.Draft(refused, by(GUO))
    yield 6 * day, e.Draft(e.PostponeAsked(due + timedelta(days=7), "检测单位周五来", WEI, GUO), by(WEI))
    yield 7 * day, e.Draft(e.PostponeDecided(agreed=True, until=due + timedelta(days=7), member=GUO), by(GUO))
    yield 20 * day, e.Draft(e.DutyNoticed(day))
    yield 21 * day, e.Draft(e.DutyNoticed(0))
    yield 22 * day, e.Draft(e.FileKept(PHOTO, "image/jpeg", 1234, WEI.name, TaskId("duty"), "点检表.jpg"), by(WEI))
    yield 22 * day, e.Draft(e.EvidenceGiven(TaskId("duty"), "photo", file=PHOTO), by(WEI))
    yield 22 * day, e.Draft(e.TaskAnswered(TaskId("duty"), "done", WEI), by(WEI))
    yield 22 * day + 60, e.Draft(e.DutyEnded("done", TaskId("duty"), done_late=day))
