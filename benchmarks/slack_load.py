"""Presses on cards as Slack would send them: signed, each with its own time, trigger and address to answer at."""

from __future__ import annotations

import asyncio
import copy
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import cycle, product
from time import perf_counter
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

from benchmarks.figures import milliseconds, percentile
from benchmarks.http_client import Connection
from benchmarks.load import HOST, WrongAnswerError
from bot.adapters.slack.http import PATH
from tests.slack.deliveries import FORM, Delivery, sign

if TYPE_CHECKING:
    from tests.slack.fake import FakeSlack, User
    from tests.slack.state import Channel, Message

USER, NAME, TIME, TRIGGER, URL = "zzUSERzz", "zzNAMEzz", "zzTIMEzz", "zzTRIGGERzz", "zzURLzz"
"""What is put in for each press: words that no way of writing changes."""
GOT_IT = '["task.acknowledge"'
"""What the value of the first button of every card begins with."""


@dataclass(frozen=True, slots=True)
class Template:
    """A press on one card's button, but for what differs from press to press."""

    card: Message
    body: bytes


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """How a load went; times in milliseconds."""

    answers: int
    seconds: float
    p99: float

    @property
    def per_second(self) -> float:
        """Presses stored and acknowledged a second."""
        return self.answers / self.seconds


async def template(card: Message, by: User) -> Template:
    """Press the card's first button once, and keep what Slack sent."""
    button = next(each for each in card.buttons if each.value.startswith(GOT_IT))
    delivery = await by.presses(card, button.action_id)
    assert delivery is not None
    assert delivery.acked, delivery.error
    payload: dict[str, Any] = copy.deepcopy(delivery.payload)
    payload["user"] |= {"id": USER, "username": NAME, "name": NAME}
    payload["actions"][0]["action_ts"] = TIME
    payload |= {"trigger_id": TRIGGER, "response_url": URL}
    return Template(card, Delivery("interactive", payload).body_of()[0])


@dataclass(slots=True)
class Presses:
    """Everybody on every card, one after the other, each once before anybody presses again."""

    slack: FakeSlack
    templates: Sequence[Template]
    people: Sequence[User]
    made: int = field(default=0, init=False)
    _order: cycle[tuple[User, Template]] = field(init=False)

    def __post_init__(self) -> None:
        """Cards change fastest: neighbours in time are in different channels."""
        self._order = cycle(product(self.people, self.templates))

    def next(self) -> tuple[bytes, dict[str, str]]:
        """The next press: its body and its headers."""
        user, pressed = next(self._order)
        slack, self.made = self.slack, self.made + 1
        fresh = {
            USER: user.id,
            NAME: user.id.lower(),
            TIME: slack.next_ts(),
            TRIGGER: slack.new_trigger(user.id),
            URL: quote(slack.new_answer_url(pressed.card.channel, user.id, pressed.card), safe=""),
        }
        body = pressed.body
        for mark, value in fresh.items():
            body = body.replace(mark.encode(), value.encode())
        stamp = str(int(slack.signing_clock()))
        signed = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": sign(slack.signing_secret, stamp, body)}
        return body, {"Content-Type": FORM, **signed}


async def press_for(presses: Presses, port: int, seconds: float, at_once: int) -> Acknowledged:
    """So many at once, each waiting for the acknowledgement before the next press."""
    connections = [await Connection.open(HOST, port) for _ in range(at_once)]
    times: list[float] = []
    begun = perf_counter()
    async with asyncio.TaskGroup() as group:
        for connection in connections:
            group.create_task(_press(presses, connection, begun + seconds, times))
    taken = perf_counter() - begun
    for connection in connections:
        await connection.close()
    return Acknowledged(len(times), taken, milliseconds(percentile(times, 0.99)))


async def _press(presses: Presses, connection: Connection, until: float, times: list[float]) -> None:
    while perf_counter() < until:
        body, headers = presses.next()
        asked_at = perf_counter()
        answer = await connection.ask("POST", PATH, body, headers)
        times.append(perf_counter() - asked_at)
        if answer.status != 200:
            raise WrongAnswerError(answer)


def checklists(slack: FakeSlack, event: str = "") -> dict[str, float]:
    """When each department's card was accepted, by its key; of one event, or of all."""
    accepted: dict[str, float] = {}
    for call in slack.called("chat.postMessage"):
        key = key_of(call.args)
        if not call.error and is_checklist_of(key, event):
            accepted.setdefault(key, call.at)
    return accepted


def is_checklist_of(key: str, event: str) -> bool:
    """Whether a message is a department's card of the event (of any, where none is named)."""
    opened, _, department = key.partition("/")
    return opened.startswith(event or "EV-") and bool(department) and "/" not in department and department != "command"


def key_of(args: dict[str, Any]) -> str:
    """The name that the house gave a message."""
    given: object = args.get("metadata")
    told = cast("dict[str, Any]", json.loads(given) if isinstance(given, str) else given or {})
    return str(told.get("event_payload", {}).get("key", ""))


def cards(slack: FakeSlack, places: Sequence[Channel]) -> list[Message]:
    """The cards that stand in these channels and can be acknowledged: one that stands in several, once.

    A press in one of its places changes it in all, so a second press would find another button.
    """
    found = [message for place in places for message in slack.messages(place)]
    waiting = [message for message in found if any(each.value.startswith(GOT_IT) for each in message.buttons)]
    return list({key_of({"metadata": message.metadata}): message for message in reversed(waiting)}.values())[::-1]
