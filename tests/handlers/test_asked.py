"""A handler that is given something else than it was registered for is a mistake of ours, and says so."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest

from bot.chat.inbound import Account, Inbound, Said
from bot.chat.router import Router, merge
from bot.domain.ids import RoomId
from bot.text import text
from handlers.asked import pressed, submitted

if TYPE_CHECKING:
    from bot.chat.card import Reply
    from bot.services.context import Context


def talk() -> Context:
    inbound = Inbound(
        "1", Account("web", "lin", "lin"), RoomId("@lin"), Said("m", "x"), datetime(2026, 3, 5, tzinfo=UTC)
    )
    return cast("Context", SimpleNamespace(inbound=inbound))


def test_a_message_is_neither_a_press_nor_a_form() -> None:
    with pytest.raises(TypeError, match="said"):
        pressed(talk())
    with pytest.raises(TypeError, match="said"):
        submitted(talk())


def test_a_word_or_a_press_given_twice_is_found_when_the_house_starts() -> None:
    one: Router[str] = Router()
    two: Router[str] = Router()

    async def answer(context: str) -> Reply:
        raise NotImplementedError(context)

    for router in (one, two):
        router.word("status", "状态", help_line=text("help.status"), example=text("example.status"))(answer)
    with pytest.raises(ValueError, match="status"):
        merge((one, two))
    three, four = Router[str](presses={"x.y": answer}), Router[str](presses={"x.y": answer})
    with pytest.raises(ValueError, match="given twice"):
        merge((three, four))
