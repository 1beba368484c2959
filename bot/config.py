"""The settings of one installation, as `config.example.toml` explains them. Read by `bot/files/config.py`.

Each field is one key of the file, by the same name; a test compares the two.
"""

from __future__ import annotations

import contextlib
import socket
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Literal

from bot.domain.company import Company
from bot.text import Language

EVERYWHERE = ("0.0.0.0", "::", "")  # noqa: S104  compared, not bound


def route_address() -> str | None:
    """The address other machines see this one by. Nothing is sent, only the route is looked up."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))  # RFC 5737
        return str(probe.getsockname()[0])
    return None


@dataclass(frozen=True, slots=True)
class StoreSettings:
    """Where the record is kept. Relative paths count from the folder of the configuration file."""

    url: str = field(repr=False)
    """May hold a password. `sqlite:///var/tocsin.db` or `postgresql://user@host/name`."""
    files: Path
    """Folder of photos and files, encrypted."""
    keys: Path
    """Folder of the signing key and the keys of the files; kept apart from the database."""


@dataclass(frozen=True, slots=True)
class WebSettings:
    """The built-in chat: where it listens, who may reach it and how much one person may send."""

    host: str
    port: int
    public_url: str
    """How phones reach it, for links and QR codes; empty: made from host and port."""
    allowed_hosts: tuple[str, ...]
    """Host names a request may carry; empty: those of `public_url` and of this machine."""
    tls_certificate: Path | None
    tls_key: Path | None
    plain_http_off_loopback: bool
    """Speak http on the company's network: whoever is on that network can read along."""
    session_days: int
    upload_limit_mb: int
    message_limit: int
    """Characters of one message."""
    messages_per_minute: int
    """Of one person; told once when there are more."""

    @property
    def reached_at(self) -> str:
        """How people reach it, without a slash at the end; where it listens everywhere, by this machine's address."""
        scheme = "http" if self.tls_certificate is None else "https"
        host = route_address() or socket.gethostname() if self.host in EVERYWHERE else self.host
        return self.public_url.rstrip("/") or f"{scheme}://{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class ChatSettings:
    """What holds for every chat platform."""

    bridge: bool
    """What is said in a room on one platform is mirrored to its other platforms, with the speaker's name."""
    failover_after: timedelta
    """A department's room that has taken no message for so long: its next room is used."""


@dataclass(frozen=True, slots=True)
class SlackSettings:
    """The company's Slack workspace. On as soon as there is a bot token."""

    bot_token: str = field(repr=False)
    app_token: str = field(repr=False)
    """For Socket Mode."""
    signing_secret: str = field(repr=False)
    """For HTTP."""
    mode: Literal["socket", "http"]
    """socket: no public address is needed; http: Slack calls `web.public_url` + `/slack/events`."""
    api_url: str
    command_rooms: Literal["private", "public", "off"]
    """A channel for each event's command room, or none."""

    @property
    def on(self) -> bool:
        """Whether the platform is used."""
        return bool(self.bot_token)


@dataclass(frozen=True, slots=True)
class TelegramSettings:
    """The company's Telegram bot. On as soon as there is a token."""

    bot_token: str = field(repr=False)
    mode: Literal["polling", "webhook"]
    """webhook: Telegram calls `web.public_url` + `/telegram/updates`."""
    webhook_secret: str = field(repr=False)
    api_url: str
    """Without the token; another one for a Bot API server of one's own."""
    command_group: str
    """The group in which each event gets a topic (or the group itself, where topics are off); empty: none."""

    @property
    def on(self) -> bool:
        """Whether the platform is used."""
        return bool(self.bot_token)


@dataclass(frozen=True, slots=True)
class MailSettings:
    """A mail server, for rooms that no chat reaches any more. On as soon as it has a host."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    security: Literal["tls", "starttls", "none"]
    sender: str

    @property
    def on(self) -> bool:
        """Whether it is used."""
        return bool(self.host)


@dataclass(frozen=True, slots=True)
class EventSettings:
    """How long the house waits for people."""

    commander_answers: timedelta
    """Silence of the commander after which the next one acts."""
    merge_window: timedelta
    """Two reports of the same thing within this time are offered for merging."""
    undo_for: timedelta
    remind_at: float
    """Part of the acknowledge time after which the silent are reminded (0.5: half of it)."""
    overdue_again: timedelta
    """A task past its finish deadline is called again every so often."""
    default_acknowledge: timedelta
    """For a task that names none."""
    default_finish: timedelta


@dataclass(frozen=True, slots=True)
class RecordSettings:
    """How long records are kept at least (P11)."""

    keep_years: int


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the configuration file says."""

    company: Company
    default_language: Language
    """Of people and pages that have not chosen one."""
    store: StoreSettings
    web: WebSettings
    chat: ChatSettings
    slack: SlackSettings
    telegram: TelegramSettings
    mail: MailSettings
    event: EventSettings
    records: RecordSettings
