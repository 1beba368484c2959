"""Who is asking: the cookie, the session behind it, the token that forms carry.

A session's secret is in the browser's cookie alone; the database has its hash. The token of forms follows from the
secret, so that nothing has to be kept for it, and differs for each person of a demo browser.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from bot.domain.ids import PersonId, RoomId, direct
from bot.store.web_tables import web_sessions

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.company import Person
    from bot.store.store import Store
    from bot.store.work import Work

COOKIE: Final = "tocsin"
SECRET_BYTES = 32
TRUSTED_FOR = timedelta(seconds=10)
"""A session that was looked up is believed so long: another replica may have revoked it."""
SEEN_EVERY = timedelta(minutes=10)
"""How often `last_seen` is written."""
MOST_SESSIONS = 10_000


@dataclass(frozen=True, slots=True)
class Visitor:
    """The person on the other side of a request, and what their pages need."""

    person: Person
    secret: str
    """The cookie's value."""
    base: str
    """What every address begins with: "" or "/as/guo"."""

    @property
    def id(self) -> PersonId:
        """The person's id."""
        return self.person.id

    @property
    def token(self) -> str:
        """What forms and presses carry against forgery."""
        return seal(self.secret, f"form/{self.person.id}")

    @property
    def direct(self) -> RoomId:
        """The room of messages to this person."""
        return direct(self.person.id)


def seal(secret: str, words: str) -> str:
    """A proof that these words come from whoever holds the secret."""
    return hmac.new(secret.encode(), words.encode(), hashlib.sha256).hexdigest()


def sealed(secret: str, words: str, proof: str) -> bool:
    """Whether a proof is right, compared in constant time."""
    return hmac.compare_digest(seal(secret, words).encode(), proof.encode())


def new_secret() -> str:
    """A new cookie's value."""
    return secrets.token_urlsafe(SECRET_BYTES)


def hashed(secret: str) -> str:
    """What the database has of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Signed:
    """A session that was looked up, and when."""

    person: PersonId
    checked_at: datetime
    seen_at: datetime


class Sessions:
    """Sessions of production, looked up once and believed for some seconds."""

    def __init__(self, store: Store, clock: Clock, lives_for: timedelta) -> None:
        """`lives_for` counts from the last time somebody came."""
        self._store = store
        self._clock = clock
        self._lives_for = lives_for
        self._known: dict[str, Signed] = {}

    async def person_of(self, secret: str) -> PersonId | None:
        """Whose session it is; None where there is none, it was revoked, or it has slept too long."""
        now, key = self._clock.now(), hashed(secret)
        known = self._known.get(key)
        if known is not None and now - known.checked_at < TRUSTED_FOR:
            return known.person
        found = await self._look_up(key, now)
        if found is None:
            self._known.pop(key, None)
            return None
        if len(self._known) >= MOST_SESSIONS:
            self._known.clear()
        self._known[key] = found
        return found.person

    def forget(self, person: PersonId) -> None:
        """A person's sessions were revoked: look them up again."""
        self._known = {key: signed for key, signed in self._known.items() if signed.person != person}

    async def end(self, secret: str) -> None:
        """Somebody signs out."""
        key = hashed(secret)

        async def revoke(work: Work) -> None:
            work.update(web_sessions, {"token": key}, {"revoked_at": work.now})

        await self._store.write(revoke)
        self._known.pop(key, None)

    async def _look_up(self, key: str, now: datetime) -> Signed | None:
        columns = web_sessions.c
        query = select(columns.person, columns.last_seen).where(columns.token == key, columns.revoked_at.is_(None))
        async with self._store.read() as connection:
            row = (await connection.execute(query)).first()
        if row is None:
            return None
        person, seen_at = row
        if now - seen_at > self._lives_for:
            return None
        if now - seen_at > SEEN_EVERY:
            await self._seen(key)
            seen_at = now
        return Signed(PersonId(person), now, seen_at)

    async def _seen(self, key: str) -> None:
        async def write(work: Work) -> None:
            work.update(web_sessions, {"token": key}, {"last_seen": work.now})

        await self._store.write(write)
