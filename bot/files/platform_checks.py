"""What keeps Slack, Telegram or the mail server from working, said before the start. No sentence holds a secret."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from bot.files.config_form import ConfigForm, RoomForm
from bot.files.finding import Finding, Severity
from bot.files.source import Source
from bot.text import Text, text

BOT_TOKEN: Final = re.compile(r"xoxb-[\w-]+", re.ASCII)
APP_TOKEN: Final = re.compile(r"xapp-[\w-]+", re.ASCII)
TELEGRAM_TOKEN: Final = re.compile(r"\d+:[\w-]{30,}", re.ASCII)
WEBHOOK_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{1,256}")
"""Bot API, setWebhook, `secret_token`."""
SLACK_CHANNEL: Final = re.compile(r"[CG][A-Z0-9]{2,}")
TELEGRAM_GROUP: Final = re.compile(r"-?\d+", re.ASCII)
TELEGRAM_CHAT: Final = re.compile(r"-?\d+(?:/\d+)?", re.ASCII)
MAIL_ADDRESS: Final = re.compile(r"[^@\s]+@[^@\s]+")
STORES: Final = re.compile(r"(?:sqlite|postgres|postgresql)(?:\+\w+)?://")

Spot = tuple[str, str]
"""Section and key of a setting."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A filled form, its file, and the variables of the environment that stood in for settings of it."""

    form: ConfigForm
    source: Source
    variables: Mapping[Spot, str]

    def name(self, *spot: str) -> str:
        """What an admin looks for: the variable where it came from the environment, else the setting."""
        section, key = spot
        return self.variables.get((section, key), f"{section}.{key}")

    def wrong(self, section: str, key: str, sentence: Text, severity: Severity = "error") -> Finding:
        """A finding at the setting; at its section where it is not in the file."""
        return self.source.finding((section, key), sentence, severity)


def check_platforms(checked: Checked) -> Iterator[Finding]:
    """Everything about chat platforms, mail and the database's address."""
    yield from _store(checked)
    yield from _slack(checked)
    yield from _telegram(checked)
    yield from _mail(checked)
    yield from _addresses(checked)
    for platform, form, sentence in (
        ("slack", SLACK_CHANNEL, slack_room),
        ("telegram", TELEGRAM_CHAT, telegram_room),
        ("email", MAIL_ADDRESS, mail_room),
    ):
        yield from _rooms(checked, platform, form, sentence)
    yield from _people(checked)


def _store(checked: Checked) -> Iterator[Finding]:
    url = checked.form.store.url
    if not STORES.match(url):
        given = url.partition("://")[0][:20] if "://" in url else ""
        sentence = text(
            "check.store_url", given=given, one="sqlite:///var/tocsin.db", other="postgresql://user@host/name"
        )
        yield checked.wrong("store", "url", sentence)


def _slack(checked: Checked) -> Iterator[Finding]:
    slack = checked.form.slack
    if not slack.bot_token:
        for key in ("app_token", "signing_secret"):
            if getattr(slack, key):
                sentence = text("check.slack_off", name=checked.name("slack", key), needed="slack.bot_token")
                yield checked.wrong("slack", key, sentence, "warning")
        return
    if not BOT_TOKEN.fullmatch(slack.bot_token):
        sentence = text("check.slack_bot_token", name=checked.name("slack", "bot_token"), place="OAuth & Permissions")
        yield checked.wrong("slack", "bot_token", sentence)
    match slack.mode:
        case "socket":
            yield from _slack_socket(checked)
        case "http":
            yield from _slack_http(checked)


def _slack_socket(checked: Checked) -> Iterator[Finding]:
    token, place = checked.form.slack.app_token, "Basic Information → App-Level Tokens"
    if not token:
        sentence = text("check.slack_no_app_token", name="slack.app_token", place=place, scope="connections:write")
        yield checked.wrong("slack", "app_token", sentence)
    elif not APP_TOKEN.fullmatch(token):
        sentence = text("check.slack_app_token", name=checked.name("slack", "app_token"), place=place)
        yield checked.wrong("slack", "app_token", sentence)


def _slack_http(checked: Checked) -> Iterator[Finding]:
    if not checked.form.slack.signing_secret:
        place = "Basic Information → App Credentials"
        sentence = text("check.slack_no_signing_secret", name="slack.signing_secret", place=place)
        yield checked.wrong("slack", "signing_secret", sentence)
    if not _https(checked):
        sentence = text("check.slack_public_url", mode='slack.mode = "socket"', example="https://tocsin.example.com")
        yield checked.wrong("web", "public_url", sentence)


def _telegram(checked: Checked) -> Iterator[Finding]:
    telegram = checked.form.telegram
    if not telegram.bot_token:
        return
    if not TELEGRAM_TOKEN.fullmatch(telegram.bot_token):
        sentence = text("check.telegram_token", name=checked.name("telegram", "bot_token"), form="123456789:AA…")
        yield checked.wrong("telegram", "bot_token", sentence)
    if telegram.mode == "webhook":
        yield from _telegram_webhook(checked)
    if telegram.command_group and not TELEGRAM_GROUP.fullmatch(telegram.command_group):
        sentence = text("check.telegram_group", given=telegram.command_group, example="-1001234567890")
        yield checked.wrong("telegram", "command_group", sentence)


def _telegram_webhook(checked: Checked) -> Iterator[Finding]:
    if not WEBHOOK_SECRET.fullmatch(checked.form.telegram.webhook_secret):
        name, signs = checked.name("telegram", "webhook_secret"), "A-Z a-z 0-9 _ -"
        yield checked.wrong("telegram", "webhook_secret", text("check.telegram_secret", name=name, signs=signs))
    if not _https(checked):
        mode, example = 'telegram.mode = "polling"', "https://tocsin.example.com"
        yield checked.wrong("web", "public_url", text("check.telegram_public_url", mode=mode, example=example))


def _https(checked: Checked) -> bool:
    return checked.form.web.public_url.startswith("https://")


def _addresses(checked: Checked) -> Iterator[Finding]:
    """Where tokens go, and whether a platform that calls us is let in by its address."""
    form = checked.form
    for section, url in (("slack", form.slack.api_url), ("telegram", form.telegram.api_url)):
        scheme, host = _parts(url)
        if scheme not in ("http", "https") or not host:
            yield checked.wrong(section, "api_url", text("check.api_url", name=f"{section}.api_url"))
        elif scheme == "http" and not is_loopback(host):
            sentence = text("check.api_url_in_the_clear", name=f"{section}.api_url")
            yield checked.wrong(section, "api_url", sentence, "warning")
    called = (form.slack.bot_token and form.slack.mode == "http") or (
        form.telegram.bot_token and form.telegram.mode == "webhook"
    )
    (_, host), admitted = _parts(form.web.public_url), form.web.allowed_hosts
    if called and admitted and host not in admitted and "*" not in admitted:
        yield checked.wrong("web", "allowed_hosts", text("check.public_host", host=host))


def _parts(url: str) -> tuple[str, str]:
    """Scheme and host; empty where it is no address."""
    try:
        address = urlsplit(url)
    except ValueError:
        return "", ""
    return address.scheme, address.hostname or ""


def _mail(checked: Checked) -> Iterator[Finding]:
    mail = checked.form.mail
    if not mail.host:
        return
    if not MAIL_ADDRESS.search(mail.sender):
        yield checked.wrong("mail", "sender", text("check.mail_sender", name="mail.sender"))
    if bool(mail.user) != bool(mail.password):
        sentence = text("check.mail_sign_in", user="mail.user", password=checked.name("mail", "password"))
        yield checked.wrong("mail", "user" if mail.user else "password", sentence)
    if mail.security == "none" and mail.password and not is_loopback(mail.host):
        yield checked.wrong("mail", "security", text("check.mail_in_the_clear", one='"tls"', other='"starttls"'))


def is_loopback(host: str) -> bool:
    """Whether a host is this machine itself."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def slack_room(given: str) -> Text:
    """A channel has an id, and a name that may change."""
    return text("check.slack_room", given=given, example="C0123456789")


def telegram_room(given: str) -> Text:
    """A group has a number, and a topic another."""
    return text("check.telegram_room", given=given, one="-1001234567890", other="-1001234567890/7")


def mail_room(given: str) -> Text:
    """Where the messages of a room go in need."""
    return text("check.mail_room", given=given)


def _rooms(checked: Checked, platform: str, form: re.Pattern[str], explain: Callable[[str], Text]) -> Iterator[Finding]:
    on = {
        "slack": bool(checked.form.slack.bot_token),
        "telegram": bool(checked.form.telegram.bot_token),
        "email": bool(checked.form.mail.host),
    }[platform]
    setting = {"slack": "slack.bot_token", "telegram": "telegram.bot_token", "email": "mail.host"}[platform]
    first: dict[str, RoomForm] = {}
    for number, room in enumerate(checked.form.rooms):
        address: str = getattr(room, platform)
        if not address:
            continue
        trail = ("rooms", number, platform)
        if not form.fullmatch(address):
            yield checked.source.finding(trail, explain(address))
        elif platform != "email" and address in first:
            sentence = text("check.chat_twice", room=room.id, other=first[address].id)
            yield checked.source.finding(trail, sentence)
        elif not on:
            sentence = text("check.platform_off", room=room.id, key=platform, setting=setting)
            yield checked.source.finding(trail, sentence, "warning")
        first.setdefault(address, room)


def _people(checked: Checked) -> Iterator[Finding]:
    """Slack's people are known by their address: two with the same would be taken for nobody."""
    if not checked.form.slack.bot_token:
        return
    first: dict[str, str] = {}
    for number, person in enumerate(checked.form.people):
        address = person.email.strip().casefold()
        if address and address in first:
            sentence = text("check.email_twice", person=person.id, other=first[address])
            yield checked.source.finding(("people", number, "email"), sentence, "warning")
        first.setdefault(address, person.id)
