"""The running bot's side door: a command line that changes something asks the one writer to do it.

A Unix socket in the data directory (mode 0600), one line of JSON in, one line of JSON out. Only whoever may
read the data directory may knock.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from pathlib import Path

import structlog

from bot.errors import Broken, NotSaved, Refused
from bot.text import Language, Text, text

LINE_LIMIT = 32 * 1024 * 1024
"""Bytes of one request: a people list travels in it."""
TOGETHER = 60.0
"""Seconds a caller waits for the answer."""

Order = Callable[[Mapping[str, str]], Awaitable[Mapping[str, str]]]
"""One thing that may be asked, by its name."""
Say = Callable[[Text, Language], str]

log = structlog.get_logger(__name__)


class Door:
    """Listens while the bot runs."""

    def __init__(self, path: Path, orders: Mapping[str, Order], say: Say) -> None:
        """`orders` are all that may be asked here; `say` renders a refusal in the caller's language."""
        self._path = path
        self._orders = orders
        self._say = say
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        """Answer from now on, until `close`. Raises Broken where no socket can be made at the path."""
        try:
            self._path.unlink(missing_ok=True)
            self._server = await asyncio.start_unix_server(self._answer, self._path, limit=LINE_LIMIT)
            self._path.chmod(0o600)
        except OSError as error:
            raise Broken(text("door.closed", path=str(self._path), why=error.strerror or str(error))) from error

    def close(self) -> None:
        """Listen no longer; the socket file goes with the bot."""
        if self._server is not None:
            self._server.close()
            self._server = None
            self._path.unlink(missing_ok=True)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            answer = await self._carry_out(await reader.readline())
            writer.write(json.dumps(answer, ensure_ascii=False).encode() + b"\n")
            await writer.drain()
        except (ConnectionError, ValueError) as error:
            log.warning("door.broken", error=repr(error))
        finally:
            writer.close()

    async def _carry_out(self, line: bytes) -> Mapping[str, str]:
        asked: dict[str, str] = json.loads(line)
        language: Language = "en" if asked.pop("language", "") == "en" else "zh"
        order = self._orders.get(asked.pop("order", ""))
        if order is None:
            return {"refused": self._say(text("door.unknown"), language)}
        try:
            return await order(asked)
        except Refused as refused:
            return {"refused": self._say(refused.reason, language)}
        except NotSaved:
            return {"refused": self._say(text("cli.not_saved"), language)}


async def knock(path: Path, order: str, asked: Mapping[str, str]) -> Mapping[str, str] | None:
    """Ask the running bot. None where no bot runs (no socket, or nobody behind it). Raises Broken: no answer."""
    try:
        reader, writer = await asyncio.open_unix_connection(path, limit=LINE_LIMIT)
    except (FileNotFoundError, ConnectionRefusedError):
        return None
    try:
        writer.write(json.dumps({"order": order, **asked}, ensure_ascii=False).encode() + b"\n")
        await writer.drain()
        async with asyncio.timeout(TOGETHER):
            answer: dict[str, str] = json.loads(await reader.readline())
    except (TimeoutError, ValueError, ConnectionError) as error:
        raise Broken(text("door.no_answer")) from error
    else:
        return answer
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()
