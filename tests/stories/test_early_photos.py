"""A photo that comes with a word, before its form asks for one, where the platform has forms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.chat.inbound import Submitted
from bot.domain.entries_talk import FileKept
from bot.domain.ids import EventId, direct
from bot.plays.stage import Gives

if TYPE_CHECKING:
    from tests.stories.town import Town

pytestmark = pytest.mark.on("sqlite", "web")
FIRST, SECOND = EventId("EV-2026-0001"), EventId("EV-2026-0002")


async def _photos(town: Town, event: EventId) -> int:
    return len([entry for entry in await town.record(event) if isinstance(entry.payload, FileKept)])


@pytest.mark.parametrize("more", [{"tile": "fire"}, {"tile": "it", "playbook": "it-failure"}])
async def test_a_photo_beside_report_alone_is_in_the_report(town: Town, more: dict[str, str]) -> None:
    xu = town.person("xu")
    await xu.says("/report", files=(await town.photo(),), gives=Gives(more=more))
    assert await _photos(town, FIRST) == 1
    await xu.says("/report", gives=Gives(more=more))
    assert await _photos(town, SECOND) == 0


async def test_a_photo_beside_a_note_waits_for_the_event_that_it_is_meant_for(town: Town) -> None:
    xu = town.person("xu")
    for _ in range(2):
        await xu.says("/report fire Workshop 3")
    for words in ("/note smoke at the gate", "/note"):
        picked = Gives(more={"event": SECOND, "words": "and at the door"})
        await xu.says(words, files=(await town.photo(),), gives=picked)
    assert (await _photos(town, FIRST), await _photos(town, SECOND)) == (0, 2)


async def test_a_form_takes_no_other_photos_than_those_it_came_with(town: Town) -> None:
    xu, photo = town.person("xu"), await town.photo()
    await xu.says("/report", files=(photo,))
    for name in ("", photo):
        sent = Submitted("report.details", {"playbook": "fire", "photos": name}, {})
        await town.stage.sends(xu.id, direct(xu.id), sent)
    assert (await _photos(town, FIRST), await _photos(town, SECOND)) == (0, 0)
