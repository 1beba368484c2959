"""What the form of the configuration cannot say: ids that lead nowhere, rooms nobody reads, no stand-in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from bot.domain.ids import COMMAND_GROUP
from bot.domain.playbook import AFFECTED_HEAD
from bot.files.config_form import ConfigForm, RoleForm, RoomForm, WebForm
from bot.files.finding import Finding, hint
from bot.files.platform_checks import is_loopback
from bot.files.source import Source, Trail
from bot.text import Text, text

LISTS = ("levels", "departments", "roles", "rooms", "places", "contacts", "people")
SUPPLIERS = ("supplier", "key_supplier")
"""Kinds of contacts that want a reserve (G19)."""


def check_company(form: ConfigForm, source: Source) -> Iterator[Finding]:
    """Everything about the company that would go wrong in an event."""
    yield from _twice(form, source)
    yield from _time_zone(form, source)
    yield from _departments_named(form, source)
    yield from _roles_named(form, source)
    yield from _holders(form, source)
    yield from _rooms(form, source)
    yield from _contacts(form, source)


def check_web(web: WebForm, source: Source) -> Iterator[Finding]:
    """A certificate has its key, and the network is not spoken to in the clear unless somebody said so."""
    if bool(web.tls_certificate) != bool(web.tls_key):
        key = "tls_certificate" if web.tls_certificate else "tls_key"
        yield source.finding(("web", key), text("check.certificate_and_key"))
    if not (web.tls_certificate or web.plain_http_off_loopback or is_loopback(web.host)):
        sentence = text("check.plain_http", host=web.host, setting="plain_http_off_loopback = true")
        yield source.finding(("web", "host"), sentence)


def _twice(form: ConfigForm, source: Source) -> Iterator[Finding]:
    for name in LISTS:
        seen: dict[str, int] = {}
        for number, entry in enumerate(getattr(form, name)):
            if entry.id in seen:
                line = source.mark((name, seen[entry.id], "id")).line
                yield source.finding((name, number, "id"), text("check.id_twice", id=entry.id, line=line))
            seen.setdefault(entry.id, number)


def _time_zone(form: ConfigForm, source: Source) -> Iterator[Finding]:
    try:
        ZoneInfo(form.company.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        zones = {zone.casefold(): zone for zone in available_timezones()}
        name = form.company.time_zone
        sentence = text("check.time_zone", name=name, hint=hint(name, ("Asia/Shanghai", *sorted(zones.values()))))
        yield source.finding(("company", "time_zone"), sentence)


def _departments_named(form: ConfigForm, source: Source) -> Iterator[Finding]:
    known = [department.id for department in form.departments]
    named: list[tuple[Trail, str]] = [(("company", "default_place_department"), form.company.default_place_department)]
    named += [(("roles", number, "department"), role.department) for number, role in enumerate(form.roles)]
    named += [(("people", number, "department"), person.department) for number, person in enumerate(form.people)]
    named += [(("places", number, "department"), place.department) for number, place in enumerate(form.places)]
    for number, room in enumerate(form.rooms):
        if room.department is not None:
            named.append((("rooms", number, "department"), room.department))
    for trail, department in named:
        if department not in known:
            yield source.finding(trail, text("check.no_department", id=department, hint=hint(department, known)))
    if COMMAND_GROUP not in known:
        yield source.finding(("departments",), text("check.no_command_group", id=COMMAND_GROUP), key=True)


def _roles_named(form: ConfigForm, source: Source) -> Iterator[Finding]:
    known = [role.id for role in form.roles]
    for number, department in enumerate(form.departments):
        if department.head not in known:
            sentence = text("check.no_role", id=department.head, hint=hint(department.head, known))
            yield source.finding(("departments", number, "head"), sentence)
    for number, role in enumerate(form.roles):
        if role.id == AFFECTED_HEAD:
            yield source.finding(("roles", number, "id"), text("check.own_role", role=role.id))


def _holders(form: ConfigForm, source: Source) -> Iterator[Finding]:
    known = [person.id for person in form.people]
    for number, role in enumerate(form.roles):
        trail: Trail = ("roles", number, "holders")
        for place, person in enumerate(role.holders):
            if person not in known:
                yield source.finding((*trail, place), text("check.no_person", id=person, hint=hint(person, known)))
            elif person in role.holders[:place]:
                yield source.finding((*trail, place), text("check.holder_twice", id=person))
        if not set(role.holders[1:]) - set(role.holders[:1]):
            yield source.finding(trail, _few_holders(role), "warning")


def _few_holders(role: RoleForm) -> Text:
    return text("check.no_stand_in", role=role.id) if role.holders else text("check.nobody_holds", role=role.id)


def _rooms(form: ConfigForm, source: Source) -> Iterator[Finding]:
    for number, room in enumerate(form.rooms):
        if room.purpose == "department" and room.department is None:
            yield source.finding(("rooms", number), text("check.room_department", room=room.id))
        elif form.people and not _readers(form, room):
            yield source.finding(("rooms", number, "id"), text("check.room_unread", room=room.id))
    yield from _rooms_missing(form, source)
    for number in _again([room.web or room.id for room in form.rooms]):
        yield source.finding(("rooms", number, "id"), text("check.address_twice", room=form.rooms[number].id))


def _readers(form: ConfigForm, room: RoomForm) -> bool:
    """Whether anybody reads the room: as a person of the department, as a holder of its roles, or by access."""
    match room.purpose:
        case "all":
            return True
        case "admins":
            return any(person.access == "admin" for person in form.people)
        case "department" | "command":
            held = {person for role in form.roles if role.department == room.department for person in role.holders}
            return any(person.department == room.department or person.id in held for person in form.people)


def _rooms_missing(form: ConfigForm, source: Source) -> Iterator[Finding]:
    there = {room.department for room in form.rooms if room.purpose == "department"}
    for number, department in enumerate(form.departments):
        if department.id not in there and department.id != COMMAND_GROUP:
            sentence = text("check.department_room", department=department.id)
            yield source.finding(("departments", number, "id"), sentence)
    for purpose in ("all", "admins"):
        if all(room.purpose != purpose for room in form.rooms):
            yield source.finding(("rooms",), text("check.room_purpose", purpose=f'"{purpose}"'), key=True)
    for number in _again([_owner(room) for room in form.rooms]):
        yield source.finding(("rooms", number, "id"), text("check.second_room", room=form.rooms[number].id))


def _owner(room: RoomForm) -> str | None:
    """Whose room it is; None where there may be several."""
    return None if room.purpose == "command" else f"{room.purpose} {room.department or ''}"


def _again(names: Sequence[str | None]) -> Iterable[int]:
    """The places of names that stood there before."""
    return [number for number, name in enumerate(names) if name is not None and name in names[:number]]


def _contacts(form: ConfigForm, source: Source) -> Iterator[Finding]:
    known = [contact.id for contact in form.contacts]
    reserves = Counter(contact.reserve_for for contact in form.contacts)
    for number, contact in enumerate(form.contacts):
        if contact.reserve_for is not None and contact.reserve_for not in known:
            sentence = text("check.no_contact", id=contact.reserve_for, hint=hint(contact.reserve_for, known))
            yield source.finding(("contacts", number, "reserve_for"), sentence)
        elif contact.reserve_for == contact.id:
            yield source.finding(("contacts", number, "reserve_for"), text("check.own_reserve", id=contact.id))
        if contact.kind in SUPPLIERS and contact.reserve_for is None and not reserves[contact.id]:
            sentence = text("check.no_reserve", id=contact.id, mended=f'reserve_for = "{contact.id}"')
            yield source.finding(("contacts", number, "id"), sentence, "warning")
    if not any(contact.emergency for contact in form.contacts):
        yield source.finding(("contacts",), text("check.no_emergency_number", mended="emergency = true"), "warning")
