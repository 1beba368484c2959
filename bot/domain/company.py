"""The company as configured: departments, roles with ordered holders, people, rooms, places, levels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from bot.domain.ids import (
    ContactId,
    DepartmentId,
    LevelId,
    PersonId,
    PlaceId,
    RoleId,
    RoomId,
)
from bot.text import Language, Words

Access = Literal["employee", "admin", "auditor"]
RoomLanguage = Literal["both", "zh", "en"]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the company. `access` is what the permission table knows besides the person's roles."""

    id: PersonId
    name: Words
    department: DepartmentId
    position: Words = Words("", "")
    mobile: str = ""
    telephone: str = ""
    email: str = ""
    shift: str = ""
    language: Language = "zh"
    access: Access = "employee"
    remarks: str = ""


@dataclass(frozen=True, slots=True)
class Role:
    """A post and its people in order: the first holds it, the rest are stand-ins (G1)."""

    id: RoleId
    name: Words
    department: DepartmentId
    holders: tuple[PersonId, ...] = ()


@dataclass(frozen=True, slots=True)
class Department:
    """One department; `head` is the role whose holder leads it. It has a checklist card in each event."""

    id: DepartmentId
    name: Words
    head: RoleId


@dataclass(frozen=True, slots=True)
class Binding:
    """Where a room stands on one platform (`slack`, `telegram`, `web`); `email` is for when those take nothing."""

    platform: str
    address: str


@dataclass(frozen=True, slots=True)
class Room:
    """A shared place to talk. `department` None: for everybody (`purpose` "all") or for admins."""

    id: RoomId
    name: Words
    purpose: Literal["department", "all", "admins", "command"]
    department: DepartmentId | None = None
    language: RoomLanguage = "both"
    bindings: tuple[Binding, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """A place of the site, the department it belongs to (G24) and where its people assemble (G8)."""

    id: PlaceId
    name: Words
    department: DepartmentId
    assembly_point: Words


@dataclass(frozen=True, slots=True)
class Level:
    """One of the company's own response levels; a greater `severity` is more serious (P13)."""

    id: LevelId
    name: Words
    severity: int


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody outside: fire service, supplier with reserve, utility. `emergency` numbers stand on every refusal."""

    id: ContactId
    name: Words
    telephone: str
    kind: str = "external"
    remarks: Words = Words("", "")
    reserve_for: ContactId | None = None
    emergency: bool = False


@dataclass(frozen=True, slots=True)
class Company:
    """Everything the configuration says about the company, keyed by id, in the order of the file."""

    name: Words
    time_zone: str
    form_code: str
    form_revision: str
    departments: Mapping[DepartmentId, Department]
    roles: Mapping[RoleId, Role]
    people: Mapping[PersonId, Person]
    rooms: Mapping[RoomId, Room]
    places: Mapping[PlaceId, Place]
    levels: Mapping[LevelId, Level]
    contacts: Mapping[ContactId, Contact]
    default_place_department: DepartmentId
    assembly_point: Words
    emergency_telephones: tuple[Contact, ...] = field(default=())

    def chain(self, role: RoleId) -> tuple[PersonId, ...]:
        """The people of a role in the order they are called."""
        return self.roles[role].holders

    def roles_of(self, person: PersonId) -> tuple[Role, ...]:
        """The roles a person holds or stands in for, in the file's order."""
        return tuple(role for role in self.roles.values() if person in role.holders)
