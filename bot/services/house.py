"""The house: what every use case knows of the company besides the event itself. A plain object, no store, no network.

A reload swaps `playbooks`; an import of people swaps `company`. Whoever holds the house sees the change at once.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from bot.domain.ids import COMMAND_GROUP, PersonId, command_room
from bot.domain.people import place_of
from bot.domain.playbook import PlaybookVersion, Tile
from bot.domain.programme import NOTHING_OWED, Programme
from bot.domain.setting import ReviewWords, Setting
from bot.text import Words, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from bot.chat.card import Shown
    from bot.clock import Clock
    from bot.config import Settings
    from bot.domain.company import Company, Contact, Person, Room
    from bot.domain.ids import DepartmentId, EventId, PlaybookId, RoleId, RoomId
    from bot.domain.playbook import Playbook
    from bot.i18n import Catalogs
    from bot.text import Language

LEAVING: frozenset[Tile] = frozenset({"fire", "injury_chemical"})
"""Kinds of event in which people leave the building at once (G8). In others an assembly point would mislead."""


class House:
    """Settings, company, playbooks and catalogs, as they are in force now."""

    def __init__(
        self,
        settings: Settings,
        playbooks: Mapping[PlaybookId, PlaybookVersion],
        catalogs: Catalogs,
        clock: Clock,
        programme: Programme = NOTHING_OWED,
    ) -> None:
        """Begin with the configuration's company; people imported later are merged by `merge_people`."""
        self.settings = settings
        self.company: Company = settings.company
        self.playbooks = playbooks
        self.programme = programme
        self.catalogs = catalogs
        self.clock = clock
        self.zone = ZoneInfo(self.company.time_zone)

    def setting(self, playbook: Playbook | PlaybookVersion) -> Setting:
        """What `decide` asks. A running event goes on with the playbook it opened with, so that one is passed in.

        Author and time of saving matter only to an event that opens; a bare playbook comes without them.
        """
        version = playbook if isinstance(playbook, PlaybookVersion) else PlaybookVersion(playbook, "", "", "")
        event = self.settings.event
        return Setting(
            company=self.company,
            playbook=version.playbook,
            review=self.review_words,
            remind_at=event.remind_at,
            overdue_again=event.overdue_again.total_seconds(),
            undo_for=event.undo_for.total_seconds(),
            commander_answers_for=event.commander_answers.total_seconds(),
            digest=version.digest,
            author=version.author,
            saved_at=version.saved_at,
        )

    @cached_property
    def review_words(self) -> ReviewWords:
        """The two tasks after every event, in both languages (G22)."""
        return ReviewWords(
            task=self.words(text("task.review")),
            approve_task=self.words(text("task.review_approve")),
            approve=self.words(text("choice.approve")),
            send_back=self.words(text("choice.send_back")),
        )

    def render(self, shown: Shown, language: Language, now: datetime | None = None) -> str:
        """A text for one reader, times in the company's zone; `now` decides which dates are not today's."""
        return self.catalogs.render(shown, language, zone=self.zone, now=now or self.clock.now())

    def words(self, shown: Shown, now: datetime | None = None) -> Words:
        """A text in both languages, as the record keeps what was sent."""
        return Words(self.render(shown, "zh", now), self.render(shown, "en", now))

    def emergency_contacts(self) -> tuple[Contact, ...]:
        """The numbers that stand on every refusal and every alarm: fail open when a platform fails."""
        return self.company.emergency_telephones

    def emergency_line(self) -> Words:
        """Those numbers as one line: "火警119，办公室8001" / "Fire 119, Office 8001"."""
        contacts = self.emergency_contacts()
        return Words(
            "，".join(f"{contact.name.zh}{contact.telephone}" for contact in contacts),
            ", ".join(f"{contact.name.en} {contact.telephone}" for contact in contacts),
        )

    def room_of(self, department: DepartmentId) -> Room | None:
        """The department's own room; None where the configuration gives it none."""
        rooms = self.company.rooms.values()
        return next((room for room in rooms if room.purpose == "department" and room.department == department), None)

    def room_for(self, department: DepartmentId, event: EventId) -> RoomId | None:
        """Where a department works on an event: its own room; the command group in the event's own command room."""
        if department == COMMAND_GROUP:
            return command_room(event)
        room = self.room_of(department)
        return None if room is None else room.id

    def rooms_with_card(self, department: DepartmentId, event: EventId) -> tuple[RoomId, ...]:
        """Where a department's card of an event stands.

        The command group's is also in the group's own room, where it has one: that room is there already, while a
        platform takes a moment to make a new one and to let people in.
        """
        own = self.room_of(department)
        rooms = (None if own is None else own.id, self.room_for(department, event))
        return tuple(dict.fromkeys(room for room in rooms if room is not None))

    def room_with(self, purpose: Literal["all", "admins"]) -> Room | None:
        """The room everybody reads, or the admins' (refused playbooks, broken platforms)."""
        return next((room for room in self.company.rooms.values() if room.purpose == purpose), None)

    def people_who_see(self, room: RoomId) -> tuple[PersonId, ...]:
        """Who reads a configured or a direct room. Members of an event's command room are kept in the store."""
        person = self.company.people.get(PersonId(room.removeprefix("@")))
        if room.startswith("@"):
            return () if person is None else (person.id,)
        found = self.company.rooms.get(room)
        if found is None:
            return ()
        return tuple(each.id for each in self.company.people.values() if self._sees(each, found))

    def rooms_of(self, person: PersonId) -> tuple[Room, ...]:
        """The configured rooms a person reads, in the file's order."""
        known = self.company.people.get(person)
        if known is None:
            return ()
        return tuple(room for room in self.company.rooms.values() if self._sees(known, room))

    def _sees(self, person: Person, room: Room) -> bool:
        """A department's room: its people, the holders of its roles, and whoever may come to command (G6)."""
        match room.purpose:
            case "all":
                return True
            case "admins":
                return person.access == "admin"
            case "command" | "department":
                held = self.company.roles_of(person.id)
                here = person.department == room.department or any(role.department == room.department for role in held)
                return here or any(role.id in self._commanding() for role in held)

    def _commanding(self) -> frozenset[RoleId]:
        """The roles that lead an event of one kind or another."""
        return frozenset(version.playbook.commander for version in self.playbooks.values())

    def assembly_point(self, playbook: Playbook, place: Words) -> Words | None:
        """Where people assemble; None for a kind of event in which nobody is sent outside (typhoon, IT failure)."""
        if playbook.tile not in LEAVING:
            return None
        found = place_of(self.company, place.zh, place.en)
        return self.company.assembly_point if found is None else found.assembly_point

    def merge_people(
        self, imported: Iterable[Person], posts: Mapping[RoleId, Sequence[PersonId]] | None = None
    ) -> None:
        """Take in people that were imported; one who is known already is replaced (a new number, another shift).

        `posts` are the holders of roles in their order. Whoever the company does not know holds nothing.
        """
        people = {**self.company.people, **{person.id: person for person in imported}}
        roles = dict(self.company.roles)
        for name in roles.keys() & (posts or {}).keys():
            holders = tuple(holder for holder in (posts or {})[name] if holder in people)
            roles[name] = replace(roles[name], holders=holders)
        self.company = replace(self.company, people=people, roles=roles)

    def reload(
        self,
        company: Company | None = None,
        playbooks: Mapping[PlaybookId, PlaybookVersion] | None = None,
        programme: Programme | None = None,
    ) -> None:
        """Put newly read files in force. Running events keep the version they opened with."""
        if company is not None:
            self.company, self.zone = company, ZoneInfo(company.time_zone)
        if playbooks is not None:
            self.playbooks = playbooks
        if programme is not None:
            self.programme = programme
