"""A year of the sample company: a calendar as large as the shipped one, and what became of it by December."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

from bot.domain.drill import Drill, DrillType
from bot.domain.duty import Duty, DutyCalendar, DutyKind, Every, Schedule
from bot.domain.ids import DrillId, DutyId, PlaybookId, RoleId
from bot.domain.programme import Programme
from bot.schedules import due_times
from bot.store.occurrences import OccurrenceRow, RowState, keep
from bot.store.work import Work
from bot.text import Words
from tests.web.town import Town

ZONE = ZoneInfo("Asia/Shanghai")
DECEMBER = datetime(2026, 12, 10, 2, 0, tzinfo=UTC)
"""Ten in the morning of a Thursday in Shanghai."""
REFRESHED = (
    "general_manager", "factory_manager", "command_group", "scribe", "production", "shift_leader", "technical",
    "electrician", "office", "it_engineer", "security", "sales_service", "purchasing", "quality_control",
    "materials_control", "warehouse", "human_resources", "technical_service",
)  # fmt: skip
MONTHLY, QUARTERLY, HALF_YEARLY, YEARLY = 1, 3, 6, 12
ENTRIES: tuple[tuple[str, DutyKind, str, str, int, tuple[int, int, int], str, tuple[str, ...]], ...] = (
    ("leading-group", "meeting", "应急领导小组年度会议", "Leading group: yearly meeting",
     YEARLY, (3, 10, 9), "general_manager", ("P1",)),
    ("working-group", "meeting", "应急工作小组半年会议", "Working group: half-yearly meeting",
     HALF_YEARLY, (1, 15, 9), "enterprise_management", ("P2",)),
    ("plan-revision", "plan", "应急预案年度修订", "Yearly revision of the plans",
     YEARLY, (11, 30, 17), "enterprise_management", ("P3",)),
    ("risk-assessment", "risk", "年度风险评估", "Yearly risk assessment",
     YEARLY, (10, 31, 17), "enterprise_management", ("P5",)),
    ("backup", "backup", "重要资料月度备份", "Monthly backup of important records",
     MONTHLY, (1, 31, 17), "it_engineer", ("G21",)),
    ("facilities", "inspection", "消防与疏散设施月度检查", "Monthly inspection: fire and escape facilities",
     MONTHLY, (1, 25, 17), "security", ("G13",)),
    ("stores", "stores", "应急物资季度检查", "Quarterly check of emergency stores",
     QUARTERLY, (3, 20, 17), "warehouse", ("P7",)),
    ("contacts", "contacts", "应急通讯录季度核对", "Quarterly check of contact data",
     QUARTERLY, (3, 25, 17), "office", ("G6", "G7")),
    ("fire-drill", "drill", "年度消防演练", "Yearly fire drill",
     YEARLY, (11, 9, 14), "office", ("G13", "P4")),
    ("chemical-spill-drill", "drill", "年度化学品泄漏演练", "Yearly chemical spill drill",
     YEARLY, (12, 21, 15), "office", ("G13", "P4")),
    ("utility-drill", "drill", "半年停电现场处置演练", "Half-yearly on-site drill: power failure",
     HALF_YEARLY, (6, 18, 15), "technical", ("G12", "P4")),
    ("it-drill", "drill", "年度信息系统桌面演练", "Yearly tabletop: IT failure",
     YEARLY, (9, 15, 10), "it_engineer", ("G21", "P4")),
)  # fmt: skip
DRILLS: tuple[tuple[str, str, str, DrillType], ...] = (
    ("fire-drill", "三号车间火灾", "Fire in workshop 3", "comprehensive"),
    ("chemical-spill-drill", "溶剂泄漏", "Solvent spill", "comprehensive"),
    ("utility-drill", "全厂停电", "Power failure of the whole plant", "single"),
    ("it-drill", "服务器故障超过8小时", "Servers down for more than 8 hours", "tabletop"),
)


def duty(
    id_: str,
    kind: DutyKind,
    zh: str,
    en: str,
    months: int,
    first: tuple[int, int, int],
    owner: str,
    covers: tuple[str, ...],
) -> Duty:
    """One entry of the calendar."""
    month, day, hour = first
    schedule = Schedule(Every(months, "month", datetime(2026, month, day, hour)), "Asia/Shanghai")  # noqa: DTZ001  wall time
    return Duty(
        id=DutyId(id_),
        kind=kind,
        title=Words(zh, en),
        task=Words(zh, en),
        schedule=schedule,
        owner=RoleId(owner),
        approve=RoleId("general_manager"),
        covers=covers,
        drill=DrillId(id_) if kind == "drill" else None,
    )


def drill(id_: str, zh: str, en: str, type_: DrillType) -> Drill:
    """One drill; the one of chemicals comes unannounced."""
    return Drill(
        id=DrillId(id_),
        playbook=PlaybookId("fire"),
        title=Words(zh, en),
        scenario=Words(zh, en),
        objectives=(),
        type=type_,
        place="workshop_3",
        organiser=RoleId("office"),
        safety=RoleId("security"),
        stop_word=Words("停止演练", "Stop drill"),
        participants=(),
        injects=(),
        hidden_within=timedelta(days=14) if id_.startswith("chemical") else None,
    )


def a_programme() -> Programme:
    """Everything of the year."""
    duties = [duty(*entry) for entry in ENTRIES] + [
        duty(f"refresher-{role}", "training", f"岗位复训：{role}", f"Refresher: {role}", 12, (5, 20, 17), role, ("P8",))
        for role in REFRESHED
    ]
    drills = {DrillId(id_): drill(id_, zh, en, type_) for id_, zh, en, type_ in DRILLS}
    return Programme(drills, DutyCalendar({each.id: each for each in duties}))


def rows_of(programme: Programme, now: datetime, *, idle: bool = False) -> Iterator[OccurrenceRow]:
    """What was due by now: most of it done, each fifth late, each ninth missed.

    idle: nothing at all was done, and the last time of each is overdue (named open, without a record, to be quick).
    """
    begins = datetime(now.astimezone(ZONE).year, 1, 1, tzinfo=ZONE).astimezone(UTC) - timedelta(seconds=1)
    number = 0
    for each in programme.calendar.duties.values():
        due = tuple(takewhile(lambda at: at < now, due_times(each.schedule, begins)))
        for due_at in due:
            number += 1
            state: RowState = "missed" if number % 9 == 0 else "late" if number % 5 == 0 else "done"
            if idle:
                state = "open" if due_at == due[-1] else "missed"
            ended_at = None if state == "open" else due_at + timedelta(days=8 if state == "late" else -1)
            yield OccurrenceRow(each.id, due_at, due_at - timedelta(days=14), None, state, None, each.kind, ended_at)


async def lived(town: Town, programme: Programme, rows: Iterable[OccurrenceRow] = ()) -> None:
    """The house has this calendar and these rows of it; what is due by now is opened as ever."""
    town.app.house.programme = programme
    kept = tuple(rows)

    async def write(work: Work) -> None:
        for row in kept:
            keep(work, row)
        work.ring("duties")

    await town.app.store.write(write)
    await town.quiet()
