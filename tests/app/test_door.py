"""The side door of the running bot: what comes to it that is no order, and an order that is not carried out."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest

from bot.errors import Broken, NotSaved, Refused
from bot.jobs.door import Door, knock
from bot.text import Language, Text, text


def say(shown: Text, language: Language) -> str:
    """The key, so that the test sees which sentence it is."""
    return f"{language} {shown.key}"


async def refuse(asked: Mapping[str, str]) -> Mapping[str, str]:
    """The rules of the house say no."""
    raise Refused(text("refused.no_person", person=asked["person"]))


async def full(asked: Mapping[str, str]) -> Mapping[str, str]:
    """The disk is full."""
    raise NotSaved


async def repeat(asked: Mapping[str, str]) -> Mapping[str, str]:
    """Answers what was asked."""
    return asked


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[Path]:
    """Where an open door is."""
    path = tmp_path / "door.sock"
    opened = Door(path, {"refuse": refuse, "full": full, "repeat": repeat}, say)
    await opened.open()
    yield path
    opened.close()


async def test_an_order_is_carried_out_whatever_it_is_written_in(door: Path) -> None:
    assert await knock(door, "repeat", {"what": "火灾 🔥\n", "language": "en"}) == {"what": "火灾 🔥\n"}


async def test_only_its_owner_may_knock(door: Path) -> None:
    mode = (await asyncio.to_thread(door.stat)).st_mode
    assert oct(mode & 0o777) == "0o600"


@pytest.mark.parametrize(
    ("order", "language", "sentence"),
    [
        ("refuse", "en", "en refused.no_person"),
        ("full", "zh", "zh cli.not_saved"),
        ("dance", "en", "en door.unknown"),
    ],
)
async def test_what_is_refused_is_said_in_the_callers_language(
    door: Path, order: str, language: str, sentence: str
) -> None:
    assert await knock(door, order, {"person": "lin", "language": language}) == {"refused": sentence}


async def test_rubbish_closes_the_connection_and_the_door_stays_open(door: Path) -> None:
    reader, writer = await asyncio.open_unix_connection(door)
    writer.write(b"no json\n")
    assert await reader.read() == b""
    writer.close()
    await writer.wait_closed()
    assert await knock(door, "repeat", {}) == {}


async def test_nobody_behind_the_door(tmp_path: Path) -> None:
    path = tmp_path / "door.sock"
    assert await knock(path, "repeat", {}) is None
    door = Door(path, {}, say)
    await door.open()
    door.close()
    assert not path.exists()
    server = await asyncio.start_unix_server(lambda _reader, writer: writer.close(), path)
    with pytest.raises(Broken) as silent:
        await knock(path, "repeat", {})
    assert silent.value.reason.key == "door.no_answer"
    server.close()
    assert await knock(path, "repeat", {}) is None, "a socket that a dead bot left behind"


async def test_a_path_too_long_for_a_socket_is_said(tmp_path: Path) -> None:
    folder = tmp_path / ("x" * 120)
    folder.mkdir()
    with pytest.raises(Broken) as closed:
        await Door(folder / "door.sock", {}, say).open()
    assert closed.value.reason.key == "door.closed"
    assert json.dumps(dict(closed.value.reason.params)).count("x") > 100
