"""Personal links to the built-in chat: made by an admin, used once, kept only as a hash; sessions can be revoked."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.domain.ids import PersonId
from bot.errors import Refused
from bot.services.house_notes import note_house
from bot.services.linking import unlink_all
from bot.store.feeds import drop_feed
from bot.store.locking import lock_row
from bot.store.sign_in import live_sessions, unused_invites
from bot.store.web_tables import web_invites, web_sessions
from bot.text import same, text

if TYPE_CHECKING:
    from bot.domain.company import Person
    from bot.domain.parties import Actor
    from bot.services.house import House
    from bot.store.work import Work

TOKEN_BYTES = 32
INVITE_FOR = timedelta(days=7)
"""How long a personal link may be used."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """Who signed in, and the secret their browser keeps from now on."""

    person: Person
    session: str


def hashed(token: str) -> str:
    """What is stored of a token: its SHA-256. Tokens are random, so a plain hash tells nothing of them."""
    return hashlib.sha256(token.encode()).hexdigest()


async def invite(work: Work, house: House, person: PersonId, by: Actor | None = None) -> str:
    """Make a personal link's token. Raises Refused for somebody the company does not know."""
    known = house.company.people.get(person)
    if known is None:
        raise Refused(text("refused.no_person", person=person))
    token = secrets.token_urlsafe(TOKEN_BYTES)
    row = {
        "token": hashed(token),
        "person": person,
        "expires_at": work.now + INVITE_FOR,
        "used_at": None,
        "by": None if by is None else by.person,
    }
    work.insert(web_invites, row)
    await note_house(work, house, by, text("house.invited", person=known.name))
    return token


async def accept(work: Work, house: House, token: str, agent: str = "") -> Accepted:
    """Use a personal link: once, and not after it has run out. Raises Refused."""
    row = await lock_row(work, web_invites, token=hashed(token))
    if row is None:
        raise Refused(text("refused.invite_unknown"))
    known = house.company.people.get(PersonId(str(row["person"])))
    if known is None or row["used_at"] is not None:
        raise Refused(text("refused.invite_used"))
    if not _still_valid(row["expires_at"], work.now):
        raise Refused(text("refused.invite_expired"))
    work.update(web_invites, {"token": hashed(token)}, {"used_at": work.now})
    await note_house(work, house, None, text("house.signed_in", person=known.name))
    return Accepted(known, open_session(work, known.id, agent))


def _still_valid(expires_at: object, now: datetime) -> bool:
    return isinstance(expires_at, datetime) and now < expires_at


def open_session(work: Work, person: PersonId, agent: str = "") -> str:
    """A new session's secret; only its hash is stored."""
    session = secrets.token_urlsafe(TOKEN_BYTES)
    row = {
        "token": hashed(session),
        "person": person,
        "created_at": work.now,
        "last_seen": work.now,
        "revoked_at": None,
        "agent": agent,
    }
    work.insert(web_sessions, row)
    return session


async def revoke(work: Work, house: House, person: PersonId, by: Actor | None = None) -> int:
    """End every session and unused link of a person, take their chat accounts off; how many there were of all three.

    Their calendar's link ends with them. Somebody whom the company does not know any more has a name no longer, but
    may have left an account behind that must not become that of the next person of the same id.
    """
    known = house.company.people.get(person)
    sessions, invites = await live_sessions(work, person), await unused_invites(work, person)
    if known is None and not (sessions or invites or await work.accounts_of(person)):
        raise Refused(text("refused.no_person", person=person))
    name = same(person) if known is None else known.name
    for token in sessions:
        work.update(web_sessions, {"token": token}, {"revoked_at": work.now})
    for token in invites:
        work.update(web_invites, {"token": token}, {"used_at": work.now})
    await drop_feed(work, person)
    ended = len(sessions) + len(invites)
    await note_house(work, house, by, text("house.revoked", person=name, count=ended))
    unlinked = await unlink_all(work, person)
    if unlinked:
        await note_house(work, house, by, text("house.unlinked", person=name, count=unlinked))
    return ended + unlinked
