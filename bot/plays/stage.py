"""Somebody at a phone: says something, finds a button on a card, fills in what is asked. Used by plays and stories."""

from __future__ import annotations

import itertools
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from bot.chat.card import Choice, NumberField, Upload, Written
from bot.chat.inbound import Account, DeletedMessage, EditedMessage, Inbound, Pressed, Said, Submitted

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Mapping
    from datetime import datetime

    from bot.chat.card import Button, Card, Form, FormField, Reply
    from bot.chat.inbound import What
    from bot.domain.ids import FileId, PersonId, RoomId

MOST_FORMS = 5
"""Forms one press may lead through; more is a mistake of ours."""


class NothingToPressError(LookupError):
    """No card offers the button."""


class UnansweredFormError(LookupError):
    """A form asks for something nobody was told to answer."""


@dataclass(frozen=True, slots=True)
class Gives:
    """What somebody has ready for the forms a press may lead to.

    `task` answers "which task"; `value` is evidence or any other value as typed; `person`, `reason`, `minutes`,
    `level` answer the questions of that name. `more` answers fields by their own name.
    """

    task: str | None = None
    value: str | None = None
    reason: str | None = None
    person: str | None = None
    minutes: int | None = None
    level: str | None = None
    file: FileId | None = None
    more: Mapping[str, str] = field(default_factory=dict[str, str])

    def named(self, name: str) -> str | None:
        """The answer for a field."""
        own = {
            "task": self.task,
            "value": self.value,
            "reason": self.reason,
            "person": self.person,
            "minutes": None if self.minutes is None else str(self.minutes),
            "level": self.level,
        }
        return self.more.get(name, own.get(name))


NOTHING = Gives()


class Shows(Protocol):
    """What a platform shows now: where a play or a story finds its buttons."""

    def cards(self, room: RoomId) -> tuple[tuple[str, Card], ...]:
        """The cards of a room with their message's key, the newest last."""
        ...


def find_button(shows: Shows, room: RoomId, action: str, *, key: str | None = None, target: str = "") -> Button:
    """The newest button of this action in a room; `key` names one card; `target` what it must lead to.

    A button of a whole department leads to each of its tasks. Raises NothingToPressError.
    """
    for name, card in reversed(shows.cards(room)):
        if key is not None and name != key:
            continue
        for button in card.buttons:
            if button.action == action and leads_to(button.target, target):
                return button
    message = f"no {action} for {target or 'anything'} in {room}" + ("" if key is None else f" on {key}")
    raise NothingToPressError(message)


def leads_to(shown: str, wanted: str) -> bool:
    """Whether a button of `department` or `department/task` can answer for what is wanted."""
    return not wanted or shown == wanted or wanted.partition("/")[0] == shown or shown.partition("/")[0] == wanted


def fill(form: Form, gives: Gives) -> Submitted:
    """Answer a form. Raises UnansweredFormError where a needed answer is missing."""
    values = dict(_values(form, gives))
    files = {each.name: gives.file for each in form.fields if isinstance(each, Upload) and gives.file is not None}
    return Submitted(form.id, dict(form.context), values, files)


def _values(form: Form, gives: Gives) -> Iterator[tuple[str, str]]:
    for each in form.fields:
        if isinstance(each, Upload):
            if each.required and gives.file is None:
                raise UnansweredFormError(f"{form.id}: {each.name}")
            continue
        given = gives.named(each.name)
        answer = given if given is None else _as_offered(each, given)
        if answer is not None:
            yield each.name, answer
        elif each.required:
            raise UnansweredFormError(f"{form.id}: {each.name}")


def _as_offered(asked: FormField, given: str) -> str | None:
    """A choice is given by its id; None: it is not offered."""
    match asked:
        case Choice(options=options):
            values = [value for value, _ in options]
            return given if given in values else None
        case Written() | NumberField() | Upload():
            return given


class Stage:
    """Sends what people do to the house as a platform would, and follows the forms it answers with."""

    def __init__(
        self, receive: Callable[[Inbound], Awaitable[Reply]], now: Callable[[], datetime], platform: str = "web"
    ) -> None:
        """`receive` is the house's front door, `now` its clock."""
        self._receive = receive
        self._now = now
        self._platform = platform
        self._numbers = itertools.count(1)
        self._name = secrets.token_hex(4)

    async def sends(self, person: PersonId | str, room: RoomId, what: What, *, name: str = "") -> Reply:
        """One update."""
        update = f"{self._name}-{next(self._numbers)}"
        account = Account(self._platform, person, name or person)
        return await self._receive(Inbound(update, account, room, what, self._now()))

    async def says(
        self,
        person: PersonId | str,
        words: str,
        room: RoomId,
        *,
        reply_to: str | None = None,
        files: tuple[FileId, ...] = (),
        message: str | None = None,
        gives: Gives = NOTHING,
    ) -> Reply:
        """A message, and the forms it leads to where answers are given. `message` is the platform's id of it."""
        said = Said(message or f"{self._name}-m{next(self._numbers)}", words, reply_to, files)
        reply = await self.sends(person, room, said)
        return reply if gives == NOTHING else await self.answers(person, room, reply, gives)

    async def edits(self, person: PersonId, room: RoomId, message: str, words: str) -> Reply:
        """A message reads otherwise now."""
        return await self.sends(person, room, EditedMessage(message, words))

    async def deletes(self, person: PersonId, room: RoomId, message: str) -> Reply:
        """A message is gone."""
        return await self.sends(person, room, DeletedMessage(message))

    async def presses(self, person: PersonId | str, room: RoomId, button: Button, gives: Gives = NOTHING) -> Reply:
        """A press, its question answered with 确认执行, and the forms it leads to where answers are given."""
        press = Pressed(
            action=button.action,
            event=button.event,
            target=button.target,
            revision=button.revision,
            commander=button.commander,
            confirmed=button.confirm is not None,
        )
        reply = await self.sends(person, room, press)
        return reply if gives == NOTHING else await self.answers(person, room, reply, gives)

    async def answers(self, person: PersonId | str, room: RoomId, reply: Reply, gives: Gives) -> Reply:
        """Fill in form after form until something else comes back."""
        for _ in range(MOST_FORMS):
            if reply.form is None:
                return reply
            reply = await self.sends(person, room, fill(reply.form, gives))
        message = "one press leads through too many forms"
        raise UnansweredFormError(message)
