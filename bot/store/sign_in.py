"""What a person could still sign in with: sessions that are not revoked, personal links that were not used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.store.web_tables import web_invites, web_sessions

if TYPE_CHECKING:
    from bot.domain.ids import PersonId
    from bot.store.work import Work


async def live_sessions(work: Work, person: PersonId) -> tuple[str, ...]:
    """The hashes of a person's sessions that still hold."""
    columns = web_sessions.c
    query = select(columns.token).where(columns.person == person, columns.revoked_at.is_(None))
    return tuple(token for (token,) in await work.rows(query))


async def unused_invites(work: Work, person: PersonId) -> tuple[str, ...]:
    """The hashes of a person's links that nobody has used."""
    columns = web_invites.c
    query = select(columns.token).where(columns.person == person, columns.used_at.is_(None))
    return tuple(token for (token,) in await work.rows(query))
