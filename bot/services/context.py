"""What a handler knows of one update: who speaks, where, in which language, and the unit of work it happens in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from bot.domain.ids import PersonId
from bot.domain.parties import Actor
from bot.services.linking import meet
from bot.store.remembering import WEB
from bot.text import same

if TYPE_CHECKING:
    from datetime import datetime

    from bot.chat.adapter import Abilities
    from bot.chat.inbound import Account, Inbound
    from bot.domain.company import Person
    from bot.services.house import House
    from bot.store.store import Store
    from bot.store.work import Work
    from bot.text import Language, Words


class Signs(Protocol):
    """Signs the head of a record with a key that is kept outside the database."""

    @property
    def public_key(self) -> str:
        """What the signature is checked with."""
        ...

    def sign(self, head: str) -> str:
        """The signature of a record's last hash."""
        ...


@dataclass(frozen=True, slots=True)
class Context:
    """One update on its way through the house. `person` None: an account nobody has linked (a stranger)."""

    work: Work
    house: House
    inbound: Inbound
    person: Person | None
    actor: Actor
    language: Language
    abilities: Abilities
    signer: Signs
    words_after: str = ""
    """What follows the command word."""
    removed: bool = False
    """The account is somebody's whom the company does not know any more."""

    @property
    def now(self) -> datetime:
        """The time of this unit of work."""
        return self.work.now

    @property
    def speaker(self) -> Words:
        """The name the record gives whoever speaks."""
        return self.actor.name or same(self.inbound.account.name)


async def context_for(work: Work, house: House, inbound: Inbound, *, abilities: Abilities, signer: Signs) -> Context:
    """Find out who speaks, and in which language: /lang, else what the account is set to, else the list of people."""
    account = inbound.account
    found = await work.person_of(account.platform, account.account)
    if found is None:
        await meet(work, house, (account,))
        found = await work.person_of(account.platform, account.account)
    person = None if found is None else house.company.people.get(found)
    if person is None:
        language, actor = account.language or house.settings.default_language, stranger(account)
        removed = found is not None and account.platform != WEB
        return Context(work, house, inbound, None, actor, language, abilities, signer, removed=removed)
    actor = Actor(person=person.id, name=person.name, platform=inbound.platform)
    work.learn_language(account, person.id)
    language = await language_of(work, person, account)
    return Context(work, house, inbound, person, actor, language, abilities, signer)


def stranger(account: Account) -> Actor:
    """Somebody whose account is linked to nobody of the company: a name without a person."""
    return Actor(person=None, name=same(account.name), platform=account.platform)


async def language_of(work: Work, person: Person, account: Account | None = None) -> Language:
    """What the person chose with /lang, else what the account they speak from is set to, else the list of people."""
    match await work.setting(language_key(person.id)):
        case "zh":
            return "zh"
        case "en":
            return "en"
        case _:
            return (None if account is None else work.account_language(account, person.id)) or person.language


async def reader_language(store: Store, person: Person, platform: str) -> Language:
    """The language of direct messages: /lang, else what the person's account is set to, else the list of people."""
    match await store.setting(language_key(person.id)):
        case "zh":
            return "zh"
        case "en":
            return "en"
        case _:
            return store.links.language(platform, person.id) or person.language


async def language_for(store: Store, house: House, account: Account) -> Language:
    """The language of what is said to an account at once: as `reader_language`, a stranger's as their platform says."""
    found = (
        PersonId(account.account) if account.platform == WEB else store.links.person(account.platform, account.account)
    )
    person = None if found is None else house.company.people.get(found)
    if person is None:
        return account.language or house.settings.default_language
    return await reader_language(store, person, account.platform)


def language_key(person: PersonId) -> str:
    """Where a person's choice of language is kept."""
    return f"language/{person}"
