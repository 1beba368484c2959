"""App manifests: the documented shape (schema version 1 of github.com/slackapi/manifest-schema), and what it asks for.

Besides the shape it is checked that every event has its scope, commands have theirs, and HTTP has its addresses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, cast

from tests.slack.elements import Flaw
from tests.slack.reading import Json, objects

Shape = Mapping[str, "Rule"]
"""The keys of an object; a key that ends in `!` must be there."""
URL: Final = r"^https?://"


@dataclass(frozen=True, slots=True)
class Words:
    """A text of so many characters."""

    longest: int
    least: int = 0
    pattern: str = ""


@dataclass(frozen=True, slots=True)
class Many:
    """A list of so many entries."""

    entry: Rule
    most: int
    least: int = 0


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of a few values."""

    values: tuple[object, ...]


Rule = Words | Many | OneOf | Mapping[str, "Rule"]
FLAG: Final = OneOf((True, False))
VERSION: Final = OneOf((0, 1, 2))
COMMAND: Final[Shape] = {
    "command!": Words(32, 2, r"^/"),
    "description!": Words(2000, 1),
    "usage_hint": Words(1000, 1),
    "url": Words(3000, 0, URL),
    "should_escape": FLAG,
}
SHORTCUT: Final[Shape] = {
    "name!": Words(24, 1),
    "type!": OneOf(("message", "global")),
    "callback_id!": Words(255, 1),
    "description!": Words(150, 1),
}
MANIFEST: Final[Shape] = {
    "_metadata": {"major_version": VERSION, "minor_version": VERSION},
    "display_information!": {
        "name!": Words(35, 1),
        "description": Words(140, 1),
        "background_color": Words(7, 4, r"^#(?:[0-9a-fA-F]{3}){1,2}$"),
        "long_description": Words(4000, 175),
    },
    "features": {
        "app_home": {
            "home_tab_enabled": FLAG,
            "messages_tab_enabled": FLAG,
            "messages_tab_read_only_enabled": FLAG,
        },
        "bot_user": {"display_name!": Words(80, 1), "always_online": FLAG},
        "shortcuts": Many(SHORTCUT, 10, 1),
        "slash_commands": Many(COMMAND, 50, 1),
        "unfurl_domains": Many(Words(255), 5, 1),
    },
    "oauth_config": {
        "redirect_urls": Many(Words(2500), 1000),
        "scopes": {"bot": Many(Words(50), 255), "user": Many(Words(50), 255), "bot_optional": Many(Words(50), 255)},
    },
    "settings": {
        "allowed_ip_address_ranges": Many(Words(18), 50, 1),
        "event_subscriptions": {
            "request_url": Words(3500, 0, URL),
            "bot_events": Many(Words(50), 100),
            "user_events": Many(Words(50), 100),
        },
        "interactivity": {
            "is_enabled!": FLAG,
            "request_url": Words(3500, 0, URL),
            "message_menu_options_url": Words(3500, 0, URL),
        },
        "org_deploy_enabled": FLAG,
        "socket_mode_enabled": FLAG,
        "token_rotation_enabled": FLAG,
        "is_hosted": FLAG,
    },
}
CHANNEL_EVENTS: Final = ("archive", "created", "deleted", "left", "rename", "unarchive")
EVENT_SCOPES: Final[Mapping[str, tuple[str, ...]]] = {
    "app_home_opened": (),
    "app_mention": ("app_mentions:read",),
    "app_uninstalled": (),
    "file_shared": ("files:read",),
    "member_joined_channel": ("channels:read", "groups:read"),
    "member_left_channel": ("channels:read", "groups:read"),
    "message.channels": ("channels:history",),
    "message.groups": ("groups:history",),
    "message.im": ("im:history",),
    "message.mpim": ("mpim:history",),
    "pin_added": ("pins:read",),
    "reaction_added": ("reactions:read",),
    "team_join": ("users:read",),
    "tokens_revoked": (),
    "user_change": ("users:read",),
    **{f"channel_{what}": ("channels:read",) for what in CHANNEL_EVENTS},
    **{f"group_{what}": ("groups:read",) for what in CHANNEL_EVENTS if what != "created"},
}
"""The scopes of which an event needs one (docs.slack.dev/reference/events)."""


def flaws_of_manifest(manifest: object) -> list[Flaw]:
    """What is wrong with a manifest; empty when Slack would take it."""
    flaws = list(_against(manifest, MANIFEST, ""))
    return flaws or list(_together(cast("Json", manifest)))


def bot_scopes(manifest: Json) -> set[str]:
    """The scopes of the bot that an installation gives."""
    return set(_at(manifest, "oauth_config", "scopes").get("bot", []))


def bot_events(manifest: Json) -> set[str]:
    """The events the app is sent."""
    return set(_at(manifest, "settings", "event_subscriptions").get("bot_events", []))


def commands(manifest: Json) -> set[str]:
    """The commands people may type, with their slash."""
    return {each["command"] for each in objects(_at(manifest, "features").get("slash_commands"))}


def has_home(manifest: Json) -> bool:
    """Whether there is a home tab."""
    return bool(_at(manifest, "features", "app_home").get("home_tab_enabled"))


def is_interactive(manifest: Json) -> bool:
    """Whether presses and forms reach the app."""
    return bool(_at(manifest, "settings", "interactivity").get("is_enabled"))


def subscription(event: Json) -> str:
    """What an app subscribes to in order to be sent this event: message.im, channel_archive and so on."""
    kinds = {"channel": "channels", "group": "groups", "im": "im", "mpim": "mpim"}
    if event["type"] != "message":
        return str(event["type"])
    return f"message.{kinds[str(event['channel_type'])]}"


def _at(manifest: Json, *path: str) -> Json:
    for name in path:
        manifest = manifest.get(name, {})
    return manifest


def _against(value: object, rule: Rule, where: str) -> Iterator[Flaw]:
    match rule:
        case Words(longest, least, pattern):
            if not isinstance(value, str) or not least <= len(value) <= longest:
                yield Flaw(where, f"is no text of {least} to {longest} characters")
            elif not re.search(pattern, value):
                yield Flaw(where, f"does not match {pattern}")
        case Many(entry, most, least):
            if not isinstance(value, list) or not least <= len(cast("list[object]", value)) <= most:
                yield Flaw(where, f"is no list of {least} to {most}")
                return
            for index, each in enumerate(cast("list[object]", value)):
                yield from _against(each, entry, f"{where}/{index}")
        case OneOf(values):
            if not any(value is each or (value == each and type(value) is type(each)) for each in values):
                yield Flaw(where, f"is none of {values}")
        case _:
            yield from _keys(value, rule, where)


def _keys(value: object, shape: Shape, where: str) -> Iterator[Flaw]:
    if not isinstance(value, dict):
        yield Flaw(where, "is no object")
        return
    given, known = cast("Json", value), {name.rstrip("!"): rule for name, rule in shape.items()}
    yield from (Flaw(f"{where}/{name}", "unknown key") for name in sorted(given.keys() - known))
    needed = {name[:-1] for name in shape if name.endswith("!")}
    yield from (Flaw(f"{where}/{name}", "missing") for name in sorted(needed - given.keys()))
    for name in given.keys() & known:
        yield from _against(given[name], known[name], f"{where}/{name}")


def _together(manifest: Json) -> Iterator[Flaw]:
    """What no single value tells."""
    scopes, socket = bot_scopes(manifest), bool(_at(manifest, "settings").get("socket_mode_enabled"))
    for event in sorted(bot_events(manifest)):
        where = "/settings/event_subscriptions/bot_events"
        if event not in EVENT_SCOPES:
            yield Flaw(where, f"{event} is unknown")
        elif EVENT_SCOPES[event] and not scopes.intersection(EVENT_SCOPES[event]):
            yield Flaw(where, f"{event} needs {' or '.join(EVENT_SCOPES[event])}")
    typed = objects(_at(manifest, "features").get("slash_commands"))
    if typed and "commands" not in scopes:
        yield Flaw("/oauth_config/scopes/bot", "slash_commands need the scope commands")
    names = [each["command"] for each in typed]
    yield from (Flaw("/features/slash_commands", f"{name} twice") for name in {*names} if names.count(name) > 1)
    if scopes and not _at(manifest, "features", "bot_user"):
        yield Flaw("/features/bot_user", "missing, though there are bot scopes")
    if not socket:
        yield from _addresses(manifest, typed)


def _addresses(manifest: Json, typed: list[Json]) -> Iterator[Flaw]:
    if bot_events(manifest) and not _at(manifest, "settings", "event_subscriptions").get("request_url"):
        yield Flaw("/settings/event_subscriptions/request_url", "missing without Socket Mode")
    if is_interactive(manifest) and not _at(manifest, "settings", "interactivity").get("request_url"):
        yield Flaw("/settings/interactivity/request_url", "missing without Socket Mode")
    for index, each in enumerate(typed):
        if "url" not in each:
            yield Flaw(f"/features/slash_commands/{index}/url", "missing without Socket Mode")
