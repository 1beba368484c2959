"""What every adapter must do, over the real ones: the same words of the house, each platform's own way.

What only one platform can do wrong (a moved group, a revoked token, a deleted topic, a forged signature) is told in
the tests of that platform; docs/contract.md lists them all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.chat.card import Button, Card
from bot.chat.effect import Invite, Outgoing, Post, Priority
from bot.domain.entries_talk import Edited, FileKept, Said
from bot.domain.ids import EventId, PersonId, RoomId, direct
from bot.plays.stage import Gives
from bot.text import same
from tests.stories.town import COMMAND

if TYPE_CHECKING:
    from bot.chat.effect import Effect
    from bot.domain.ids import FileId
    from bot.store.work import Work
    from tests.stories.platform import Message
    from tests.stories.town import Town

pytestmark = pytest.mark.on("slack", "telegram", "web")
ROOM = RoomId("purchasing")


def card(head: str, *, files: tuple[FileId, ...] = (), buttons: tuple[Button, ...] = ()) -> Card:
    """House talk."""
    return Card(None, "plain", same(head), buttons=buttons, files=files)


async def sends(town: Town, effect: Effect) -> None:
    """The house says it."""

    async def job(work: Work) -> None:
        work.send(Outgoing(effect, Priority.CARD))

    await town.store.write(job)
    await town.quiet()


def named(town: Town, key: str) -> Message:
    """The one message of this name."""
    (message,) = [each for each in town.platform.messages if each.key == key]
    return message


async def test_a_message_is_posted_once_and_edited_in_its_place(town: Town) -> None:
    await sends(town, Post("talk/1", ROOM, card("first")))
    before = named(town, "talk/1").id
    await sends(town, Post("talk/1", ROOM, card("second")))
    message = named(town, "talk/1")
    assert message.id == before
    assert [each.head for each in message.cards] == [same("first"), same("second")]


async def test_a_message_hangs_under_the_card_it_belongs_to(town: Town) -> None:
    await town.person("xu").says("/report fire Workshop 3")
    under = f"{town.newest}/purchasing"
    await sends(town, Post("talk/1", ROOM, card("under it"), thread=under))
    assert named(town, "talk/1").thread == under


async def test_a_reply_under_a_card_belongs_to_its_event(town: Town) -> None:
    await town.person("xu").says("/report fire Workshop 3")
    await town.person("lin").says("已联系", "purchasing", under=f"{town.newest}/purchasing")
    said = [entry.payload for entry in await town.record() if isinstance(entry.payload, Said)]
    assert said[-1].words == "已联系"


async def test_a_form_is_filled_in_and_a_press_is_answered(town: Town) -> None:
    xu, lin = town.people("xu", "lin")
    asked = await xu.says("/report", gives=Gives(more={"tile": "fire", "place": "Workshop 3"}))
    asked.says("EV-2026-0001")
    (await lin.presses("task.acknowledge", on="purchasing")).says("Recorded")
    (await lin.presses("task.cannot", on="purchasing", gives=Gives(reason="nobody here"))).kept()


async def test_a_direct_message_reaches_its_person_alone(town: Town) -> None:
    await sends(town, Post("talk/1", direct(PersonId("lin")), card("for you")))
    assert named(town, "talk/1").room == "@lin"


async def test_a_photo_comes_in_and_goes_out(town: Town) -> None:
    lin, photo = town.person("lin"), await town.photo()
    await town.person("xu").says("/report fire Workshop 3")
    await lin.says("", "purchasing", under=f"{town.newest}/purchasing", files=(photo,))
    kept = [entry.payload.file for entry in await town.record() if isinstance(entry.payload, FileKept)]
    assert len(kept) == 1
    await sends(town, Post("talk/1", ROOM, card("look", files=(kept[0],))))
    assert named(town, "talk/1").card.files == (kept[0],)


async def test_a_command_room_opens_with_its_people_and_its_card(town: Town) -> None:
    await town.person("xu").says("/report fire Workshop 3")
    assert {"chen", "lin", "xu"} <= town.platform.members[RoomId(town.newest)]
    town.command.reads("command", "Workshop 3")
    await sends(town, Invite(RoomId(town.newest), (PersonId("miller"),)))
    assert "miller" in town.platform.members[RoomId(town.newest)]
    lower = Gives(level="department", reason="fire is out")
    (await town.person("chen").presses("level.change", on=COMMAND, gives=lower)).kept()


async def test_a_changed_message_is_told_of(town: Town) -> None:
    chen = town.person("chen")
    await town.person("xu").says("/report fire Workshop 3")
    await chen.says("水源在东门", town.command.id, message="m-water")
    await chen.edits(town.command.id, "m-water", "水源在西门")
    edited = [entry.payload for entry in await town.record() if isinstance(entry.payload, Edited)]
    assert [each.words for each in edited] == ["水源在西门"]


@pytest.mark.on("slack", "web")  # Telegram tells of no deletion
async def test_a_deleted_message_is_told_of(town: Town) -> None:
    chen = town.person("chen")
    await town.person("xu").says("/report fire Workshop 3")
    await chen.says("水源在东门", town.command.id, message="m-water")
    await chen.deletes(town.command.id, "m-water")
    assert "message.deleted" in await town.kinds()


async def test_a_long_message_arrives_whole(town: Town) -> None:
    await sends(town, Post("talk/1", ROOM, card("灭火器在门后，先断电再靠近。" * 400)))
    assert named(town, "talk/1")


async def test_words_and_markup_of_any_platform_are_only_words(town: Town) -> None:
    odd = "<b>火</b> *a* _b_ `c` <!here> & </b>"
    await sends(town, Post("talk/1", ROOM, card(odd)))
    assert named(town, "talk/1").card.head == same(odd)


async def test_a_button_that_was_never_offered_does_nothing(town: Town) -> None:
    await town.person("xu").says("/report fire Workshop 3")
    before = len(await town.record())
    forged = Button("task.done", same("done"), EventId("EV-2026-0001"), "canteen/no-such-task")
    (await town.person("lin").presses_button(forged, "purchasing")).refused()
    assert len(await town.record()) == before
