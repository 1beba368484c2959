"""The manifest from which an admin makes the app: no more scopes and events than are used. Pure.

https://docs.slack.dev/reference/app-manifest
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bot.adapters.slack.fitting import cut
from bot.adapters.slack.naming import LONGEST_COMMAND, PREFIX, command_of
from bot.text import LANGUAGES, text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.adapters.slack.reading import Written
    from bot.chat.card import Shown
    from bot.chat.router import Word
    from bot.config import SlackSettings
    from bot.text import Language

NAME: Final = "Tocsin 警钟"
COLOUR: Final = "#8c1d18"
MOST_COMMANDS: Final = 50
MOST_OF_DESCRIPTION: Final = 140
MOST_OF_HINT: Final = 1000
PATH: Final = "/slack/events"
SCOPES: Final = (
    "channels:history",
    "channels:join",
    "channels:read",
    "chat:write",
    "commands",
    "files:read",
    "files:write",
    "groups:history",
    "groups:read",
    "im:history",
    "im:write",
    "pins:write",
    "users:read",
    "users:read.email",
)
"""What is always needed."""
EVENTS: Final = (
    "app_home_opened",
    "app_uninstalled",
    "channel_archive",
    "channel_deleted",
    "group_archive",
    "group_deleted",
    "message.channels",
    "message.groups",
    "message.im",
    "team_join",
    "tokens_revoked",
    "user_change",
)


def scopes(settings: SlackSettings) -> tuple[str, ...]:
    """The scopes of the bot: making channels only where each event gets one, and only of that kind."""
    match settings.command_rooms:
        case "off":
            return SCOPES
        case "public":
            return tuple(sorted((*SCOPES, "channels:manage")))
        case "private":
            return tuple(sorted((*SCOPES, "groups:write")))


def manifest(
    settings: SlackSettings, words: Sequence[Word[Any]], say: Callable[[Shown, Language], str], public_url: str = ""
) -> Written:
    """The manifest, as JSON would have it. `words` are the house's; `public_url` is needed for HTTP mode only."""
    address = {"request_url": f"{public_url.rstrip('/')}{PATH}"} if settings.mode == "http" else {}
    return {
        "_metadata": {"major_version": 1, "minor_version": 1},
        "display_information": {
            "name": NAME,
            "description": cut(_both(text("slack.about"), say), MOST_OF_DESCRIPTION),
            "long_description": _both(text("slack.about.long"), say, "\n\n"),
            "background_color": COLOUR,
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": PREFIX, "always_online": True},
            "slash_commands": _commands(words, say, address),
        },
        "oauth_config": {"scopes": {"bot": list(scopes(settings))}},
        "settings": {
            "event_subscriptions": {**address, "bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True, **address},
            "org_deploy_enabled": False,
            "socket_mode_enabled": settings.mode == "socket",
            "token_rotation_enabled": False,
        },
    }


def _both(shown: Shown, say: Callable[[Shown, Language], str], between: str = " / ") -> str:
    return between.join(dict.fromkeys(say(shown, language) for language in LANGUAGES))


def _commands(
    words: Sequence[Word[Any]], say: Callable[[Shown, Language], str], address: dict[str, str]
) -> list[Written]:
    """One for each word of the house, and one that says any of them."""
    where = {"url": address["request_url"]} if address else {}
    anything: Written = {
        "command": f"/{PREFIX}",
        "description": _both(text("slack.any_word"), say),
        "usage_hint": _both(text("slack.any_word.hint"), say),
        "should_escape": False,
        **where,
    }
    return [anything, *(_command(word, say) | where for word in words if _fits(word))][:MOST_COMMANDS]


def _fits(word: Word[Any]) -> bool:
    return word.name.isascii() and len(command_of(word.name)) <= LONGEST_COMMAND


def _command(word: Word[Any], say: Callable[[Shown, Language], str]) -> Written:
    """With an example in both languages, without the word itself."""
    shown: Written = {
        "command": command_of(word.name),
        "description": _both(word.help, say),
        "should_escape": False,
    }
    examples = (say(word.example, language).partition(" ")[2] for language in LANGUAGES)
    hint = " / ".join(dict.fromkeys(each for each in examples if each))
    return shown | ({"usage_hint": cut(hint, MOST_OF_HINT)} if hint else {})
