"""/lang: each person's own language for direct messages, forms and replies."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.services.context import language_key

if TYPE_CHECKING:
    from bot.services.context import Context
    from bot.text import Language

_NAMES: dict[str, Language] = {
    "zh": "zh",
    "cn": "zh",
    "zh-cn": "zh",
    "chinese": "zh",
    "中文": "zh",
    "汉语": "zh",
    "en": "en",
    "english": "en",
    "英文": "en",
    "英语": "en",
}


def read_language(typed: str) -> Language | None:
    """The language somebody names, in either language."""
    return _NAMES.get(typed.strip().casefold())


async def choose_language(context: Context, language: Language) -> Context:
    """Keep a person's choice; from now on they are spoken to in it."""
    if context.person is not None:
        await context.work.put_setting(language_key(context.person.id), language)
    return replace(context, language=language)
