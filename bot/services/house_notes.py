"""The house has a record too: imports, reloads, invitations, absences, looks at personal data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.entries import Draft
from bot.domain.entries_house import HouseNote
from bot.domain.ids import HOUSE
from bot.domain.parties import SYSTEM
from bot.text import Moment, Words

if TYPE_CHECKING:
    from bot.domain.parties import Actor
    from bot.services.house import House
    from bot.store.work import Work
    from bot.text import Text, Value


async def note_house(work: Work, house: House, actor: Actor | None, note: Text) -> None:
    """Write one line into the house's record: the catalog key, and its parameters as they read today."""
    about = {name: _kept(house, value) for name, value in note.params.items()}
    await work.append(HOUSE, [Draft(HouseNote(note.key, about), actor or SYSTEM)])


def _kept(house: House, value: Value) -> str:
    """Names in both languages, times in the company's zone: the note must not change when the list of people does."""
    match value:
        case Words(zh=zh, en=en):
            return zh if zh == en else f"{zh} {en}"
        case Moment(at=at):
            return at.astimezone(house.zone).strftime("%Y-%m-%d %H:%M")
        case _:
            return str(value)
