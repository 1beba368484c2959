"""One event across Slack, Telegram and the built-in chat: reported here, answered there, and one of them goes dark."""

from __future__ import annotations

import html
import io
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from bot.domain.entries_course import Opened
from bot.domain.entries_rooms import RoomBack, RoomDark
from bot.domain.entries_talk import FileKept, Said
from bot.domain.entries_tasks import TaskAnswered
from bot.domain.ids import EventId, PersonId, RoomId
from bot.domain.proof import verify, verify_json
from bot.plays.stage import Gives, Stage, find_button
from bot.services.documents import record_file
from tests.stories.lines.three import ThreeLines
from tests.stories.town import Town

if TYPE_CHECKING:
    from bot.domain.entries import Payload
    from tests.stories.platform import Platform

pytestmark = [pytest.mark.on("three"), pytest.mark.uncounted]
PURCHASING, PRODUCTION, OFFICE = RoomId("purchasing"), RoomId("production"), RoomId("office")


@dataclass(frozen=True, slots=True)
class Company:
    """The town, and people who act on Slack and on Telegram."""

    town: Town
    line: ThreeLines
    slack: Stage
    telegram: Stage

    @property
    def platforms(self) -> tuple[Platform, ...]:
        """What stands on each."""
        return self.line.slack.platform, self.line.telegram.platform, self.line.web.platform

    def reads(self, platform: Platform, room: RoomId, key: str, *words: str) -> None:
        """The one card of this name, as it stands there."""
        (message,) = [each for each in platform.in_room(room) if each.key == key]
        text = self.town.words_of(message.card)
        assert all(word in text for word in words), f"{platform.name}: {words} not in\n{text}"

    async def presses_on_slack(self, person: str, room: RoomId, action: str, key: str) -> None:
        """A button of a card there."""
        button = find_button(self.line.slack.platform, room, action, key=key)
        await self.slack.presses(PersonId(person), room, button)
        await self.town.quiet()


@pytest.fixture
def company(town: Town) -> Company:
    """Everybody is on all three."""
    line = town.line
    assert isinstance(line, ThreeLines)
    slack, telegram = (Stage(line.sends, town.clock.now, name) for name in ("slack", "telegram"))
    return Company(town, line, slack, telegram)


async def test_a_fire_on_three_platforms_while_slack_is_dark_for_ten_minutes(company: Company) -> None:
    town = company.town
    await company.telegram.says("xu", "/report fire Workshop 3", RoomId("@xu"))
    await town.quiet()
    event = town.newest
    for platform in company.platforms:
        company.reads(platform, PURCHASING, f"{event}/purchasing", "Workshop 3", "3号车间")

    await company.presses_on_slack("lin", PURCHASING, "task.acknowledge", f"{event}/purchasing")
    for platform in company.platforms:
        company.reads(platform, PURCHASING, f"{event}/purchasing", "林晓")

    town.allowed_errors.append("slack")
    await company.line.slack.slack.goes_away()
    zhao, photo = town.person("zhao"), await town.photo()
    await zhao.presses("task.start", on="office", gives=Gives(task="evacuate"))
    await zhao.says("A集合点已清点", "office", under=f"{event}/office", files=(photo,))
    (await zhao.presses("task.done", on="office", gives=Gives(task="evacuate"))).says("Recorded")
    await town.passes(minutes=5)
    town.command.reads("command", "Slack", "138 0000 0041")
    await company.telegram.says("zhang", "三号机已断电", RoomId(event))
    await town.passes(minutes=5)
    company.reads(company.line.telegram.platform, OFFICE, f"{event}/office", "赵敏 14:00")

    await company.line.slack.slack.comes_back()
    await company.line.slack.ready()
    await town.passes(minutes=2)
    company.reads(company.line.slack.platform, OFFICE, f"{event}/office", "赵敏 14:00")
    await _the_record_has_everything(company, event)


async def _the_record_has_everything(company: Company, event: EventId) -> None:
    town = company.town
    record = await town.record(event)
    assert verify(record).good

    def first(kind: type[Payload], platform: str = "") -> int:
        return next(
            entry.sequence
            for entry in record
            if isinstance(entry.payload, kind) and (not platform or entry.actor.platform == platform)
        )

    order = (
        first(Opened, "telegram"),
        first(TaskAnswered, "slack"),
        first(TaskAnswered, "web"),
        first(FileKept, "web"),
        first(RoomDark),
        max(e.sequence for e in record if isinstance(e.payload, Said) and e.actor.platform == "telegram"),
        first(RoomBack),
    )
    assert list(order) == sorted(order)
    await _the_export_tells_it(company, event)


async def _the_export_tells_it(company: Company, event: EventId) -> None:
    """The company's form, as a DOCX, and the JSON that is checked without the house."""
    town = company.town
    record = await town.record(event)
    exported = await record_file(record, town.house, town.store.files.load, "docx", "both")
    with zipfile.ZipFile(io.BytesIO(exported)) as packed:
        form = html.unescape(packed.read("word/document.xml").decode())
    places = [form.index(words) for words in ("林晓", "A集合点已清点", "三号机已断电")]
    assert places == sorted(places)
    assert "Telegram" in form
    assert "Slack" in form
    as_json = await record_file(record, town.house, town.store.files.load, "json", "both")
    assert verify_json(as_json).good
