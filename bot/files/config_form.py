"""The configuration file as written. Each field is one key; `config.example.toml` explains them."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from bot.domain.company import Access, RoomLanguage
from bot.files.form import Both, Duration, Form, Id
from bot.text import Language

Line = Annotated[str, StringConstraints(min_length=1)]
Share = Annotated[float, Field(gt=0, le=1)]


class CompanyForm(Form):
    """Who the company is and what is shown on its forms."""

    name: Both
    time_zone: str = "Asia/Shanghai"
    form_code: str = ""
    form_revision: str = ""
    default_language: Language = "zh"
    default_place_department: Id
    assembly_point: Both


class StoreForm(Form):
    """Where the record is kept."""

    url: Line = "sqlite:///var/tocsin.db"
    files: Line = "var/files"
    keys: Line = "var/keys"


class WebForm(Form):
    """The built-in chat."""

    host: Line = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8080
    public_url: str = ""
    allowed_hosts: list[str] = Field(default_factory=list[str])
    tls_certificate: str = ""
    tls_key: str = ""
    plain_http_off_loopback: bool = False
    session_days: Annotated[int, Field(ge=1, le=3650)] = 90
    upload_limit_mb: Annotated[int, Field(ge=1, le=1024)] = 15
    message_limit: Annotated[int, Field(ge=100, le=100_000)] = 4000
    messages_per_minute: Annotated[int, Field(ge=1, le=10_000)] = 60


class ChatForm(Form):
    """What holds for every chat platform."""

    bridge: bool = True
    failover_after: Annotated[Duration, Field(gt=timedelta(0))] = timedelta(seconds=60)


class SlackForm(Form):
    """The company's Slack workspace."""

    bot_token: str = ""
    app_token: str = ""
    signing_secret: str = ""
    mode: Literal["socket", "http"] = "socket"
    api_url: Line = "https://slack.com/api/"
    command_rooms: Literal["private", "public", "off"] = "private"


class TelegramForm(Form):
    """The company's Telegram bot."""

    bot_token: str = ""
    mode: Literal["polling", "webhook"] = "polling"
    webhook_secret: str = ""
    api_url: Line = "https://api.telegram.org"
    command_group: str = ""


class MailForm(Form):
    """A mail server for rooms that no chat reaches any more."""

    host: str = ""
    port: Annotated[int, Field(ge=0, le=65535)] = 465
    user: str = ""
    password: str = ""
    security: Literal["tls", "starttls", "none"] = "tls"
    sender: str = ""


class EventForm(Form):
    """How long the house waits for people."""

    commander_answers: Duration = timedelta(minutes=5)
    merge_window: Duration = timedelta(minutes=30)
    undo_for: Duration = timedelta(minutes=2)
    remind_at: Share = 0.5
    overdue_again: Annotated[Duration, Field(gt=timedelta(0))] = timedelta(minutes=10)
    default_acknowledge: Duration = timedelta(minutes=10)
    default_finish: Duration = timedelta(hours=4)


class RecordsForm(Form):
    """How long records are kept."""

    keep_years: Annotated[int, Field(ge=1, le=100)] = 3


class LevelForm(Form):
    """One of the company's own response levels."""

    id: Id
    name: Both
    severity: int


class DepartmentForm(Form):
    """One department and the role that leads it."""

    id: Id
    name: Both
    head: Id


class RoleForm(Form):
    """A post and its people in the order they are called."""

    id: Id
    name: Both
    department: Id
    holders: list[Id] = Field(default_factory=list[Id])


class RoomForm(Form):
    """A shared place to talk; `web` is its address on the built-in chat, its id where it is left out.

    `slack`: a channel's id (C…); `telegram`: a group's id, or `group/topic`; `email`: where its messages go in need.
    """

    id: Id
    name: Both
    purpose: Literal["department", "all", "admins", "command"]
    department: Id | None = None
    language: RoomLanguage = "both"
    web: Id | None = None
    slack: str = ""
    telegram: str = ""
    email: str = ""


class PlaceForm(Form):
    """A place of the site."""

    id: Id
    name: Both
    department: Id
    assembly_point: Both | None = None


class ContactForm(Form):
    """Somebody outside."""

    id: Id
    name: Both
    telephone: Line
    kind: Line = "external"
    remarks: Both | None = None
    reserve_for: Id | None = None
    emergency: bool = False


class PersonForm(Form):
    """Somebody of the company."""

    id: Id
    name: Both
    department: Id
    position: Both | None = None
    mobile: str = ""
    telephone: str = ""
    email: str = ""
    shift: str = ""
    language: Language | None = None
    access: Access = "employee"
    remarks: str = ""


class ConfigForm(Form):
    """The whole file."""

    company: CompanyForm
    store: StoreForm = StoreForm()
    web: WebForm = WebForm()
    chat: ChatForm = ChatForm()
    slack: SlackForm = SlackForm()
    telegram: TelegramForm = TelegramForm()
    mail: MailForm = MailForm()
    event: EventForm = EventForm()
    records: RecordsForm = RecordsForm()
    levels: Annotated[list[LevelForm], Field(min_length=1)]
    departments: Annotated[list[DepartmentForm], Field(min_length=1)]
    roles: Annotated[list[RoleForm], Field(min_length=1)]
    rooms: Annotated[list[RoomForm], Field(min_length=1)]
    places: list[PlaceForm] = Field(default_factory=list[PlaceForm])
    contacts: list[ContactForm] = Field(default_factory=list[ContactForm])
    people: list[PersonForm] = Field(default_factory=list[PersonForm])
