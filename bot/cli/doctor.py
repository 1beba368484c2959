"""`tocsin doctor`: everything that has to work, looked at one after the other, with what to do where it does not."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.app import WEB, door_of, light_house
from bot.chat.checkup import Check
from bot.cli.examining import examine_store, examine_web
from bot.clock import RealClock
from bot.domain.ids import RoomId
from bot.errors import Broken
from bot.jobs.door import knock
from bot.platforms import examine_platform
from bot.store.store import Store
from bot.text import same, text

if TYPE_CHECKING:
    from bot.chat.card import Shown
    from bot.cli.terminal import Terminal
    from bot.config import Settings
    from bot.services.house import House

SIGNS: Final[Mapping[str, str]] = {"fine": "✓", "note": "!", "wrong": "✗"}
SETTINGS: Final[Mapping[str, str]] = {
    "slack": "slack.bot_token",
    "telegram": "telegram.bot_token",
    "email": "mail.host",
}
"""By platform, the setting that turns it on."""


class Visit:
    """One run of the doctor: prints as it finds out, and remembers whether anything is wrong."""

    def __init__(self, terminal: Terminal) -> None:
        """Nothing was looked at yet."""
        self._terminal = terminal
        self.wrong = False

    def head(self, what: Shown) -> None:
        """A part begins."""
        self._terminal.show(what)

    def show(self, check: Check) -> None:
        """One line, and one below it where there is something to do."""
        say = self._terminal.say
        self.wrong = self.wrong or check.state == "wrong"
        self._terminal.show_line(f"  {SIGNS[check.state]} {say(check.says)}")
        if check.mend is not None:
            self._terminal.show_line(f"    → {say(check.mend)}")

    def show_off(self, setting: str) -> None:
        """A platform that nobody asked about and that is not used."""
        self._terminal.show_line(f"  – {self._terminal.say(text('doctor.off', setting=setting))}")

    async def show_all(self, checks: AsyncIterator[Check]) -> None:
        """As they come."""
        async for check in checks:
            self.show(check)


async def examine(terminal: Terminal, settings: Settings, room: str, chosen: Sequence[str]) -> int:
    """Look at the house and the platforms, all where none is chosen; try a room. 1 where something is wrong, else 0."""
    if room and RoomId(room) not in settings.company.rooms:
        raise Broken(text("refused.no_room", room=same(room), names=same(" ".join(settings.company.rooms))))
    visit = Visit(terminal)
    running = await knock(door_of(settings), "", {}) is not None
    visit.head(text("doctor.house"))
    for check in (*await examine_store(settings), *await examine_web(settings, running=running)):
        visit.show(check)
    async with _open(settings) as store:
        house = light_house(settings, terminal.catalogs, RealClock())
        house.merge_people(await store.people(), await store.posts())
        for platform, setting in SETTINGS.items():
            if platform in chosen or not chosen:
                await _look_at(visit, store, house, platform, setting, asked=bool(chosen))
    if room:
        await _try(visit, terminal, house, room, chosen, running=running)
    return 1 if visit.wrong else 0


async def _look_at(visit: Visit, store: Store, house: House, platform: str, setting: str, *, asked: bool) -> None:
    visit.head(name_of(platform))
    checks = examine_platform(platform, store, house)
    if checks is not None:
        await visit.show_all(checks)
    elif asked:
        visit.show(Check(text("doctor.off", setting=setting), "wrong"))
    else:
        visit.show_off(setting)


async def _try(
    visit: Visit, terminal: Terminal, house: House, room: str, chosen: Sequence[str], *, running: bool
) -> None:
    """Put the test card in the room, through the bot that runs: a press of its button has to come back to it."""
    visit.head(text("doctor.trying", room=house.company.rooms[RoomId(room)].name))
    platforms = [each for each in on_platforms(house, room) if each in chosen or not chosen]
    if not platforms:
        visit.show(Check(text("doctor.nowhere"), "wrong"))
        return
    asked = {"room": room, "platforms": " ".join(platforms), "language": terminal.language}
    answer = await knock(door_of(house.settings), "try", asked) if running else None
    if answer is None:
        visit.show(Check(text("doctor.not_running"), "wrong", text("doctor.start_it", command="tocsin run")))
    elif "refused" in answer:
        raise Broken(text("cli.refused", why=answer["refused"]))
    else:
        for platform, outcome in answer.items():
            visit.show(landed(platform, outcome))


def on_platforms(house: House, room: str) -> list[str]:
    """The platforms that a room is bound to and that are on."""
    settings = house.settings
    on = {WEB: True, "slack": settings.slack.on, "telegram": settings.telegram.on, "email": settings.mail.on}
    known = house.company.rooms.get(RoomId(room))
    return [] if known is None else [each.platform for each in known.bindings if on.get(each.platform)]


def landed(platform: str, outcome: str) -> Check:
    """What became of the test card on one platform."""
    name = name_of(platform)
    match outcome:
        case "":
            return Check(text("doctor.try_arrived", platform=name))
        case "?":
            return Check(text("doctor.try_waits", platform=name), "wrong", text("doctor.try_mend"))
        case why:
            return Check(text("doctor.try_lost", platform=name, why=why), "wrong", text("doctor.try_mend"))


def name_of(platform: str) -> Shown:
    """A platform as people call it."""
    match platform:
        case "web":
            return text("platform.web")
        case "email":
            return text("platform.email")
        case other:
            return same(other.capitalize())


@asynccontextmanager
async def _open(settings: Settings) -> AsyncGenerator[Store]:
    """The store to look at, beside a running bot too; an empty one where it cannot be read, so that the rest can."""
    kept = settings.store
    with tempfile.TemporaryDirectory(prefix="tocsin-doctor-") as empty:
        try:
            store = await Store.open_to_read(kept.url, kept.files, kept.keys, RealClock())
        except Broken:
            folder = Path(empty)
            url = f"sqlite:///{folder / 'tocsin.db'}"
            store = await Store.open(url, folder / "files", folder / "keys", RealClock())
        try:
            yield store
        finally:
            await store.close()
