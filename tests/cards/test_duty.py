"""A duty's card and what people are told about it, as they read it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from bot.cards.plain import SMS_EN, SMS_ZH, both, marked_head, plain
from bot.chat.card import Card
from bot.chat.effect import Outgoing, Post, Priority, ShowCard
from bot.domain.commands import GoAbsent, Open
from bot.domain.commands_duty import DecidePostpone, EndDuty, NoteDrill, Postpone
from bot.domain.commands_tasks import GiveTo
from bot.domain.decide import decide_open
from bot.domain.duty import Duty, Every, Schedule
from bot.domain.duty_plan import plan_of
from bot.domain.entries_duty import DutyOpened
from bot.domain.ids import COMMAND_GROUP, DrillId, DutyId, EventId, PersonId, RoleId, TaskId
from bot.domain.parties import SYSTEM
from bot.domain.people import members
from bot.domain.playbook import Evidence, PlaybookVersion
from bot.text import LANGUAGES, Words
from tests.cards.town import EVENT, NOW, Town, actor

DAY = 24 * 60
BACKUP = Duty(
    id=DutyId("backup"),
    kind="backup",
    title=Words("每月备份", "Monthly backup"),
    task=Words("备份系统，并试恢复一个文件。", "Back the systems up and restore one file."),
    schedule=Schedule(Every(1, "month", datetime(2026, 3, 19, 14)), "Asia/Shanghai"),  # noqa: DTZ001
    owner=RoleId("purchasing"),
    approve=RoleId("office"),
    covers=("G13", "P2"),
    evidence=Evidence("photo"),
)
DUE = NOW + timedelta(days=14)

AS_DRAWN = """\
例行工作 · 每月备份 · 应于2026-03-19 14:00前完成 · EV-2026-0007
备份系统，并试恢复一个文件。
○ 等待林晓答复
· 依据：G13、P2
· 完成时请附照片
―――
Duty · Monthly backup · due 2026-03-19 14:00 · EV-2026-0007
Back the systems up and restore one file.
○ Waiting for Lin Xiao to answer
· Owed under: G13, P2
· Please add a photo when it is done
14:00 · v"""


@dataclass
class Owed(Town):
    """A duty instead of an event; its number is the plant's only one."""

    duty: Duty = BACKUP
    plan: PlaybookVersion = field(init=False)

    def __post_init__(self) -> None:
        self.plan = plan_of(self.duty, DUE - NOW)

    @property
    def version(self) -> PlaybookVersion:
        return self.plan

    def asked(
        self,
        *,
        hour: timedelta | None = None,
        window: timedelta | None = None,
        away: tuple[str, ...] = (),
        late: float = 0,
    ) -> tuple[Outgoing, ...]:
        company = self.house.company
        opened = DutyOpened(
            duty=self.duty.id,
            duty_kind=self.duty.kind,
            due_at=DUE,
            notices=tuple(each.total_seconds() for each in self.duty.notices),
            grace=self.duty.grace.total_seconds(),
            covers=self.duty.covers,
            approvers=members(company, company.roles[self.duty.approve].holders),
            drill=self.duty.drill,
            hour_at=None if hour is None else DUE - hour,
            hidden=window is not None,
            window_from=None if window is None else DUE - window,
            late=late,
        )
        command = Open(
            by=SYSTEM, event=EVENT, event_kind="duty", place="", facts=(), how="calendar", began_at=self.now,
            confirmed=True, absent=tuple((PersonId(each), None) for each in away), duty=opened,
        )  # fmt: skip
        return self.keep(decide_open(command, self.house.setting(self.plan), self.now))

    @property
    def here(self) -> Card:
        """The card as it stands."""
        return self.card(str(self.event.departments[0].id))

    def to(self, person: str) -> list[str]:
        """What a person was sent last, in both languages."""
        return [self.read(each) for each in self.last(f"@{person}")]

    def last(self, room: str) -> list[Card]:
        """What was said last in a room."""
        return [post.card for post in self.posted() if post.room == room]

    def read(self, card: Card) -> str:
        return both(card, self.renderer("zh"), self.renderer("en"))


@pytest.fixture
def owed() -> Owed:
    town = Owed()
    town.asked()
    return town


def rooms(sent: tuple[Outgoing, ...]) -> list[str]:
    """Where it went."""
    return [str(each.effect.room) for each in sent]


def names(card: Card) -> list[str]:
    return [button.action for button in card.buttons]


def test_the_card_reads_as_it_was_drawn(owed: Owed) -> None:
    assert owed.read(owed.here).startswith(AS_DRAWN)
    assert (owed.here.kind, owed.here.tone) == (None, "work")
    assert names(owed.here) == ["task.acknowledge", "task.done", "task.cannot", "duty.postpone", "task.give"]
    assert [button.action for button in owed.here.buttons if button.more] == ["duty.postpone", "task.give"]


def test_only_the_card_and_the_called_person_hear_of_it_and_nothing_alarms(owed: Owed) -> None:
    shown = [each.effect for each in owed.sent if isinstance(each.effect, ShowCard)]
    assert [(each.room, each.ref.department) for each in shown] == [("purchasing", "purchasing")]
    assert set(rooms(owed.sent)) == {"purchasing", "@lin"}
    assert all(each.priority is not Priority.ALARM for each in owed.sent)
    (call,) = owed.last("@lin")
    assert (call.kind, call.tone, call.telephones) == (None, "work", ())
    assert names(call) == ["task.take", "task.decline", "task.done", "duty.postpone"]


def test_every_direct_message_says_in_its_first_line_what_to_do_and_fits_an_sms() -> None:
    owed = Owed(duty=replace(BACKUP, title=Words("很长的例行工作名称" * 4, "A very long name of a duty " * 4)))
    owed.asked()
    cards = [each.effect.card for each in everything(owed) if isinstance(each.effect, Post)]
    assert len(cards) > 12
    for card in cards:
        for language, limit in zip(LANGUAGES, (SMS_ZH, SMS_EN), strict=True):
            said = marked_head(card, owed.renderer(language))
            assert len(said) <= limit, said
        assert card.kind is None
        assert card.tone == "work"


def everything(owed: Owed) -> list[Outgoing]:
    """A long life: noticed, passed on, nobody there, blocked, asked for, refused, agreed, overdue, missed."""
    sent = [*owed.sent, *owed.passes(2 * DAY), *owed.passes(3 * DAY)]
    sent += owed.does(GiveTo(actor("fang"), TaskId("duty"), PersonId("wei")))
    sent += owed.answers("wei", "cannot", "duty", "磁带坏了")
    until = DUE + timedelta(days=3)
    sent += owed.does(Postpone(actor("wei"), until, "等新磁带"))
    sent += owed.does(DecidePostpone(actor("fang"), agreed=False, reason="先用硬盘"))
    sent += owed.does(Postpone(actor("wei"), until, "硬盘也没有"))
    sent += owed.does(DecidePostpone(actor("fang"), agreed=True))
    sent += owed.passes(30 * DAY)
    return [*sent, *owed.does(EndDuty("missed"))]


def test_overdue_is_told_to_whoever_has_it_then_to_the_supervisor(owed: Owed) -> None:
    owed.answers("lin", "acknowledge", "duty")
    assert set(rooms(owed.sent)) == {"purchasing"}, "who did it is not told"
    owed.passes(14 * DAY)
    assert any("请答复进展：例行工作“每月备份”" in words for words in owed.to("lin"))
    assert not owed.to("fang")
    assert "⏰ 逾期：应于2026-03-19 14:00完成" in owed.read(owed.here) or "应于14:00完成" in owed.read(owed.here)
    owed.passes(7 * DAY)
    (told,) = owed.to("fang")
    assert "经办：林晓" in told
    assert "仍未完成，已告知方琳" in owed.read(owed.last("purchasing")[-1])


def test_nobody_there_goes_to_the_supervisor_at_once() -> None:
    owed = Owed()
    owed.asked(away=("lin", "wei"))
    (told,) = owed.to("fang")
    assert "请安排人员接手例行工作“每月备份”" in told
    assert "的人员目前都不在" in told
    assert "暂无人接手，已告知方琳" in owed.read(owed.here)


def test_a_postponement_asked_for_stands_on_the_card_until_it_is_decided(owed: Owed) -> None:
    owed.does(Postpone(actor("lin"), DUE + timedelta(days=3), "等新磁带"))
    (asked,) = owed.last("@fang")
    assert names(asked) == ["duty.agree", "duty.refuse"]
    assert "申请延期到2026-03-22 14:00，原因：等新磁带。待方琳批准" in owed.read(owed.here)
    assert "duty.postpone" not in names(owed.here)
    owed.does(DecidePostpone(actor("fang"), agreed=True))
    (told,) = owed.to("lin")
    assert "请在2026-03-22 14:00前完成" in told
    assert owed.read(owed.here).startswith("例行工作 · 每月备份 · 应于2026-03-22 14:00前完成")
    assert "已延期1次" in owed.read(owed.here)


def test_what_came_late_says_so() -> None:
    owed = Owed()
    owed.asked(late=7200)
    (told,) = owed.to("lin")
    assert "本通知晚了2小时" in told or "本通知晚了120分钟" in told


DRILL = replace(
    BACKUP, id=DutyId("fire-drill"), kind="drill", title=Words("仓库火灾演练", "Store fire drill"), evidence=None,
    drill=DrillId("store-fire"), approve=RoleId("general_manager"),
)  # fmt: skip


def test_a_hidden_hour_is_told_to_the_organiser_alone() -> None:
    owed = Owed(duty=DRILL)
    owed.asked(hour=timedelta(days=2), window=timedelta(days=5))
    told = {str(post.room): owed.read(post.card) for post in owed.posted()}
    assert "2026-03-17 14:00" in told["@lin"]
    assert [room for room, words in told.items() if "2026-03-17" in words] == ["@lin"]
    assert "演练预告：仓库火灾演练，在2026-03-14 14:00至2026-03-19 14:00之间进行" in told["all"]
    card = owed.read(owed.here)
    assert "2026-03-17" not in card
    assert "2026-03-14 14:00至2026-03-19 14:00之间" in card
    assert names(owed.here)[0] == "drill.start"
    assert "task.done" not in names(owed.here), "a drill is done by being held"
    owed.passes(10 * DAY)
    assert not owed.last("all")[1:], "nothing is announced once the window has begun"


def test_at_a_hidden_hour_only_whoever_starts_it_is_told_and_no_card_moves() -> None:
    owed = Owed(duty=DRILL)
    owed.asked(hour=timedelta(days=2), window=timedelta(days=5))
    owed.answers("lin", "acknowledge", "duty")
    owed.passes(12 * DAY - 1)
    owed.passes(1)
    assert rooms(owed.sent) == ["@lin"]
    (card,) = owed.last("@lin")
    assert owed.read(card).startswith("到时间了，请开始演练“仓库火灾演练”")
    assert names(card)[0] == "drill.start"


def test_at_an_announced_hour_its_room_hears_so_and_it_is_not_called_overdue_in_that_minute() -> None:
    owed = Owed(duty=DRILL)
    owed.asked(hour=timedelta(0))
    owed.answers("lin", "acknowledge", "duty")
    owed.passes(14 * DAY - 1)
    owed.passes(1)
    (told,) = owed.to("lin")
    assert "It is time: please start the drill" in told
    (line,) = [post.card for post in owed.posted() if post.thread]
    assert "演练时间已到" in owed.read(line)


def test_where_whoever_took_it_is_away_the_next_is_told_of_the_hour() -> None:
    owed = Owed(duty=DRILL)
    owed.asked(hour=timedelta(0))
    owed.answers("lin", "acknowledge", "duty")
    owed.does(GoAbsent(actor("lin"), PersonId("lin"), None))
    owed.passes(14 * DAY - 1)
    owed.passes(1)
    assert "@lin" not in rooms(owed.sent)
    assert any("请开始演练" in words for words in owed.to("wei"))


def test_an_announced_drill_is_announced_with_its_hour_and_the_mark() -> None:
    owed = Owed(duty=DRILL)
    owed.asked(hour=timedelta(0))
    (announced,) = owed.last("all")
    assert announced.kind == "drill"
    assert "2026-03-19 14:00开始" in owed.read(announced)
    owed.does(NoteDrill(EventId("DR-2026-0001"), held=False))
    assert "演练DR-2026-0001已开始" in owed.read(owed.here)
    assert "drill.start" not in names(owed.here)
    owed.does(NoteDrill(EventId("DR-2026-0001"), held=False, stopped=True))
    assert "须重新演练" in owed.read(owed.here)
    assert names(owed.here)[0] == "drill.start"
    owed.passes(10 * DAY)
    assert not owed.last("all"), "it has begun"


def test_a_group_without_a_room_gets_it_in_person() -> None:
    duty = replace(BACKUP, owner=RoleId("command_group"), approve=RoleId("general_manager"))
    owed = Owed(duty=duty)
    owed.asked()
    assert owed.event.departments[0].id == COMMAND_GROUP
    assert set(rooms(owed.sent)) == {"@guo", "@fang"}
    (seen,) = owed.last("@fang")
    assert "task.done" in names(seen)
    assert plain(seen, owed.renderer("zh")).startswith("例行工作 · 每月备份")
