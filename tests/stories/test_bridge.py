"""What is said in a room on one platform is read on its others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.stories.phones import in_room, linked, with_phones

if TYPE_CHECKING:
    from tests.stories.town import Town

pytestmark = pytest.mark.on("sqlite", "postgres")
"""The second platform is the story's own."""


async def test_talk_of_a_room_stands_on_its_other_platforms_with_the_speakers_name(town: Town) -> None:
    phones = await with_phones(town, "purchasing")
    lin, room = town.person("lin"), town.room_of("purchasing")
    phone = await linked(town, phones, "lin")
    await town.person("xu").says("/report fire Workshop 3")
    before = len(phones.in_room(room))
    photo = await town.photo()
    await lin.says("two pumps are coming <now>", room, files=(photo,), message="w1")
    (mirror,) = phones.in_room(room)[before:]
    assert "Lin Xiao" in town.words_of(mirror.card)
    assert "two pumps are coming <now>" in town.words_of(mirror.card)
    assert mirror.card.files == (photo,)
    assert mirror.card.kind is None
    await phone.says("they are here", room)
    shown = town.room("purchasing").messages[-1]
    assert "Telegram" in town.words_of(shown.card)
    assert "they are here" in town.words_of(shown.card)
    assert len(phones.in_room(room)) == before + 1
    await phone.says("who saw them?", under="mirror/web/w1", room=room)
    assert (await town.record())[-1].payload.kind == "message.said"


async def test_an_edit_edits_the_mirror_and_a_deletion_is_said(town: Town) -> None:
    phones = await with_phones(town, "purchasing")
    lin, room = town.person("lin"), town.room_of("purchasing")
    await town.person("xu").says("/report fire Workshop 3")
    await lin.says("one pump", room, message="w1")
    count = len(phones.in_room(room))
    await lin.edits(room, "w1", "two pumps")
    assert "two pumps" in in_room(town, phones, room)[-1]
    await lin.deletes(room, "w1")
    assert "This message was withdrawn" in in_room(town, phones, room)[-1]
    assert len(phones.in_room(room)) == count


async def test_a_photo_stays_with_its_mirror_when_the_words_change_and_goes_with_the_message(town: Town) -> None:
    phones = await with_phones(town, "purchasing")
    lin, room, photo = town.person("lin"), town.room_of("purchasing"), await town.photo()
    await town.person("xu").says("/report fire Workshop 3")
    await lin.says("one pump", room, files=(photo,), message="w1")
    await lin.edits(room, "w1", "two pumps")
    mirror = phones.in_room(room)[-1]
    assert "two pumps" in town.words_of(mirror.card)
    assert mirror.card.files == (photo,)
    await lin.deletes(room, "w1")
    assert phones.in_room(room)[-1].card.files == ()


async def test_words_said_in_a_command_room_are_mirrored_and_what_the_bot_answers_is_not(town: Town) -> None:
    phones = await with_phones(town)
    await town.person("xu").says("/report fire Workshop 3")
    room = town.command.id
    before = len(phones.in_room(room))
    await town.person("chen").says("/status", room)
    (mirror,) = phones.in_room(room)[before:]
    assert "/status" in town.words_of(mirror.card)


async def test_private_talk_and_talk_of_no_event_stay_where_they_are(town: Town) -> None:
    phones = await with_phones(town, "purchasing")
    phone = await linked(town, phones, "lin")
    await town.person("lin").says("nothing is going on", town.room_of("purchasing"))
    await town.person("xu").says("/report fire Workshop 3")
    before = len(phones.messages)
    await phone.says("on my way")
    assert len(phones.messages) == before


async def test_without_the_setting_nothing_is_mirrored(town: Town) -> None:
    phones = await with_phones(town, "purchasing", bridge=False)
    room = town.room_of("purchasing")
    await town.person("xu").says("/report fire Workshop 3")
    before = len(phones.in_room(room))
    await town.person("lin").says("two pumps are coming", room)
    assert len(phones.in_room(room)) == before
