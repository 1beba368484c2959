"""Rooms that take no messages: said once, said again when the way to its people changes, gone with the event."""

from __future__ import annotations

from bot.domain.commands import LoseRoom, MergeInto, RegainRoom, UndoMerge
from bot.domain.commands_ending import CallFalse
from bot.domain.entries_rooms import RoomBack, RoomDark
from bot.domain.ids import DepartmentId, EventId, RoomId
from bot.text import Words, same
from tests.domain.plant import EVENT, MINUTE, NOW, Story, actor, kinds, only

OFFICE = DepartmentId("office")


def lost(next_: str | None, department: DepartmentId = OFFICE) -> LoseRoom:
    """The office's room takes nothing on Slack."""
    return LoseRoom(RoomId("office"), Words("办公室", "Office"), "slack", NOW, next_, department)


def test_a_room_that_falls_silent_is_said_once_with_whom_to_ring(story: Story) -> None:
    before = story.event.revisions
    dark = only(RoomDark, story.does(lost("telegram")))
    assert [(member.person, member.telephone) for member in dark.people] == [("lin", "138"), ("wei", "138")]
    assert story.event.dark["slack/office"].next == "telegram"
    assert story.event.revisions["command"] == before["command"] + 1
    assert story.event.revisions["office"] == before["office"]
    assert story.does(lost("telegram")) == []


def test_another_way_to_its_people_is_said_again(story: Story) -> None:
    story.does(lost("telegram"))
    story.answers("lin", "acknowledge")
    assert kinds(story.does(lost(None))) == ["room.dark"]
    dark = story.event.dark["slack/office"]
    assert dark.next is None
    assert dark.revision == story.event.revisions["office"]


def test_a_room_that_is_back_is_said_once(story: Story) -> None:
    story.does(lost("telegram"))
    back = only(RoomBack, story.does(RegainRoom("slack", RoomId("office"), NOW + 10 * MINUTE)))
    assert (back.since, back.until, back.next, back.department) == (NOW, NOW + 10 * MINUTE, "telegram", OFFICE)
    assert story.event.dark == {}
    assert story.does(RegainRoom("slack", RoomId("office"), NOW + 10 * MINUTE)) == []


def test_the_command_room_names_nobody_and_an_unknown_department_has_nobody(story: Story) -> None:
    command = LoseRoom(RoomId(EVENT), same(EVENT), "slack", NOW, "web")
    assert only(RoomDark, story.does(command)).people == ()
    assert only(RoomDark, story.does(lost(None, DepartmentId("kitchen")))).people == ()


def test_an_event_that_ends_leaves_nothing_and_hears_nothing(story: Story) -> None:
    story.does(lost("telegram"))
    story.does(CallFalse(actor("chen")))
    assert story.event.dark == {}
    assert story.does(lost("telegram")) == []


def test_an_event_that_is_merged_away_and_comes_back_hears_of_it_anew(story: Story) -> None:
    story.does(lost("telegram"))
    story.does(MergeInto(actor("wang"), EventId("EV-2026-0006"), "live"))
    assert story.event.dark == {}
    story.does(UndoMerge(actor("chen")))
    assert kinds(story.does(lost("telegram"))) == ["room.dark"]
    assert story.leads == "chen"


def test_the_house_noticing_something_is_no_press_of_the_one_who_leads(story: Story) -> None:
    wanted = story.event.command.answer_at
    assert wanted is not None
    story.does(lost("telegram"))
    story.does(lost("telegram"))
    assert story.event.command.answer_at == wanted
