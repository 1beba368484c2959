"""Who sent an update, and where they can be answered. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.adapters.slack.forms import read_metadata
from bot.adapters.slack.reading import Json, part, read_json, word, yes


def view_channel(sent: Json) -> str:
    """The channel from which a window was opened."""
    return read_metadata(word(sent, "view", "private_metadata")).channel


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer can go: what Slack gave along with the update, each for a short time."""

    user: str
    channel: str
    trigger: str = ""
    answer_url: str = ""
    view: str = ""
    home: bool = False
    thread: str = ""
    form: Json = field(default_factory=dict[str, object])
    """The window that was sent, or in which a button was pressed."""


def parse_place(payload: str) -> Place:
    """Where the sender of an update can be answered."""
    sent = read_json(payload)
    event, view = part(sent, "event"), part(sent, "view")
    user = word(sent, "user", "id") or word(sent, "user_id") or word(event, "user")
    channel = word(sent, "channel", "id") or word(sent, "channel_id") or word(event, "channel") or view_channel(sent)
    pressed_in_view = word(sent, "type") == "block_actions" and bool(view)
    return Place(
        user,
        channel,
        word(sent, "trigger_id"),
        word(sent, "response_url"),
        word(view, "id") if pressed_in_view and word(view, "type") == "modal" else "",
        pressed_in_view and word(view, "type") == "home",
        word(sent, "message", "thread_ts") or word(event, "thread_ts"),
        view if word(view, "type") == "modal" else {},
    )


@dataclass(frozen=True, slots=True)
class Profile:
    """What Slack tells of an account. `member`: a full member of the company's own workspace, and still there.

    `deleted`: deactivated, as of somebody who left.
    """

    id: str
    name: str
    locale: str
    email: str
    member: bool
    bot: bool
    deleted: bool = False


def parse_profile(user: Json, team: str) -> Profile:
    """An account; guests, people of other companies in shared channels and those who left are no members."""
    name = word(user, "profile", "display_name") or word(user, "real_name") or word(user, "name")
    away = any(yes(user, flag) for flag in ("deleted", "is_restricted", "is_ultra_restricted", "is_stranger"))
    bot = yes(user, "is_bot") or word(user, "id") == "USLACKBOT"
    ours = bool(team) and word(user, "team_id") == team
    member = ours and not away and not bot
    email = word(user, "profile", "email") if member else ""
    return Profile(word(user, "id"), name, word(user, "locale"), email, member, bot, yes(user, "deleted"))
