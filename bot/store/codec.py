"""Values of the house as JSON texts and back. The adapters are built on first use: start-up stays short."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Generic, TypeVar

from pydantic import Field, TypeAdapter

from bot.chat.card import Reply
from bot.chat.effect import Effect
from bot.chat.inbound import Inbound
from bot.domain.company import Person
from bot.domain.event import Event
from bot.domain.playbook import Playbook

T = TypeVar("T")


class Codec(Generic[T]):
    """One kind of value."""

    def __init__(self, adapter: TypeAdapter[T]) -> None:
        """Wrap pydantic's adapter of the kind."""
        self._adapter = adapter

    def write(self, value: T) -> str:
        """The JSON text."""
        return self._adapter.dump_json(value).decode()

    def read(self, line: str) -> T:
        """The value. Raises ValueError where it is none."""
        return self._adapter.validate_json(line)


@cache
def reply_codec() -> Codec[Reply]:
    """The answer to an update, kept so that the same update is answered the same again."""
    return Codec(TypeAdapter(Reply))


@cache
def inbound_codec() -> Codec[Inbound]:
    """An update as its adapter parsed it."""
    return Codec(TypeAdapter(Inbound))


@cache
def effect_codec() -> Codec[Effect]:
    """What waits in the outbox."""
    return Codec(TypeAdapter(Annotated[Effect, Field(discriminator="kind")]))


@cache
def event_codec() -> Codec[Event]:
    """A snapshot of a folded event."""
    return Codec(TypeAdapter(Event))


@cache
def playbook_codec() -> Codec[Playbook]:
    """A playbook in its normal form."""
    return Codec(TypeAdapter(Playbook))


@cache
def person_codec() -> Codec[Person]:
    """A person of an import."""
    return Codec(TypeAdapter(Person))
