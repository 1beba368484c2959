"""What an update of Slack's says, once it is read. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.adapters.slack.forms import Kept
from bot.adapters.slack.reading import Json
from bot.chat.inbound import Pressed


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that somebody sent, still with Slack."""

    id: str
    name: str
    media_type: str
    size: int
    url: str


@dataclass(frozen=True, slots=True)
class Talk:
    """A message. `typed` is as Slack writes it; `thread` is the message it answers."""

    ts: str
    typed: str
    thread: str = ""
    files: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """A message now reads otherwise."""

    ts: str
    typed: str


@dataclass(frozen=True, slots=True)
class Removal:
    """A message is gone."""

    ts: str


@dataclass(frozen=True, slots=True)
class Command:
    """A slash command, by the house's own word."""

    trigger: str
    typed: str


@dataclass(frozen=True, slots=True)
class Press:
    """A button."""

    pressed: Pressed


@dataclass(frozen=True, slots=True)
class Filled:
    """A form. `files`: what was sent with it, by field."""

    kept: Kept
    values: Mapping[str, str]
    files: Mapping[str, Attachment]
    skipped: bool = False


@dataclass(frozen=True, slots=True)
class HomeOpened:
    """Somebody looks at the app's home tab."""


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody came into the workspace, or changed their profile."""

    user: Json


@dataclass(frozen=True, slots=True)
class RoomGone:
    """A channel was archived or deleted."""


@dataclass(frozen=True, slots=True)
class Revoked:
    """The app was taken off the workspace, or its tokens are void."""


Heard = Talk | Change | Removal | Command | Press | Filled | HomeOpened | Member | RoomGone | Revoked


@dataclass(frozen=True, slots=True)
class Update:
    """One update: whose (`name` as the payload has it), where, what. `channel` empty: the app's own pages."""

    user: str
    channel: str
    what: Heard
    name: str = ""

    @property
    def direct(self) -> bool:
        """Whether it came in the conversation of one person with the app."""
        return not self.channel or self.channel.startswith("D")
