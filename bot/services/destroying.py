"""Destroying personal data: what the law says must go goes, the chain still verifies, and the record says so.

突发事件应对法 Art. 85: what was gathered for the response is used for it only and destroyed after it unless it
is evidence; 个人信息保护法 Art. 28: whereabouts and health are sensitive.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.domain.commands import Record
from bot.domain.entries_house import Destroyed
from bot.domain.parties import Actor
from bot.domain.permissions import allowed, standings
from bot.errors import Refused
from bot.services.acting import act_alone
from bot.text import text

if TYPE_CHECKING:
    from bot.domain.ids import EventId, FileId, PersonId
    from bot.services.house import House
    from bot.store.work import Work


async def destroy(
    work: Work,
    house: House,
    event: EventId,
    *,
    sequences: Sequence[int],
    files: Sequence[FileId],
    ground: str,
    by: PersonId,
) -> None:
    """Destroy the private parts of these entries and these files of one event. Raises Refused."""
    person = house.company.people.get(by)
    if person is None:
        raise Refused(text("refused.no_person", person=by))
    if not allowed(standings(None, by, house.company), "data.destroy"):
        raise Refused(text("refused.not_permitted", name=person.name))
    if not ground.strip() or not (sequences or files):
        raise Refused(text("refused.destroy_what"))
    last = (await work.event(event)).sequence
    if any(not 1 <= sequence <= last for sequence in sequences):
        raise Refused(text("refused.no_entry", event=event, last=last))
    for file in files:
        await work.file(file)
    actor = Actor(person.id, person.name, "terminal")
    await act_alone(work, house, event, Record(actor, Destroyed(tuple(sequences), tuple(files), ground.strip())))
    await work.destroy(event, sequences, files)
