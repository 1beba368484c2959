"""Duties are asked for on schedule, answered on their card, put off, overdue, passed on; `/duties` and the calendar."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from icalendar import Calendar

from bot.chat.card import Button
from bot.domain.drill import Drill
from bot.domain.duty import Duty, DutyCalendar, Every, Schedule
from bot.domain.duty_plan import THE_TASK
from bot.domain.entries_tasks import Escalated
from bot.domain.ids import DrillId, DutyId, EventId, PersonId, PlaybookId, RoleId
from bot.domain.playbook import Evidence
from bot.domain.programme import Programme
from bot.plays.stage import Gives
from bot.services.feeds import calendar_of
from bot.services.inviting import revoke
from bot.store import tables
from bot.text import Words, text

if TYPE_CHECKING:
    from tests.stories.town import Town

DU = EventId("DU-2026-0001")
OFFICE = "office"
FIRE_DRILL = DrillId("store-fire")

BACKUP = Duty(
    id=DutyId("backup"),
    kind="backup",
    title=Words("每月备份", "Monthly backup"),
    task=Words("备份系统，并试恢复一个文件。", "Back the systems up and restore one file."),
    schedule=Schedule(Every(1, "month", datetime(2026, 3, 31, 17)), "Asia/Shanghai"),  # noqa: DTZ001
    owner=RoleId("it_engineer"),
    approve=RoleId("office"),
    covers=("G13",),
    evidence=Evidence("number", unit="GB"),
)
PHOTO = replace(
    BACKUP, id=DutyId("stores"), title=Words("应急物资检查", "Emergency stores check"), evidence=Evidence("photo")
)
DRILL = replace(
    BACKUP,
    id=DutyId("fire-drill"),
    kind="drill",
    title=Words("仓库火灾演练", "Store fire drill"),
    task=Words("组织演练。", "Hold the drill."),
    owner=RoleId("warehouse"),
    evidence=None,
    drill=FIRE_DRILL,
)
HELD = Drill(
    id=FIRE_DRILL,
    playbook=PlaybookId("fire"),
    title=Words("仓库火灾", "Fire in the store"),
    scenario=Words("模拟起火。", "Simulated fire."),
    objectives=(Words("疏散", "Evacuate"),),
    type="single",
    place="warehouse_1",
    organiser=RoleId("warehouse"),
    safety=RoleId("security"),
    stop_word=Words("停止演练", "Stop the drill"),
    participants=(RoleId("production"),),
    injects=(),
    hidden_within=timedelta(days=5),
)
MEETING = replace(
    BACKUP,
    id=DutyId("meeting"),
    kind="meeting",
    title=Words("领导小组会议", "Meeting of the leading group"),
    owner=RoleId("general_manager"),
    approve=RoleId("factory_manager"),
    evidence=None,
)


async def owes(town: Town, *duties: Duty, drill: Drill | None = None) -> None:
    """The house starts again with a calendar of these."""
    drills = {} if drill is None else {drill.id: drill}
    town.programme = Programme(drills, DutyCalendar({duty.id: duty for duty in duties}))
    await town.restart()


async def test_a_monthly_backup_is_asked_acknowledged_undone_and_done_with_its_number(town: Town) -> None:
    await owes(town, BACKUP)
    song, yuan, zhao = town.people("song", "yuan", "zhao")
    await town.passes(days=13)
    song.direct.expects("请办理例行工作“每月备份”", "2026-03-31 17:00", "DU-2026-0001", "restore one file")
    town.room(OFFICE).reads(OFFICE, "例行工作 · 每月备份 · 应于2026-03-31 17:00前完成", "等待宋", "G13", event=DU)
    assert not zhao.direct.messages, "whoever approves is not called"
    assert not town.room("all").messages, "nobody but the owner hears of it"

    (await song.presses("task.acknowledge", on=OFFICE, event=DU)).says("Recorded")
    town.room(OFFICE).reads(OFFICE, "经办", "With Song", event=DU)
    (await yuan.says("/status DU-2026-0001")).says("每月备份", "经办")

    await town.passes(days=6, hours=4)
    song.direct.expects("提醒：例行工作“每月备份”")
    asked = await song.presses("task.done", on=OFFICE, event=DU)
    assert asked.form.id == "task.evidence"
    done = await song.presses("task.done", on=OFFICE, event=DU, gives=Gives(value="42"))
    await song.presses_button(done.undo, OFFICE)
    town.room(OFFICE).reads(OFFICE, "经办", event=DU)
    await song.presses("task.done", on=OFFICE, event=DU, gives=Gives(value="42"))
    await town.passes(minutes=5)
    town.room(OFFICE).reads(OFFICE, "已完成", "Done by Song", event=DU)
    event = await town.event(DU)
    assert (event.status, event.duty and event.duty.outcome) == ("closed", "done")
    card = town.room(OFFICE).card(OFFICE, DU)
    assert (card.buttons, [link.path for link in card.links]) == ((), [f"record/{DU}"])
    await town.passes(days=8)
    song.direct.has_nothing_with("逾期")


@pytest.mark.on("sqlite", "telegram")
async def test_a_photo_and_got_it_under_the_card_answer_it(town: Town) -> None:
    await owes(town, PHOTO)
    (song,) = town.people("song")
    await town.passes(days=13)
    (await song.says("收到", OFFICE, under=f"{DU}/{OFFICE}")).says("Recorded")
    await song.says("都在有效期内", OFFICE, under=f"{DU}/{OFFICE}", files=(await town.photo(),))
    done = await song.presses("task.done", on=OFFICE, event=DU)
    assert done.reply.form is None, done.words
    kinds = await town.kinds(DU)
    assert {"message.said", "file.kept", "task.evidence"} <= set(kinds), kinds


@pytest.mark.on("sqlite")
async def test_silence_climbs_to_the_stand_in_and_then_to_whoever_supervises(town: Town) -> None:
    await owes(town, BACKUP)
    song, yuan, zhao = town.people("song", "yuan", "zhao")
    await town.passes(days=14)
    song.direct.expects("请办理")
    song.direct.expects("请答复：例行工作")
    await town.passes(days=1)
    yuan.direct.expects("Please take over “Monthly backup”", "暂无回应")
    town.room(OFFICE).expects("已转", "每月备份")
    await town.restart()
    await town.passes(days=2)
    zhao.direct.expects("请安排人员接手例行工作", "Please find somebody")
    town.room(OFFICE).reads(OFFICE, "暂无人接手，已告知赵", event=DU)
    steps = [entry.payload for entry in await town.record(DU) if isinstance(entry.payload, Escalated)]
    assert [each.commander for each in steps] == [False, True]
    (await zhao.presses("task.give", gives=Gives(person="yuan"))).says("Recorded")
    yuan.direct.expects("请接手例行工作", "转交")


@pytest.mark.on("sqlite", "postgres")
async def test_overdue_is_said_to_the_owner_then_to_the_supervisor_and_at_last_it_is_missed(town: Town) -> None:
    await owes(town, BACKUP)
    song, zhao = town.people("song", "zhao")
    await town.passes(days=13)
    await song.presses("task.take")
    await town.passes(days=14)
    song.direct.expects("请答复进展：例行工作“每月备份”", "申请延期")
    town.room(OFFICE).reads(OFFICE, "逾期", "Overdue", event=DU)
    (await song.says("/例行工作")).says("逾期1项", "1 is overdue", "我的", "DU-2026-0001")
    await town.restart()
    await town.passes(days=7)
    zhao.direct.expects("请过问逾期的例行工作", "overdue")
    await town.passes(days=24)
    song.direct.expects("未做", "was missed")
    town.room(OFFICE).reads(OFFICE, "本次未做", event=DU)
    event = await town.event(DU)
    assert event.duty is not None
    assert event.duty.outcome == "missed"


@pytest.mark.on("sqlite", "slack", "telegram")
async def test_it_is_put_off_with_a_reason_when_the_approver_agrees(town: Town) -> None:
    await owes(town, BACKUP)
    song, zhao = town.people("song", "zhao")
    await town.passes(days=13)
    gives = Gives(reason="磁带下周才到", more={"until": "2026-04-07"})
    (await song.presses("duty.postpone", on=OFFICE, event=DU, gives=gives)).says("2026-04-07 17:00", "Zhao")
    zhao.direct.expects("可否延期到2026-04-07 17:00", "磁带下周才到")
    town.room(OFFICE).reads(OFFICE, "申请延期到2026-04-07", "磁带下周才到", event=DU)
    (await zhao.presses("duty.refuse", gives=Gives(reason="先做一半"))).says("仍应于2026-03-31 17:00")
    song.direct.expects("未同意延期", "先做一半")
    (await song.presses("duty.postpone", gives=gives)).says("2026-04-07")
    (await zhao.presses("duty.agree")).says("2026-04-07 17:00")
    song.direct.expects("已同意延期", "2026-04-07 17:00")
    town.room(OFFICE).reads(OFFICE, "应于2026-04-07 17:00前完成", "已延期1次", event=DU)
    (await zhao.presses("duty.agree")).refused()


@pytest.mark.on("sqlite")
async def test_what_makes_no_sense_gets_a_sentence(town: Town) -> None:
    await owes(town, BACKUP)
    song, lin, zhao, wu = town.people("song", "lin", "zhao", "wu")
    await town.passes(days=13)
    card = town.room(OFFICE).card(OFFICE, DU)
    later = next(button for button in card.buttons if button.action == "duty.postpone")
    (await lin.presses_button(later, OFFICE)).refused()
    for until in ("下周", "2026-13-01", "2026-03-20", "2026-05-30"):
        gives = Gives(reason="忙", more={"until": until})
        (await song.presses_button(later, OFFICE, gives)).refused()
    (await zhao.says("/standdown DU-2026-0001")).refused()
    (await wu.says("/falsealarm DU-2026-0001")).refused()
    (await song.says("/duties 明天")).refused("明天")
    (await song.says("/duties link", OFFICE)).refused("direct message")
    assert (await town.kinds(DU)).count("duty.postpone_asked") == 0


@pytest.mark.on("sqlite", "web")
async def test_where_the_group_has_no_room_its_people_see_the_card_in_person(town: Town) -> None:
    company = town.settings.company
    rooms = {name: room for name, room in company.rooms.items() if room.department != "command_group"}
    town.settings = replace(town.settings, company=replace(company, rooms=rooms))
    await owes(town, MEETING)
    chen, guo = town.people("chen", "guo")
    await town.passes(days=13)
    chen.direct.expects("请办理例行工作“领导小组会议”")
    guo.direct.expects("例行工作 · 领导小组会议", "等待陈建国")
    (await chen.presses("task.take")).kept()
    (await chen.presses("task.done")).kept()


@pytest.mark.on("sqlite")
async def test_a_hidden_drill_is_announced_by_its_window_and_its_hour_goes_to_the_organiser_alone(town: Town) -> None:
    await owes(town, DRILL, drill=HELD)
    shi, cui = town.people("shi", "cui")
    await town.passes(days=12, hours=6)
    event = await town.event(DU)
    assert event.duty is not None
    assert event.duty.hour_at is not None
    hour = event.duty.hour_at.astimezone(town.house.zone).strftime("%Y-%m-%d %H:%M")
    shi.direct.expects("请办理例行工作“仓库火灾演练”", f"定于{hour}开始")
    town.room("production").expects("演练预告：仓库火灾演练", "2026-03-26 17:00至2026-03-31 17:00之间")
    start = next(button for button in town.room("materials_control").card("materials_control", DU).buttons)
    assert (start.action, start.event, start.target) == ("drill.start", DU, FIRE_DRILL)
    told = [(message.room, town.words_of(card)) for message in town.platform.messages for card in message.cards]
    assert {room for room, words in told if hour in words} == {"@shi"}
    assert not cui.direct.messages
    (await cui.says(f"/record {DU}")).refused("不公开", "not open to others")
    (await shi.says(f"/record {DU}")).kept()

    (await shi.presses("task.take")).kept()
    mine, theirs = await feed(town, "shi"), await feed(town, "cui")
    assert f"{event.duty.hour_at.astimezone(town.house.zone):%Y%m%dT%H%M}" in mine
    assert "DTSTART;VALUE=DATE:20260326" in theirs
    assert "【演练】仓库火灾演练【演练】" in theirs


async def feed(town: Town, person: str) -> str:
    """Somebody's calendar, by the link that they were given."""
    answered = await town.person(person).says("/duties link")
    found = re.search(r"/calendar/([\w-]+)\.ics", answered.words)
    if found is None:
        answered = await town.person(person).presses_button(answered.buttons[0])
        found = re.search(r"/calendar/([\w-]+)\.ics", answered.words)
    assert found is not None, answered.words
    calendar = await calendar_of(town.store, town.house, found[1])
    assert calendar is not None
    return calendar.decode()


@pytest.mark.on("sqlite", "postgres")
async def test_the_calendar_is_a_secret_link_that_is_shown_once_and_renewed(town: Town) -> None:
    await owes(town, BACKUP)
    song, guo = town.people("song", "guo")
    first = await feed(town, "song")
    events = Calendar.from_ical(first).events
    assert len(events) == 12
    assert events[0].summary == "每月备份"
    old = (await town.store.rows(tables.feeds.select().with_only_columns(tables.feeds.c.token)))[0][0]
    (await song.says("/例行工作 链接")).says("只显示一次", "kept nowhere")
    second = await feed(town, "song")
    kept = [token for (token,) in await town.store.rows(tables.feeds.select().with_only_columns(tables.feeds.c.token))]
    assert old not in kept
    assert len(kept) == 1
    assert second == first
    inbox = await town.store.rows(tables.inbox.select().with_only_columns(tables.inbox.c.reply))
    assert not any("/calendar/" in (reply or "") for (reply,) in inbox), "the secret is kept nowhere"
    assert await calendar_of(town.store, town.house, "guessed") is None
    admin = next(each.id for each in town.settings.company.people.values() if each.access == "admin")
    offered = await town.person(admin).says("/duties link")
    renew = next(button for button in offered.buttons if button.action == "calendar.renew")
    whole = await town.person(admin).presses_button(renew)
    whole.says("公司日历链接", "/calendar/")
    (await guo.presses_button(renew)).refused()
    await town.store.write(lambda work: revoke(work, town.house, PersonId("song")))
    left = await town.store.rows(tables.feeds.select().with_only_columns(tables.feeds.c.person))
    assert {person for (person,) in left} == {None, admin}


@pytest.mark.on("sqlite")
async def test_the_list_shows_mine_then_my_departments_then_the_companys(town: Town) -> None:
    await owes(town, BACKUP, MEETING)
    song, zhao, chen = town.people("song", "zhao", "chen")
    mine = await song.says("/duties")
    mine.says("没有逾期", "我的", "每月备份", "公司", "领导小组会议", "due 2026-03-31 17:00")
    assert [button.action for button in mine.buttons] == ["calendar.feed"], "nothing of mine is open yet"
    (await zhao.says("例行工作")).says("本部门", "每月备份")
    await town.passes(days=13)
    opened = await song.says("/例行")
    assert [button.action for button in opened.buttons] == ["task.done", "duty.postpone", "calendar.feed"]
    (await song.presses_button(opened.buttons[0], gives=Gives(value="7"))).kept()
    (await chen.says("/duties")).says("领导小组会议", "2026-03-31")


@pytest.mark.on("sqlite")
async def test_what_was_missed_while_the_house_was_down_is_asked_once_and_says_so(town: Town) -> None:
    await owes(town, BACKUP)
    (song,) = town.people("song")
    await town.stop()
    town.clock.set(datetime(2026, 5, 20, 2, tzinfo=UTC))
    await town.start()
    await town.quiet()
    song.direct.expects("每月备份", "系统停机", "本通知晚了")
    assert len([row for row in await town.store.events() if row.id.startswith("DU")]) == 2, "the last, and the next"


@pytest.mark.on("sqlite", "web")
async def test_a_drill_is_started_from_the_card_of_its_duty_and_its_record_is_the_evidence(town: Town) -> None:
    await owes(town, DRILL, drill=replace(HELD, hidden_within=None))
    shi, lin = town.people("shi", "lin")
    await town.passes(days=13)
    town.room("production").expects("演练预告：仓库火灾演练", "2026-03-31 17:00开始")
    card = town.room("materials_control").card("materials_control", DU)
    start = next(button for button in card.buttons if button.action == "drill.start")
    (await lin.presses_button(start, "materials_control", Gives(more={"go": "yes"}))).refused()
    assert not [button for button in card.buttons if button.action == "task.done"]
    (await shi.presses_button(start, "materials_control", Gives(more={"go": "yes"}))).says("DR-2026-0001")
    town.room("materials_control").reads("materials_control", "演练DR-2026-0001已开始", event=DU)
    await shi.says("/drill end DR-2026-0001", gives=Gives(more={"go": "yes"}))
    duty = await town.event(DU)
    assert duty.duty is not None
    assert (duty.duty.held, duty.tasks[THE_TASK].status) == (True, "done")
    await town.passes(minutes=5)
    assert (await town.event(DU)).status == "closed"
    (await shi.says("/duties")).says("仓库火灾演练", "2026-04-30")


@pytest.mark.on("sqlite")
async def test_who_goes_away_is_asked_for_no_duty_and_the_stand_in_is(town: Town) -> None:
    await owes(town, BACKUP)
    song, yuan = town.people("song", "yuan")
    await town.passes(days=13)
    song.direct.expects("每月备份")
    (await song.says("/absent song")).kept()
    yuan.direct.expects("每月备份")
    assert PersonId("song") in (await town.event(DU)).absent
    (await song.says("/back")).kept()
    assert PersonId("song") not in (await town.event(DU)).absent


@pytest.mark.on("sqlite", "web")
async def test_at_its_hour_a_hidden_drill_is_started_from_a_message_and_again_after_something_real(town: Town) -> None:
    await owes(town, DRILL, drill=HELD)
    shi, cui = town.people("shi", "cui")
    await town.passes(days=12, hours=6)
    (await shi.presses("task.take")).kept()
    duty = (await town.event(DU)).duty
    assert duty is not None
    assert duty.hour_at is not None
    await town.stop()
    town.clock.set(duty.hour_at + timedelta(minutes=20))
    await town.start()
    await town.quiet()
    shi.direct.expects("到时间了，请开始演练“仓库火灾演练”", "本通知晚了20分钟")
    told = [message for message in shi.direct.messages if "到时间了" in town.words_of(message.card)]
    assert len(told) == 1
    assert not cui.direct.messages
    town.room("materials_control").has_nothing_with("演练时间已到")

    sure = Gives(more={"go": "yes"})
    start = next(button for button in told[0].card.buttons if button.action == "drill.start")
    (await shi.presses_button(start, gives=sure)).says("DR-2026-0001")
    real = Button("drill.real", text("drill.real"), EventId("DR-2026-0001"), style="danger")
    await cui.presses_button(real, gives=Gives(more={"where": "", "what": ""}))
    town.room("materials_control").reads("materials_control", "须重新演练", event=DU)
    event = await town.event(DU)
    assert (event.over, event.tasks[THE_TASK].open) == (False, True)
    card = town.room("materials_control").card("materials_control", DU)
    start = next(button for button in card.buttons if button.action == "drill.start")
    beside = await shi.presses_button(start, "materials_control", sure)
    beside.refused("EV-2026-0001")
    anyway = Gives(more={"beside": "yes"})
    (await shi.presses_button(start, "materials_control", anyway)).says("DR-2026-0002")


@pytest.mark.on("sqlite")
async def test_an_absence_is_told_only_where_a_duty_waits_for_whoever_goes_away(town: Town) -> None:
    await owes(town, BACKUP, PHOTO, MEETING)
    song, yuan, chen = town.people("song", "yuan", "chen")
    await town.passes(days=13)
    photos = next(row.id for row in await town.store.events() if row.title == PHOTO.title)
    (await song.presses("task.acknowledge", on=OFFICE, event=photos)).says("Recorded")
    before = {who.id: len(who.direct.messages) for who in (yuan, chen)}
    (await song.says("/absent song")).kept()
    after = {who.id: len(who.direct.messages) for who in (yuan, chen)}
    assert {who: after[who] - before[who] for who in after} == {"yuan": 1, "chen": 0}, "what song took stays song's"
    yuan.direct.expects("Please take over “Monthly backup”")
