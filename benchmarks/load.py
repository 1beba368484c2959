"""The other side of the wire: so many people at once, each waiting for an answer before the next request.

Runs as a process of its own (`python -m benchmarks.load`): reads a `Plan` as JSON from standard input and writes a
`Measured` as JSON to standard output.
"""

from __future__ import annotations

import asyncio
import html
import json
import re
import secrets
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from time import perf_counter
from typing import Protocol
from urllib.parse import quote

from pydantic import TypeAdapter

from benchmarks.figures import middle, milliseconds, percentile
from benchmarks.http_client import Answer, Connection

UNDO = re.compile(r'value="(\[[^"]*answer\.withdraw[^"]*\])"')
HOST = "127.0.0.1"
AT_ONCE = 65_536
"""Bytes of a stream read at once."""


class WrongAnswerError(Exception):
    """Something else came back than a measurement can count."""


@dataclass(frozen=True, slots=True)
class Presser:
    """Somebody signed in, and the one task that they start and take back, over and over."""

    secret: str
    """The session's cookie."""
    token: str
    room: str
    event: str
    target: str
    """`department/task`."""


@dataclass(frozen=True, slots=True)
class Plan:
    """`pressers` none: a bare handler is asked, by `at_once` clients. `pause` in seconds after each answer."""

    port: int
    seconds: float
    at_once: int
    pause: float = 0.0
    pressers: tuple[Presser, ...] = ()
    pages: bool = False
    """Whether each presser has the page of their room open meanwhile, with its live stream."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What came of it; times in milliseconds."""

    answers: int
    seconds: float
    median: float
    p99: float
    streamed: int = 0
    """Bytes that the open pages were sent."""


@dataclass(frozen=True, slots=True)
class Question:
    """One request."""

    body: bytes
    headers: Mapping[str, str]


class Asker(Protocol):
    """Knows what to ask next, and whether an answer was one."""

    def ask(self) -> Question:
        """The next request."""
        ...

    def take(self, answer: Answer) -> None:
        """Look at the answer. Raises WrongAnswerError."""
        ...

    @property
    def amid(self) -> bool:
        """Whether one more request is needed to leave everything as it was."""
        ...


class Bare:
    """Asks the bare handler."""

    _question = Question(b'{"press":"yardstick"}', {"Content-Type": "application/json"})

    def ask(self) -> Question:
        """Always the same."""
        return self._question

    def take(self, answer: Answer) -> None:
        """Anything but an error will do."""
        if answer.status != 200:
            raise WrongAnswerError(answer)

    @property
    def amid(self) -> bool:
        """Never."""
        return False


@dataclass(slots=True)
class Pressing:
    """Starts a task, takes it back with the button that the answer brought, and so on: each one an entry."""

    presser: Presser
    _undo: str = field(default="", init=False)

    def ask(self) -> Question:
        """A press as the page's script sends it."""
        who = self.presser
        start = json.dumps(["task.start", who.event, who.target, 0, None, 0])
        fields = {"press": self._undo or start, "room": who.room, "update": secrets.token_hex(8)}
        headers = {
            "Content-Type": "application/json",
            "Accept": "application/json",
            "X-Token": who.token,
            "Cookie": f"tocsin={who.secret}",
        }
        return Question(json.dumps(fields).encode(), headers)

    def take(self, answer: Answer) -> None:
        """It must have been kept; remember how to take it back."""
        if answer.status != 200:
            raise WrongAnswerError(answer)
        told: dict[str, object] = json.loads(answer.body)
        if told.get("stored") is not True:
            raise WrongAnswerError(told)
        self._undo = "" if self._undo else undo_of(str(told.get("undo", "")))

    @property
    def amid(self) -> bool:
        """Whether the task is started and not taken back yet."""
        return bool(self._undo)


def undo_of(button: str) -> str:
    """What the undo button of an answer sends. Raises WrongAnswerError where there is none."""
    found = UNDO.search(html.unescape(button.replace("&#34;", "\0").replace("&quot;", "\0")))
    if found is None:
        raise WrongAnswerError(button)
    return found[1].replace("\0", '"')


class Page:
    """Somebody's open page: takes whatever its live stream brings."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Wrap an open stream and begin to read."""
        self.streamed = 0
        self._reader = reader
        self._writer = writer
        self._reading = asyncio.create_task(self._read())

    @classmethod
    async def open(cls, port: int, presser: Presser) -> Page:
        """Connect, and ask for the stream of the presser's room."""
        reader, writer = await asyncio.open_connection(HOST, port)
        head = (
            f"GET /stream?room={quote(presser.room)} HTTP/1.1\r\nHost: {HOST}:{port}\r\nCookie: tocsin={presser.secret}"
        )
        writer.write(f"{head}\r\n\r\n".encode())
        if not (await reader.readuntil(b"\r\n")).startswith(b"HTTP/1.1 200"):
            raise WrongAnswerError(presser)
        return cls(reader, writer)

    async def _read(self) -> None:
        while part := await self._reader.read(AT_ONCE):
            self.streamed += len(part)

    async def close(self) -> None:
        """Close the page."""
        self._reading.cancel()
        self._writer.close()
        await self._writer.wait_closed()


async def measure(plan: Plan) -> Measured:
    """Ask for so long, then let everybody have their last answer."""
    askers: list[Asker] = [Pressing(presser) for presser in plan.pressers]
    askers = (askers or [Bare() for _ in range(plan.at_once)])[: plan.at_once]
    times: list[float] = []
    pages = [await Page.open(plan.port, presser) for presser in plan.pressers[: plan.at_once] if plan.pages]
    connections = [await Connection.open(HOST, plan.port) for _ in askers]
    begun = perf_counter()
    async with asyncio.TaskGroup() as group:
        for asker, connection in zip(askers, connections, strict=True):
            group.create_task(_ask(asker, connection, begun + plan.seconds, plan.pause, times))
    seconds = perf_counter() - begun
    for connection in (*connections, *pages):
        await connection.close()
    streamed = sum(page.streamed for page in pages)
    return Measured(len(times), seconds, milliseconds(middle(times)), milliseconds(percentile(times, 0.99)), streamed)


async def _ask(asker: Asker, connection: Connection, until: float, pause: float, times: list[float]) -> None:
    while perf_counter() < until or asker.amid:
        question = asker.ask()
        asked_at = perf_counter()
        answer = await connection.ask("POST", "/press", question.body, question.headers)
        times.append(perf_counter() - asked_at)
        asker.take(answer)
        if pause:
            await asyncio.sleep(pause)


def write_plan(plan: Plan) -> str:
    """For standard input."""
    return json.dumps(asdict(plan))


def read_plan(written: str) -> Plan:
    """From standard input."""
    return TypeAdapter(Plan).validate_json(written)


def main() -> None:
    """Measure what standard input asks for."""
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        measured = runner.run(measure(read_plan(sys.stdin.read())))
    print(json.dumps(asdict(measured)))


if __name__ == "__main__":
    main()
