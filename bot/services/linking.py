"""Whose account it is: by an address that the platform vouches for, or by a code that its person was given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.services.house_notes import note_house
from bot.text import same, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.chat.inbound import Account
    from bot.domain.company import Person
    from bot.services.house import House
    from bot.store.work import Work


async def meet(work: Work, house: House, accounts: Sequence[Account]) -> None:
    """Link those that are linked to nobody yet and whose address is that of exactly one person."""
    for account in accounts:
        person = vouched(house, account)
        if person is None or await work.person_of(account.platform, account.account) is not None:
            continue
        work.link(account, person.id)
        note = text("house.linked", person=person.name, platform=same(account.platform), account=same(account.name))
        await note_house(work, house, None, note)


def vouched(house: House, account: Account) -> Person | None:
    """The one person with the account's address; None where there is none, or more than one."""
    wanted = account.email.strip().casefold()
    if not wanted:
        return None
    found = [person for person in house.company.people.values() if person.email.strip().casefold() == wanted]
    return found[0] if len(found) == 1 else None
