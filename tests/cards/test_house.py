"""The house: who reads which room, where cards stand, what is decided with, what is swapped while running."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.company import Room
from bot.domain.ids import COMMAND_GROUP, DepartmentId, PersonId, RoomId
from bot.domain.playbook import PlaybookVersion
from bot.text import Words, text
from tests.cards.town import COMPANY, EVENT, FIRE, NOW, house_with, person_of


def rooms(person: str) -> list[str]:
    """What a person reads."""
    return [room.id for room in house_with().rooms_of(PersonId(person))]


def test_a_department_reads_its_room_and_everybody_the_common_one() -> None:
    assert rooms("lin") == ["all", "purchasing"]
    assert rooms("wang") == ["all", "production"]
    assert rooms("admin") == ["all", "admins", "production"]
    assert rooms("nobody") == []


def test_whoever_may_come_to_command_reads_every_department() -> None:
    assert rooms("chen") == ["all", "office", "production", "purchasing"]


def test_a_room_knows_its_readers() -> None:
    house = house_with()
    assert house.people_who_see(RoomId("purchasing")) == ("chen", "lin", "wei")
    assert house.people_who_see(RoomId("@lin")) == ("lin",)
    assert house.people_who_see(RoomId("@nobody")) == ()
    assert house.people_who_see(RoomId(EVENT)) == ()


def test_cards_stand_in_the_departments_room_and_the_groups_in_the_events() -> None:
    house = house_with()
    assert house.room_for(DepartmentId("office"), EVENT) == "office"
    assert house.room_for(COMMAND_GROUP, EVENT) == EVENT
    assert house.room_for(DepartmentId("gone"), EVENT) is None
    meeting = Room(RoomId("war"), Words("指挥", "Command"), "command", DepartmentId("office"))
    only = house_with(company=replace(COMPANY, rooms={meeting.id: meeting}))
    assert only.room_of(DepartmentId("office")) is None
    assert only.people_who_see(meeting.id) == ("chen", "fang", "hu")
    assert only.room_with("all") is None


def test_the_setting_is_that_of_the_files() -> None:
    house = house_with()
    setting = house.setting(PlaybookVersion(FIRE, "d", "fang", "2026-01-01"))
    assert (setting.digest, setting.author, setting.commander_answers_for) == ("d", "fang", 420)
    assert (setting.remind_at, setting.undo_for, setting.overdue_again) == (0.5, 120, 600)
    assert setting.review.send_back == Words("退回修改", "Send back")
    assert house.setting(FIRE).digest == ""


def test_texts_are_said_in_both_languages() -> None:
    house = house_with()
    assert house.words(text("phase.review"), NOW) == Words("总结", "review")
    assert house.render(text("phase.review"), "zh") == "总结"
    assert house.emergency_line() == Words(
        "火警119，急救120，办公室8001", "Fire service 119, Ambulance 120, Office 8001"
    )
    assert [contact.telephone for contact in house.emergency_contacts()] == ["119", "120", "8001"]


def test_people_that_are_imported_are_there_at_once() -> None:
    house = house_with()
    new = replace(person_of("wei"), id=PersonId("new"), name=Words("新人", "New Person"))
    house.merge_people([new, replace(person_of("lin"), mobile="139")])
    assert house.company.people[PersonId("new")].name.zh == "新人"
    assert house.company.people[PersonId("lin")].mobile == "139"
    assert "new" in house.people_who_see(RoomId("purchasing"))


def test_what_is_loaded_anew_is_in_force_at_once() -> None:
    house = house_with()
    house.reload(company=replace(COMPANY, time_zone="Europe/Berlin"))
    assert str(house.zone) == "Europe/Berlin"
    house.reload(playbooks={})
    assert house.playbooks == {}


def test_an_assembly_point_is_named_only_where_people_leave() -> None:
    house = house_with()
    workshop, elsewhere = Words("3号车间", "Workshop 3"), Words("某处", "Somewhere")
    assert house.assembly_point(FIRE, workshop) == Words("B集合点", "Point B")
    assert house.assembly_point(FIRE, elsewhere) == Words("A集合点", "Point A")
    assert house.assembly_point(replace(FIRE, tile="weather"), workshop) is None


def test_the_command_groups_card_stands_in_the_groups_own_room_too() -> None:
    own = Room(RoomId("group"), Words("指挥小组", "Command group"), "department", COMMAND_GROUP)
    house = house_with(company=replace(COMPANY, rooms={**COMPANY.rooms, own.id: own}))
    assert house.rooms_with_card(COMMAND_GROUP, EVENT) == ("group", EVENT)
    assert house_with().rooms_with_card(COMMAND_GROUP, EVENT) == (EVENT,)
    assert house.rooms_with_card(DepartmentId("office"), EVENT) == ("office",)
    assert house.rooms_with_card(DepartmentId("gone"), EVENT) == ()
