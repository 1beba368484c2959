"""How single things read in a record: people and departments, ways, phases, why somebody commands."""

from __future__ import annotations

from bot.cards.wording import listed, platform_name
from bot.chat.card import Shown
from bot.domain.entries_command import CommandWhy
from bot.domain.entries_talk import STAYS_INSIDE
from bot.domain.event import EventStatus
from bot.domain.ids import EventId
from bot.domain.parties import DepartmentRef, Member
from bot.domain.record import Entry
from bot.text import Text, Words, text

ENDINGS = "。？：.?: "
"""Marks that a text may end with."""


def who(entry: Entry) -> Shown:
    """The actor of an entry, standing in for whom where that is so."""
    return entry.actor.name or text("record.bot")


def people(members: tuple[Member, ...]) -> Words:
    """Several names as one list."""
    return listed(member.name for member in members)


def status_name(status: EventStatus, merged_into: EventId | None = None) -> Text:
    """How an event stands, as people read it; `merged_into` where it is known."""
    match status:
        case "open":
            return text("status.open")
        case "standing_down":
            return text("status.standing_down")
        case "stood_down":
            return text("status.stood_down")
        case "closed":
            return text("status.closed")
        case "false_alarm":
            return text("status.false_alarm")
        case "merged" if merged_into is not None:
            return text("status.merged", other=merged_into)
        case "merged":
            return text("status.merged_away")


def label(words: Words) -> Words:
    """A question or a task before a colon: without the mark it ends with."""
    return Words(words.zh.rstrip(ENDINGS), words.en.rstrip(ENDINGS))


def inside(words: Words) -> Words:
    """A text that stands inside a sentence: without its full stop."""
    return Words(words.zh.rstrip("。"), words.en.rstrip("."))


def place_said(place: Words) -> Words | Text:
    """The place of a report, honest where nobody has said it."""
    return place if place.zh else text("place.unknown")


def places(departments: tuple[DepartmentRef, ...]) -> Words:
    """Several departments as one list."""
    return listed(department.name for department in departments)


def how(name: str) -> Shown:
    """Over which way a report came."""
    return text("how.terminal") if name == "terminal" else platform_name(name)


def command_why(why: CommandWhy) -> Text:
    """Why somebody commands, in words."""
    match why:
        case "opened":
            return text("command.why.opened")
        case "absent":
            return text("command.why.absent")
        case "silent":
            return text("command.why.silent")
        case "handed_over":
            return text("command.why.handed_over")
        case "taken_back":
            return text("command.why.taken_back")
        case "directs_on_site":
            return text("command.why.directs_on_site")
        case "confirmed":
            return text("command.why.confirmed")


def why_failed(why: str) -> Text | str:
    """As the platform said it; of a drill, that it stays inside."""
    return text("drill.outside") if why == STAYS_INSIDE else why
