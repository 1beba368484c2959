"""/lang 语言: the language a person is spoken to in."""

from __future__ import annotations

from bot.chat.card import Choice, Form, Reply
from bot.chat.router import Router
from bot.errors import Refused
from bot.services.context import Context
from bot.services.language import choose_language, read_language
from bot.text import Language, Text, same, text
from handlers.asked import submitted

ROUTER: Router[Context] = Router()


@ROUTER.word("lang", "语言", help_line=text("help.lang"), example=text("example.lang"))
async def lang(context: Context) -> Reply:
    """Zh or en; nothing: two tiles."""
    if not context.words_after:
        options = (("zh", language_name("zh")), ("en", language_name("en")))
        fields = (Choice("language", text("ask.language"), options, tiles=True),)
        return Reply(form=Form("language.choose", text("ask.language.title"), fields, text("ask.send")))
    return await _choose(context, context.words_after)


@ROUTER.form("language.choose")
async def chosen(context: Context) -> Reply:
    """One of the two."""
    return await _choose(context, submitted(context).values.get("language", ""))


async def _choose(context: Context, typed: str) -> Reply:
    language = read_language(typed)
    if language is None:
        raise Refused(text("refused.no_language"))
    chosen_by = await choose_language(context, language)
    line = chosen_by.house.render(text("reply.language"), chosen_by.language)
    return Reply(text=same(line))


def language_name(language: Language) -> Text:
    """What a language is called in each."""
    return text("language.zh") if language == "zh" else text("language.en")
