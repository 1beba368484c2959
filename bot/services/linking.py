"""Whose account it is: by an address that the platform vouches for, or by a code that its person was given."""

from __future__ import annotations

import hashlib
import json
import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.domain.ids import PersonId
from bot.errors import Refused
from bot.services.house_notes import note_house
from bot.store import tables
from bot.store.locking import lock_row
from bot.store.remembering import WEB
from bot.text import Text, Words, same, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.chat.inbound import Account
    from bot.domain.company import Person
    from bot.domain.parties import Actor
    from bot.services.context import Context
    from bot.services.house import House
    from bot.store.work import Work

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""No I and O, no 1 and 0: a code is read aloud and typed on a phone."""
CODE_LENGTH = 10
"""50 bits."""
CODE_FOR = timedelta(minutes=15)
MOST_WRONG = 10
"""Wrong codes an account may try within an hour."""
WRONG_WITHIN = timedelta(hours=1)
TELEGRAM_BOT = "telegram/bot"
"""Where the name of the company's Telegram bot is remembered; its adapter writes it."""
MOST_ASKED = 2
"""Administrators who are named to somebody nobody knows any more."""


async def meet(work: Work, house: House, accounts: Sequence[Account]) -> None:
    """Link those that are linked to nobody yet and whose address is that of exactly one person."""
    for account in accounts:
        person = vouched(house, account)
        if person is None or await work.person_of(account.platform, account.account) is not None:
            continue
        await _link(work, house, account, person)


def vouched(house: House, account: Account) -> Person | None:
    """The one person with the account's address; None where there is none, or more than one."""
    wanted = account.email.strip().casefold()
    if not wanted:
        return None
    found = [person for person in house.company.people.values() if person.email.strip().casefold() == wanted]
    return found[0] if len(found) == 1 else None


async def new_code(work: Work, house: House, person: PersonId, by: Actor | None = None) -> str:
    """A code that links one account to this person, once, within fifteen minutes. Raises Refused for nobody's id.

    `by`: who asked for it; None: the command line.
    """
    known = house.company.people.get(person)
    if known is None:
        raise Refused(text("refused.no_person", person=person))
    code = "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))
    row = {"code": hashed(code), "person": person, "expires_at": work.now + CODE_FOR, "used_at": None}
    work.insert(tables.link_codes, row)
    await note_house(work, house, by, text("house.code_made", person=known.name))
    return code


def hashed(code: str) -> str:
    """What is stored of a code; however it is typed (small letters, spaces, dashes)."""
    typed = "".join(letter for letter in code.upper() if letter in LETTERS)
    return hashlib.sha256(typed.encode()).hexdigest()


async def person_of_code(context: Context, code: str) -> Person | Text:
    """Whose code it is, or why it is of no use. Wrong ones are counted: after ten nothing is looked up for an hour."""
    wrong = await _wrong(context)
    if len(wrong) >= MOST_WRONG:
        return text("refused.code_tries")
    row = await context.work.row(tables.link_codes, code=hashed(code))
    if row is None:
        tries = json.dumps([at.isoformat() for at in (*wrong, context.now)])
        await context.work.put_setting(_wrong_key(context.inbound.account), tries)
        return text("refused.code_unknown")
    expires_at, person = row["expires_at"], context.house.company.people.get(PersonId(str(row["person"])))
    if person is None or row["used_at"] is not None:
        return text("refused.code_used")
    if not isinstance(expires_at, datetime) or context.now >= expires_at:
        return text("refused.code_expired")
    return person


async def redeem(context: Context, code: str) -> Person | Text:
    """The account at hand is that person's from now on; every code of theirs is void."""
    await lock_row(context.work, tables.link_codes, code=hashed(code))
    found = await person_of_code(context, code)
    if isinstance(found, Text):
        return found
    await void_codes(context.work, found.id)
    await _link(context.work, context.house, context.inbound.account, found)
    return found


async def void_codes(work: Work, person: PersonId) -> int:
    """Make every code of a person useless; how many there were."""
    codes = await work.unused_codes(person)
    for code in codes:
        work.update(tables.link_codes, {"code": code}, {"used_at": work.now})
    return len(codes)


async def unlink_all(work: Work, person: PersonId) -> int:
    """Take every account off a person and make their codes useless; how many accounts there were.

    Those their platform vouches for come back by themselves while the list of people has the address.
    """
    accounts = await work.accounts_of(person)
    for platform, account in accounts:
        work.unlink(platform, account)
    await void_codes(work, person)
    return len(accounts)


def how_to_link(context: Context) -> Text:
    """The one line for somebody whose account is linked to nobody."""
    account, company = context.inbound.account, context.house.company
    if context.removed:
        admins = [person for person in company.people.values() if person.access == "admin"][:MOST_ASKED]
        names = Words("、".join(admin.name.zh for admin in admins), ", ".join(admin.name.en for admin in admins))
        return text("refused.removed", names=names) if admins else text("refused.removed_by_nobody")
    return text("refused.stranger") if account.platform == WEB else text("refused.not_linked")


async def _link(work: Work, house: House, account: Account, person: Person) -> None:
    work.link(account, person.id)
    platform, name = same(account.platform.capitalize()), same(account.name)
    await note_house(work, house, None, text("house.linked", person=person.name, platform=platform, account=name))


async def _wrong(context: Context) -> list[datetime]:
    kept = await context.work.setting(_wrong_key(context.inbound.account))
    tries = [datetime.fromisoformat(at) for at in json.loads(kept or "[]")]
    return [at for at in tries if at > context.now - WRONG_WITHIN]


def _wrong_key(account: Account) -> str:
    return f"link/wrong/{account.platform}/{account.account}"
