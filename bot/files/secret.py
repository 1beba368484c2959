"""Tokens and passwords: which settings they are, where else they come from, how a line is shown without them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, cast

SECRETS: Final[Mapping[tuple[str, str], str]] = {
    ("slack", "bot_token"): "TOCSIN_SLACK_BOT_TOKEN",
    ("slack", "app_token"): "TOCSIN_SLACK_APP_TOKEN",
    ("slack", "signing_secret"): "TOCSIN_SLACK_SIGNING_SECRET",
    ("telegram", "bot_token"): "TOCSIN_TELEGRAM_BOT_TOKEN",
    ("telegram", "webhook_secret"): "TOCSIN_TELEGRAM_WEBHOOK_SECRET",
    ("mail", "password"): "TOCSIN_MAIL_PASSWORD",
}
"""Settings that may come from the environment, by the variable's name. The environment wins over the file."""
HIDDEN: Final = "…"
NAMED: Final = re.compile(r"(?i)(?P<key>\w*(?:token|secret|password)\w*[\"']?\s*[=＝:：]\s*).+$")
LIKE_ONE: Final = re.compile(r"x(?:ox[a-z]|app)-[\w-]+|\d{5,}:[\w-]{20,}|(?<=://)[^\s/@]+:[^\s/@]+(?=@)", re.ASCII)
"""Tokens of Slack and Telegram, and the name and password of an address."""


def from_environment(content: object, environment: Mapping[str, str]) -> tuple[object, Mapping[tuple[str, str], str]]:
    """The file's content with the secrets of the environment, and the variable that each of those came from.

    A section that is not one is left as it is: the form says what is wrong with it.
    """
    given = {spot: name for spot, name in SECRETS.items() if environment.get(name)}
    if not given or not isinstance(content, dict):
        return content, {}
    filled = dict(cast("dict[str, object]", content))
    for (section, key), name in given.items():
        held = filled.get(section, {})
        if isinstance(held, dict):
            filled[section] = {**cast("dict[str, object]", held), key: environment[name]}
    return filled, given


def without_secrets(line: str) -> str:
    """A line of a file as it may be shown: no value of a secret setting, and nothing that looks like a token."""
    return LIKE_ONE.sub(HIDDEN, NAMED.sub(rf'\g<key>"{HIDDEN}"', line))


def is_secret(key: str | int) -> bool:
    """Whether the value of a key is never shown, whatever it is."""
    return any(key == name for _, name in SECRETS)
