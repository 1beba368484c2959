"""From the filled form of the configuration to the company and the settings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from bot.config import (
    ChatSettings,
    EventSettings,
    MailSettings,
    RecordSettings,
    Settings,
    SlackSettings,
    StoreSettings,
    TelegramSettings,
    WebSettings,
)
from bot.domain.company import Binding, Company, Contact, Department, Level, Person, Place, Role, Room
from bot.domain.ids import ContactId, DepartmentId, LevelId, PersonId, PlaceId, RoleId, RoomId
from bot.files.config_form import ConfigForm, ContactForm, PersonForm, PlaceForm, RoleForm, RoomForm
from bot.files.form import Both
from bot.text import Language, Words

SQLITE = re.compile(r"^(?P<before>sqlite(?:\+\w+)?:///)(?P<path>[^/:][^?]*)")
NO_WORDS = Words("", "")


def build_settings(form: ConfigForm, folder: Path) -> Settings:
    """The settings of a form without findings; relative paths count from `folder`."""
    web, event = form.web, form.event
    return Settings(
        company=build_company(form),
        default_language=form.company.default_language,
        store=StoreSettings(_url(form.store.url, folder), folder / form.store.files, folder / form.store.keys),
        web=WebSettings(
            host=web.host,
            port=web.port,
            public_url=web.public_url.rstrip("/"),
            allowed_hosts=tuple(web.allowed_hosts),
            tls_certificate=_file(web.tls_certificate, folder),
            tls_key=_file(web.tls_key, folder),
            plain_http_off_loopback=web.plain_http_off_loopback,
            session_days=web.session_days,
            upload_limit_mb=web.upload_limit_mb,
            message_limit=web.message_limit,
            messages_per_minute=web.messages_per_minute,
        ),
        chat=ChatSettings(form.chat.bridge, form.chat.failover_after),
        slack=SlackSettings(**form.slack.model_dump()),
        telegram=TelegramSettings(**form.telegram.model_dump()),
        mail=MailSettings(**form.mail.model_dump()),
        event=EventSettings(
            commander_answers=event.commander_answers,
            merge_window=event.merge_window,
            undo_for=event.undo_for,
            remind_at=event.remind_at,
            overdue_again=event.overdue_again,
            default_acknowledge=event.default_acknowledge,
            default_finish=event.default_finish,
        ),
        records=RecordSettings(form.records.keep_years),
    )


def build_company(form: ConfigForm) -> Company:
    """The company of a form."""
    company = form.company
    language = company.default_language
    contacts = {ContactId(each.id): _contact(each) for each in form.contacts}
    return Company(
        name=words(company.name),
        time_zone=company.time_zone,
        form_code=company.form_code,
        form_revision=company.form_revision,
        departments={
            DepartmentId(each.id): Department(DepartmentId(each.id), words(each.name), RoleId(each.head))
            for each in form.departments
        },
        roles={RoleId(each.id): _role(each) for each in form.roles},
        people={PersonId(each.id): _person(each, language) for each in form.people},
        rooms={RoomId(each.id): _room(each) for each in form.rooms},
        places={PlaceId(each.id): _place(each, company.assembly_point) for each in form.places},
        levels={
            LevelId(each.id): Level(LevelId(each.id), words(each.name), each.severity)
            for each in sorted(form.levels, key=lambda level: level.severity)
        },
        contacts=contacts,
        default_place_department=DepartmentId(company.default_place_department),
        assembly_point=words(company.assembly_point),
        emergency_telephones=tuple(each for each in contacts.values() if each.emergency),
    )


def words(both: Both | None) -> Words:
    """A text of the form, empty where there is none."""
    return NO_WORDS if both is None else Words(both.zh, both.en)


def _role(form: RoleForm) -> Role:
    return Role(
        id=RoleId(form.id),
        name=words(form.name),
        department=DepartmentId(form.department),
        holders=tuple(map(PersonId, form.holders)),
    )


def _place(form: PlaceForm, assembly_point: Both) -> Place:
    return Place(
        id=PlaceId(form.id),
        name=words(form.name),
        department=DepartmentId(form.department),
        assembly_point=words(form.assembly_point or assembly_point),
    )


def _person(form: PersonForm, language: Language) -> Person:
    return Person(
        id=PersonId(form.id),
        name=words(form.name),
        department=DepartmentId(form.department),
        position=words(form.position),
        mobile=form.mobile,
        telephone=form.telephone,
        email=form.email,
        shift=form.shift,
        language=form.language or language,
        access=form.access,
        remarks=form.remarks,
    )


def _room(form: RoomForm) -> Room:
    return Room(
        id=RoomId(form.id),
        name=words(form.name),
        purpose=form.purpose,
        department=None if form.department is None else DepartmentId(form.department),
        language=form.language,
        bindings=tuple(_bindings(form)),
    )


def _bindings(form: RoomForm) -> Iterator[Binding]:
    """In the order in which a room's people are looked for elsewhere when one of them takes nothing."""
    for platform, address in (("slack", form.slack), ("telegram", form.telegram)):
        if address:
            yield Binding(platform, address)
    yield Binding("web", form.web or form.id)
    if form.email:
        yield Binding("email", form.email)


def _contact(form: ContactForm) -> Contact:
    return Contact(
        id=ContactId(form.id),
        name=words(form.name),
        telephone=form.telephone,
        kind=form.kind,
        remarks=words(form.remarks),
        reserve_for=None if form.reserve_for is None else ContactId(form.reserve_for),
        emergency=form.emergency,
    )


def _url(url: str, folder: Path) -> str:
    """A relative SQLite file counts from the folder; every other address is taken as it is."""
    found = SQLITE.match(url)
    return url if found is None else f"{found['before']}{folder / found['path']}{url[found.end() :]}"


def _file(path: str, folder: Path) -> Path | None:
    return folder / path if path else None
